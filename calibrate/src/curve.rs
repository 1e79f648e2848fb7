//! A cost curve: the time of an act as a function of its size.
//!
//! Four forms are tried: a constant; a + b·log₂ n + c·log₂² n (verifying a STARK); a + b·n; a + b·n + c·n·log₂ n (proving one).
//! The coefficients minimise the squared *relative* errors of the mean at each size, because samples span five orders of
//! magnitude and their errors grow with them; none is negative, because a cost has no negative part, so a curve is positive and
//! never falls, inside its range and outside. The form is chosen by leave-one-out cross-validation over all sizes but the
//! smallest: it must foretell a size that it has not seen (Stone, *Cross-validatory choice and assessment of statistical
//! predictions*, J. R. Stat. Soc. B 36, 1974).
//!
//! Each form is tried twice where some size is no power of two: on the size itself, and on the next power of two, to which many
//! proof systems pad, so that their cost goes in steps.
//!
//! Left out: steps elsewhere than at powers of two of the size, and any dependence on threads ([`crate::ThreadScaling`]).

use serde::{Deserialize, Serialize};

use crate::least_squares::{Mean, TERMS, at, fit};
use crate::statistics::{Replicate, mean, positive_interval, student};

/// How much smaller the error of a form that grows must be than that of the constant, and that of steps than that of none:
/// noise alone must not look like either.
const CLEARLY_BETTER: f64 = 0.75;

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
#[derive(Debug, Clone)]
pub struct Samples<'a> {
    /// The size \[size unit\], at least 1.
    pub size: u64,
    /// One time per sample \[s\], for each process.
    pub processes: Vec<&'a [f64]>,
}

impl Samples<'_> {
    /// The mean over the means of the processes; nothing if there is none, or one that is not positive.
    fn mean(&self) -> Option<f64> {
        if self.processes.is_empty() || self.processes.iter().any(|samples| samples.is_empty()) {
            return None;
        }
        let means: Vec<f64> = self.processes.iter().map(|samples| mean(samples)).collect();
        let seconds = mean(&means);
        (seconds.is_finite() && seconds > 0.0).then_some(seconds)
    }
}

/// Time as a function of size, with how far it can be trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The shape.
    pub form: Form,
    /// Whether the size is rounded up to a power of two before anything else: the cost goes in steps.
    #[serde(default)]
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
    /// Relative half-width of the 95 % interval of the mean: noise and misfit of the form together.
    pub half_width: f64,
    /// What the noise was taken from.
    pub half_width_from: Replicate,
}

