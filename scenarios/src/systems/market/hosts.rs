//! The machines of all provers of a market, and what proofs cost on them.

use models::systems::market::MINE;
use models::systems::market::capacity::stages;

use super::built;
use super::spec::{MarketSpec, ProverSpec};
use crate::costs::Cost;
use crate::fault::{Faults, Lack};
use crate::fleet_choice::OpenPool;
use crate::machines::Rented;
use crate::machines::choice::MachineChoice;
use crate::machines::hosts::{self, Host, PoolSaid, Tried};
use crate::reading::meant;
use crate::systems::contract::Asked;

/// The machines of every group of provers, by its name.
#[derive(Debug, Clone)]
pub(super) struct Hosts(Vec<(String, Host)>);

impl Hosts {
    /// The machines of a group.
    pub(super) fn of(&self, group: &str) -> Option<&Host> {
        self.0.iter().find(|(name, _)| name == group).map(|(_, host)| host)
    }

    /// Everything that is rented.
    pub(super) fn lots(&self) -> impl Iterator<Item = &Rented> {
        self.0.iter().flat_map(|(_, host)| host.lots.rented()).map(|(_, lot)| lot)
    }

    /// The machines of all groups.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Host)> {
        self.0.iter().map(|(group, host)| (group.as_str(), host))
    }
}

/// Groups of provers with their names and keys, those of who asks last.
pub(super) fn groups(spec: &MarketSpec) -> impl Iterator<Item = (&str, String, &ProverSpec)> {
    let others = spec.provers.iter().map(|(name, prover)| (name.as_str(), format!("provers.{name}"), prover));
    others.chain(spec.mine.iter().map(|mine| (MINE, MINE.to_owned(), mine)))
}

/// The pool of a group.
pub(crate) fn said<'s>((name, key, prover): (&str, String, &'s ProverSpec)) -> PoolSaid<'s> {
    PoolSaid {
        name: name.to_owned(),
        key,
        machine: &prover.machine,
        lifecycle: None,
        costs: std::iter::once(prover.segment.cost.as_str()).chain(prover.last.as_deref()).collect(),
    }
}

/// The machines of all groups, and what was chosen; or everything that is wrong with the keys that name them.
pub(super) fn hosts(spec: &MarketSpec, asked: &Asked<'_>) -> Result<(Hosts, Vec<MachineChoice>), Faults> {
    let pools: Vec<PoolSaid<'_>> = groups(spec).map(said).collect();
    let all = |hosts: &[Host]| Hosts(pools.iter().map(|pool| pool.name.clone()).zip(hosts.iter().cloned()).collect());
    let tried = |hosts: &[Host], at: usize| {
        let (system, _) = built(spec, asked, &all(hosts))?;
        let machines = match pools[at].name.as_str() {
            MINE => system.mine().map_or(1, |mine| mine.machines),
            _ => system.groups[at].machines,
        };
        let carries =
            stages(&system).iter().filter(|stage| stage.pool == pools[at].name).all(|it| it.utilization < 1.0);
        Ok(Tried { machines, carries })
    };
    let (found, choices) = hosts::hosts(&pools, asked, tried)?;
    Ok((all(&found), choices))
}

/// The pools whose machines a search may decide about.
pub(super) fn open_pools(spec: &MarketSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    hosts::open_pools(&groups(spec).map(said).collect::<Vec<_>>(), asked)
}

/// What a proof costs provers of a group.
#[derive(Debug, Clone)]
pub(crate) struct GroupCosts {
    pub(crate) group: String,
    pub(crate) segment: Cost,
    pub(crate) last: Option<Cost>,
}

/// What proofs cost all groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Costing(pub(crate) Vec<GroupCosts>);

impl Costing {
    /// What they cost a group.
    pub(crate) fn of(&self, group: &str) -> Option<&GroupCosts> {
        self.0.iter().find(|costs| costs.group == group)
    }

    /// All costs.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Cost> {
        self.0.iter().flat_map(|costs| std::iter::once(&costs.segment).chain(&costs.last))
    }
}

/// The costs that provers name, each on its machine; or everything that the book lacks.
pub(super) fn priced(spec: &MarketSpec, hosts: &Hosts) -> Result<Costing, Vec<Lack>> {
    group_costs(groups(spec), |group| hosts.of(group))
}

/// The costs that groups name, each on the machine of its pool; or everything that the book lacks.
pub(crate) fn group_costs<'s, 'h>(
    groups: impl Iterator<Item = (&'s str, String, &'s ProverSpec)>,
    host: impl Fn(&str) -> Option<&'h Host>,
) -> Result<Costing, Vec<Lack>> {
    let mut lacking: Vec<Lack> = Vec::new();
    let mut cost = |on: &Host, key: String, name: &str| {
        let found = on.cost(name);
        if found.is_none() {
            let names = || on.costs.names();
            let known = names().collect::<Vec<_>>().join(", ");
            let message = format!("no cost `{name}` in the book; {}its costs: {known}", meant(name, names()));
            lacking.push(Lack { key, in_book: format!("costs.{name}"), message });
        }
        found.unwrap_or_default()
    };
    let mut all = Vec::new();
    for (group, key, prover) in groups {
        let Some(on) = host(group) else { continue };
        all.push(GroupCosts {
            group: group.to_owned(),
            segment: cost(on, format!("{key}.segment.cost"), &prover.segment.cost),
            last: prover.last.as_ref().map(|name| cost(on, format!("{key}.last"), name)),
        });
    }
    if lacking.is_empty() { Ok(Costing(all)) } else { Err(lacking) }
}
