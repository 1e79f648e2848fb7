//! No verb: measure this host if that was not done yet, compare the layered designs, report.

use planner::Comparison;

use super::{
    Answer, Failure, calibrate, command_line, ended, print,
    study::{Study, precise},
};
use crate::args::{CalibrationOf, Chosen, Common};
use crate::terminal;

/// The scenario that answers without being asked.
const SCENARIO: &str = "layered";

/// The whole way, without a file or an option of the user's.
pub fn run(common: &Common) -> Result<Answer, Failure> {
    let (path, note) = calibrate::current(common)?;
    if !common.quiet {
        terminal::tell(&format!("calibration: {note}; simulating takes about a minute"));
    }
    let mut common = common.clone();
    common.calibration.push(CalibrationOf { instance: None, path });
    let chosen = Chosen::of(SCENARIO);
    let study = Study::open(&chosen, &[], &[], None, &common)?;
    let comparison = Comparison { command: command_line(), ..study.compare(&chosen, &common, true)? };
    let ended = ended::designs(&comparison.designs);
    let files = match ended {
        Some(_) => Vec::new(),
        None => reports::write_all(&common.out, &comparison).map_err(Failure::because)?,
    };
    let answer = precise(&comparison.designs);
    if common.json {
        print(&reports::json::comparison(&comparison).map_err(Failure::because)?)?;
        return Ok(answer);
    }
    if let Some(ended) = &ended {
        print(&format!("{ended}\n\n"))?;
    }
    let style = terminal::style();
    print(&reports::table::overview(&comparison, style))?;
    let more = format!(
        "more: `proofcast compare {SCENARIO}` for every table, `proofcast claims` for every claim, `proofcast --help`"
    );
    let said = [format!("calibration: {note}"), ended::written(ended, &files, &common), String::new(), more];
    print(&said.map(|line| style.wrap(&line, 0) + "\n").concat())?;
    Ok(answer)
}
