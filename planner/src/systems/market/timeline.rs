//! The timeline of a market: requests that wait for a lock and for a proof, and the price, piece by piece.

use models::systems::market::course::{Piece, watch};
use scenarios::Case;
use sim::{Span, Streams, Time};

use super::overflow;
use crate::course::Told;
use crate::effort::Effort;
use crate::timeline::{Counter, Timeline};

/// Pieces of a run, about: as many as fit on a screen.
const PIECES: f64 = 2_000.0;

/// The measured time of the first replication, in pieces of such a length.
pub(super) fn told(case: &Case, effort: &Effort, every: Span) -> Vec<Told> {
    let (warm_up_s, end_s) = (case.horizon.warm_up_s, case.horizon.warm_up_s + case.horizon.measured_s);
    let pieces = watch(case.system.market(), case.horizon, (&Streams::new(effort.seed, 0), every));
    let measured = pieces.into_iter().filter(|piece| piece.until_s > warm_up_s && piece.until_s <= end_s);
    let told = measured.map(|piece| Told {
        until_s: piece.until_s - warm_up_s,
        offered_per_s: piece.made as f64 / every.as_secs_f64(),
        waiting: Some(piece.open + piece.locked),
        paid: Vec::new(),
        busy: piece.busy,
    });
    told.collect()
}

pub(super) fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
    if let Some(why) = overflow(case) {
        return Err(format!("{} cannot be simulated: {why}; `--sizing sized` gives it what it needs", case.design));
    }
    let every_s = ((case.horizon.warm_up_s + case.horizon.measured_s) / PIECES).ceil().max(1.0);
    let every = Span::from_secs_f64(every_s);
    let pieces = watch(case.system.market(), case.horizon, (&Streams::new(effort.seed, 0), every));
    type Of = fn(&Piece) -> f64;
    let counters: [(&'static str, Of); 3] = [
        ("requests that nobody has locked", |piece| piece.open as f64),
        ("requests that wait for their proof", |piece| piece.locked as f64),
        ("price of 10⁹ cycles, USD", |piece| piece.usd_per_gigacycle),
    ];
    let at = |piece: &Piece| Time::from_secs_f64(piece.until_s);
    let counters = counters
        .into_iter()
        .map(|(name, of)| Counter { name, values: pieces.iter().map(|piece| (at(piece), of(piece))).collect() });
    Ok(Timeline::Counters(counters.collect()))
}
