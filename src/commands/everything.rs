//! No verb: measure this host if that was not done yet, compare the layered designs, report.

use super::{Answer, Failure, calibrate, compare, study::Study};
use crate::args::{CalibrationOf, Chosen, Common, Resolution};

/// The scenario that answers without being asked.
const SCENARIO: &str = "layered";

/// The whole way, without a file or an option of the user's.
pub fn run(common: &Common) -> Result<Answer, Failure> {
    let (path, note) = calibrate::current(common)?;
    if !common.quiet {
        anstream::eprintln!("calibration: {note}; simulating takes about a minute");
    }
    let mut common = common.clone();
    common.calibration.push(CalibrationOf { instance: None, path });
    let chosen = Chosen {
        scenario: SCENARIO.into(),
        set: Vec::new(),
        replications: None,
        precision: None,
        time: None,
        resolution: Resolution::Cohort,
        yes: false,
    };
    let study = Study::open(&chosen, &[], &[], None, &common)?;
    let comparison = study.compare(&chosen, &common, true)?;
    compare::show(&comparison, &common, Some(&note))
}
