//! Times to finality of a layered system.

use models::systems::layered::outcome::Outcome;
use scenarios::Case;
use sim::QuantileSketch;

use super::obstacles::Obstacles;
use crate::metrics::Metrics;

/// Median, 99th percentile and mean of each finality, or why there is none.
pub(super) fn latencies(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome], whys: &Obstacles) {
    type Sketch = fn(&Outcome) -> &QuantileSketch;
    let unsettled = outcomes.iter().filter(|outcome| !outcome.settled).count();
    let late = (unsettled > 0).then(|| {
        format!(
            "in {unsettled} of {} the fleet did not finish the proofs that it was given",
            scenarios::counted(&outcomes.len().to_string(), "replication")
        )
    });
    let [votes, proofs] = &whys.slowest;
    let sketches: [(&str, Sketch, Option<String>, &Option<String>); 3] = [
        ("vote_finality", |outcome| &outcome.vote_finality, whys.vote.clone(), votes),
        ("optimistic_finality", |outcome| &outcome.optimistic_finality, whys.vote.clone(), votes),
        ("proof_finality", |outcome| &outcome.proof_finality, whys.proof.clone().or(late), proofs),
    ];
    for (name, sketch, why, slowest) in sketches {
        type Statistic = fn(&QuantileSketch) -> Option<f64>;
        let statistics: [(&str, Statistic); 3] =
            [("p50", |s| s.quantile(0.5)), ("p99", |s| s.quantile(0.99)), ("mean", QuantileSketch::mean)];
        for (statistic, of) in statistics {
            let name = format!("{name}.{statistic}");
            let values: Vec<f64> = outcomes.iter().filter_map(|outcome| of(sketch(outcome))).collect();
            match why.as_ref().or(slowest.as_ref().filter(|_| statistic == "p99")) {
                Some(why) => metrics.missing(name, "s", why.clone()),
                None if values.is_empty() && case.system.layered().demand().proofs() < 1.0 => {
                    metrics.missing(name, "s", "no epoch was challenged in the measured time".into());
                }
                None if values.is_empty() => {
                    metrics.missing(name, "s", "no transaction arrived in the measured time".into());
                }
                None => metrics.estimated(name, "s", &values),
            }
        }
    }
}
