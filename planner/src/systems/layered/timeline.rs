//! What happens when in a layered system: single blocks and proofs, and machines that come and go.

use models::systems::layered::capacity::PROVERS;
use models::systems::layered::timeline::Timeline as Spans;
use models::systems::layered::{Horizon, watch, watch_machines};
use scenarios::Case;
use sim::{Span, Streams};

use super::obstacles::{horizon, saturated};
use crate::course::Told;
use crate::effort::Effort;
use crate::text::count;
use crate::timeline::{MOST_SPANS, Timeline};

/// The measured time of the first replication, in pieces of about such a length.
pub(super) fn told(case: &Case, effort: &Effort, every: Span) -> Vec<Told> {
    let (system, horizon) = (case.system.layered(), Horizon { prove: true, ..horizon(case) });
    let warm_up_s = system.epoch().as_secs_f64() * f64::from(horizon.warm_up_epochs);
    let pieces = watch_machines(system, effort.resolution, horizon, (&Streams::new(effort.seed, 0), every));
    let measured = pieces.into_iter().filter(|piece| piece.until_s > warm_up_s);
    let told = measured.map(|piece| Told {
        until_s: piece.until_s - warm_up_s,
        offered_per_s: piece.offered_per_s,
        waiting: piece.waiting,
        paid: vec![(PROVERS.to_owned(), piece.paid)],
        busy: piece.busy,
    });
    told.collect()
}

pub(super) fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
    let system = case.system.layered();
    if let Some(why) = saturated(case, false) {
        return Err(format!("{} cannot be simulated: {why}; `--sizing sized` gives it what it needs", case.design));
    }
    let horizon = Horizon { prove: saturated(case, true).is_none(), ..horizon(case) };
    let spans = Spans::expected(system, horizon);
    if spans > MOST_SPANS {
        let spans = count(spans as f64);
        let (most, epoch) = (count(MOST_SPANS as f64), system.epoch().as_secs_f64());
        return Err(format!(
            "a timeline of {} epochs would have about {spans} spans, more than the {most} that a viewer shows well; shorten it: \
             `--set horizon=\"{epoch} s\" --set warm_up=\"0 s\"`, or epochs with `--set chain.epoch=\"5 min\"`",
            horizon.warm_up_epochs + horizon.epochs,
        ));
    }
    Ok(Timeline::Spans(watch(system, effort.resolution, horizon, &Streams::new(effort.seed, 0)).1))
}
