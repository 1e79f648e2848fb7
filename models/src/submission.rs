//! What is made for a single transaction before it is submitted: its witness, or a proof of its own; by whom, and at what price.
//!
//! Model: a user makes the witness of a transaction that the network will prove. A transaction that carries a proof of its own
//! needs none: the proof is made of the same secrets. Its user makes that proof, or a service of the network does, on
//! machines of its own. What users' devices do is priced as if they had rented as many core-hours: an estimate that is never part
//! of the network's bill. Source: arithmetic; 500 proofs a second of 2 s each keep 1,000 cores busy.
//! Leaves out: what a user pays for a device that stands idle, waiting for the service (it is sized below its target), users who
//! give up.

/// Who makes proofs of single transactions, and the machine that prices it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Submission {
    /// A service of the network makes them; otherwise users do.
    pub by_network: bool,
    /// Cores of a machine, each of which makes one proof at a time.
    pub cores_per_machine: u64,
    /// Price of a machine in USD per hour.
    pub machine_usd_per_hour: f64,
}
