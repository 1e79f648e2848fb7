//! Watchers, who re-execute blocks and can prove that one is invalid.
//!
//! Model: each of n watchers, independently of the others, is honest, is up, and picks the block with given chances;
//! those who do start after an exponential delay, re-execute the block on their cores, and build a fault proof. With a
//! chance of its own nothing of this happens to anybody: a bug that all share, or censorship.
//!
//! Assumptions: independence but for the common failure (the beta-factor model: K. N. Fleming, "A reliability model for
//! common mode failures in redundant safety systems", 1975); a dishonest watcher keeps silent; re-execution divides
//! evenly over cores. Leaves out: watchers who queue for their own cores, who collude, who stop when others are faster.

use sim::{Span, Stream};

/// The watchers of a chain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watchers {
    /// How many.
    pub count: u64,
    /// Chance that one is honest, 0–1.
    pub honest: f64,
    /// Chance that one is up while a block can be challenged, 0–1.
    pub liveness: f64,
    /// Chance that one re-executes a given block, 0–1.
    pub coverage: f64,
    /// Chance that nobody can prove a given block invalid, whoever looks, 0–1.
    pub common_failure: f64,
    /// Mean delay from a block's proposal to the start of its re-execution, in seconds; exponential.
    pub pickup_s: f64,
    /// Work to re-execute a transaction, in core-seconds.
    pub check_s: f64,
    /// Cores of one watcher.
    pub cores: u64,
    /// Time to build a fault proof, in seconds.
    pub build_s: f64,
}

impl Watchers {
    /// Chance that a given watcher checks a given block and would tell.
    pub fn checks(&self) -> f64 {
        self.honest * self.liveness * self.coverage
    }

    /// Time from the start of re-execution of a block of so many transactions to the fault proof, in seconds.
    pub fn preparation_s(&self, transactions: f64) -> f64 {
        transactions * self.check_s / self.cores as f64 + self.build_s
    }

    /// Chance that a watcher who checks a block has the fault proof within so many seconds of the proposal.
    pub fn in_time(&self, transactions: f64, seconds: f64) -> f64 {
        let slack = seconds - self.preparation_s(transactions);
        match slack {
            _ if slack < 0.0 => 0.0,
            _ if self.pickup_s == 0.0 => 1.0,
            _ => -(-slack / self.pickup_s).exp_m1(),
        }
    }

    /// Chance that somebody has a fault proof within so many seconds of the proposal.
    pub fn detected_by(&self, transactions: f64, seconds: f64) -> f64 {
        let nobody = (1.0 - self.checks() * self.in_time(transactions, seconds)).powf(self.count as f64);
        (1.0 - self.common_failure) * (1.0 - nobody)
    }

    /// Mean time from proposal to the first fault proof, in seconds, given that somebody checks; infinite if nobody
    /// can.
    ///
    /// With k ≥ 1 of n checking, the first starts after pickup / k on average; over the binomial k that is
    /// pickup · Σⱼ (qⁿ⁻ʲ − qⁿ) / j / (1 − qⁿ), j = 1 … n, which is pickup / n for p = 1 and tends to pickup / (n p).
    pub fn mean_first_s(&self, transactions: f64) -> f64 {
        let (silent, n) = (1.0 - self.checks(), self.count as f64);
        let nobody = silent.powf(n);
        if nobody == 1.0 {
            return f64::INFINITY;
        }
        let sum: f64 = (1..=self.count).map(|j| (silent.powf((self.count - j) as f64) - nobody) / j as f64).sum();
        self.pickup_s * sum / (1.0 - nobody) + self.preparation_s(transactions)
    }

    /// Draws when fault proofs for one invalid block are ready after its proposal, those within `window`, first one
    /// first.
    pub fn draw(&self, transactions: u64, window: Span, stream: &mut Stream) -> Vec<Span> {
        if self.common_failure > 0.0 && stream.uniform() < self.common_failure {
            return Vec::new();
        }
        let checking = stream.binomial(self.count, self.checks());
        self.draw_of(checking, transactions, window, stream)
    }

    /// The same, given how many watchers check the block.
    pub(super) fn draw_of(&self, checking: u64, transactions: u64, window: Span, stream: &mut Stream) -> Vec<Span> {
        let preparation = self.preparation_s(transactions as f64);
        let mut ready: Vec<Span> = (0..checking)
            .map(|_| Span::from_secs_f64(stream.exponential(self.pickup_s) + preparation))
            .filter(|ready| *ready <= window)
            .collect();
        ready.sort_unstable();
        ready
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use sim::{Interval, Streams};

    /// Watchers who cost nothing but their delay.
    pub(in crate::disputes) fn watchers(count: u64, checks: f64, pickup_s: f64) -> Watchers {
        Watchers {
            count,
            honest: 1.0,
            liveness: 1.0,
            coverage: checks,
            common_failure: 0.0,
            pickup_s,
            check_s: 0.0,
            cores: 1,
            build_s: 0.0,
        }
    }

    #[test]
    fn preparation_by_hand() {
        // 3,125 transactions of 17 ms on 16 cores, and 5 s for the proof.
        let watchers = Watchers { check_s: 0.017, cores: 16, build_s: 5.0, ..watchers(1, 1.0, 0.0) };
        assert!((watchers.preparation_s(3_125.0) - 8.3203125).abs() < 1e-12);
        let ready = watchers.draw(3_125, Span::from_secs(9), &mut Streams::new(1, 0).stream("watchers"));
        assert_eq!(ready, [Span::from_secs_f64(8.3203125)]);
        assert!(watchers.draw(3_125, Span::from_secs(8), &mut Streams::new(1, 0).stream("watchers")).is_empty());
        assert_eq!((watchers.in_time(3_125.0, 8.0), watchers.in_time(3_125.0, 9.0)), (0.0, 1.0));
    }

    #[test]
    fn the_first_of_n_watchers_is_n_times_as_fast() {
        let mut stream = Streams::new(2, 0).stream("watchers");
        for (count, checks) in [(1, 1.0), (8, 1.0), (8, 0.3), (3, 0.05), (500, 0.2)] {
            let watchers = Watchers { build_s: 7.0, ..watchers(count, checks, 60.0) };
            let long = Span::from_secs(1_000_000);
            let first: Vec<f64> = (0..200_000)
                .filter_map(|_| watchers.draw(0, long, &mut stream).first().map(|ready| ready.as_secs_f64()))
                .take(20_000)
                .collect();
            let (interval, expected) = (Interval::of(&first, 0.99).unwrap(), watchers.mean_first_s(0.0));
            assert!(interval.contains(expected), "{count} watchers: {expected} s, {interval:?}");
            assert!(interval.half_width() < 0.03 * (interval.mean - 7.0), "{interval:?}");
        }
        assert!((watchers(8, 1.0, 60.0).mean_first_s(0.0) - 60.0 / 8.0).abs() < 1e-12, "all check: 1 / (n μ)");
        let many = watchers(10_000, 0.2, 60.0).mean_first_s(0.0);
        assert!((many / (60.0 / 2_000.0) - 1.0).abs() < 1e-3, "many watchers: 1 / (n p μ), {many}");
        assert_eq!(watchers(5, 0.0, 1.0).mean_first_s(0.0), f64::INFINITY);
    }
}
