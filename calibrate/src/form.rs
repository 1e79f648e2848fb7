//! The shapes that a cost can have, and how well each foretells sizes that it has not seen.
//!
//! Four forms are tried: a constant; a + b·log₂ n + c·log₂² n (verifying a STARK); a + b·n; a + b·n + c·n·log₂ n (proving one).
//! The form is chosen by leave-one-out cross-validation over all sizes but the smallest: it must foretell a size that it has not
//! seen (Stone, *Cross-validatory choice and assessment of statistical predictions*, J. R. Stat. Soc. B 36, 1974). The others stay
//! as rivals, each with the weight that its errors give it (Geisser & Eddy, *A predictive approach to model selection*, J. Am.
//! Stat. Assoc. 74, 1979): where they disagree, outside the measured range above all, the choice itself is uncertain.
//!
//! Each form is tried twice where some size is no power of two: on the size itself, and on the next power of two, to which many
//! proof systems pad, so that their cost goes in steps.
//!
//! Left out: forms that grow faster than n·log₂ n, and steps elsewhere than at powers of two of the size.

use serde::{Deserialize, Serialize};

use crate::least_squares::{Mean, TERMS, at, fit};

/// How much smaller the error of a form that grows must be than that of the constant, and that of steps than that of none:
/// noise alone must not look like either.
const CLEARLY_BETTER: f64 = 0.75;
/// Relative errors below this are rounding.
const EXACT: f64 = 1e-9;
/// A rival of less weight than this is not kept.
const LEAST_WEIGHT: f64 = 1e-3;

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
    const GROWING: [Form; 3] = [Form::Polylogarithmic, Form::Linear, Form::NLogN];

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

/// A form that was fitted to all sizes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    /// The shape.
    pub form: Form,
    /// Whether the size is rounded up to a power of two first.
    pub padded: bool,
    /// What multiplies 1, log₂ n, log₂² n, n and n·log₂ n \[s\].
    pub coefficients_s: [f64; TERMS],
    /// How likely it is to be the right one, from how it foretold sizes that it had not seen; all weights add up to one.
    pub weight: f64,
}

impl Rival {
    /// The time at a size \[s\].
    pub(crate) fn seconds(&self, size: f64) -> f64 {
        at(&self.coefficients_s, size_used(size, self.padded))
    }
}

/// The size that the terms are taken of: itself, or the next power of two.
pub(crate) fn size_used(size: f64, padded: bool) -> f64 {
    if padded { size.max(1.0).log2().ceil().exp2() } else { size }
}

/// The same means at the sizes that the terms are taken of.
pub(crate) fn sized(means: &[Mean], padded: bool) -> Vec<Mean> {
    means.iter().map(|mean| Mean { size: size_used(mean.size, padded), ..*mean }).collect()
}

/// The form that foretells best, and all that were tried with their weights. There must be a size.
pub(crate) fn choose(means: &[Mean]) -> (Form, bool, Vec<Rival>) {
    if let [only] = means {
        return (Form::Constant, false, of_one_size(only));
    }
    let mut trials = tried(means, false);
    let plain = best(&trials);
    let mut chosen = (plain.form, false);
    if means.iter().any(|mean| mean.size.log2().fract() != 0.0) {
        let stepped = tried(means, true);
        let steps = best(&stepped);
        if steps.error < CLEARLY_BETTER * plain.error {
            chosen = (steps.form, true);
        }
        trials.extend(stepped);
    }
    (chosen.0, chosen.1, rivals(trials, means))
}

/// One size says nothing of others: the act may cost the same for every size, or go with it.
fn of_one_size(only: &Mean) -> Vec<Rival> {
    let rival = |form, coefficients_s| Rival { form, padded: false, coefficients_s, weight: 0.5 };
    let going_with_it = only.seconds / only.size;
    vec![
        rival(Form::Constant, [only.seconds, 0.0, 0.0, 0.0, 0.0]),
        rival(Form::Linear, [0.0, 0.0, 0.0, going_with_it, 0.0]),
    ]
}

/// A form, and how badly it foretells.
#[derive(Clone, Copy)]
struct Trial {
    form: Form,
    padded: bool,
    /// Root mean square of the relative errors at sizes left out.
    error: f64,
}

/// Every form that the sizes can tell something about.
fn tried(means: &[Mean], padded: bool) -> Vec<Trial> {
    let means = sized(means, padded);
    if means.len() == 2 {
        // Nothing can be left out of two: any curve through both may be right, and the line is taken.
        let through = [Form::Linear, Form::Polylogarithmic, Form::NLogN];
        return through.map(|form| Trial { form, padded, error: 0.0 }).into();
    }
    let forms = [Form::Constant].into_iter().chain(Form::GROWING);
    forms.map(|form| Trial { form, padded, error: foretelling_error(form, &means) }).collect()
}

/// The form that foretells left-out sizes best; one that grows must do so clearly better than the constant.
fn best(trials: &[Trial]) -> Trial {
    trials[1..].iter().fold(trials[0], |best, trial| {
        let margin = if best.form == Form::Constant { CLEARLY_BETTER } else { 1.0 };
        if trial.error < margin * best.error { *trial } else { best }
    })
}

/// The likelihood of each left-out size, if errors are normal with the variance that they have, multiplied over the sizes.
fn rivals(trials: Vec<Trial>, means: &[Mean]) -> Vec<Rival> {
    let left_out = (means.len() - 1) as f64;
    let error = |trial: &Trial| trial.error.max(EXACT);
    let least = trials.iter().map(error).fold(f64::INFINITY, f64::min);
    let likely = |trial: &Trial| (least / error(trial)).powf(left_out);
    let total: f64 = trials.iter().map(likely).sum();
    let rival = |trial: &Trial| Rival {
        form: trial.form,
        padded: trial.padded,
        coefficients_s: fit(trial.form.terms(), &sized(means, trial.padded)),
        weight: likely(trial) / total,
    };
    trials.iter().map(rival).filter(|rival| rival.weight >= LEAST_WEIGHT).collect()
}

/// The coefficients of a form \[s\].
pub(crate) fn fitted(form: Form, means: &[Mean]) -> [f64; TERMS] {
    fit(form.terms(), means)
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
