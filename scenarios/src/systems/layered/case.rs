//! A layered design under a cost book and a sizing.

use models::system::AnySystem;
use models::systems::layered::capacity::{PROVERS, VALIDATORS, WATCHERS, stages, watchers};

use super::Resolved;
use super::notes::CARRIERS;
use super::optimisations::ARCHIVE;
use super::spec::LayeredSpec;
use crate::basis::Known;
use crate::case::Terms;
use crate::economy::{Economy, shaped};
use crate::fault::Faults;
use crate::notes::{Input, Notes};
use crate::origins::Key;
use crate::systems::contract::{Asked, Made};

/// What a design is under a book, in a world; or everything that is wrong with it.
pub(crate) fn made(spec: &LayeredSpec, asked: &Asked<'_>) -> Result<Made, Faults> {
    let of_design = |faults| Faults::OfDesign(faults, Vec::new());
    let shaped = shaped(spec).map_err(of_design)?;
    let entering = shaped.as_ref().unwrap_or(spec);
    let (blueprint, notes) =
        Resolved::blueprint(entering, asked.book, asked.calibrations, (asked.world, asked.sizing))?;
    let economy = Economy::of(spec, asked.book, &blueprint).map_err(of_design)?;
    let (system, fleet) = blueprint.with(asked.sizing);
    let inputs = asked.traced([&notes.inputs[..], &economy.inputs].concat());
    Ok(Made {
        stages: stages(&system).into_iter().filter(|stage| system.proves || stage.pool != PROVERS).collect(),
        beside: watchers(&system).into_iter().collect(),
        target_utilization: blueprint.target,
        basis: blueprint.basis(&system, &fleet, sizes_are(&inputs)),
        proving_basis: blueprint.proofs_rest_on.scaled(1.0),
        rented: blueprint.rented(&fleet, &inputs),
        terms: terms(asked),
        system: AnySystem::Layered(system),
        fleet,
        notes: Notes { inputs, ..notes },
        economy,
    })
}

/// Who says what validators' machines, which watchers have too, and the archive cost.
fn terms(asked: &Asked<'_>) -> Vec<Terms> {
    let told = |of: &str, key: &str| {
        let input = Input::stated("", Key::OfDesign(key.to_owned()), 0.0, "USD");
        let traced = asked.traced(vec![input]);
        traced.into_iter().map(|input| Terms::of_scenario(of, &input)).collect::<Vec<_>>()
    };
    let owned = [VALIDATORS, WATCHERS].into_iter().flat_map(|pool| {
        let parts = [("write-off", "validators.purchase"), ("hosting", "validators.hosting")];
        parts.into_iter().flat_map(move |(part, key)| told(&format!("{pool}, {part}"), key))
    });
    owned.chain(told(ARCHIVE, "optimisations.witness_cache.terabyte")).collect()
}

/// How the sizes of transactions and the links and disks that carry them are known: as the user's where any of them is.
fn sizes_are(inputs: &[Input]) -> Known {
    let given = |input: &&Input| {
        let carries = |key: &str| key.starts_with("sizes.") || CARRIERS.contains(&key);
        matches!(&input.key, Some(Key::OfDesign(key)) if carries(key)) && input.known == Known::Given
    };
    if inputs.iter().any(|input| given(&input)) { Known::Given } else { Known::Claimed }
}
