//! A part that was measured anew, laid over a calibration of the same host and build.

use crate::calibration::Calibration;
use crate::error::Mismatch;
use crate::host::{Build, Host};

impl Calibration {
    /// Whether what is measured by `build` on `host` may be merged into this calibration.
    ///
    /// # Errors
    /// The first difference that would make it a mixture of two machines or programs, or that it is partial.
    pub fn mergeable(&self, host: &Host, build: &Build) -> Result<(), Mismatch> {
        if let Some(difference) = self.host.difference(host) {
            return Err(Mismatch::Host(difference));
        }
        if let Some(difference) = self.build.difference(build) {
            return Err(Mismatch::Build(difference));
        }
        self.partial.clone().map_or(Ok(()), |missing| Err(Mismatch::Partial(missing)))
    }

    /// Operations of this calibration that are not among these: what would be lost if they took its place.
    pub fn beside<'a>(&'a self, names: &[&str]) -> Vec<&'a str> {
        let all = self.operations.iter().map(|measured| measured.description.name.as_str());
        all.filter(|name| !names.contains(name)).collect()
    }

    /// This calibration with the operations of a newer one in the place of its own of the same name, others behind them.
    ///
    /// The processes of the newer one are numbered on, so that every run still finds its conditions; the method stays that of
    /// the older one, and the time taken is that of both.
    #[must_use]
    pub fn merged(mut self, newer: Self) -> Self {
        let earlier = self.clone();
        let renewed: Vec<String> = newer.operations.iter().map(|measured| measured.description.name.clone()).collect();
        let before = self.conditions.len() as u32;
        self.took_s += newer.took_s;
        self.conditions.extend(newer.conditions);
        for mut measured in newer.operations {
            let runs = measured.points.iter_mut().flat_map(|point| &mut point.processes);
            runs.for_each(|run| run.process += before);
            let name = &measured.description.name;
            match self.operations.iter_mut().find(|old| old.description.name == *name) {
                Some(old) => *old = measured,
                None => self.operations.push(measured),
            }
        }
        self.after(&earlier, |name| renewed.iter().any(|renewed| renewed == name))
    }
}
