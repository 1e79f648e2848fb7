//! The program as its users run it: a process in a folder, with what it printed, how it ended, and what it left behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Options that make an answer come in seconds; what is tested does not depend on how exact the figures are.
pub const SHORT: &str = "--set horizon=1h --replications 3";

/// Options that leave out what is studied beside the world, for tests that ask nothing of it.
pub const WORLD_ALONE: &str = "--set market=off --set fees=off --set nodes=off";

/// How a run ended.
pub struct Run {
    /// Exit status; none when a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Time until it ended.
    pub took: Duration,
}

impl Run {
    /// What was printed, after the exit status is as expected.
    pub fn expect(self, status: i32) -> String {
        assert_eq!(self.status, Some(status), "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self.out
    }

    /// The one document that was printed by a run that succeeded.
    pub fn json(self) -> Value {
        document(&self.expect(0))
    }
}

/// The one JSON document that a text is.
pub fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("not one JSON document: {error}\n{text}"))
}

/// The program with the words of a line as its arguments, without the user's settings for colours and width.
pub fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofcast"));
    command.current_dir(folder).args(line.split_whitespace()).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

/// Runs `proofcast LINE` in a folder to its end.
pub fn proofcast(folder: &Path, line: &str) -> Run {
    finish(&mut command(folder, line))
}

/// Runs a command to its end.
pub fn finish(command: &mut Command) -> Run {
    let start = Instant::now();
    let output = command.output().expect("the program was built with this test");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
    Run { status: output.status.code(), out: text(output.stdout), err: text(output.stderr), took: start.elapsed() }
}

/// A folder of its own, gone with the value.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Every file and folder below a folder, with the bytes of the files.
pub fn content(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(here) = folders.pop() {
        for entry in fs::read_dir(&here).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            let name = path.strip_prefix(folder).expect("below the folder").to_owned();
            if path.is_dir() {
                folders.push(path);
                found.insert(name, None);
            } else {
                found.insert(name, Some(fs::read(&path).expect("a readable file")));
            }
        }
    }
    found
}

/// Whether a figure has a value or the reason why not, and beside a value a reason only where the interval has no upper end.
pub fn is_told(metric: &Value) -> bool {
    let has = |key: &str| !metric[key].is_null();
    if has("value") { !has("why") || (has("low") && !has("high")) } else { has("why") }
}
