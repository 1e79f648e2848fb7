//! The fraud window by hand, by its laws of conservation, and against its closed forms.

use proptest::prelude::*;
use sim::{Calendar, Distribution, Interval, Recorder, Simulation, World, replicate};

use super::game::{Bisection, Pace, keeps_clock};
use super::queue::Queue;
use super::survival::{Exposure, reversal, survival};
use super::watchers::tests::watchers;
use super::*;

fn secs(seconds: f64) -> Span {
    Span::from_secs_f64(seconds)
}

fn one_round(inclusion_s: f64) -> Protocol {
    Protocol::OneRound { inclusion_s: Distribution::Constant { value: inclusion_s } }
}

/// Every block is invalid; one watcher has the fault proof after 10 s, which is included 2 s later.
fn rules() -> FraudWindow {
    FraudWindow {
        window: Span::from_secs(100),
        invalid: 1.0,
        frivolous: 0.0,
        watchers: Watchers { build_s: 10.0, ..watchers(1, 1.0, 0.0) },
        protocol: one_round(2.0),
        stakes: Stakes { proposer: 1_000.0, challenger: 50.0, reward: 0.4 },
        returns: 1.0,
        ages: Vec::new(),
    }
}

#[test]
fn an_accepted_fault_proof_by_hand() {
    let (mut disputes, mut schedule) = (Disputes::new(rules(), &Streams::new(1, 0)), Recorder::new());
    for block in 0..4u64 {
        schedule.advance_to(Time::from_secs_f64(4.0 * block as f64));
        assert_eq!(disputes.propose(100 + block, &mut schedule), block);
        // The challenge of block 0 is at 10 s, before block 3.
        while schedule.pending().any(|(time, _)| time < Time::from_secs_f64(12.0)) && block == 2 {
            let (_, event) = schedule.pop().unwrap();
            assert_eq!(disputes.handle(event, &mut schedule), Happened::Disputed(0));
        }
    }
    assert_eq!(disputes.state(0), Some(State::Disputed(Time::from_secs_f64(10.0))));
    assert_eq!((disputes.state(1), disputes.in_flight()), (Some(State::Open), 406));
    let (now, event) = schedule.pop().unwrap();
    let revert = Revert { block: 0, blocks: 4, returned: 406, refunded: 0 };
    assert_eq!((now, disputes.handle(event, &mut schedule)), (Time::from_secs_f64(12.0), Happened::Reverted(revert)));
    assert_eq!(schedule.pending().count(), 0, "nothing is left to happen to the descendants");
    let record = disputes.record();
    assert_eq!((record.invalid, record.carried_off, record.reverts, record.disputes), (4, 3, 1, 1));
    assert_eq!((record.slashed, record.rewarded, record.forfeited), (1_000.0, 400.0, 0.0));
    assert_eq!(record.to_fault_proof.quantile(0.5), Some(12.0));
    assert!((record.reverted_per_month(now) - 406.0 / 12.0 * 2_628_000.0).abs() < 1.0);
    assert_eq!(disputes.propose(7, &mut schedule), 0, "the chain goes on from where it was cut");
}

/// Runs what is scheduled to the end and says what happened when.
fn run_out(disputes: &mut Disputes, schedule: &mut Recorder<Event>) -> Vec<(f64, Happened)> {
    let mut happened = Vec::new();
    while let Some((now, event)) = schedule.pop() {
        happened.push((now.as_secs_f64(), disputes.handle(event, schedule)));
    }
    happened
}

