//! `compare --storm`: the smallest burst that a service does not recover from, and what prevents it.

use planner::{Progress, StormStudy, storm};

use super::study::Study;
use super::{Answer, Failure, command_line, ended, print};
use crate::args::{Common, Compare};
use crate::{interrupt, progress, terminal};

/// Searches for the storm of every design, prints the tables, writes the files.
pub fn run(options: &Compare, times: f64, common: &Common) -> Result<Answer, Failure> {
    let (study, _) = Study::of_cases(options, common)?;
    let cases = study.cases()?;
    let progress = Progress::until(interrupt::asked);
    let effort = study.effort(&options.chosen, common, &progress);
    let bar = progress::spinner(common);
    interrupt::note();
    let mut found: Vec<StormStudy> = Vec::new();
    for case in &cases {
        let in_hand = |what: &str| bar.set_message(format!("{} · {} · {what}", case.design, case.book));
        let of_case = storm(case, times, &effort, in_hand).map_err(Failure::because)?;
        // What was ended before its time has found nothing.
        if interrupt::asked() {
            break;
        }
        found.push(of_case);
    }
    bar.finish_and_clear();
    let ended = ended::times(found.len(), cases.len(), "designs")?;
    let answer = if ended.is_some() { Answer::Interrupted } else { Answer::Done };
    let files = match ended {
        Some(_) => Vec::new(),
        None => reports::files::write_storms(&common.out, &found, &command_line()).map_err(Failure::because)?,
    };
    if common.json {
        print(&reports::json::storms(&found).map_err(Failure::because)?)?;
        return Ok(answer);
    }
    for one in &found {
        print(&reports::table::storm(one, terminal::style()))?;
        print("\n")?;
    }
    print(&format!("seed {}\n{}\n", common.seed, ended::written(ended, &files, common)))?;
    Ok(answer)
}
