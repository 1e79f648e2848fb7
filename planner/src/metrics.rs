//! The numbers of an answer in the order in which they are printed, and those that systems of every kind have.

use std::collections::BTreeMap;
use std::ops::Range;

use models::figures::Figure;
use models::fleet::{Fleet, HOURS_PER_MONTH};
use models::machines::{PoolOutcome, figures};
use models::system::System;
use scenarios::{Case, InputKind};

use crate::sample::{InWorld, Sample};
use crate::summary::Metric;

/// Confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;

/// Which replications a figure is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    /// So many, from the first.
    First(u32),
    /// This one.
    One(u32),
}

impl Runs {
    /// Their numbers.
    pub(crate) fn range(self) -> Range<u32> {
        match self {
            Self::First(count) => 0..count,
            Self::One(number) => number..number + 1,
        }
    }

    /// Their numbers, where a study beside the world wants more than the world had.
    pub(crate) fn at_least(self, fewest: u32) -> Range<u32> {
        match self {
            Self::First(count) => 0..count.max(fewest),
            Self::One(_) => self.range(),
        }
    }
}

/// What is known of a number.
#[derive(Debug, Clone, PartialEq)]
enum Number {
    /// The values behind it.
    Sample(Sample),
    /// A value with an interval of its own.
    Ranged(f64, (f64, f64)),
    /// Why there is none.
    Missing(String),
}

/// The numbers of one answer, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metrics(Vec<(String, String, Number)>);

impl Metrics {
    fn push(&mut self, name: impl Into<String>, unit: &str, known: Number) {
        self.0.push((name.into(), unit.to_owned(), known));
    }

    /// A number that is known exactly where the inputs are.
    pub(crate) fn exact(&mut self, name: impl Into<String>, unit: &str, value: f64) {
        let known = match value.is_finite() {
            true => Number::Sample(Sample::exact(value)),
            false => Number::Missing("unlimited".into()),
        };
        self.push(name, unit, known);
    }

    /// A number with an interval of its own, which says all that is known of it.
    pub(crate) fn ranged(&mut self, name: impl Into<String>, unit: &str, value: f64, range: (f64, f64)) {
        self.push(name, unit, Number::Ranged(value, range));
    }

    /// A number that is estimated over replications.
    pub(crate) fn estimated(&mut self, name: String, unit: &str, values: &[f64]) {
        self.push(name, unit, Number::Sample(Sample::drawn(values.to_vec())));
    }

    /// A number that there is none of.
    pub(crate) fn missing(&mut self, name: String, unit: &str, why: String) {
        self.push(name, unit, Number::Missing(why));
    }

    /// The value of a number by its place, if it has that name; by its name otherwise.
    fn value(&self, place: usize, name: &str) -> Option<f64> {
        let of = |(_, _, known): &(String, String, Number)| match known {
            Number::Sample(sample) => Some(sample.mean()),
            Number::Ranged(value, _) => Some(*value),
            Number::Missing(_) => None,
        };
        let at_place = self.0.get(place).filter(|(other, ..)| other == name);
        at_place.or_else(|| self.0.iter().find(|(other, ..)| other == name)).and_then(of)
    }

    /// The value of a number by its name.
    pub(crate) fn named(&self, name: &str) -> Option<f64> {
        self.value(self.0.len(), name)
    }

    /// Why there is no such number; nothing where there is one.
    pub(crate) fn why_missing(&self, name: &str) -> Option<String> {
        let Some((.., known)) = self.0.iter().find(|(other, ..)| other == name) else {
            return Some(format!("there is no figure `{name}`"));
        };
        if let Number::Missing(why) = known { Some(why.clone()) } else { None }
    }

    /// The unit of a number.
    pub(crate) fn unit(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, ..)| other == name).map(|(_, unit, _)| unit.as_str())
    }

    /// Adds the same numbers of a plausible world, beside those at the best estimates on the same random numbers.
    pub(crate) fn add_world(&mut self, kind: InputKind, best: &Self, world: &Self) {
        for (place, (name, _, known)) in self.0.iter_mut().enumerate() {
            let Number::Sample(sample) = known else { continue };
            // What is not finite is no figure, and no document could tell it.
            let of = |metrics: &Self| metrics.value(place, name).filter(|value| value.is_finite());
            if let Some(at_best) = of(best) {
                sample.add(kind, InWorld { best: at_best, world: of(world) });
            }
        }
    }

    /// The numbers with their intervals, and the values behind them.
    pub(crate) fn into_parts(self) -> (Vec<Metric>, BTreeMap<String, Sample>) {
        let (mut metrics, mut samples) = (Vec::with_capacity(self.0.len()), BTreeMap::new());
        for (name, unit, known) in self.0 {
            metrics.push(match &known {
                Number::Sample(sample) => sample.metric(name.clone(), &unit, CONFIDENCE),
                Number::Missing(why) => Metric::missing(name.clone(), &unit, why.clone()),
                Number::Ranged(value, (low, high)) => Metric {
                    low: Some(*low),
                    high: Some(*high),
                    confidence: Some(CONFIDENCE),
                    ..Metric::exact(name.clone(), &unit, *value)
                },
            });
            if let Number::Sample(sample) = known {
                samples.insert(name, sample);
            }
        }
        (metrics, samples)
    }
}

