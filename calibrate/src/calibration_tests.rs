//! Tests of the calibration and its file, on synthetic samples.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::error::CalibrationError;
use crate::form::Form;
use crate::operation::OperationError;
use crate::point::Run;
use crate::statistics::Replicate;

fn description(name: &str) -> Description {
    Description { lower_bound: Some("it does nothing".into()), ..Description::of_a_test(name) }
}

/// Two samples of CPU time 0.1 % below and above `seconds`.
fn run(process: u32, seconds: f64) -> Run {
    let cpu_s = vec![0.999 * seconds, 1.001 * seconds];
    Run {
        process,
        preparation_s: 0.0,
        wall_s: vec![1.5 * seconds, 2.5 * seconds],
        cpu_s,
        runs_per_sample: 1,
        outliers: Vec::new(),
        counters: Default::default(),
    }
}

/// A point whose processes are 1 % below and above `seconds`.
fn point(size: u64, seconds: f64, bytes: Option<u64>) -> Point {
    Point {
        size,
        processes: vec![run(1, 0.99 * seconds), run(2, 1.01 * seconds)],
        output_bytes: bytes,
        peak_memory_bytes: bytes.map(|bytes| bytes * 1000),
        verified: true,
    }
}

fn calibration() -> Calibration {
    let slow = [1, 10, 100].map(|n| point(n, 0.5 + 0.01 * n as f64, Some(7 * n * n)));
    let series = vec![
        Series { description: description("slow.prove"), points: slow.into() },
        Series {
            description: description("fast.verify"),
            points: vec![Point {
                processes: vec![Run { cpu_s: vec![0.0, 4e-6], ..run(1, 1e-6) }],
                ..point(1, 1e-6, None)
            }],
        },
    ];
    let conditions = vec![Conditions {
        load_before: Some(0.1),
        load_after: None,
        stolen_share: None,
        memory_stall_s: None,
        multiplication_ns: vec![1.25],
    }];
    let method = Method::quick();
    let measurements =
        Measurements { started_unix_s: 1_700_000_000, took_s: 12.5, method, conditions, partial: None, series };
    Calibration::fit(measurements, Host::here(), Build::this())
}

fn operations() -> Vec<Operation> {
    let never = |_| Err(OperationError::new("never prepared"));
    vec![
        Operation::new(description("slow.prove"), &[1, 10, 100], never),
        Operation::new(description("fast.verify"), &[1], never),
    ]
}

#[test]
fn curves_are_fitted_to_cpu_time_unless_it_is_counted_in_ticks() {
    let calibration = calibration();
    let slow = calibration.operation("slow.prove").expect("it was measured");
    assert_eq!((slow.clock, slow.curve.form, slow.largest_size()), (Clock::Cpu, Form::Linear, 100));
    assert!((slow.curve.seconds(50.0) - 1.0).abs() < 1e-6);
    let fast = calibration.operation("fast.verify").expect("it was measured");
    assert_eq!(fast.clock, Clock::Wall);
    assert!((fast.curve.seconds(1.0) - 2e-6).abs() < 1e-12);
    assert!(calibration.operation("slow").is_none(), "a name is matched as a whole");
}

#[test]
fn bytes_and_memory_are_powers_between_sizes() {
    let calibration = calibration();
    let slow = calibration.operation("slow.prove").expect("it was measured");
    for size in [1.0, 4.0, 10.0, 50.0, 100.0, 200.0] {
        let (bytes, memory) = (slow.bytes(size).expect("measured"), slow.peak_memory(size).expect("measured"));
        assert!((bytes / (7.0 * size * size) - 1.0).abs() < 1e-9, "{bytes} bytes at {size}");
        assert!((memory / bytes - 1000.0).abs() < 1e-6, "{memory} bytes of memory at {size}");
    }
    assert_eq!(calibration.operation("fast.verify").and_then(|fast| fast.bytes(1.0)), None);
}

