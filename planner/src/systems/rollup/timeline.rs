//! The timeline of a rollup: what is ordered, posted and settled, and what waits, piece by piece.

use models::systems::rollup::course::{Piece, watch};
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
    let pieces = watch(case.system.rollup(), effort.resolution, case.horizon, (&Streams::new(effort.seed, 0), every));
    // Blocks and blobs are counted in the measured time only, which may begin within a piece.
    let from_s = warm_up_s + every.as_secs_f64();
    let measured = pieces.into_iter().filter(|piece| piece.until_s >= from_s && piece.until_s <= end_s);
    let told = measured.map(|piece| Told {
        until_s: piece.until_s - warm_up_s,
        offered_per_s: piece.offered as f64 / every.as_secs_f64(),
        waiting: Some(piece.unproven),
        paid: piece.paid,
        busy: piece.busy,
    });
    told.collect()
}

pub(super) fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
    if let Some(why) = overflow(case) {
        return Err(format!("{} cannot be simulated: {why}; `--sizing sized` gives it what it needs", case.design));
    }
    let block_s = case.system.rollup().sequencer.block.as_secs_f64();
    let every_s = ((case.horizon.warm_up_s + case.horizon.measured_s) / PIECES).ceil().max(block_s);
    let every = Span::from_secs_f64(every_s);
    let pieces = watch(case.system.rollup(), effort.resolution, case.horizon, (&Streams::new(effort.seed, 0), every));
    type Of = fn(&Piece) -> f64;
    let counters: [(&'static str, Of); 5] = [
        ("transactions that wait for a block", |piece| piece.unordered),
        ("transactions that are not posted", |piece| piece.unposted),
        ("transactions that are not settled", |piece| piece.unsettled),
        ("batches that are not proven", |piece| piece.unproven as f64),
        ("fee of blobs, gwei", |piece| piece.blob_gwei),
    ];
    let at = |piece: &Piece| Time::from_secs_f64(piece.until_s);
    let counters = counters
        .into_iter()
        .map(|(name, of)| Counter { name, values: pieces.iter().map(|piece| (at(piece), of(piece))).collect() });
    Ok(Timeline::Counters(counters.collect()))
}