/// Offered load and what of it is carried: all of it, or what the tightest stage lets through.
pub(crate) fn loads(metrics: &mut Metrics, case: &Case) {
    let unit = format!("{}/s", case.system.request().unit);
    metrics.exact("offered", &unit, case.load_per_s());
    metrics.exact("throughput", &unit, throughput(case));
}

/// Transactions per second that the tightest stage lets through.
fn capacity(case: &Case) -> f64 {
    case.stages.iter().map(|stage| stage.capacity).fold(f64::INFINITY, f64::min)
}

/// Transactions per second that are carried: what is offered, as far as there is capacity for it.
pub(crate) fn throughput(case: &Case) -> f64 {
    capacity(case).min(case.load_per_s())
}

/// What all stages together carry, each in isolation, and what watchers can follow.
pub(crate) fn capacities(metrics: &mut Metrics, case: &Case) {
    let unit = format!("{}/s", case.system.request().unit);
    metrics.exact("capacity", &unit, capacity(case));
    for stage in case.stages.iter().chain(&case.beside) {
        metrics.exact(format!("capacity.{}", stage.name), &unit, stage.capacity);
    }
}

/// Utilization of each stage: as simulated where it was, otherwise what the offered load asks of it.
pub(crate) fn utilizations<Outcome>(
    metrics: &mut Metrics,
    case: &Case,
    outcomes: &[Outcome],
    of: fn(&Outcome) -> &[(String, f64)],
) {
    for stage in case.stages.iter().chain(&case.beside) {
        let name = format!("utilization.{}", stage.name);
        let simulated: Vec<f64> = outcomes
            .iter()
            .filter_map(|outcome| of(outcome).iter().find(|(other, _)| *other == *stage.name))
            .map(|(_, share)| *share)
            .collect();
        if simulated.is_empty() {
            metrics.exact(name, "1", stage.utilization);
        } else {
            metrics.estimated(name, "1", &simulated);
        }
    }
}

/// Machines of each pool that are paid for, in the mean where they come and go: of one owner, where several have their own.
pub(crate) fn units(metrics: &mut Metrics, paid: &[Fleet]) {
    for (at, pool) in paid[0].pools.iter().enumerate() {
        let unit = if pool.owners > 1 {
            format!("machines per {}", pool.name.trim_end_matches('s'))
        } else {
            "machines".into()
        };
        let machines: Vec<f64> = paid.iter().map(|fleet| fleet.pools[at].paid_machines()).collect();
        of_paid(metrics, format!("units.{}", pool.name), &unit, &machines);
    }
}

/// What the machines that are bought cost to buy, and what they draw, where any is bought and says what it draws.
pub(crate) fn hardware(metrics: &mut Metrics, case: &Case) {
    let Some((usd, kilowatts)) = case.fleet.hardware().filter(|(_, kilowatts)| *kilowatts > 0.0) else { return };
    metrics.exact("hardware", "USD", usd);
    metrics.exact("power", "kW", kilowatts);
}

/// Adds figures over the replications that have them; `none` is why none has any.
pub(crate) fn declared<Of>(
    metrics: &mut Metrics,
    (name, figures): (&str, &[Figure<Of>]),
    parts: &[&Of],
    none: Option<&str>,
) {
    for figure in figures {
        let values: Vec<f64> = parts.iter().filter_map(|part| (figure.of)(part)).collect();
        let name = figure.named(name);
        match values.is_empty() {
            true => metrics.missing(name, figure.unit, none.unwrap_or(figure.missing).to_owned()),
            false => metrics.estimated(name, figure.unit, &values),
        }
    }
}

/// What machines did that come and go; `why` nothing is known of it.
pub(crate) fn machines<S: System>(metrics: &mut Metrics, case: &Case, outcomes: &[S::Outcome], why: Option<&str>) {
    for pool in &case.fleet.pools {
        let Some(life) = case.system.lifecycle(&pool.name).filter(|life| !life.is_constant()) else { continue };
        let of_pool = |outcome| S::pools(outcome).iter().find(|of| of.name == pool.name);
        let parts: Vec<&PoolOutcome> = outcomes.iter().filter_map(of_pool).collect();
        declared(metrics, (&pool.name, figures::MACHINES), &parts, why);
        if life.autoscaler.is_some() {
            declared(metrics, (&pool.name, figures::AUTOSCALER), &parts, why);
        }
    }
}

/// The fleet as it was paid in each replication; as it stands where nothing was simulated.
pub(crate) fn paid<S: System>(case: &Case, outcomes: &[S::Outcome]) -> Vec<Fleet> {
    match outcomes.is_empty() {
        true => vec![case.fleet.clone()],
        false => outcomes.iter().map(|outcome| case.fleet.as_paid(S::pools(outcome), &S::used(outcome))).collect(),
    }
}

