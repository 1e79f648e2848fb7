//! How a dispute is decided: by one fault proof, or by bisection with a clock for each side.
//!
//! Model: one round: the chain checks the fault proof when it is included. Bisection: the two sides narrow the
//! execution down to one step, in so many rounds, in each of which the proposer moves and then the challenger; every
//! side has a chess clock that runs while it is its turn, and loses when it runs out. The last step is checked by the
//! chain.
//!
//! Assumptions: who is right wins unless its clock runs out; what a side answers is always correct in form; response
//! times hold the inclusion of the move. Source: H. Kalodner et al., "Arbitrum: scalable, private smart contracts"
//! (2018) for bisection; M. M. Alvarez et al., "BoLD: fast and cheap dispute resolution" (2024) for the clocks.
//! Leaves out: fees of the moves, several challengers in one dispute, disputes over several levels.

use sim::{Distribution, Span, Stream};

/// Who takes part in a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who proposed the block and says that it is valid.
    Proposer,
    /// Who says that it is not.
    Challenger,
}

/// How disputes are decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Protocol {
    /// By one fault proof.
    OneRound {
        /// Time until the proof is included and checked, in seconds.
        inclusion_s: Distribution,
    },
    /// By bisection.
    Bisection(Bisection),
}

/// A bisection game.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bisection {
    /// Rounds, each a move of the proposer and one of the challenger.
    pub rounds: u32,
    /// Time that the side that is right takes for a move, in seconds.
    pub honest_s: Distribution,
    /// Time that the side that is wrong takes for a move, in seconds.
    pub dishonest_s: Distribution,
    /// Time that a side has for all its moves.
    pub clock: Span,
    /// Time until the last step is included and checked.
    pub last_step: Span,
}

/// A dispute that has been decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Played {
    /// Who won.
    pub winner: Side,
    /// From the challenge to the verdict.
    pub duration: Span,
    /// Moves that were made.
    pub moves: u32,
}

/// Rounds that narrow so many steps down to one by cutting them into so many pieces: ⌈log steps / log pieces⌉. Asserts
/// at least two pieces.
pub fn rounds(steps: u64, pieces: u64) -> u32 {
    assert!(pieces > 1, "a round cuts into two pieces or more");
    let (mut left, mut rounds) = (steps, 0);
    while left > 1 {
        left = left.div_ceil(pieces);
        rounds += 1;
    }
    rounds
}

/// Chance that so many moves of exponential length of the given mean take no longer than the clock, all in seconds:
/// the Erlang distribution function.
pub fn keeps_clock(moves: u32, mean_s: f64, clock_s: f64) -> f64 {
    let load = clock_s / mean_s;
    let late: f64 = (0..moves)
        .scan(1.0, |term, k| {
            *term *= if k == 0 { 1.0 } else { load / f64::from(k) };
            Some(*term)
        })
        .sum();
    1.0 - (-load).exp() * late
}

impl Protocol {
    /// Whether all durations can be drawn; the first fault otherwise.
    pub fn validate(&self) -> Result<(), sim::InvalidDistribution> {
        match self {
            Self::OneRound { inclusion_s } => inclusion_s.validate(),
            Self::Bisection(game) => game.honest_s.validate().and_then(|()| game.dishonest_s.validate()),
        }
    }

    /// Chance that a challenger who is right wins, at least: that of keeping its clock for all its moves. `None` where
    /// moves are neither constant nor exponential.
    pub fn wins(&self) -> Option<f64> {
        match self {
            Self::OneRound { .. } => Some(1.0),
            Self::Bisection(game) => {
                let clock_s = game.clock.as_secs_f64();
                match game.honest_s {
                    Distribution::Exponential { mean } => Some(keeps_clock(game.rounds, mean, clock_s)),
                    Distribution::Constant { value } => {
                        Some(f64::from(u8::from(value * f64::from(game.rounds) <= clock_s)))
                    }
                    _ => None,
                }
            }
        }
    }

    /// Plays a dispute in which `right` is right.
    pub fn play(&self, right: Side, stream: &mut Stream) -> Played {
        match self {
            Self::OneRound { inclusion_s } => {
                Played { winner: right, duration: Span::from_secs_f64(inclusion_s.sample(stream)), moves: 1 }
            }
            Self::Bisection(game) => game.play(right, stream),
        }
    }
}

