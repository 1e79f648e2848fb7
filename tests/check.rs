//! `check`: limits, stored baselines, versions in turns, results of other tools, accepted changes, history.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::program::{Run, document, folder, proofcast};

/// The kept calibration as if so many processes had measured it, each up to 1 % slower than the first, with one operation slower by
/// a factor.
pub fn calibration(folder: &Path, name: &str, processes: u64, slower: (&str, f64)) -> PathBuf {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calibration.json");
    let mut document: Value = serde_json::from_slice(&std::fs::read(kept).expect("kept")).expect("JSON");
    for operation in document["operations"].as_array_mut().expect("a list") {
        let factor = if operation["name"] == slower.0 { slower.1 } else { 1.0 };
        for point in operation["points"].as_array_mut().expect("a list") {
            let first = point["processes"][0].clone();
            let copy = |process: u64| {
                let jitter = factor * (1.0 + 0.01 * (process * 7 % 10) as f64 / 10.0);
                let mut copy = first.clone();
                copy["process"] = json!(process + 1);
                for clock in ["wall_s", "cpu_s"] {
                    let times = copy[clock].as_array_mut().expect("a list");
                    times.iter_mut().for_each(|time| *time = json!(time.as_f64().expect("a number") * jitter));
                }
                copy
            };
            point["processes"] = (0..processes).map(copy).collect();
        }
    }
    let path = folder.join(name);
    std::fs::write(&path, document.to_string()).expect("written");
    path
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("written");
}

fn check(folder: &Path, line: &str) -> Run {
    proofcast(folder, &format!("check {line} --quiet"))
}

/// Status and document of a check.
fn judged(folder: &Path, line: &str) -> (Option<i32>, Value) {
    let run = check(folder, &format!("{line} --json"));
    assert!(run.status.is_some_and(|status| status != 2), "{line}: {}", run.err);
    (run.status, document(&run.out))
}

fn verdict<'a>(document: &'a Value, operation: &str) -> &'a str {
    let lines = document["lines"].as_array().expect("lines");
    let line = lines.iter().find(|line| line["operation"] == *operation && line["figure"] == "time");
    line.unwrap_or_else(|| panic!("no {operation}"))["verdict"].as_str().expect("a verdict")
}

#[test]
fn two_calibrations_of_ten_processes_decide_and_of_one_do_not() {
    let here = folder();
    let none = ("", 1.0);
    calibration(here.path(), "old.json", 10, none);
    calibration(here.path(), "same.json", 10, none);
    calibration(here.path(), "slow.json", 10, ("stark.prove", 1.06));
    calibration(here.path(), "fast.json", 10, ("stark.prove", 0.8));
    calibration(here.path(), "short.json", 1, ("stark.prove", 1.06));
    calibration(here.path(), "thrice.json", 1, ("stark.prove", 3.0));
    assert_eq!(judged(here.path(), "same.json --baseline old.json").0, Some(0));
    let (status, slow) = judged(here.path(), "slow.json --baseline old.json");
    assert_eq!((status, verdict(&slow, "stark.prove"), verdict(&slow, "stark.verify")), (Some(1), "fail", "pass"));
    let change = slow["lines"].as_array().expect("lines").iter().find(|line| line["operation"] == "stark.prove");
    assert!((change.expect("a line")["change"].as_f64().expect("a share") - 0.06).abs() < 1e-9);
    assert_eq!(judged(here.path(), "fast.json --baseline old.json").0, Some(0), "faster is no failure");
    // One process tells little: 6 % may be noise, three times as long is not.
    let (status, short) = judged(here.path(), "short.json --baseline old.json");
    assert_eq!((status, verdict(&short, "stark.prove")), (Some(3), "undecided"));
    let (status, thrice) = judged(here.path(), "thrice.json --baseline old.json");
    assert_eq!((status, verdict(&thrice, "stark.prove")), (Some(1), "fail"));
    for (how, status) in [("warn", 0), ("fail", 1)] {
        assert_eq!(judged(here.path(), &format!("short.json --baseline old.json --undecided {how}")).0, Some(status));
    }
}

