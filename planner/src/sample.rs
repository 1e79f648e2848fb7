//! The values behind a figure, and the interval that they give: noise of the run and uncertainty of the inputs, kept apart.
//!
//! Model: a figure has a value in every replication at the best estimates of all inputs, and one in every plausible world
//! ([`scenarios::WORLDS`] of each kind of input) beside the value at the best estimates on the same random numbers, so that a
//! world shows what its inputs do and not what the run does. The noise is Student's over replications and shrinks with them;
//! the spread over the worlds of a kind is that kind's uncertainty and does not. Independent, they add in squares: for figures
//! that are positive everywhere on the scale of logarithms, where factors on costs are symmetric, otherwise, and for what is left of an
//! income, as differences.
//! Where worlds are all but on one side of the best estimate, so is the interval: where another stage becomes the bottleneck, a
//! figure can fall by much and rise by nothing. Where several of these worlds end at the very same value and none beyond it, something
//! holds the figure there, such as the stage that a fleet is sized for next, and the interval of its inputs ends there too.
//!
//! Assumptions: figures are about normal on that scale; kinds of inputs act independently. Source: R. R. Barton, B. L. Nelson,
//! W. Xie, "Quantifying input uncertainty via simulation confidence intervals", INFORMS Journal on Computing 26(1), 2014.
//! Leaves out: errors of the model itself, which tests against theory and real runs are for.

use std::collections::BTreeMap;

use scenarios::InputKind;
use serde::{Deserialize, Serialize};
use sim::Interval;

use crate::read;
use crate::summary::Metric;
use crate::support;

/// A figure in a plausible world; in JSON a pair, since a document has many.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, Option<f64>)", into = "(f64, Option<f64>)")]
pub struct InWorld {
    /// At the best estimates of all inputs, on the same random numbers.
    pub best: f64,
    /// In the world; none where the figure does not exist there, such as a latency where a stage saturates.
    pub world: Option<f64>,
}

impl From<(f64, Option<f64>)> for InWorld {
    fn from((best, world): (f64, Option<f64>)) -> Self {
        Self { best, world }
    }
}

impl From<InWorld> for (f64, Option<f64>) {
    fn from(InWorld { best, world }: InWorld) -> Self {
        (best, world)
    }
}

/// The values behind one figure.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sample {
    /// By replication, at the best estimates of all inputs; one where nothing about the figure is drawn.
    #[serde(deserialize_with = "read::some_values")]
    replications: Vec<f64>,
    /// Whether nothing about it is drawn.
    exact: bool,
    worlds: BTreeMap<InputKind, Vec<InWorld>>,
}

/// Which share of a figure's uncertainty comes from where, as shares of the squared half-width; they add to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Uncertainty {
    /// From the noise of the run: more replications make it smaller.
    pub run: f64,
    /// From what was measured: a longer calibration makes it smaller.
    pub calibration: f64,
    /// From what was published, scaled or assumed: a measurement of one's own makes it smaller.
    pub published: f64,
    /// From prices that move.
    pub price: f64,
}

/// Squared moves to one side that are a smaller part of those to the other are none: of ten worlds that are drawn on both sides,
/// so few are on one of them once in fifty times.
const ONE_SIDED: f64 = 0.02;

/// So many worlds that end where no other goes beyond are at a bound: what is drawn from a tail is never drawn twice.
const AT_BOUND: usize = 3;
/// Moves that differ by less, relatively, are the same: a run tells a figure that it draws no better.
const SAME_MOVE: f64 = 1e-3;

/// Squared half-widths on one scale: of the run, and of each kind of input below and above the best estimate.
struct Widths {
    run: f64,
    inputs: BTreeMap<InputKind, [f64; 2]>,
    /// The most that all inputs together do below and above; infinite where nothing bounds it.
    bounds: [f64; 2],
}

impl Widths {
    /// How far the interval reaches below and above the figure.
    fn ends(&self) -> (f64, f64) {
        let inputs = |side: usize| self.inputs.values().map(|squares| squares[side]).sum::<f64>();
        let end = |side: usize| (self.run + inputs(side).min(self.bounds[side])).sqrt();
        (end(0), end(1))
    }