impl Curve {
    /// Fits the curve that foretells best. Nothing if a size has no samples, a mean that is not positive, or if there is no size.
    pub fn fit(points: &[Samples<'_>]) -> Option<Curve> {
        let seconds: Vec<f64> = points.iter().map(Samples::mean).collect::<Option<_>>()?;
        let (smallest, largest) = (points.iter().map(|p| p.size).min()?, points.iter().map(|p| p.size).max()?);
        let sized = |padded| -> Vec<Mean> {
            let sizes = points.iter().map(|point| size_used(point.size as f64, padded));
            sizes.zip(&seconds).map(|(size, &seconds)| Mean { size, seconds }).collect()
        };
        let plain = choose(&sized(false));
        let stepped = points.iter().any(|point| !point.size.is_power_of_two()).then(|| choose(&sized(true)));
        let (padded, form) = match stepped {
            Some(stepped) if stepped.error < CLEARLY_BETTER * plain.error => (true, stepped.form),
            _ => (false, plain.form),
        };
        let means = sized(padded);
        let coefficients_s = fit(form.terms(), &means);
        let Residuals { spread, half_width, half_width_from } = Residuals::around(&coefficients_s, points, &means);
        Some(Curve { form, padded, coefficients_s, smallest, largest, spread, half_width, half_width_from })
    }

    /// Mean time at a size \[s\]. Outside the measured range it is an extrapolation: ask [`in_range`](Self::in_range).
    pub fn seconds(&self, size: f64) -> f64 {
        at(&self.coefficients_s, size_used(size, self.padded))
    }

    /// The 95 % interval of the mean time at a size \[s\]. It says nothing about sizes outside the measured range.
    pub fn interval(&self, size: f64) -> (f64, f64) {
        let mean = self.seconds(size);
        positive_interval(mean, mean * self.half_width)
    }

    /// Whether the size lies between the smallest and the largest that were measured.
    pub fn in_range(&self, size: f64) -> bool {
        (self.smallest as f64..=self.largest as f64).contains(&size)
    }
}

/// The size that the terms are taken of: itself, or the next power of two.
fn size_used(size: f64, padded: bool) -> f64 {
    if padded { size.max(1.0).log2().ceil().exp2() } else { size }
}

/// A form, and how badly it foretells.
struct Choice {
    form: Form,
    /// Root mean square of the relative errors at sizes left out.
    error: f64,
}

/// The form that foretells left-out sizes best.
fn choose(means: &[Mean]) -> Choice {
    match means {
        [_] => Choice { form: Form::Constant, error: 0.0 },
        // Nothing can be left out of two: a line, which is flat when the larger size was not slower.
        [_, _] => Choice { form: Form::Linear, error: 0.0 },
        _ => {
            let error_of = |form| Choice { form, error: foretelling_error(form, means) };
            let mut best = error_of(Form::Constant);
            for choice in [Form::Polylogarithmic, Form::Linear, Form::NLogN].map(error_of) {
                let margin = if best.form == Form::Constant { CLEARLY_BETTER } else { 1.0 };
                if choice.error < margin * best.error {
                    best = choice;
                }
            }
            best
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

/// What a curve leaves unexplained, relative to it.
struct Residuals {
    spread: f64,
    half_width: f64,
    half_width_from: Replicate,
}

impl Residuals {
    fn around(curve: &[f64; TERMS], points: &[Samples<'_>], means: &[Mean]) -> Self {
        let (mut around_curve, mut misfit, mut count) = (0.0, 0.0, 0);
        for (point, mean) in points.iter().zip(means) {
            let fitted = at(curve, mean.size);
            misfit += (mean.seconds / fitted - 1.0).powi(2);
            for seconds in point.processes.iter().flat_map(|samples| samples.iter()) {
                around_curve += (seconds / fitted - 1.0).powi(2);
                count += 1;
            }
        }
        // Noise shrinks with the number of replicates; a misfit of the form does not, so it is added whole.
        let (half_width_from, noise) = noise(points);
        let explained = curve.iter().filter(|&&coefficient| coefficient > 0.0).count();
        let misfit_freedom = means.len().saturating_sub(explained);
        let misfit = if misfit_freedom > 0 { misfit / misfit_freedom as f64 } else { 0.0 };
        let spread = (around_curve / f64::from(count)).sqrt();
        Residuals { spread, half_width: (noise * noise + misfit).sqrt(), half_width_from }
    }
}

/// Relative half-width of the interval of a mean: from the spread between processes where each size has several, otherwise from
/// that of all samples.
///
/// The spread is pooled over sizes. A process is faster or slower at all of them, so its number, and not that of the sizes,
/// is what the half-width shrinks with.
fn noise(points: &[Samples<'_>]) -> (Replicate, f64) {
    let processes = points.iter().map(|point| point.processes.len()).min().unwrap_or(0);
    if processes >= 2 {
        let means = points.iter().map(|point| point.processes.iter().map(|samples| mean(samples)).collect());
        let (variance, freedom) = pooled(means);
        return (Replicate::Processes, student(freedom) * (variance / processes as f64).sqrt());
    }
    let samples = points.iter().map(|point| point.processes.concat());
    let (variance, freedom) = pooled(samples);
    let count = points.iter().flat_map(|point| &point.processes).map(|samples| samples.len()).sum::<usize>();
    let half_width = if freedom > 0 { student(freedom) * (variance / count as f64).sqrt() } else { 0.0 };
    (Replicate::Samples, half_width)
}

/// Relative variance within groups, pooled over them, and its degrees of freedom.
fn pooled(groups: impl Iterator<Item = Vec<f64>>) -> (f64, usize) {
    let (mut squares, mut freedom) = (0.0, 0);
    for group in groups {
        let centre = mean(&group);
        squares += group.iter().map(|value| (value / centre - 1.0).powi(2)).sum::<f64>();
        freedom += group.len() - 1;
    }
    (if freedom > 0 { squares / freedom as f64 } else { 0.0 }, freedom)
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
            samples.iter().map(|(size, seconds)| Samples { size: *size, processes: vec![seconds] }).collect();
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
    fn the_interval_of_several_processes_covers_what_differs_between_them() {
        // Every process is exact in itself, and off by 3 % from the next.
        let fast: Vec<f64> = vec![0.97; 50];
        let (even, slow) = (vec![1.0; 50], vec![1.03; 50]);
        let curve_of = |processes: Vec<&[f64]>| Curve::fit(&[Samples { size: 1, processes }]).expect("samples");
        let alone = curve_of(vec![&fast]);
        assert!(alone.half_width_from == Replicate::Samples && alone.half_width < 1e-12, "{alone:?}");
        let three = curve_of(vec![&fast, &even, &slow]);
        assert_eq!(three.half_width_from, Replicate::Processes);
        // t(2) = 4.3027, standard deviation 3 %, three processes.
        assert!((three.half_width - 4.302_653 * 0.03 / 3_f64.sqrt()).abs() < 1e-6, "{}", three.half_width);
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
    fn a_form_that_does_not_fit_widens_the_interval() {
        let crooked = fitted(&SIZES, 500, 0.001, |n| 1.0 + n.sqrt());
        assert!(crooked.half_width > 0.05, "half-width {}", crooked.half_width);
    }

    #[test]
    fn nothing_is_fitted_to_nothing() {
        assert_eq!(Curve::fit(&[]), None);
        assert_eq!(Curve::fit(&[Samples { size: 1, processes: vec![&[]] }]), None);
        assert_eq!(Curve::fit(&[Samples { size: 1, processes: vec![&[0.0]] }]), None);
    }
}
