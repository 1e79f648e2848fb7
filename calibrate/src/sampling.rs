//! What one process does: it prepares acts, warms them up, checks them, and samples them in shuffled rounds.
//!
//! Acts take turns instead of being measured one after the other, so that a disturbance that lasts a second spoils one sample
//! of many acts and not all samples of one. Short acts are timed in batches, long ones singly; wall and CPU time of each
//! sample are kept, and none is dropped. Each act's result is checked after its first run and after its last.
//!
//! Left out: the spread between processes, which no process can see ([`crate::measure()`] starts several).

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::conditions::{Conditions, Watch};
use crate::error::MeasureError;
use crate::method::Method;
use crate::operation::{Instance, Operation, OperationError};
use crate::own_operation::OwnOperation;
use crate::progress::Phase;
use crate::stopwatch::{Sample, at_stack_depth, multiplication_ns, time};

/// A run of this time has averaged over what disturbs it for seconds: a second one tells less than another process \[s\].
const ONE_IS_ENOUGH_S: f64 = 20.0;

/// What one process is asked to measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// How.
    pub method: Method,
    /// Time that is left to this process, to those after it, and to the measurement of peak memory \[s\].
    pub budget_s: f64,
    /// How many processes share it, this one included.
    pub processes_left: u32,
    /// What, by name and size \[size unit\].
    pub acts: Vec<(String, u64)>,
    /// The definitions of those that are the user's own.
    pub own: Vec<OwnOperation>,
    /// Where two processes work in step: each round waits for a word, and this seed, which both have, says in which order and how
    /// deep in the stack their acts are run.
    #[serde(default)]
    pub paced: Option<u64>,
}

/// Who attends to a process that measures.
pub struct Attendant<'a> {
    /// Is told before every step.
    pub report: &'a mut dyn FnMut(Phase, &str, u64),
    /// Is called before every round, which waits for it.
    pub round: &'a mut dyn FnMut(),
    /// Says when no further step is wanted.
    pub stop: &'a dyn Fn() -> bool,
}

/// What one process found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// The circumstances.
    pub conditions: Conditions,
    /// The acts in the order that was asked for; of an interrupted process those that have a sample.
    pub acts: Vec<Sampled>,
    /// Whether it was told to stop before it was done.
    pub interrupted: bool,
}

/// The samples of one act at one size in one process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sampled {
    /// Name of the operation.
    pub operation: String,
    /// The size \[size unit\].
    pub size: u64,
    /// Time that preparing, the first run and its check took \[s\].
    pub preparation_s: f64,
    /// Size of the result \[bytes\]; nothing where the act gives only a yes or no.
    pub output_bytes: Option<u64>,
    /// Elapsed time per run, one per sample, in the order in which they were taken \[s\].
    pub wall_s: Vec<f64>,
    /// CPU time per run, one per sample \[s\].
    pub cpu_s: Vec<f64>,
    /// How many runs each sample is the mean of.
    pub runs_per_sample: u32,
    /// What the act itself counted, by name, one per sample.
    pub counters: BTreeMap<String, Vec<f64>>,
}

/// Measures in this very process.
///
/// # Errors
/// An act is unknown, cannot be prepared, or gives a wrong result.
pub fn sample_here(
    operations: &[Operation],
    order: &Order,
    mut attendant: Attendant<'_>,
) -> Result<Taken, MeasureError> {
    let method = &order.method;
    let began = Instant::now();
    let watch = Watch::start();
    let mut subjects = Vec::new();
    for (name, size) in &order.acts {
        if (attendant.stop)() {
            break;
        }
        (attendant.report)(Phase::Prepare, name, *size);
        let prepared = find(operations, name).and_then(|operation| Subject::prepare(operation, *size, method));
        subjects.push(prepared.map_err(|reason| MeasureError { operation: name.clone(), size: *size, reason })?);
    }
    // The processes after this one and the measurement of memory prepare everything again.
    let preparation_s: f64 = subjects.iter().map(|subject| subject.preparation_s).sum();
    let left_s = order.budget_s - began.elapsed().as_secs_f64() - preparation_s * f64::from(order.processes_left);
    plan(&mut subjects, method, left_s.max(0.0) / f64::from(order.processes_left.max(1)));
    // Another order and another stack in every process: that is what makes processes comparable.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let seed = order.paced.unwrap_or(now.as_nanos() as u64);
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let multiplications = rounds(&mut subjects, method, &mut chance, &mut attendant);

    let interrupted = subjects.len() < order.acts.len() || (attendant.stop)();
    let sampled = subjects.into_iter().filter(|subject| !subject.samples.is_empty());
    let acts = sampled.map(Subject::finish).collect::<Result<_, _>>()?;
    Ok(Taken { conditions: watch.stop(multiplications), acts, interrupted })
}

fn find<'a>(operations: &'a [Operation], name: &str) -> Result<&'a Operation, OperationError> {
    let found = operations.iter().find(|operation| operation.name() == name);
    found.ok_or_else(|| OperationError::new("there is no such operation"))
}

