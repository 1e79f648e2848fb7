//! What a changed cost of an operation does to a design: the same case before and after, on common random numbers.
//!
//! Every time of the operation is multiplied by the factor that a gate found, and the fleet is sized anew for it, as whoever runs the
//! system would. Differences are taken replication by replication and world by world, so that what both share drops out.

use scenarios::Case;
use serde::Serialize;

use crate::effort::Effort;
use crate::metrics::CONFIDENCE;
use crate::summarize::{Origin, summarize};
use crate::summary::{Metric, Summary};

/// Figures beside the headlines of a kind that a changed cost may move.
const MOVED: [&str; 4] = ["throughput", "capacity", "cost.total", "cost.per_million_transactions"];
/// Prefix of the numbers of machines and of servers by stage.
const UNITS: &str = "units.";

/// A smaller share of a figure is not worth a word.
const LITTLE: f64 = 1e-3;

/// What a changed cost does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Impact {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the design.
    pub design: String,
    /// Cost book.
    pub costs: String,
    /// Operations and the factors of their times.
    pub operations: Vec<(String, f64)>,
    /// Figures that differ by more than their noise, before and after.
    pub moved: Vec<Moved>,
    /// Names of those that were looked at and do not.
    pub unmoved: Vec<String>,
}

/// A figure before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// Name of the figure.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Before; `null` where it had none.
    pub before: Option<f64>,
    /// After.
    pub after: Option<f64>,
    /// After minus before, with its interval; `null` where one of them is missing.
    pub difference: Option<Metric>,
    /// Why there is no figure on one side.
    pub why: Option<String>,
}

/// Simulates both and tells what moved. `operations` are told as they are.
pub fn impact(cases: [&Case; 2], operations: Vec<(String, f64)>, effort: &Effort, origin: &Origin) -> Impact {
    let [before, after] = cases.map(|case| summarize(case, effort, origin));
    let mut names: Vec<&str> = MOVED.to_vec();
    names.extend(before.headlines.swung.iter().filter(|name| !MOVED.contains(name)));
    let units = before.metrics.iter().map(|metric| metric.name.as_str()).filter(|name| name.starts_with(UNITS));
    names.extend(units);
    let (mut moved, mut unmoved) = (Vec::new(), Vec::new());
    for name in names {
        match of(name, &before, &after) {
            Some(found) if found.is_worth_a_word() => moved.push(found),
            Some(_) => unmoved.push(name.to_owned()),
            None => {}
        }
    }
    let Summary { scenario, design, costs, .. } = before;
    Impact { scenario, design, costs, operations, moved, unmoved }
}

impl Moved {
    /// Whether it differs by more than its noise, and by more than [`LITTLE`].
    fn is_worth_a_word(&self) -> bool {
        let (Some(before), Some(after)) = (self.before, self.after) else { return self.before != self.after };
        let ends = self.difference.as_ref().and_then(|metric| metric.low.zip(metric.high));
        let noise = ends.is_some_and(|(low, high)| low <= 0.0 && 0.0 <= high);
        !noise && (after - before).abs() > LITTLE * before.abs()
    }
}

/// A figure on both sides; nothing where the design has no such figure.
fn of(name: &str, before: &Summary, after: &Summary) -> Option<Moved> {
    let (stated, then) = (before.metric(name)?, after.metric(name)?);
    let difference = match (before.samples.get(name), after.samples.get(name), stated.value.and(then.value)) {
        (Some(base), Some(sample), Some(_)) => {
            Some(sample.difference(base, format!("{name}.difference"), &stated.unit, CONFIDENCE))
        }
        _ => None,
    };
    let why =
        stated.why.clone().or_else(|| then.why.clone()).filter(|_| stated.value.is_none() || then.value.is_none());
    Some(Moved {
        name: name.into(),
        unit: stated.unit.clone(),
        before: stated.value,
        after: then.value,
        difference,
        why,
    })
}
