//! A cost curve: the time of an act as a function of its size.
//!
//! The coefficients minimise the squared *relative* errors of the mean at each size, because samples span five orders of
//! magnitude and their errors grow with them; none is negative, because a cost has no negative part, so a curve is positive and
//! never falls, inside its range and outside (A. Björck, *Numerical Methods for Least Squares Problems*, 1996). Which forms a
//! curve may have, and how one is chosen, says [`crate::form`]; how far it can be trusted, [`crate::uncertainty`].
//!
//! Left out: any dependence on threads ([`crate::ThreadScaling`]).

use serde::{Deserialize, Serialize};

use crate::form::{Form, choose, fitted, size_used, sized};
use crate::least_squares::{Mean, TERMS, at};
use crate::point::Samples;
use crate::statistics::{Variance, positive_interval};
use crate::uncertainty::Uncertainty;

/// Time as a function of size, with how far it can be trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The shape.
    pub form: Form,
    /// Whether the size is rounded up to a power of two before anything else: the cost goes in steps.
    pub padded: bool,
    /// What multiplies 1, log₂ n, log₂² n, n and n·log₂ n; zero where the form does not have the term, never negative \[s\].
    pub coefficients_s: [f64; TERMS],
    /// Smallest size that was measured \[size unit\].
    pub smallest: u64,
    /// Largest size that was measured \[size unit\].
    pub largest: u64,
    /// Coefficient of variation of the samples around the curve. A sample of a short act is the mean of a batch of runs
    /// (`runs_per_sample`), whose single runs may spread more.
    pub spread: f64,
    /// What the interval of its mean is made of: ask [`relative_half_width`](Self::relative_half_width).
    pub uncertainty: Uncertainty,
}

