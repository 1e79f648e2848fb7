//! Small files in the shapes that the tools write, and the rows and messages that they give.

use std::fs;

use super::*;

mod folders;
mod oddities;
mod spellings;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
    }
    folder
}

fn asked(path: &Path) -> Import<'_> {
    let (machine, source) = ("Some CPU", "our lab, 2026-11");
    Import { path, format: None, unit: None, machine, source, name: None, baseline: None, sizes: &[] }
}

fn imported(name: &str, text: &str, unit: Option<TimeUnit>) -> Result<Imported, Problems> {
    let folder = folder(&[(name, text)]);
    import(&Import { unit, ..asked(&folder.path().join(name)) })
}

fn good(found: Result<Imported, Problems>) -> Imported {
    found.unwrap_or_else(|problems| panic!("{problems}"))
}

fn rows(name: &str, text: &str) -> Vec<Published> {
    good(imported(name, text, None)).rows
}

/// Names, sizes and times of all rows.
fn times(rows: &[Published]) -> Vec<(&str, Option<u64>, f64)> {
    let ms = |row: &Published| row.prove_or_run_ms.expect("a time");
    rows.iter().map(|row| (row.operation.as_str(), row.size, ms(row))).collect()
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
fn figures_in_two_groups_far_from_each_other_are_no_row() {
    let lines = |times: &[f64]| {
        times.iter().map(|ms| format!("BenchmarkFold-8 100 {:.0} ns/op\n", ms * 1e6)).collect::<String>()
    };
    let slow: Vec<f64> = (0..9).map(|index| 8.0 + 1e-5 * f64::from(index)).collect();
    let fast: Vec<f64> = (0..9).map(|index| 4.0 + 1e-5 * f64::from(index)).collect();
    let problems = imported("go.txt", &lines(&[&slow[..], &fast[..]].concat()), None).expect_err("before and after");
    assert!(problems.to_string().contains("they lie in two groups, far from each other"), "{problems}");
    // A run with outliers, and one that drifts, are one thing.
    let mut disturbed = slow.clone();
    disturbed.extend([12.0, 13.0]);
    assert_eq!(rows("go.txt", &lines(&disturbed)).len(), 1);
    let drifting: Vec<f64> = (0..20).map(|index| 4.0 + 0.1 * f64::from(index)).collect();
    assert_eq!(rows("go.txt", &lines(&drifting)).len(), 1);
}

#[test]
fn criterion_gives_name_size_mean_and_half_width() {
    let [row] = rows("target/criterion/msm/1024/new/estimates.json", ESTIMATES).try_into().expect("one row");
    let Published { operation, size, machine, source, prove_or_run_ms, half_width_ms, .. } = row;
    assert_eq!((operation.as_str(), size, machine.as_str()), ("msm", Some(1024), "Some CPU"));
    assert_eq!((prove_or_run_ms, half_width_ms), (Some(2.0), Some(0.2)));
    assert!(source.starts_with("our lab, 2026-11 (/") && source.ends_with("/msm/1024/new/estimates.json)"), "{source}");
    let named = &rows("criterion/hash/blake/new/estimates.json", ESTIMATES)[0];
    assert_eq!((named.operation.as_str(), named.size), ("hash/blake", None));
    let other = ESTIMATES.replace("0.95", "0.99");
    assert_eq!(rows("criterion/a/b/new/estimates.json", &other)[0].half_width_ms, None);
    refused("criterion/a/b/new/estimates.json", &ESTIMATES[..100], Some(2), "EOF");
    let shapeless = r#"{"mean": {"point_estimate": 3}}"#;
    refused("criterion/a/b/new/estimates.json", shapeless, None, "no `confidence_interval`");
    refused("criterion/a/new/mine.json", ESTIMATES, None, "does not say the name");
    refused("criterion/a/change/estimates.json", ESTIMATES, None, "ratios of two runs");
}

#[test]
fn go_gives_threads_sizes_and_the_spread_of_repeated_runs() {
    let text = "goos: linux\ncpu: Some CPU\nBenchmarkProve\nBenchmarkProve/n=64-8  100  2900000 ns/op  12 B/op  3 allocs/op\n\
                BenchmarkProve/n=64-8  100  3100000 ns/op\nBenchmarkHash-8  1000  500.5 ns/op\nPASS\n";
    let found = good(imported("bench.txt", text, None));
    assert_eq!((found.merged.as_slice(), found.passed_over.entries.count), ([2, 1].as_slice(), 0));
    let prove = &found.rows[0];
    assert_eq!((prove.operation.as_str(), prove.size, prove.unit_of_size.as_str()), ("Prove", Some(64), "n"));
    assert_eq!((prove.threads, prove.prove_or_run_ms), (Some(8), Some(3.0)));
    // Two runs 0.1 ms to each side: t(1) = 12.706 standard errors of 0.1 ms.
    assert!((prove.half_width_ms.expect("two runs") - 1.270_620_5).abs() < 1e-5);
    assert_eq!(times(&found.rows)[1], ("Hash", None, 500.5e-6));
    assert_eq!(found.rows[1].half_width_ms, None);
    refused("bench.txt", "BenchmarkB-8 100 fast ns/op\n", Some(1), "found `fast`");
    refused("bench.txt", "BenchmarkB-8 100 12 MB/s\n", Some(1), "no time in ns/op");
    assert_eq!(times(&rows("bench.txt", "Benchmark-8 100 2 ms/op\n")), [("Benchmark", None, 2.0)]);
}

#[test]
fn what_is_not_the_same_is_a_row_of_its_own() {
    let named = |text: &str| {
        let rows = rows("bench.txt", text);
        times(&rows).into_iter().map(|(name, size, ms)| (name.to_owned(), size, ms)).collect::<Vec<_>>()
    };
    let both = |one: &str, first: f64, other: &str, second: f64| {
        [(one.to_owned(), None, first), (other.to_owned(), None, second)]
    };
    let packages =
        "pkg: ex.org/a\nBenchmarkPair-4 100 1000000 ns/op\nPASS\npkg: ex.org/b\nBenchmarkPair-4 100 9000000 ns/op\n";
    assert_eq!(named(packages), both("Pair@ex.org/a", 1.0, "Pair@ex.org/b", 9.0));
    let notes = "note: before\n\nBenchmarkFold-4 10 8000000 ns/op\n\nnote: after\n\nBenchmarkFold-4 10 4000000 ns/op\n";
    assert_eq!(named(notes), both("Fold@before", 8.0, "Fold@after", 4.0));
    let unset = "note: before\nBenchmarkFold-4 10 8000000 ns/op\nnote:\nBenchmarkFold-4 10 4000000 ns/op\n";
    assert_eq!(named(unset), both("Fold@before", 8.0, "Fold", 4.0));
    let threads = "BenchmarkFold 10 8000000 ns/op\nBenchmarkFold-4 10 2000000 ns/op\n";
    assert_eq!(named(threads), both("Fold", 8.0, "Fold@4 threads", 2.0));
    let units = named("BenchmarkFold/n=8 10 8000000 ns/op\nBenchmarkFold/depth=8 10 2000000 ns/op\n");
    assert_eq!(units[1], ("Fold@depth".to_owned(), Some(8), 2.0));
    let reordered =
        "a: 1\nb: 2\nBenchmarkFold 10 8 ns/op\na: 1\nBenchmarkFold 10 8 ns/op\na:\na: 1\nBenchmarkFold 10 8 ns/op\n";
    assert_eq!(named(reordered).len(), 1);
    // As few labels as tell them apart, and none where nothing has to be: the package does, so the note stays out.
    let labelled = packages.replace("PASS", "note: second").replace("Pair-4 100 9", "Pair/8-4 100 9");
    assert_eq!(named(&labelled)[0].0, "Pair");
    assert_eq!(named(&packages.replace("PASS", "note: second")), both("Pair@ex.org/a", 1.0, "Pair@ex.org/b", 9.0));
    let programs = "     Running benches/a.rs (target/a-1)\nrunning 1 test\ntest fold ... bench:  1,000,000 ns/iter (+/- 4,000)\n\
                    \n     Running benches/b.rs (target/b-1)\ntest fold ... bench:  2,000,000.5 ns/iter (+/- 4)\n";
    assert_eq!(named(programs), both("fold@benches/a.rs", 1.0, "fold@benches/b.rs", 2.000_000_5));
}

#[test]
fn figures_that_contradict_each_other_are_refused_with_both_lines() {
    let message = |text: &str| {
        let problems = imported("bench.txt", text, None).expect_err("they contradict each other");
        problems.iter().next().expect("one").message().to_owned()
    };
    let far = message("BenchmarkA 1 8000000 ns/op\nBenchmarkB 1 5 ns/op\nBenchmarkA 1 4000000 ns/op\n");
    assert!(far.contains("bench.txt:3") && far.contains("bench.txt:1") && far.contains("exceeds"), "{far}");
    let run = |ns: u64| (0..5).map(|more| format!("BenchmarkA-4 1 {} ns/op\n", ns + more)).collect::<String>();
    let runs = message(&format!("{}PASS\n{}", run(8_000_000), run(4_000_000)));
    assert!(runs.contains("bench.txt:7") && runs.contains("bench.txt:5") && runs.contains("do not overlap"), "{runs}");
    let alike = good(imported("bench.txt", &format!("{}PASS\n{}", run(8_000_000), run(8_100_000)), None));
    assert_eq!(alike.merged, [10]);
    let twice = r#"{"a": {"latency": {"value": 100, "lower_value": 99, "upper_value": 101}},
                    "a": {"latency": {"value": 110, "lower_value": 109, "upper_value": 111}}}"#;
    let twice = message(twice);
    assert!(twice.contains("bench.txt, `a`") && twice.contains("do not overlap"), "{twice}");
}

