//! Chance that what is invalid survives those who watch, for every kind with watchers.
//!
//! The closed form stands beside an estimate that is drawn, of the part that watchers do not share.

use models::disputes::survival::{sampled_survival, survival};
use models::disputes::watchers::Watchers;
use sim::Streams;

use crate::metrics::Metrics;

/// Watchers that are drawn to estimate it.
const TRIALS: u32 = 20_000;

/// Adds it for something of so many transactions that may be challenged for so many seconds, where who does so wins with such a chance.
pub(super) fn chances(
    metrics: &mut Metrics,
    watchers: &Watchers,
    (transactions, window_s): (f64, f64),
    wins: f64,
    seed: u64,
) {
    metrics.exact("survival", "1", survival(watchers, transactions, window_s, wins));
    let independent = Watchers { common_failure: 0.0, ..*watchers };
    metrics.exact("survival.independent", "1", survival(&independent, transactions, window_s, wins));
    let mut stream = Streams::new(seed, 0).stream("survival of invalid blocks");
    match sampled_survival(&independent, (transactions, window_s), wins, TRIALS, &mut stream) {
        Some(found) => metrics.ranged("survival.sampled", "1", found.mean, (found.low, found.high)),
        None => metrics.missing("survival.sampled".into(), "1", "too rare to estimate".into()),
    }
}
