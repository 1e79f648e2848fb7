//! Acceptance of epoch proofs by the chain itself, and the transactions that wait for it.
//!
//! Model: a proof that is complete goes into the next block; the validators verify it and vote, and with that vote every
//! transaction of the epoch has proof finality. Epochs are accepted independently of each other. What is reverted waits
//! no more; an epoch that nobody wants proven ends without a proof.
//! Assumptions: a valid proof is always accepted; its verification takes one core and disturbs nothing else.
//! Source: the vote is [`crate::quorum`]. Leaves out: settlement on another chain, its gas and its own finality.

use std::collections::BTreeMap;

use sim::{Span, Time};

use crate::cohort::Cohort;

/// Transactions that have been voted for and wait for their epoch's proof.
#[derive(Debug, Clone)]
pub struct Settlement {
    slot: Span,
    verify: Span,
    /// By epoch: slots and their transactions.
    unproven: BTreeMap<u32, Vec<(u64, Cohort)>>,
    closed_epochs: u32,
}

impl Settlement {
    /// Nothing waits. `slot` is the time between blocks, `verify` what a validator takes to verify a proof.
    pub fn new(slot: Span, verify: Span) -> Self {
        Self { slot, verify, unproven: BTreeMap::new(), closed_epochs: 0 }
    }

    /// The transactions of a block of this epoch and slot wait from now on; those of one window are kept together.
    pub fn include(&mut self, epoch: u32, slot: u64, block: &[Cohort]) {
        let kept = self.unproven.entry(epoch).or_default();
        for cohort in block {
            match kept.last_mut() {
                Some((of, last)) if *of == slot && last.arrived == cohort.arrived => last.count += cohort.count,
                _ => kept.push((slot, *cohort)),
            }
        }
    }

    /// The blocks of this slot and all later ones are reverted; slots count from the start of the run.
    pub fn revert(&mut self, slot: u64) {
        for kept in self.unproven.values_mut() {
            let stays = kept.partition_point(|(of, _)| *of < slot);
            kept.truncate(stays);
        }
    }

    /// An epoch will not be proven: its transactions wait for nothing.
    pub fn close(&mut self, epoch: u32) {
        self.closed_epochs += u32::from(self.unproven.remove(&epoch).is_some());
    }

    /// The proof of an epoch is complete: when it is accepted, given the delay of the vote, and whose wait that ends.
    pub fn accept(&mut self, epoch: u32, now: Time, vote: Span) -> (Time, Vec<Cohort>) {
        let slots = (now - Time::ZERO).nanos().div_ceil(self.slot.nanos());
        let accepted = Time::ZERO + self.slot * slots + self.verify + vote;
        let settled = self.unproven.remove(&epoch);
        self.closed_epochs += u32::from(settled.is_some());
        (accepted, settled.unwrap_or_default().into_iter().map(|(_, cohort)| cohort).collect())
    }

    /// Epochs with waiting transactions that have been accepted so far, or will not be proven.
    pub fn closed_epochs(&self) -> u32 {
        self.closed_epochs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cohort::Window;

    #[test]
    fn a_proof_goes_into_the_next_block_and_settles_its_epoch_only() {
        let mut settlement = Settlement::new(Span::from_millis(500), Span::from_millis(20));
        let cohort = |count| Cohort::new(count, Window::at(Time::from_secs_f64(1.0)));
        settlement.include(0, 3, &[cohort(3), cohort(4)]);
        settlement.include(1, 5, &[cohort(9)]);
        let (accepted, settled) = settlement.accept(0, Time::from_secs_f64(7.2), Span::from_millis(100));
        assert_eq!(accepted, Time::from_secs_f64(7.62));
        assert_eq!(settled, [cohort(7)]);
        assert_eq!(settlement.closed_epochs(), 1);
        settlement.close(1);
        settlement.close(2);
        assert_eq!(settlement.closed_epochs(), 2, "nobody waits in the third");
    }

    #[test]
    fn what_is_reverted_is_not_settled() {
        let mut settlement = Settlement::new(Span::from_millis(500), Span::ZERO);
        let cohort = |count| Cohort::new(count, Window::at(Time::from_secs_f64(1.0)));
        for slot in 0..4 {
            settlement.include((slot / 2) as u32, slot, &[cohort(slot + 1)]);
        }
        settlement.revert(1);
        settlement.include(1, 4, &[cohort(50)]);
        let settled = |settlement: &mut Settlement, epoch| {
            settlement
                .accept(epoch, Time::from_secs_f64(9.0), Span::ZERO)
                .1
                .iter()
                .map(|cohort| cohort.count)
                .sum::<u64>()
        };
        assert_eq!((settled(&mut settlement, 0), settled(&mut settlement, 1)), (1, 50));
    }
}
