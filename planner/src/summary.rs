//! What is known about one design after its replications: the type that tables, charts and files are made of.
//!
//! Its JSON form is the machine interface `proofcast/outcome/1`; keys may be added, never change their meaning. What is
//! [`published`](Summary::published) on standard output has the numbers without the values behind them, a file has all; both forms are
//! read back.

use std::collections::BTreeMap;

use scenarios::{Bound, MachineChoice, Override, Scenario};
use serde::{Deserialize, Serialize};

use crate::bill::Bill;
use crate::course::RunCourse;
use crate::headlines::{Common, Headlines};
use crate::read;

pub use crate::sample::{Sample, Uncertainty};

/// Version of the machine interface of one outcome.
pub const OUTCOME_SCHEMA: &str = "proofcast/outcome/1";
/// Version of the machine interface of several outcomes side by side.
pub const COMPARISON_SCHEMA: &str = "proofcast/comparison/1";
/// Version of the machine interface of the findings on claims.
pub const CLAIMS_SCHEMA: &str = "proofcast/claims/1";

/// One number of the answer, with its interval where it is estimated and its reason where it is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Dotted name that ends in the statistic: `proof_finality.p99`.
    pub name: String,
    /// Unit in plain text: `tx/s`, `s`, `USD/month`.
    pub unit: String,
    /// The value; `None` when the design has none, for the reason in `why`.
    pub value: Option<f64>,
    /// Lower end of the interval, where the value is estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of the interval, where the value is estimated; without end (`null`) where the value does not exist for some
    /// plausible inputs.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "read::upper_end")]
    pub high: Option<f64>,
    /// Confidence of the interval, 0.95 unless asked otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Where the interval comes from: noise of the run, calibration, published figures, prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<Uncertainty>,
    /// Why the value, or the upper end of its interval, is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Metric {
    /// A number without an interval.
    pub fn exact(name: impl Into<String>, unit: &str, value: f64) -> Self {
        let (name, unit) = (name.into(), unit.to_owned());
        Self { name, unit, value: Some(value), low: None, high: None, confidence: None, uncertainty: None, why: None }
    }

    /// A number that there is none of.
    pub fn missing(name: impl Into<String>, unit: &str, why: String) -> Self {
        Self { value: None, why: Some(why), ..Self::exact(name, unit, 0.0) }
    }
}

/// How a claim ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The found interval lies within the claim's tolerance.
    Holds,
    /// It lies outside.
    Fails,
    /// It straddles the bound, and the budget is spent.
    Undecided,
    /// The claim contradicts its own inputs.
    Inconsistent,
    /// It cannot be checked here; the reason says why.
    Untested,
}

/// A claim with its verdict and the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Name of the claim: `S1.optimistic.cost`.
    pub id: String,
    /// What is claimed, in words.
    pub statement: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The claimed figure, in `unit`.
    pub claimed: f64,
    /// Unit of `claimed`, `derived`, `found`, `low` and `high`.
    pub unit: String,
    /// What the source's own inputs give, where it shows its arithmetic.
    pub derived: Option<f64>,
    /// The metric that it was held against.
    pub metric: Option<String>,
    /// What was found, when something was.
    pub found: Option<f64>,
    /// Lower end of the found interval.
    pub low: Option<f64>,
    /// Upper end of the found interval.
    pub high: Option<f64>,
    /// `at least` or `at most` where what was found is only a bound, since less than the claim's statement was measured.
    pub side: Option<Bound>,
    /// Claimed divided by found.
    pub ratio: Option<f64>,
    /// The evidence in one sentence.
    pub why: String,
    /// Where the claim was published.
    pub source: String,
}

/// Where a design stands with an objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// The whole interval is on the right side.
    Pass,
    /// It is on the wrong side.
    Fail,
    /// It is on both sides.
    Undecided,
    /// There is no such number; the reason says why.
    Untested,
}

/// An objective with what a design reaches of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attainment {
    /// Name of the objective.
    pub name: String,
    /// Metric that decides it.
    pub metric: String,
    /// Where the design stands.
    pub standing: Standing,
    /// `at most`, `at least` or `about`.
    pub bound: Bound,
    /// The value that is wanted, in `unit`.
    pub wanted: f64,
    /// Unit of `wanted`, `found`, `low` and `high`.
    pub unit: String,
    /// What the design reaches.
    pub found: Option<f64>,
    /// Lower end of its interval, where it is estimated.
    pub low: Option<f64>,
    /// Upper end of its interval, where it is estimated.
    pub high: Option<f64>,
    /// How far it is on the right side, as a share of what is wanted; below zero on the wrong side.
    pub margin: Option<f64>,
    /// Why there is no number, or why one that is only a bound leaves the objective undecided.
    pub why: Option<String>,
}

