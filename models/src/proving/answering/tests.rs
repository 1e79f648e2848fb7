//! Requests against closed forms, and a lone proof by hand.

use super::*;
use crate::proving::servers::Discipline;
use crate::proving::{Leaf, Level, Merge};
use crate::work::WorkCurve;
use sim::Interval;

const EPOCH_S: f64 = 3_600.0;

fn requests(per_epoch: f64, proofs_kept: u64, witnesses_kept: f64) -> Requests {
    Requests { per_epoch, epochs: 24, exponent: 1.0, proofs_kept, witnesses_kept, witness_s: 0.05 }
}

fn runs(requests: &Requests, takes: Takes, of: impl Fn(&Answered) -> f64) -> Interval {
    let run = |seed| of(&answer(requests, takes, EPOCH_S, (0, 4_000), &Streams::new(seed, 0)));
    Interval::of(&(0..12).map(run).collect::<Vec<_>>(), 0.99).expect("twelve runs")
}

#[test]
fn a_lone_proof_by_hand() {
    // Four slots of 10 transactions in two segments of two leaves of 1 s: on 4 servers 1 s, a pair of 2 s in each, and 2 s
    // for the root's pair: 5 s. On one server 4 s of leaves, 2 · 2 s of pairs and the root: 10 s.
    let merge = Merge { pair_s: 2.0, node: WorkCurve::default(), ..Merge::default() };
    let plan = ProofPlan {
        slots_per_epoch: 4,
        segment_slots: 2,
        lanes: 1,
        leaf: Leaf { transactions: Some(10), work: WorkCurve::proportional(0.1), spread: 0.0 },
        segment_merge: merge,
        levels: vec![Level { name: "epoch".into(), arity: None, passes_lone: false, merge }],
        demand: Demand::Always,
        discipline: Discipline::OldestFirst,
        day: None,
    };
    assert_eq!((lone(&plan, 4, 40.0), lone(&plan, 1, 40.0)), (5.0, 10.0));
    // A witness of 50 ms makes leaves half as long again.
    let takes = Takes::of(&plan, &requests(1.0, 0, 0.0), 4, 40.0);
    assert_eq!(takes, Takes { least_s: 5.0, most_s: 5.5 });
}

#[test]
fn witnesses_that_are_gone_by_hand() {
    let kept = |epochs| requests(1.0, 0, epochs);
    // Of an epoch that has just ended and witnesses kept for a quarter of one, three quarters are gone.
    assert_eq!([0.25, 1.0, 2.5].map(|epochs| kept(epochs).gone(0.0)), [0.75, 0.0, 0.0]);
    assert_eq!([0.0, 0.25, 1.0, 9.0].map(|age| kept(1.0).gone(age)), [0.0, 0.25, 1.0, 1.0]);
    assert!((kept(25.0).expected().remade).abs() < 1e-12, "all are kept");
    assert!((kept(0.0).expected().remade - 1.0).abs() < 1e-9, "none is");
}

#[test]
fn a_cache_answers_as_often_as_expected() {
    for (per_epoch, kept) in [(0.5, 1_000), (3.0, 5), (3.0, 30), (0.2, 0)] {
        let requests = requests(per_epoch, kept, 3.0);
        let expected = requests.expected();
        let takes = Takes { least_s: 1.0, most_s: 2.0 };
        let saved = runs(&requests, takes, |seen| (seen.at_once + seen.joined) as f64 / seen.requests as f64);
        assert!((saved.mean - expected.hits).abs() < saved.half_width() + 0.01, "{expected:?} {saved:?}");
        let remade = runs(&requests, takes, |seen| seen.remade / seen.made() as f64);
        assert!((remade.mean - expected.remade).abs() < remade.half_width() + 0.01, "{expected:?} {remade:?}");
    }
}

#[test]
fn without_a_cache_requests_wait_as_in_m_d_1() {
    // So many epochs that hardly any is asked for twice while it is proven: a wait of ρ s / (2 (1 − ρ)), and the proof.
    let requests = Requests { epochs: 5_000, exponent: 0.0, ..requests(1.0, 0, 9e9) };
    let takes = Takes { least_s: 0.6 * EPOCH_S, most_s: 1e9 };
    let found = runs(&requests, takes, |seen| seen.waits.mean().expect("they wait"));
    let expected = takes.least_s * (1.0 + 0.6 / 2.0 / 0.4);
    assert!(found.contains(expected) && found.relative_half_width() < 0.05, "{expected} {found:?}");
    let busy = runs(&requests, takes, |seen| seen.busy);
    assert!((busy.mean - 0.6).abs() < busy.half_width() + 0.005, "{busy:?}");
}
