//! The harness: every act at every size is prepared, warmed up, checked, and sampled in shuffled rounds.
//!
//! Acts take turns instead of being measured one after the other, so that a disturbance that lasts a second spoils one sample
//! of many acts and not all samples of one. Short acts are timed in batches, long ones singly; wall and CPU time of each
//! sample are kept, and none is dropped. Each act's result is checked after its first run and after its last.
//!
//! Left out: the spread between processes. One process measures; address-space layout may favour or harm it as a whole.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};
use sysinfo::System;

use crate::method::{Method, Phase, Progress};
use crate::operation::{Description, Instance, Operation, OperationError};
use crate::stopwatch::{Sample, at_stack_depth, multiplication_ns, time};

/// All samples of one measurement, with the circumstances in which they were taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurements {
    /// When it began \[s since 1970-01-01 UTC\].
    pub started_unix_s: u64,
    /// How long it took \[s\].
    pub took_s: f64,
    /// How the samples were taken.
    pub method: Method,
    /// What else went on.
    pub conditions: Conditions,
    /// One series per operation, in the order in which they were given.
    pub series: Vec<Series>,
}

/// What the machine did besides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Mean number of runnable processes over the minute before the start, where the system tells.
    pub load_before: Option<f64>,
    /// The same over the last minute of the measurement; it includes the measurement itself.
    pub load_after: Option<f64>,
    /// Time of one dependent multiplication, once per round \[ns\]: a change of it is a change of clock frequency.
    pub multiplication_ns: Vec<f64>,
}

/// The samples of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What was measured.
    pub description: Description,
    /// One point per size, sizes growing.
    pub points: Vec<Point>,
}

/// The samples of one operation at one size, in the order in which they were taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The size \[size unit\].
    pub size: u64,
    /// Elapsed time per run, one per sample \[s\].
    pub wall_s: Vec<f64>,
    /// CPU time per run, one per sample \[s\].
    pub cpu_s: Vec<f64>,
    /// How many runs each sample is the mean of.
    pub runs_per_sample: u32,
    /// Size of the result \[bytes\]; nothing where the act gives only a yes or no.
    pub output_bytes: Option<u64>,
    /// By how much one run raised resident memory \[bytes\]; nothing where that cannot be told.
    pub peak_memory_bytes: Option<u64>,
    /// The result was checked: always true, because a result that fails the check ends the measurement.
    pub verified: bool,
}

/// Which act could not be measured, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureError {
    /// Name of the operation.
    pub operation: String,
    /// At which size \[size unit\].
    pub size: u64,
    /// What went wrong.
    pub reason: OperationError,
}

impl fmt::Display for MeasureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot measure {} at size {}: {}", self.operation, self.size, self.reason)
    }
}

impl std::error::Error for MeasureError {}

/// Measures all `operations` at all their sizes.
///
/// `peak_memory` gets a name and a size and tells the peak of that act from a process of its own ([`crate::memory`]);
/// `report` is told before every step.
///
/// # Errors
/// An act cannot be prepared, or gives a wrong result.
pub fn measure(
    operations: &[Operation],
    method: &Method,
    peak_memory: &dyn Fn(&str, u64) -> Option<u64>,
    report: &mut dyn FnMut(Progress<'_>),
) -> Result<Measurements, MeasureError> {
    let began = Instant::now();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let load_before = load();
    let mut meter = Meter { budget_s: method.budget_s, began, done: 0.0, report };

    let mut subjects = prepare(operations, method, &mut meter)?;
    let memory_s: f64 = subjects.iter().map(|subject| subject.preparation_s).sum();
    let sampling_s = (method.budget_s - began.elapsed().as_secs_f64() - memory_s).max(0.0);
    plan(&mut subjects, method, sampling_s);
    // Another order and another stack in every process: that is what makes processes comparable.
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(now.as_nanos() as u64);
    let multiplication_ns = sample(&mut subjects, method, &mut chance, &mut meter);

    let mut series: Vec<Series> = Vec::new();
    for subject in subjects {
        meter.step(Phase::Memory, subject.operation, subject.size);
        let memory = peak_memory(subject.operation.name(), subject.size);
        let description = subject.operation.description();
        let point = subject.into_point(memory)?;
        match series.last_mut() {
            Some(last) if last.description == *description => last.points.push(point),
            _ => series.push(Series { description: description.clone(), points: vec![point] }),
        }
    }
    Ok(Measurements {
        started_unix_s: now.as_secs(),
        took_s: began.elapsed().as_secs_f64(),
        method: method.clone(),
        conditions: Conditions { load_before, load_after: load(), multiplication_ns },
        series,
    })
}

/// Mean number of runnable processes over the last minute.
fn load() -> Option<f64> {
    System::load_average().ok().map(|load| load.one)
}

/// Tells how far the measurement is, by the time that it has taken of what it may take.
struct Meter<'a> {
    budget_s: f64,
    began: Instant,
    done: f64,
    report: &'a mut dyn FnMut(Progress<'_>),
}

