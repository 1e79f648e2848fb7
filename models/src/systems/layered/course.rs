//! How the machines that proofs are made on came and went, piece by piece, with the load and what waited for them.
//!
//! Model: pieces of equal length, of whole slots, from the start of a run to the end of the measured time. Source: as
//! [`crate::systems::service::course`]. Leaves out: percentiles by piece.

use sim::{Span, Time};

use crate::systems::layered::world::LayeredWorld;

/// What happened in one piece of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// When it ended \[s since the start of the run\].
    pub until_s: f64,
    /// Transactions that were submitted in it, per second.
    pub offered_per_s: f64,
    /// Jobs of proofs that waited for a server when it ended.
    pub waiting: u64,
    /// Machines that were paid for when it ended, by lot; nothing where they are always there.
    pub paid: Vec<f64>,
}

/// The pieces so far.
#[derive(Debug)]
pub(super) struct Course {
    /// Slots of a piece.
    slots: u64,
    pub(super) pieces: Vec<Piece>,
    /// Transactions that had been submitted before the piece in hand.
    before: u64,
}

impl Course {
    /// Pieces of about this length, of slots of that one.
    pub(super) fn new(every: Span, slot: Span) -> Self {
        let slots = (every.as_secs_f64() / slot.as_secs_f64()).round().max(1.0) as u64;
        Self { slots, pieces: Vec::new(), before: 0 }
    }
}

impl LayeredWorld {
    /// A slot has ended, and with it perhaps a piece of the course.
    pub(super) fn note_course(&mut self, now: Time) {
        let ended = self.slot + 1;
        if ended > self.measured_slots().end {
            return;
        }
        let Some(course) = self.course.as_mut().filter(|course| ended.is_multiple_of(course.slots)) else { return };
        let Some((paid, waiting)) = self.provers.as_ref().and_then(|provers| provers.now(now)) else { return };
        let arrived = self.record.arrived - std::mem::replace(&mut course.before, self.record.arrived);
        let lasts_s = self.system.slot.as_secs_f64() * course.slots as f64;
        let offered_per_s = arrived as f64 / lasts_s;
        course.pieces.push(Piece { until_s: now.as_secs_f64(), offered_per_s, waiting, paid });
    }
}
