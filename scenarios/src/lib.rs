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
//! | `open`, `complete` | all files of a scenario with the changes of the command line; what they mean together |
//! | `scenario` | what a file means as a whole: its designs, books, claims and objectives |
//! | `fault` | what is wrong with a scenario, by its key |
//! | `costs`, `machines`, `spreads`, `basis` | books applied: what things cost, on which machine, and how figures are known |
//! | `world`, `unsure` | what the inputs that are not known exactly may truly be; one of them elsewhere |
//! | `limits` | the most machines that there are |
//! | `economy` | the token, fees, the prover market and nodes, to be studied beside a design's world |
//! | `inherited` | what a scenario does not take over from one that it extends |
//! | `change`, `swings`, `switches` | one key at several values; every uncertain input at both of its ends; what can be switched on |
//! | `reference` | runs of real systems that the model is shown beside |
//! | `notes`, `origins` | every input with its source, also where the user gave it; assumptions |
//! | `claims` | published figures: formulas with units, and what they are checked by |
//! | `objectives` | what a design must reach |
//! | `figures` | what claims and objectives may ask for |
//! | `case`, `sizing` | one design under one book and one sizing |
//! | `fleet_choice` | what a search decides about its fleet |
//! | `budgets` | limits on what operations may take, and changes that were accepted |
//! | `own_operations` | a file of operations of the user's own |
//! | `prices` | what an instance is and costs, with the user's rows over the library's and the terms of a scenario |
//! | `charges` | what is paid beside machines, with the tiers of its price |
//! | `pattern` | names with a star |
//! | `spot` | what zones with spot machines did, and what providers say of them |
//! | `library`, `starting_file`, `published`, `network` | what ships with the program, each with its source |
//!
//! **Architecture invariant:** only this crate reads scenario files, and nothing that leaves it has an `Option` that
//! means "default".
//!
//! **Architecture invariant:** every price, delay and published cost comes from a file of `library/` with its source.

mod basis;
mod budgets;
mod calibrations;
mod case;
mod change;
mod charges;
mod claims;
mod complete;
mod costs;
mod economy;
mod fault;
mod figures;
mod fingerprint;
mod fleet_choice;
mod inherited;
mod library;
mod limits;
mod machines;
mod network;
mod notes;
mod objectives;
mod open;
mod origins;
mod own_operations;
mod pattern;
mod prices;
mod published;
mod quantity;
pub mod reading;
mod reference;
mod run_length;
mod scenario;
mod sizing;
mod spec;
mod spot;
mod spreads;
mod starting_file;
mod swings;
mod switches;
mod systems;
mod traces;
mod unsure;
mod world;

pub use basis::{Known, Shares};
pub use budgets::{Budgets, budget_library};
pub use calibrations::{Calibrations, VALIDATOR};
pub use case::{Case, PlausibleCase, Rental, Terms};
pub use change::{Choice, Choices, MOST_POINTS, Points, each_once};
pub use claims::file::{claim_library, claims_of};
pub use claims::unit::counted;
pub use claims::{Bound, Claim, Computation, Derived, HeldAgainst, Input as ClaimInput, Measure, Value, conversion};
pub use economy::Economy;
pub use fault::Fault;
pub use fingerprint::sha256;
pub use fleet_choice::{FleetChoice, OpenPool, PoolChoice};
pub use library::{library, question};
pub use machines::candidates::Excluded;
pub use machines::choice::{Bundle, MachineChoice, RunnerUp};
pub use network::{MATRIX_SOURCE, wan_matrix};
pub use notes::{Input, LowerBound, Work};
pub use open::{open, open_at};
pub use origins::{Key, Override};
pub use own_operations::own_operations;
pub use pattern::matches;
pub use prices::{Commitment, Instance, Offer, Price, PriceBook, Service, services, term, tiered};
pub use published::foreign::{
    Format, Import, Imported, Listed, Passed, PassedOver, SizePattern, TimeUnit, import, repeated,
};
pub use published::{Change, Published, PublishedBook, published_costs};
pub use quantity::{Quantity, QuantityError};
pub use reading::choose::Open;
pub use reference::{RealRun, Reference};
pub use run_length::LONGEST_RUN_S;
pub use scenario::Scenario;
pub use sizing::Sizing;
pub use spec::{Objective, Switch};
pub use spot::{Advice, SpotZone, TRACE_SOURCE, spot_advice, spot_zones};
pub use starting_file::starting_file;
pub use swings::{Uncertain, Uncertains};
pub use switches::{Switched, Switches};
pub use systems::KINDS;
pub use systems::contract::Mix;
pub use world::{InputKind, JOINT_WORLDS, Unsure, WORLDS};

/// The JSON schema of scenario files of a kind of system; that of the first kind for any other word.
pub fn schema(kind: &str) -> schemars::Schema {
    systems::schema(kind)
}

/// A rate by the second, written as in scenario files: `16 /s`, `50k tx/s`.
pub fn rate(text: &str) -> Option<f64> {
    text.parse::<quantity::Rate>().ok().map(|rate| rate.per_second())
}

/// A time in seconds, written as in scenario files: `60s`, `10 min`.
pub fn seconds(text: &str) -> Option<f64> {
    text.parse::<quantity::Duration>().ok().map(|duration| duration.seconds())
}
