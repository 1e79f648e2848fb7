//! What is paid on a market at an even load: the arithmetic beside the simulation.
//!
//! Model: own machines take what they carry, the market the rest, where supply meets demand ([`crate::orders::supply`]). Assumptions and source: as
//! there. Leaves out: collateral that is lost.

use serde::{Deserialize, Serialize};

use super::{Asker, Market};
use crate::fleet::HOURS_PER_MONTH;
use crate::orders::demand::{Class, Demand};
use crate::orders::offer::GIGACYCLE;
use crate::orders::outsourced::PROOFS_BOUGHT;
use crate::orders::supply::{Supply, Wanted};

/// Names of what is charged beside machines.
pub const CHARGES: [&str; 3] = [PROOFS_BOUGHT, "gas", "collateral lost"];

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

impl Market {
    /// Mean size of what is requested \[cycles\].
    pub fn mean_cycles(&self) -> f64 {
        self.mean_of_all(|class| class.cycles)
    }

    /// The mean of something over the requests of everybody.
    fn mean_of_all(&self, of: impl Fn(&Class) -> f64) -> f64 {
        let sum = |demand: &Demand| demand.per_s * demand.mean(&of);
        (sum(&self.demand) + self.others.as_ref().map_or(0.0, sum)) / self.all_per_s()
    }

    /// Requests per second that the requester's own machines take.
    pub fn own_per_s(&self) -> f64 {
        let Some(own) = self.own() else { return 0.0 };
        let each_s = self.demand.mean(|class| own.group.seconds(class.cycles));
        if own.overflow { (1.0 / each_s).min(self.demand.per_s) } else { self.demand.per_s }
    }

    /// What is wanted of provers.
    fn wanted(&self) -> Wanted {
        Wanted {
            per_s: self.all_per_s() - self.own_per_s(),
            cycles: self.mean_cycles(),
            most_usd: self.mean_of_all(|class| class.offer.ramp.most * class.cycles) / GIGACYCLE,
        }
    }

    /// The supply of the groups in the order of their asks, and what each gets.
    pub fn merit_order(&self) -> Vec<Supply> {
        self.rules.merit_order(&self.groups, &self.wanted())
    }

    /// The price of a request that is locked \[USD\], in the mean, and the share that is; nothing where none is.
    pub fn expected_price_usd(&self) -> Option<(f64, f64)> {
        self.rules.price_usd(&self.groups, &self.wanted())
    }

    /// What is paid by the month beside machines, at an even load.
    pub fn expected_charges(&self) -> Charges {
        let by_month = HOURS_PER_MONTH * 3_600.0;
        match &self.asker {
            Asker::Requester { .. } => {
                let asked_per_s = self.demand.per_s - self.own_per_s();
                let (price_usd, share) = self.expected_price_usd().unwrap_or_default();
                Charges {
                    bought_usd: asked_per_s * share * price_usd * by_month,
                    gas_usd: asked_per_s * self.rules.gas_of_request_usd() * by_month,
                    lost_usd: 0.0,
                }
            }
            Asker::Prover(place) => {
                let mine = self.merit_order().into_iter().find(|one| one.group == *place);
                let gas_usd =
                    mine.map_or(0.0, |one| one.gets_per_s * self.rules.gas_of_order_usd(&self.groups[*place]));
                Charges { gas_usd: gas_usd * by_month, ..Charges::default() }
            }
        }
    }
}
