//! What a scenario file says of requests: how many come, and how.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Duration, Positive, Rate, Share};
use crate::spec::{Part, ProfileSpec, part};

/// Requests.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Mean of the requests that arrive, first attempts only. A trace and a closed loop have their own: then it is not used, and may
    /// be left out or `off`.
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
}

/// How requests arrive.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "law", rename_all = "lowercase", deny_unknown_fields)]
pub enum ArrivalsSpec {
    /// Independent of each other.
    #[default]
    Poisson,
    /// At equal intervals, as blocks of a chain.
    Regular,
    /// Quiet times and bursts take turns, both of exponential length.
    Bursty {
        /// Rate in a burst over the rate between bursts.
        #[schemars(range(min = 1.0, max = 1_000_000.0))]
        ratio: f64,
        /// Mean length of a burst.
        burst: Positive<Duration>,
        /// Share of the time that is within a burst.
        share: Positive<Share>,
    },
    /// As they were recorded; nothing arrives after the last.
    Trace {
        /// CSV file beside this one whose first column is the time of every request, in seconds or as a date and time of RFC 3339;
        /// the first is the start of the run. Columns with the headings `count`, `class` and `size` say how many requests come from
        /// then to the next time, of which class, and how large they are, in the unit of the costs.
        file: String,
        /// By how much faster it is played than it was recorded.
        #[serde(default = "as_recorded")]
        #[schemars(range(min = 0.000_001, max = 1_000_000.0))]
        speed: f64,
        /// How many requests come for each that was recorded.
        #[serde(default = "as_recorded")]
        #[schemars(range(min = 0.000_001, max = 1_000_000.0))]
        scale: f64,
        /// When each request arrives, once the file is read \[s\].
        #[serde(skip)]
        times_s: Vec<f64>,
        /// The class of each, by its number; empty where the file says none.
        #[serde(skip)]
        classes: Vec<u16>,
        /// What of the file means nothing, in a sentence.
        #[serde(skip)]
        told: Option<String>,
    },
    /// Every client thinks, asks, waits for the end of its request, and thinks again: there is no more load than clients.
    Closed {
        /// Mean of the time that a client thinks, which is exponential.
        think: Positive<Duration>,
    },
    /// Other rates from given times on.
    Steps {
        /// When the rate changes, in the order of time, the warm-up counted; `load.rate` holds until the first.
        #[schemars(length(min = 1, max = 10_000))]
        changes: Vec<RateChange>,
    },
}

fn as_recorded() -> f64 {
    1.0
}

/// A rate from a time on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateChange {
    /// From when on.
    pub at: Positive<Duration>,
    /// What `load.rate` is multiplied by from then on.
    #[schemars(range(min = 0.0, max = 1_000_000.0))]
    pub times: f64,
}
