//! What a measurement yields: all samples, and the circumstances in which they were taken.

use serde::{Deserialize, Serialize};

use crate::conditions::Conditions;
use crate::method::Method;
use crate::operation::Description;
use crate::point::Point;

/// All samples of one measurement, with the circumstances in which they were taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurements {
    /// When it began \[s since 1970-01-01 UTC\].
    pub started_unix_s: u64,
    /// How long it took \[s\].
    pub took_s: f64,
    /// How the samples were taken.
    pub method: Method,
    /// What else went on, one entry per process.
    pub conditions: Vec<Conditions>,
    /// What is missing, if it was interrupted.
    pub partial: Option<String>,
    /// One series per operation that has samples, in the order in which they were given.
    pub series: Vec<Series>,
}

/// The samples of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What was measured.
    pub description: Description,
    /// One point per size, sizes growing.
    pub points: Vec<Point>,
}
