//! Small files in the shapes that the tools write, and the rows and messages that they give.

use std::fs;

use super::*;

fn imported(name: &str, text: &str, unit: Option<TimeUnit>) -> Result<Imported, Problems> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, text).expect("written");
    import(&path, None, unit, "Some CPU", "our lab, 2026-11")
}

fn rows(name: &str, text: &str, unit: Option<TimeUnit>) -> Vec<Published> {
    imported(name, text, unit).unwrap_or_else(|problems| panic!("{problems}")).rows
}

/// The message of the first problem contains `says`, at this line.
fn refused(name: &str, text: &str, line: Option<usize>, says: &str) {
    let problems = imported(name, text, None).expect_err("it is wrong");
    let problem = problems.iter().next().expect("one");
    assert!(problem.message().contains(says), "no `{says}`: {problems}");
    assert_eq!(problem.position().map(|(line, _)| line), line, "{problems}");
    assert!(problem.help().is_some_and(|help| help.len() > 10), "{problems}");
}

const ESTIMATES: &str = r#"{"mean":{"confidence_interval":{"confidence_level":0.95,"lower_bound":1900000.0,
"upper_bound":2300000.0},"point_estimate":2000000.0,"standard_error":1.0},"median":{},"slope":null}"#;

#[test]
fn criterion_gives_name_size_mean_and_half_width() {
    let [row] = rows("target/criterion/msm/1024/new/estimates.json", ESTIMATES, None).try_into().expect("one row");
    let Published { operation, size, machine, source, prove_or_run_ms, half_width_ms, .. } = row;
    assert_eq!((operation.as_str(), size, machine.as_str()), ("msm", Some(1024), "Some CPU"));
    assert_eq!((prove_or_run_ms, half_width_ms), (Some(2.0), Some(0.2)));
    assert_eq!(source, "our lab, 2026-11 (estimates.json)");
    let named = &rows("criterion/hash/blake/new/estimates.json", ESTIMATES, None)[0];
    assert_eq!((named.operation.as_str(), named.size), ("hash/blake", None));
    let other = ESTIMATES.replace("0.95", "0.99");
    assert_eq!(rows("criterion/a/b/new/estimates.json", &other, None)[0].half_width_ms, None);
    refused("criterion/a/b/new/estimates.json", &ESTIMATES[..100], Some(2), "EOF");
    let shapeless = r#"{"mean": {"point_estimate": 3}}"#;
    refused("criterion/a/b/new/estimates.json", shapeless, Some(1), "missing field `confidence_interval`");
}

#[test]
fn what_is_exported_for_criterion_can_be_imported_as_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    for size in [8, 16] {
        let new = folder.path().join(format!("criterion/fold.prove/{size}/new"));
        fs::create_dir_all(&new).expect("made");
        fs::write(new.join("estimates.json"), ESTIMATES).expect("written");
        let benchmark = format!(r#"{{"group_id":"fold.prove","function_id":null,"value_str":"{size}"}}"#);
        fs::write(new.join("benchmark.json"), benchmark).expect("written");
    }
    let found = import(folder.path(), None, None, "A", "B").unwrap_or_else(|problems| panic!("{problems}"));
    let keys: Vec<_> = found.rows.iter().map(|row| (row.operation.as_str(), row.size)).collect();
    assert_eq!(keys, [("fold.prove", Some(16)), ("fold.prove", Some(8))]);
    let empty = tempfile::tempdir().expect("a folder");
    let problems = import(empty.path(), None, None, "A", "B").expect_err("nothing there");
    assert!(problems.to_string().contains("no new/estimates.json"), "{problems}");
}

