//! `new`: a commented file to start a scenario of one's own from.

use std::io::ErrorKind;

use calibrate::whole;

use super::{Answer, Failure, print};
use crate::args::{Common, New};

/// Writes the file, unless one is there.
pub fn run(options: &New, common: &Common) -> Result<Answer, Failure> {
    let stem = options.file.file_stem().map(|stem| stem.to_string_lossy().replace(['"', '\\'], "_"));
    let name = stem.filter(|stem| !stem.chars().any(char::is_control)).unwrap_or_else(|| "mine".to_owned());
    let text = scenarios::starting_file(&options.from, &name).map_err(Failure::because)?;
    let path = options.file.display();
    whole::write_new(&options.file, text.as_bytes()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::because(format!("{path} already exists; give another name")),
        _ => Failure::because(format!("cannot write {path}: {error}")),
    })?;
    if common.json {
        print(&format!("{}\n", serde_json::json!({ "wrote": path.to_string() })))?;
    } else {
        print(&format!("wrote {path}\nnext: proofcast compare {path}\n"))?;
    }
    Ok(Answer::Done)
}
