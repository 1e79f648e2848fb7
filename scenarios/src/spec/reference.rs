//! What a scenario file says of the runs of a real system that the model is shown beside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

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
