//! Independent runs of one experiment, in parallel, with results that do not depend on the number of threads.
//!
//! Architecture invariant: threads share nothing but the numbers of the replications. A run depends on (seed, replication)
//! alone, results come back in the order of replications, and rounds have a fixed size.

use std::ops::Range;

use rayon::prelude::*;

use crate::interval::Interval;

/// Runs each replication once, on the threads of rayon's current pool; results in the order of replications.
pub fn replicate<T: Send>(replications: Range<u32>, run: impl Fn(u32) -> T + Sync) -> Vec<T> {
    replications.into_par_iter().map(&run).collect()
}

/// How many replications run at the same time.
pub fn threads() -> u32 {
    u32::try_from(rayon::current_num_threads()).unwrap_or(u32::MAX)
}

/// When to stop adding replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Stop at this half-width over mean.
    pub relative_half_width: f64,
    /// Confidence of the interval, within (0, 1).
    pub confidence: f64,
    /// Replications added at a time. Stopping is decided between rounds only; ten or more keep the coverage of a
    /// sequential rule near the stated one (Law, Kelton 1982).
    pub round: u32,
    /// Never more replications than this.
    pub maximum: u32,
}

/// Adds replications in rounds until the interval of `figure` is as narrow as asked, the maximum is reached, or `stop` says so
/// after a round: look at `Interval::of` the figures to learn which. Panics when a round is empty.
pub fn until_precise<T: Send>(
    precision: Precision,
    run: impl Fn(u32) -> T + Sync,
    figure: impl Fn(&T) -> f64,
    stop: impl Fn() -> bool,
) -> Vec<T> {
    assert!(precision.round > 0, "a round has at least one replication");
    let mut outcomes: Vec<T> = Vec::new();
    while (outcomes.len() as u32) < precision.maximum {
        let done = outcomes.len() as u32;
        outcomes.extend(replicate(done..precision.maximum.min(done.saturating_add(precision.round)), &run));
        let figures: Vec<f64> = outcomes.iter().map(&figure).collect();
        let interval = Interval::of(&figures, precision.confidence);
        if stop() || interval.is_some_and(|interval| interval.relative_half_width() <= precision.relative_half_width) {
            break;
        }
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Streams;

    fn noisy(replication: u32) -> f64 {
        10.0 + Streams::new(5, replication).stream("noise").normal()
    }

    fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
    }

    #[test]
    fn results_do_not_depend_on_threads() {
        let precision = Precision { relative_half_width: 0.02, confidence: 0.95, round: 10, maximum: 1_000 };
        let outcomes = |threads| {
            on_threads(threads, || (replicate(3..50, noisy), until_precise(precision, noisy, |x| *x, || false)))
        };
        let one = outcomes(1);
        assert_eq!(one.0[0], noisy(3));
        assert!([2, 8].into_iter().all(|threads| outcomes(threads) == one));
    }

    #[test]
    fn replications_are_added_until_the_interval_is_narrow_and_no_longer() {
        let precision = Precision { relative_half_width: 0.02, confidence: 0.95, round: 10, maximum: 1_000 };
        let outcomes = until_precise(precision, noisy, |x| *x, || false);
        let width = |n: usize| Interval::of(&outcomes[..n], 0.95).unwrap().relative_half_width();
        assert!(width(outcomes.len()) <= 0.02);
        assert!(width(outcomes.len() - 10) > 0.02);
        let capped =
            until_precise(Precision { maximum: 25, relative_half_width: 0.0, ..precision }, noisy, |x| *x, || false);
        assert_eq!(capped.len(), 25);
        assert!(until_precise(Precision { maximum: 0, ..precision }, noisy, |x| *x, || false).is_empty());
        assert_eq!(until_precise(precision, noisy, |x| *x, || true).len(), 10, "a round is begun and ended");
    }
}
