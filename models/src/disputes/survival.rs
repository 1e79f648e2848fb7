//! Chances too small to wait for: that an invalid block survives its window, and that an accepted transaction is
//! reverted.
//!
//! Model: an invalid block survives when nobody wins a dispute about it. A watcher who wins one with probability s,
//! each independently of the others, gives (1 − s)ⁿ for n watchers, besides the common failure q: q + (1 − q)(1 − s)ⁿ,
//! where s = honest · liveness · coverage · (fault proof within the window) · (dispute won). A transaction is reverted
//! when a block that it stands on, or its own, is invalid and that is proven later.
//!
//! Assumptions: those of [`super::watchers`] and [`super::game`]; invalid blocks are independent of each other.
//! Source: importance sampling from a defensive mixture (T. Hesterberg, "Weighted average importance sampling and
//! defensive mixture distributions", 1995). Leaves out: correlation between watchers other than the common failure, which
//! makes every (1 − s)ⁿ an optimistic bound; valid blocks whose proposer loses a dispute because its clock runs out.

use sim::{Interval, Stream};

use crate::disputes::watchers::Watchers;

/// Chance that an invalid block of so many transactions survives a window of so many seconds, where a challenge
/// succeeds with probability `wins`.
pub fn survival(watchers: &Watchers, transactions: f64, window_s: f64, wins: f64) -> f64 {
    let late = watchers.late(transactions, window_s);
    unless_stopped(watchers, late + (1.0 - late) * (1.0 - wins))
}

/// Chance that an invalid block survives, where a watcher who checks it does not stop it with this chance.
fn unless_stopped(watchers: &Watchers, misses: f64) -> f64 {
    let (checks, failure) = (watchers.checks(), watchers.common_failure);
    let one = 1.0 - checks + checks * misses;
    // Nobody stops it for sure, however sure each of them would.
    let independent = if watchers.count == 0 { 1.0 } else { (watchers.count as f64 * one.ln()).exp() };
    failure + (1.0 - failure) * independent
}

/// Estimates the survival of an invalid block of so many transactions by drawing when watchers who check it take it up,
/// so many of them: all are alike and independent, so that of the block is the n-th power of the chance that one of them
/// does not stop it, and so are the ends of its interval, at 95 %.
///
/// Half of the delays are drawn with the window for a mean if that is longer, and each is weighed by its likelihood
/// ratio against the mixture, which is at most 2: late ones are seen however rare they are. Whether a block is checked,
/// has to wait and is lost in a dispute are chances that are known, and taken instead of drawn. `None` for fewer than two
/// trials, and where survival is too rare to estimate.
pub fn sampled_survival(
    watchers: &Watchers,
    (transactions, window_s): (f64, f64),
    wins: f64,
    trials: u32,
    stream: &mut Stream,
) -> Option<Interval> {
    let slack_s = window_s - watchers.preparation_s(transactions);
    let mean_s = watchers.pickup_s;
    let long_s = if mean_s > 0.0 { mean_s.max(slack_s) } else { 0.0 };
    let misses: Vec<f64> = (0..trials)
        .map(|_| {
            let drawn_mean_s = if stream.uniform() < 0.5 { mean_s } else { long_s };
            let delay_s = stream.exponential(drawn_mean_s);
            let tilted = if mean_s > 0.0 { mean_s / long_s * (delay_s / mean_s - delay_s / long_s).exp() } else { 1.0 };
            let late = watchers.queue.waits(slack_s - delay_s);
            2.0 / (1.0 + tilted) * (late + (1.0 - late) * (1.0 - wins))
        })
        .collect();
    let interval = Interval::of(&misses, 0.95)?;
    let of = |misses: f64| unless_stopped(watchers, misses.clamp(0.0, 1.0));
    let (mean, low, high) = (of(interval.mean), of(interval.low), of(interval.high));
    (mean > 0.0).then_some(Interval { mean, low, high, ..interval })
}

/// What a transaction stands on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exposure {
    /// Chance that a block is invalid, 0–1.
    pub invalid: f64,
    /// Time between blocks, in seconds.
    pub slot_s: f64,
    /// Transactions of a block.
    pub transactions: f64,
    /// Window, in seconds.
    pub window_s: f64,
    /// Time from challenge to verdict, in seconds, the same for every dispute; the challenger wins.
    pub dispute_s: f64,
}

