//! What a gate says of one figure of an operation.

use serde::{Deserialize, Serialize};

use super::votes::{Verdict, Votes};

/// What is judged of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Time of a run \[s\].
    Time,
    /// Time of a run divided by its size \[s\].
    TimePerUnit,
    /// Size divided by the time of a run \[1/s\].
    Throughput,
    /// By how much a run raises resident memory \[bytes\].
    Memory,
    /// Size of the result \[bytes\].
    Output,
    /// What the operation counts under a name.
    Counter(String),
}

impl Figure {
    /// Whether more of it is better.
    pub fn more_is_better(&self) -> bool {
        matches!(self, Self::Throughput)
    }
}

/// What the figure is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// A limit of a budget.
    Limit,
    /// The same figure of another version or of an earlier run.
    Baseline,
}

/// What the verdict rests on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// Processes, of the baseline where there is one, and of what is judged.
    pub processes: [usize; 2],
    /// Samples of the same.
    pub samples: [usize; 2],
    /// The shortest time of every process, or the value of every sample that was counted, of the same.
    pub floors: [Vec<f64>; 2],
    /// The votes of the test, where there was one.
    pub votes: Option<Votes>,
}

/// A change that somebody has accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// Up to which share of the reference.
    pub change: f64,
    /// Until which day.
    pub until: String,
    /// Why.
    pub why: String,
}

/// One figure of an operation at a size, with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Name of the operation.
    pub operation: String,
    /// The size \[size unit\].
    pub size: u64,
    /// What the size counts.
    pub size_unit: String,
    /// What is judged.
    pub figure: Figure,
    /// What it is held against.
    pub against: Against,
    /// The limit, or the figure of the baseline.
    pub reference: f64,
    /// What was found: of times the floor.
    pub found: f64,
    /// `found / reference − 1`.
    pub change: f64,
    /// Whether it holds.
    pub verdict: Verdict,
    /// Why not, or what the verdict leaves open.
    pub why: Option<String>,
    /// Who set the limit, where that is said.
    pub source: Option<String>,
    /// What it rests on.
    pub evidence: Evidence,
    /// That the change was accepted, which makes a failure a pass.
    pub accepted: Option<Accepted>,
}

impl Line {
    /// By how much the figure is worse than its reference, as a share of it; below zero where it is better.
    pub fn worse_by(&self) -> f64 {
        if self.figure.more_is_better() { self.reference / self.found - 1.0 } else { self.change }
    }
}

/// The verdict of several lines: one that fails fails them, else one that is undecided leaves them so.
pub fn verdict<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Verdict {
    lines.into_iter().fold(Verdict::Pass, |so_far, line| match (so_far, line.verdict) {
        (Verdict::Fail, _) | (_, Verdict::Fail) => Verdict::Fail,
        (Verdict::Undecided, _) | (_, Verdict::Undecided) => Verdict::Undecided,
        (Verdict::Pass, Verdict::Pass) => Verdict::Pass,
    })
}
