//! The market that a file describes, built from what it says and what everything costs.

use std::collections::BTreeMap;

use models::fleet::HOURS_PER_MONTH;
use models::market::ramp::Ramp;
use models::orders::book::Own;
use models::orders::demand::{Class, Demand};
use models::orders::prover::{Segment, Spread};
use models::orders::{Ask, Fulfilment, Group, Mechanism, Offer, Order, Rules, Strategy};
use models::systems::market::{Asker, MINE, Market};
use models::work::WorkCurve;
use sim::Span;

use super::hosts::{Costing, GroupCosts, Hosts, groups};
use super::spec::{
    AskSpec, AuctionSpec, GasSpec, LoadSpec, MarketSpec, MechanismSpec, OfferSpec, OrderSpec, OthersSpec, ProverSpec,
    RequestSpec, StrategySpec, ViewSpec,
};
use crate::machines::hosts::Host;
use crate::quantity::Duration;
use crate::spec::ProfileSpec;
use crate::systems::contract::Asked;
use crate::world::InputKind;

/// The market that a file describes, its provers on their machines.
pub(super) fn market(spec: &MarketSpec, asked: &Asked<'_>, hosts: &Hosts, priced: &Costing) -> Market {
    let group = |(name, _, prover): (&str, String, &ProverSpec)| {
        Some(self::group(name, prover, (hosts.of(name)?, priced.of(name)?)))
    };
    let mut groups: Vec<Group> = groups(spec).filter_map(group).collect();
    let eth_usd = spec.gas.eth.map_or(0.0, |eth| eth.usd()) * ether(asked, spec.gas.eth_within);
    let asker = match spec.view {
        ViewSpec::Prover => Asker::Prover(groups.len().saturating_sub(1)),
        ViewSpec::Requester => {
            let own = spec.mine.as_ref().and_then(|_| groups.pop());
            let own = own.map(|group| Box::new(Own { group, overflow: spec.overflow }));
            Asker::Requester { own }
        }
    };
    let others = spec.others.as_ref();
    Market {
        demand: demand(&spec.load, &spec.requests, asked),
        others: others.map(|others| of_others(others, asked)),
        rules: rules((&spec.auction, &spec.gas), eth_usd),
        groups,
        asker,
    }
}

/// The factor on the price of ether in a world, which is known within another.
pub(crate) fn ether(asked: &Asked<'_>, within: f64) -> f64 {
    asked.world.factor(InputKind::Price, "ether", within)
}

/// The rules of a market, where ether costs so much.
pub(crate) fn rules((auction, gas): (&AuctionSpec, &GasSpec), eth_usd: f64) -> Rules {
    Rules {
        mechanism: match auction.mechanism {
            MechanismSpec::ReverseDutch => Mechanism::ReverseDutch,
            MechanismSpec::SealedBid => Mechanism::SealedBid { bidding: span(auction.bidding) },
            MechanismSpec::RoundRobin => Mechanism::RoundRobin,
            MechanismSpec::Lottery => Mechanism::Lottery,
        },
        burnt: auction.burnt.value(),
        request_gas: gas.request,
        lock_gas: gas.lock,
        fulfilment: Fulfilment { points: gas.fulfilment.iter().map(|[proofs, gas]| (*proofs, *gas)).collect() },
        inclusion: span(gas.inclusion),
        gas_usd: gas.fee.gwei() * 1e-9 * eth_usd,
    }
}

/// The requests of others.
pub(crate) fn of_others(others: &OthersSpec, asked: &Asked<'_>) -> Demand {
    let load = LoadSpec { rate: others.rate, profile: others.profile.clone() };
    demand(&load, &others.requests, asked)
}

pub(super) fn span(duration: Duration) -> Span {
    Span::from_secs_f64(duration.seconds())
}

fn demand(load: &LoadSpec, requests: &BTreeMap<String, RequestSpec>, asked: &Asked<'_>) -> Demand {
    let (from, until) = asked.horizon.measured();
    let class = |(name, request): (&String, &RequestSpec)| Class {
        name: name.clone(),
        share: request.share.value(),
        cycles: request.cycles,
        spread: request.spread,
        offer: offer(&request.offer, request.cycles),
    };
    Demand {
        per_s: load.rate.per_second(),
        profile: ProfileSpec::profile(load.profile.as_ref()).with_mean_one(from, until),
        classes: requests.iter().map(class).collect(),
    }
}

/// What is offered for requests of such a mean size.
pub(crate) fn offer(offer: &OfferSpec, cycles: f64) -> Offer {
    Offer {
        ramp_start: span(offer.ramp_start),
        ramp: Ramp { least: offer.least.usd(), most: offer.most.usd(), period: span(offer.ramp) },
        lock: span(*offer.lock),
        timeout: span(*offer.timeout),
        collateral: offer.collateral,
        times_of: offer.grows.then_some(cycles),
    }
}

/// Provers of a group on their machines.
pub(crate) fn group(name: &str, spec: &ProverSpec, (host, costs): (&Host, &GroupCosts)) -> Group {
    let machine = &host.rented().machine;
    let usd_per_month = host.lots.with(1).iter().map(|lot| lot.machines as f64 * lot.rent.usd_per_month()).sum();
    let default = StrategySpec::default();
    Group {
        name: name.to_owned(),
        count: if name == MINE { 1 } else { spec.count },
        machines: spec.specified,
        servers: machine.servers,
        segment: Segment { cycles: spec.segment.cycles, work: costs.segment.curve() },
        last: costs.last.as_ref().map_or(WorkCurve::constant(0.0), crate::costs::Cost::curve),
        varies: spec.varies,
        failures: spec.failures.value(),
        spread: spec.spread.as_ref().map_or(Spread::default(), |it| Spread { time: it.time, ask: it.ask }),
        ask: ask(spec.ask.as_ref(), usd_per_month),
        strategy: strategy(spec.strategy.as_ref().unwrap_or(&default)),
        usd_per_month,
    }
}

/// What is asked for, where a machine costs so much by the month.
fn ask(said: Option<&AskSpec>, usd_per_month: f64) -> Ask {
    let usd_per_s = usd_per_month / (HOURS_PER_MONTH * 3_600.0);
    match said {
        None => Ask::Cost(usd_per_s),
        Some(AskSpec { price: Some(price), .. }) => Ask::Stated(price.usd()),
        Some(AskSpec { utilization, margin, .. }) => Ask::Cost(usd_per_s / utilization.value() * (1.0 + margin)),
    }
}

fn strategy(spec: &StrategySpec) -> Strategy {
    Strategy {
        safety: spec.safety,
        most_orders: spec.most_orders.unwrap_or(u64::MAX),
        collateral_usd: spec.collateral.map_or(f64::INFINITY, |it| it.usd()),
        order: match spec.order {
            OrderSpec::EarliestDeadline => Order::EarliestDeadline,
            OrderSpec::FirstLocked => Order::FirstLocked,
            OrderSpec::LargestCollateral => Order::LargestCollateral,
        },
        after_locks: spec.after_locks,
        batch: spec.batch,
        age: span(spec.age),
    }
}
