//! What a reader must know beside the numbers of a market: its inputs with their sources, and what was assumed.

use std::collections::BTreeMap;

use models::systems::market::Market;

use super::hosts::{Costing, Hosts, groups};
use super::money;
use super::spec::{MarketSpec, MechanismSpec, RequestSpec};
use crate::basis::Known;
use crate::machines;
use crate::notes::{Input, Notes, Work, sized_for_peak, told_of_days};
use crate::origins::Key;
use crate::systems::contract::Asked;

pub(super) fn of(spec: &MarketSpec, asked: &Asked<'_>, (hosts, priced): (&Hosts, &Costing), system: &Market) -> Notes {
    let lower_bound = priced.all().find_map(|cost| cost.lower_bound.clone());
    let mut machines: Vec<Input> = Vec::new();
    for input in hosts.all().flat_map(|(group, host)| host.lots.inputs(group)) {
        if !machines.contains(&input) {
            machines.push(input);
        }
    }
    let date = |of: &machines::Rented| of.price.date().to_owned();
    let mut speed: Vec<_> = hosts.all().filter_map(|(_, host)| machines::assumed_speed(host.rented())).collect();
    speed.dedup();
    Notes {
        inputs: work(priced, system)
            .into_iter()
            .chain(stated(spec, asked))
            .chain(money::inputs(spec))
            .chain(machines)
            .collect(),
        assumptions: assumptions(spec, asked, priced, (system, lower_bound.as_deref())),
        speed,
        lower_bound,
        prices_date: hosts.lots().map(date).filter(|date| !date.is_empty()).min().unwrap_or_default(),
    }
}

/// What proofs cost the provers of each group.
fn work(priced: &Costing, system: &Market) -> Vec<Input> {
    let mut inputs = Vec::new();
    for (costs, group) in priced.0.iter().zip(system.all_groups()) {
        let cycles = group.segment.cycles.unwrap_or(f64::INFINITY).min(system.mean_cycles());
        inputs.extend(Input::of_cost(Work::Proof, &format!("{}: segment", costs.group), &costs.segment, cycles));
        if let Some(last) = &costs.last {
            inputs.extend(Input::of_cost(Work::Proof, &format!("{}: last proof", costs.group), last, 1.0));
        }
    }
    inputs
}

/// What the scenario says of requests and provers.
fn stated(spec: &MarketSpec, asked: &Asked<'_>) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |name: String, key: String, value: f64, unit| {
        inputs.push(Input::stated(name, Key::OfDesign(key), value, unit));
    };
    add("load".into(), "load.rate".into(), spec.load.rate.per_second(), "req/s");
    let mut of_requests = |section: &str, requests: &BTreeMap<String, RequestSpec>| {
        for (name, request) in requests {
            let key = |what: &str| format!("{section}.{name}.{what}");
            add(format!("{name}: share"), key("share"), request.share.value(), "share");
            add(format!("{name}: cycles"), key("cycles"), request.cycles, "cycles");
            add(format!("{name}: lock passes"), key("offer.lock"), request.offer.lock.seconds(), "s");
            add(format!("{name}: ends"), key("offer.timeout"), request.offer.timeout.seconds(), "s");
        }
    };
    of_requests("requests", &spec.requests);
    if let Some(others) = &spec.others {
        of_requests("others.requests", &others.requests);
        add("load of others".into(), "others.rate".into(), others.rate.per_second(), "req/s");
    }
    for (name, key, prover) in groups(spec) {
        add(format!("{name}: provers"), format!("{key}.count"), prover.count as f64, "1");
        if let Some(strategy) = &prover.strategy {
            add(format!("{name}: safety"), format!("{key}.strategy.safety"), strategy.safety, "1");
        }
    }
    let target = Key::OfBook("target_utilization".into());
    inputs.push(Input::stated("target utilization", target, asked.book.target_utilization.value(), "share"));
    inputs
}

fn assumptions(
    spec: &MarketSpec,
    asked: &Asked<'_>,
    priced: &Costing,
    (system, lower_bound): (&Market, Option<&str>),
) -> Vec<String> {
    let extrapolated = priced.all().flat_map(|cost| &cost.parts).filter(|part| part.known == Known::Extrapolated);
    let mut told: Vec<String> = Vec::new();
    for of in extrapolated.map(|part| format!("extrapolated: {}", part.source)) {
        if !told.contains(&of) {
            told.push(of);
        }
    }
    told.extend(lower_bound.map(|why| format!("proving is a lower bound: {why}")));
    told.extend(never_taken(spec, system));
    if system.own().is_some() {
        let (from, until) = asked.horizon.measured();
        let peak = system.demand.per_s * system.demand.profile.peak_over_mean(from, until);
        told.extend(sized_for_peak((peak, system.demand.per_s), "req"));
    }
    told.extend(told_of_days(&system.demand.profile, asked.horizon));
    told
}

/// Provers that ask more than is ever offered.
fn never_taken(spec: &MarketSpec, system: &Market) -> Vec<String> {
    let supply = system.merit_order();
    let idle = system.groups.iter().enumerate().filter(|(place, _)| supply.iter().all(|one| one.group != *place));
    let what = match spec.auction.mechanism {
        MechanismSpec::ReverseDutch => "take hardly anything",
        _ => "hardly get anything",
    };
    idle.map(|(_, group)| {
        format!("provers of `{}` ask more than is offered in the mean (`offer.most`): they {what}", group.name)
    })
    .collect()
}
