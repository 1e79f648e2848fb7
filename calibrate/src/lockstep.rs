//! Two processes in step: both prepare, then take turns round by round, so that what disturbs the machine disturbs both.
//!
//! Who begins a round is drawn anew; order of acts and depth of the stack are the same on both sides (`Order::paced`).

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::conversation::{Conversation, Heard};
use crate::error::MeasureError;
use crate::process::Children;
use crate::progress::Phase;
use crate::sampling::{Order, Taken};

/// Runs a process on each side, in step. One that does not wait for its turn, as a build may that knows no turns, takes all its rounds at
/// once.
///
/// # Errors
/// An act cannot be prepared, gives a wrong result, or brings its process down; the side stands first.
pub(crate) fn pair(
    sides: [&Children<'_>; 2],
    orders: [&Order; 2],
    chance: &mut Xoshiro256PlusPlus,
    report: &mut dyn FnMut(Phase, &str, u64),
    stop: &dyn Fn() -> bool,
) -> Result<[Taken; 2], (usize, MeasureError)> {
    let begin = |side: usize| Conversation::begin(sides[side], orders[side]).map_err(|error| (side, error));
    let mut children = [begin(0)?, begin(1)?];
    let mut ready = [true; 2];
    for side in 0..2 {
        ready[side] = until_ready(&mut children[side], report).map_err(|error| (side, error))?;
    }
    while ready.contains(&true) {
        let first = usize::from(chance.random_bool(0.5));
        for side in [first, 1 - first] {
            if ready[side] {
                if stop() {
                    children[side].close()
                } else {
                    children[side].go_on()
                }
                ready[side] = until_ready(&mut children[side], report).map_err(|error| (side, error))?;
            }
        }
    }
    let [baseline, candidate] = children;
    let baseline = baseline.end().map_err(|error| (0, error))?;
    Ok([baseline, candidate.end().map_err(|error| (1, error))?])
}

/// Listens until the child waits for its turn; whether it does, and is not at its end.
fn until_ready(child: &mut Conversation, report: &mut dyn FnMut(Phase, &str, u64)) -> Result<bool, MeasureError> {
    loop {
        match child.next()? {
            Heard::Step(phase, operation, size) => report(phase, &operation, size),
            Heard::Ready => return Ok(true),
            Heard::End => return Ok(false),
        }
    }
}
