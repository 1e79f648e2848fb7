//! The layered proof system: fast finality by vote, proof finality by an epoch's proof.
//!
//! ```text
//!             ┌─(before inclusion: prove)─┐
//! arrivals ───┴──────────▶ blocks ────────┴──▶ validator ──▶ vote ──▶ optimistic finality
//!                ▲           ├──▶ provers ──▶ epoch proof ──▶ accepted ──▶ proof finality ──▶ day's proof
//!                └─ revert ◀─┴──▶ disputes
//! ```
//!
//! Assumptions: those of the parts. An epoch proof is accepted with the vote on the first block after it; where blocks
//! may be invalid, when all epochs before it are, and nothing that it stands on is invalid. Source: the design that its
//! authors call the layered proof system (scenario `layered`); voting as in PBFT ([`crate::quorum`]).
//! Leaves out: fees and markets, which are studies beside this world.
//!
//! | file | what |
//! |---|---|
//! | `system` | what a layered system is |
//! | [`capacity`] | what every stage carries in isolation, and sizing |
//! | [`outcome`] | what one run yields |
//! | `world` | all wiring in one match |
//! | [`course`] | how machines came and went, for who wants to look |
//! | `epochs` | the end of epochs, days and runs |
//! | `reverts` | the wiring of the fraud window |
//! | `traffic` | what votes and copies of blocks take of links and cores |
//! | `turns` | who proposes, and the batches on their way there |
//! | `history` | blocks that can still be reverted |
//! | `length` | how much a run has to do and to keep, before it is begun |
//! | `submission` | what is made for a transaction before it is submitted |
//! | `record` | what is measured |
//! | [`timeline`] | what happened when, for who wants to look |

pub mod capacity;
pub mod course;
mod epochs;
mod history;
mod length;
pub mod outcome;
mod record;
mod reverts;
mod submission;
mod system;
#[cfg(test)]
pub(crate) mod tests;
pub mod timeline;
mod traffic;
mod turns;
mod world;

pub use system::{Horizon, Layered, Proving};
pub use world::{Event, LayeredWorld};

use sim::{Simulation, Span, Streams, Time};

use crate::machines::{Lifecycle, PoolOutcome};
use crate::system::{Counted, Ran, Resolution, System};
use course::{Course, Piece};
use outcome::Outcome;
use timeline::Timeline;

/// Events between two reports of a run: rare enough to cost nothing, and frequent enough for somebody who wants it to end.
const EVENTS_BETWEEN_REPORTS: u32 = 32;

/// Runs one replication.
pub fn run(system: &Layered, resolution: Resolution, horizon: Horizon, streams: &Streams) -> Outcome {
    run_told(system, resolution, horizon, streams, |_| true).expect("nobody ends it")
}

/// Runs one replication for somebody who is told now and then which share of it is done, about, and ends it by saying no.
/// Nothing else depends on who listens.
pub fn run_told(
    system: &Layered,
    resolution: Resolution,
    horizon: Horizon,
    streams: &Streams,
    go_on: impl FnMut(f64) -> bool,
) -> Option<Outcome> {
    let simulation = simulate(LayeredWorld::new(system, resolution, horizon, streams), go_on)?;
    let (elapsed, events) = (simulation.calendar.now(), simulation.events());
    Some(simulation.world.outcome(elapsed, events))
}

impl System for Layered {
    type Extent = Horizon;
    type Outcome = Outcome;

    const REQUEST: Counted = Counted { unit: "tx", words: "transactions", carried: "transactions" };

    fn load_per_s(&self, _: crate::system::Horizon) -> f64 {
        self.load_per_s
    }

    fn run_told(
        &self,
        resolution: Resolution,
        extent: Horizon,
        streams: &Streams,
        go_on: impl FnMut(f64) -> bool,
    ) -> Option<Outcome> {
        run_told(self, resolution, extent, streams, go_on)
    }

    fn ran(outcome: &Outcome) -> Ran {
        Ran { simulated_s: outcome.simulated_s, fingerprint: outcome.fingerprint }
    }

    fn pools(outcome: &Outcome) -> &[PoolOutcome] {
        &outcome.pools
    }

    /// Only the machines that proofs are made on may come and go.
    fn lifecycle(&self, pool: &str) -> Option<&Lifecycle> {
        self.prover_life.as_ref().filter(|_| pool == capacity::PROVERS).map(|life| &life.lifecycle)
    }

    fn work_of(&self, extent: Horizon, resolution: Resolution) -> f64 {
        Self::work_of(self, extent, resolution)
    }

    fn bytes_of(&self, extent: Horizon, resolution: Resolution) -> f64 {
        Self::bytes_of(self, extent, resolution)
    }
}

/// Runs one replication and keeps everything that happened up to the end of the measured time, and the proofs of it.
pub fn watch(system: &Layered, resolution: Resolution, horizon: Horizon, streams: &Streams) -> (Outcome, Timeline) {
    let mut world = LayeredWorld::new(system, resolution, horizon, streams);
    world.watch();
    let mut simulation = simulate(world, |_| true).expect("nobody ends it");
    let (elapsed, events) = (simulation.calendar.now(), simulation.events());
    let timeline = simulation.world.take_timeline();
    (simulation.world.outcome(elapsed, events), timeline)
}

/// Runs one replication and tells how the machines that proofs are made on came and went, in pieces of about this length.
pub fn watch_machines(
    system: &Layered,
    resolution: Resolution,
    horizon: Horizon,
    (streams, every): (&Streams, Span),
) -> Vec<Piece> {
    let mut world = LayeredWorld::new(system, resolution, horizon, streams);
    world.course = Some(Course::new(every, system.slot));
    let simulation = simulate(world, |_| true).expect("nobody ends it");
    simulation.world.course.map_or_else(Vec::new, |course| course.pieces)
}

/// Runs a world to its end, or to nothing where `go_on` ends it.
fn simulate(world: LayeredWorld, mut go_on: impl FnMut(f64) -> bool) -> Option<Simulation<LayeredWorld>> {
    let mut simulation = Simulation::new(world);
    simulation.calendar.at(Time::ZERO + simulation.world.slot(), Event::Slot);
    simulation.world.start(&mut simulation.calendar);
    let (mut unreported, mut ended) = (0, false);
    simulation.run_while(|world| {
        unreported += 1;
        if unreported == EVENTS_BETWEEN_REPORTS {
            unreported = 0;
            ended = !go_on(world.share_done());
        }
        !ended && !world.complete() && !world.hopeless()
    });
    (!ended).then_some(simulation)
}
