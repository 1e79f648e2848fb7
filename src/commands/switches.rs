//! `compare --switches`: what each switch of the scenario does to a design, alone and together.

use planner::{Progress, SwitchStudy, switches};
use scenarios::Case;

use super::study::Study;
use super::{Answer, Failure, command_line, ended, estimate, print};
use crate::args::{Common, Compare};
use crate::{interrupt, progress, terminal};

/// Simulates the designs with each switch, prints the tables, writes the files.
pub fn run(options: &Compare, common: &Common) -> Result<Answer, Failure> {
    let (study, sizing) = Study::of_cases(options, common)?;
    if study.scenario.switches.is_empty() {
        let help = "name some in `[[switches]]`, as `proofcast list` shows for `layered`";
        let name = &study.scenario.name;
        return Err(Failure::because(format!("the scenario `{name}` has no switches\n  = help: {help}")));
    }
    let switched = |case: Case| {
        let of = study.scenario.switched(&case.design, &case.book, sizing, study.calibrations());
        Ok((case, of.map_err(Failure::because)?))
    };
    let asked: Vec<_> = study.cases()?.into_iter().map(switched).collect::<Result<_, Failure>>()?;
    let progress = Progress::until(interrupt::asked);
    let effort = study.effort(&options.chosen, common, &progress);
    let simulated = asked.iter().flat_map(|(base, of)| {
        let alone = of.each.iter().map(|one| &one.alone).filter(|alone| alone.system != base.system);
        std::iter::once(base).chain(alone).chain(&of.together)
    });
    let work = estimate::work(simulated, &effort, &options.chosen)?;
    interrupt::note();
    let found: Vec<SwitchStudy> = progress::watched(&work, &progress, common, |in_hand| {
        let begun = asked.iter().take_while(|_| !interrupt::asked());
        let found = begun.map(|(case, of)| {
            let hand = |switch: &str| in_hand(format!("{} · {} · {switch}", case.design, case.book));
            switches(case, of, &effort, &study.origin(), hand)
        });
        found.filter(|one| one.base.interrupted.is_none()).collect()
    });
    let of = asked.iter().map(|(_, of)| of.each.len()).sum();
    let ended = ended::times(found.iter().map(|one| one.alone.len()).sum(), of, "switches")?;
    let answer = if ended.is_some() { Answer::Interrupted } else { Answer::Done };
    let files = match ended {
        Some(_) => Vec::new(),
        None => reports::files::write_switches(&common.out, &found, &command_line()).map_err(Failure::because)?,
    };
    if common.json {
        print(&reports::json::switches(&found).map_err(Failure::because)?)?;
        return Ok(answer);
    }
    for one in &found {
        print(&reports::table::switches(one, terminal::style()))?;
        print("\n")?;
    }
    print(&format!("seed {}\n{}\n", common.seed, ended::written(ended, &files, common)))?;
    Ok(answer)
}
