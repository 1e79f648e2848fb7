//! The figures of a proof service, in the order in which they are printed, and what keeps one from being simulated.
//!
//! Figures are over all requests that were offered: one that was refused, or that nobody waited for any longer, is a miss, and its
//! sojourn is infinite. A service that is overloaded is simulated all the same where something empties its queues: they are bounded,
//! or what nobody waits for any longer leaves them. What it does then is what its operator asks. Otherwise its queues grow for as long
//! as the run, and every figure would be one of the horizon.

mod caveats;
pub(crate) mod headlines;
pub(crate) mod storm;
mod timeline;

use models::orders::buyer::{BOUGHT, Bought};
use models::orders::outsourced::MARKET;
use models::stage::{SETTLINGS_OF_A_MEAN, SETTLINGS_OF_A_TAIL};
use models::systems::service::alerts::AlertOutcome;
use models::systems::service::capacity::hit_rate;
use models::systems::service::outcome::{Outcome, StepOutcome};
use models::systems::service::{Horizon, Load, Place, Service, Step, figures};
use scenarios::{Case, Work};
use sim::{QuantileSketch, Span};

use super::{Kind, Latency, started_after_s};
use crate::course::Told;
use crate::effort::Effort;
use crate::headlines::Headlines;
use crate::metrics::{self, Metrics, Runs, declared};
use crate::obstacle::{Length, saturated, too_short};
use crate::slower::{FigureName, Way};
use crate::timeline::Timeline;

impl Kind for Service {
    fn of(case: &Case) -> &Self {
        case.system.service()
    }

    fn extent(case: &Case) -> Option<Horizon> {
        obstacle(case, SETTLINGS_OF_A_MEAN).is_none().then(|| case.horizon.into())
    }

    fn any_extent(case: &Case) -> Option<Horizon> {
        overflow(case).is_none().then(|| case.horizon.into())
    }

    fn warm_after_s(case: &Case) -> f64 {
        let instances = &case.system.service().instances;
        let load_s = instances.first_request.as_secs_f64();
        let first_s = if load_s > 0.0 { load_s + f64::from(instances.count) / case.load_per_s() } else { 0.0 };
        started_after_s(case) + first_s
    }

    fn requests(outcome: &Outcome) -> f64 {
        outcome.counts.offered as f64
    }

    fn share_within(outcome: &Outcome, _: &str, bound_s: f64) -> Option<f64> {
        outcome.within(bound_s)
    }

    fn figures(case: &Case, outcomes: &[Outcome], _: (u64, Runs)) -> Metrics {
        let mut metrics = Metrics::default();
        metrics::loads(&mut metrics, case);
        let all: Vec<&Outcome> = outcomes.iter().collect();
        sojourn(&mut metrics, case, &all);
        requests(&mut metrics, case, &all);
        metrics::capacities(&mut metrics, case);
        utilizations(&mut metrics, case, outcomes);
        let paid = metrics::paid::<Self>(case, outcomes);
        metrics::units(&mut metrics, &paid);
        metrics::hardware(&mut metrics, case);
        metrics::machines::<Self>(&mut metrics, case, outcomes, obstacle(case, SETTLINGS_OF_A_MEAN).as_deref());
        metrics::costs(&mut metrics, &paid);
        metrics::unit_cost(&mut metrics, case, &paid, &Self::carried_per_s(case, outcomes));
        metrics
    }

    /// What a service refuses, or answers when nobody waits any longer, is paid for by what it answers.
    fn carried_per_s(case: &Case, outcomes: &[Outcome]) -> Vec<f64> {
        let answered = |outcome: &Outcome| match case.system.service().load {
            // How much is offered there is up to the service itself.
            Load::Closed { .. } => outcome.goodput_per_s(),
            Load::Open(_) => case.load_per_s() * (1.0 - outcome.error_rate().unwrap_or(0.0)),
        };
        match outcomes.is_empty() {
            true => vec![metrics::throughput(case)],
            false => outcomes.iter().map(answered).collect(),
        }
    }

    fn caveats(case: &Case, outcomes: &[Outcome]) -> Vec<String> {
        caveats::of(case, outcomes)
    }

    fn latencies() -> Vec<Latency<Outcome>> {
        vec![("sojourn", |outcome| &outcome.sojourn)]
    }

