//! What a scenario file says: one type per table, unknown keys denied, nothing resolved yet.
//!
//! The types double as the published JSON schema, so their doc comments are what a reader of the schema sees.

mod book;
mod charge;
mod lifecycle;
mod machines;
mod objective;
pub(crate) mod part;
mod prices;
mod profile;
mod reference;
mod switch;
mod trace;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::claims::spec::ClaimSpec;
use crate::quantity::{Duration, Positive, Share};
pub use book::{Book, CostPart, Covers, Machine, Speed};
pub use charge::{Amount, ChargeSpec};
pub use lifecycle::{AutoscalerSpec, LifecycleSpec, LotSpec, OwnedSpec, ZoneSpec};
pub(crate) use machines::ANY;
pub use machines::{AnyMachine, MachineNames};
pub use objective::Objective;
pub(crate) use part::{Factors, OFF, Part, Within, part, unless_off};
pub use prices::{Limit, PricesSpec};
pub use profile::ProfileSpec;
pub use reference::ReferenceSpec;
pub(crate) use switch::faults as switch_faults;
pub use switch::{Switch, SwitchSpec};
pub use trace::TraceSpec;

/// How messages call the ranges of a scenario.
pub(crate) const RANGES: &str = "[sensitivity]";
/// How messages call the switches of a scenario.
pub(crate) const SWITCHES: &str = "[[switches]]";

/// A scenario file of a kind of system.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(rename = "Spec")]
pub struct Spec<S> {
    /// Scenario of the library, or file beside this one, whose keys hold where this file is silent.
    extends: Option<String>,
    /// Kind of system: `layered`, `service`, `rollup` or `market`; left out: that of what it extends, or `layered`.
    kind: Option<String>,
    /// Name of the scenario, as it appears in results.
    pub name: String,
    /// The question that the scenario answers, in one sentence.
    pub question: String,
    /// Design that the others are compared with.
    pub base: String,
    /// Measured time of one replication; rounded up to whole epochs.
    pub horizon: Positive<Duration>,
    /// Time that is simulated first and not measured; rounded up to whole epochs.
    pub warm_up: Duration,
    /// Independent replications.
    #[schemars(range(min = 1, max = 10_000))]
    pub replications: u32,
    /// The system that all designs share; a design overrides keys of it.
    #[serde(flatten)]
    pub system: S,
    /// Which prices of the price list may be used.
    #[serde(default)]
    pub prices: PricesSpec,
    /// Discounts on the list prices of machines, by provider and instance: `"aws/p5*" = "30 %"`, where `*` stands for anything. Of
    /// several that name a machine the longest holds. A machine with a `price` of its own has none.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<BTreeMap<String, Share>>")]
    pub discount: BTreeMap<String, Share>,
    /// The most machines of an instance that there are in all: `"p5.48xlarge" = 4`, or `"aws/p5*" = 4` for all that it names together. A
    /// design that needs more is refused.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<BTreeMap<String, Limit>>")]
    pub limit: BTreeMap<String, Limit>,
    /// What is paid beside machines, by name: traffic, storage, load balancers.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<BTreeMap<String, ChargeSpec>>")]
    pub charge: BTreeMap<String, ChargeSpec>,
    /// Cost books by name.
    pub books: BTreeMap<String, Book>,
    /// Designs by name: what is different in each.
    #[schemars(schema_with = "design_schema::<S>")]
    pub design: BTreeMap<String, toml::Table>,
    /// Published figures to be checked.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<ClaimSpec>>")]
    pub claims: Vec<ClaimSpec>,
    /// Files with further claims: names in the library, or paths beside this file.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<String>>")]
    pub claim_files: Vec<String>,
    /// What a design must reach.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<Objective>>")]
    pub objectives: Vec<Objective>,
    /// Keys that are not known exactly, each with the lowest and the highest value that it may have, as `--set` takes them.
    /// The key stands in quotes: `"load.rate" = ["25k", "100k"]`.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<BTreeMap<String, [RangeEnd; 2]>>")]
    pub sensitivity: BTreeMap<String, [RangeEnd; 2]>,
    /// What can be switched on: `compare --switches` asks what each does alone, and all together.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<SwitchSpec>>")]
    pub switches: Vec<SwitchSpec>,
    /// Runs of a real system that the model is shown beside.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<ReferenceSpec>>")]
    pub reference: Vec<ReferenceSpec>,
}

/// An end of a range: a number, or a text with its unit.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RangeEnd {
    /// A number without a unit.
    Number(f64),
    /// A quantity with its unit, or a name.
    Text(String),
}

impl RangeEnd {
    /// The value as `--set` takes it.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

impl<S> Spec<S> {
    /// The same with its system as something else.
    pub(crate) fn with_system<T>(self, as_what: impl FnOnce(S) -> T) -> Spec<T> {
        Spec {
            extends: self.extends,
            kind: self.kind,
            name: self.name,
            question: self.question,
            base: self.base,
            horizon: self.horizon,
            warm_up: self.warm_up,
            replications: self.replications,
            system: as_what(self.system),
            prices: self.prices,
            discount: self.discount,
            limit: self.limit,
            charge: self.charge,
            books: self.books,
            design: self.design,
            claims: self.claims,
            claim_files: self.claim_files,
            objectives: self.objectives,
            sensitivity: self.sensitivity,
            switches: self.switches,
            reference: self.reference,
        }
    }
}

/// The schema of the designs: the system's sections, none of whose keys is required.
fn design_schema<S: JsonSchema>(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let settings = schemars::generate::SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut design = settings.into_generator().into_root_schema_for::<S>().to_value();
    crate::reading::make_optional(&mut design);
    schemars::json_schema!({
        "type": "object",
        "description": "Designs by name: what is different in each.",
        "additionalProperties": design,
    })
}
