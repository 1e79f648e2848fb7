//! The report on the policies suite (S2): three circuits at three input sizes, with budgets, recommendations and a baseline.
//!
//! The source mocked its prover; here each figure is of real proofs. Its figures are claims, shown beside what was found.

mod advice;
mod document;
mod from_calibration;
mod text;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use calibrate::Calibration;
use planner::Claim;
use polars_core::prelude::{Column, DataFrame};

pub use document::{
    Baseline, Budget, Change, Claimed, Fact, HostLine, Input, Policy, Priority, Ratios, Recommendation, Report, SCHEMA,
};

use super::SourceClaims;
use crate::table::Style;
use crate::{ReportError, folder, frame};

/// Name of the document in the output folder.
const JSON: &str = "policies.json";
/// Name of its table in the output folder.
const CSV: &str = "policies.csv";

/// The report for people: a table of the policies with their budgets, one of their inputs, and the recommendations. Where the
/// calibration has no policy it says so.
///
/// # Panics
/// As [`Report::of`].
pub fn text(claims: &[Claim], calibration: &Calibration, style: Style) -> String {
    match Report::of(claims, calibration) {
        Some(report) => report.text(style),
        None => {
            "The calibration has no policy: measure them with `proofcast calibrate FILE --suite policies`\n".to_owned()
        }
    }
}

/// The JSON schema of `policies.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}

impl Report {
    /// The report on a calibration, without a baseline; nothing if not one policy was both proven and verified in it.
    ///
    /// # Panics
    /// Without the claims of the library: these are not those of the suite.
    pub fn of(claims: &[Claim], calibration: &Calibration) -> Option<Self> {
        from_calibration::report(SourceClaims(claims), calibration)
    }

    /// The same with the change since the report in `folder`, if there is one.
    ///
    /// A report of the same measurement is not its own baseline: what it was compared with stays.
    pub fn since(mut self, folder: &Path) -> Self {
        let path = folder.join(JSON);
        let former = fs::read(&path).map(|bytes| serde_json::from_slice::<Self>(&bytes));
        (self.baseline, self.baseline_why) = match former {
            Ok(Ok(former)) if former.schema != SCHEMA => {
                (None, Some(format!("the former {JSON} is a {}, not a {SCHEMA}", former.schema)))
            }
            Ok(Ok(former)) if former.run_date == self.run_date && former.host == self.host => {
                (former.baseline, former.baseline_why)
            }
            Ok(Ok(former)) => (Some(self.change(former)), None),
            Ok(Err(error)) => (None, Some(format!("the former {JSON} does not read: {error}"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (None, Some("there was no former report in the folder".to_owned()))
            }
            Err(error) => (None, Some(format!("the former {JSON} cannot be read: {error}"))),
        };
        self
    }

    /// Writes `policies.json` and `policies.csv` below `folder`, which is made if it is not there; returns their paths.
    ///
    /// # Errors
    /// Both are made before one is written, so [`ReportError::NotFinite`] and [`ReportError::Encode`] leave the folder as it
    /// is; [`ReportError::Write`] names the path that could not be written and what to do.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
        let files = [(PathBuf::from(JSON), self.json()?.into_bytes()), (PathBuf::from(CSV), self.csv()?)];
        folder::write(folder, &[JSON, CSV], &files)
    }

    /// The document.
    ///
    /// # Errors
    /// [`ReportError::NotFinite`]: a figure is none, which no sample can cause.
    pub fn json(&self) -> Result<String, ReportError> {
        let mut text = serde_json::to_string_pretty(self).map_err(|cause| ReportError::encode(JSON, cause))?;
        // JSON has no word for a number that is not finite: it would read `null`, where a figure must stand. From bytes, as a
        // former report is read: the code that reads is compiled once.
        if serde_json::from_slice::<Self>(text.as_bytes()).is_err() {
            return Err(ReportError::NotFinite { place: JSON.to_owned() });
        }
        text.push('\n');
        Ok(text)
    }

    /// The table of the source, a row per policy.
    ///
    /// # Errors
    /// [`ReportError::Encode`] if polars refuses.
    pub fn csv(&self) -> Result<Vec<u8>, ReportError> {
        let figures = |name: &str, of: fn(&Policy) -> f64| {
            Column::new(name.into(), self.policies.iter().map(of).collect::<Vec<f64>>())
        };
        let counts = |name: &str, of: fn(&Policy) -> u64| {
            Column::new(name.into(), self.policies.iter().map(of).collect::<Vec<u64>>())
        };
        let names: Vec<&str> = self.policies.iter().map(|policy| policy.policy.as_str()).collect();
        let columns = vec![
            Column::new("Policy".into(), names),
            figures("AvgProvingTime(ms)", |policy| policy.avg_proving_time_ms),
            figures("MinTime(ms)", |policy| policy.min_time_ms),
            figures("MaxTime(ms)", |policy| policy.max_time_ms),
            figures("StdDev(ms)", |policy| policy.std_dev_ms),
            figures("AvgVerifyTime(ms)", |policy| policy.avg_verify_time_ms),
            counts("ProofSize(B)", |policy| policy.proof_size_bytes),
            counts("Runs", |policy| policy.runs),
        ];
        let table = DataFrame::new(self.policies.len(), columns);
        frame::csv(&mut table.map_err(|cause| ReportError::encode(CSV, cause))?)
    }

    fn change(&self, former: Self) -> Baseline {
        let change = |now: &Policy| {
            let before = former.policies.iter().find(|before| before.policy == now.policy)?;
            Some(Change {
                policy: now.policy.clone(),
                avg_proving_time_ms: before.avg_proving_time_ms,
                proving: now.avg_proving_time_ms / before.avg_proving_time_ms - 1.0,
                avg_verify_time_ms: before.avg_verify_time_ms,
                verifying: now.avg_verify_time_ms / before.avg_verify_time_ms - 1.0,
            })
        };
        let policies = self.policies.iter().filter_map(change).collect();
        Baseline { run_date: former.run_date, same_host: former.host == self.host, host: former.host, policies }
    }
}

#[cfg(test)]
mod tests;
