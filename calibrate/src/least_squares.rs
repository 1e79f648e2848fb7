//! Least squares of relative errors over the terms that a cost can have.
//!
//! No coefficient is below zero, because a cost has no negative part.

/// What a coefficient can multiply: 1, log₂ n, log₂² n, n, n·log₂ n.
pub(crate) const TERMS: usize = 5;

/// A number for each pair of terms.
pub(crate) type Matrix = [[f64; TERMS]; TERMS];

/// Sums of squared relative errors this close are the same.
const ROUNDING: f64 = 1e-20;

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
        // Of fits that are equally good but for rounding the one of fewer terms, which comes first.
        if best.is_none_or(|(_, least)| error + ROUNDING < least) {
            best = Some((coefficients, error));
        }
    }
    best.expect("the constant alone is always feasible: times are positive").0
}

/// Least squares of relative errors over exactly these terms, of either sign; nothing if the sizes do not tell them apart.
fn fit_freely(used: &[usize], means: &[Mean]) -> Option<[f64; TERMS]> {
    let design = Design::of(used, means)?;
    let right = design.columns.iter().map(|column| vec![column.iter().sum()]).collect();
    let solved = solve(design.gram(&vec![1.0; means.len()]), right)?;
    let mut coefficients = [0.0; TERMS];
    for ((&term, row), norm) in used.iter().zip(&solved).zip(&design.norms) {
        coefficients[term] = row[0] / norm;
    }
    Some(coefficients)
}

/// Covariance of the coefficients of a fit \[s²\], where the mean at each size has a relative error of its own of the given variance.
///
/// With the rows u = terms / mean of the design U and the variances D it is (U'U)⁻¹ U'DU (U'U)⁻¹: the terms that were left out
/// because they would have been negative are taken as known.
pub(crate) fn covariance(coefficients: &[f64; TERMS], means: &[Mean], variances: &[f64]) -> Matrix {
    let used: Vec<usize> = (0..TERMS).filter(|&term| coefficients[term] > 0.0).collect();
    let mut covariance = Matrix::default();
    let unit = |row: usize| (0..used.len()).map(|column| f64::from(row == column)).collect();
    let Some(design) = Design::of(&used, means) else { return covariance };
    let identity = (0..used.len()).map(unit).collect();
    let Some(inverse) = solve(design.gram(&vec![1.0; means.len()]), identity) else { return covariance };
    let between = design.gram(variances);
    for (i, &one) in used.iter().enumerate() {
        for (j, &two) in used.iter().enumerate() {
            let pairs = (0..used.len()).flat_map(|k| (0..used.len()).map(move |l| (k, l)));
            let sum: f64 = pairs.map(|(k, l)| inverse[i][k] * between[k][l] * inverse[l][j]).sum();
            covariance[one][two] = sum / (design.norms[i] * design.norms[j]);
        }
    }
    covariance
}

/// Variance of the time that coefficients of a covariance give at a size \[s²\].
pub(crate) fn variance_at(covariance: &Matrix, size: f64) -> f64 {
    let terms = terms(size);
    let row = |row: &[f64; TERMS]| row.iter().zip(terms).map(|(value, term)| value * term).sum::<f64>();
    covariance.iter().zip(terms).map(|(values, term)| term * row(values)).sum::<f64>().max(0.0)
}

/// The terms of a fit at its sizes, relative to the means, in columns of unit length.
struct Design {
    columns: Vec<Vec<f64>>,
    /// What the columns were divided by \[1/s\].
    norms: Vec<f64>,
}

impl Design {
    /// Nothing if a term is zero at every size.
    fn of(used: &[usize], means: &[Mean]) -> Option<Self> {
        let mut columns: Vec<Vec<f64>> =
            used.iter().map(|&term| means.iter().map(|mean| terms(mean.size)[term] / mean.seconds).collect()).collect();
        let norms: Vec<f64> =
            columns.iter().map(|column| column.iter().map(|value| value * value).sum::<f64>().sqrt()).collect();
        if norms.contains(&0.0) {
            return None;
        }
        for (column, norm) in columns.iter_mut().zip(&norms) {
            column.iter_mut().for_each(|value| *value /= norm);
        }
        Some(Self { columns, norms })
    }

    /// Products of the columns with one another, each size weighted.
    fn gram(&self, weights: &[f64]) -> Vec<Vec<f64>> {
        let product = |one: &[f64], two: &[f64]| one.iter().zip(two).zip(weights).map(|((x, y), w)| x * y * w).sum();
        self.columns.iter().map(|one| self.columns.iter().map(|two| product(one, two)).collect()).collect()
    }
}

/// Solves left · x = right by Gauss–Jordan elimination; nothing if the rows do not tell the unknowns apart. A matrix of this kind
/// (products of columns of unit length) needs no exchange of rows.
fn solve(mut left: Vec<Vec<f64>>, right: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let unknowns = left.len();
    left.iter_mut().zip(right).for_each(|(row, values)| row.extend(values));
    for pivot in 0..unknowns {
        let scale = left[pivot][pivot];
        if scale < 1e-9 {
            return None;
        }
        left[pivot].iter_mut().for_each(|value| *value /= scale);
        let pivot_row = left[pivot].clone();
        for (_, row) in left.iter_mut().enumerate().filter(|(index, _)| *index != pivot) {
            let factor = row[pivot];
            row.iter_mut().zip(&pivot_row).for_each(|(value, pivot_value)| *value -= factor * pivot_value);
        }
    }
    Some(left.into_iter().map(|row| row[unknowns..].to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variance_of_a_line_is_that_of_its_leverage_by_hand() {
        let (sizes, cost) = ([1.0, 2.0, 4.0, 16.0], |n: f64| 1.0 + 0.5 * n);
        let means = sizes.map(|size| Mean { size, seconds: cost(size) });
        let coefficients = fit(&[0, 3], &means);
        let covariance = covariance(&coefficients, &means, &[0.03 * 0.03; 4]);
        // A weighted line: Var = σ²·(1/Σw + (n − n̄)²/Σw(n − n̄)²), weights 1/y² because errors are relative.
        let weight = |n: f64| cost(n).powi(-2);
        let total: f64 = sizes.iter().map(|&n| weight(n)).sum();
        let centre = sizes.iter().map(|&n| weight(n) * n).sum::<f64>() / total;
        let spread: f64 = sizes.iter().map(|&n| weight(n) * (n - centre).powi(2)).sum();
        for n in [1.0, 3.0, 16.0, 64.0, 1024.0] {
            let by_hand = 0.03 * 0.03 * (1.0 / total + (n - centre).powi(2) / spread);
            assert!((variance_at(&covariance, n) / by_hand - 1.0).abs() < 1e-9, "at {n}");
        }
    }

    #[test]
    fn a_line_through_two_means_has_the_errors_of_both() {
        // At the sizes themselves each mean stands for itself; half-way their average, by half the root of the sum of squares.
        let means = [(2.0, 4.0), (6.0, 8.0)].map(|(size, seconds)| Mean { size, seconds });
        let covariance = covariance(&fit(&[0, 3], &means), &means, &[0.01, 0.04]);
        let (first, second) = (0.01 * 16.0, 0.04 * 64.0);
        for (n, by_hand) in [(2.0, first), (6.0, second), (4.0, (first + second) / 4.0)] {
            assert!((variance_at(&covariance, n) / by_hand - 1.0).abs() < 1e-9, "at {n}");
        }
    }
}
