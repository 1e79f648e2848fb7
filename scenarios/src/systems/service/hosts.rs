//! The machines that a service runs on, each with what everything costs there.

use models::systems::service::Place;
use models::systems::service::capacity::{INSTANCES, stages};

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

/// The machine of the instances, and of the pool of each step that has one.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    pub(super) instance: Host,
    pub(super) pools: Vec<Option<Host>>,
}

impl Hosts {
    /// The hosts of the pools in their order.
    fn of(spec: &ServiceSpec, hosts: &[Host]) -> Self {
        let mut shared = hosts[1..].iter().cloned();
        let pools = spec.step.iter().map(|step| step.pool.as_ref().and_then(|_| shared.next()));
        Self { pools: pools.collect(), instance: hosts[0].clone() }
    }

    /// The machine that serves a step.
    pub(super) fn of_step(&self, at: usize) -> &Host {
        self.pools[at].as_ref().unwrap_or(&self.instance)
    }

    /// All machines, each once.
    pub(super) fn all(&self) -> Vec<&Rented> {
        let mut all: Vec<&Rented> = vec![self.instance.rented()];
        for pool in self.pools.iter().flatten().map(Host::rented) {
            if all.iter().all(|other| (&other.name, other.called()) != (&pool.name, pool.called())) {
                all.push(pool);
            }
        }
        all
    }

    /// Every host with the name of its pool: that of the instances, or the step that it serves.
    fn by_pool<'h>(&'h self, spec: &'h ServiceSpec) -> impl Iterator<Item = (&'h str, &'h Host)> {
        let shared =
            spec.step.iter().zip(&self.pools).filter_map(|(step, host)| Some((&step.name[..], host.as_ref()?)));
        std::iter::once((INSTANCES, &self.instance)).chain(shared)
    }

    /// Everything that is rented, as its lot rents it.
    pub(super) fn lots(&self) -> impl Iterator<Item = &Rented> {
        let hosts = std::iter::once(&self.instance).chain(self.pools.iter().flatten());
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
        std::iter::once(spec.step[at].cost.as_str()).chain(join)
    });
    let own = spec.instances.first_request.as_deref().filter(|_| step.is_none());
    of_steps.chain(own).collect()
}

/// The pools of a service: the instances, and that of each step which has one.
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
    std::iter::once(own).chain(shared).collect()
}

/// The machines of a service, and what was chosen; or everything that is wrong with the keys that name them.
pub(super) fn hosts(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<(Hosts, Vec<MachineChoice>), Faults> {
    let pools = said(spec);
    let tried = |hosts: &[Host], at: usize| tried(spec, asked, hosts, &pools[at].name);
    let (found, choices) = hosts::hosts(&pools, asked, tried)?;
    Ok((Hosts::of(spec, &found), choices))
}

/// The pools whose machines a search may decide about.
pub(super) fn open_pools(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    hosts::open_pools(&said(spec), asked)
}

/// How many machines a pool has, and whether they carry the load.
fn tried(spec: &ServiceSpec, asked: &Asked<'_>, hosts: &[Host], pool: &str) -> Result<Tried, Faults> {
    let (system, _) = built(spec, asked, &Hosts::of(spec, hosts), asked.sizing)?;
    let shared = system.steps.iter().filter(|step| step.name == pool).find_map(|step| match &step.place {
        Place::Pool(of) => Some(of.machines),
        Place::Workers | Place::Instance(_) => None,
    });
    let machines = shared.unwrap_or(u64::from(system.instances.count));
    let stages = stages(&system, asked.horizon.into());
    let carries = stages.iter().filter(|stage| stage.pool == pool).all(|stage| stage.utilization < 1.0);
    Ok(Tried { machines, carries })
}
