//! Bencher Metric Format: `{"benchmark": {"latency": {"value": ns, "lower_value": ns, "upper_value": ns}}}`, the size at the end of the
//! name, as Proofcast exports it. Other measures are no times and are passed over.

use super::figure::{Figure, Found};
use super::json::{Entries, document};
use super::units::TimeUnit;
use crate::reading::{Problems, Source};

const SHAPE: &str = "Bencher Metric Format: {\"benchmark\": {\"latency\": {\"value\", \"lower_value\", \"upper_value\"}}} in nanoseconds";

/// The latency of every benchmark.
pub(super) fn figures(source: &Source) -> Result<Found, Problems> {
    let Entries(benchmarks) = document(source, SHAPE)?;
    let mut found = Found::new(source);
    for (name, measures) in benchmarks {
        let (latency, unit) = (&measures["latency"], TimeUnit::Nanoseconds);
        let ns = |key: &str| latency[key].as_f64();
        let figure = ns("value").map(|time| {
            Figure::named(name.split('/'), unit.ms(time)).within(ns("lower_value"), ns("upper_value"), unit)
        });
        found.entry(&name, figure.ok_or_else(|| "it has no `latency` with a `value`".into()));
    }
    found.finish(source, SHAPE)
}
