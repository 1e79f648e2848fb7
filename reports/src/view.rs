//! Questions that several reports ask of a comparison: which designs, books and stages there are, in which order.
//!
//! Names come from the data alone; nothing here knows a design, a book or a stage.

use planner::{Comparison, Metric, Summary};

/// The sizing that asks what the fleets named by the design sustain.
pub const SPECIFIED: &str = "specified";
/// The sizing that asks what carrying the offered load takes.
pub const SIZED: &str = "sized";

/// Outcomes of one sizing, in their order.
pub fn of_sizing<'a>(comparison: &'a Comparison, sizing: &str) -> Vec<&'a Summary> {
    comparison.designs.iter().filter(|summary| summary.sizing == sizing).collect()
}

/// Different values of a key, in the order of their first appearance.
pub fn distinct<'a>(keys: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for key in keys {
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    seen
}

/// Names of the designs among these outcomes.
pub fn designs<'a>(outcomes: &[&'a Summary]) -> Vec<&'a str> {
    distinct(outcomes.iter().map(|summary| summary.design.as_str()))
}

/// Names of the cost books among these outcomes.
pub fn books<'a>(outcomes: &[&'a Summary]) -> Vec<&'a str> {
    distinct(outcomes.iter().map(|summary| summary.costs.as_str()))
}

/// The outcome of a design under a book.
pub fn find<'a>(outcomes: &[&'a Summary], design: &str, costs: &str) -> Option<&'a Summary> {
    outcomes.iter().copied().find(|summary| summary.design == design && summary.costs == costs)
}

/// What follows `prefix.` in the names of metrics: the stages of `capacity`, `units` or `utilization`.
pub fn stages<'a>(outcomes: &[&'a Summary], prefix: &str) -> Vec<&'a str> {
    let metrics = outcomes.iter().flat_map(|summary| &summary.metrics);
    distinct(metrics.filter_map(|metric| metric.name.strip_prefix(prefix)?.strip_prefix('.')))
}

/// A metric's value where it is a number.
pub fn finite(summary: &Summary, name: &str) -> Option<f64> {
    summary.value(name).filter(|value| value.is_finite())
}

/// A metric's interval where it is estimated.
pub fn interval(metric: &Metric) -> Option<(f64, f64)> {
    metric.low.zip(metric.high).filter(|(low, high)| low.is_finite() && high.is_finite())
}

/// A machine name for people: `validator_downlink` → `validator downlink`.
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The book that the titles speak about: what was measured where there is such a book, else the last one.
pub fn leading_book<'a>(books: &[&'a str]) -> Option<&'a str> {
    books.iter().find(|book| **book == "measured").or(books.last()).copied()
}