#[test]
fn another_host_is_undecided_and_another_build_is_the_point() {
    let here = folder();
    let old = calibration(here.path(), "old.json", 10, ("", 1.0));
    calibration(here.path(), "new.json", 10, ("", 1.0));
    let text = std::fs::read_to_string(&old).expect("written");
    let mut other: Value = serde_json::from_str(&text).expect("JSON");
    other["build"]["version"] = json!("0.0.1");
    write(here.path(), "build.json", &other.to_string());
    let (status, document) = judged(here.path(), "new.json --baseline build.json");
    assert_eq!(status, Some(0));
    assert!(document["notes"][0].as_str().expect("a note").contains("version 0.0.1"), "{}", document["notes"]);
    other["host"]["cpu"] = json!("Another CPU");
    write(here.path(), "host.json", &other.to_string());
    let (status, document) = judged(here.path(), "new.json --baseline host.json");
    assert_eq!(status, Some(3));
    assert!(document["lines"][0]["why"].as_str().expect("why").contains("--against"));
    assert_eq!(judged(here.path(), "new.json --baseline host.json --allow-other-host").0, Some(0));
}

#[test]
fn a_slower_clock_decides_nothing() {
    let here = folder();
    let old = calibration(here.path(), "old.json", 10, ("", 1.0));
    let mut slow: Value = serde_json::from_slice(&std::fs::read(old).expect("written")).expect("JSON");
    for conditions in slow["conditions"].as_array_mut().expect("a list") {
        for time in conditions["multiplication_ns"].as_array_mut().expect("a list") {
            *time = json!(time.as_f64().expect("a number") * 1.05);
        }
    }
    write(here.path(), "slow.json", &slow.to_string());
    let (status, document) = judged(here.path(), "slow.json --baseline old.json");
    assert_eq!(status, Some(3));
    assert!(document["lines"][0]["why"].as_str().expect("why").contains("clock ran 5.0 % slower"));
}

#[test]
fn budgets_are_kept_missed_or_open_and_a_limit_without_a_measurement_is_bad_input() {
    let here = folder();
    calibration(here.path(), "new.json", 5, ("", 1.0));
    calibration(here.path(), "slow.json", 5, ("ed25519.sign", 3.0));
    calibration(here.path(), "quick.json", 1, ("ed25519.sign", 1.0));
    let limit = |us: f64| format!("[[budget]]\noperation = \"ed25519.sign\"\nsize = 128\ntime = \"{us} us\"\n");
    write(here.path(), "loose.toml", &limit(1_000.0));
    let (status, document) = judged(here.path(), "new.json --budgets loose.toml");
    assert_eq!(status, Some(0));
    let floor_us = document["lines"][0]["found"].as_f64().expect("a time") * 1e6;
    write(here.path(), "near.toml", &limit(floor_us / 1.02));
    write(here.path(), "tight.toml", &limit(floor_us / 1.04));
    // 2 % above may be noise, 4 % of floors that agree are not, unless there is one process only.
    for (file, budgets, status) in [("new", "near", 3), ("new", "tight", 1), ("quick", "tight", 3)] {
        let asked = format!("{file}.json --budgets {budgets}.toml");
        assert_eq!(judged(here.path(), &asked).0, Some(status), "{asked}");
    }
    let unmatched =
        format!("{}memory = \"1 GB\"\n[[budget]]\noperation = \"ed25519.sing\"\ntime = \"1 ms\"\n", limit(99.0));
    write(here.path(), "unmatched.toml", &unmatched);
    let run = check(here.path(), "new.json --budgets unmatched.toml");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("1 of 3 limits had no measurement"), "{}", run.err);
    assert!(run.err.contains("unmatched.toml:7") && run.err.contains("ed25519.sign"), "{}", run.err);
}

#[test]
fn the_gates_of_the_library_judge_a_calibration_and_a_doctored_one_fails() {
    let here = folder();
    calibration(here.path(), "slow.json", 5, ("ed25519.sign", 3.0));
    write(here.path(), "mine.toml", "[[budget]]\noperation = \"ed25519.*\"\nhost = \"Nothing*\"\ntime = \"1 s\"\n");
    let (status, document) = judged(here.path(), "slow.json --budgets mine.toml");
    assert_eq!(status, Some(3));
    assert!(document["lines"][0]["why"].as_str().expect("why").contains("it would pass here"), "{document}");
    // The kept calibration has no batch of 32, which the gates of S3 limit too.
    let run = check(here.path(), "slow.json --budgets s3");
    assert_eq!(run.status, Some(2), "{}", run.out);
    assert!(run.err.contains("1 of 3 limits had no measurement"), "{}", run.err);
}

