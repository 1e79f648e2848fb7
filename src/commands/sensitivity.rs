//! `compare --sensitivity`: what moves the bill and finality most, one uncertain input at a time.

use planner::{Progress, Sensitivity, sensitivity};
use scenarios::Case;

use super::study::Study;
use super::{Answer, Failure, command_line, ended, estimate, print};
use crate::args::{Common, Compare};
use crate::{interrupt, progress, terminal};

/// Simulates both ends of every uncertain input, prints the swing tables, writes the files.
pub fn run(options: &Compare, common: &Common) -> Result<Answer, Failure> {
    let (study, sizing) = Study::of_cases(options, common)?;
    let uncertain = |case: Case| {
        let inputs = study.scenario.uncertain(&case.design, &case.book, sizing, study.calibrations());
        Ok((case, inputs.map_err(Failure::because)?))
    };
    let asked: Vec<_> = study.cases()?.into_iter().map(uncertain).collect::<Result<_, Failure>>()?;
    let progress = Progress::until(interrupt::asked);
    let effort = study.effort(&options.chosen, common, &progress);
    let moving = asked.iter().flat_map(|(base, inputs)| {
        let ends = inputs.iter().flat_map(|input| &input.cases);
        std::iter::once(base).chain(ends.filter(|case| !case.same_world(base)))
    });
    let work = estimate::work(moving, &effort, &options.chosen)?;
    interrupt::note();
    let found: Vec<Sensitivity> = progress::watched(&work, &progress, common, |in_hand| {
        let begun = asked.iter().take_while(|_| !interrupt::asked());
        let found = begun.map(|(case, inputs)| {
            let hand = |input: &str| in_hand(format!("{} · {} · {input}", case.design, case.book));
            sensitivity(case, inputs, &effort, &study.origin(), hand)
        });
        found.filter(|one| one.base.interrupted.is_none()).collect()
    });
    let inputs = |one: &Sensitivity| one.inputs.len() + one.without_effect.len();
    let of = asked.iter().map(|(_, inputs)| inputs.len()).sum();
    let ended = ended::times(found.iter().map(inputs).sum(), of, "inputs")?;
    let answer = if ended.is_some() { Answer::Interrupted } else { Answer::Done };
    let files = match ended {
        Some(_) => Vec::new(),
        None => reports::files::write_sensitivity(&common.out, &found, &command_line()).map_err(Failure::because)?,
    };
    if common.json {
        print(&reports::json::sensitivity(&found).map_err(Failure::because)?)?;
        return Ok(answer);
    }
    for one in &found {
        print(&reports::table::sensitivity(one, terminal::style()))?;
        print("\n")?;
    }
    print(&format!("seed {}\n{}\n", common.seed, ended::written(ended, &files, common)))?;
    Ok(answer)
}
