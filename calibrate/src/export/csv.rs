//! The long table of raw samples, one row each.

use serde::Serialize;

use super::File;
use crate::calibration::Calibration;

/// One sample.
#[derive(Serialize)]
struct Row<'a> {
    operation: &'a str,
    size: u64,
    process: u32,
    /// From 1, in the order in which they were taken.
    sample: usize,
    wall_s: f64,
    cpu_s: f64,
    outlier: bool,
}

/// Every sample with both clocks, the outliers flagged.
///
/// # Panics
/// Never: a table in memory takes every row of numbers and names.
pub fn csv(calibration: &Calibration) -> File {
    let mut table = csv::Writer::from_writer(Vec::new());
    for measured in &calibration.operations {
        for point in &measured.points {
            for run in &point.processes {
                for (index, (&wall_s, &cpu_s)) in run.wall_s.iter().zip(&run.cpu_s).enumerate() {
                    let row = Row {
                        operation: &measured.description.name,
                        size: point.size,
                        process: run.process,
                        sample: index + 1,
                        wall_s,
                        cpu_s,
                        outlier: run.outliers.contains(&index),
                    };
                    table.serialize(row).expect("memory takes every row");
                }
            }
        }
    }
    ("samples.csv".into(), table.into_inner().expect("memory takes every row"))
}
