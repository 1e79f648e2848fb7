//! What a reader must know beside the numbers of a rollup: its inputs with their sources, and what was assumed.

use models::system::Horizon;
use models::systems::rollup::Rollup;

use super::disputes;
use super::hosts::{Costing, Hosts, systems};
use super::money;
use super::spec::RollupSpec;
use crate::basis::Known;
use crate::costs::Cost;
use crate::machines;
use crate::machines::lifecycle;
use crate::notes::{Input, Notes, Work, sized_for_peak, told_of_days};
use crate::origins::Key;
use crate::spreads::Spreads;
use crate::systems::contract::Asked;
use crate::traces;

pub(super) fn of(spec: &RollupSpec, asked: &Asked<'_>, (hosts, priced): (&Hosts, &Costing), system: &Rollup) -> Notes {
    let lower_bound = priced.all().find_map(|cost| cost.lower_bound.clone());
    let mut machines: Vec<Input> = Vec::new();
    for input in hosts.all().flat_map(|(pool, host)| host.lots.inputs(pool)) {
        if !machines.contains(&input) {
            machines.push(input);
        }
    }
    let date = |of: &machines::Rented| of.price.date().to_owned();
    let work = work(spec, (hosts, priced), system).into_iter();
    let speed = hosts.all().filter(|(pool, _)| ![super::SEQUENCER, super::WATCHERS].contains(pool));
    Notes {
        inputs: work
            .chain(stated(spec, asked, system))
            .chain(money::inputs(spec, system, asked.horizon))
            .chain(machines)
            .collect(),
        assumptions: assumptions(spec, asked, (hosts, priced), (system, lower_bound.as_deref())),
        speed: speed.filter_map(|(_, host)| machines::assumed_speed(host.rented())).collect(),
        lower_bound,
        prices_date: hosts.lots().map(date).filter(|date| !date.is_empty()).min().unwrap_or_default(),
    }
}

/// What proofs cost, step by step.
fn work(spec: &RollupSpec, (hosts, priced): (&Hosts, &Costing), system: &Rollup) -> Vec<Input> {
    let Some(proving) = &spec.proving else { return Vec::new() };
    let mut inputs = Vec::new();
    let mut add = |name: String, cost: &Cost, size: f64| inputs.extend(Input::of_cost(Work::Proof, &name, cost, size));
    let sizes = priced.work(system, hosts);
    let size_of = |cost: &Cost| sizes.iter().find(|it| std::ptr::eq(it.cost, cost)).map_or(1.0, |it| it.size);
    if let Some(cost) = &priced.execution {
        add("execution of a batch".into(), cost, size_of(cost));
    }
    // Of machines that have nothing to do nothing is asked.
    let systems = systems(proving).zip(&priced.systems).enumerate().filter(|(place, _)| system.has_work(*place));
    for (_, ((_, _, said), costs)) in systems {
        let pool = &costs.pool;
        add(format!("{pool}: segment"), &costs.segment, size_of(&costs.segment));
        for (level, cost) in said.recursion.iter().zip(&costs.recursion) {
            add(format!("{pool}: {}", level.name), cost, level.arity as f64);
        }
        costs.wrap.iter().for_each(|cost| add(format!("{pool}: wrap"), cost, 1.0));
        for (level, cost) in
            spec.level.iter().zip(&costs.joins).filter_map(|(level, cost)| Some((level, cost.as_ref()?)))
        {
            let arity = level.join.as_ref().and_then(|join| join.arity).unwrap_or(2);
            add(format!("{pool}: join of {}", level.name), cost, arity as f64);
        }
    }
    for costs in &priced.sellers.0 {
        inputs.extend(Input::of_cost(Work::Proof, &format!("{}: segment", costs.group), &costs.segment, 1_048_576.0));
    }
    inputs
}

