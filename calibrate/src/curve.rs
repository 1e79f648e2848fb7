//! A cost curve: the time of an act as a function of its size.
//!
//! Four forms are tried: a constant, a + b·log₂² n (verifying a STARK), a + b·n, and a + b·n·log₂ n (proving one). The coefficients minimise the squared *relative* errors
//! of the mean at each size, because samples span five orders of magnitude and their errors grow with them; they are never
//! negative, because a cost has no negative part, so a curve is positive and never falls, inside its range and outside.
//! The form is chosen by leave-one-out cross-validation over the sizes (Stone, *Cross-validatory choice and assessment of
//! statistical predictions*, J. R. Stat. Soc. B 36, 1974): it must foretell a size that it has not seen.
//!
//! Left out: the jumps of proof systems that pad to a power of two, and any dependence on threads.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Confidence of every interval of a curve.
pub const CONFIDENCE: f64 = 0.95;

/// How much smaller the error of a form of faster growth must be: noise alone must not make an extrapolation explode.
const CLEARLY_BETTER: f64 = 0.95;

/// The shape of a cost curve, slowest growth first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// a
    Constant,
    /// a + b·log₂² n
    LogSquared,
    /// a + b·n
    Linear,
    /// a + b·n·log₂ n
    NLogN,
}

impl Form {
    /// What the second coefficient multiplies.
    fn growth(self, size: f64) -> f64 {
        match self {
            Form::Constant => 0.0,
            // A size below one is nothing to take a logarithm of.
            Form::LogSquared => size.max(1.0).log2().powi(2),
            Form::Linear => size,
            Form::NLogN => size * size.max(1.0).log2(),
        }
    }
}

/// The samples of one size.
#[derive(Debug, Clone, Copy)]
pub struct Samples<'a> {
    /// The size \[size unit\], at least 1.
    pub size: u64,
    /// One time per sample \[s\].
    pub seconds: &'a [f64],
}

/// Time as a function of size, with how far it can be trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The shape.
    pub form: Form,
    /// The part that does not depend on the size, a \[s\].
    pub fixed_s: f64,
    /// What multiplies log₂² n, n or n·log₂ n, b \[s\].
    pub growth_s: f64,
    /// Smallest size that was measured \[size unit\].
    pub smallest: u64,
    /// Largest size that was measured \[size unit\].
    pub largest: u64,
    /// Coefficient of variation of the samples around the curve. A sample of a short act is the mean of a batch of runs
    /// (`runs_per_sample`), whose single runs may spread more.
    pub spread: f64,
    /// Relative half-width of the 95 % interval of the mean: noise of the samples and misfit of the form together.
    pub half_width: f64,
}

