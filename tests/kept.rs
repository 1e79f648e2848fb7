//! A quick calibration of one host, kept with the tests: what is counted or held to a bound needs the same figures at every run.

use std::path::Path;
use std::sync::LazyLock;

use calibrate::{Calibration, Variance};

/// The calibration, as it was measured.
pub fn kept() -> Calibration {
    static ONCE: LazyLock<Calibration> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calibration.json");
        Calibration::read(&path).unwrap_or_else(|error| panic!("{error}"))
    });
    ONCE.clone()
}

/// The same with every operation known to this relative half-width of its 95 % interval, at every size.
pub fn known_within(half_width: f64) -> Calibration {
    let mut calibration = kept();
    for operation in &mut calibration.operations {
        let uncertainty = &mut operation.curve.uncertainty;
        uncertainty.run = Variance { relative: (half_width / NORMAL_95).powi(2), freedom: f64::INFINITY };
        (uncertainty.processes, uncertainty.misfit) = (Variance::NONE, Variance::NONE);
        uncertainty.covariance_s2 = Default::default();
        uncertainty.rivals.clear();
    }
    calibration
}

/// Standard deviations of a normal distribution from its centre to an end of its 95 % interval.
pub const NORMAL_95: f64 = 1.959_964;
