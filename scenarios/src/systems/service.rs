//! A proof service: from what a scenario says of it to what is simulated, rented and paid for.

mod build;
pub(crate) mod figures;
mod fits;
mod hosts;
mod lifecycle;
pub(crate) mod notes;
pub(crate) mod says;
pub(crate) mod spec;
mod told;
pub(crate) mod traces;
mod unused;

use std::collections::BTreeMap;

use models::arrivals::Arrivals;
use models::fleet::{Fleet, Pool, Role};
use models::system::{AnySystem, Horizon};
use models::systems::service::capacity::{INSTANCES, beside, bought_usd, give, offered_per_s, size, stages};
use models::systems::service::{Load, Place, Service};

use self::hosts::{Host, Hosts, hosts};
use self::spec::{ServiceSpec, StepSpec};
use crate::basis::Shares;
use crate::case::Rental;
use crate::costs::Cost;
use crate::economy::Economy;
use crate::fault::{Faults, Lack};
use crate::fleet_choice::OpenPool;
use crate::notes::Input;
use crate::reading::meant;
use crate::sizing::Sizing;
use crate::systems::buying::charge;
use crate::systems::contract::{Asked, Made};
use crate::systems::market;

/// The least target utilization.
const LEAST_TARGET: f64 = 0.01;

/// The costs that a service asks for, by the key that asks, on its machine.
pub(crate) struct Priced {
    /// Of each step, in order, and of joining its parts.
    pub(crate) steps: Vec<Cost>,
    pub(crate) joins: Vec<Option<Cost>>,
    /// Of the first request after a start, where it pays more.
    pub(crate) first_request: Option<Cost>,
    /// Of answering from the cache, where there is one.
    pub(crate) hit: Option<Cost>,
    /// Of the provers of whom proofs are bought.
    pub(crate) sellers: market::hosts::Costing,
}

impl Priced {
    /// What of it is the figure of one machine, which says nothing of others.
    fn other_machine(&self) -> Option<String> {
        let all = self.steps.iter().chain(self.joins.iter().flatten()).chain(&self.first_request).chain(&self.hit);
        all.flat_map(|cost| &cost.parts).find_map(|part| {
            part.machine.as_ref().map(|machine| format!("the cost `{}` is that of {machine}", part.source))
        })
    }
}

