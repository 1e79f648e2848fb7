//! Where one design overtakes another over the values of a key, with the reason where one of them has no figure.

use serde::Serialize;

use crate::crossing::{Gap, Order, order};
use crate::metrics::CONFIDENCE;
use crate::summary::Summary;

/// Two designs change places.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overtaking {
    /// What they are compared by; less is better.
    pub metric: String,
    /// Cost book; both, where they differ.
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
    /// Cost book; both, where they differ.
    pub costs: String,
    /// Sizing.
    pub sizing: String,
    /// Both designs.
    pub designs: [String; 2],
    /// `true`: they differ by less than 1 % at every value; `false`: their intervals overlap at every value.
    pub alike: bool,
}

/// Two designs along the values of a key.
pub(crate) struct Pair<'a> {
    /// What they are compared by.
    pub(crate) metric: &'a str,
    /// What each is called.
    pub(crate) names: [&'a str; 2],
    /// Which of the metrics of each it is that they are compared by.
    pub(crate) metrics: [&'a str; 2],
    /// The values of the key as they were written, and in its base unit where they are quantities.
    pub(crate) values: &'a [(&'a str, Option<f64>)],
    /// Both outcomes at each value; there is one at least.
    pub(crate) outcomes: Vec<[&'a Summary; 2]>,
    /// Whether each carries its load there; what does not counts as if it had no figure.
    pub(crate) carried: Vec<[bool; 2]>,
}

impl Pair<'_> {
    /// Adds where they change places, or that the values decide nothing between them.
    pub(crate) fn judge(&self, overtakings: &mut Vec<Overtaking>, ties: &mut Vec<Tie>) {
        let count = self.outcomes.len();
        let measured: Option<Vec<f64>> = self.values.iter().map(|(_, at)| *at).collect();
        let places = measured.clone().unwrap_or_else(|| (0..count).map(|index| index as f64).collect());
        let gaps: Vec<(usize, Gap)> = (0..count).filter_map(|index| self.gap(index).map(|gap| (index, gap))).collect();
        let (metric, costs, sizing) = (self.metric.to_owned(), self.costs(), self.outcomes[0][0].sizing.clone());
        let [one, other] = self.names.map(str::to_owned);
        let alike = match order(&places, &gaps) {
            Order::Kept => return,
            Order::Alike => true,
            Order::Undecided => false,
            Order::Changes(changes) => {
                overtakings.extend(changes.into_iter().map(|change| {
                    let on_axis = |place: Option<f64>| place.filter(|_| measured.is_some());
                    let (below, above) = if change.first_leads { (&one, &other) } else { (&other, &one) };
                    Overtaking {
                        metric: metric.clone(),
                        costs: costs.clone(),
                        sizing: sizing.clone(),
                        below: below.clone(),
                        above: above.clone(),
                        at: on_axis(change.at),
                        low: on_axis(change.low),
                        high: on_axis(change.high),
                        between: [change.before, change.after].map(|index| self.values[index].0.to_owned()),
                        why: [change.after, change.before].into_iter().find_map(|index| self.why_missing(index)),
                    }
                }));
                return;
            }
        };
        ties.push(Tie { metric, costs, sizing, designs: [one, other], alike });
    }

    /// The book of both, or that of each.
    fn costs(&self) -> String {
        let [one, other] = self.outcomes[0].map(|summary| summary.costs.as_str());
        if one == other { one.to_owned() } else { format!("{one} and {other}") }
    }

    fn why_missing(&self, index: usize) -> Option<String> {
        let why = |side: usize| {
            let metric = self.outcomes[index][side].metric(self.metrics[side]);
            let missing = metric.filter(|metric| metric.value.is_none());
            let why = missing.map(|metric| metric.why.as_deref().unwrap_or("no figure"));
            let why = if self.carried[index][side] { why } else { Some("it does not carry its load") };
            why.map(|why| format!("{}: {why}", self.names[side]))
        };
        [0, 1].into_iter().find_map(why)
    }

    /// The figure of one of both at one value, if it has one there.
    fn value(&self, index: usize, side: usize) -> Option<f64> {
        let value = self.outcomes[index][side].value(self.metrics[side]);
        value.filter(|_| self.carried[index][side])
    }

    /// How the two differ at one value; none where neither has a figure, or one is zero.
    fn gap(&self, index: usize) -> Option<Gap> {
        let ([one, other], [first_metric, second_metric]) = (self.outcomes[index], self.metrics);
        let (first, second) = match (self.value(index, 0), self.value(index, 1)) {
            (Some(first), Some(second)) if first > 0.0 && second > 0.0 => (first, second),
            (Some(_), None) => return Some(exactly(f64::NEG_INFINITY)),
            (None, Some(_)) => return Some(exactly(f64::INFINITY)),
            _ => return None,
        };
        let ratio = one.samples.get(first_metric)?.ln_ratio(other.samples.get(second_metric)?, CONFIDENCE);
        let ends = ratio.and_then(|ratio| Some(Gap { low: ratio.low?, mid: ratio.value?, high: ratio.high? }));
        Some(ends.unwrap_or_else(|| exactly((first / second).ln())))
    }
}

fn exactly(mid: f64) -> Gap {
    Gap { low: mid, mid, high: mid }
}
