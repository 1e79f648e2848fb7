//! The raw samples of an act at one size, by process, and the clock that they are read by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::least_squares::Mean;
use crate::operation::Description;
use crate::own_operation::OWN_SUITE;
use crate::statistics::{Estimate, Variance, mean, outliers};

/// The samples of one operation at one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The size \[size unit\].
    pub size: u64,
    /// One entry per process that measured it.
    pub processes: Vec<Run>,
    /// Size of the result \[bytes\]; nothing where the act gives only a yes or no.
    pub output_bytes: Option<u64>,
    /// By how much one run raised resident memory \[bytes\]; nothing where that cannot be told.
    pub peak_memory_bytes: Option<u64>,
    /// The result was checked; false only for a command of the user's own that nothing verifies, because a result that fails its
    /// check ends the measurement.
    pub verified: bool,
}

/// The samples of one process, in the order in which they were taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Which process, from 1.
    pub process: u32,
    /// Time that preparing, the first run and its check took \[s\].
    pub preparation_s: f64,
    /// Elapsed time per run, one per sample \[s\].
    pub wall_s: Vec<f64>,
    /// CPU time per run, one per sample \[s\].
    pub cpu_s: Vec<f64>,
    /// How many runs each sample is the mean of.
    pub runs_per_sample: u32,
    /// Positions of samples more than three interquartile ranges outside the quartiles of the process: flagged, and used all the same.
    #[serde(default)]
    pub outliers: Vec<usize>,
    /// What a command of the user's own counted, by name, one per sample.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counters: BTreeMap<String, Vec<f64>>,
}

impl Point {
    /// The means of what a command of the user's own counted, over all samples, by name.
    pub fn counters(&self) -> BTreeMap<&str, f64> {
        let mut samples = BTreeMap::<&str, Vec<f64>>::new();
        for (name, values) in self.processes.iter().flat_map(|run| &run.counters) {
            samples.entry(name).or_default().extend(values);
        }
        samples.into_iter().map(|(name, values)| (name, mean(&values))).collect()
    }

    /// The samples of each process by a clock \[s\].
    pub(crate) fn samples(&self, clock: Clock) -> impl Iterator<Item = &[f64]> {
        self.processes.iter().map(move |run| clock.samples(run))
    }
}

/// Which clock an operation is read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// CPU time: what the act costs a core, whatever else the machine did meanwhile.
    Cpu,
    /// Elapsed time: for acts on several threads or outside this process, and where the system counts CPU time in ticks too coarse
    /// for a sample.
    Wall,
}

impl Clock {
    /// The clock for an operation with these runs.
    pub(crate) fn of<'a>(description: &Description, mut runs: impl Iterator<Item = &'a Run>) -> Self {
        // Mean elapsed times were up to 90 % too long and spread ten times as much on a machine that did other work besides.
        let counted = runs.all(|run| run.cpu_s.iter().all(|&seconds| seconds > 0.0));
        // A command may use several threads, a GPU, or another machine: its CPU time here is not what it takes.
        let own = description.suite == OWN_SUITE;
        if counted && description.scaling.is_none() && !own { Clock::Cpu } else { Clock::Wall }
    }

    /// The samples of a process by this clock \[s\].
    pub fn samples(self, run: &Run) -> &[f64] {
        match self {
            Clock::Cpu => &run.cpu_s,
            Clock::Wall => &run.wall_s,
        }
    }

    /// The mean and its interval from several processes, and from what differs between runs; nothing without samples.
    pub(crate) fn estimate(self, processes: &[Run], run: Variance) -> Option<Estimate> {
        let samples: Vec<&[f64]> = processes.iter().map(|run| self.samples(run)).collect();
        Estimate::of(&samples, run)
    }

    pub(crate) fn flag_outliers(self, run: &mut Run) {
        run.outliers = outliers(self.samples(run));
    }
}

/// The samples of one size.
#[derive(Debug, Clone)]
pub struct Samples<'a> {
    /// The size \[size unit\], at least 1.
    pub size: u64,
    /// One time per sample \[s\], for each process, with the number of the process.
    pub processes: Vec<(u32, &'a [f64])>,
}

impl Samples<'_> {
    /// The mean over the means of the processes; nothing if there is none, or one that is not positive.
    pub(crate) fn mean(&self) -> Option<Mean> {
        if self.processes.is_empty() || self.processes.iter().any(|(_, samples)| samples.is_empty()) {
            return None;
        }
        let means: Vec<f64> = self.processes.iter().map(|(_, samples)| mean(samples)).collect();
        let seconds = mean(&means);
        (seconds.is_finite() && seconds > 0.0).then_some(Mean { size: self.size as f64, seconds })
    }
}
