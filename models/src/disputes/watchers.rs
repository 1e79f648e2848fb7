//! Watchers, who re-execute blocks and can prove that one is invalid.
//!
//! Model: each of n watchers, independently of the others, is honest, is up, and picks the block with given chances;
//! those who do take it up after an exponential delay, re-execute it on their cores when they are done with the blocks
//! before it ([`super::queue`]), and build a fault proof. With a chance of its own nothing of this happens to anybody: a
//! bug that all share, or censorship.
//!
//! Assumptions: independence but for the common failure (the beta-factor model: K. N. Fleming, "A reliability model for
//! common mode failures in redundant safety systems", 1975); a dishonest watcher keeps silent; re-execution divides
//! evenly over cores, and repeats the checks before the vote, which an invalid block has passed. Leaves out: the work of
//! the fault proof itself, what a watcher has missed while it was down, watchers who collude or stop when others are
//! faster.

use sim::{Span, Stream};

use crate::disputes::queue::Queue;

/// Machines that a watcher has for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnMachines {
    /// How many, each of a validator's kind.
    pub machines: u64,
    /// Cores of all of them.
    pub cores: u64,
}

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
    /// Mean delay from a block's proposal until it is taken up, in seconds; exponential.
    pub pickup_s: f64,
    /// Work to re-execute a transaction, in core-seconds.
    pub check_s: f64,
    /// What one re-executes on; without it, on what the checks before the vote leave idle of a validator.
    pub own: Option<OwnMachines>,
    /// The blocks that it re-executes, on those cores.
    pub queue: Queue,
    /// Time to build a fault proof, in seconds.
    pub build_s: f64,
}

impl Watchers {
    /// Chance that a given watcher checks a given block and would tell.
    pub fn checks(&self) -> f64 {
        self.honest * self.liveness * self.coverage
    }

    /// Time from the start of re-execution of a block of so many transactions to the fault proof, in seconds; infinite
    /// where there is no core for it.
    pub fn preparation_s(&self, transactions: f64) -> f64 {
        let work_s = transactions * self.check_s;
        self.build_s + if work_s > 0.0 { work_s / self.queue.cores } else { 0.0 }
    }

    /// Chance that a watcher who checks a block has no fault proof within so many seconds of the proposal.
    pub fn late(&self, transactions: f64, seconds: f64) -> f64 {
        self.queue.late(self.pickup_s, seconds - self.preparation_s(transactions))
    }

    /// Chance that somebody has a fault proof within so many seconds of the proposal.
    pub fn detected_by(&self, transactions: f64, seconds: f64) -> f64 {
        let nobody = (1.0 - self.checks() * (1.0 - self.late(transactions, seconds))).powf(self.count as f64);
        (1.0 - self.common_failure) * (1.0 - nobody)
    }

