//! `compare`: all designs side by side, on common random numbers.

use std::path::Path;

use calibrate::whole;
use planner::Comparison;

use super::study::{Study, precise};
use super::{Answer, Failure, command_line, command_on, ended, print};
use crate::args::{Common, Compare, Redacted};
use crate::terminal;

/// Compares, prints the tables, writes the files.
pub fn run(options: &Compare, common: &Common) -> Result<Answer, Failure> {
    check_folder(&common.out)?;
    if !options.others.is_empty() {
        return super::side_by_side::run(options, common);
    }
    match (&options.vary[..], &options.points, options.sample) {
        ([], None, None) => {}
        ([one], None, None) => return super::vary::run(options, one, common),
        (several, file, sample) => return super::experiment::run(options, (several, file.as_deref(), sample), common),
    }
    if options.sensitivity {
        return super::sensitivity::run(options, common);
    }
    if options.switches {
        return super::switches::run(options, common);
    }
    if let Some(times) = options.storm {
        return super::storm::run(options, times, common);
    }
    let study = Study::of_comparison(options, common)?;
    let mut comparison = study.compare(&options.chosen, common, true)?;
    study.tell_other_questions(&options.design);
    comparison.command = command_line();
    if options.redact == Some(Redacted::Prices) {
        reports::redact::prices(&mut comparison);
    }
    show(&comparison, options, common)
}

/// Prints a comparison with its verdicts and writes its files. One that was interrupted is printed only: the files of a complete
/// one stay.
fn show(comparison: &Comparison, options: &Compare, common: &Common) -> Result<Answer, Failure> {
    let ended = ended::designs(&comparison.designs);
    let files = match ended {
        Some(_) => Vec::new(),
        None => reports::write_all(&common.out, comparison).map_err(Failure::because)?,
    };
    let answer = precise(&comparison.designs);
    if common.json {
        print(&reports::json::comparison(comparison).map_err(Failure::because)?)?;
        return Ok(answer);
    }
    let style = terminal::style();
    if let Some(ended) = &ended {
        print(&format!("{ended}\n\n"))?;
    }
    print(&reports::table::comparison(comparison, style))?;
    print(&reports::table::objectives(&comparison.designs, style))?;
    let findings = comparison.designs.iter().flat_map(|summary| &summary.claims);
    let claims = reports::table::claims(findings, options.all, style);
    if !claims.is_empty() {
        print(&format!("\n{claims}"))?;
    }
    let seed = comparison.designs.first().map_or(common.seed, |summary| summary.seed);
    print(&format!("\nseed {seed}\n"))?;
    let is_complete = ended.is_none();
    print(&format!("{}\n", ended::written(ended, &files, common)))?;
    if is_complete {
        let asked = (options.chosen.scenario.as_str(), &options.chosen.set[..]);
        terminal::hint(&[
            (command_on("compare", asked, &["--sensitivity"]), "says what moves the bill"),
            (command_on("plan", asked, &["--design", &comparison.base]), "finds the cheapest fleet of the base"),
        ]);
    }
    Ok(answer)
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
