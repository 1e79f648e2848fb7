//! What each key does to each figure: Spearman's rank correlation over the points, with its interval.
//!
//! Source: C. Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15(1), 1904; as a
//! measure of sensitivity A. Saltelli et al., *Global Sensitivity Analysis: The Primer*, 2008, section 1.2; interval by D. G. Bonett, T. A.
//! Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations", Psychometrika 65(1), 2000. Leaves out:
//! figures that rise and fall again along a key, which correlate with nothing.

use serde::Serialize;

use super::Experiment;

/// Fewest points that say anything of a correlation: below, its interval is without end.
const FEWEST: usize = 5;
/// Half of the 95 % interval in standard deviations.
const DEVIATIONS: f64 = 1.96;

/// What a key does to a figure of a design.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// The key.
    pub key: String,
    /// Name of the figure.
    pub metric: String,
    /// Name of the design.
    pub design: String,
    /// Cost book.
    pub costs: String,
    /// Sizing.
    pub sizing: String,
    /// Rank correlation: 1 where the figure rises with the key whatever the others do, −1 where it falls, 0 where it does neither.
    pub correlation: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Points that have the figure.
    pub points: usize,
}

impl Effect {
    /// Whether its interval leaves out zero.
    pub fn is_told(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Of every key on every figure that is shown, where both vary.
pub(super) fn effects(experiment: &Experiment) -> Vec<Effect> {
    let Some(point) = experiment.points.first() else { return Vec::new() };
    let keys = experiment.keys.iter().enumerate();
    let keys: Vec<(&str, Vec<f64>)> =
        keys.filter_map(|(place, key)| Some((key.name.as_str(), positions(experiment, place)?))).collect();
    let mut effects = Vec::new();
    for metric in experiment.shown() {
        for (index, outcome) in point.outcomes.iter().enumerate() {
            for (key, positions) in &keys {
                let here = experiment.points.iter().zip(positions);
                let pairs = here.filter_map(|(point, at)| Some((*at, point.outcomes.get(index)?.carried(metric)?)));
                let (at, figures): (Vec<f64>, Vec<f64>) = pairs.unzip();
                let Some(correlation) = spearman(&at, &figures) else { continue };
                let (low, high) = interval(correlation, at.len());
                effects.push(Effect {
                    key: (*key).to_owned(),
                    metric: (*metric).to_owned(),
                    design: outcome.design.clone(),
                    costs: outcome.costs.clone(),
                    sizing: outcome.sizing.clone(),
                    correlation,
                    low,
                    high,
                    points: at.len(),
                });
            }
        }
    }
    effects
}

/// Where the values of a key lie on its axis; of two names the second lies above the first, and more have no order.
fn positions(experiment: &Experiment, place: usize) -> Option<Vec<f64>> {
    let all = || experiment.points.iter().filter_map(|point| point.values.get(place));
    let quantities: Option<Vec<f64>> = all().map(|value| value.at).collect();
    if quantities.is_some() {
        return quantities;
    }
    let first = &all().next()?.text;
    let second = all().find(|value| value.text != *first).map(|value| &value.text)?;
    let of = |text: &String| if text == first { Some(0.0) } else { (text == second).then_some(1.0) };
    all().map(|value| of(&value.text)).collect()
}

/// The correlation of the ranks of two lists; nothing of too few values, or where one does not vary.
fn spearman(one: &[f64], other: &[f64]) -> Option<f64> {
    if one.len() < FEWEST {
        return None;
    }
    let (one, other) = (ranks(one), ranks(other));
    let mean = (one.len() + 1) as f64 / 2.0;
    let sum = |of: &dyn Fn(usize) -> f64| (0..one.len()).map(of).sum::<f64>();
    let both = sum(&|at| (one[at] - mean) * (other[at] - mean));
    let squares = sum(&|at| (one[at] - mean).powi(2)) * sum(&|at| (other[at] - mean).powi(2));
    (squares > 0.0).then(|| (both / squares.sqrt()).clamp(-1.0, 1.0))
}

/// The rank of each value, from 1; what is equal shares the mean of its ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let (mut ranks, mut before) = (vec![0.0; values.len()], 0);
    for same in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let rank = before as f64 + (same.len() + 1) as f64 / 2.0;
        same.iter().for_each(|at| ranks[*at] = rank);
        before += same.len();
    }
    ranks
}

/// The 95 % interval of a rank correlation over so many points.
fn interval(correlation: f64, points: usize) -> (f64, f64) {
    let error = ((1.0 + correlation * correlation / 2.0) / (points as f64 - 3.0)).sqrt();
    // Where all ranks agree, Fisher's scale has no end.
    let middle = correlation.clamp(-1.0 + 1e-9, 1.0 - 1e-9).atanh();
    ((middle - DEVIATIONS * error).tanh(), (middle + DEVIATIONS * error).tanh())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_correlate_as_by_hand() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        let up = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(spearman(&up, &up.map(f64::exp)), Some(1.0), "any rising law");
        assert_eq!(spearman(&up, &up.map(|x| -x * x)), Some(-1.0));
        // 1 − 6 Σd² / (n (n² − 1)) with d = 0, 1, −1, 1, −1.
        let found = spearman(&up, &[1.0, 3.0, 2.0, 5.0, 4.0]).expect("it varies");
        assert!((found - (1.0 - 6.0 * 4.0 / 120.0)).abs() < 1e-12, "{found}");
        assert_eq!(spearman(&up, &[7.0; 5]), None, "it does not vary");
        assert_eq!(spearman(&up[..4], &up[..4]), None, "too few");
    }

    #[test]
    fn the_interval_narrows_with_points_and_holds_the_correlation() {
        for correlation in [-1.0, -0.3, 0.0, 0.9, 1.0] {
            let [(low, high), (lower, higher)] = [400, 20].map(|points| interval(correlation, points));
            assert!(low - 1e-6 <= correlation && correlation <= high + 1e-6, "{correlation}: {low} to {high}");
            assert!(higher - lower >= high - low && lower >= -1.0 && higher <= 1.0, "{correlation}");
        }
        // By hand: ±1.96 / √97.
        assert!((interval(0.0, 100).1 - (1.96 / 97.0_f64.sqrt()).tanh()).abs() < 1e-12);
    }
}