#[test]
fn what_is_no_result_is_passed_over_and_said() {
    let logged = "BenchmarkSolve-4 12:00:01 DBG solver done took=0.4\n     100   2000000 ns/op\nBenchmarking it now\n\
                  BenchmarkHash-4 1000 500 ns/op\nPASS\n";
    let found = good(imported("bench.txt", logged, None));
    assert_eq!(times(&found.rows), [("Hash", None, 0.0005)]);
    let said: Vec<_> = found.passed_over.entries.first.iter().map(|passed| passed.why.as_str()).collect();
    assert_eq!(found.passed_over.entries.count, 3);
    assert!(said[0].contains("`12:00:01`") && said[1].contains("without the name") && said[2].contains("small letter"));
    let marked = "\u{feff}BenchmarkHash-4 1000 500 ns/op\r\n\u{feff}BenchmarkFold-4 1000 900 ns/op\r\n";
    assert_eq!(times(&rows("bench.txt", marked)), [("Hash", None, 0.0005), ("Fold", None, 0.0009)]);
    let wide = ESTIMATES.replace("1900000", "-9900000");
    refused("criterion/a/b/new/estimates.json", &wide, None, "exceeds the time");
}

const ZKALC: &str = r#"{"msm_G1": {"range": [2, 4], "results": [1000000.0, 3000000.5], "stddev": [1, 2]},
 "fft": {"range": [8], "results": [500], "stddev": [0]}}"#;

