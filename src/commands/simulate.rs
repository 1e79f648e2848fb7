//! `simulate`: one design under one cost book and one sizing.

use std::path::Path;

use planner::{Progress, Summary};

use super::compare::check_folder;
use super::study::{Study, opened, precise, sizing};
use super::{Answer, Failure, ended, print};
use crate::args::{Common, Redacted, Simulate};
use crate::terminal;

/// Simulates the design and prints its numbers.
pub fn run(options: &Simulate, common: &Common) -> Result<Answer, Failure> {
    if common.json && options.timeline.as_deref() == Some(Path::new("-")) {
        return Err(Failure::because("`--timeline -` and `--json` both write to standard output; name a file for one"));
    }
    let scenario = opened(&options.chosen, common)?;
    let design = options.design.clone().unwrap_or_else(|| scenario.base.clone());
    let books: Vec<&str> = scenario.books().collect();
    let book = match (&options.costs, &books[..]) {
        (Some(named), _) => named.clone(),
        (None, [only]) => (*only).to_owned(),
        (None, _) => "measured".to_owned(),
    };
    let study = Study::of_scenario(scenario, &[design], &[book], Some(sizing(options.sizing)), common)?;
    // The bill is written below a folder that is named, a market always.
    if common.out_is_named || study.cases()?.iter().any(|case| case.economy.market.is_some()) {
        check_folder(&common.out)?;
    }
    if let Some(file) = &options.timeline {
        write_timeline(file, &study, options, common)?;
        if file == Path::new("-") {
            return Ok(Answer::Done);
        }
    }
    let mut comparison = study.compare(&options.chosen, common, false)?;
    if options.redact == Some(Redacted::Prices) {
        reports::redact::prices(&mut comparison);
    }
    let Some(summary) = comparison.designs.first() else {
        return Err(Failure::because("the scenario has no such design"));
    };
    let ended = ended::designs(&comparison.designs);
    let files = match ended {
        Some(_) => Vec::new(),
        None if common.out_is_named => {
            reports::files::write_outcome(&common.out, &comparison).map_err(Failure::because)?
        }
        None => reports::files::write_market(&common.out, &comparison).map_err(Failure::because)?,
    };
    if common.json {
        print(&reports::json::outcome(summary).map_err(Failure::because)?)?;
    } else {
        if let Some(ended) = ended {
            print(&format!("{ended}\n\n"))?;
        }
        print(&reports::table::outcome(&comparison.answer, summary, terminal::style()))?;
        print(&reports::table::objectives(&comparison.designs, terminal::style()))?;
        if !files.is_empty() {
            let some = |of: fn(&Summary) -> bool| comparison.designs.iter().any(of);
            let written = [
                (common.out_is_named, "the bill by line"),
                (common.out_is_named && some(|summary| summary.fleet_course.is_some()), "its machines over time"),
                (some(|summary| !summary.series.is_empty()), "the prover market by the month"),
            ];
            let written: Vec<&str> = written.into_iter().filter(|(is, _)| *is).map(|(_, what)| what).collect();
            print(&format!("\nwrote {} to {}\n", planner::listed(&written), common.out.display()))?;
        }
    }
    Ok(precise(&comparison.designs))
}

/// Writes what happens in the first replication of the one case.
fn write_timeline(file: &Path, study: &Study, options: &Simulate, common: &Common) -> Result<(), Failure> {
    let cases = study.cases()?;
    let Some(case) = cases.first() else { return Err(Failure::because("the scenario has no such design")) };
    let progress = Progress::until(|| false);
    let timeline =
        planner::timeline(case, &study.effort(&options.chosen, common, &progress)).map_err(Failure::because)?;
    let title = format!("{} · {} · {} · {}", study.scenario.name, case.design, case.book, case.sizing.name());
    let text = reports::timeline::chrome_trace(&timeline, &title);
    if file == Path::new("-") {
        return print(&text);
    }
    reports::files::write(file, text.as_bytes()).map_err(Failure::because)?;
    if !common.json {
        let size = timeline.size();
        let wrote = format!("wrote {} with {size}; open it in a trace viewer such as Perfetto", file.display());
        print(&format!("{}\n\n", terminal::style().wrap(&wrote, 0)))?;
    }
    Ok(())
}