    fn headlines(_: &Case) -> &'static Headlines {
        &headlines::HEADLINES
    }

    fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
        timeline::timeline(case, effort)
    }

    fn told(case: &Case, effort: &Effort, every: Span) -> Vec<Told> {
        timeline::told(case, effort, every)
    }

    /// All that a service does is proving.
    fn moved(&self, figure: &FigureName<'_>, _: Work) -> Option<Way> {
        const SLOWER: [&str; 15] = [
            "bought",
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
    // What nobody waits for any longer is not asked for again.
    let asked_for_ever = stage == MARKET && service.clients.time_out.is_none();
    let unbounded = |step: &Step| match step.place {
        Place::Market => asked_for_ever,
        Place::Pool(_) if step.purchase.is_some() => asked_for_ever,
        Place::Workers => stage == "workers" && service.instances.workers.places.is_none(),
        Place::Instance(_) | Place::Pool(_) => step.name == stage && service.servers(step).places.is_none(),
    };
    !closed && !called_off && service.steps.iter().any(unbounded)
}

/// Times to an answer.
fn sojourn(metrics: &mut Metrics, case: &Case, outcomes: &[&Outcome]) {
    let mean_why = obstacle(case, SETTLINGS_OF_A_MEAN);
    let tail_why = obstacle(case, SETTLINGS_OF_A_TAIL);
    for figure in figures::SOJOURN {
        let is_tail = ["p95", "p99"].iter().any(|tail| figure.name.ends_with(tail));
        let why = if is_tail { tail_why.as_deref() } else { mean_why.as_deref() };
        // A quantile that some replications have and others have not is no mean over them.
        let all = figure.name.ends_with("mean") || outcomes.iter().all(|outcome| (figure.of)(outcome).is_some());
        let counted = if why.is_none() && all { outcomes } else { &[] };
        declared(metrics, ("", std::slice::from_ref(figure)), counted, why);
    }
}

/// What became of the requests, and what the parts of the service did that it has.
fn requests(metrics: &mut Metrics, case: &Case, outcomes: &[&Outcome]) {
    let (service, why) = (case.system.service(), obstacle(case, SETTLINGS_OF_A_MEAN));
    let why = why.as_deref();
    declared(metrics, ("", figures::FATES), outcomes, why);
    if service.cache.is_some() {
        declared(metrics, ("", figures::CACHE), outcomes, why);
        // Its twin by Che's approximation.
        metrics.exact("hit_rate.expected", "share", hit_rate(service));
    }
    if service.rollout.is_some() {
        declared(metrics, ("", figures::ROLLOUT), outcomes, why);
    }
    for (at, step) in service.steps.iter().enumerate() {
        let parts: Vec<&StepOutcome> = outcomes.iter().map(|outcome| &outcome.steps[at]).collect();
        declared(metrics, (&step.name, figures::SERVICES), &parts, why);
        // On workers a request waits before the first of its steps only.
        let before = at.checked_sub(1).map(|before| &service.steps[before].place);
        let queues = step.place != Place::Workers || before != Some(&Place::Workers);
        if queues && step.place != Place::Market {
            declared(metrics, (&step.name, figures::WAITS), &parts, why);
        }
    }
    if service.purchase().is_some() {
        let bought: Vec<&Bought> = outcomes.iter().filter_map(|outcome| outcome.bought.as_ref()).collect();
        declared(metrics, ("", BOUGHT), &bought, why);
    }
    if service.settlement.is_some() {
        declared(metrics, ("", figures::SETTLEMENT), outcomes, why);
    }
    for (at, alert) in service.alerts.iter().enumerate() {
        let parts: Vec<&AlertOutcome> = outcomes.iter().map(|outcome| &outcome.alerts[at]).collect();
        declared(metrics, (&alert.name, figures::ALERTS), &parts, why);
    }
}

/// Utilization of each stage: as simulated where it was, otherwise what the offered load asks of it.
fn utilizations(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let service = case.system.service();
    for stage in case.stages.iter().chain(&case.beside) {
        if stage.name == MARKET && service.purchase().is_some() {
            metrics.exact(format!("utilization.{}", stage.name), "1", stage.utilization);
            continue;
        }
        // The simulation counts servers whether or not their machine runs.
        let machines = case.fleet.machines(&stage.pool) as f64;
        let running = |outcome: &Outcome| outcome.pool(&stage.pool).map_or(1.0, |pool| pool.serving / machines);
        let name = format!("utilization.{}", stage.name);
        let of_stage = |step: &&Step| match step.place {
            Place::Workers => stage.name == "workers",
            Place::Instance(_) | Place::Pool(_) => step.name == stage.name,
            Place::Market => false,
        };
        let names: Vec<&str> = service.steps.iter().filter(of_stage).map(|step| step.name.as_str()).collect();
        let busy = |outcome: &Outcome| {
            let steps = outcome.steps.iter().filter(|step| names.contains(&step.name.as_str()));
            let busy = steps.map(|step| step.utilization).sum::<f64>();
            // Where no machine ever served, none was busy.
            if busy > 0.0 { busy / running(outcome) } else { 0.0 }
        };
        match outcomes.is_empty() {
            true => metrics.exact(name, "1", stage.utilization),
            false => metrics.estimated(name, "1", &outcomes.iter().map(busy).collect::<Vec<_>>()),
        }
    }
}
