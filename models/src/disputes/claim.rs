//! A claim that is disputed: when it is decided, and what both sides move, bind and lose for that.
//!
//! Model: a claim that nobody challenges is final after its window. It may be challenged so long, or as long as the clock of
//! a challenger runs, where that runs since the claim. Of several challenges each has a dispute of its own ([`super::game`]):
//! all at once, answered at the same times, or one after another. Some time after the last verdict, and after its window,
//! the claim is final. A valid claim whose proposer lost is made again then, and is final after another window. Bonds
//! ([`super::bonds`]) are bound from their move until their dispute is decided.
//!
//! Assumptions: one proof answers all challenges of a claim at once, where disputes are decided by a proof; the clock of a
//! challenger holds the time until it challenges, where that runs since the claim. Source: the rules of the OP Stack, BoLD
//! and Kailua as their documentation has them; delay attacks: M. M. Alvarez et al., "BoLD" (2024), and H. Kalodner et al.,
//! "Arbitrum" (2018), whose challenges are played one after another. Leaves out: challengers who take over from each other,
//! rivals among the invalid claims.

use sim::{Distribution, Span};

use super::bonds::Ladder;
use super::game::{Bisection, Pace, Protocol, Side, less};

/// The rules of the claims of a chain, and how often one is challenged that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Time after which a claim is final that nobody challenges.
    pub window: Span,
    /// How a dispute is decided.
    pub protocol: Protocol,
    /// Whether the clock of a challenger runs since the claim, and not since the challenge.
    pub since_claim: bool,
    /// From the verdict until the claim is final.
    pub grace: Span,
    /// Bonds of the moves.
    pub bonds: Ladder,
    /// Challenges of a claim that is challenged, at least one.
    pub challenges: u32,
    /// Whether they are played one after another.
    pub in_turn: bool,
}

/// What a side did.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Effort {
    /// Moves, the challenges included.
    pub moves: f64,
    /// Last steps, or proofs.
    pub last_steps: f64,
    /// All its bonds, in their unit.
    pub posted: f64,
    /// The most of them that were bound at once.
    pub bound: f64,
    /// Time that they were bound, in their unit times seconds.
    pub bound_s: f64,
}

/// A claim whose disputes are decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decided {
    /// Who won all of them, or the one that ended them.
    pub winner: Side,
    /// From the claim to the last verdict.
    pub verdict: Span,
    /// From the claim until it is final, or the one that is made in its place.
    pub last: Span,
    /// What the proposer did, and the challengers together.
    pub efforts: [Effort; 2],
}

impl Decided {
    /// What a side did.
    pub fn of(&self, side: Side) -> &Effort {
        &self.efforts[side as usize]
    }
}

impl Rules {
    /// Until when a claim may be challenged.
    pub fn open(&self) -> Span {
        match self.protocol {
            Protocol::Bisection(game) if self.since_claim => game.clock.min(self.window),
            _ => self.window,
        }
    }

    /// The disputes about a claim that is first challenged so long after it was made, where `right` is right. `takes` says
    /// how long something takes, in seconds.
    pub fn decide(&self, right: Side, after: Span, mut takes: impl FnMut(&Distribution) -> f64) -> Decided {
        let (rounds, at_once) = if self.in_turn { (self.challenges, 1) } else { (1, self.challenges) };
        let spent = if self.since_claim { after } else { Span::ZERO };
        let bonds: Vec<f64> = (0..=self.bonds.depth()).map(|depth| self.bonds.of(depth)).collect();
        let mut decided = Decided { winner: right, verdict: after, last: after, efforts: [Effort::default(); 2] };
        for _ in 0..rounds {
            let mut moves = vec![(1, Span::ZERO)];
            let played = self.protocol.course(right, spent, &mut takes, |depth, at| moves.push((depth, at)));
            let proofs = if right == Side::Proposer && self.is_proven() { 1 } else { at_once };
            decided.efforts[right as usize].last_steps += f64::from(proofs);
            let mut bound = [0.0; 2];
            for (depth, at) in moves {
                let (side, bond) = (
                    Side::at_depth(depth) as usize,
                    bonds.get(depth as usize).map_or(0.0, |bond| bond * f64::from(at_once)),
                );
                bound[side] += bond;
                let effort = &mut decided.efforts[side];
                effort.moves += f64::from(at_once);
                effort.posted += bond;
                effort.bound_s += bond * less(played.duration, at).as_secs_f64();
            }
            for (effort, bound) in decided.efforts.iter_mut().zip(bound) {
                effort.bound = effort.bound.max(bound);
            }
            decided.verdict = decided.verdict + played.duration;
            decided.winner = played.winner;
            if played.winner != right {
                break;
            }
        }
        decided.last = (decided.verdict + self.grace).max(self.window);
        if right == Side::Proposer && decided.winner != right {
            decided.last = decided.verdict + self.window;
        }
        decided
    }

    fn is_proven(&self) -> bool {
        matches!(self.protocol, Protocol::OneRound { .. })
    }

