//! zkalc: `{"msm_G1": {"range": [sizes], "results": [ns], "stddev": [ns]}, …}`, one file per curve, library and machine. The standard
//! deviation is that of an unknown number of runs, from which no interval follows: it is left out.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Figure, json};
use crate::reading::{Problem, Problems, Source};

const SHAPE: &str =
    "zkalc's JSON: {\"operation\": {\"range\": [sizes], \"results\": [nanoseconds], \"stddev\": [nanoseconds]}, …}";

#[derive(Deserialize)]
struct Series {
    range: Vec<u64>,
    results: Vec<f64>,
}

/// Every operation at every size.
pub(super) fn figures(source: &Source) -> Result<Vec<Figure>, Problems> {
    let document: BTreeMap<String, Series> = json(source, SHAPE)?;
    let (mut figures, mut problems) = (Vec::new(), Problems::new());
    for (operation, Series { range, results }) in document {
        let mut problem = |message: String| {
            let place = source.text.find(&format!("\"{operation}\"")).map(|at| at..at + operation.len() + 2);
            problems.push(Problem::new(source, place, message).with_help(SHAPE));
        };
        if range.len() != results.len() {
            problem(format!("`{operation}` has {} sizes and {} results", range.len(), results.len()));
        }
        if let Some(ns) = results.iter().find(|ns| !(ns.is_finite() && **ns >= 0.0)) {
            problem(format!("`{operation}` has the result {ns}, which is no time"));
        }
        figures.extend(range.into_iter().zip(results).map(|(size, ns)| Figure {
            operation: operation.clone(),
            size: Some(size),
            unit_of_size: "elements".into(),
            ms: ns / 1e6,
            ..Figure::default()
        }));
    }
    if problems.is_empty() && figures.is_empty() {
        problems.push(Problem::new(source, None, "no results").with_help(SHAPE));
    }
    if problems.is_empty() { Ok(figures) } else { Err(problems) }
}
