//! Bonds of the moves of a dispute, which may grow with its depth.
//!
//! Model: a dispute has levels of so many moves. On a level every move has a bond of its own, by a factor larger than the
//! last, or each side has one bond for all of its moves there. The claim has the depth 0 and a bond that is not counted
//! here, which on the first level is that of the proposer, where each side has one; the challenge has the depth 1, and the
//! sides take turns from there on.
//!
//! Assumptions: a side moves on every second depth; nobody takes a bond back before the dispute is decided. Source: bonds
//! of the OP Stack's fault dispute game (ethereum-optimism/specs, bond-incentives: 0.08 ETH at the root, 1.09493 times as
//! much with each depth); one stake a level: M. M. Alvarez et al., "BoLD" (2024). Leaves out: who gets what of a bond that
//! is lost.

use super::game::Side;

/// The moves of a level, and what they cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Moves of both sides.
    pub moves: u32,
    /// The bond before it grows for the first time, in any unit of money.
    pub bond: f64,
    /// What it grows by with every move, the first included.
    pub growth: f64,
    /// Whether every move has a bond, or each side one.
    pub each_move: bool,
}

impl Level {
    /// The bond of its move of that number, from 1.
    fn of(&self, number: u32) -> f64 {
        if self.each_move {
            self.bond * self.growth.powi(number.min(i32::MAX as u32) as i32)
        } else if number <= 2 {
            self.bond
        } else {
            0.0
        }
    }
}

/// The bonds of all depths of a dispute.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ladder(pub Vec<Level>);

impl Ladder {
    /// The depth of the last move.
    pub fn depth(&self) -> u32 {
        self.0.iter().fold(0, |all, level| all.saturating_add(level.moves))
    }

    /// The bond of the move at a depth, from 1; nothing beyond the last.
    pub fn of(&self, depth: u32) -> f64 {
        let mut above = 0;
        for (at, level) in self.0.iter().enumerate() {
            let number = depth.saturating_sub(above);
            if (1..=level.moves).contains(&number) {
                // On the first level the bond of the claim is the proposer's.
                let is_the_claims = at == 0 && !level.each_move && Side::at_depth(depth) == Side::Proposer;
                return if is_the_claims { 0.0 } else { level.of(number) };
            }
            above += level.moves;
        }
        0.0
    }

    /// The bonds of all moves of a side, down to a depth.
    pub fn of_side(&self, side: Side, last_depth: u32) -> f64 {
        let depths = 1..=last_depth.min(self.depth());
        depths.filter(|depth| Side::at_depth(*depth) == side).map(|depth| self.of(depth)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.08 ETH at the claim, 1.09493 times as much with each of 73 depths.
    fn op_stack() -> Ladder {
        Ladder(vec![Level { moves: 73, bond: 0.08, growth: 1.09493, each_move: true }])
    }

    #[test]
    fn the_ladder_of_the_op_stack_by_hand() {
        let ladder = op_stack();
        assert_eq!(ladder.depth(), 73);
        assert!((ladder.of(1) - 0.08 * 1.09493).abs() < 1e-12);
        // 60 ETH at the last depth, as published.
        assert!((ladder.of(73) - 60.0).abs() < 0.1, "{}", ladder.of(73));
        assert_eq!((ladder.of(0), ladder.of(74)), (0.0, 0.0));
        // Geometric sums of every second depth: b g (g² ⁿ − 1) / (g² − 1) for the 37 of the challenger, g times the first 36 of
        // these for the proposer.
        let (b, g) = (0.08, 1.09493f64);
        let sum = |first: f64, terms: i32| first * (g.powi(2 * terms) - 1.0) / (g * g - 1.0);
        assert!((ladder.of_side(Side::Challenger, 73) / sum(b * g, 37) - 1.0).abs() < 1e-12);
        assert!((ladder.of_side(Side::Proposer, 73) / sum(b * g * g, 36) - 1.0).abs() < 1e-12);
        let all = b * g * (g.powi(73) - 1.0) / (g - 1.0);
        let both = ladder.of_side(Side::Challenger, 100) + ladder.of_side(Side::Proposer, 100);
        assert!((both / all - 1.0).abs() < 1e-12, "{both} {all}");
    }

    #[test]
    fn one_bond_a_level_by_hand() {
        // BoLD on Arbitrum One: 3,600 ETH of who rivals an assertion, then 555 and 79 of both.
        let level = |moves, bond| Level { moves, bond, growth: 1.0, each_move: false };
        let ladder = Ladder(vec![level(52, 3_600.0), level(38, 555.0), level(46, 79.0)]);
        assert_eq!(ladder.depth(), 136);
        assert_eq!(ladder.of_side(Side::Challenger, 136), 3_600.0 + 555.0 + 79.0);
        assert_eq!(ladder.of_side(Side::Proposer, 136), 555.0 + 79.0);
        assert_eq!(
            [1, 2, 3, 53, 54, 55, 91, 92].map(|depth| ladder.of(depth)),
            [3_600.0, 0.0, 0.0, 555.0, 555.0, 0.0, 79.0, 79.0]
        );
        assert_eq!(ladder.of_side(Side::Challenger, 53), 4_155.0);
    }
}
