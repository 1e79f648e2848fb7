//! Intervals of any statistic by resampling: the percentile bootstrap (B. Efron, *Bootstrap methods: another look at the jackknife*,
//! 1979). Samples are taken as independent, which those of several processes are not quite: it leaves their common part out.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::statistics::{CONFIDENCE, mean};

/// Resamples: enough for two digits of an interval.
const RESAMPLES: usize = 1_000;

/// A statistic with its standard error and its 95 % interval, in its own unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bootstrapped {
    pub(super) value: f64,
    pub(super) standard_error: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// A statistic of samples, of which there is at least one. The same samples give the same interval.
pub(super) fn bootstrap(samples: &[f64], statistic: fn(&[f64]) -> f64) -> Bootstrapped {
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut resample = vec![0.0; samples.len()];
    let mut values: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            resample.fill_with(|| samples[chance.random_range(0..samples.len())]);
            statistic(&resample)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let quantile = |share: f64| values[(share * (RESAMPLES - 1) as f64).round() as usize];
    let value = statistic(samples);
    let tail = (1.0 - CONFIDENCE) / 2.0;
    // With few samples all resamples may lie to one side of the statistic, which an interval must hold all the same.
    let (low, high) = (quantile(tail).min(value), quantile(1.0 - tail).max(value));
    Bootstrapped { value, standard_error: standard_deviation(&values), low, high }
}

/// The middle value, or the mean of both.
pub(super) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

/// The median of the absolute deviations from the median, scaled to the standard deviation of a normal distribution as criterion does.
pub(super) fn median_deviation(samples: &[f64]) -> f64 {
    const NORMAL: f64 = 1.4826;
    let centre = median(samples);
    NORMAL * median(&samples.iter().map(|sample| (sample - centre).abs()).collect::<Vec<_>>())
}

/// The standard deviation of the population that samples come from; zero for one sample.
pub(super) fn standard_deviation(samples: &[f64]) -> f64 {
    let centre = mean(samples);
    let freedom = samples.len().saturating_sub(1).max(1) as f64;
    (samples.iter().map(|sample| (sample - centre).powi(2)).sum::<f64>() / freedom).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_by_hand() {
        let samples = [1.0, 2.0, 3.0, 4.0, 10.0];
        assert_eq!((median(&samples), median(&samples[..4])), (3.0, 2.5));
        assert!((median_deviation(&samples) - 1.4826).abs() < 1e-12);
        assert!((standard_deviation(&samples) - 12.5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(standard_deviation(&[7.0]), 0.0);
    }

    #[test]
    fn the_interval_of_a_median_has_the_width_that_theory_gives_it() {
        let samples: Vec<f64> = (0..400).map(f64::from).collect();
        let found = bootstrap(&samples, median);
        // Uniform on 0 … 400: the median of n has standard deviation 400 / (2 √n) = 10.
        assert!((found.standard_error - 10.0).abs() < 1.5, "{found:?}");
        assert!((found.high - found.low - 3.92 * 10.0).abs() < 8.0 && found.low < 199.5, "{found:?}");
        assert_eq!(bootstrap(&samples, median), found);
        assert_eq!(bootstrap(&[5.0], median), Bootstrapped { value: 5.0, standard_error: 0.0, low: 5.0, high: 5.0 });
    }
}
