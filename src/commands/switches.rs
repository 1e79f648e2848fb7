//! `compare --switches`: what each switch of the scenario does to a design, alone and together.

use planner::{SwitchStudy, switches};

use super::compare::wrote;
use super::study::Study;
use super::{Answer, Failure, print};
use crate::args::{Common, Compare};
use crate::{progress, terminal};

/// Simulates the designs with each switch, prints the tables, writes the files.
pub fn run(options: &Compare, common: &Common) -> Result<Answer, Failure> {
    let (study, sizing) = Study::of_cases(options, common)?;
    if study.scenario.switches.is_empty() {
        let help = "name some in `[[switches]]`, as `proofcast list` shows for `layered`";
        let name = &study.scenario.name;
        return Err(Failure::because(format!("the scenario `{name}` has no switches\n  = help: {help}")));
    }
    let effort = study.effort(&options.chosen, common);
    let mut found: Vec<SwitchStudy> = Vec::new();
    for case in study.cases()? {
        let of = study.scenario.switched(&case.design, &case.book, sizing, study.calibrations());
        let of = of.map_err(Failure::because)?;
        let bar = progress::bar(2 + of.each.len() as u64, common);
        found.push(switches(&case, &of, &effort, &study.origin(), |done, switch| {
            bar.set_position(done as u64);
            bar.set_message(format!("{} · {} · {switch}", case.design, case.book));
        }));
        bar.finish_and_clear();
    }
    let files = reports::files::write_switches(&common.out, &found).map_err(Failure::because)?;
    if common.json {
        print(&reports::json::switches(&found).map_err(Failure::because)?)?;
        return Ok(Answer::Done);
    }
    for one in &found {
        print(&reports::table::switches(one, terminal::style()))?;
        print("\n")?;
    }
    print(&format!("seed {}\n{}", common.seed, wrote(&files, common)))?;
    Ok(Answer::Done)
}
