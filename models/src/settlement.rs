//! Acceptance of epoch proofs by the chain itself, and the transactions that wait for it.
//!
//! Model: a proof that is complete goes into the next block; the validators verify it and vote, and with that vote every
//! transaction of the epoch has proof finality. Epochs are accepted independently of each other.
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
    unproven: BTreeMap<u32, Vec<Cohort>>,
    accepted_epochs: u32,
}

impl Settlement {
    /// Nothing waits. `slot` is the time between blocks, `verify` what a validator takes to verify a proof.
    pub fn new(slot: Span, verify: Span) -> Self {
        Self { slot, verify, unproven: BTreeMap::new(), accepted_epochs: 0 }
    }

    /// The transactions of a block of this epoch wait from now on; those of one window are kept together.
    pub fn include(&mut self, epoch: u32, block: &[Cohort]) {
        let kept = self.unproven.entry(epoch).or_default();
        for cohort in block {
            match kept.last_mut() {
                Some(last) if last.arrived == cohort.arrived => last.count += cohort.count,
                _ => kept.push(*cohort),
            }
        }
    }

    /// The proof of an epoch is complete: when it is accepted, given the delay of the vote, and whose wait that ends.
    pub fn accept(&mut self, epoch: u32, now: Time, vote: Span) -> (Time, Vec<Cohort>) {
        let slots = (now - Time::ZERO).nanos().div_ceil(self.slot.nanos());
        let accepted = Time::ZERO + self.slot * slots + self.verify + vote;
        let settled = self.unproven.remove(&epoch);
        self.accepted_epochs += u32::from(settled.is_some());
        (accepted, settled.unwrap_or_default())
    }

    /// Epochs with waiting transactions that have been accepted so far.
    pub fn accepted_epochs(&self) -> u32 {
        self.accepted_epochs
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
        settlement.include(0, &[cohort(3), cohort(4)]);
        settlement.include(1, &[cohort(9)]);
        let (accepted, settled) = settlement.accept(0, Time::from_secs_f64(7.2), Span::from_millis(100));
        assert_eq!(accepted, Time::from_secs_f64(7.62));
        assert_eq!(settled, [cohort(7)]);
        assert_eq!(settlement.accepted_epochs(), 1);
    }
}
