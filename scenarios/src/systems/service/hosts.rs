//! The machines that a service runs on, each with what everything costs there; where the scenario leaves one open, the one with which its
//! pool costs least: with as few machines as carry the load where the fleet is sized, and otherwise with as many as the scenario says.
//!
//! Model: what a pool costs depends on its own machine alone, since every stage is served by one pool, so that each is chosen by itself.

use models::systems::service::Place;
use models::systems::service::capacity::{INSTANCES, stages};

use super::built;
use super::spec::ServiceSpec;
use crate::case::Terms;
use crate::costs::{Cost, Costs, On};
use crate::fault::{Faults, Lack};
use crate::fleet_choice::OpenPool;
use crate::machines::candidates::{Candidates, candidates};
use crate::machines::choice::{Enough, MachineChoice, cheapest};
use crate::machines::lots::Lots;
use crate::machines::{Rented, at_speed, memory_bytes};
use crate::notes::Input;
use crate::sizing::Sizing;
use crate::spec::{LifecycleSpec, MachineNames};
use crate::systems::contract::Asked;

/// The machines of a pool of a service, with what everything costs on them.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) lots: Lots,
    pub(super) costs: Costs,
}

impl Host {
    fn on(asked: &Asked<'_>, of: &Of<'_>, rented: Rented) -> Result<Self, Faults> {
        let (book, calibrations, world) = (asked.book, asked.calibrations, asked.world);
        let rented = at_speed((book, world), calibrations, rented);
        let (key, said) = (format!("{}.lifecycle.lots", of.pool_key), of.lifecycle.map_or(&[][..], |life| &life.lots));
        let lots = Lots::of((book, world), calibrations, (&key, said), &rented);
        let lots = lots.map_err(|lack| Faults::OfDesign(Vec::new(), vec![lack]))?;
        let memory_bytes = memory_bytes(book, &rented.machine);
        let on = On { machine: &rented.machine.instance, calibrations, world, memory_bytes, leaf: None };
        let costs = Costs::of(book, &on).map_err(Faults::OfBook)?;
        Ok(Self { lots, costs })
    }

    /// The machine of the pool.
    pub(super) fn rented(&self) -> &Rented {
        &self.lots.machine
    }

    /// A cost at the speed of the machine.
    pub(super) fn cost(&self, name: &str) -> Option<Cost> {
        self.costs.get(name).map(|cost| cost.on(self.rented().machine.speed.factor))
    }
}

/// The machine of the instances, and of the pool of each step that has one.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    pub(super) instance: Host,
    pub(super) pools: Vec<Option<Host>>,
}

impl Hosts {
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

/// A pool of the scenario.
struct Of<'s> {
    /// Its key.
    pool_key: String,
    lifecycle: Option<&'s LifecycleSpec>,
}