#[test]
fn zkalc_gives_every_size() {
    let found = rows("rtx_4090.json", ZKALC);
    let expected = [("msm_G1", Some(2), 1.0), ("msm_G1", Some(4), 3.000_000_5), ("fft", Some(8), 0.0005)];
    assert_eq!(times(&found), expected);
    assert_eq!(found[0].half_width_ms, None);
    assert_eq!(
        times(&rows("z.json", r#"{"mul": {"range": [1], "results": [20.0], "stddev": [NaN]}}"#)),
        [("mul", Some(1), 0.00002)]
    );
    let partly = good(imported("z.json", r#"{"a": {"range": [1, 2, 3], "results": [NaN, -3, 5]}}"#, None));
    assert_eq!((partly.rows.len(), partly.passed_over.entries.count), (1, 2));
    refused("z.json", "{\"fft\": 1,\n", Some(2), "EOF");
    refused("z.json", "{\n\"fft\": {\"range\": [1, 2], \"results\": [3]}}", None, "2 sizes and 1 results");
    refused("z.json", "{\n\"fft\": {\"range\": [1], \"results\": [-3]}}", None, "is no time");
    refused("z.json", "{}", Some(1), "not a known format");
}

#[test]
fn many_sizes_take_no_longer_than_few() {
    let sizes: Vec<String> = (1..=60_000).map(|size| size.to_string()).collect();
    let text = format!(r#"{{"a": {{"range": [{0}], "results": [{0}]}}}}"#, sizes.join(","));
    let mut book = super::super::PublishedBook::default();
    assert_eq!(book.put(rows("many.json", &text)).added, 60_000);
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
    for (head, unit, ms) in [
        ("time", Some(TimeUnit::Milliseconds), 620.0),
        ("time", Some(TimeUnit::Microseconds), 0.62),
        ("time(ms)", None, 620.0),
        ("time (\u{b5}s)", None, 0.62),
        ("time(\u{3bc}s)", None, 0.62),
        ("time(ns)", None, 0.00062),
        ("time(s)", None, 620_000.0),
    ] {
        // One row has a time of 0 in its unit, one has none at all.
        let imported = good(found(head, unit));
        assert_eq!((imported.rows.len(), imported.passed_over.entries.count), (1, 2));
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
    refused("expo.csv", &HARNESS.replace("TIME", "time(days)"), Some(1), "the unit of times `days`");
}

#[test]
fn a_table_of_zk_harness_may_have_gone_through_a_spreadsheet() {
    let german =
        HARNESS.replace("TIME", "time(ms)").replace(",ram,", ",ram(mb),").replace("37860616,620,", "4288,12;5,");
    let german: String = german
        .chars()
        .map(|one| {
            if one == ',' {
                ';'
            } else if one == ';' {
                ','
            } else {
                one
            }
        })
        .collect();
    for text in [german.clone(), format!("sep=;\n{german}"), german.replace(';', "\t")] {
        let row = &rows("f.csv", &text)[0];
        assert_eq!((row.prove_or_run_ms, row.memory_mb), (Some(12.5), Some(4288.0)), "{text}");
    }
    let inputs = HARNESS.replace("TIME", "time(ms)").replace(",verify,", ",prove,").replace(",101,", ",,");
    let inputs = inputs.replace("26000000,0,", "26000000,9000,").replacen("input_10", "input_9", 1);
    let found = rows("f.csv", &inputs);
    let expected = "gnark.groth16.bn254.exponentiate.prove@input_";
    assert_eq!(
        times(&found),
        [(format!("{expected}9.json").as_str(), None, 620.0), (format!("{expected}10.json").as_str(), None, 9000.0)]
    );
}

#[test]
fn every_other_format_gives_its_figures_in_milliseconds() {
    let one = |name: &str, text: &str| rows(name, text).into_iter().next().expect("a row");
    let short = |row: &Published| (row.operation.clone(), row.size, row.prove_or_run_ms, row.half_width_ms);
    let fold = |size, half| ("fold".to_owned(), size, Some(2.0), half);
    let bmf = r#"{"fold/8": {"latency": {"value": 2e6, "lower_value": 1.9e6, "upper_value": 2.1e6}}}"#;
    assert_eq!(short(&one("bmf.json", bmf)), fold(Some(8), Some(0.1)));
    let critcmp = format!(
        r#"{{"name": "main", "benchmarks": {{"fold": {{"baseline": "main", "fullname": "main/fold",
        "criterion_estimates_v1": {ESTIMATES}}}}}}}"#
    );
    assert_eq!(short(&one("critcmp.json", &critcmp)), fold(None, Some(0.2)));
    let message = r#"{"reason":"benchmark-complete","id":"fold/8","unit":"ns","mean":{"estimate":2000000.0,
        "lower_bound":1900000.0,"upper_bound":2100000.0,"unit":"ns"}}"#
        .replace('\n', "");
    let messages = format!("   Compiling x\n{{\"reason\":\"compiler-artifact\"}}\n{message}\n{}\n", &message[..50]);
    assert_eq!(good(imported("criterion.jsonl", &messages, None)).passed_over.entries.count, 1);
    for text in [&message, &messages] {
        assert_eq!(short(&one("criterion.jsonl", text)), fold(Some(8), Some(0.1)));
    }
    let libtest = "running 1 test\ntest fold ... bench:   2,000,000 ns/iter (+/- 4,000)\n";
    assert_eq!(short(&one("libtest.txt", libtest)), fold(None, None));
    let hyperfine = r#"{"results": [{"command": "fold", "mean": 0.002, "stddev": null, "times": [0.002]},
        {"command": "bad", "mean": 1.0, "exit_codes": [0, 3]},
        {"command": "p 8", "mean": 2.0, "times": [1.9, 2.1], "parameters": {"n": "8"}}]}"#;
    let found = good(imported("hyperfine.json", hyperfine, None));
    assert_eq!((short(&found.rows[0]), found.passed_over.entries.count), (fold(None, None), 1));
    assert_eq!((found.rows[1].size, found.rows[1].unit_of_size.as_str()), (Some(8), "n"));
    assert!((found.rows[1].half_width_ms.expect("two runs") - 1_270.620_5).abs() < 1e-2);
    let csp = r#"{"systems": {}, "measurements": [{"system": "a", "target": "sha256", "input_size": 1024,
        "proof_duration": 33400874, "verify_duration": 5742828, "proof_size": 526484, "peak_memory": 53410201}]}"#;
    for text in [csp.to_owned(), csp[csp.find('[').expect("a list")..csp.len() - 1].to_owned()] {
        let row = one("csp.json", &text);
        assert_eq!((row.operation.as_str(), row.size), ("a.sha256", Some(1024)));
        assert_eq!((row.prove_or_run_ms, row.verify_ms), (Some(33.400874), Some(5.742828)));
        assert_eq!((row.proof_bytes, row.memory_mb), (Some(526_484.0), Some(53.410201)));
    }
}

