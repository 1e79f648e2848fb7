//! What a gate prints and writes.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use calibrate::gate::check::Check;
use planner::Impact;
use serde_json::Value;

use super::history::History;
use crate::args::{Check as Options, CheckFormat, Common};
use crate::commands::{Failure, print};
use crate::terminal;

/// Prints the answer in the form that was asked for, and keeps it.
pub fn tell(
    check: &Check,
    impact: Option<&Impact>,
    history: Option<&History>,
    options: &Options,
    common: &Common,
) -> Result<(), Failure> {
    let mut document = serde_json::to_value(check).map_err(Failure::because)?;
    if let (Some(impact), Value::Object(keys)) = (impact, &mut document) {
        keys.insert("impact".into(), serde_json::to_value(impact).map_err(Failure::because)?);
    }
    let document = format!("{}\n", serde_json::to_string_pretty(&document).map_err(Failure::because)?);
    std::fs::create_dir_all(&common.out)
        .map_err(|error| Failure::because(format!("cannot write {}: {error}", common.out.display())))?;
    let path = reports::files::write(&common.out.join("check.json"), document.as_bytes()).map_err(Failure::because)?;
    let format = if common.json { Some(CheckFormat::Json) } else { options.format };
    let mut table = reports::table::check(check, terminal::style());
    if let Some(impact) = impact {
        table.push_str(&format!("\n{}", reports::table::impact(impact, terminal::style())));
    }
    if let Some(history) = history {
        table.push_str(&format!("\n{}", history.told(terminal::style())));
    }
    let mut page = reports::check::markdown::page(check);
    if let Some(impact) = impact {
        page.push_str(&format!("\n{}\n", reports::table::impact_answer(impact)));
    }
    match format {
        None => print(&format!("{table}\nwrote {}\n", path.display())),
        Some(CheckFormat::Json) => print(&document),
        Some(CheckFormat::Junit) => print(&reports::check::junit::document(check)),
        Some(CheckFormat::Bmf) => {
            let document = reports::check::bmf::document(check);
            print(&format!("{}\n", serde_json::to_string_pretty(&document).map_err(Failure::because)?))
        }
        Some(CheckFormat::Github) => {
            append("GITHUB_STEP_SUMMARY", &page);
            append("GITHUB_OUTPUT", &reports::check::github::output(check));
            print(&format!("{table}{}", reports::check::github::annotations(check)))
        }
    }
}

/// Tells who reads annotations or a document why there is no verdict; the message itself goes to standard error.
pub fn refused(failure: &Failure, options: &Options) -> Result<(), Failure> {
    let why = failure.why();
    match options.format {
        Some(CheckFormat::Github) => {
            append("GITHUB_OUTPUT", reports::check::github::NO_VERDICT);
            print(&reports::check::github::refused(why))
        }
        Some(CheckFormat::Junit) => print(&reports::check::junit::refused(why)),
        Some(CheckFormat::Json | CheckFormat::Bmf) | None => Ok(()),
    }
}

/// Finds out that nothing can be written to a folder; one that is not there is not made.
pub fn writable(folder: &Path) -> Result<(), Failure> {
    let there = folder.ancestors().find(|above| above.is_dir()).unwrap_or(Path::new("."));
    let tried = tempfile::tempfile_in(there).map(drop);
    tried.map_err(|error| Failure::because(format!("cannot write to {}: {error}", folder.display())))
}

/// Appends to the file that a variable of the environment names, where it does. Where it cannot be written, the verdict counts all the same.
fn append(variable: &str, text: &str) {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else { return };
    let opened = OpenOptions::new().create(true).append(true).open(&path);
    if let Err(error) = opened.and_then(|mut file| file.write_all(text.as_bytes())) {
        let path = path.to_string_lossy();
        terminal::tell(&format!("warning: cannot write {path}, which {variable} names: {error}"));
    }
}
