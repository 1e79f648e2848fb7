//! The folders of criterion: `criterion/<operation>/<size>/new/{benchmark,estimates,sample}.json`.
//!
//! The mean is that of the calibration, with its interval from the spread between processes and runs; the other statistics are those of all
//! samples together, with intervals by the bootstrap, as criterion finds them. There is no slope: samples have equally many runs.

use std::path::Path;

use serde_json::{Value, json};

use super::bootstrap::{Bootstrapped, bootstrap, median, median_deviation, standard_deviation};
use super::{File, interval, ns, points};
use crate::calibration::{Calibration, Measured};
use crate::point::Point;
use crate::statistics::{CONFIDENCE, Estimate};

/// Three documents for every operation at every size.
pub fn criterion(calibration: &Calibration) -> Vec<File> {
    let documents = |(measured, point, estimate): (&Measured, &Point, Estimate)| {
        let (name, size) = (&measured.description.name, point.size.to_string());
        let folder = Path::new("criterion").join(name).join(&size).join("new");
        let benchmark = json!({
            "group_id": name, "function_id": null, "value_str": size, "throughput": null,
            "full_id": format!("{name}/{size}"), "directory_name": format!("{name}/{size}"),
            "title": format!("{name}/{size}"),
        });
        let file = |name: &str, document: Value| (folder.join(name), format!("{document}\n").into_bytes());
        [
            file("benchmark.json", benchmark),
            file("estimates.json", estimates(measured, point, &estimate)),
            file("sample.json", sample(measured, point)),
        ]
    };
    points(calibration).flat_map(documents).collect()
}

fn estimates(measured: &Measured, point: &Point, estimate: &Estimate) -> Value {
    let samples: Vec<f64> = measured.samples(point).flatten().copied().collect();
    let (low, high) = interval(estimate);
    let mean = Bootstrapped { value: estimate.mean_s, standard_error: estimate.standard_error_s, low, high };
    json!({
        "mean": document(&mean),
        "median": document(&bootstrap(&samples, median)),
        "median_abs_dev": document(&bootstrap(&samples, median_deviation)),
        "slope": null,
        "std_dev": document(&bootstrap(&samples, standard_deviation)),
    })
}

fn document(statistic: &Bootstrapped) -> Value {
    let Bootstrapped { value, standard_error, low, high } = *statistic;
    let bounds = json!({ "confidence_level": CONFIDENCE, "lower_bound": ns(low), "upper_bound": ns(high) });
    json!({ "confidence_interval": bounds, "point_estimate": ns(value), "standard_error": ns(standard_error) })
}

/// Runs and total time of each sample, in the order of the processes.
fn sample(measured: &Measured, point: &Point) -> Value {
    let (mut iters, mut times) = (Vec::new(), Vec::new());
    for (run, samples) in point.processes.iter().zip(measured.samples(point)) {
        let runs = f64::from(run.runs_per_sample);
        iters.extend(samples.iter().map(|_| runs));
        times.extend(samples.iter().map(|seconds| ns(*seconds) * runs));
    }
    json!({ "sampling_mode": "Flat", "iters": iters, "times": times })
}
