//! Who proves what at which price at an even load: where supply meets demand.
//!
//! Model: those who ask least take what they carry, then the next, until nothing is left (merit order).
//! Who wins a sealed bid is paid its ask. In the reverse Dutch auction all are paid what the dearest asks that is needed: whoever is cheaper is
//! busy, and what waits for it has become as dear meanwhile; where not all is carried, that is the highest price, as it is by lot or by turn. Nobody takes
//! what pays less than is asked.
//! Assumptions: requests of the mean size, at an even load; a prover that could work works. Source: the supply curve of a market, as in S. Stoft, *Power
//! System Economics* (2002), ch. 1–6. Leaves out: chance, by which dearer provers get what cheap ones are too busy for, and deadlines.

use super::{Group, Mechanism, Rules};

/// What is wanted of all provers together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// Requests per second.
    pub per_s: f64,
    /// Their size in the mean \[cycles\].
    pub cycles: f64,
    /// The highest price of one of that size, in the mean \[USD\].
    pub most_usd: f64,
}

/// What a group carries, and asks for a request of the mean size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Supply {
    /// Its place among the groups.
    pub group: usize,
    /// Requests per second that all of it carries.
    pub per_s: f64,
    /// Its ask, gas included \[USD\].
    pub ask_usd: f64,
    /// Requests per second that it gets.
    pub gets_per_s: f64,
}

impl Rules {
    /// Gas of a request, which its requester pays \[USD\].
    pub fn gas_of_request_usd(&self) -> f64 {
        self.request_gas * self.gas_usd
    }

    /// Gas of a lock and a proof's share of a delivery \[USD\].
    pub fn gas_of_order_usd(&self, group: &Group) -> f64 {
        let batch = group.strategy.batch as f64;
        (self.lock_gas + self.fulfilment.gas(batch) / batch) * self.gas_usd
    }

    /// The supply of the groups that ask no more than the highest price, in the order of their asks, and what each gets of the demand.
    pub fn merit_order(&self, groups: &[Group], wanted: &Wanted) -> Vec<Supply> {
        let mut supply: Vec<Supply> = (0..)
            .zip(groups)
            .map(|(place, group)| {
                let each_s = group.seconds(wanted.cycles);
                let ask_usd = group.ask_usd(wanted.cycles, each_s) + self.gas_of_order_usd(group);
                // What is of no use is made again.
                let per_s = group.count as f64 * (1.0 - group.failures) / each_s;
                Supply { group: place, per_s, ask_usd, gets_per_s: 0.0 }
            })
            .filter(|one| one.ask_usd <= wanted.most_usd)
            .collect();
        supply.sort_by(|a, b| a.ask_usd.total_cmp(&b.ask_usd).then(a.group.cmp(&b.group)));
        let mut left = wanted.per_s;
        for one in &mut supply {
            one.gets_per_s = one.per_s.min(left);
            left -= one.gets_per_s;
        }
        supply
    }

    /// The price of a request that is locked \[USD\], in the mean, and the share that is; nothing where none is.
    pub fn price_usd(&self, groups: &[Group], wanted: &Wanted) -> Option<(f64, f64)> {
        let supply = self.merit_order(groups, wanted);
        let got: f64 = supply.iter().map(|one| one.gets_per_s).sum();
        let share = (got / wanted.per_s).min(1.0);
        let price = match self.mechanism {
            Mechanism::SealedBid { .. } => supply.iter().map(|one| one.gets_per_s * one.ask_usd).sum::<f64>() / got,
            Mechanism::ReverseDutch if share == 1.0 => {
                supply.iter().rfind(|one| one.gets_per_s > 0.0).map_or(0.0, |one| one.ask_usd)
            }
            Mechanism::ReverseDutch | Mechanism::RoundRobin | Mechanism::Lottery => wanted.most_usd,
        };
        (got > 0.0).then_some((price, share))
    }
}
