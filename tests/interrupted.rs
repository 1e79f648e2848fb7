//! A measurement that does not end as planned: interrupted, killed, on a full disk. Nothing old is lost, nothing half-written stays.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{command, content, document, finish, folder};

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
    assert_eq!(output.status.code(), Some(1), "{text}");
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
