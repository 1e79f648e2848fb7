//! A market for proofs: from what a scenario says of it to what is simulated, rented and paid for.

pub(crate) mod build;
pub(crate) mod figures;
pub(crate) mod hosts;
mod money;
pub(crate) mod notes;
pub(crate) mod says;
pub(crate) mod spec;

use models::fleet::{Fleet, Pool, Role};
use models::machines::MOST_MACHINES;
use models::system::AnySystem;
use models::systems::market::capacity::{beside, give, size, stages};
use models::systems::market::{MINE, Market};

use self::hosts::{Costing, Hosts, hosts, priced};
use self::spec::MarketSpec;
use crate::basis::{Shares, WorkOf};
use crate::economy::Economy;
use crate::fault::Faults;
use crate::fleet_choice::OpenPool;
use crate::sizing::Sizing;
use crate::systems::contract::{Asked, Made};

/// What a design is under a book, in a world; or everything that is wrong with it.
pub(crate) fn made(spec: &MarketSpec, asked: &Asked<'_>) -> Result<Made, Faults> {
    let (hosts, choices) = hosts(spec, asked)?;
    let (system, priced) = built(spec, asked, &hosts)?;
    let notes = notes::of(spec, asked, (&hosts, &priced), &system);
    let inputs = asked.traced(notes.inputs);
    let (charges, of_charges) = money::charges(spec, &system, &inputs);
    let fleet = Fleet { pools: pools(&system, &hosts), charges };
    let proving_basis = rests_on(&system, &priced, &hosts);
    let basis = money::basis(&fleet, proving_basis, &inputs);
    let of_mine = hosts.of(MINE);
    let rented = fleet.pools.iter().zip(of_mine).flat_map(|(pool, host)| host.lots.rentals(pool, &inputs));
    Ok(Made {
        stages: stages(&system),
        beside: beside(&system),
        rented: rented.collect(),
        terms: of_charges,
        choices,
        fleet,
        target_utilization: asked.book.target_utilization.value(),
        basis,
        proving_basis,
        notes: crate::notes::Notes { inputs, ..notes },
        system: AnySystem::Market(system),
        economy: Economy::default(),
    })
}

/// The pools whose machines a search may decide about: those of who asks.
pub(crate) fn open_pools(spec: &MarketSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    let mut pools = hosts::open_pools(spec, asked)?;
    pools.retain(|pool| pool.name == MINE);
    Ok(pools)
}

/// The market with its provers on their machines; or everything that is wrong with it.
fn built(spec: &MarketSpec, asked: &Asked<'_>, hosts: &Hosts) -> Result<(Market, Costing), Faults> {
    let priced = priced(spec, hosts).map_err(|lacking| Faults::OfDesign(Vec::new(), lacking))?;
    let mut system = build::market(spec, asked, hosts, &priced);
    if asked.sizing == Sizing::Sized {
        let (from, until) = asked.horizon.measured();
        // At the busiest time of its profile a stage is used as much as it may be.
        let mean_per_s = system.demand.per_s;
        system.demand.per_s *= system.demand.profile.peak_over_mean(from, until);
        let is_enough = size(&mut system, asked.book.target_utilization.value());
        system.demand.per_s = mean_per_s;
        if !is_enough {
            let most = MOST_MACHINES as f64;
            let message = format!(
                "{most:.0e} machines of one's own would not carry it: a proof takes longer than that on any number"
            );
            return Err(Faults::OfDesign(vec![("load.rate".to_owned(), message)], Vec::new()));
        }
    }
    for (pool, choice) in &asked.fleet.0 {
        choice.machines.filter(|_| pool == MINE).into_iter().for_each(|machines| give(&mut system, machines));
    }
    Ok((system, priced))
}

/// The machines of who asks.
fn pools(system: &Market, hosts: &Hosts) -> Vec<Pool> {
    let machines = system.mine().map_or(0, |mine| mine.machines);
    let pool = |host: &crate::machines::hosts::Host| Pool {
        name: MINE.into(),
        role: Role::Proving,
        owners: 1,
        lots: host.lots.with(machines),
    };
    hosts.of(MINE).map(pool).into_iter().collect()
}

/// What proofs rest on: the time of the provers that make them, by how their costs are known.
fn rests_on(system: &Market, priced: &Costing, hosts: &Hosts) -> Shares {
    let supply = system.merit_order();
    let gets = |place: usize| supply.iter().find(|one| one.group == place).map_or(0.0, |one| one.gets_per_s);
    let work = system.all_groups().enumerate().filter_map(|(place, group)| {
        let per_s = if place < system.groups.len() { gets(place) } else { system.own_per_s() };
        let cost = &priced.of(&group.name)?.segment;
        Some(WorkOf { cost, size: system.mean_cycles(), per_s, host: hosts.of(&group.name)? })
    });
    Shares::of_work(work)
}
