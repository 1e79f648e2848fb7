//! What happens when an epoch or a day has ended, and when a run has.
//!
//! Model: where an epoch is proven when it is challenged, whether somebody did is known when the window of its last block
//! is over. A proof that is accepted makes the epoch's transactions final, and is joined into its day's. Source:
//! [`crate::proving`], [`crate::settlement`]. Leaves out: proofs on request, which nothing here waits for
//! ([`crate::proving::requests`]).

use sim::{Calendar, Schedule, Span, Time};

use crate::proving::Demand;
use crate::systems::layered::timeline::Track;
use crate::systems::layered::world::{Event, LayeredWorld};
use crate::tree::folding::Folded;

/// As many times the measured epochs a run waits at most for proofs that are made on demand.
const LONGEST_WAIT: f64 = 50.0;

impl LayeredWorld {
    /// An epoch has ended: where proofs are made on demand, is there any?
    pub(super) fn end_epoch(&mut self, epoch: u32, calendar: &mut Calendar<Event>) {
        let window = self.system.fraud.as_ref().map_or(Span::ZERO, |rules| rules.window);
        match self.system.demand() {
            Demand::OnChallenge { .. } => {
                while self.end_of(self.undecided) + window <= calendar.now() {
                    let challenged = self.provers.as_ref().is_some_and(|provers| provers.is_begun(self.undecided));
                    if !challenged {
                        self.close(self.undecided, calendar);
                    }
                    self.undecided += 1;
                }
            }
            Demand::Always | Demand::AtEpochEnd | Demand::OnRequest { .. } => {}
        }
        let first = self.fraud.as_ref().map(|fraud| fraud.first_slot().unwrap_or(self.slot));
        let first = first.map_or(epoch + 1, |slot| (slot / self.system.slots_per_epoch) as u32);
        let keep =
            if let Demand::OnChallenge { .. } = self.system.demand() { first.min(self.undecided) } else { first };
        self.provers.iter_mut().for_each(|provers| provers.forget_before(keep));
    }

    /// Nobody has challenged an epoch: its transactions wait for no proof.
    fn close(&mut self, epoch: u32, calendar: &mut Calendar<Event>) {
        self.settlement.close(epoch);
        self.pass_over(epoch, calendar);
    }

    /// The proof of an epoch is accepted: its transactions are final.
    pub(super) fn settle(&mut self, folded: &Folded, calendar: &mut Calendar<Event>) {
        let (epoch, end) = (folded.tree, self.end_of(folded.tree));
        let vote = self.quorum.draw(&mut self.votes);
        let (accepted, settled) = self.settlement.accept(epoch, calendar.now(), vote);
        settled.iter().for_each(|cohort| cohort.record_latency(accepted, &mut self.record.proof_finality));
        if self.horizon.measures(epoch) {
            self.record.epoch(folded, end, accepted);
        }
        if self.timeline.is_some() {
            self.show(Track::Epochs, format!("epoch {epoch}"), (end, accepted), Some(folded.transactions));
        }
        if let Some(provers) = &mut self.provers {
            provers.join_day(epoch, folded.transactions, &mut calendar.scope(Event::Provers));
        }
    }

    /// The proof of a day is complete.
    pub(super) fn end_day(&mut self, folded: &Folded, now: Time) {
        let Some(day) = self.system.plan().and_then(|plan| plan.day) else { return };
        let last = (folded.tree + 1) * day.epochs as u32 - 1;
        if self.horizon.measures(last) {
            self.record.day(folded, self.end_of(last), now);
        }
    }

    /// When the last slot of an epoch ends.
    fn end_of(&self, epoch: u32) -> Time {
        Time::ZERO + self.system.epoch() * (u64::from(epoch) + 1)
    }

    /// Days that are measured and proven in the end.
    fn days(&self) -> u64 {
        let day = self.system.plan().filter(|plan| plan.demand.is_for_all()).and_then(|plan| plan.day);
        day.map_or(0, |day| self.horizon.days(day.epochs))
    }

    /// Whether everything that is measured has happened.
    pub(super) fn complete(&self) -> bool {
        let ended = self.epoch() >= self.horizon.warm_up_epochs + self.horizon.epochs;
        let proven = || self.settlement.closed_epochs() == self.horizon.epochs && self.record.days() == self.days();
        ended && (self.provers.is_none() || proven())
    }

    /// Whether the run waits for proofs that the fleet will not make: as long again as was measured, and two epochs. A
    /// fleet that was sized for few epochs takes as much longer for each of them.
    pub(super) fn hopeless(&self) -> bool {
        let patience = (1.0 / self.system.demand().proofs()).min(LONGEST_WAIT);
        let (warm_up, epochs) = (self.horizon.warm_up_epochs, self.horizon.epochs);
        self.epoch() > warm_up + epochs + (f64::from(epochs + 2) * patience) as u32
    }
}
