//! The report on an invented calibration: figures by hand, rules that fire and do not, the schema, the baseline, the files.

use scenarios::reading::{Layer, Source, read};
use serde_json::{Value, json};

use super::*;
use crate::sample_calibration;

/// The report on a calibration beside the claims of the library.
fn report_on(calibration: &Calibration) -> Option<Report> {
    Report::of(&sample_calibration::claims("policies"), calibration)
}

fn report() -> Report {
    report_on(&sample_calibration::policies()).expect("policies")
}

fn policy<'a>(report: &'a Report, name: &str) -> &'a Policy {
    report.policies.iter().find(|policy| policy.policy == name).expect("a policy")
}

/// The recommendations whose rule begins like this.
fn fired<'a>(report: &'a Report, rule: &str) -> Vec<&'a Recommendation> {
    report.recommendations.iter().filter(|one| one.rule.starts_with(rule)).collect()
}

fn near(found: f64, expected: f64) -> bool {
    (found / expected - 1.0).abs() < 1e-9
}

#[test]
fn a_policy_by_hand() {
    let report = report();
    let pattern = policy(&report, "memory_pattern");
    // 0.3 ms a byte; processes 1 and 1.01 with samples of 0.98, 0.99 and 1 of that: a mean of 0.99 × 1.005.
    let mean = |bytes: f64| 0.3 * bytes * 0.99 * 1.005;
    let average = (mean(32.0) + mean(256.0) + mean(1024.0)) / 3.0;
    assert!(near(pattern.avg_proving_time_ms, average), "{pattern:?}");
    assert!(near(pattern.min_time_ms, 0.98 * 0.3 * 32.0) && near(pattern.max_time_ms, 1.01 * 0.3 * 1024.0));
    assert_eq!((pattern.runs, report.total_runs_per_policy, pattern.proof_size_bytes), (18, 18, 64));
    // The inputs' means relative to their own mean: 32, 256 and 1024 around 437.33.
    let spread = [32.0_f64, 256.0, 1024.0].map(|bytes| (bytes / (1312.0 / 3.0) - 1.0).powi(2)).iter().sum::<f64>();
    assert!(near(pattern.spread_over_inputs, (spread / 3.0).sqrt()));
    assert!(pattern.std_dev_ms > pattern.spread_over_inputs * average, "noise comes on top");
    assert_eq!(pattern.inputs.iter().map(|input| input.constraints).collect::<Vec<_>>(), [Some(241), Some(1213), None]);
    let noise = pattern.inputs[0].coefficient_of_variation.expect("six runs");
    assert!((0.008..0.012).contains(&noise), "{noise}");
    // Half-widths of the inputs: 0.5 % between two processes, beside the stated 3 % between runs, 8.3 % of the mean.
    let half = pattern.inputs[2].avg_half_width_ms.expect("two processes");
    assert!((half / pattern.inputs[2].avg_proving_time_ms - 0.0828).abs() < 1e-3, "{half}");
    assert!(pattern.avg_half_width_ms.expect("three") < half / 2.0);
    assert!(near(pattern.claimed_over_here.avg_proving_time, 2_427.0 / average));
    assert_eq!(pattern.budget, Budget { limit_ms: 3_200.0, verdict: "holds".into() });
    assert_eq!((report.run_date.as_str(), report.total_execution_time_ms), ("2023-11-14T22:13:20Z", 12_500.0));
}

#[test]
fn growth_with_the_input_is_not_called_unstable() {
    let report = report();
    let growing = fired(&report, "growing");
    assert!(growing.len() == 1 && growing[0].text.starts_with("memory_pattern is stable"), "{growing:?}");
    assert!(fired(&report, "unstable").is_empty() && fired(&report, "slow").is_empty());
}

#[test]
fn noise_at_one_input_is_called_unstable_and_a_slow_policy_comes_first() {
    let mut noisy = sample_calibration::policies();
    let runs = noisy.operations.iter_mut().find(|one| one.description.name == "policy.preimage.prove");
    for run in runs.expect("measured").points.iter_mut().flat_map(|point| &mut point.processes) {
        run.cpu_s[0] *= 3.0;
        run.cpu_s.iter_mut().for_each(|seconds| *seconds *= 100.0);
    }
    let report = report_on(&noisy).expect("policies");
    let unstable = fired(&report, "unstable");
    assert!(unstable.len() == 3 && unstable[0].rule.contains("30 %"), "{unstable:?}");
    assert!(unstable[0].facts[0].operation == "policy.preimage.prove" && unstable[0].facts[0].size == Some(32));
    assert!(report.recommendations[0].rule.starts_with("slow") && report.recommendations[0].priority == Priority::High);
    assert_eq!(policy(&report, "proof_of_knowledge").budget.verdict, "fails");
    assert_eq!(policy(&report, "memory_pattern").budget.verdict, "holds");
}