/// What the scenario says of transactions, batches and settlement.
fn stated(spec: &RollupSpec, asked: &Asked<'_>, system: &Rollup) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |name: String, key: String, value: Option<f64>, unit| {
        inputs.extend(value.map(|value| Input::stated(name, Key::OfDesign(key), value, unit)));
    };
    let rate = spec.load.rate.filter(|_| spec.load.recorded.is_none());
    add("load".into(), "load.rate".into(), rate.map(|rate| rate.per_second()), "tx/s");
    let recorded = spec.load.recorded.as_ref();
    let with_classes = recorded.filter(|load| load.has_classes);
    for (name, class) in &spec.classes {
        let of = |what: &str| (format!("{name}: {what}"), format!("classes.{name}.{what}"));
        let mut add = |(name, key): (String, String), value: Option<f64>, unit| add(name, key, value, unit);
        add(of("share"), Some(class.share.value()).filter(|_| with_classes.is_none()), "share");
        add(of("gas"), Some(class.gas), "gas");
        add(of("bytes"), Some(class.bytes.bytes()), "B");
        add(of("cycles"), Some(class.cycles).filter(|_| spec.proving.is_some()), "cycles");
        add(of("fee"), class.fee.map(|fee| fee.usd()), "USD");
    }
    add("block time".into(), "sequencer.block".into(), Some(spec.sequencer.block.seconds()), "s");
    add("gas limit of a block".into(), "sequencer.gas_limit".into(), spec.sequencer.gas_limit, "gas");
    for (at, level) in spec.level.iter().enumerate() {
        let of = |what: &str| (format!("{}: {what}", level.name), format!("level.{at}.{what}"));
        let mut add = |(name, key): (String, String), value: Option<f64>, unit| add(name, key, value, unit);
        add(of("count"), level.count.map(|count| count as f64), "1");
        add(of("transactions"), level.transactions.map(|count| count as f64), "tx");
        add(of("gas"), level.gas, "gas");
        add(of("bytes"), level.bytes.map(|bytes| bytes.bytes()), "B");
        add(of("cycles"), level.cycles, "cycles");
        add(of("age"), level.age.map(|age| age.seconds()), "s");
        add(of("every"), level.every.map(|every| every.seconds()), "s");
    }
    add("settlement: gas".into(), "settlement.gas".into(), Some(spec.settlement.gas), "gas");
    add("window".into(), "window.length".into(), spec.window.as_ref().map(|window| window.length.seconds()), "s");
    let game = spec.window.as_ref().and_then(|window| window.game.as_ref());
    add("clock of a dispute".into(), "window.game.clock".into(), game.map(|game| game.clock.seconds()), "s");
    let watchers = spec.watchers.as_ref();
    add("watchers".into(), "watchers.count".into(), watchers.map(|it| it.count as f64), "1");
    add("a watcher is ready".into(), "watchers.ready".into(), watchers.map(|it| it.ready.value()), "share");
    add(
        "no watcher can challenge".into(),
        "watchers.common_failure".into(),
        watchers.map(|it| it.common_failure.value()),
        "share",
    );
    let market = spec.proving.as_ref().and_then(|proving| proving.market.as_ref());
    inputs.extend(market.iter().flat_map(|market| market.inputs("proving.market", "batches that overflow")));
    inputs.extend(recorded.map(|it| traces::input("load, in the mean", &it.file, system.load_per_s, "tx/s")));
    for (load, (name, class)) in with_classes.iter().flat_map(|load| std::iter::repeat(load).zip(&spec.classes)) {
        inputs.push(traces::input(&format!("{name}: share"), &load.file, class.share.value(), "share"));
    }
    let target = Key::OfBook("target_utilization".into());
    inputs.push(Input::stated("target utilization", target, asked.book.target_utilization.value(), "share"));
    inputs
}

