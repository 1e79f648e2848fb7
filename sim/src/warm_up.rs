//! Where the warm-up of a run ends: MSER-5.
//!
//! White (1997), with batches of five as in White, Cobb and Spratt (2000; Spratt 1998): delete the prefix that minimises the
//! squared standard error of the mean of what remains. It trades the bias of an empty start against the precision
//! that deletion costs, without a parameter to choose.

use crate::tally::Tally;

const BATCH: usize = 5;

/// How many of the first observations to delete, a multiple of five. `None` when the optimum would delete half of the run or
/// more: the run has not settled, make it longer. (`None` as well for fewer than ten observations.)
pub fn truncation_point(observations: &[f64]) -> Option<usize> {
    let batches: Vec<f64> =
        observations.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    let mut remaining = Tally::new();
    let mut best: Option<(f64, usize)> = None;
    // From the end, so that each prefix costs one step and nothing cancels.
    for deleted in (0..batches.len()).rev() {
        remaining.record(batches[deleted]);
        // The last few batches may agree by chance; they are half the run at most, and half is refused below.
        if remaining.count() < 2 || deleted > batches.len() / 2 {
            continue;
        }
        let error = remaining.variance() * (remaining.count() - 1) as f64 / (remaining.count() as f64).powi(2);
        if best.is_none_or(|(least, _)| error <= least) {
            best = Some((error, deleted));
        }
    }
    let (_, deleted) = best?;
    (deleted < batches.len() / 2).then_some(deleted * BATCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    fn noise(n: usize) -> Vec<f64> {
        let mut stream = Streams::new(11, 0).stream("noise");
        (0..n).map(|_| stream.normal()).collect()
    }

    #[test]
    fn a_decaying_bias_is_deleted_and_little_more() {
        let series: Vec<f64> =
            noise(5_000).iter().enumerate().map(|(i, e)| 10.0 + e - 8.0 * (-(i as f64) / 100.0).exp()).collect();
        let deleted = truncation_point(&series).unwrap();
        // After 300 observations 5 % of the bias is left (0.4 of one standard deviation), after 700 less than 0.1 %.
        assert!((200..=700).contains(&deleted), "{deleted}");
        let mean = series[deleted..].iter().sum::<f64>() / (series.len() - deleted) as f64;
        assert!((mean - 10.0).abs() < 4.0 / (series.len() as f64).sqrt(), "{mean}");
    }

    #[test]
    fn a_settled_run_keeps_nearly_everything() {
        assert_eq!(truncation_point(&[4.0; 100]), Some(0));
        assert!(truncation_point(&noise(5_000)).unwrap() < 500);
    }

    #[test]
    fn a_run_that_never_settles_is_refused() {
        let trend: Vec<f64> = (0..1_000).map(f64::from).collect();
        assert_eq!(truncation_point(&trend), None);
        assert_eq!(truncation_point(&[1.0; 4]), None);
    }
}