#[test]
fn go_gives_threads_sizes_and_the_spread_of_repeated_runs() {
    let text = "goos: linux\ncpu: Some CPU\nBenchmarkProve\nBenchmarkProve/n=64-8  100  2000000 ns/op  12 B/op  3 allocs/op\n\
                BenchmarkProve/n=64-8  100  4000000 ns/op\nBenchmarkHash-8  1000  500.5 ns/op\nPASS\n";
    let found = rows("bench.txt", text, None);
    assert_eq!(found.len(), 2);
    let prove = &found[0];
    assert_eq!((prove.operation.as_str(), prove.size, prove.unit_of_size.as_str()), ("Prove", Some(64), "n"));
    assert_eq!((prove.threads, prove.prove_or_run_ms), (Some(8), Some(3.0)));
    // Two runs 1 ms to each side: t(1) = 12.706 standard errors of 1 ms.
    assert!((prove.half_width_ms.expect("two runs") - 12.706_205).abs() < 1e-4);
    assert_eq!((found[1].operation.as_str(), found[1].size, found[1].half_width_ms), ("Hash", None, None));
    assert!((found[1].prove_or_run_ms.expect("a time") - 500.5e-6).abs() < 1e-12);
    refused("bench.txt", "BenchmarkA-8 100 200 ns/op\nBenchmarkB-8 100 fast ns/op\n", Some(2), "found `fast`");
    refused("bench.txt", "BenchmarkB-8 100 12 MB/s\n", Some(1), "no time in ns/op");
    refused("bench.txt", "BenchmarkB-8 many 12 ns/op\n", Some(1), "found `many`");
}

#[test]
fn zkalc_gives_every_size() {
    let text = r#"{"msm_G1": {"range": [2, 4], "results": [1000000.0, 3000000.5], "stddev": [1, 2]},
 "fft": {"range": [8], "results": [500], "stddev": [0]}}"#;
    let found = rows("rtx_4090.json", text, None);
    let figures: Vec<_> = found.iter().map(|row| (row.operation.as_str(), row.size, row.prove_or_run_ms)).collect();
    let expected =
        [("fft", Some(8), Some(0.0005)), ("msm_G1", Some(2), Some(1.0)), ("msm_G1", Some(4), Some(3.0000005))];
    assert_eq!(figures, expected);
    assert_eq!(found[0].half_width_ms, None);
    refused("z.json", "{\"fft\": 1,\n", Some(1), "invalid type");
    refused("z.json", "{\n\"fft\": {\"range\": [1, 2], \"results\": [3]}}", Some(2), "2 sizes and 1 results");
    refused("z.json", "{\n\"fft\": {\"range\": [1], \"results\": [-3]}}", Some(2), "the result -3");
    refused("z.json", "{}", None, "no results");
}

const HARNESS: &str =
    "framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,nbPublic,ram,TIME,proofSize,count
gnark,circuit,groth16,bn254,exponentiate,input_10.json,prove,101,1,2,37860616,620,384,10

gnark,circuit,groth16,bn254,exponentiate,input_10.json,verify,101,1,2,26000000,0,0,10
gnark,circuit,groth16,bn254,exponentiate,input_11.json,prove,1001,1,2,,,,10
";

#[test]
fn zk_harness_needs_the_unit_of_its_times() {
    let found = |head: &str, unit| imported("expo.csv", &HARNESS.replace("TIME", head), unit);
    let ok = |head, unit| found(head, unit).unwrap_or_else(|problems| panic!("{problems}"));
    for (imported, ms) in [
        (ok("time", Some(TimeUnit::Milliseconds)), 620.0),
        (ok("time", Some(TimeUnit::Microseconds)), 0.62),
        (ok("time(ms)", None), 620.0),
    ] {
        // One row has a time of 0 in its unit, one has none at all.
        assert_eq!((imported.rows.len(), imported.skipped), (1, 2));
        let row = &imported.rows[0];
        assert_eq!((row.operation.as_str(), row.size), ("gnark.groth16.bn254.exponentiate.prove", Some(101)));
        assert!((row.prove_or_run_ms.expect("a time") / ms - 1.0).abs() < 1e-12);
        assert_eq!((row.proof_bytes, row.memory_mb), (Some(384.0), Some(37.860616)));
    }
    let problems = found("time", None).expect_err("no unit").to_string();
    assert!(problems.contains("expo.csv:1:") && problems.contains("--unit us or --unit ms"), "{problems}");
    let problems = found("time(ms)", Some(TimeUnit::Microseconds)).expect_err("another unit").to_string();
    assert!(problems.contains("another unit"), "{problems}");
    let wrong = HARNESS.replace("TIME", "time(ms)").replace(",620,", ",soon,");
    refused("expo.csv", &wrong, Some(2), "`time`: found `soon`");
    refused("expo.csv", &wrong.replace("curve", "kurve"), Some(1), "no column `curve`");
}

#[test]
fn what_looks_like_nothing_known_is_refused() {
    refused("notes.txt", "proving took ages\n", Some(1), "no format");
    let problems = import(Path::new("/nonexistent/file"), None, None, "A", "B").expect_err("no file");
    assert!(problems.to_string().contains("no such file"), "{problems}");
}