    /// Draws when fault proofs for one invalid block are ready after its proposal, those within `window`, first one
    /// first.
    pub fn draw(&self, transactions: u64, window: Span, stream: &mut Stream) -> Vec<Span> {
        if self.common_failure > 0.0 && stream.uniform() < self.common_failure {
            return Vec::new();
        }
        let (preparation, window_s) = (self.preparation_s(transactions as f64), window.as_secs_f64());
        let checking = stream.binomial(self.count, self.checks());
        let mut ready: Vec<Span> = (0..checking)
            .map(|_| stream.exponential(self.pickup_s) + self.queue.draw(stream) + preparation)
            .filter(|ready_s| *ready_s <= window_s)
            .map(Span::from_secs_f64)
            .collect();
        ready.sort_unstable();
        ready
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::station::Station;
    use sim::{Interval, Streams, Time};

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
            own: None,
            queue: Queue::empty(1.0),
            build_s: 0.0,
        }
    }

    #[test]
    fn preparation_by_hand() {
        // 3,125 transactions of 17 ms on 16 cores, and 5 s for the proof.
        let watchers = Watchers { check_s: 0.017, queue: Queue::empty(16.0), build_s: 5.0, ..watchers(1, 1.0, 0.0) };
        assert!((watchers.preparation_s(3_125.0) - 8.3203125).abs() < 1e-12);
        let ready = watchers.draw(3_125, Span::from_secs(9), &mut Streams::new(1, 0).stream("watchers"));
        assert_eq!(ready, [Span::from_secs_f64(8.3203125)]);
        assert!(watchers.draw(3_125, Span::from_secs(8), &mut Streams::new(1, 0).stream("watchers")).is_empty());
        assert_eq!((watchers.late(3_125.0, 8.0), watchers.late(3_125.0, 9.0)), (1.0, 0.0));
    }

    #[test]
    fn fault_proofs_are_ready_as_the_formula_says() {
        let mut stream = Streams::new(2, 0).stream("watchers");
        let busy = Queue { cores: 2.0, utilization: 0.7, block_s: 15.0 };
        for (count, checks, queue) in
            [(1, 1.0, Queue::empty(1.0)), (8, 0.3, Queue::empty(1.0)), (8, 0.3, busy), (500, 0.02, busy)]
        {
            let watchers = Watchers { build_s: 7.0, queue, ..watchers(count, checks, 60.0) };
            let limits = [9.0, 20.0, 60.0, 150.0];
            let mut ready = vec![Vec::new(); limits.len()];
            for _ in 0..40_000 {
                let first = watchers.draw(0, Span::from_secs(1_000_000), &mut stream).first().copied();
                for (ready, limit) in ready.iter_mut().zip(limits) {
                    ready.push(f64::from(u8::from(first.is_some_and(|first| first.as_secs_f64() <= limit))));
                }
            }
            for (ready, limit) in ready.iter().zip(limits) {
                let (seen, expected) = (Interval::of(ready, 0.999).unwrap(), watchers.detected_by(0.0, limit));
                assert!(seen.contains(expected), "{count} watchers, {limit} s: {expected}, {seen:?}");
            }
        }
    }

    /// A watcher with 8 cores that takes up one block in ten, of which there is one a second, transaction by transaction:
    /// when it is done with each, counted from the block's proposal.
    fn watched(slots: u32, check_s: f64, pickup_s: f64, seed: (u32, u32)) -> Vec<Option<f64>> {
        let mut stream = Streams::new(u64::from(seed.0), seed.1).stream("watched");
        let covered = (0..slots).filter(|_| stream.uniform() < 0.1).collect::<Vec<_>>();
        let take_up = |slot| (f64::from(slot) + stream.exponential(pickup_s), slot);
        let mut taken: Vec<(f64, u32)> = covered.into_iter().map(take_up).collect();
        taken.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut station, mut done) = (Station::new(8), vec![None; slots as usize]);
        for (at, slot) in taken {
            let finished = station.submit(Time::from_secs_f64(at), 400, Span::from_secs_f64(check_s)).last_done;
            done[slot as usize] = Some(finished.as_secs_f64() - f64::from(slot));
        }
        done
    }

    #[test]
    fn the_first_fault_proof_comes_as_from_watchers_who_are_run_transaction_by_transaction() {
        // 400 transactions on 8 cores are 50 rounds: a block takes D = 10 s · utilization of a watcher that takes up one
        // block in ten.
        for (count, utilization, pickup_s) in [(30, 0.8, 20.0), (3, 0.5, 5.0), (100, 0.9, 60.0)] {
            let check_s = 10.0 * utilization / 50.0;
            let queue = Queue::of(8.0, 400.0 * check_s, 10.0);
            let watchers = Watchers { check_s, queue, ..watchers(count, 0.1, pickup_s) };
            let limits = [0.5, 1.0, 1.5, 2.5, 5.0].map(|share| share * (check_s * 50.0 + pickup_s / 3.0));
            let runs: Vec<[f64; 5]> = (0..40)
                .map(|seed| {
                    let (slots, from) = (3_000, 1_000);
                    let all: Vec<_> =
                        (0..count as u32).map(|one| watched(slots, check_s, pickup_s, (seed, one))).collect();
                    let first =
                        |slot: u32| all.iter().filter_map(|done| done[slot as usize]).fold(f64::INFINITY, f64::min);
                    let firsts: Vec<f64> = (from..slots - 500).map(first).collect();
                    limits.map(|limit| {
                        firsts.iter().filter(|first| **first <= limit).count() as f64 / firsts.len() as f64
                    })
                })
                .collect();
            for (which, limit) in limits.into_iter().enumerate() {
                let seen = Interval::of(&runs.iter().map(|shares| shares[which]).collect::<Vec<_>>(), 0.99).unwrap();
                let expected = watchers.detected_by(400.0, limit);
                let distance = (seen.mean - expected).abs() - seen.half_width();
                assert!(distance < 0.03, "{count} watchers within {limit} s: {expected}, {seen:?}");
            }
        }
    }

    #[test]
    fn who_has_no_core_or_a_backlog_without_end_is_never_ready() {
        for queue in [Queue::of(0.0, 10.0, 1.0), Queue::of(10.0, 10.0, 1.0)] {
            let late = Watchers { check_s: 0.01, queue, ..watchers(3, 1.0, 1.0) };
            let long = Span::from_secs(1_000_000_000);
            assert!(late.draw(1_000, long, &mut Streams::new(3, 0).stream("watchers")).is_empty(), "{queue:?}");
            assert_eq!((late.late(1_000.0, 1e9), late.detected_by(1_000.0, 1e9)), (1.0, 0.0));
        }
    }
}
