//! The machines that a rollup runs on, and what everything costs there.

use models::proving::PROVERS;
use models::systems::rollup::Rollup;
use models::systems::rollup::capacity::{EXECUTORS, places, stages};

use super::spec::{ProofSystemSpec, ProvingSpec, RollupSpec};
use super::{SEQUENCER, WATCHERS, built};
use crate::basis::WorkOf;
use crate::case::Terms;
use crate::costs::Cost;
use crate::fault::{Faults, Lack};
use crate::fleet_choice::OpenPool;
use crate::machines::Rented;
use crate::machines::choice::MachineChoice;
use crate::machines::hosts::{self, Host, PoolSaid, Tried};
use crate::notes::Input;
use crate::reading::meant;
use crate::systems::contract::Asked;
use crate::systems::market;
use crate::systems::market::spec::ProverSpec;

/// The machines of every pool, by its name.
#[derive(Debug, Clone)]
pub(super) struct Hosts(Vec<(String, Host)>);

impl Hosts {
    /// The machines of a pool; there is one of that name.
    pub(super) fn of(&self, pool: &str) -> &Host {
        let found = self.0.iter().find(|(name, _)| name == pool);
        &found.unwrap_or(&self.0[0]).1
    }

    /// Everything that is rented, as its lot rents it.
    pub(super) fn lots(&self) -> impl Iterator<Item = &Rented> {
        self.0.iter().flat_map(|(_, host)| host.lots.rented()).map(|(_, lot)| lot)
    }

    /// The machines of all pools, with these.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Host)> {
        self.0.iter().map(|(pool, host)| (pool.as_str(), host))
    }

    /// Who says what machines cost that are bought; `traced` are the inputs of the case.
    pub(super) fn terms(&self, traced: &[Input]) -> Vec<Terms> {
        self.all().flat_map(|(pool, host)| host.lots.terms(pool, traced)).collect()
    }
}

/// Proof systems with the names and the keys of their pools.
pub(super) fn systems(proving: &ProvingSpec) -> impl Iterator<Item = (&str, String, &ProofSystemSpec)> {
    let others = proving.others.iter();
    let others = others.map(|(name, system)| (name.as_str(), format!("proving.others.{name}"), system));
    std::iter::once((PROVERS, "proving.system".to_owned(), &proving.system)).chain(others)
}

/// Groups of provers of the market on which proofs are bought, with their names and keys.
pub(super) fn sellers(spec: &RollupSpec) -> impl Iterator<Item = (&str, String, &ProverSpec)> {
    let market = spec.proving.iter().filter_map(|proving| proving.market.as_ref());
    market.flat_map(|market| market.sellers("proving.market"))
}

/// The pools of a rollup, and those of whoever sells proofs to it.
fn said(spec: &RollupSpec) -> Vec<PoolSaid<'_>> {
    let sequencer = PoolSaid {
        name: SEQUENCER.to_owned(),
        key: "sequencer".to_owned(),
        machine: &spec.sequencer.machine,
        lifecycle: spec.sequencer.lifecycle.as_ref(),
        costs: Vec::new(),
    };
    let executors = spec.proving.iter().filter_map(|proving| proving.execution.as_ref()).map(|execution| PoolSaid {
        name: EXECUTORS.to_owned(),
        key: "proving.execution".to_owned(),
        machine: &execution.machine,
        lifecycle: None,
        costs: vec![&execution.cost],
    });
    let provers = spec.proving.iter().flat_map(systems).map(|(name, key, system)| PoolSaid {
        name: name.to_owned(),
        key,
        machine: &system.machine,
        lifecycle: system.lifecycle.as_ref(),
        costs: names(spec, system).into_iter().map(|(_, name)| name).collect(),
    });
    let watchers = spec.watchers.iter().map(|watchers| PoolSaid {
        name: WATCHERS.to_owned(),
        key: "watchers".to_owned(),
        machine: &watchers.machine,
        lifecycle: None,
        costs: Vec::new(),
    });
    let sellers = sellers(spec).map(market::hosts::said);
    std::iter::once(sequencer).chain(watchers).chain(executors).chain(provers).chain(sellers).collect()
}

/// The costs of a proof system, by their keys below it; those of joins by their keys in the scenario.
fn names<'s>(spec: &'s RollupSpec, system: &'s ProofSystemSpec) -> Vec<(String, &'s str)> {
    let own = std::iter::once(("segment.cost".to_owned(), system.segment.cost.as_str()));
    let recursion = system.recursion.iter().enumerate();
    let recursion = recursion.map(|(at, level)| (format!("recursion.{at}.cost"), level.cost.as_str()));
    let wrap = system.wrap.iter().map(|name| ("wrap".to_owned(), name.as_str()));
    let joins = spec
        .level
        .iter()
        .enumerate()
        .filter_map(|(at, level)| Some((format!("level.{at}.join.cost"), level.join.as_ref()?.cost.as_str())));
    own.chain(recursion).chain(wrap).chain(joins).collect()
}

