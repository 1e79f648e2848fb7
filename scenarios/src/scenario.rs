//! What a scenario means: complete designs, books and claims, with nothing left to default.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use calibrate::Calibration;
use models::system::Horizon;

use crate::calibrations::{Calibrations, VALIDATOR};
use crate::case::{Case, PlausibleCase};
use crate::charges::{self, Paid};
use crate::claims::{Claim, Said, claims, file};
use crate::fault::{Fault, Faults, Lack, below};
use crate::fingerprint::{all_said, sha256};
use crate::fleet_choice::{FleetChoice, OpenPool};
use crate::inherited::Dropped;
use crate::objectives;
use crate::origins::{Key, Origins, Override};
use crate::prices::{self, PriceBook};
use crate::published;
use crate::reading::choose::Open;
use crate::reading::{Layer, Places, Problems};
use crate::reference::Reference;
use crate::run_length;
use crate::sizing::Sizing;
use crate::spec::{Book, Objective, Spec, Switch, switch_faults};
use crate::systems::contract::{Asked, Made};
use crate::systems::{self, SystemSpec, Systems};
use crate::traces::Traces;
use crate::world::{InputKind, WORLDS, World};

/// A complete scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Name, as in results.
    pub name: String,
    /// The question it answers.
    pub question: String,
    /// Design that the others are compared with.
    pub base: String,
    /// Replications of every case.
    pub replications: u32,
    /// Published figures to be checked.
    pub claims: Vec<Claim>,
    /// What a design must reach.
    pub objectives: Vec<Objective>,
    /// Names of the designs, in the order of the file.
    pub designs: Vec<String>,
    /// SHA-256 of everything the scenario says.
    pub sha256: String,
    /// Runs of real systems that the model is shown beside.
    pub references: Vec<Reference>,
    /// What can be switched on.
    pub switches: Vec<Switch>,
    /// What the command line changed.
    pub overrides: Vec<Override>,
    /// Keys that its files leave open, which have their first value.
    pub open: Vec<Open>,
    /// Who gave its values.
    pub(crate) origins: Origins,
    /// Keys that are not known exactly, with their lowest and highest value.
    pub(crate) ranges: BTreeMap<String, [String; 2]>,
    pub(crate) layers: Vec<Layer>,
    horizon_s: f64,
    warm_up_s: f64,
    pub(crate) systems: Systems,
    pub(crate) books: BTreeMap<String, Book>,
    /// The price list, without the scenario's terms.
    pub(crate) prices: PriceBook,
    /// The most machines that there are of what a pattern names.
    pub(crate) limits: BTreeMap<String, u64>,
    /// What is paid beside machines.
    charges: Vec<Paid>,
}

/// Why layers are no scenario: faults of their own keys, or problems of a file of claims.
pub(crate) enum Unclear {
    Faults(Vec<Fault>),
    Claims(Problems),
}

impl Scenario {
    /// Checks what one file or its layers say as a whole. `designs` are the names in the order of the file, `dropped` what it
    /// leaves out, `folders` those that the files of claims were named in; with `known` claims these are not read.
    pub(crate) fn of(
        (mut spec, prices): (Spec<SystemSpec>, &PriceBook),
        (references, known): (Vec<Reference>, Option<&[Claim]>),
        (designs, dropped): (Vec<String>, Dropped),
        layers: Vec<Layer>,
        folders: &[Option<PathBuf>],
    ) -> Result<Self, Unclear> {
        let mut faults = Vec::new();
        let mut fault = |key: String, message: String| faults.push((key, message));
        let mut systems = BTreeMap::new();
        for name in &designs {
            match spec.design.get(name).map(|over| spec.system.overridden(over)) {
                Some(Ok(system)) => {
                    systems.insert(name.clone(), system);
                }
                Some(Err(message)) => fault(format!("design.{name}"), message),
                None => {}
            }
        }
        objectives::complete_units(&mut spec.objectives, &systems);
        for (section, empty) in [("design", designs.is_empty()), ("books", spec.books.is_empty())] {
            if empty {
                fault(section.into(), "a scenario needs at least one, and all of them are left out".into());
            }
        }
        if !designs.contains(&spec.base) && !designs.is_empty() {
            fault("base".into(), format!("no design `{}`; set `base` to one of: {}", spec.base, designs.join(", ")));
        }
        let books = spec.books.keys().map(String::as_str);
        let named: Vec<&str> = designs.iter().chain(&dropped.designs).map(String::as_str).collect();
        let books: Vec<&str> = books.chain(dropped.books.iter().map(String::as_str)).collect();
        // Where a design is wrong, what it has cannot be told.
        let told = systems.len() == designs.len();
        faults.extend(objectives::faults(&spec.objectives, (&systems, told), &named, &books));
        faults.extend(systems.iter().flat_map(|(name, system)| below(&format!("design.{name}"), system.faults())));
        faults.extend(switch_faults(&spec.switches));
        faults.extend(prices::faults(&spec, prices));
        faults.extend(run_length::fault(&spec, &systems));
        let charges = charges::paid(spec.charge.iter()).unwrap_or_else(|found| {
            faults.extend(found);
            Vec::new()
        });
        if !faults.is_empty() {
            return Err(Unclear::Faults(faults));
        }
        let claims = match known {
            Some(known) => known.to_vec(),
            None => all_claims(&spec, &systems, folders)?,
        };
        Ok(Self {
            name: spec.name,
            question: spec.question,
            base: spec.base,
            replications: spec.replications,
            claims,
            objectives: spec.objectives,
            designs,
            references,
            switches: spec.switches.into_iter().map(Switch::from).collect(),
            overrides: Vec::new(),
            open: Vec::new(),
            origins: Origins::default(),
            ranges: spec.sensitivity.into_iter().map(|(key, ends)| (key, ends.map(|end| end.text()))).collect(),
            sha256: sha256(&[all_said(&layers), published::said(&spec.books), prices.said()].concat()),
            layers,
            horizon_s: spec.horizon.seconds(),
            warm_up_s: spec.warm_up.seconds(),
            systems,
            books: spec.books,
            prices: prices.clone(),
            limits: spec.limit.into_iter().map(|(pattern, limit)| (pattern, limit.0)).collect(),
            charges,
        })
    }

