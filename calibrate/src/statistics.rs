//! The few statistics that samples need: means, half-widths of their intervals, and far-out samples.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Confidence of every interval of this crate.
pub const CONFIDENCE: f64 = 0.95;

/// A sample is flagged this many interquartile ranges outside the quartiles: Tukey's outer fences (*Exploratory Data Analysis*, 1977).
const FENCE: f64 = 3.0;

/// What an interval counts as independent observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replicate {
    /// Means of processes: the interval also covers what differs from one process to the next, such as the layout of memory.
    Processes,
    /// Samples of one process, which know nothing of other processes: the interval is narrower than the truth.
    Samples,
}

/// The mean time of an act at one size, with how well it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean over the means of the processes \[s\].
    pub mean_s: f64,
    /// Half-width of its 95 % interval \[s\]; nothing from a single observation.
    pub half_width_s: Option<f64>,
    /// What the interval comes from.
    pub from: Replicate,
    /// The shortest sample \[s\]: the floor, which noise can only raise.
    pub floor_s: f64,
}

impl Estimate {
    /// From the samples of each process \[s\]; nothing without a sample.
    pub fn of(processes: &[&[f64]]) -> Option<Self> {
        let means: Vec<f64> =
            processes.iter().filter(|samples| !samples.is_empty()).map(|samples| mean(samples)).collect();
        let (from, values): (_, &[f64]) = match means.as_slice() {
            [] => return None,
            [_] => (Replicate::Samples, processes.iter().find(|samples| !samples.is_empty())?),
            several => (Replicate::Processes, several),
        };
        let floor_s = processes.iter().flat_map(|samples| samples.iter()).copied().fold(f64::INFINITY, f64::min);
        Some(Self { mean_s: mean(&means), half_width_s: half_width(values), from, floor_s })
    }

    /// Half-width as a share of the mean.
    pub fn relative_half_width(&self) -> Option<f64> {
        self.half_width_s.map(|half_width| half_width / self.mean_s)
    }
}

/// The arithmetic mean.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The interval of a figure that cannot be negative, from the half-width of its mean: the same factor to both sides, which is the
/// interval on the scale of logarithms and, where the half-width is small, the same as ± the half-width.
pub fn positive_interval(mean: f64, half_width: f64) -> (f64, f64) {
    let factor = if mean > 0.0 { 1.0 + half_width / mean } else { 1.0 };
    (mean / factor, mean * factor)
}

/// How many standard errors the interval of a mean reaches to each side.
pub(crate) fn student(degrees_of_freedom: usize) -> f64 {
    let student = StudentsT::new(0.0, 1.0, degrees_of_freedom as f64).expect("the degrees of freedom are positive");
    student.inverse_cdf(0.5 + CONFIDENCE / 2.0)
}

/// Half-width of the interval of the mean of independent values; nothing from fewer than two.
fn half_width(values: &[f64]) -> Option<f64> {
    let freedom = values.len().checked_sub(1).filter(|&freedom| freedom > 0)?;
    let mean = mean(values);
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / freedom as f64;
    Some(student(freedom) * (variance / values.len() as f64).sqrt())
}

/// Positions of the samples that lie beyond the outer fences. They are flagged, never dropped.
pub(crate) fn outliers(samples: &[f64]) -> Vec<usize> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quartile = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    if sorted.len() < 4 {
        return Vec::new();
    }
    let (low, high) = (quartile(0.25), quartile(0.75));
    let reach = FENCE * (high - low);
    (0..samples.len()).filter(|&at| samples[at] < low - reach || samples[at] > high + reach).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_by_hand() {
        // Means 1, 2, 3: standard deviation 1, t(2) = 4.3027.
        let estimate = Estimate::of(&[&[0.5, 1.5], &[2.0, 2.0], &[3.0]]).expect("samples");
        assert_eq!((estimate.mean_s, estimate.from, estimate.floor_s), (2.0, Replicate::Processes, 0.5));
        let half_width = estimate.half_width_s.expect("three processes");
        assert!((half_width - 4.302_653 / 3_f64.sqrt()).abs() < 1e-5, "{half_width}");
        let one = Estimate::of(&[&[1.0, 3.0]]).expect("samples");
        assert_eq!((one.mean_s, one.from), (2.0, Replicate::Samples));
        assert!((one.half_width_s.expect("two samples") - 12.706_205).abs() < 1e-4);
        assert_eq!(Estimate::of(&[&[1.0]]).and_then(|one| one.half_width_s), None);
        assert_eq!(Estimate::of(&[&[]]), None);
    }

    #[test]
    fn the_interval_of_a_time_is_never_negative() {
        assert_eq!(positive_interval(2.0, 3.0), (0.8, 5.0));
        let (low, high) = positive_interval(1.0, 0.001);
        assert!((low - 0.999).abs() < 2e-6 && (high - 1.001).abs() < 1e-12, "{low} {high}");
        assert_eq!(positive_interval(0.0, 0.0), (0.0, 0.0));
    }

    #[test]
    fn only_what_lies_far_out_is_flagged() {
        assert_eq!(outliers(&[1.0, 1.1, 9.0, 0.9, 1.05, 0.95, 1.0, 1.0]), [2]);
        assert!(outliers(&[1.0, 2.0, 3.0, 4.0, 5.0]).is_empty());
        assert!(outliers(&[1.0, 100.0]).is_empty(), "two samples do not tell which is out");
    }
}
