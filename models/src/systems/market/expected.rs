//! Who proves what at which price at an even load: where supply meets demand.
//!
//! Model: own machines take what they carry; of the rest, those who ask least take what they carry, then the next, until nothing is left (merit order).
//! Who wins a sealed bid is paid its ask. In the reverse Dutch auction all are paid what the dearest asks that is needed: whoever is cheaper is
//! busy, and what waits for it has become as dear meanwhile; where not all is carried, that is the highest price, as it is by lot or by turn. Nobody takes
//! what pays less than is asked.
//! Assumptions: requests of the mean size, at an even load; a prover that could work works. Source: the supply curve of a market, as in S. Stoft, *Power
//! System Economics* (2002), ch. 1–6. Leaves out: chance, by which dearer provers get what cheap ones are too busy for, and deadlines.

use serde::{Deserialize, Serialize};

use super::{Asker, Market};
use crate::fleet::HOURS_PER_MONTH;
use crate::orders::offer::GIGACYCLE;
use crate::orders::{Group, Mechanism};

/// Names of what is charged beside machines.
pub const CHARGES: [&str; 3] = ["proofs bought", "gas", "collateral lost"];

/// What is paid by the month beside machines.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Charges {
    /// Prices of proofs \[USD\].
    pub bought_usd: f64,
    /// Gas of requests, or of locks and deliveries, at the stated price \[USD\].
    pub gas_usd: f64,
    /// Collateral that was lost \[USD\].
    pub lost_usd: f64,
}

impl Charges {
    /// With their names.
    pub fn named(&self) -> [(&'static str, f64); 3] {
        let [bought, gas, lost] = CHARGES;
        [(bought, self.bought_usd), (gas, self.gas_usd), (lost, self.lost_usd)]
    }
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

impl Market {
    /// Gas of a lock and a proof's share of a delivery \[USD\].
    pub fn gas_of_order_usd(&self, group: &Group) -> f64 {
        let batch = group.strategy.batch as f64;
        (self.rules.lock_gas + self.rules.fulfilment.gas(batch) / batch) * self.rules.gas_usd
    }

    /// Mean size of what comes to the market \[cycles\].
    pub fn mean_cycles(&self) -> f64 {
        let of = |demand: &super::Demand| demand.per_s * demand.mean(|class| class.cycles);
        (of(&self.demand) + self.others.as_ref().map_or(0.0, of)) / self.all_per_s()
    }

    /// Requests per second that the requester's own machines take.
    pub fn own_per_s(&self) -> f64 {
        let Some(own) = self.own() else { return 0.0 };
        let each_s = self.demand.mean(|class| own.group.seconds(class.cycles));
        if own.overflow { (1.0 / each_s).min(self.demand.per_s) } else { self.demand.per_s }
    }

    /// The supply of the groups that ask no more than the highest price, in the order of their asks, and what each gets of the demand.
    pub fn merit_order(&self) -> Vec<Supply> {
        let cycles = self.mean_cycles();
        let most_usd = self.most_usd();
        let mut supply: Vec<Supply> = (0..)
            .zip(&self.groups)
            .map(|(place, group)| {
                let each_s = group.seconds(cycles);
                let ask_usd = group.ask_usd(cycles, each_s) + self.gas_of_order_usd(group);
                Supply { group: place, per_s: group.count as f64 / each_s, ask_usd, gets_per_s: 0.0 }
            })
            .filter(|one| one.ask_usd <= most_usd)
            .collect();
        supply.sort_by(|a, b| a.ask_usd.total_cmp(&b.ask_usd).then(a.group.cmp(&b.group)));
        let mut left = self.all_per_s() - self.own_per_s();
        for one in &mut supply {
            one.gets_per_s = one.per_s.min(left);
            left -= one.gets_per_s;
        }
        supply
    }

    /// The highest price of a request of the mean size \[USD\].
    fn most_usd(&self) -> f64 {
        let of = |demand: &super::Demand| demand.per_s * demand.mean(|class| class.offer.ramp.most * class.cycles);
        (of(&self.demand) + self.others.as_ref().map_or(0.0, of)) / GIGACYCLE / self.all_per_s()
    }

    /// The price of a request that is locked \[USD\], in the mean, and the share that is; nothing where none is.
    pub fn expected_price_usd(&self) -> Option<(f64, f64)> {
        let supply = self.merit_order();
        let offered = self.all_per_s() - self.own_per_s();
        let got: f64 = supply.iter().map(|one| one.gets_per_s).sum();
        let share = (got / offered).min(1.0);
        let price = match self.rules.mechanism {
            Mechanism::SealedBid { .. } => supply.iter().map(|one| one.gets_per_s * one.ask_usd).sum::<f64>() / got,
            Mechanism::ReverseDutch if share == 1.0 => {
                supply.iter().rfind(|one| one.gets_per_s > 0.0).map_or(0.0, |one| one.ask_usd)
            }
            Mechanism::ReverseDutch | Mechanism::RoundRobin | Mechanism::Lottery => self.most_usd(),
        };
        (got > 0.0).then_some((price, share))
    }

    /// What is paid by the month beside machines, at an even load.
    pub fn expected_charges(&self) -> Charges {
        let by_month = HOURS_PER_MONTH * 3_600.0;
        match &self.asker {
            Asker::Requester { request_gas, .. } => {
                let asked_per_s = self.demand.per_s - self.own_per_s();
                let (price_usd, share) = self.expected_price_usd().unwrap_or_default();
                Charges {
                    bought_usd: asked_per_s * share * price_usd * by_month,
                    gas_usd: asked_per_s * request_gas * self.rules.gas_usd * by_month,
                    lost_usd: 0.0,
                }
            }
            Asker::Prover(place) => {
                let mine = self.merit_order().into_iter().find(|one| one.group == *place);
                let gas_usd = mine.map_or(0.0, |one| one.gets_per_s * self.gas_of_order_usd(&self.groups[*place]));
                Charges { gas_usd: gas_usd * by_month, ..Charges::default() }
            }
        }
    }
}
