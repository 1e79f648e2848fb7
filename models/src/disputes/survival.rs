//! Chances too small to wait for: that an invalid block survives its window, and that an accepted transaction is
//! reverted.
//!
//! Model: an invalid block survives when nobody wins a dispute about it. A watcher who wins one with probability s,
//! each independently of the others, gives (1 − s)ⁿ for n watchers, besides the common failure q: q + (1 − q)(1 − s)ⁿ,
//! where s = honest · liveness · coverage · (fault proof within the window) · (dispute won). A transaction is reverted
//! when a block that it stands on, or its own, is invalid and that is proven later.
//!
//! Assumptions: those of [`super::watchers`] and [`super::game`]; invalid blocks are independent of each other.
//! Source: importance sampling by exponential tilting with likelihood ratios (S. Asmussen, P. W. Glynn, *Stochastic
//! Simulation* (2007), ch. V–VI). Leaves out: correlation between watchers other than the common failure, which makes
//! every (1 − s)ⁿ an optimistic bound; valid blocks whose proposer loses a dispute because its clock runs out.

use sim::{Interval, Span, Stream};

use crate::disputes::watchers::Watchers;

/// Chance that an invalid block of so many transactions survives a window of so many seconds, where a challenge
/// succeeds with probability `wins`.
pub fn survival(watchers: &Watchers, transactions: f64, window_s: f64, wins: f64) -> f64 {
    let stops = watchers.checks() * watchers.in_time(transactions, window_s) * wins;
    // Nobody stops it for sure, however sure each of them would.
    let independent = if watchers.count == 0 { 1.0 } else { (watchers.count as f64 * (-stops).ln_1p()).exp() };
    watchers.common_failure + (1.0 - watchers.common_failure) * independent
}

/// The tilt θ that makes [`sampled_survival`] as sharp as it can be: e^2θ is the mean square of the chance that a
/// watcher who checks the block does not stop it, (1 − F) + F (1 − w)² for a fault proof in time with F and a dispute
/// won with w. −∞ where who checks always stops it.
pub fn tilt(watchers: &Watchers, transactions: f64, window_s: f64, wins: f64) -> f64 {
    let in_time = watchers.in_time(transactions, window_s);
    ((1.0 - in_time) + in_time * (1.0 - wins).powi(2)).ln() / 2.0
}

