//! The proof of an epoch by hand, and against the work that its plan says.

use super::*;
use sim::{Calendar, Schedule, Streams, Time};

fn plan(slots: u64, segment_slots: u64, lanes: u64, levels: Vec<Level>) -> ProofPlan {
    let merge = Merge { pair_s: 2.0, node: WorkCurve::default(), ..Merge::default() };
    let leaf = Leaf { transactions: Some(10), work: WorkCurve::proportional(0.1), spread: 0.0 };
    ProofPlan {
        slots_per_epoch: slots,
        segment_slots,
        lanes,
        leaf,
        segment_merge: merge,
        levels,
        demand: Demand::Always,
        discipline: Discipline::OldestFirst,
        day: None,
    }
}

/// Runs one epoch with one-second slots and `per_block` transactions a block; returns when its proof is complete.
fn prove_epoch(plan: &ProofPlan, servers: u64, per_block: u64) -> (Time, f64) {
    let mut provers = Provers::new(plan.clone(), servers, &Streams::new(1, 0));
    let mut calendar: Calendar<Option<Event>> = Calendar::new();
    for slot in 1..=plan.slots_per_epoch {
        calendar.at(Time::from_secs_f64(slot as f64), None);
    }
    let mut slot = 0;
    while let Some((now, event)) = calendar.pop() {
        let Some(event) = event else {
            (0..plan.lanes as usize).for_each(|shard| provers.include(shard, per_block));
            provers.close_slot(0, slot, &mut calendar.scope(Some));
            slot += 1;
            continue;
        };
        if provers.handle(event, &mut calendar.scope(Some)).is_some() {
            return (now, provers.work(now));
        }
    }
    panic!("the epoch was never proven");
}

#[test]
fn one_segment_by_hand() {
    // 4 slots of 10 transactions: 4 leaves of 1 s on 2 servers end at 4 + 2 s; 2 pairs of 2 s, then 1 pair: 10 s.
    assert_eq!(prove_epoch(&plan(4, 4, 1, Vec::new()), 2, 10).0, Time::from_secs_f64(10.0));
}

#[test]
fn partial_last_groups_by_hand() {
    // 5 slots, segments of 2 slots: 3 segments (2, 2, 1 slots) of 2, 2, 1 leaves; arity 2: 2 nodes of 2 and 1
    // children; the root merges 2. Many servers. Segments end at 2 + 1 + 2, 4 + 1 + 2 and 5 + 1: the first node at
    // 7 + 2 = 9 s, the second at 6 s without a merge, the root at 9 + 2 = 11 s.
    let merge = Merge { pair_s: 2.0, node: WorkCurve::default(), ..Merge::default() };
    let level = |name: &str, arity| Level { name: name.into(), arity, passes_lone: false, merge };
    let plan = plan(5, 2, 1, vec![level("group", Some(2)), level("epoch", None)]);
    assert_eq!(prove_epoch(&plan, 100, 10).0, Time::from_secs_f64(11.0));
}

#[test]
fn lanes_meet_at_the_root_and_work_is_what_the_plan_says() {
    let merge = Merge { pair_s: 0.5, node: WorkCurve::constant(0.25), ..Merge::default() };
    let levels = vec![
        Level { name: "group".into(), arity: Some(3), passes_lone: false, merge },
        Level { name: "epoch".into(), arity: None, passes_lone: false, merge },
    ];
    for (slots, segment, lanes) in [(16, 4, 8), (17, 4, 3), (100, 7, 2)] {
        let plan = plan(slots, segment, lanes, levels.clone());
        let (_, work) = prove_epoch(&plan, 1_000, 40);
        // 40 transactions are whole leaves, so the plan's half leaf per segment is the only difference: one pair each.
        let segments = (slots.div_ceil(segment) * lanes) as f64;
        let expected = plan.work_per_epoch((40 * slots * lanes) as f64) - segments * 0.5 * plan.segment_merge.pair_s;
        assert!((work - expected).abs() < 1e-6, "{slots} slots: work {work}, plan {expected}");
    }
}

/// Two lanes of six slots in segments of two, one leaf each, joined at once; every slot adds 10 transactions a lane.
fn small(demand: Demand) -> ProofPlan {
    let merge = Merge { pair_s: 0.0, node: WorkCurve::constant(1.0), ..Merge::default() };
    let epoch = Level { name: "epoch".into(), arity: None, passes_lone: false, merge };
    let leaf = Leaf { transactions: None, work: WorkCurve::constant(1.0), spread: 0.0 };
    ProofPlan { leaf, segment_merge: Merge::default(), demand, ..plan(6, 2, 2, vec![epoch]) }
}

/// A fleet that runs beside slots of one second.
struct Run {
    provers: Provers,
    calendar: Calendar<Event>,
    proofs: Vec<(u64, f64)>,
}

impl Run {
    fn new(demand: Demand) -> Self {
        Self {
            provers: Provers::new(small(demand), 100, &Streams::new(1, 0)),
            calendar: Calendar::new(),
            proofs: Vec::new(),
        }
    }