impl<'s> Of<'s> {
    /// The pool of a step, or that of the instances.
    fn new(spec: &'s ServiceSpec, step: Option<usize>) -> Self {
        let shared = step.and_then(|at| Some((at, spec.step[at].pool.as_ref()?)));
        match shared {
            Some((at, pool)) => Self { pool_key: format!("step.{at}.pool"), lifecycle: pool.lifecycle.as_ref() },
            None => Self { pool_key: "instances".to_owned(), lifecycle: spec.instances.lifecycle.as_ref() },
        }
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

/// A pool whose machine is still to be found.
struct Open {
    /// The step that it serves; none for the instances.
    step: Option<usize>,
    pool: String,
    found: Candidates,
}

/// The machines of a service, and what was chosen; or everything that is wrong with the keys that name them.
pub(super) fn hosts(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<(Hosts, Vec<MachineChoice>), Faults> {
    let lack = |lack: Lack| Faults::OfDesign(Vec::new(), vec![lack]);
    let mut open = Vec::new();
    let mut first = |step, pool: &str, said: &MachineNames| {
        let of = Of::new(spec, step);
        let key = format!("{}.machine", of.pool_key);
        let found = candidates((asked.book, asked.world), asked.sizing, (&key, &costs(spec, step)), said);
        let found = found.and_then(|found| found.decided(asked.fleet.machine(pool))).map_err(lack)?;
        let host = Host::on(asked, &of, found.machines[0].clone())?;
        if found.open {
            open.push(Open { step, pool: pool.to_owned(), found });
        }
        Ok(host)
    };
    let instance = first(None, INSTANCES, &spec.instances.machine)?;
    let mut pools = Vec::new();
    for (at, step) in spec.step.iter().enumerate() {
        let pool = step.pool.as_ref();
        pools.push(pool.map(|pool| first(Some(at), &step.name, &pool.machine)).transpose()?);
    }
    let mut hosts = Hosts { instance, pools };
    let mut choices = Vec::new();
    for one in open {
        let step = one.step;
        let (host, choice) = choose(spec, asked, &hosts, one)?;
        choices.push(choice);
        *place(&mut hosts, step) = host;
    }
    Ok((hosts, choices))
}

/// The pools whose machines a search may decide about.
pub(super) fn open_pools(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    let pool = |step: Option<usize>, name: &str, said: &MachineNames| {
        let of = Of::new(spec, step);
        let key = format!("{}.machine", of.pool_key);
        let found = candidates((asked.book, asked.world), asked.sizing, (&key, &costs(spec, step)), said);
        let found = found.map_err(|lack| Faults::OfDesign(Vec::new(), vec![lack]))?;
        let is_counted = of.lifecycle.is_none_or(|life| life.autoscaler.is_none());
        Ok(OpenPool { name: name.to_owned(), key: of.pool_key, machines: found.names(), is_counted })
    };
    let steps = spec.step.iter().enumerate();
    let shared = steps.filter_map(|(at, step)| Some(pool(Some(at), &step.name, &step.pool.as_ref()?.machine)));
    std::iter::once(pool(None, INSTANCES, &spec.instances.machine)).chain(shared).collect()
}

/// Where the machine of a step's pool stands, or that of the instances.
fn place(hosts: &mut Hosts, step: Option<usize>) -> &mut Host {
    match step.and_then(|at| hosts.pools[at].as_mut()) {
        Some(pool) => pool,
        None => &mut hosts.instance,
    }
}

/// Chooses the machine of one pool, where the others have theirs. The number that a scenario says may be too small on all of them: then
/// the cheapest is taken, and its stage saturates.
fn choose(spec: &ServiceSpec, asked: &Asked<'_>, hosts: &Hosts, open: Open) -> Result<(Host, MachineChoice), Faults> {
    let Open { step, pool, found } = open;
    let of = (&pool[..], 1);
    let on = |rented: &Rented| tried(spec, asked, hosts, (step, &pool, rented));
    let carrying = |rented: &Rented| {
        let (enough, carries) = on(rented)?;
        let too_few = || format!("{} of it do not carry the load", enough.machines);
        if carries { Ok(enough) } else { Err(Faults::at(&found.key, too_few())) }
    };
    let rates = &asked.book.rates;
    let chosen = match asked.sizing {
        Sizing::Specified => cheapest(of, rates, found.clone(), carrying)
            .or_else(|_| cheapest(of, rates, found.clone(), |rented| on(rented).map(|(enough, _)| enough))),
        Sizing::Sized => cheapest(of, rates, found.clone(), |rented| on(rented).map(|(enough, _)| enough)),
    };
    chosen.map(|(_, host, choice)| (host, choice))
}

/// How many of a machine a pool has, what that costs beside their rent, and whether they carry the load.
fn tried(
    spec: &ServiceSpec,
    asked: &Asked<'_>,
    hosts: &Hosts,
    (step, pool, rented): (Option<usize>, &str, &Rented),
) -> Result<(Enough<Host>, bool), Faults> {
    let of = Of::new(spec, step);
    let mut tried = hosts.clone();
    *place(&mut tried, step) = Host::on(asked, &of, rented.clone())?;
    let (system, _) = built(spec, asked, &tried, asked.sizing)?;
    let machines = match step.map(|at| &system.steps[at].place) {
        Some(Place::Pool(of)) => of.machines,
        _ => u64::from(system.instances.count),
    };
    let host = place(&mut tried, step).clone();
    // What lots on other terms cost more or less than the machine itself.
    let beside = host.lots.beyond_rent(machines);
    let stages = stages(&system, asked.horizon.into());
    let carries = stages.iter().filter(|stage| stage.pool == pool).all(|stage| stage.utilization < 1.0);
    Ok((Enough { of: host, machines, beside_usd_per_month: beside, needed_by: pool.to_owned() }, carries))
}
