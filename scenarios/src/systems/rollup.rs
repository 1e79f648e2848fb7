//! A rollup: from what a scenario says of it to what is simulated, rented and paid for.

mod build;
mod disputes;
pub(crate) mod figures;
mod hosts;
mod money;
mod notes;
pub(crate) mod says;
pub(crate) mod spec;
pub(crate) mod traces;

use models::fleet::{Fleet, Pool, Role};
use models::machines::MOST_MACHINES;
use models::proving::PROVERS;
use models::system::AnySystem;
use models::systems::rollup::Rollup;
use models::systems::rollup::capacity::{beside, give, places, size, stages};

use self::hosts::{Costing, Hosts, hosts, priced};
use self::spec::RollupSpec;
use crate::basis::Shares;
use crate::case::Rental;
use crate::economy::Economy;
use crate::fault::{Fault, Faults};
use crate::fleet_choice::OpenPool;
use crate::notes::Input;
use crate::sizing::Sizing;
use crate::systems::contract::{Asked, Made};

/// The pool of the sequencer's machines.
const SEQUENCER: &str = "sequencer";
/// The pool of the machines of watchers.
const WATCHERS: &str = "watchers";

/// What a design is under a book, in a world; or everything that is wrong with it.
pub(crate) fn made(spec: &RollupSpec, asked: &Asked<'_>) -> Result<Made, Faults> {
    let (hosts, choices) = hosts(spec, asked)?;
    let (system, priced) = built(spec, asked, &hosts)?;
    let notes = notes::of(spec, asked, (&hosts, &priced), &system);
    let inputs = asked.traced(notes.inputs);
    let (charges, of_charges) = money::charges(spec, asked, &system, &inputs);
    let fleet = Fleet { pools: pools(spec, &system, &hosts), charges };
    let proving_basis = rests_on(&system, &priced, &hosts);
    let basis = money::basis(&fleet, proving_basis, &inputs);
    Ok(Made {
        stages: stages(&system),
        beside: beside(&system),
        rented: rented(&fleet, &hosts, &inputs),
        terms: hosts.terms(&inputs).into_iter().chain(of_charges).collect(),
        choices,
        fleet,
        target_utilization: asked.book.target_utilization.value(),
        basis,
        proving_basis,
        notes: crate::notes::Notes { inputs, ..notes },
        system: AnySystem::Rollup(system),
        economy: Economy::default(),
    })
}

/// The pools whose machines a search may decide about: not those of the sequencer and of watchers, which are as many as are said, nor those of
/// whoever sells proofs.
pub(crate) fn open_pools(spec: &RollupSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    let mut pools = hosts::open_pools(spec, asked)?;
    let is_seller = |pool: &OpenPool| hosts::sellers(spec).any(|(name, ..)| name == pool.name);
    pools.retain(|pool| !is_seller(pool));
    let is_said = |pool: &OpenPool| [SEQUENCER, WATCHERS].contains(&pool.name.as_str());
    pools.iter_mut().filter(|pool| is_said(pool)).for_each(|pool| pool.is_counted = false);
    pools.retain(|pool| !is_said(pool) || pool.machines.len() > 1);
    Ok(pools)
}

/// The rollup on its machines, with what everything costs there; or everything that is wrong with it.
fn built(spec: &RollupSpec, asked: &Asked<'_>, hosts: &Hosts) -> Result<(Rollup, Costing), Faults> {
    let priced = priced(spec, hosts).map_err(|lacking| Faults::OfDesign(Vec::new(), lacking))?;
    let faults = traces::faults(spec, asked.horizon);
    if !faults.is_empty() {
        return Err(Faults::OfDesign(faults, Vec::new()));
    }
    let mut system = build::rollup(spec, asked, hosts, &priced);
    if system.load_per_s <= 0.0 {
        let message = "no transaction arrives in the measured time".to_owned();
        return Err(Faults::OfDesign(vec![("load.arrivals".to_owned(), message)], Vec::new()));
    }
    if asked.sizing == Sizing::Sized {
        let (from, until) = asked.horizon.measured();
        // At the busiest time of its profile a stage is used as much as it may be.
        let mean_per_s = system.load_per_s;
        system.load_per_s *= system.profile.peak_over_mean(from, until);
        let sized = size(&mut system, asked.book.target_utilization.value());
        system.load_per_s = mean_per_s;
        sized.map_err(|pool| {
            let message =
                format!("more than {:.0e} machines of the pool `{pool}` would have to carry it", MOST_MACHINES as f64);
            Faults::OfDesign(vec![(says::load_key(spec).to_owned(), message)], Vec::new())
        })?;
    }
    never_in_time(spec, &system).map_or(Ok(()), |fault| Err(Faults::OfDesign(vec![fault], Vec::new())))?;
    if system.proving.is_some() && !system.has_work(0) {
        give(&mut system, PROVERS, 0);
    }
    for (pool, choice) in &asked.fleet.0 {
        choice.machines.into_iter().for_each(|machines| give(&mut system, pool, machines));
    }
    Ok((system, priced))
}

/// What is wrong with a time-out that no proof meets, however many machines there are.
fn never_in_time(spec: &RollupSpec, system: &Rollup) -> Option<Fault> {
    let proving = spec.proving.as_ref()?;
    let mut all = hosts::systems(proving).zip(&system.proving.as_ref()?.systems);
    all.find_map(|((_, key, _), prover)| {
        let (time_out_s, proof_s) = (prover.time_out?.as_secs_f64(), system.proof_s(prover));
        (proof_s > time_out_s).then(|| {
            let message = format!(
                "a proof of a batch takes {proof_s:.0} s on as many machines as it can use: after {time_out_s:.0} s it is always too late"
            );
            (format!("{key}.timeout"), message)
        })
    })
}

/// The machines of every pool: the sequencer's, those of watchers, and those that execute and prove.
fn pools(spec: &RollupSpec, system: &Rollup, hosts: &Hosts) -> Vec<Pool> {
    let pool = |name: &str, role: Role, owners: u64, machines: u64| {
        let lots = hosts.of(name).lots.with(machines);
        Pool { name: name.to_owned().into(), role, owners, lots }
    };
    let sequencer = pool(SEQUENCER, Role::Sequencing, 1, spec.sequencer.specified);
    let watchers =
        spec.watchers.iter().map(|watchers| pool(WATCHERS, Role::Validation, watchers.count, watchers.specified));
    let proving = places(system).into_iter().map(|place| pool(&place.pool, Role::Proving, 1, place.machines));
    std::iter::once(sequencer).chain(watchers).chain(proving).collect()
}

/// What of the fleet is rented.
fn rented(fleet: &Fleet, hosts: &Hosts, inputs: &[Input]) -> Vec<Rental> {
    fleet.pools.iter().flat_map(|pool| hosts.of(&pool.name).lots.rentals(pool, inputs)).collect()
}

/// What proving rests on: its work by the second, by how its costs are known.
fn rests_on(system: &Rollup, priced: &Costing, hosts: &Hosts) -> Shares {
    Shares::of_work(priced.work(system, hosts).into_iter())
}
