//! Quantiles of a weighted stream of durations with a stated relative error, in memory that does not grow with it.
//!
//! A DDSketch (Masson, Rim, Lee 2019) with the linearly interpolated logarithm: every power of two is cut into 2ᵏ equal
//! buckets, so the top bits of a float *are* the index of its bucket. A bucket is at most 2⁻ᵏ of its lower edge wide and
//! holds both the true quantile and the estimate, so with k = ⌈log₂(1 / error)⌉ they differ by less than the stated error.
//! Within a bucket mass is taken as even. Below 2⁻³⁰ s (about 1 ns) there is one bucket, where the error is that absolute
//! amount.
//!
//! Mass that is spread evenly over an interval is a step up and a step down of density, whatever number of buckets lies
//! between; the steps are summed when a quantile is asked for. They are kept in fixed point, so a step up and its step
//! down cancel to the last bit: no order of records or merges leaves mass where there is none, or negative mass. What is
//! rounded is each density, to 2⁻⁴¹ s⁻¹: a spread over the interval of h seconds is wrong by less than h · 5 × 10⁻¹³
//! observations.

mod kept;

use serde::{Deserialize, Serialize};

/// Below this value there is one bucket \[s\].
const SMALLEST: f64 = 1.0 / (1u64 << 30) as f64;
/// Fixed-point unit of density: 2⁻⁴⁰ observations per second.
const DENSITY_UNIT: f64 = (1u64 << 40) as f64;
/// The greatest total mass: with it densities stay below 2⁴⁶ · 2³⁰ · 2⁴⁰ = 2¹¹⁶ units and 128 bits cannot overflow.
const GREATEST_MASS: f64 = (1u64 << 46) as f64;
const MANTISSA_BITS: u32 = 52;

/// A mergeable sketch of the distribution of non-negative values \[s\], each with a mass (a count, or part of one).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct QuantileSketch {
    /// log₂ of the buckets in one power of two.
    resolution: u32,
    /// Index of the bucket of `masses[0]`.
    first: usize,
    /// Mass that lies in each bucket.
    masses: Vec<f64>,
    /// Change of the density of spread mass at the lower edge of each bucket, in fixed point; none as long as nothing was spread, so
    /// that what is recorded at points stays near in memory.
    steps: Vec<i128>,
    mass: f64,
    /// Sum of mass × value, from the values themselves.
    weighted: f64,
    #[serde(deserialize_with = "kept::min")]
    min: f64,
    max: f64,
}

impl QuantileSketch {
    /// An empty sketch whose quantiles err by less than `relative_error`. Panics unless it is within [2⁻²⁰, 1).
    pub fn new(relative_error: f64) -> QuantileSketch {
        assert!(
            (1.0 / (1 << 20) as f64..1.0).contains(&relative_error),
            "a relative error from 1e-6 to 1: {relative_error}"
        );
        QuantileSketch {
            resolution: (-relative_error.log2()).ceil() as u32,
            first: 0,
            masses: Vec::new(),
            steps: Vec::new(),
            mass: 0.0,
            weighted: 0.0,
            min: f64::INFINITY,
            max: 0.0,
        }
    }

    /// Takes one observation. Panics unless it is finite and not negative.
    #[inline]
    pub fn record(&mut self, value: f64) {
        self.record_mass(value, 1.0);
    }

    /// Takes `mass` observations of the same value. Panics unless both are finite and not negative.
    #[inline]
    pub fn record_mass(&mut self, value: f64, mass: f64) {
        self.observe(value, value, mass);
        let bucket = self.bucket(value);
        *self.mass_at(bucket) += mass;
    }

