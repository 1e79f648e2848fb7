//! Every design at every value of one key, on common random numbers, and where one overtakes another.
//!
//! Two designs are compared replication by replication, which share their random numbers, and in the same plausible worlds. So
//! what both have in common does not blur the difference (A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 11.2). Claims are about the scenario as
//! it is, so none is judged here.

use scenarios::{Case, Choice, Scenario};
use serde::Serialize;

use crate::effort::Effort;
use crate::overtaking::{Overtaking, Pair, Tie};
use crate::points::each_point;
use crate::reference::{self, ReferenceCurve};
use crate::summarize::Origin;
use crate::summary::{Roster, Summary};
use crate::sweep_point::Point;

/// Version of the machine interface of a sweep.
pub const SWEEP_SCHEMA: &str = "proofcast/variation/1";

/// Every design at every value of a key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sweep {
    /// [`SWEEP_SCHEMA`].
    pub schema: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// The key that is varied.
    pub key: String,
    /// Base unit of `at`, `low` and `high`; empty where the key holds a number, or no quantity.
    pub unit: String,
    /// One point per value of the key, ascending where the values are quantities.
    pub points: Vec<Point>,
    /// Where one design overtakes another.
    pub overtakings: Vec<Overtaking>,
    /// Designs between which the values decide nothing.
    pub ties: Vec<Tie>,
    /// Real runs that the scenario names, beside the model.
    pub references: Vec<ReferenceCurve>,
    /// What the scenario has beside what was asked for.
    #[serde(skip)]
    pub roster: Roster,
}

/// Simulates all cases of all values, in the order of the values; `progress` is told the value and the case in hand. Work that is ended
/// before its time leaves out the values that were not simulated in all cases.
///
/// # Errors
/// The cases of a value cannot be built.
pub fn vary<E: Send>(
    scenario: &Scenario,
    (key, values): (&str, &[Choice]),
    cases: impl Fn(usize) -> Result<Vec<Case>, E> + Sync,
    on: (&Effort, &Origin),
    progress: impl FnMut(usize, &Case),
) -> Result<Sweep, E> {
    let mut points = Vec::with_capacity(values.len());
    each_point(values.len(), cases, on, progress, |index, mut designs| {
        designs.iter_mut().for_each(keep_what_is_compared);
        points.push(Point { value: values[index].text.clone(), at: values[index].at, designs });
    })?;
    let (overtakings, ties) = compared(&points);
    let unit = values.first().map_or("", |choice| choice.unit).to_owned();
    let references = reference::beside(scenario, key, &points);
    let roster = Roster::of(scenario);
    let (scenario, key) = (scenario.name.clone(), key.to_owned());
    Ok(Sweep { schema: SWEEP_SCHEMA, scenario, key, unit, points, overtakings, ties, references, roster })
}

/// Leaves out of an outcome what a sweep of many values has no use for.
fn keep_what_is_compared(outcome: &mut Summary) {
    outcome.samples.retain(|name, _| outcome.headlines.swept.contains(&name.as_str()));
    outcome.distributions.clear();
}

/// All pairs of designs under the same book and sizing, by every metric.
fn compared(points: &[Point]) -> (Vec<Overtaking>, Vec<Tie>) {
    let (mut overtakings, mut ties) = (Vec::new(), Vec::new());
    let Some(first) = points.first() else { return (overtakings, ties) };
    let values: Vec<(&str, Option<f64>)> = points.iter().map(|point| (point.value.as_str(), point.at)).collect();
    let headlines = first.designs.first().map(|summary| summary.headlines);
    for metric in headlines.map_or(&[][..], |headlines| headlines.swept) {
        for (index, one) in first.designs.iter().enumerate() {
            for (offset, other) in first.designs[index + 1..].iter().enumerate() {
                if one.costs == other.costs && one.sizing == other.sizing {
                    let both = [index, index + 1 + offset];
                    let names = [one, other].map(|summary| summary.design.as_str());
                    let outcomes = points.iter().map(|point| both.map(|at| &point.designs[at])).collect();
                    // One that does not carry its load has no latency, and its bill is what was asked for.
                    let carried = vec![[true; 2]; points.len()];
                    let pair = Pair { metric, names, metrics: [*metric; 2], values: &values, outcomes, carried };
                    pair.judge(&mut overtakings, &mut ties);
                }
            }
        }
    }
    (overtakings, ties)
}
