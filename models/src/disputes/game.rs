//! How a dispute is decided: by one proof, or by bisection with a clock for each side.
//!
//! Model: one round: the chain checks the proof when it is included. Bisection: after a challenge the two sides narrow the
//! execution down to one step, moving in turns, the proposer first; every side has a chess clock that runs while it is its
//! turn, and loses when it runs out. Who has moved has an extension left at least. The last step is checked by the chain.
//! A side that is wrong moves at a pace of its own, or stalls: it uses its clock up with its first move and the extension
//! with each later one, which no other way of moving makes longer.
//!
//! Assumptions: who is right wins unless its clock runs out; what a side answers is always correct in form; response
//! times hold the inclusion of the move. Source: H. Kalodner et al., "Arbitrum: scalable, private smart contracts"
//! (2018) for bisection; M. M. Alvarez et al., "BoLD: fast and cheap dispute resolution" (2024) for the clocks; the fault
//! dispute game of the OP Stack (ethereum-optimism/specs) for the extension. Leaves out: several challengers in one
//! dispute, longer extensions at some depths.

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
    /// Moves after the challenge, in turns, the proposer's first.
    pub moves: u32,
    /// Time that the side that is right takes for a move, in seconds.
    pub honest_s: Distribution,
    /// How the side that is wrong moves.
    pub dishonest: Pace,
    /// Time that a side has for all its moves.
    pub clock: Span,
    /// Time that it has left at least when it has moved.
    pub extension: Span,
    /// Time until the last step is included and checked.
    pub last_step: Span,
}

/// How a side that is wrong moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// So long for each move, in seconds.
    Takes(Distribution),
    /// As late as it can.
    Stalls {
        /// The depth of its last move, where the challenge has the depth 1; then it lets its clock run out.
        last_depth: u32,
    },
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
    if load.is_infinite() {
        return 1.0;
    }
    // As logarithms, which neither a long clock nor many moves take out of range.
    let late: f64 = (0..moves)
        .scan(-load, |term, k| {
            *term += if k == 0 { 0.0 } else { (load / f64::from(k)).ln() };
            Some(term.exp())
        })
        .sum();
    (1.0 - late).max(0.0)
}

impl Protocol {
    /// Whether all durations can be drawn; the first fault otherwise.
    pub fn validate(&self) -> Result<(), sim::InvalidDistribution> {
        match self {
            Self::OneRound { inclusion_s } => inclusion_s.validate(),
            Self::Bisection(game) => game.honest_s.validate().and_then(|()| match game.dishonest {
                Pace::Takes(dishonest_s) => dishonest_s.validate(),
                Pace::Stalls { .. } => Ok(()),
            }),
        }
    }

    /// Chance that a challenger who is right wins, at least: that of keeping its clock for all its moves. `None` where
    /// moves are neither constant nor exponential.
    pub fn wins(&self) -> Option<f64> {
        match self {
            Self::OneRound { .. } => Some(1.0),
            Self::Bisection(game) => {
                let (moves, clock_s) = (game.moves / 2, game.clock.as_secs_f64());
                match game.honest_s {
                    Distribution::Exponential { mean } => Some(keeps_clock(moves, mean, clock_s)),
                    Distribution::Constant { value } => Some(f64::from(u8::from(value * f64::from(moves) <= clock_s))),
                    _ => None,
                }
            }
        }
    }

    /// Plays a dispute in which `right` is right.
    pub fn play(&self, right: Side, stream: &mut Stream) -> Played {
        self.course(right, Span::ZERO, |time_s| time_s.sample(stream), |_, _| ())
    }

    /// Plays a dispute in which `right` is right and the challenger's clock has run for some time already. `takes` says how
    /// long something takes, in seconds; `moved` is told of every move after the challenge: its depth, and when.
    pub fn course(
        &self,
        right: Side,
        spent: Span,
        mut takes: impl FnMut(&Distribution) -> f64,
        moved: impl FnMut(u32, Span),
    ) -> Played {
        match self {
            Self::OneRound { inclusion_s } => {
                Played { winner: right, duration: Span::from_secs_f64(takes(inclusion_s)), moves: 1 }
            }
            Self::Bisection(game) => game.course(right, spent, takes, moved),
        }
    }

    /// The longest that a dispute can take from the challenge on; from the claim on, where the challenger's clock runs since
    /// then.
    pub fn longest(&self, since_claim: bool) -> Option<Span> {
        match self {
            Self::OneRound { inclusion_s: Distribution::Constant { value } } => Some(Span::from_secs_f64(*value)),
            Self::OneRound { .. } => None,
            Self::Bisection(game) => Some(game.longest(since_claim)),
        }
    }
}

impl Side {
    /// Who moves at a depth, where the claim has the depth 0 and the challenge the depth 1.
    pub fn at_depth(depth: u32) -> Self {
        if depth.is_multiple_of(2) { Self::Proposer } else { Self::Challenger }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Proposer => Self::Challenger,
            Self::Challenger => Self::Proposer,
        }
    }
}

