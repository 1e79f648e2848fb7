//! What a watcher still has to re-execute when the next block comes to it.
//!
//! Model: a watcher takes up a share of the blocks, each after a delay of its own, and re-executes them one after another
//! on its cores: M/D/1. A block waits with probability ρ, and if so D / (2 (1 − ρ)) on average (Pollaczek, Khinchine);
//! the distribution of that wait is taken to be exponential, which is exact as ρ → 1 and has the longer tail below.
//!
//! Assumptions: blocks that are taken up at random come nearly as a Poisson process; a block's transactions spread evenly
//! over the cores, and all blocks are alike; the backlog is the one that settles at the offered load. Source: W. Whitt,
//! "The queueing network analyzer" (1983), sec. 5, for the delay given that there is one. Leaves out: watchers who skip
//! what they are late for, or take the newest first; that blocks come more evenly where all are taken up at once, and
//! then wait less.

use sim::Stream;

/// The queue of blocks in front of a watcher's cores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queue {
    /// Cores that re-execute.
    pub cores: f64,
    /// Work that comes to them, as a share of what they can do; at 1 the backlog grows without end.
    pub utilization: f64,
    /// Time to re-execute a block of mean size, in seconds.
    pub block_s: f64,
}

impl Queue {
    /// So many cores with nothing else to do.
    pub fn empty(cores: f64) -> Self {
        Self { cores, utilization: 0.0, block_s: 0.0 }
    }

    /// So many cores to which a block of so much work, in core-seconds, comes every so many seconds on average.
    pub fn of(cores: f64, work_s: f64, every_s: f64) -> Self {
        // Where there is nothing to do, no core is needed.
        if work_s == 0.0 || every_s == f64::INFINITY {
            return Self::empty(cores);
        }
        Self { cores, utilization: work_s / cores / every_s, block_s: work_s / cores }
    }

    /// Whether the backlog grows without end.
    pub fn saturates(&self) -> bool {
        self.utilization >= 1.0
    }

    /// Mean wait of the blocks that wait, in seconds.
    pub fn wait_s(&self) -> f64 {
        if self.saturates() { f64::INFINITY } else { self.block_s / (2.0 * (1.0 - self.utilization)) }
    }

    /// Chance that a block waits for more than so many seconds.
    pub fn waits(&self, seconds: f64) -> f64 {
        match seconds {
            _ if seconds < 0.0 || self.saturates() => 1.0,
            _ => self.utilization * beyond(self.wait_s(), seconds),
        }
    }

    /// Chance that a block is not begun within so many seconds, where it is taken up after an exponential delay of this
    /// mean, in seconds.
    pub fn late(&self, pickup_s: f64, seconds: f64) -> f64 {
        if seconds < 0.0 || self.saturates() {
            return 1.0;
        }
        let wait_s = self.wait_s();
        let (slow, fast) = (wait_s.max(pickup_s), wait_s.min(pickup_s));
        // P(X + Y > t) for exponential X and Y is e^(−t/x) (1 + t/x · (1 − e^(−z)) / z) with z = t / y − t / x, for x ≥ y.
        let apart = if fast > 0.0 { seconds / fast - seconds / slow } else { f64::INFINITY };
        let share = if apart > 0.0 { -(-apart).exp_m1() / apart } else { 1.0 };
        let both = if slow > 0.0 { beyond(slow, seconds) * (1.0 + seconds / slow * share) } else { 0.0 };
        (1.0 - self.utilization) * beyond(pickup_s, seconds) + self.utilization * both
    }

    /// Draws how long a block waits, in seconds; infinitely long where the queue saturates.
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        match self.utilization {
            0.0 => 0.0,
            _ if self.saturates() => f64::INFINITY,
            share if stream.uniform() < share => stream.exponential(self.wait_s()),
            _ => 0.0,
        }
    }
}

