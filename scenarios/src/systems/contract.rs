//! What every kind of system is asked, and what it answers.

use std::collections::BTreeMap;

use models::fleet::Fleet;
use models::stage::Stage;
use models::system::{AnySystem, Horizon};

use crate::basis::{Known, Shares};
use crate::calibrations::Calibrations;
use crate::case::{Rental, Terms};
use crate::economy::Economy;
use crate::fleet_choice::FleetChoice;
use crate::machines::choice::MachineChoice;
use crate::notes::{Input, Notes};
use crate::origins::Origins;
use crate::sizing::Sizing;
use crate::spec::Book;
use crate::world::World;

/// What the work of a run is counted in, for who would wait for it.
pub(crate) struct Steps {
    /// In words, in the plural.
    pub(crate) what: &'static str,
    /// How many there are in a second.
    pub(crate) per_second: f64,
    /// How many there would be in a second where nothing is out of the ordinary: then a run that is too long is just that.
    pub(crate) at_once: f64,
    /// The key of the time that one takes.
    pub(crate) key: &'static str,
    /// What to do about it, beside a shorter run.
    pub(crate) longer: &'static str,
}

/// A load and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// Requests per second.
    pub load_per_s: f64,
    /// The section of the kinds of requests.
    pub section: &'static str,
    /// Shares of the kinds that there are any requests of, 0–1.
    pub shares: BTreeMap<String, f64>,
}

/// What a design is asked for.
pub(crate) struct Asked<'a> {
    /// Its name.
    pub(crate) design: &'a str,
    /// The cost book with its name.
    pub(crate) book: &'a Book,
    pub(crate) book_name: &'a str,
    pub(crate) sizing: Sizing,
    /// What is decided about its fleet.
    pub(crate) fleet: &'a FleetChoice,
    /// What a run covers.
    pub(crate) horizon: Horizon,
    /// What the inputs that are not known exactly truly are.
    pub(crate) world: World<'a>,
    pub(crate) calibrations: &'a Calibrations,
    /// Who gave the values of the scenario.
    pub(crate) origins: &'a Origins,
}

impl Asked<'_> {
    /// Inputs with who gave them: what the user says is given.
    pub(crate) fn traced(&self, mut inputs: Vec<Input>) -> Vec<Input> {
        for input in &mut inputs {
            let place = input.key.as_ref().and_then(|key| self.origins.place(self.design, self.book_name, key));
            match place {
                Some(place) if place.by_user => (input.known, input.source) = (Known::Given, place.text.clone()),
                Some(place) if input.known == Known::Scenario => input.source.clone_from(&place.text),
                _ => {}
            }
        }
        inputs
    }
}

/// What a design is under a book and a sizing.
pub(crate) struct Made {
    pub(crate) system: AnySystem,
    /// Stages in isolation, and those that the system goes on without.
    pub(crate) stages: Vec<Stage>,
    pub(crate) beside: Vec<Stage>,
    pub(crate) fleet: Fleet,
    /// What of it is rented.
    pub(crate) rented: Vec<Rental>,
    /// Who says what the rest of the bill costs.
    pub(crate) terms: Vec<Terms>,
    /// Which machines were taken where the scenario leaves it open.
    pub(crate) choices: Vec<MachineChoice>,
    /// Share of its capacity that a stage is sized to use at most.
    pub(crate) target_utilization: f64,
    /// What the bill rests on, and what its proving part does.
    pub(crate) basis: Shares,
    pub(crate) proving_basis: Shares,
    /// Its inputs, traced, and its assumptions.
    pub(crate) notes: Notes,
    /// What is studied beside it.
    pub(crate) economy: Economy,
}
