//! What `check` prints and keeps: for CI systems, over time, and in money; and results of other tools.

use std::path::Path;

use serde_json::{Value, json};

use crate::check::calibration;
use crate::program::{command, document, finish, folder, proofcast};

fn slow(folder: &Path) {
    calibration(folder, "old.json", 10, ("", 1.0));
    calibration(folder, "slow.json", 10, ("stark.prove", 1.06));
}

#[test]
fn junit_is_well_formed_and_counts_what_failed() {
    let here = folder();
    slow(here.path());
    let run = proofcast(here.path(), "check slow.json --baseline old.json --format junit --quiet");
    assert_eq!(run.status, Some(1));
    let xml = roxmltree::Document::parse(&run.out).expect("XML");
    let suite = xml.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    let cases: Vec<_> = suite.children().filter(|node| node.has_tag_name("testcase")).collect();
    let failed = cases.iter().filter(|case| case.children().any(|child| child.has_tag_name("failure"))).count();
    assert_eq!(suite.attribute("tests"), Some(cases.len().to_string().as_str()));
    assert_eq!(suite.attribute("failures"), Some(failed.to_string().as_str()));
    // A size of the operation each.
    assert_eq!(failed, 7);
    assert!(cases.iter().all(|case| case.attribute("classname").is_some() && case.attribute("name").is_some()));
}

#[test]
fn github_gets_annotations_a_summary_and_an_output() {
    let here = folder();
    slow(here.path());
    std::fs::write(here.path().join("summary"), "before\n").expect("written");
    let line = "check slow.json --baseline old.json --only stark.* --format github --quiet";
    let run = finish(command(here.path(), line).env("GITHUB_STEP_SUMMARY", "summary").env("GITHUB_OUTPUT", "output"));
    assert_eq!(run.status, Some(1));
    let annotations: Vec<&str> = run.out.lines().filter(|line| line.starts_with("::")).collect();
    let first =
        "::error title=stark.prove at 1%2C time fails::stark.prove at 1 transaction: time 6 %25 above the baseline";
    assert_eq!((annotations.len(), annotations[0]), (7, first));
    let read = |name: &str| std::fs::read_to_string(here.path().join(name)).expect("written");
    assert_eq!(read("output"), "verdict=fail\n");
    let summary = read("summary");
    assert!(summary.starts_with("before\n### Proofcast check: fail: 7 of"), "{summary}");
    assert!(summary.contains("| stark.prove |"), "{summary}");
}

#[test]
fn bencher_gets_latencies_in_nanoseconds() {
    let here = folder();
    slow(here.path());
    let run = proofcast(here.path(), "check slow.json --baseline old.json --format bmf --quiet");
    let found = document(&run.out);
    let latency = &found["stark.prove/1"]["latency"];
    let [value, upper] = ["value", "upper_value"].map(|key| latency[key].as_f64().expect("a number"));
    assert!(value > 1e6 && upper >= value && upper < 1.02 * value, "{latency}");
    let import = "calibrate book.csv --import check.bmf --machine here --source test --quiet";
    std::fs::write(here.path().join("check.bmf"), &run.out).expect("written");
    assert_eq!(proofcast(here.path(), import).status, Some(0), "our own reader takes it");
}

#[test]
fn a_table_fits_80_columns_and_names_what_failed() {
    let here = folder();
    slow(here.path());
    let line = "check slow.json --baseline old.json --quiet";
    let run = finish(command(here.path(), line).env("COLUMNS", "80"));
    assert!(run.out.starts_with("fail: 7 of"), "{}", run.out);
    assert!(run.out.lines().all(|line| line.chars().count() <= 80), "{}", run.out);
    let kept: Value =
        serde_json::from_slice(&std::fs::read(here.path().join("proofcast-out/check.json")).expect("kept"))
            .expect("JSON");
    assert_eq!((&kept["schema"], &kept["verdict"]), (&json!("proofcast/check/1"), &json!("fail")));
}

