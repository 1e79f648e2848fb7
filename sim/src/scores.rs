//! Stratified normal scores: the column of one input in a Latin hypercube sample.
//!
//! Model: the standard normal law is cut into `n` strata of equal probability; each gives its middle, in random order, and the
//! scores are scaled to a mean square of one. A figure that is linear in independent inputs then has the right variance over
//! the sample, up to chance correlations between columns. Source: M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of
//! three methods for selecting values of input variables", Technometrics 21(2), 1979. Leaves out: correlated inputs, tails
//! beyond the outermost middle.

use rand::seq::SliceRandom;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::random::Stream;

/// `n` scores in random order, with mean 0 and mean square 1; a single score is 1.
pub fn scores(n: usize, stream: &mut Stream) -> Vec<f64> {
    let normal = Normal::standard();
    let mut scores: Vec<f64> = (0..n).map(|stratum| normal.inverse_cdf((stratum as f64 + 0.5) / n as f64)).collect();
    let square = scores.iter().map(|score| score * score).sum::<f64>() / n as f64;
    let scale = |score: f64| if square > 0.0 { score / square.sqrt() } else { 1.0 };
    scores.iter_mut().for_each(|score| *score = scale(*score));
    scores.shuffle(stream);
    scores
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    #[test]
    fn scores_are_centred_scaled_and_in_random_order() {
        for n in [2, 7, 8, 100] {
            let column = |name: &str| scores(n, &mut Streams::new(1, 0).stream(name));
            let one = column("one");
            let mean = one.iter().sum::<f64>() / n as f64;
            let square = one.iter().map(|score| score * score).sum::<f64>() / n as f64;
            assert!(mean.abs() < 1e-9 && (square - 1.0).abs() < 1e-9, "{one:?}");
            assert_eq!(one, column("one"));
            if n > 2 {
                assert_ne!(one, column("another"));
            }
        }
        assert_eq!(scores(1, &mut Streams::new(1, 0).stream("one")), [1.0]);
        assert!(scores(0, &mut Streams::new(1, 0).stream("one")).is_empty());
    }

    /// Ten independent inputs with known slopes: over many sets of columns the mean square of a linear figure is the sum of
    /// the squared slopes.
    #[test]
    fn a_linear_figure_has_its_variance() {
        let slopes: Vec<f64> = (1..=10).map(f64::from).collect();
        let expected: f64 = slopes.iter().map(|slope| slope * slope).sum();
        let square = |set: u32| {
            let columns: Vec<Vec<f64>> =
                (0..10).map(|input| scores(8, &mut Streams::new(2, set).stream(&format!("input {input}")))).collect();
            let figure = |world: usize| slopes.iter().zip(&columns).map(|(slope, column)| slope * column[world]).sum();
            (0..8)
                .map(|world| {
                    let value: f64 = figure(world);
                    value * value
                })
                .sum::<f64>()
                / 8.0
        };
        let squares: Vec<f64> = (0..1_000).map(square).collect();
        let interval = crate::Interval::of(&squares, 0.99).expect("many sets");
        assert!(interval.contains(expected) && interval.relative_half_width() < 0.06, "{expected}: {interval:?}");
    }
}