/// One act at one size while it is measured.
struct Subject<'a> {
    operation: &'a Operation,
    size: u64,
    instance: Box<dyn Instance>,
    preparation_s: f64,
    /// Expected time of one run \[s\].
    run_s: f64,
    /// Runs per sample.
    batch: u32,
    /// Samples that are planned.
    wanted: u32,
    samples: Vec<Sample>,
    counters: BTreeMap<String, Vec<f64>>,
}

impl<'a> Subject<'a> {
    /// Prepares, runs once, checks, and warms up.
    fn prepare(operation: &'a Operation, size: u64, method: &Method) -> Result<Self, OperationError> {
        let began = Instant::now();
        let mut instance = operation.prepare(size)?;
        let first = timed(&mut *instance, 1);
        instance.verify()?;
        let preparation_s = began.elapsed().as_secs_f64();
        let mut run_s = first.wall_s;
        let warming = Instant::now();
        while run_s < method.warm_up_s && warming.elapsed().as_secs_f64() < method.warm_up_s {
            run_s = run_s.min(timed(&mut *instance, 1).wall_s);
        }
        // An act that tells its own use tells that of one run.
        let most = if instance.usage().is_some() { 1.0 } else { 1e6 };
        let batch = (method.batch_s / run_s.max(1e-9)).ceil().clamp(1.0, most) as u32;
        // What it costs a run of seconds to be the first is less than another process tells in the time of a second run.
        let (samples, counters) = (Vec::new(), BTreeMap::new());
        let mut subject = Self { operation, size, instance, preparation_s, run_s, batch, wanted: 0, samples, counters };
        if first.wall_s >= method.first_counts_s {
            subject.keep(first);
        }
        Ok(subject)
    }

    fn is_long(&self, method: &Method) -> bool {
        self.run_s >= method.long_s
    }

    /// Takes one sample.
    fn sample(&mut self) {
        let sample = timed(&mut *self.instance, self.batch);
        self.keep(sample);
    }

    fn keep(&mut self, sample: Sample) {
        self.samples.push(sample);
        for (name, value) in self.instance.usage().into_iter().flat_map(|usage| &usage.counters) {
            self.counters.entry(name.clone()).or_default().push(*value);
        }
    }

    /// Checks the last result, and keeps what was measured.
    fn finish(self) -> Result<Sampled, MeasureError> {
        let operation = self.operation.name().to_owned();
        if let Err(reason) = self.instance.verify() {
            return Err(MeasureError { operation, size: self.size, reason });
        }
        Ok(Sampled {
            operation,
            size: self.size,
            preparation_s: self.preparation_s,
            output_bytes: self.instance.output_bytes(),
            wall_s: self.samples.iter().map(|sample| sample.wall_s).collect(),
            cpu_s: self.samples.iter().map(|sample| sample.cpu_s).collect(),
            runs_per_sample: self.batch,
            counters: self.counters,
        })
    }
}

/// Times runs of an act by the clocks of this process, or takes what an act outside it tells.
fn timed(instance: &mut dyn Instance, batch: u32) -> Sample {
    let sample = time(batch, || instance.run());
    instance.usage().map_or(sample, |usage| Sample { wall_s: usage.wall_s, cpu_s: usage.cpu_s })
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
            let fewest = if subject.run_s >= ONE_IS_ENOUGH_S { 1 } else { method.fewest_samples };
            let wanted = affordable.clamp(fewest, method.rounds.max(fewest));
            wanted.saturating_sub(subject.samples.len() as u32)
        } else {
            method.rounds
        };
    }
}

/// Takes the planned samples in shuffled rounds; returns one time of the multiplication chain per round \[ns\].
fn rounds(
    subjects: &mut [Subject<'_>],
    method: &Method,
    chance: &mut Xoshiro256PlusPlus,
    attendant: &mut Attendant<'_>,
) -> Vec<f64> {
    let mut multiplications = Vec::new();
    let rounds = method.rounds.max(method.fewest_samples);
    let mut order: Vec<usize> = (0..subjects.len()).collect();
    let began = Instant::now();
    for round in 0..rounds {
        let due = Duration::from_secs_f64(method.span_s.max(0.0) * f64::from(round) / f64::from(rounds));
        let pause = due.saturating_sub(began.elapsed());
        if !pause.is_zero() && !(attendant.stop)() {
            thread::sleep(pause);
        }
        (attendant.round)();
        multiplications.push(multiplication_ns());
        order.shuffle(chance);
        let depth = chance.random_range(0..method.stack_steps.max(1));
        at_stack_depth(depth, &mut || {
            for &index in &order {
                let subject = &mut subjects[index];
                // Samples of a long act are spread evenly over the rounds.
                let due = (round + 1) * subject.wanted / rounds > round * subject.wanted / rounds;
                if due && !(attendant.stop)() {
                    (attendant.report)(Phase::Sample, subject.operation.name(), subject.size);
                    subject.sample();
                }
            }
        });
    }
    multiplications
}
