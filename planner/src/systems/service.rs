//! The figures of a proof service, in the order in which they are printed, and what keeps one from being simulated.
//!
//! Figures are over all requests that were offered: one that was refused, or that nobody waited for any longer, is a miss, and its
//! sojourn is infinite. A service that is overloaded is simulated all the same where something empties its queues: they are bounded,
//! or what nobody waits for any longer leaves them. What it does then is what its operator asks. Otherwise its queues grow for as long
//! as the run, and every figure would be one of the horizon.

mod headlines;
pub(crate) mod storm;
mod timeline;

use models::fleet::HOURS_PER_MONTH;
use models::stage::{SETTLINGS_OF_A_MEAN, SETTLINGS_OF_A_TAIL};
use models::systems::service::capacity::{INSTANCES, availability, hit_rate};
use models::systems::service::outcome::{Counts, Outcome, RolloutCounts, SettlementOutcome};
use models::systems::service::{Horizon, Load, Place, Service, Step};
use scenarios::{Case, Work};
use sim::QuantileSketch;

use super::{Kind, Latency};
use crate::effort::Effort;
use crate::headlines::Headlines;
use crate::metrics::{self, Metrics, Runs};
use crate::obstacle::{Length, saturated, too_short};
use crate::slower::{FigureName, Way};
use crate::timeline::Timeline;

/// Shorter waits are none \[s\].
const LEAST_WAIT_S: f64 = 1e-9;
/// Bounds whose share of requests is told, by their names, in seconds.
const BOUNDS: [(&str, f64); 7] =
    [("50ms", 0.05), ("100ms", 0.1), ("200ms", 0.2), ("500ms", 0.5), ("1s", 1.0), ("5s", 5.0), ("30s", 30.0)];

impl Kind for Service {
    fn of(case: &Case) -> &Self {
        case.system.service()
    }

    fn extent(case: &Case) -> Option<Horizon> {
        obstacle(case, SETTLINGS_OF_A_MEAN).is_none().then(|| case.horizon.into())
    }

    fn figures(case: &Case, outcomes: &[Outcome], _: (u64, Runs)) -> Metrics {
        let mut metrics = Metrics::default();
        metrics::loads(&mut metrics, case);
        sojourn(&mut metrics, case, outcomes);
        fates(&mut metrics, case, outcomes);
        cache(&mut metrics, case, outcomes);
        rollout(&mut metrics, case, outcomes);
        steps(&mut metrics, case, outcomes);
        afterwards(&mut metrics, case, outcomes);
        metrics::capacities(&mut metrics, case);
        utilizations(&mut metrics, case, outcomes);
        metrics::units(&mut metrics, case);
        metrics::costs(&mut metrics, case);
        metrics::unit_cost(&mut metrics, case);
        metrics
    }

    fn latencies() -> Vec<Latency<Outcome>> {
        vec![("sojourn", |outcome| &outcome.sojourn)]
    }

    fn headlines() -> &'static Headlines {
        &headlines::HEADLINES
    }

    fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
        timeline::timeline(case, effort)
    }

    /// All that a service does is proving.
    fn moved(&self, figure: &FigureName<'_>, _: Work) -> Option<Way> {
        const SLOWER: [&str; 14] = [
            "sojourn",
            "wait",
            "service",
            "queue",
            "settlement",
            "error_rate",
            "rejected",
            "timed_out",
            "failed",
            "given_up",
            "wasted",
            "amplification",
            "utilization",
            "units",
        ];
        const FEWER: [&str; 5] = ["capacity", "throughput", "goodput", "availability", "within"];
        let up = figure.is_bill() || figure.name == "cost.proving" || SLOWER.contains(&figure.first());
        Way::of(up, FEWER.contains(&figure.first()))
    }

    fn of_interest(outcome: &Outcome) -> &QuantileSketch {
        &outcome.sojourn
    }
}

/// What keeps a service from being simulated, for a mean or a tail.
fn obstacle(case: &Case, settlings: f64) -> Option<String> {
    let stages = || case.stages.iter();
    let length = Length { warm_up_s: case.horizon.warm_up_s, measured_s: case.horizon.measured_s, step_s: 60.0 };
    overflow(case).or_else(|| {
        // What is refused or called off empties a queue: it settles faster than one that grows without bound.
        let full = saturated(stages(), case.system.request().unit).is_some();
        if full { None } else { too_short(stages(), length, settlings) }
    })
}

/// Why a queue grows for as long as the run, where one does.
fn overflow(case: &Case) -> Option<String> {
    let service = case.system.service();
    let stages = || case.stages.iter();
    let growing = stages().filter(|stage| grows(service, &stage.name));
    let why = saturated(growing, case.system.request().unit)?;
    Some(match service.clients.time_out {
        Some(_) => format!("{why}, no queue is full, and what nobody waits for any longer is served all the same"),
        None => format!("{why}, no queue is full, and everybody waits for ever"),
    })
}