impl Bisection {
    fn play(&self, right: Side, stream: &mut Stream) -> Played {
        let mut used = [Span::ZERO; 2];
        let other = [Side::Challenger, Side::Proposer];
        for turn in 0..2 * self.rounds {
            let mover = if turn % 2 == 0 { Side::Proposer } else { Side::Challenger };
            let response = if mover == right { self.honest_s } else { self.dishonest_s };
            let after = used[mover as usize] + Span::from_secs_f64(response.sample(stream));
            if after > self.clock {
                let duration = used[other[mover as usize] as usize] + self.clock;
                return Played { winner: other[mover as usize], duration, moves: turn };
            }
            used[mover as usize] = after;
        }
        Played { winner: right, duration: used[0] + used[1] + self.last_step, moves: 2 * self.rounds + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Interval, Streams};

    fn constant(value: f64) -> Distribution {
        Distribution::Constant { value }
    }

    fn game(honest_s: Distribution, dishonest_s: Distribution) -> Protocol {
        let (clock, last_step) = (Span::from_secs(100), Span::from_secs(7));
        Protocol::Bisection(Bisection { rounds: 4, honest_s, dishonest_s, clock, last_step })
    }

    #[test]
    fn rounds_are_logarithms() {
        assert_eq!([1, 2, 3, 1 << 20, (1 << 20) + 1].map(|steps| rounds(steps, 2)), [0, 1, 2, 20, 21]);
        assert_eq!((rounds(1 << 42, 1 << 7), rounds(1_000, 10)), (6, 3));
    }

    #[test]
    fn bisection_by_hand() {
        let mut stream = Streams::new(1, 0).stream("moves");
        let mut play = |honest, dishonest, right| game(constant(honest), constant(dishonest)).play(right, &mut stream);
        // Four rounds of 3 s and 10 s, and the last step: 4 · 13 + 7 s in 9 moves.
        let fair = Played { winner: Side::Challenger, duration: Span::from_secs(59), moves: 9 };
        assert_eq!(play(3.0, 10.0, Side::Challenger), fair);
        // A wrong proposer of 40 s a move has used 80 s after two; the third runs out its clock: 3 + 3 + 100 s.
        let late = Played { winner: Side::Challenger, duration: Span::from_secs(106), moves: 4 };
        assert_eq!(play(3.0, 40.0, Side::Challenger), late);
        // Who is right and too slow loses: challenger 4th move at 120 s; the proposer has used 4 · 1 s.
        let lost = Played { winner: Side::Proposer, duration: Span::from_secs(104), moves: 7 };
        assert_eq!(play(30.0, 1.0, Side::Challenger), lost);
        assert_eq!(play(30.0, 1.0, Side::Proposer).winner, Side::Challenger);
        let at_once = Protocol::OneRound { inclusion_s: constant(12.0) }.play(Side::Proposer, &mut stream);
        assert_eq!(at_once, Played { winner: Side::Proposer, duration: Span::from_secs(12), moves: 1 });
    }

    #[test]
    fn exponential_moves_keep_the_clock_as_an_erlang_time_does() {
        // By hand: one move, 1 − e^−2; two moves, 1 − 3 e^−2.
        assert!((keeps_clock(1, 50.0, 100.0) - (1.0 - (-2.0f64).exp())).abs() < 1e-15);
        assert!((keeps_clock(2, 50.0, 100.0) - (1.0 - 3.0 * (-2.0f64).exp())).abs() < 1e-15);
        let mut stream = Streams::new(3, 0).stream("moves");
        let protocol = game(Distribution::Exponential { mean: 25.0 }, constant(0.0));
        let games: Vec<Played> = (0..50_000).map(|_| protocol.play(Side::Challenger, &mut stream)).collect();
        let won: Vec<f64> = games.iter().map(|game| f64::from(u8::from(game.winner == Side::Challenger))).collect();
        let interval = Interval::of(&won, 0.99).unwrap();
        assert!(interval.contains(keeps_clock(4, 25.0, 100.0)), "{interval:?}");
        assert_eq!(protocol.wins(), Some(keeps_clock(4, 25.0, 100.0)));
        assert_eq!([25.0, 26.0].map(|s| game(constant(s), constant(0.0)).wins()), [Some(1.0), Some(0.0)]);
        // No dispute takes longer than both clocks and the last step.
        assert!(games.iter().all(|game| game.duration <= Span::from_secs(207)));
    }
}
