//! Least squares of relative errors over the terms that a cost can have.
//!
//! No coefficient is below zero, because a cost has no negative part.

/// What a coefficient can multiply: 1, log₂ n, log₂² n, n, n·log₂ n.
pub(crate) const TERMS: usize = 5;

/// The value of each term at a size. Below a size of one there is nothing to take a logarithm of.
pub(crate) fn terms(size: f64) -> [f64; TERMS] {
    let log = size.max(1.0).log2();
    [1.0, log, log * log, size, size * log]
}

/// The mean time at one size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mean {
    /// The size that is put into the terms \[size unit\].
    pub(crate) size: f64,
    /// The time \[s\].
    pub(crate) seconds: f64,
}

/// The time that coefficients give at a size \[s\].
pub(crate) fn at(coefficients: &[f64; TERMS], size: f64) -> f64 {
    coefficients.iter().zip(terms(size)).map(|(coefficient, term)| coefficient * term).sum()
}

/// Least squares of relative errors over the given terms, with no coefficient below zero.
///
/// With three unknowns the constrained best is found by trying all subsets of terms: on the right one the free best is feasible.
pub(crate) fn fit(among: &[usize], means: &[Mean]) -> [f64; TERMS] {
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