    /// Reads the files that designs name, which belong to what the scenario says.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn fill(&mut self, places: &Places<'_>) -> Result<(), Problems> {
        let (mut said, mut problems, mut traces) = (Vec::new(), Problems::new(), Traces::default());
        for (design, system) in &mut self.systems {
            match system.fill(design, (places, &mut traces)) {
                Ok(text) => said.extend(text),
                // What all designs share is told once.
                Err(found) => {
                    let new: Vec<_> =
                        found.iter().filter(|new| problems.iter().all(|old| old != *new)).cloned().collect();
                    new.into_iter().for_each(|problem| problems.push(problem));
                }
            }
        }
        if !said.is_empty() {
            self.sha256 = crate::sha256(&[self.sha256.as_bytes(), &said].concat());
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    pub(crate) fn with_origins(self, overrides: Vec<Override>, origins: Origins) -> Self {
        Self { overrides, origins, ..self }
    }

    /// Who asks about a design, where that differs within its kind of system: a `requester` or a `prover`. Designs with different ones
    /// answer different questions.
    pub fn view(&self, design: &str) -> Option<&'static str> {
        self.systems.get(design)?.view()
    }

    /// Names of the cost books.
    pub fn books(&self) -> impl Iterator<Item = &str> {
        self.books.keys().map(String::as_str)
    }

    /// Whether a book takes anything from a calibration.
    pub fn needs_calibration(&self, book: &str) -> bool {
        use crate::spec::CostPart::{Measured, Scaled};
        let parts = self.books.get(book).into_iter().flat_map(|book| book.costs.values().flatten());
        parts.into_iter().any(|part| matches!(part, Measured { .. } | Scaled { .. }))
    }

    /// Operations that a book takes from a calibration of the host, and this one has not.
    pub fn unmeasured(&self, book: &str, calibration: &Calibration) -> BTreeSet<&str> {
        use crate::spec::CostPart::{Measured, Scaled};
        let parts = self.books.get(book).into_iter().flat_map(|book| book.costs.values().flatten());
        let operations = parts.filter_map(|part| match part {
            Measured { operation, .. } | Scaled { operation, .. } => Some(operation.as_str()),
            _ => None,
        });
        operations.filter(|operation| calibration.operation(operation).is_none()).collect()
    }

    /// What a calibration can stand for: the instances that the books prove on, and the validators' machine.
    pub fn machines(&self) -> BTreeSet<&str> {
        let instances = self.books.values().flat_map(|book| book.machines.values());
        instances.map(|machine| machine.instance.as_str()).chain([VALIDATOR]).collect()
    }

    /// A design under a book and a sizing, every input at its best estimate.
    ///
    /// # Errors
    /// Everything that is wrong with the design, the book, or what the calibration lacks.
    pub fn case(
        &self,
        design: &str,
        book: &str,
        sizing: Sizing,
        calibrations: &Calibrations,
    ) -> Result<Case, Vec<Fault>> {
        self.case_in(World::BEST, (design, book), sizing, &FleetChoice::OPEN, calibrations)
    }

    /// The same with its plausible worlds.
    ///
    /// # Errors
    /// As [`Scenario::case`]; or the design needs more machines than there are.
    pub fn case_with_worlds(
        &self,
        design: &str,
        book: &str,
        sizing: Sizing,
        calibrations: &Calibrations,
    ) -> Result<Case, Vec<Fault>> {
        self.worlds_of((design, book), sizing, &FleetChoice::OPEN, calibrations)
    }

