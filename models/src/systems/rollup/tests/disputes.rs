//! Disputes about claims by hand, and runs against the arithmetic beside them.

use sim::{Distribution, Span};

use super::super::disputes::{Dispute, Game};
use super::super::{Rollup, Window, Withdrawals};
use super::{HORIZON, interval, optimistic, runs, seconds};
use crate::disputes::bonds::{Ladder, Level};
use crate::disputes::claim::Rules;
use crate::disputes::game::{Bisection, Pace, Protocol, Side};
use crate::disputes::queue::Queue;
use crate::disputes::watchers::Watchers;
use crate::system::Resolution;

/// A game of a challenge and two more moves of 2 ETH each, with clocks of 100 s since the challenge.
fn game() -> Game {
    let bisection = Bisection {
        moves: 2,
        honest_s: Distribution::Constant { value: 10.0 },
        dishonest: Pace::Stalls { last_depth: 3 },
        clock: seconds(100.0),
        extension: Span::ZERO,
        last_step: Span::ZERO,
    };
    let rules = Rules {
        window: seconds(3_600.0),
        protocol: Protocol::Bisection(bisection),
        since_claim: false,
        grace: seconds(50.0),
        bonds: Ladder(vec![Level { moves: 3, bond: 2.0, growth: 1.0, each_move: true }]),
        challenges: 1,
        in_turn: false,
    };
    Game {
        rules,
        gas: 100_000.0,
        last_gas: 50_000.0,
        proof_gcycles: 0.0,
        usd_per_gcycle: 0.0,
        reward: 0.5,
        eth_usd: 1_000.0,
    }
}

/// A rollup with such a game, bonds of 1 ETH for each claim, and interest of 36.5 % a year: a thousandth a day.
fn disputed(game: Game, challenged: f64) -> Rollup {
    let system = optimistic();
    let window =
        Window { length: seconds(3_600.0), challenged, dispute: Dispute::Game(game), bond_eth: 1.0, one_bond: false };
    let withdrawals = Withdrawals { share: 0.0, usd: 0.0, fast: 0.0, interest: 0.365 };
    Rollup { window: Some(window), withdrawals: Some(withdrawals), ..system }
}

fn close(value: f64, by_hand: f64) -> bool {
    (value - by_hand).abs() <= 1e-9 * by_hand.abs()
}

#[test]
fn an_attack_on_a_valid_claim_by_hand() {
    // Challenged at 3,600 s; the answer 10 s and the clock 100 s later it is decided, and 50 s later final.
    let attack = disputed(game(), 0.0).attack(Side::Challenger, HORIZON).expect("there is a game");
    assert!(close(attack.delay_s, 160.0), "{attack:?}");
    assert_eq!((attack.bonds_eth, attack.defence_bonds_eth, attack.reward_usd), (4.0, 2.0, 2_000.0));
    // Two moves at 11 gwei and $1,000; the bond of the first was bound for 110 s.
    let a_day = 1_000.0 * 0.001 / 86_400.0;
    let (gas, interest) = (200_000.0 * 11e-9 * 1_000.0, 2.0 * 110.0 * a_day);
    assert!(close(attack.usd, 4_000.0 + gas + interest), "{attack:?}");
    // A move and the last step; the bond of the move for 100 s, and that of the claim for 160 s longer.
    let (gas, interest) = (150_000.0 * 11e-9 * 1_000.0, (2.0 * 100.0 + 160.0) * a_day);
    assert!(close(attack.defence_usd, gas + interest), "{attack:?}");
}

#[test]
fn what_challenges_bind_of_who_defends_by_hand() {
    // A claim of 1 ETH every 20 s, bound for 3,600 s and 160² / 7,200 s longer in the mean; an answer of 2 ETH, bound for 100 s. What the
    // challengers bind is theirs.
    let charges = disputed(game(), 1.0).expected_charges(HORIZON);
    assert!(close(charges.bonds_eth, 180.0 + (160.0f64.powi(2) / 7_200.0 + 200.0) / 20.0), "{charges:?}");
}