    /// The same at the mean times of moves.
    pub fn decide_at_means(&self, right: Side, after: Span) -> Decided {
        self.decide(right, after, Distribution::mean)
    }

    /// How much later a claim is final than if nobody had challenged it, in seconds.
    pub fn delay_s(&self, decided: &Decided) -> f64 {
        less(decided.last, self.window).as_secs_f64()
    }

    /// The same of a valid claim in the mean, where it is challenged at any time at which it may be: exact where moves take
    /// no more and no less than their means, or every dispute outlasts the window.
    pub fn mean_delay_s(&self) -> f64 {
        let open_s = self.open().as_secs_f64();
        let lasts_s = |after: Span| (self.decide_at_means(Side::Proposer, after).verdict + self.grace).as_secs_f64();
        let window_s = self.window.as_secs_f64();
        if let Some(game) = self.stalled_since_claim() {
            // Whenever it begins, its challenger's clock ends at the same time; but a challenge within an extension e of that end
            // leaves it so much more, e / 2 in the mean of these e / c.
            let (clock_s, extension_s) = (game.clock.as_secs_f64(), game.extension.as_secs_f64());
            let more_s = extension_s.min(clock_s).powi(2) / (2.0 * clock_s);
            return (lasts_s(Span::ZERO) + more_s - window_s).max(0.0);
        }
        // Challenged at u it is final at max(w, u + a), u even between 0 and the last time o.
        let beyond_s = lasts_s(Span::ZERO) - window_s;
        let latest_s = beyond_s + open_s;
        if beyond_s >= 0.0 || open_s == 0.0 {
            beyond_s.max(0.0) + open_s / 2.0
        } else {
            latest_s.max(0.0).powi(2) / (2.0 * open_s)
        }
    }

