//! The layered world by its laws: nothing is lost through reverts, and valid blocks cost nothing.

mod machines;

use proptest::prelude::*;
use sim::{Distribution, Interval, Simulation, Span, Streams, Time};

use super::*;
use crate::disputes::game::{Bisection, Pace, Protocol};
use crate::disputes::queue::Queue;
use crate::disputes::survival::{Exposure, reversal};
use crate::disputes::watchers::{OwnMachines, Watchers};
use crate::disputes::{FraudWindow, Stakes};
use crate::dissemination::Dissemination;
use crate::leaders::Committee;
use crate::mempool::Batching;
use crate::network::DelayMatrix;
use crate::profile::Profile;
use crate::proving::requests::Requests;
use crate::proving::servers::Discipline;
use crate::proving::{Day, Demand, Leaf, Level, Merge, ProofPlan};
use crate::quorum::{Delivery, Voting};
use crate::systems::layered::capacity::{fraud_window, size_validators, stages, watcher_machines, watchers};
use crate::systems::layered::turns::Turns;
use crate::validators::{TransactionClass, Validation, ValidatorMachine};
use crate::work::WorkCurve;
use timeline::Track;

/// Two shards with blocks every second and epochs of twenty slots; everything is proven in segments of four slots.
pub(crate) fn system(load_per_s: f64, fraud: Option<FraudWindow>) -> Layered {
    let delays = DelayMatrix { regions: vec!["here".into()], one_way: vec![vec![Span::from_millis(10)]] };
    let class = TransactionClass {
        name: "all".into(),
        share: 1.0,
        check_s: 1e-4,
        bytes: 100.0,
        proven: true,
        own_proof_s: None,
    };
    let merge = Merge { pair_s: 0.1, node: WorkCurve::constant(0.2), ..Merge::default() };
    let plan = ProofPlan {
        slots_per_epoch: 20,
        segment_slots: 4,
        lanes: 2,
        leaf: Leaf { transactions: Some(50), work: WorkCurve::proportional(0.01), spread: 0.1 },
        segment_merge: merge,
        levels: vec![Level { name: "epoch".into(), arity: None, passes_lone: false, merge }],
        demand: Demand::Always,
        discipline: Discipline::OldestFirst,
        day: Some(Day { epochs: 3, merge }),
    };
    Layered {
        load_per_s,
        profile: Profile::default(),
        classes: vec![class],
        shards: 2,
        slot: Span::from_secs(1),
        slots_per_epoch: 20,
        block_cap: None,
        validation: Validation::EveryTransaction,
        validator: ValidatorMachine { cores: 16, downlink_bits_per_s: 1e9, uplink_bits_per_s: 1e12, disk_bytes: 1e12 },
        retention: Span::from_secs(60),
        set: Committee {
            voting: Voting::ThreeBroadcasts,
            matrix: delays,
            nodes: 4,
            down: 0,
            timeout: Span::from_secs(1),
            voters: None,
            delivery: Delivery::default(),
        },
        in_turns: false,
        batching: None,
        votes: None,
        dissemination: Dissemination::LeaderToAll,
        epoch_verify_s: 0.01,
        witness_s: None,
        submission: None,
        proving: Proving::Epoch(plan),
        proves: true,
        prover_servers: 8,
        prover_life: None,
        fraud,
        light_client: None,
    }
}

/// Nodes in four regions, 50 ms apart and within, who wait for a second.
pub(super) fn committee(nodes: u64, down: u64) -> Committee {
    let matrix = DelayMatrix {
        regions: (0..4).map(|region| region.to_string()).collect(),
        one_way: vec![vec![Span::from_millis(50); 4]; 4],
    };
    let (timeout, delivery) = (Span::from_secs(1), Delivery::default());
    Committee { voting: Voting::TwoChain, matrix, nodes, down, timeout, voters: None, delivery }
}

fn rules(invalid: f64, frivolous: f64) -> FraudWindow {
    let side = |mean| Distribution::Exponential { mean };
    let game = Bisection {
        moves: 4,
        honest_s: side(1.0),
        dishonest: Pace::Takes(side(2.0)),
        clock: Span::from_secs(8),
        extension: Span::ZERO,
        last_step: Span::from_secs(1),
    };
    let watchers = Watchers {
        count: 3,
        honest: 0.9,
        liveness: 0.9,
        coverage: 0.8,
        common_failure: 0.01,
        pickup_s: 4.0,
        check_s: 1e-4,
        own: None,
        queue: Queue::empty(4.0),
        build_s: 0.5,
    };
    FraudWindow {
        window: Span::from_secs(20),
        invalid,
        frivolous,
        watchers,
        protocol: Protocol::Bisection(game),
        stakes: Stakes { proposer: 10.0, challenger: 1.0, reward: 0.5 },
        returns: 0.5,
        ages: vec![Span::from_secs(5)],
    }
}

