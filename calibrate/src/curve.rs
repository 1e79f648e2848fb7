//! A cost curve: the time of an act as a function of its size.
//!
//! Four forms are tried: a constant; a + b·log₂ n + c·log₂² n (verifying a STARK); a + b·n; a + b·n + c·n·log₂ n (proving one).
//! The coefficients minimise the squared *relative* errors of the mean at each size, because samples span five orders of
//! magnitude and their errors grow with them; none is negative, because a cost has no negative part, so a curve is positive and
//! never falls, inside its range and outside. The form is chosen by leave-one-out cross-validation over all sizes but the
//! smallest: it must foretell a size that it has not seen (Stone, *Cross-validatory choice and assessment of statistical
//! predictions*, J. R. Stat. Soc. B 36, 1974).
//!
//! Left out: the jumps of proof systems that pad to a power of two, and any dependence on threads.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Confidence of every interval of a curve.
pub const CONFIDENCE: f64 = 0.95;

/// How much smaller the error of a form that grows must be than that of the constant: noise alone must not look like growth.
const CLEARLY_BETTER: f64 = 0.75;

/// What a coefficient can multiply: 1, log₂ n, log₂² n, n, n·log₂ n.
const TERMS: usize = 5;

/// The value of each term at a size. Below a size of one there is nothing to take a logarithm of.
fn terms(size: f64) -> [f64; TERMS] {
    let log = size.max(1.0).log2();
    [1.0, log, log * log, size, size * log]
}

/// The shape of a cost curve, slowest growth first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// a
    Constant,
    /// a + b·log₂ n + c·log₂² n
    Polylogarithmic,
    /// a + b·n
    Linear,
    /// a + b·n + c·n·log₂ n
    NLogN,
}

impl Form {
    /// Which terms it has.
    fn terms(self) -> &'static [usize] {
        match self {
            Form::Constant => &[0],
            Form::Polylogarithmic => &[0, 1, 2],
            Form::Linear => &[0, 3],
            Form::NLogN => &[0, 3, 4],
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
    /// What multiplies 1, log₂ n, log₂² n, n and n·log₂ n; zero where the form does not have the term, never negative \[s\].
    pub coefficients_s: [f64; TERMS],
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
        let coefficients_s = fit(form.terms(), &means);
        let residuals = Residuals::around(&coefficients_s, points, &means);
        Some(Curve {
            form,
            coefficients_s,
            smallest,
            largest,
            spread: residuals.spread,
            half_width: residuals.half_width,
        })
    }

