//! Reports on the suites of one system: what its source claims, beside what a calibration found.
//!
//! | module | suite |
//! |---|---|
//! | [`policies`] | `policies`: three circuits with budgets (S2), as JSON, CSV and table, with recommendations |
//! | [`keys`] | `keys`: Ed25519 in a key service (S3), four tables with its gates |
//!
//! What a source claims stands in `claims` of its module and nowhere else.

pub mod keys;
pub mod policies;

use calibrate::{Calibration, Estimate, Measured, Point, Run};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a figure keeps within an upper bound, judged by its interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval does.
    Holds,
    /// The whole interval lies above.
    Fails,
    /// The bound lies within the interval, or the interval is not known.
    Undecided,
}

impl Verdict {
    /// Of a figure with the half-width of its interval, in the unit of the bound.
    fn within(bound: f64, figure: f64, half_width: Option<f64>) -> Self {
        match half_width {
            Some(half_width) if figure + half_width <= bound => Self::Holds,
            Some(half_width) if figure - half_width > bound => Self::Fails,
            _ => Self::Undecided,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Undecided => "undecided",
        }
    }
}

/// An operation at a size, with its estimated time.
fn estimate(calibration: &Calibration, operation: &str, size: u64) -> Option<Estimate> {
    let measured = calibration.operation(operation)?;
    measured.estimate(point(measured, size)?)
}

fn point(measured: &Measured, size: u64) -> Option<&Point> {
    measured.points.iter().find(|point| point.size == size)
}

/// Elapsed over CPU time above which other work held the processors.
const BUSY: f64 = 1.1;

/// How much longer an act on one of n threads took than it worked, where that shows that the machine did other work: then what
/// threads gain is not what was measured.
fn busy(measured: &Measured) -> Option<f64> {
    let runs = || point(measured, 1).into_iter().flat_map(|point| &point.processes);
    let total = |of: fn(&Run) -> &[f64]| runs().flat_map(of).sum::<f64>();
    let ratio = total(|run| &run.wall_s) / total(|run| &run.cpu_s);
    (ratio.is_finite() && ratio > BUSY).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_calibration;

    #[test]
    fn a_machine_with_other_work_is_told_by_elapsed_and_cpu_time() {
        let mut calibration = sample_calibration::keys();
        let parallel = calibration.operations.iter_mut().find(|one| one.description.scaling.is_some());
        let parallel = parallel.expect("threads were measured");
        assert_eq!(busy(parallel), None);
        for run in parallel.points.iter_mut().flat_map(|point| &mut point.processes) {
            run.wall_s.iter_mut().for_each(|seconds| *seconds *= 1.5);
        }
        assert!(busy(parallel).is_some_and(|ratio| (1.5..1.55).contains(&ratio)));
        let texts = [
            keys::text(&calibration, crate::table::Style::default()),
            keys::text(&sample_calibration::keys(), crate::table::Style::default()),
        ];
        assert_eq!(texts.map(|text| text.contains("did other work")), [true, false]);
    }

    #[test]
    fn a_bound_inside_the_interval_is_undecided() {
        assert_eq!(Verdict::within(10.0, 9.0, Some(1.0)), Verdict::Holds);
        assert_eq!(Verdict::within(10.0, 9.0, Some(1.5)), Verdict::Undecided);
        assert_eq!(Verdict::within(10.0, 11.0, Some(1.0)), Verdict::Undecided);
        assert_eq!(Verdict::within(10.0, 11.0, Some(0.5)), Verdict::Fails);
        assert_eq!(Verdict::within(10.0, 1.0, None), Verdict::Undecided, "one sample shows nothing");
    }
}
