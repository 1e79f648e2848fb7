//! Scenario files to complete, typed scenarios.
//!
//! ```text
//! file ──reading──▶ Spec ──Scenario::of──▶ Scenario ──case(design, book, sizing)──▶ Case
//! (TOML, --set)     what it says            what it means                            a world and its bill
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`reading`] | layers of TOML to a typed value, or to everything that is wrong with them |
//! | `quantity` | numbers with their units |
//! | `spec` | what a file says; also its JSON schema |
//! | `systems` | the kinds of systems: what each says in a file, and what that means under a book |
//! | `scenario` | what a file means as a whole: its designs, books, claims and objectives |
//! | `costs`, `machines`, `spreads`, `shares` | books applied: what things cost, on which machine, and how figures are known |
//! | `world` | what the inputs that are not known exactly may truly be |
//! | `economy` | the token, fees, the prover market and nodes, to be studied beside a design's world |
//! | `inherited` | what a scenario does not take over from one that it extends |
//! | `change`, `swings`, `switches` | one key at several values; every uncertain input at both of its ends; what can be switched on |
//! | `reference` | runs of real systems that the model is shown beside |
//! | `notes`, `origins` | every input with its source, also where the user gave it; assumptions |
//! | `claims` | published figures: formulas with units, and what they are checked by |
//! | `objectives` | what a design must reach |
//! | `figures` | what claims and objectives may ask for |
//! | `case` | one design under one book and one sizing |
//! | `own` | a file of operations of the user's own |
//! | `library`, `prices`, `published`, `network` | what ships with the program, each with its source |
//!
//! **Architecture invariant:** only this crate reads scenario files, and nothing that leaves it has an `Option` that
//! means "default".
//!
//! **Architecture invariant:** every price, delay and published cost comes from a file of `library/` with its source.

mod calibrations;
mod case;
mod change;
mod claims;
mod costs;
mod economy;
mod figures;
mod inherited;
mod library;
mod machines;
mod network;
mod notes;
mod objectives;
mod origins;
mod own;
mod prices;
mod published;
mod quantity;
pub mod reading;
mod reference;
mod run_length;
mod scenario;
mod shares;
mod spec;
mod spreads;
mod swings;
mod switches;
mod systems;
mod world;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use calibrations::{Calibrations, VALIDATOR};
pub use case::{Case, Sizing};
pub use change::{Choice, Choices, Mix, Override};
pub use claims::file::{claim_library, claims_of};
pub use claims::unit::counted;
pub use claims::{Bound, Check, Claim, Computation, Derived, Input as ClaimInput, Measure, Value, conversion};
pub use economy::Economy;
pub use library::{library, question, starting_file};
pub use network::{MATRIX_SOURCE, wan_matrix};
pub use notes::{Input, LowerBound, Work};
pub use objectives::Objective;
pub use origins::Key;
pub use own::own_operations;
pub use prices::{Price, price_list};
pub use published::foreign::{Format, Import, Imported, Listed, Passed, PassedOver, SizePattern, TimeUnit, import};
pub use published::{Change, Published, PublishedBook, published_costs};
pub use quantity::{Quantity, QuantityError};
pub use reference::{RealRun, Reference};
pub use run_length::LONGEST_RUN_S;
pub use scenario::{Fault, Scenario};
pub use shares::{Known, Shares};
pub use swings::{Uncertain, Uncertains};
pub use switches::{Switch, Switched, Switches};
pub use world::{InputKind, PlausibleCase, WORLDS};

use inherited::Dropped;
use origins::{LIBRARY, Origins};
use reading::{Layer, Problem, Problems, Source, said};
use spec::Spec;
pub use systems::KINDS;
use systems::SystemSpec;

/// Most files that may extend each other.
const DEEPEST: usize = 8;

