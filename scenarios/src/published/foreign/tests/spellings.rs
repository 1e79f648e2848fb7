//! Units, durations, sizes and intervals as people spell them: read as what they say, or named and left out.

use super::*;

/// What is left out beside the figures.
fn left_out(found: &Imported) -> Vec<&str> {
    found.passed_over.left_out.first.iter().map(|passed| passed.why.as_str()).collect()
}

/// Why entries are passed over.
fn passed(found: &Imported) -> Vec<&str> {
    found.passed_over.entries.first.iter().map(|passed| passed.why.as_str()).collect()
}

/// Each word stands in the message of its place.
fn say(messages: &[&str], words: &[&str]) {
    assert_eq!(messages.len(), words.len(), "{messages:?}");
    messages.iter().zip(words).for_each(|(message, word)| assert!(message.contains(word), "no `{word}` in {message}"));
}

/// A table of zk-Harness with one row, under these names of two columns.
fn table(ram: &str, time: &str) -> String {
    let head = "framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,nbPublic";
    let row = "fw,circuit,be,c1,fold,i.json,prove,100,1,1,4288,2917,960,1";
    format!("{head},{ram},{time},proofSize,count\n{row}\n")
}

#[test]
fn units_stand_in_the_heads_of_columns_in_every_spelling() {
    for (ram, time, ms) in [
        ("ram_mb", "time_ms", 2_917.0),
        ("RAM (MB)", "Time (MS)", 2_917.0),
        ("ram-MB", "time-ns", 0.002_917),
        ("Ram[mb]", "Time [us]", 2.917),
        ("ram MB", "TIME_S", 2_917_000.0),
        ("ram{megabytes}", "time (milliseconds)", 2_917.0),
    ] {
        let row = &rows("f.csv", &table(ram, time))[0];
        assert_eq!((row.operation.as_str(), row.memory_mb), ("fw.be.c1.fold.prove", Some(4_288.0)), "{ram}");
        assert!((row.prove_or_run_ms.expect("a time") / ms - 1.0).abs() < 1e-12, "{time}: {row:?}");
    }
    refused("f.csv", &table("ram", "time_min"), Some(1), "the unit of times `min`");
    refused("f.csv", &table("ram_pages", "time_ms"), Some(1), "the unit of `ram`, `pages`");
    let twice = table("ram", "time(ms),time(us)").replace("2917", "2917,1");
    refused("f.csv", &twice, Some(1), "several columns are `time`: `time(ms)`, `time(us)`");
    let capitals = table("ram", "time_ms");
    let (head, row) = capitals.split_once('\n').expect("two lines");
    let capitals = format!("{}\n{row}", head.to_uppercase());
    assert_eq!(times(&rows("f.csv", &capitals)), [("fw.be.c1.fold.prove", Some(100), 2_917.0)]);
}

#[test]
fn what_a_table_says_beside_the_time_and_cannot_be_costs_no_row() {
    let found = good(imported("f.csv", &table("ram", "time_ms").replace("4288", "-1"), None));
    assert_eq!((found.rows[0].memory_mb, found.rows[0].proof_bytes), (None, Some(960.0)));
    say(&left_out(&found), &["`ram`: found `-1`"]);
    // In a table with commas before the decimals a point may stand between thousands.
    let both = table("ram", "time_ms").replace(',', ";").replace("2917", "12,5").replace("4288", "1.234");
    refused("f.csv", &both, Some(1), "numbers with commas beside numbers with points");
}

#[test]
fn durations_and_amounts_of_csp_are_read_or_refused_by_name() {
    let text = r#"[{"name": "a", "proof_duration": "1.2s", "verify_duration": "350 ms", "proof_size": "12 kB", "peak_memory": "1 GiB"},
        {"name": "b", "proof_duration": {"secs": 1, "nanos": 500}, "verify_duration": -1, "proof_size": -1, "peak_memory": "lots",
         "input_size": 1024.0},
        {"name": "c", "proof_duration": "33400874"}, {"name": "d", "proof_duration": -1},
        {"name": "e", "proof_duration": 5, "input_size": -3}, {"name": "f", "proof_duration": "1 min 3 s", "proof_size": 0}]"#;
    let found = good(imported("csp.json", text, None));
    assert_eq!(times(&found.rows), [("a", None, 1_200.0), ("b", Some(1024), 1_000.000_5), ("f", None, 63_000.0)]);
    let [a, b, _] = found.rows.as_slice() else { panic!("three rows") };
    assert_eq!((a.verify_ms, a.proof_bytes, a.memory_mb), (Some(350.0), Some(12_000.0), Some(1_073.741_824)));
    assert_eq!((b.verify_ms, b.proof_bytes, b.memory_mb), (None, None, None));
    let sentinels = ["`verify_duration`: found -1", "`proof_size`: found -1", "`peak_memory`: found \"lots\""];
    say(&left_out(&found), &sentinels);
    let refused = ["`proof_duration`: found \"33400874\"", "`proof_duration`: found -1", "`input_size`: found -3"];
    say(&passed(&found), &refused);
}

