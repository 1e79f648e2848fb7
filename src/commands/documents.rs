//! The documents that verbs leave in a folder, read back.

use std::fs;
use std::path::{Path, PathBuf};

use planner::{COMPARISON_SCHEMA, Comparison, OUTCOME_SCHEMA, PLAN_SCHEMA, Plan, ReadError, Summary};
use reports::kept::{FILES, Kept};

use super::Failure;

/// A document with where it was and what its file says.
pub struct Document {
    /// Its file.
    pub path: PathBuf,
    /// The file as it is.
    pub text: String,
    /// What it says.
    pub kept: Kept,
}

/// All documents of a folder that a report can be drawn from, the one that was written last at the end.
pub fn of_folder(folder: &Path) -> Result<Vec<Document>, Failure> {
    if !folder.is_dir() {
        return Err(cannot_read(folder, if folder.exists() { "it is no folder" } else { "there is no such folder" }));
    }
    let written = |path: &Path| fs::metadata(path).and_then(|of| of.modified()).ok();
    let there = FILES.iter().map(|(name, schema)| (folder.join(name), *schema));
    let mut there: Vec<(PathBuf, &str)> = there.filter(|(path, _)| path.exists()).collect();
    there.sort_by_key(|(path, _)| written(path));
    if there.is_empty() {
        let names = FILES.map(|(name, _)| format!("`{name}`"));
        let names = planner::listed(&names.each_ref().map(String::as_str));
        return Err(cannot_read(
            folder,
            &format!(
                "it has none of {names}\n  = help: `simulate`, `compare`, `plan` and `claims` leave them in `--out DIR`"
            ),
        ));
    }
    there.into_iter().map(|(path, schema)| read(&path, schema)).collect()
}

/// The document in a file, of which its name says what it is.
pub fn of_file(path: &Path) -> Result<Document, Failure> {
    let schema = FILES.iter().find(|(name, _)| path.file_name().is_some_and(|file| file == *name));
    let of_text =
        || planner::schema(&text_of(path)?).map_err(|error| Failure::because(format!("{}: {error}", path.display())));
    match schema {
        Some((_, schema)) => read(path, schema),
        None => read(path, &of_text()?),
    }
}

/// A file of a schema.
fn read(path: &Path, schema: &str) -> Result<Document, Failure> {
    let text = text_of(path)?;
    let kept = Kept::read(&text, schema).map_err(|error| Failure::because(format!("{}: {error}", path.display())))?;
    Ok(Document { path: path.to_owned(), text, kept })
}

/// A result that can be held against another: its outcomes.
pub struct Outcomes {
    /// Name of the base design.
    pub base: String,
    /// What was found of every case.
    pub designs: Vec<Summary>,
}

/// The result in a folder, or in a document.
pub fn outcomes(path: &Path) -> Result<Outcomes, Failure> {
    if !path.is_dir() {
        return of_text(path, &text_of(path)?);
    }
    let names = ["outcome.json", "plan.json"];
    match names.iter().map(|name| path.join(name)).find(|file| file.exists()) {
        Some(file) => of_text(&file, &text_of(&file)?),
        None => {
            let claims =
                if path.join("claims.json").exists() { "; claims are not compared with each other" } else { "" };
            let help = "`simulate`, `compare` and `plan` leave one in `--out DIR`";
            let why = format!("it has neither `outcome.json` nor `plan.json`{claims}\n  = help: {help}");
            Err(cannot_read(path, &why))
        }
    }
}

fn of_text(path: &Path, text: &str) -> Result<Outcomes, Failure> {
    let wrong = |error: ReadError| Failure::because(format!("{}: {error}", path.display()));
    let schema = planner::schema(text).map_err(wrong)?;
    match schema.as_str() {
        OUTCOME_SCHEMA => {
            let summary = Summary::read(text).map_err(wrong)?;
            Ok(Outcomes { base: summary.design.clone(), designs: vec![summary] })
        }
        COMPARISON_SCHEMA => {
            let comparison = Comparison::read(text).map_err(wrong)?;
            Ok(Outcomes { base: comparison.base, designs: comparison.designs })
        }
        PLAN_SCHEMA => {
            let plan = Plan::read(text).map_err(wrong)?;
            let none = || {
                Failure::because(format!("{}: the plan has no fleet, so there is no outcome of one", path.display()))
            };
            Ok(Outcomes { base: plan.design, designs: vec![plan.outcome.ok_or_else(none)?] })
        }
        other => Err(Failure::because(format!(
            "{}: schema: found `{other}`, and what is compared is `{COMPARISON_SCHEMA}`, `{OUTCOME_SCHEMA}` and `{PLAN_SCHEMA}`",
            path.display()
        ))),
    }
}

fn text_of(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| cannot_read(path, &error.to_string()))
}

fn cannot_read(path: &Path, why: &str) -> Failure {
    Failure::because(format!("cannot read {}: {why}", path.display()))
}
