//! The measurement: several processes, one after the other, each sampling the acts that still need it; after the first, peak
//! memory.
//!
//! The process is the unit of replication: the layout of memory favours or harms the same code for the whole life of a process,
//! by up to a fifth, and no number of samples in one process can tell. Costly acts get fewer processes than others. With a wanted
//! precision further processes follow, for the acts that lack it.
//!
//! Processes and their rounds are spread over the whole run: each process takes a least time for its rounds ([`Method`]), and
//! peak memory is measured between them, so that a neighbour who is busy for a minute is seen as a spread between processes.
//!
//! Left out: the spread between hosts of one kind; what differs between runs is in [`crate::runs`].

use std::time::{Duration, Instant, SystemTime};

use crate::conditions::Conditions;
use crate::error::MeasureError;
use crate::measurements::{Measurements, Series};
use crate::method::Method;
use crate::operation::Operation;
use crate::point::{Clock, Point, Run};
use crate::process::Workers;
use crate::progress::{Audience, Phase, Progress};
use crate::sampling::{Order, Sampled, Taken};
use crate::statistics::Variance;

/// Measures all `operations` at all their sizes.
///
/// The audience is given what there is after every process; once it says stop, what was measured until then is returned and
/// called partial.
///
/// # Errors
/// An act cannot be prepared, gives a wrong result, or brings its process down.
pub fn measure(
    operations: &[Operation],
    method: &Method,
    workers: &dyn Workers,
    audience: Audience<'_>,
) -> Result<Measurements, MeasureError> {
    let Audience { mut report, mut keep, stop } = audience;
    let began = Instant::now();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let mut meter = Meter { budget_s: method.budget_s, began, done: 0.0, report: &mut report };
    let so_far = |acts: &[Act<'_>], conditions: &[Conditions], partial| Measurements {
        started_unix_s: now.as_secs(),
        took_s: began.elapsed().as_secs_f64(),
        method: method.clone(),
        conditions: conditions.to_vec(),
        partial,
        series: series(acts),
    };
    let mut acts: Vec<Act<'_>> = operations.iter().flat_map(Act::all).collect();
    let mut conditions = Vec::new();
    for process in 1.. {
        let due = due(&acts, method, process, began.elapsed().as_secs_f64());
        if due.is_empty() || stop() {
            break;
        }
        let mut own: Vec<_> = due.iter().filter_map(|&index| acts[index].operation.definition()).cloned().collect();
        own.dedup();
        let order = Order {
            method: method.clone(),
            budget_s: method.budget_s - began.elapsed().as_secs_f64(),
            processes_left: method.processes_long.saturating_sub(process - 1).max(1),
            acts: due.iter().map(|&index| (acts[index].operation.name().to_owned(), acts[index].size)).collect(),
            own,
            paced: None,
        };
        let mut step = |phase, operation: &str, size| meter.step(phase, operation, size, process);
        let Taken { conditions: circumstances, acts: sampled, interrupted } =
            workers.sample(&order, &mut step, &stop)?;
        conditions.push(circumstances);
        for sampled in sampled {
            let act = due.iter().find(|&&index| acts[index].is(&sampled));
            // A child answers only what it was asked for.
            let act = *act.expect("a process samples the acts of its order");
            acts[act].keep(process, sampled);
        }
        keep(so_far(&acts, &conditions, Some(format!("unfinished: {}", missing(&acts, method)))));
        if interrupted {
            break;
        }
        if process == 1 {
            memory(&mut acts, method, workers, &mut meter, &stop);
        }
    }
    let partial = stop().then(|| format!("interrupted: {}", missing(&acts, method)));
    Ok(so_far(&acts, &conditions, partial))
}

