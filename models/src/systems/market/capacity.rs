//! What the provers of a market carry, and how many machines of its own a requester needs.
//!
//! Model: the work of a request is the time that it takes the provers of the first group; another group carries as much more as it is faster.
//! Provers that ask more than is ever offered carry nothing. The law, and settling times, are those of [`crate::stage`]. Assumptions: those of
//! [`super::expected`]. Source: J. P. Buzen, P. J. Denning, "The operational analysis of queueing network models" (1978). Leaves out: deadlines.

use super::outcome::GroupOutcome;
use super::{Asker, MINE, Market};
use crate::machines::MOST_MACHINES;
use crate::orders::Group;
use crate::orders::demand::Demand;
use crate::stage::{Stage, linear};

/// The stage of all provers together.
pub const PROVERS: &str = "market";

/// What carries the load: the market, and own machines where nothing overflows.
pub fn stages(system: &Market) -> Vec<Stage> {
    match system.own() {
        Some(own) if !own.overflow => vec![of_mine(system, &own.group)],
        _ => vec![of_market(system)],
    }
}

/// What the system goes on without: every group of provers, and own machines where the rest overflows.
pub fn beside(system: &Market) -> Vec<Stage> {
    let cycles = system.mean_cycles();
    let groups = system.merit_order();
    let of_group = |(place, group): (usize, &Group)| {
        let gets = groups.iter().find(|one| one.group == place).map_or(0.0, |one| one.gets_per_s);
        let need = group.seconds(cycles) / group.count as f64;
        Stage { utilization: gets * need, ..linear((group.name.clone(), ""), 0.0, (need, 0.0), (0.0, 1.0)) }
    };
    let own = system.own().filter(|own| own.overflow);
    let own = own.map(|own| {
        let stage = of_mine(system, &own.group);
        Stage { utilization: stage.utilization.min(1.0), ..stage }
    });
    system.groups.iter().enumerate().map(of_group).chain(own).collect()
}

/// All provers together, own machines included: what they carry if everybody asks for more alike.
fn of_market(system: &Market) -> Stage {
    let Some(first) = system.groups.first() else { return linear((PROVERS, ""), 0.0, (0.0, 0.0), (0.0, 0.0)) };
    let cycles = system.mean_cycles();
    let reference_s = first.seconds(cycles) / (1.0 - first.failures);
    let own_per_s = system.own().map_or(0.0, |own| 1.0 / own.group.seconds(cycles));
    let supply_per_s = system.merit_order().iter().map(|one| one.per_s).sum::<f64>() + own_per_s;
    let work = |demand: &Demand| {
        let (each_s, squared) = moments(demand, first);
        (demand.per_s * each_s, demand.per_s * squared)
    };
    let of_others = system.others.as_ref().map_or((0.0, 0.0), work);
    let (need, squared) = work(&system.demand);
    let load = system.demand.per_s;
    let all = ((need + of_others.0) / load, (squared + of_others.1) / load);
    linear((PROVERS, ""), load, all, (0.0, supply_per_s * reference_s))
}

/// Own machines, for all of the demand.
fn of_mine(system: &Market, mine: &Group) -> Stage {
    linear((MINE, MINE), system.demand.per_s, moments(&system.demand, mine), (0.0, 1.0))
}

/// Mean time that a request takes provers of a group, and of its square; what is of no use is made again.
fn moments(demand: &Demand, group: &Group) -> (f64, f64) {
    let (varies, again) = (1.0 + group.varies.powi(2), 1.0 / (1.0 - group.failures));
    let squared = demand.mean(|class| group.seconds(class.cycles).powi(2) * (1.0 + class.spread.powi(2)) * varies);
    (demand.mean(|class| group.seconds(class.cycles)) * again, squared * again)
}

/// Gives a requester the fewest machines of its own that keep them below a target utilization; whether any number is enough.
#[must_use]
pub fn size(system: &mut Market, target: f64) -> bool {
    let Some(own) = system.own().cloned() else { return true };
    let is_enough = |machines: u64| {
        let group = Group { machines, ..own.group.clone() };
        of_mine(system, &group).utilization <= target
    };
    let mut enough = 1;
    while !is_enough(enough) {
        enough *= 2;
        if enough > MOST_MACHINES {
            return false;
        }
    }
    let (mut few, mut many) = (enough / 2, enough);
    while few + 1 < many {
        let middle = u64::midpoint(few, many);
        if is_enough(middle) { many = middle } else { few = middle }
    }
    give(system, many);
    true
}

/// Gives who asks so many machines; who has none buys everything where it may.
pub fn give(system: &mut Market, machines: u64) {
    if let Asker::Requester { own, .. } = &mut system.asker
        && machines == 0
        && own.as_ref().is_some_and(|own| own.overflow)
    {
        *own = None;
    }
    if let Some(mine) = system.mine_mut() {
        mine.machines = machines;
    }
}

impl Market {
    /// Utilization of each group, and of all that ask no more than is offered together: by what each carries.
    pub(super) fn utilization(&self, groups: &[GroupOutcome]) -> Vec<(String, f64)> {
        let supply = self.merit_order();
        let all: f64 = supply.iter().map(|one| one.per_s).sum();
        let busy: f64 = supply.iter().map(|one| one.per_s * groups[one.group].busy).sum();
        let market = (PROVERS.to_owned(), if all > 0.0 { busy / all } else { 0.0 });
        std::iter::once(market).chain(groups.iter().map(|group| (group.name.clone(), group.busy))).collect()
    }
}
