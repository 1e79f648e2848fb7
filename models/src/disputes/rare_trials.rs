//! Which of many blocks something rare happens to, drawn by the gaps between them: a subtraction for all others.
//!
//! Model: independent trials of one chance, so gaps are geometric. Source: L. Devroye, *Non-Uniform Random Variate
//! Generation* (1986), ch. X.2 (inversion). Leaves out: chances that change with time.

use sim::Stream;

/// Trials of one small chance.
#[derive(Debug)]
pub(super) struct RareTrials {
    chance: f64,
    /// Trials until the next success.
    left: u64,
    stream: Stream,
}

impl RareTrials {
    /// Trials of this chance; asserts that it is one.
    pub(super) fn new(chance: f64, stream: Stream) -> Self {
        assert!((0.0..=1.0).contains(&chance), "a chance lies within [0, 1]: {chance}");
        let mut rare = Self { chance, left: 0, stream };
        rare.left = rare.gap();
        rare
    }

    /// The next trial.
    pub(super) fn happens(&mut self) -> bool {
        let happens = self.left == 0;
        self.left = if happens { self.gap() } else { self.left - 1 };
        happens
    }

    /// Failures before the next success.
    fn gap(&mut self) -> u64 {
        // The two ends are not left to logarithms: never is 2⁶⁴ trials away.
        if self.chance == 0.0 {
            u64::MAX
        } else if self.chance == 1.0 {
            0
        } else {
            ((-self.stream.uniform()).ln_1p() / (-self.chance).ln_1p()) as u64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Streams;

    #[test]
    fn it_happens_as_often_as_its_chance_and_independently() {
        for chance in [0.0, 0.003, 0.4, 1.0] {
            let mut rare = RareTrials::new(chance, Streams::new(1, 0).stream("rare"));
            let trials: Vec<bool> = (0..1_000_000).map(|_| rare.happens()).collect();
            let close = |count: usize, n: f64, p: f64| (count as f64 - n * p).abs() <= 4.0 * (n * p * (1.0 - p)).sqrt();
            assert!(close(trials.iter().filter(|happens| **happens).count(), 1e6, chance), "{chance}");
            let pairs = trials.chunks_exact(2).filter(|pair| pair[0] && pair[1]).count();
            assert!(close(pairs, 5e5, chance * chance), "{chance}");
        }
    }
}
