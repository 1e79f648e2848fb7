//! Every design at every value of one key, on common random numbers, and where one overtakes another.
//!
//! Two designs are compared replication by replication, which share their random numbers, and in the same plausible worlds. So
//! what both have in common does not blur the difference (A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 11.2). Claims are about the scenario as
//! it is, so none is judged here.

use scenarios::{Case, Choice, Scenario};
use serde::Serialize;

use crate::crossing::{Gap, Order, order};
use crate::economy;
use crate::effort::Effort;
use crate::metrics::CONFIDENCE;
use crate::reference::{self, ReferenceCurve};
use crate::summarize::{Origin, summarize};
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

/// Two designs change places.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overtaking {
    /// What they are compared by; less is better.
    pub metric: String,
    /// Cost book.
    pub costs: String,
    /// Sizing.
    pub sizing: String,
    /// The design that is better below the change.
    pub below: String,
    /// The design that is better above it.
    pub above: String,
    /// Where, interpolated; `null` where one of them has no figure on one side, or the values are no quantities.
    pub at: Option<f64>,
    /// From where on it may be; `null` where that lies outside of the values.
    pub low: Option<f64>,
    /// Up to where it may be; `null` where that lies outside of the values.
    pub high: Option<f64>,
    /// The two values, as written, between which the order changes.
    pub between: [String; 2],
    /// Why one of the two has no figure on one side, where it has none.
    pub why: Option<String>,
}

/// Two designs between which the values decide nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tie {
    /// What they are compared by.
    pub metric: String,
    /// Cost book.
    pub costs: String,
    /// Sizing.
    pub sizing: String,
    /// Both designs.
    pub designs: [String; 2],
    /// `true`: they differ by less than 1 % at every value; `false`: their intervals overlap at every value.
    pub alike: bool,
}

/// Simulates all cases of all values; `progress` is told the value and the case in hand. Work that is ended before its time leaves
/// out the values that were not simulated in all cases.
pub fn vary(
    scenario: &Scenario,
    key: &str,
    values: &[(Choice, Vec<Case>)],
    effort: &Effort,
    origin: &Origin,
    mut progress: impl FnMut(&Choice, &Case),
) -> Sweep {
    let mut points = Vec::with_capacity(values.len());
    for (choice, cases) in values {
        let mut designs = Vec::with_capacity(cases.len());
        for case in cases {
            progress(choice, case);
            designs.push(summarize(case, effort, origin));
        }
        economy::add(&mut designs, cases, effort);
        if effort.progress.stopped() {
            break;
        }
        points.push(Point { value: choice.text.clone(), at: choice.at, designs });
    }
    let (overtakings, ties) = compared(&points);
    let unit = values.first().map_or("", |(choice, _)| choice.unit).to_owned();
    let references = reference::beside(scenario, key, &points);
    let roster = Roster::of(scenario);
    let (scenario, key) = (scenario.name.clone(), key.to_owned());
    Sweep { schema: SWEEP_SCHEMA, scenario, key, unit, points, overtakings, ties, references, roster }
}

/// All pairs of designs under the same book and sizing, by every metric.
fn compared(points: &[Point]) -> (Vec<Overtaking>, Vec<Tie>) {
    let (mut overtakings, mut ties) = (Vec::new(), Vec::new());
    let Some(first) = points.first() else { return (overtakings, ties) };
    let headlines = first.designs.first().map(|summary| summary.headlines);
    for metric in headlines.map_or(&[][..], |headlines| headlines.swept) {
        for (index, one) in first.designs.iter().enumerate() {
            for (offset, other) in first.designs[index + 1..].iter().enumerate() {
                if one.costs == other.costs && one.sizing == other.sizing {
                    let pair = Pair { points, metric, one: index, other: index + 1 + offset };
                    pair.judge(&mut overtakings, &mut ties);
                }
            }
        }
    }
    (overtakings, ties)
}

/// Two designs along the values of the key.
struct Pair<'a> {
    points: &'a [Point],
    metric: &'a str,
    /// Index among the designs of a point.
    one: usize,
    other: usize,
}

impl Pair<'_> {
    fn judge(&self, overtakings: &mut Vec<Overtaking>, ties: &mut Vec<Tie>) {
        let measured: Option<Vec<f64>> = self.points.iter().map(|point| point.at).collect();
        let places = measured.clone().unwrap_or_else(|| (0..self.points.len()).map(|index| index as f64).collect());
        let gaps: Vec<(usize, Gap)> =
            (0..self.points.len()).filter_map(|index| self.gap(index).map(|gap| (index, gap))).collect();
        let [one, other] = self.both(0);
        let alike = match order(&places, &gaps) {
            Order::Kept => return,
            Order::Alike => true,
            Order::Undecided => false,
            Order::Changes(changes) => {
                overtakings.extend(changes.into_iter().map(|change| {
                    let on_axis = |place: Option<f64>| place.filter(|_| measured.is_some());
                    let (below, above) = if change.first_leads { (one, other) } else { (other, one) };
                    Overtaking {
                        metric: self.metric.to_owned(),
                        costs: one.costs.clone(),
                        sizing: one.sizing.clone(),
                        below: below.design.clone(),
                        above: above.design.clone(),
                        at: on_axis(change.at),
                        low: on_axis(change.low),
                        high: on_axis(change.high),
                        between: [change.before, change.after].map(|index| self.points[index].value.clone()),
                        why: [change.after, change.before].into_iter().find_map(|index| self.why_missing(index)),
                    }
                }));
                return;
            }
        };
        let (costs, sizing) = (one.costs.clone(), one.sizing.clone());
        let designs = [one.design.clone(), other.design.clone()];
        ties.push(Tie { metric: self.metric.to_owned(), costs, sizing, designs, alike });
    }

    fn both(&self, index: usize) -> [&Summary; 2] {
        let designs = &self.points[index].designs;
        [&designs[self.one], &designs[self.other]]
    }

    fn why_missing(&self, index: usize) -> Option<String> {
        let why = |summary: &Summary| {
            let metric = summary.metric(self.metric).filter(|metric| metric.value.is_none())?;
            Some(format!("{}: {}", summary.design, metric.why.as_deref().unwrap_or("no figure")))
        };
        self.both(index).into_iter().find_map(why)
    }

    /// How the two differ at one value; none where neither has a figure, or one is zero.
    fn gap(&self, index: usize) -> Option<Gap> {
        let [one, other] = self.both(index);
        let value = |summary: &Summary| summary.value(self.metric);
        let (first, second) = match (value(one), value(other)) {
            (Some(first), Some(second)) if first > 0.0 && second > 0.0 => (first, second),
            (Some(_), None) => return Some(exactly(f64::NEG_INFINITY)),
            (None, Some(_)) => return Some(exactly(f64::INFINITY)),
            _ => return None,
        };
        let ratio = one.samples.get(self.metric)?.ln_ratio(other.samples.get(self.metric)?, CONFIDENCE);
        let ends = ratio.and_then(|ratio| Some(Gap { low: ratio.low?, mid: ratio.value?, high: ratio.high? }));
        Some(ends.unwrap_or_else(|| exactly((first / second).ln())))
    }
}

fn exactly(mid: f64) -> Gap {
    Gap { low: mid, mid, high: mid }
}