impl Curve {
    /// Fits the curve that foretells best. Nothing if a size has no samples, a mean that is not positive, or if there is no size.
    pub fn fit(points: &[Samples<'_>]) -> Option<Curve> {
        let means: Vec<Mean> = points.iter().map(Mean::of).collect::<Option<_>>()?;
        let (smallest, largest) = (points.iter().map(|p| p.size).min()?, points.iter().map(|p| p.size).max()?);
        let form = choose(&means);
        let coefficients = Coefficients::fit(form, &means);
        let residuals = Residuals::around(&coefficients, points, &means);
        Some(Curve {
            form,
            fixed_s: coefficients.fixed,
            growth_s: coefficients.growth,
            smallest,
            largest,
            spread: residuals.spread,
            half_width: residuals.half_width,
        })
    }

    /// Mean time at a size \[s\]. Outside the measured range it is an extrapolation: ask [`in_range`](Self::in_range).
    pub fn seconds(&self, size: f64) -> f64 {
        self.fixed_s + self.growth_s * self.form.growth(size)
    }

    /// The 95 % interval of the mean time at a size \[s\]. It says nothing about sizes outside the measured range.
    pub fn interval(&self, size: f64) -> (f64, f64) {
        let mean = self.seconds(size);
        (mean * (1.0 - self.half_width).max(0.0), mean * (1.0 + self.half_width))
    }

    /// Whether the size lies between the smallest and the largest that were measured.
    pub fn in_range(&self, size: f64) -> bool {
        (self.smallest as f64..=self.largest as f64).contains(&size)
    }
}

/// The mean time at one size.
#[derive(Debug, Clone, Copy)]
struct Mean {
    size: f64,
    seconds: f64,
}

impl Mean {
    fn of(samples: &Samples<'_>) -> Option<Mean> {
        let seconds = samples.seconds.iter().sum::<f64>() / samples.seconds.len() as f64;
        (seconds.is_finite() && seconds > 0.0).then_some(Mean { size: samples.size as f64, seconds })
    }
}

/// The form of slowest growth that foretells left-out sizes about as well as any.
fn choose(means: &[Mean]) -> Form {
    match means {
        [_] => Form::Constant,
        // Nothing can be left out of two: a line, which is flat when the larger size was not slower.
        [_, _] => Form::Linear,
        _ => {
            let mut best = (Form::Constant, foretelling_error(Form::Constant, means));
            for form in [Form::LogSquared, Form::Linear, Form::NLogN] {
                let error = foretelling_error(form, means);
                if error < CLEARLY_BETTER * best.1 {
                    best = (form, error);
                }
            }
            best.0
        }
    }
}

/// Root mean square of the relative errors at sizes that the fit has not seen.
fn foretelling_error(form: Form, means: &[Mean]) -> f64 {
    let squares = (0..means.len()).map(|left_out| {
        let rest: Vec<Mean> = means.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, mean)| *mean).collect();
        let unseen = means[left_out];
        (Coefficients::fit(form, &rest).at(unseen.size) / unseen.seconds - 1.0).powi(2)
    });
    (squares.sum::<f64>() / means.len() as f64).sqrt()
}

/// The two coefficients of a form.
#[derive(Debug, Clone, Copy)]
struct Coefficients {
    form: Form,
    fixed: f64,
    growth: f64,
}

impl Coefficients {
    /// Least squares of (a + b·g(n)) / y − 1 under a ≥ 0, b ≥ 0. With two unknowns the constrained best is the free one, or lies on an edge.
    fn fit(form: Form, means: &[Mean]) -> Self {
        let scale = means.iter().map(|mean| form.growth(mean.size)).fold(0.0, f64::max);
        let (mut uu, mut uv, mut vv, mut u, mut v) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for mean in means {
            let one = 1.0 / mean.seconds;
            let grown = if scale > 0.0 { form.growth(mean.size) / scale / mean.seconds } else { 0.0 };
            uu += one * one;
            uv += one * grown;
            vv += grown * grown;
            u += one;
            v += grown;
        }
        let determinant = uu * vv - uv * uv;
        let free = ((u * vv - v * uv) / determinant, (v * uu - u * uv) / determinant);
        // The determinant is zero when one unknown explains all there is: a single size, or no growth among the sizes.
        let (fixed, growth) = if determinant > 1e-12 * uu * vv && free.0 >= 0.0 && free.1 >= 0.0 {
            free
        } else if determinant > 1e-12 * uu * vv && free.0 < 0.0 {
            (0.0, v / vv)
        } else {
            (u / uu, 0.0)
        };
        Self { form, fixed, growth: if scale > 0.0 { growth / scale } else { 0.0 } }
    }

    fn at(&self, size: f64) -> f64 {
        self.fixed + self.growth * self.form.growth(size)
    }

    /// How many coefficients the form has.
    fn count(&self) -> usize {
        if self.form == Form::Constant { 1 } else { 2 }
    }
}

/// What a curve leaves unexplained, relative to it.
struct Residuals {
    spread: f64,
    half_width: f64,
}

