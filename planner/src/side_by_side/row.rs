//! A row of several scenarios side by side: an outcome, with what its kind shares with others under one name.

use scenarios::Case;
use serde::Serialize;

use crate::headlines::Common;
use crate::metrics::CONFIDENCE;
use crate::sample::Sample;
use crate::summary::{Metric, Summary};

/// Requests that the outcomes' unit cost is of.
const MILLION: f64 = 1e6;

/// The figure of what a request costs.
pub(super) const PER_REQUEST: &str = "cost.per_request";

/// A design of one of several scenarios.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// `SCENARIO/DESIGN`; under several cost books a design has as many rows.
    pub name: String,
    /// What its requests are counted in: `tx`.
    pub unit: &'static str,
    /// The figures that kinds share, as far as its own has them.
    pub figures: Vec<SharedFigure>,
    /// All that is known of it.
    pub outcome: Summary,
}

/// A figure under the name that all kinds have for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharedFigure {
    /// The metric of the outcome that it is; empty where it is made of several.
    pub of: String,
    /// The figure.
    #[serde(flatten)]
    pub metric: Metric,
}

impl Row {
    /// The row of a case.
    pub(super) fn of(scenario: &str, case: &Case, outcome: Summary) -> Self {
        let name = format!("{scenario}/{}", outcome.design);
        let mut figures = Vec::new();
        let mut put = |called: String, of: &str| figures.extend(renamed(&outcome, called, of));
        put("offered".to_owned(), "offered");
        for common in Common::ALL {
            let Some(shared) = outcome.headlines.shared.iter().find(|shared| shared.common == common) else { continue };
            for ending in common.endings() {
                put(format!("{}{ending}", common.name()), &format!("{}{ending}", shared.metric));
            }
        }
        for role in std::iter::once("total").chain(case.fleet.roles().map(|role| role.name())) {
            put(format!("cost.{role}"), &format!("cost.{role}"));
        }
        let unit = outcome.headlines.request.unit;
        figures.extend(per_request(&outcome, unit));
        figures.push(SharedFigure { of: String::new(), metric: machines(case, &outcome) });
        Self { name, unit, figures, outcome }
    }

    /// The figure of that name, if the kind has it.
    pub fn figure(&self, name: &str) -> Option<&Metric> {
        self.shared(name).map(|figure| &figure.metric)
    }

    /// The value of the figure of that name, if it has one.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.figure(name).and_then(|metric| metric.value)
    }

    /// Which metric of the outcome the figure of that name is.
    pub fn of_metric(&self, name: &str) -> Option<&str> {
        self.shared(name).map(|figure| figure.of.as_str())
    }

    fn shared(&self, name: &str) -> Option<&SharedFigure> {
        self.figures.iter().find(|figure| figure.metric.name == name)
    }

    /// The logarithm of how many times another row's figure this one is, with its interval.
    pub(super) fn ln_ratio(&self, other: &Self, name: &str) -> Option<Metric> {
        let sample = |row: &'_ Self| -> Option<Sample> { row.outcome.samples.get(row.of_metric(name)?).cloned() };
        sample(self)?.ln_ratio(&sample(other)?, CONFIDENCE)
    }

    pub(super) fn published(&self) -> Self {
        Self { outcome: self.outcome.published(), ..self.clone() }
    }
}

/// A metric under another name.
fn renamed(outcome: &Summary, name: String, of: &str) -> Option<SharedFigure> {
    let metric = outcome.metric(of)?;
    Some(SharedFigure { of: of.to_owned(), metric: Metric { name, ..metric.clone() } })
}

/// What one request costs.
fn per_request(outcome: &Summary, unit: &str) -> Option<SharedFigure> {
    let mut figure = renamed(outcome, PER_REQUEST.to_owned(), &outcome.headlines.per_million())?;
    figure.metric.unit = format!("USD/{unit}");
    for value in [&mut figure.metric.value, &mut figure.metric.low, &mut figure.metric.high] {
        *value = value.map(|usd| usd / MILLION);
    }
    Some(figure)
}

/// Machines of all owners in all pools that are paid for, in the mean where they come and go.
fn machines(case: &Case, outcome: &Summary) -> Metric {
    let of_pool = |pool: &models::fleet::Pool| {
        let of_each = outcome.value(&format!("units.{}", pool.name)).unwrap_or(pool.machines() as f64);
        pool.owners as f64 * of_each
    };
    Metric::exact("machines", "machines", case.fleet.pools.iter().map(of_pool).sum())
}
