//! What a file says of arrivals that were recorded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A trace, and how it is played.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceSpec {
    /// CSV file beside this one whose first column is the time, ascending, in seconds or as a date and time of RFC 3339; the first is the
    /// start of the run. Columns with the headings `count` and `class` say how many come from then to the next time, and of which class; of
    /// requests to a service, `size` says how large they are, in the unit of the costs.
    pub file: String,
    /// By how much faster it is played than it was recorded.
    #[serde(default = "as_recorded")]
    #[schemars(range(min = 0.000_001, max = 1_000_000.0))]
    pub speed: f64,
    /// How many come for each that was recorded.
    #[serde(default = "as_recorded")]
    #[schemars(range(min = 0.000_001, max = 1_000_000.0))]
    pub scale: f64,
}

fn as_recorded() -> f64 {
    1.0
}