impl Meter<'_> {
    fn step(&mut self, phase: Phase, operation: &Operation, size: u64) {
        let elapsed = self.began.elapsed().as_secs_f64() / self.budget_s;
        // A slow host overruns the budget: better a bar that waits near its end than one that lies.
        self.done = elapsed.min(0.99).max(self.done);
        (self.report)(Progress { phase, operation: operation.name(), size, done: self.done });
    }
}

/// One act at one size while it is measured.
struct Subject<'a> {
    operation: &'a Operation,
    size: u64,
    instance: Box<dyn Instance>,
    /// Time that preparing, the first run and its check took \[s\].
    preparation_s: f64,
    /// Expected time of one run \[s\].
    run_s: f64,
    /// Runs per sample.
    batch: u32,
    /// Samples that are planned.
    wanted: u32,
    samples: Vec<Sample>,
}

impl<'a> Subject<'a> {
    /// Prepares, runs once, checks, and warms up.
    fn prepare(operation: &'a Operation, size: u64, method: &Method) -> Result<Self, OperationError> {
        let began = Instant::now();
        let mut instance = operation.prepare(size)?;
        let mut run_s = time(1, || instance.run()).wall_s;
        instance.verify()?;
        let preparation_s = began.elapsed().as_secs_f64();
        let warming = Instant::now();
        while run_s < method.warm_up_s && warming.elapsed().as_secs_f64() < method.warm_up_s {
            run_s = run_s.min(time(1, || instance.run()).wall_s);
        }
        let batch = (method.batch_s / run_s.max(1e-9)).ceil().clamp(1.0, 1e6) as u32;
        Ok(Self { operation, size, instance, preparation_s, run_s, batch, wanted: 0, samples: Vec::new() })
    }

    fn is_long(&self, method: &Method) -> bool {
        self.run_s >= method.long_s
    }

    /// Takes one sample.
    fn sample(&mut self) {
        let instance = &mut self.instance;
        self.samples.push(time(self.batch, || instance.run()));
    }

    /// Checks the last result, and keeps what was measured.
    fn into_point(self, peak_memory_bytes: Option<u64>) -> Result<Point, MeasureError> {
        self.instance.verify().map_err(|reason| failure(self.operation, self.size, reason))?;
        Ok(Point {
            size: self.size,
            wall_s: self.samples.iter().map(|sample| sample.wall_s).collect(),
            cpu_s: self.samples.iter().map(|sample| sample.cpu_s).collect(),
            runs_per_sample: self.batch,
            output_bytes: self.instance.output_bytes(),
            peak_memory_bytes,
            verified: true,
        })
    }
}

fn failure(operation: &Operation, size: u64, reason: OperationError) -> MeasureError {
    MeasureError { operation: operation.name().to_owned(), size, reason }
}

fn prepare<'a>(
    operations: &'a [Operation],
    method: &Method,
    meter: &mut Meter<'_>,
) -> Result<Vec<Subject<'a>>, MeasureError> {
    let mut subjects = Vec::new();
    for operation in operations {
        for &size in operation.sizes() {
            meter.step(Phase::Prepare, operation, size);
            let subject = Subject::prepare(operation, size, method);
            subjects.push(subject.map_err(|reason| failure(operation, size, reason))?);
        }
    }
    Ok(subjects)
}

