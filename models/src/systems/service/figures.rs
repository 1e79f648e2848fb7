//! Every figure that a run of a service gives.
//!
//! Shares are of all requests that were offered, and so are the quantiles of the sojourn: one without an answer waits for ever.

use crate::figures::Figure;
use crate::machines::figures::per_month;
use crate::systems::service::alerts::AlertOutcome;
use crate::systems::service::outcome::{Counts, Outcome, RolloutCounts, SettlementOutcome, StepOutcome};

/// Shorter waits are none \[s\]: sketches of times have a least value, which stands for nobody having waited.
const LEAST_WAIT_S: f64 = 1e-9;

/// From arrival to answer. The mean is of those that were answered.
pub const SOJOURN: &[Figure<Outcome>] = &[
    Figure::new("sojourn.p50", "s", |it| it.sojourn_quantile(0.5), "fewer than 50 % of all requests were answered"),
    Figure::new("sojourn.p95", "s", |it| it.sojourn_quantile(0.95), "fewer than 95 % of all requests were answered"),
    Figure::new("sojourn.p99", "s", |it| it.sojourn_quantile(0.99), "fewer than 99 % of all requests were answered"),
    Figure::new("sojourn.mean", "s", |it| it.sojourn.mean(), "no request was answered"),
];

/// What became of the requests.
pub const FATES: &[Figure<Outcome>] = &[
    of_requests("error_rate", Outcome::error_rate),
    of_requests("availability", |it| it.error_rate().map(|errors| 1.0 - errors)),
    of_requests("within.50ms", |it| it.within(0.05)),
    of_requests("within.100ms", |it| it.within(0.1)),
    of_requests("within.200ms", |it| it.within(0.2)),
    of_requests("within.500ms", |it| it.within(0.5)),
    of_requests("within.1s", |it| it.within(1.0)),
    of_requests("within.5s", |it| it.within(5.0)),
    of_requests("within.10s", |it| it.within(10.0)),
    of_requests("within.30s", |it| it.within(30.0)),
    of_requests("rejected", |it| it.share(|counts| counts.rejected)),
    of_requests("timed_out", |it| it.share(|counts| counts.timed_out)),
    of_requests("failed", |it| it.share(|counts| counts.failed)),
    of_requests("given_up", |it| it.share(|counts| counts.given_up)),
    Figure::new("wasted", "share", Outcome::wasted_share, "no server did anything"),
    of_requests("instances.available", |it| Some(it.availability())),
    Figure::new("amplification", "1", Outcome::amplification, NO_REQUEST),
    Figure::new("goodput", "req/s", |it| Some(it.goodput_per_s()), NO_REQUEST),
];

/// What the cache answers.
pub const CACHE: &[Figure<Outcome>] = &[Figure::new("hit_rate", "share", Outcome::hit_rate, "the cache was not asked")];

/// What a new version does to the attempts.
pub const ROLLOUT: &[Figure<Outcome>] = &[
    Figure::new("rollout.served", "share", |it| it.of_attempts(|counts| counts.served), NO_ATTEMPT),
    Figure::new("rollout.failed", "share", |it| it.of_attempts(|counts| counts.spoiled), NO_ATTEMPT),
    Figure::new("rollout.fallback", "share", |it| it.of_attempts(|counts| counts.stood_in), NO_ATTEMPT),
];

/// How long a step takes.
pub const SERVICES: &[Figure<StepOutcome>] = &[
    Figure::new("service.*.p50", "s", |it| it.service.quantile(0.5), NOBODY_CAME),
    Figure::new("service.*.p95", "s", |it| it.service.quantile(0.95), NOBODY_CAME),
    Figure::new("service.*.p99", "s", |it| it.service.quantile(0.99), NOBODY_CAME),
    Figure::new("service.*.mean", "s", |it| it.service.mean(), NOBODY_CAME),
];

/// How long requests wait for a step, where there is a queue before it.
pub const WAITS: &[Figure<StepOutcome>] = &[
    Figure::new("wait.*.p50", "s", |it| it.wait.quantile(0.5).map(waited), NOBODY_CAME),
    Figure::new("wait.*.p99", "s", |it| it.wait.quantile(0.99).map(waited), NOBODY_CAME),
    Figure::new("wait.*.mean", "s", |it| it.wait.mean().map(waited), NOBODY_CAME),
    Figure::new("queue.*.mean", "1", |it| Some(it.queue_depth), NOBODY_CAME),
];

/// What becomes of answers.
pub const SETTLEMENT: &[Figure<Outcome>] = &[
    Figure::new("settlement.paid.p50", "s", |it| it.settled(|settled| settled.paid.quantile(0.5)), NOT_SETTLED),
    Figure::new("settlement.paid.p99", "s", |it| it.settled(|settled| settled.paid.quantile(0.99)), NOT_SETTLED),
    Figure::new("settlement.rejected.p50", "s", |it| it.settled(|settled| settled.rejected.quantile(0.5)), NOT_SETTLED),
    Figure::new("disputes", "1/month", Outcome::disputes_per_month, NOT_SETTLED),
];

/// What an alert does.
pub const ALERTS: &[Figure<AlertOutcome>] = &[
    Figure::new("alert.*.fired", "1/month", |it| Some(per_month(it.fired, it.measured_s)), "no run"),
    Figure::new("alert.*.firing", "share", |it| Some(it.firing), "no run"),
    Figure::new(
        "alert.*.delay",
        "s",
        |it| it.delay.quantile(0.5).map(waited),
        "it noticed no fault in the measured time",
    ),
];

const NO_REQUEST: &str = "no request was offered";
const NO_ATTEMPT: &str = "nothing was asked";
const NOBODY_CAME: &str = "no request came to it";
const NOT_SETTLED: &str = "there was none in the measured time";

/// A share of all requests.
const fn of_requests(name: &'static str, of: fn(&Outcome) -> Option<f64>) -> Figure<Outcome> {
    Figure::new(name, "share", of, NO_REQUEST)
}

fn waited(seconds: f64) -> f64 {
    if seconds < LEAST_WAIT_S { 0.0 } else { seconds }
}

impl Outcome {
    fn share(&self, of: fn(&Counts) -> u64) -> Option<f64> {
        let offered = self.counts.offered;
        (offered > 0).then(|| of(&self.counts) as f64 / offered as f64)
    }

    fn of_attempts(&self, of: fn(&RolloutCounts) -> u64) -> Option<f64> {
        let made = self.attempts.made;
        self.rollout.as_ref().filter(|_| made > 0).map(|counts| of(counts) as f64 / made as f64)
    }

    fn settled(&self, of: fn(&SettlementOutcome) -> Option<f64>) -> Option<f64> {
        of(self.settlement.as_ref()?)
    }

    fn disputes_per_month(&self) -> Option<f64> {
        Some(per_month(self.settlement.as_ref()?.disputed, self.measured_s))
    }
}