    /// A design that is sized but for what is decided about its fleet, every input at its best estimate.
    ///
    /// # Errors
    /// As [`Scenario::case`].
    pub fn case_with_fleet(
        &self,
        of: (&str, &str),
        fleet: &FleetChoice,
        calibrations: &Calibrations,
    ) -> Result<Case, Vec<Fault>> {
        self.case_in(World::BEST, of, Sizing::Sized, fleet, calibrations)
    }

    /// The same where all inputs that are not known exactly are elsewhere at once, in a plausible world by its number below
    /// [`JOINT_WORLDS`](crate::JOINT_WORLDS).
    ///
    /// # Errors
    /// As [`Scenario::case`].
    pub fn case_in_joint_world(
        &self,
        of: (&str, &str),
        fleet: &FleetChoice,
        number: usize,
        calibrations: &Calibrations,
    ) -> Result<Case, Vec<Fault>> {
        self.case_in(World::joint(number), of, Sizing::Sized, fleet, calibrations)
    }

    /// This scenario with further objectives, which take the place of its own about the same figures.
    ///
    /// # Errors
    /// What is wrong with an objective, by its text.
    pub fn with_objectives(mut self, mut more: Vec<Objective>) -> Result<Self, Vec<Fault>> {
        let (books, designs): (Vec<&str>, Vec<&str>) =
            (self.books().collect(), self.designs.iter().map(String::as_str).collect());
        objectives::complete_units(&mut more, &self.systems);
        let faults: Vec<Fault> = objectives::faults(&more, (&self.systems, true), &designs, &books)
            .into_iter()
            .filter_map(|(key, message)| {
                let at: usize = key.split('.').nth(1)?.parse().ok()?;
                Some((more.get(at)?.to_string(), message))
            })
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let replaced = |own: &Objective| more.iter().any(|new| new.metric == own.metric);
        self.objectives.retain(|own| !replaced(own));
        self.objectives.extend(more);
        Ok(self)
    }

    /// The same with its plausible worlds, in which the same is decided.
    ///
    /// # Errors
    /// As [`Scenario::case_with_worlds`].
    pub fn worlds_with_fleet(
        &self,
        of: (&str, &str),
        fleet: &FleetChoice,
        calibrations: &Calibrations,
    ) -> Result<Case, Vec<Fault>> {
        self.worlds_of(of, Sizing::Sized, fleet, calibrations)
    }

    /// The pools of a design that a search may decide about.
    ///
    /// # Errors
    /// As [`Scenario::case`].
    pub fn open_pools(&self, of: (&str, &str), calibrations: &Calibrations) -> Result<Vec<OpenPool>, Vec<Fault>> {
        let fleet = FleetChoice::OPEN;
        let (spec, asked) = self.asked(World::BEST, of, Sizing::Sized, &fleet, calibrations)?;
        spec.open_pools(&asked).map_err(|faults| self.placed_faults(of, faults))
    }

    fn worlds_of(
        &self,
        of: (&str, &str),
        sizing: Sizing,
        fleet: &FleetChoice,
        calibrations: &Calibrations,
    ) -> Result<Case, Vec<Fault>> {
        let mut best = self.case_in(World::BEST, of, sizing, fleet, calibrations)?;
        let beyond = self.beyond_limits(&best);
        if !beyond.is_empty() {
            return Err(beyond);
        }
        for kind in InputKind::ALL {
            let world = |number| self.case_in(World::of(kind, number), of, sizing, fleet, calibrations);
            let first = world(0)?;
            // Where the first world is no different, the case has no uncertain input of this kind.
            if first.same_world(&best) {
                continue;
            }
            best.worlds.push(PlausibleCase { kind, case: first });
            for number in 1..WORLDS {
                best.worlds.push(PlausibleCase { kind, case: world(number)? });
            }
        }
        Ok(best)
    }