/// Estimates the survival of an invalid block of so many transactions by playing its window out `trials` times.
/// Watchers check it with the probability p′ = p eᶿ / (1 − p + p eᶿ), and every outcome is weighed by its likelihood
/// ratio (p / p′)ᵏ ((1 − p) / (1 − p′))ⁿ⁻ᵏ for k who do; θ = 0 is plain simulation. Of disputes it takes the chance
/// `wins` instead of playing them, and the common failure is added instead of drawn: both without noise. The interval,
/// at 95 %, is to be trusted where who checks is rarely late. `None` for fewer than two trials.
pub fn sampled_survival(
    watchers: &Watchers,
    (transactions, window): (u64, Span),
    wins: f64,
    (theta, trials): (f64, u32),
    stream: &mut Stream,
) -> Option<Interval> {
    let (n, checks) = (watchers.count, watchers.checks());
    let normal = 1.0 - checks + checks * theta.exp();
    // Nobody is left to sample where all check and all who check stop the block.
    let tilted = if normal > 0.0 { checks * theta.exp() / normal } else { 0.0 };
    let weights: Vec<f64> = (0..trials)
        .map(|_| {
            let checking = stream.binomial(n, tilted);
            let in_time = watchers.draw_of(checking, transactions, window, stream).len();
            // (p / p′)ᵏ ((1 − p) / (1 − p′))ⁿ⁻ᵏ = normalⁿ e^(−θ k).
            let ratio = normal.powf(n as f64) * if checking > 0 { (-theta * checking as f64).exp() } else { 1.0 };
            ratio * (1.0 - wins).powi(in_time as i32)
        })
        .collect();
    let failure = watchers.common_failure;
    Interval::of(&weights, 0.95).map(|interval| {
        let whole = |chance: f64| failure + (1.0 - failure) * chance;
        let (low, high) = (whole(interval.low.max(0.0)), whole(interval.high));
        Interval { mean: whole(interval.mean), low, high, ..interval }
    })
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
    use crate::disputes::game::{Bisection, Protocol, Side, keeps_clock};
    use crate::disputes::watchers::tests::watchers;
    use sim::{Distribution, Streams};

    const WINDOW: Span = Span::from_secs(600);

    /// Bisection in which a challenger keeps its clock with a known chance; the wrong proposer is quick.
    fn protocol() -> (Protocol, f64) {
        let (honest_s, dishonest_s) = (Distribution::Exponential { mean: 30.0 }, Distribution::Constant { value: 1.0 });
        let game = Bisection { rounds: 4, honest_s, dishonest_s, clock: Span::from_secs(120), last_step: Span::ZERO };
        (Protocol::Bisection(game), keeps_clock(4, 30.0, 120.0))
    }

    fn estimate(watchers: &Watchers, wins: f64, theta: f64, trials: u32, seed: u64) -> Interval {
        let mut stream = Streams::new(seed, 0).stream("survival");
        sampled_survival(watchers, (0, WINDOW), wins, (theta, trials), &mut stream).unwrap()
    }

    /// The formula and its best tilt.
    fn expected(watchers: &Watchers, wins: f64) -> (f64, f64) {
        let window_s = WINDOW.as_secs_f64();
        (survival(watchers, 0.0, window_s, wins), tilt(watchers, 0.0, window_s, wins))
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
    fn formula_brute_force_and_tilting_agree_where_survival_is_not_rare() {
        let some = Watchers { common_failure: 0.002, build_s: 60.0, ..watchers(12, 0.3, 200.0) };
        let (protocol, wins) = protocol();
        let (expected, theta) = expected(&some, wins);
        assert!((0.1..0.5).contains(&expected), "{expected}");
        // Brute force: everybody is drawn and every dispute is played.
        let mut stream = Streams::new(3, 0).stream("brute force");
        let survives = |stream: &mut Stream| {
            let ready = some.draw(0, WINDOW, stream);
            ready.iter().all(|_| protocol.play(Side::Challenger, stream).winner == Side::Proposer)
        };
        let brute: Vec<f64> = (0..60_000).map(|_| f64::from(u8::from(survives(&mut stream)))).collect();
        let brute = Interval::of(&brute, 0.95).unwrap();
        for interval in [brute, estimate(&some, wins, 0.0, 60_000, 1), estimate(&some, wins, theta, 60_000, 2)] {
            assert!(interval.contains(expected), "{expected}: {interval:?}");
            assert!(interval.relative_half_width() < 0.03, "{interval:?}");
        }
    }

    #[test]
    fn tilting_finds_what_brute_force_cannot() {
        // Half of 60 watchers check; who does is late once in 22,000 times and wins: survival is near 2⁻⁶⁰.
        let many = watchers(60, 0.5, 60.0);
        let (rare, theta) = expected(&many, 1.0);
        assert!(rare < 1e-17 && rare > 2f64.powi(-60), "{rare}");
        assert_eq!(estimate(&many, 1.0, 0.0, 60_000, 3).mean, 0.0, "nothing was seen");
        let interval = estimate(&many, 1.0, theta, 60_000, 4);
        assert!(interval.contains(rare) && interval.relative_half_width() < 0.05, "{rare}: {interval:?}");
        // Nobody is ever late: only those who do not check are left, and the answer is exact.
        let sure = watchers(60, 0.5, 0.0);
        let exact = estimate(&sure, 1.0, expected(&sure, 1.0).1, 100, 5);
        assert!((exact.mean / 2f64.powi(-60) - 1.0).abs() < 1e-12 && exact.relative_half_width() < 1e-12, "{exact:?}");
        assert_eq!(estimate(&watchers(3, 1.0, 0.0), 1.0, f64::NEG_INFINITY, 100, 6).mean, 0.0);
    }

    #[test]
    fn intervals_of_tilted_runs_cover_as_often_as_they_promise() {
        // 95 % intervals; fewer than 29 of 36 happens once in 1,000 times.
        let (some, wins) = (watchers(40, 0.3, 80.0), protocol().1);
        let (rare, theta) = expected(&some, wins);
        assert!(rare < 1e-3, "{rare}");
        let covered = (0..36).filter(|&seed| estimate(&some, wins, theta, 4_000, 100 + seed).contains(rare)).count();
        assert!(covered >= 29, "{covered} of 36");
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
