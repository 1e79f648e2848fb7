//! Files of the version before: their samples stand, so curves and intervals are made anew from them.

use serde::Deserialize;

use crate::calibration::{Calibration, Measured};
use crate::conditions::Conditions;
use crate::host::{Build, Host};
use crate::measurements::{Measurements, Series};
use crate::method::Method;
use crate::operation::Description;
use crate::point::Point;

/// Kind and version of the files that are read besides those of this version.
pub(crate) const FORMER_SCHEMA: &str = "proofcast/calibration/2";

/// What was measured, as both versions keep it.
#[derive(Deserialize)]
pub(crate) struct Former {
    host: Host,
    build: Build,
    started_unix_s: u64,
    took_s: f64,
    method: Method,
    conditions: Vec<Conditions>,
    partial: Option<String>,
    operations: Vec<FormerOperation>,
}

#[derive(Deserialize)]
struct FormerOperation {
    #[serde(flatten)]
    description: Description,
    points: Vec<Point>,
}

impl Former {
    /// The calibration of the same samples.
    ///
    /// # Errors
    /// Which operation has none that a curve can be fitted to.
    pub(crate) fn fitted(self) -> Result<Calibration, String> {
        let cores = self.host.physical_cores.unwrap_or(self.host.logical_cores);
        let fitted = |FormerOperation { description, points }| {
            let name = description.name.clone();
            Measured::fit(Series { description, points }, cores)
                .ok_or_else(|| format!("{name}: every size must have samples above zero"))
        };
        let operations = self.operations.into_iter().map(fitted).collect::<Result<_, _>>()?;
        let Self { started_unix_s, took_s, method, conditions, partial, .. } = self;
        let empty = Measurements { started_unix_s, took_s, method, conditions, partial, series: Vec::new() };
        Ok(Calibration { operations, ..Calibration::fit(empty, self.host, self.build) })
    }
}
