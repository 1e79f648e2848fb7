//! Bencher Metric Format: what was found, by operation and size, for trackers of benchmarks.
//!
//! Source: "Bencher Metric Format", bencher.dev: `{ "benchmark": { "measure": { "value", "lower_value", "upper_value" } } }`, a time as
//! `latency` in nanoseconds.

use std::collections::BTreeMap;

use calibrate::gate::check::Check;
use calibrate::gate::line::Figure;
use serde_json::{Value, json};

/// The document. The highest floor of a process is the upper value of a time.
pub fn document(check: &Check) -> Value {
    let mut benchmarks: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for line in &check.lines {
        let (measure, scale) = match &line.figure {
            Figure::Time => ("latency".to_owned(), 1e9),
            Figure::TimePerUnit => ("latency-per-unit".into(), 1e9),
            Figure::Throughput => ("throughput".into(), 1.0),
            Figure::Memory => ("memory".into(), 1.0),
            Figure::Output => ("output-size".into(), 1.0),
            Figure::Counter(name) => (name.clone(), 1.0),
        };
        let mut metric = json!({ "value": line.found * scale });
        let highest = line.evidence.floors[1].iter().copied().reduce(f64::max);
        if let (Figure::Time, Some(highest)) = (&line.figure, highest) {
            metric["upper_value"] = json!(highest * scale);
        }
        benchmarks.entry(format!("{}/{}", line.operation, line.size)).or_default().insert(measure, metric);
    }
    json!(benchmarks)
}
