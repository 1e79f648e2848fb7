//! What a gate prints and writes.

use std::fs::OpenOptions;
use std::io::Write;

use calibrate::gate::check::Check;

use crate::args::{Check as Options, CheckFormat, Common};
use crate::commands::{Failure, print};
use crate::terminal;

/// Prints the answer in the form that was asked for, and keeps it.
pub fn tell(check: &Check, options: &Options, common: &Common) -> Result<(), Failure> {
    let document = format!("{}\n", serde_json::to_string_pretty(check).map_err(Failure::because)?);
    std::fs::create_dir_all(&common.out).map_err(|error| Failure::because(format!("cannot write {}: {error}", common.out.display())))?;
    let path = reports::files::write(&common.out.join("check.json"), document.as_bytes()).map_err(Failure::because)?;
    let format = if common.json { Some(CheckFormat::Json) } else { options.format };
    match format {
        None => print(&format!("{}\nwrote {}\n", reports::table::check(check, terminal::style()), path.display())),
        Some(CheckFormat::Json) => print(&document),
        Some(CheckFormat::Junit) => print(&reports::check::junit::document(check)),
        Some(CheckFormat::Bmf) => {
            let document = reports::check::bmf::document(check);
            print(&format!("{}\n", serde_json::to_string_pretty(&document).map_err(Failure::because)?))
        }
        Some(CheckFormat::Github) => {
            append("GITHUB_STEP_SUMMARY", &reports::check::markdown::page(check))?;
            append("GITHUB_OUTPUT", &reports::check::github::output(check))?;
            print(&format!("{}{}", reports::table::check(check, terminal::style()), reports::check::github::annotations(check)))
        }
    }
}

/// Appends to the file that a variable of the environment names, where it does.
fn append(variable: &str, text: &str) -> Result<(), Failure> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else { return Ok(()) };
    let opened = OpenOptions::new().create(true).append(true).open(&path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        Failure::because(format!("cannot write {}, which {variable} names: {error}", path.to_string_lossy()))
    })
}