#[test]
fn history_grows_with_every_run_and_tells_a_change() {
    let here = folder();
    slow(here.path());
    let run = |file: &str| {
        let line = format!("check {file}.json --baseline old.json --only stark.prove --history trend --quiet");
        proofcast(here.path(), &line)
    };
    for _ in 0..12 {
        assert_eq!(run("old").status, Some(0));
    }
    (0..11).for_each(|_| drop(run("slow")));
    let last = run("slow");
    assert_eq!(last.status, Some(1));
    assert!(
        last.out.contains("stark.prove at 1, time: +6.0 % since") && last.out.contains("(run 13 of 24)"),
        "{}",
        last.out
    );
    let text = std::fs::read_to_string(here.path().join("trend/history.jsonl")).expect("kept");
    assert_eq!(text.lines().count(), 24);
    assert!(here.path().join("trend/charts/history.svg").exists());
    // A line that was cut is passed over, and the next run stands on a line of its own.
    std::fs::write(here.path().join("trend/history.jsonl"), &text[..text.len() - 9]).expect("written");
    let run = run("slow");
    assert!(run.err.contains("history.jsonl:24: 1 line passed over"), "{}", run.err);
}

#[test]
fn what_a_slower_operation_costs_is_told_in_a_sentence() {
    let here = folder();
    calibration(here.path(), "old.json", 10, ("", 1.0));
    calibration(here.path(), "slow.json", 10, ("stark.prove", 1.5));
    let line = "check slow.json --baseline old.json --calibration old.json --impact layered --quiet";
    let run = proofcast(here.path(), line);
    assert_eq!(run.status, Some(1), "{}", run.err);
    let told = run.out.lines().find(|line| line.starts_with("stark.prove +50.0 %:"));
    assert!(told.is_some_and(|line| line.contains("the bill +$")), "{}", run.out);
    let same =
        proofcast(here.path(), "check old.json --baseline old.json --calibration old.json --impact layered --quiet");
    assert_eq!(same.status, Some(0));
    assert!(!same.out.contains("the bill"), "nothing changed: {}", same.out);
}

/// A folder of criterion with one benchmark of these samples \[ns\].
fn criterion(folder: &Path, name: &str, samples: &[f64]) {
    let path = folder.join(name).join("fold/8/new");
    std::fs::create_dir_all(&path).expect("made");
    let mean = samples.iter().sum::<f64>() / samples.len() as f64;
    let interval = json!({ "confidence_level": 0.95, "lower_bound": mean * 0.99, "upper_bound": mean * 1.01 });
    let estimates =
        json!({ "mean": { "point_estimate": mean, "standard_error": 1.0, "confidence_interval": interval } });
    std::fs::write(path.join("estimates.json"), estimates.to_string()).expect("written");
    let iters: Vec<f64> = (1..=samples.len()).map(|count| count as f64).collect();
    let times: Vec<f64> = samples.iter().zip(&iters).map(|(ns, count)| ns * count).collect();
    let raw = json!({ "sampling_mode": "Linear", "iters": iters, "times": times });
    std::fs::write(path.join("sample.json"), raw.to_string()).expect("written");
}

#[test]
fn results_of_other_tools_are_judged_by_their_samples() {
    let here = folder();
    let noisy =
        |floor: f64| (0..50).map(|at| floor * (1.0 + 0.02 * f64::from(at * 13 % 7) / 7.0)).collect::<Vec<f64>>();
    criterion(here.path(), "old", &noisy(1_000.0));
    criterion(here.path(), "same", &noisy(1_001.0));
    criterion(here.path(), "slow", &noisy(1_060.0));
    let go = |ns: f64| {
        let lines = noisy(ns).into_iter().map(|ns| format!("BenchmarkFold/8-4  1000  {ns} ns/op\n"));
        lines.chain(["BenchmarkGone-4  10  5 ns/op\n".to_owned()]).collect::<String>()
    };
    std::fs::write(here.path().join("old.txt"), go(1_000.0)).expect("written");
    std::fs::write(here.path().join("slow.txt"), go(1_060.0).replace("Gone", "Come")).expect("written");
    let hyperfine = |s: f64| {
        let times: Vec<f64> = noisy(s);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        json!({ "results": [{ "command": "./prove 8", "mean": mean, "times": times }] }).to_string()
    };
    std::fs::write(here.path().join("old.json"), hyperfine(1.0)).expect("written");
    std::fs::write(here.path().join("slow.json"), hyperfine(1.06)).expect("written");
    for (old, new, status) in [
        ("old", "same", 0),
        ("old", "slow", 1),
        ("old.txt", "slow.txt", 1),
        ("old.txt", "old.txt", 3),
        ("old.json", "slow.json", 1),
    ] {
        let run = proofcast(here.path(), &format!("check --baseline {old} --candidate {new} --quiet"));
        assert_eq!(run.status, Some(status), "{old} {new}: {}{}", run.out, run.err);
        assert_eq!(run.out.contains("one process a side"), !old.ends_with("json"), "{old} {new}: {}", run.out);
        let named = run.out.contains("Gone@threads=4: only in the baseline")
            && run.out.contains("Come@threads=4: only in the candidate");
        assert_eq!(named, new == "slow.txt", "{}", run.out);
    }
    let run = proofcast(here.path(), "check --baseline old --candidate old.json --quiet");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("no benchmark is in both"), "{}", run.err);
}

