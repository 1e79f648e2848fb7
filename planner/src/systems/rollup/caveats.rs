//! What must be known of the answer about a rollup beside its numbers.

use models::systems::rollup::outcome::Outcome;
use scenarios::Case;

/// Of less of the load by which runs differ from it nothing is said.
const FEW: f64 = 25.0;

/// All of it, in sentences.
pub(super) fn of(case: &Case, outcomes: &[Outcome]) -> Vec<String> {
    [unfinished(outcomes), few_settlements(case, outcomes), not_simulated(outcomes)].into_iter().flatten().collect()
}

/// Runs that gave up waiting.
fn unfinished(outcomes: &[Outcome]) -> Option<String> {
    let late = outcomes.iter().filter(|outcome| !outcome.complete).count();
    (late > 0).then(|| {
        format!(
            "in {late} of {} runs not everything was settled when the run gave up waiting: times to a settlement are not told",
            outcomes.len()
        )
    })
}

/// Percentiles of few settlements.
fn few_settlements(case: &Case, outcomes: &[Outcome]) -> Option<String> {
    let settled =
        outcomes.iter().map(|outcome| outcome.counts.settled as f64).sum::<f64>() / outcomes.len().max(1) as f64;
    (!outcomes.is_empty() && settled < FEW).then(|| {
        format!(
            "a run has {settled:.0} settlements in its {}: how times spread between them is seen from few, and a longer `horizon` shows more",
            crate::text::duration(case.horizon.measured_s)
        )
    })
}

/// What the bill assumes where nothing was simulated.
fn not_simulated(outcomes: &[Outcome]) -> Option<String> {
    outcomes.is_empty().then(|| {
        "nothing was simulated: fees on L1 are those of an even load, and machines that come and go are paid for all the time".to_owned()
    })
}
