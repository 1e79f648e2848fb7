//! The documents that verbs leave in a folder, read back.

use std::fs;
use std::path::{Path, PathBuf};

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

/// A file of a schema.
fn read(path: &Path, schema: &str) -> Result<Document, Failure> {
    let text = text_of(path)?;
    let kept = Kept::read(&text, schema).map_err(|error| Failure::because(format!("{}: {error}", path.display())))?;
    Ok(Document { path: path.to_owned(), text, kept })
}

fn text_of(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| cannot_read(path, &error.to_string()))
}

fn cannot_read(path: &Path, why: &str) -> Failure {
    Failure::because(format!("cannot read {}: {why}", path.display()))
}
