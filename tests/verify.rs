//! Stored results made again: the same bytes, what differs, and errors for people where a result cannot be made again.

use std::fs;

use tempfile::TempDir;

use crate::plan::queue;
use crate::program::{folder, proofcast};

const LINE: &str = "compare mine.toml --replications 2 --quiet --out o";

/// A scenario of one's own with its result in `o`.
fn compared(here: &TempDir) {
    let (file, here) = (queue(here, 3.0, ""), here.path());
    fs::rename(here.join(&file), here.join("mine.toml")).expect("renamed");
    let run = proofcast(here, LINE);
    assert!(matches!(run.status, Some(0 | 1 | 3)), "{}", run.err);
}

#[test]
fn a_result_that_nobody_touched_has_the_same_bytes() {
    let here = folder();
    compared(&here);
    assert_eq!(proofcast(here.path(), "verify o --quiet --threads 1").expect(0), "o/outcome.json: same bytes\n");
    // The name of a document does not matter.
    fs::rename(here.path().join("o/outcome.json"), here.path().join("o/kept.json")).expect("renamed");
    let found = proofcast(here.path(), "verify o/kept.json --quiet --json").json();
    assert_eq!(
        (&found["schema"], &found["documents"][0]["is_same"]),
        (&"proofcast/verification/1".into(), &true.into())
    );
}

#[test]
fn a_number_that_was_changed_is_told_with_its_place() {
    let here = folder();
    compared(&here);
    let path = here.path().join("o/outcome.json");
    let text = fs::read_to_string(&path).expect("a document");
    let (before, after) = text.split_once("\"name\":\"sojourn.p99\",").expect("the figure");
    let (_, rest) = after.split_once("\"value\":").expect("its value");
    let rest = &rest[rest.find(',').expect("more follows")..];
    let cut = text.len() - rest.len();
    let value = &text[text[..cut].rfind(':').expect("a value") + 1..cut];
    let changed = format!("{}1234.5{rest}", &text[..cut - value.len()]);
    assert!(changed.len() > before.len());
    fs::write(&path, changed).expect("written");
    let told = proofcast(here.path(), "verify o --quiet").expect(1);
    assert!(told.contains("`proofcast compare mine.toml --replications 2` gives another result here"), "{told}");
    assert!(told.contains("first difference:") && told.contains("[sojourn.p99].value was 1234.5, is "), "{told}");
}

#[test]
fn a_scenario_that_was_changed_or_is_gone_is_told() {
    let here = folder();
    compared(&here);
    let mine = here.path().join("mine.toml");
    let text = fs::read_to_string(&mine).expect("a scenario");
    fs::write(&mine, format!("# another\n{text}")).expect("written");
    let told = proofcast(here.path(), "verify o --quiet").expect(1);
    assert!(told.contains("scenario sha256: "), "{told}");
    fs::remove_file(&mine).expect("it was there");
    let gone = proofcast(here.path(), "verify o --quiet");
    assert_eq!(gone.status, Some(2));
    assert!(gone.err.contains("does not run here") && gone.err.contains("mine.toml"), "{}", gone.err);
}

#[test]
fn what_does_not_say_its_command_cannot_be_made_again() {
    let here = folder();
    compared(&here);
    let path = here.path().join("o/outcome.json");
    let text = fs::read_to_string(&path).expect("a document");
    let command = "\"command\":\"proofcast compare mine.toml --replications 2\"";
    assert!(text.contains(command));
    fs::write(&path, text.replace(command, "\"command\":\"\"")).expect("written");
    let run = proofcast(here.path(), "verify o --quiet");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("it does not say by what command it was made"), "{}", run.err);
}