const HORIZON: Horizon = Horizon { warm_up_epochs: 0, epochs: 12, prove: true };

/// Runs to the end and checks after every event that no transaction is lost or made up.
fn conserve(system: &Layered, resolution: Resolution, seed: u64) -> (LayeredWorld, Time) {
    let mut world = LayeredWorld::new(system, resolution, HORIZON, &Streams::new(seed, 0));
    world.watch();
    let mut run = Simulation::new(world);
    run.calendar.at(Time::ZERO + system.slot, Event::Slot);
    run.world.start(&mut run.calendar);
    while !run.world.complete() && !run.world.hopeless() {
        run.step();
        let world = &run.world;
        let fraud = world.fraud.as_ref().expect("a world with a fraud window");
        let seen = fraud.disputes.record();
        let in_blocks = seen.settled + fraud.disputes.in_flight();
        let waiting = world.builder.waiting() + world.turns.as_ref().map_or(0, Turns::waiting);
        assert_eq!(world.record.arrived, waiting + in_blocks + seen.refunded, "arrived and accounted");
        assert_eq!(seen.submitted, in_blocks + seen.returned + seen.refunded);
        assert!(fraud.history.count() >= fraud.disputes.in_flight(), "what can be reverted is remembered");
    }
    (run.world, run.calendar.now())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn transactions_are_conserved_through_reverts(
        seed in any::<u64>(), load in 0.5..60.0f64, invalid in 0.0..0.08f64, frivolous in 0.0..0.2f64,
        returns in 0.0..=1.0f64, window in 5u64..50, cap in prop::option::of(5u64..60), one_by_one in any::<bool>(),
        segment in 1u64..25, demand in 0..4, down in prop::option::of(0u64..3), batches in any::<bool>(),
        spot in any::<bool>(),
    ) {
        let fraud = FraudWindow { window: Span::from_secs(window), returns, ..rules(invalid, frivolous) };
        let mut system = Layered { block_cap: cap, ..system(load, Some(fraud)) };
        if let Some(down) = down {
            (system.set, system.in_turns) = (committee(7, down), true);
        }
        system.prover_life = spot.then(|| machines::spot(2, 40.0, 10.0));
        system.batching = batches.then_some(Batching { bytes: 1_000.0, delay: Span::from_millis(300) });
        if let Proving::Epoch(plan) = &mut system.proving {
            plan.segment_slots = segment.min(20);
            let requests = Requests { per_epoch: 0.6, epochs: 9, exponent: 1.0, proofs_kept: 2, witnesses_kept: 1.0, witness_s: 0.1 };
            let on_demand = [Demand::AtEpochEnd, Demand::on_request(requests), Demand::OnChallenge { share: 0.6 }];
            plan.demand = *on_demand.get(demand as usize).unwrap_or(&Demand::Always);
        }
        let resolution = if one_by_one { Resolution::Transaction } else { Resolution::Cohort };
        let (mut world, now) = conserve(&system, resolution, seed);
        prop_assert!(world.complete(), "every epoch is proven in the end, or passed over");
        let timeline = world.take_timeline();
        let outcome = world.outcome(now, 0);
        let seen = outcome.fraud.as_ref().expect("a fraud window");
        let epochs: Vec<_> = timeline.happenings.iter().filter(|one| one.track == Track::Epochs).collect();
        // The measured epochs come first, and each is proven once, whatever was thrown away before.
        let proven: u64 = epochs.iter().take(outcome.epoch_proof.mass() as usize).filter_map(|one| one.transactions).sum();
        prop_assert_eq!(outcome.proof_finality.mass() as u64, proven);
        prop_assert!(proven <= outcome.included);
        if demand > 2 || demand == 0 {
            prop_assert_eq!(outcome.epoch_proof.mass(), 12.0);
        }
        if seen.record.reverts == 0 && seen.record.survived == 0 {
            prop_assert!(seen.wasted_share.is_none_or(|share| share == 0.0), "nothing was thrown away: {:?}", seen.wasted_share);
            prop_assert!(outcome.epoch_proof.mass() < 12.0 || proven == outcome.included);
        }
    }
}