impl Curve {
    /// Fits the curve that foretells best; `run` is the variance between runs on the host, of which the samples of one know nothing.
    /// Nothing if a size has no samples, a mean that is not positive, or if there is no size.
    pub fn fit(points: &[Samples<'_>], run: Variance) -> Option<Curve> {
        let means: Vec<Mean> = points.iter().map(Samples::mean).collect::<Option<_>>()?;
        let (smallest, largest) = (points.iter().map(|p| p.size).min()?, points.iter().map(|p| p.size).max()?);
        let (form, padded, rivals) = choose(&means);
        let means = sized(&means, padded);
        let coefficients_s = fitted(form, &means);
        let spread = spread(&coefficients_s, points, &means);
        let uncertainty = Uncertainty::of(&coefficients_s, &means, points, rivals, run);
        Some(Curve { form, padded, coefficients_s, smallest, largest, spread, uncertainty })
    }

    /// Mean time at a size \[s\]. Outside the measured range it is an extrapolation: ask [`in_range`](Self::in_range).
    pub fn seconds(&self, size: f64) -> f64 {
        at(&self.coefficients_s, size_used(size, self.padded))
    }

    /// Relative half-width of the 95 % interval of the mean time at a size. It grows with the distance from what was measured.
    pub fn relative_half_width(&self, size: f64) -> f64 {
        self.uncertainty.relative_half_width(size, self.padded, self.seconds(size))
    }

    /// The 95 % interval of the mean time at a size \[s\].
    pub fn interval(&self, size: f64) -> (f64, f64) {
        let mean = self.seconds(size);
        positive_interval(mean, mean * self.relative_half_width(size))
    }

    /// Whether the size lies between the smallest and the largest that were measured.
    pub fn in_range(&self, size: f64) -> bool {
        (self.smallest as f64..=self.largest as f64).contains(&size)
    }

    /// Multiplies all times by a factor, and leaves how well they are known as it is.
    pub fn scale(&mut self, factor: f64) {
        self.coefficients_s.iter_mut().for_each(|coefficient| *coefficient *= factor);
        self.uncertainty.scale(factor);
    }
}

/// Root mean square of the relative distances of all samples from the curve.
fn spread(curve: &[f64; TERMS], points: &[Samples<'_>], means: &[Mean]) -> f64 {
    let (mut squares, mut count) = (0.0, 0);
    for (point, mean) in points.iter().zip(means) {
        let fitted = at(curve, mean.size);
        for seconds in point.processes.iter().flat_map(|(_, samples)| *samples) {
            squares += (seconds / fitted - 1.0).powi(2);
            count += 1;
        }
    }
    (squares / f64::from(count)).sqrt()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    const SIZES: [u64; 6] = [1, 4, 16, 64, 256, 1024];

    /// Samples of `cost` at `sizes`, each off by up to `noise` of itself, fitted.
    fn fitted(sizes: &[u64], count: usize, noise: f64, cost: impl Fn(f64) -> f64) -> Curve {
        let mut chance = Xoshiro256PlusPlus::seed_from_u64(7);
        let samples: Vec<(u64, Vec<f64>)> = sizes
            .iter()
            .map(|&size| {
                let off = |_| cost(size as f64) * (1.0 + noise * (2.0 * chance.random::<f64>() - 1.0));
                (size, (0..count).map(off).collect())
            })
            .collect();
        let points: Vec<Samples<'_>> =
            samples.iter().map(|(size, seconds)| Samples { size: *size, processes: vec![(1, seconds)] }).collect();
        Curve::fit(&points, Variance::NONE).expect("positive samples at every size")
    }

    /// Whether a curve has the form, and follows the cost within 3 % at sizes four times beyond its range too.
    fn follows(curve: &Curve, form: Form, cost: impl Fn(f64) -> f64) -> bool {
        let near = |size| (curve.seconds(size) / cost(size) - 1.0).abs() < 0.03;
        curve.form == form && [1.0, 7.0, 100.0, 1024.0, 4096.0].into_iter().all(near)
    }

    #[test]
    fn each_form_is_recognised_and_followed() {
        type Cost = fn(f64) -> f64;
        let cases: [(Form, Cost); 5] = [
            (Form::Constant, |_| 3e-6),
            (Form::Polylogarithmic, |n| 5e-4 + 8e-5 * n.log2()),
            (Form::Polylogarithmic, |n| 5e-4 + 2e-5 * n.log2().powi(2)),
            (Form::Linear, |n| 2e-3 + 1e-4 * n),
            (Form::NLogN, |n| 2e-3 + 1e-4 * n + 3e-5 * n * n.log2()),
        ];
        for (form, cost) in cases {
            let curve = fitted(&SIZES, 20, 0.02, cost);
            assert!(follows(&curve, form, cost), "{form:?} gave {curve:?}");
        }
    }

    #[test]
    fn four_sizes_tell_n_log_n_from_a_line_for_a_proof_that_costs_little_once() {
        let cost = |n: f64| 0.0297 * n + 0.00085 * n * n.log2();
        let curve = fitted(&[1, 4, 16, 64], 5, 0.01, cost);
        assert_eq!(curve.form, Form::NLogN);
        assert!((curve.seconds(1024.0) / cost(1024.0) - 1.0).abs() < 0.03, "{curve:?}");
    }

    #[test]
    fn one_size_is_a_constant_and_two_are_a_line() {
        assert_eq!(fitted(&[32], 5, 0.01, |_| 1.0).form, Form::Constant);
        let line = fitted(&[1, 2], 5, 0.0, |n| 1.0 + n);
        assert_eq!(line.form, Form::Linear);
        assert!((line.seconds(2.0) - 3.0).abs() < 1e-9 && (line.seconds(1.0) - 2.0).abs() < 1e-9);
        assert_eq!((line.smallest, line.largest), (1, 2));
        assert!(line.in_range(1.5) && !line.in_range(0.5) && !line.in_range(2.5));
    }

    #[test]
    fn no_part_of_a_cost_is_negative() {
        let costs: [fn(f64) -> f64; 4] = [|n| 3.0 - n / 1024.0, |n| 1e-6 * n * n, |n| 1e-3 * n.sqrt(), |n| 1.0 / n];
        for cost in costs {
            let curve = fitted(&SIZES, 5, 0.0, cost);
            assert!(curve.coefficients_s.iter().all(|&coefficient| coefficient >= 0.0), "{curve:?}");
            assert!(curve.seconds(1.0) >= 0.0 && curve.seconds(1e6) >= curve.seconds(1.0));
        }
        let falling = fitted(&[1, 2], 5, 0.0, |n| 3.0 - n);
        assert!((falling.seconds(1.0) - falling.seconds(2.0)).abs() < 1e-12, "two sizes that fall give a flat line");
    }

    #[test]
    fn spread_is_that_of_the_samples() {
        // A uniform error of ± 10 % has a standard deviation of 10 % / √3.
        let many = fitted(&SIZES, 500, 0.1, |n| 1.0 + n);
        assert!((many.spread / (0.1 / 3_f64.sqrt()) - 1.0).abs() < 0.05, "spread {}", many.spread);
        let (low, high) = many.interval(16.0);
        assert!(low < 17.0 && 17.0 < high, "{low} .. {high}");
    }

    #[test]
    fn a_curve_that_is_scaled_is_known_as_well_as_before() {
        let curve = fitted(&SIZES, 5, 0.1, |n| 1.0 + n);
        let mut slower = curve.clone();
        slower.scale(3.0);
        for size in [1.0, 64.0, 1e5] {
            assert!((slower.seconds(size) / curve.seconds(size) - 3.0).abs() < 1e-9);
            assert!((slower.relative_half_width(size) / curve.relative_half_width(size) - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn padded_sizes_go_in_steps_and_others_do_not() {
        let sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
        let stepped = |n: f64| 1e-3 + 2e-2 * n.log2().ceil().exp2();
        let curve = fitted(&sizes, 20, 0.02, stepped);
        assert!(curve.padded && curve.form == Form::Linear, "{curve:?}");
        for size in [5.0, 8.0, 9.0, 17.0, 33.0, 100.0] {
            assert!((curve.seconds(size) / stepped(size) - 1.0).abs() < 0.03, "{size}: {curve:?}");
        }
        assert!(!fitted(&sizes, 20, 0.02, |n| 1e-3 + 2e-2 * n).padded);
        assert!(!fitted(&sizes, 20, 0.02, |_| 1e-3).padded);
    }

    #[test]
    fn nothing_is_fitted_to_nothing() {
        assert_eq!(Curve::fit(&[], Variance::NONE), None);
        assert_eq!(Curve::fit(&[Samples { size: 1, processes: vec![(1, &[])] }], Variance::NONE), None);
        assert_eq!(Curve::fit(&[Samples { size: 1, processes: vec![(1, &[0.0])] }], Variance::NONE), None);
    }
}
