//! Tests of the measurement, on synthetic acts.

use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::rc::Rc;

use super::*;
use crate::operation::{Description, OperationError, instance};
use crate::sampling::{Attendant, sample_here};

/// Measures in this very process, and notes what each order asked for.
struct Here<'a> {
    operations: &'a [Operation],
    orders: RefCell<Vec<usize>>,
}

impl<'a> Here<'a> {
    fn new(operations: &'a [Operation]) -> Self {
        Self { operations, orders: RefCell::new(Vec::new()) }
    }
}

impl Workers for Here<'_> {
    fn sample(
        &self,
        order: &Order,
        report: &mut dyn FnMut(Phase, &str, u64),
        stop: &dyn Fn() -> bool,
    ) -> Result<Taken, MeasureError> {
        self.orders.borrow_mut().push(order.acts.len());
        sample_here(self.operations, order, Attendant { report, round: &mut || {}, stop })
    }

    fn peak_memory(&self, _: &Operation, size: u64) -> Option<u64> {
        Some(size * 2)
    }
}

fn method() -> Method {
    Method { budget_s: 0.2, rounds: 6, batch_s: 1e-5, warm_up_s: 1e-5, span_s: 0.0, ..Method::quick() }
}

fn description(name: &str) -> Description {
    Description {
        statement: "adds up the numbers below n".into(),
        library: "core".into(),
        size_unit: "numbers".into(),
        ..Description::of_a_test(name)
    }
}

/// Adds up numbers; `right_runs` says for how many runs it does so correctly.
fn adding(name: &str, sizes: &[u64], right_runs: u32) -> Operation {
    Operation::new(description(name), sizes, move |size| {
        let runs = Rc::new(Cell::new(0));
        let act = move |n: &mut u64| {
            runs.set(runs.get() + 1);
            (0..*n).fold(0, |sum, number| black_box(number).wrapping_add(sum)) + u64::from(runs.get() > right_runs)
        };
        Ok(instance(size, act, |n, sum| *sum == n * (n - 1) / 2, |_| Some(8)))
    })
}

/// Measures in this process without a progress bar and to the end.
fn measured(operations: &[Operation], method: &Method) -> Result<Measurements, MeasureError> {
    measure(operations, method, &Here::new(operations), Audience::none())
}

#[test]
fn every_act_gives_its_samples_in_the_order_of_the_operations() {
    let operations = [adding("one", &[10, 100], u32::MAX), adding("two", &[5], u32::MAX)];
    let (mut last, mut phases) = (0.0, Vec::new());
    let mut kept = Vec::new();
    let report = |progress: Progress<'_>| {
        assert!(progress.done >= last && progress.done < 1.0 && progress.left_s <= 0.2);
        last = progress.done;
        phases.push(progress.phase);
    };
    let audience = Audience {
        report: Box::new(report),
        keep: Box::new(|so_far: Measurements| kept.push(so_far.partial)),
        ..Audience::none()
    };
    let found = measure(&operations, &method(), &Here::new(&operations), audience).expect("right");
    assert!(matches!(kept.as_slice(), [Some(why)] if why.starts_with("unfinished: ")), "{kept:?}");
    let names: Vec<&str> = found.series.iter().map(|series| series.description.name.as_str()).collect();
    assert_eq!((names, found.partial), (vec!["one", "two"], None));
    let point = &found.series[0].points[1];
    assert_eq!((point.size, point.output_bytes, point.peak_memory_bytes), (100, Some(8), Some(200)));
    let [run] = point.processes.as_slice() else { panic!("one process") };
    assert_eq!((run.process, run.wall_s.len(), run.cpu_s.len()), (1, 6, 6));
    assert!(run.wall_s.iter().all(|&seconds| seconds > 0.0));
    assert_eq!(found.conditions[0].multiplication_ns.len(), 6);
    assert_eq!(phases.iter().filter(|&&phase| phase == Phase::Sample).count(), 18);
}

