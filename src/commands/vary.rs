//! `compare --vary`: every design at every value of one key, and where one overtakes another.

use planner::{Progress, vary};
use scenarios::{Choice, Choices};

use super::study::{Study, precise};
use super::{Answer, Failure, command_line, ended, estimate, print};
use crate::args::{Common, Compare};
use crate::{interrupt, progress, terminal};

/// Simulates all values, prints the tables, writes the files.
pub fn run(options: &Compare, choices: &str, common: &Common) -> Result<Answer, Failure> {
    let choices = Choices::parse(choices).map_err(Failure::because)?;
    let study = Study::of_comparison(options, common)?;
    let point = |choice: &Choice| {
        let scenario = study.scenario.varied(&choices.key, choice).map_err(Failure::because)?;
        Ok((choice.clone(), study.of(scenario).cases()?))
    };
    // Every value is checked before the first is simulated.
    let points: Vec<_> = choices.values.iter().map(point).collect::<Result<_, Failure>>()?;
    let progress = Progress::until(interrupt::asked);
    let effort = study.effort(&options.chosen, common, &progress);
    let work = estimate::work(points.iter().flat_map(|(_, cases)| cases), &effort, &options.chosen)?;
    interrupt::note();
    let sweep = progress::watched(&work, &progress, common, |in_hand| {
        vary(&study.scenario, &choices.key, &points, &effort, &study.origin(), |choice, case| {
            in_hand(format!("{} · {} · {} · {}", choice.text, case.design, case.book, case.sizing.name()));
        })
    });
    let ended = ended::times(sweep.points.len(), points.len(), "values")?;
    study.tell_other_questions(&options.design);
    let files = match ended {
        Some(_) => Vec::new(),
        None => reports::files::write_sweep(&common.out, &sweep, &command_line()).map_err(Failure::because)?,
    };
    if common.json {
        print(&reports::json::sweep(&sweep).map_err(Failure::because)?)?;
        return Ok(precise(sweep.points.iter().flat_map(|point| &point.designs)));
    }
    print(&reports::table::sweep(&sweep, terminal::style()))?;
    print(&format!("\nseed {}\n{}\n", common.seed, ended::written(ended, &files, common)))?;
    Ok(precise(sweep.points.iter().flat_map(|point| &point.designs)))
}
