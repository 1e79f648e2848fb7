//! The report of a suite that was asked for: what its source claims, beside what was found.

use calibrate::Calibration;
use reports::suites::{keys, policies};

use crate::args::Common;
use crate::commands::{Failure, print};
use crate::terminal;

/// Prints the report of the suite and writes its files, where it has one; prints nothing where one document is wanted.
pub fn report(suite: Option<&str>, calibration: &Calibration, common: &Common) -> Result<(), Failure> {
    let style = terminal::style();
    let claims = |suite| scenarios::claims_of(suite).map(Option::unwrap_or_default).map_err(Failure::because);
    match suite {
        Some("policies") => {
            let claims = claims("policies")?;
            let Some(report) = policies::Report::of(&claims, calibration) else {
                return say(common, &policies::text(&claims, calibration, style));
            };
            let report = report.since(&common.out);
            let written = report.write(&common.out).map_err(Failure::because)?;
            let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
            say(common, &format!("\n{}wrote {}\n", report.text(style), names.join(" and ")))
        }
        Some("keys") => say(common, &format!("\n{}", keys::text(&claims("keys")?, calibration, style))),
        _ => Ok(()),
    }
}

fn say(common: &Common, text: &str) -> Result<(), Failure> {
    if common.json { Ok(()) } else { print(text) }
}
