//! The command line, and nothing that needs a file.

mod calibrate;
mod check;
mod list;
mod plan;
mod results;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use calibrate::{Calibrate, ExportFormat, Foreign, ImportFormat, Unit};
pub use check::{Check, CheckFormat, Undecided};
pub use list::{List, PriceFilter, Shelf, SortBy};
pub use plan::Plan;
pub use results::{Diff, Report, Verify};

/// What a design of a proof system will really do and cost, before you buy it.
///
/// Without a verb: measures this host if that was not done yet, compares the six designs of the layered proof system
/// on claimed and on measured costs, and writes charts and data to the output folder.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 120,
    after_help = "Examples:
  proofcast                               measure this host, compare the designs
  proofcast compare layered               every table and the bills
  proofcast list prices --gpu H100        what machines cost, and who says so
  proofcast new mine.toml --from layered  start a scenario of your own

Exit status: 0 done · 1 a claim, an objective or a check failed
             2 bad input or usage · 3 undecided · 130 interrupted"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// Options of every verb.
    #[command(flatten)]
    pub common: Common,
}

/// Options of every verb.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Folder for output files
    #[arg(long, global = true, value_name = "DIR", default_value = "proofcast-out")]
    pub out: PathBuf,
    /// Calibration to use, which holds what operations cost on this host [default: DIR/calibration.json]; INSTANCE=FILE: what
    /// they cost on that machine of the price list (repeatable)
    #[arg(long, global = true, value_name = "[INSTANCE=]FILE", value_parser = calibration_of)]
    pub calibration: Vec<CalibrationOf>,
    /// Your prices, which take the place of those of the library for the same machine: a CSV table with at least the columns
    /// provider, instance and usd_per_hour (repeatable; the last wins)
    #[arg(long, global = true, value_name = "FILE")]
    pub prices: Vec<PathBuf>,
    /// Random seed
    #[arg(long, global = true, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Number of threads, at most 1024; results do not depend on it [default: all]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Print a single JSON document, and nothing else, to standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Show no progress
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Whether the command line names the folder.
    #[arg(skip)]
    pub out_is_named: bool,
}

/// What is left out of an answer that leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Redacted {
    /// Money: prices, discounts, amounts and who gave the prices; machines, quantities and times stay
    Prices,
}

impl Common {
    /// The calibration file of the host: the one that was named, or the one in the output folder.
    pub fn calibration_path(&self) -> PathBuf {
        self.named_calibration().map_or_else(|| self.out.join("calibration.json"), Path::to_owned)
    }

    /// The calibration file of the host, where one was named.
    pub fn named_calibration(&self) -> Option<&Path> {
        self.calibration.iter().rev().find(|one| one.instance.is_none()).map(|one| one.path.as_path())
    }
}

/// A calibration file, and the machine that it stands for.
#[derive(Debug, Clone)]
pub struct CalibrationOf {
    /// Instance of the price list, or the validators' machine; nothing: the host of the study.
    pub instance: Option<String>,
    /// The file.
    pub path: PathBuf,
}

/// `FILE` or `INSTANCE=FILE`. An instance holds no path separator, so that a file may hold an equals sign: `./a=b.json`.
fn calibration_of(text: &str) -> Result<CalibrationOf, String> {
    match text.split_once('=') {
        Some((instance, path)) if !instance.contains('/') => match (instance.trim(), path) {
            ("", _) | (_, "") => Err("give a file, or an instance and its file, like `c7i.16xlarge=big.json`".into()),
            (instance, path) => Ok(CalibrationOf { instance: Some(instance.to_owned()), path: path.into() }),
        },
        _ => Ok(CalibrationOf { instance: None, path: text.into() }),
    }
}

/// One verb per question.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Measure what signing, verifying and proving cost on this host
    #[command(after_help = "Examples:
  proofcast calibrate --quick
  proofcast calibrate --suite policies --precision 2%
  proofcast calibrate --merge --operations own.toml --only my_prover
  proofcast calibrate --import estimates.json --machine 'EPYC 9654' --source 'our lab, 2026-11'
  proofcast calibrate --export criterion

Without --quick or --thorough: three processes, two for costly operations, about eight minutes on two
cores. Ctrl-C keeps what was measured in a file beside it that says that it is partial.")]
    Calibrate(Calibrate),
    /// Start a scenario of your own
    #[command(after_help = "Examples:
  proofcast new mine.toml --from layered
  proofcast new mine.toml --from layered && proofcast compare mine.toml")]
    New(New),
    /// Simulate one design: every figure, its bill by line, and every input with its source
    #[command(after_help = "Examples:
  proofcast simulate layered --design gpu
  proofcast simulate layered --design gpu --out review
  proofcast simulate layered --set load.rate=5k --precision 2%

