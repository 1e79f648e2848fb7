//! The few statistics that samples need: means, half-widths of their intervals, and far-out samples.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Confidence of every interval of this crate.
pub const CONFIDENCE: f64 = 0.95;

/// A sample is flagged this many interquartile ranges outside the quartiles: Tukey's outer fences (*Exploratory Data Analysis*, 1977).
const FENCE: f64 = 3.0;

/// From so many degrees of freedom on Student's distribution is the normal one to a part in a thousand.
const MANY: f64 = 1e3;

/// A variance and how well it is known itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Variance {
    /// Square of a relative standard deviation.
    pub relative: f64,
    /// Degrees of freedom of its estimate; 0 where there is none, because the variance is zero.
    pub freedom: f64,
}

impl Variance {
    /// Nothing varies.
    pub const NONE: Self = Self { relative: 0.0, freedom: 0.0 };
}

/// Between runs of a host that has not shown its own: a standard deviation of 3 %.
///
/// Of 17 runs in 50 minutes on a shared virtual machine of two cores, idle first and overloaded later, the CPU times of the short
/// acts differed by 2.3 % beyond what their processes spread by (up to 3.4 % by act); of two further ones, minutes apart, one
/// act by 10 %. Pooled this is 2.8 %. It comes from one host, so it counts as few degrees of freedom.
pub const STATED_RUNS: Variance = Variance { relative: 0.03 * 0.03, freedom: 4.0 };

/// Between the processes of a run, where one process alone cannot tell: a standard deviation of 3 %.
///
/// The same runs of three processes each spread by 2.1 %, three runs of them on the idle machine by 2.9 %.
pub const STATED_PROCESSES: Variance = Variance { relative: 0.03 * 0.03, freedom: 4.0 };

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
    /// The part of the half-width that is of this size alone \[s\]: its samples, or its means by process. The rest moves with other
    /// sizes of the same act.
    pub own_half_width_s: Option<f64>,
    /// Standard error of the mean \[s\], as far as it is known.
    pub standard_error_s: f64,
    /// What the interval comes from.
    pub from: Replicate,
    /// The shortest sample \[s\]: the floor, which noise can only raise.
    pub floor_s: f64,
    /// Variance of the mean that the processes of the run show; nothing from a single one.
    pub(crate) between_processes: Option<Variance>,
}

