//! What is remembered of an earlier run on the same host.

use serde::{Deserialize, Serialize};

/// The means that an earlier run found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormerRun {
    /// When it began \[s since 1970-01-01 UTC\].
    pub started_unix_s: u64,
    /// What it found.
    pub means: Vec<FormerMean>,
}

/// The mean of an act in an earlier run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormerMean {
    /// Name of the operation.
    pub operation: String,
    /// The size \[size unit\].
    pub size: u64,
    /// The mean time \[s\].
    pub mean_s: f64,
    /// Its relative variance within the run; 0 where one process could not tell.
    pub relative_variance: f64,
}