#[test]
fn a_window_in_which_nothing_is_invalid_changes_nothing() {
    let streams = Streams::new(5, 0);
    let without = run(&system(30.0, None), Resolution::Cohort, HORIZON, &streams);
    let with = run(&system(30.0, Some(rules(0.0, 0.0))), Resolution::Cohort, HORIZON, &streams);
    assert_eq!(without.fingerprint, with.fingerprint);
    assert_eq!(without.proof_finality, with.proof_finality);
    assert_eq!((without.levels.clone(), without.utilization.clone()), (with.levels, with.utilization));
    // Challenges of valid blocks are events of their own; what users and provers see stays the same.
    let frivolous = FraudWindow { frivolous: 0.2, protocol: one_round(), ..rules(0.0, 0.0) };
    let frivolous = run(&system(30.0, Some(frivolous)), Resolution::Cohort, HORIZON, &streams);
    assert_eq!(without.optimistic_finality, frivolous.optimistic_finality);
    assert_eq!(without.proof_finality, frivolous.proof_finality);
    assert!(frivolous.fraud.is_some_and(|fraud| fraud.record.disputes > 10 && fraud.record.reverts == 0));
}

fn one_round() -> Protocol {
    Protocol::OneRound { inclusion_s: Distribution::Constant { value: 1.0 } }
}

#[test]
fn a_proof_waits_for_invalid_blocks_and_what_is_proven_stands() {
    // Every block is invalid and nobody can tell: an epoch is proven when the window of its last block is over, 20 s after
    // its end, and two attempts were made on every leaf.
    let nobody = Watchers { coverage: 0.0, ..rules(1.0, 0.0).watchers };
    let fraud = FraudWindow { watchers: nobody, protocol: one_round(), ..rules(1.0, 0.0) };
    let outcome = run(&system(30.0, Some(fraud)), Resolution::Cohort, HORIZON, &Streams::new(6, 0));
    assert!(outcome.settled && outcome.epoch_proof.min().is_some_and(|least| least >= 20.0), "{outcome:?}");
    let seen = outcome.fraud.expect("a fraud window");
    assert_eq!((seen.record.reverts, seen.record.survived > 200), (0, true));
    assert!(seen.wasted_share.is_some_and(|share| share > 0.3), "{:?}", seen.wasted_share);
    assert_eq!(outcome.proof_finality.mass() as u64, outcome.included);
}

#[test]
fn proofs_take_nothing_from_the_chance_of_a_reversal() {
    // An epoch of 20 s is proven a second after its end, and a block is safe from then on; yet what will be reverted stands
    // on an invalid block, and has no proof until that block is gone.
    let ages = vec![Span::from_secs(2)];
    let rules = FraudWindow { protocol: one_round(), window: Span::from_secs(40), ages, ..rules(0.002, 0.0) };
    let exposure = Exposure { invalid: 0.002, slot_s: 1.0, transactions: 30.0, window_s: 40.0, dispute_s: 1.0 };
    let expected = reversal(&rules.watchers, &exposure, 2.0);
    let seen = |prove| {
        let horizon = Horizon { warm_up_epochs: 0, epochs: 150, prove };
        let one = |seed| {
            let outcome = run(&system(30.0, Some(rules.clone())), Resolution::Cohort, horizon, &Streams::new(seed, 0));
            outcome.fraud.expect("a fraud window").reversals[0].expect("transactions of that age")
        };
        Interval::of(&(0..120).map(one).collect::<Vec<_>>(), 0.99).expect("many runs")
    };
    let (with, without) = (seen(true), seen(false));
    assert!(with.contains(expected) && with.relative_half_width() < 0.25, "{expected} {with:?}");
    assert!((with.mean / without.mean - 1.0).abs() < 0.03, "{with:?} {without:?}");
}

#[test]
fn returned_transactions_keep_their_arrival_and_refunded_ones_are_gone() {
    let with = |returns| FraudWindow { returns, protocol: one_round(), ..rules(0.02, 0.0) };
    let of = |returns| run(&system(30.0, Some(with(returns))), Resolution::Cohort, HORIZON, &Streams::new(7, 0));
    let (returned, refunded) = (of(1.0), of(0.0));
    let seen = |outcome: &crate::systems::layered::outcome::Outcome| {
        outcome.fraud.as_ref().expect("a fraud window").record.clone()
    };
    assert!(seen(&returned).returned > 100 && seen(&returned).refunded == 0);
    assert!(seen(&refunded).refunded > 100 && seen(&refunded).returned == 0);
    // Who returns waits for another block; who is refunded waits for nothing.
    let waits = |outcome: &crate::systems::layered::outcome::Outcome| {
        outcome.optimistic_finality.max().expect("something was voted for")
    };
    assert!(waits(&returned) > 3.0 && waits(&refunded) < 1.5, "{} s, {} s", waits(&returned), waits(&refunded));
}

