//! Rollups by hand, against closed forms, and what is never lost.

mod conservation;
mod disputes;
mod outages;
mod outsourced;
mod recorded;

use super::*;
use crate::batching::Closing;
use crate::l1::L1;
use crate::l1::fees::FeeLaw;
use crate::outages::Outages;
use crate::profile::Profile;
use crate::proving::PROVERS;
use crate::proving::servers::Discipline;
use crate::work::WorkCurve;
use sim::{Interval, Span, Streams, Time, replicate};

pub(super) fn seconds(seconds: f64) -> Span {
    Span::from_secs_f64(seconds)
}

fn job(curve: WorkCurve) -> Job {
    Job { work: curve, spread: 0.0 }
}

fn level(name: &str, closing: Closing) -> Level {
    Level { name: name.to_owned(), closing, joining: None }
}

/// A validity rollup: batches of ten blocks of 1 s, proven in 40 s each on four servers and settled by twos.
pub(super) fn validity() -> Rollup {
    let class = Class {
        name: "transfer".into(),
        share: 1.0,
        gas: 50_000.0,
        bytes: 100.0,
        cycles: 1e6,
        spread: 0.5,
        fee_usd: Some(0.01),
    };
    let prover = ProofSystem {
        place: Place { pool: PROVERS.into(), machines: 8, servers: 1, life: None },
        segment_cycles: Some(20e6),
        segment: job(WorkCurve::proportional(1e-6)),
        recursion: vec![Recursion { arity: 4, job: job(WorkCurve::constant(1.0)) }],
        wrap: Some(job(WorkCurve::constant(5.0))),
        discipline: Discipline::OldestFirst,
        failures: 0.0,
        time_out: None,
        faster_a_year: 1.0,
    };
    let joining = Joining { arity: Some(2), job: job(WorkCurve::constant(3.0)) };
    let batch = level("batch", Closing { count: Some(10), ..Closing::default() });
    let bundle = Level { joining: Some(joining), ..level("bundle", Closing { count: Some(2), ..Closing::default() }) };
    Rollup {
        load_per_s: 5.0,
        profile: Profile::default(),
        classes: vec![class],
        sequencer: Sequencer {
            block: seconds(1.0),
            gas_limit: Some(2e6),
            most_unproven: None,
            outages: Outages::default(),
        },
        levels: vec![batch, bundle],
        data: Data {
            level: 0,
            posting: Posting::Blobs { usable: 130_044.0, most: 6 },
            gas_per_transaction: 21_000.0,
            waits: None,
        },
        proving: Some(Proving {
            level: 0,
            execution: None,
            systems: vec![prover],
            market: None,
            needed: 1,
            outages: Outages::default(),
        }),
        settlement: Settlement {
            level: 1,
            gas: 300_000.0,
            gas_per_batch: 0.0,
            gas_per_transaction: 0.0,
            delay: Span::ZERO,
        },
        window: None,
        watchers: None,
        withdrawals: None,
        l1: L1 {
            slot: seconds(12.0),
            included: 1.0,
            slots_per_epoch: 32,
            epochs_to_finality: 2,
            outages: Outages::default(),
            gas_fee: FeeLaw::Stated([(Time::ZERO, 10.0)].into()),
            tip_gwei: 1.0,
            blob_fee: FeeLaw::Stated([(Time::ZERO, 0.5)].into()),
            most_blobs: 21.0,
        },
    }
}

/// The same where nobody proves, and a claim may be challenged for an hour.
pub(super) fn optimistic() -> Rollup {
    let window = Window {
        length: seconds(3_600.0),
        challenged: 0.0,
        dispute: super::disputes::Dispute::Lasts(seconds(1_000.0)),
        bond_eth: 0.08,
        one_bond: false,
    };
    Rollup { proving: None, window: Some(window), ..validity() }
}

pub(super) const HORIZON: Horizon = Horizon { warm_up_s: 600.0, measured_s: 7_200.0 };

pub(super) fn runs(system: &Rollup, resolution: Resolution, count: u32) -> Vec<Outcome> {
    replicate(0..count, |number| run(system, resolution, HORIZON, &Streams::new(7, number)))
}

pub(super) fn interval(outcomes: &[Outcome], of: impl Fn(&Outcome) -> f64) -> Interval {
    Interval::of(&outcomes.iter().map(of).collect::<Vec<_>>(), 0.999).expect("several runs")
}