    fn shares(&self) -> Option<Uncertainty> {
        let both = |[below, above]: &[f64; 2]| f64::midpoint(*below, *above);
        let all = self.run + self.inputs.values().map(both).sum::<f64>();
        let of = |kind| self.inputs.get(&kind).map_or(0.0, |squares| both(squares) / all);
        (all > 0.0).then(|| Uncertainty {
            run: self.run / all,
            calibration: of(InputKind::Calibration),
            published: of(InputKind::Published),
            price: of(InputKind::Price),
        })
    }
}

impl Sample {
    /// A figure that is known exactly where its inputs are.
    pub(crate) fn exact(value: f64) -> Self {
        Self { replications: vec![value], exact: true, worlds: BTreeMap::new() }
    }

    /// A figure that every replication has a value of.
    pub(crate) fn drawn(values: Vec<f64>) -> Self {
        Self { replications: values, exact: false, worlds: BTreeMap::new() }
    }

    /// Adds a plausible world.
    pub(crate) fn add(&mut self, kind: InputKind, world: InWorld) {
        self.worlds.entry(kind).or_default().push(world);
    }

    /// Values by replication.
    pub fn replications(&self) -> &[f64] {
        &self.replications
    }

    /// The mean over replications.
    pub(crate) fn mean(&self) -> f64 {
        self.replications.iter().sum::<f64>() / self.replications.len() as f64
    }

    /// The figure with its interval: none where a single replication was drawn.
    pub(crate) fn metric(&self, name: String, unit: &str, confidence: f64) -> Metric {
        let value = self.mean();
        let mut metric = Metric::exact(name, unit, value);
        let Some(noise) = self.noise(confidence) else { return metric };
        let moves = |it: &InWorld| it.world != Some(it.best);
        if self.exact && !self.worlds.values().flatten().any(moves) {
            return metric;
        }
        let (widths, low, high);
        if self.logarithms(value) && !support::may_be_lost(&metric.name) && self.worlds.values().flatten().any(moves) {
            let factor = |it: &InWorld| it.world.map(|world| (world / it.best).ln());
            widths = self.widths((1.0 + noise / value).ln(), confidence, factor);
            let (below, above) = widths.ends();
            (low, high) = (value / below.exp(), value * above.exp());
        } else {
            widths = self.widths(noise, confidence, |it| it.world.map(|world| world - it.best));
            let (below, above) = widths.ends();
            (low, high) = (value - below, value + above);
        }
        (metric.low, metric.high, metric.confidence) = (Some(low), Some(high), Some(confidence));
        metric.uncertainty = widths.shares();
        if let Some(why) = self.lost() {
            (metric.high, metric.why) = (Some(f64::INFINITY), Some(why));
        }
        support::within(metric)
    }

    /// This figure less another's, replication by replication and world by world, with its interval.
    pub(crate) fn difference(&self, less: &Self, name: String, unit: &str, confidence: f64) -> Metric {
        self.paired(less, |one, other| one - other).on_its_own_scale(name, unit, confidence)
    }

    /// The same where both were drawn on other random numbers, or more often: their noises are independent. Plausible worlds are the
    /// same in every study, and go by pairs all the same.
    pub(crate) fn independent_difference(&self, less: &Self, name: String, unit: &str, confidence: f64) -> Metric {
        let noise = match (self.exact, less.exact) {
            (false, false) => Interval::of_difference(&self.replications, &less.replications, confidence)
                .map(|interval| interval.half_width()),
            (true, _) => less.noise(confidence),
            (_, true) => self.noise(confidence),
        };
        self.paired(less, |one, other| one - other).with_noise(
            self.mean() - less.mean(),
            noise,
            (name, unit),
            confidence,
        )
    }

    /// Whether it is known without any interval: nothing about it is drawn, and no input moves it.
    pub(crate) fn is_certain(&self) -> bool {
        self.exact && self.worlds.values().flatten().all(|it| it.world == Some(it.best))
    }

    /// The logarithm of this figure over another's, with its interval; none where one of both is not positive.
    pub(crate) fn ln_ratio(&self, over: &Self, confidence: f64) -> Option<Metric> {
        let positive = |sample: &Self| sample.replications.iter().all(|value| *value > 0.0);
        let pair = (positive(self) && positive(over)).then(|| self.paired(over, |one, other| (one / other).ln()))?;
        Some(pair.on_its_own_scale("ln ratio".into(), "1", confidence))
    }

