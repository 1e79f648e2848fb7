//! One invalid block by itself: what would happen to it, without waiting until there is one.
//!
//! Model: the watchers of the chain draw their fault proofs, and challenge one after another until one wins, as
//! [`super::Disputes`] has it. Assumption: nothing else is disputed meanwhile; a block that goes with an earlier invalid
//! one is of the order of the square of their rate. Source: conditional Monte Carlo (S. Asmussen, P. W. Glynn,
//! *Stochastic Simulation* (2007), ch. V). Leaves out: proofs of validity, which an invalid block has none of.

use sim::{Span, Stream};

use crate::disputes::FraudWindow;
use crate::disputes::game::Side;

/// The stream that draws for one block, and the one that plays its disputes.
#[derive(Debug)]
pub struct Draws {
    /// Who checks the block, and when.
    pub watching: Stream,
    /// Moves of disputes.
    pub moves: Stream,
}

/// Time from the proposal of an invalid block of so many transactions to the verdict that it is one; `None` when it
/// survives.
pub fn time_to_fault_proof(rules: &FraudWindow, transactions: u64, draws: &mut Draws) -> Option<Span> {
    let mut free = Span::ZERO;
    for ready in rules.watchers.draw(transactions, rules.window, &mut draws.watching) {
        let played = rules.protocol.play(Side::Challenger, &mut draws.moves);
        free = free.max(ready) + played.duration;
        if played.winner == Side::Challenger {
            return Some(free);
        }
    }
    None
}
