//! What a reader must be told of a service beside its inputs: where the run does not show, or the sizing does not hold, what one would
//! expect.

use models::arrivals::Arrivals;
use models::system::Horizon;
use models::systems::service::capacity::{admitted_share, cache_fills_s, offered_per_s};
use models::systems::service::{Load, Service};

/// A day \[s\].
const DAY_S: f64 = 86_400.0;
/// Fewer are not worth a word: of the requests that are refused, and by how much a peak exceeds the mean.
const WORTH_A_WORD: f64 = 0.01;

/// Everything, in sentences.
pub(super) fn of(system: &Service, horizon: Horizon) -> Vec<String> {
    [
        cold_cache(system, horizon),
        hits(system),
        refused(system, horizon),
        peak(system, horizon),
        part_of_a_day(system, horizon),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn minutes(seconds: f64) -> String {
    format!("{:.0} min", (seconds / 60.0).ceil())
}

/// A cache that is not full when the measured time begins.
fn cold_cache(system: &Service, horizon: Horizon) -> Option<String> {
    let fills_s = cache_fills_s(system, horizon.into())?;
    (fills_s > horizon.warm_up_s).then(|| {
        format!(
            "the cache is cold: it is full after about {}, and the warm-up is {}, so that fewer results are there than in the long run",
            minutes(fills_s),
            minutes(horizon.warm_up_s)
        )
    })
}

fn hits(system: &Service) -> Option<String> {
    let answer_s = system.cache?.answer.as_secs_f64();
    (answer_s > 0.0).then(|| "an answer from the cache takes its time, and no server of an instance".to_owned())
}

/// What clients' limits refuse is neither proven nor paid for.
fn refused(system: &Service, horizon: Horizon) -> Option<String> {
    let refused = 1.0 - admitted_share(system, horizon.into());
    (refused > WORTH_A_WORD).then(|| {
        format!(
            "the rate limits of the clients refuse about {:.0} % of the requests, for which no machines are sized; costs are per \
             request that is offered",
            refused * 100.0
        )
    })
}

/// The fleet is that of the mean load.
fn peak(system: &Service, horizon: Horizon) -> Option<String> {
    let Load::Open(arrivals) = &system.load else { return None };
    let (peak, mean) = (arrivals.peak_per_s()?, offered_per_s(system, horizon.into()));
    (peak > (1.0 + WORTH_A_WORD) * mean).then(|| {
        format!("the fleet is sized for the mean load, {mean:.2} req/s, and not for its peak of {peak:.2} req/s")
    })
}

/// A run that is no whole number of days.
fn part_of_a_day(system: &Service, horizon: Horizon) -> Option<String> {
    let Load::Open(Arrivals::Daily { .. }) = &system.load else { return None };
    let days = horizon.measured_s / DAY_S;
    (days.fract() > 1e-6).then(|| {
        format!(
            "the measured time is {days:.2} days from {} after midnight on: what a whole day is like shows `horizon=\"1 d\"`",
            minutes(horizon.warm_up_s)
        )
    })
}