/// Shares of the monthly bill by how the cost of the work behind it is known; they add to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Basis {
    /// Measured on a host whose calibration was used, inside the calibrated range.
    pub measured: f64,
    /// Published by somebody for the machine in question.
    pub published: f64,
    /// Claimed by the design's own authors.
    pub claimed: f64,
    /// Given by the user, in a scenario file or on the command line.
    pub given: f64,
    /// Measured or published, but used outside its range or scaled to another machine by a ratio.
    pub extrapolated: f64,
}

/// A figure that went into the answer: it can be traced, and contradicted in the scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputFigure {
    /// What it is: `check: signature_verify`.
    pub name: String,
    /// Its value; none where it is redacted.
    pub value: Option<f64>,
    /// The unit of the value.
    pub unit: String,
    /// `measured`, `published`, `claimed`, `scenario`, `given` or `extrapolated`.
    pub known: String,
    /// Where it comes from.
    pub source: String,
}

/// Where the answer comes from: enough to run it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of the program.
    pub version: String,
    /// SHA-256 of the resolved scenario.
    pub scenario_sha256: String,
    /// SHA-256 of the calibration file, when one was used.
    pub calibration_sha256: Option<String>,
    /// SHA-256 of the calibrations that stand for single machines, by instance.
    pub instance_calibrations_sha256: BTreeMap<String, String>,
    /// Date of the youngest price that was used.
    pub prices_date: String,
}

/// A cumulative distribution for the charts: pairs (probability, seconds), ascending.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DistributionCurve {
    /// `vote_finality`, `optimistic_finality` or `proof_finality`.
    pub name: String,
    /// Pairs of probability (0–1) and latency in seconds.
    pub points: Vec<(f64, f64)>,
}

/// A figure by the month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Name of the figure, as among the metrics: `market.provers`.
    pub name: String,
    /// Unit of the values.
    pub unit: String,
    /// The first month that counts for the metric of the name; the ones before are a warm-up.
    pub counted_from: u64,
    /// All months in their order, the warm-up included.
    pub points: Vec<SeriesPoint>,
}

/// A figure in one month.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SeriesPoint {
    /// Number of the month, from 1.
    pub at: u64,
    /// The mean over replications; `null` where none has the figure.
    pub value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// A precision of the mean of the slowest finality, of the noise of the run: relative half-widths of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// What was asked for.
    pub asked: f64,
    /// What was reached; infinite (`null`) where there is no interval.
    #[serde(deserialize_with = "read::endless")]
    pub reached: f64,
}

impl Reached {
    /// Whether it is as precise as was asked for.
    pub fn is_enough(&self) -> bool {
        self.reached <= self.asked
    }
}

/// Share of its requests that what carries its load may miss: those that a 99th percentile leaves out.
const MOST_MISSED: f64 = 0.01;

/// Everything that is known about one design under one cost book and one sizing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`OUTCOME_SCHEMA`].
    #[serde(deserialize_with = "read::outcome_schema")]
    pub schema: String,
    /// What is put first of its kind of system, `layered` or `service`: the name of the kind in JSON.
    #[serde(rename = "kind")]
    pub headlines: &'static Headlines,
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the design.
    pub design: String,
    /// Cost book: `claimed`, `measured` or a file.
    pub costs: String,
    /// `specified` or `sized`.
    pub sizing: String,
    /// `cohort` or `transaction`.
    pub resolution: String,
    /// Seed of all random streams.
    pub seed: u64,
    /// Replications that were run; 0 where the offered load cannot be carried and nothing was simulated.
    pub replications: u32,
    /// Replications that were asked for, where the work was ended before its time; what is known of inputs is left out then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<u32>,
    /// How precise the run is, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Reached>,
    /// Simulated time per replication in seconds.
    pub simulated_s: f64,
    /// Fingerprint of the event sequences.
    pub fingerprint: String,
    /// The stage that keeps the offered load from being carried, if one does.
    pub limited_by: Option<String>,
    /// The stage with the least capacity, whether or not it limits the offered load.
    pub tightest: String,
    /// The stage that limits next once `tightest` is lifted.
    pub next_limit: Option<String>,
    /// All numbers, in a fixed order.
    pub metrics: Vec<Metric>,
    /// Figures by the month, where a study has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
    /// The first replication piece by piece, where machines come and go or replications are many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<RunCourse>,
    /// The values behind the numbers, by name: designs are compared replication by replication and world by world.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub samples: BTreeMap<String, Sample>,
    /// Claims about this design that this outcome decides.
    pub claims: Vec<Finding>,
    /// What the design must reach, and does or does not.
    pub objectives: Vec<Attainment>,
    /// Which machines were taken where the scenario leaves that open, and who would have been next.
    pub machines: Vec<MachineChoice>,
    /// The bill in lines; none in a document of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<Bill>,
    /// What the bill rests on.
    pub basis: Basis,
    /// What the proving part of the bill rests on.
    pub proving_basis: Basis,
    /// Every figure that went in, with its source.
    pub inputs: Vec<InputFigure>,
    /// What must be known of the numbers, in sentences: a bill that was not simulated, queues that grow to the end of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caveats: Vec<String>,
    /// Assumptions that the numbers rest on, one sentence each.
    pub assumptions: Vec<String>,
    /// What the command line changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// Where the answer comes from.
    pub provenance: Provenance,
    /// Latency distributions pooled over the replications, for charts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distributions: Vec<DistributionCurve>,
}

