//! A service against closed answers of queueing theory, and what must hold of every run.

mod buying;
mod clients;
mod failures;
mod groups;
mod machines;
mod operations;
mod queues;

use sim::{Interval, Span, Streams, replicate};

use super::outcome::Outcome;
use super::*;
use crate::arrivals::Arrivals;
use crate::machines::{Failures, Lifecycle};
use crate::work::WorkCurve;

pub(super) const NO_LIMIT: Option<u64> = None;

/// Servers in the order of arrival.
pub(super) fn servers(count: u64, places: Option<u64>) -> Servers {
    Servers { count, places, discipline: Discipline::Fifo }
}

/// One machine that all instances share.
pub(super) fn pool(servers: Servers) -> Place {
    Place::Pool(Pool { machines: 1, servers, kinds: Vec::new(), lifecycle: Lifecycle::default(), checkpoint: None })
}

/// Machines that fail after `between_s` in the mean, and are repaired in `repair_s` and started in `start_up_s`.
pub(super) fn failing(between_s: f64, repair_s: f64, start_up_s: f64) -> Lifecycle {
    let failures = Failures { between: Span::from_secs_f64(between_s), repair: Span::from_secs_f64(repair_s) };
    Lifecycle { start_up: Span::from_secs_f64(start_up_s), failures: Some(failures), ..Lifecycle::default() }
}

/// A step of a mean of `mean_s`.
pub(super) fn step(name: &str, mean_s: f64, spread: Spread, place: Place) -> Step {
    let service = ServiceLaw { work: WorkCurve::constant(mean_s), spread };
    Step { name: name.into(), service, place, form: Form::Single, purchase: None }
}

/// Clients who wait for ever and ask once.
pub(super) const PATIENT: Clients = Clients { number: 1, limit: None, time_out: None, retries: None };

/// One instance with one step on its workers, and Poisson arrivals.
pub(super) fn queue(servers: Servers, per_s: f64, (mean_s, spread): (f64, Spread)) -> Service {
    Service {
        load: Load::Open(Arrivals::poisson(per_s)),
        clients: PATIENT,
        classes: vec![Class { name: "all".into(), share: 1.0, size: 1.0, priority: 0 }],
        cache: None,
        instances: Instances {
            count: 1,
            workers: servers,
            first_request: Span::ZERO,
            lifecycle: Lifecycle::default(),
            health_check: Span::from_secs(5),
            requeues: false,
        },
        balance: Balance::RoundRobin,
        steps: vec![step("prove", mean_s, spread, Place::Workers)],
        settlement: None,
        rollout: None,
        alerts: Vec::new(),
    }
}

/// A tenth of warm-up, and time enough for what has not ended.
pub(super) fn horizon(measured_s: f64) -> Horizon {
    let span = Span::from_secs_f64;
    Horizon { warm_up: span(measured_s / 10.0), measured: span(measured_s), drain: span(measured_s) }
}

/// Ten replications.
pub(super) fn runs(system: &Service, horizon: Horizon) -> Vec<Outcome> {
    let outcomes = replicate(0..10, |replication| run(system, horizon, &Streams::new(17, replication)));
    outcomes.iter().for_each(conserves);
    outcomes
}

/// The 99 % interval of a figure over runs, narrower than the stated share of the mean.
pub(super) fn interval(outcomes: &[Outcome], within: f64, figure: impl Fn(&Outcome) -> f64) -> Interval {
    let figures: Vec<f64> = outcomes.iter().map(figure).collect();
    let found = Interval::of(&figures, 0.99).expect("several figures");
    assert!(found.relative_half_width() < within, "too wide to tell: {found:?}");
    found
}

/// Every request that was offered became something, once.
pub(super) fn conserves(outcome: &Outcome) {
    let counts = outcome.counts;
    let missed = counts.rejected + counts.timed_out + counts.failed + counts.given_up;
    assert_eq!(counts.offered, counts.completed + missed + counts.in_flight, "{counts:?}");
    assert!(outcome.wasted_s <= outcome.work_s * (1.0 + 1e-9));
    assert_eq!(outcome.sojourn.mass(), counts.completed as f64);
}

/// Everything of an outcome that can be compared.
pub(super) fn bytes(outcome: &Outcome) -> String {
    format!("{outcome:?}")
}
