//! Proofcast: what a design of a proof system will really do and cost, before you buy it.
//!
//! ```text
//! host ──measure──▶ Measurements ──fit──▶ Calibration ┐
//! file ──parse──▶ Spec ──check──▶ Scenario ───────────┴──build──▶ World ──run──▶ Outcome × n ──▶ Summary ──▶ Report
//! ```
//!
//! **Architecture invariant:** the program reads, calls and prints; it holds no model and no statistics.

mod args;
mod commands;
mod interrupt;
mod progress;
mod terminal;

use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Verb};
use commands::{Answer, Failure};

fn main() -> ExitCode {
    let cli = parsed();
    match run(&cli) {
        Ok(answer) => {
            commands::prices::warn_of_old();
            answer.exit_code()
        }
        Err(failure) => {
            failure.print();
            failure.exit_code()
        }
    }
}

/// The command line; it ends the program where it is wrong.
fn parsed() -> Cli {
    let matches = Cli::command().get_matches();
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.common.out_is_named = matches.value_source("out") == Some(ValueSource::CommandLine);
    cli
}

fn run(cli: &Cli) -> Result<Answer, Failure> {
    if let Some(threads) = cli.common.threads {
        rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global().map_err(Failure::because)?;
    }
    match &cli.verb {
        None => commands::everything::run(&cli.common),
        Some(Verb::Calibrate(options)) => commands::calibrate::run(options, &cli.common),
        Some(Verb::New(options)) => commands::new::run(options, &cli.common),
        Some(Verb::Simulate(options)) => commands::simulate::run(options, &cli.common),
        Some(Verb::Compare(options)) => commands::compare::run(options, &cli.common),
        Some(Verb::Plan(options)) => commands::plan::run(options, &cli.common),
        Some(Verb::Claims(options)) => commands::claims::run(options, &cli.common),
        Some(Verb::Diff(options)) => commands::diff::run(options, &cli.common),
        Some(Verb::Report(options)) => commands::report::run(options, &cli.common),
        Some(Verb::Verify(options)) => commands::verify::run(options, &cli.common),
        Some(Verb::Check(options)) => commands::check::run(options, &cli.common),
        Some(Verb::List(options)) => commands::list::run(options, &cli.common),
        Some(Verb::Schema { kind }) => commands::schema::run(kind),
        Some(Verb::Completions { shell }) => commands::completions::run(*shell),
        Some(Verb::MeasureSamples) => commands::calibrate::measure_samples(),
        Some(Verb::MeasureMemory { operation, size, definition }) => {
            commands::calibrate::measure_memory(operation, *size, definition.as_deref())
        }
    }
}
