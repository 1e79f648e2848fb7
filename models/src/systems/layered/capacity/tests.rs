//! Settling times against a backlog that is followed epoch by epoch, work drawn by the definition.

use super::*;
use crate::systems::layered::tests::system;
use sim::{Stream, Streams, Tally};

/// Two lanes of five segments, whose proofs spread by half their mean, on 25 servers at 99.5 % of what they carry.
fn nearly_saturated() -> Layered {
    let mut system = system(1.0, None);
    system.prover_servers = 25;
    if let Proving::Epoch(plan) = &mut system.proving {
        (plan.leaf.spread, plan.day) = (0.5, None);
    }
    let stages = stages(&system);
    let provers = stages.iter().find(|stage| stage.name == "provers").expect("a fleet");
    system.load_per_s = 0.995 * provers.capacity;
    system
}

/// Work of one epoch in server-seconds, by the definition of the plan: leaves of 50 transactions of 10 ms each, pairs of
/// 0.1 s, nodes of 0.2 s.
fn draw_work(load_per_s: f64, stream: &mut Stream) -> f64 {
    let segments = 2 * 5;
    let mut work = 0.0;
    for _ in 0..segments {
        let transactions = stream.poisson(load_per_s * 20.0 / f64::from(segments));
        let leaves = transactions.div_ceil(50);
        work += transactions as f64 * 0.01 + (leaves as f64).sqrt() * 0.5 * 0.5 * stream.normal();
        work += leaves.saturating_sub(1) as f64 * 0.1 + 0.2;
    }
    work + f64::from(segments - 1) * 0.1 + 0.2
}

#[test]
fn provers_settle_as_fast_as_their_backlog_does() {
    let system = nearly_saturated();
    let stages = stages(&system);
    let stage = stages.iter().find(|stage| stage.name == "provers").expect("a fleet");
    assert!((stage.utilization - 0.995).abs() < 1e-3, "{stage:?}");
    // The variance of the mean of a long stretch is 2 τ / length of the variance of the backlog (Whitt 1989), in epochs.
    let (mut stream, mut backlog) = (Streams::new(3, 0).stream("work"), 0.0_f64);
    let (mut all, mut means, stretch) = (Tally::new(), Tally::new(), 1_000);
    for _ in 0..1_500 {
        let mut here = Tally::new();
        for _ in 0..stretch {
            backlog = (backlog + draw_work(system.load_per_s, &mut stream) - 25.0 * 20.0).max(0.0);
            here.record(backlog);
            all.record(backlog);
        }
        means.record(here.mean());
    }
    let seen_s = f64::from(stretch) * means.variance() / all.variance() / 2.0 * 20.0;
    let ratio = stage.settling_s / seen_s;
    assert!((0.7..1.4).contains(&ratio), "{} s by formula, {seen_s} s seen", stage.settling_s);
}

#[test]
fn what_does_not_vary_settles_at_once_and_what_has_room_soon() {
    let mut system = nearly_saturated();
    let settling = |system: &Layered, name: &str| {
        stages(system).iter().find(|stage| stage.name == name).map(|stage| stage.settling_s).expect("the stage")
    };
    let close = settling(&system, "provers");
    system.load_per_s *= 0.8 / 0.995;
    let roomy = settling(&system, "provers");
    assert!(close > 100.0 * roomy && roomy < 1.0, "{close} s, {roomy} s");
    if let Proving::Epoch(plan) = &mut system.proving {
        plan.leaf =
            crate::proving::Leaf { transactions: None, work: crate::work::WorkCurve::constant(1.0), spread: 0.0 };
    }
    assert_eq!(settling(&system, "provers"), 0.0);
}

#[test]
fn a_rare_class_that_takes_long_makes_a_stage_settle_slowly() {
    // By hand: 100 of 1 ms and 1 of 100 ms a second are 0.2 s, and 100 · 10⁻⁶ + 10⁻² s² a second; 0.8 cores are to spare.
    let mut system = system(101.0, None);
    let class = |share, check_s| TransactionClass { share, check_s, ..system.classes[0].clone() };
    system.classes = vec![class(100.0 / 101.0, 0.001), class(1.0 / 101.0, 0.1)];
    system.validator.cores = 1;
    let cores = &stages(&system)[0];
    assert!((cores.settling_s - 0.0101 / 0.64).abs() < 1e-9, "{cores:?}");
}
