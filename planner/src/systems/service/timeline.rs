//! The timeline of a service: what comes, what is answered, and who waits, piece by piece.

use models::systems::service::course::Piece;
use models::systems::service::{Horizon, watch};
use scenarios::Case;
use sim::{Span, Streams, Time};

use super::overflow;
use crate::course::Told;
use crate::effort::Effort;
use crate::timeline::{Counter, Timeline};

/// Pieces of a run, about: as many as fit on a screen.
const PIECES: f64 = 2_000.0;
/// The shortest piece \[s\].
const SHORTEST_S: f64 = 1.0;

/// The measured time of the first replication, in pieces of such a length.
pub(super) fn told(case: &Case, effort: &Effort, every: Span) -> Vec<Told> {
    let (horizon, warm_up_s): (Horizon, f64) = (case.horizon.into(), case.horizon.warm_up_s);
    let (_, pieces) = watch(case.system.service(), horizon, &Streams::new(effort.seed, 0), every);
    let measured = pieces.into_iter().filter(|piece| piece.until_s > warm_up_s);
    let told = measured.map(|piece| Told {
        until_s: piece.until_s - warm_up_s,
        offered_per_s: piece.flow.offered as f64 / every.as_secs_f64(),
        waiting: Some(piece.waiting),
        busy: piece.busy,
        paid: case.fleet.pools.iter().map(|pool| pool.name.to_string()).zip(piece.paid).collect(),
    });
    told.collect()
}

pub(super) fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
    if let Some(why) = overflow(case) {
        return Err(format!("{} cannot be simulated: {why}; `--sizing sized` gives it what it needs", case.design));
    }
    let horizon: Horizon = case.horizon.into();
    let every_s = ((case.horizon.warm_up_s + case.horizon.measured_s) / PIECES).ceil().max(SHORTEST_S);
    let every = Span::from_secs_f64(every_s);
    let (_, pieces) = watch(case.system.service(), horizon, &Streams::new(effort.seed, 0), every);
    type Of = fn(&Piece) -> u64;
    // Counts of a piece, by the second, and what there is when it ends.
    let rates: [(&'static str, Of); 4] = [
        ("requests/s", |piece| piece.flow.offered),
        ("answers/s", |piece| piece.flow.answered),
        ("misses/s", |piece| piece.flow.missed),
        ("retries/s", |piece| piece.flow.retries),
    ];
    let states: [(&'static str, Of); 2] =
        [("requests that wait", |piece| piece.waiting), ("instances that run", |piece| u64::from(piece.running))];
    let counter = |name: &'static str, of: Of, per_s: f64, before_s: f64| {
        let at = |piece: &Piece| Time::from_secs_f64((piece.until_s - before_s).max(0.0));
        Counter { name, values: pieces.iter().map(|piece| (at(piece), of(piece) as f64 / per_s)).collect() }
    };
    let rates = rates.into_iter().map(|(name, of)| counter(name, of, every_s, every_s));
    let states = states.into_iter().map(|(name, of)| counter(name, of, 1.0, 0.0));
    Ok(Timeline::Counters(rates.chain(states).collect()))
}