#[test]
fn a_file_is_read_as_it_was_written() {
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("deep/er/calibration.json");
    let written = calibration();
    written.write(&path).expect("it is written, with its directories");
    written.write(&path).expect("it is replaced");
    let read = Calibration::read(&path).expect("it is read");
    assert_eq!(read.operations.len(), 2);
    assert_eq!((&read.host, &read.build, read.started_unix_s), (&written.host, &written.build, 1_700_000_000));
    let (one, two) = (&read.operations[0], &written.operations[0]);
    assert_eq!((&one.description, one.clock, one.curve.form), (&two.description, two.clock, two.curve.form));
    assert!((one.curve.seconds(70.0) / two.curve.seconds(70.0) - 1.0).abs() < 1e-12);
    let names: Vec<_> = fs::read_dir(directory.path().join("deep/er")).expect("a directory").collect();
    assert_eq!(names.len(), 1, "no temporary file is left");
}

/// Writes `text` to a file and reads it as a calibration.
fn error_of(text: &[u8]) -> CalibrationError {
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("bad.json");
    fs::write(&path, text).expect("it is written");
    Calibration::read(&path).expect_err("it is bad")
}

#[test]
fn bad_files_are_refused_in_words() {
    let good = serde_json::to_vec_pretty(&calibration()).expect("it is JSON");
    let text = String::from_utf8(good.clone()).expect("JSON is text");
    assert!(matches!(error_of(&good[..good.len() / 2]), CalibrationError::Truncated { line: 2.., .. }));
    // Wherever it is cut: in a name, in a text, in a number.
    for length in (1..good.len()).step_by(5) {
        let error = error_of(&good[..length]);
        assert!(matches!(error, CalibrationError::Truncated { .. }), "{length} of {} bytes: {error}", good.len());
    }
    assert!(matches!(error_of(b""), CalibrationError::Truncated { .. }));
    assert!(matches!(error_of(b"x = 3"), CalibrationError::NotJson { .. }));
    assert!(matches!(error_of(&[0xff; 1000]), CalibrationError::NotJson { .. }));
    assert!(matches!(error_of(b"[1,2"), CalibrationError::NotJson { .. }));
    assert!(error_of(b"[1,2").to_string().contains("is not JSON (EOF while parsing a list at line 1 column 4)"));
    assert!(matches!(error_of(b"{}"), CalibrationError::Schema { found: None, .. }));
    assert!(matches!(error_of(b"[1, 2]"), CalibrationError::Schema { found: None, .. }));
    let old = text.replace("calibration/3", "calibration/1");
    assert!(error_of(old.as_bytes()).to_string().contains("\"proofcast/calibration/1\", this program reads"));
    let strange = error_of(text.replace("\"points\"", "\"pints\"").as_bytes()).to_string();
    assert!(strange.contains("missing field `points` at line "), "{strange}");
}

#[test]
fn values_that_cannot_be_are_refused() {
    let refused = |change: fn(&mut Measured)| {
        let mut bad = calibration();
        change(&mut bad.operations[0]);
        let error = error_of(&serde_json::to_vec(&bad).expect("it is JSON"));
        assert!(matches!(error, CalibrationError::Invalid { .. }), "{error}");
    };
    refused(|measured| measured.curve.coefficients_s[3] = -1.0);
    refused(|measured| measured.curve.largest = 1000);
    refused(|measured| measured.points.reverse());
    refused(|measured| measured.points.clear());
    refused(|measured| measured.points[0].size = 0);
    refused(|measured| measured.curve.uncertainty.run.relative = -1.0);
    refused(|measured| measured.points[2].processes.clear());
    refused(|measured| measured.points[0].processes[0].wall_s.clear());
    refused(|measured| measured.points[0].processes[1].cpu_s[0] = -1.0);
}

