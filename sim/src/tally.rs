//! Statistics per observation: count, mean, variance, extremes.
//!
//! Welford's recurrence (1962), merged as Chan, Golub and LeVeque (1979) do it: no cancellation when the mean is large
//! against the spread.

/// A running summary of observations that are kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tally {
    count: u64,
    mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
    min: f64,
    max: f64,
}

impl Tally {
    /// No observations.
    pub fn new() -> Tally {
        Tally { count: 0, mean: 0.0, squares: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }

    /// Takes one observation. Panics unless it is finite.
    pub fn record(&mut self, value: f64) {
        assert!(value.is_finite(), "an observation is a finite number: {value}");
        self.count += 1;
        let deviation = value - self.mean;
        self.mean += deviation / self.count as f64;
        self.squares += deviation * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Takes all observations of `other`.
    pub fn merge(&mut self, other: &Tally) {
        if other.count == 0 {
            return;
        }
        let (mine, theirs) = (self.count as f64, other.count as f64);
        let deviation = other.mean - self.mean;
        let share = theirs / (mine + theirs);
        self.count += other.count;
        self.mean += deviation * share;
        self.squares += other.squares + deviation * deviation * mine * share;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// How many observations.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean; zero without observations.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The unbiased sample variance; zero for fewer than two observations.
    pub fn variance(&self) -> f64 {
        if self.count < 2 { 0.0 } else { self.squares / (self.count - 1) as f64 }
    }

    /// The smallest observation, if there is one.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest observation, if there is one.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }
}

impl Default for Tally {
    fn default() -> Self {
        Tally::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: &[f64]) -> Tally {
        let mut tally = Tally::new();
        values.iter().for_each(|&value| tally.record(value));
        tally
    }

    #[test]
    fn a_small_spread_on_a_large_mean_is_not_lost() {
        let tally = of(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]);
        assert_eq!((tally.mean(), tally.variance()), (1e9 + 10.0, 30.0));
    }

    #[test]
    fn nothing_recorded_is_said_so() {
        let empty = Tally::new();
        assert_eq!((empty.count(), empty.min(), empty.max(), empty.variance()), (0, None, None, 0.0));
    }

    proptest! {
        #[test]
        fn merging_equals_recording_all(left in prop::collection::vec(-1e3..1e3f64, 0..50),
                                        right in prop::collection::vec(-1e3..1e3f64, 0..50)) {
            let mut merged = of(&left);
            merged.merge(&of(&right));
            let all = [left, right].concat();
            let n = all.len() as f64;
            let mean = if all.is_empty() { 0.0 } else { all.iter().sum::<f64>() / n };
            let squares: f64 = all.iter().map(|value| (value - mean).powi(2)).sum();
            prop_assert_eq!(merged.count() as usize, all.len());
            prop_assert!((merged.mean() - mean).abs() < 1e-9);
            prop_assert!((merged.variance() * (n - 1.0).max(0.0) - squares).abs() < 1e-6);
            prop_assert_eq!(merged.min(), all.iter().copied().reduce(f64::min));
            prop_assert_eq!(merged.max(), all.iter().copied().reduce(f64::max));
        }
    }
}