/// A figure of what was paid: known exactly where it is the same in every replication.
pub(crate) fn of_paid(metrics: &mut Metrics, name: String, unit: &str, values: &[f64]) {
    match values.iter().all(|value| *value == values[0]) {
        true => metrics.exact(name, unit, values[0]),
        false => metrics.estimated(name, unit, values),
    }
}

/// The bill by its lines, of the fleet as it was paid.
pub(crate) fn costs(metrics: &mut Metrics, paid: &[Fleet]) {
    let mut of = |name: &str, usd: &dyn Fn(&Fleet) -> f64| {
        let values: Vec<f64> = paid.iter().map(usd).collect();
        of_paid(metrics, format!("cost.{name}"), "USD/month", &values);
    };
    of("total", &Fleet::total);
    for role in paid[0].roles() {
        of(role.name(), &|fleet| fleet.usd_per_month(role));
    }
}

/// The bill per million requests, of which so many are carried or answered per second in each replication.
pub(crate) fn unit_cost(metrics: &mut Metrics, case: &Case, paid: &[Fleet], carried_per_s: &[f64]) {
    let name = format!("cost.per_million_{}", case.system.request().words);
    match per_request(paid, carried_per_s) {
        Some(usd) => {
            let values: Vec<f64> = usd.iter().map(|usd| usd * 1e6).collect();
            of_paid(metrics, name, "USD", &values);
        }
        None => metrics.missing(name, "USD", "nothing is sustained".into()),
    }
}

/// What each of so many requests a second costs \[USD\], as values of replications whose mean is the bill of all of them over what all of them
/// carried, and whose spread is that of this ratio; nothing where none carried anything. Source: W. G. Cochran, "Sampling techniques"
/// (3rd edition, 1977), chapter 6, the linear approximation.
pub(crate) fn per_request(paid: &[Fleet], carried_per_s: &[f64]) -> Option<Vec<f64>> {
    let bills: Vec<f64> = paid.iter().map(Fleet::total).collect();
    let carried: Vec<f64> = carried_per_s.iter().map(|per_s| per_s * HOURS_PER_MONTH * 3_600.0).collect();
    let mean_carried = mean(carried.iter().copied()).filter(|carried| *carried > 0.0)?;
    let ratio = mean(bills.iter().copied())? / mean_carried;
    Some(bills.iter().zip(carried).map(|(usd, carried)| ratio + (usd - ratio * carried) / mean_carried).collect())
}

/// What a request costs, what users pay where that is said, and what is left of it.
pub(crate) fn income(metrics: &mut Metrics, case: &Case, paid: &[Fleet], fee_usd: Option<f64>) {
    let request = case.system.request().words.trim_end_matches('s');
    match per_request(paid, &vec![throughput(case); paid.len()]) {
        Some(each) => of_paid(metrics, format!("cost.per_{request}"), "USD", &each),
        None => metrics.missing(format!("cost.per_{request}"), "USD", "nothing is sustained".into()),
    }
    let Some(fee_usd) = fee_usd else { return };
    let carried_per_month = throughput(case) * HOURS_PER_MONTH * 3_600.0;
    let income = carried_per_month * fee_usd;
    metrics.exact("income", "USD/month", income);
    let left: Vec<f64> = paid.iter().map(|fleet| income - fleet.total()).collect();
    of_paid(metrics, "margin".into(), "USD/month", &left);
}

/// Proofs per second where so many requests are carried, where the system makes any.
pub(crate) fn proofs_per_s(case: &Case, carried_per_s: f64) -> Option<f64> {
    case.system.proofs_per_s(carried_per_s).filter(|proofs| *proofs > 0.0)
}

/// Mean of some values, if there are any.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use models::fleet::{Pool, Rent, Role};

    use super::*;

    #[test]
    fn a_request_costs_all_bills_over_all_that_is_carried() {
        // $1,460 and $2,920 a month for 100 and 500 requests a second: $4,380 for 1,576.8 million.
        let bill = |machines| Fleet {
            pools: vec![Pool::of("provers", Role::Proving, 1, machines, Rent::Hourly(1.0))],
            charges: Vec::new(),
        };
        let each = per_request(&[bill(2), bill(4)], &[100.0, 500.0]).expect("some are carried");
        assert!((f64::midpoint(each[0], each[1]) - 4_380.0 / 1_576.8e6).abs() < 1e-18, "{each:?}");
        // At one rate each is what it is; one that carries nothing is paid for all the same, and counts.
        let each = per_request(&[bill(2), bill(4)], &[100.0, 100.0]).expect("some are carried");
        assert!((each[0] * 262.8e6 - 1_460.0).abs() < 1e-6 && (each[1] * 262.8e6 - 2_920.0).abs() < 1e-6, "{each:?}");
        let each = per_request(&[bill(2), bill(2)], &[0.0, 100.0]).expect("some are carried");
        assert!((f64::midpoint(each[0], each[1]) - 2_920.0 / 262.8e6).abs() < 1e-15, "{each:?}");
        assert_eq!(per_request(&[bill(2)], &[0.0]), None);
    }
}
