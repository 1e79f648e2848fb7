//! Numbers of proofs that are made on request: what who asks sees, and what is made for it.
//!
//! Nothing in the chain waits for such a proof, so requests are run by themselves, over far more time than the chain:
//! the newest epochs that can be asked for may be a week of them. What caches save by a closed form stands beside what
//! was seen (`requests.hits.expected`).

use models::fleet::HOURS_PER_MONTH;
use models::proving::Demand;
use models::proving::answering::{Answered, Takes, answer};
use models::systems::layered::capacity::PROVERS;
use scenarios::Case;
use sim::{QuantileSketch, Streams, replicate};

use crate::metrics::{Metrics, Runs};

/// Requests that are counted in every replication.
const COUNTED: u64 = 2_000;
/// Fewest replications.
const FEWEST: u32 = 10;
/// Most requests that are run first: with fewer, a fleet as busy as this has not settled.
const MOST_WARM_UP: f64 = 200_000.0;

/// Everything about requests, where proofs are made on request.
pub(super) fn requests(metrics: &mut Metrics, case: &Case, (seed, runs): (u64, Runs)) {
    let Some(plan) = case.system.layered().plan() else { return };
    let Demand::OnRequest { requests, expected } = plan.demand else { return };
    let epoch_s = case.system.layered().epoch().as_secs_f64();
    let a_month = HOURS_PER_MONTH * 3_600.0 / epoch_s;
    metrics.exact("requests.asked", "1/month", requests.per_epoch * a_month);
    metrics.exact("requests.hits.expected", "1", expected.hits);
    metrics.exact("requests.proofs.expected", "1/month", expected.made * a_month);
    metrics.exact("requests.never", "1", requests.never());
    let busy = case.stages.iter().find(|stage| stage.pool == PROVERS).map_or(0.0, |stage| stage.utilization);
    let settling = 20.0 / (1.0 - busy).powi(2);
    let seen = match busy {
        busy if busy >= 1.0 => Err("provers cannot make the proofs that are asked for".to_owned()),
        _ if settling > MOST_WARM_UP => Err(format!("waits for provers at utilization {busy:.3} do not settle")),
        _ => Ok(replicate(runs.at_least(FEWEST), |replication| {
            let streams = Streams::new(seed, replication);
            let system = &case.system;
            let takes =
                Takes::of(plan, &requests, system.layered().prover_servers, system.layered().proven_per_s() * epoch_s);
            answer(&requests, takes, epoch_s, (settling as u64, COUNTED), &streams)
        })),
    };
    let share = |of: fn(&Answered) -> u64| move |seen: &Answered| Some(of(seen) as f64 / seen.requests as f64);
    let mut add = |name: &str, unit: &str, of: &dyn Fn(&Answered) -> Option<f64>, none: &str| match &seen {
        Err(why) => metrics.missing(name.into(), unit, why.clone()),
        Ok(seen) => match seen.iter().filter_map(of).collect::<Vec<f64>>() {
            values if values.is_empty() => metrics.missing(name.into(), unit, none.into()),
            values => metrics.estimated(name.into(), unit, &values),
        },
    };
    add("requests.at_once", "1", &share(|seen| seen.at_once), "");
    add("requests.joined", "1", &share(|seen| seen.joined), "");
    let asked = requests.per_epoch * a_month;
    add("requests.proofs", "1/month", &|seen| Some(asked * seen.made() as f64 / seen.requests as f64), "");
    let none = "no proof was made";
    let again = |seen: &Answered| (seen.made() > 0).then(|| seen.remade / seen.made() as f64);
    add("requests.witnesses_again", "1", &again, none);
    add("requests.busy", "1", &|seen| Some(seen.busy), "");
    type Statistic = fn(&QuantileSketch) -> Option<f64>;
    let statistics: [(&str, Statistic); 3] =
        [("p50", |s| s.quantile(0.5)), ("p99", |s| s.quantile(0.99)), ("mean", QuantileSketch::mean)];
    for (statistic, of) in statistics {
        let none = "every request was answered at once";
        add(&format!("request.{statistic}"), "s", &|seen| of(&seen.waits), none);
    }
}
