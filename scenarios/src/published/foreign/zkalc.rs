//! zkalc: `{"msm_G1": {"range": [sizes], "results": [ns], "stddev": [ns]}, …}`, one file per curve, library and machine. The standard
//! deviation is that of an unknown number of runs, from which no interval follows: it is left out.

use serde_json::Value;

use super::figure::{Figure, Found};
use super::json::{Entries, document, whole};
use super::units::TimeUnit;
use crate::reading::{Problems, Source};

const SHAPE: &str =
    "zkalc's JSON: {\"operation\": {\"range\": [sizes], \"results\": [nanoseconds], \"stddev\": [nanoseconds]}, …}";

/// Every operation at every size.
pub(super) fn figures(source: &Source) -> Result<Found, Problems> {
    let Entries(operations) = document(source, SHAPE)?;
    let mut found = Found::new(source);
    for (operation, series) in operations {
        match (series["range"].as_array(), series["results"].as_array()) {
            (Some(sizes), Some(results)) if sizes.len() == results.len() => {
                for (size, result) in sizes.iter().zip(results) {
                    found.entry(&operation, figure(&operation, size, result));
                }
            }
            (Some(sizes), Some(results)) => {
                found.entry(&operation, Err(format!("{} sizes and {} results", sizes.len(), results.len())));
            }
            _ => found.entry(&operation, Err("it has no `range` with its `results`".into())),
        }
    }
    found.finish(source, SHAPE)
}

fn figure(operation: &str, size: &Value, result: &Value) -> Result<Figure, String> {
    let size = whole(size).ok_or_else(|| format!("the size {size} must be a whole number"))?;
    let ns = result.as_f64().ok_or_else(|| format!("the result {result} at size {size} is not a time"))?;
    Ok(Figure {
        operation: operation.to_owned(),
        size: Some(size),
        unit_of_size: "elements".into(),
        ms: TimeUnit::Nanoseconds.ms(ns),
        ..Figure::default()
    })
}