/// Decides how many samples each act gives: a short one a sample per round, the long ones equal shares of the time that is left.
fn plan(subjects: &mut [Subject<'_>], method: &Method, sampling_s: f64) {
    let short_s: f64 = subjects
        .iter()
        .filter(|subject| !subject.is_long(method))
        .map(|subject| subject.run_s * f64::from(subject.batch) * f64::from(method.rounds))
        .sum();
    let long = subjects.iter().filter(|subject| subject.is_long(method)).count();
    let share_s = (sampling_s - short_s).max(0.0) / long.max(1) as f64;
    for subject in subjects {
        subject.wanted = if subject.is_long(method) {
            let affordable = (share_s.max(method.least_s) / subject.run_s) as u32;
            affordable.clamp(method.fewest_samples, method.rounds.max(method.fewest_samples))
        } else {
            method.rounds
        };
    }
}

/// Takes the planned samples in shuffled rounds; returns one time of the multiplication chain per round \[ns\].
fn sample(
    subjects: &mut [Subject<'_>],
    method: &Method,
    chance: &mut Xoshiro256PlusPlus,
    meter: &mut Meter<'_>,
) -> Vec<f64> {
    let mut multiplications = Vec::new();
    let rounds = method.rounds.max(method.fewest_samples);
    let mut order: Vec<usize> = (0..subjects.len()).collect();
    for round in 0..rounds {
        multiplications.push(multiplication_ns());
        order.shuffle(chance);
        let depth = chance.random_range(0..method.stack_steps.max(1));
        at_stack_depth(depth, &mut || {
            for &index in &order {
                let subject = &mut subjects[index];
                // Samples of a long act are spread evenly over the rounds.
                if (round + 1) * subject.wanted / rounds > round * subject.wanted / rounds {
                    meter.step(Phase::Sample, subject.operation, subject.size);
                    subject.sample();
                }
            }
        });
    }
    multiplications
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::operation::instance;

    fn method() -> Method {
        Method { budget_s: 0.2, rounds: 6, batch_s: 1e-5, warm_up_s: 1e-5, ..Method::quick() }
    }

    fn description(name: &str) -> Description {
        Description {
            name: name.into(),
            statement: "adds up the numbers below n".into(),
            lower_bound: None,
            library: "core".into(),
            size_unit: "numbers".into(),
            claimed: None,
        }
    }

    /// Adds up numbers; `right_runs` says for how many runs it does so correctly.
    fn adding(name: &str, sizes: &[u64], right_runs: u32) -> Operation {
        Operation::new(description(name), sizes, move |size| {
            let runs = Rc::new(Cell::new(0));
            let act = move |n: &mut u64| {
                runs.set(runs.get() + 1);
                (0..*n).fold(0, u64::wrapping_add) + u64::from(runs.get() > right_runs)
            };
            Ok(instance(size, act, |n, sum| *sum == n * (n - 1) / 2, |_| Some(8)))
        })
    }

    #[test]
    fn every_act_gives_its_samples_in_the_order_of_the_operations() {
        let operations = [adding("one", &[10, 100], u32::MAX), adding("two", &[5], u32::MAX)];
        let mut last = 0.0;
        let mut phases = Vec::new();
        let found = measure(&operations, &method(), &|_, size| Some(size * 2), &mut |progress| {
            assert!(progress.done >= last && progress.done < 1.0);
            last = progress.done;
            phases.push(progress.phase);
        })
        .expect("all results are right");
        let names: Vec<&str> = found.series.iter().map(|series| series.description.name.as_str()).collect();
        assert_eq!(names, ["one", "two"]);
        let point = &found.series[0].points[1];
        assert_eq!((point.size, point.output_bytes, point.peak_memory_bytes), (100, Some(8), Some(200)));
        assert_eq!((point.wall_s.len(), point.cpu_s.len()), (6, 6));
        assert!(point.wall_s.iter().all(|&seconds| seconds > 0.0));
        assert_eq!(found.conditions.multiplication_ns.len(), 6);
        assert_eq!(phases.iter().filter(|&&phase| phase == Phase::Sample).count(), 18);
    }

    #[test]
    fn a_long_act_gives_its_fewest_samples_even_without_time() {
        let strict = Method { budget_s: 0.0, least_s: 0.0, long_s: 0.0, ..method() };
        let found = measure(&[adding("long", &[10], u32::MAX)], &strict, &|_, _| None, &mut |_| {}).expect("right");
        assert_eq!(found.series[0].points[0].wall_s.len(), strict.fewest_samples as usize);
    }

    #[test]
    fn a_wrong_result_first_or_last_ends_the_measurement() {
        for right_runs in [0, 1] {
            let found = measure(&[adding("wrong", &[10], right_runs)], &method(), &|_, _| None, &mut |_| {});
            let error = found.expect_err("a wrong result is not a measurement");
            assert_eq!((error.operation.as_str(), error.size), ("wrong", 10));
            assert!(error.to_string().starts_with("cannot measure wrong at size 10: "));
        }
    }

    #[test]
    fn an_act_that_cannot_be_prepared_says_why() {
        let broken = Operation::new(description("broken"), &[1], |_| Err(OperationError::new("no such size")));
        let error = measure(&[broken], &method(), &|_, _| None, &mut |_| {}).expect_err("it cannot be prepared");
        assert_eq!(error.to_string(), "cannot measure broken at size 1: no such size");
    }
}