/// What a design is under a book, in a world; or everything that is wrong with it.
pub(crate) fn made(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<Made, Faults> {
    let target = asked.book.target_utilization.value();
    if target < LEAST_TARGET {
        let message =
            format!("{} is less than 1 %, the least that a stage is sized for", *asked.book.target_utilization);
        return Err(Faults::OfBook(vec![("target_utilization".into(), message)]));
    }
    let (hosts, choices) = hosts(spec, asked)?;
    let (system, priced) = built(spec, asked, &hosts, asked.sizing)?;
    let mut notes = notes::of(spec, asked.book, &hosts, &priced);
    notes.assumptions.extend(told::of(&system, asked.horizon));
    notes.assumptions.extend(lifecycle::assumptions(spec, &hosts));
    notes.assumptions.extend(unused::of(&system));
    let (basis, inputs) = (rests_on(&system, &priced, &hosts), asked.traced(notes.inputs));
    let horizon = asked.horizon.into();
    let (charges, of_charges): (Vec<_>, Vec<_>) = charge(bought_usd(&system, horizon), &inputs).into_iter().unzip();
    let fleet = Fleet { charges, ..fleet(&system, &hosts) };
    Ok(Made {
        stages: stages(&system, horizon),
        beside: beside(&system, horizon),
        rented: rented(&system, &fleet, &hosts, &inputs),
        terms: hosts.terms(spec, &inputs).into_iter().chain(of_charges).collect(),
        choices,
        fleet,
        target_utilization: target,
        basis,
        proving_basis: basis,
        notes: crate::notes::Notes { inputs, ..notes },
        system: AnySystem::Service(system),
        economy: Economy::default(),
    })
}

/// The pools whose machines a search may decide about.
pub(crate) fn open_pools(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    hosts::open_pools(spec, asked)
}

/// The service on its machines, with what everything costs there; or everything that is wrong with it.
fn built(spec: &ServiceSpec, asked: &Asked<'_>, hosts: &Hosts, sizing: Sizing) -> Result<(Service, Priced), Faults> {
    let of_design = |fault| Faults::OfDesign(vec![fault], Vec::new());
    let priced = priced(spec, hosts).map_err(|lacking| Faults::OfDesign(Vec::new(), lacking))?;
    let faults = fits::faults(spec, (asked.book, asked.calibrations), hosts, (&priced, asked.horizon));
    if !faults.is_empty() {
        return Err(Faults::OfDesign(faults, Vec::new()));
    }
    if let Some(fault) = lifecycle::not_comparable(hosts, &priced, asked.calibrations) {
        return Err(of_design(fault));
    }
    let (horizon, target) = (asked.horizon.into(), asked.book.target_utilization.value());
    let mut system = build::service(spec, asked, hosts, &priced);
    if offered_per_s(&system, horizon) <= 0.0 {
        return Err(of_design(("load.arrivals".to_owned(), "no request arrives in the measured time".to_owned())));
    }
    if sizing == Sizing::Sized {
        // At the busiest time of its profile a stage is used as much as it may be.
        let target = target / peak_over_mean(&system, asked.horizon);
        fits::too_many(spec, &mut system, (horizon, target)).map_err(of_design)?;
        size(&mut system, horizon, target);
    }
    for (pool, choice) in &asked.fleet.0 {
        choice.machines.into_iter().for_each(|machines| give(&mut system, pool, machines));
    }
    lifecycle::in_no_lot(spec, &system).map_or(Ok((system, priced)), |fault| Err(of_design(fault)))
}

/// The largest rate of a profile over its mean; 1 where there is none.
fn peak_over_mean(system: &Service, horizon: Horizon) -> f64 {
    let Load::Open(Arrivals::Poisson { profile, .. }) = &system.load else { return 1.0 };
    let (from, until) = horizon.measured();
    profile.peak_over_mean(from, until)
}

/// The costs that the service names, each on its machine; or everything that the book lacks.
fn priced(spec: &ServiceSpec, hosts: &Hosts) -> Result<Priced, Vec<Lack>> {
    let mut lacking = Vec::new();
    let (instance, of_step) = (&hosts.instance, |at: usize| hosts.of_step(at));
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
    let steps = spec.step.iter().enumerate();
    let of_own = |(at, step): (usize, &StepSpec)| {
        step.own_cost().map_or_else(Cost::default, |name| cost(of_step(at), format!("step.{at}.cost"), name))
    };
    let steps = steps.map(of_own).collect();
    let joins = spec.step.iter().enumerate().map(|(at, step)| {
        let join = step.split.as_ref()?.join.as_ref()?;
        Some(cost(of_step(at), format!("step.{at}.split.join.cost"), &join.cost))
    });
    let joins = joins.collect();
    let first = spec.instances.first_request.as_ref();
    let first_request = first.map(|name| cost(instance, "instances.first_request".into(), name));
    let hit = spec.cache.as_ref().map(|cache| cost(instance, "cache.hit".into(), &cache.hit));
    let sellers = market::hosts::group_costs(hosts::sellers(spec).into_iter(), |group| hosts.seller(group));
    let sellers = sellers.unwrap_or_else(|lack| {
        lacking.extend(lack);
        market::hosts::Costing::default()
    });
    let priced = Priced { steps, joins, first_request, hit, sellers };
    if lacking.is_empty() { Ok(priced) } else { Err(lacking) }
}

/// The instances, and the machines of every pool that they share.
fn fleet(system: &Service, Hosts { instance, pools, .. }: &Hosts) -> Fleet {
    let pool = |name: &str, machines: u64, of: &Host| {
        let lots = of.lots.with(machines);
        Pool { name: name.to_owned().into(), role: Role::Proving, owners: 1, lots }
    };
    let shared = system.steps.iter().zip(pools).filter_map(|(step, of)| match &step.place {
        Place::Pool(shared) => Some(pool(&step.name, shared.machines, of.as_ref()?)),
        Place::Workers | Place::Instance(_) | Place::Market => None,
    });
    let own = pool(INSTANCES, u64::from(system.instances.count), instance);
    Fleet { pools: std::iter::once(own).chain(shared).collect(), charges: Vec::new() }
}

/// What of the fleet is rented.
fn rented(system: &Service, fleet: &Fleet, Hosts { instance, pools, .. }: &Hosts, inputs: &[Input]) -> Vec<Rental> {
    let shared = system.steps.iter().zip(pools).filter_map(|(step, of)| Some((step.name.as_str(), of.as_ref()?)));
    let all = std::iter::once((INSTANCES, instance)).chain(shared);
    all.filter_map(|(name, of)| Some(of.lots.rentals(fleet.pool(name)?, inputs))).flatten().collect()
}

/// What the bill rests on: the work of a request, by its seconds.
fn rests_on(system: &Service, priced: &Priced, hosts: &Hosts) -> Shares {
    let mut by_kind: BTreeMap<crate::basis::Known, f64> = BTreeMap::new();
    let own = || system.steps.iter().zip(&priced.steps).filter(|(step, _)| !step.buys_all());
    // Where all proofs are bought, somebody else makes them.
    let bought = system.purchase().filter(|(at, _)| system.steps[*at].buys_all());
    let seller = bought.and_then(|(_, it)| Some((it.cycles, it.market.groups.first()?, priced.sellers.0.first()?)));
    for class in &system.classes {
        for part in own().flat_map(|(_, cost)| &cost.parts) {
            *by_kind.entry(part.known).or_default() += class.share * part.curve.seconds(class.size);
        }
        if let Some((cycles, group, costs)) = seller {
            let cycles = cycles * class.size;
            let segment = group.segment.cycles.map_or(cycles, |most| most.min(cycles));
            // Of a machine whose speed is assumed nobody measured or published anything.
            let is_assumed = hosts.seller(&group.name).is_some_and(Host::is_assumed);
            for part in &costs.segment.parts {
                let known = if is_assumed { crate::basis::Known::Extrapolated } else { part.known };
                *by_kind.entry(known).or_default() += class.share * cycles / segment * part.curve.seconds(segment);
            }
        }
    }
    let all: f64 = by_kind.values().sum();
    let mut shares = Shares::default();
    by_kind.iter().filter(|_| all > 0.0).for_each(|(known, seconds)| shares.add(*known, seconds / all));
    shares
}
