//! A logarithmic axis: where a value lies, and which ticks a reader wants.

use crate::number;

/// Maps positive values to pixels, so that equal factors are equally far apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogScale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl LogScale {
    /// A scale from pixel `from` to pixel `to` that shows every positive, finite value with some air on both sides.
    /// Without such a value it runs from 1 to 10, so that an empty chart still has an axis.
    pub fn around(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let shown = values.into_iter().filter(|value| value.is_finite() && *value > 0.0);
        let (low, high) = shown.fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        // Bounds keep the air around extreme values, and their ratio, from overflowing to infinity or falling to zero.
        let (low, high) = if high > 0.0 { (low.clamp(1e-100, 1e100), high.clamp(1e-100, 1e100)) } else { (1.0, 10.0) };
        // At least a factor of ten is shown, so that a small difference looks small.
        let air = (high / low).powf(0.04).max(1.25).max((10.0 * low / high).sqrt());
        Self { low: low / air, high: high * air, from, to }
    }

    /// The pixel of a value; a value outside, or none that a logarithm has, lies at the nearer end.
    pub fn at(&self, value: f64) -> f64 {
        let part = (value.max(self.low) / self.low).ln() / (self.high / self.low).ln();
        self.from + (self.to - self.from) * part.clamp(0.0, 1.0)
    }

    /// The pixel at which the axis starts.
    pub fn start(&self) -> f64 {
        self.from
    }

    /// Whether a value lies within the axis.
    fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Powers of ten within the axis, or of 1, 2, 5 × 10ⁿ where that gives fewer than three; at most `most`.
    pub fn decades(&self, most: usize) -> Vec<f64> {
        let exponents = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let multiples = |steps: &'static [f64]| -> Vec<f64> {
            let all = exponents.clone().flat_map(|exponent| steps.iter().map(move |step| step * 10f64.powi(exponent)));
            all.filter(|value| self.contains(*value)).collect()
        };
        let tens = multiples(&[1.0]);
        let ticks = if tens.len() < 3 { multiples(&[1.0, 2.0, 5.0]) } else { tens };
        thinned(ticks, most)
    }

    /// Round times within the axis, in seconds, with their names; at most `most`.
    pub fn times(&self, most: usize) -> Vec<(f64, String)> {
        const MINUTE: f64 = 60.0;
        const HOUR: f64 = 3_600.0;
        const DAY: f64 = 86_400.0;
        let coarse = [1.0, 10.0, MINUTE, 10.0 * MINUTE, HOUR, 10.0 * HOUR, DAY, 10.0 * DAY, 100.0 * DAY];
        let fine = [
            1.0,
            2.0,
            5.0,
            10.0,
            20.0,
            30.0,
            MINUTE,
            2.0 * MINUTE,
            5.0 * MINUTE,
            10.0 * MINUTE,
            20.0 * MINUTE,
            30.0 * MINUTE,
            HOUR,
            2.0 * HOUR,
            4.0 * HOUR,
            8.0 * HOUR,
            DAY,
            2.0 * DAY,
            5.0 * DAY,
            10.0 * DAY,
            20.0 * DAY,
            50.0 * DAY,
        ];
        let below_second = |steps: &'static [f64]| {
            (-9..0).flat_map(move |exponent| steps.iter().map(move |step| step * 10f64.powi(exponent)))
        };
        let within = |values: Vec<f64>| values.into_iter().filter(|value| self.contains(*value)).collect::<Vec<_>>();
        let mut ticks = within(below_second(&[1.0]).chain(coarse).collect());
        if ticks.len() < 3 {
            ticks = within(below_second(&[1.0, 2.0, 5.0]).chain(fine).collect());
        }
        thinned(ticks, most).into_iter().map(|value| (value, number::duration(value))).collect()
    }
}

/// Every n-th tick, so that no more than `most` are left.
fn thinned(ticks: Vec<f64>, most: usize) -> Vec<f64> {
    let step = ticks.len().div_ceil(most.max(1)).max(1);
    ticks.into_iter().step_by(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_factors_are_equally_far_apart_and_the_outside_is_clamped() {
        let scale = LogScale::around([1.0, 100.0], 0.0, 100.0);
        assert!((scale.at(10.0) - 50.0).abs() < 1e-9);
        assert_eq!((scale.at(0.0), scale.at(-3.0), scale.at(1e9)), (0.0, 0.0, 100.0));
        assert!(scale.at(1.0) > 0.0 && scale.at(100.0) < 100.0, "air on both sides");
    }

    #[test]
    fn ticks_are_round_few_and_never_absent() {
        assert_eq!(LogScale::around([3.0, 5e4], 0.0, 1.0).decades(9), [10.0, 100.0, 1_000.0, 10_000.0]);
        assert_eq!(LogScale::around([120.0, 300.0], 0.0, 1.0).decades(9), [100.0, 200.0, 500.0]);
        let names = |low, high| {
            LogScale::around([low, high], 0.0, 1.0).times(9).into_iter().map(|tick| tick.1).collect::<Vec<_>>()
        };
        assert_eq!(names(0.09, 4_000.0), ["100 ms", "1 s", "10 s", "1 min", "10 min", "1 h"]);
        assert_eq!(names(0.2, 0.9), ["200 ms", "500 ms", "1 s"]);
        for value in [0.0, f64::NAN, f64::INFINITY, 1e-300, 1e300] {
            let scale = LogScale::around([value], 0.0, 100.0);
            assert!((0.0..=100.0).contains(&scale.at(value)) || value.is_nan());
            assert!(scale.decades(9).len() <= 9);
        }
        assert!(!LogScale::around([], 0.0, 1.0).decades(9).is_empty());
    }
}
