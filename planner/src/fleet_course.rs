//! Machines that come and go, over the measured time of one run: what there is to do, how many are paid for, and what that costs.

use models::fleet::{Lot, Pool, Rent};
use models::machines::Lifecycle;
use scenarios::Case;
use serde::{Deserialize, Serialize};
use sim::Span;

/// The course of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FleetCourse {
    /// How long a piece of it is, about \[s\].
    pub every_s: f64,
    /// All pieces of the measured time, in order.
    pub pieces: Vec<FleetPiece>,
}

/// A piece of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FleetPiece {
    /// When it ended, since the start of the measured time \[s\].
    pub until_s: f64,
    /// Requests that arrived in it, per second.
    pub offered_per_s: f64,
    /// Requests, or proofs, that waited when it ended.
    pub waiting: u64,
    /// Machines of pools that change which were paid for when it ended.
    pub machines: f64,
    /// What these cost then \[USD per hour\].
    pub usd_per_hour: f64,
}

/// Pieces of the course of a fleet: as many as a chart shows.
const PIECES: f64 = 400.0;
/// The shortest piece \[s\].
const SHORTEST_S: f64 = 1.0;

/// What a kind of system tells of a piece of the measured time of its first replication.
#[derive(Debug)]
pub(crate) struct Told {
    /// When it ended, since the start of the measured time \[s\].
    pub(crate) until_s: f64,
    /// Requests that arrived in it, per second.
    pub(crate) offered_per_s: f64,
    /// What waited for machines when it ended.
    pub(crate) waiting: u64,
    /// Machines that were paid for when it ended: of pools by name, by lot.
    pub(crate) paid: Vec<(String, Vec<f64>)>,
}

/// How machines came and went in the measured time of the first replication; nothing where all are always paid for. Kinds of systems
/// `tell` in pieces of about such a length.
pub(crate) fn fleet_course(case: &Case, tell: impl FnOnce(Span) -> Vec<Told>) -> Option<FleetCourse> {
    let changes = |pool: &&Pool| case.system.lifecycle(&pool.name).is_some_and(Lifecycle::is_paid_in_part);
    let changing: Vec<&Pool> = case.fleet.pools.iter().filter(changes).collect();
    if changing.is_empty() {
        return None;
    }
    let every_s = (case.horizon.measured_s / PIECES).max(SHORTEST_S);
    let pieces = tell(Span::from_secs_f64(every_s)).into_iter().map(|told| {
        let paid =
            told.paid.iter().filter_map(|(name, paid)| Some((changing.iter().find(|of| of.name == *name)?, paid)));
        let lots: Vec<(&Lot, f64)> = paid.flat_map(|(pool, paid)| pool.lots.iter().zip(paid.iter().copied())).collect();
        FleetPiece {
            until_s: told.until_s,
            offered_per_s: told.offered_per_s,
            waiting: told.waiting,
            machines: lots.iter().map(|(_, machines)| machines).sum(),
            usd_per_hour: lots.iter().map(|(lot, machines)| usd_per_hour(lot, *machines)).sum(),
        }
    });
    let pieces: Vec<FleetPiece> = pieces.collect();
    (!pieces.is_empty()).then_some(FleetCourse { every_s, pieces })
}

/// What so many machines of a lot cost by the hour, as far as they are rented.
fn usd_per_hour(lot: &Lot, machines: f64) -> f64 {
    match lot.rent {
        Rent::Hourly(usd) => machines * usd,
        Rent::Owned { .. } => 0.0,
    }
}
