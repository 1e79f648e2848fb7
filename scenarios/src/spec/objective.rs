//! What a scenario file says a design must reach.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::claims::spec::Bound;
use crate::quantity::{Positive, Rate};

/// What a design must reach.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Name for reports.
    pub name: String,
    /// Metric of an outcome.
    pub metric: String,
    /// Which side of the value is wanted.
    pub bound: Bound,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Design that it is asked of; left out: every design.
    pub design: Option<String>,
    /// Cost book that it is asked of; left out: every book.
    pub costs: Option<String>,
    /// Sizing that it is asked of; left out: `sized`.
    pub sizing: Option<String>,
    /// Load that the value is for, where a design's is another: a cost is then held in proportion.
    pub load: Option<Positive<Rate>>,
}
