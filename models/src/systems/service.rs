//! A proof service: instances behind a balancer that prove on request.
//!
//! ```text
//!                 limit   hit ─▶ answer    ┌─ instance: queue ▶ workers: step, step ─┐
//! clients ──────────┬──▶ cache ─▶ balancer ├─ instance: …                            ├─▶ queue ▶ pool of a step ─▶ answer
//!    ▲              │                      └─ instance: …                            ┘
//!    └── back-off ◀─┴─ refused, queue full, instance lost, or not waited for any longer
//! ```
//!
//! Model: a network of stations G/G/c/K. A request is of a class, goes to the instance that the balancer chooses, and through the
//! steps in order: each on a worker of its instance, on servers of its own there, or on a pool that all instances share; alone, with
//! others as a batch, or in parts; or its proof is bought on a market. It queues where no server is free, and is refused where the queue is full. Results may be kept, and
//! machines may come and go. Clients keep to a rate limit or are refused, stop waiting after a while, and try again.
//!
//! Assumptions: services are independent of each other and of how busy the machine is; what is done for a request does not depend
//! on how long it waited. Source: M. Harchol-Balter, *Performance Modeling and Design of Computer Systems* (2013).
//! Leaves out: the network between clients and the service; memory, which must fit before anything is simulated; processor sharing
//! below a worker.
//!
//! | file | what |
//! |---|---|
//! | `system` | what a service is |
//! | [`capacity`] | what every station carries in isolation, and sizing |
//! | [`outcome`], [`figures`] | what one run yields, and the figures that are made of it |
//! | [`course`] | how a run went, piece by piece |
//! | `crowd` | how many wait, to the end of a run |
//! | `world` | all wiring in one match |
//! | `requests`, `passage`, `groups`, `losses` | the wiring: the clients' side, the steps, batches and parts, what ends too early |
//! | `clients`, `limiter`, `deadlines`, `retries` | what clients may do, how long they wait, whether they ask again |
//! | `results` | what was proven before |
//! | `buying` | the wiring of proofs that are bought on a market ([`crate::orders`]) |
//! | `balancer`, `warmth` | who gets the next request; what instances have loaded |
//! | `pools`, `supply` | machines at work; the wiring of those that come and go ([`crate::machines`]) |
//! | `settlement`, `rollout`, [`alerts`] | what becomes of proofs; a new version; what would wake the operator |
//! | `former`, `division` | batches that form; requests in parts |
//! | `station`, `layout` | servers behind a bounded queue; which of them serves which step |
//! | `jobs`, `slab` | requests and attempts, under numbers |
//! | `record` | what is measured |

pub mod alerts;
mod balancer;
mod buying;
pub mod capacity;
mod clients;
pub mod course;
mod crowd;
mod deadlines;
mod division;
pub mod figures;
mod former;
mod groups;
mod jobs;
mod layout;
mod limiter;
mod losses;
pub mod outcome;
mod passage;
mod pools;
mod record;
mod requests;
mod results;
mod retries;
mod rollout;
mod settlement;
mod slab;
mod station;
mod supply;
mod system;
#[cfg(test)]
mod tests;
mod warmth;
mod world;

pub use alerts::{Alert, Signal};
pub use clients::{Budget, Clients, RateLimit, Retries, TimeOut};
pub use rollout::Rollout;
pub use settlement::Settlement;
pub use system::{
    Balance, Class, Discipline, Form, Horizon, Instances, Join, Load, Parts, Place, Pool, Purchase, ResultCache,
    Servers, Service, ServiceLaw, Split, Spread, Step,
};

use sim::{Simulation, Span, Streams};

use crate::machines::{Lifecycle, PoolOutcome};
use crate::orders::outsourced::PROOFS_BOUGHT;
use crate::system::{Counted, Ran, Resolution, System};

use course::Piece;
use outcome::Outcome;
use world::ServiceWorld;

/// Events between two reports of a run: rare enough to cost nothing, and frequent enough for somebody who wants it to end.
const EVENTS_BETWEEN_REPORTS: u32 = 4_096;

/// Memory of a request that waits or is served, about.
const BYTES_OF_REQUEST: f64 = 400.0;
/// Memory of an input of a cache.
const BYTES_OF_INPUT: f64 = 64.0;
/// Longest time in which the last requests of a run may end, as a multiple of the measured time, and in seconds.
const LONGEST_DRAIN: f64 = 1.0;
const SHORTEST_DRAIN_S: f64 = 600.0;

impl From<crate::system::Horizon> for Horizon {
    fn from(horizon: crate::system::Horizon) -> Self {
        let span = Span::from_secs_f64;
        let drain = span((LONGEST_DRAIN * horizon.measured_s).max(SHORTEST_DRAIN_S));
        Self { warm_up: span(horizon.warm_up_s), measured: span(horizon.measured_s), drain }
    }
}

