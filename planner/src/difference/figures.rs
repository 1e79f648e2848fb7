//! Every figure of a case in both results, with the difference and its interval.
//!
//! A figure without values behind it, such as one that was read from a document that leaves them out, has its difference from the
//! intervals of both, as if these were independent. Source: G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures",
//! Statistics in Medicine 27 (2008), the method of recovering variances.

use serde::Serialize;

use crate::metrics::CONFIDENCE;
use crate::summary::{Metric, Summary};
use scenarios::counted;

/// Relative differences below this come from rounding.
const ROUNDING: f64 = 1e-12;

/// A figure in both results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureContrast {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Whether it is put first of its kind of system.
    pub is_headline: bool,
    /// Its value in A; `null` where A has none.
    pub a: Option<f64>,
    /// Its value in B.
    pub b: Option<f64>,
    /// B less A, with its interval; `null` where one of them has no value.
    pub difference: Option<Metric>,
    /// What that says.
    pub found: Found,
    /// Why there is no value on one side, or no interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Both have the same value.
    Same,
    /// They differ, and the interval of the difference holds zero.
    WithinNoise,
    /// The interval of the difference lies on one side of zero.
    BeyondNoise,
    /// They differ, and neither is estimated.
    Certain,
    /// One of both has no such value.
    OneSided,
    /// They differ, and nothing says by how much they do anyway.
    Unknown,
}

impl Found {
    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "the same",
            Self::WithinNoise => "within noise",
            Self::BeyondNoise => "beyond noise",
            Self::Certain => "certain",
            Self::OneSided => "in one alone",
            Self::Unknown => "noise unknown",
        }
    }

    /// Whether both have it, and differ by more than noise.
    pub fn differs(self) -> bool {
        matches!(self, Self::BeyondNoise | Self::Certain)
    }
}

/// Why replications of both cannot go by pairs; nothing where they can.
pub(super) fn unpaired(a: &Summary, b: &Summary) -> Option<String> {
    let lacking = |summary: &Summary| summary.samples.is_empty();
    let lacking = match (lacking(a), lacking(b)) {
        (false, false) => None,
        (true, true) => Some("neither has the values behind its numbers"),
        (true, false) => Some("A has no values behind its numbers"),
        (false, true) => Some("B has no values behind its numbers"),
    };
    if let Some(lacking) = lacking {
        return Some(format!("{lacking}, which files have and `--json` leaves out"));
    }
    if a.seed != b.seed {
        return Some(format!("A has seed {}, B seed {}", a.seed, b.seed));
    }
    (a.replications != b.replications).then(|| {
        let count = |summary: &Summary| counted(&summary.replications.to_string(), "replication");
        format!("A has {}, B {}", count(a), count(b))
    })
}

/// All figures that one of both has, the headlines first.
pub(super) fn figures(a: &Summary, b: &Summary, paired: bool) -> Vec<FigureContrast> {
    let headlines = headlines(a, b);
    let mut names = headlines.clone();
    for name in a.metrics.iter().chain(&b.metrics).map(|metric| &metric.name) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let figure = |name: &String| {
        let mut figure = one(name, a, b, paired)?;
        figure.is_headline = headlines.contains(name);
        Some(figure)
    };
    names.iter().filter_map(figure).collect()
}

