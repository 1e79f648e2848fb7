//! How far a cost curve can be trusted at a size.
//!
//! Model: the relative error of the curve at size n is a sum of independent parts,
//!
//! ```text
//!   run  +  processes  +  Σᵢ hᵢ(n)·εᵢ  +  misfit  +  choice of the form
//! ```
//!
//! *run*: the same host minutes or days later; *processes*: a process is faster or slower at all sizes together, so this part
//! shrinks with the number of processes only, and not with that of the sizes; *εᵢ*: what is independent from size to size, carried
//! to n by the leverages h of the fit, with the variance x'Cx, where C is the covariance of the coefficients (Draper & Smith,
//! *Applied Regression Analysis*, 1998, chapter 3); *misfit*: by how much the truth at a size strays from the form, as it does at
//! those that were measured; *choice*: the spread of the other forms' predictions around the chosen one's, weighted by
//! cross-validation ([`crate::form`]). The interval adds the squares of three half-widths: of what all sizes share, by Student's t
//! with the degrees of freedom of Welch and Satterthwaite (*Biometrics Bulletin* 2, 1946); of the fit and its misfit, by Student's
//! t with theirs; and of the choice.
//! The last two grow outside the measured range.
//!
//! Left out: what a bound at zero of a coefficient tells of the others, and what no measured size shows, such as memory that runs
//! out or a cost of another form altogether.

use serde::{Deserialize, Serialize};

use crate::form::{Rival, size_used};
use crate::least_squares::{Matrix, Mean, TERMS, at, covariance, variance_at};
use crate::point::Samples;
use crate::statistics::{Replicate, STATED_PROCESSES, Variance, joint_freedom, joint_half_width, mean, student};

/// What the 95 % interval of a curve is made of. All variances but the covariance are relative: shares of the time, squared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// What the noise was taken from.
    pub from: Replicate,
    /// Between runs on the same host.
    pub run: Variance,
    /// What the processes of this run share at all sizes.
    pub processes: Variance,
    /// Covariance of the coefficients, from what is independent from size to size: noise and misfit \[s²\].
    pub covariance_s2: Matrix,
    /// The degrees of freedom that it rests on.
    pub covariance_freedom: f64,
    /// By how much a size strays from the form.
    pub misfit: Variance,
    /// The forms that were tried and have some weight, the chosen one among them.
    pub rivals: Vec<Rival>,
}

