//! A sketch as it is kept in a file and read back. What a file says is checked, since the sketch takes its own state for granted.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DENSITY_UNIT, GREATEST_MASS, QuantileSketch};

/// The greatest density that a sketch can come to, in its unit.
const GREATEST_DENSITY: i128 = (GREATEST_MASS * (1u64 << 30) as f64 * DENSITY_UNIT) as i128;

impl Serialize for QuantileSketch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for QuantileSketch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sketch = Self::deserialize(deserializer)?;
        match sketch.fault() {
            None => Ok(sketch),
            Some(fault) => Err(D::Error::custom(format!("no sketch of quantiles: {fault}"))),
        }
    }
}

/// The least value as JSON has it, which knows no infinity: `null` where nothing was recorded.
pub(super) fn min<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
}

impl QuantileSketch {
    /// What no sketch can be, whatever was recorded.
    fn fault(&self) -> Option<&'static str> {
        if !(1..=20).contains(&self.resolution) {
            return Some("its resolution is not from 1 to 20");
        }
        // Steps over the end are none, so that an octave more than the greatest value needs is room enough.
        let end = self.first.checked_add(self.masses.len());
        if end.is_none_or(|end| end > self.bucket(f64::MAX) + 1 + (1 << self.resolution)) {
            return Some("it has buckets beyond the greatest number");
        }
        let amount = |value: &f64| value.is_finite() && *value >= 0.0;
        if !self.masses.iter().chain([&self.mass, &self.weighted, &self.max]).all(amount) || self.mass >= GREATEST_MASS
        {
            return Some("a mass or value of it is negative or too large");
        }
        let in_order =
            if self.mass > 0.0 { amount(&self.min) && self.min <= self.max } else { self.min == f64::INFINITY };
        if !in_order {
            return Some("its least value does not fit what was recorded");
        }
        if self.mass == 0.0 && (self.masses.iter().any(|mass| *mass > 0.0) || self.steps.iter().any(|step| *step != 0))
        {
            return Some("its buckets hold more than was recorded");
        }
        if !self.steps.is_empty() && self.steps.len() != self.masses.len() {
            return Some("it has not one step for each bucket");
        }
        let mut density = 0i128;
        for step in &self.steps {
            density = density.saturating_add(*step);
            if !(0..=GREATEST_DENSITY).contains(&density) {
                return Some("a density of it is negative or too large");
            }
        }
        (density != 0).then_some("its density does not end")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_no_fault() {
        let mut sketch = QuantileSketch::new(0.01);
        assert_eq!(sketch.fault(), None, "empty");
        sketch.record(0.0);
        sketch.record_spread(0.0, 1e6, 1e12);
        sketch.record_spread(1e-9, 3e-9, 7e13 - 2e12);
        sketch.record(f64::MAX);
        assert_eq!(sketch.fault(), None, "{sketch:?}");
    }

    #[test]
    fn what_cannot_have_been_recorded_is_one() {
        let mut whole = QuantileSketch::new(0.1);
        whole.record_spread(1.0, 30.0, 5.0);
        let damages: [fn(&mut QuantileSketch); 12] = [
            |sketch| sketch.resolution = 0,
            |sketch| sketch.resolution = 53,
            |sketch| sketch.first = usize::MAX,
            |sketch| sketch.first = 1 << 20,
            |sketch| sketch.masses[0] = -1.0,
            |sketch| sketch.mass = 1e15,
            |sketch| sketch.min = 31.0,
            |sketch| sketch.mass = 0.0,
            |sketch| (sketch.mass, sketch.min) = (0.0, f64::INFINITY),
            |sketch| sketch.steps.truncate(3),
            |sketch| sketch.steps.iter_mut().for_each(|step| *step = -*step),
            |sketch| sketch.steps[0] = i128::MAX,
        ];
        for (number, damage) in damages.iter().enumerate() {
            let mut sketch = whole.clone();
            damage(&mut sketch);
            assert!(sketch.fault().is_some(), "damage {number}: {sketch:?}");
        }
    }
}
