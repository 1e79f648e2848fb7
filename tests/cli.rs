//! What scripts rely on: one JSON document, exit status, no escape codes in pipes, no panic when a reader goes away.

use std::fs;
use std::io::pipe;

use crate::program::{SHORT, command, content, finish, folder, proofcast};

/// What colours start with.
const ESCAPE: char = '\u{1b}';

#[test]
fn json_is_one_document_and_nothing_else() {
    let folder = folder();
    let schema = |line: &str| {
        let document = proofcast(folder.path(), line).json();
        document["schema"].as_str().unwrap_or_default().to_owned()
    };
    let case = format!("layered --design gpu --costs claimed {SHORT} --json");
    assert_eq!(schema(&format!("simulate {case}")), "proofcast/outcome/1");
    assert_eq!(schema(&format!("compare {case}")), "proofcast/comparison/1");
    assert_eq!(schema("calibrate part.json --quick --only ml_kem* --json"), "proofcast/calibration/3");
    for shelf in ["scenarios", "operations", "prices", "hardware"] {
        let rows = proofcast(folder.path(), &format!("list {shelf} --json")).json();
        assert!(rows.as_array().is_some_and(|rows| !rows.is_empty()), "{shelf}: {rows}");
    }
    assert!(proofcast(folder.path(), "schema").json()["properties"]["horizon"].is_object());
    assert_eq!(proofcast(folder.path(), "new mine.toml --json").json()["wrote"], "mine.toml");
}

#[test]
fn a_pipe_gets_no_escape_codes_and_no_color_is_honoured() {
    let folder = folder();
    let table = format!("compare layered --design gpu --design naive --costs claimed {SHORT}");
    let mut forced = command(folder.path(), &table);
    let forced = finish(forced.env("CLICOLOR_FORCE", "1")).expect(0);
    assert!(forced.contains(ESCAPE), "the table has colours, so that this test can fail:\n{forced}");
    let mut refused = command(folder.path(), &table);
    let refused = finish(refused.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"));
    let piped = proofcast(folder.path(), &table);
    for run in [refused, piped, proofcast(folder.path(), "list operations"), proofcast(folder.path(), "compare nope")] {
        assert!(!run.out.contains(ESCAPE) && !run.err.contains(ESCAPE), "{}{}", run.out, run.err);
    }
}

#[test]
fn a_pipe_is_as_wide_as_columns_says() {
    let folder = folder();
    let compare = "compare layered --design gpu --design naive --costs claimed --set horizon=15min --replications 2";
    for line in ["list operations", "list prices", "list hardware", "list scenarios", "list spot", compare] {
        let widest = |columns: Option<&str>| {
            let mut run = command(folder.path(), line);
            columns.map(|columns| run.env("COLUMNS", columns));
            let text = finish(&mut run).expect(0);
            text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
        };
        let default = widest(None);
        for (columns, most) in [("80", 80), ("100", 100), ("1000", 160)] {
            let found = widest(Some(columns));
            assert!(found <= most && found > 60, "`{line}` takes {found} columns of {columns}");
        }
        assert!(default <= 120, "`{line}` takes {default} columns of none");
        assert_eq!((widest(Some("wide")), widest(Some("0"))), (default, default), "{line}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = folder();
    let compare = format!("compare layered --design gpu --costs claimed {SHORT}");
    for line in ["list prices", "schema", "completions bash", "--help", &compare, &format!("{compare} --json")] {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let run = finish(command(folder.path(), line).stdout(writer));
        assert!(!run.err.contains("panicked"), "{line}: {}", run.err);
        assert_eq!(run.status, Some(0), "{line}: {}", run.err);
    }
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let run = finish(command(folder.path(), "compare nope").stderr(writer));
    assert_eq!(run.status, Some(2), "a closed standard error changes the exit status");
}

#[test]
fn new_writes_a_scenario_that_works_and_overwrites_nothing() {
    let folder = folder();
    proofcast(folder.path(), "new mine.toml --from layered").expect(0);
    let before = content(folder.path());
    assert_eq!(before.len(), 1, "{:?}", before.keys());
    let again = proofcast(folder.path(), "new mine.toml --from layered");
    assert!(again.err.contains("mine.toml") && again.err.contains("another name"), "{}", again.err);
    again.expect(2);
    assert!(content(folder.path()) == before, "the file that was there is untouched");
    let outcome = proofcast(folder.path(), &format!("simulate mine.toml --costs claimed {SHORT} --json")).json();
    assert_eq!((&outcome["scenario"], &outcome["limited_by"]), (&"mine".into(), &serde_json::Value::Null));
}

#[test]
fn verbs_write_below_out_only_and_say_what_they_wrote() {
    let folder = folder();
    let line = format!("compare layered --design gpu --costs claimed {SHORT}");
    let text = proofcast(folder.path(), &format!("{line} --out deep/er")).expect(0);
    assert!(text.contains("deep/er") && text.contains("seed 1"), "{text}");
    let outside = |path: &&std::path::PathBuf| !path.starts_with("deep");
    assert_eq!(content(folder.path()).keys().filter(outside).count(), 0);
    let json = fs::read_to_string(folder.path().join("deep/er/outcome.json")).expect("a document");
    let printed = proofcast(folder.path(), &format!("{line} --json --out deep/er")).expect(0);
    let kept = planner::Comparison::read(&json).unwrap_or_else(|error| panic!("{error}"));
    assert!(!kept.designs[0].samples.is_empty() && kept.command.ends_with("--replications 3"), "{}", kept.command);
    let short = reports::json::comparison(&kept).expect("finite numbers");
    assert!(short == printed, "--json prints outcome.json without the values behind the numbers");
}

#[test]
fn every_verb_has_help_with_two_examples() {
    let folder = folder();
    for verb in ["calibrate", "new", "simulate", "compare", "claims", "report", "diff", "list", "schema", "completions"]
    {
        let help = proofcast(folder.path(), &format!("{verb} --help")).expect(0);
        let examples = help.lines().filter(|line| line.starts_with(&format!("  proofcast {verb}"))).count();
        assert!(examples >= 2, "{verb} has {examples} examples:\n{help}");
    }
}

#[test]
fn messages_fit_a_terminal_and_stay_whole_in_a_log() {
    let folder = folder();
    let file = folder.path().join("bad.toml");
    fs::write(&file, "extends = \"layered\"\n[load]\nrate = \"fast\"\n[batches]\n").expect("written");
    let line = "compare bad.toml --set load.mix.private=a.very.long.value.that.is.none.of.those.that.a.share.may.have";
    let log = finish(&mut command(folder.path(), line));
    let told = finish(command(folder.path(), line).env("COLUMNS", "80"));
    assert_eq!((log.status, told.status), (Some(2), Some(2)));
    let is_of_file = |line: &&str| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).starts_with('|');
    let long = told.err.lines().filter(|line| !is_of_file(line)).find(|line| line.chars().count() > 80);
    assert_eq!(long, None, "{}", told.err);
    // The same words, in the same lines of the file.
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(&told.err), words(&log.err));
    assert!(log.err.lines().any(|line| line.chars().count() > 200), "the list of keys is a line: {}", log.err);
    let keys = told.err.lines().position(|line| line.contains("keys here")).expect("the help");
    let next = told.err.lines().nth(keys + 1).expect("it goes on");
    assert!(next.starts_with("          ") && next.contains('`'), "below the first word: {next:?}");
}
