//! A layered design under a cost book and a sizing.

use models::fleet::Fleet;
use models::system::{AnySystem, Horizon};
use models::systems::layered::Layered;
use models::systems::layered::capacity::{self, PROVERS, VALIDATORS, WATCHERS, stages, watchers};

use super::Resolved;
use super::blueprint::Blueprint;
use super::notes::CARRIERS;
use super::optimisations::ARCHIVE;
use super::spec::{LayeredSpec, When};
use super::validators::price_of;
use crate::basis::Known;
use crate::case::Terms;
use crate::economy::{Economy, shaped};
use crate::fault::Faults;
use crate::fleet_choice::OpenPool;
use crate::machines::candidates::candidates;
use crate::machines::choice::{Enough, MachineChoice, cheapest};
use crate::machines::lifecycle;
use crate::machines::{Rented, at_speed};
use crate::notes::{Input, Notes, sized_for_peak, told_of_days};
use crate::origins::Key;
use crate::spec::MachineNames;
use crate::systems::contract::{Asked, Made};

/// What a design is under a book, in a world; or everything that is wrong with it.
pub(crate) fn made(spec: &LayeredSpec, asked: &Asked<'_>) -> Result<Made, Faults> {
    let of_design = |faults| Faults::OfDesign(faults, Vec::new());
    let shaped = shaped(spec).map_err(of_design)?;
    let entering = shaped.as_ref().unwrap_or(spec);
    let (blueprint, notes, provers) = proving_on(entering, asked)?;
    let economy = Economy::of(spec, asked.book, &blueprint).map_err(of_design)?;
    let (system, validators, fleet) = blueprint.with(asked.sizing, asked.fleet)?;
    let mut notes = validators.noted(notes);
    notes.assumptions.extend(blueprint.always_there(&validators, &fleet));
    if fleet.machines(PROVERS) > 0 {
        let of_provers = (spec.proving.lifecycle.as_ref(), &blueprint.prover_lots);
        notes.assumptions.extend(lifecycle::assumptions(&[of_provers]));
    }
    notes.assumptions.extend(over_time(&system, asked.horizon));
    let inputs = asked.traced([&notes.inputs[..], &economy.inputs].concat());
    Ok(Made {
        stages: stages(&system).into_iter().filter(|stage| system.proves || stage.pool != PROVERS).collect(),
        beside: watchers(&system).into_iter().collect(),
        target_utilization: blueprint.target,
        basis: blueprint.basis(&system, &fleet, sizes_are(&inputs)),
        proving_basis: blueprint.proofs_rest_on.scaled(1.0),
        rented: blueprint.rented(&validators, &fleet, &inputs),
        terms: blueprint.prover_lots.terms(PROVERS, &inputs).into_iter().chain(terms(asked, &fleet, &inputs)).collect(),
        choices: validators.rented.into_iter().map(|(_, choice)| choice).chain(provers).collect(),
        system: AnySystem::Layered(system),
        fleet,
        notes: Notes { inputs, ..notes },
        economy,
    })
}

/// Who says what is paid for validators' machines, which watchers have too, for the archive, and for disks and traffic.
fn terms(asked: &Asked<'_>, fleet: &Fleet, inputs: &[Input]) -> Vec<Terms> {
    let told = |of: &str, key: &str| {
        let input = Input::stated("", Key::OfDesign(key.to_owned()), 0.0, "USD");
        let traced = asked.traced(vec![input]);
        traced.into_iter().map(|input| Terms::of_scenario(of, &input)).collect::<Vec<_>>()
    };
    let owned = [VALIDATORS, WATCHERS].into_iter().flat_map(|pool| {
        let parts = [("write-off", "validators.purchase"), ("hosting", "validators.hosting")];
        parts.into_iter().flat_map(move |(part, key)| told(&format!("{pool}, {part}"), key))
    });
    let charged = fleet.charges.iter().filter_map(|charge| {
        let price = inputs.iter().find(|input| input.name == price_of(&charge.name))?;
        Some(Terms::of_scenario(&charge.name, price))
    });
    owned.chain(told(ARCHIVE, "optimisations.witness_cache.terabyte")).chain(charged).collect()
}

