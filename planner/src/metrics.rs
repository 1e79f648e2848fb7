//! Every number of an answer, defined once, in the order in which it is printed.

mod fraud;
mod proofs;
mod requests;

pub(crate) use fraud::fraud;
pub(crate) use proofs::proofs;
pub(crate) use requests::requests;

use std::collections::BTreeMap;

use models::capacity::watchers;
use models::outcome::Outcome;
use scenarios::{Case, Sizing};
use sim::Interval;

use crate::summary::Metric;

/// Confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;
/// The numbers of one answer, and for those that are estimated their values by replication.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Vec<Metric>, BTreeMap<String, Vec<f64>>);

impl Metrics {
    /// A number that is known exactly.
    pub(crate) fn exact(&mut self, name: impl Into<String>, unit: &str, value: f64) {
        self.ranged(name, unit, value, None);
    }

    /// A number that follows from others, with the range that it has over their intervals.
    pub(crate) fn ranged(&mut self, name: impl Into<String>, unit: &str, value: f64, range: Option<(f64, f64)>) {
        self.0.push(Metric {
            name: name.into(),
            unit: unit.to_owned(),
            value: value.is_finite().then_some(value),
            low: range.map(|(low, _)| low),
            high: range.map(|(_, high)| high),
            confidence: range.map(|_| CONFIDENCE),
            why: (!value.is_finite()).then(|| "without limit".into()),
        });
    }

    /// A number that is estimated over replications.
    pub(crate) fn estimated(&mut self, name: String, unit: &str, values: &[f64]) {
        self.1.insert(name.clone(), values.to_vec());
        self.0.push(estimate(name, unit, values));
    }

    /// A number that there is none of.
    pub(crate) fn missing(&mut self, name: String, unit: &str, why: String) {
        let unit = unit.to_owned();
        self.0.push(Metric { name, unit, value: None, low: None, high: None, confidence: None, why: Some(why) });
    }

    pub(crate) fn into_parts(self) -> (Vec<Metric>, BTreeMap<String, Vec<f64>>) {
        (self.0, self.1)
    }
}

/// Offered load and what of it is carried: all of it, or what the tightest stage lets through.
pub(crate) fn loads(metrics: &mut Metrics, case: &Case) {
    metrics.exact("offered", "tx/s", case.system.load_per_s);
    metrics.exact("throughput", "tx/s", throughput(case));
}

/// Sustained transactions per second: as specified what the stages can carry, sized what is offered.
fn throughput(case: &Case) -> f64 {
    let least = case.stages.iter().map(|stage| stage.capacity).fold(f64::INFINITY, f64::min);
    match case.sizing {
        Sizing::Specified => least,
        Sizing::Sized => least.min(case.system.load_per_s),
    }
}

/// What each stage carries in isolation, and what watchers can follow.
pub(crate) fn capacities(metrics: &mut Metrics, case: &Case) {
    for stage in case.stages.iter().chain(&watchers(&case.system)) {
        metrics.exact(format!("capacity.{}", stage.name), "tx/s", stage.capacity);
    }
}

/// Utilization of each stage: as simulated where it was, otherwise what the offered load asks of it.
pub(crate) fn utilizations(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    for stage in case.stages.iter().chain(&watchers(&case.system)) {
        let name = format!("utilization.{}", stage.name);
        let simulated: Vec<f64> = outcomes
            .iter()
            .filter_map(|outcome| outcome.utilization.iter().find(|(other, _)| *other == stage.name))
            .map(|(_, share)| *share)
            .collect();
        if simulated.is_empty() {
            metrics.exact(name, "1", stage.utilization);
        } else {
            metrics.estimated(name, "1", &simulated);
        }
    }
}

/// Machines: those of one validator, and those of the fleet.
pub(crate) fn units(metrics: &mut Metrics, case: &Case) {
    metrics.exact("units.validators", "machines per validator", case.units.machines_per_validator as f64);
    metrics.exact("units.provers", "machines", case.units.prover_machines as f64);
}

/// The bill, and what it is per million transactions.
pub(crate) fn costs(metrics: &mut Metrics, case: &Case) {
    let range = |of: fn(&models::cost::Bill) -> f64| case.bill_range.as_ref().map(|(low, high)| (of(low), of(high)));
    let bill = &case.bill;
    metrics.ranged("cost.total", "USD/month", bill.total(), range(models::cost::Bill::total));
    metrics.ranged("cost.proving", "USD/month", bill.proving, range(|bill| bill.proving));
    metrics.ranged("cost.validation", "USD/month", bill.validation, range(|bill| bill.validation));
    metrics.ranged("cost.settlement", "USD/month", bill.settlement, range(|bill| bill.settlement));
    fraud::watching(metrics, case);
    let throughput = throughput(case);
    let per_million =
        case.bill_range.as_ref().map(|(low, high)| (low.per_million(throughput), high.per_million(throughput)));
    if throughput > 0.0 {
        metrics.ranged("cost.per_million_transactions", "USD", bill.per_million(throughput), per_million);
    } else {
        metrics.missing("cost.per_million_transactions".into(), "USD", "nothing is sustained".into());
    }
}

/// An estimate over replications: its mean, with an interval where there are enough of them.
pub(crate) fn estimate(name: String, unit: &str, values: &[f64]) -> Metric {
    let interval = Interval::of(values, CONFIDENCE);
    Metric {
        name,
        unit: unit.to_owned(),
        value: interval.map_or_else(|| mean(values.iter().copied()), |interval| Some(interval.mean)),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        confidence: interval.map(|_| CONFIDENCE),
        why: None,
    }
}

/// Mean of some values, if there are any.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}
