//! `compare --sensitivity`: what moves the bill and finality most, one uncertain input at a time.

use planner::{Sensitivity, sensitivity};

use super::compare::wrote;
use super::study::Study;
use super::{Answer, Failure, print};
use crate::args::{Common, Compare};
use crate::{progress, terminal};

/// Simulates both ends of every uncertain input, prints the swing tables, writes the files.
pub fn run(options: &Compare, common: &Common) -> Result<Answer, Failure> {
    let (study, sizing) = Study::of_cases(options, common)?;
    let effort = study.effort(&options.chosen, common);
    let mut found: Vec<Sensitivity> = Vec::new();
    for case in study.cases()? {
        let inputs = study
            .scenario
            .uncertain(&case.design, &case.book, sizing, study.calibrations())
            .map_err(Failure::because)?;
        let bar = progress::bar(1 + 2 * inputs.len() as u64, common);
        found.push(sensitivity(&case, &inputs, &effort, &study.origin(), |done, input| {
            bar.set_position(done as u64);
            bar.set_message(format!("{} · {} · {input}", case.design, case.book));
        }));
        bar.finish_and_clear();
    }
    let files = reports::files::write_sensitivity(&common.out, &found).map_err(Failure::because)?;
    if common.json {
        print(&reports::json::sensitivity(&found).map_err(Failure::because)?)?;
        return Ok(Answer::Done);
    }
    for one in &found {
        print(&reports::table::sensitivity(one, terminal::style()))?;
        print("\n")?;
    }
    print(&format!("seed {}\n{}", common.seed, wrote(&files, common)))?;
    Ok(Answer::Done)
}
