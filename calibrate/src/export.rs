//! A calibration in the formats of other tools: each a small file of its own here, and nothing is written but by the caller.
//!
//! | format | for | what it keeps |
//! |---|---|---|
//! | [`criterion()`] | criterion and what reads its folders | estimates with intervals, samples |
//! | [`csv()`] | spreadsheets, R, pandas | every raw sample |
//! | [`bmf()`] | Bencher, continuous benchmarking | means with intervals |
//!
//! Times are read by the clock of each operation, as everywhere.

mod bmf;
mod bootstrap;
mod criterion;
mod csv;

pub use bmf::bmf;
pub use criterion::criterion;
pub use csv::csv;

use std::path::PathBuf;

use crate::calibration::{Calibration, Measured};
use crate::point::Point;
use crate::statistics::{Estimate, positive_interval};

/// A file with its path below the folder that it is written to.
pub type File = (PathBuf, Vec<u8>);

/// Every operation at every size that has samples, with the mean by the clock of the operation.
fn points(calibration: &Calibration) -> impl Iterator<Item = (&Measured, &Point, Estimate)> {
    calibration.operations.iter().flat_map(|measured| {
        measured.points.iter().filter_map(move |point| Some((measured, point, measured.estimate(point)?)))
    })
}

/// Both ends of the interval of a mean \[s\]; twice the mean itself, where nothing tells how well it is known.
fn interval(estimate: &Estimate) -> (f64, f64) {
    positive_interval(estimate.mean_s, estimate.half_width_s.unwrap_or(0.0))
}

/// Seconds in nanoseconds, the unit of criterion and Bencher.
fn ns(seconds: f64) -> f64 {
    seconds * 1e9
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::statistics::student;
    use crate::{Build, Description, Host, Measurements, Method, Run, STATED_RUNS, Series};

    /// One operation at two sizes: 2 ± 0.02 s and 4 s by CPU time, half as long again by the wall clock, two processes.
    fn calibration() -> Calibration {
        let description = Description::of_a_test("fold.prove");
        let run = |process: u32, seconds: f64| Run {
            process,
            preparation_s: 0.0,
            wall_s: vec![1.5 * seconds; 3],
            cpu_s: vec![0.99 * seconds, seconds, 1.01 * seconds],
            runs_per_sample: 5,
            outliers: if process == 2 { vec![1] } else { Vec::new() },
            counters: Default::default(),
        };
        let point = |size, seconds: f64| Point {
            size,
            processes: vec![run(1, 0.99 * seconds), run(2, 1.01 * seconds)],
            output_bytes: None,
            peak_memory_bytes: None,
            verified: true,
        };
        let series = vec![Series { description, points: vec![point(1, 2.0), point(8, 4.0)] }];
        let (method, conditions) = (Method::quick(), Vec::new());
        let measurements = Measurements { started_unix_s: 0, took_s: 1.0, method, conditions, partial: None, series };
        let mut calibration = Calibration::fit(measurements, Host::here(), Build::this());
        calibration.operations[0].points[0].processes[1].outliers = vec![1];
        calibration
    }

    fn json(file: &File) -> Value {
        serde_json::from_slice(&file.1).expect("a JSON document")
    }

    #[test]
    fn criterion_gets_a_folder_for_each_size_with_all_that_its_readers_ask_for() {
        let files = criterion(&calibration());
        let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
        let expected = ["benchmark.json", "estimates.json", "sample.json"];
        assert_eq!(names[..3], expected.map(|name| format!("criterion/fold.prove/1/new/{name}")));
        assert_eq!(names[5], "criterion/fold.prove/8/new/sample.json");
        let benchmark = json(&files[0]);
        for (key, value) in [("group_id", "fold.prove"), ("value_str", "1"), ("full_id", "fold.prove/1")] {
            assert_eq!(benchmark[key], value);
        }
        assert!(benchmark["function_id"].is_null() && benchmark["throughput"].is_null());
        let estimates = json(&files[1]);
        for name in ["mean", "median", "median_abs_dev", "std_dev"] {
            let estimate = &estimates[name];
            let bound = |key: &str| estimate["confidence_interval"][key].as_f64().expect("a number");
            let value = estimate["point_estimate"].as_f64().expect("a number");
            assert!(bound("lower_bound") <= value && value <= bound("upper_bound"), "{name}: {estimate}");
            assert!(bound("confidence_level") == 0.95 && estimate["standard_error"].as_f64() >= Some(0.0), "{name}");
        }
        assert!(estimates["slope"].is_null());
        let mean = estimates["mean"]["point_estimate"].as_f64().expect("a number");
        assert!((mean / 2e9 - 1.0).abs() < 1e-9, "nanoseconds: {mean}");
        // Two process means 1 % to each side, and what other runs differ by: a standard error of 1 % with one degree of freedom,
        // and of that with its own, by Welch and Satterthwaite.
        let low = estimates["mean"]["confidence_interval"]["lower_bound"].as_f64().expect("a number");
        let (seen, run) = (1e-4, STATED_RUNS.relative);
        let freedom = (seen + run).powi(2) / (seen * seen + run * run / STATED_RUNS.freedom);
        assert!((low / 2e9 - 1.0 / (1.0 + student(freedom) * (seen + run).sqrt())).abs() < 1e-9, "{low}");
        let sample = json(&files[2]);
        assert_eq!(sample["iters"], serde_json::json!([5.0, 5.0, 5.0, 5.0, 5.0, 5.0]));
        let time = sample["times"][0].as_f64().expect("a number");
        assert!((time / (5.0 * 0.99 * 0.99 * 2e9) - 1.0).abs() < 1e-9, "the time of all runs of a sample: {time}");
    }

    #[test]
    fn the_table_has_a_row_for_every_sample() {
        let (path, bytes) = csv(&calibration());
        assert_eq!(path, PathBuf::from("samples.csv"));
        let text = String::from_utf8(bytes).expect("a text");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[0]), (1 + 12, "operation,size,process,sample,wall_s,cpu_s,outlier"));
        assert!(lines[5].starts_with("fold.prove,1,2,2,3.03") && lines[5].ends_with(",true"), "{}", lines[5]);
        assert!(lines[12].starts_with("fold.prove,8,2,3,") && lines[12].ends_with(",false"), "{}", lines[12]);
    }

    #[test]
    fn bencher_gets_nanoseconds_with_their_bounds() {
        let document = json(&bmf(&calibration()));
        let latency = &document["fold.prove/8"]["latency"];
        let number = |key: &str| latency[key].as_f64().expect("a number");
        assert!((number("value") / 4e9 - 1.0).abs() < 1e-9);
        assert!(number("lower_value") < number("value") && number("value") < number("upper_value"));
        assert_eq!(document.as_object().map(serde_json::Map::len), Some(2));
    }
}