#[test]
fn events_of_go_are_lines_in_pieces_of_several_packages_at_once() {
    let event = |package: &str, output: &str| {
        format!(
            "{{\"Time\":\"t\",\"Action\":\"output\",\"Package\":\"{package}\",\"Output\":{}}}\n",
            serde_json::json!(output)
        )
    };
    let text = [
        "{\"Action\":\"start\",\"Package\":\"p\"}\n".to_owned(),
        event("p", "BenchmarkHash-4   \t"),
        event("q", "BenchmarkHash-4   \t"),
        "# not an event\n".to_owned(),
        event("p", "    1000\t       500 ns/op\n"),
        event("q", "    1000\t       900 ns/op"),
    ]
    .concat();
    let found = rows("go.json", &text);
    assert_eq!(times(&found), [("Hash@p", None, 0.0005), ("Hash@q", None, 0.0009)]);
    let logged: String = text.lines().map(|line| format!("2024-01-01T00:00:00.0Z {line}\n")).collect();
    assert_eq!(times(&rows("go.log", &logged)), times(&found));
}

#[test]
fn sizes_are_taken_out_of_names_as_asked() {
    let text = "BenchmarkMsm/32_points-8 100 363000 ns/op\nBenchmarkMsm/1024_points-8 100 1330000 ns/op\n";
    let folder = folder(&[("bench.txt", text)]);
    let path = folder.path().join("bench.txt");
    let with = |pattern: &str| import(&Import { sizes: &[pattern.parse().expect("a pattern")], ..asked(&path) });
    assert_eq!(
        times(&good(with("{size}_points")).rows),
        [("Msm/points", Some(32), 0.363), ("Msm/points", Some(1024), 1.33)]
    );
    let problems = with("gen-{size}").expect_err("no such name").to_string();
    assert!(problems.contains("`gen-{size}`") && problems.contains("`Msm/32_points`"), "{problems}");
    let named = good(import(&Import { name: Some("bn254"), ..asked(&path) }));
    assert_eq!(named.rows[0].operation, "bn254.Msm/32_points");
}

