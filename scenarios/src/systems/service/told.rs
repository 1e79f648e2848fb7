//! What a reader must be told of a service beside its inputs: where the run does not show, or the sizing does not hold, what one would
//! expect.

use crate::notes::{sized_for_mean, sized_for_peak, told_of_days};
use models::arrivals::Arrivals;
use models::system::Horizon;
use models::systems::service::capacity::{admitted_share, cache_fills_s, offered_per_s};
use models::systems::service::{Load, Service};

/// Fewer of the requests that are refused are not worth a word.
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
             request that is answered",
            refused * 100.0
        )
    })
}

/// The fleet is that of the peak of a profile, and of the mean load of bursts and steps.
fn peak(system: &Service, horizon: Horizon) -> Option<String> {
    let Load::Open(arrivals) = &system.load else { return None };
    let (_, end) = horizon.measured();
    let (peak, mean) = (arrivals.peak_per_s(end)?, offered_per_s(system, horizon.into()));
    match arrivals {
        Arrivals::Poisson { .. } => sized_for_peak((peak, mean), "req"),
        _ => sized_for_mean((peak, mean), "req"),
    }
}

/// A run that is no whole number of days.
fn part_of_a_day(system: &Service, horizon: Horizon) -> Option<String> {
    match &system.load {
        Load::Open(Arrivals::Poisson { profile, .. }) => told_of_days(profile, horizon),
        Load::Open(_) | Load::Closed { .. } => None,
    }
}
