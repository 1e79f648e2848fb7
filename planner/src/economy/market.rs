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

/// What is simulated: name, unit, figure, and why there may be none.
const SIMULATED: [(&str, &str, Figure, &str); 9] = [
    ("provers", "provers", |steady| mean(&steady.provers), EMPTY),
    ("profit", "USD/month", |steady| mean(&steady.profit_usd), EMPTY),
    (
        "profit_spread",
        "USD/month",
        |steady| mean(&steady.profit_usd).map(|_| steady.profit_usd.variance().sqrt()),
        EMPTY,
    ),
    ("wasted", "share", |steady| mean(&steady.largest).and_then(|_| mean(&steady.wasted_share)), UNPROVEN),
    ("largest_share", "share", |steady| mean(&steady.largest), UNPROVEN),
    ("nakamoto", "provers", |steady| mean(&steady.nakamoto), UNPROVEN),
    ("paid", "USD/month", |steady| mean(&steady.network_usd), EMPTY),
    ("bills", "USD/month", |steady| mean(&steady.bills_usd), EMPTY),
    ("unproven", "share", |steady| Some(steady.unproven), EMPTY),
];
const EMPTY: &str = "no prover is left in the market";
const UNPROVEN: &str = "nobody in the market proves anything";

/// The numbers of a market.
pub(super) fn metrics(study: &Study, effort: &Effort) -> Metrics {
    let mut metrics = Metrics::default();
    let bill_usd = study.population.candidates.monthly_usd.mean();
    metrics.exact("market.machines", "machines per prover", study.machines as f64);
    metrics.exact("market.prove_time", "s", study.work_s);
    metrics.exact("market.bill", "USD/month", bill_usd);
    metrics.exact("market.break_even", "provers", study.break_even() as f64);
    let late = obstacle(study);
    let runs = if late.is_some() { Vec::new() } else { replications(effort, |streams| study.run(streams)) };
    for (name, unit, figure, why) in SIMULATED {
        estimated(
            &mut metrics,
            format!("market.{name}"),
            unit,
            runs.iter().map(figure),
            late.as_deref().unwrap_or(why),
        );
    }
    metrics
}

/// Why there is nothing to simulate: nobody's proof would be in time.
fn obstacle(study: &Study) -> Option<String> {
    let deadline_s = study.rules.deadline.as_secs_f64();
    (study.work_s > deadline_s).then(|| {
        let needed = (study.work_s * study.machines as f64 / deadline_s).ceil();
        format!(
            "a prover of {} machines takes {} for an epoch's proof, longer than its deadline of {}; it would need {} machines",
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
