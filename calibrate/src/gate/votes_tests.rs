//! The test against its theory, and on noise of the kind that machines have.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;

const TEST: Test = Test { change: 0.05, false_alarms: 0.01, misses: 0.05 };
const RUNS: u32 = 4_000;

fn chance() -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(7)
}

/// How many of many tests end in each verdict, pass, fail, undecided, where pairs are drawn by `pair`.
fn verdicts(pairs: usize, mut pair: impl FnMut(usize, &mut Xoshiro256PlusPlus) -> [f64; 2]) -> [u32; 3] {
    let mut chance = chance();
    let mut found = [0; 3];
    for _ in 0..RUNS {
        let drawn: Vec<[f64; 2]> = (0..pairs).map(|at| pair(at, &mut chance)).collect();
        found[TEST.votes(&drawn).verdict() as usize] += 1;
    }
    found
}

/// The most that a count of so rare events may be, at a chance of about one in a thousand.
fn bound(share: f64) -> u32 {
    let mean = share * f64::from(RUNS);
    (mean + 3.1 * mean.sqrt()).ceil() as u32
}

#[test]
fn votes_that_go_astray_as_often_as_is_assumed_keep_walds_bounds() {
    // Three equal pairs make a block; a few of the blocks say the wrong thing.
    let astray = |truth: f64, lie: f64| {
        let mut last = truth;
        verdicts(300, move |at, chance| {
            if at % AGREEING == 0 {
                last = if chance.random_bool(ASTRAY) { lie } else { truth };
            }
            [1.0, last]
        })
    };
    // Wald: at most α / (1 − β) and β / (1 − α).
    let [pass, fail, undecided] = astray(1.0, 1.05);
    assert!(fail <= bound(0.01 / 0.95) && undecided == 0, "{pass} {fail} {undecided}");
    let [pass, fail, undecided] = astray(1.05, 1.0);
    assert!(pass <= bound(0.05 / 0.99) && undecided == 0, "{pass} {fail} {undecided}");
}

#[test]
fn noise_that_only_adds_neither_fails_what_is_equal_nor_passes_what_is_slower() {
    // Floors exponentially above the true one by 4 % on average, and every tenth process slow for all its life.
    let noisy = |chance: &mut Xoshiro256PlusPlus| {
        let busy = -0.04 * (1.0 - chance.random_range(0.0..1.0_f64)).ln();
        1.0 + busy + if chance.random_bool(0.1) { 0.2 } else { 0.0 }
    };
    let [_, fail, undecided] = verdicts(60, |_, chance| [noisy(chance), noisy(chance)]);
    assert!(fail <= bound(0.01) && undecided < RUNS / 10, "{fail} {undecided}");
    let [pass, _, undecided] = verdicts(60, |_, chance| [noisy(chance), 1.05 * noisy(chance)]);
    assert!(pass <= bound(0.05) && undecided < RUNS / 10, "{pass} {undecided}");
    let [_, fail, _] = verdicts(60, |_, chance| [noisy(chance), 0.9 * noisy(chance)]);
    assert_eq!(fail, 0, "what is faster never fails");
}

#[test]
fn what_is_asked_for_says_how_many_votes_it_takes() {
    // ln(0.95 / 0.01) / ln 32.3 = 1.31, ln(0.99 / 0.05) / ln 32.3 = 0.86.
    let votes = TEST.none();
    assert_eq!((votes.to_fail, votes.to_pass), (2, 1));
    let stricter = Test { false_alarms: 0.01 / 50.0, ..TEST };
    assert_eq!(stricter.none().to_fail, 3);
    let quiet = vec![[1.0, 1.0]; 5];
    assert_eq!(TEST.pairs_needed(&quiet), Some(6.0));
    assert_eq!(TEST.resolved_by(&quiet, 6.0), Some(0.05));
    assert_eq!(TEST.resolved_by(&quiet, 5.0), None, "six pairs are the fewest");
    // Floors 4 % apart agree once the change that is looked for is twice that.
    let spread: Vec<[f64; 2]> = (0..30).map(|at| [1.0 + 0.04 * f64::from(at % 2), 1.0]).collect();
    assert!(TEST.pairs_needed(&spread).is_some_and(|pairs| pairs > 6.0));
    let loud: Vec<[f64; 2]> = (0..30).map(|at| [1.04_f64.powi(at), 1.0]).collect();
    assert_eq!(TEST.pairs_needed(&loud), None);
    let resolved = TEST.resolved_by(&loud, 30.0).expect("a large change");
    assert!((0.10..0.20).contains(&resolved), "{resolved}");
}