/// Chance that a transaction whose block was proposed so many seconds ago, and still stands, is reverted later.
///
/// With G(a) the chance that an invalid block is thrown out by the age a: the block j slots before ours is invalid and
/// thrown out later with R = p (G(∞) − G(a + j s)), and would have taken ours along by now with X = p (G(a + j s) − G(j
/// s)). The answer is 1 − Π (1 − R / (1 − X)). What it neglects, invalid blocks thrown out with another one, is of
/// order p².
///
/// Proofs of validity do not make it smaller: what stands on an invalid block has none until that block is gone. They
/// only tell who is safe, those whose proof is accepted, from those who bear all of the chance.
pub fn reversal(watchers: &Watchers, exposure: &Exposure, age_s: f64) -> f64 {
    let thrown_out = |age: f64| {
        let found = (age - exposure.dispute_s).min(exposure.window_s);
        if found < 0.0 { 0.0 } else { watchers.detected_by(exposure.transactions, found) }
    };
    let last = exposure.window_s + exposure.dispute_s;
    let ever = thrown_out(last);
    let mut ln_stays = 0.0;
    let mut before = 0.0;
    while age_s + before <= last {
        let now = thrown_out(age_s + before);
        let (later, already) = (exposure.invalid * (ever - now), exposure.invalid * (now - thrown_out(before)));
        ln_stays += (-later / (1.0 - already)).ln_1p();
        before += exposure.slot_s;
    }
    -ln_stays.exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disputes::game::{Bisection, Pace, Protocol, Side, keeps_clock};
    use crate::disputes::queue::Queue;
    use crate::disputes::watchers::tests::watchers;
    use sim::{Distribution, Span, Streams};

    const WINDOW: Span = Span::from_secs(600);

    /// Bisection in which a challenger keeps its clock with a known chance; the wrong proposer is quick.
    fn protocol() -> (Protocol, f64) {
        let (honest_s, dishonest_s) = (Distribution::Exponential { mean: 30.0 }, Distribution::Constant { value: 1.0 });
        let (dishonest, clock) = (Pace::Takes(dishonest_s), Span::from_secs(120));
        let game = Bisection { moves: 8, honest_s, dishonest, clock, extension: Span::ZERO, last_step: Span::ZERO };
        (Protocol::Bisection(game), keeps_clock(4, 30.0, 120.0))
    }

    fn estimate(watchers: &Watchers, window_s: f64, wins: f64, trials: u32, seed: u64) -> Interval {
        let mut stream = Streams::new(seed, 0).stream("survival");
        sampled_survival(watchers, (0.0, window_s), wins, trials, &mut stream).unwrap()
    }

    #[test]
    fn survival_by_hand() {
        // Three watchers, each honest with 0.8, up with 0.5, checking with 0.5: p = 0.2, nobody with 0.8³ = 0.512.
        let three = Watchers { honest: 0.8, liveness: 0.5, ..watchers(3, 0.5, 0.0) };
        assert!((survival(&three, 0.0, 10.0, 1.0) - 0.512).abs() < 1e-12);
        let shared = Watchers { common_failure: 0.01, ..three };
        assert!((survival(&shared, 0.0, 10.0, 1.0) - (0.01 + 0.99 * 0.512)).abs() < 1e-12);
        assert_eq!(survival(&Watchers { build_s: 11.0, ..three }, 0.0, 10.0, 1.0), 1.0, "too late");
        assert_eq!(survival(&watchers(0, 1.0, 0.0), 0.0, 10.0, 1.0), 1.0, "nobody");
    }

    #[test]
    fn no_number_of_watchers_helps_where_they_fail_together() {
        // Each ready with 0.99, all of them helpless in one case of a thousand: 0.001 + 0.999 · 0.01ᵏ.
        let of = |count| Watchers { common_failure: 0.001, ..watchers(count, 0.99, 3_600.0) };
        for count in 1..=4 {
            let by_hand = 0.001 + 0.999 * 0.01f64.powi(count as i32);
            assert!((survival(&of(count), 0.0, 604_800.0, 1.0) - by_hand).abs() < 1e-12, "{count}");
        }
        assert!(survival(&of(1_000), 0.0, 604_800.0, 1.0) >= 0.001);
    }

    proptest::proptest! {
        #[test]
        fn more_watchers_never_raise_survival(
            count in 0u64..200, more in 0u64..200, checks in 0.0..1.0f64, common_failure in 0.0..1.0f64,
            pickup_s in 0.0..1e6f64, window_s in 0.0..1e6f64, wins in 0.0..1.0f64,
        ) {
            let of = |count| {
                survival(&Watchers { common_failure, ..watchers(count, checks, pickup_s) }, 0.0, window_s, wins)
            };
            let (few, many) = (of(count), of(count + more));
            proptest::prop_assert!(many <= few + 1e-12, "{} {}", few, many);
            proptest::prop_assert!((common_failure - 1e-12..=1.0 + 1e-12).contains(&many), "{}", many);
        }
    }

    #[test]
    fn formula_brute_force_and_estimate_agree_where_survival_is_not_rare() {
        let queue = Queue { cores: 1.0, utilization: 0.8, block_s: 20.0 };
        let some = Watchers { common_failure: 0.002, build_s: 60.0, queue, ..watchers(12, 0.3, 200.0) };
        let (protocol, wins) = protocol();
        let expected = survival(&some, 0.0, WINDOW.as_secs_f64(), wins);
        assert!((0.1..0.5).contains(&expected), "{expected}");
        // Brute force: everybody is drawn and every dispute is played.
        let mut stream = Streams::new(3, 0).stream("brute force");
        let survives = |stream: &mut Stream| {
            let ready = some.draw(0, WINDOW, stream);
            ready.iter().all(|_| protocol.play(Side::Challenger, stream).winner == Side::Proposer)
        };
        let brute: Vec<f64> = (0..60_000).map(|_| f64::from(u8::from(survives(&mut stream)))).collect();
        let brute = Interval::of(&brute, 0.95).unwrap();
        for interval in [brute, estimate(&some, WINDOW.as_secs_f64(), wins, 60_000, 1)] {
            assert!(interval.contains(expected), "{expected}: {interval:?}");
            assert!(interval.relative_half_width() < 0.03, "{interval:?}");
        }
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_promise_however_long_the_window_and_however_many_watch() {
        let backlog = Queue { cores: 1.0, utilization: 0.9, block_s: 4.0 };
        for (count, checks, queue) in [
            (400, 0.0633, Queue::empty(1.0)),
            (400, 0.0633, backlog),
            (3_000, 0.01, Queue::empty(1.0)),
            (4, 1.0, backlog),
            (40, 0.95, Queue::empty(1.0)),
        ] {
            for window_s in [10.0, 30.0, 60.0, 90.0, 120.0, 600.0, 3_600.0] {
                for wins in [1.0, protocol().1] {
                    let some = Watchers { build_s: 5.0, queue, ..watchers(count, checks, 60.0) };
                    let truth = survival(&some, 0.0, window_s, wins);
                    let case = format!("{count} watchers, {queue:?}, window {window_s} s, {wins}: {truth}");
                    let intervals: Vec<Interval> =
                        (0..300).map(|seed| estimate(&some, window_s, wins, 4_000, 1_000 + seed)).collect();
                    assert!(intervals.iter().all(|interval| interval.high > 0.0), "{case}");
                    // Two ways to compute the same power differ in the last digits.
                    let rounding = 1e-9 * truth;
                    let covered = intervals.iter().filter(|i| i.low - rounding <= truth && truth <= i.high + rounding);
                    let share = covered.count() as f64 / intervals.len() as f64;
                    let degenerate = intervals[0].high - intervals[0].low <= 2.0 * rounding;
                    assert!((0.9..=0.99).contains(&share) || degenerate && share == 1.0, "{case}: {share}");
                }
            }
        }
    }

    #[test]
    fn what_is_too_rare_for_a_number_has_no_estimate() {
        let mut stream = Streams::new(1, 0).stream("survival");
        let sure = watchers(400, 1.0, 1.0);
        assert_eq!(sampled_survival(&sure, (0.0, 3_600.0), 1.0, 100, &mut stream), None, "e^(−3,600 · 400)");
        // Nobody is ever late: only those who do not check are left, and the answer is exact.
        let exact = estimate(&watchers(60, 0.5, 0.0), 10.0, 1.0, 100, 5);
        assert!((exact.mean / 2f64.powi(-60) - 1.0).abs() < 1e-12 && exact.relative_half_width() < 1e-12, "{exact:?}");
        // Nor is anybody in time: the block survives for sure.
        let late = estimate(&Watchers { build_s: 11.0, ..watchers(60, 0.5, 3.0) }, 10.0, 1.0, 100, 6);
        assert_eq!((late.mean, late.low, late.high), (1.0, 1.0, 1.0));
        assert_eq!(estimate(&watchers(0, 1.0, 1.0), 10.0, 1.0, 100, 7).mean, 1.0, "nobody");
    }

    #[test]
    fn reversal_by_hand() {
        // Everybody is told 10 s after the proposal, blocks come every 4 s: after 1 s, our block and the two before it
        // (ages 1, 5, 9) may still be found invalid; after 10 s none.
        let (sure, exposure) = (
            watchers(1, 1.0, 0.0),
            Exposure { invalid: 1e-3, slot_s: 4.0, transactions: 0.0, window_s: 100.0, dispute_s: 10.0 },
        );
        assert!((reversal(&sure, &exposure, 1.0) - (1.0 - (1.0f64 - 1e-3).powi(3))).abs() < 1e-15);
        assert_eq!((reversal(&sure, &exposure, 10.0), reversal(&sure, &exposure, 1e6)), (0.0, 0.0));
        // Many slots: p / s ∫ (G(∞) − G(u)) du = p / s · pickup · e^(−a / pickup) for one watcher with a long window.
        let one = watchers(1, 1.0, 50.0);
        let exposure = Exposure { invalid: 1e-9, slot_s: 0.01, window_s: 3_600.0, dispute_s: 0.0, ..exposure };
        let expected = 1e-9 / 0.01 * 50.0 * (-30.0f64 / 50.0).exp();
        assert!((reversal(&one, &exposure, 30.0) / expected - 1.0).abs() < 1e-3);
    }
}