    /// The game, where a challenger who is wrong uses up a clock that runs since the claim.
    fn stalled_since_claim(&self) -> Option<Bisection> {
        match self.protocol {
            Protocol::Bisection(game) => {
                let stalls = matches!(game.dishonest, Pace::Stalls { .. }) && game.moves > 1;
                (self.since_claim && stalls).then_some(game)
            }
            Protocol::OneRound { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disputes::bonds::Level;
    use proptest::prelude::*;
    use sim::{Interval, Streams};

    fn days(days: f64) -> Span {
        Span::from_secs_f64(days * 86_400.0)
    }

    /// The OP Stack: clocks of 3.5 d since the claim, extensions of 3 h, and as long again until it is final.
    fn op_stack() -> Rules {
        let game = Bisection {
            moves: 72,
            honest_s: Distribution::Constant { value: 600.0 },
            dishonest: Pace::Stalls { last_depth: 73 },
            clock: days(3.5),
            extension: Span::from_secs(10_800),
            last_step: Span::ZERO,
        };
        Rules {
            window: days(7.0),
            protocol: Protocol::Bisection(game),
            since_claim: true,
            grace: days(3.5),
            bonds: Ladder(vec![Level { moves: 73, bond: 0.08, growth: 1.09493, each_move: true }]),
            challenges: 1,
            in_turn: false,
        }
    }

    fn proven(hours: f64) -> Rules {
        let protocol = Protocol::OneRound { inclusion_s: Distribution::Constant { value: hours * 3_600.0 } };
        let bonds = Ladder(vec![Level { moves: 1, bond: 2.0, growth: 1.0, each_move: true }]);
        Rules { protocol, bonds, since_claim: false, grace: Span::ZERO, ..op_stack() }
    }

    #[test]
    fn the_longest_attack_on_the_op_stack_by_hand() {
        // Challenged when the clock is over, at 3.5 d: 36 answers of 10 min and 36 extensions of 3 h later it is decided, and
        // final after 3.5 d more.
        let rules = op_stack();
        assert_eq!(rules.open(), days(3.5));
        let decided = rules.decide_at_means(Side::Proposer, rules.open());
        assert_eq!((decided.winner, decided.verdict), (Side::Proposer, days(3.5 + 0.25 + 4.5)));
        assert_eq!(rules.delay_s(&decided), 4.75 * 86_400.0);
        let [proposer, challenger] = decided.efforts;
        assert_eq!((proposer.moves, challenger.moves, proposer.last_steps), (36.0, 37.0, 1.0));
        assert_eq!(challenger.posted, rules.bonds.of_side(Side::Challenger, 73));
        assert!((proposer.posted / rules.bonds.of_side(Side::Proposer, 73) - 1.0).abs() < 1e-12);
        // The bond of the challenge is bound all the time, 4.75 d; that of the last move not at all.
        let first = rules.bonds.of(1) * 4.75 * 86_400.0;
        assert!(challenger.bound_s > first && challenger.bound_s < challenger.posted * 4.75 * 86_400.0);
        // An invalid claim that is challenged at once: its proposer stalls instead.
        let invalid = rules.decide_at_means(Side::Challenger, Span::ZERO);
        assert_eq!(
            (invalid.winner, invalid.verdict),
            (Side::Challenger, days(3.5 + 0.25) + Span::from_secs(35 * 10_800))
        );
    }

    #[test]
    fn several_challenges_at_once_bind_more_and_in_turn_take_longer() {
        let alone = Rules { since_claim: false, ..op_stack() };
        let one = alone.decide_at_means(Side::Proposer, days(1.0));
        let several =
            |in_turn| Rules { challenges: 5, in_turn, ..alone.clone() }.decide_at_means(Side::Proposer, days(1.0));
        let (at_once, in_turn) = (several(false), several(true));
        assert_eq!(at_once.verdict, one.verdict);
        assert_eq!(in_turn.verdict, days(1.0) + Span::from_nanos((one.verdict.nanos() - days(1.0).nanos()) * 5));
        for side in [Side::Proposer, Side::Challenger] {
            let of = |decided: &Decided| *decided.of(side);
            assert!((of(&at_once).posted / of(&one).posted - 5.0).abs() < 1e-12);
            assert!((of(&in_turn).posted / of(&one).posted - 5.0).abs() < 1e-12);
            assert!((of(&at_once).bound / of(&one).bound - 5.0).abs() < 1e-12);
            assert_eq!((of(&in_turn).bound, of(&at_once).moves), (of(&one).bound, 5.0 * of(&one).moves));
        }
    }

    #[test]
    fn one_proof_answers_all_challenges_of_a_valid_claim() {
        let rules = Rules { challenges: 5, ..proven(3.0) };
        let decided = rules.decide_at_means(Side::Proposer, days(6.9));
        assert_eq!(decided.of(Side::Proposer), &Effort { last_steps: 1.0, ..Effort::default() });
        assert_eq!((decided.of(Side::Challenger).posted, decided.of(Side::Challenger).moves), (10.0, 5.0));
        // Challenged 2.4 h before its window ends, it is final 36 min after that.
        assert!((rules.delay_s(&decided) - 2_160.0).abs() < 1e-6, "{}", rules.delay_s(&decided));
        assert_eq!(rules.delay_s(&rules.decide_at_means(Side::Proposer, days(1.0))), 0.0);
        // Five invalid claims need five proofs.
        assert_eq!(rules.decide_at_means(Side::Challenger, days(1.0)).of(Side::Challenger).last_steps, 5.0);
    }

    #[test]
    fn who_is_right_and_too_slow_claims_again() {
        let mut rules = op_stack();
        let Protocol::Bisection(game) = &mut rules.protocol else { panic!("it is a game") };
        (game.honest_s, game.extension) = (Distribution::Constant { value: 90_000.0 }, Span::ZERO);
        let decided = rules.decide_at_means(Side::Proposer, days(1.0));
        assert_eq!((decided.winner, decided.last), (Side::Challenger, decided.verdict + days(7.0)));
    }

    #[test]
    fn the_mean_delay_is_that_of_many_claims() {
        let mut stream = Streams::new(5, 0).stream("challenges");
        let slow = Rules { since_claim: false, grace: days(2.0), ..op_stack() };
        for rules in [op_stack(), slow, proven(3.0), proven(300.0)] {
            let open_s = rules.open().as_secs_f64();
            let delays: Vec<f64> = (0..20_000)
                .map(|_| {
                    let after = Span::from_secs_f64(open_s * stream.uniform());
                    rules.delay_s(&rules.decide(Side::Proposer, after, |time_s| time_s.sample(&mut stream)))
                })
                .collect();
            let (seen, expected) = (Interval::of(&delays, 0.999).unwrap(), rules.mean_delay_s());
            assert!(seen.contains(expected), "{expected} {seen:?}");
        }
    }

    proptest! {
        #[test]
        fn a_longer_clock_never_shortens_a_delay(
            clock_h in 1.0..200.0f64, more_h in 0.0..100.0f64, extension_h in 0.0..10.0f64, move_s in 0.0..5_000.0f64,
            last_depth in 1u32..80, challenges in 1u32..5, since_claim in any::<bool>(), in_turn in any::<bool>(),
        ) {
            let delay_s = |clock_h: f64| {
                let mut rules = Rules { challenges, since_claim, in_turn, ..op_stack() };
                let Protocol::Bisection(game) = &mut rules.protocol else { unreachable!() };
                game.clock = Span::from_secs_f64(clock_h * 3_600.0);
                game.extension = Span::from_secs_f64(extension_h.min(clock_h) * 3_600.0);
                game.honest_s = Distribution::Constant { value: move_s };
                game.dishonest = Pace::Stalls { last_depth };
                let decided = rules.decide_at_means(Side::Proposer, rules.open());
                let longest = rules.protocol.longest(since_claim).unwrap() * u64::from(if in_turn { challenges } else { 1 });
                let open = if since_claim { Span::ZERO } else { rules.open() };
                prop_assert!(decided.verdict <= open + longest || in_turn && since_claim);
                Ok(if decided.winner == Side::Proposer { Some(rules.delay_s(&decided)) } else { None })
            };
            let (short, long) = (delay_s(clock_h)?, delay_s(clock_h + more_h)?);
            if let (Some(short), Some(long)) = (short, long) {
                prop_assert!(long >= short - 1e-6, "{} {}", short, long);
            }
        }
    }
}
