//! The options of `check`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{precision, time};

/// Options of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Calibration to judge [default: measure now]
    pub file: Option<PathBuf>,
    /// Limits to judge by, and accepted changes: s2 or s3 of the library, or a file
    #[arg(long, value_name = "NAME|FILE")]
    pub budgets: Option<String>,
    /// Earlier calibration to compare with; with --candidate the earlier results of another tool
    #[arg(long, value_name = "PATH", conflicts_with = "against")]
    pub baseline: Option<PathBuf>,
    /// Later results of another tool: a file or folder of criterion, `go test -bench`, hyperfine or Bencher Metric Format
    #[arg(long, value_name = "PATH", requires = "baseline", conflicts_with_all = ["file", "budgets", "operations"])]
    pub candidate: Option<PathBuf>,
    /// Other version to measure in turns with this one: another build of proofcast, or with --operations the command of the
    /// baseline, like './old/prove {size}', or 'NAME=COMMAND' where there are several operations (repeatable)
    #[arg(long, value_name = "COMMAND", conflicts_with = "file")]
    pub against: Vec<String>,
    /// Check your own commands, defined in a TOML file
    #[arg(long, value_name = "TOML")]
    pub operations: Option<PathBuf>,
    /// Only operations whose name matches; `*` stands for anything (repeatable)
    #[arg(long, value_name = "PATTERN")]
    pub only: Vec<String>,
    /// Slowdown to be found
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = change)]
    pub change: f64,
    /// Chance that a run fails where nothing changed, all lines together
    #[arg(long, value_name = "SHARE", default_value = "1%", value_parser = precision)]
    pub false_alarms: f64,
    /// Longest that measuring in turns may take
    #[arg(long, value_name = "TIME", default_value = "10min", value_parser = time)]
    pub time: Duration,
    /// Judge a baseline of another host all the same
    #[arg(long, requires = "baseline")]
    pub allow_other_host: bool,
    /// Exit status where something is undecided: fail gives 1, warn gives 0 [default: 3]
    #[arg(long, value_enum, value_name = "HOW")]
    pub undecided: Option<Undecided>,
    /// Add the run to the history of this folder, also when it fails, and tell where figures changed for good
    #[arg(long, value_name = "DIR")]
    pub history: Option<PathBuf>,
    /// Also tell what the changes do to a scenario: bill, throughput, finality before and after
    #[arg(long, value_name = "SCENARIO")]
    pub impact: Option<String>,
    /// Design that --impact looks at [default: the scenario's base design]
    #[arg(long, value_name = "NAME", requires = "impact")]
    pub design: Option<String>,
    /// Print for a machine; github also writes the summary and the output of the step
    #[arg(long, value_enum, conflicts_with = "json")]
    pub format: Option<CheckFormat>,
}

/// What an undecided line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Undecided {
    /// As a failure
    Fail,
    /// As a pass, with a warning
    Warn,
}

/// Whom an answer is printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Annotations, `$GITHUB_STEP_SUMMARY` and `$GITHUB_OUTPUT`
    Github,
    /// JUnit's XML
    Junit,
    /// The document, as --json
    Json,
    /// Bencher Metric Format
    Bmf,
}

/// A slowdown: not below the layout of a build, which moves a time by 1 % either way, nor beyond a doubling.
fn change(text: &str) -> Result<f64, String> {
    let share = precision(text).ok().filter(|share| (0.02..=1.0).contains(share));
    share.ok_or_else(|| "give a share from 2 % to 99 %, like `5%`; rebuilding alone moves a time by 1 %".into())
}
