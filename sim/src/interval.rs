//! Confidence intervals for a mean: over replications, or over batches of one long run.
//!
//! Student's t over independent, about normal means (Law 2015, ch. 4 and 9). Replications are independent by construction;
//! batches of one run are nearly so when each is much longer than the time over which the run remembers.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// An interval that covers the true mean with the stated confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub mean: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// How often such intervals cover the truth, within (0, 1).
    pub confidence: f64,
}

impl Interval {
    /// The t-interval over independent values, one per replication. `None` for fewer than two values or when one is not
    /// finite: then there is no interval, not a wide one. Panics unless `confidence` is within (0, 1).
    pub fn of(values: &[f64], confidence: f64) -> Option<Interval> {
        if values.len() < 2 || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let mut tally = crate::tally::Tally::new();
        values.iter().for_each(|&value| tally.record(value));
        let standard_error = (tally.variance() / values.len() as f64).sqrt();
        let half_width = Interval::standard_errors(values.len(), confidence) * standard_error;
        let mean = tally.mean();
        Some(Interval { mean, low: mean - half_width, high: mean + half_width, confidence })
    }

    /// The interval of the difference of two means whose values are independent, `one` less `other`, by B. L. Welch, "The
    /// generalization of Student's problem when several different population variances are involved", Biometrika 34 (1947),
    /// with the degrees of freedom of Satterthwaite. `None` and panics as [`of`](Self::of).
    pub fn of_difference(one: &[f64], other: &[f64], confidence: f64) -> Option<Interval> {
        let (first, second) = (Interval::of(one, confidence)?, Interval::of(other, confidence)?);
        let squared = |interval: &Interval, values: &[f64]| {
            (interval.half_width() / Interval::standard_errors(values.len(), confidence)).powi(2)
        };
        let (a, b) = (squared(&first, one), squared(&second, other));
        let (mean, square) = (first.mean - second.mean, a + b);
        // Of shares, since squares of squares may be too small or too large for a number.
        let freedom = |of: f64, values: &[f64]| (of / square).powi(2) / (values.len() - 1) as f64;
        let half_width = match square {
            0.0 => 0.0,
            square if square.is_finite() => {
                student(1.0 / (freedom(a, one) + freedom(b, other)), confidence) * square.sqrt()
            }
            _ => return None,
        };
        Some(Interval { mean, low: mean - half_width, high: mean + half_width, confidence })
    }

    /// How many standard errors the t-interval over `values` values reaches to each side. Panics for fewer than two, or
    /// unless `confidence` is within (0, 1).
    pub fn standard_errors(values: usize, confidence: f64) -> f64 {
        student(values.saturating_sub(1) as f64, confidence)
    }

    /// The t-interval over the means of `batches` equal pieces of one long run, whose warm-up is already deleted; what does
    /// not fill the last batch is left out at the start. Law advises 20 to 40 batches. `None` for fewer than two batches, or
    /// observations than batches.
    pub fn of_batch_means(observations: &[f64], batches: usize, confidence: f64) -> Option<Interval> {
        let size = observations.len().checked_div(batches).filter(|&size| size > 0)?;
        let used = &observations[observations.len() - size * batches..];
        let means: Vec<f64> = used.chunks_exact(size).map(|batch| batch.iter().sum::<f64>() / size as f64).collect();
        Interval::of(&means, confidence)
    }

    /// Half the length of the interval, in the unit of the mean.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Half-width over the size of the mean: zero when there is no spread, infinite for a mean of zero with spread.
    pub fn relative_half_width(&self) -> f64 {
        if self.half_width() == 0.0 { 0.0 } else { self.half_width() / self.mean.abs() }
    }

    /// Whether `value` lies within the interval.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// How many standard errors reach to each side at these degrees of freedom.
fn student(degrees: f64, confidence: f64) -> f64 {
    assert!(confidence > 0.0 && confidence < 1.0, "a confidence lies between 0 and 1: {confidence}");
    StudentsT::new(0.0, 1.0, degrees)
        .expect("a positive number of degrees of freedom")
        .inverse_cdf((1.0 + confidence) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    /// Student's own data of two soporifics, whose interval R's `t.test(extra ~ group, sleep)` prints: −3.3654832 to 0.2054832.
    #[test]
    fn a_difference_of_two_samples_has_welch_s_interval() {
        let one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let other = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let found = Interval::of_difference(&one, &other, 0.95).unwrap();
        let near = |value: f64, right: f64| (value - right).abs() < 1e-6;
        assert!(near(found.low, -3.365_483_2) && near(found.high, 0.205_483_2), "{found:?}");
        assert_eq!(Interval::of_difference(&[1.0, 1.0], &[3.0, 3.0], 0.95).unwrap().half_width(), 0.0);
        assert_eq!(Interval::of_difference(&[1.0], &[3.0, 3.0], 0.95), None);
        // Numbers at either end of what there are panic nowhere.
        for size in [5e-324, 1e-160, 1e160, f64::MAX] {
            let found = Interval::of_difference(&[size, -size], &[size, 0.0], 0.95);
            assert!(found.is_none_or(|it| it.low <= it.high), "{size}: {found:?}");
        }
    }

    /// Quantiles of Student's t as every table prints them (for example Law 2015, table T.1).
    #[test]
    fn the_factor_is_student_s() {
        for (n, confidence, t) in
            [(2, 0.95, 12.706), (5, 0.95, 2.776), (10, 0.95, 2.262), (10, 0.90, 1.833), (31, 0.99, 2.750)]
        {
            let values: Vec<f64> = (0..n).map(|i| if i == 0 { 1.0 } else { 0.0 }).collect();
            let interval = Interval::of(&values, confidence).unwrap();
            // One one among zeros: the standard error of the mean is exactly 1/n.
            let factor = interval.half_width() * f64::from(n);
            assert!((factor - t).abs() < 6e-4, "n = {n}: {factor} instead of {t}");
        }
    }

    #[test]
    fn no_interval_is_made_up() {
        assert_eq!(Interval::of(&[1.0], 0.95), None);
        assert_eq!(Interval::of(&[1.0, f64::NAN], 0.95), None);
        assert_eq!(Interval::of_batch_means(&[1.0; 10], 0, 0.95), None);
        assert_eq!(Interval::of_batch_means(&[1.0; 10], 11, 0.95), None);
        let exact = Interval::of(&[3.0, 3.0], 0.95).unwrap();
        assert_eq!((exact.half_width(), exact.relative_half_width()), (0.0, 0.0));
        assert_eq!(Interval::of(&[1.0, -1.0], 0.95).unwrap().relative_half_width(), f64::INFINITY);
    }

    /// 1,000 runs of an autoregressive series (correlation 0.8, so memory of about 5): the 90 % interval over 20 batches of
    /// 200 covers the mean in 90 % of them within three standard errors (2.8 %), and an interval that takes the
    /// observations themselves for independent does not.
    #[test]
    fn batch_means_cover_as_stated_where_raw_observations_do_not() {
        let (mut batched, mut naive) = (0, 0);
        for run in 0..1_000 {
            let mut stream = Streams::new(3, run).stream("noise");
            let mut level = stream.normal() / 0.6;
            let series: Vec<f64> = (0..4_000)
                .map(|_| {
                    level = 0.8 * level + stream.normal();
                    level
                })
                .collect();
            batched += u32::from(Interval::of_batch_means(&series, 20, 0.9).unwrap().contains(0.0));
            naive += u32::from(Interval::of(&series, 0.9).unwrap().contains(0.0));
        }
        assert!((872..=928).contains(&batched), "{batched}");
        assert!(naive < 600, "{naive}");
    }
}