#[test]
fn days_and_levels_are_seen() {
    let outcome = run(&system(30.0, None), Resolution::Cohort, HORIZON, &Streams::new(8, 0));
    // Leaves, segments, epochs, days; 12 epochs are 4 days of 3, each of two rounds of 0.1 s and 0.2 s for the node.
    assert_eq!(outcome.levels.len(), 4);
    assert_eq!((outcome.epoch_proof.mass(), outcome.day_proof.mass()), (12.0, 4.0));
    let day = outcome.levels[3];
    assert!((day.critical_s.expect("days were proven") - 0.4).abs() < 1e-9);
    assert!((day.work_s - 0.4 / 3.0).abs() < 0.4 / 12.0 + 1e-9, "the last may lie beyond the measured time: {day:?}");
    let whole: f64 = outcome.levels.iter().map(|level| level.utilization).sum();
    let (_, provers) = outcome.utilization.iter().find(|(name, _)| name == "provers").expect("a fleet");
    assert!((whole / provers - 1.0).abs() < 1e-9, "levels add up to the fleet: {whole}, {provers}");
}

/// Thirty transactions a second of which each takes a check of 0.1 s: three cores, and 2.4 more for four blocks in five.
fn watched(own: Option<OwnMachines>) -> Layered {
    let rules = rules(0.01, 0.0);
    let watchers = Watchers { check_s: 0.1, own, ..rules.watchers };
    let mut system = system(30.0, Some(FraudWindow { watchers, ..rules }));
    system.classes[0].check_s = 0.1;
    system
}

#[test]
fn watchers_have_what_checks_leave_or_machines_of_their_own() {
    let close = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-12, "{found}, {expected}");
    let shared = watched(None);
    let (stage, queue) = (watchers(&shared).unwrap(), fraud_window(&shared).unwrap().watchers.queue);
    close(stage.utilization, (3.0 + 2.4) / 16.0);
    close(stage.capacity, 16.0 / (0.1 + 0.08));
    // A block of three core-seconds every 1.25 s on the thirteen cores that are left.
    assert_eq!(queue.cores, 13.0);
    close(queue.utilization, 2.4 / 13.0);
    close(queue.block_s, 3.0 / 13.0);
    let own = watched(Some(OwnMachines { machines: 2, cores: 32 }));
    let (alone, queue) = (watchers(&own).unwrap(), fraud_window(&own).unwrap().watchers.queue);
    close(alone.utilization, 2.4 / 32.0);
    close(queue.utilization, alone.utilization);
    close(alone.capacity, 400.0);
    assert_eq!((watcher_machines(&shared), watcher_machines(&own)), (0, 6), "three watchers");
    // The chain does not wait for them.
    for system in [&shared, &own] {
        assert_eq!(stages(system), stages(&Layered { fraud: None, ..system.clone() }));
    }
    let mut proven_first = shared.clone();
    proven_first.proving = Proving::BeforeInclusion { service_s: 1.0 };
    assert_eq!((watchers(&proven_first), watcher_machines(&proven_first)), (None, 0), "nothing to find");
    // Validators that are sized have cores for both: 5.4 of 4 · 2 stay below 90 %, 3 of 4 do without watching.
    let sized = |system: &Layered| {
        let unit = ValidatorMachine { cores: 4, ..system.validator };
        size_validators(&mut system.clone(), unit, 0.9)
    };
    assert_eq!([&shared, &own, &Layered { fraud: None, ..own.clone() }].map(sized), [2, 1, 1]);
}

#[test]
fn watchers_who_cannot_follow_find_nothing_and_keep_nobody_waiting() {
    let mut busy = watched(None);
    busy.validator.cores = 5;
    assert!(watchers(&busy).is_some_and(|stage| stage.utilization > 1.0 && stage.capacity < 30.0));
    let run_of = |system: &Layered| run(system, Resolution::Cohort, HORIZON, &Streams::new(9, 0));
    let outcome = run_of(&busy);
    let seen = outcome.fraud.as_ref().expect("a fraud window");
    assert!(seen.record.reverts == 0 && seen.record.survived > 0, "{:?}", seen.record);
    let unwatched = run_of(&Layered { fraud: None, ..busy });
    assert_eq!(outcome.optimistic_finality, unwatched.optimistic_finality);
}