#[test]
fn numbers_beyond_what_can_be_measured_are_refused() {
    let refused = |change: fn(&mut Calibration)| {
        let mut calibration = calibration();
        change(&mut calibration);
        error_of(&serde_json::to_vec(&calibration).expect("it is JSON")).to_string()
    };
    type Change = fn(&mut Calibration);
    let cases: [(Change, &str); 14] = [
        (
            |one| one.operations[0].curve.spread = 1e200,
            "slow.prove: `operations[0].curve.spread`: found 1e200; it must be from 0 to 10000",
        ),
        (
            |one| one.operations[0].curve.uncertainty.run.relative = 1e300,
            "curve.uncertainty.run.relative`: found 1e300",
        ),
        (
            |one| one.operations[0].curve.uncertainty.misfit.relative = -1.0,
            "curve.uncertainty.misfit.relative`: found -1",
        ),
        (|one| one.operations[0].curve.uncertainty.processes.freedom = 1e20, "processes.freedom`: found 1e20"),
        (|one| one.operations[0].curve.uncertainty.covariance_freedom = -2.0, "covariance_freedom`: found -2"),
        (
            |one| one.operations[1].curve.uncertainty.covariance_s2[0][0] = 1e300,
            "fast.verify: `operations[1].curve.uncertainty.covariance_s2[0][0]`: found 1e300; it must be from 0 to 1e19",
        ),
        (|one| one.operations[0].curve.uncertainty.covariance_s2[1][3] = -1e300, "covariance_s2[1][3]`"),
        (|one| one.operations[0].curve.uncertainty.covariance_s2[3][3] = -1e-9, "covariance_s2[3][3]`: found -1e-9"),
        (
            |one| one.operations[0].curve.uncertainty.covariance_s2[0][0] = 1e19,
            "half-width at size 1 as a share of the time: found",
        ),
        (
            |one| one.operations[0].curve.uncertainty.rivals[0].weight = 2.0,
            "rivals[0].weight`: found 2; it must be from 0 to 1",
        ),
        (|one| one.operations[0].curve.coefficients_s[1] = 1e20, "curve.coefficients_s[1]`: found 1e20"),
        (
            |one| one.operations[0].points[1].processes[1].wall_s[0] = 1e300,
            "points[1].processes[1].wall_s[0]`: found 1e300",
        ),
        (
            |one| one.operations[0].points[1].processes[1].cpu_s = vec![0.0; 2],
            "no sample by the clock of the curve is above zero",
        ),
        (|one| one.operations.push(one.operations[0].clone()), "slow.prove stands there twice"),
    ];
    for (change, says) in cases {
        let message = refused(change);
        assert!(message.contains(says), "no `{says}` in: {message}");
    }
}

#[test]
fn only_an_operation_of_the_users_own_may_be_without_a_check() {
    let mut unverified = calibration();
    unverified.operations[0].points[2].verified = false;
    let message = error_of(&serde_json::to_vec(&unverified).expect("it is JSON")).to_string();
    assert!(message.contains("slow.prove: `operations[0].points[2].verified`: found false"), "{message}");
    unverified.operations[0].description.suite = crate::OWN_SUITE.into();
    let directory = TempDir::new().expect("a temporary directory");
    unverified.write(&directory.path().join("own.json")).expect("it is written");
    assert!(Calibration::read(&directory.path().join("own.json")).is_ok());
}

#[test]
fn what_stands_behind_a_calibration_is_named_with_its_place() {
    let good = serde_json::to_string(&calibration()).expect("it is JSON");
    for (rest, place, found) in
        [("\n\n}", ":3:1: ", "\"}\""), ("\n  {\"a\": 1}\n", ":2:3: ", "{"), ("x", ":1:", "\"x\"")]
    {
        let message = error_of(format!("{good}{rest}").as_bytes()).to_string();
        for says in [place, found, "the calibration ends before", "one calibration and nothing else"] {
            assert!(message.contains(says), "no `{says}` in: {message}");
        }
    }
    assert!(matches!(error_of(&[good.as_bytes(), &[0xff; 3]].concat()), CalibrationError::Trailing { .. }));
}

#[test]
fn a_file_of_the_version_before_is_fitted_anew_from_its_samples() {
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("old.json");
    let written = calibration();
    let mut old = serde_json::to_value(&written).expect("it is JSON");
    old["schema"] = "proofcast/calibration/2".into();
    old["operations"][0]["curve"] = serde_json::json!({ "form": "linear", "half_width": 0.1 });
    fs::write(&path, old.to_string()).expect("it is written");
    let read = Calibration::read(&path).expect("it is read");
    assert_eq!((read.schema.as_str(), &read.host, read.took_s), (SCHEMA, &written.host, written.took_s));
    let (one, two) = (&read.operations[0].curve, &written.operations[0].curve);
    assert!((one.seconds(70.0) / two.seconds(70.0) - 1.0).abs() < 1e-9 && one.form == two.form);
    assert!((one.relative_half_width(70.0) / two.relative_half_width(70.0) - 1.0).abs() < 1e-6);
    for clock in ["wall_s", "cpu_s"] {
        old["operations"][1]["points"][0]["processes"][0][clock] = serde_json::json!([0.0, 0.0]);
    }
    let refused = error_of(old.to_string().as_bytes());
    assert!(refused.to_string().contains("fast.verify: every size must have samples above zero"), "{refused}");
}

