//! Work that does not end as planned: interrupted, killed, on a full disk. Nothing old is lost, nothing half-written stays.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{Run, command, content, document, finish, folder};

/// What stands in the file before: not a calibration, so that a mix-up would show.
const OLD: &str = "older measurements";

/// A precision that is never reached.
const LASTING: &str = "--only ml_kem_512.keygen --quick --precision 0.0001% --minutes 60";

/// Starts a measurement that lasts, over an old file.
fn measuring(folder: &Path, options: &str) -> Child {
    fs::write(folder.join("host.json"), OLD).expect("written");
    let mut command = command(folder, &format!("calibrate host.json {options}"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
}

/// However slow the machine is: a signal that comes before anything was measured tests something else.
fn wait_until_something_is_kept(folder: &Path) {
    let began = Instant::now();
    while !folder.join("host.partial.json").exists() {
        assert!(began.elapsed() < Duration::from_secs(300), "nothing is kept after five minutes");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("`kill` is there");
    assert!(sent.success(), "{name} was not sent");
}

fn old(folder: &Path) -> String {
    fs::read_to_string(folder.join("host.json")).expect("it is still there")
}

/// The partial calibration, if there is one: a whole document that says what it is.
fn partial(folder: &Path) -> Option<Value> {
    let document = document(&fs::read_to_string(folder.join("host.partial.json")).ok()?);
    assert!(document["partial"].as_str().is_some_and(|missing| !missing.is_empty()), "it says that it is partial");
    Some(document)
}

#[test]
fn ctrl_c_keeps_what_was_measured_and_says_that_it_is_partial() {
    let folder = folder();
    let child = measuring(folder.path(), LASTING);
    wait_until_something_is_kept(folder.path());
    signal(&child, "-INT");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.contains("partial: interrupted") && text.contains("host.partial.json"), "{text}");
    let found = partial(folder.path()).expect("a partial calibration");
    assert!(found["operations"].as_array().is_some_and(|operations| !operations.is_empty()));
    assert_eq!(old(folder.path()), OLD);
}

#[test]
fn a_killed_measurement_leaves_the_old_file_what_it_has_and_no_process() {
    let folder = folder();
    let child = measuring(folder.path(), LASTING);
    wait_until_something_is_kept(folder.path());
    let began = Instant::now();
    let below = format!("--ppid={}", child.id());
    let children = Command::new("ps").args(["-o", "pid=", &below]).output().expect("`ps` is there");
    signal(&child, "-KILL");
    child.wait_with_output().expect("it ends");
    assert_eq!(old(folder.path()), OLD);
    let found = partial(folder.path()).expect("a partial calibration");
    assert!(found["partial"].as_str().is_some_and(|why| why.starts_with("unfinished: ")), "{}", found["partial"]);
    for child in String::from_utf8_lossy(&children.stdout).split_whitespace() {
        while Path::new("/proc").join(child).exists() {
            assert!(began.elapsed() < Duration::from_secs(120), "process {child} outlives the program");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn a_disk_that_is_full_is_told_and_nothing_old_is_lost() {
    let folder = folder();
    fs::write(folder.path().join("host.json"), OLD).expect("written");
    let program = command(folder.path(), "calibrate host.json --quick --only ml_kem_768.*");
    // A limit on the size of files stands for a disk without room: writes fail half-way.
    let mut limited = Command::new("sh");
    limited.current_dir(folder.path()).arg("-c").arg("trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\"");
    limited.arg(program.get_program()).args(program.get_args()).stdin(Stdio::null());
    let run = finish(&mut limited);
    assert_eq!(run.status, Some(2), "{}", run.out);
    assert!(run.err.contains("host.json") && run.err.contains("too large"), "{}", run.err);
    assert_eq!(old(folder.path()), OLD);
    assert_eq!(content(folder.path()).len(), 1, "nothing half-written stays: {:?}", content(folder.path()).keys());
}

/// Before the work is begun there is nothing to keep, and an interrupt ends the program as it ends any.
fn wait_until_signals_are_noted(child: &Child) {
    const INTERRUPT: u64 = 1 << 1;
    let began = Instant::now();
    let noted = || {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"))?;
        Some(u64::from_str_radix(caught.trim(), 16).ok()? & INTERRUPT != 0)
    };
    while !noted().unwrap_or(false) {
        assert!(began.elapsed() < Duration::from_secs(120), "the work is not begun after two minutes");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Starts a simulation that takes minutes, or hours where others work beside it, and interrupts it after a while.
fn interrupted(folder: &Path, line: &str, after: Duration) -> Run {
    let mut command = command(folder, &format!("{line} --costs claimed --out o --yes"));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    wait_until_signals_are_noted(&child);
    std::thread::sleep(after);
    signal(&child, "-INT");
    let began = Instant::now();
    let output = child.wait_with_output().expect("it ends");
    assert!(began.elapsed() < Duration::from_secs(60), "it goes on for {:?} after an interrupt", began.elapsed());
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { status: output.status.code(), out: text(output.stdout), err: text(output.stderr), took: began.elapsed() }
}

#[test]
fn ctrl_c_prints_the_replications_that_are_over_and_writes_nothing() {
    let folder = folder();
    fs::create_dir(folder.path().join("o")).expect("made");
    fs::write(folder.path().join("o/outcome.json"), "of an earlier run").expect("written");
    // Replications of a moment each on one thread, so that some are over soon and all only after minutes.
    let some = "--set market=off --set fees=off --set nodes=off --set horizon=15min --set warm_up=0s --threads 1 --replications 10000";
    let run = interrupted(folder.path(), &format!("compare layered --design gpu {some}"), Duration::from_secs(3));
    assert_eq!(run.status, Some(130), "{}{}", run.out, run.err);
    assert!(run.out.contains("interrupted after ") && run.out.contains(" of 10000 replications of gpu"), "{}", run.out);
    assert!(run.out.contains("vote") && run.out.contains("nothing was written"), "{}", run.out);
    let line = format!("simulate layered --design gpu {some} --json");
    let document = document(&interrupted(folder.path(), &line, Duration::from_secs(3)).expect(130));
    assert_eq!(document["interrupted"], 10_000);
    assert!(document["replications"].as_u64().is_some_and(|replications| (1..10_000).contains(&replications)));
    let left = content(&folder.path().join("o"));
    assert_eq!(left.len(), 1, "{:?}", left.keys());
}

#[test]
fn ctrl_c_within_the_first_replication_says_that_nothing_is_known() {
    let folder = folder();
    let line =
        "simulate layered --design gpu --set horizon=3000d --set chain.shards=8 --set chain.slot=2s --replications 1";
    let run = interrupted(folder.path(), line, Duration::from_secs(2));
    assert_eq!(run.status, Some(130), "{}{}", run.out, run.err);
    assert!(run.out.is_empty() && run.err.contains("before the first replication"), "{}{}", run.out, run.err);
}

#[test]
fn ctrl_c_ends_the_questions_that_are_asked_of_many_cases() {
    let folder = folder();
    for line in [
        "compare layered --vary load.rate=5k,6k,7k,8k --replications 1000",
        "compare layered --sensitivity --replications 1000",
        "compare layered --switches --replications 1000",
    ] {
        let out = interrupted(folder.path(), &format!("{line} --threads 1"), Duration::from_secs(1)).status;
        assert_eq!(out, Some(130), "{line}");
        assert!(!folder.path().join("o/variation.json").exists());
    }
}
