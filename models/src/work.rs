//! Service time as a function of how much is done at once.
//!
//! Model: a + b·n + c·n·log2 n + d·log2² n seconds on one server for a job of size n, the forms that measured proving costs take;
//! multiplied by one factor per replication, because the true cost of the host is only known within a spread.
//! Source: the forms are those of the calibration; the factor is lognormal with mean 1 (input uncertainty as in
//! R. R. Barton, B. L. Nelson, W. Xie, "Quantifying input uncertainty via simulation confidence intervals", 2014).
//! Leaves out: variation between the jobs of one replication, which averages out over their number.

use sim::{Distribution, Span, Stream};

/// Seconds of one server for a job of size n.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WorkCurve {
    /// a: seconds per job, whatever its size.
    pub fixed_s: f64,
    /// b: seconds per unit of size.
    pub linear_s: f64,
    /// c: seconds per n·log2 n.
    pub log_linear_s: f64,
    /// d: seconds per log2² n.
    pub log_squared_s: f64,
}

impl WorkCurve {
    /// The same time for every size.
    pub fn constant(seconds: f64) -> Self {
        Self { fixed_s: seconds, ..Self::default() }
    }

    /// Seconds for a job of size `n`.
    pub fn seconds(&self, n: f64) -> f64 {
        let log = if n > 1.0 { n.log2() } else { 0.0 };
        (self.fixed_s + self.linear_s * n + self.log_linear_s * n * log + self.log_squared_s * log * log).max(0.0)
    }

    /// The same as a span.
    pub fn span(&self, n: f64) -> Span {
        Span::from_secs_f64(self.seconds(n))
    }

    /// The curve multiplied by a factor.
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            fixed_s: self.fixed_s * factor,
            linear_s: self.linear_s * factor,
            log_linear_s: self.log_linear_s * factor,
            log_squared_s: self.log_squared_s * factor,
        }
    }

    /// The sum of two curves.
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            fixed_s: self.fixed_s + other.fixed_s,
            linear_s: self.linear_s + other.linear_s,
            log_linear_s: self.log_linear_s + other.log_linear_s,
            log_squared_s: self.log_squared_s + other.log_squared_s,
        }
    }
}

/// A factor with mean 1 and the given coefficient of variation: what this replication's host really costs.
pub fn draw_factor(cv: f64, stream: &mut Stream) -> f64 {
    if cv > 0.0 { Distribution::Lognormal { mean: 1.0, cv }.sample(stream) } else { 1.0 }
}
