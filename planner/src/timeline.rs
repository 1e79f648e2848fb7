//! What happened when in one replication of a case, for a reader who wants to look at single blocks and proofs.

use models::system::AnySystem;
use models::systems::layered::timeline::Timeline;
use models::systems::layered::{Horizon, watch};
use scenarios::Case;
use sim::Streams;

use crate::effort::Effort;
use crate::systems::layered::{horizon, saturated};
use crate::text::count;

/// The most spans of a timeline: as many as a viewer shows without waiting.
pub const MOST_SPANS: u64 = 200_000;

/// Simulates the first replication of a case and keeps what happens.
///
/// # Errors
/// The run would have too many spans, or the case cannot be simulated; the message says what to change.
pub fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
    let AnySystem::Layered(system) = &case.system else {
        return Err("there is a timeline of layered systems only".into());
    };
    if let Some(why) = saturated(case, false) {
        return Err(format!("{} cannot be simulated: {why}; `--sizing sized` gives it what it needs", case.design));
    }
    let horizon = Horizon { prove: saturated(case, true).is_none(), ..horizon(case) };
    let spans = Timeline::expected(system, horizon);
    if spans > MOST_SPANS {
        let spans = count(spans as f64);
        let (most, epoch) = (count(MOST_SPANS as f64), system.epoch().as_secs_f64());
        return Err(format!(
            "a timeline of {} epochs would have about {spans} spans, more than the {most} that a viewer shows well; shorten it: \
             `--set horizon=\"{epoch} s\" --set warm_up=\"0 s\"`, or epochs with `--set chain.epoch=\"5 min\"`",
            horizon.warm_up_epochs + horizon.epochs,
        ));
    }
    Ok(watch(system, effort.resolution, horizon, &Streams::new(effort.seed, 0)).1)
}
