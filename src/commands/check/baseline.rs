//! A calibration against an earlier one of the same host.

use std::path::Path;

use calibrate::gate::check::Mode;
use calibrate::gate::line::{Against, Line};
use calibrate::gate::stored;
use calibrate::gate::votes::{Test, Verdict};
use calibrate::{Calibration, Operation};
use scenarios::Budgets;

use super::{Judged, measured};
use crate::args::{Check as Options, Common};
use crate::commands::{Failure, calibrate as measuring};

/// Judges the calibration that was given, or one that is made now of what the baseline has.
pub fn judge(
    file: &Path,
    options: &Options,
    test: Test,
    budgets: Option<&Budgets>,
    common: &Common,
) -> Result<Judged, Failure> {
    let baseline = Calibration::read(file).map_err(Failure::because)?;
    let candidate = match &options.file {
        Some(path) => Calibration::read(path).map_err(Failure::because)?,
        None => measured(&same(&baseline, options)?, &baseline.method, common)?,
    };
    let wanted = |name: &str| measuring::is_named(&options.only, name);
    let mut compared = stored::compare([&baseline, &candidate], &wanted, test);
    if compared.lines.is_empty() {
        let help = "both must have an operation at the same size that --only names";
        return Err(Failure::because(format!(
            "nothing is in both {} and the candidate\n  = help: {help}",
            file.display()
        )));
    }
    let mut notes = Vec::new();
    if let Some(difference) = baseline.host.difference(&candidate.host) {
        notes.push(format!("the hosts differ: baseline {difference}"));
        if !options.allow_other_host {
            undecide(&mut compared.lines, "measured on another host; use --against, or --allow-other-host");
        }
    }
    notes.extend(differing_builds(&baseline, &candidate));
    for (side, act) in &compared.alone {
        notes.push(format!("{act}: only in the {}", if *side == 0 { "baseline" } else { "candidate" }));
    }
    let mut lines = compared.lines;
    if let Some(budgets) = budgets.filter(|budgets| budgets.has_limits()) {
        lines.extend(budgets.judge(&candidate, test.change).map_err(Failure::because)?);
    }
    Ok(Judged::of(Mode::Stored, lines, notes, &candidate))
}

fn undecide(lines: &mut [Line], why: &str) {
    for line in lines.iter_mut().filter(|line| line.against == Against::Baseline) {
        line.verdict = Verdict::Undecided;
        line.why = Some(why.to_owned());
    }
}

/// What differs between both builds, the point of the comparison.
fn differing_builds(baseline: &Calibration, candidate: &Calibration) -> Option<String> {
    let difference = baseline.build.difference(&candidate.build)?;
    Some(format!("the builds differ: baseline {difference}"))
}

/// The operations and sizes of the baseline, as far as the program has them.
fn same(baseline: &Calibration, options: &Options) -> Result<Vec<Operation>, Failure> {
    let all = measuring::known(options.operations.as_deref())?;
    let of = |operation: Operation| {
        let measured = baseline.operation(operation.name())?;
        let sizes: Vec<u64> = measured.points.iter().map(|point| point.size).collect();
        Some(operation.only(&sizes))
    };
    let wanted = all.into_iter().filter(|operation| measuring::is_named(&options.only, operation.name()));
    let chosen: Vec<Operation> = wanted.filter_map(of).filter(|operation| !operation.sizes().is_empty()).collect();
    if chosen.is_empty() {
        return Err(Failure::because(
            "the baseline has no operation that can be measured here\n  = help: --operations FILE defines yours",
        ));
    }
    Ok(chosen)
}
