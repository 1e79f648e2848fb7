//! What differs between runs of the calibration on one host: its neighbours, its clock frequency, the day.
//!
//! Model: the mean of an act in a run is its long-run mean times a factor of the run, whose variance is the same for all sizes of
//! an operation. A stated variance counts as an estimate of [`STATED_RUNS`]`.freedom` degrees of freedom; with every earlier run of
//! the same host and build that the file remembers, what was learned from them counts one more (a scaled inverse χ² prior: Gelman
//! et al., *Bayesian Data Analysis*, 2013, section 2.6). What an act's own processes spread by is taken off before.
//! Left out: drift from one run to the next, and that a run is fast or slow for several operations together.

use crate::calibration::{Calibration, Measured};
use crate::former_run::{FormerMean, FormerRun};
use crate::statistics::{STATED_RUNS, Variance};

/// So many earlier runs are remembered.
const REMEMBERED: usize = 30;

impl Calibration {
    /// This calibration, remembering an earlier one and the runs before it if they were of the same host and build. The variance
    /// between runs is learned from all of them. `replaced` says which operations of the earlier one were measured anew.
    #[must_use]
    pub fn after(mut self, earlier: &Self, replaced: impl Fn(&str) -> bool) -> Self {
        if earlier.host.difference(&self.host).is_some() || earlier.build.difference(&self.build).is_some() {
            return self;
        }
        self.former_runs.clone_from(&earlier.former_runs);
        let means = earlier.operations.iter().filter(|one| replaced(&one.description.name)).flat_map(Measured::means);
        self.former_runs.push(FormerRun { started_unix_s: earlier.started_unix_s, means: means.collect() });
        let forgotten = self.former_runs.len().saturating_sub(REMEMBERED);
        self.former_runs.drain(..forgotten);
        for measured in &mut self.operations {
            measured.curve.uncertainty.run = learned(&measured.means(), &self.former_runs);
        }
        self
    }

    /// How many earlier runs told something about an operation.
    pub fn former_runs_of(&self, operation: &str) -> usize {
        let told = |run: &&FormerRun| run.means.iter().any(|mean| mean.operation == operation);
        self.former_runs.iter().filter(told).count()
    }
}

impl Measured {
    /// What is remembered of it.
    fn means(&self) -> Vec<FormerMean> {
        let of_point = |point| {
            let (mean_s, relative_variance) = self.within_run(point)?;
            let operation = self.description.name.clone();
            Some(FormerMean { operation, size: point.size, mean_s, relative_variance })
        };
        self.points.iter().filter_map(of_point).collect()
    }
}

/// The variance between runs of an operation, from its means in this one and in those before it.
fn learned(means: &[FormerMean], former: &[FormerRun]) -> Variance {
    let (mut squares, mut weights, mut runs) = (0.0, 0.0, 0.0_f64);
    for mean in means {
        let same = |other: &&FormerMean| other.operation == mean.operation && other.size == mean.size;
        let all: Vec<&FormerMean> = former.iter().filter_map(|run| run.means.iter().find(same)).chain([mean]).collect();
        let count = all.len() as f64;
        let logs = || all.iter().map(|mean| mean.mean_s.ln());
        let centre = logs().sum::<f64>() / count;
        let within = all.iter().map(|mean| mean.relative_variance).sum::<f64>() / count;
        squares += logs().map(|log| (log - centre).powi(2)).sum::<f64>() - within * (count - 1.0);
        weights += count - 1.0;
        runs = runs.max(count);
    }
    if weights == 0.0 {
        return STATED_RUNS;
    }
    // The factor of a run is the same for all sizes: they add no degrees of freedom to it.
    let (freedom, learned) = (runs - 1.0, (squares / weights).max(0.0));
    let relative = (STATED_RUNS.freedom * STATED_RUNS.relative + freedom * learned) / (STATED_RUNS.freedom + freedom);
    Variance { relative, freedom: STATED_RUNS.freedom + freedom }
}

#[cfg(test)]
#[path = "runs_tests.rs"]
mod tests;