impl Summary {
    /// What the machine interface says of it: all but the values behind the numbers, and what only charts and claims are made of.
    pub fn published(&self) -> Self {
        let (samples, distributions) = (BTreeMap::new(), Vec::new());
        Self { samples, distributions, course: None, ..self.clone() }
    }

    /// The share of its requests that do not get what they came for, where its kind knows one, with what that is called.
    pub fn missed(&self) -> Option<(f64, &'static str)> {
        let shared = self.headlines.shared.iter().find(|shared| shared.common == Common::Missed)?;
        Some((self.value(shared.metric)?, shared.words))
    }

    /// Whether its stages have room for its load, and nearly all of its requests get what they came for. Costs of a request are of those
    /// that do, so what turns most away could be the cheapest.
    pub fn carries(&self) -> bool {
        self.limited_by.is_none() && self.missed().is_none_or(|(share, _)| share <= MOST_MISSED)
    }

    /// Whether it says anything: the work was not ended before its first replication was over.
    pub(crate) fn is_begun(&self) -> bool {
        self.interrupted.is_none() || self.replications > 0
    }

    /// The metric of that name, if the outcome has it.
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// The value of the metric of that name, if it has one.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.metric(name).and_then(|metric| metric.value)
    }

    /// The figure of that name by the month, if the outcome has it.
    pub fn series(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.name == name)
    }
}

/// One design's total monthly cost against the base design's, on common random numbers and common cost draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Name of the design.
    pub design: String,
    /// Cost book.
    pub costs: String,
    /// Total cost minus the base design's, USD per month.
    pub usd_per_month: Metric,
}

/// All designs, sized, at the load and mix of the base design: like with like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SameLoad {
    /// Load and mix in words.
    pub mix: String,
    /// One outcome per design and cost book.
    pub designs: Vec<Summary>,
    /// Monthly cost of each design against the base design's, per cost book.
    pub differences: Vec<Difference>,
}

/// All designs and cost books of a scenario in its order, also those that were not asked for: a chart gives each its colour.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// Names of the designs.
    pub designs: Vec<String>,
    /// Names of the cost books.
    pub books: Vec<String>,
}

impl Roster {
    /// Those of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        Self { designs: scenario.designs.clone(), books: scenario.books().map(str::to_owned).collect() }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// All designs of a scenario side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`COMPARISON_SCHEMA`].
    pub schema: String,
    /// What the scenario asks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub question: String,
    /// Name of the base design.
    pub base: String,
    /// The answer in one sentence.
    pub answer: String,
    /// One outcome per design, cost book and sizing.
    pub designs: Vec<Summary>,
    /// Sized monthly cost of each design against the base design's, per cost book.
    pub differences: Vec<Difference>,
    /// All designs at one load and mix, where the designs differ in them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_load: Option<SameLoad>,
    /// What the scenario has beside what was asked for.
    #[serde(default, skip_serializing_if = "Roster::is_empty")]
    pub roster: Roster,
    /// What was typed to get it; empty where it was redacted, since it may hold a price.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
}

impl Comparison {
    /// What the machine interface says of it: of every outcome what is [`published`](Summary::published), and not how to draw it again.
    pub fn published(&self) -> Self {
        let all = |designs: &[Summary]| designs.iter().map(Summary::published).collect();
        let same_load = self.same_load.as_ref().map(|same| SameLoad {
            mix: same.mix.clone(),
            designs: all(&same.designs),
            differences: same.differences.clone(),
        });
        Self {
            schema: self.schema.clone(),
            question: self.question.clone(),
            base: self.base.clone(),
            answer: self.answer.clone(),
            designs: all(&self.designs),
            differences: self.differences.clone(),
            same_load,
            roster: Roster::default(),
            command: String::new(),
        }
    }
}