#[test]
fn levers_state_the_factor_that_was_measured() {
    let report = report();
    let text = |name: &str| {
        let found = report.recommendations.iter().find(|one| one.text.starts_with(name)).expect("a lever");
        (found.text.clone(), found.priority, found.facts.len())
    };
    // Four threads of 48 ms instead of 42 ms: 3.5; 40.256 ms against 1 µs; 2 ms against 17 ms for 16.
    let (parallel, priority, facts) = text("parallel proving");
    assert!(parallel.contains("3.5×") && parallel.contains("within the claimed 2–4×"), "{parallel}");
    assert_eq!((priority, facts), (Priority::Medium, 2));
    let mut slower = sample_calibration::policies();
    let scaling = slower.operations.iter_mut().find_map(|one| one.thread_scaling.as_mut()).expect("threads");
    scaling.speedups.iter_mut().skip(1).for_each(|speedup| speedup.1 = 0.9);
    let slower = report_on(&slower).expect("policies");
    let slower = slower.recommendations.iter().find(|one| one.text.starts_with("parallel")).expect("a lever");
    assert!(
        slower.priority == Priority::Low && slower.facts[0].size != Some(1),
        "one thread gains nothing: {slower:?}"
    );
    let (cache, ..) = text("cache hits");
    assert!(cache.contains("40,000×") && cache.contains("more than") && cache.contains("90 % and 99 %"), "{cache}");
    let (batching, ..) = text("batching");
    assert!(batching.contains("1.9×") && batching.contains("within the claimed 1.5–2×"), "{batching}");
    assert!(text("a GPU").0.contains("not measured here") && text("lookup-table").2 == 0);
}

#[test]
fn a_lever_that_was_not_measured_is_a_claim_and_says_so() {
    let mut few = sample_calibration::policies();
    few.operations.retain(|one| !one.description.name.starts_with("policy.verify_batch"));
    few.operations.iter_mut().for_each(|one| one.thread_scaling = None);
    let report = report_on(&few).expect("policies");
    let claimed = fired(&report, "lever: claimed, not measured here");
    assert_eq!(claimed.len(), 4, "threads, batches, GPU, tables: {claimed:?}");
    assert!(claimed.iter().all(|one| one.facts.is_empty() && one.priority == Priority::Low));
}

#[test]
fn a_policy_that_is_not_whole_is_missing_and_none_is_no_report() {
    let mut few = sample_calibration::policies();
    few.operations.retain(|one| one.description.name != "policy.pattern.verify");
    few.partial = Some("interrupted: half".into());
    let report = report_on(&few).expect("two policies");
    assert_eq!((report.policies.len(), report.missing.len()), (2, 2));
    assert!(report.missing[0].contains("policy.pattern.verify") && report.missing[1] == "interrupted: half");
    assert!(report.text(Style::default()).contains("missing: memory_pattern"));
    assert_eq!(report_on(&sample_calibration::empty_calibration()), None);
    assert!(
        text(&sample_calibration::claims("policies"), &sample_calibration::empty_calibration(), Style::default())
            .contains("--suite policies")
    );
}