/// Whether nothing keeps the queue of a stage from growing where more comes than it carries.
fn grows(service: &Service, stage: &str) -> bool {
    let closed = matches!(service.load, Load::Closed { .. });
    let called_off = service.clients.time_out.is_some_and(|time_out| time_out.cancels);
    let unbounded = |step: &Step| match step.place {
        Place::Workers => stage == "workers" && service.instances.workers.places.is_none(),
        Place::Instance(servers) | Place::Pool { servers, .. } => step.name == stage && servers.places.is_none(),
    };
    !closed && !called_off && service.steps.iter().any(unbounded)
}

/// Adds a figure over the replications that have it.
fn over(metrics: &mut Metrics, name: String, unit: &str, values: Vec<f64>, why: &str) {
    if values.is_empty() {
        metrics.missing(name, unit, why.to_owned());
    } else {
        metrics.estimated(name, unit, &values);
    }
}

fn of_all(outcomes: &[Outcome], figure: impl Fn(&Outcome) -> Option<f64>) -> Vec<f64> {
    outcomes.iter().filter_map(figure).collect()
}

/// Quantiles over all requests; a mean only of those that were answered, and where all were.
fn sojourn(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let mean_why = obstacle(case, SETTLINGS_OF_A_MEAN);
    let tail_why = obstacle(case, SETTLINGS_OF_A_TAIL);
    for (statistic, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let name = format!("sojourn.{statistic}");
        let why = if share > 0.5 { &tail_why } else { &mean_why };
        if let Some(why) = why {
            metrics.missing(name, "s", why.clone());
            continue;
        }
        let values = of_all(outcomes, |outcome| outcome.sojourn_quantile(share));
        // A quantile that some replications have and others have not is no mean over them.
        let all = values.len() == outcomes.len();
        let why = format!("fewer than {} % of all requests were answered", share * 100.0);
        over(metrics, name, "s", if all { values } else { Vec::new() }, &why);
    }
    match &mean_why {
        Some(why) => metrics.missing("sojourn.mean".into(), "s", why.clone()),
        None => {
            let values = of_all(outcomes, |outcome| outcome.sojourn.mean());
            over(metrics, "sojourn.mean".into(), "s", values, "no request was answered");
        }
    }
}

/// What became of the requests.
fn fates(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let none = obstacle(case, SETTLINGS_OF_A_MEAN).unwrap_or_else(|| "no request was offered".into());
    let mut share = |name: &str, of: &dyn Fn(&Outcome) -> Option<f64>| {
        over(metrics, name.to_owned(), "share", of_all(outcomes, of), &none);
    };
    let part = |of: fn(&Counts) -> u64| {
        move |outcome: &Outcome| {
            let Counts { offered, .. } = outcome.counts;
            (offered > 0).then(|| of(&outcome.counts) as f64 / offered as f64)
        }
    };
    share("error_rate", &Outcome::error_rate);
    share("availability", &|outcome| outcome.error_rate().map(|errors| 1.0 - errors));
    for (bound, seconds) in BOUNDS {
        share(&format!("within.{bound}"), &move |outcome| outcome.within(seconds));
    }
    share("rejected", &part(|counts| counts.rejected));
    share("timed_out", &part(|counts| counts.timed_out));
    share("failed", &part(|counts| counts.failed));
    share("given_up", &part(|counts| counts.given_up));
    share("wasted", &Outcome::wasted_share);
    share("instances.available", &|outcome| Some(outcome.availability));
    over(metrics, "amplification".into(), "1", of_all(outcomes, Outcome::amplification), &none);
    over(metrics, "goodput".into(), "req/s", of_all(outcomes, |outcome| Some(outcome.goodput_per_s())), &none);
}

/// What the cache answers, as simulated and by Che's approximation.
fn cache(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let service = case.system.service();
    if service.cache.is_some() {
        over(metrics, "hit_rate".into(), "share", of_all(outcomes, Outcome::hit_rate), "the cache was not asked");
        metrics.exact("hit_rate.expected", "share", hit_rate(service));
    }
}

/// What a new version does to the attempts.
fn rollout(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    if case.system.service().rollout.is_none() {
        return;
    }
    let none = obstacle(case, SETTLINGS_OF_A_MEAN).unwrap_or_else(|| "nothing was asked".into());
    let shares: [(&str, fn(&RolloutCounts) -> u64); 3] = [
        ("rollout.served", |counts| counts.served),
        ("rollout.failed", |counts| counts.spoiled),
        ("rollout.fallback", |counts| counts.stood_in),
    ];
    for (name, of) in shares {
        let share = |outcome: &Outcome| {
            let made = outcome.attempts.made;
            outcome.rollout.as_ref().filter(|_| made > 0).map(|counts| of(counts) as f64 / made as f64)
        };
        over(metrics, name.to_owned(), "share", of_all(outcomes, share), &none);
    }
}