    fn run_out(&mut self) {
        while let Some((now, event)) = self.calendar.pop() {
            if let Some(Proven::Epoch(folded)) = self.provers.handle(event, &mut self.calendar) {
                self.proofs.push((folded.transactions, now.as_secs_f64()));
            }
        }
    }

    fn slots(&mut self, slots: std::ops::Range<u64>) {
        for slot in slots {
            (0..2).for_each(|shard| self.provers.include(shard, 10));
            self.provers.close_slot(0, slot, &mut self.calendar);
        }
    }
}

#[test]
fn what_is_reverted_is_taken_out_and_the_rest_is_proven() {
    let mut run = Run::new(Demand::Always);
    run.slots(0..5);
    // Slots 3 and 4 are thrown out: the second segments lose a slot, the open ones theirs.
    let lanes = [10, 10];
    run.provers.revert([3, 4].into_iter().map(|slot| (0, slot, lanes.as_slice())), &mut run.calendar);
    run.slots(5..6);
    run.run_out();
    assert_eq!(run.proofs, [(2 * (20 + 10 + 10), 2.0)]);
    assert_eq!(run.provers.epochs().wasted(), 2.0, "a leaf of each lane");
}

#[test]
fn a_complete_proof_is_made_again_from_what_is_left() {
    let mut run = Run::new(Demand::Always);
    run.slots(0..6);
    run.run_out();
    let lanes = [10, 10];
    run.provers.revert([(0, 5, lanes.as_slice())].into_iter(), &mut run.calendar);
    run.run_out();
    assert_eq!(run.proofs, [(120, 2.0), (100, 4.0)]);
}

#[test]
fn an_invalid_block_keeps_its_epoch_from_being_proven() {
    let mut run = Run::new(Demand::Always);
    run.provers.spoil(0, 2);
    run.slots(0..6);
    run.run_out();
    assert_eq!((run.proofs.len(), run.provers.epochs().wasted()), (0, 2.0), "tried in vain in both lanes");
    run.provers.absolve(0, 3, &mut run.calendar);
    run.run_out();
    assert!(run.proofs.is_empty(), "that block was not the one");
    run.provers.absolve(0, 2, &mut run.calendar);
    run.run_out();
    assert_eq!(run.proofs, [(120, 3.0)]);
}

/// One request for every four epochs, and nothing is kept for it but witnesses.
fn seldom() -> requests::Requests {
    let kept = 100.0;
    requests::Requests {
        per_epoch: 0.25,
        epochs: 24,
        exponent: 1.0,
        proofs_kept: 0,
        witnesses_kept: kept,
        witness_s: 0.1,
    }
}

#[test]
fn epochs_are_proven_on_demand() {
    let finished = |demand, asked: &[u64]| {
        let mut run = Run::new(demand);
        for slot in 0..6 {
            run.slots(slot..slot + 1);
            if asked.contains(&slot) {
                run.provers.prove(0, &mut run.calendar);
            }
        }
        run.run_out();
        (run.proofs.len(), run.provers.work(Time::MAX))
    };
    let (request, challenge) = (Demand::on_request(seldom()), Demand::OnChallenge { share: 0.5 });
    assert_eq!(finished(Demand::Always, &[]), (1, 7.0));
    assert_eq!(finished(Demand::AtEpochEnd, &[]), (1, 7.0));
    assert_eq!([finished(request, &[]), finished(challenge, &[])], [(0, 0.0); 2]);
    assert_eq!([finished(request, &[5]), finished(challenge, &[0, 3])], [(1, 7.0); 2], "once, whoever asks");
}

#[test]
fn a_day_joins_the_proofs_of_its_epochs() {
    let day = Day { epochs: 2, merge: Merge { pair_s: 3.0, node: WorkCurve::proportional(0.1), ..Merge::default() } };
    let plan = ProofPlan { day: Some(day), ..small(Demand::Always) };
    let (mut provers, mut calendar) = (Provers::new(plan.clone(), 1, &Streams::new(1, 0)), Calendar::new());
    provers.join_day(0, 10, &mut calendar);
    provers.join_day(1, 20, &mut calendar);
    let mut days = Vec::new();
    while let Some((now, event)) = calendar.pop() {
        if let Some(Proven::Day(folded)) = provers.handle(event, &mut calendar) {
            days.push((folded.tree, folded.transactions, now.as_secs_f64()));
        }
    }
    // One pair of 3 s, and 30 transactions of 0.1 s.
    assert_eq!(days, [(0, 30, 6.0)]);
    assert_eq!(plan.mean_work(15.0), plan.work_per_epoch(15.0) + 3.0);
    let lazy = ProofPlan { demand: Demand::on_request(seldom()), ..plan.clone() };
    assert!((lazy.mean_work(15.0) - plan.work_per_epoch(15.0) / 4.0).abs() < 1e-9, "and no day");
    let forgetful = requests::Requests { witnesses_kept: 0.0, ..seldom() };
    let forgetful = ProofPlan { demand: Demand::on_request(forgetful), ..plan.clone() };
    assert!(
        (forgetful.mean_work(15.0) - (plan.work_per_epoch(15.0) + 1.5) / 4.0).abs() < 1e-9,
        "15 witnesses of 0.1 s"
    );
}