impl System for Service {
    type Extent = Horizon;
    type Outcome = Outcome;

    const REQUEST: Counted = Counted { unit: "req", words: "requests", carried: "answered requests" };

    fn load_per_s(&self, horizon: crate::system::Horizon) -> f64 {
        capacity::offered_per_s(self, horizon.into())
    }

    /// There are no cohorts: what becomes of a request depends on itself.
    fn run_told(
        &self,
        _: Resolution,
        extent: Horizon,
        streams: &Streams,
        go_on: impl FnMut(f64) -> bool,
    ) -> Option<Outcome> {
        run_told(self, extent, streams, go_on)
    }

    fn ran(outcome: &Outcome) -> Ran {
        Ran { simulated_s: outcome.simulated_s, fingerprint: outcome.fingerprint }
    }

    fn pools(outcome: &Outcome) -> &[PoolOutcome] {
        &outcome.pools
    }

    fn used(outcome: &Outcome) -> Vec<(&'static str, f64)> {
        outcome.bought.iter().map(|bought| (PROOFS_BOUGHT, bought.usd_per_month())).collect()
    }

    fn lifecycle(&self, pool: &str) -> Option<&Lifecycle> {
        Self::lifecycle(self, pool)
    }

    /// Requests, those of others on a market too, about three times as much work as a block of a layered system, and what happens to machines.
    fn work_of(&self, extent: Horizon, _: Resolution) -> f64 {
        let seconds = (extent.warm_up + extent.measured).as_secs_f64();
        let machines = self.machine_events_per_s();
        let others = self.purchase().and_then(|(_, purchase)| purchase.market.others.as_ref());
        let requests_per_s = capacity::offered_per_s(self, extent) + others.map_or(0.0, |others| others.per_s);
        (3.0 * requests_per_s + machines) * seconds
    }

    /// Those in the system at once are as many as wait; a service that is overloaded is bounded by its queues or its clients.
    fn bytes_of(&self, extent: Horizon, _: Resolution) -> f64 {
        let inputs = self.cache.map_or(0.0, |cache| f64::from(cache.inputs));
        let minute = 60.0 * capacity::offered_per_s(self, extent);
        minute * BYTES_OF_REQUEST + inputs * BYTES_OF_INPUT
    }
}

/// Runs one replication.
pub fn run(system: &Service, horizon: Horizon, streams: &Streams) -> Outcome {
    run_told(system, horizon, streams, |_| true).expect("nobody ends it")
}

/// Runs one replication for somebody who is told now and then which share of it is done, about, and ends it by saying no.
/// Nothing else depends on who listens. Panics where the service cannot be: no step or server, shares that do not sum to 1, a law
/// that cannot be drawn.
pub fn run_told(
    system: &Service,
    horizon: Horizon,
    streams: &Streams,
    mut go_on: impl FnMut(f64) -> bool,
) -> Option<Outcome> {
    let mut simulation = start(system, horizon, streams);
    let (mut unreported, mut ended) = (0, false);
    simulation.run_while(|world| {
        unreported += 1;
        if unreported == EVENTS_BETWEEN_REPORTS {
            unreported = 0;
            ended = !go_on(world.share_done());
        }
        !ended && !world.over()
    });
    let events = simulation.events();
    (!ended).then(|| simulation.world.outcome(events))
}

/// Runs one replication and keeps how it went, in pieces of the length `every`. The outcome is that of [`run`], but for the number of
/// events, of which every piece is one.
pub fn watch(system: &Service, horizon: Horizon, streams: &Streams, every: Span) -> (Outcome, Vec<Piece>) {
    let mut simulation = start(system, horizon, streams);
    simulation.world.watch_every(every, &mut simulation.calendar);
    simulation.run_while(|world| !world.over());
    let (events, course) = (simulation.events(), simulation.world.take_course());
    (simulation.world.outcome(events), course)
}

/// How a run goes, in pieces of the length `every`, until somebody who is told the pieces so far after each says no, or the measured
/// time is over. What has not ended by then is not waited for.
pub fn watch_while(
    system: &Service,
    horizon: Horizon,
    streams: &Streams,
    every: Span,
    mut go_on: impl FnMut(&[Piece]) -> bool,
) -> Vec<Piece> {
    let mut simulation = start(system, horizon, streams);
    simulation.world.watch_every(every, &mut simulation.calendar);
    let mut told = 0;
    simulation.run_while(|world| {
        let pieces = world.course();
        if pieces.len() > told {
            told = pieces.len();
            if !go_on(pieces) {
                return false;
            }
        }
        !world.closed() && !world.over()
    });
    simulation.world.take_course()
}

fn start(system: &Service, horizon: Horizon, streams: &Streams) -> Simulation<ServiceWorld> {
    let mut simulation = Simulation::new(ServiceWorld::new(system, horizon, streams));
    simulation.world.start(&mut simulation.calendar);
    simulation
}