    /// Takes `mass` observations spread evenly over [`low`, `high`]. Costs the same however far they are apart. Panics
    /// unless all are finite and not negative and the bounds in order.
    #[inline]
    pub fn record_spread(&mut self, low: f64, high: f64, mass: f64) {
        self.observe(low, high, mass);
        let (lowest, highest) = (self.bucket(low), self.bucket(high));
        // A spread within a bucket is a point as far as the sketch can see; so is one below its absolute resolution, whose
        // density could be anything.
        if lowest == highest || high - low < SMALLEST {
            *self.mass_at(highest) += mass;
            return;
        }
        let density = mass / (high - low);
        let (from, to) = (self.lower_edge(lowest + 1), self.lower_edge(highest));
        let step = (density * DENSITY_UNIT) as i128;
        *self.mass_at(highest) += (high - to) * density;
        *self.mass_at(lowest) += (from - low) * density;
        *self.step_at(highest) -= step;
        *self.step_at(lowest + 1) += step;
    }

    /// Takes everything `other` has recorded. Panics when the two were made with different errors.
    pub fn merge(&mut self, other: &QuantileSketch) {
        assert_eq!(self.resolution, other.resolution, "sketches of different errors cannot be merged");
        if other.masses.is_empty() {
            return;
        }
        self.mass_at(other.first + other.masses.len() - 1);
        self.mass_at(other.first);
        let offset = other.first - self.first;
        self.masses[offset..].iter_mut().zip(&other.masses).for_each(|(mass, theirs)| *mass += theirs);
        if !other.steps.is_empty() {
            self.step_at(other.first);
            self.steps[offset..].iter_mut().zip(&other.steps).for_each(|(step, theirs)| *step += theirs);
        }
        self.mass += other.mass;
        self.weighted += other.weighted;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// The value below which a share `p` of the mass lies; `None` without mass. Panics unless `p` is within [0, 1].
    pub fn quantile(&self, p: f64) -> Option<f64> {
        assert!((0.0..=1.0).contains(&p), "a share lies within [0, 1]: {p}");
        let resolved = self.resolve();
        let total: f64 = resolved.iter().map(|(_, mass)| mass).sum();
        let mut left = p * total;
        let mut found = None;
        for (bucket, mass) in resolved {
            let (low, high) = (self.lower_edge(bucket), self.lower_edge(bucket + 1));
            found = Some((low + (high - low) * (left / mass).min(1.0)).clamp(self.min, self.max));
            if left <= mass {
                break;
            }
            left -= mass;
        }
        found
    }

    /// The share of the mass at or below `value` \[s\]; 0 without mass. The inverse of `quantile`: exact for a value that errs by
    /// less than the stated error.
    pub fn share_within(&self, value: f64) -> f64 {
        if self.mass == 0.0 || value < self.min {
            return 0.0;
        }
        if value >= self.max {
            return 1.0;
        }
        let (mut below, mut total) = (0.0, 0.0);
        for (bucket, mass) in self.resolve() {
            let (low, high) = (self.lower_edge(bucket), self.lower_edge(bucket + 1));
            below += mass * ((value - low) / (high - low)).clamp(0.0, 1.0);
            total += mass;
        }
        below / total
    }

    /// The distribution function for drawing: at most `points` pairs (value \[s\], share of the mass at or below it), from the
    /// first value to the last. Empty without mass.
    pub fn cumulative(&self, points: usize) -> Vec<(f64, f64)> {
        let resolved = self.resolve();
        let total: f64 = resolved.iter().map(|(_, mass)| mass).sum();
        let Some(&(lowest, _)) = resolved.first() else { return Vec::new() };
        let stride = (resolved.len() + 1).div_ceil(points.saturating_sub(1).max(1)).max(1);
        let mut curve = vec![(self.lower_edge(lowest).max(self.min), 0.0)];
        let mut below = 0.0;
        for (at, &(bucket, mass)) in resolved.iter().enumerate() {
            below += mass;
            if (at + 1) % stride == 0 || at + 1 == resolved.len() {
                curve.push((self.lower_edge(bucket + 1).min(self.max), below / total));
            }
        }
        curve
    }

    /// How much was recorded.
    pub fn mass(&self) -> f64 {
        self.mass
    }

    /// The mean of what was recorded, free of the sketch's error; `None` without mass.
    pub fn mean(&self) -> Option<f64> {
        (self.mass > 0.0).then(|| self.weighted / self.mass)
    }

    /// The least value recorded; `None` without mass.
    pub fn min(&self) -> Option<f64> {
        (self.mass > 0.0).then_some(self.min)
    }

    /// The greatest value recorded; `None` without mass.
    pub fn max(&self) -> Option<f64> {
        (self.mass > 0.0).then_some(self.max)
    }

    /// Checks one record and takes what is exact about it.
    #[inline]
    fn observe(&mut self, low: f64, high: f64, mass: f64) {
        assert!(0.0 <= low && low <= high && high < f64::INFINITY, "values are finite and >= 0: {low} to {high}");
        assert!(mass >= 0.0 && self.mass + mass < GREATEST_MASS, "mass is >= 0 and below 7e13 in total: {mass}");
        if mass == 0.0 {
            return;
        }
        self.mass += mass;
        self.weighted += mass * (low + (high - low) / 2.0);
        self.min = self.min.min(low);
        self.max = self.max.max(high);
    }

    /// The buckets that hold mass, in order, with their mass.
    fn resolve(&self) -> Vec<(usize, f64)> {
        let mut density = 0i128;
        let mut resolved = Vec::with_capacity(self.masses.len());
        let steps = self.steps.iter().chain(std::iter::repeat(&0));
        for ((bucket, mass), step) in (self.first..).zip(&self.masses).zip(steps) {
            density += step;
            assert!(density >= 0, "every step down of density follows its step up");
            let mass = match density {
                0 => *mass,
                density => {
                    mass + density as f64 / DENSITY_UNIT * (self.lower_edge(bucket + 1) - self.lower_edge(bucket))
                }
            };
            if mass > 0.0 {
                resolved.push((bucket, mass));
            }
        }
        assert!(density == 0, "every step up of density has its step down");
        resolved
    }

    /// Exponent and top bits of the mantissa, counted from the bucket below `SMALLEST`.
    #[inline]
    fn bucket(&self, value: f64) -> usize {
        let shift = MANTISSA_BITS - self.resolution;
        // Minus zero has the sign bit set and must not be taken for a huge index; `max` gives `SMALLEST` for it.
        let above = (value.max(SMALLEST).to_bits() - SMALLEST.to_bits()) >> shift;
        above as usize + usize::from(value >= SMALLEST)
    }

    /// The inverse of `bucket`: the least value in it.
    #[inline]
    fn lower_edge(&self, bucket: usize) -> f64 {
        match bucket.checked_sub(1) {
            None => 0.0,
            Some(above) => f64::from_bits(SMALLEST.to_bits() + ((above as u64) << (MANTISSA_BITS - self.resolution))),
        }
    }

    #[inline]
    fn mass_at(&mut self, bucket: usize) -> &mut f64 {
        if bucket.wrapping_sub(self.first) >= self.masses.len() {
            self.extend_to(bucket);
        }
        &mut self.masses[bucket - self.first]
    }

    #[inline]
    fn step_at(&mut self, bucket: usize) -> &mut i128 {
        self.mass_at(bucket);
        if self.steps.is_empty() {
            self.steps.resize(self.masses.len(), 0);
        }
        &mut self.steps[bucket - self.first]
    }

    /// Widens the range of buckets by a whole power of two at least, so that it happens seldom.
    #[cold]
    fn extend_to(&mut self, bucket: usize) {
        let octave = 1 << self.resolution;
        if self.masses.is_empty() {
            self.first = bucket;
        }
        if bucket < self.first {
            let first = bucket.saturating_sub(octave);
            self.masses.splice(0..0, vec![0.0; self.first - first]);
            if !self.steps.is_empty() {
                self.steps.splice(0..0, vec![0; self.first - first]);
            }
            self.first = first;
        } else {
            self.masses.resize(bucket - self.first + 1 + octave, 0.0);
            if !self.steps.is_empty() {
                self.steps.resize(self.masses.len(), 0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, Streams};
    use proptest::prelude::*;

    const SHARES: [f64; 9] = [0.0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0];

    fn stream(name: &str) -> Stream {
        Streams::new(21, 0).stream(name)
    }

    #[test]
    fn points_are_found_within_the_stated_error() {
        for error in [0.05, 0.01, 0.001] {
            let mut stream = stream("points");
            let mut sketch = QuantileSketch::new(error);
            let mut values: Vec<f64> = (0..100_000).map(|_| 0.2 * (2.0 * stream.normal()).exp()).collect();
            values.iter().for_each(|&value| sketch.record(value));
            values.sort_by(f64::total_cmp);
            for p in SHARES {
                let rank = (p * values.len() as f64) as usize;
                // Any value from this rank to the next is a p-quantile.
                let (low, high) = (values[rank.saturating_sub(1)], values[rank.min(values.len() - 1)]);
                let found = sketch.quantile(p).unwrap();
                assert!(
                    low * (1.0 - error) < found && found < high * (1.0 + error),
                    "p = {p}: {found} not {low} to {high}"
                );
            }
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            assert!((sketch.mean().unwrap() / mean - 1.0).abs() < 1e-12);
        }
    }

    /// The share of the mass of `spreads` at or below `value`.
    fn share_below(spreads: &[(f64, f64, f64)], value: f64) -> f64 {
        let total: f64 = spreads.iter().map(|s| s.2).sum();
        let below = |&(low, high, mass): &(f64, f64, f64)| {
            mass * if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { f64::from(value >= low) }
        };
        spreads.iter().map(below).sum::<f64>() / total
    }

    /// Durations from nanoseconds to weeks, as points, narrow and wide spreads, with small and large masses.
    fn spreads(n: usize) -> Vec<(f64, f64, f64)> {
        let mut stream = stream("spreads");
        let spread = |_| {
            let low = 10f64.powf(stream.uniform() * 14.0 - 8.0) * f64::from(u8::from(stream.uniform() > 0.05));
            let width =
                low * stream.uniform() * [0.0, 1e-5, 0.1, 10.0][stream.index(4)] + f64::from(u8::from(low == 0.0));
            (low, low + width, stream.exponential(3_000.0))
        };
        (0..n).map(spread).collect()
    }

    #[test]
    fn spreads_are_found_within_the_stated_error() {
        let error = 0.005;
        let mut sketch = QuantileSketch::new(error);
        let spreads = spreads(2_000);
        spreads.iter().for_each(|&(low, high, mass)| sketch.record_spread(low, high, mass));
        for p in [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999] {
            let found = sketch.quantile(p).unwrap();
            // The true quantile lies within the error of what was found: the distribution function crosses p there.
            let (below, above) = (found * (1.0 - error), found * (1.0 + error));
            assert!(
                share_below(&spreads, below) <= p + 1e-9 && p - 1e-9 <= share_below(&spreads, above),
                "p = {p}: {found}"
            );
        }
        let total: f64 = spreads.iter().map(|s| s.2).sum();
        let resolved: f64 = sketch.resolve().iter().map(|(_, mass)| mass).sum();
        assert!((resolved / total - 1.0).abs() < 1e-9 && (sketch.mass() / total - 1.0).abs() < 1e-12);
    }

    /// The worst for a difference of floats: a huge density that goes on and off a million times below a tiny one.
    #[test]
    fn cancelled_density_leaves_nothing_behind() {
        let mut sketch = QuantileSketch::new(0.01);
        for i in 0..1_000_000 {
            let low = 1e-6 * (1.0 + f64::from(i % 997) / 997.0);
            sketch.record_spread(low, low * 1.5, 3_000.1);
        }
        sketch.record_spread(1_000.0, 2_000.0, 1e-3);
        let phantom: f64 =
            sketch.resolve().iter().filter(|(bucket, _)| *bucket > sketch.bucket(4e-6)).map(|(_, mass)| mass).sum();
        assert!((phantom / 1e-3 - 1.0).abs() < 1e-5, "{phantom}");
        assert!(sketch.quantile(0.999_999).unwrap() < 3.1e-6);
    }

    #[test]
    fn merging_equals_recording_all() {
        let spreads = spreads(600);
        let (mut all, mut parts) = (QuantileSketch::new(0.01), vec![QuantileSketch::new(0.01); 3]);
        for (i, &(low, high, mass)) in spreads.iter().enumerate() {
            all.record_spread(low, high, mass);
            parts[i % 3].record_spread(low, high, mass);
        }
        let mut merged = QuantileSketch::new(0.01);
        parts.iter().for_each(|part| merged.merge(part));
        for p in SHARES {
            let (merged, all) = (merged.quantile(p).unwrap(), all.quantile(p).unwrap());
            assert!((merged - all).abs() <= 1e-9 * all, "p = {p}: {merged} instead of {all}");
        }
        assert!((merged.mean().unwrap() / all.mean().unwrap() - 1.0).abs() < 1e-12);
        assert_eq!((merged.min(), merged.max()), (all.min(), all.max()));
    }

    #[test]
    fn zero_tiny_and_constant_values_are_exact() {
        let mut sketch = QuantileSketch::new(0.01);
        assert_eq!((sketch.quantile(0.5), sketch.mean(), sketch.cumulative(10)), (None, None, vec![]));
        sketch.record_mass(0.0, 3.0);
        sketch.record(-0.0);
        assert_eq!((sketch.quantile(0.5), sketch.max()), (Some(0.0), Some(0.0)));
        sketch.record_mass(1e-300, 6.0);
        assert!(sketch.quantile(0.9).unwrap() <= 1e-300);
        let mut constant = QuantileSketch::new(0.01);
        (0..10).for_each(|_| constant.record(0.15));
        assert_eq!((constant.quantile(0.01), constant.quantile(0.99)), (Some(0.15), Some(0.15)));
        constant.record_mass(7.0, 0.0);
        assert_eq!((constant.max(), constant.mass()), (Some(0.15), 10.0));
    }

    #[test]
    fn shares_within_are_the_inverse_of_quantiles() {
        let mut stream = stream("shares");
        let mut sketch = QuantileSketch::new(0.01);
        (0..10_000).for_each(|_| sketch.record(stream.exponential(0.3)));
        sketch.record_spread(1.0, 2.0, 500.0);
        for p in SHARES {
            let found = sketch.share_within(sketch.quantile(p).unwrap());
            assert!((found - p).abs() < 1e-3, "{p}: {found}");
        }
        assert_eq!((sketch.share_within(0.0), sketch.share_within(f64::INFINITY)), (0.0, 1.0));
        assert_eq!(QuantileSketch::new(0.01).share_within(1.0), 0.0);
    }

    #[test]
    fn the_curve_goes_from_nothing_to_everything() {
        let mut sketch = QuantileSketch::new(0.01);
        sketch.record_spread(1.0, 3.0, 100.0);
        let curve = sketch.cumulative(50);
        assert!(curve.len() <= 50 && curve.len() > 25, "{}", curve.len());
        assert_eq!((curve[0], curve[curve.len() - 1]), ((1.0, 0.0), (3.0, 1.0)));
        for (value, share) in curve {
            assert!((share - (value - 1.0) / 2.0).abs() < 1e-9, "{share} at {value}");
        }
    }

    proptest! {
        #[test]
        fn a_value_lies_in_its_bucket_and_buckets_are_narrow(exponent in -40.0..40.0f64, error in 0.0001..0.5f64) {
            let (sketch, value) = (QuantileSketch::new(error), exponent.exp2());
            let bucket = sketch.bucket(value);
            let (low, high) = (sketch.lower_edge(bucket), sketch.lower_edge(bucket + 1));
            prop_assert!(low <= value && value < high);
            prop_assert!(bucket == 0 || high - low <= error * low);
        }
    }
}
