//! A load that was recorded: as many transactions as it says, and what is under way when it ends.

use super::*;

/// Two hours of pieces of ten minutes, some of them empty, at a mean of one.
fn recorded() -> (Rollup, u64) {
    let counts: Vec<(f64, f64)> = [3_001, 0, 2_999, 4_500, 1, 1_500, 3_000, 2_000, 5_000, 0, 1_234, 3_210]
        .into_iter()
        .enumerate()
        .map(|(piece, count)| (piece as f64 * 600.0, f64::from(count)))
        .collect();
    let (from, until) = (Time::ZERO, Time::from_secs_f64(7_200.0));
    let profile = Profile::recorded(&counts, 7_200.0).expect("sound");
    let system = Rollup {
        load_per_s: profile.between(from, until) / 7_200.0,
        profile: profile.with_mean_one(from, until),
        ..validity()
    };
    // All but the first piece are measured.
    (system, counts[1..].iter().map(|(_, count)| *count as u64).sum())
}

#[test]
fn every_recorded_transaction_is_settled_once() {
    let horizon = Horizon { warm_up_s: 600.0, measured_s: 6_600.0 };
    let (mut system, measured) = recorded();
    // Batches that only transactions close: what comes after the trace closes the last one.
    system.levels[0].closing = Closing { transactions: Some(700), ..Closing::default() };
    system.levels[1].closing = Closing { count: Some(3), ..Closing::default() };
    for resolution in [Resolution::Cohort, Resolution::Transaction] {
        let outcome = run(&system, resolution, horizon, &Streams::new(3, 0));
        assert!(outcome.complete, "{outcome:?}");
        for sketch in [&outcome.soft, &outcome.posted, &outcome.settled, &outcome.hard] {
            // The cohort that lies across an edge is measured by its share.
            assert!((sketch.mass() - measured as f64).abs() < 1e-3, "{resolution:?}: {} of {measured}", sketch.mass());
        }
    }
}

#[test]
fn what_comes_is_the_same_in_every_replication() {
    let horizon = Horizon { warm_up_s: 600.0, measured_s: 6_600.0 };
    let (system, _) = recorded();
    let ordered = |replication| {
        let outcome = run(&system, Resolution::Cohort, horizon, &Streams::new(3, replication));
        (outcome.counts.ordered, outcome.fingerprint)
    };
    let (first, second) = (ordered(0), ordered(1));
    assert!(first.0 == second.0 && first.1 != second.1, "{first:?} {second:?}");
}