    /// Mean time at a size \[s\]. Outside the measured range it is an extrapolation: ask [`in_range`](Self::in_range).
    pub fn seconds(&self, size: f64) -> f64 {
        at(&self.coefficients_s, size)
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

/// The form that foretells left-out sizes best.
fn choose(means: &[Mean]) -> Form {
    match means {
        [_] => Form::Constant,
        // Nothing can be left out of two: a line, which is flat when the larger size was not slower.
        [_, _] => Form::Linear,
        _ => {
            let mut best = (Form::Constant, foretelling_error(Form::Constant, means));
            for form in [Form::Polylogarithmic, Form::Linear, Form::NLogN] {
                let error = foretelling_error(form, means);
                let margin = if best.0 == Form::Constant { CLEARLY_BETTER } else { 1.0 };
                if error < margin * best.1 {
                    best = (form, error);
                }
            }
            best.0
        }
    }
}

/// Root mean square of the relative errors at sizes that the fit has not seen.
///
/// All but the smallest are left out in turn: designs ask for more than was measured, not for less.
fn foretelling_error(form: Form, means: &[Mean]) -> f64 {
    let mut means = means.to_vec();
    means.sort_by(|one, two| one.size.total_cmp(&two.size));
    let squares = (1..means.len()).map(|left_out| {
        let mut rest = means.clone();
        let unseen = rest.remove(left_out);
        (at(&fit(form.terms(), &rest), unseen.size) / unseen.seconds - 1.0).powi(2)
    });
    (squares.sum::<f64>() / (means.len() - 1) as f64).sqrt()
}

/// The time that coefficients give at a size \[s\].
fn at(coefficients: &[f64; TERMS], size: f64) -> f64 {
    coefficients.iter().zip(terms(size)).map(|(coefficient, term)| coefficient * term).sum()
}

/// Least squares of relative errors over the given terms, with no coefficient below zero.
///
/// With three unknowns the constrained best is found by trying all subsets of terms: on the right one the free best is feasible.
fn fit(among: &[usize], means: &[Mean]) -> [f64; TERMS] {
    let mut best: Option<([f64; TERMS], f64)> = None;
    for subset in 1_u32..1 << among.len() {
        let used: Vec<usize> = (0..among.len()).filter(|bit| subset >> bit & 1 == 1).map(|bit| among[bit]).collect();
        let Some(coefficients) = fit_freely(&used, means) else { continue };
        if coefficients.iter().any(|&coefficient| coefficient < 0.0) {
            continue;
        }
        let error = means.iter().map(|mean| (at(&coefficients, mean.size) / mean.seconds - 1.0).powi(2)).sum();
        if best.is_none_or(|(_, least)| error < least) {
            best = Some((coefficients, error));
        }
    }
    best.expect("the constant alone is always feasible: times are positive").0
}

/// Least squares of relative errors over exactly these terms, of either sign; nothing if the sizes do not tell them apart.
fn fit_freely(used: &[usize], means: &[Mean]) -> Option<[f64; TERMS]> {
    let columns: Vec<Vec<f64>> =
        used.iter().map(|&term| means.iter().map(|mean| terms(mean.size)[term] / mean.seconds).collect()).collect();
    let dot = |one: &[f64], two: &[f64]| one.iter().zip(two).map(|(x, y)| x * y).sum::<f64>();
    let norms: Vec<f64> = columns.iter().map(|column| dot(column, column).sqrt()).collect();
    if norms.contains(&0.0) {
        return None;
    }
    // Normal equations of columns of unit length, each followed by its right-hand side.
    let unknowns = used.len();
    let mut rows: Vec<Vec<f64>> = (0..unknowns)
        .map(|i| {
            let left = (0..unknowns).map(|j| dot(&columns[i], &columns[j]) / (norms[i] * norms[j]));
            left.chain([columns[i].iter().sum::<f64>() / norms[i]]).collect()
        })
        .collect();
    // Gauss–Jordan elimination; a matrix of this kind needs no exchange of rows.
    for pivot in 0..unknowns {
        let scale = rows[pivot][pivot];
        if scale < 1e-9 {
            return None;
        }
        rows[pivot].iter_mut().for_each(|value| *value /= scale);
        let pivot_row = rows[pivot].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|(index, _)| *index != pivot) {
            let factor = row[pivot];
            row.iter_mut().zip(&pivot_row).for_each(|(value, pivot_value)| *value -= factor * pivot_value);
        }
    }
    let mut coefficients = [0.0; TERMS];
    for (index, &term) in used.iter().enumerate() {
        coefficients[term] = rows[index][unknowns] / norms[index];
    }
    Some(coefficients)
}

/// What a curve leaves unexplained, relative to it.
struct Residuals {
    spread: f64,
    half_width: f64,
}

impl Residuals {
    fn around(curve: &[f64; TERMS], points: &[Samples<'_>], means: &[Mean]) -> Self {
        let count: usize = points.iter().map(|point| point.seconds.len()).sum();
        let (mut around_curve, mut around_means, mut misfit) = (0.0, 0.0, 0.0);
        for (point, mean) in points.iter().zip(means) {
            let fitted = at(curve, mean.size);
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
        let explained = curve.iter().filter(|&&coefficient| coefficient > 0.0).count();
        let misfit_freedom = means.len().saturating_sub(explained);
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
