//! `new`: a commented file to start a scenario of one's own from.

use std::io::Write;

use super::{Answer, Failure, print};
use crate::args::{Common, New};

/// Writes the file, unless one is there.
pub fn run(options: &New, common: &Common) -> Result<Answer, Failure> {
    let text = scenarios::starting_file(&options.from).map_err(Failure::because)?;
    let path = options.file.display();
    let mut file = std::fs::File::create_new(&options.file).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::because(format!("{path} is there already; give another name")),
        _ => Failure::because(format!("cannot write {path}: {error}")),
    })?;
    file.write_all(text.as_bytes()).map_err(|error| Failure::because(format!("cannot write {path}: {error}")))?;
    if common.json {
        print(&format!("{}\n", serde_json::json!({ "wrote": path.to_string() })))?;
    } else {
        print(&format!("wrote {path}\nnext: proofcast compare {path}\n"))?;
    }
    Ok(Answer::Done)
}
