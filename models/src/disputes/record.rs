//! What is seen of a fraud window: counts, money, times, and how often accepted transactions were reverted.
//!
//! Conservation: submitted = settled + in flight + returned + refunded, where what is in flight is in the chain and its
//! window is not over. Source: arithmetic. Leaves out: who the parties are.

use serde::{Deserialize, Serialize};
use sim::{QuantileSketch, Span, Time};

use crate::QUANTILE_ERROR;
use crate::fleet::HOURS_PER_MONTH;

/// What was seen since the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Transactions put into blocks; one that returned and was included again counts twice.
    pub submitted: u64,
    /// Transactions whose window is over.
    pub settled: u64,
    /// Reverted transactions that were submitted again.
    pub returned: u64,
    /// Reverted transactions that were not.
    pub refunded: u64,
    /// Invalid blocks that were proposed.
    pub invalid: u64,
    /// Invalid blocks that were accepted.
    pub survived: u64,
    /// Invalid blocks that went with an earlier one.
    pub carried_off: u64,
    /// Disputes.
    pub disputes: u64,
    /// Disputes that the challenger lost.
    pub upheld: u64,
    /// Reverts.
    pub reverts: u64,
    /// Blocks reverted.
    pub blocks_reverted: u64,
    /// Stakes of proposers that were slashed, in the unit of the stakes.
    pub slashed: f64,
    /// Part of them that went to challengers.
    pub rewarded: f64,
    /// Stakes that challengers lost.
    pub forfeited: f64,
    /// From the proposal of an invalid block to the verdict that it is one, in seconds.
    pub to_fault_proof: QuantileSketch,
    /// Transactions reverted at most as old as each of the ages.
    reverted_by_age: Vec<u64>,
}

impl Record {
    /// Nothing seen, with reversals to be counted at so many ages.
    pub(super) fn new(ages: usize) -> Self {
        Self {
            submitted: 0,
            settled: 0,
            returned: 0,
            refunded: 0,
            invalid: 0,
            survived: 0,
            carried_off: 0,
            disputes: 0,
            upheld: 0,
            reverts: 0,
            blocks_reverted: 0,
            slashed: 0.0,
            rewarded: 0.0,
            forfeited: 0.0,
            to_fault_proof: QuantileSketch::new(QUANTILE_ERROR),
            reverted_by_age: vec![0; ages],
        }
    }

    /// Transactions reverted per month of 730 hours, given that the record covers the time from the start to `now`; 0
    /// at the start.
    pub fn reverted_per_month(&self, now: Time) -> f64 {
        let months = now.as_secs_f64() / (HOURS_PER_MONTH * 3_600.0);
        if months > 0.0 { (self.returned + self.refunded) as f64 / months } else { 0.0 }
    }

    /// Counts transactions that were reverted at this age.
    pub(super) fn reverted(&mut self, transactions: u64, age: Span, ages: &[Span]) {
        let by_age = self.reverted_by_age.iter_mut().zip(ages);
        by_age.filter(|(_, limit)| age <= **limit).for_each(|(count, _)| *count += transactions);
    }

    /// Of the transactions that reached an age (the number `which` of the ages), the share that was reverted later;
    /// `younger` are in the chain and have not reached it. `None` when none has.
    pub(super) fn reversal(&self, which: usize, younger: u64) -> Option<f64> {
        let before = self.reverted_by_age[which];
        let reached = self.submitted - younger - before;
        let after = self.returned + self.refunded - before;
        (reached > 0).then(|| after as f64 / reached as f64)
    }
}
