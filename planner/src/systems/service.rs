//! The figures of a proof service, in the order in which they are printed, and what keeps one from being simulated.
//!
//! Figures are over all requests that were offered: one that was refused, or that nobody waited for any longer, is a miss, and its
//! sojourn is infinite. A service that is overloaded is simulated all the same where its queues are bounded, or its clients do
//! not wait for ever: what it does then is what its operator asks.

use models::stage::{SETTLINGS_OF_A_MEAN, SETTLINGS_OF_A_TAIL};
use models::system::System;
use models::systems::service::capacity::{availability, hit_rate};
use models::systems::service::outcome::{Counts, Outcome};
use models::systems::service::{Horizon, Service};
use scenarios::Case;
use sim::QuantileSketch;

use super::{Kind, Latency};
use crate::headlines::{Headline, Headlines};
use crate::metrics::{self, Metrics, Runs};
use crate::obstacle::{Length, saturated, too_short};
use crate::summary::{Metric, Summary};

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
        steps(&mut metrics, case, outcomes);
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
        &HEADLINES
    }

    fn of_interest(outcome: &Outcome) -> &QuantileSketch {
        &outcome.sojourn
    }
}

const fn line(metric: &'static str, heading: &'static str) -> Headline {
    Headline { metric, heading }
}

static HEADLINES: Headlines = Headlines {
    kind: "service",
    request: Service::REQUEST,
    load: "Load and answers",
    time: "time to an answer",
    compared: &[
        line("sojourn.p50", "p50"),
        line("sojourn.p95", "p95"),
        line("sojourn.p99", "p99"),
        line("error_rate", "error\nrate"),
        line("wasted", "wasted\nwork"),
    ],
    money: &[line("cost.total", "total\na month"), line("units.instances", "instances")],
    times: &[
        line("sojourn.p50", "p50"),
        line("sojourn.p99", "p99"),
        line("error_rate", "error\nrate"),
        line("goodput", "answers\na second"),
    ],
    judged: &["sojourn.p99", "error_rate"],
    swung: &["cost.total", "sojourn.p99", "error_rate"],
    swept: &["cost.total", "units.instances", "sojourn.p99", "error_rate"],
    told,
};

/// Median and slowest answers in words, or why there are none, and what is not answered.
fn told(summary: &Summary) -> String {
    let one = |name: &str| match summary.metric(name) {
        Some(Metric { value: Some(seconds), .. }) => format!("within {}", crate::text::time(*seconds)),
        Some(Metric { why: Some(why), .. }) => format!("at an unknown time ({why})"),
        _ => "at an unknown time".to_owned(),
    };
    let errors = match summary.value("error_rate") {
        Some(rate) if rate > 0.0 => format!(", and {} % are not answered", crate::text::count(rate * 100.0)),
        _ => String::new(),
    };
    format!("half of its requests are answered {}, 99 % {}{errors}", one("sojourn.p50"), one("sojourn.p99"))
}

/// What keeps a service from being simulated, for a mean or a tail.
fn obstacle(case: &Case, settlings: f64) -> Option<String> {
    let service = case.system.service();
    let stages = || case.stages.iter();
    let waits_for_ever = service.clients.time_out.is_none() && service.instances.workers.places.is_none();
    let length = Length { warm_up_s: case.horizon.warm_up_s, measured_s: case.horizon.measured_s, step_s: 60.0 };
    match saturated(stages(), case.system.request().unit) {
        Some(why) if waits_for_ever => Some(format!("{why}, and everybody waits for ever")),
        // What is refused or given up empties the queue: it settles faster than one that grows without bound.
        Some(_) => None,
        None => too_short(stages(), length, settlings),
    }
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

/// Waits and services of each step.
fn steps(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let why = obstacle(case, SETTLINGS_OF_A_MEAN).unwrap_or_else(|| "no request came to it".into());
    for (at, step) in case.system.service().steps.iter().enumerate() {
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
        // On workers a request waits before its first step only.
        if at == 0 {
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

/// Utilization of the workers: as simulated where it was, otherwise what the offered load asks of them.
fn utilizations(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    // The simulation counts workers whether or not their instance runs.
    let running = availability(case.system.service());
    for stage in &case.stages {
        let name = format!("utilization.{}", stage.name);
        let busy = |outcome: &Outcome| outcome.steps.iter().map(|step| step.utilization).sum::<f64>() / running;
        match outcomes.is_empty() {
            true => metrics.exact(name, "1", stage.utilization),
            false => metrics.estimated(name, "1", &of_all(outcomes, |outcome| Some(busy(outcome)))),
        }
    }
}
