//! How the machines that proofs are made on came and went, piece by piece, with the load and what waited for them.
//!
//! Model: pieces of equal length, of whole slots, from the start of a run to the end of the measured time. Source: as
//! [`crate::systems::service::course`]. Leaves out: percentiles by piece.

use sim::{Span, Time};

use crate::given::{Before, Given};
use crate::proving::{PROVERS, Provers};
use crate::systems::layered::world::LayeredWorld;

/// What happened in one piece of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// When it ended \[s since the start of the run\].
    pub until_s: f64,
    /// Transactions that were submitted in it, per second.
    pub offered_per_s: f64,
    /// Jobs of proofs that waited for a server when it ended, where machines come and go.
    pub waiting: Option<u64>,
    /// Machines that were paid for when it ended, by lot; nothing where they are always there.
    pub paid: Vec<f64>,
    /// Share of each stage's servers that worked in it, 0–1.
    pub busy: Vec<(String, f64)>,
}

/// The pieces so far.
#[derive(Debug)]
pub(super) struct Course {
    /// Slots of a piece.
    slots: u64,
    pub(super) pieces: Vec<Piece>,
    /// Transactions that had been submitted before the piece in hand.
    before: u64,
    given: Before,
}

impl Course {
    /// Pieces of about this length, of slots of that one.
    pub(super) fn new(every: Span, slot: Span) -> Self {
        let slots = (every.as_secs_f64() / slot.as_secs_f64()).round().max(1.0) as u64;
        Self { slots, pieces: Vec::new(), before: 0, given: Before::default() }
    }
}

impl LayeredWorld {
    /// A slot has ended, and with it perhaps a piece of the course.
    pub(super) fn note_course(&mut self, now: Time) {
        let ended = self.slot + 1;
        if ended > self.measured_slots().end {
            return;
        }
        if self.course.as_ref().is_none_or(|course| !ended.is_multiple_of(course.slots)) {
            return;
        }
        let (given, provers) = (self.given(now), self.provers.as_ref());
        let paid = provers.and_then(Provers::paid_now).unwrap_or_default();
        let waiting = provers.and_then(|provers| provers.waiting(now));
        let Some(course) = &mut self.course else { return };
        let busy = course.given.end(now, given);
        let arrived = self.record.arrived - std::mem::replace(&mut course.before, self.record.arrived);
        let lasts_s = self.system.slot.as_secs_f64() * course.slots as f64;
        let offered_per_s = arrived as f64 / lasts_s;
        course.pieces.push(Piece { until_s: now.as_secs_f64(), offered_per_s, waiting, paid, busy });
    }

    /// What each stage has given by now.
    fn given(&self, now: Time) -> Vec<Given> {
        let work = self.work(now);
        let lanes = self.validators.len() as f64;
        let cores = lanes * self.system.validator.cores as f64;
        let [voting_cores, voting_link] = self.validators[0].voting();
        let so_far_s = now.as_secs_f64();
        let stage = |stage: &str, so_far_s, servers| Given { stage: stage.to_owned(), so_far_s, servers };
        let mut given = vec![
            stage("validator_cores", work.cores + voting_cores * cores * so_far_s, cores),
            stage("validator_downlink", work.link + voting_link * lanes * so_far_s, lanes),
        ];
        // What is proven before it is included has a fleet of its own kind.
        let proven = work.provers.filter(|_| self.provers.is_none());
        if let Some(given_s) = self.provers.as_ref().map(|provers| provers.given_s(now)).or(proven) {
            given.push(stage(PROVERS, given_s, self.system.prover_servers as f64));
        }
        given
    }
}
