//! What a scenario file says of requests: how many come, and how.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Duration, Positive, Rate, Share};
use crate::spec::{Part, ProfileSpec, TraceSpec, part};

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
    /// Those of a trace, once it is read.
    #[serde(skip)]
    pub(crate) recorded: Requests,
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
    Trace(TraceSpec),
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

impl ArrivalsSpec {
    /// The trace that they are, where they are one.
    pub(crate) fn trace(&self) -> Option<&TraceSpec> {
        if let Self::Trace(trace) = self { Some(trace) } else { None }
    }
}

/// The requests of a trace, once the file is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Requests {
    /// When each arrives \[s\].
    pub(crate) times_s: Vec<f64>,
    /// The class of each, by its number; empty where the file says none.
    pub(crate) classes: Vec<u16>,
    /// The file, as it is told.
    pub(crate) file: String,
    /// What of it means nothing, in a sentence.
    pub(crate) told: Option<String>,
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
