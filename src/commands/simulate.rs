//! `simulate`: one design under one cost book and one sizing.

use std::path::Path;

use planner::Progress;

use super::compare::check_folder;
use super::study::{Study, opened, precise, sizing};
use super::{Answer, Failure, command_line, command_on, ended, print};
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
    // Who asks for a document alone gets no files without naming a folder.
    let writes = common.out_is_named || !common.json;
    if writes {
        check_folder(&common.out)?;
    }
    if let Some(file) = &options.timeline {
        write_timeline(file, &study, options, common)?;
        if file == Path::new("-") {
            return Ok(Answer::Done);
        }
    }
    let mut comparison = study.compare(&options.chosen, common, false)?;
    comparison.command = command_line();
    if options.redact == Some(Redacted::Prices) {
        reports::redact::prices(&mut comparison);
    }
    let Some(summary) = comparison.designs.first() else {
        return Err(Failure::because("the scenario has no such design"));
    };
    let ended = ended::designs(&comparison.designs);
    let files = match ended {
        None if writes => reports::write_all(&common.out, &comparison).map_err(Failure::because)?,
        _ => Vec::new(),
    };
    if common.json {
        print(&reports::json::outcome(summary).map_err(Failure::because)?)?;
    } else {
        if let Some(ended) = &ended {
            print(&format!("{ended}\n\n"))?;
        }
        print(&reports::table::outcome(&comparison.answer, summary, terminal::style()))?;
        print(&reports::table::objectives(&comparison.designs, terminal::style()))?;
        if ended.is_none() {
            print(&format!("\n{}\n", ended::written(None, &files, common)))?;
            let asked = (options.chosen.scenario.as_str(), &options.chosen.set[..]);
            terminal::hint(&[
                (command_on("compare", asked, &[]), "puts all designs side by side"),
                (command_on("plan", asked, &["--design", &summary.design]), "finds its cheapest fleet"),
            ]);
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
