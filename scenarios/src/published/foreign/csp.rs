//! csp-benchmarks: a list of measurements, or `{"measurements": […]}`, of proof systems on statements, durations in nanoseconds, sizes
//! and memory in bytes, or texts with their units.

use serde_json::Value;

use super::figure::{Figure, Found};
use super::json::{document, whole};
use super::units::TimeUnit;
use crate::quantity::{Bytes, Duration};
use crate::reading::{Problems, Source};

const SHAPE: &str = "csp-benchmarks' JSON: {\"measurements\": [{\"system\" or \"name\", \"target\", \"input_size\", \"proof_duration\", \
                     \"verify_duration\", \"proof_size\", \"peak_memory\"}]} in nanoseconds and bytes";
const DURATION: &str = "a number of nanoseconds from 0 up, or a text such as \"350 ms\"";
const AMOUNT: &str = "a number of bytes from 0 up, or a text such as \"12 kB\"";
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

/// Keys of what was measured, and not of what it was measured of.
const MEASURES: [&str; 5] = ["input_size", "proof_duration", "verify_duration", "proof_size", "peak_memory"];

fn figure(measurement: &Value) -> Result<Figure, String> {
    let names: Vec<&str> = NAMES.iter().filter_map(|key| measurement[*key].as_str()).collect();
    let size = match &measurement["input_size"] {
        Value::Null => None,
        size => Some(whole(size).ok_or_else(|| format!("`input_size`: found {size}; it must be a whole number"))?),
    };
    let is_label = |key: &str| !NAMES.contains(&key) && !MEASURES.contains(&key);
    // A variant of the system or the host, as far as it has a name.
    let labels = measurement.as_object().into_iter().flatten().filter(|(key, _)| is_label(key));
    let labels = labels.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    let mut left_out = Vec::new();
    // What is there and cannot be is left out with a word, -1 for what was not measured as well; zero is nothing.
    let mut optional = |key: &str, read: fn(&Value) -> Option<f64>, must: &str| match &measurement[key] {
        Value::Null => None,
        value => match read(value).filter(|amount| amount.is_finite() && *amount >= 0.0) {
            None => {
                left_out.push(format!("`{key}`: found {value}; it must be {must}"));
                None
            }
            amount => amount.filter(|amount| *amount > 0.0),
        },
    };
    let ns = |ns: f64| TimeUnit::Nanoseconds.ms(ns);
    let verify_ms = optional("verify_duration", nanoseconds, DURATION).map(ns);
    let bytes = optional("proof_size", amount, AMOUNT);
    let memory_mb = optional("peak_memory", amount, AMOUNT).map(|bytes| bytes / 1e6);
    let ms = match &measurement["proof_duration"] {
        Value::Null => return Err("it has no `proof_duration`".into()),
        value => nanoseconds(value).filter(|ns| *ns >= 0.0).map(ns),
    };
    let ms =
        ms.ok_or_else(|| format!("`proof_duration`: found {}; it must be {DURATION}", measurement["proof_duration"]))?;
    let unit_of_size = if size.is_some() { "bytes".into() } else { String::new() };
    let (operation, labels) = (names.join("."), labels.collect());
    Ok(Figure { operation, size, unit_of_size, labels, ms, verify_ms, bytes, memory_mb, left_out, ..Figure::default() })
}

/// A number, seconds and nanoseconds as Rust's `Duration` is written, or a text with its unit.
fn nanoseconds(value: &Value) -> Option<f64> {
    let of_text = || Some(value.as_str()?.parse::<Duration>().ok()?.seconds() * 1e9);
    let in_parts = || Some(value["secs"].as_f64()? * 1e9 + value["nanos"].as_f64()?);
    value.as_f64().or_else(of_text).or_else(in_parts)
}

/// A number, or a text with its unit.
fn amount(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| Some(value.as_str()?.parse::<Bytes>().ok()?.bytes()))
}
