//! `compare`: all designs side by side, on common random numbers.

use std::path::{Path, PathBuf};

use calibrate::whole;
use planner::Comparison;

use super::study::{Study, precise, sizing};
use super::{Answer, Failure, print};
use crate::args::{Common, Compare};
use crate::terminal;

/// Compares, prints the tables, writes the files.
pub fn run(options: &Compare, common: &Common) -> Result<Answer, Failure> {
    check_folder(&common.out)?;
    if let Some(choices) = &options.vary {
        return super::vary::run(options, choices, common);
    }
    if options.sensitivity {
        return super::sensitivity::run(options, common);
    }
    if options.switches {
        return super::switches::run(options, common);
    }
    let mut study = Study::open(&options.chosen, &options.design, &options.costs, options.sizing.map(sizing), common)?;
    if let Some(base) = &options.base {
        study.set_base(base)?;
    }
    let comparison = study.compare(&options.chosen, common, true)?;
    show(&comparison, common, None)?;
    Ok(precise(&comparison.designs))
}

/// Prints a comparison with its verdicts and writes its files; `note` goes below the tables.
pub fn show(comparison: &Comparison, common: &Common, note: Option<&str>) -> Result<(), Failure> {
    let files = reports::write_all(&common.out, comparison).map_err(Failure::because)?;
    if common.json {
        return print(&reports::json::comparison(comparison).map_err(Failure::because)?);
    }
    let style = terminal::style();
    print(&reports::table::comparison(comparison, style))?;
    print(&reports::table::objectives(&comparison.designs, style))?;
    let findings = comparison.designs.iter().flat_map(|summary| &summary.claims);
    let claims = reports::table::claims(findings, style);
    if !claims.is_empty() {
        print(&format!("\n{claims}"))?;
    }
    let seed = comparison.designs.first().map_or(common.seed, |summary| summary.seed);
    print(&format!("\nseed {seed}\n"))?;
    if let Some(note) = note {
        print(&format!("calibration: {note}\n"))?;
    }
    print(&wrote(&files, common))
}

/// The last line: what was written, and where.
pub(super) fn wrote(files: &[PathBuf], common: &Common) -> String {
    format!("wrote {} to {}\n", reports::files::in_words(files), common.out.display())
}

/// Finds out that the folder cannot be made or written to before minutes are spent on simulating.
pub(super) fn check_folder(folder: &Path) -> Result<(), Failure> {
    let advice = "choose another folder with `--out DIR`";
    match folder.ancestors().find(|path| path.exists()) {
        Some(path) if !path.is_dir() => Err(Failure::because(format!(
            "cannot write to {}: {} is a file; remove it, or {advice}",
            folder.display(),
            path.display()
        ))),
        _ => whole::try_folder(folder)
            .map_err(|error| Failure::because(format!("cannot write to {}: {error}; {advice}", folder.display()))),
    }
}
