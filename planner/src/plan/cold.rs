//! Whether the warm-up of a run is over before its machines are warm: with a shorter one more machines look worse, because more of them
//! start in the measured time, and what fails then may meet the objectives in the long run.
//!
//! Model: a machine that starts in the run is warm after its start-up and the first request that loads it; so many instances have had
//! their first request after about as long as that many requests take to come.
//! Leaves out: how unevenly they come.

use scenarios::{Case, Fault};

use crate::systems::{ForKind, Kind, for_kind};
use crate::text::duration;

/// Why a run says nothing against a fleet; nothing where its warm-up is long enough.
pub(super) fn too_short<K: Kind>(case: &Case) -> Option<String> {
    let (warm_s, warm_up_s) = (K::warm_after_s(case), case.horizon.warm_up_s);
    (warm_s > warm_up_s).then(|| {
        format!(
            "its machines are warm after about {}, and the warm-up of the run is {}: set a longer `warm_up`",
            duration(warm_s.ceil()),
            duration(warm_up_s)
        )
    })
}

/// Whether a run of a fleet that is sized for its load says anything.
///
/// # Errors
/// It does not: the warm-up is too short.
pub(super) fn check(case: &Case) -> Result<(), Vec<Fault>> {
    for_kind(case, Check(case)).map_or(Ok(()), |why| {
        Err(vec![("warm_up".to_owned(), format!("of a fleet that is sized for the load, {why}"))])
    })
}

struct Check<'a>(&'a Case);

impl ForKind for Check<'_> {
    type Output = Option<String>;

    fn run<K: Kind>(self) -> Self::Output {
        too_short::<K>(self.0)
    }
}
