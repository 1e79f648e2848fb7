//! Measurements of other tools as rows of a book of published costs, with their source kept.
//!
//! | format | what is read |
//! |---|---|
//! | [`criterion`] | `…/<group>/<bench>/new/estimates.json`, or all of them below a folder |
//! | [`go`] | the text of Go's `testing.B`, as for benchstat |
//! | [`zkalc`] | JSON: operation → sizes, times |
//! | [`zk_harness`] | CSV of zk-Harness |
//!
//! Several figures of one operation and size are one row: their mean, with the interval of their spread.

mod criterion;
mod go;
mod zk_harness;
mod zkalc;

use std::path::Path;

use calibrate::{Estimate, Variance};

use super::{Published, line_of};
use crate::reading::{Problem, Problems, Source};

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// criterion's `estimates.json`.
    Criterion,
    /// Go's `testing.B`.
    Go,
    /// zkalc.
    Zkalc,
    /// zk-Harness.
    ZkHarness,
}

/// The unit of times in a file that does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Microseconds.
    Microseconds,
    /// Milliseconds.
    Milliseconds,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// A row for each operation and size.
    pub rows: Vec<Published>,
    /// Entries of the file that have no time, or one too short for its unit.
    pub skipped: usize,
}

/// One figure of a file.
#[derive(Debug, Clone, PartialEq, Default)]
struct Figure {
    operation: String,
    size: Option<u64>,
    unit_of_size: String,
    threads: Option<u64>,
    /// Time \[ms\]; 0 where the file has none.
    ms: f64,
    /// Half-width of its 95 % interval \[ms\].
    half_width_ms: Option<f64>,
    /// Size of the result \[bytes\].
    bytes: Option<f64>,
    /// Memory \[MB\].
    memory_mb: Option<f64>,
}

/// Reads a file of another tool; without a format, of the one that it looks like. `source` says whose figures they are.
///
/// # Errors
/// The file cannot be read, looks like nothing that is known, or everything that is wrong with it.
pub fn import(
    path: &Path,
    format: Option<Format>,
    unit: Option<TimeUnit>,
    machine: &str,
    source: &str,
) -> Result<Imported, Problems> {
    let figures = if path.is_dir() && matches!(format, None | Some(Format::Criterion)) {
        criterion::folder(path)?
    } else {
        let text = Source::open_as(path, "file of measurements", "figure")?;
        match format.map_or_else(|| recognised(&text), Ok)? {
            Format::Criterion => vec![criterion::figure(path, &text)?],
            Format::Go => go::figures(&text)?,
            Format::Zkalc => zkalc::figures(&text)?,
            Format::ZkHarness => zk_harness::figures(&text, unit)?,
        }
    };
    let file = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(rows(figures, machine, &format!("{source} ({file})")))
}

/// The format that a text looks like.
fn recognised(source: &Source) -> Result<Format, Problems> {
    let text = source.text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') {
        return Ok(if text.contains("\"point_estimate\"") { Format::Criterion } else { Format::Zkalc });
    }
    if text.lines().any(|line| line.starts_with("Benchmark")) {
        return Ok(Format::Go);
    }
    if text.lines().next().is_some_and(|head| head.contains("nbConstraints")) {
        return Ok(Format::ZkHarness);
    }
    let message = "no format of measurements that is known";
    let help = "known: estimates.json of criterion, text of Go's testing.B, JSON of zkalc, CSV of zk-Harness; \
                say which with --format";
    Err(Problem::new(source, Some(0..0), message).with_help(help).into())
}

/// A row for each operation and size, in the order of the first figure of each.
fn rows(figures: Vec<Figure>, machine: &str, source: &str) -> Imported {
    let (timed, untimed): (Vec<Figure>, Vec<Figure>) = figures.into_iter().partition(|figure| figure.ms > 0.0);
    let mut groups: Vec<Vec<Figure>> = Vec::new();
    for figure in timed {
        let same = |group: &&mut Vec<Figure>| (&group[0].operation, group[0].size) == (&figure.operation, figure.size);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(figure),
            None => groups.push(vec![figure]),
        }
    }
    let row = |group: Vec<Figure>| {
        let times: Vec<f64> = group.iter().map(|figure| figure.ms).collect();
        let runs: Vec<&[f64]> = times.iter().map(std::slice::from_ref).collect();
        let estimate = Estimate::of(&runs, Variance::NONE);
        let largest = |value: fn(&Figure) -> Option<f64>| group.iter().filter_map(value).reduce(f64::max);
        let first = &group[0];
        Published {
            operation: first.operation.clone(),
            size: first.size,
            unit_of_size: first.unit_of_size.clone(),
            machine: machine.to_owned(),
            threads: first.threads,
            prove_or_run_ms: estimate.map(|estimate| estimate.mean_s),
            verify_ms: None,
            proof_bytes: largest(|figure| figure.bytes),
            memory_mb: largest(|figure| figure.memory_mb),
            source: source.to_owned(),
            half_width_ms: first.half_width_ms.or_else(|| estimate?.half_width_s),
        }
    };
    Imported { rows: groups.into_iter().map(row).collect(), skipped: untimed.len() }
}

/// A JSON document, or where it is not what its format says.
fn json<T: serde::de::DeserializeOwned>(source: &Source, shape: &str) -> Result<T, Problems> {
    serde_json::from_str(source.text.trim_start_matches('\u{feff}')).map_err(|error| {
        let line = line_of(source, error.line() as u64);
        let start = line.start + (line.len()).min(error.column().saturating_sub(1));
        let start = (0..=start).rev().find(|place| source.text.is_char_boundary(*place)).unwrap_or(0);
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        Problem::new(source, Some(start..start), message).with_help(shape).into()
    })
}

#[cfg(test)]
#[path = "foreign/tests.rs"]
mod tests;
