//! How a run went, piece by piece: for bursts, storms of retries, failures and rollouts, which a mean does not show.
//!
//! Model: the run is cut into pieces of equal length, from its start to the end of the measured time; what is counted is of all requests,
//! in the piece in which it happens. Source: the interval counts of monitoring systems.
//! Leaves out: percentiles by piece.

use sim::{Span, Time};

use crate::given::{Before, Given};

/// What happened in one piece of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// When it ended \[s since the start of the run\].
    pub until_s: f64,
    /// What happened in it.
    pub flow: Flow,
    /// Requests that waited for a server when it ended, at all steps.
    pub waiting: u64,
    /// Instances that ran when it ended.
    pub running: u32,
    /// Machines that were paid for when it ended: of every pool, the instances first, by lot.
    pub paid: Vec<Vec<f64>>,
    /// Share of each step's servers that worked in it, 0–1.
    pub busy: Vec<(String, f64)>,
}

/// Counts of what happens to requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flow {
    /// Requests that arrived.
    pub offered: u64,
    /// Attempts after another had failed.
    pub retries: u64,
    /// Requests that were answered.
    pub answered: u64,
    /// Requests that ended without an answer.
    pub missed: u64,
}

impl Flow {
    fn since(self, before: Self) -> Self {
        Self {
            offered: self.offered - before.offered,
            retries: self.retries - before.retries,
            answered: self.answered - before.answered,
            missed: self.missed - before.missed,
        }
    }
}

/// The pieces so far.
#[derive(Debug)]
pub(super) struct Course {
    /// How long a piece is.
    pub(super) every: Span,
    pub(super) pieces: Vec<Piece>,
    before: Flow,
    given: Before,
}

impl Course {
    /// Panics where a piece has no length.
    pub(super) fn new(every: Span) -> Self {
        assert!(every > Span::ZERO, "a piece of a run has a length");
        Self { every, pieces: Vec::new(), before: Flow::default(), given: Before::default() }
    }

    /// A piece ends, with all that happened since the start.
    pub(super) fn add(
        &mut self,
        now: Time,
        (all, given): (Flow, Vec<Given>),
        (waiting, running): (u64, u32),
        paid: Vec<Vec<f64>>,
    ) {
        let flow = all.since(self.before);
        self.before = all;
        let busy = self.given.end(now, given);
        self.pieces.push(Piece { until_s: now.as_secs_f64(), flow, waiting, running, paid, busy });
    }
}
