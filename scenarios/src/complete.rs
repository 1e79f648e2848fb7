//! From the layers of a scenario to what it means.

use std::path::{Path, PathBuf};

use crate::claims::Claim;
use crate::inherited::{self, Dropped};
use crate::origins::{Key, Origins, Override};
use crate::prices::{PriceBook, Rates};
use crate::published;
use crate::reading::{Layer, Problems};
use crate::reference;
use crate::scenario::{self, Scenario};
use crate::spec::Spec;
use crate::systems::{self, SystemSpec};

/// The scenario of layers of which the last, from `said` on, lay what was said over single designs. What is wrong with it is wrong
/// in every design that it reaches, and told once. With `claims` that are known already none are read.
pub(crate) fn told_once(
    layers: Vec<Layer>,
    said: usize,
    overrides: Vec<Override>,
    (prices, claims): (&PriceBook, Option<&[Claim]>),
) -> Result<Scenario, Problems> {
    let told = |layers, overrides| complete_at(layers, overrides, (prices, claims));
    told(layers.clone(), overrides)
        .map_err(|problems| told(layers[..said].to_vec(), Vec::new()).err().unwrap_or(problems))
}

/// The scenario that some layers of text are, at the prices of the library.
#[cfg(test)]
pub(crate) fn complete(layers: Vec<Layer>, overrides: Vec<Override>) -> Result<Scenario, Problems> {
    complete_at(layers, overrides, (&PriceBook::library(), None))
}

/// The scenario that some layers of text are.
fn complete_at(
    layers: Vec<Layer>,
    overrides: Vec<Override>,
    (prices, claims): (&PriceBook, Option<&[Claim]>),
) -> Result<Scenario, Problems> {
    let (mut spec, places) = systems::read(&layers)?;
    published::fill(&mut spec.books, &places)?;
    let rates = Rates::of(&spec, prices);
    spec.books.values_mut().for_each(|book| book.rates = rates.clone());
    let origins = Origins::of(&places);
    negotiated(&mut spec, &origins);
    let designs = places.keys("design");
    let dropped = Dropped::of(&places);
    inherited::shed(&mut spec, &layers, &places, &dropped);
    let references = reference::read(&spec.reference, &designs, &places)?;
    let folders: Vec<Option<PathBuf>> = (0..spec.claim_files.len())
        .map(|index| {
            let said = places.problem(&format!("claim_files.{index}"), "");
            Path::new(said.source_name()).parent().map(Path::to_owned)
        })
        .collect();
    let scenario = Scenario::of((spec, prices), (references, claims), (designs, dropped), layers.clone(), &folders);
    let mut scenario = scenario.map_err(|error| match error {
        scenario::Unclear::Faults(faults) => scenario::placed(&places, faults),
        scenario::Unclear::Claims(problems) => problems,
    })?;
    scenario.fill(&places)?;
    Ok(scenario.with_origins(overrides, origins))
}

/// A price that the user gives, here or in a price list, is known exactly, unless the user says how well: the spread of a market belongs to the price that it
/// takes the place of.
fn negotiated(spec: &mut Spec<SystemSpec>, origins: &Origins) {
    for (book, entry) in &mut spec.books {
        for (name, machine) in &mut entry.machines {
            let given = |key: &str| origins.is_given("", book, &Key::OfBook(format!("machines.{name}.{key}")));
            let listed = || entry.rates.price(machine).is_some_and(|price| price.given);
            if (given("price") || machine.price.is_none() && listed()) && !given("price_within") {
                machine.price_within = 1.0;
            }
        }
    }
}