impl Uncertainty {
    /// Of the curve with these coefficients through these means, which are at the sizes that its terms are taken of.
    pub(crate) fn of(
        coefficients: &[f64; TERMS],
        means: &[Mean],
        points: &[Samples<'_>],
        rivals: Vec<Rival>,
        run: Variance,
    ) -> Self {
        let Noise { from, processes, sizes, freedom } = Noise::of(points);
        let noise = Variance { relative: mean(&sizes), freedom };
        let squares: f64 = means.iter().map(|mean| (at(coefficients, mean.size) / mean.seconds - 1.0).powi(2)).sum();
        let explained = coefficients.iter().filter(|&&coefficient| coefficient > 0.0).count();
        let misfit = match means.len().saturating_sub(explained) as f64 {
            0.0 => Variance::NONE,
            // What the means stray from the curve by beyond their noise.
            freedom => Variance { relative: (squares / freedom - noise.relative).max(0.0), freedom },
        };
        let variances: Vec<f64> = sizes.iter().map(|noise| noise + misfit.relative).collect();
        let covariance_s2 = covariance(coefficients, means, &variances);
        let covariance_freedom = joint_freedom(&[noise, misfit]);
        Self { from, run, processes, covariance_s2, covariance_freedom, misfit, rivals }
    }

    /// Relative half-width of the 95 % interval of the mean time at a size, which a curve says to be `seconds`.
    pub(crate) fn relative_half_width(&self, size: f64, padded: bool, seconds: f64) -> f64 {
        let of_the_fit = variance_at(&self.covariance_s2, size_used(size, padded)) / seconds.powi(2);
        let stray = |rival: &Rival| rival.weight * (rival.seconds(size) / seconds - 1.0).powi(2);
        let common = joint_half_width(&[self.run, self.processes]);
        let at_size = student(self.covariance_freedom).powi(2) * (of_the_fit + self.misfit.relative);
        let choice = student(f64::INFINITY).powi(2) * self.rivals.iter().map(stray).sum::<f64>();
        (common * common + at_size + choice).sqrt()
    }

    /// The same of a curve whose times are all multiplied.
    pub(crate) fn scale(&mut self, factor: f64) {
        self.covariance_s2.iter_mut().flatten().for_each(|value| *value *= factor * factor);
        let coefficients = self.rivals.iter_mut().flat_map(|rival| &mut rival.coefficients_s);
        coefficients.for_each(|coefficient| *coefficient *= factor);
    }
}

/// How far the means at the sizes would be off with a perfect form, relative to them.
struct Noise {
    from: Replicate,
    /// Of what all sizes share.
    processes: Variance,
    /// Of what each size has for itself.
    sizes: Vec<f64>,
    /// The degrees of freedom of the latter.
    freedom: f64,
}

impl Noise {
    /// From the spread between processes where two or more measured every size, otherwise from that of all samples.
    ///
    /// Between processes: relative means by process and size are the sum of a part of the process and a rest (two ways of
    /// classification without repetition; Scheffé, *The Analysis of Variance*, 1959, section 4.2).
    fn of(points: &[Samples<'_>]) -> Self {
        let everywhere = |id: &u32| points.iter().all(|point| point.processes.iter().any(|(other, _)| other == id));
        let first = points.first().map_or(&[] as &[_], |point| point.processes.as_slice());
        let common: Vec<u32> = first.iter().map(|(id, _)| *id).filter(everywhere).collect();
        if common.len() < 2 {
            return Self::of_samples(points);
        }
        // A row per size: how far each process is from their mean.
        let rows: Vec<Vec<f64>> = points
            .iter()
            .map(|point| {
                let own = |id: &u32| point.processes.iter().find(|(other, _)| other == id);
                let means: Vec<f64> = common.iter().filter_map(own).map(|(_, samples)| mean(samples)).collect();
                let centre = mean(&means);
                means.iter().map(|seconds| seconds / centre - 1.0).collect()
            })
            .collect();
        let (processes, sizes) = (common.len() as f64, rows.len() as f64);
        let of_process: Vec<f64> =
            (0..common.len()).map(|process| rows.iter().map(|row| row[process]).sum::<f64>() / sizes).collect();
        let between = of_process.iter().map(|part| part * part).sum::<f64>() / (processes - 1.0);
        let freedom = (processes - 1.0) * (sizes - 1.0);
        let rest = rows.iter().flat_map(|row| row.iter().zip(&of_process)).map(|(off, part)| (off - part).powi(2));
        let rest = if freedom > 0.0 { rest.sum::<f64>() / freedom } else { 0.0 };
        // The mean of a process over the sizes holds a share of the rest too, which is counted at the sizes.
        let relative = ((between - rest / sizes) / processes).max(0.0);
        Self {
            from: Replicate::Processes,
            processes: Variance { relative, freedom: processes - 1.0 },
            sizes: points.iter().map(|point| rest / point.processes.len() as f64).collect(),
            freedom,
        }
    }

    /// From samples, pooled over the sizes: they know nothing of other processes.
    fn of_samples(points: &[Samples<'_>]) -> Self {
        let (mut squares, mut freedom) = (0.0, 0);
        let groups: Vec<Vec<f64>> = points
            .iter()
            .map(|point| point.processes.iter().flat_map(|(_, samples)| *samples).copied().collect())
            .collect();
        for group in &groups {
            let centre = mean(group);
            squares += group.iter().map(|value| (value / centre - 1.0).powi(2)).sum::<f64>();
            freedom += group.len() - 1;
        }
        let variance = if freedom > 0 { squares / freedom as f64 } else { 0.0 };
        Self {
            from: Replicate::Samples,
            processes: STATED_PROCESSES,
            sizes: groups.iter().map(|group| variance / group.len() as f64).collect(),
            freedom: freedom as f64,
        }
    }
}

#[cfg(test)]
#[path = "uncertainty_tests.rs"]
mod tests;
