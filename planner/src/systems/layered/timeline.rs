//! The timeline of a layered system: single blocks and proofs.

use models::systems::layered::timeline::Timeline as Spans;
use models::systems::layered::{Horizon, watch};
use scenarios::Case;
use sim::Streams;

use super::obstacles::{horizon, saturated};
use crate::effort::Effort;
use crate::text::count;
use crate::timeline::{MOST_SPANS, Timeline};

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
