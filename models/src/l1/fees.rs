//! Fees of an L1: as stated, or as a market makes them.
//!
//! Model: a stated fee holds from given times on. In a market, others would use so much of a slot at a reference fee; what they use falls with
//! a power of the fee, varies from slot to slot (lognormal), and is bounded by what a slot holds. With what we use it moves the
//! fee: that of gas by EIP-1559 ([`BaseFee`]), that of blobs by EIP-4844 with the reserve price of EIP-7918.
//! Assumptions: demand has no memory beyond the fee. Sources: the EIPs, of which 4844 gives fee = least · e^(excess / fraction), which is
//! a factor of e^((used − target) / fraction) a slot, and never less than the least.
//! Leaves out: rounding to whole wei, who is first where a slot is full.

use std::sync::Arc;

use sim::{Distribution, Stream, Time};

use super::GAS_PER_BLOB;
use crate::fees::base_fee::BaseFee;

/// Least fee of blobs \[gwei per blob gas\]: 1 wei. Source: EIP-4844, MIN_BASE_FEE_PER_BLOB_GAS.
const LEAST_BLOB_GWEI: f64 = 1e-9;
/// Least base fee \[gwei per gas\]: 7 wei, below which an eighth of it is less than one.
const LEAST_GAS_GWEI: f64 = 7e-9;
/// A fee above this is none that anybody pays \[gwei\]: a whole ether for a unit.
const MOST_GWEI: f64 = 1e9;
/// Blob gas that costs as much as this gas is where the reserve price begins. Source: EIP-7918, BLOB_BASE_COST.
const BLOB_BASE_COST: f64 = 8_192.0;

/// How a fee comes about.
#[derive(Debug, Clone, PartialEq)]
pub enum FeeLaw {
    /// From given times on, in the order of time; the first holds before its time too \[gwei\]. Every run has the same, which may be months of
    /// slots: they are shared.
    Stated(Arc<[(Time, f64)]>),
    /// By demand.
    Market(Market),
}

/// A market for what slots hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Market {
    /// What others use of a slot at the reference fee, in the mean: gas, or blobs.
    pub outside: f64,
    /// The fee at which they do, and of the beginning of the run \[gwei\].
    pub reference_gwei: f64,
    /// By which power of the fee what they use falls.
    pub elasticity: f64,
    /// Coefficient of variation of what they use, from slot to slot.
    pub spread: f64,
    /// What moves the fee.
    pub rule: Rule,
}

/// What moves a fee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// EIP-1559, with so much gas in a slot as its target and twice as much at most.
    Gas {
        /// Gas of a slot at which the fee stays.
        target: f64,
    },
    /// EIP-4844 and EIP-7918.
    Blobs {
        /// Blobs of a slot at which the fee stays.
        target: f64,
        /// Most blobs of a slot.
        most: f64,
        /// Blob gas above the target that multiplies the fee by e.
        fraction: f64,
    },
}

impl Rule {
    /// The most that a slot holds.
    pub fn most(&self) -> f64 {
        match *self {
            Self::Gas { target } => 2.0 * target,
            Self::Blobs { most, .. } => most,
        }
    }

    /// The fee after a slot in which so much was used at a fee, where gas costs so much \[gwei\].
    fn next(&self, gwei: f64, used: f64, gas_gwei: f64) -> f64 {
        match *self {
            Self::Gas { target } => BaseFee::eip_1559(target, LEAST_GAS_GWEI).next(gwei, used as u64),
            Self::Blobs { target, most, fraction } => {
                let reserved = BLOB_BASE_COST * gas_gwei > GAS_PER_BLOB * gwei;
                let excess = if reserved { used * (most - target) / most } else { used - target };
                (gwei * (excess * GAS_PER_BLOB / fraction).exp()).max(LEAST_BLOB_GWEI)
            }
        }
    }
}

impl FeeLaw {
    /// The fee of the whole run, in the mean, as far as it is stated: over a time; the reference fee of a market.
    pub fn mean_gwei(&self, from: Time, until: Time) -> f64 {
        match self {
            Self::Market(market) => market.reference_gwei,
            Self::Stated(steps) => {
                let ends = steps.iter().skip(1).map(|(at, _)| *at).chain([Time::MAX]);
                let pieces = steps.iter().enumerate().zip(ends).map(|((place, (at, gwei)), end)| {
                    let start = if place == 0 { from } else { (*at).max(from) };
                    let end = end.min(until);
                    if end > start { gwei * (end - start).as_secs_f64() } else { 0.0 }
                });
                pieces.sum::<f64>() / (until - from).as_secs_f64()
            }
        }
    }
}

