//! The chain below (L1): when a transaction is included and final there, and what it pays.
//!
//! Model: transactions of one sender are included in the order in which they are sent; each is in the next slot with a stated chance, and
//! otherwise in the one after that, or a later one. What is included is final when so many whole epochs have passed since the end of its own. A
//! transaction pays base fee and tip for its gas, and the blob fee for its blobs ([`fees`]).
//! Assumptions: slots are never missed but in outages; fees never make a transaction wait, since it bids what it takes.
//! Source: V. Buterin et al., "Combining GHOST and Casper" (2020), for finality; EIP-1559 and EIP-4844 for what is paid.
//! Leaves out: reorganizations, senders who compete for a slot.

pub mod fees;

use sim::{Span, Stream, Streams, Time};

use crate::outages::{OutageProcess, Outages};
use fees::{Fee, FeeLaw, Paid};

/// Blob gas of one blob. Source: EIP-4844, GAS_PER_BLOB.
pub const GAS_PER_BLOB: f64 = 131_072.0;

/// The rules of an L1.
#[derive(Debug, Clone, PartialEq)]
pub struct L1 {
    /// Time between its blocks.
    pub slot: Span,
    /// Chance that a transaction is in the next of them, above 0.
    pub included: f64,
    /// Slots of an epoch, at least one.
    pub slots_per_epoch: u64,
    /// Whole epochs after its own until what is included is final.
    pub epochs_to_finality: u64,
    /// Times in which nothing of ours is included.
    pub outages: Outages,
    /// Base fee \[gwei per gas\].
    pub gas_fee: FeeLaw,
    /// What is paid beside it \[gwei per gas\].
    pub tip_gwei: f64,
    /// Fee of blobs \[gwei per blob gas\].
    pub blob_fee: FeeLaw,
    /// Most blobs of a block, of all who post any.
    pub most_blobs: f64,
}

impl L1 {
    /// When what is included at a time is final.
    pub fn final_at(&self, included: Time) -> Time {
        let epoch = self.slot * self.slots_per_epoch;
        let epochs = included.nanos() / epoch.nanos() + 1 + self.epochs_to_finality;
        Time::ZERO + epoch * epochs
    }
}

/// The L1 in a run.
#[derive(Debug)]
pub struct Chain {
    rules: L1,
    gas_fee: Fee,
    blob_fee: Fee,
    outages: OutageProcess,
    inclusion: Stream,
    /// When the last of our transactions is included.
    last: Time,
    /// Slots of which the fees have been settled.
    slots: u64,
    /// What our transactions use of the slot in hand: gas and blobs.
    ours: (f64, f64),
}

impl Chain {
    /// The L1 at the beginning of a run.
    pub fn new(rules: &L1, streams: &Streams) -> Self {
        Self {
            gas_fee: Fee::new(&rules.gas_fee, streams.stream("l1 gas demand")),
            blob_fee: Fee::new(&rules.blob_fee, streams.stream("l1 blob demand")),
            outages: OutageProcess::new(&rules.outages, streams.stream("l1 outages")),
            inclusion: streams.stream("l1 inclusion"),
            last: Time::ZERO,
            slots: 0,
            ours: (0.0, 0.0),
            rules: rules.clone(),
        }
    }

    /// The rules.
    pub fn rules(&self) -> &L1 {
        &self.rules
    }

    /// The slot after a time.
    pub fn next_slot(&self, now: Time) -> Time {
        let slot = self.rules.slot;
        Time::ZERO + slot * (now.nanos() / slot.nanos() + 1)
    }

    /// When a transaction that is sent now is included.
    pub fn send(&mut self, now: Time) -> Time {
        let mut at = self.next_slot(now);
        while self.rules.included < 1.0 && self.inclusion.uniform() >= self.rules.included {
            at = at + self.rules.slot;
        }
        let up = self.outages.in_service(at);
        if up > at {
            at = self.next_slot(up);
        }
        self.last = self.last.max(at);
        self.last
    }

