//! The wiring of the fraud window: blocks are asserted to be valid, disputed, reverted, and final with their proof.
//!
//! Model: what all shards propose in a slot is one block of the disputed chain. A revert takes it and everything after
//! it out of the provers' segments and of what waits for a proof; its transactions go back to the blocks with their
//! original arrival, or are refunded. Proofs of epochs are accepted in order, and none that stands on an invalid block:
//! there is no such proof. What is accepted can no longer be reverted.
//!
//! Assumptions: the set votes for an invalid block as for any other (that is what makes it dangerous); what survives its
//! window is proven as if it were valid. Source: [`crate::disputes`]. Leaves out: users who resubmit a refunded
//! transaction; validators who check again what they know.

use std::collections::{BTreeMap, BTreeSet};

use sim::{Calendar, Schedule, Stream, Streams, Time};

use crate::cohort::{Cohort, Window};
use crate::disputes::game::Side;
use crate::disputes::{self, Disputes, FraudWindow, Happened, Revert, State};
use crate::proving::Demand;
use crate::systems::layered::history::{History, Included};
use crate::systems::layered::outcome::FraudOutcome;
use crate::systems::layered::timeline::Track;
use crate::systems::layered::world::{Event, LayeredWorld};
use crate::tree::folding::Folded;

/// The blocks that can be invalid, and the proofs that wait for them.
#[derive(Debug)]
pub(super) struct Fraud {
    pub disputes: Disputes,
    pub history: History,
    /// Complete proofs of epochs that are not accepted.
    held: BTreeMap<u32, Folded>,
    /// Epochs that will have no proof.
    passed_over: BTreeSet<u32>,
    /// The first epoch that is neither.
    next: u32,
    /// Work on complete proofs that were thrown away, in server-seconds.
    wasted_s: f64,
    returning: Stream,
}

impl Fraud {
    /// An empty chain of valid blocks, for provers with so many lanes.
    pub(super) fn new(rules: FraudWindow, lanes: usize, streams: &Streams) -> Self {
        Self {
            disputes: Disputes::new(rules, streams),
            history: History::new(lanes),
            held: BTreeMap::new(),
            passed_over: BTreeSet::new(),
            next: 0,
            wasted_s: 0.0,
            returning: streams.stream("who returns"),
        }
    }

    /// The slot of the first block that can still be reverted.
    pub(super) fn first_slot(&self) -> Option<u64> {
        self.history.slot(self.disputes.first())
    }

    /// How many of each cohort return, of reverted ones of which so many do and the others are refunded.
    fn returning(&mut self, gone: &[Included], revert: &Revert, now: Time) -> Vec<Cohort> {
        let (mut back, mut left) = (revert.returned, revert.returned + revert.refunded);
        let mut cohorts = Vec::new();
        for cohort in gone.iter().flat_map(|block| &block.cohorts).filter(|cohort| cohort.count > 0) {
            let share = back as f64 / left as f64;
            left -= cohort.count;
            // A subset of known size, cohort by cohort: binomial within what is possible.
            let least = back.saturating_sub(left);
            let most = cohort.count.min(back);
            let count =
                if least == most { most } else { self.returning.binomial(cohort.count, share).clamp(least, most) };
            back -= count;
            if count > 0 {
                cohorts.push(Cohort { count, ready: Window::at(now), ..*cohort });
            }
        }
        cohorts
    }
}

impl LayeredWorld {
    /// The block of the slot is proposed as valid, rightly or not.
    pub(super) fn assert_valid(&mut self, transactions: u64, calendar: &mut Calendar<Event>) {
        let Some(fraud) = &mut self.fraud else { return };
        let block = fraud.disputes.propose(transactions, &mut calendar.scope(Event::Disputes));
        let invalid = fraud.disputes.is_invalid(block);
        let slot = fraud.history.slot(block);
        fraud.history.settle(fraud.disputes.first());
        if let Some(slot) = slot.filter(|_| invalid) {
            let (epoch, within) = self.place(slot);
            self.provers.iter_mut().for_each(|provers| provers.spoil(epoch, within));
            if self.timeline.is_some() {
                let now = calendar.now();
                self.show(Track::Disputes, format!("invalid block of slot {slot}"), (now, now), Some(transactions));
            }
        }
    }