/// What a transaction paid \[ETH\].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Paid {
    /// For its gas.
    pub gas_eth: f64,
    /// For its blobs.
    pub blobs_eth: f64,
}

/// A fee in a run.
#[derive(Debug)]
pub(super) struct Fee {
    law: FeeLaw,
    /// The fee of the slot in hand, in a market \[gwei\].
    gwei: f64,
    demand: Stream,
}

impl Fee {
    pub(super) fn new(law: &FeeLaw, demand: Stream) -> Self {
        let gwei = if let FeeLaw::Market(market) = law { market.reference_gwei } else { 0.0 };
        Self { law: law.clone(), gwei, demand }
    }

    /// Whether it is known at all times.
    pub(super) fn is_stated(&self) -> bool {
        matches!(self.law, FeeLaw::Stated(_))
    }

    /// The fee at a time, of a market that has come so far \[gwei\].
    pub(super) fn gwei(&self, now: Time) -> f64 {
        match &self.law {
            FeeLaw::Market(_) => self.gwei,
            FeeLaw::Stated(steps) => {
                let begun = steps.partition_point(|(at, _)| *at <= now).max(1);
                steps[begun - 1].1
            }
        }
    }

    /// A slot is over, of which we used so much, and in which gas cost so much.
    pub(super) fn end_slot(&mut self, ours: f64, gas_gwei: f64) {
        let FeeLaw::Market(market) = &self.law else { return };
        let wanted = market.outside * (self.gwei / market.reference_gwei).powf(-market.elasticity);
        let noise = Distribution::Lognormal { mean: 1.0, cv: market.spread }.sample(&mut self.demand);
        let used = (ours + wanted * noise).min(market.rule.most());
        self.gwei = market.rule.next(self.gwei, used, gas_gwei).min(MOST_GWEI);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Span, Streams};

    const BLOBS: Rule = Rule::Blobs { target: 14.0, most: 21.0, fraction: 11_684_671.0 };

    #[test]
    fn the_rules_by_hand() {
        // A full block raises the base fee by an eighth; an empty one lowers it by as much.
        let gas = Rule::Gas { target: 30e6 };
        assert_eq!([gas.next(8.0, 60e6, 0.0), gas.next(8.0, 0.0, 0.0), gas.next(8.0, 30e6, 0.0)], [9.0, 7.0, 8.0]);
        // Seven blobs above the target: e^(7 · 131,072 / 11,684,671).
        let factor = (7.0f64 * 131_072.0 / 11_684_671.0).exp();
        assert!((BLOBS.next(2.0, 21.0, 1.0) - 2.0 * factor).abs() < 1e-12);
        assert_eq!(BLOBS.next(LEAST_BLOB_GWEI, 0.0, 0.0), LEAST_BLOB_GWEI);
        // Below a sixteenth of the base fee it does not fall, however little is used.
        assert_eq!(BLOBS.next(1.0, 0.0, 32.0), 1.0);
        assert!(BLOBS.next(1.0, 3.0, 32.0) > 1.0);
    }

    #[test]
    fn a_market_settles_where_demand_meets_the_target() {
        // At the reference fee others want twice the target; with an elasticity of 1 that is the target at twice the fee, where we use nothing.
        let rule = Rule::Gas { target: 30e6 };
        let market = Market { outside: 60e6, reference_gwei: 5.0, elasticity: 1.0, spread: 0.0, rule };
        let mut fee = Fee::new(&FeeLaw::Market(market), Streams::new(1, 0).stream("demand"));
        (0..1_000).for_each(|_| fee.end_slot(0.0, 0.0));
        assert!((fee.gwei(Time::ZERO) - 10.0).abs() < 1e-6, "{}", fee.gwei(Time::ZERO));
        // What we use leaves less to others, who pay more.
        (0..1_000).for_each(|_| fee.end_slot(10e6, 0.0));
        assert!((fee.gwei(Time::ZERO) - 15.0).abs() < 1e-6, "{}", fee.gwei(Time::ZERO));
    }

    #[test]
    fn stated_fees_hold_from_their_times_on() {
        let at = |seconds| Time::ZERO + Span::from_secs(seconds);
        let law = FeeLaw::Stated([(at(0), 1.0), (at(100), 3.0)].into());
        let fee = Fee::new(&law, Streams::new(1, 0).stream("demand"));
        assert_eq!([0, 99, 100, 500].map(|second| fee.gwei(at(second))), [1.0, 1.0, 3.0, 3.0]);
        assert_eq!(law.mean_gwei(at(50), at(150)), 2.0);
    }
}
