//! Which proof goes first: ties are drawn, and the old epoch is not kept waiting by the next.

use super::*;
use sim::{Calendar, Interval, Schedule, Span, Streams, replicate};

use crate::proving::servers::Discipline;

/// A tree like the hierarchical design's: leaves of 30 s in eight lanes every 32 s, joined by twelve, and all of an epoch.
fn hierarchical(spread: f64, discipline: Discipline) -> ProofPlan {
    let node = |seconds| Merge { node: WorkCurve::constant(seconds), node_spread: spread, ..Merge::default() };
    let level =
        |name: &str, arity, seconds| Level { name: name.into(), arity, passes_lone: false, merge: node(seconds) };
    ProofPlan {
        slots_per_epoch: 40,
        segment_slots: 1,
        lanes: 8,
        leaf: Leaf { transactions: None, work: WorkCurve::constant(30.0), spread },
        segment_merge: Merge::default(),
        levels: vec![level("twelve", Some(12), 60.0), level("epoch", None, 120.0)],
        demand: Demand::Always,
        discipline,
        day: None,
    }
}

/// Time from the end of every epoch to its proof \[s\]; every lane gets what `transactions` says of it in every slot.
fn proofs(plan: &ProofPlan, servers: u64, epochs: u32, replication: u32, transactions: fn(u64) -> u64) -> Vec<f64> {
    let mut provers = Provers::new(plan.clone(), servers, &Streams::new(5, replication));
    let mut calendar: Calendar<Option<Event>> = Calendar::new();
    let slot = Span::from_secs(32);
    (0..u64::from(epochs) * plan.slots_per_epoch).for_each(|index| calendar.after(slot * (index + 1), None));
    let (mut closed, mut waits) = (0, Vec::new());
    while let Some((now, event)) = calendar.pop() {
        let Some(event) = event else {
            (0..plan.lanes).for_each(|lane| provers.include(lane as usize, transactions(lane)));
            let epoch = (closed / plan.slots_per_epoch) as u32;
            provers.close_slot(epoch, closed % plan.slots_per_epoch, &mut calendar.scope(Some));
            closed += 1;
            continue;
        };
        if let Some(Proven::Epoch(folded)) = provers.handle(event, &mut calendar.scope(Some)) {
            let end = slot * plan.slots_per_epoch * (u64::from(folded.tree) + 1);
            waits.push(now.as_secs_f64() - end.as_secs_f64());
        }
    }
    assert_eq!(waits.len() as u32, epochs, "every epoch is proven");
    waits
}

fn mean(figures: &[f64]) -> f64 {
    figures.iter().sum::<f64>() / figures.len() as f64
}

fn over_replications(plan: &ProofPlan, transactions: fn(u64) -> u64) -> Interval {
    let means = replicate(0..200, |replication| mean(&proofs(plan, 9, 3, replication, transactions)));
    Interval::of(&means, 0.99).expect("many means")
}

#[test]
fn ties_are_drawn_and_do_not_hang_on_how_little_services_spread() {
    // Nine servers, on which leaves, joins and the next leaves meet at the same second: which goes first is drawn.
    let of = |spread| over_replications(&hierarchical(spread, Discipline::OldestFirst), |_| 1);
    let (least, little) = (of(1e-6), of(1e-4));
    let apart = (least.mean - little.mean).abs();
    assert!(apart < least.half_width() + little.half_width(), "{least:?} {little:?}");
    assert!(least.half_width() > 0.1, "replications differ by what is drawn: {least:?}");
    assert!(least.relative_half_width() < 0.03, "{least:?}");
}

#[test]
fn lanes_may_change_places() {
    // One lane has leaves that take thrice as long; which one it is makes no difference.
    let mut plan = hierarchical(1e-6, Discipline::OldestFirst);
    plan.leaf.work = WorkCurve::proportional(20.0);
    let first = over_replications(&plan, |lane| if lane == 0 { 3 } else { 1 });
    let last = over_replications(&plan, |lane| if lane == 7 { 3 } else { 1 });
    assert!((first.mean - last.mean).abs() < first.half_width() + last.half_width(), "{first:?} {last:?}");
    assert!(first.relative_half_width() < 0.03, "{first:?}");
}

#[test]
fn the_old_epoch_is_proven_no_later_than_first_come_first_served() {
    for (servers, spread) in [(9, 0.1), (10, 0.1), (12, 1e-6)] {
        let all = |discipline| {
            let plan = hierarchical(spread, discipline);
            replicate(0..40, |replication| mean(&proofs(&plan, servers, 8, replication, |_| 1)))
        };
        let (oldest, first) = (all(Discipline::OldestFirst), all(Discipline::FirstComeFirstServed));
        let differences: Vec<f64> = oldest.iter().zip(&first).map(|(oldest, first)| oldest - first).collect();
        let difference = Interval::of(&differences, 0.99).expect("many");
        assert!(difference.low <= 0.0, "{servers} servers: {difference:?} s later");
        assert!(servers > 9 || difference.high < 0.0, "near saturation it is earlier: {difference:?}");
    }
}