#[test]
fn accepted_changes_pass_until_their_day_and_not_beyond_their_size() {
    let here = folder();
    calibration(here.path(), "old.json", 10, ("", 1.0));
    calibration(here.path(), "slow.json", 10, ("stark.prove", 1.06));
    let accept = |change: &str, until: &str| {
        format!("[[accept]]\noperation = \"stark.*\"\nchange = \"{change}\"\nuntil = \"{until}\"\nwhy = \"128 bits\"\n")
    };
    for (change, until, status, said) in [
        ("8 %", "2999-01-01", 0, "128 bits"),
        ("5 %", "2999-01-01", 1, "worse than the 5.0 %"),
        ("8 %", "2020-01-01", 1, "accepted until 2020-01-01 only"),
    ] {
        write(here.path(), "accepted.toml", &accept(change, until));
        let run = check(here.path(), "slow.json --baseline old.json --budgets accepted.toml");
        assert_eq!(run.status, Some(status), "{change} until {until}: {}", run.out);
        assert!(run.out.contains(said), "{}", run.out);
    }
    write(here.path(), "wrong.toml", &accept("-8 %", "tomorrow"));
    let run = check(here.path(), "slow.json --baseline old.json --budgets wrong.toml");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("wrong.toml:3") && run.err.contains("-8 %"), "{}", run.err);
}

#[test]
fn damaged_and_future_calibrations_are_refused() {
    let here = folder();
    let old = calibration(here.path(), "old.json", 2, ("", 1.0));
    let text = std::fs::read_to_string(old).expect("written");
    write(here.path(), "cut.json", &text[..text.len() / 2]);
    write(here.path(), "future.json", &text.replacen("calibration/3", "calibration/9", 1));
    for (file, said) in
        [("cut.json", "ends in the middle"), ("future.json", "calibration/9"), ("none.json", "cannot read")]
    {
        for line in [format!("{file} --baseline old.json"), format!("old.json --baseline {file}")] {
            let run = check(here.path(), &line);
            assert_eq!(run.status, Some(2), "{line}");
            assert!(run.err.contains(said) && run.err.contains(file), "{line}: {}", run.err);
            assert!(!here.path().join("proofcast-out").exists(), "nothing is written");
        }
    }
}

#[cfg(unix)]
#[test]
fn commands_are_measured_in_turns_and_what_they_count_is_compared_exactly() {
    let here = folder();
    let operations = "[operation.prove]\ncommand = [\"/bin/sh\", \"-c\", \"echo '{\\\"cycles\\\": 100}'\"]\nsizes = [1]\ncounters = [\"cycles\"]\n";
    write(here.path(), "own.toml", operations);
    let against = |cycles: u32| vec![format!("--against=/bin/sh -c \"echo '{{\\\"cycles\\\": {cycles}}}'\"")];
    for (cycles, verdict) in [(100, "pass"), (99, "fail"), (101, "pass")] {
        let mut command = crate::program::command(here.path(), "check --operations own.toml --time 2s --quiet --json");
        command.args(against(cycles));
        let run = crate::program::finish(&mut command);
        let document = document(&run.out);
        let lines = document["lines"].as_array().expect("lines");
        let counted = lines.iter().find(|line| line["figure"]["counter"] == "cycles").expect("a counter");
        assert_eq!(counted["verdict"], verdict, "{cycles}: {}", run.out);
        let time = lines.iter().find(|line| line["figure"] == "time").expect("a time");
        assert!(time["evidence"]["floors"][0].as_array().expect("floors").len() > 3, "{time}");
    }
    let run = check(here.path(), "--operations own.toml --against nothing.such");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("baseline") && run.err.contains("no such program"), "{}", run.err);
}

#[test]
fn a_version_that_is_not_there_or_not_named_is_bad_input() {
    let here = folder();
    write(
        here.path(),
        "own.toml",
        "[operation.a]\ncommand = [\"a\", \"{size}\"]\nsizes = [1, 2]\n[operation.b]\ncommand = [\"b\"]\nsizes = [1]\n",
    );
    for (line, said) in [
        ("--against ./no-such-build", "there is no program ./no-such-build"),
        ("--operations own.toml --against ./old", "no command of the baseline for a"),
        ("--operations own.toml --only a --against ./old", "no {size} in"),
        ("--operations own.toml --against a=./old --against c=./old", "--against 'c=./old' is of no operation"),
        ("--against x --only nothing", "no operation matches `nothing`"),
        ("--change 1% --against x", "rebuilding alone"),
        ("", "nothing to judge by"),
        ("--budgets s4", "in the library: s2, s3"),
        ("--against /bin/true --only ed25519.sign", "--against takes another build of proofcast"),
        ("--against x --impact no-such-scenario", "no-such-scenario"),
        ("--against x --out /proc/none", "cannot write to /proc/none"),
        ("--against x --history /proc/none", "cannot keep the history in /proc/none"),
    ] {
        let run = check(here.path(), line);
        assert_eq!(run.status, Some(2), "{line}: {}", run.out);
        assert!(run.err.contains(said), "{line}: {}", run.err);
    }
}
