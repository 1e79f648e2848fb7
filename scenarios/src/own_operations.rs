//! A file of operations of the user's own: commands that `proofcast calibrate --operations FILE` measures like ours.
//!
//! ```toml
//! [operation.my_prover]
//! command = ["./prove", "{size}"]
//! sizes = [1, 4, 16]
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use calibrate::{OwnOperation, PLACEHOLDER};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::quantity::{Duration, Positive};
use crate::reading::{Layer, Places, Problem, Problems, Source, read_with_places};

/// The longest that a command may take, where the file does not say it \[s\].
const TIMEOUT_S: f64 = 60.0;

/// A file of operations.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct File {
    /// Operations by name.
    operation: BTreeMap<String, Command>,
}

/// A command as an operation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Command {
    /// What it does, in one sentence; left out: the command.
    statement: Option<String>,
    /// Program and arguments; `{size}` is replaced by the size. It runs in the folder of the file, without a shell.
    #[schemars(length(min = 1))]
    command: Vec<String>,
    /// The sizes at which it is measured, growing.
    #[schemars(length(min = 1, max = 1_000), inner(range(min = 1)))]
    sizes: Vec<u64>,
    /// What the size counts, in the plural; left out: `size`.
    size_unit: Option<String>,
    /// Run once in each process and at each size before the command, and not timed.
    #[schemars(length(min = 1))]
    setup: Option<Vec<String>>,
    /// Gets what the command printed on its standard input, and accepts it with exit status 0.
    #[schemars(length(min = 1))]
    verify: Option<Vec<String>>,
    /// The longest that each of the commands may take; left out: 60 s.
    timeout: Option<Positive<Duration>>,
    /// Numbers that the command prints in JSON objects, one object a line.
    #[serde(default)]
    counters: Vec<String>,
}

/// The operations that a file defines, in its order. `taken` are names that they must not have.
///
/// # Errors
/// The file cannot be read, or everything that is wrong with it.
pub fn own_operations(path: &Path, taken: &[&str]) -> Result<Vec<OwnOperation>, Problems> {
    let layers = [Layer::File(Source::open(path)?)];
    let (file, places) = read_with_places::<File>(&layers)?;
    // Commands run in the folder of the file, wherever the program was started.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let mut problems = Problems::new();
    let mut operations = Vec::new();
    for name in places.keys("operation") {
        let Some(command) = file.operation.get(&name) else { continue };
        faults(&name, command, taken, &places).into_iter().for_each(|problem| problems.push(problem));
        operations.push(OwnOperation {
            statement: command.statement.clone().unwrap_or_else(|| format!("command {}", command.command.join(" "))),
            command: command.command.clone(),
            sizes: command.sizes.clone(),
            size_unit: command.size_unit.clone().unwrap_or_else(|| "size".to_owned()),
            setup: command.setup.clone(),
            verify: command.verify.clone(),
            timeout_s: command.timeout.map_or(TIMEOUT_S, |timeout| timeout.seconds()),
            counters: command.counters.clone(),
            file: path.to_owned(),
            folder: folder.to_owned(),
            name,
        });
    }
    if operations.is_empty() {
        problems.push(places.problem("operation", "no operation; write a table `[operation.NAME]` for each"));
    }
    if problems.is_empty() { Ok(operations) } else { Err(problems) }
}

/// What the schema cannot say.
fn faults(name: &str, command: &Command, taken: &[&str], places: &Places<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut fault = |key: &str, message: String| {
        let dot = if key.is_empty() { "" } else { "." };
        found.push(places.problem(&format!("operation.{name}{dot}{key}"), message));
    };
    // A name is also a folder of what is exported, and a pattern of `--only`.
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        fault("", "a name has letters, digits, `_`, `-` and `.`, and does not begin with a dot".into());
    }
    if taken.contains(&name) {
        fault("", "the program has an operation of that name; give another".into());
    }
    if let Some(pair) = command.sizes.windows(2).find(|pair| pair[0] >= pair[1]) {
        fault("sizes", format!("found {} before {}; sizes grow", pair[0], pair[1]));
    }
    let commands = [("command", Some(&command.command)), ("setup", command.setup.as_ref())];
    for (key, words) in commands.into_iter().chain([("verify", command.verify.as_ref())]) {
        if words.and_then(|words| words.first()).is_some_and(String::is_empty) {
            fault(key, "the first word is the program, and it is empty".into());
        }
    }
    if command.sizes.len() > 1 && !command.command.iter().any(|word| word.contains(PLACEHOLDER)) {
        fault("command", format!("no {PLACEHOLDER} in it, so that all its sizes would be the same"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<OwnOperation>, Problems> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("own.toml");
        std::fs::write(&path, text).expect("written");
        own_operations(&path, &["stark.prove"])
    }

    #[test]
    fn a_file_is_read_with_its_defaults_in_its_order() {
        let text = "[operation.two]\ncommand = [\"./prove\", \"{size}\"]\nsizes = [1, 4]\n\
                    [operation.one]\ncommand = [\"./fast\"]\nsizes = [7]\ntimeout = \"500 ms\"\ncounters = [\"cycles\"]\n";
        let operations = read(text).unwrap_or_else(|problems| panic!("{problems}"));
        let [two, one] = operations.as_slice() else { panic!("two operations") };
        assert_eq!((two.name.as_str(), two.statement.as_str()), ("two", "command ./prove {size}"));
        assert_eq!((two.size_unit.as_str(), two.timeout_s, two.verify.as_ref()), ("size", 60.0, None));
        assert_eq!(
            (one.name.as_str(), one.timeout_s, one.counters.as_slice()),
            ("one", 0.5, &["cycles".to_owned()][..])
        );
        assert!(two.folder.is_absolute() && two.file.ends_with("own.toml"));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_with_its_line() {
        let text = "[operation.mine]\ncomand = [\"./prove\"]\nsizes = [0]\ntimeout = 5\n[operation.two]\ncommand = []\nsizes = []\n";
        let text = read(text).expect_err("it is wrong").to_string();
        for says in ["own.toml:2:1", "did you mean `command`?", "own.toml:3:10", "own.toml:4:11", "own.toml:6:11"] {
            assert!(text.contains(says), "no `{says}` in {text}");
        }
        let meaning = "[operation.\"a b\"]\ncommand = [\"\"]\nsizes = [4, 4]\n[operation.stark.prove]\n";
        let text = read(meaning).expect_err("it is wrong").to_string();
        assert!(text.contains("own.toml:4:"), "{text}");
        let meaning = "[operation.\"a b\"]\ncommand = [\"\"]\nsizes = [4, 4]\n\
                       [operation.\"stark.prove\"]\ncommand = [\"x\"]\nsizes = [1, 2]\n";
        let text = read(meaning).expect_err("it is wrong").to_string();
        for says in ["letters, digits", "is empty", "found 4 before 4", "operation of that name", "no {size} in it"] {
            assert!(text.contains(says), "no `{says}` in {text}");
        }
        assert!(read("[operation]\n").expect_err("nothing").to_string().contains("no operation"));
    }
}