impl Bisection {
    fn course(
        &self,
        right: Side,
        spent: Span,
        mut takes: impl FnMut(&Distribution) -> f64,
        mut moved: impl FnMut(u32, Span),
    ) -> Played {
        // Who has moved has used so much at most.
        let most = less(self.clock, self.extension);
        let mut used = [Span::ZERO, spent.min(most)];
        let mut now = Span::ZERO;
        for turn in 0..self.moves {
            let depth = turn + 2;
            let mover = Side::at_depth(depth);
            let left = less(self.clock, used[mover as usize]);
            let time = match self.dishonest {
                _ if mover == right => Some(Span::from_secs_f64(takes(&self.honest_s))),
                Pace::Takes(dishonest_s) => Some(Span::from_secs_f64(takes(&dishonest_s))),
                Pace::Stalls { last_depth } => (depth <= last_depth).then_some(left),
            };
            let Some(time) = time.filter(|time| *time <= left) else {
                return Played { winner: mover.other(), duration: now + left, moves: turn };
            };
            now = now + time;
            used[mover as usize] = (used[mover as usize] + time).min(most);
            moved(depth, now);
        }
        Played { winner: right, duration: now + self.last_step, moves: self.moves + 1 }
    }

    fn longest(&self, since_claim: bool) -> Span {
        // The challenge is a move on the clock where that runs since the claim.
        let own = [u64::from(self.moves.div_ceil(2)), u64::from(self.moves / 2) + u64::from(since_claim)];
        let of_side = |moves: u64| if moves == 0 { Span::ZERO } else { self.clock + self.extension * (moves - 1) };
        of_side(own[0]) + of_side(own[1]) + self.last_step
    }
}

/// What is left of a time after another; nothing where that is longer.
pub(super) fn less(time: Span, other: Span) -> Span {
    Span::from_nanos(time.nanos().saturating_sub(other.nanos()))
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
        let dishonest = Pace::Takes(dishonest_s);
        let extension = Span::ZERO;
        Protocol::Bisection(Bisection { moves: 8, honest_s, dishonest, clock, extension, last_step })
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

    #[test]
    fn many_moves_and_a_long_clock_stay_in_range() {
        assert_eq!(keeps_clock(500, 1.0, 302_400.0), 1.0);
        assert_eq!(keeps_clock(500, 302_400.0, 1.0), 0.0);
        // A thousand moves of 1 s on 1,000 s: about a half.
        assert!((keeps_clock(1_000, 1.0, 1_000.0) - 0.5).abs() < 0.01);
    }

    /// The fault dispute game of the OP Stack: 72 moves after the challenge, clocks of 3.5 d, extensions of 3 h.
    fn stalled(last_depth: u32, extension: Span) -> Bisection {
        Bisection {
            moves: 72,
            honest_s: constant(600.0),
            dishonest: Pace::Stalls { last_depth },
            clock: Span::from_secs(302_400),
            extension,
            last_step: Span::ZERO,
        }
    }

    #[test]
    fn who_stalls_uses_its_clock_and_every_extension() {
        let mut stream = Streams::new(1, 0).stream("moves");
        let mut play = |game: Bisection| Protocol::Bisection(game).play(Side::Proposer, &mut stream);
        // Clock and 35 extensions of the challenger, 36 moves of the proposer.
        let played = play(stalled(73, Span::from_secs(10_800)));
        assert_eq!(played.duration, Span::from_secs(302_400 + 35 * 10_800 + 36 * 600));
        // Without extensions, the clock is all there is.
        assert_eq!(play(stalled(73, Span::ZERO)).duration, Span::from_secs(302_400 + 36 * 600));
        // Who makes its last move at the depth 5 has made two; its clock runs out at the third, after the extension.
        let played = play(stalled(5, Span::from_secs(10_800)));
        assert_eq!((played.winner, played.moves), (Side::Proposer, 5));
        assert_eq!(played.duration, Span::from_secs(302_400 + 2 * 10_800 + 3 * 600));
    }

    #[test]
    fn the_longest_dispute_is_both_clocks_with_their_extensions() {
        let game = |extension| Protocol::Bisection(stalled(73, extension));
        assert_eq!(game(Span::ZERO).longest(false), Some(Span::from_secs(604_800)), "7 d");
        assert_eq!(game(Span::from_secs(10)).longest(false), Some(Span::from_secs(604_800 + 2 * 35 * 10)));
        assert_eq!(game(Span::from_secs(10)).longest(true), Some(Span::from_secs(604_800 + 71 * 10)));
        // It is reached: both sides take as long as they can.
        let slow = Bisection { moves: 2, honest_s: constant(302_400.0), ..stalled(73, Span::ZERO) };
        let played = Protocol::Bisection(slow).play(Side::Proposer, &mut Streams::new(1, 0).stream("moves"));
        assert_eq!((played.winner, played.duration), (Side::Proposer, Span::from_secs(604_800)));
    }
}
