//! Simulates the points of a sweep one after the other, so that memory holds a few of them at once.

use scenarios::Case;

use crate::economy;
use crate::effort::Effort;
use crate::summarize::{Origin, summarize};
use crate::summary::Summary;

/// Points whose cases are built at once, on all threads.
const AT_ONCE: usize = 32;

/// Builds and simulates all cases of so many points, in their order, and gives the outcomes of each; `progress` is told the point and the
/// case in hand. Work that is ended before its time leaves out the points that were not simulated in all cases.
///
/// # Errors
/// The cases of a point cannot be built.
pub(crate) fn each_point<E: Send>(
    count: usize,
    cases: impl Fn(usize) -> Result<Vec<Case>, E> + Sync,
    (effort, origin): (&Effort, &Origin),
    mut progress: impl FnMut(usize, &Case),
    mut take: impl FnMut(usize, Vec<Summary>),
) -> Result<(), E> {
    for from in (0..count).step_by(AT_ONCE) {
        let some = from..count.min(from + AT_ONCE);
        let built = sim::replicate(0..some.len() as u32, |index| cases(from + index as usize));
        for (point, cases) in some.zip(built) {
            let cases = cases?;
            let simulated = cases.iter().map(|case| {
                progress(point, case);
                summarize(case, effort, origin)
            });
            let mut outcomes: Vec<Summary> = simulated.collect();
            economy::add(&mut outcomes, &cases, effort);
            if effort.progress.stopped() {
                return Ok(());
            }
            take(point, outcomes);
        }
    }
    Ok(())
}