/// Measures the peak memory of every act for which it is worth it.
fn memory(
    acts: &mut [Act<'_>],
    method: &Method,
    workers: &dyn Workers,
    meter: &mut Meter<'_>,
    stop: &dyn Fn() -> bool,
) {
    let wanted: Vec<bool> = acts.iter().map(|act| act.needs_memory(acts, method)).collect();
    for (act, _) in acts.iter_mut().zip(wanted).filter(|(_, wanted)| *wanted) {
        if stop() {
            return;
        }
        meter.step(Phase::Memory, act.operation.name(), act.size, 1);
        act.peak_memory_bytes = workers.peak_memory(act.operation, act.size);
    }
}

/// All acts that have samples, by operation.
fn series(acts: &[Act<'_>]) -> Vec<Series> {
    let mut series: Vec<Series> = Vec::new();
    for act in acts.iter().filter(|act| !act.processes.is_empty()) {
        let description = act.operation.description();
        match series.last_mut() {
            Some(last) if last.description == *description => last.points.push(act.point()),
            _ => series.push(Series { description: description.clone(), points: vec![act.point()] }),
        }
    }
    series
}

/// What is missing so far, in words.
fn missing(acts: &[Act<'_>], method: &Method) -> String {
    let none = acts.iter().filter(|act| act.processes.is_empty()).count();
    let short = |act: &&Act<'_>| !act.processes.is_empty() && act.processes.len() < act.wanted(acts, method);
    let few = acts.iter().filter(short).count();
    format!("of {} acts {none} have no samples, {few} fewer processes than planned, some no peak memory", acts.len())
}

/// Positions of the acts that the given process has to measure, from 1.
fn due(acts: &[Act<'_>], method: &Method, process: u32, elapsed_s: f64) -> Vec<usize> {
    let chosen = |wanted: &dyn Fn(&Act<'_>) -> bool| (0..acts.len()).filter(|&index| wanted(&acts[index])).collect();
    let planned: Vec<usize> = chosen(&|act| act.processes.len() < act.wanted(acts, method));
    if process == 1 || !planned.is_empty() {
        return planned;
    }
    let Some(precision) = method.precision else { return Vec::new() };
    let loose: Vec<usize> = chosen(&|act| act.relative_half_width().is_none_or(|half_width| half_width > precision));
    let expected_s: f64 = loose.iter().map(|&index| acts[index].expected_s(method)).sum();
    if elapsed_s + expected_s <= method.limit_s { loose } else { Vec::new() }
}

/// Tells how far the measurement is, by the time that it has taken of what it may take.
struct Meter<'a> {
    budget_s: f64,
    began: Instant,
    done: f64,
    report: &'a mut dyn FnMut(Progress<'_>),
}

impl Meter<'_> {
    fn step(&mut self, phase: Phase, operation: &str, size: u64, process: u32) {
        let elapsed_s = self.began.elapsed().as_secs_f64();
        // A slow host overruns the budget: better a bar that waits near its end than one that lies.
        self.done = (elapsed_s / self.budget_s).min(0.99).max(self.done);
        let left_s = (self.budget_s - elapsed_s).max(0.0);
        (self.report)(Progress { phase, operation, size, process, done: self.done, left_s });
    }
}

/// One act at one size, with what was found so far.
struct Act<'a> {
    operation: &'a Operation,
    size: u64,
    preparation_s: f64,
    output_bytes: Option<u64>,
    peak_memory_bytes: Option<u64>,
    processes: Vec<Run>,
}

impl<'a> Act<'a> {
    fn all(operation: &'a Operation) -> impl Iterator<Item = Self> {
        let act = move |&size| Self {
            operation,
            size,
            preparation_s: 0.0,
            output_bytes: None,
            peak_memory_bytes: None,
            processes: Vec::new(),
        };
        operation.sizes().iter().map(act)
    }

    fn is(&self, sampled: &Sampled) -> bool {
        self.operation.name() == sampled.operation && self.size == sampled.size
    }

    fn keep(&mut self, process: u32, sampled: Sampled) {
        self.preparation_s = self.preparation_s.max(sampled.preparation_s);
        self.output_bytes = sampled.output_bytes;
        let Sampled { preparation_s, wall_s, cpu_s, runs_per_sample, counters, .. } = sampled;
        let outliers = Vec::new();
        self.processes.push(Run { process, preparation_s, wall_s, cpu_s, runs_per_sample, outliers, counters });
    }

    /// Time of one run, as last seen \[s\].
    fn run_s(&self) -> f64 {
        self.processes.last().and_then(|run| run.wall_s.first()).copied().unwrap_or(0.0)
    }

    /// How many processes have to measure it.
    ///
    /// Acts of one family share what they prepare, so that only the first of them in a process pays: each is as costly to
    /// prepare as the costliest of its family at the same size.
    fn wanted(&self, acts: &[Self], method: &Method) -> usize {
        method.processes_for(self.run_s(), self.alone_s(acts)) as usize
    }

    /// What it takes to prepare it in a process that prepares nothing else of its family \[s\].
    fn alone_s(&self, acts: &[Self]) -> f64 {
        let family = acts.iter().filter(|other| other.size == self.size && other.family() == self.family());
        family.map(|other| other.preparation_s).fold(0.0, f64::max)
    }

    /// The name without its verb.
    fn family(&self) -> &str {
        let name = self.operation.name();
        name.rsplit_once('.').map_or(name, |(family, _)| family)
    }

    /// Whether its peak memory is worth preparing it once more for: not that of a short act with a long preparation.
    fn needs_memory(&self, acts: &[Self], method: &Method) -> bool {
        !self.processes.is_empty() && (self.run_s() >= method.long_s || self.alone_s(acts) < method.costly_s)
    }

    fn expected_s(&self, method: &Method) -> f64 {
        self.preparation_s + method.warm_up_s + (self.run_s() * f64::from(method.fewest_samples)).max(method.least_s)
    }

    /// Of this run alone: no further process can tell what differs between runs.
    fn relative_half_width(&self) -> Option<f64> {
        let clock = Clock::of(self.operation.description(), self.processes.iter());
        clock.estimate(&self.processes, Variance::NONE)?.relative_half_width()
    }

    fn point(&self) -> Point {
        let &Self { size, output_bytes, peak_memory_bytes, .. } = self;
        Point {
            size,
            processes: self.processes.clone(),
            output_bytes,
            peak_memory_bytes,
            verified: self.operation.is_checked(),
        }
    }
}

#[cfg(test)]
#[path = "measure_tests.rs"]
mod tests;
