//! What a scenario file says for questions about it: what is not known exactly, what can be switched on, and real runs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// A factor on a cost.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Factor(#[schemars(range(min = 0.000_001, max = 1_000_000.0))] pub f64);

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

/// Something that can be switched on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchSpec {
    /// Name in tables.
    pub name: String,
    /// Keys and the values that they get. A key stands in quotes: `"optimisations.incremental.on" = true`.
    pub set: BTreeMap<String, SwitchValue>,
    /// Whether it is one of those that are on together; left out: it is.
    #[serde(default = "yes")]
    pub together: bool,
}

fn yes() -> bool {
    true
}

/// What a switch sets a key to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SwitchValue {
    /// On or off.
    Switch(bool),
    /// A number without a unit.
    Number(f64),
    /// A quantity with its unit, or a name.
    Text(String),
}

impl SwitchValue {
    /// The value as `--set` takes it.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Switch(on) => on.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// Runs of a real system: rows of a CSV file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceSpec {
    /// Name in tables and charts.
    pub name: String,
    /// Design that models the runs.
    pub design: String,
    /// File of the library, or path beside the scenario.
    pub file: String,
    /// Rows that are meant: column and what stands in it; left out: all.
    #[serde(default)]
    pub rows: BTreeMap<String, String>,
    /// Key of the scenario that the runs vary.
    pub key: String,
    /// Column with the value of the key.
    pub at: String,
    /// Unit of that column; empty for a number without one.
    pub at_unit: String,
    /// Metric of the model that the runs measured.
    pub metric: String,
    /// Column with what was measured: the mean over the runs.
    pub mean: String,
    /// Column with its standard deviation over the runs, if there is one.
    pub deviation: Option<String>,
    /// Unit of both columns.
    pub unit: String,
    /// What the model leaves out that the runs have, in words; shown beside what differs.
    #[serde(default)]
    pub leaves_out: String,
    /// Where the runs were published.
    pub source: String,
}
