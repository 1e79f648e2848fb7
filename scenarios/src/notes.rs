//! What a reader must know beside the numbers: every input with its source, and what was assumed.

use models::profile::Profile;
use models::system::Horizon;

use crate::basis::Known;
use crate::costs::{Cost, ResolvedPart};
use crate::origins::Key;

/// Work of a design, as far as its cost may be only a lower bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Checks of a validator.
    Check,
    /// Proofs of transactions, and of proofs.
    Proof,
    /// Proofs of fraud.
    FraudProof,
    /// What a light client verifies.
    LightClient,
    /// Witnesses and proofs that are made before a transaction is submitted.
    Submission,
}

/// Why the cost of some work is only a lower bound: less was measured than the design needs.
#[derive(Debug, Clone, PartialEq)]
pub struct LowerBound {
    /// The work.
    pub of: Work,
    /// What the measured statement leaves out.
    pub why: String,
}

impl LowerBound {
    /// That of a cost, if it is one.
    pub(crate) fn of(work: Work, cost: &Cost) -> Option<Self> {
        cost.lower_bound.clone().map(|why| Self { of: work, why })
    }
}

/// An input of a case: a figure that can be traced and contradicted.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The unit of the value.
    pub unit: &'static str,
    /// How it is known.
    pub known: Known,
    /// Where it comes from.
    pub source: String,
    /// Why the true cost can only be higher, if that is so.
    pub lower_bound: Option<LowerBound>,
    /// The key of the scenario that holds the value, where it is one value of one key.
    pub key: Option<Key>,
}

/// Where figures without a source of their own come from, until the place is known.
pub(crate) const SCENARIO: &str = "the library's scenario of the design";

impl Input {
    /// What a cost takes for a job of one size, part by part.
    pub(crate) fn of_cost(work: Work, name: &str, cost: &Cost, size: f64) -> Vec<Self> {
        let input = |part: &ResolvedPart| Self {
            name: name.to_owned(),
            value: part.curve.seconds(size),
            unit: "s",
            known: part.known,
            source: part.source.clone(),
            lower_bound: LowerBound::of(work, cost),
            key: None,
        };
        cost.parts.iter().map(input).collect()
    }

    /// A figure of the scenario.
    pub(crate) fn stated(name: impl Into<String>, key: Key, value: f64, unit: &'static str) -> Self {
        let (known, source) = (Known::Scenario, SCENARIO.to_owned());
        Self { name: name.into(), value, unit, known, source, lower_bound: None, key: Some(key) }
    }
}

/// What belongs to a case beside its numbers.
pub(crate) struct Notes {
    pub(crate) inputs: Vec<Input>,
    pub(crate) lower_bound: Option<String>,
    pub(crate) assumptions: Vec<String>,
    pub(crate) prices_date: String,
    /// What is assumed of the speed of machines, unless the user gave it.
    pub(crate) speed: Vec<(Key, String)>,
}

/// A day \[s\].
const DAY_S: f64 = 86_400.0;

/// A run that is no whole number of days, of a load that changes within a day.
pub(crate) fn told_of_days(profile: &Profile, horizon: Horizon) -> Option<String> {
    let days = horizon.measured_s / DAY_S;
    (profile.has_hours() && days.fract() > 1e-6).then(|| {
        format!(
            "the measured time is {days:.2} days from {:.0} min after midnight on: what a whole day is like shows `horizon=\"1 d\"`",
            (horizon.warm_up_s / 60.0).ceil()
        )
    })
}

/// A fleet that is sized for a mean load, whose peak is so much higher.
pub(crate) fn sized_for_mean((peak, mean): (f64, f64), unit: &str) -> Option<String> {
    let what = || format!("the mean load, {mean:.2} {unit}/s, and not for its peak of {peak:.2} {unit}/s");
    (peak > (1.0 + WORTH_A_WORD) * mean).then(|| format!("a sized fleet is sized for {}", what()))
}

/// A fleet that is sized for the peak of a load, whose mean is so much lower.
pub(crate) fn sized_for_peak((peak, mean): (f64, f64), unit: &str) -> Option<String> {
    let what = || format!("the busiest time, {peak:.2} {unit}/s, where the mean is {mean:.2} {unit}/s");
    (peak > (1.0 + WORTH_A_WORD) * mean).then(|| format!("a sized fleet is sized for {}", what()))
}

/// By how much a peak exceeds a mean that is worth a word.
const WORTH_A_WORD: f64 = 0.01;
