//! What a reader must know beside the numbers of a service: its inputs with their sources, and what was assumed.

use super::Priced;
use super::hosts::Hosts;
use super::says::own_rate;
use super::spec::{ArrivalsSpec, Requests, ServiceSpec};
use crate::basis::Known;
use crate::costs::Cost;
use crate::machines;
use crate::notes::{Input, Notes, Work};
use crate::origins::Key;
use crate::spec::Book;
use crate::traces;

pub(super) fn of(spec: &ServiceSpec, book: &Book, hosts: &Hosts, priced: &Priced) -> Notes {
    let costs = || priced.steps.iter().chain(&priced.first_request).chain(&priced.hit).chain(priced.sellers.all());
    let lower_bound = costs().find_map(|cost| cost.lower_bound.clone());
    let extrapolated = costs().flat_map(|cost| &cost.parts).filter(|part| part.known == Known::Extrapolated);
    let assumptions = extrapolated.map(|part| format!("extrapolated: {}", part.source));
    let lower = lower_bound.iter().map(|why| format!("proving is a lower bound: {why}"));
    let unused = (own_rate(spec) && spec.load.rate.is_some())
        .then(|| "`load.rate` is not used: a trace and a closed loop have a rate of their own".to_owned());
    // A machine that several pools are made of is told of once.
    let rented = hosts.all();
    Notes {
        inputs: work(spec, priced)
            .into_iter()
            .chain(stated(spec, book))
            .chain(of_market(spec))
            .chain(hosts.inputs(spec))
            .collect(),
        assumptions: assumptions.chain(lower).chain(unused).chain(spec.load.recorded.told.clone()).collect(),
        speed: rented.iter().filter_map(|of| machines::assumed_speed(of)).collect(),
        lower_bound,
        prices_date: hosts
            .lots()
            .map(|of| of.price.date())
            .filter(|date| !date.is_empty())
            .min()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// More classes than this are those of a trace with sizes.
const MOST_CLASSES: usize = 12;

/// What a request costs, step by step, for each class; of very many, for the smallest and the largest.
fn work(spec: &ServiceSpec, priced: &Priced) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut classes: Vec<_> = spec.classes.iter().collect();
    if classes.len() > MOST_CLASSES {
        classes.sort_by(|(_, a), (_, b)| a.size.total_cmp(&b.size));
        classes.drain(1..classes.len() - 1);
    }
    let mut add = |name: String, cost: &Cost, size: f64| {
        inputs.extend(Input::of_cost(Work::Proof, &name, cost, size));
    };
    for (step, cost) in spec.step.iter().zip(&priced.steps).filter(|(step, _)| !step.buys_all()) {
        for (class, said) in &classes {
            let of_class = if spec.classes.len() > 1 { format!(" of {class}") } else { String::new() };
            add(format!("step: {}{of_class}", step.name), cost, said.size);
        }
    }
    for costs in &priced.sellers.0 {
        add(format!("{}: segment", costs.group), &costs.segment, 1_048_576.0);
    }
    priced.first_request.iter().for_each(|cost| add("first request".into(), cost, 1.0));
    priced.hit.iter().for_each(|cost| add("cache hit".into(), cost, 1.0));
    inputs
}

/// Where proofs are bought, of whom, and for how much.
fn of_market(spec: &ServiceSpec) -> Vec<Input> {
    let Some((key, market)) = spec.buying() else { return Vec::new() };
    let at = spec.step.iter().enumerate().find_map(|(at, step)| Some((at, step.cycles?)));
    let cycles = at.map(|(at, cycles)| {
        Input::stated(
            "market: cycles by the unit of size",
            Key::OfDesign(format!("step.{at}.cycles")),
            cycles,
            "cycles",
        )
    });
    market
        .inputs(&key, "place in the queue that overflows")
        .into_iter()
        .chain(cycles)
        .chain([market.offered(&key)])
        .collect()
}

/// What the scenario says of requests and clients, as far as it is used.
fn stated(spec: &ServiceSpec, book: &Book) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |name: &str, key: &str, value: Option<f64>, unit| {
        inputs.extend(value.map(|value| Input::stated(name, Key::OfDesign(key.into()), value, unit)));
    };
    let (clients, instances) = (&spec.clients, &spec.instances);
    let rate = spec.load.rate.filter(|_| !own_rate(spec));
    add("load", "load.rate", rate.map(|rate| rate.per_second()), "req/s");
    if let ArrivalsSpec::Closed { think } = &spec.load.arrivals {
        add("clients: think", "load.arrivals.think", Some(think.seconds()), "s");
    }
    add("clients", "clients.count", Some(f64::from(clients.count)), "1");
    let limit = clients.limit.as_ref();
    add("clients: limit", "clients.limit.rate", limit.map(|limit| limit.rate.per_second()), "req/s");
    add("clients: time-out", "clients.timeout.after", clients.timeout.as_ref().map(|it| it.after.seconds()), "s");
    let retries = clients.retries.as_ref();
    add("clients: attempts", "clients.retries.attempts", retries.map(|it| f64::from(it.attempts)), "1");
    add("instances: workers", "instances.workers", instances.workers.map(|workers| workers as f64), "1");
    add("instances: queue", "instances.queue", instances.queue.map(|queue| queue as f64), "1");
    let cache = spec.cache.as_ref();
    add("cache: results", "cache.entries", cache.map(|cache| cache.entries as f64), "1");
    add("cache: inputs", "cache.inputs", cache.map(|cache| f64::from(cache.inputs)), "1");
    let Requests { times_s, file, .. } = &spec.load.recorded;
    let trace = spec.load.arrivals.trace();
    inputs.extend(trace.map(|_| traces::input("requests in the trace", file, times_s.len() as f64, "1")));
    let target = Key::OfBook("target_utilization".into());
    inputs.push(Input::stated("target utilization", target, book.target_utilization.value(), "share"));
    inputs
}
