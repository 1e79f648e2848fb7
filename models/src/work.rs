//! Service time as a function of how much is done at once.
//!
//! Model: a sum of the terms 1, log2 n, log2² n, n and n·log2 n, the forms that measured costs take, in seconds of one
//! server for a job of size n, or of n rounded up to a power of two, where a proof system pads. Source: the forms are those
//! of the calibration. Leaves out: how well the coefficients are known, which is a question about inputs and not about a
//! run: it is asked with other coefficients.

use sim::Span;

/// Seconds of one server for a job of size n.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WorkCurve {
    /// What multiplies 1, log2 n, log2² n, n and n·log2 n, in seconds.
    pub coefficients_s: [f64; 5],
    /// What multiplies the same terms of the next power of two: the cost of what is padded goes in steps, in seconds.
    pub padded_s: [f64; 5],
}

impl WorkCurve {
    /// The same time for every size.
    pub fn constant(seconds: f64) -> Self {
        Self { coefficients_s: [seconds, 0.0, 0.0, 0.0, 0.0], ..Self::default() }
    }

    /// So many seconds per unit of size.
    pub fn proportional(seconds: f64) -> Self {
        Self { coefficients_s: [0.0, 0.0, 0.0, seconds, 0.0], ..Self::default() }
    }

    /// Seconds for a job of size `n`; below a size of one there is nothing to take a logarithm of.
    pub fn seconds(&self, n: f64) -> f64 {
        (sum(&self.coefficients_s, n) + sum(&self.padded_s, n.max(1.0).log2().ceil().exp2())).max(0.0)
    }

    /// The same as a span.
    pub fn span(&self, n: f64) -> Span {
        Span::from_secs_f64(self.seconds(n))
    }

    /// The curve multiplied by a factor.
    pub fn scaled(&self, factor: f64) -> Self {
        let scaled = |coefficients: [f64; 5]| coefficients.map(|coefficient| coefficient * factor);
        Self { coefficients_s: scaled(self.coefficients_s), padded_s: scaled(self.padded_s) }
    }

    /// The sum of two curves.
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = *self;
        sum.coefficients_s.iter_mut().zip(other.coefficients_s).for_each(|(mine, other)| *mine += other);
        sum.padded_s.iter_mut().zip(other.padded_s).for_each(|(mine, other)| *mine += other);
        sum
    }
}

fn sum(coefficients: &[f64; 5], n: f64) -> f64 {
    let log = n.max(1.0).log2();
    let terms = [1.0, log, log * log, n, n * log];
    coefficients.iter().zip(terms).map(|(coefficient, term)| coefficient * term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_by_hand() {
        let coefficients = [1.0, 2.0, 3.0, 4.0, 5.0];
        let curve = WorkCurve { coefficients_s: coefficients, ..WorkCurve::default() };
        // n = 4: 1 + 2·2 + 3·4 + 4·4 + 5·8 = 73.
        assert_eq!(curve.seconds(4.0), 73.0);
        assert_eq!(curve.scaled(2.0).plus(&WorkCurve::constant(1.0)).seconds(4.0), 147.0);
        assert_eq!(WorkCurve::proportional(0.5).seconds(0.5), 0.25);
        let padded = WorkCurve { padded_s: coefficients, ..WorkCurve::constant(1.0) };
        assert_eq!([3.0, 3.5, 4.0].map(|n| padded.seconds(n)), [74.0; 3], "3 is padded to 4");
    }
}
