//! What a reader must know beside the numbers of a market: its inputs with their sources, and what was assumed.

use std::collections::BTreeMap;

use models::systems::market::Market;

use super::hosts::{Costing, Hosts, groups};
use super::money;
use super::spec::{MarketSpec, MechanismSpec, OfferSpec, OthersSpec, ProverSpec, RequestSpec, ViewSpec};
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

/// Makes the input that a key says, by its name, where a market may be a part of something else.
pub(crate) type Said<'n> = &'n dyn Fn(String, String, f64, &'static str) -> Input;

/// What the scenario says of requests and provers.
fn stated(spec: &MarketSpec, asked: &Asked<'_>) -> Vec<Input> {
    let said: Said<'_> = &|name, key, value, unit| Input::stated(&name, Key::OfDesign(key), value, unit);
    let mut inputs = vec![said("load".into(), "load.rate".into(), spec.load.rate.per_second(), "req/s")];
    inputs.extend(of_requests("requests", &spec.requests, said));
    inputs.extend(spec.others.iter().flat_map(|others| of_others(others, said)));
    inputs.extend(groups(spec).flat_map(|(name, key, prover)| of_provers(name, &key, prover, said)));
    let target = Key::OfBook("target_utilization".into());
    inputs.push(Input::stated("target utilization", target, asked.book.target_utilization.value(), "share"));
    inputs
}

fn of_requests(section: &str, requests: &BTreeMap<String, RequestSpec>, said: Said<'_>) -> Vec<Input> {
    let of_one = |(name, request): (&String, &RequestSpec)| {
        let key = |what: &str| format!("{section}.{name}.{what}");
        let own = [
            said(format!("{name}: share"), key("share"), request.share.value(), "share"),
            said(format!("{name}: cycles"), key("cycles"), request.cycles, "cycles"),
        ];
        own.into_iter().chain(of_offer(&format!("{name}: "), &key("offer"), &request.offer, said)).collect::<Vec<_>>()
    };
    requests.iter().flat_map(of_one).collect()
}

/// The times of an offer that is said under this key; its price stands with what is paid.
pub(crate) fn of_offer(prefix: &str, key: &str, offer: &OfferSpec, said: Said<'_>) -> [Input; 2] {
    [
        said(format!("{prefix}lock passes"), format!("{key}.lock"), offer.lock.seconds(), "s"),
        said(format!("{prefix}ends"), format!("{key}.timeout"), offer.timeout.seconds(), "s"),
    ]
}

/// What others ask for.
pub(crate) fn of_others(others: &OthersSpec, said: Said<'_>) -> Vec<Input> {
    let load = said("load of others".into(), "others.rate".into(), others.rate.per_second(), "req/s");
    of_requests("others.requests", &others.requests, said).into_iter().chain([load]).collect()
}

/// Provers that are said under this key.
pub(crate) fn of_provers(name: &str, key: &str, prover: &ProverSpec, said: Said<'_>) -> Vec<Input> {
    let count = said(format!("{name}: provers"), format!("{key}.count"), prover.count as f64, "1");
    let safety = prover.strategy.as_ref().map(|strategy| strategy.safety);
    let safety = safety.map(|safety| said(format!("{name}: safety"), format!("{key}.strategy.safety"), safety, "1"));
    std::iter::once(count).chain(safety).collect()
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
    told.extend(sells_nothing(spec));
    if system.own().is_some() {
        let (from, until) = asked.horizon.measured();
        let peak = system.demand.per_s * system.demand.profile.peak_over_mean(from, until);
        told.extend(sized_for_peak((peak, system.demand.per_s), "req"));
    }
    told.extend(told_of_days(&system.demand.profile, asked.horizon));
    told
}

/// What a requester says of its own machines as if they sold anything.
fn sells_nothing(spec: &MarketSpec) -> Option<String> {
    let mine = spec.mine.as_ref().filter(|mine| mine.ask.is_some() || mine.strategy.is_some())?;
    (spec.view == ViewSpec::Requester).then(|| {
        let key = if mine.ask.is_some() { "mine.ask" } else { "mine.strategy" };
        format!("`{key}` has no effect: a requester's own machines prove its own requests and sell nothing")
    })
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