#[test]
fn the_closed_form_of_polygon_is_met_where_it_holds() {
    // One transaction a block in the mean, batches of N = 3 blocks of 3 s, a proof of 12 s whatever is in it, an aggregation of 4 s, and L1 every
    // 15 s. A transaction waits half of N · close for its batch, then prove + aggregate, then the next L1 block.
    let mut system = validity();
    system.sequencer = Sequencer { block: seconds(3.0), gas_limit: None, ..system.sequencer };
    system.levels = vec![level("batch", Closing { count: Some(3), ..Closing::default() })];
    (system.settlement.level, system.load_per_s, system.l1.slot) = (0, 1.0 / 3.0, seconds(15.0));
    let proving = system.proving.as_mut().expect("it proves");
    let prover = &mut proving.systems[0];
    prover.segment = job(WorkCurve::constant(12.0));
    (prover.segment_cycles, prover.recursion) = (None, Vec::new());
    prover.wrap = Some(job(WorkCurve::constant(4.0)));
    assert!((system.delay_s() - (9.0 / 2.0 + 12.0 + 4.0)).abs() < 1e-9, "{}", system.delay_s());
    // Batches close at 9 k s; with 16 s of proving 9 k + 16 falls 4, 10, 1, 7, 13 s … into slots of 15 s: five phases, of which the next slot is 14 − … s off.
    let wait_s = (0..5).map(|k| 15.0 - f64::from((9 * k + 16) % 15)).sum::<f64>() / 5.0;
    let outcomes = runs(&system, Resolution::Cohort, 20);
    let mean = interval(&outcomes, |it| it.settled.mean().unwrap_or(f64::NAN));
    assert!(mean.contains(system.delay_s() + wait_s), "{mean:?} {}", system.delay_s() + wait_s);
    // Its throughput, N / max(prove, N · close, …), is a batch for every close here: the provers are not the bottleneck.
    let utilization = interval(&outcomes, |it| it.utilization.last().map_or(f64::NAN, |(_, share)| *share));
    assert!((utilization.mean - 16.0 / 9.0 / 8.0).abs() < 0.005, "{utilization:?}");
}

#[test]
fn stages_are_used_as_the_arithmetic_says() {
    for system in [validity(), Rollup { load_per_s: 20.0, ..validity() }] {
        let outcomes = runs(&system, Resolution::Cohort, 12);
        for stage in capacity::stages(&system) {
            let used = interval(&outcomes, |it| {
                it.utilization.iter().find(|(name, _)| *name == stage.name).map_or(f64::NAN, |(_, share)| *share)
            });
            // A batch of many segments has half a segment more than its cycles, whose size does not matter here; its joins do.
            assert!(
                (used.mean / stage.utilization - 1.0).abs() < 0.03,
                "{}: {used:?} {}",
                stage.name,
                stage.utilization
            );
        }
    }
}

#[test]
fn pieces_are_as_busy_as_the_whole() {
    let (system, every) = (validity(), seconds(600.0));
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    let pieces = course::watch(&system, Resolution::Cohort, HORIZON, (&Streams::new(7, 0), every));
    // The first piece is the warm-up.
    assert_eq!(pieces.len(), 13);
    for (stage, share) in &outcome.utilization {
        let busy =
            |piece: &course::Piece| piece.busy.iter().find(|(name, _)| name == stage).map_or(f64::NAN, |it| it.1);
        let mean = pieces[1..].iter().map(busy).sum::<f64>() / 12.0;
        assert!((mean / share - 1.0).abs() < 0.05, "{stage}: {mean} in pieces, {share} in all");
    }
}

#[test]
fn both_resolutions_have_the_same_latencies() {
    for system in [validity(), optimistic(), Rollup { load_per_s: 35.0, ..validity() }] {
        let (cohorts, singly) = (runs(&system, Resolution::Cohort, 12), runs(&system, Resolution::Transaction, 12));
        type Of = fn(&Outcome) -> f64;
        let figures: [(&str, Of); 5] = [
            ("soft", |it| it.soft.mean().unwrap_or(f64::NAN)),
            ("soft p99", |it| it.soft.quantile(0.99).unwrap_or(f64::NAN)),
            ("posted", |it| it.posted.mean().unwrap_or(f64::NAN)),
            ("settled", |it| it.settled.mean().unwrap_or(f64::NAN)),
            ("hard p99", |it| it.hard.quantile(0.99).unwrap_or(f64::NAN)),
        ];
        for (name, of) in figures {
            let (one, other) = (interval(&cohorts, of), interval(&singly, of));
            let apart = (one.mean - other.mean).abs();
            assert!(apart <= one.half_width() + other.half_width() + 0.002 * one.mean, "{name}: {one:?} {other:?}");
        }
    }
}

#[test]
fn the_bill_of_l1_by_hand() {
    // A blob for every batch of 10 s, and 21,000 gas at 11 gwei; 300,000 gas for each settlement of 20 s. In a month of 730 h:
    // 262,800 batches and 131,400 settlements.
    let system = validity();
    let charges = system.expected_charges(HORIZON);
    let (batches, settlements) = (262_800.0, 131_400.0);
    let by_hand = [batches * 131_072.0 * 0.5e-9, batches * 21_000.0 * 11e-9, settlements * 300_000.0 * 11e-9];
    let expected = [charges.blobs_eth, charges.data_gas_eth, charges.settlement_gas_eth];
    for (by_hand, expected) in by_hand.into_iter().zip(expected) {
        assert!((by_hand / expected - 1.0).abs() < 1e-12, "{by_hand} {expected}");
    }
    // A run of two hours has 720 batches and 360 settlements, to the last one.
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    assert_eq!((outcome.counts.posted, outcome.counts.blobs), (720, 720.0));
    assert!(outcome.counts.settled.abs_diff(360) <= 1, "{:?}", outcome.counts);
    let settlements = outcome.paid.settlement_gas_eth / outcome.counts.settled as f64 * 360.0;
    for (by_hand, paid) in by_hand.into_iter().zip([outcome.paid.blobs_eth, outcome.paid.data_gas_eth, settlements]) {
        assert!((by_hand / paid - 1.0).abs() < 1e-9, "{by_hand} {paid}");
    }
}

