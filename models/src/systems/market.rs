//! A market for proofs: requests of many, provers who compete for them, and somebody who asks what it is worth to them.
//!
//! ```text
//! requests ──▶ own machines, as far as they can ──▶ proof
//!         └──▶ market: auction, lock, proof, delivery ◀── requests of others
//! ```
//!
//! Who asks is a requester, whose bill is what it pays for proofs and for machines of its own, or a prover, whose bill is its machines, its gas and
//! the collateral that it loses, against what it earns.
//! Assumptions: those of [`crate::orders`]; provers come and go slower than a run lasts. Source: the Boundless market and the Succinct prover network as
//! documented (scenario `prover-market`). Leaves out: entry and exit of provers ([`crate::market::population`] has them by the month), tokens whose price moves.
//!
//! | file | what |
//! |---|---|
//! | `system` | what a market is |
//! | [`capacity`] | what provers carry, and sizing of own machines |
//! | [`expected`] | prices where supply meets demand at an even load: the arithmetic beside the simulation |
//! | [`course`] | how a run went, for who wants to look |
//! | [`outcome`], [`figures`] | what one run yields, and the figures that it gives |
//! | `world` | all wiring in one match |
//! | `record` | what is measured |

pub mod capacity;
pub mod course;
pub mod expected;
pub mod figures;
pub mod outcome;
mod record;
mod system;
#[cfg(test)]
mod tests;
mod world;

pub use system::{Asker, MINE, Market};
pub use world::{Event, MarketWorld};

use sim::{Simulation, Streams};

use crate::horizon::Horizon;
use crate::machines::{Lifecycle, PoolOutcome};
use crate::system::{Counted, Ran, Resolution, System};
use outcome::Outcome;

/// Events between two reports of a run.
const EVENTS_BETWEEN_REPORTS: u32 = 1_024;
/// What a request that has not ended takes, and a prover, in bytes.
const BYTES_OF_REQUEST: f64 = 400.0;
const BYTES_OF_PROVER: f64 = 1_000.0;

/// Runs one replication.
pub fn run(system: &Market, horizon: Horizon, streams: &Streams) -> Outcome {
    system.run_told(Resolution::Transaction, horizon, streams, |_| true).expect("nobody ends it")
}

impl System for Market {
    type Extent = Horizon;
    type Outcome = Outcome;

    const REQUEST: Counted = Counted { unit: "req", words: "requests", carried: "requests with a proof" };

    fn load_per_s(&self, _: Horizon) -> f64 {
        self.demand.per_s
    }

    fn run_told(
        &self,
        _: Resolution,
        extent: Horizon,
        streams: &Streams,
        mut go_on: impl FnMut(f64) -> bool,
    ) -> Option<Outcome> {
        let mut simulation = Simulation::new(MarketWorld::new(self, extent, streams));
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

    fn pools(_: &Outcome) -> &[PoolOutcome] {
        &[]
    }

    fn used(outcome: &Outcome) -> Vec<(&'static str, f64)> {
        outcome.paid.named().to_vec()
    }

    fn lifecycle(&self, _: &str) -> Option<&Lifecycle> {
        None
    }

    fn work_of(&self, extent: Horizon, _: Resolution) -> f64 {
        // A request is offered to every prover.
        let of_request = 1.0 + self.provers() as f64 / 100.0;
        self.all_per_s() * (extent.warm_up_s + extent.measured_s + self.longest_s()) * of_request
    }

    fn bytes_of(&self, _: Horizon, _: Resolution) -> f64 {
        self.all_per_s() * self.longest_s() * BYTES_OF_REQUEST + self.provers() as f64 * BYTES_OF_PROVER
    }
}