Writes what compare does: report.html, a page to send around, with tables,
charts, the bill in four forms. With --json only where --out names a folder.")]
    Simulate(Simulate),
    /// Compare all designs, or several scenarios: bill, load that they carry, finality; tables, charts and files
    #[command(after_help = "Examples:
  proofcast compare layered
  proofcast compare layered mine.toml proof-service --set load.rate=30/s
  proofcast compare mine.toml --prices contract.csv --costs measured
  proofcast compare layered --vary load.rate=5k,10k,50k,100k --costs measured
  proofcast compare layered --vary load.rate=1k..100k:log:9 --vary chain.shards=8,16,32
  proofcast compare prover-market --sample 256
  proofcast compare layered --sensitivity --design gpu
  proofcast compare layered --switches --design combined

All designs see the same random events, so that their differences are their own.
The bill of each is written by line: bill.csv, bill-focus.csv, bill.md,
bill.xlsx and a chart.")]
    Compare(Compare),
    /// Plan the cheapest fleet that meets the objectives, with a certificate
    #[command(after_help = "Examples:
  proofcast plan proof-service --costs claimed
  proofcast plan proof-service --objective 'sojourn.p99 <= 1s' --set load.rate=50/s
  proofcast plan layered --design combined --costs claimed
  proofcast plan mine.toml --budget 25k/month --choose step.0.batch.most=1,8,32
  proofcast plan mine.toml --verify proofcast-out/plan.json --seed 7

The fleet is tested again on fresh random numbers, and so is the failure of
cheaper ones. Exit status: 0 certified, 1 no fleet meets the objectives,
3 undecided or not certified.")]
    Plan(Plan),
    /// Check every published claim: verdict, claimed, found, evidence
    #[command(after_help = "Examples:
  proofcast claims
  proofcast claims layered --strict --json

Without a name: the figures of all systems of the library, layered, policies and keys. A name is that of a scenario, of
a file of claims in the library, or the path of either.")]
    #[command(mut_arg("scenario", |name| name.default_value(ALL)))]
    Claims(Claims),
    /// Hold two results against each other: what changed in inputs, figures, the bill and verdicts
    #[command(after_help = "Examples:
  proofcast diff before after
  proofcast diff before after --markdown >> $GITHUB_STEP_SUMMARY
  proofcast diff main/outcome.json proofcast-out --all --out review

Nothing is simulated: A and B are folders that simulate, compare or plan wrote
with --out, or their documents. Results of one seed and as many replications
are paired replication by replication. With --out: diff.md, diff.html, diff.json.")]
    Diff(Diff),
    /// Draw page, charts and tables again from the documents in a folder, without simulating
    #[command(after_help = "Examples:
  proofcast report review
  proofcast report proofcast-out --out drawn-again

Reads outcome.json, plan.json and claims.json, which simulate, compare, plan
and claims leave in --out DIR, and writes what they wrote beside them.")]
    Report(Report),
    /// Make a stored result again from what it says of itself: the same bytes, or what differs
    #[command(after_help = "Examples:
  proofcast verify review
  proofcast verify review/outcome.json

Runs the command that is kept in outcome.json, plan.json or claims.json, in a
folder of its own. Scenario, prices and calibration must be where they were; a
calibration beside the document is taken where the command names none.
Exit status: 0 the same bytes, 1 another result, 2 it cannot be made again.")]
    Verify(Verify),
    /// Check measured figures in CI: against limits, an earlier calibration, or another version
    #[command(after_help = "Examples:
  proofcast check --budgets s3
  proofcast check new.json --baseline old.json
  proofcast check --against ./target-old/release/proofcast --only 'ml_dsa_65.*'
  proofcast check --operations operations.toml --against './old/prove {size}'
  proofcast check --baseline old/criterion --candidate target/criterion