#[test]
fn a_claim_is_final_after_its_window_and_bonds_are_bound_for_as_long() {
    let system = optimistic();
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    let [settled, hard] = [&outcome.settled, &outcome.hard].map(|sketch| sketch.mean().expect("some were settled"));
    assert!((hard - settled - 3_600.0).abs() < 1.0, "{settled} {hard}");
    // A claim every 20 s, each bound for an hour: 180 bonds.
    assert!((outcome.paid.bonds_eth - 180.0 * 0.08).abs() < 1e-9, "{}", outcome.paid.bonds_eth);
    // Half of them are challenged, for half of the longest dispute in the mean.
    let mut challenged = system;
    challenged.window = challenged.window.map(|window| Window { challenged: 0.5, ..window });
    let outcomes = runs(&challenged, Resolution::Cohort, 20);
    let longer = interval(&outcomes, |it| it.hard.mean().unwrap_or(f64::NAN) - it.settled.mean().unwrap_or(f64::NAN));
    assert!(longer.contains(3_600.0 + 250.0), "{longer:?}");
}

#[test]
fn several_systems_are_as_slow_as_the_last_that_is_needed() {
    let mut system = validity();
    let proving = system.proving.as_mut().expect("it proves");
    let slow = ProofSystem {
        place: Place { pool: "other".into(), machines: 40, servers: 1, life: None },
        segment: job(WorkCurve::proportional(5e-6)),
        ..proving.systems[0].clone()
    };
    proving.systems.push(slow);
    let mean = |needed: usize| {
        let mut system = system.clone();
        system.proving.as_mut().expect("it proves").needed = needed;
        runs(&system, Resolution::Cohort, 1)[0].batch_proof.mean().expect("some were proven")
    };
    let (one, both) = (mean(1), mean(2));
    let alone = runs(&validity(), Resolution::Cohort, 1)[0].batch_proof.mean().expect("some were proven");
    assert!((one / alone - 1.0).abs() < 1e-9 && both > 3.0 * one, "{alone} {one} {both}");
}

#[test]
fn a_block_that_fits_in_no_batch_is_split() {
    // 20 transactions a block, at most five in a batch: four batches a second or a little more, none larger than it may be.
    let mut system = optimistic();
    system.load_per_s = 20.0;
    system.levels[0].closing = Closing { transactions: Some(5), ..Closing::default() };
    let expected = system.batches_at(20.0)[0];
    assert!((expected.interval_s - 0.25).abs() < 1e-9 && (expected.content.transactions - 5.0).abs() < 1e-9);
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    let size = outcome.counts.ordered as f64 / outcome.counts.posted as f64;
    assert!((4.0..=5.0).contains(&size) && outcome.complete, "{size}");
}

#[test]
fn l1_has_room_for_so_many_blobs() {
    // 21 blobs in 12 s are 1.75 a second: one for a block of 1 s, of up to 130,044 B, at 100 B a transaction.
    let mut system = optimistic();
    system.levels[0].closing = Closing { count: Some(1), ..Closing::default() };
    let stage = capacity::stages(&system).into_iter().find(|stage| stage.name == "blobs").expect("it posts blobs");
    assert!((stage.capacity / 1_300.44 - 1.0).abs() < 1e-6, "{}", stage.capacity);
}

#[test]
fn data_waits_for_a_low_fee_but_not_for_ever() {
    let mut system = optimistic();
    let at = |minutes: f64| Time::from_secs_f64(minutes * 60.0);
    // Dear from 20 to 80 minutes.
    system.l1.blob_fee = FeeLaw::Stated([(at(0.0), 1.0), (at(20.0), 50.0), (at(80.0), 1.0)].into());
    let paid = |waits| {
        let mut system = system.clone();
        system.data.waits = waits;
        let outcome = run(&system, Resolution::Cohort, HORIZON, &Streams::new(1, 0));
        (outcome.paid.blobs_eth, outcome.posted.quantile(1.0).expect("some were posted"), outcome.complete)
    };
    let (at_once, patient, impatient) =
        (paid(None), paid(Some((2.0, seconds(7_200.0)))), paid(Some((2.0, seconds(600.0)))));
    assert!(at_once.2 && patient.2 && impatient.2);
    assert!(patient.0 < impatient.0 && impatient.0 < at_once.0, "{at_once:?} {patient:?} {impatient:?}");
    assert!(at_once.1 < 40.0 && impatient.1 < 660.0 && patient.1 > 3_500.0 && patient.1 < 3_700.0, "{patient:?}");
}
