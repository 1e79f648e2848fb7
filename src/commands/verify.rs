//! `verify`: a stored result made again from what it says of itself, and held against it byte by byte.
//!
//! The command that is kept in the document runs once more in a folder of its own, with the same seed and the calibration that lies beside the
//! document. Files that it names must be where they were.

use std::path::{Path, PathBuf};
use std::process::Command;

use reports::kept::Kept;
use serde_json::{Value, json};

use super::documents::{self, Document};
use super::{Answer, Failure, print};
use crate::args::{Common, Verify};
use crate::progress;

/// What the machine interface is.
const SCHEMA: &str = "proofcast/verification/1";

/// Makes every document again; a result that differs fails.
pub fn run(options: &Verify, common: &Common) -> Result<Answer, Failure> {
    let documents = match options.path.is_dir() {
        true => documents::of_folder(&options.path)?,
        false => vec![documents::of_file(&options.path)?],
    };
    let mut found = Vec::new();
    for document in &documents {
        let command = command(document)?;
        let bar = progress::spinner(common);
        bar.set_message(format!("{}: {command}", document.path.display()));
        let again = made_again(document, command, common)?;
        bar.finish_and_clear();
        let is_same = without_command(&document.text, &document.kept) == without_command(&again.text, &again.kept);
        let differs = if is_same { Vec::new() } else { told(document, &again)? };
        found.push(Verified {
            document: document.path.display().to_string(),
            command: command.to_owned(),
            is_same,
            differs,
        });
    }
    if common.json {
        let documents: Vec<Value> = found.iter().map(Verified::as_json).collect();
        print(&format!("{}\n", json!({ "schema": SCHEMA, "documents": documents })))?;
    } else {
        found.iter().try_for_each(|verified| print(&verified.in_words()))?;
    }
    Ok(if found.iter().all(|verified| verified.is_same) { Answer::Done } else { Answer::Failed })
}

/// What was found of a document.
#[derive(Debug)]
struct Verified {
    document: String,
    command: String,
    is_same: bool,
    differs: Vec<String>,
}

impl Verified {
    fn as_json(&self) -> Value {
        let Self { document, command, is_same, differs } = self;
        json!({ "document": document, "command": command, "is_same": is_same, "differs": differs })
    }

    fn in_words(&self) -> String {
        if self.is_same {
            return format!("{}: same bytes\n", self.document);
        }
        let differs: String = self.differs.iter().map(|line| format!("  {line}\n")).collect();
        format!("{}: `{}` gives another result here\n{differs}", self.document, self.command)
    }
}

/// What was typed for a document.
fn command(document: &Document) -> Result<&str, Failure> {
    let command = command_of(&document.kept);
    let missing = || {
        let name = document.path.display();
        Failure::because(format!("{name}: it does not say by what command it was made, as documents in `--out` do"))
    };
    Some(command).filter(|command| !command.is_empty()).ok_or_else(missing)
}

fn command_of(kept: &Kept) -> &str {
    match kept {
        Kept::Comparison(comparison) => &comparison.command,
        Kept::Plan(plan) => &plan.command,
        Kept::Claims(found) => &found.command,
    }
}

/// The file that a document of its kind is written to.
fn file_of(kept: &Kept) -> &'static str {
    match kept {
        Kept::Comparison(_) => "outcome.json",
        Kept::Plan(_) => "plan.json",
        Kept::Claims(_) => "claims.json",
    }
}

/// Runs the command of a document in a folder of its own and reads what it leaves.
fn made_again(document: &Document, command: &str, common: &Common) -> Result<Document, Failure> {
    let folder = tempfile::tempdir().map_err(Failure::because)?;
    let words = shlex::split(command).unwrap_or_default();
    let program = std::env::current_exe().map_err(Failure::because)?;
    let mut run = Command::new(program);
    run.args(words.get(1..).unwrap_or_default()).arg("--quiet").arg("--out").arg(folder.path());
    run.args(beside(document, &words).iter().flat_map(|path| [Path::new("--calibration"), path]));
    // Who asks for it to be verified has waited for it once.
    if words.get(1).is_some_and(|verb| ["simulate", "compare"].contains(&verb.as_str())) {
        run.arg("--yes");
    }
    run.args(common.threads.iter().flat_map(|threads| ["--threads".to_owned(), threads.to_string()]));
    let done = run.output().map_err(Failure::because)?;
    let file = folder.path().join(file_of(&document.kept));
    if !file.exists() {
        let said = String::from_utf8_lossy(&done.stderr);
        let name = document.path.display();
        return Err(Failure::because(format!("{name}: `{command}` does not run here:\n{}", said.trim_end())));
    }
    documents::of_file(&file)
}

/// The calibration that lies beside a document, where its command names none of the host.
fn beside(document: &Document, words: &[String]) -> Option<PathBuf> {
    let named =
        words.iter().zip(words.iter().skip(1)).any(|(option, file)| option == "--calibration" && !file.contains('='));
    let file = document.path.with_file_name("calibration.json");
    (!named && file.exists()).then_some(file)
}

/// A document without the command, which tells where its files were.
fn without_command(text: &str, kept: &Kept) -> String {
    let command = Value::from(command_of(kept));
    text.replacen(&format!("\"command\":{command}"), "", 1)
}

/// What differs: what the result was made of, and the first place where it is another.
fn told(document: &Document, again: &Document) -> Result<Vec<String>, Failure> {
    let read = |document: &Document| serde_json::from_str::<Value>(&document.text).map_err(Failure::because);
    let (before, after) = (read(document)?, read(again)?);
    let mut told = Vec::new();
    for what in ["version", "scenario_sha256", "calibration_sha256", "prices_date"] {
        let of = |document| found(document, "provenance").and_then(|provenance| provenance.get(what)).cloned();
        if let (Some(before), Some(after)) = (of(&before), of(&after))
            && before != after
        {
            told.push(format!("{}: {before} then, {after} here", what.replace('_', " ")));
        }
    }
    told.extend(first_difference(&before, &after, "").map(|line| format!("first difference: {line}")));
    Ok(told)
}

/// The first value of that name in a document.
fn found<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(fields) => fields.get(name).or_else(|| fields.values().find_map(|field| found(field, name))),
        Value::Array(items) => items.iter().find_map(|item| found(item, name)),
        _ => None,
    }
}

/// Where two values first differ, with both; what they were made of is told apart.
fn first_difference(before: &Value, after: &Value, at: &str) -> Option<String> {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            let named = |key: &String| format!("{at}{}{key}", if at.is_empty() { "" } else { "." });
            let told = |key: &&String| !["command", "provenance"].contains(&key.as_str());
            a.keys()
                .filter(told)
                .find_map(|key| first_difference(&a[key], b.get(key).unwrap_or(&Value::Null), &named(key)))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let name = |place: usize, item: &Value| {
                let name = ["name", "design"].iter().find_map(|key| item.get(key)?.as_str());
                name.map_or_else(|| format!("{at}[{place}]"), |name| format!("{at}[{name}]"))
            };
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(place, (a, b))| first_difference(a, b, &name(place, a)))
        }
        (Value::Array(a), Value::Array(b)) => Some(format!("{at} has {} entries then, {} here", a.len(), b.len())),
        _ => (before != after).then(|| format!("{at} was {before}, is {after}")),
    }
}
