//! The answer of a gate for machines: annotations and a summary of GitHub, JUnit, Bencher Metric Format.

pub mod bmf;
pub mod github;
pub mod junit;
pub mod markdown;

use calibrate::gate::line::Line;

use crate::number;
use crate::table::figure;

/// The name of a line: `stark.prove at 64, time`.
fn name(line: &Line) -> String {
    format!("{} at {}, {}", line.operation, number::count(line.size as f64), figure(&line.figure))
}