    /// Something happens to a block that is challenged or should be.
    pub(super) fn dispute(&mut self, event: disputes::Event, calendar: &mut Calendar<Event>) {
        let Some(fraud) = &mut self.fraud else { return };
        let (disputes::Event::Challenge(block)
        | disputes::Event::Verdict(block, _)
        | disputes::Event::WindowEnd(block)) = event;
        let (state, slot) = (fraud.disputes.state(block), fraud.history.slot(block));
        let happened = fraud.disputes.handle(event, &mut calendar.scope(Event::Disputes));
        let slot = slot.expect("only blocks that can be reverted are disputed");
        let (epoch, within) = self.place(slot);
        match happened {
            Happened::Disputed(_) => {
                if let (Demand::OnChallenge { .. }, Some(provers)) = (self.system.demand(), &mut self.provers) {
                    provers.prove(epoch, &mut calendar.scope(Event::Provers));
                }
            }
            Happened::Reverted(revert) => self.revert(&revert, calendar),
            Happened::Accepted(_) => {
                if let Some(provers) = &mut self.provers {
                    provers.absolve(epoch, within, &mut calendar.scope(Event::Provers));
                }
            }
            Happened::Upheld(_) => {}
        }
        if let (true, disputes::Event::Verdict(_, winner), Some(State::Disputed(since))) =
            (self.timeline.is_some(), event, state)
        {
            let verdict = if winner == Side::Challenger { "reverted" } else { "upheld" };
            let thrown = if let Happened::Reverted(revert) = happened { revert.returned + revert.refunded } else { 0 };
            let span = (since, calendar.now());
            self.show(Track::Disputes, format!("dispute of slot {slot}: {verdict}"), span, Some(thrown));
        }
        self.release(calendar);
    }

    /// The proof of an epoch is complete.
    pub(super) fn accept(&mut self, folded: Folded, calendar: &mut Calendar<Event>) {
        match &mut self.fraud {
            None => self.settle(&folded, calendar),
            Some(fraud) => {
                fraud.held.insert(folded.tree, folded);
                self.release(calendar);
            }
        }
    }

    /// An epoch will have no proof; those after it need not wait for it.
    pub(super) fn pass_over(&mut self, epoch: u32, calendar: &mut Calendar<Event>) {
        if let Some(fraud) = &mut self.fraud {
            fraud.passed_over.insert(epoch);
            self.release(calendar);
        }
    }

    /// Accepts the proofs that wait for nothing any more.
    fn release(&mut self, calendar: &mut Calendar<Event>) {
        let slots = self.system.slots_per_epoch;
        while let Some(fraud) = &mut self.fraud {
            let epoch = fraud.next;
            if fraud.passed_over.remove(&epoch) {
                fraud.next += 1;
                continue;
            }
            let below = fraud.history.height_at((u64::from(epoch) + 1) * slots);
            if fraud.disputes.first_invalid().is_some_and(|block| block < below) {
                return;
            }
            let Some(folded) = fraud.held.remove(&epoch) else { return };
            fraud.disputes.prove(below, &mut calendar.scope(Event::Disputes));
            fraud.history.settle(fraud.disputes.first());
            fraud.next += 1;
            self.settle(&folded, calendar);
        }
    }

    /// A block and all its descendants are thrown out.
    fn revert(&mut self, revert: &Revert, calendar: &mut Calendar<Event>) {
        let Some(fraud) = &mut self.fraud else { return };
        let slots = self.system.slots_per_epoch;
        let gone = fraud.history.revert(revert.blocks);
        let first = gone.first().expect("the disputed block is thrown out itself").slot;
        self.settlement.revert(first);
        // A proof that covers what is thrown out is for nothing, though it was complete.
        for folded in fraud.held.split_off(&((first / slots) as u32)).into_values() {
            fraud.wasted_s += folded.work_s;
        }
        let returning = fraud.returning(&gone, revert, calendar.now());
        returning.into_iter().for_each(|cohort| self.builder.submit(cohort));
        if let Some(provers) = &mut self.provers {
            let each =
                gone.iter().map(|block| ((block.slot / slots) as u32, block.slot % slots, block.proven.as_slice()));
            provers.revert(each, &mut calendar.scope(Event::Provers));
        }
    }

    /// What is known of the fraud window at the end of a run.
    pub(super) fn fraud_outcome(&mut self, now: Time) -> Option<FraudOutcome> {
        let work = self.provers.as_ref().map(|provers| (provers.work(now), provers.epochs().wasted()));
        let fraud = self.fraud.as_mut()?;
        fraud.disputes.settle(now);
        let wasted = work.filter(|(work, _)| *work > 0.0).map(|(work, wasted)| (wasted + fraud.wasted_s) / work);
        Some(FraudOutcome {
            reversals: fraud.disputes.reversals(now),
            record: fraud.disputes.record().clone(),
            wasted_share: wasted,
        })
    }

    /// Epoch of a slot, and its place in it.
    fn place(&self, slot: u64) -> (u32, u64) {
        ((slot / self.system.slots_per_epoch) as u32, slot % self.system.slots_per_epoch)
    }
}