#[test]
fn what_cannot_be_imported_is_called_by_its_name() {
    refused("notes.txt", "proving took ages\n", Some(1), "not a known format");
    for (text, tool) in [
        (r#"{"schema": "proofcast/calibration/3"}"#, "Proofcast"),
        (r#"{"context": {}, "benchmarks": [{"name": "a", "real_time": 1}]}"#, "Google Benchmark"),
        (r#"{"machine_info": {}, "benchmarks": [{"name": "a", "stats": {}}]}"#, "pytest-benchmark"),
        (r#"[{"benchmark": "a", "primaryMetric": {}}]"#, "JMH"),
        (r#"{"iters": [1.0], "times": [1.0]}"#, "raw samples"),
        ("command,mean,stddev,median\nx,1,1,1\n", "hyperfine"),
        ("name   old time/op  new time/op\n", "benchstat"),
        ("fold   time:   [1.9 ms 2.0 ms 2.1 ms]\n", "target/criterion"),
    ] {
        refused("other", text, Some(1), tool);
    }
    let problems = import(&asked(Path::new("/nonexistent/file"))).expect_err("no file");
    assert!(problems.to_string().contains("no such file"), "{problems}");
}

#[test]
fn what_is_too_long_or_too_much_is_passed_over() {
    let text = format!("Benchmark{} 1 5 ns/op\n", "A".repeat(1_001));
    refused("bench.txt", &text, Some(1), "longer than 1000 bytes");
    let log: String = (0..40).map(|number| format!("key{number}: value\n")).collect();
    let found = good(imported("bench.txt", &format!("{log}BenchmarkA 1 5 ns/op\n"), None));
    assert!(found.rows.len() == 1 && found.passed_over.entries.count == 8, "{:?}", found.passed_over);
    let many = "BenchmarkA 1 5 ns/op\n".repeat(MOST + 1);
    refused("bench.txt", &many, None, "more than 100000 figures");
}

#[test]
fn names_come_back_from_the_book_as_they_went_in() {
    let odd = "{\"  a\\n\\\"b\\\",\\u0007;c \": {\"range\": [1], \"results\": [5]}, \"\": {\"range\": [1], \"results\": [5]}}";
    let found = good(imported("odd.json", odd, None));
    assert_eq!((found.rows[0].operation.as_str(), found.passed_over.entries.count), ("a \"b\", ;c", 1));
    let mut book = super::super::PublishedBook::default();
    book.put(found.rows);
    assert!(book.checked_text(Path::new("book.csv")).is_ok());
}