/// Chance that an exponential time of this mean is longer than so many seconds.
fn beyond(mean_s: f64, seconds: f64) -> f64 {
    if mean_s > 0.0 { (-seconds / mean_s).exp() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station::Station;
    use crate::theory::mg1_mean_wait;
    use sim::{Interval, Span, Streams, Time};

    #[test]
    fn a_queue_by_hand() {
        // 40 core-seconds every 10 s on 8 cores: 5 s each, half of the time; who waits does so for 5 / (2 · ½) s.
        let queue = Queue::of(8.0, 40.0, 10.0);
        assert_eq!(queue, Queue { cores: 8.0, utilization: 0.5, block_s: 5.0 });
        assert_eq!((queue.wait_s(), queue.waits(0.0), queue.waits(-1.0)), (5.0, 0.5, 1.0));
        assert!((queue.utilization * queue.wait_s() - mg1_mean_wait(0.1, 5.0, 0.0)).abs() < 1e-12);
        // Two exponential times of 5 s: e^−2 (1 + 2) beyond 10 s.
        assert!((queue.late(5.0, 10.0) - 0.5 * (-2.0f64).exp() * (1.0 + 3.0)).abs() < 1e-15);
        assert_eq!((queue.late(0.0, 10.0), queue.late(5.0, -1.0)), (queue.waits(10.0), 1.0));
        // Means of 5 s and of 1 s.
        let both = (5.0 * (-2.0f64).exp() - (-10.0f64).exp()) / 4.0;
        assert!((queue.late(1.0, 10.0) - 0.5 * ((-10.0f64).exp() + both)).abs() < 1e-15);
        assert_eq!(Queue::empty(1.0).late(0.0, 0.0), 0.0);
        for nothing in [Queue::of(0.0, 0.0, 1.0), Queue::of(0.0, 1.0, f64::INFINITY)] {
            assert_eq!((nothing.utilization, nothing.saturates()), (0.0, false));
        }
        for over in [Queue::of(4.0, 40.0, 10.0), Queue::of(0.0, 40.0, 10.0)] {
            assert!(over.saturates() && over.wait_s() == f64::INFINITY && over.late(1.0, 1e9) == 1.0, "{over:?}");
        }
    }

    /// A watcher with so many cores, transaction by transaction: how long its blocks wait for the first core. Slots are a
    /// second, and a block in `every` is taken up.
    fn watched((cores, jobs, check_s): (u64, u64, f64), coverage: f64, pickup_s: f64, seed: u32) -> Vec<f64> {
        let mut stream = Streams::new(11, seed).stream("watched");
        let slots = (0..60_000u32).filter(|_| stream.uniform() < coverage).collect::<Vec<_>>();
        let mut taken: Vec<f64> =
            slots.into_iter().map(|slot| f64::from(slot) + stream.exponential(pickup_s)).collect();
        taken.sort_by(f64::total_cmp);
        let (mut station, settled) = (Station::new(cores), taken.len() / 5);
        let mut wait = |at: f64| {
            let at = Time::from_secs_f64(at);
            let check = Span::from_secs_f64(check_s);
            let first = station.submit(at, 1, check).last_start;
            station.submit(at, jobs - 1, check);
            (first.max(at) - at).as_secs_f64()
        };
        taken.into_iter().map(&mut wait).skip(settled).collect()
    }

    #[test]
    fn blocks_wait_as_those_of_a_watcher_that_is_run_transaction_by_transaction() {
        // (Coverage, utilization): a block of 800 transactions on 16 cores takes D = utilization / coverage slots.
        for (coverage, utilization) in [(0.1, 0.3), (0.1, 0.7), (0.1, 0.9), (0.3, 0.8)] {
            let block_s = utilization / coverage;
            let runs: Vec<Vec<f64>> =
                (0..40).map(|seed| watched((16, 800, block_s / 50.0), coverage, 60.0, seed)).collect();
            let queue = Queue::of(16.0, 16.0 * block_s, 1.0 / coverage);
            assert!((queue.utilization / utilization - 1.0).abs() < 1e-12);
            let of = |count: fn(&[f64], f64) -> f64, limit: f64| {
                Interval::of(&runs.iter().map(|waits| count(waits, limit)).collect::<Vec<_>>(), 0.99).unwrap()
            };
            let mean = of(|waits, _| waits.iter().sum::<f64>() / waits.len() as f64, 0.0);
            let expected = queue.utilization * queue.wait_s();
            // One block in ten or three is taken up once at most: a binomial number of them, a little less than Poisson.
            let slack = mean.half_width() + coverage * expected;
            assert!(mean.mean < expected + mean.half_width() && mean.mean > expected - slack, "{expected}: {mean:?}");
            // Its distribution is that of M/D/1 to a few per cent, and never has the longer tail.
            let share = |waits: &[f64], limit: f64| {
                waits.iter().filter(|wait| **wait > limit).count() as f64 / waits.len() as f64
            };
            for limit in [0.2, 0.5, 1.0, 2.0, 4.0, 8.0].map(|blocks| blocks * block_s) {
                let (seen, expected) = (of(share, limit), queue.waits(limit));
                let slack = seen.half_width() + 0.07;
                assert!((seen.mean - expected).abs() < slack, "beyond {limit} s: {expected}, {seen:?}");
                assert!(limit < 4.0 * block_s || seen.low < expected, "beyond {limit} s: {expected}, {seen:?}");
            }
        }
    }

    #[test]
    fn blocks_that_are_all_taken_up_wait_less_than_the_formula_says() {
        for (pickup_s, utilization) in [(0.0, 0.9), (2.0, 0.9), (60.0, 0.9)] {
            let waits = watched((16, 800, utilization / 50.0), 1.0, pickup_s, 1);
            let mean = waits.iter().sum::<f64>() / waits.len() as f64;
            let queue = Queue::of(16.0, 16.0 * utilization, 1.0);
            assert!(mean < 1.05 * queue.utilization * queue.wait_s(), "{pickup_s}: {mean} s");
        }
    }

    #[test]
    fn what_is_drawn_is_as_late_as_the_formula_says() {
        let mut stream = Streams::new(7, 0).stream("queue");
        for (utilization, block_s, pickup_s) in [(0.6, 4.0, 10.0), (0.9, 3.0, 1.0), (0.5, 10.0, 10.0), (0.8, 1.0, 0.0)]
        {
            let queue = Queue { cores: 1.0, utilization, block_s };
            let starts: Vec<f64> =
                (0..100_000).map(|_| stream.exponential(pickup_s) + queue.draw(&mut stream)).collect();
            for limit in [0.5, 5.0, 20.0] {
                let late: Vec<f64> = starts.iter().map(|start| f64::from(u8::from(*start > limit))).collect();
                let (seen, expected) = (Interval::of(&late, 0.999).unwrap(), queue.late(pickup_s, limit));
                assert!(seen.contains(expected), "{queue:?} beyond {limit} s: {expected}, {seen:?}");
            }
        }
    }
}