#[test]
fn an_invalid_block_survives_slow_challengers() {
    // Two watchers have fault proofs at 90 s and lose a game of one round on their clocks of 20 s, one after another:
    // 0 + 20 s each after the proposer's 1 s; the block stands at 90 + 2 · 21 s.
    let slow = Bisection {
        moves: 2,
        honest_s: Distribution::Constant { value: 30.0 },
        dishonest: Pace::Takes(Distribution::Constant { value: 1.0 }),
        clock: Span::from_secs(20),
        extension: Span::ZERO,
        last_step: Span::ZERO,
    };
    let watchers = Watchers { build_s: 90.0, ..watchers(2, 1.0, 0.0) };
    let rules = FraudWindow { watchers, protocol: Protocol::Bisection(slow), ..rules() };
    let (mut disputes, mut schedule) = (Disputes::new(rules, &Streams::new(1, 0)), Recorder::new());
    disputes.propose(10, &mut schedule);
    let happened = run_out(&mut disputes, &mut schedule);
    let (disputed, upheld) = (Happened::Disputed(0), Happened::Upheld(0));
    let expected =
        [(90.0, disputed), (111.0, upheld), (111.0, disputed), (132.0, upheld), (132.0, Happened::Accepted(0))];
    assert_eq!(happened, expected);
    assert_eq!((disputes.record().survived, disputes.record().settled, disputes.in_flight()), (1, 10, 0));
    assert_eq!(disputes.record().forfeited, 100.0);
}

#[test]
fn a_frivolous_challenge_delays_what_stands_on_the_block_and_reverts_nothing() {
    let rules = FraudWindow { invalid: 0.0, frivolous: 1.0, protocol: one_round(500.0), ..rules() };
    let (mut disputes, mut schedule) = (Disputes::new(rules, &Streams::new(1, 0)), Recorder::new());
    disputes.propose(10, &mut schedule);
    disputes.frivolous = RareTrials::new(0.0, Streams::new(1, 0).stream("none"));
    disputes.propose(20, &mut schedule);
    let (challenged, event) = schedule.pop().unwrap();
    assert!(challenged < Time::from_secs_f64(100.0));
    assert_eq!(disputes.handle(event, &mut schedule), Happened::Disputed(0));
    schedule.advance_to(Time::from_secs_f64(300.0));
    disputes.settle(schedule.now());
    assert_eq!((disputes.record().settled, disputes.in_flight()), (0, 30), "the window is over and the dispute is not");
    run_out(&mut disputes, &mut schedule);
    assert_eq!((disputes.record().settled, disputes.in_flight()), (30, 0));
    assert_eq!((disputes.record().reverts, disputes.record().upheld, disputes.record().forfeited), (0, 1, 50.0));
}

/// A chain with a block every second.
struct Chain {
    disputes: Disputes,
    transactions: u64,
    blocks: u64,
    happened: Vec<Happened>,
    /// Transactions of the blocks that stand, settled or not; and their sum.
    mirror: Vec<u64>,
    standing: u64,
}

enum Tick {
    Slot,
    Disputes(Event),
}

impl World for Chain {
    type Event = Tick;

    fn handle(&mut self, event: Tick, calendar: &mut Calendar<Tick>) {
        match event {
            Tick::Slot => {
                let transactions = self.transactions + self.mirror.len() as u64 % 7;
                let number = self.disputes.propose(transactions, &mut calendar.scope(Tick::Disputes));
                assert_eq!(number, self.mirror.len() as u64, "blocks are numbered by height");
                self.mirror.push(transactions);
                self.standing += transactions;
                self.blocks -= 1;
                if self.blocks > 0 {
                    calendar.after(Span::from_secs(1), Tick::Slot);
                }
            }
            Tick::Disputes(event) => {
                let happened = self.disputes.handle(event, &mut calendar.scope(Tick::Disputes));
                if let Happened::Reverted(revert) = happened {
                    let gone = self.mirror.split_off(revert.block as usize);
                    assert_eq!(revert.blocks, gone.len() as u64, "the block and its descendants, no more and no less");
                    assert_eq!(revert.returned + revert.refunded, gone.iter().sum::<u64>());
                    self.standing -= gone.iter().sum::<u64>();
                }
                self.happened.push(happened);
            }
        }
        let record = self.disputes.record();
        let accounted = record.settled + self.disputes.in_flight() + record.returned + record.refunded;
        assert_eq!(record.submitted, accounted, "no transaction is lost or made up");
        assert_eq!(self.standing, record.settled + self.disputes.in_flight());
    }
}

