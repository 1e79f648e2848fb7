//! All designs at one value of the key of a sweep.

use serde::Serialize;

use crate::summary::Summary;

/// All designs at one value of the key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// The value as it was written.
    pub value: String,
    /// The value in the base unit; `null` where it is no quantity.
    pub at: Option<f64>,
    /// One outcome per design, cost book and sizing; without claims.
    pub designs: Vec<Summary>,
}
