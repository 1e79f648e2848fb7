//! What a file says of the load of a rollup.

use models::profile::Profile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Positive, Rate};
use crate::spec::{Part, ProfileSpec, TraceSpec, part};

/// Transactions.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadSpec {
    /// Transactions that users submit, in the mean of the measured time. A trace has its own: then it is not used, and may be left out or
    /// `off`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Rate>>>")]
    pub rate: Option<Positive<Rate>>,
    /// How they arrive.
    #[serde(default)]
    pub arrivals: ArrivalsSpec,
    /// How the rate changes over time, where arrivals are independent of each other (`poisson`); left out or `off`: not at all.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<ProfileSpec>>")]
    pub profile: Option<ProfileSpec>,
    /// The load of a trace, once it is read.
    #[serde(skip)]
    pub(crate) recorded: Option<RecordedLoad>,
}

/// How transactions arrive.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "law", rename_all = "lowercase", deny_unknown_fields)]
pub enum ArrivalsSpec {
    /// Independent of each other.
    #[default]
    Poisson,
    /// As many as were recorded, evenly from each time to the next.
    Trace(TraceSpec),
}

/// What a trace says of transactions.
#[derive(Debug, Clone)]
pub(crate) struct RecordedLoad {
    /// How many come in a second, over time.
    pub(crate) per_s: Profile,
    /// Whether it says of which class they are, and so the shares of the classes.
    pub(crate) has_classes: bool,
    /// How long it lasts as it is played \[s\].
    pub(crate) lasts_s: f64,
    /// The file, as it is told.
    pub(crate) file: String,
    /// What of it means nothing, in a sentence.
    pub(crate) told: Option<String>,
}