impl Estimate {
    /// From the samples of each process \[s\], and the variance between runs on the host, of which the samples of one know nothing;
    /// nothing without a sample.
    pub fn of(processes: &[&[f64]], run: Variance) -> Option<Self> {
        let means: Vec<f64> =
            processes.iter().filter(|samples| !samples.is_empty()).map(|samples| mean(samples)).collect();
        let (from, values): (_, &[f64]) = match means.as_slice() {
            [] => return None,
            [_] => (Replicate::Samples, processes.iter().find(|samples| !samples.is_empty())?),
            several => (Replicate::Processes, several),
        };
        let (mean_s, seen) = (mean(&means), of_mean(values));
        let (unseen, between_processes) = match from {
            Replicate::Processes => (Variance::NONE, seen),
            Replicate::Samples => (STATED_PROCESSES, None),
        };
        let half_width_s = seen.map(|seen| mean_s * joint_half_width(&[seen, unseen, run]));
        let own_half_width_s = seen.map(|seen| mean_s * joint_half_width(&[seen]));
        let parts = [seen.unwrap_or(Variance::NONE), unseen, run];
        let standard_error_s = mean_s * parts.iter().map(|part| part.relative).sum::<f64>().sqrt();
        let floor_s = processes.iter().flat_map(|samples| samples.iter()).copied().fold(f64::INFINITY, f64::min);
        Some(Self { mean_s, half_width_s, own_half_width_s, standard_error_s, from, floor_s, between_processes })
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

/// How many standard errors the interval of a mean reaches to each side; nothing widens where there is no freedom.
pub(crate) fn student(degrees_of_freedom: f64) -> f64 {
    let side = 0.5 + CONFIDENCE / 2.0;
    if degrees_of_freedom > MANY {
        return Normal::standard().inverse_cdf(side);
    }
    StudentsT::new(0.0, 1.0, degrees_of_freedom).map_or(0.0, |student| student.inverse_cdf(side))
}

/// Degrees of freedom of a sum of independent estimates of variances, by Welch and Satterthwaite; 0 if all are zero.
pub(crate) fn joint_freedom(parts: &[Variance]) -> f64 {
    let known = || parts.iter().filter(|part| part.relative > 0.0);
    let sum: f64 = known().map(|part| part.relative).sum();
    let squares: f64 = known().map(|part| part.relative.powi(2) / part.freedom).sum();
    if sum == 0.0 { 0.0 } else { sum * sum / squares }
}

/// Relative half-width of the interval of what is off by the sum of independent parts.
pub(crate) fn joint_half_width(parts: &[Variance]) -> f64 {
    let sum: f64 = parts.iter().map(|part| part.relative).sum();
    student(joint_freedom(parts)) * sum.sqrt()
}

/// Relative variance of the mean of independent values; nothing from fewer than two.
fn of_mean(values: &[f64]) -> Option<Variance> {
    let freedom = values.len().checked_sub(1).filter(|&freedom| freedom > 0)? as f64;
    let mean = mean(values);
    let variance = values.iter().map(|value| (value / mean - 1.0).powi(2)).sum::<f64>() / freedom;
    Some(Variance { relative: variance / values.len() as f64, freedom })
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
        let estimate = Estimate::of(&[&[0.5, 1.5], &[2.0, 2.0], &[3.0]], Variance::NONE).expect("samples");
        assert_eq!((estimate.mean_s, estimate.from, estimate.floor_s), (2.0, Replicate::Processes, 0.5));
        let half_width = estimate.half_width_s.expect("three processes");
        assert!((half_width - 4.302_653 / 3_f64.sqrt()).abs() < 1e-5, "{half_width}");
        let one = Estimate::of(&[&[1.0, 3.0]], Variance::NONE).expect("samples");
        assert_eq!((one.mean_s, one.from), (2.0, Replicate::Samples));
        // A standard error of 1 s within the process; the stated spread of processes is little beside it.
        assert!(one.half_width_s.expect("two samples") > 10.0 && one.between_processes.is_none());
        assert_eq!(Estimate::of(&[&[1.0]], Variance::NONE).and_then(|one| one.half_width_s), None);
        assert_eq!(Estimate::of(&[&[]], Variance::NONE), None);
    }

    #[test]
    fn parts_of_an_interval_by_hand() {
        // Welch's example of two variances: (1 + 3)² / (1/2 + 9/6) = 8 degrees of freedom, t(8) = 2.306004.
        let parts = [Variance { relative: 1.0, freedom: 2.0 }, Variance { relative: 3.0, freedom: 6.0 }];
        assert!((joint_freedom(&parts) - 8.0).abs() < 1e-12);
        assert!((joint_half_width(&parts) - 2.306_004 * 2.0).abs() < 1e-5, "{}", joint_half_width(&parts));
        assert_eq!(joint_half_width(&[Variance::NONE; 2]), 0.0);
        let known = Variance { relative: 4.0, freedom: f64::INFINITY };
        assert!((joint_half_width(&[known, Variance::NONE]) - 2.0 * 1.959_964).abs() < 1e-4);
        // What differs between runs is added: t(2 + …) on 1/√3 and 1 of the mean.
        let run = Variance { relative: 0.25, freedom: f64::INFINITY };
        let estimate = Estimate::of(&[&[1.0], &[2.0], &[3.0]], run).expect("samples");
        let (seen, freedom) = (0.25 / 3.0, (0.25 + 0.25 / 3.0_f64).powi(2) / ((0.25 / 3.0_f64).powi(2) / 2.0));
        let by_hand = 2.0 * student(freedom) * (seen + 0.25_f64).sqrt();
        assert!((estimate.half_width_s.expect("three") - by_hand).abs() < 1e-9);
        assert!((estimate.standard_error_s - 2.0 * (seen + 0.25_f64).sqrt()).abs() < 1e-9);
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