#[test]
fn memory_goes_in_the_steps_of_a_padded_time() {
    let stepped = |n: u64| (n as f64).log2().ceil().exp2();
    let points = [1, 2, 3, 4, 6, 8, 12, 16].map(|n| point(n, 1e-3 + 0.02 * stepped(n), Some(stepped(n) as u64)));
    let series = Series { description: description("padded.prove"), points: points.into() };
    let measured = Measured::fit(series, 1).expect("samples");
    assert!(measured.curve.padded);
    for size in [3.0, 5.0, 16.0, 17.0, 32.0, 1000.0] {
        let (memory, by_hand) = (measured.peak_memory(size).expect("measured"), 1000.0 * stepped(size as u64));
        assert!((memory / by_hand - 1.0).abs() < 1e-9, "{memory} bytes at {size}, not {by_hand}");
    }
}

#[test]
fn a_directory_and_a_missing_file_are_said_to_be_so() {
    let directory = TempDir::new().expect("a temporary directory");
    let error = Calibration::read(directory.path()).expect_err("a directory");
    assert!(error.to_string().ends_with("is a directory: give the calibration file in it"), "{error}");
    let error = Calibration::read(&directory.path().join("none.json")).expect_err("not there");
    assert!(matches!(error, CalibrationError::Read { .. }) && error.to_string().contains("none.json"));
}

#[test]
fn an_impossible_place_is_an_error_and_nothing_old_is_lost() {
    let directory = TempDir::new().expect("a temporary directory");
    let file = directory.path().join("file");
    fs::write(&file, "old").expect("it is written");
    let below: PathBuf = file.join("calibration.json");
    assert!(matches!(calibration().write(&below), Err(CalibrationError::Write { .. })));
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "old");
}

#[test]
fn a_calibration_is_reused_only_for_the_same_host_build_and_operations() {
    let (host, build) = (Host::here(), Build::this());
    let calibration = calibration();
    assert_eq!(calibration.reusable(&host, &build, &operations()), Ok(()));
    let other = Host { cpu: "Another CPU".into(), ..host.clone() };
    assert!(matches!(calibration.reusable(&other, &build, &operations()), Err(Mismatch::Host(_))));
    let other = Build { version: "9.9.9".into(), ..build.clone() };
    assert!(matches!(calibration.reusable(&host, &other, &operations()), Err(Mismatch::Build(_))));
    let partial = Calibration { partial: Some("interrupted".into()), ..calibration.clone() };
    assert!(matches!(partial.reusable(&host, &build, &operations()), Err(Mismatch::Partial(_))));
    let never = |_| Err(OperationError::new("never prepared"));
    let unknown = [Operation::new(description("new.prove"), &[1], never)];
    let mismatch = calibration.reusable(&host, &build, &unknown).expect_err("it was not measured");
    assert!(mismatch.to_string().contains("new.prove is missing"), "{mismatch}");
    let resized = [Operation::new(description("fast.verify"), &[1, 2], never)];
    assert!(matches!(calibration.reusable(&host, &build, &resized), Err(Mismatch::Operation(_))));
}

