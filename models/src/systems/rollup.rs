//! A rollup: transactions are ordered by a sequencer, posted as data on another chain (L1), and settled there.
//!
//! ```text
//! arrivals ─▶ sequencer ─▶ blocks ─▶ levels of batches ─┬─▶ data on L1 ───────────────┐
//!             (soft finality)                            ├─▶ execution ─▶ provers ─▶ … ─┼─▶ settlement on L1 ─▶ final, or window
//!                                                        └─▶ (no proof: a claim) ───────┘
//! ```
//!
//! Both families are one world: a validity rollup proves every batch of a level, joins the proofs up to the level that is settled, and is final
//! when L1 is; an optimistic one settles a claim, which is final when nobody can challenge it any more.
//! Assumptions: those of the parts. Batches are posted and settled in their order. Source: the operation of OP Stack, Arbitrum, zkSync, Scroll,
//! Linea, Starknet and op-succinct as their documentation has it (scenarios `optimistic-rollup` and `validity-rollup`).
//! Leaves out: the state and its growth, reorganizations of L1, forced inclusion.
//!
//! | file | what |
//! |---|---|
//! | `system` | what a rollup is |
//! | [`capacity`] | what every stage carries in isolation, and sizing |
//! | [`expected`] | batches and L1 costs as they are at an even load: the arithmetic beside the simulation |
//! | [`course`] | how a run went, for who wants to look |
//! | [`outcome`], [`figures`] | what one run yields, and the figures that it gives |
//! | `world` | all wiring in one match |
//! | `settling` | data and settlements on their way to L1 |
//! | [`disputes`] | disputes about claims: delays, attacks and their costs, who watches |
//! | [`alone`] | the proof of one batch on idle machines |
//! | `batches` | what every level has closed, and what became of it |
//! | `sequencer` | blocks, their content, and times without them |
//! | `poster` | data on its way to L1 |
//! | `prover` | one proof system: segments, recursion, joins, and what is done again |
//! | `proofs` | all proof systems, and the execution before them |
//! | `record` | what is measured |

pub mod alone;
mod batches;
pub mod capacity;
pub mod course;
pub mod disputes;
pub mod expected;
pub mod figures;
mod length;
pub mod outcome;
mod poster;
mod proofs;
mod prover;
mod record;
mod sequencer;
mod settling;
mod system;
#[cfg(test)]
mod tests;
mod world;

pub use system::{
    Class, Data, Job, Joining, Level, Place, Posting, ProofSystem, Proving, Recursion, Rollup, Sequencer, Settlement,
    Window, Withdrawals,
};
pub use world::{Event, RollupWorld};

use sim::{Simulation, Streams};

use crate::horizon::Horizon;
use crate::machines::{Lifecycle, PoolOutcome};
use crate::system::{Counted, Ran, Resolution, System};
use outcome::Outcome;

/// Events between two reports of a run.
const EVENTS_BETWEEN_REPORTS: u32 = 1_024;

/// Runs one replication.
pub fn run(system: &Rollup, resolution: Resolution, horizon: Horizon, streams: &Streams) -> Outcome {
    system.run_told(resolution, horizon, streams, |_| true).expect("nobody ends it")
}

impl System for Rollup {
    type Extent = Horizon;
    type Outcome = Outcome;

    const REQUEST: Counted = Counted { unit: "tx", words: "transactions", carried: "transactions" };

    fn load_per_s(&self, _: Horizon) -> f64 {
        self.load_per_s
    }

    fn run_told(
        &self,
        resolution: Resolution,
        extent: Horizon,
        streams: &Streams,
        mut go_on: impl FnMut(f64) -> bool,
    ) -> Option<Outcome> {
        let mut simulation = Simulation::new(RollupWorld::new(self, resolution, extent, streams));
        simulation.world.start(&mut simulation.calendar);
        let (mut unreported, mut ended) = (0, false);
        simulation.run_while(|world| {
            unreported += 1;
            if unreported == EVENTS_BETWEEN_REPORTS {
                unreported = 0;
                ended = !go_on(world.share_done());
            }
            !ended && !world.is_over()
        });
        let (elapsed, events) = (simulation.calendar.now(), simulation.events());
        (!ended).then(|| simulation.world.outcome(elapsed, events))
    }

    fn ran(outcome: &Outcome) -> Ran {
        Ran { simulated_s: outcome.simulated_s, fingerprint: outcome.fingerprint }
    }

    fn pools(outcome: &Outcome) -> &[PoolOutcome] {
        &outcome.pools
    }

    fn used(outcome: &Outcome) -> Vec<(&'static str, f64)> {
        outcome.paid.named().to_vec()
    }

    fn lifecycle(&self, pool: &str) -> Option<&Lifecycle> {
        let system = self.proof_systems().iter().find(|system| system.place.pool == pool)?;
        Some(&system.place.life.as_ref()?.lifecycle)
    }

    fn work_of(&self, extent: Horizon, resolution: Resolution) -> f64 {
        Self::work_of(self, extent, resolution)
    }

    fn bytes_of(&self, extent: Horizon, resolution: Resolution) -> f64 {
        Self::bytes_of(self, extent, resolution)
    }
}
