//! Numbers of the proof tree: epochs and days, level by level, and who reads the last proof.

use models::proving::ProofPlan;
use models::systems::layered::outcome::{LevelOutcome, Outcome};
use scenarios::Case;
use sim::QuantileSketch;

use crate::metrics::Metrics;

/// Work of a level, per epoch.
const WORK: &str = "server-s/epoch";

/// Everything about proofs: why none were simulated, and why nothing is said of the slowest.
pub(super) fn proofs(
    metrics: &mut Metrics,
    case: &Case,
    outcomes: &[Outcome],
    (why, slowest): (Option<&str>, Option<&str>),
) {
    match case.system.layered().plan() {
        None => {
            let why = "transactions are proven before they are included: there is no epoch proof";
            for statistic in ["p50", "p99", "max"] {
                metrics.missing(format!("epoch_proof.{statistic}"), "s", why.into());
            }
        }
        Some(plan) => {
            epochs(metrics, outcomes, why, slowest);
            days(metrics, case, plan, outcomes, why);
            levels(metrics, plan, outcomes, why);
        }
    }
    if let Some(seconds) = case.system.layered().witness_s {
        let per_epoch = case.system.layered().witnesses_per_s() * case.system.layered().epoch().as_secs_f64();
        metrics.exact("level.witness.critical", "s", seconds);
        metrics.exact("level.witness.work", "core-s/epoch", seconds * per_epoch);
    }
    light_client(metrics, case);
}

type Statistic = fn(&QuantileSketch) -> Option<f64>;

/// A statistic of a sketch over the replications that have one.
fn of_sketch(
    metrics: &mut Metrics,
    name: String,
    outcomes: &[Outcome],
    of: impl Fn(&Outcome) -> Option<f64>,
    why: &str,
) {
    let values: Vec<f64> = outcomes.iter().filter_map(of).collect();
    if values.is_empty() { metrics.missing(name, "s", why.into()) } else { metrics.estimated(name, "s", &values) }
}

fn epochs(metrics: &mut Metrics, outcomes: &[Outcome], why: Option<&str>, slowest: Option<&str>) {
    let statistics: [(&str, Statistic); 3] =
        [("p50", |s| s.quantile(0.5)), ("p99", |s| s.quantile(0.99)), ("max", QuantileSketch::max)];
    let why = why.unwrap_or("no epoch of the measured time was proven");
    for (statistic, of) in statistics {
        let of = |outcome: &Outcome| of(&outcome.epoch_proof);
        let name = format!("epoch_proof.{statistic}");
        match slowest.filter(|_| statistic == "p99" && !outcomes.is_empty()) {
            Some(slowest) => metrics.missing(name, "s", slowest.into()),
            None => of_sketch(metrics, name, outcomes, of, why),
        }
    }
}

fn days(metrics: &mut Metrics, case: &Case, plan: &ProofPlan, outcomes: &[Outcome], why: Option<&str>) {
    let Some(day) = plan.day else { return };
    let measured = super::horizon(case).days(day.epochs);
    let why = match why {
        Some(why) => why.to_owned(),
        None if !plan.demand.is_for_all() => "epochs are proven on demand only: no day is complete".into(),
        None if measured == 0 => format!("no day of {} epochs ends in the measured time", day.epochs),
        None => "no day of the measured time was proven".into(),
    };
    of_sketch(metrics, "daily_proof.p50".into(), outcomes, |outcome| outcome.day_proof.quantile(0.5), &why);
    let covered =
        case.system.layered().proven_per_s() * case.system.layered().epoch().as_secs_f64() * day.epochs as f64;
    match plan.demand.is_for_all() {
        true => metrics.exact("daily_proof.least", "s", day.merge.duration_s(day.epochs, covered)),
        false => metrics.missing("daily_proof.least".into(), "s", why),
    }
}

fn levels(metrics: &mut Metrics, plan: &ProofPlan, outcomes: &[Outcome], why: Option<&str>) {
    for (level, name) in plan.level_names().iter().enumerate() {
        let name = name.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "_");
        let mut one = |what: &str, unit: &str, of: fn(&LevelOutcome) -> Option<f64>, none: &str| {
            let values: Vec<f64> =
                outcomes.iter().filter_map(|outcome| outcome.levels.get(level)).filter_map(of).collect();
            let name = format!("level.{name}.{what}");
            if values.is_empty() {
                metrics.missing(name, unit, why.unwrap_or(none).into());
            } else {
                metrics.estimated(name, unit, &values);
            }
        };
        let none = "no proof of it was complete in the measured time";
        one("critical", "s", |level| level.critical_s, none);
        one("work", WORK, |level| Some(level.work_s), none);
        one("utilization", "1", |level| Some(level.utilization), none);
    }
}

/// What a light client does to follow one proof: the day's, or an epoch's where there are no days.
fn light_client(metrics: &mut Metrics, case: &Case) {
    let Some(client) = &case.system.layered().light_client else { return };
    let Some(plan) = case.system.layered().plan() else {
        return nothing_to_read(metrics, "there is no proof of many transactions to read");
    };
    if !plan.demand.is_for_all() {
        return nothing_to_read(metrics, "epochs are proven on demand only: there is no proof of all to read");
    }
    let epochs = plan.day.map_or(1, |day| day.epochs);
    let covered = case.system.layered().proven_per_s() * case.system.layered().epoch().as_secs_f64() * epochs as f64;
    let work = client.catch_up(1, covered);
    metrics.exact("light_client.verify", "s", work.verify_s);
    metrics.exact("light_client.bytes", "B", work.bytes);
    metrics.exact("light_client.latency", "s", work.latency_s);
}

fn nothing_to_read(metrics: &mut Metrics, why: &str) {
    for (what, unit) in [("verify", "s"), ("bytes", "B"), ("latency", "s")] {
        metrics.missing(format!("light_client.{what}"), unit, why.into());
    }
}
