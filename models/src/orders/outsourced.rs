//! Work whose proofs are bought on a market, and what that is at an even load.
//!
//! Model: the proof of a job is a request on a market ([`crate::orders`]) on which others ask too: of every job, or of those that own machines have too much
//! to do for ([`super::buyer`]). At an even load the prover that asks least and is not wanted all the time takes it. Source: [`super::supply`]. Leaves out:
//! offers that rise from one attempt to the next.

use sim::Span;

use super::demand::{Class, Demand};
use super::offer::GIGACYCLE;
use super::supply::Wanted;
use super::{Group, Mechanism, Offer, Rules};
use crate::stage::Stage;

/// The line of the bill of proofs that are bought.
pub const PROOFS_BOUGHT: &str = "proofs bought";
/// The stage of the provers of a market.
pub const MARKET: &str = "market";

/// What is bought, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Outsourced {
    /// How many own machines have to do when the next is bought: batches in the making, or its place in their queue; `None`: all are bought.
    pub overflow: Option<u64>,
    /// What is offered.
    pub offer: Offer,
    /// The rules of the market.
    pub rules: Rules,
    /// Its provers.
    pub groups: Vec<Group>,
    /// Requests of others.
    pub others: Option<Demand>,
}

/// Requests of ours at an even load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ours {
    /// Requests per second.
    pub per_s: f64,
    /// Their size in the mean \[cycles\].
    pub cycles: f64,
}

impl Outsourced {
    /// What is wanted of its provers.
    fn wanted(&self, ours: Ours) -> Wanted {
        let others_per_s = self.others.as_ref().map_or(0.0, |it| it.per_s);
        let others =
            |of: &dyn Fn(&Class) -> f64| self.others.as_ref().map_or(0.0, |demand| demand.per_s * demand.mean(of));
        let per_s = ours.per_s + others_per_s;
        let most =
            ours.per_s * ours.cycles * self.offer.ramp.most + others(&|class| class.cycles * class.offer.ramp.most);
        let cycles = (ours.per_s * ours.cycles + others(&|class| class.cycles)) / per_s;
        Wanted { per_s, cycles, most_usd: most / GIGACYCLE / per_s }
    }

    /// Who takes a request of so many cycles: of those that can prove it before the lock passes, who asks least and is not wanted all the time; nobody
    /// where there is none, or none that asks no more than is offered.
    fn taker(&self, cycles: f64, ours: Ours) -> Option<(&Group, f64)> {
        let terms = self.offer.of_size(cycles);
        let supply = self.rules.merit_order(&self.groups, &self.wanted(ours));
        let with_room = supply.iter().filter(|one| one.gets_per_s < one.per_s).map(|one| &self.groups[one.group]);
        let able = with_room.filter(|group| {
            let ready_s = group.seconds(cycles) * group.strategy.safety + self.rules.inclusion.as_secs_f64();
            ready_s <= terms.lock.as_secs_f64()
        });
        let asks = able.map(|group| {
            let ask_usd = group.ask_usd(cycles, group.seconds(cycles)) + self.rules.gas_of_order_usd(group);
            (group, ask_usd)
        });
        asks.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, ask_usd)| *ask_usd <= terms.ramp.most)
    }

    /// What a proof of so many cycles costs where so much is bought, gas of the request included \[USD\]; the highest price where nobody
    /// takes it for less.
    pub fn cost_usd(&self, cycles: f64, ours: Ours) -> f64 {
        let most_usd = self.offer.of_size(cycles).ramp.most;
        let price_usd = match self.rules.mechanism {
            Mechanism::ReverseDutch | Mechanism::SealedBid { .. } => {
                self.taker(cycles, ours).map_or(most_usd, |(_, ask_usd)| ask_usd)
            }
            Mechanism::RoundRobin | Mechanism::Lottery => most_usd,
        };
        price_usd + self.rules.gas_of_request_usd()
    }

    /// How long it takes from the request to the proof \[s\]; until the request ends where nobody takes it.
    pub fn seconds(&self, cycles: f64, ours: Ours) -> f64 {
        let terms = self.offer.of_size(cycles);
        let taken = self.taker(cycles, ours).and_then(|(group, ask_usd)| {
            let after = match self.rules.mechanism {
                Mechanism::ReverseDutch => terms.reaches(ask_usd)?,
                Mechanism::SealedBid { bidding } => bidding,
                Mechanism::RoundRobin | Mechanism::Lottery => Span::ZERO,
            };
            Some((after + self.rules.inclusion).as_secs_f64() + group.seconds(cycles))
        });
        taken.unwrap_or(terms.timeout.as_secs_f64())
    }

    /// Its provers as a stage of whoever buys, beside own machines that carry so much: what they carry if everybody asks for more alike. The load is
    /// whoever buys's own, of which these are the requests if all of it is bought.
    pub fn stage(&self, ours: Ours, (load_per_s, own_per_s): (f64, f64)) -> Stage {
        let wanted = self.wanted(ours);
        let supply_per_s: f64 = self.rules.merit_order(&self.groups, &wanted).iter().map(|one| one.per_s).sum();
        let bought = wanted.per_s / supply_per_s;
        let carried_per_s = load_per_s / bought + own_per_s;
        Stage {
            name: MARKET.into(),
            pool: "".into(),
            capacity: carried_per_s,
            utilization: load_per_s / carried_per_s,
            constant: 0.0,
            settling_s: 0.0,
        }
    }
}