/// Names of what is put first of the kinds of both.
fn headlines(a: &Summary, b: &Summary) -> Vec<String> {
    let mut names = Vec::new();
    for headlines in [a.headlines, b.headlines] {
        let shown = [headlines.money, headlines.compared].concat();
        let of_kind = headlines.swung.iter().chain(headlines.judged).copied().chain(shown.iter().map(|one| one.metric));
        let first = ["cost.total".to_owned(), headlines.per_million(), "capacity".to_owned()];
        for name in first.into_iter().chain(of_kind.map(str::to_owned)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// A figure in both; nothing where neither has a value.
fn one(name: &str, a: &Summary, b: &Summary, paired: bool) -> Option<FigureContrast> {
    let (first, second) = (a.metric(name), b.metric(name));
    let unit = first.or(second)?.unit.clone();
    let values = [first, second].map(|metric| metric.and_then(|metric| metric.value));
    let figure = FigureContrast {
        name: name.to_owned(),
        unit,
        is_headline: false,
        a: values[0],
        b: values[1],
        difference: None,
        found: Found::OneSided,
        why: None,
    };
    match (first, second, values) {
        (.., [None, None]) => None,
        (Some(first), Some(second), [Some(_), Some(_)]) if first.unit == second.unit => {
            let (difference, is_certain) = difference(name, [a, b], [first, second], paired);
            let found = found(values.map(|value| value.unwrap_or_default()), &difference, is_certain);
            let why = (found == Found::Unknown).then(|| "one replication has no noise to judge by".to_owned());
            Some(FigureContrast { difference: Some(difference), found, why, ..figure })
        }
        (first, second, _) => {
            let in_other_unit = first.zip(second).filter(|(first, second)| first.unit != second.unit);
            let in_other_unit =
                in_other_unit.map(|(first, second)| format!("{} in A, {} in B", first.unit, second.unit));
            let why = [first, second].into_iter().flatten().find(|metric| metric.value.is_none());
            Some(FigureContrast { why: in_other_unit.or_else(|| why?.why.clone()), ..figure })
        }
    }
}

/// B less A with its interval, and whether neither is estimated.
fn difference(name: &str, [a, b]: [&Summary; 2], stated: [&Metric; 2], paired: bool) -> (Metric, bool) {
    let called = format!("{name}.difference");
    let unit = &stated[0].unit;
    match (a.samples.get(name), b.samples.get(name)) {
        (Some(first), Some(second)) => {
            let difference = match paired {
                true => second.difference(first, called, unit, CONFIDENCE),
                false => second.independent_difference(first, called, unit, CONFIDENCE),
            };
            (difference, first.is_certain() && second.is_certain())
        }
        _ => {
            let is_exact = |metric: &Metric| metric.low.is_none() && metric.high.is_none();
            // A single replication gives a figure that has no interval and is estimated all the same.
            let is_certain = stated.iter().all(|metric| is_exact(metric)) && a.replications != 1 && b.replications != 1;
            (of_intervals(stated, called, is_certain), is_certain)
        }
    }
}

/// The difference of two figures from the interval of each, as if they were independent.
fn of_intervals([a, b]: [&Metric; 2], called: String, is_certain: bool) -> Metric {
    let value = |metric: &Metric| metric.value.unwrap_or_default();
    let below = |metric: &Metric| value(metric) - metric.low.unwrap_or(value(metric));
    let above = |metric: &Metric| metric.high.unwrap_or(value(metric)) - value(metric);
    let difference = Metric::exact(called, &a.unit, value(b) - value(a));
    let (down, up) = (below(b).hypot(above(a)), above(b).hypot(below(a)));
    let has_interval = a.low.or(b.low).is_some() && down.is_finite() && up.is_finite();
    match has_interval && !is_certain {
        true => Metric {
            low: Some(value(b) - value(a) - down),
            high: Some(value(b) - value(a) + up),
            confidence: Some(CONFIDENCE),
            ..difference
        },
        false => difference,
    }
}

fn found([a, b]: [f64; 2], difference: &Metric, is_certain: bool) -> Found {
    if (a - b).abs() <= ROUNDING * a.abs().max(b.abs()) {
        return Found::Same;
    }
    match (difference.low, difference.high) {
        _ if is_certain => Found::Certain,
        (Some(low), Some(high)) if low <= 0.0 && 0.0 <= high => Found::WithinNoise,
        (Some(_), Some(_)) => Found::BeyondNoise,
        _ => Found::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(value: f64, low: f64, high: f64) -> Metric {
        Metric { low: Some(low), high: Some(high), ..Metric::exact("x", "s", value) }
    }

    #[test]
    fn intervals_of_both_add_in_squares_on_the_sides_that_they_are_on() {
        let found = of_intervals([&metric(10.0, 7.0, 14.0), &metric(20.0, 17.0, 23.0)], "d".into(), false);
        assert_eq!((found.value, found.low, found.high), (Some(10.0), Some(10.0 - 5.0), Some(10.0 + 18f64.sqrt())));
        let endless = of_intervals([&metric(10.0, 7.0, f64::INFINITY), &metric(20.0, 17.0, 23.0)], "d".into(), false);
        assert_eq!((endless.value, endless.low, endless.high), (Some(10.0), None, None));
    }

    #[test]
    fn a_difference_is_judged_by_its_interval_and_certain_where_nothing_is_estimated() {
        let judged = |low: Option<f64>, high: Option<f64>, is_certain| {
            found([1.0, 2.0], &Metric { low, high, ..Metric::exact("d", "s", 1.0) }, is_certain)
        };
        assert_eq!(judged(Some(-0.1), Some(2.1), false), Found::WithinNoise);
        assert_eq!(judged(Some(0.1), Some(1.9), false), Found::BeyondNoise);
        assert_eq!(judged(None, None, false), Found::Unknown);
        assert_eq!(judged(None, None, true), Found::Certain);
        assert_eq!(found([0.3, 0.1 + 0.2], &Metric::exact("d", "s", 0.0), false), Found::Same);
    }
}
