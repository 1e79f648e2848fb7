//! The market for proofs in numbers: who lives on it, what is wasted, what the network pays and the provers' bills are.

use models::market::history::{History, Point};
use models::market::kinds::{Kind, OfKind};
use models::market::steady::Steady;
use models::market::study::{MarketStudy, Observed};
use sim::Tally;

use super::replicated::{estimated, replications};
use crate::effort::Effort;
use crate::metrics::{CONFIDENCE, Metrics};
use crate::summary::{Sample, Series, SeriesPoint};
use crate::text::{count, duration};
use crate::work::units_of_market;

/// A figure of one replication, if it has it.
type Figure<T> = fn(&T) -> Option<f64>;

/// What is simulated: name, unit, figure.
const SIMULATED: [(&str, &str, Figure<Steady>); 10] = [
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

/// The same of a kind of provers.
const OF_KIND: [(&str, &str, Figure<OfKind>); 4] = [
    ("provers", "provers", |kind| mean(&kind.provers)),
    ("profit", "USD/month", |kind| mean(&kind.profit_usd)),
    ("won", "share", |kind| kind.won),
    ("worked", "share", |kind| kind.worked),
];

/// The numbers of a market, and its course by the month where anybody was ever there.
pub(super) fn metrics(study: &MarketStudy, effort: &Effort) -> (Metrics, Vec<Series>) {
    let mut metrics = Metrics::default();
    metrics.exact("market.machines", "machines per prover", study.machines as f64);
    metrics.exact("market.prove_time", "s", study.work_s);
    metrics.exact("market.bill", "USD/month", study.bill_usd());
    metrics.exact("market.offered", "USD/month", study.offered_usd());
    if study.kinds().is_empty() {
        metrics.exact("market.break_even", "provers", study.break_even() as f64);
    } else {
        let why = "provers differ in kind: each kind has its own".to_owned();
        metrics.missing("market.break_even".into(), "provers", why);
    }
    let late = obstacle(study);
    let runs = if late.is_some() {
        Vec::new()
    } else {
        replications(effort, units_of_market(study), |streams| study.run(streams))
    };
    let empty = runs.iter().all(|run| run.steady.provers.max() == Some(0.0));
    let why = late.as_deref().unwrap_or(if empty { "no prover is left in the market" } else { "no proof is accepted" });
    for (name, unit, figure) in SIMULATED {
        let values = runs.iter().map(|run| figure(&run.steady));
        estimated(&mut metrics, format!("market.{name}"), unit, values, why);
    }
    for (index, kind) in study.kinds().iter().enumerate() {
        of_kind(&mut metrics, study, (index, kind), &runs, if late.is_some() || empty { why } else { "it has none" });
    }
    let series = if empty { Vec::new() } else { course(study, &runs) };
    (metrics, series)
}

fn of_kind(metrics: &mut Metrics, study: &MarketStudy, (index, kind): (usize, &Kind), runs: &[Observed], why: &str) {
    let name = |figure: &str| format!("prover.{}.{figure}", kind.name);
    metrics.exact(name("prove_time"), "s", study.work_s_of(kind));
    metrics.exact(name("bill"), "USD/month", study.population.candidates.monthly_usd.mean() * kind.bill);
    metrics.exact(name("break_even"), "provers", study.break_even_of(kind) as f64);
    for (figure, unit, of) in OF_KIND {
        estimated(metrics, name(figure), unit, runs.iter().map(|run| of(&run.kinds[index])), why);
    }
}

/// Provers and profit month by month, of all and of each kind.
fn course(study: &MarketStudy, runs: &[Observed]) -> Vec<Series> {
    let series = |name: String, unit: &str, of: &dyn Fn(&Observed, usize) -> Option<f64>| Series {
        points: points(runs, (&name, unit), of),
        name,
        unit: unit.to_owned(),
        counted_from: study.warm_up_months + 1,
    };
    let both = |name: &str, points: &dyn Fn(&History) -> &[Point]| {
        let provers = |run: &Observed, month: usize| Some(points(&run.history)[month].provers);
        let profit = |run: &Observed, month: usize| points(&run.history)[month].profit_usd;
        [series(format!("{name}.provers"), "provers", &provers), series(format!("{name}.profit"), "USD/month", &profit)]
    };
    let all = both("market", &|history| &history.all);
    let kinds = study.kinds().iter().enumerate();
    let kinds = kinds.flat_map(|(index, kind)| both(&format!("prover.{}", kind.name), &move |it| &it.kinds[index]));
    all.into_iter().chain(kinds).collect()
}

/// Every month over the replications; a figure that few of them have says nothing about the others.
fn points(
    runs: &[Observed],
    (name, unit): (&str, &str),
    of: &dyn Fn(&Observed, usize) -> Option<f64>,
) -> Vec<SeriesPoint> {
    let months = runs.first().map_or(0, |run| run.history.all.len());
    let point = |month: usize| {
        let mut values: Vec<f64> = runs.iter().filter_map(|run| of(run, month)).collect();
        if 2 * values.len() < runs.len() {
            values.clear();
        }
        let at = month as u64 + 1;
        match values.is_empty() {
            true => SeriesPoint { at, value: None, low: None, high: None },
            false => {
                let found = Sample::drawn(values).metric(name.to_owned(), unit, CONFIDENCE);
                SeriesPoint { at, value: found.value, low: found.low, high: found.high }
            }
        }
    };
    (0..months).map(point).collect()
}

/// Why there is nothing to simulate: nobody's proof would be in time.
fn obstacle(study: &MarketStudy) -> Option<String> {
    let deadline_s = study.rules.deadline.as_secs_f64();
    let fastest_s = study.kinds().iter().map(|kind| study.work_s_of(kind)).fold(f64::INFINITY, f64::min);
    let work_s = if study.kinds().is_empty() { study.work_s } else { fastest_s };
    (work_s > deadline_s).then(|| {
        let needed = (work_s * study.machines as f64 / deadline_s).ceil();
        let machines = if study.machines == 1 { "machine" } else { "machines" };
        let fastest = if study.kinds().is_empty() { "" } else { " of the fastest kind" };
        format!(
            "a prover of {} {machines}{fastest} takes {} for an epoch's proof, longer than its deadline of {}; it would need \
             {}",
            count(study.machines as f64),
            duration(work_s),
            duration(deadline_s),
            scenarios::counted(&count(needed), "machine")
        )
    })
}

fn mean(tally: &Tally) -> Option<f64> {
    (tally.count() > 0).then(|| tally.mean())
}