fn assumptions(
    spec: &RollupSpec,
    asked: &Asked<'_>,
    (hosts, priced): (&Hosts, &Costing),
    (system, lower_bound): (&Rollup, Option<&str>),
) -> Vec<String> {
    let extrapolated = priced.all().flat_map(|cost| &cost.parts).filter(|part| part.known == Known::Extrapolated);
    let mut told: Vec<String> = Vec::new();
    for of in extrapolated.map(|part| format!("extrapolated: {}", part.source)) {
        if !told.contains(&of) {
            told.push(of);
        }
    }
    told.extend(lower_bound.map(|why| format!("proving is a lower bound: {why}")));
    let spreads = Spreads { book: asked.book, calibrations: asked.calibrations };
    let names: Vec<&String> = spec.proving.iter().flat_map(systems).map(|(.., system)| &system.segment.cost).collect();
    told.extend(spreads.assumed(&names));
    let life = |pool: &str| {
        let proving = spec.proving.as_ref()?;
        systems(proving).find(|(name, ..)| *name == pool).and_then(|(.., system)| system.lifecycle.as_ref())
    };
    let pools: Vec<_> = hosts.all().map(|(pool, host)| (life(pool), &host.lots)).collect();
    told.extend(lifecycle::assumptions(&pools));
    told.extend(disputes::assumptions(spec));
    told.extend(peak(system, asked.horizon));
    told.extend(full_blocks(system, asked.horizon));
    told.extend(after_the_run(spec, asked.horizon));
    told.extend(nothing_to_fail(spec, system));
    told.extend(told_of_days(&system.profile, asked.horizon));
    told.extend(super::traces::assumptions(spec));
    told
}

/// Blocks that do not hold what comes at the busiest time.
fn full_blocks(system: &Rollup, horizon: Horizon) -> Option<String> {
    let (from, until) = horizon.measured();
    let peak = system.load_per_s * system.profile.peak_over_mean(from, until);
    let carried = system.most_in_block()? as f64 / system.sequencer.block.as_secs_f64();
    (peak > carried && system.load_per_s < carried).then(|| {
        format!("at the busiest time {peak:.0} tx/s come, and blocks hold {carried:.0} tx/s (`sequencer.gas_limit`): transactions wait for a block")
    })
}

/// Outages of machines that prove nothing.
fn nothing_to_fail(spec: &RollupSpec, system: &Rollup) -> Option<String> {
    let has_outages = spec.proving.as_ref().is_some_and(|proving| !proving.outages.is_empty());
    (has_outages && (0..system.proof_systems().len()).all(|place| !system.has_work(place)))
        .then(|| "`proving.outages` has no effect: all proofs are bought, and markets have no outages here".to_owned())
}

/// What is said to happen when the run is over.
fn after_the_run(spec: &RollupSpec, horizon: Horizon) -> Vec<String> {
    let end_s = horizon.warm_up_s + horizon.measured_s;
    let of_provers = spec.proving.as_ref().map_or(&[][..], |proving| &proving.outages);
    let outages = [
        ("sequencer.outages", &spec.sequencer.outages[..]),
        ("l1.outages", &spec.l1.outages),
        ("proving.outages", of_provers),
    ];
    let outages = outages.into_iter().flat_map(|(key, all)| all.iter().map(move |outage| (key, outage.at)));
    let outages = outages.filter_map(|(key, at)| Some((key.to_owned(), at?)));
    let changes = spec.l1.fees().flat_map(|(key, law)| law.changes.iter().map(move |change| (key, *change.at)));
    let changes = changes.map(|(key, at)| (format!("{key}.changes"), at));
    let late = outages.chain(changes).filter(|(_, at)| at.seconds() >= end_s);
    late.map(|(key, at)| {
        format!("`{key}` has something at {at}, and the run ends at {:.0} h: it has no effect", end_s / 3_600.0)
    })
    .collect()
}

/// The fleet is that of the peak of a profile.
fn peak(system: &Rollup, horizon: Horizon) -> Option<String> {
    let (from, until) = horizon.measured();
    let peak = system.load_per_s * system.profile.peak_over_mean(from, until);
    sized_for_peak((peak, system.load_per_s), "tx")
}