fn chain(rules: FraudWindow, blocks: u64, streams: &Streams) -> Simulation<Chain> {
    let disputes = Disputes::new(rules, streams);
    let world = Chain { disputes, transactions: 10, blocks, happened: Vec::new(), mirror: Vec::new(), standing: 0 };
    let mut run = Simulation::new(world);
    run.calendar.at(Time::ZERO, Tick::Slot);
    run
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn transactions_are_conserved_through_reverts(
        seed in any::<u64>(), invalid in 0.0..0.3f64, frivolous in 0.0..0.3f64, count in 1u64..6, checks in 0.0..1.0f64,
        pickup_s in 0.0..80.0f64, window in 1u64..100, move_s in 0.0..20.0f64, returns in 0.0..=1.0f64,
    ) {
        let side = |mean| Distribution::Exponential { mean };
        let game = Bisection {
            moves: 6, honest_s: side(move_s), dishonest: Pace::Takes(side(2.0 * move_s)), clock: Span::from_secs(40), extension: Span::ZERO,
            last_step: Span::from_secs(1),
        };
        let (watchers, window) = (watchers(count, checks, pickup_s), Span::from_secs(window));
        let protocol = Protocol::Bisection(game);
        let rules = FraudWindow { window, invalid, frivolous, watchers, protocol, returns, ..rules() };
        let mut run = chain(rules, 400, &Streams::new(seed, 0));
        while run.step() {}
        let end = run.calendar.now() + window;
        run.world.disputes.settle(end);
        let record = run.world.disputes.record();
        prop_assert_eq!(run.world.disputes.in_flight(), 0, "everything is decided in the end");
        prop_assert!(record.carried_off + record.survived + record.reverts >= record.invalid);
        prop_assert!(record.reverts <= record.disputes && record.upheld <= record.disputes);
    }
}

/// Watchers with a backlog, game and window in which a few per cent of invalid blocks survive.
fn weak() -> (FraudWindow, f64) {
    let game = Bisection {
        moves: 4,
        honest_s: Distribution::Exponential { mean: 5.0 },
        dishonest: Pace::Takes(Distribution::Constant { value: 0.5 }),
        clock: Span::from_secs(10),
        extension: Span::ZERO,
        last_step: Span::ZERO,
    };
    let queue = Queue { cores: 1.0, utilization: 0.7, block_s: 6.0 };
    let watchers = Watchers { common_failure: 0.01, honest: 0.9, liveness: 0.8, queue, ..watchers(10, 0.7, 30.0) };
    let rules = FraudWindow { invalid: 1e-3, watchers, protocol: Protocol::Bisection(game), ..rules() };
    (rules, keeps_clock(2, 5.0, 10.0))
}

#[test]
fn as_many_invalid_blocks_survive_as_the_closed_form_says() {
    let (rules, wins) = weak();
    let expected = survival(&rules.watchers, 10.0, 100.0, wins);
    let counts = replicate(0..20, |replication| {
        let mut run = chain(rules.clone(), 1_000_000, &Streams::new(9, replication));
        while run.step() {}
        let record = run.world.disputes.record();
        // What went with an earlier block was never decided.
        record.survived as f64 / (record.invalid - record.carried_off) as f64
    });
    // Blocks that are carried off are more often those that take long: below 3 % of them at this rate.
    let interval = Interval::of(&counts, 0.95).unwrap();
    assert!((interval.mean / expected - 1.0).abs() < 0.03 + interval.relative_half_width(), "{expected}: {interval:?}");
    assert!(interval.relative_half_width() < 0.1, "{interval:?}");
}

