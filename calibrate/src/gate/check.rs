//! All that a gate says: its lines, what was asked of them, and what both sides are.

use serde::{Deserialize, Serialize};

use super::line::{Line, verdict};
use super::votes::{Test, Verdict};
use crate::host::{Build, Host};

/// Kind and version of the document.
pub const SCHEMA: &str = "proofcast/check/1";

/// What the lines are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Limits of a budget only.
    Budgets,
    /// An earlier calibration.
    Stored,
    /// Another version, measured in turns with this one.
    Paired,
    /// Results of another tool.
    Foreign,
}

/// The answer of a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Kind and version of the document: [`SCHEMA`].
    pub schema: String,
    /// Of all lines together.
    pub verdict: Verdict,
    /// What the lines are held against.
    pub mode: Mode,
    /// What was asked of the whole run.
    pub test: Test,
    /// The lines.
    pub lines: Vec<Line>,
    /// What differs between both sides, and what only one of them has.
    pub notes: Vec<String>,
    /// Operations of the baseline of which the candidate has no result: what became of them is undecided.
    #[serde(default)]
    pub lost: Vec<String>,
    /// The machine that was measured; nothing where another tool measured.
    pub host: Option<Host>,
    /// The program that measured.
    pub build: Option<Build>,
    /// When \[s since 1970-01-01 UTC\].
    pub started_unix_s: u64,
    /// How long it took \[s\]; 0 where nothing was measured.
    pub took_s: f64,
    /// Of what was drawn.
    pub seed: Option<u64>,
}

impl Check {
    /// The verdict of all lines, and how many have each: pass, fail, undecided.
    pub fn judged(lines: &[Line]) -> (Verdict, [usize; 3]) {
        let count = |wanted| lines.iter().filter(|line| line.verdict == wanted).count();
        (verdict(lines), [count(Verdict::Pass), count(Verdict::Fail), count(Verdict::Undecided)])
    }
}