    /// Fee of blobs now \[gwei per blob gas\].
    pub fn blob_gwei(&mut self, now: Time) -> f64 {
        self.advance(now);
        self.blob_fee.gwei(now)
    }

    /// A transaction of ours is included now, with so much gas and so many blobs: what it pays.
    pub fn include(&mut self, now: Time, gas: f64, blobs: f64) -> Paid {
        self.advance(now);
        self.ours.0 += gas;
        self.ours.1 += blobs;
        Paid {
            gas_eth: gas * (self.gas_fee.gwei(now) + self.rules.tip_gwei) / 1e9,
            blobs_eth: blobs * GAS_PER_BLOB * self.blob_fee.gwei(now) / 1e9,
        }
    }

    /// Settles the fees of all slots that are over.
    fn advance(&mut self, now: Time) {
        if self.gas_fee.is_stated() && self.blob_fee.is_stated() {
            return;
        }
        let over = now.nanos() / self.rules.slot.nanos();
        while self.slots < over {
            let at = Time::ZERO + self.rules.slot * self.slots;
            let gas_gwei = self.gas_fee.gwei(at);
            self.gas_fee.end_slot(self.ours.0, gas_gwei);
            self.blob_fee.end_slot(self.ours.1, gas_gwei);
            self.ours = (0.0, 0.0);
            self.slots += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Interval;

    pub(crate) fn rules() -> L1 {
        L1 {
            slot: Span::from_secs(12),
            included: 1.0,
            slots_per_epoch: 32,
            epochs_to_finality: 2,
            outages: Outages::default(),
            gas_fee: FeeLaw::Stated([(Time::ZERO, 10.0)].into()),
            tip_gwei: 1.0,
            blob_fee: FeeLaw::Stated([(Time::ZERO, 0.5)].into()),
            most_blobs: 21.0,
        }
    }

    fn at(seconds: u64) -> Time {
        Time::ZERO + Span::from_secs(seconds)
    }

    #[test]
    fn finality_by_hand() {
        // In the first epoch, of 384 s: final two whole epochs after its end. One slot into the second: an epoch later.
        let rules = rules();
        assert_eq!(
            [rules.final_at(at(0)), rules.final_at(at(372)), rules.final_at(at(384))],
            [at(1_152), at(1_152), at(1_536)]
        );
    }

    #[test]
    fn what_is_missed_comes_in_a_later_slot_and_in_order() {
        // A chance of 0.8 is 1 / 0.8 slots in the mean, of which the first is on average half over.
        let rules = L1 { included: 0.8, ..rules() };
        let waits: Vec<f64> =
            (0..4_000).map(|run| Chain::new(&rules, &Streams::new(1, run)).send(at(6)).as_secs_f64() - 6.0).collect();
        let wait = Interval::of(&waits, 0.999).expect("many runs");
        assert!(wait.contains(6.0 + 12.0 * 0.25), "{wait:?}");
        let mut chain = Chain::new(&rules, &Streams::new(1, 0));
        let sent: Vec<Time> = (0..1_000).map(|second| chain.send(at(second))).collect();
        assert!(sent.is_sorted());
    }

    #[test]
    fn a_bill_by_hand() {
        // 100,000 gas at 11 gwei and two blobs at 0.5 gwei.
        let paid = Chain::new(&rules(), &Streams::new(1, 0)).include(at(12), 100_000.0, 2.0);
        assert!((paid.gas_eth - 0.0011).abs() < 1e-15 && (paid.blobs_eth - 0.000_131_072).abs() < 1e-15, "{paid:?}");
    }

    #[test]
    fn nothing_is_included_in_an_outage() {
        let outages = Outages { stated: vec![(at(20), Span::from_secs(40))], chance: None };
        let mut chain = Chain::new(&L1 { outages, ..rules() }, &Streams::new(1, 0));
        assert_eq!([3, 13, 30, 61].map(|second| chain.send(at(second))), [at(12), at(72), at(72), at(72)]);
    }
}