/// The design on the machine that proofs are to run on: of several the one with which the fleet costs least.
fn proving_on(spec: &LayeredSpec, asked: &Asked<'_>) -> Result<(Blueprint, Notes, Option<MachineChoice>), Faults> {
    let of_book = (asked.book, asked.world);
    let found = candidates(of_book, asked.sizing, ("proving.machine", &spec.proving.costs()), &spec.proving.machine);
    let found = found.and_then(|found| found.decided(asked.fleet.machine(PROVERS)));
    let found = found.map_err(|lack| Faults::OfDesign(Vec::new(), vec![lack]))?;
    let on = |rented: &Rented| {
        let rented = at_speed(of_book, asked.calibrations, rented.clone());
        Resolved::blueprint(spec, asked.book, asked.calibrations, (asked.world, asked.sizing, asked.horizon), rented)
    };
    if !found.open {
        let (blueprint, notes) = on(&found.machines[0])?;
        return Ok((blueprint, notes, None));
    }
    let (_, (blueprint, notes), choice) = cheapest((PROVERS, 1), &asked.book.rates, found, |rented| {
        let (blueprint, notes) = on(rented)?;
        let (servers, target) = (blueprint.servers_per_machine(), blueprint.target_of_mean());
        let machines = capacity::size_provers(&mut blueprint.system.clone(), servers, target);
        let beside_usd_per_month = blueprint.prover_lots.beyond_rent(machines);
        Ok(Enough { of: (blueprint, notes), machines, beside_usd_per_month, needed_by: PROVERS.to_owned() })
    })?;
    Ok((blueprint, notes, Some(choice)))
}

/// The pools whose machines a search may decide about.
pub(crate) fn open_pools(spec: &LayeredSpec, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
    let of_book = (asked.book, asked.world);
    let machines = |key: &str, costs: &[&str], said: &MachineNames| {
        let found = candidates(of_book, asked.sizing, (key, costs), said);
        found.map(|found| found.names()).map_err(|lack| Faults::OfDesign(Vec::new(), vec![lack]))
    };
    let validators =
        spec.validators.machine.as_ref().map(|said| machines("validators.machine", &[], said)).transpose()?;
    let pool = |name: &str, key: &str, machines, is_counted| {
        let (name, key) = (name.to_owned(), key.to_owned());
        OpenPool { name, key, machines, is_counted }
    };
    let validators = pool(VALIDATORS, "validators", validators.unwrap_or_default(), true);
    let is_scaled = spec.proving.lifecycle.as_ref().is_some_and(|life| life.autoscaler.is_some());
    let provers = match spec.proving.when {
        When::Never => None,
        _ => Some(pool(
            PROVERS,
            "proving",
            machines("proving.machine", &spec.proving.costs(), &spec.proving.machine)?,
            !is_scaled,
        )),
    };
    Ok(std::iter::once(validators).chain(provers).collect())
}

/// What must be known of a load that changes over time.
fn over_time(system: &Layered, horizon: Horizon) -> Vec<String> {
    let (from, until) = horizon.measured();
    let peak = system.load_per_s * system.profile.peak_over_mean(from, until);
    sized_for_peak((peak, system.load_per_s), "tx").into_iter().chain(told_of_days(&system.profile, horizon)).collect()
}

/// How the sizes of transactions and the links and disks that carry them are known: as the user's where any of them is.
fn sizes_are(inputs: &[Input]) -> Known {
    let given = |input: &&Input| {
        let carries = |key: &str| key.starts_with("sizes.") || CARRIERS.contains(&key);
        matches!(&input.key, Some(Key::OfDesign(key)) if carries(key)) && input.known == Known::Given
    };
    if inputs.iter().any(|input| given(&input)) { Known::Given } else { Known::Claimed }
}
