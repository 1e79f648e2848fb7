//! The closed list of distributions that a model may ask for, each stated by its mean and coefficient of variation.
//!
//! The unit is the caller's (seconds for service times and gaps). All are non-negative. Gamma and lognormal are the two
//! usual fits to measured durations: light and heavier right tail at the same mean and cv (Law 2015, ch. 6).

use std::error::Error;
use std::fmt;

use rand_distr::{Distribution as _, Gamma};

use crate::random::Stream;

/// A coefficient of variation below which a draw is its mean to nine digits, and its gamma has a shape that no sampler can bear.
const NARROW: f64 = 1e-9;

/// A non-negative random quantity. Check one that a user wrote with [`Distribution::validate`]; sampling an invalid one panics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Constant {
        /// The value.
        value: f64,
    },
    /// Evenly between two bounds.
    Uniform {
        /// The smallest value.
        low: f64,
        /// The largest value.
        high: f64,
    },
    /// Memoryless; its cv is one.
    Exponential {
        /// The mean.
        mean: f64,
    },
    /// Gamma: exponential at cv 1, constant at cv 0.
    Gamma {
        /// The mean.
        mean: f64,
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Lognormal: the heavier tail.
    Lognormal {
        /// The mean.
        mean: f64,
        /// Standard deviation over mean.
        cv: f64,
    },
}

/// Why a distribution cannot be sampled: which field, and what it must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvalidDistribution {
    /// The field at fault.
    pub field: &'static str,
    /// What it is.
    pub value: f64,
    /// What it must be.
    pub expected: &'static str,
}

impl fmt::Display for InvalidDistribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}, not {}", self.field, self.expected, self.value)
    }
}

impl Error for InvalidDistribution {}

impl Distribution {
    /// Whether every field is finite and not negative and bounds are in order; the first fault otherwise.
    pub fn validate(&self) -> Result<(), InvalidDistribution> {
        let fields = match *self {
            Distribution::Constant { value } => [("value", value), ("value", value)],
            Distribution::Uniform { low, high } => [("low", low), ("high", high)],
            Distribution::Exponential { mean } => [("mean", mean), ("mean", mean)],
            Distribution::Gamma { mean, cv } | Distribution::Lognormal { mean, cv } => [("mean", mean), ("cv", cv)],
        };
        for (field, value) in fields {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(InvalidDistribution { field, value, expected: "finite and >= 0" });
            }
        }
        match *self {
            Distribution::Uniform { low, high } if high < low => {
                Err(InvalidDistribution { field: "high", value: high, expected: "at least `low`" })
            }
            _ => Ok(()),
        }
    }

    /// Draws a value from `stream`. Panics when the distribution is not valid.
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        match *self {
            Distribution::Constant { value } => value,
            Distribution::Uniform { low, high } => low + (high - low) * stream.uniform(),
            Distribution::Exponential { mean } => stream.exponential(mean),
            Distribution::Gamma { mean, cv } | Distribution::Lognormal { mean, cv } if mean == 0.0 || cv < NARROW => {
                mean
            }
            Distribution::Gamma { mean, cv } => {
                let shape = 1.0 / (cv * cv);
                Gamma::new(shape, mean / shape).expect("gamma mean and cv are positive and finite").sample(stream)
            }
            Distribution::Lognormal { mean, cv } => {
                let variance = (cv * cv).ln_1p();
                mean * (variance.sqrt() * stream.normal() - variance / 2.0).exp()
            }
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match *self {
            Distribution::Constant { value } => value,
            Distribution::Uniform { low, high } => (low + high) / 2.0,
            Distribution::Exponential { mean }
            | Distribution::Gamma { mean, .. }
            | Distribution::Lognormal { mean, .. } => mean,
        }
    }

    /// The coefficient of variation, standard deviation over mean; zero when the mean is zero.
    pub fn cv(&self) -> f64 {
        match *self {
            _ if self.mean() == 0.0 => 0.0,
            Distribution::Constant { .. } => 0.0,
            Distribution::Uniform { low, high } => (high - low) / 12f64.sqrt() / self.mean(),
            Distribution::Exponential { .. } => 1.0,
            Distribution::Gamma { cv, .. } | Distribution::Lognormal { cv, .. } => cv,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::Interval;
    use crate::random::Streams;
    use crate::tally::Tally;

    /// 40 groups of draws give 99.9 % intervals for the mean and for the cv.
    #[test]
    fn samples_have_the_stated_mean_and_cv() {
        let laws = [
            Distribution::Uniform { low: 2.0, high: 5.0 },
            Distribution::Exponential { mean: 0.25 },
            Distribution::Gamma { mean: 3.0, cv: 0.5 },
            Distribution::Gamma { mean: 3.0, cv: 1.5 },
            Distribution::Lognormal { mean: 0.01, cv: 0.3 },
            Distribution::Lognormal { mean: 40.0, cv: 0.8 },
        ];
        for law in laws {
            law.validate().unwrap();
            let mut stream = Streams::new(7, 0).stream(&format!("{law:?}"));
            let groups: Vec<Tally> = (0..40)
                .map(|_| {
                    let mut tally = Tally::new();
                    (0..20_000).for_each(|_| tally.record(law.sample(&mut stream)));
                    tally
                })
                .collect();
            let mean = Interval::of(&groups.iter().map(Tally::mean).collect::<Vec<_>>(), 0.999).unwrap();
            // The second moment is unbiased, the ratio of a group is not.
            let square =
                |tally: &Tally| tally.variance() + tally.mean().powi(2) - tally.variance() / tally.count() as f64;
            let second = Interval::of(&groups.iter().map(square).collect::<Vec<_>>(), 0.999).unwrap();
            assert!(mean.contains(law.mean()), "{law:?}: {mean:?}");
            let expected = law.mean().powi(2) * (1.0 + law.cv().powi(2));
            assert!(second.contains(expected), "{law:?}: {second:?} without {expected}");
        }
    }

    #[test]
    fn without_spread_every_law_is_its_mean() {
        let mut stream = Streams::new(7, 0).stream("constant");
        for law in [
            Distribution::Constant { value: 2.0 },
            Distribution::Uniform { low: 2.0, high: 2.0 },
            Distribution::Gamma { mean: 2.0, cv: 0.0 },
            Distribution::Lognormal { mean: 2.0, cv: 0.0 },
        ] {
            assert_eq!((law.sample(&mut stream), law.mean(), law.cv()), (2.0, 2.0, 0.0));
        }
        for law in [Distribution::Exponential { mean: 0.0 }, Distribution::Gamma { mean: 0.0, cv: 1.0 }] {
            assert_eq!((law.sample(&mut stream), law.cv()), (0.0, 0.0));
        }
    }

    #[test]
    fn faults_are_named() {
        let fault = |law: Distribution| law.validate().unwrap_err().to_string();
        assert_eq!(fault(Distribution::Exponential { mean: -1.0 }), "mean must be finite and >= 0, not -1");
        assert_eq!(fault(Distribution::Gamma { mean: 1.0, cv: f64::NAN }), "cv must be finite and >= 0, not NaN");
        assert_eq!(fault(Distribution::Uniform { low: 2.0, high: 1.0 }), "high must be at least `low`, not 1");
    }
}