/// Opens a scenario by its name in the library or its path, with `--set key=value` changes laid over it.
///
/// # Errors
/// Everything that is wrong with the file, the files it extends, and the changes.
pub fn open(name: &str, changes: &[String]) -> Result<Scenario, Problems> {
    let mut files = vec![source(name, None)?];
    while let Some(base) = said(&files[files.len() - 1], "extends")? {
        let file = &files[files.len() - 1];
        if files.len() == DEEPEST {
            let message = format!("more than {DEEPEST} files extend each other");
            return Err(Problem::new(file, Some(base.span), message).with_help("break the circle of `extends`").into());
        }
        let below = Path::new(&file.name).parent().map(Path::to_owned);
        let found = source(&base.text, below.as_deref());
        files.push(found.map_err(|_| unknown(&base.text, Some((file, base.span))))?);
    }
    let files: Vec<Layer> = files.into_iter().rev().map(Layer::File).collect();
    let count = files.len() + changes.len();
    let (layers, overrides) = change::everywhere(files, changes)?;
    let count = count.min(layers.len());
    let scenario = told_once(layers, count, overrides)?;
    scenario.check_named_keys()?;
    Ok(scenario)
}

/// The scenario of layers of which the last, from `said` on, lay what was said over single designs. What is wrong with it is wrong
/// in every design that it reaches, and told once.
fn told_once(layers: Vec<Layer>, said: usize, overrides: Vec<Override>) -> Result<Scenario, Problems> {
    complete(layers.clone(), overrides)
        .map_err(|problems| complete(layers[..said].to_vec(), Vec::new()).err().unwrap_or(problems))
}

/// The scenario that some layers of text are.
fn complete(layers: Vec<Layer>, overrides: Vec<Override>) -> Result<Scenario, Problems> {
    let (mut spec, places) = systems::read(&layers)?;
    published::fill(&mut spec.books, &places)?;
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
    let scenario = Scenario::of(spec, references, (designs, dropped), layers.clone(), &folders);
    let mut scenario = scenario.map_err(|error| match error {
        scenario::Unclear::Faults(faults) => scenario::placed(&places, faults),
        scenario::Unclear::Claims(problems) => problems,
    })?;
    scenario.fill(&places)?;
    Ok(scenario.with_origins(overrides, origins))
}

/// A price that the user gives is known exactly, unless the user says how well: the spread of a market belongs to the price that it
/// takes the place of.
fn negotiated(spec: &mut Spec<SystemSpec>, origins: &Origins) {
    for (book, entry) in &mut spec.books {
        for (name, machine) in &mut entry.machines {
            let given = |key: &str| origins.is_given("", book, &Key::OfBook(format!("machines.{name}.{key}")));
            if given("price") && !given("price_within") {
                machine.price_within = 1.0;
            }
        }
    }
}

/// The JSON schema of scenario files of a kind of system; that of the first kind for any other word.
pub fn schema(kind: &str) -> schemars::Schema {
    systems::schema(kind)
}

/// A time in seconds, written as in scenario files: `60s`, `10 min`.
pub fn seconds(text: &str) -> Option<f64> {
    text.parse::<quantity::Duration>().ok().map(|duration| duration.seconds())
}

/// The SHA-256 of some bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Everything that the layers of a scenario say, for its fingerprint.
fn all_said(layers: &[Layer]) -> Vec<u8> {
    let text = |layer: &Layer| match layer {
        Layer::File(source) => source.text.clone(),
        Layer::Set(text) | Layer::SetBy(_, text) => text.clone(),
    };
    layers.iter().map(text).collect::<Vec<_>>().join("\n").into_bytes()
}

/// The text behind a name: a scenario of the library, or a file, which may lie beside the one that names it.
fn source(name: &str, folder: Option<&Path>) -> Result<Source, Problems> {
    if let Some((_, text)) = library().iter().find(|(known, _)| *known == name) {
        return Ok(Source::new(format!("{name}{LIBRARY}"), *text));
    }
    let path = folder.map_or_else(|| Path::new(name).to_owned(), |folder| folder.join(name));
    let is_name = !name.contains(['/', '\\', '.']);
    if is_name && !path.exists() { Err(unknown(name, None)) } else { Source::open(path) }
}

/// There is neither a scenario nor a file of that name.
fn unknown(name: &str, place: Option<(&Source, std::ops::Range<usize>)>) -> Problems {
    let known: Vec<&str> = library().iter().map(|(name, _)| *name).collect();
    let message = format!("there is no scenario and no file `{name}`");
    let problem = match place {
        Some((source, span)) => Problem::new(source, Some(span), message),
        None => Problem::new(&Source::new(name, ""), None, message),
    };
    let near = reading::meant(name, known.iter().copied());
    problem.with_help(format!("{near}scenarios of the library: {}", known.join(", "))).into()
}
