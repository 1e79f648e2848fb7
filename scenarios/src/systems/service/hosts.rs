//! The machines that a service runs on, each with what everything costs there.

use models::systems::service::Place;
use models::systems::service::capacity::{INSTANCES, beside, stages};

use super::built;
use super::spec::ServiceSpec;
use crate::case::Terms;
use crate::fault::Faults;
use crate::fleet_choice::OpenPool;
use crate::machines::Rented;
use crate::machines::choice::MachineChoice;
pub(super) use crate::machines::hosts::Host;
use crate::machines::hosts::{self, PoolSaid, Tried};
use crate::notes::Input;
use crate::systems::contract::Asked;
use crate::systems::market;
use crate::systems::market::spec::ProverSpec;

/// The machine of the instances, and of the pool of each step that has one.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    pub(super) instance: Host,
    pub(super) pools: Vec<Option<Host>>,
    /// Of whoever sells proofs, by the group.
    sellers: Vec<(String, Host)>,
}

impl Hosts {
    /// The hosts of the pools in their order.
    fn of(spec: &ServiceSpec, hosts: &[Host]) -> Self {
        let mut others = hosts[1..].iter().cloned();
        let pools = spec.step.iter().map(|step| step.pool.as_ref().and_then(|_| others.next())).collect();
        let sellers = sellers(spec).into_iter().map(|(name, ..)| name.to_owned()).zip(others).collect();
        Self { pools, sellers, instance: hosts[0].clone() }
    }

    /// The machine that serves a step.
    pub(super) fn of_step(&self, at: usize) -> &Host {
        self.pools[at].as_ref().unwrap_or(&self.instance)
    }

    /// The machine of a group of provers that sell proofs.
    pub(super) fn seller(&self, group: &str) -> Option<&Host> {
        self.sellers.iter().find(|(name, _)| name == group).map(|(_, host)| host)
    }

    /// All machines, each once.
    pub(super) fn all(&self) -> Vec<&Rented> {
        let mut all: Vec<&Rented> = vec![self.instance.rented()];
        for pool in self.shared().map(Host::rented) {
            if all.iter().all(|other| (&other.name, other.called()) != (&pool.name, pool.called())) {
                all.push(pool);
            }
        }
        all
    }

    /// All hosts but that of the instances.
    fn shared(&self) -> impl Iterator<Item = &Host> {
        self.pools.iter().flatten().chain(self.sellers.iter().map(|(_, host)| host))
    }

    /// Every host with the name of its pool: that of the instances, the step that it serves, or the group of whoever sells proofs.
    fn by_pool<'h>(&'h self, spec: &'h ServiceSpec) -> impl Iterator<Item = (&'h str, &'h Host)> {
        let shared =
            spec.step.iter().zip(&self.pools).filter_map(|(step, host)| Some((&step.name[..], host.as_ref()?)));
        let sellers = self.sellers.iter().map(|(name, host)| (&name[..], host));
        std::iter::once((INSTANCES, &self.instance)).chain(shared).chain(sellers)
    }

    /// Everything that is rented, as its lot rents it.
    pub(super) fn lots(&self) -> impl Iterator<Item = &Rented> {
        let hosts = std::iter::once(&self.instance).chain(self.shared());
        hosts.flat_map(|host| host.lots.rented()).map(|(_, lot)| lot)
    }

    /// Who says what machines cost that are bought; `traced` are the inputs of the case.
    pub(super) fn terms(&self, spec: &ServiceSpec, traced: &[Input]) -> Vec<Terms> {
        self.by_pool(spec).flat_map(|(pool, host)| host.lots.terms(pool, traced)).collect()
    }

    /// What machines are and cost, as inputs of a case: what several pools have in common is told of once.
    pub(super) fn inputs(&self, spec: &ServiceSpec) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::new();
        for (pool, host) in self.by_pool(spec) {
            for input in host.lots.inputs(pool) {
                if !inputs.contains(&input) {
                    inputs.push(input);
                }
            }
        }
        inputs
    }
}

/// The costs that are served in the pool of a step, or on the instances.
fn costs(spec: &ServiceSpec, step: Option<usize>) -> Vec<&str> {
    let shared = |at: usize| spec.step[at].pool.is_some();
    let served = (0..spec.step.len()).filter(|at| if shared(*at) { step == Some(*at) } else { step.is_none() });
    let of_steps = served.flat_map(|at| {
        let join = spec.step[at].split.as_ref().and_then(|split| Some(split.join.as_ref()?.cost.as_str()));
        spec.step[at].own_cost().into_iter().chain(join)
    });
    let own = spec.instances.first_request.as_deref().filter(|_| step.is_none());
    of_steps.chain(own).collect()
}

/// Groups of provers of the market on which proofs are bought, with their names and keys.
pub(super) fn sellers(spec: &ServiceSpec) -> Vec<(&str, String, &ProverSpec)> {
    spec.buying().map_or_else(Vec::new, |(key, market)| market.sellers(&key).collect())
}

/// The pools of a service: the instances, that of each step which has one, and those of whoever sells proofs to it.
fn said(spec: &ServiceSpec) -> Vec<PoolSaid<'_>> {
    let own = PoolSaid {
        name: INSTANCES.to_owned(),
        key: "instances".to_owned(),
        machine: &spec.instances.machine,
        lifecycle: spec.instances.lifecycle.as_ref(),
        costs: costs(spec, None),
    };
    let shared = spec.step.iter().enumerate().filter_map(|(at, step)| {
        let pool = step.pool.as_ref()?;
        Some(PoolSaid {
            name: step.name.clone(),
            key: format!("step.{at}.pool"),
            machine: &pool.machine,
            lifecycle: pool.lifecycle.as_ref(),
            costs: costs(spec, Some(at)),
        })
    });
    std::iter::once(own).chain(shared).chain(sellers(spec).into_iter().map(market::hosts::said)).collect()
}

/// The machines of a service, and what was chosen; or everything that is wrong with the keys that name them.
pub(super) fn hosts(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<(Hosts, Vec<MachineChoice>), Faults> {
    let pools = said(spec);
    let tried = |hosts: &[Host], at: usize| tried(spec, asked, hosts, &pools[at].name);
    let (found, choices) = hosts::hosts(&pools, asked, tried)?;
    Ok((Hosts::of(spec, &found), choices))
}

/// The pools whose machines a search may decide about: not those of whoever sells proofs.
pub(super) fn open_pools(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    let mut pools = hosts::open_pools(&said(spec), asked)?;
    pools.retain(|pool| sellers(spec).iter().all(|(name, ..)| *name != pool.name));
    Ok(pools)
}

/// How many machines a pool has, and whether they carry the load.
fn tried(spec: &ServiceSpec, asked: &Asked<'_>, hosts: &[Host], pool: &str) -> Result<Tried, Faults> {
    let (system, _) = built(spec, asked, &Hosts::of(spec, hosts), asked.sizing)?;
    let shared = system.steps.iter().filter(|step| step.name == pool).find_map(|step| match &step.place {
        Place::Pool(of) => Some(of.machines),
        Place::Workers | Place::Instance(_) | Place::Market => None,
    });
    let machines = shared.unwrap_or(u64::from(system.instances.count));
    let (stages, beside) = (stages(&system, asked.horizon.into()), beside(&system, asked.horizon.into()));
    let carries = stages.iter().chain(&beside).filter(|stage| stage.pool == pool).all(|stage| stage.utilization < 1.0);
    Ok(Tried { machines, carries })
}