impl Residuals {
    fn around(curve: &Coefficients, points: &[Samples<'_>], means: &[Mean]) -> Self {
        let count: usize = points.iter().map(|point| point.seconds.len()).sum();
        let (mut around_curve, mut around_means, mut misfit) = (0.0, 0.0, 0.0);
        for (point, mean) in points.iter().zip(means) {
            let fitted = curve.at(mean.size);
            misfit += (mean.seconds / fitted - 1.0).powi(2);
            for seconds in point.seconds {
                around_curve += (seconds / fitted - 1.0).powi(2);
                around_means += (seconds / mean.seconds - 1.0).powi(2);
            }
        }
        // Noise shrinks with the number of samples; a misfit of the form does not, so it is added whole.
        let noise_freedom = count - points.len();
        let noise = if noise_freedom > 0 {
            let student = StudentsT::new(0.0, 1.0, noise_freedom as f64).expect("the degrees of freedom are positive");
            let standard_error = (around_means / noise_freedom as f64 / count as f64).sqrt();
            student.inverse_cdf(0.5 + CONFIDENCE / 2.0) * standard_error
        } else {
            0.0
        };
        let misfit_freedom = means.len().saturating_sub(curve.count());
        let misfit = if misfit_freedom > 0 { misfit / misfit_freedom as f64 } else { 0.0 };
        Residuals { spread: (around_curve / count as f64).sqrt(), half_width: (noise * noise + misfit).sqrt() }
    }
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
        let points: Vec<Samples<'_>> = samples.iter().map(|(size, seconds)| Samples { size: *size, seconds }).collect();
        Curve::fit(&points).expect("positive samples at every size")
    }

    #[test]
    fn each_form_is_recognised_and_its_coefficients_are_recovered() {
        let constant = fitted(&SIZES, 20, 0.05, |_| 3e-6);
        assert_eq!(constant.form, Form::Constant);
        assert!((constant.fixed_s / 3e-6 - 1.0).abs() < 0.01);

        let linear = fitted(&SIZES, 20, 0.05, |n| 2e-3 + 1e-4 * n);
        assert_eq!(linear.form, Form::Linear);
        assert!((linear.fixed_s / 2e-3 - 1.0).abs() < 0.02 && (linear.growth_s / 1e-4 - 1.0).abs() < 0.02);

        let checking = fitted(&SIZES, 20, 0.05, |n| 5e-4 + 1e-5 * n.log2().powi(2));
        assert_eq!(checking.form, Form::LogSquared);
        assert!((checking.growth_s / 1e-5 - 1.0).abs() < 0.05);

        let sorting = fitted(&SIZES, 20, 0.05, |n| 2e-3 + 1e-5 * n * n.log2());
        assert_eq!(sorting.form, Form::NLogN);
        assert!((sorting.growth_s / 1e-5 - 1.0).abs() < 0.02);
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
        let falling = fitted(&[1, 2], 5, 0.0, |n| 3.0 - n);
        assert!(falling.growth_s == 0.0 && falling.fixed_s > 0.0, "{falling:?}");
        let convex = fitted(&SIZES, 5, 0.0, |n| 1e-6 * n * n);
        assert!(convex.fixed_s >= 0.0 && convex.growth_s >= 0.0, "{convex:?}");
        assert!(convex.seconds(1.0) >= 0.0);
    }

    #[test]
    fn spread_is_that_of_the_samples_and_the_interval_shrinks_with_their_number() {
        // A uniform error of ± 10 % has a standard deviation of 10 % / √3.
        let few = fitted(&SIZES, 5, 0.1, |n| 1.0 + n);
        let many = fitted(&SIZES, 500, 0.1, |n| 1.0 + n);
        assert!((many.spread / (0.1 / 3_f64.sqrt()) - 1.0).abs() < 0.05, "spread {}", many.spread);
        assert!(many.half_width < 0.5 * few.half_width, "{} against {}", many.half_width, few.half_width);
        let (low, high) = many.interval(16.0);
        assert!(low < 17.0 && 17.0 < high, "{low} .. {high}");
    }

    #[test]
    fn a_form_that_does_not_fit_widens_the_interval() {
        let crooked = fitted(&SIZES, 500, 0.001, |n| 1.0 + n.sqrt());
        assert!(crooked.half_width > 0.05, "half-width {}", crooked.half_width);
    }

    #[test]
    fn nothing_is_fitted_to_nothing() {
        assert_eq!(Curve::fit(&[]), None);
        assert_eq!(Curve::fit(&[Samples { size: 1, seconds: &[] }]), None);
        assert_eq!(Curve::fit(&[Samples { size: 1, seconds: &[0.0] }]), None);
    }
}