/// The machines of a rollup, and what was chosen; or everything that is wrong with the keys that name them.
pub(super) fn hosts(spec: &RollupSpec, asked: &Asked<'_>) -> Result<(Hosts, Vec<MachineChoice>), Faults> {
    let pools = said(spec);
    let all = |hosts: &[Host]| Hosts(pools.iter().map(|pool| pool.name.clone()).zip(hosts.iter().cloned()).collect());
    let tried = |hosts: &[Host], at: usize| {
        let pool = &pools[at].name;
        if pool == SEQUENCER {
            return Ok(Tried { machines: spec.sequencer.specified, carries: true });
        }
        if let Some(watchers) = spec.watchers.as_ref().filter(|_| pool == WATCHERS) {
            return Ok(Tried { machines: watchers.specified, carries: true });
        }
        let (system, _) = built(spec, asked, &all(hosts))?;
        let machines = places(&system).iter().find(|place| place.pool == *pool).map_or(1, |place| place.machines);
        let carries = stages(&system).iter().filter(|stage| stage.pool == *pool).all(|stage| stage.utilization < 1.0);
        Ok(Tried { machines, carries })
    };
    let (found, choices) = hosts::hosts(&pools, asked, tried)?;
    Ok((all(&found), choices))
}

/// The pools whose machines a search may decide about.
pub(super) fn open_pools(spec: &RollupSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    hosts::open_pools(&said(spec), asked)
}

/// What a proof system costs on its machines.
#[derive(Debug, Clone)]
pub(super) struct SystemCosts {
    pub(super) pool: String,
    pub(super) segment: Cost,
    pub(super) recursion: Vec<Cost>,
    pub(super) wrap: Option<Cost>,
    /// Of the joins of every level, where there are any.
    pub(super) joins: Vec<Option<Cost>>,
}

/// What execution and all proof systems cost on their machines.
#[derive(Debug, Clone, Default)]
pub(super) struct Costing {
    pub(super) execution: Option<Cost>,
    pub(super) systems: Vec<SystemCosts>,
    /// Of the provers of whom proofs are bought.
    pub(super) sellers: market::hosts::Costing,
}

impl Costing {
    /// All costs.
    pub(super) fn all(&self) -> impl Iterator<Item = &Cost> {
        let of_systems = self.systems.iter().flat_map(|system| {
            let joins = system.joins.iter().flatten();
            std::iter::once(&system.segment).chain(&system.recursion).chain(&system.wrap).chain(joins)
        });
        self.execution.iter().chain(of_systems).chain(self.sellers.all())
    }

    /// What takes most of the time of proving; what joins and wraps are little beside it.
    pub(super) fn work<'c>(&'c self, system: &Rollup, hosts: &'c Hosts) -> Vec<WorkOf<'c>> {
        let Some(proving) = &system.proving else { return Vec::new() };
        let batch = &system.batches_at(system.load_per_s)[proving.level];
        let per_s = 1.0 / batch.interval_s;
        let host = |pool: &str| hosts.of(pool);
        let execution = self.execution.iter().map(|cost| {
            let size = batch.content.cycles;
            WorkOf { cost, size, per_s, host: host(EXECUTORS) }
        });
        let segments = self.systems.iter().zip(&proving.systems).map(|(costs, prover)| {
            let count = prover.segments(batch.content.cycles) as f64;
            // Where all proofs are bought from one, somebody else makes them.
            let buys_all = proving.market.as_ref().is_some_and(|market| market.overflow.is_none());
            let seller = self.sellers.0.first().filter(|_| buys_all && costs.pool == PROVERS);
            let (cost, pool) = seller.map_or((&costs.segment, &costs.pool), |seller| (&seller.segment, &seller.group));
            WorkOf { cost, size: batch.content.cycles / count, per_s: count * per_s, host: host(pool) }
        });
        execution.chain(segments).collect()
    }
}

/// The costs that the rollup names, each on its machine; or everything that the book lacks.
pub(super) fn priced(spec: &RollupSpec, hosts: &Hosts) -> Result<Costing, Vec<Lack>> {
    let mut lacking = Vec::new();
    let mut cost = |on: &Host, key: String, name: &str| {
        let found = on.cost(name);
        if found.is_none() && lacking.iter().all(|lack: &Lack| lack.key != key) {
            let names = || on.costs.names();
            let known = names().collect::<Vec<_>>().join(", ");
            let message = format!("no cost `{name}` in the book; {}its costs: {known}", meant(name, names()));
            lacking.push(Lack { key, in_book: format!("costs.{name}"), message });
        }
        found.unwrap_or_default()
    };
    let Some(proving) = &spec.proving else { return Ok(Costing::default()) };
    let execution = proving.execution.as_ref();
    let execution =
        execution.map(|execution| cost(hosts.of(EXECUTORS), "proving.execution.cost".into(), &execution.cost));
    let mut all = Vec::new();
    for (pool, key, system) in systems(proving) {
        let on = hosts.of(pool);
        let recursion = system.recursion.iter().enumerate();
        all.push(SystemCosts {
            pool: pool.to_owned(),
            segment: cost(on, format!("{key}.segment.cost"), &system.segment.cost),
            recursion: recursion
                .map(|(at, level)| cost(on, format!("{key}.recursion.{at}.cost"), &level.cost))
                .collect(),
            wrap: system.wrap.as_ref().map(|name| cost(on, format!("{key}.wrap"), name)),
            joins: spec
                .level
                .iter()
                .enumerate()
                .map(|(at, level)| Some(cost(on, format!("level.{at}.join.cost"), &level.join.as_ref()?.cost)))
                .collect(),
        });
    }
    let sellers = market::hosts::group_costs(sellers(spec), |group| Some(hosts.of(group)));
    let sellers = sellers.unwrap_or_else(|lack| {
        lacking.extend(lack);
        market::hosts::Costing::default()
    });
    if lacking.is_empty() { Ok(Costing { execution, systems: all, sellers }) } else { Err(lacking) }
}