/// What the reader of schemas finds wrong with a document after a change; nothing if it fits.
fn problems(report: &Report, change: impl FnOnce(&mut Value)) -> Option<String> {
    let mut document: Value = serde_json::from_str(&report.json().expect("finite")).expect("JSON");
    change(&mut document);
    without_nulls(&mut document);
    // The reader reads TOML, whose one difference to JSON is that what is missing is not written.
    let text = toml::to_string(&document).expect("tables, lists, texts and numbers");
    read::<Report>(&[Layer::File(Source::new("policies", text))]).err().map(|problems| problems.render(false))
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(keys) => {
            keys.retain(|_, value| !value.is_null());
            keys.values_mut().for_each(without_nulls);
        }
        Value::Array(values) => values.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

#[test]
fn the_document_fits_its_schema_with_and_without_a_baseline() {
    assert_eq!(problems(&report(), |_| ()), None);
    let folder = tempfile::tempdir().expect("a folder");
    report().write(folder.path()).expect("written");
    let later = Report { run_date: "2024-01-01T00:00:00Z".into(), ..report() }.since(folder.path());
    assert!(later.baseline.is_some());
    assert_eq!(problems(&later, |_| ()), None);
    assert_eq!(schema()["properties"]["schema"]["const"], SCHEMA);
}

#[test]
fn a_wrong_document_does_not_fit_the_schema() {
    let wrong = |change: &dyn Fn(&mut Value), word: &str| {
        let found = problems(&report(), change).unwrap_or_else(|| panic!("{word} was accepted"));
        assert!(found.contains(word), "{word} in {found}");
    };
    wrong(&|document| document["schema"] = json!("proofcast/outcome/1"), "schema");
    wrong(&|document| document["policies"] = json!([]), "policies");
    wrong(&|document| document["policies"][0]["avgProvingTimeMs"] = json!("fast"), "avgProvingTimeMs");
    wrong(&|document| document["policies"][0]["avgProvingTimeMs"] = Value::Null, "avgProvingTimeMs");
    wrong(&|document| document["policies"][1]["runs"] = json!(1.5), "runs");
    wrong(&|document| document["policies"][1]["minTimeMs"] = json!(-1), "minTimeMs");
    wrong(&|document| document["policies"][2]["budget"]["verdict"] = json!("perhaps"), "verdict");
    wrong(&|document| document["recommendations"][0]["priority"] = json!("urgent"), "priority");
    for key in ["runDate", "totalRunsPerPolicy", "policies", "recommendations", "totalExecutionTimeMs"] {
        wrong(&|document| _ = document.as_object_mut().expect("an object").remove(key), key);
    }
}

#[test]
fn the_table_of_the_source_has_its_columns_and_a_row_per_policy() {
    let csv = String::from_utf8(report().csv().expect("made")).expect("UTF-8");
    let lines: Vec<&str> = csv.lines().collect();
    let header = "Policy,AvgProvingTime(ms),MinTime(ms),MaxTime(ms),StdDev(ms),AvgVerifyTime(ms),ProofSize(B),Runs";
    assert_eq!((lines[0], lines.len()), (header, 4));
    assert!(lines[1].starts_with("memory_pattern,") && lines[1].ends_with(",64,18"), "{csv}");
}

#[test]
fn a_former_report_is_the_baseline_and_the_same_measurement_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = report().since(folder.path());
    assert_eq!(first.baseline_why.as_deref(), Some("there was no former report in the folder"));
    let written = first.write(&folder.path().join("deep/er")).expect("written");
    assert!(written.iter().map(|path| path.file_name()).eq([Some(JSON.as_ref()), Some(CSV.as_ref())]));
    let folder = folder.path().join("deep/er");
    assert_eq!(report().since(&folder).baseline, None, "the same measurement");

    let mut slower = sample_calibration::policies();
    slower.started_unix_s += 60;
    for run in slower.operations.iter_mut().flat_map(|one| &mut one.points).flat_map(|point| &mut point.processes) {
        run.cpu_s.iter_mut().for_each(|seconds| *seconds *= 1.1);
    }
    let later = report_on(&slower).expect("policies").since(&folder);
    let baseline = later.baseline.as_ref().expect("the first");
    assert!(baseline.same_host && baseline.policies.len() == 3 && baseline.run_date == "2023-11-14T22:13:20Z");
    assert!(baseline.policies.iter().all(|change| near(change.proving, 0.1) && near(change.verifying, 0.1)));
    assert!(later.text(Style::default()).contains("memory_pattern +10 %"), "{}", later.text(Style::default()));

    slower.host.cpu = "Another".into();
    let elsewhere = report_on(&slower).expect("policies").since(&folder);
    assert!(elsewhere.text(Style::default()).contains("on another host"));
    later.write(&folder).expect("written");
    let again = report_on(&slower).expect("policies");
    let again = Report { host: later.host.clone(), ..again }.since(&folder);
    let kept = again.baseline.expect("what it was compared with stays");
    assert_eq!(kept.run_date, baseline.run_date);
    assert!(kept.policies.iter().all(|change| (change.proving - 0.1).abs() < 1e-9), "{kept:?}");

    fs::write(folder.join(JSON), "{\"schema\": ").expect("written");
    let broken = report().since(&folder);
    assert!(broken.baseline.is_none() && broken.baseline_why.is_some_and(|why| why.contains("does not read")));
}

#[test]
fn a_figure_that_is_none_is_an_error_and_leaves_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut broken = report();
    broken.policies[0].avg_proving_time_ms = f64::NAN;
    assert!(matches!(broken.write(folder.path()), Err(ReportError::NotFinite { .. })));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    let taken = folder.path().join("taken");
    fs::write(&taken, "mine").expect("written");
    let text = report().write(&taken).expect_err("a file is in the way").to_string();
    assert!(text.contains("taken") && text.contains("--out DIR"), "{text}");
}

#[test]
fn the_text_says_budgets_ratios_and_rules_within_the_terminal() {
    let text = report().text(Style::default());
    assert!(text.starts_with("3 of 3 policies keep within their budgets"), "{text}");
    for words in ["memory_pattern", "holds", "3.2 s", "growing: ", "policy.cache_hit/1000 mean time 995 ns", "1,024 B"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(text.lines().any(|line| line.trim_start().starts_with("policy_enforcement ")), "whole names: {text}");
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
}
