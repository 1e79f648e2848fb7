//! What must be known of the answer about a service beside its numbers.
//!
//! Whether queues grow: those that wait are more in each of four windows to the end of the run than in the one before, each time
//! beyond the noise between replications. Each of three one-sided tests has its level, and all must reject, so that all together have
//! no larger one: R. L. Berger, "Multiparameter hypothesis testing and acceptance sampling" (Technometrics, 1982).

use models::systems::service::outcome::{Outcome, WINDOWS};
use scenarios::{Case, counted};
use sim::Interval;

use crate::metrics::CONFIDENCE;
use crate::text::{count, time};

/// By how much of those of the first window a queue must grow to be worth a word, and by how many.
const WORTH_A_WORD: f64 = 0.1;
const LEAST: f64 = 1.0;

/// All of it, in sentences.
pub(super) fn of(case: &Case, outcomes: &[Outcome]) -> Vec<String> {
    match outcomes.is_empty() {
        true => not_simulated(case),
        false => growing(case, outcomes).into_iter().collect(),
    }
}

/// What the bill assumes of machines that come and go, where no run says how long each is there.
fn not_simulated(case: &Case) -> Vec<String> {
    let service = case.system.service();
    let of_pool = |name: &str, machines: u64| {
        let life = service.lifecycle(name).filter(|life| life.is_paid_in_part())?;
        let all = if machines == 1 {
            "its machine".to_owned()
        } else {
            format!("all {}", counted(&machines.to_string(), "machine"))
        };
        let most = if life.autoscaler.is_some() { ", the most that its autoscaler may want" } else { "" };
        Some(format!(
            "nothing was simulated, so the bill of {name} has {all} at all times{most}: it is the most that it may be"
        ))
    };
    case.fleet.pools.iter().filter_map(|pool| of_pool(&pool.name, pool.machines())).collect()
}

/// Queues that grow to the end of the run.
fn growing(case: &Case, outcomes: &[Outcome]) -> Option<String> {
    let means: Vec<&[f64]> = outcomes.iter().map(|outcome| &outcome.waiting[..]).collect();
    if means.iter().any(|windows| windows.len() != WINDOWS) {
        return None;
    }
    let grows = |window: usize| {
        let steps: Vec<f64> = means.iter().map(|windows| windows[window] - windows[window - 1]).collect();
        Interval::of(&steps, CONFIDENCE).is_some_and(|step| step.low > 0.0)
    };
    let mean = |window: usize| means.iter().map(|windows| windows[window]).sum::<f64>() / means.len() as f64;
    let (first, last) = (mean(0), mean(WINDOWS - 1));
    ((1..WINDOWS).all(grows) && last - first > LEAST.max(first * WORTH_A_WORD)).then(|| {
        format!(
            "the queues grow to the end of the run, from {} to {} that wait: times and shares are those of a run of {} and not of the \
             service, and a longer one shows worse ones",
            count(first),
            count(last),
            time(case.horizon.measured_s)
        )
    })
}
