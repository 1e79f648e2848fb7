//! What a claim says in a file: the figure, where it was published, and how it is checked.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Positive, Rate, Share};

/// A file of claims.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimFile {
    /// What the claims are about, in one line.
    #[expect(dead_code, reason = "for readers of the file; it also tells a file of claims from a scenario")]
    about: String,
    /// The claims.
    pub claims: Vec<ClaimSpec>,
}

/// A published figure and how it is checked: by at least one of `metric`, `derive`, `find`, or not at all: `unchecked`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimSpec {
    /// Name: system, subject, figure.
    pub id: String,
    /// Design that it is about; a metric needs one, and `from` inputs are taken from it.
    pub design: Option<String>,
    /// What is claimed, in words.
    pub statement: String,
    /// The figure.
    pub claimed: f64,
    /// Its unit.
    pub unit: String,
    /// How the figure bounds what is found.
    pub bound: Bound,
    /// Relative tolerance of the claim: this, or its `digits`.
    pub tolerance: Option<Share>,
    /// Digits that the figure is published with: it stands for all figures that round to it.
    pub digits: Option<u8>,
    /// Metric of an outcome that decides it.
    pub metric: Option<String>,
    /// Cost book that the metric is taken from.
    pub costs: Option<String>,
    /// Sizing that the metric is taken from.
    pub sizing: Option<String>,
    /// Load that the figure is for, where the outcome's is another: a cost is then held in proportion.
    pub load: Option<Positive<Rate>>,
    /// CPU that the figure was measured on: on others what is found stands beside it and decides nothing.
    pub host: Option<String>,
    /// How the source arrives at the figure, by its own inputs and conventions.
    pub derive: Option<FormulaSpec>,
    /// How the figure is found from what was measured here, or follows from the scenario.
    pub find: Option<FormulaSpec>,
    /// Why it cannot be checked here; what is found all the same stands beside it and decides nothing.
    pub unchecked: Option<String>,
    /// Where it was published.
    pub source: String,
}

/// How a figure bounds what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Bound {
    /// The figure itself.
    #[serde(rename = "about")]
    About,
    /// No more than the figure.
    #[serde(rename = "at most")]
    AtMost,
    /// No less than the figure.
    #[serde(rename = "at least")]
    AtLeast,
    /// Less than the figure, not as much.
    #[serde(rename = "less than")]
    LessThan,
    /// More than the figure, not as much.
    #[serde(rename = "more than")]
    MoreThan,
}

impl Bound {
    /// As a file says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::About => "about",
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
            Self::LessThan => "less than",
            Self::MoreThan => "more than",
        }
    }

    /// Whether an interval lies within what a figure with a relative tolerance allows: `None` if it straddles the bound.
    pub fn within(self, figure: f64, tolerance: f64, low: f64, high: f64) -> Option<bool> {
        // Whatever the last bit of a product says, the bound itself counts as reached: `less than` asks for less than that.
        let last_bit = figure.abs() * 1e-9;
        let slack = match self {
            Self::About | Self::AtMost | Self::AtLeast => figure.abs() * tolerance + last_bit,
            Self::LessThan | Self::MoreThan => figure.abs() * tolerance - last_bit,
        };
        let (least, most) = match self {
            Self::About => (figure - slack, figure + slack),
            Self::AtMost | Self::LessThan => (f64::NEG_INFINITY, figure + slack),
            Self::AtLeast | Self::MoreThan => (figure - slack, f64::INFINITY),
        };
        if low >= least && high <= most {
            Some(true)
        } else if high < least || low > most {
            Some(false)
        } else {
            None
        }
    }
}

/// A formula over named inputs with units. Its units must give that of the claim.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormulaSpec {
    /// An expression over the names of `inputs`: + - * / ^, floor, ceil, min, max.
    pub formula: String,
    /// What the names stand for.
    pub inputs: BTreeMap<String, InputSpec>,
}

/// An input of a formula.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum InputSpec {
    /// A number without a unit.
    Number(f64),
    /// A number with its unit: `50000 tx/s`, `5 ms·core/tx`, `$3/h`, `730 h/month`.
    Quantity(String),
    /// A figure of the scenario, or of the price list.
    Scenario(FromScenario),
    /// What another claim says.
    Claim(FromClaim),
    /// A figure of the calibration.
    Measured(FromCalibration),
}

/// A figure of the scenario, so that changing the scenario changes the verdict.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FromScenario {
    /// Dotted key of the system (`load.rate`), a claimed cost of a book (`books.claimed.costs.signature_verify`),
    /// `network.decision`: the mean time of a vote on the delays between nodes alone, or a row of the price list
    /// (`prices.aws.c7i.16xlarge`), which needs no scenario.
    pub from: String,
    /// What the figure is counted in besides its own unit: `core` for a number of cores, `tx` for a rate.
    pub unit: Option<String>,
}

/// The figure of another claim of the same file, so that a source is held against itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FromClaim {
    /// Name of the claim.
    pub claim: String,
    /// What the figure is counted in besides its own unit.
    pub unit: Option<String>,
}

/// A figure of the calibration.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FromCalibration {
    /// Operation of the calibration.
    pub operation: String,
    /// Size at which it is done.
    pub size: u64,
    /// What of it.
    pub of: Measure,
    /// What the figure is counted in besides its own unit.
    pub unit: Option<String>,
}

/// What of an operation is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Mean time of one run \[s\].
    Time,
    /// Size of the result \[B\].
    Bytes,
    /// Peak memory of one run \[B\].
    Memory,
    /// Runs in a second \[1/s\].
    Rate,
}