#[test]
fn an_interval_that_is_none_is_left_out_with_a_word() {
    let bmf = r#"{"a": {"latency": {"value": 100, "lower_value": 120, "upper_value": 80}},
        "b": {"latency": {"value": 100, "lower_value": 150, "upper_value": 200}},
        "c": {"latency": {"value": 100, "lower_value": 90}},
        "d": {"latency": {"value": 100, "lower_value": 90, "upper_value": 110}}, "e": {"latency": {"value": 1e300}}}"#;
    let found = good(imported("bmf.json", bmf, None));
    let half_widths: Vec<_> = found.rows.iter().map(|row| row.half_width_ms.is_some()).collect();
    assert_eq!(half_widths, [false, false, false, true]);
    say(&left_out(&found), &["from 0.00012 ms to 0.00008 ms", "does not hold its time", "no upper end"]);
    say(&passed(&found), &["longer than a hundred years"]);
    let other = ESTIMATES.replace("0.95", "0.99");
    say(&left_out(&good(imported("criterion/a/b/new/estimates.json", &other, None))), &["confidence 0.99"]);
}

#[test]
fn what_may_be_another_time_is_none() {
    let libtest = "test a ... bench:   1,5 ns/iter (+/- 2)\ntest b ... bench:   1.234,5 ns/iter\n\
                   \x20 test c ... bench: 1,234,567.5 ns/iter\nINFO test d ... bench: 5 ns/iter\n";
    let found = good(imported("libtest.txt", libtest, None));
    assert_eq!(times(&found.rows), [("c", None, 1.234_567_5)]);
    say(&passed(&found), &["found `1,5`", "found `1.234,5`", "behind other words: `INFO`"]);
    let hyperfine = r#"{"results": [{"command": "p", "mean": 5.0, "times": [1, 1, 1]},
        {"command": "q", "mean": 1.0, "times": [1, null]}, {"command": "r", "mean": 1.0, "times": [-1, 3]},
        {"command": "s", "mean": 2.0, "times": [2, 2]}]}"#;
    let found = good(imported("hyperfine.json", hyperfine, None));
    assert_eq!(times(&found.rows), [("s", None, 2_000.0)]);
    say(&passed(&found), &["is not that of its times, 1 s", "found null", "found -1"]);
    let go = "BenchmarkA-8 100 7 ms/op 5 ns/op\n  BenchmarkB-8 100 6 ns/op\nBenchmarkC-8 0 5 ns/op\n\
              INFO: BenchmarkD-8 100 5 ns/op\nBenchmarkE-8 100 5 ms/op 7 s/op\nBenchmarkF-8 100 2 ms/op\n";
    let found = good(imported("bench.txt", go, None));
    assert_eq!(times(&found.rows), [("A", None, 5e-6), ("B", None, 6e-6), ("F", None, 2.0)]);
    say(&passed(&found), &["run 0 times", "behind other words, the first of them `INFO:`", "several times"]);
}

#[test]
fn a_size_in_a_name_that_is_no_plain_number_is_passed_over() {
    let sizes = ["0x10", "1_024", "2^10", "1k", "1.5"];
    let text: String = sizes.map(|size| format!("BenchmarkMsm/n{size}_p-8 100 5 ns/op\n")).concat();
    let folder = folder(&[("bench.txt", &text)]);
    let path = folder.path().join("bench.txt");
    let with = |pattern: &str| good(import(&Import { sizes: &[pattern.parse().expect("a pattern")], ..asked(&path) }));
    let found = with("n{size}");
    let read: Vec<_> = found.rows.iter().map(|row| row.size).collect();
    assert_eq!((read, found.merged.as_slice()), (vec![Some(16), Some(1_024), Some(1_000)], [1, 2, 1].as_slice()));
    say(&passed(&found), &["`Msm/n1.5_p`: `n{size}`: found `1.5_p` in the place of the size"]);
}

#[test]
fn a_baseline_of_critcmp_is_chosen_as_one_of_criterion() {
    let entry = |baseline: &str| {
        format!(
            r#""{baseline}/fold": {{"baseline": "{baseline}", "fullname": "fold", "criterion_estimates_v1": {ESTIMATES}}}"#
        )
    };
    let export = |baselines: &[&str]| {
        let entries: Vec<String> = baselines.iter().map(|name| entry(name)).collect();
        format!(r#"{{"name": "x", "benchmarks": {{{}}}}}"#, entries.join(","))
    };
    let (both, old, new) = (export(&["before", "after"]), export(&["before"]), export(&["after"]));
    let one = folder(&[("both.json", &both)]);
    let two = folder(&[("b.json", &old), ("a.json", &new)]);
    for path in [one.path().join("both.json"), one.path().to_owned(), two.path().to_owned()] {
        let with = |baseline| import(&Import { baseline, ..asked(&path) });
        let problems = with(None).expect_err("two").to_string();
        assert!(problems.contains("2 baselines") && problems.contains("after, before"), "{problems}");
        let found = good(with(Some("before")));
        assert_eq!(found.rows.len(), 1);
        say(&passed(&found), &["a result of the baseline `after`"]);
        let problems = with(Some("main")).expect_err("none of that name").to_string();
        assert!(problems.contains("`main`") && problems.contains("after, before"), "{problems}");
    }
    assert_eq!(rows("only.json", &old).len(), 1);
    assert_eq!(rows("last.json", &export(&["new", "before"])).len(), 1);
}