Exit status: 0 all lines pass, 1 one fails, 3 one is undecided (--undecided).")]
    Check(Check),
    /// List what ships with the program: scenarios, operations, prices, hardware (published costs), spot machines
    #[command(after_help = "Examples:
  proofcast list scenarios
  proofcast list scenario layered
  proofcast list prices --gpu H100 --sort price
  proofcast list prices --market spot --sort usd-per-core
  proofcast list prices --prices mine.csv --json
  proofcast list prices --services
  proofcast list spot")]
    List(List),
    /// Print the JSON schema of scenario files
    #[command(after_help = "Examples:
  proofcast schema > scenario.schema.json
  proofcast schema service | less")]
    Schema {
        /// Kind of system
        #[arg(value_name = "KIND", default_value = "layered", value_parser = scenarios::KINDS)]
        kind: String,
    },
    /// Print completions for a shell
    #[command(after_help = "Examples:
  proofcast completions bash > /etc/bash_completion.d/proofcast
  proofcast completions fish | source")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Measure what standard input asks for, in a process of its own
    #[command(hide = true)]
    MeasureSamples,
    /// Measure the peak memory of one operation in a process of its own
    #[command(hide = true)]
    MeasureMemory {
        /// Name of the operation
        operation: String,
        /// Its size
        size: u64,
        /// Its definition as JSON, if it is one of the user's own
        definition: Option<String>,
    },
}

/// Options of `new`.
#[derive(Debug, Args)]
pub struct New {
    /// File to write; must not exist
    pub file: PathBuf,
    /// Scenario of the library to start from
    #[arg(long, value_name = "SCENARIO", default_value = "layered")]
    pub from: String,
}

/// A scenario with what is changed in it.
#[derive(Debug, Clone, Args)]
pub struct Chosen {
    /// Name in the library, or path of a file
    #[arg(default_value = "layered")]
    pub scenario: String,
    /// Override an input of the scenario, like `load.rate=5k` or `horizon=30d` (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Rent no spot machines, which the provider may take back: refuse a scenario that does, as `--set prices.spot=false`
    #[arg(long)]
    pub no_spot: bool,
    /// Independent replications [default: the scenario's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), conflicts_with = "precision")]
    pub replications: Option<u32>,
    /// Replicate until the noise of the mean finality is this small, like 2%; exit status 3 where it does not get there
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    pub precision: Option<f64>,
    /// Add no replications for `--precision` after this time, like 60s or 10min [default: no limit but 10,000 replications]
    #[arg(long, value_name = "TIME", requires = "precision", value_parser = time)]
    pub time: Option<Duration>,
    /// Simulate transactions one by one or in cohorts
    #[arg(long, value_enum, default_value_t = Resolution::Cohort)]
    pub resolution: Resolution,
    /// Also start runs estimated to take more than an hour, or more than half of the memory
    #[arg(long)]
    pub yes: bool,
}

impl Chosen {
    /// A scenario as it is.
    pub fn of(scenario: &str) -> Self {
        Self {
            scenario: scenario.to_owned(),
            set: Vec::new(),
            no_spot: false,
            replications: None,
            precision: None,
            time: None,
            resolution: Resolution::Cohort,
            yes: false,
        }
    }
}

/// Options of `simulate`.
#[derive(Debug, Args)]
pub struct Simulate {
    /// What to simulate.
    #[command(flatten)]
    pub chosen: Chosen,
    /// Design to simulate: an alternative that the scenario describes [default: its base design]
    #[arg(long, value_name = "NAME")]
    pub design: Option<String>,
    /// Cost book to use, like `measured` (on this host) or `claimed` (by the authors) [default: measured, or the only one]
    #[arg(long, value_name = "BOOK")]
    pub costs: Option<String>,
    /// How many machines: those that the source of the design names, or as few as carry the load
    #[arg(long, value_enum, default_value_t = Sizing::Sized)]
    pub sizing: Sizing,
    /// Write a timeline of the first replication for a trace viewer (Perfetto), for short horizons; `-` writes it to
    /// standard output, and nothing else
    #[arg(long, value_name = "FILE")]
    pub timeline: Option<PathBuf>,
    /// Leave out of tables, JSON and files what others must not see
    #[arg(long, value_enum, value_name = "WHAT")]
    pub redact: Option<Redacted>,
}