    /// The figure with an interval that adds differences.
    fn on_its_own_scale(&self, name: String, unit: &str, confidence: f64) -> Metric {
        self.with_noise(self.mean(), self.noise(confidence), (name, unit), confidence)
    }

    /// The same with a value and a noise that are known.
    fn with_noise(&self, value: f64, noise: Option<f64>, (name, unit): (String, &str), confidence: f64) -> Metric {
        let mut metric = Metric::exact(name, unit, value);
        let Some(noise) = noise else { return metric };
        let widths = self.widths(noise, confidence, |it| it.world.map(|world| world - it.best));
        if !(self.exact && self.worlds.is_empty()) {
            let (below, above) = widths.ends();
            (metric.low, metric.high, metric.confidence) = (Some(value - below), Some(value + above), Some(confidence));
            metric.uncertainty = widths.shares();
        }
        metric
    }

    /// A figure of two others that share their replications and worlds.
    fn paired(&self, other: &Self, of: impl Fn(f64, f64) -> f64) -> Self {
        let at = |sample: &Self, index: usize| sample.replications[index % sample.replications.len()];
        let count = match (self.exact, other.exact) {
            (true, _) => other.replications.len(),
            (_, true) => self.replications.len(),
            _ => self.replications.len().min(other.replications.len()),
        };
        let mut pair = Self {
            replications: (0..count).map(|index| of(at(self, index), at(other, index))).collect(),
            exact: self.exact && other.exact,
            worlds: BTreeMap::new(),
        };
        for kind in InputKind::ALL {
            let of_kind = |sample: &Self| sample.worlds.get(&kind).map_or(0, Vec::len);
            for index in 0..of_kind(self).max(of_kind(other)) {
                // Whose inputs of a kind are all known exactly is the same in all worlds of that kind.
                let same = |sample: &Self| InWorld { best: at(sample, index), world: Some(at(sample, index)) };
                let world = |sample: &Self| {
                    sample
                        .worlds
                        .get(&kind)
                        .and_then(|worlds| worlds.get(index).copied())
                        .unwrap_or_else(|| same(sample))
                };
                let (one, two) = (world(self), world(other));
                let both = one.world.zip(two.world).map(|(one, two)| of(one, two));
                pair.add(kind, InWorld { best: of(one.best, two.best), world: both.filter(|value| value.is_finite()) });
            }
        }
        pair
    }

    /// Half-width that comes from the run alone; none where a single replication does not tell.
    fn noise(&self, confidence: f64) -> Option<f64> {
        match self.exact {
            true => Some(0.0),
            false => Interval::of(&self.replications, confidence).map(|interval| interval.half_width()),
        }
    }

    /// Whether the figure is positive wherever it exists.
    fn logarithms(&self, value: f64) -> bool {
        let mut all = self.worlds.values().flatten();
        value > 0.0 && all.all(|it| it.best > 0.0 && it.world.is_none_or(|world| world > 0.0))
    }

    /// The half-widths by where they come from, given how far a world is from the best estimate.
    fn widths(&self, run: f64, confidence: f64, moved: impl Fn(&InWorld) -> Option<f64>) -> Widths {
        let squares = |worlds: &Vec<InWorld>| {
            let moves: Vec<f64> = worlds.iter().filter_map(&moved).collect();
            if moves.len() < 2 {
                return [0.0; 2];
            }
            let mean =
                |side: fn(f64) -> f64| moves.iter().map(|by| side(*by).powi(2)).sum::<f64>() / moves.len() as f64;
            let (below, above) = (mean(|by| by.min(0.0)), mean(|by| by.max(0.0)));
            let squared = Interval::standard_errors(moves.len(), confidence).powi(2);
            match below.min(above) < ONE_SIDED * below.max(above) {
                // A side has half of the worlds.
                true => [2.0 * squared * below, 2.0 * squared * above],
                // Five worlds a side tell less of a figure that moves to both than ten of it: so intervals would be too short.
                false => [squared * (below + above); 2],
            }
        };
        let inputs = self.worlds.iter().map(|(kind, worlds)| (*kind, squares(worlds))).collect();
        let moves: Vec<f64> = self.worlds.values().flatten().filter_map(&moved).collect();
        Widths { run: run * run, inputs, bounds: bounds(&moves) }
    }