#[test]
fn a_benchmark_that_is_lost_or_broken_does_not_pass() {
    let here = folder();
    let results = |exits: [i32; 2]| {
        let of = |(size, exit): (usize, i32)| json!({ "command": format!("./prove {size}"), "mean": 1.0, "times": vec![1.0; 12], "exit_codes": vec![exit; 12] });
        let all: Vec<Value> = [2, 4].into_iter().zip(exits).map(of).collect();
        json!({ "results": all }).to_string()
    };
    std::fs::write(here.path().join("old.json"), results([0, 0])).expect("written");
    std::fs::write(here.path().join("new.json"), results([0, 1])).expect("written");
    let line = "check --baseline old.json --candidate new.json --quiet";
    let run = proofcast(here.path(), line);
    assert_eq!(run.status, Some(3), "{}{}", run.out, run.err);
    let answer = run.out.lines().next().expect("an answer").replace('\u{a0}', " ");
    assert_eq!(answer, "undecided: 1 operation of the baseline without a candidate; no failure in 1 line");
    assert!(run.err.contains("prove 4") && run.err.contains("exit status 1"), "{}", run.err);
    let told = proofcast(here.path(), &format!("{line} --format junit"));
    let xml = roxmltree::Document::parse(&told.out).expect("XML");
    let skipped: Vec<_> = xml.descendants().filter(|node| node.has_tag_name("skipped")).collect();
    assert_eq!(skipped.len(), 1, "{}", told.out);
    let warned = proofcast(here.path(), &format!("{line} --format github"));
    assert!(warned.out.contains("is undecided::only in the baseline"), "{}", warned.out);
    // Samples that are cut off are not passed over.
    criterion(here.path(), "old", &[1_000.0; 20]);
    criterion(here.path(), "new", &[1_000.0; 20]);
    let samples = here.path().join("new/fold/8/new/sample.json");
    let whole = std::fs::read_to_string(&samples).expect("samples");
    std::fs::write(&samples, &whole[..whole.len() / 2]).expect("written");
    let cut = proofcast(here.path(), "check --baseline old --candidate new --quiet");
    assert_eq!(cut.status, Some(2), "{}", cut.out);
    assert!(cut.err.contains("sample.json"), "{}", cut.err);
}

#[test]
fn bad_input_is_told_where_ci_looks_and_a_file_that_cannot_be_written_keeps_no_verdict_back() {
    let here = folder();
    slow(here.path());
    let run = |line: &str, output: &str| finish(command(here.path(), line).env("GITHUB_OUTPUT", output));
    let bad = run("check none.json --baseline old.json --format github --quiet", "output");
    assert_eq!(bad.status, Some(2));
    assert!(bad.out.starts_with("::error title=proofcast check has no verdict::cannot read none.json"), "{}", bad.out);
    let output = std::fs::read_to_string(here.path().join("output")).expect("written");
    assert_eq!(output, "verdict=error\n");
    let junit = proofcast(here.path(), "check none.json --baseline old.json --format junit --quiet");
    let xml = roxmltree::Document::parse(&junit.out).expect("XML");
    let error = xml.descendants().find(|node| node.has_tag_name("error")).expect("an error");
    assert!(error.attribute("message").is_some_and(|why| why.contains("none.json")), "{}", junit.out);
    let line = "check slow.json --baseline old.json --only stark.* --format github --quiet";
    let unwritable = run(line, "/proc/none");
    assert_eq!(unwritable.status, Some(1), "{}", unwritable.err);
    assert!(unwritable.out.contains("stark.prove") && unwritable.err.contains("GITHUB_OUTPUT"), "{}", unwritable.err);
}
