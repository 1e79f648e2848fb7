//! criterion: `<group>/<bench>/new/estimates.json` with the mean in nanoseconds and its interval; `benchmark.json` beside it, where
//! there is one, says the names, which the folders only spell.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Figure, json};
use crate::reading::{Problem, Problems, Source};

/// What a reader is told that the file must be.
const SHAPE: &str = "criterion's estimates.json: {\"mean\": {\"confidence_interval\": {\"confidence_level\", \"lower_bound\", \
                     \"upper_bound\"}, \"point_estimate\"}, …} in nanoseconds";
/// Folders may lie so deep in each other; a link to a folder above would never end.
const DEEPEST: usize = 16;

#[derive(Deserialize)]
struct Estimates {
    mean: Mean,
}

#[derive(Deserialize)]
struct Mean {
    confidence_interval: Interval,
    point_estimate: f64,
}

#[derive(Deserialize)]
struct Interval {
    confidence_level: f64,
    lower_bound: f64,
    upper_bound: f64,
}

#[derive(Deserialize)]
struct Benchmark {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
}

/// All figures below a folder.
pub(super) fn folder(folder: &Path) -> Result<Vec<Figure>, Problems> {
    let mut files = Vec::new();
    find(folder, 0, &mut files);
    files.sort();
    if files.is_empty() {
        let source = Source::new(folder.display().to_string(), "");
        let help = "give a file of measurements, or a folder of criterion such as target/criterion";
        return Err(Problem::new(&source, None, "no new/estimates.json in this folder").with_help(help).into());
    }
    let read = |path: &PathBuf| figure(path, &Source::open_as(path, "file of criterion", "estimate")?);
    files.iter().map(read).collect()
}

/// Every `new/estimates.json` below a folder; what cannot be read is passed over, as it is no result.
fn find(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in entries {
        if path.is_dir() && depth < DEEPEST {
            find(&path, depth + 1, files);
        } else if path.ends_with("new/estimates.json") {
            files.push(path);
        }
    }
}

/// The mean of one benchmark.
pub(super) fn figure(path: &Path, source: &Source) -> Result<Figure, Problems> {
    let Mean { confidence_interval, point_estimate } = json::<Estimates>(source, SHAPE)?.mean;
    let Interval { confidence_level, lower_bound, upper_bound } = confidence_interval;
    let beside = path.with_file_name("benchmark.json");
    let names =
        if beside.exists() { named(&Source::open_as(&beside, "file of criterion", "name")?)? } else { spelt(path) };
    let Some((operation, size)) = operation_and_size(&names) else {
        let message = "the path does not say the name of the benchmark";
        let help = "give the path as criterion lays it out: …/<group>/<bench>/new/estimates.json";
        return Err(Problem::new(source, None, message).with_help(help).into());
    };
    Ok(Figure {
        operation,
        size,
        unit_of_size: if size.is_some() { "size".into() } else { String::new() },
        ms: point_estimate / 1e6,
        // Another confidence would be another half-width: it is left out rather than rescaled.
        half_width_ms: (confidence_level == 0.95).then_some((upper_bound - lower_bound) / 2e6),
        ..Figure::default()
    })
}

fn named(source: &Source) -> Result<Vec<String>, Problems> {
    let Benchmark { group_id, function_id, value_str } =
        json(source, "criterion's benchmark.json: {\"group_id\", \"function_id\", \"value_str\"}")?;
    Ok([Some(group_id), function_id, value_str].into_iter().flatten().collect())
}

/// The folders between `criterion` and `new`, or the last two above `new`.
fn spelt(path: &Path) -> Vec<String> {
    let folder = path.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    let names: Vec<String> = folder.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let root = names.iter().rposition(|name| name == "criterion").map(|root| root + 1);
    names[root.unwrap_or(names.len().saturating_sub(2))..].to_vec()
}

/// The last name is the size where it is a number and not the only one.
fn operation_and_size(names: &[String]) -> Option<(String, Option<u64>)> {
    let (last, others) = names.split_last()?;
    match last.parse() {
        Ok(size) if !others.is_empty() => Some((others.join("/"), Some(size))),
        _ => Some((names.join("/"), None)),
    }
}
