//! `compare --vary`: every design at every value of one key, and where one overtakes another.

use planner::vary;
use scenarios::{Choice, Choices};

use super::compare::wrote;
use super::study::{Study, precise, sizing};
use super::{Answer, Failure, print};
use crate::args::{Common, Compare};
use crate::{progress, terminal};

/// Simulates all values, prints the tables, writes the files.
pub fn run(options: &Compare, choices: &str, common: &Common) -> Result<Answer, Failure> {
    let choices = Choices::parse(choices).map_err(Failure::because)?;
    let study = Study::open(&options.chosen, &options.design, &options.costs, options.sizing.map(sizing), common)?;
    let point = |choice: &Choice| {
        let scenario = study.scenario.varied(&choices.key, choice).map_err(Failure::because)?;
        Ok((choice.clone(), study.of(scenario).cases()?))
    };
    // Every value is checked before the first is simulated.
    let points: Vec<_> = choices.values.iter().map(point).collect::<Result<_, Failure>>()?;
    let bar = progress::bar(points.iter().map(|(_, cases)| cases.len() as u64).sum(), common);
    let effort = study.effort(&options.chosen, common);
    let variation = vary(&study.scenario, &choices.key, &points, &effort, &study.origin(), |done, choice, case| {
        bar.set_position(done as u64);
        bar.set_message(format!("{} · {} · {} · {}", choice.text, case.design, case.book, case.sizing.name()));
    });
    bar.finish_and_clear();
    let files = reports::files::write_variation(&common.out, &variation).map_err(Failure::because)?;
    if common.json {
        print(&reports::json::variation(&variation).map_err(Failure::because)?)?;
        return Ok(precise(variation.points.iter().flat_map(|point| &point.designs)));
    }
    print(&reports::table::variation(&variation, terminal::style()))?;
    print(&format!("\nseed {}\n{}", common.seed, wrote(&files, common)))?;
    Ok(precise(variation.points.iter().flat_map(|point| &point.designs)))
}
