//! Folders: those of criterion with their baselines, and those with files of many tools.

use super::*;

/// What criterion writes of a benchmark in a folder.
fn benchmark(folder: &str, baseline: &str, id: &str, directory: &str) -> [(String, String); 3] {
    let said = format!(
        r#"{{"group_id":"{id}","function_id":null,"value_str":null,"full_id":"{id}","directory_name":"{directory}"}}"#
    );
    let file = |name: &str, text: String| (format!("{folder}/{baseline}/{name}"), text);
    [
        file("benchmark.json", said),
        file("estimates.json", ESTIMATES.into()),
        file("sample.json", r#"{"iters": [1], "times": [1]}"#.into()),
    ]
}

/// What a folder of criterion gives.
fn of_criterion(files: Vec<[(String, String); 3]>, baseline: Option<&str>) -> Result<Imported, Problems> {
    let files = files.concat();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    import(&Import { baseline, ..asked(folder.path()) })
}

#[test]
fn benchmarks_of_criterion_with_one_name_are_told_apart_as_criterion_does() {
    let named = |files| good(of_criterion(files, None)).rows.into_iter().map(|row| row.operation).collect::<Vec<_>>();
    let numbered = vec![benchmark("seal", "new", "seal", "seal"), benchmark("seal_2", "new", "seal", "seal_2")];
    assert_eq!(named(numbered), ["seal", "seal_2"]);
    let own = vec![benchmark("seal_2", "new", "seal_2", "seal_2")];
    assert_eq!(named(own), ["seal_2"]);
    let copied = vec![benchmark("seal", "new", "seal", "seal"), benchmark("old", "new", "seal", "seal")];
    assert_eq!(named(copied), ["seal@old", "seal"]);
    let twice = vec![benchmark("a/seal", "new", "seal", "seal"), benchmark("b/seal", "new", "seal", "seal")];
    assert_eq!(named(twice), ["seal@a", "seal@b"]);
}

#[test]
fn a_baseline_of_criterion_is_chosen_by_name_where_it_is_not_the_only_one() {
    let kept = |baseline: &str| benchmark("fold", baseline, "fold", "fold");
    let only = good(of_criterion(vec![kept("main")], None));
    assert_eq!(times(&only.rows), [("fold", None, 2.0)]);
    assert!(only.rows[0].source.ends_with("fold/main/estimates.json)"), "{}", only.rows[0].source);
    let found = of_criterion(vec![kept("main"), kept("old")], None).expect_err("two");
    assert!(found.to_string().contains("main, old") && found.to_string().contains("--baseline NAME"), "{found}");
    assert_eq!(good(of_criterion(vec![kept("main"), kept("old")], Some("old"))).rows.len(), 1);
    let found = of_criterion(vec![kept("main"), kept("new")], Some("mine")).expect_err("none of that name");
    assert!(found.to_string().contains("`mine`") && found.to_string().contains("main, new"), "{found}");
    assert_eq!(good(of_criterion(vec![kept("base"), kept("change")], None)).rows.len(), 1);
    // The run before the last and the ratios of both are no results of their own.
    let last = good(of_criterion(vec![kept("new"), kept("base"), kept("change"), kept("main")], None));
    assert_eq!((last.rows.len(), last.passed_over), (1, PassedOver::default()));
    let other = benchmark("hash", "main", "hash", "hash");
    let partly = good(of_criterion(vec![kept("new"), other], None));
    assert!(partly.rows.len() == 1 && partly.passed_over.entries.first[0].why.contains("`main`"), "{partly:?}");
}

#[test]
fn a_folder_holds_files_of_all_tools_and_each_is_recognised_by_itself() {
    let folder = folder(&[
        ("a/box.json", ZKALC),
        ("b/box.json", &ZKALC.replace("500", "700")),
        ("criterion/fold.prove/16/new/estimates.json", ESTIMATES),
        ("criterion/fold.prove/8/new/estimates.json", ESTIMATES),
        ("criterion/report/index.html", "<html>"),
        ("report/after.txt", "BenchmarkHash 100 500 ns/op\nBenchmarkHash 100 fast ns/op\n"),
        ("report/before.txt", "BenchmarkHash 100 900 ns/op\n"),
        ("README.md", "Measured in November."),
    ]);
    fs::write(folder.path().join("plot.png"), b"\x89PNG\xff").expect("written");
    let found = good(import(&asked(folder.path())));
    let names: Vec<_> = found.rows.iter().map(|row| (row.operation.as_str(), row.size)).collect();
    let expected = [
        ("msm_G1@a/box.json", Some(2)),
        ("msm_G1@a/box.json", Some(4)),
        ("fft@a/box.json", Some(8)),
        ("msm_G1@b/box.json", Some(2)),
        ("msm_G1@b/box.json", Some(4)),
        ("fft@b/box.json", Some(8)),
        ("fold.prove", Some(8)),
        ("fold.prove", Some(16)),
        ("Hash@report/after.txt", None),
        ("Hash@report/before.txt", None),
    ];
    let mut sorted = names.clone();
    sorted.sort();
    let mut right = expected.to_vec();
    right.sort();
    assert_eq!(sorted, right);
    assert_eq!((found.passed_over.entries.count, found.passed_over.files), (1, 2), "{:?}", found.passed_over);
    assert!(found.passed_over.entries.first[0].place.ends_with("report/after.txt:2"), "{:?}", found.passed_over);
    let only = good(import(&Import { format: Some(Format::Go), ..asked(folder.path()) }));
    assert_eq!((only.rows.len(), only.passed_over.files), (2, 6));
    let empty = tempfile::tempdir().expect("a folder");
    let problems = import(&asked(empty.path())).expect_err("nothing there");
    assert!(problems.to_string().contains("no file of measurements"), "{problems}");
}

#[test]
fn a_result_of_criterion_that_is_damaged_is_named() {
    let mut cut = benchmark("open", "new", "open", "open");
    cut[1].1.truncate(30);
    let found = good(of_criterion(vec![benchmark("seal", "new", "seal", "seal"), cut], None));
    assert_eq!((found.rows.len(), found.passed_over.entries.count, found.passed_over.files), (1, 1, 0));
    let passed = &found.passed_over.entries.first[0];
    assert!(passed.place.contains("open/new/estimates.json") && !passed.why.is_empty(), "{passed:?}");
}