/// Waits and services of each step.
fn steps(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let why = obstacle(case, SETTLINGS_OF_A_MEAN).unwrap_or_else(|| "no request came to it".into());
    let service = case.system.service();
    for (at, step) in service.steps.iter().enumerate() {
        type Of = fn(&QuantileSketch) -> Option<f64>;
        let statistics: [(&str, Of); 4] = [
            ("p50", |s| s.quantile(0.5)),
            ("p95", |s| s.quantile(0.95)),
            ("p99", |s| s.quantile(0.99)),
            ("mean", QuantileSketch::mean),
        ];
        for (statistic, of) in statistics {
            let values = of_all(outcomes, |outcome| of(&outcome.steps[at].service));
            over(metrics, format!("service.{}.{statistic}", step.name), "s", values, &why);
        }
        // On workers a request waits before the first of its steps only.
        let before = at.checked_sub(1).map(|before| service.steps[before].place);
        if step.place != Place::Workers || before != Some(Place::Workers) {
            for (statistic, of) in statistics.into_iter().filter(|(statistic, _)| *statistic != "p95") {
                // Sketches of times have a least value, which stands for nobody having waited.
                let waited = |seconds: f64| if seconds < LEAST_WAIT_S { 0.0 } else { seconds };
                let values = of_all(outcomes, |outcome| of(&outcome.steps[at].wait).map(waited));
                over(metrics, format!("wait.{}.{statistic}", step.name), "s", values, &why);
            }
            let depth = of_all(outcomes, |outcome| Some(outcome.steps[at].queue_depth));
            over(metrics, format!("queue.{}.mean", step.name), "1", depth, &why);
        }
    }
}

/// Utilization of each stage: as simulated where it was, otherwise what the offered load asks of it.
fn utilizations(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let service = case.system.service();
    for stage in &case.stages {
        // The simulation counts servers of instances whether or not their instance runs.
        let running = if stage.pool == INSTANCES { availability(service) } else { 1.0 };
        let name = format!("utilization.{}", stage.name);
        let of_stage = |step: &&Step| match step.place {
            Place::Workers => stage.name == "workers",
            Place::Instance(_) | Place::Pool { .. } => step.name == stage.name,
        };
        let names: Vec<&str> = service.steps.iter().filter(of_stage).map(|step| step.name.as_str()).collect();
        let busy = |outcome: &Outcome| {
            let steps = outcome.steps.iter().filter(|step| names.contains(&step.name.as_str()));
            Some(steps.map(|step| step.utilization).sum::<f64>() / running)
        };
        match outcomes.is_empty() {
            true => metrics.exact(name, "1", stage.utilization),
            false => metrics.estimated(name, "1", &of_all(outcomes, busy)),
        }
    }
}

/// What becomes of answers, and what wakes the operator.
fn afterwards(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    type Of = fn(&SettlementOutcome) -> Option<f64>;
    let why = obstacle(case, SETTLINGS_OF_A_MEAN);
    if case.system.service().settlement.is_some() {
        let settled: [(&str, &str, Of); 3] = [
            ("settlement.paid.p50", "s", |settled| settled.paid.quantile(0.5)),
            ("settlement.paid.p99", "s", |settled| settled.paid.quantile(0.99)),
            ("settlement.rejected.p50", "s", |settled| settled.rejected.quantile(0.5)),
        ];
        for (name, unit, of) in settled {
            let values = of_all(outcomes, |outcome| of(outcome.settlement.as_ref()?));
            over(metrics, name.into(), unit, values, why.as_deref().unwrap_or("there was none in the measured time"));
        }
        let month = HOURS_PER_MONTH * 3_600.0;
        let disputed =
            |outcome: &Outcome| Some(outcome.settlement.as_ref()?.disputed as f64 * month / outcome.measured_s);
        over(metrics, "disputes".into(), "1/month", of_all(outcomes, disputed), why.as_deref().unwrap_or("no run"));
    }
    for (at, alert) in case.system.service().alerts.iter().enumerate() {
        let none = why.as_deref().unwrap_or("no run");
        let month = HOURS_PER_MONTH * 3_600.0;
        let fired = of_all(outcomes, |outcome| Some(outcome.alerts[at].fired as f64 * month / outcome.measured_s));
        over(metrics, format!("alert.{}.fired", alert.name), "1/month", fired, none);
        let firing = of_all(outcomes, |outcome| Some(outcome.alerts[at].firing));
        over(metrics, format!("alert.{}.firing", alert.name), "share", firing, none);
        let delay = of_all(outcomes, |outcome| outcome.alerts[at].delay.quantile(0.5));
        let unseen = why.as_deref().unwrap_or("it noticed no fault in the measured time");
        over(metrics, format!("alert.{}.delay", alert.name), "s", delay, unseen);
    }
}
