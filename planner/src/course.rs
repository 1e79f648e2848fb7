//! The measured time of one run, piece by piece: what there is to do, how busy every stage is, and machines that come and go.

use models::fleet::{Lot, Pool, Rent};
use models::machines::Lifecycle;
use scenarios::Case;
use serde::{Deserialize, Serialize};
use sim::Span;

/// The course of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunCourse {
    /// How long a piece of it is, about \[s\].
    pub every_s: f64,
    /// Whether the machines of some pool are paid for only as long as they are there.
    pub changes: bool,
    /// Its stages, as they are called in the figures of utilization.
    pub stages: Vec<String>,
    /// All pieces of the measured time, in order.
    pub pieces: Vec<RunPiece>,
}

/// A piece of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunPiece {
    /// When it ended, since the start of the measured time \[s\].
    pub until_s: f64,
    /// Requests that arrived in it, per second.
    pub offered_per_s: f64,
    /// Requests, or proofs, that waited when it ended, where that is counted.
    pub waiting: Option<u64>,
    /// Machines of pools that change which were paid for when it ended.
    pub machines: f64,
    /// What these cost then \[USD per hour\].
    pub usd_per_hour: f64,
    /// Share of the servers of each stage that worked in it, 0–1, to four digits: of all that a pool may have where it changes.
    pub busy: Vec<f64>,
}

/// Pieces of a course: as many as a chart shows.
const PIECES: f64 = 200.0;
/// The shortest piece \[s\].
const SHORTEST_S: f64 = 1.0;
/// Replications from which one run more, to be watched, is cheap.
const CHEAP: usize = 10;

/// What a kind of system tells of a piece of the measured time of its first replication.
#[derive(Debug)]
pub(crate) struct Told {
    /// When it ended, since the start of the measured time \[s\].
    pub(crate) until_s: f64,
    /// Requests that arrived in it, per second.
    pub(crate) offered_per_s: f64,
    /// What waited for machines when it ended, where that is counted.
    pub(crate) waiting: Option<u64>,
    /// Machines that were paid for when it ended: of pools by name, by lot.
    pub(crate) paid: Vec<(String, Vec<f64>)>,
    /// Share of each stage's servers that worked in it, 0–1.
    pub(crate) busy: Vec<(String, f64)>,
}

/// The course of the first replication of so many, which is run once more for it: where machines come and go, or where that adds little. Kinds
/// of systems `tell` in pieces of about such a length.
pub(crate) fn course(case: &Case, replications: usize, tell: impl FnOnce(Span) -> Vec<Told>) -> Option<RunCourse> {
    let is_paid_in_part = |pool: &&Pool| case.system.lifecycle(&pool.name).is_some_and(Lifecycle::is_paid_in_part);
    let changing: Vec<&Pool> = case.fleet.pools.iter().filter(is_paid_in_part).collect();
    if changing.is_empty() && replications < CHEAP {
        return None;
    }
    let every_s = (case.horizon.measured_s / PIECES).max(SHORTEST_S);
    let told = tell(Span::from_secs_f64(every_s));
    let stages = told.first()?.busy.iter().map(|(stage, _)| stage.clone()).collect();
    let pieces = told.into_iter().map(|told| {
        let paid =
            told.paid.iter().filter_map(|(name, paid)| Some((changing.iter().find(|of| of.name == *name)?, paid)));
        let lots: Vec<(&Lot, f64)> = paid.flat_map(|(pool, paid)| pool.lots.iter().zip(paid.iter().copied())).collect();
        RunPiece {
            until_s: told.until_s,
            offered_per_s: told.offered_per_s,
            waiting: told.waiting,
            machines: lots.iter().map(|(_, machines)| machines).sum(),
            usd_per_hour: lots.iter().map(|(lot, machines)| usd_per_hour(lot, *machines)).sum(),
            busy: told.busy.iter().map(|(_, share)| (share * 1e4).round() / 1e4).collect(),
        }
    });
    Some(RunCourse { every_s, changes: !changing.is_empty(), stages, pieces: pieces.collect() })
}

/// What so many machines of a lot cost by the hour, as far as they are rented.
fn usd_per_hour(lot: &Lot, machines: f64) -> f64 {
    match lot.rent {
        Rent::Hourly(usd) => machines * usd,
        Rent::Owned { .. } => 0.0,
    }
}
