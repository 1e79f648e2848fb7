//! `calibrate --import`: figures of another tool become rows of a book of published costs.

use std::path::Path;

use scenarios::{Format, Imported, Published, PublishedBook, TimeUnit};

use super::{Answer, Failure, print, writable};
use crate::args::{Calibrate, Common, ImportFormat, Unit};

/// Book that is written where none is named.
const BOOK: &str = "published_costs.csv";

/// Merges the figures of a file into a book and says how a scenario uses them.
pub fn run(file: &Path, options: &Calibrate, common: &Common) -> Result<Answer, Failure> {
    let (Some(machine), Some(source)) = (&options.foreign.machine, &options.foreign.source) else {
        return Err(Failure::because("--import needs --machine and --source: a figure belongs to both"));
    };
    if machine.trim().is_empty() || source.trim().is_empty() {
        return Err(Failure::because("--machine and --source must not be empty: a figure belongs to both"));
    }
    let format = match options.foreign.format {
        ImportFormat::Auto => None,
        ImportFormat::Criterion => Some(Format::Criterion),
        ImportFormat::Go => Some(Format::Go),
        ImportFormat::Zkalc => Some(Format::Zkalc),
        ImportFormat::Zkharness => Some(Format::ZkHarness),
    };
    let unit = options.foreign.unit.map(|unit| match unit {
        Unit::Us => TimeUnit::Microseconds,
        Unit::Ms => TimeUnit::Milliseconds,
    });
    let Imported { rows, skipped } =
        scenarios::import(file, format, unit, machine.trim(), source.trim()).map_err(Failure::because)?;
    let path = options.file.clone().unwrap_or_else(|| common.out.join(BOOK));
    let mut book = match path.exists() {
        true => PublishedBook::read(&path).map_err(Failure::because)?,
        false => PublishedBook::default(),
    };
    let replaced = rows.iter().filter(|row| book.put((*row).clone())).count();
    writable(&path)?;
    reports::files::write(&path, book.text().as_bytes()).map_err(Failure::because)?;
    if common.json {
        let document = serde_json::json!({
            "book": path, "added": rows.len() - replaced, "replaced": replaced, "skipped": skipped, "rows": rows,
        });
        print(&format!("{document:#}\n"))?;
    } else {
        print(&told(file, &path, &rows, replaced, skipped))?;
    }
    Ok(Answer::Done)
}

/// What was done, and how a scenario uses it.
fn told(file: &Path, book: &Path, rows: &[Published], replaced: usize, skipped: usize) -> String {
    let mut text = format!("{}: {} rows added, {replaced} replaced", file.display(), rows.len() - replaced);
    if skipped > 0 {
        text.push_str(&format!(", {skipped} entries left out that have no time"));
    }
    text.push_str(&format!("\nwrote {}\n", book.display()));
    if let Some(row) = rows.first() {
        let size = row.size.map_or(String::new(), |size| format!(", size = {size}"));
        let (operation, machine) = (&row.operation, &row.machine);
        text.push_str(&format!(
            "in a scenario, with paths relative to its file:\n  [books.measured]\n  published = [{:?}]\n  \
             [books.measured.costs]\n  a_cost = [{{ from = \"published\", operation = {operation:?}, machine = {machine:?}{size} }}]\n",
            book.display().to_string(),
        ));
    }
    text
}
