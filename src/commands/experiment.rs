//! `compare` over several keys (`--vary` several times, `--points`, `--sample`): which design is best where, and which key decides.

use std::path::Path;

use planner::{Experiment, Progress, experiment};
use scenarios::{Case, Points};

use super::study::Study;
use super::swept::Swept;
use super::{Answer, Failure, command_line, ended, print};
use crate::args::{Common, Compare, Sizing};
use crate::{interrupt, progress, terminal};

/// What is asked for: values of keys, a file of points, or a number of points to sample.
type Asked<'a> = (&'a [String], Option<&'a Path>, Option<u32>);

/// Simulates all points, prints the tables, writes the files.
pub fn run(options: &Compare, (vary, file, sample): Asked<'_>, common: &Common) -> Result<Answer, Failure> {
    // Twice as many cases would say what one number of machines does at every point.
    let options = &Compare { sizing: options.sizing.or(Some(Sizing::Sized)), ..options.clone() };
    let given = match file {
        Some(path) => Some(Points::read(path)),
        None if sample.is_none() => Some(Points::product(vary)),
        None => None,
    };
    let given = given.transpose().map_err(Failure::because)?;
    let study = Study::of_comparison(options, common)?;
    let points = match given {
        Some(points) => points,
        None => Points::sampled(&study.scenario, &study.selection.books, sample.unwrap_or(0) as usize, common.seed)
            .map_err(Failure::because)?,
    };
    let progress = Progress::until(interrupt::asked);
    let effort = study.effort(&options.chosen, common, &progress);
    let swept = Swept::of(&study, &points);
    let work = swept.work(&effort, &options.chosen, common)?;
    interrupt::note();
    let of = points.values.len();
    let found = progress::watched(&work, &progress, common, |in_hand| {
        let hand = |point: usize, case: &Case| {
            in_hand(format!("point {} of {of} · {} · {}", point + 1, case.design, case.book));
        };
        experiment(&study.scenario, &points, |point| swept.cases(point), (&effort, &study.origin()), hand)
    });
    let found = found.map_err(Failure::because)?;
    let ended = ended::times(found.points.len(), of, "points")?;
    study.tell_other_questions(&options.design);
    let answer = if ended.is_some() { Answer::Interrupted } else { precise(&found) };
    let files = match ended {
        Some(_) => Vec::new(),
        None => reports::files::write_experiment(&common.out, &found, &command_line()).map_err(Failure::because)?,
    };
    if common.json {
        print(&reports::json::experiment(&found).map_err(Failure::because)?)?;
        return Ok(answer);
    }
    print(&reports::table::experiment(&found, terminal::style()))?;
    print(&format!("\nseed {}\n{}\n", common.seed, ended::written(ended, &files, common)))?;
    Ok(answer)
}

/// How an answer ends whose precision was asked for: undecided where it was not reached everywhere, which is said.
fn precise(found: &Experiment) -> Answer {
    let outcomes = || found.points.iter().flat_map(|point| &point.outcomes);
    let short = outcomes().filter(|one| one.precision.is_some_and(|precision| !precision.is_enough())).count();
    if short == 0 {
        return Answer::Done;
    }
    let all = outcomes().count();
    terminal::tell(&format!(
        "the precision was not reached in {short} of {all} outcomes; give it more `--time`, or ask for less"
    ));
    Answer::Undecided
}
