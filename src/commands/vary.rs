//! `compare --vary`: every design at every value of one key, and where one overtakes another.

use planner::{Progress, vary};
use scenarios::Points;

use super::study::{Study, precise};
use super::swept::Swept;
use super::{Answer, Failure, command_line, ended, print};
use crate::args::{Common, Compare};
use crate::{interrupt, progress, terminal};

/// Simulates all values, prints the tables, writes the files.
pub fn run(options: &Compare, choices: &str, common: &Common) -> Result<Answer, Failure> {
    let points = Points::product(&[choices.to_owned()]).map_err(Failure::because)?;
    let study = Study::of_comparison(options, common)?;
    let values: Vec<_> = points.values.iter().flatten().cloned().collect();
    let progress = Progress::until(interrupt::asked);
    let effort = study.effort(&options.chosen, common, &progress);
    let swept = Swept::of(&study, &points);
    let work = swept.work(&effort, &options.chosen, common)?;
    interrupt::note();
    let sweep = progress::watched(&work, &progress, common, |in_hand| {
        let hand = |value: usize, case: &scenarios::Case| {
            in_hand(format!("{} · {} · {} · {}", values[value].text, case.design, case.book, case.sizing.name()));
        };
        let of_key = (points.keys[0].as_str(), &values[..]);
        vary(&study.scenario, of_key, |value| swept.cases(value), (&effort, &study.origin()), hand)
    });
    let sweep = sweep.map_err(Failure::because)?;
    let ended = ended::times(sweep.points.len(), values.len(), "values")?;
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
