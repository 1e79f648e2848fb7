//! The replications of a study, and figures over them.

use sim::Streams;

use crate::effort::Effort;
use crate::metrics::Metrics;

/// Runs the replications of a study, each of so many units of work.
pub(super) fn replications<T: Send>(effort: &Effort, units: f64, run: impl Fn(&Streams) -> T + Sync) -> Vec<T> {
    effort.progress.replicate(effort.replications, units, |number| run(&Streams::new(effort.seed, number)))
}

/// A figure over those replications that have it; missing for this reason where none has.
pub(super) fn estimated(
    metrics: &mut Metrics,
    name: String,
    unit: &str,
    values: impl Iterator<Item = Option<f64>>,
    why: &str,
) {
    let values: Vec<f64> = values.flatten().collect();
    if values.is_empty() {
        metrics.missing(name, unit, why.to_owned());
    } else {
        metrics.estimated(name, unit, &values);
    }
}
