//! Tests of what is learned from earlier runs.

use std::sync::LazyLock;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Normal};

use super::*;
use crate::{Build, Description, Host, Measurements, Method, Point, Run, Series};

/// This host, which takes longer to be asked than all that is reckoned here.
static HERE: LazyLock<Host> = LazyLock::new(Host::here);

/// Points of one act at two sizes: three processes whose mean is `factor` times 1 s and 2 s.
fn points_of(factor: f64, processes: [f64; 3]) -> Vec<Point> {
    let run = |process: u32, seconds: f64| Run {
        process,
        preparation_s: 0.0,
        wall_s: vec![seconds; 2],
        cpu_s: vec![seconds; 2],
        runs_per_sample: 1,
        outliers: Vec::new(),
        counters: Default::default(),
    };
    let point = |size: u64| Point {
        size,
        processes: (1..).zip(processes).map(|(id, off)| run(id, size as f64 * factor * off)).collect(),
        output_bytes: None,
        peak_memory_bytes: None,
        verified: true,
    };
    vec![point(1), point(2)]
}

/// A calibration of that act.
fn run_of(factor: f64, processes: [f64; 3]) -> Calibration {
    let description = Description {
        statement: "an invented act".into(),
        size_unit: "things".into(),
        ..Description::of_a_test("act.do")
    };
    let series = vec![Series { description, points: points_of(factor, processes) }];
    let (method, conditions) = (Method::standard(), Vec::new());
    let measurements = Measurements { started_unix_s: 7, took_s: 1.0, method, conditions, partial: None, series };
    Calibration::fit(measurements, HERE.clone(), Build::this())
}

/// The last of several runs that remembers those before it.
fn runs_of(factors: &[f64]) -> Calibration {
    let all = factors.iter().map(|&factor| run_of(factor, [1.0; 3]));
    all.reduce(|earlier, next| next.after(&earlier, |_| true)).expect("a run")
}

#[test]
fn what_is_stated_gives_way_to_what_was_seen_by_hand() {
    let stated = STATED_RUNS.relative;
    let run = |factors: &[f64]| runs_of(factors).operations[0].curve.uncertainty.run;
    assert_eq!(run(&[1.0]), STATED_RUNS);
    // Two runs e^0.2 apart: a variance of 0.02 with one degree of freedom, beside four of what is stated.
    let two = run(&[1.0, 0.2_f64.exp()]);
    assert!((two.relative - (4.0 * stated + 0.02) / 5.0).abs() < 1e-12 && two.freedom == 5.0, "{two:?}");
    // Nine that are the same: eight degrees of freedom that saw nothing. Both sizes are of the same runs.
    let same = run(&[1.0; 9]);
    assert!((same.relative - 4.0 * stated / 12.0).abs() < 1e-12 && same.freedom == 12.0, "{same:?}");
    assert_eq!(runs_of(&[1.0; 9]).former_runs_of("act.do"), 8);
    assert_eq!(runs_of(&[1.0; 40]).former_runs.len(), REMEMBERED);
}

#[test]
fn what_processes_spread_by_is_no_difference_between_runs() {
    let (one, two) = (run_of(1.0, [0.9, 1.0, 1.1]), run_of(1.02, [0.9, 1.0, 1.1]));
    let run = two.after(&one, |_| true).operations[0].curve.uncertainty.run;
    assert!((run.relative - 4.0 * STATED_RUNS.relative / 5.0).abs() < 1e-12, "{run:?}: 2 % are within ± 10 % / √3");
}

#[test]
fn another_host_and_what_was_not_measured_anew_teach_nothing() {
    let earlier = run_of(1.0, [1.0; 3]);
    let other = Calibration { host: Host { cpu: "Another CPU".into(), ..HERE.clone() }, ..earlier.clone() };
    assert!(run_of(1.5, [1.0; 3]).after(&other, |_| true).former_runs.is_empty());
    let kept = run_of(1.5, [1.0; 3]).after(&earlier, |name| name != "act.do");
    assert_eq!(kept.operations[0].curve.uncertainty.run, STATED_RUNS);
    let merged = earlier.clone().merged(run_of(1.5, [1.0; 3]));
    assert_eq!((merged.former_runs.len(), merged.former_runs_of("act.do")), (1, 1));
    assert!(merged.operations[0].curve.uncertainty.run.relative > STATED_RUNS.relative);
}

/// The interval of the last of several runs holds the long-run mean in 90 to 99 of 100 series of runs, whether runs differ as is
/// stated, and it has not seen any, or by twice as much or a third, and it has seen twenty.
#[test]
fn it_holds_the_mean_over_many_runs() {
    let of_any = run_of(1.0, [1.0; 3]);
    for (deviation, count) in [(STATED_RUNS.relative.sqrt(), 1), (0.06, 20), (0.01, 20)] {
        let mut chance = Xoshiro256PlusPlus::seed_from_u64(11);
        let mut off = |deviation: f64| 1.0 + deviation * Normal::standard().inverse_cdf(chance.random());
        let mut held = 0;
        for _ in 0..400 {
            let mut drawn = || (off(deviation), [(); 3].map(|()| off(0.02)));
            // Of earlier runs only the samples are remembered: none of them needs a curve of its own.
            let mut earlier: Vec<Calibration> = vec![of_any.clone(); count - 1];
            for run in &mut earlier {
                let (factor, processes) = drawn();
                run.operations[0].points = points_of(factor, processes);
            }
            let (factor, processes) = drawn();
            let runs = earlier.into_iter().chain([run_of(factor, processes)]);
            let last = runs.reduce(|earlier, next| next.after(&earlier, |_| true)).expect("a run");
            let (low, high) = last.operations[0].curve.interval(2.0);
            held += i32::from(low <= 2.0 && 2.0 <= high);
        }
        assert!((360..=398).contains(&held), "{held} of 400 at {deviation} after {count} runs");
    }
}
