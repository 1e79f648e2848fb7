//! What must be known of the answer about a market beside its numbers.

use models::systems::market::outcome::Outcome;
use scenarios::Case;

/// Of fewer requests a 99th percentile is hardly seen.
const FEW: f64 = 500.0;

/// All of it, in sentences.
pub(super) fn of(case: &Case, outcomes: &[Outcome]) -> Vec<String> {
    if outcomes.is_empty() {
        return vec![
            "nothing was simulated: proofs are bought at the price at which supply meets demand at an even load"
                .to_owned(),
        ];
    }
    few_requests(case, outcomes).into_iter().collect()
}

/// Percentiles of few requests.
fn few_requests(case: &Case, outcomes: &[Outcome]) -> Option<String> {
    let made = outcomes.iter().map(|outcome| outcome.requests.counts.made as f64).sum::<f64>() / outcomes.len() as f64;
    (made < FEW).then(|| {
        format!(
            "a run has {made:.0} requests in its {}: the slowest of them are seen from few, and a longer `horizon` shows more",
            crate::text::duration(case.horizon.measured_s)
        )
    })
}