#[test]
fn invalid_claims_by_hand() {
    // Two at once, challenged as soon as they are made: 2 · (1 + 2) ETH are lost, and 2 · 4 ETH bound to win them.
    let mut game = game();
    game.rules.challenges = 2;
    let attack = disputed(game.clone(), 0.0).attack(Side::Proposer, HORIZON).expect("there is a game");
    assert_eq!((attack.delay_s, attack.bonds_eth, attack.defence_bonds_eth), (0.0, 6.0, 8.0));
    let a_day = 1_000.0 * 0.001 / 86_400.0;
    // Both claims for 110 s, both moves from 100 s on for 10 s.
    let (gas, interest) = (200_000.0 * 11e-9 * 1_000.0, (2.0 * 110.0 + 4.0 * 10.0) * a_day);
    assert!(close(attack.usd, 6_000.0 + gas + interest), "{attack:?}");
    let (gas, interest) = ((4.0 * 100_000.0 + 100_000.0) * 11e-9 * 1_000.0, 4.0 * 110.0 * a_day);
    assert!(close(attack.defence_usd, gas + interest), "{attack:?}");
    // The first of ten watchers takes it up after a tenth of their mean, and three of them after a third.
    let watchers = Watchers {
        count: 10,
        honest: 1.0,
        liveness: 1.0,
        coverage: 1.0,
        common_failure: 0.0,
        pickup_s: 36_000.0,
        check_s: 0.0,
        own: None,
        queue: Queue::empty(1.0),
        build_s: 0.0,
    };
    let watched = Rollup { watchers: Some(watchers), ..disputed(game, 0.0) };
    let attack = watched.attack(Side::Proposer, HORIZON).expect("there is a game");
    assert!(close(attack.delay_s, 160.0), "{attack:?}");
}

#[test]
fn without_a_game_there_is_no_attack_to_reckon() {
    let system = optimistic();
    assert_eq!((system.attack(Side::Challenger, HORIZON), system.longest_dispute_s()), (None, None));
    assert_eq!(disputed(game(), 0.0).longest_dispute_s(), Some(200.0), "both clocks");
}

#[test]
fn claims_are_challenged_as_often_and_final_as_late_as_the_arithmetic_says() {
    let long = || {
        let mut long = game();
        let Protocol::Bisection(game) = &mut long.rules.protocol else { panic!("it is a game") };
        (game.clock, game.honest_s) = (seconds(2_000.0), Distribution::Exponential { mean: 60.0 });
        (long.rules.grace, long.rules.since_claim) = (seconds(1_800.0), true);
        long
    };
    for game in [game(), long()] {
        let expected_s = game.rules.mean_delay_s();
        let system = disputed(game, 0.5);
        let outcomes = runs(&system, Resolution::Cohort, 40);
        let share = interval(&outcomes, |it| it.counts.disputed as f64 / it.counts.settled as f64);
        assert!(share.contains(0.5), "{share:?}");
        let delay = interval(&outcomes, |it| it.dispute_delay_s.expect("some were challenged"));
        assert!(delay.contains(expected_s), "{expected_s} {delay:?}");
        let later = interval(&outcomes, |it| {
            it.hard.mean().unwrap_or(f64::NAN) - it.settled.mean().unwrap_or(f64::NAN) - 3_600.0
        });
        assert!(later.contains(expected_s / 2.0), "{expected_s} {later:?}");
        let charges = system.expected_charges(HORIZON);
        let paid = [
            (interval(&outcomes, |it| it.paid.dispute_gas_eth), charges.dispute_gas_eth),
            (interval(&outcomes, |it| it.paid.bonds_eth), charges.bonds_eth),
        ];
        for (paid, expected) in paid {
            assert!(paid.contains(expected), "{expected} {paid:?}");
        }
    }
}

#[test]
fn a_proof_for_every_claim_that_is_challenged() {
    let mut game = game();
    game.rules.protocol = Protocol::OneRound { inclusion_s: Distribution::Constant { value: 300.0 } };
    game.rules.bonds = Ladder(vec![Level { moves: 1, bond: 2.0, growth: 1.0, each_move: true }]);
    (game.proof_gcycles, game.usd_per_gcycle) = (100.0, 1.5);
    let system = disputed(game, 1.0);
    let attack = system.attack(Side::Challenger, HORIZON).expect("there is a game");
    let a_day = 1_000.0 * 0.001 / 86_400.0;
    // $150 for the proof, the gas of closing the dispute, and interest on a claim that is final 350 s later.
    assert!(close(attack.defence_usd, 150.0 + 50_000.0 * 11e-9 * 1_000.0 + 350.0 * a_day), "{attack:?}");
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    assert_eq!(outcome.counts.disputed, outcome.counts.settled);
    let months = HORIZON.measured_s / (730.0 * 3_600.0);
    assert!(close(outcome.paid.dispute_gcycles * months, 100.0 * outcome.counts.settled as f64), "{:?}", outcome.paid);
}
