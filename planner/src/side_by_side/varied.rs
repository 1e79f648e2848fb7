//! Several scenarios side by side at every value of one key, and where one row overtakes another.

use scenarios::{Case, Choice};
use serde::Serialize;

use super::answer::called;
use super::row::PER_REQUEST;
use super::{Entrant, Row};
use crate::effort::Effort;
use crate::headlines::Common;
use crate::overtaking::{Overtaking, Pair, Tie};
use crate::summarize::summarize;

/// Version of the machine interface of several scenarios at several values of a key.
pub const VARIED_SCENARIOS_SCHEMA: &str = "proofcast/variation-of-scenarios/1";

/// Several scenarios at every value of a key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Varied {
    /// [`VARIED_SCENARIOS_SCHEMA`].
    pub schema: &'static str,
    /// The key that is varied.
    pub key: String,
    /// Base unit of `at`, `low` and `high`; empty where the key holds a number, or no quantity.
    pub unit: String,
    /// Which cost book was taken of each scenario, and why.
    pub books: String,
    /// The figures that rows are compared by, of which less is better.
    pub compared: Vec<String>,
    /// One point per value of the key, ascending where the values are quantities.
    pub points: Vec<VariedPoint>,
    /// Where one row overtakes another.
    pub overtakings: Vec<Overtaking>,
    /// Rows between which the values decide nothing.
    pub ties: Vec<Tie>,
}

/// All rows at one value of the key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariedPoint {
    /// The value as it was written.
    pub value: String,
    /// The value in the base unit; `null` where it is no quantity.
    pub at: Option<f64>,
    /// A row for each case of each scenario; without claims.
    pub rows: Vec<Row>,
}

/// Simulates all cases of all values, each of which has all scenarios in the same order; `progress` is told the value, the scenario
/// and the case in hand. Work that is ended before its time leaves out the values that were not simulated in all cases.
pub fn vary_side_by_side(
    key: &str,
    books: String,
    values: &[(Choice, Vec<Entrant<'_>>)],
    effort: &Effort,
    mut progress: impl FnMut(&Choice, &str, &Case),
) -> Varied {
    let mut points: Vec<VariedPoint> = Vec::with_capacity(values.len());
    for (choice, entrants) in values {
        let mut rows = Vec::new();
        for Entrant { name, cases, origin, .. } in entrants {
            for case in *cases {
                progress(choice, name, case);
                rows.push(Row::of(name, case, summarize(case, effort, origin)));
            }
        }
        if effort.progress.stopped() {
            break;
        }
        points.push(VariedPoint { value: choice.text.clone(), at: choice.at, rows });
    }
    let compared = figures(&points);
    let (overtakings, ties) = judged(&points, &compared);
    let unit = values.first().map_or("", |(choice, _)| choice.unit).to_owned();
    Varied { schema: VARIED_SCENARIOS_SCHEMA, key: key.to_owned(), unit, books, compared, points, overtakings, ties }
}

/// What rows are compared by: the cost of a request, and the slowest times that any row has.
fn figures(points: &[VariedPoint]) -> Vec<String> {
    let times = Common::ALL.into_iter().filter(|common| common.is_time());
    let times = times.map(|common| format!("{}.p99", common.name()));
    let has = |name: &String| points.iter().flat_map(|point| &point.rows).any(|row| row.value(name).is_some());
    std::iter::once(PER_REQUEST.to_owned()).chain(times).filter(has).collect()
}

/// All pairs of rows by every figure that both have.
fn judged(points: &[VariedPoint], compared: &[String]) -> (Vec<Overtaking>, Vec<Tie>) {
    let (mut overtakings, mut ties) = (Vec::new(), Vec::new());
    let Some(first) = points.first() else { return (overtakings, ties) };
    let values: Vec<(&str, Option<f64>)> = points.iter().map(|point| (point.value.as_str(), point.at)).collect();
    let all: Vec<&Row> = first.rows.iter().collect();
    let names: Vec<String> = all.iter().map(|row| called(row, &all)).collect();
    for metric in compared {
        for one in 0..all.len() {
            for other in one + 1..all.len() {
                let both = [one, other];
                let Some(of) = all[one].of_metric(metric).zip(all[other].of_metric(metric)) else { continue };
                let outcomes = points.iter().map(|point| both.map(|at| &point.rows[at].outcome)).collect();
                let carried = points.iter().map(|point| both.map(|at| point.rows[at].outcome.carries())).collect();
                let names = both.map(|at| names[at].as_str());
                let pair = Pair { metric, names, metrics: [of.0, of.1], values: &values, outcomes, carried };
                pair.judge(&mut overtakings, &mut ties);
            }
        }
    }
    (overtakings, ties)
}

impl Varied {
    /// What the machine interface says of it: of every outcome what is [`published`](crate::Summary::published).
    pub fn published(&self) -> Self {
        let published = |point: &VariedPoint| VariedPoint {
            rows: point.rows.iter().map(Row::published).collect(),
            ..point.clone()
        };
        Self { points: self.points.iter().map(published).collect(), ..self.clone() }
    }

    /// What the rows are called: those of the first value, in their order.
    pub fn names(&self) -> Vec<String> {
        let all: Vec<&Row> = self.points.first().map(|point| point.rows.iter().collect()).unwrap_or_default();
        all.iter().map(|row| called(row, &all)).collect()
    }
}
