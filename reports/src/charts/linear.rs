//! A linear axis, for figures that may be zero or below: where a value lies, and its round ticks.

use crate::number;

/// Units of time in which people count \[s\].
const UNITS: [f64; 4] = [86_400.0, 3_600.0, 60.0, 1.0];
/// So many of a unit there are on an axis that counts in it.
const SOME: f64 = 3.0;

/// Maps values to pixels, so that equal differences are equally far apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearScale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl LinearScale {
    /// A scale from pixel `from` to pixel `to` that shows zero and every finite value. Without any it runs from 0 to 1.
    pub fn with_zero(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let shown = values.into_iter().filter(|value| value.is_finite()).map(|value| value.clamp(-1e200, 1e200));
        let (low, high) = shown.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if high > low { (low, high) } else { (0.0, 1.0) };
        let air = (high - low) * 0.06;
        Self {
            low: if low < 0.0 { low - air } else { low },
            high: if high > 0.0 { high + air } else { high },
            from,
            to,
        }
    }

    /// The pixel of a value; one outside lies at the nearer end.
    pub fn at(&self, value: f64) -> f64 {
        let part = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.from + (self.to - self.from) * part
    }

    /// Multiples of 1, 2 or 5 × 10ⁿ within the axis, at most `most` of them and zero.
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        let rough = (self.high - self.low) / most.max(1) as f64;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(10.0 * power);
        let first = (self.low / step).ceil() as i64;
        (first..).map(|index| index as f64 * step).take_while(|value| *value <= self.high).take(most + 1).collect()
    }

    /// Times \[s\] within the axis that are round in a unit in which one counts, with their names; at most `most` of them and zero.
    pub fn times(&self, most: usize) -> Vec<(f64, String)> {
        let unit = UNITS.into_iter().find(|unit| self.high >= SOME * unit).unwrap_or(1.0);
        let counted = Self { low: self.low / unit, high: self.high / unit, ..*self };
        counted.ticks(most).into_iter().map(|count| (count * unit, number::duration(count * unit))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_round_in_the_unit_that_fits() {
        let names = |most: f64| {
            let times = LinearScale::with_zero([most], 0.0, 1.0).times(4);
            times.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(0.95), ["0 s", "500 ms", "1 s"]);
        assert_eq!(names(300.0), ["0 s", "2 min", "4 min"]);
        assert_eq!(names(9_000.0), ["0 s", "50 min", "1 h 40 min", "2 h 30 min"]);
    }

    #[test]
    fn zero_is_always_shown_and_ticks_are_round() {
        let scale = LinearScale::with_zero([5.0, 10.0], 0.0, 106.0);
        assert_eq!(scale.at(0.0), 0.0);
        assert!((scale.at(10.0) - 100.0).abs() < 1e-9);
        assert_eq!(scale.ticks(5), [0.0, 5.0, 10.0]);
        assert_eq!(LinearScale::with_zero([-300.0, 400.0], 0.0, 1.0).ticks(5), [-200.0, 0.0, 200.0, 400.0]);
        for value in [0.0, f64::NAN, f64::INFINITY, 1e300, -1e300, 1e-300] {
            let scale = LinearScale::with_zero([value], 0.0, 100.0);
            assert!((0.0..=100.0).contains(&scale.at(value)) || value.is_nan());
            assert!(scale.ticks(5).len() <= 6, "{value}: {:?}", scale.ticks(5));
        }
    }
}
