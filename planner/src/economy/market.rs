//! The market for proofs in numbers: who lives on it, what is wasted, what the network pays and the provers' bills are.

use models::market::steady::Steady;
use models::market::study::Study;
use sim::Tally;

use super::{estimated, replications};
use crate::metrics::Metrics;
use crate::run::Effort;
use crate::text::{count, duration};

/// A figure of one replication, if it has it.
type Figure = fn(&Steady) -> Option<f64>;

/// What is simulated: name, unit, figure.
const SIMULATED: [(&str, &str, Figure); 10] = [
    ("provers", "provers", |steady| mean(&steady.provers)),
    ("profit", "USD/month", |steady| mean(&steady.profit_usd)),
    ("profit_spread", "USD/month", |steady| mean(&steady.profit_usd).map(|_| steady.profit_usd.variance().sqrt())),
    ("wasted", "share", |steady| mean(&steady.largest).and_then(|_| mean(&steady.wasted_share))),
    ("largest_share", "share", |steady| mean(&steady.largest)),
    ("nakamoto", "provers", |steady| mean(&steady.nakamoto)),
    ("paid", "USD/month", |steady| mean(&steady.network_usd)),
    ("bills", "USD/month", |steady| mean(&steady.bills_usd)),
    ("delay", "s", |steady| mean(&steady.delay_s)),
    ("unproven", "share", |steady| Some(steady.unproven)),
];

/// The numbers of a market.
pub(super) fn metrics(study: &Study, effort: &Effort) -> Metrics {
    let mut metrics = Metrics::default();
    let bill_usd = study.population.candidates.monthly_usd.mean();
    metrics.exact("market.machines", "machines per prover", study.machines as f64);
    metrics.exact("market.prove_time", "s", study.work_s);
    metrics.exact("market.bill", "USD/month", bill_usd);
    metrics.exact("market.offered", "USD/month", study.offered_usd());
    metrics.exact("market.break_even", "provers", study.break_even() as f64);
    let late = obstacle(study);
    let runs = if late.is_some() { Vec::new() } else { replications(effort, |streams| study.run(streams)) };
    let empty = runs.iter().all(|steady| steady.provers.max() == Some(0.0));
    let why = late.as_deref().unwrap_or(if empty { "no prover is left in the market" } else { "no proof is accepted" });
    for (name, unit, figure) in SIMULATED {
        estimated(&mut metrics, format!("market.{name}"), unit, runs.iter().map(figure), why);
    }
    metrics
}

/// Why there is nothing to simulate: nobody's proof would be in time.
fn obstacle(study: &Study) -> Option<String> {
    let deadline_s = study.rules.deadline.as_secs_f64();
    (study.work_s > deadline_s).then(|| {
        let needed = (study.work_s * study.machines as f64 / deadline_s).ceil();
        let machines = if study.machines == 1 { "machine" } else { "machines" };
        format!(
            "a prover of {} {machines} takes {} for an epoch's proof, longer than its deadline of {}; it would need {} machines",
            count(study.machines as f64),
            duration(study.work_s),
            duration(deadline_s),
            count(needed)
        )
    })
}

fn mean(tally: &Tally) -> Option<f64> {
    (tally.count() > 0).then(|| tally.mean())
}