#[test]
fn intervals_come_from_the_spread_between_processes_and_far_out_samples_stay() {
    let calibration = calibration();
    let mut slow = calibration.operation("slow.prove").expect("it was measured").clone();
    let wider = slow.estimate(&slow.points[2]).expect("samples");
    slow.curve.uncertainty.run = Variance::NONE;
    let estimate = slow.estimate(&slow.points[2]).expect("samples");
    assert!(wider.standard_error_s > estimate.standard_error_s, "what differs between runs is part of the interval");
    assert_eq!((slow.curve.uncertainty.from, estimate.from), (Replicate::Processes, Replicate::Processes));
    // Means 0.99 and 1.01 of 1.5 s: t(1) = 12.706 on a standard error of 1 %.
    assert!((estimate.relative_half_width().expect("two processes") - 0.127_062).abs() < 1e-5, "{estimate:?}");
    assert!((estimate.floor_s - 0.999 * 0.99 * 1.5).abs() < 1e-9);
    let fast = calibration.operation("fast.verify").expect("it was measured");
    assert_eq!(fast.curve.uncertainty.from, Replicate::Samples);

    let far = Run { cpu_s: vec![1.0, 1.1, 0.9, 1.05, 9.0], wall_s: vec![1.0; 5], ..run(1, 1.0) };
    let series = Series {
        description: description("far.out"),
        points: vec![Point { processes: vec![far], ..point(1, 1.0, None) }],
    };
    let measured = Measured::fit(series, 2).expect("samples");
    assert_eq!(measured.points[0].processes[0].outliers, [4]);
    assert!(measured.curve.seconds(1.0) > 2.0, "a flagged sample still counts");
}

#[test]
fn an_act_on_several_threads_is_read_by_elapsed_time_and_scales() {
    let description = Description { scaling: Some(crate::operation::Scaling::FixedWork), ..description("wide.prove") };
    let points = [1, 2, 4].map(|threads| {
        let seconds = 2.0 * (0.1 + 0.9 / threads as f64) / 4.0;
        point(threads, seconds, None)
    });
    let measured = Measured::fit(Series { description, points: points.into() }, 4).expect("samples");
    assert_eq!(measured.clock, Clock::Wall);
    let scaling = measured.thread_scaling.expect("three numbers of threads");
    assert!((scaling.serial_share - 0.1).abs() < 1e-6 && (scaling.efficiency - 1.0 / 1.3).abs() < 1e-6, "{scaling:?}");
}

#[test]
fn a_part_that_is_merged_replaces_its_operations_and_keeps_the_others() {
    let (host, build) = (Host::here(), Build::this());
    let old = calibration();
    assert_eq!(old.mergeable(&host, &build), Ok(()));
    let other = Host { cpu: "Another CPU".into(), ..host.clone() };
    assert!(matches!(old.mergeable(&other, &build), Err(Mismatch::Host(_))));
    let partial = Calibration { partial: Some("interrupted".into()), ..old.clone() };
    assert!(matches!(partial.mergeable(&host, &build), Err(Mismatch::Partial(_))));

    let part = vec![
        Series { description: description("slow.prove"), points: vec![point(1, 2.0, None)] },
        Series { description: description("mine"), points: vec![point(4, 3.0, None)] },
    ];
    let measurements = Measurements {
        started_unix_s: 1_800_000_000,
        took_s: 1.5,
        method: Method::standard(),
        conditions: [old.conditions.clone(), old.conditions.clone()].concat(),
        partial: None,
        series: part,
    };
    let merged = old.clone().merged(Calibration::fit(measurements, host, build));
    let names: Vec<&str> = merged.operations.iter().map(|one| one.description.name.as_str()).collect();
    assert_eq!(names, ["slow.prove", "fast.verify", "mine"]);
    let processes = |index: usize| merged.operations[index].points[0].processes.iter().map(|run| run.process);
    assert_eq!(processes(0).chain(processes(1)).collect::<Vec<_>>(), [2, 3, 1], "every run finds its conditions");
    assert_eq!((merged.conditions.len(), merged.took_s, &merged.method.name), (3, 14.0, &old.method.name));
    assert!((merged.operations[0].curve.seconds(1.0) - 2.0).abs() < 1e-9);
}

#[test]
fn the_least_precise_act_is_found() {
    let mut calibration = calibration();
    let widest = calibration.least_precise();
    assert!(matches!(widest, Some(("fast.verify", 1, half_width)) if half_width > 1.0), "0 and 4 µs: {widest:?}");
    calibration.operations.truncate(1);
    let slow = &calibration.operations[0];
    let widths = slow.points.iter().filter_map(|point| slow.clock.estimate(&point.processes, Variance::NONE));
    let widest = widths.filter_map(|found| found.relative_half_width()).fold(0.0, f64::max);
    let (name, _, half_width) = calibration.least_precise().expect("it has acts");
    assert!(name == "slow.prove" && half_width == widest && widest > 0.01, "{name}: {half_width} of {widest}");
}
