//! The options of `calibrate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::precision;

/// Options of `calibrate`.
#[derive(Debug, Args)]
pub struct Calibrate {
    /// Calibration to write, or to export [default: DIR/calibration.json, or DIR/calibration-SUITE.json and
    /// DIR/calibration-part.json for a part of the operations]; book to import into
    pub file: Option<PathBuf>,
    /// One process and only what the layered proof system needs: at most a minute on two cores
    #[arg(long)]
    pub quick: bool,
    /// Ten processes for every operation: about twenty minutes on two cores
    #[arg(long, conflicts_with = "quick")]
    pub thorough: bool,
    /// Only operations of this suite
    #[arg(long, value_name = "NAME")]
    pub suite: Option<String>,
    /// Only operations whose name matches; `*` stands for anything (repeatable)
    #[arg(long, value_name = "PATTERN")]
    pub only: Vec<String>,
    /// Start further processes until the interval of every mean is this narrow, like 2%; exit status 3 if time runs out first
    #[arg(long, value_name = "SHARE", value_parser = precision)]
    pub precision: Option<f64>,
    /// Time limit of `--precision` [default: 1, 20 or 60 by method]
    #[arg(long, value_name = "MINUTES", requires = "precision", value_parser = clap::value_parser!(u32).range(1..=1_440))]
    pub minutes: Option<u32>,
    /// Also measure your own commands, defined in a TOML file
    #[arg(long, value_name = "TOML")]
    pub operations: Option<PathBuf>,
    /// Keep the other operations that FILE has; it must be of this host and build
    #[arg(long)]
    pub merge: bool,
    /// Let a part of the operations take the place of a calibration that has more, or imported rows the places of rows with
    /// the same operation, size and machine
    #[arg(long, conflicts_with = "merge")]
    pub replace: bool,
    /// Files of other tools.
    #[command(flatten)]
    pub foreign: Foreign,
}

/// Options of `calibrate` that measure something, and so mean nothing beside files of other tools.
const MEASURING: [&str; 7] = ["quick", "thorough", "suite", "only", "precision", "operations", "merge"];

/// Options of `calibrate` for files of other tools.
#[derive(Debug, Args)]
pub struct Foreign {
    /// Measure nothing: take the figures of another tool, a file or a folder of files, into a book of published costs, FILE
    /// [default: DIR/published_costs.csv]
    #[arg(long, value_name = "PATH", requires_all = ["machine", "source"], conflicts_with_all = MEASURING)]
    pub import: Option<PathBuf>,
    /// Tool that wrote the imported file
    #[arg(long, value_enum, default_value_t = ImportFormat::Auto, requires = "import")]
    pub format: ImportFormat,
    /// Machine that the imported figures were measured on
    #[arg(long, value_name = "NAME", requires = "import")]
    pub machine: Option<String>,
    /// Source of the figures: who measured them, where and when; the path of the file is added
    #[arg(long, value_name = "TEXT", requires = "import")]
    pub source: Option<String>,
    /// Prefix for the imported names: `bls12_381` makes `bls12_381.msm` of `msm`
    #[arg(long, value_name = "PREFIX", requires = "import")]
    pub name: Option<String>,
    /// Show what would be imported, merged and passed over, and write nothing
    #[arg(long, requires = "import")]
    pub dry_run: bool,
    /// Where sizes stand in names, like `proof-gen-{size}`: 1024, 1_024, 0x400, 2^10, 1k (repeatable)
    #[arg(long, value_name = "PATTERN", requires = "import")]
    pub size_in_name: Vec<scenarios::SizePattern>,
    /// Baseline of criterion or critcmp to read [default: the last run, or the only one]
    #[arg(long, value_name = "NAME", requires = "import")]
    pub baseline: Option<String>,
    /// Unit of the times of zk-Harness, which its file may not say
    #[arg(long, value_enum, requires = "import")]
    pub unit: Option<Unit>,
    /// Measure nothing: export the calibration FILE for another tool, below DIR
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with_all = MEASURING, conflicts_with = "import")]
    pub export: Option<ExportFormat>,
}

/// Who wrote a file of measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// Recognised by its content
    Auto,
    /// estimates.json of criterion, or a folder of them
    Criterion,
    /// Export of critcmp
    Critcmp,
    /// JSON messages of cargo-criterion
    CargoCriterion,
    /// Text of Go's testing.B
    Go,
    /// Events of `go test -json`
    GoJson,
    /// Lines of Rust's libtest
    Libtest,
    /// JSON of hyperfine
    Hyperfine,
    /// Bencher Metric Format
    Bmf,
    /// JSON of zkalc
    Zkalc,
    /// JSON of csp-benchmarks
    Csp,
    /// CSV of zk-Harness
    Zkharness,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    /// Nanoseconds
    Ns,
    /// Microseconds
    Us,
    /// Milliseconds
    Ms,
    /// Seconds
    S,
}

/// Whom a calibration is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Folders of criterion, for critcmp and its kin
    Criterion,
    /// Every raw sample as a row
    Csv,
    /// Bencher Metric Format
    Bmf,
}
