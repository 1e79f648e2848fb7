//! `calibrate --import`: figures of another tool become rows of a book of published costs.

use calibrate::whole;
use std::path::Path;

use reports::number::significant;
use scenarios::{Change, Format, Import, Imported, Listed, PassedOver, Published, PublishedBook, TimeUnit};
use serde_json::json;

use super::{Answer, Failure, print, writable};
use crate::args::{Calibrate, Common, Foreign, ImportFormat, Unit};

/// Book that is written where none is named.
const BOOK: &str = "published_costs.csv";
/// Rows that are named where they would be replaced; the others are counted.
const NAMED: usize = 3;

/// Merges the figures of a file into a book and says how a scenario uses them.
pub fn run(file: &Path, options: &Calibrate, common: &Common) -> Result<Answer, Failure> {
    let foreign = &options.foreign;
    let imported = scenarios::import(&asked(file, foreign)?).map_err(Failure::because)?;
    let path = options.file.clone().unwrap_or_else(|| common.out.join(BOOK));
    if !foreign.dry_run {
        writable(&path)?;
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let _lock = if foreign.dry_run { None } else { Some(whole::lock(folder).map_err(Failure::because)?) };
    let mut book = match path.exists() {
        true => PublishedBook::read(&path).map_err(Failure::because)?,
        false => PublishedBook::default(),
    };
    let change = book.put(imported.rows.clone());
    let text = book.checked_text(&path).map_err(Failure::because)?;
    if !foreign.dry_run {
        if !options.replace && !change.replaced.is_empty() {
            return Err(Failure::because(would_replace(&change.replaced, &path)));
        }
        reports::files::write(&path, text.as_bytes()).map_err(Failure::because)?;
    }
    let Imported { rows, merged, passed_over } = &imported;
    if common.json {
        let document = json!({
            "book": path.display().to_string(), "written": !foreign.dry_run, "added": change.added,
            "replaced": change.replaced.len(), "unchanged": change.unchanged, "skipped": passed_over.entries.count,
            "passed_over": passed_over, "rows": rows, "figures_in_rows": merged,
        });
        print(&format!("{document:#}\n"))?;
        return Ok(Answer::Done);
    }
    let mut told = told(file, &change, passed_over, foreign.dry_run);
    told.push_str(&match foreign.dry_run {
        true => preview(rows, merged, &change, options.replace),
        false => format!("wrote {}\n{}", path.display(), used(&path, rows)),
    });
    print(&told)?;
    Ok(Answer::Done)
}

/// What the options ask for.
fn asked<'a>(path: &'a Path, foreign: &'a Foreign) -> Result<Import<'a>, Failure> {
    let (Some(machine), Some(source)) = (&foreign.machine, &foreign.source) else {
        return Err(Failure::because("--import needs --machine and --source: a figure belongs to both"));
    };
    let blank = |text: &String| text.chars().all(|one| one.is_whitespace() || one.is_control());
    if blank(machine) || blank(source) {
        return Err(Failure::because("--machine and --source must not be empty: a figure belongs to both"));
    }
    if foreign.name.as_ref().is_some_and(blank) {
        return Err(Failure::because("--name must not be empty; leave it out"));
    }
    let format = match foreign.format {
        ImportFormat::Auto => None,
        ImportFormat::Criterion => Some(Format::Criterion),
        ImportFormat::Critcmp => Some(Format::Critcmp),
        ImportFormat::CargoCriterion => Some(Format::CargoCriterion),
        ImportFormat::Go => Some(Format::Go),
        ImportFormat::GoJson => Some(Format::GoJson),
        ImportFormat::Libtest => Some(Format::Libtest),
        ImportFormat::Hyperfine => Some(Format::Hyperfine),
        ImportFormat::Bmf => Some(Format::Bmf),
        ImportFormat::Zkalc => Some(Format::Zkalc),
        ImportFormat::Csp => Some(Format::Csp),
        ImportFormat::Zkharness => Some(Format::ZkHarness),
    };
    let unit = foreign.unit.map(|unit| match unit {
        Unit::Ns => TimeUnit::Nanoseconds,
        Unit::Us => TimeUnit::Microseconds,
        Unit::Ms => TimeUnit::Milliseconds,
        Unit::S => TimeUnit::Seconds,
    });
    let (name, baseline) = (foreign.name.as_deref(), foreign.baseline.as_deref());
    Ok(Import { path, format, unit, machine, source, name, baseline, sizes: &foreign.size_in_name })
}

/// `1 row`, `2 rows`.
fn count(number: usize, what: &str) -> String {
    let one = what.strip_suffix("ies").map_or_else(|| what.trim_end_matches('s').to_owned(), |stem| format!("{stem}y"));
    format!("{number} {}", if number == 1 { one.as_str() } else { what })
}

/// Operation and size of a row.
fn called(row: &Published) -> String {
    row.size.map_or_else(|| row.operation.clone(), |size| format!("{}, size {size}", row.operation))
}

/// Time of a row with its interval.
fn time(row: &Published) -> String {
    let short = |number: f64| significant(number, 6);
    let ms = row.prove_or_run_ms.map_or_else(|| "no time".to_owned(), |ms| format!("{} ms", short(ms)));
    row.half_width_ms.map_or_else(|| ms.clone(), |half_width| format!("{ms} ± {}", short(half_width)))
}

/// Which rows would be lost, and both ways out.
fn would_replace(replaced: &[(Published, Published)], book: &Path) -> String {
    let mut text =
        format!("{} of {} would be replaced, and nothing was written\n", count(replaced.len(), "rows"), book.display());
    for (old, new) in replaced.iter().take(NAMED) {
        text.push_str(&format!("  {} on {}\n", called(old), old.machine));
        text.push_str(&format!(
            "    is       {} from {}\n    would be {} from {}\n",
            time(old),
            old.source,
            time(new),
            new.source
        ));
    }
    if replaced.len() > NAMED {
        text.push_str(&format!("  … and {} more\n", replaced.len() - NAMED));
    }
    text.push_str("  = help: keep both with --name PREFIX, which names what is imported, or let it replace\n          them with --replace");
    text
}

/// What was done, and what was passed over.
fn told(file: &Path, change: &Change, passed_over: &PassedOver, dry_run: bool) -> String {
    let would = if dry_run { " would be" } else { "" };
    let mut text =
        format!("{}: {}{would} added, {} replaced", file.display(), count(change.added, "rows"), change.replaced.len());
    if change.unchanged > 0 {
        text.push_str(&format!(", {} there already", change.unchanged));
    }
    text.push('\n');
    let PassedOver { entries, left_out, files } = passed_over;
    if *files > 0 {
        text.push_str(&format!("passed over {} without measurements\n", count(*files, "files")));
    }
    text.push_str(&listed(&format!("passed over {} without a figure", count(entries.count, "entries")), entries));
    text.push_str(&listed(&format!("left out {} beside a figure", count(left_out.count, "values")), left_out));
    text
}

/// The first few things of a list below what they are; nothing where there are none.
fn listed(what: &str, Listed { count, first }: &Listed) -> String {
    let mut text = String::new();
    if *count > 0 {
        text.push_str(&format!("{what}:\n"));
        first.iter().for_each(|passed| text.push_str(&format!("  {}: {}\n", passed.place, passed.why)));
    }
    if *count > first.len() {
        text.push_str(&format!("  … and {} more\n", count - first.len()));
    }
    text
}

/// The rows that would be written, and what else it needs.
fn preview(rows: &[Published], merged: &[usize], change: &Change, replace: bool) -> String {
    let mut text = String::new();
    for (row, figures) in rows.iter().zip(merged) {
        let of = if *figures == 1 { String::new() } else { format!(", of {figures} figures") };
        text.push_str(&format!("  {}: {}{of}\n", called(row), time(row)));
    }
    if !replace && !change.replaced.is_empty() {
        let rows = count(change.replaced.len(), "rows");
        text.push_str(&format!(
            "{rows} of the book would be replaced: that needs --replace, or --name PREFIX to keep both\n"
        ));
    }
    text.push_str("nothing was written\n");
    text
}

/// How a scenario uses the first row.
fn used(book: &Path, rows: &[Published]) -> String {
    let Some(row) = rows.first() else { return String::new() };
    let size = row.size.map_or(String::new(), |size| format!(", size = {size}"));
    // What JSON writes of a text without control characters, TOML reads.
    let quoted = |text: &str| json!(text).to_string();
    format!(
        "in a scenario, with paths relative to its file:\n  [books.measured]\n  published = [{}]\n  \
         [books.measured.costs]\n  a_cost = [{{ from = \"published\", operation = {}, machine = {}{size} }}]\n",
        quoted(&book.display().to_string()),
        quoted(&row.operation),
        quoted(&row.machine),
    )
}