#[test]
fn costly_acts_get_fewer_processes_and_few_samples_without_time() {
    let operations = [adding("short", &[10], u32::MAX), adding("long", &[10_000_000], u32::MAX)];
    let method = Method {
        processes: 3,
        processes_long: 2,
        least_s: 0.0,
        long_s: 1e-3,
        costly_s: 5e-3,
        budget_s: 0.0,
        ..method()
    };
    let workers = Here::new(&operations);
    let found = measure(&operations, &method, &workers, Audience::none()).expect("right");
    assert_eq!(*workers.orders.borrow(), [2, 2, 1], "acts by process");
    let counts = found.series.iter().map(|series| series.points[0].processes.len());
    assert_eq!(counts.collect::<Vec<_>>(), [3, 2]);
    let samples = found.series[1].points[0].processes[0].wall_s.len();
    assert_eq!(samples, method.fewest_samples as usize);
    assert_eq!(found.conditions.len(), 3);
}

#[test]
fn acts_that_share_a_costly_preparation_get_as_few_processes() {
    let prepared = |name: &str, takes_ms: u64| {
        Operation::new(description(name), &[10], move |size| {
            std::thread::sleep(Duration::from_millis(takes_ms));
            Ok(instance(size, |n| *n, |n, same| n == same, |_| None))
        })
    };
    let operations = [prepared("proof.prove", 20), prepared("proof.verify", 0), prepared("hash.verify", 0)];
    let method = Method { processes: 3, processes_long: 1, costly_s: 0.015, ..method() };
    let workers = Here::new(&operations);
    let found = measure(&operations, &method, &workers, Audience::none()).expect("right");
    assert_eq!(*workers.orders.borrow(), [3, 1, 1], "acts by process");
    let memory: Vec<_> = found.series.iter().map(|series| series.points[0].peak_memory_bytes).collect();
    assert_eq!(memory, [None, None, Some(20)], "a short act is not prepared for long just for its memory");
}

#[test]
fn a_precision_asks_for_further_processes_until_the_time_is_up() {
    let operations = [adding("one", &[10_000], u32::MAX)];
    let reached = Method { precision: Some(1e9), processes: 2, ..method() };
    let workers = Here::new(&operations);
    measure(&operations, &reached, &workers, Audience::none()).expect("right");
    assert_eq!(workers.orders.borrow().len(), 2, "it is precise enough after the planned processes");
    let never = Method { precision: Some(1e-12), processes: 2, limit_s: 0.5, ..reached };
    let workers = Here::new(&operations);
    let found = measure(&operations, &never, &workers, Audience::none()).expect("right");
    assert!(workers.orders.borrow().len() > 2 && found.took_s < 5.0, "it went on, and it ended");
}

#[test]
fn an_interrupted_measurement_keeps_what_it_has_and_says_so() {
    let operations = [adding("one", &[10], u32::MAX), adding("two", &[10], u32::MAX)];
    let method = Method { processes: 3, ..method() };
    let asked = Cell::new(0);
    // Two acts are prepared, and three of twelve samples taken.
    let stop = move || {
        asked.set(asked.get() + 1);
        asked.get() > 6
    };
    let audience = Audience { stop: Box::new(stop), ..Audience::none() };
    let found = measure(&operations, &method, &Here::new(&operations), audience).expect("right");
    let samples = found.series.iter().flat_map(|series| &series.points[0].processes).map(|run| run.wall_s.len());
    assert_eq!(samples.sum::<usize>(), 3);
    assert!(found.partial.is_some_and(|why| why.starts_with("interrupted: of 2 acts 0 have no samples")));
    assert_eq!(found.series[0].points[0].peak_memory_bytes, None);

    let audience = Audience { stop: Box::new(|| true), ..Audience::none() };
    let nothing = measure(&operations, &method, &Here::new(&operations), audience).expect("right");
    assert!(nothing.series.is_empty() && nothing.partial.is_some());
}

#[test]
fn a_wrong_result_first_or_last_ends_the_measurement() {
    for right_runs in [0, 1] {
        let error =
            measured(&[adding("wrong", &[10], right_runs)], &method()).expect_err("a wrong result is no measurement");
        assert_eq!((error.operation.as_str(), error.size), ("wrong", 10));
        assert!(error.to_string().starts_with("cannot measure wrong at size 10: "));
    }
}

#[test]
fn an_act_that_cannot_be_prepared_says_why() {
    let broken = Operation::new(description("broken"), &[1], |_| Err(OperationError::new("no such size")));
    let error = measured(&[broken], &method()).expect_err("it cannot be prepared");
    assert_eq!(error.to_string(), "cannot measure broken at size 1: no such size");
}