    /// What a design says, and what it is asked for under a book.
    fn asked<'a>(
        &'a self,
        world: World<'a>,
        (design, book): (&'a str, &'a str),
        sizing: Sizing,
        fleet: &'a FleetChoice,
        calibrations: &'a Calibrations,
    ) -> Result<(&'a SystemSpec, Asked<'a>), Vec<Fault>> {
        let unknown = |key: &str, what: &str| vec![(key.into(), format!("no such {what}"))];
        let spec = self.systems.get(design).ok_or_else(|| unknown(&format!("design.{design}"), "design"))?;
        let entry = self.books.get(book).ok_or_else(|| unknown(&format!("books.{book}"), "book"))?;
        let origins = &self.origins;
        let horizon = self.horizon();
        let asked =
            Asked { design, book: entry, book_name: book, sizing, fleet, horizon, world, calibrations, origins };
        Ok((spec, asked))
    }

    pub(crate) fn case_in(
        &self,
        world: World<'_>,
        of: (&str, &str),
        sizing: Sizing,
        fleet: &FleetChoice,
        calibrations: &Calibrations,
    ) -> Result<Case, Vec<Fault>> {
        let (spec, asked) = self.asked(world, of, sizing, fleet, calibrations)?;
        let mut made = spec.made(&asked).map_err(|faults| self.placed_faults(of, faults))?;
        charges::add(&self.charges, &asked, &mut made);
        Ok(self.case_of(of.0, of.1, sizing, made))
    }

    /// Faults of a design under a book, by their keys in the scenario.
    fn placed_faults(&self, (design, book): (&str, &str), faults: Faults) -> Vec<Fault> {
        match faults {
            Faults::OfBook(faults) => below(&format!("books.{book}"), faults),
            Faults::OfDesign(faults, lacking) => {
                let lacking = lacking.into_iter().map(|lack| self.lack(design, book, lack));
                below(&format!("design.{design}"), faults).into_iter().chain(lacking).collect()
            }
        }
    }

    /// What a design asks of a book that the book has not is placed where the user wrote: at the key that asks or in the book.
    fn lack(&self, design: &str, book: &str, lack: Lack) -> Fault {
        let Lack { key, in_book, message } = lack;
        let asked_by_user = self.origins.is_given(design, book, &Key::OfDesign(key.clone()));
        match !asked_by_user && self.origins.gives_below(&format!("books.{book}.")) {
            true => {
                let message = format!("{message}; `{key}` of design `{design}` asks for it");
                (format!("books.{book}.{in_book}"), message)
            }
            false => (format!("design.{design}.{key}"), format!("{message} (book `{book}`)")),
        }
    }

    /// What is wrong, with the places where it was written.
    pub fn problems(&self, faults: Vec<Fault>) -> Problems {
        match systems::places(&self.layers) {
            Ok(places) => placed(&places, faults),
            Err(problems) => problems,
        }
    }

    /// What a run covers.
    fn horizon(&self) -> Horizon {
        Horizon { warm_up_s: self.warm_up_s, measured_s: self.horizon_s }
    }

    fn case_of(&self, design: &str, book: &str, sizing: Sizing, made: Made) -> Case {
        let Made { notes, economy, .. } = made;
        let speeds = notes.speed.into_iter().filter(|(key, _)| !self.origins.is_given(design, book, key));
        let assumptions = speeds.map(|(_, assumed)| assumed).chain(notes.assumptions);
        Case {
            design: design.to_owned(),
            book: book.to_owned(),
            sizing,
            target_utilization: made.target_utilization,
            system: made.system,
            horizon: self.horizon(),
            rented: made.rented,
            terms: made.terms,
            choices: made.choices,
            stages: made.stages,
            beside: made.beside,
            fleet: made.fleet,
            basis: made.basis,
            proving_basis: made.proving_basis,
            lower_bound: notes.lower_bound,
            inputs: notes.inputs,
            assumptions: assumptions.chain(economy.assumptions.iter().cloned()).collect(),
            economy,
            prices_date: notes.prices_date,
            worlds: Vec::new(),
        }
    }
}

/// The claims of a scenario and of the files that it names.
fn all_claims(spec: &Spec<SystemSpec>, systems: &Systems, folders: &[Option<PathBuf>]) -> Result<Vec<Claim>, Unclear> {
    let systems = systems.iter().map(|(name, system)| (name.as_str(), (system, system.table()))).collect();
    let said = Said { systems, books: &spec.books, base: &spec.base };
    let mut all = claims(&spec.claims, Some(&said)).map_err(|faults| Unclear::Faults(below("claims", faults)))?;
    for (name, folder) in spec.claim_files.iter().zip(folders) {
        all.extend(file::open(name, folder.as_deref(), Some(&said)).map_err(Unclear::Claims)?);
    }
    Ok(all)
}

/// Faults as problems, each said once: the cases of a scenario share most of their keys.
pub(crate) fn placed(places: &Places<'_>, faults: Vec<Fault>) -> Problems {
    let place = |key: String| match shared(&key).filter(|_| !places.contains(&key)) {
        Some(shared) if places.contains(shared) => shared.to_owned(),
        _ => key,
    };
    let said: BTreeSet<Fault> = faults.into_iter().map(|(key, message)| (place(key), message)).collect();
    said.into_iter().map(|(key, message)| places.problem(&key, message)).collect()
}

/// The key that all designs share with the key of one design.
fn shared(key: &str) -> Option<&str> {
    key.strip_prefix("design.")?.split_once('.').map(|(_, shared)| shared)
}
