//! The cases of the points of a sweep: all are checked before the first is simulated, and built anew when their turn comes, since
//! thousands of them fit into no memory.

use planner::{Effort, Work};
use scenarios::{Case, Points, each_once};

use super::study::{Study, fits_into_memory};
use super::{Failure, estimate};
use crate::args::{Chosen, Common};
use crate::{interrupt, progress};

/// A study at the points of a sweep.
pub struct Swept<'s> {
    study: &'s Study,
    points: &'s Points,
}

impl<'s> Swept<'s> {
    /// A study at some points.
    pub fn of(study: &'s Study, points: &'s Points) -> Self {
        Self { study, points }
    }

    /// The cases of a point.
    pub fn cases(&self, point: usize) -> Result<Vec<Case>, scenarios::reading::Problems> {
        let scenario = self.points.at(&self.study.scenario, point)?;
        self.study.of(scenario).sound_cases().map_err(|problems| self.points.placed(point, problems))
    }

    /// Checks every point, and returns the work that they are, or why it is not begun.
    pub fn work(&self, effort: &Effort, chosen: &Chosen, common: &Common) -> Result<Work, Failure> {
        let count = self.points.values.len() as u32;
        let bar = progress::bar(count.into(), common);
        bar.set_message(format!("checking {count} points"));
        let checked = sim::replicate(0..count, |point| {
            if interrupt::asked() {
                return Ok(Ok(Work::default()));
            }
            let cases = self.cases(point as usize);
            bar.inc(1);
            let cases = cases?;
            Ok(fits_into_memory(&cases, chosen).map(|()| Work::of(&cases, effort)))
        });
        bar.finish_and_clear();
        let (mut all, mut problems) = (Work::default(), Vec::new());
        for one in checked {
            match one {
                Ok(work) => all = all.and(work?),
                Err(found) => problems.push(found),
            }
        }
        match problems.is_empty() {
            true => estimate::allowed(all, effort, chosen),
            false => Err(Failure::because(each_once(problems))),
        }
    }
}