/// Options of `compare`.
#[derive(Debug, Clone, Args)]
pub struct Compare {
    /// What to compare.
    #[command(flatten)]
    pub chosen: Chosen,
    /// Further scenarios, also of other kinds, to be put beside it on the figures that they share
    #[arg(value_name = "SCENARIO", conflicts_with_all = ["base", "sensitivity", "switches", "storm", "redact"])]
    pub others: Vec<String>,
    /// Only this design (repeatable); of several scenarios also SCENARIO/DESIGN
    #[arg(long, value_name = "NAME")]
    pub design: Vec<String>,
    /// Only this cost book, like `measured` or `claimed` (repeatable)
    #[arg(long, value_name = "BOOK")]
    pub costs: Vec<String>,
    /// Only one number of machines: those that the source names, or as few as carry the load [default: both; of several
    /// scenarios sized]
    #[arg(long, value_enum)]
    pub sizing: Option<Sizing>,
    /// Baseline design of all differences [default: the scenario's]
    #[arg(long, value_name = "DESIGN")]
    pub base: Option<String>,
    /// Sweep a key: every design at every value, like `load.rate=5k,50k,100k`, or of a range, like `load.rate=1k/s..100k/s:log:9`
    /// (without `log:` at equal distances), and the crossovers between them. Of several keys (repeat it) all combinations, up to
    /// 10,000 [sizing of several keys: sized]
    #[arg(long, value_name = "KEY=VALUE,…", conflicts_with = "base")]
    pub vary: Vec<String>,
    /// Sweep the points of a CSV file instead: its first line names keys, every other line is a point
    #[arg(long, value_name = "FILE", conflicts_with_all = ["vary", "base", "others"])]
    pub points: Option<PathBuf>,
    /// Sweep so many points instead that fill the ranges of the scenario's `[sensitivity]` evenly, up to 10,000 (a Latin hypercube,
    /// drawn by the seed): which key decides
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=10_000),
        conflicts_with_all = ["vary", "points", "base", "others"])]
    pub sample: Option<u32>,
    /// Sensitivity study: which inputs move the bill and finality most, each at both ends of its range [default: of the base
    /// design, on measured costs, sized]
    #[arg(long, conflicts_with_all = ["base", "vary", "points", "sample"])]
    pub sensitivity: bool,
    /// Switch study (ablation): what each optimisation does, alone and with all others [default: of the base design, on
    /// measured costs, sized]
    #[arg(long, conflicts_with_all = ["base", "vary", "points", "sample", "sensitivity"])]
    pub switches: bool,
    /// Storm study of a service: the smallest burst of TIMES times its load after which retries keep it saturated, and what
    /// prevents that [default: 3 times; of the base design, on measured costs, sized]
    #[arg(long, value_name = "TIMES", num_args = 0..=1, default_missing_value = "3", value_parser = times, require_equals = true,
        conflicts_with_all = ["base", "vary", "points", "sample", "sensitivity", "switches"])]
    pub storm: Option<f64>,
    /// Leave out of tables, JSON and files what others must not see
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with_all = ["vary", "points", "sample", "sensitivity", "switches", "storm"])]
    pub redact: Option<Redacted>,
    /// Show every claim, also those that hold or cannot be tested
    #[arg(long)]
    pub all: bool,
}

/// What stands for every system whose claims the library has.
pub const ALL: &str = "all";

/// Options of `claims`.
#[derive(Debug, Args)]
pub struct Claims {
    /// What to check.
    #[command(flatten)]
    pub chosen: Chosen,
    /// Also write the findings to this file [default: DIR/claims.md]
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Maximum replications of a design to decide a claim near its bound, at an error rate of 5 %
    /// [default: sixteen times the first]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub budget: Option<u32>,
    /// Show every claim, also those that hold or cannot be tested
    #[arg(long)]
    pub all: bool,
    /// Exit with 1 when a claim fails or is inconsistent or an objective is missed, 3 when one is open
    #[arg(long)]
    pub strict: bool,
}

/// Whether transactions are simulated one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Resolution {
    /// Every transaction is an entity
    Transaction,
    /// Transactions that share a fate are one entity
    Cohort,
}

/// How many units every stage has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sizing {
    /// The machines that the source names
    Specified,
    /// As few as carry the offered load; where the scenario leaves the machine open, the kind that costs least
    Sized,
}

/// A time of the clock on the wall: `60s`, `10min`, `1h`.
fn time(text: &str) -> Result<Duration, String> {
    let seconds = scenarios::seconds(text).filter(|seconds| *seconds > 0.0 && *seconds <= 30.0 * 86_400.0);
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "give a time up to 30d, like `60s` or `10min`".into())
}

/// A factor above 1, up to a thousand.
fn times(text: &str) -> Result<f64, String> {
    let times = text.trim().trim_end_matches(['x', '×']).parse::<f64>().ok();
    times
        .filter(|times| *times > 1.0 && *times <= 1e3)
        .ok_or_else(|| "give a factor above 1, up to 1000, like 3".into())
}

/// A share above 0 and below 1: `2%` or `0.02`.
fn precision(text: &str) -> Result<f64, String> {
    let trimmed = text.trim();
    let value = match trimmed.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => trimmed.parse(),
    };
    match value {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err("give a share between 0 and 1, like `2%` or `0.02`".into()),
    }
}