    /// In how many worlds the figure does not exist, in words.
    fn lost(&self) -> Option<String> {
        let lost = |worlds: &[InWorld]| worlds.iter().filter(|it| it.world.is_none()).count();
        let (kind, worlds) = self.worlds.iter().max_by_key(|(_, worlds)| lost(worlds))?;
        let all = worlds.len();
        let what = match kind {
            InputKind::Calibration => "measured costs",
            InputKind::Published => "published, scaled or assumed costs",
            InputKind::Price => "prices",
        };
        (lost(worlds) > 0).then(|| {
            format!("no upper bound: at {} of {all} plausible values of the {what} it does not exist", lost(worlds))
        })
    }
}

/// Squares of the most that worlds move a figure below and above, where they do so to one side alone and several to the very same value.
fn bounds(moves: &[f64]) -> [f64; 2] {
    let farthest = [-1.0, 1.0].map(|side| moves.iter().map(|by| by * side).fold(0.0, f64::max));
    let bound = |this: usize, sign: f64| {
        let most = farthest[this];
        let there = moves.iter().filter(|by| **by * sign >= most * (1.0 - SAME_MOVE)).count();
        let alone = farthest[1 - this].powi(2) < ONE_SIDED * most.powi(2);
        if alone && there >= AT_BOUND { most.powi(2) } else { f64::INFINITY }
    };
    [bound(0, -1.0), bound(1, 1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Streams, scores};

    fn worlds(sample: &mut Sample, kind: InputKind, factors: &[f64]) {
        let best = sample.mean();
        factors.iter().for_each(|factor| sample.add(kind, InWorld { best, world: Some(best * factor) }));
    }

    #[test]
    fn noise_alone_is_student_s_interval() {
        let sample = Sample::drawn(vec![9.0, 10.0, 11.0]);
        let metric = sample.metric("x".into(), "s", 0.95);
        let interval = Interval::of(&[9.0, 10.0, 11.0], 0.95).expect("three values");
        let near = |found: Option<f64>, right: f64| found.is_some_and(|it| (it / right - 1.0).abs() < 1e-12);
        assert!(near(metric.low, interval.low) && near(metric.high, interval.high), "{metric:?}, not {interval:?}");
        assert_eq!(metric.uncertainty.map(|it| it.run), Some(1.0));
        assert_eq!(Sample::drawn(vec![1.0]).metric("x".into(), "s", 0.95).low, None);
        assert_eq!(Sample::exact(1.0).metric("x".into(), "s", 0.95).low, None);
    }

    #[test]
    fn inputs_do_not_shrink_with_replications_and_are_told_by_kind() {
        let widths = |replications: u32| {
            let mut stream = Streams::new(1, 0).stream("noise");
            let mut sample = Sample::drawn((0..replications).map(|_| 10.0 + 0.1 * stream.normal()).collect());
            worlds(
                &mut sample,
                InputKind::Calibration,
                &scores(10, &mut stream).iter().map(|z| (0.02 * z).exp()).collect::<Vec<_>>(),
            );
            worlds(
                &mut sample,
                InputKind::Published,
                &scores(10, &mut stream).iter().map(|z| (0.04 * z).exp()).collect::<Vec<_>>(),
            );
            sample.metric("x".into(), "s", 0.95)
        };
        let (few, many) = (widths(10), widths(10_000));
        let relative = |metric: &Metric| (metric.high.unwrap() / metric.low.unwrap()).ln() / 2.0;
        // Student's factor for ten worlds on √(2 %² + 4 %²).
        let inputs = Interval::standard_errors(10, 0.95) * (0.02_f64.powi(2) + 0.04_f64.powi(2)).sqrt();
        assert!((relative(&many) / inputs - 1.0).abs() < 0.001, "{} {inputs}", relative(&many));
        assert!(relative(&few) > relative(&many));
        let shares = many.uncertainty.expect("shares");
        assert!((shares.published / shares.calibration - 4.0).abs() < 1e-9 && shares.run < 0.001, "{shares:?}");
    }

    #[test]
    fn a_figure_that_only_falls_has_an_interval_below_it_alone() {
        // A capacity: the cheaper stage is the bottleneck in half of the worlds, and nothing is won in the others.
        let mut sample = Sample::exact(100.0);
        worlds(&mut sample, InputKind::Published, &[0.5, 0.7, 0.9, 1.0, 1.0, 1.0]);
        let metric = sample.metric("capacity".into(), "tx/s", 0.95);
        assert_eq!(metric.high, Some(100.0));
        assert!(metric.low.is_some_and(|low| low < 50.0 && low > 0.0), "{metric:?}");
        assert_eq!(metric.uncertainty.map(|it| it.published), Some(1.0));
    }

    #[test]
    fn a_figure_that_is_held_somewhere_has_an_interval_that_ends_there() {
        // What a link carries of a fleet whose cores are what it was sized for: with cheaper checks it is smaller, until the link is what
        // it is sized for. These are 13 machines, and 8 to 12 in worlds of two kinds.
        let mut sample = Sample::exact(13.0);
        let of = |machines: &[f64]| machines.iter().map(|count| count / 13.0).collect::<Vec<_>>();
        worlds(&mut sample, InputKind::Calibration, &of(&[12.0, 8.0, 12.0, 13.0, 13.0, 13.0, 8.0, 13.0, 13.0, 8.0]));
        worlds(&mut sample, InputKind::Published, &of(&[8.0, 8.0, 9.0, 10.0, 8.0, 8.0, 8.0, 8.0, 11.0, 12.0]));
        let metric = sample.metric("capacity.validator_downlink".into(), "tx/s", 0.95);
        let ends = (metric.low.expect("an interval"), metric.high.expect("an interval"));
        assert!((ends.0 - 8.0).abs() < 1e-9 && (ends.1 - 13.0).abs() < 1e-9, "{ends:?}");
        // Of a tail nothing is drawn twice, and beyond it there may be more.
        let mut drawn = Sample::exact(1.0);
        worlds(&mut drawn, InputKind::Published, &[0.5, 0.6, 0.7, 0.8, 0.9]);
        assert!(drawn.metric("capacity".into(), "tx/s", 0.95).low < Some(0.5));
        // A count goes up and down in whole steps, and several draws of it are alike.
        let mut count = Sample::exact(36.0);
        worlds(&mut count, InputKind::Published, &of(&[12.0, 12.0, 12.0, 13.0, 14.0, 14.0, 14.0]));
        assert!(count.metric("units".into(), "machines", 0.95).low < Some(36.0 * 12.0 / 13.0));
    }

    #[test]
    fn what_two_figures_share_does_not_blur_their_difference() {
        let (mut one, mut other) = (Sample::drawn(vec![10.0, 12.0, 14.0]), Sample::drawn(vec![11.0, 13.0, 15.0]));
        worlds(&mut one, InputKind::Calibration, &[0.5, 1.0, 2.0]);
        for it in &one.worlds[&InputKind::Calibration] {
            other
                .worlds
                .entry(InputKind::Calibration)
                .or_default()
                .push(InWorld { best: it.best + 1.0, world: it.world.map(|world| world + 1.0) });
        }
        let difference = other.difference(&one, "x".into(), "s", 0.95);
        assert_eq!((difference.value, difference.low, difference.high), (Some(1.0), Some(1.0), Some(1.0)));
        let against_exact = one.difference(&Sample::exact(2.0), "x".into(), "s", 0.95);
        assert_eq!(against_exact.value, Some(10.0));
        assert!(against_exact.low < Some(5.0), "the inputs of one of them are all there is");
    }

    #[test]
    fn a_figure_that_is_lost_in_a_world_has_no_upper_end() {
        let mut sample = Sample::exact(3.0);
        worlds(&mut sample, InputKind::Published, &[0.5, 0.9, 1.1]);
        sample.add(InputKind::Published, InWorld { best: 3.0, world: None });
        let metric = sample.metric("x".into(), "s", 0.95);
        assert_eq!(metric.high, Some(f64::INFINITY));
        assert!(metric.why.is_some_and(|why| why.contains("1 of 4")));
    }
}
