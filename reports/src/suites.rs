//! Reports on the suites of one system: what its source claims, beside what a calibration found.
//!
//! | module | suite |
//! |---|---|
//! | [`policies`] | `policies`: three circuits with budgets (S2), as JSON, CSV and table, with recommendations |
//! | [`keys`] | `keys`: Ed25519 in a key service (S3), four tables with its gates |
//!
//! What a source claims stands in the files of claims of the library and nowhere else; the planner judges it.

pub mod keys;
pub mod policies;

use calibrate::{Calibration, Estimate, Measured, Point, Run};
use planner::Claim;

use crate::table::word;

/// What the source of a suite claims, as the library has it.
#[derive(Clone, Copy)]
struct SourceClaims<'a>(&'a [Claim]);

impl<'a> SourceClaims<'a> {
    /// A claim by its name.
    ///
    /// # Panics
    /// There is none: these claims are not those of the suite, which is a mistake in the program.
    fn claim(self, id: &str) -> &'a Claim {
        self.0.iter().find(|claim| claim.id == id).unwrap_or_else(|| panic!("the suite has the claim {id}"))
    }

    /// A claimed figure in another unit than its own.
    fn figure(self, id: &str, unit: &str) -> f64 {
        let claim = self.claim(id);
        let factor = planner::conversion(&claim.unit, unit).unwrap_or_else(|| panic!("{id} can be given in {unit}"));
        // A division by a whole power of ten gives the number that was written; a product may be off in its last bit.
        if factor < 1.0 { claim.claimed / (1.0 / factor).round() } else { claim.claimed * factor }
    }

    /// The claims whose names begin so.
    fn of(self, prefix: &str) -> impl Iterator<Item = &'a Claim> {
        self.0.iter().filter(move |claim| claim.id.starts_with(prefix))
    }
}

/// The last part of the name of a claim.
fn name(claim: &Claim) -> &str {
    claim.id.rsplit('.').next().unwrap_or_default()
}

/// The operation that a claim is held against first, with its size.
///
/// # Panics
/// There is none: the library says what these claims are held against.
fn operation(claim: &Claim) -> (&str, u64) {
    claim.operations().next().unwrap_or_else(|| panic!("{} names an operation", claim.id))
}

/// The verdict on a figure of this host in the unit of the claim, whatever host the claim is of.
fn verdict(claim: &Claim, figure: f64, half_width: Option<f64>) -> &'static str {
    word(planner::verdict_on(claim, half_width.map(|half| (figure - half, figure + half))))
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
            keys::text(&sample_calibration::claims("keys"), &calibration, crate::table::Style::default()),
            keys::text(
                &sample_calibration::claims("keys"),
                &sample_calibration::keys(),
                crate::table::Style::default(),
            ),
        ];
        assert_eq!(texts.map(|text| text.contains("did other work")), [true, false]);
    }

    #[test]
    fn a_bound_inside_the_interval_is_undecided() {
        let claims = sample_calibration::claims("keys");
        let gate = SourceClaims(&claims).claim("S3.gates.sign_128B");
        let verdict = |figure, half_width| verdict(gate, figure, half_width);
        assert_eq!((verdict(17.0, Some(1.0)), verdict(17.0, Some(1.5))), ("holds", "undecided"));
        assert_eq!((verdict(19.0, Some(1.5)), verdict(19.0, Some(0.5))), ("undecided", "fails"));
        assert_eq!(verdict(1.0, None), "undecided", "one sample shows nothing");
    }

    #[test]
    fn claimed_figures_are_those_of_the_library_in_the_units_of_the_reports() {
        let (keys, policies) = (sample_calibration::claims("keys"), sample_calibration::claims("policies"));
        assert_eq!(SourceClaims(&keys).figure("S3.sign.time", "s"), 17.3e-6);
        assert_eq!(SourceClaims(&keys).figure("S3.gates.verify_batch_32", "s/signature"), 20.5e-6);
        assert_eq!(SourceClaims(&policies).figure("S2.inputs.spread", "1"), 0.17);
        assert_eq!(operation(SourceClaims(&policies).claim("S2.memory_pattern.real")).0, "policy.pattern.prove");
    }
}
