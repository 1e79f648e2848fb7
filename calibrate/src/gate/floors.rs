//! The floors of processes: their shortest times, by a clock that tells what the code takes.

use crate::operation::Description;
use crate::own_operation::OWN_SUITE;
use crate::point::{Clock, Run};

/// From this time on CPU time is read instead of elapsed time, where only one thread works \[s\]: elapsed floors of long runs spread by a
/// third on a busy machine, and CPU times of shorter ones read below their floor now and then.
const LONG_S: f64 = 0.010;
/// A command keeps one core busy, and not more, if its CPU time is this share of its elapsed time at least, and its inverse at most.
const ONE_CORE: f64 = 0.9;

/// Both clocks of the samples of one process.
#[derive(Debug, Clone, Copy)]
pub struct Times<'a> {
    /// Elapsed times \[s\].
    pub wall_s: &'a [f64],
    /// CPU times \[s\].
    pub cpu_s: &'a [f64],
}

/// The clock for an operation whose processes, of both sides, have these samples.
pub fn clock<'a>(description: &Description, processes: impl Iterator<Item = Times<'a>> + Clone) -> Clock {
    let lowest = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let wall_s = lowest(&mut processes.clone().flat_map(|times| times.wall_s).copied());
    let cpu_s = lowest(&mut processes.flat_map(|times| times.cpu_s).copied());
    let one_core = (ONE_CORE..=1.0 / ONE_CORE).contains(&(cpu_s / wall_s));
    let own = description.suite == OWN_SUITE;
    let one_thread = description.scaling.is_none() && (!own || one_core);
    if wall_s >= LONG_S && one_thread && cpu_s > 0.0 { Clock::Cpu } else { Clock::Wall }
}

/// The floors that the samples of a process give: its shortest; of a command every one, since each run of it is a process.
pub fn of_process(description: &Description, samples: &[f64]) -> Vec<f64> {
    if description.suite == OWN_SUITE {
        return samples.to_vec();
    }
    samples.iter().copied().reduce(f64::min).into_iter().collect()
}

impl<'a> Times<'a> {
    /// Those of a process of a calibration.
    pub fn of(run: &'a Run) -> Self {
        Self { wall_s: &run.wall_s, cpu_s: &run.cpu_s }
    }
}
