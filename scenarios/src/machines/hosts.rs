//! The machines of all pools of a system, each with what everything costs there; where the scenario leaves one open, the one with which its
//! pool costs least: with as few machines as carry the load where the fleet is sized, and otherwise with as many as the scenario says.
//!
//! Model: what a pool costs depends on its own machine alone, since every stage is served by one pool, so that each is chosen by itself.

use crate::costs::{Cost, Costs, On};
use crate::fault::{Faults, Lack};
use crate::fleet_choice::OpenPool;
use crate::machines::candidates::{Candidates, candidates};
use crate::machines::choice::{Enough, MachineChoice, cheapest};
use crate::machines::lots::Lots;
use crate::machines::{Rented, at_speed, memory_bytes};
use crate::sizing::Sizing;
use crate::spec::{LifecycleSpec, MachineNames};
use crate::systems::contract::Asked;

/// A pool, as a scenario says it.
pub(crate) struct PoolSaid<'s> {
    /// Its name.
    pub(crate) name: String,
    /// Its key, of which `machine` and `lifecycle` are parts.
    pub(crate) key: String,
    pub(crate) machine: &'s MachineNames,
    pub(crate) lifecycle: Option<&'s LifecycleSpec>,
    /// The costs that are served in it.
    pub(crate) costs: Vec<&'s str>,
}

/// The machines of a pool, with what everything costs on them.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    pub(crate) lots: Lots,
    pub(crate) costs: Costs,
}

impl Host {
    fn on(asked: &Asked<'_>, of: &PoolSaid<'_>, rented: Rented) -> Result<Self, Faults> {
        let (book, calibrations, world) = (asked.book, asked.calibrations, asked.world);
        let rented = at_speed((book, world), calibrations, rented);
        let (key, said) = (format!("{}.lifecycle.lots", of.key), of.lifecycle.map_or(&[][..], |life| &life.lots));
        let lots = Lots::of((book, world), calibrations, (&key, said), &rented);
        let lots = lots.map_err(|lack| Faults::OfDesign(Vec::new(), vec![lack]))?;
        let memory_bytes = memory_bytes(book, &rented.machine);
        let on = On { machine: &rented.machine.instance, calibrations, world, memory_bytes, leaf: None };
        let costs = Costs::of(book, &on).map_err(Faults::OfBook)?;
        Ok(Self { lots, costs })
    }

    /// The machine of the pool.
    pub(crate) fn rented(&self) -> &Rented {
        &self.lots.machine
    }

    /// Whether its speed is assumed.
    pub(crate) fn is_assumed(&self) -> bool {
        self.rented().machine.speed.why.starts_with("assumed")
    }

    /// A cost at the speed of the machine.
    pub(crate) fn cost(&self, name: &str) -> Option<Cost> {
        self.costs.get(name).map(|cost| cost.on(self.rented().machine.speed.factor))
    }
}

/// What a pool comes to on some machine: how many there are, and whether they carry the load.
pub(crate) struct Tried {
    pub(crate) machines: u64,
    pub(crate) carries: bool,
}

/// The machines of pools, in their order, and what was chosen; or everything that is wrong with the keys that name them. `tried` tells what
/// one pool comes to where all are made of these machines.
pub(crate) fn hosts(
    pools: &[PoolSaid<'_>],
    asked: &Asked<'_>,
    tried: impl Fn(&[Host], usize) -> Result<Tried, Faults>,
) -> Result<(Vec<Host>, Vec<MachineChoice>), Faults> {
    let (mut hosts, mut open) = (Vec::new(), Vec::new());
    for (at, of) in pools.iter().enumerate() {
        let found = found(of, asked)?.decided(asked.fleet.machine(&of.name)).map_err(lack)?;
        hosts.push(Host::on(asked, of, found.machines[0].clone())?);
        if found.open {
            open.push((at, found));
        }
    }
    let mut choices = Vec::new();
    for (at, found) in open {
        let (host, choice) = choose((&pools[at], at), asked, (&hosts, found), &tried)?;
        choices.push(choice);
        hosts[at] = host;
    }
    Ok((hosts, choices))
}

/// The pools whose machines a search may decide about.
pub(crate) fn open_pools(pools: &[PoolSaid<'_>], asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    let pool = |of: &PoolSaid<'_>| {
        let is_counted = of.lifecycle.is_none_or(|life| life.autoscaler.is_none());
        let machines = found(of, asked)?.names();
        Ok(OpenPool { name: of.name.clone(), key: of.key.clone(), machines, is_counted })
    };
    pools.iter().map(pool).collect()
}

fn found(of: &PoolSaid<'_>, asked: &Asked<'_>) -> Result<Candidates, Faults> {
    let key = format!("{}.machine", of.key);
    candidates((asked.book, asked.world), asked.sizing, (&key, &of.costs), of.machine).map_err(lack)
}

fn lack(lack: Lack) -> Faults {
    Faults::OfDesign(Vec::new(), vec![lack])
}

/// Chooses the machine of one pool, where the others have theirs. The number that a scenario says may be too small on all of them: then
/// the cheapest is taken, and its stage saturates.
fn choose(
    (of, at): (&PoolSaid<'_>, usize),
    asked: &Asked<'_>,
    (hosts, found): (&[Host], Candidates),
    tried: &impl Fn(&[Host], usize) -> Result<Tried, Faults>,
) -> Result<(Host, MachineChoice), Faults> {
    let on = |rented: &Rented| {
        let mut hosts = hosts.to_vec();
        hosts[at] = Host::on(asked, of, rented.clone())?;
        let Tried { machines, carries } = tried(&hosts, at)?;
        let host = hosts.swap_remove(at);
        // What lots on other terms cost more or less than the machine itself.
        let beside_usd_per_month = host.lots.beyond_rent(machines);
        Ok((Enough { of: host, machines, beside_usd_per_month, needed_by: of.name.clone() }, carries))
    };
    let carrying = |rented: &Rented| {
        let (enough, carries) = on(rented)?;
        let too_few = || format!("{} of it do not carry the load", enough.machines);
        if carries { Ok(enough) } else { Err(Faults::at(&found.key, too_few())) }
    };
    let (pool, rates) = ((&of.name[..], 1), &asked.book.rates);
    let any = |rented: &Rented| on(rented).map(|(enough, _)| enough);
    let chosen = match asked.sizing {
        Sizing::Specified => {
            cheapest(pool, rates, found.clone(), carrying).or_else(|_| cheapest(pool, rates, found.clone(), any))
        }
        Sizing::Sized => cheapest(pool, rates, found.clone(), any),
    };
    chosen.map(|(_, host, choice)| (host, choice))
}
