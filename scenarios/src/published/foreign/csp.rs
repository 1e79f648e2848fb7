//! csp-benchmarks: a list of measurements, or `{"measurements": […]}`, of proof systems on statements, durations in nanoseconds, sizes
//! and memory in bytes.

use serde_json::Value;

use super::figure::{Figure, Found};
use super::json::document;
use super::units::TimeUnit;
use crate::reading::{Problems, Source};

const SHAPE: &str = "csp-benchmarks' JSON: {\"measurements\": [{\"system\" or \"name\", \"target\", \"input_size\", \"proof_duration\", \
                     \"verify_duration\", \"proof_size\", \"peak_memory\"}]} in nanoseconds and bytes";
/// Keys whose texts make up the name.
const NAMES: [&str; 3] = ["system", "name", "target"];

/// Every measurement.
pub(super) fn figures(source: &Source) -> Result<Found, Problems> {
    let document: Value = document(source, SHAPE)?;
    let (list, of) = match &document {
        Value::Array(list) => (Some(list), ""),
        document => (document["measurements"].as_array(), "measurements"),
    };
    let mut found = Found::new(source);
    for (index, measurement) in list.into_iter().flatten().enumerate() {
        found.entry(&format!("{of}[{index}]"), figure(measurement));
    }
    found.finish(source, SHAPE)
}

fn figure(measurement: &Value) -> Result<Figure, String> {
    let ms = |key: &str| nanoseconds(&measurement[key]).map(|ns| TimeUnit::Nanoseconds.ms(ns));
    let number = |key: &str| measurement[key].as_f64().filter(|number| *number > 0.0);
    let names: Vec<&str> = NAMES.iter().filter_map(|key| measurement[*key].as_str()).collect();
    let size = measurement["input_size"].as_u64();
    // A variant of the system or the host, as far as it has a name.
    let labels = measurement.as_object().into_iter().flatten().filter(|(key, _)| !NAMES.contains(&key.as_str()));
    let labels = labels.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    Ok(Figure {
        operation: names.join("."),
        size,
        unit_of_size: if size.is_some() { "bytes".into() } else { String::new() },
        labels: labels.collect(),
        ms: ms("proof_duration").ok_or("it has no `proof_duration`")?,
        verify_ms: ms("verify_duration").filter(|ms| ms.is_finite() && *ms > 0.0),
        bytes: number("proof_size"),
        memory_mb: number("peak_memory").map(|bytes| bytes / 1e6),
        ..Figure::default()
    })
}

/// A number, or seconds and nanoseconds as Rust's `Duration` is written.
fn nanoseconds(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| Some(value["secs"].as_f64()? * 1e9 + value["nanos"].as_f64()?))
}