#[test]
fn a_block_by_itself_fares_as_in_the_chain() {
    let (rules, _) = weak();
    let seen = replicate(0..20, |replication| {
        let mut run = chain(rules.clone(), 1_000_000, &Streams::new(13, replication));
        while run.step() {}
        run.world.disputes.record().to_fault_proof.mean().unwrap()
    });
    let streams = Streams::new(14, 0);
    let mut draws = alone::Draws { watching: streams.stream("watchers"), moves: streams.stream("moves") };
    let times: Vec<Option<Span>> = (0..100_000).map(|_| alone::time_to_fault_proof(&rules, 13, &mut draws)).collect();
    let found: Vec<f64> = times.iter().flatten().map(|time| time.as_secs_f64()).collect();
    let (alone, seen) = (Interval::of(&found, 0.95).unwrap(), Interval::of(&seen, 0.95).unwrap());
    // What takes long is more often carried off with an earlier block: below 3 % at this rate.
    let distance = (alone.mean / seen.mean - 1.0).abs();
    assert!(distance < 0.03 + alone.relative_half_width() + seen.relative_half_width(), "{alone:?}, {seen:?}");
    let survived = 1.0 - found.len() as f64 / times.len() as f64;
    let expected = survival(&rules.watchers, 13.0, 100.0, rules.protocol.wins().unwrap());
    assert!((survived / expected - 1.0).abs() < 0.05, "{survived}, {expected}");
}

#[test]
fn reversals_are_as_frequent_as_the_closed_form_says() {
    let ages: Vec<Span> = [0.0, 5.0, 20.0, 60.0].map(secs).to_vec();
    let queue = Queue { cores: 1.0, utilization: 0.8, block_s: 10.0 };
    let watchers = Watchers { common_failure: 0.05, build_s: 3.0, queue, ..watchers(4, 0.5, 20.0) };
    let rules = FraudWindow { invalid: 5e-4, watchers, protocol: one_round(2.0), ages: ages.clone(), ..rules() };
    let exposure = Exposure { invalid: 5e-4, slot_s: 1.0, transactions: 10.0, window_s: 100.0, dispute_s: 2.0 };
    let shares = replicate(0..20, |replication| {
        let mut run = chain(rules.clone(), 2_000_000, &Streams::new(12, replication));
        while run.step() {}
        run.world.disputes.reversals(run.calendar.now())
    });
    for (which, age) in ages.iter().enumerate() {
        let values: Vec<f64> = shares.iter().map(|shares| shares[which].unwrap()).collect();
        let (interval, expected) =
            (Interval::of(&values, 0.99).unwrap(), reversal(&watchers, &exposure, age.as_secs_f64()));
        assert!(interval.contains(expected), "at {age:?}: {expected}, {interval:?}");
        assert!(interval.relative_half_width() < 0.2, "{interval:?}");
    }
}

#[test]
fn a_month_of_valid_blocks_costs_nothing_but_counting() {
    // 30 days of blocks, one invalid in a hundred thousand: events are the slots and three for every invalid block.
    let rules = FraudWindow { invalid: 1e-5, ..rules() };
    let mut run = chain(rules, 2_592_000, &Streams::new(4, 0));
    while run.step() {}
    let record = run.world.disputes.record();
    assert!((10..50).contains(&record.invalid), "{}", record.invalid);
    assert_eq!((record.reverts + record.carried_off, record.survived), (record.invalid, 0));
    assert_eq!(run.events(), 2_592_000 + 2 * record.reverts);
    assert_eq!(record.to_fault_proof.quantile(0.99), Some(12.0));
}

#[test]
fn streams_belong_to_their_causes() {
    // Another protocol does not change which blocks are invalid, nor who sees them.
    let invalid = |protocol| {
        let rules = FraudWindow { invalid: 0.01, protocol, ..rules() };
        let mut run = chain(rules, 5_000, &Streams::new(6, 0));
        run.run_until(Time::from_secs_f64(5_000.0));
        run.world.disputes.record().invalid
    };
    assert_eq!(invalid(one_round(2.0)), invalid(one_round(3.0)));
}
