//! Measurements of other tools as rows of a book of published costs, with their source kept.
//!
//! | format | what is read |
//! |---|---|
//! | [`criterion`] | `…/<group>/<bench>/<baseline>/estimates.json`, or all of them below a folder; exports of critcmp |
//! | [`cargo_criterion`] | messages, one JSON document a line |
//! | [`go`] | the text of Go's `testing.B`, as for benchstat, or the events of `go test -json` |
//! | [`libtest`] | lines `test … bench: …` |
//! | [`hyperfine`] | JSON: commands with the times of their runs |
//! | [`bmf`] | Bencher Metric Format, JSON: benchmark → latency |
//! | [`zkalc`] | JSON: operation → sizes, times |
//! | [`csp`] | JSON of csp-benchmarks |
//! | [`zk_harness`] | CSV of zk-Harness |
//!
//! A folder may hold files of all of them. Several figures of the same thing are one row: their mean, with the interval of their
//! spread. What is the same thing says [`rows`]; an entry that is no figure is passed over and counted.

mod baselines;
mod bmf;
mod cargo_criterion;
mod criterion;
mod csp;
mod figure;
mod go;
mod hyperfine;
mod json;
mod libtest;
mod recognised;
mod repeated;
mod rows;
mod sizes;
mod text;
mod units;
mod zk_harness;
mod zkalc;

use std::collections::BTreeSet;
use std::path::Path;

use super::{Published, files};
use crate::reading::{Problem, Problems, Source};
use criterion::Role;
use figure::{Figure, Found, MOST, tidy};

pub use figure::{Listed, Passed, PassedOver};
pub use repeated::repeated;
pub use sizes::SizePattern;
pub use units::TimeUnit;

/// The formats, for a reader whose file has none of them.
const KNOWN: &str = "known: criterion's estimates.json or folder, critcmp, cargo-criterion, Go's testing.B as text or JSON, libtest, \
                     hyperfine's JSON, Bencher Metric Format, zkalc's JSON, csp-benchmarks' JSON, zk-Harness's CSV; \
                     `calibrate --import` is told which with --format";

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// criterion's `estimates.json`.
    Criterion,
    /// An export of critcmp.
    Critcmp,
    /// Messages of cargo-criterion.
    CargoCriterion,
    /// Text of Go's `testing.B`.
    Go,
    /// Events of `go test -json`.
    GoJson,
    /// Rust's libtest.
    Libtest,
    /// hyperfine's JSON.
    Hyperfine,
    /// Bencher Metric Format.
    Bmf,
    /// zkalc.
    Zkalc,
    /// csp-benchmarks.
    Csp,
    /// zk-Harness.
    ZkHarness,
}

/// What is imported, and as what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Import<'a> {
    /// A file, or a folder with files.
    pub path: &'a Path,
    /// Who wrote it; without it, whoever it looks like.
    pub format: Option<Format>,
    /// Unit of the times of zk-Harness, where the file does not say it.
    pub unit: Option<TimeUnit>,
    /// Machine that the figures are of.
    pub machine: &'a str,
    /// Whose figures they are; the path of the file is added.
    pub source: &'a str,
    /// What is put before the names of all operations, with a dot.
    pub name: Option<&'a str>,
    /// The baseline of criterion or critcmp that is meant.
    pub baseline: Option<&'a str>,
    /// Where sizes stand in names that do not end in one; the first that fits holds.
    pub sizes: &'a [SizePattern],
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// A row for each thing that was measured.
    pub rows: Vec<Published>,
    /// How many figures are in each of the rows.
    pub merged: Vec<usize>,
    /// What is no figure.
    pub passed_over: PassedOver,
}

/// Reads a file of another tool, or a folder of such files.
///
/// # Errors
/// The file cannot be read, looks like nothing that is known, or holds no figure; figures that would be one row and contradict each
/// other; a baseline or a pattern of sizes that fits nothing.
pub fn import(import: &Import<'_>) -> Result<Imported, Problems> {
    let (machine, source) = (tidy(import.machine), tidy(import.source));
    let name = import.name.map(tidy);
    let import = Import { machine: &machine, source: &source, name: name.as_deref(), ..*import };
    let (mut figures, mut passed_over) =
        if import.path.is_dir() { folder(&import)? } else { file(&import, import.path)? };
    sized(&mut figures, &mut passed_over, &import)?;
    let rows = rows::rows(figures, &import, &mut passed_over)?;
    if rows.is_empty() {
        let problem = |passed: &Passed| {
            let help = "no figure remains; what was measured so badly is no cost";
            Problem::new(&Source::new(&passed.place, ""), None, &passed.why).with_help(help)
        };
        return Err(passed_over.entries.first.iter().map(problem).collect());
    }
    let (rows, merged) = rows.into_iter().unzip();
    Ok(Imported { rows, merged, passed_over })
}

type Read = (Vec<Figure>, PassedOver);

/// All figures of a file.
fn file(import: &Import<'_>, path: &Path) -> Result<Read, Problems> {
    let text = files::open(path, "file of measurements", "figure")?;
    let format = import.format.map_or_else(|| recognised::recognised(&text), Ok)?;
    let Found { mut figures, mut passed_over, .. } = read(path, &text, format, import)?;
    baselines::chosen(&mut figures, &mut passed_over, path, (import.baseline, &BTreeSet::new()))?;
    Ok((figures, passed_over))
}

fn read(path: &Path, text: &Source, format: Format, import: &Import<'_>) -> Result<Found, Problems> {
    match format {
        Format::Criterion => criterion::figure(path, text, import.path),
        Format::Critcmp => criterion::critcmp(text),
        Format::CargoCriterion => cargo_criterion::figures(text),
        Format::Go => go::figures(text),
        Format::GoJson => go::events(text),
        Format::Libtest => libtest::figures(text),
        Format::Hyperfine => hyperfine::figures(text),
        Format::Bmf => bmf::figures(text),
        Format::Zkalc => zkalc::figures(text),
        Format::Csp => csp::figures(text),
        Format::ZkHarness => zk_harness::figures(text, import.unit),
    }
}

fn first_message(problems: &Problems) -> String {
    problems.iter().next().map_or(String::new(), |problem| problem.message().to_owned())
}

/// All figures of all files below a folder; files that are of no tool, or of another than was asked for, are counted.
fn folder(import: &Import<'_>) -> Result<Read, Problems> {
    let all = files::below(import.path)?;
    let of_criterion = criterion::baselines(&all);
    let baseline = match import.baseline {
        Some(named) => named.to_owned(),
        None => baselines::meant(import.path, &of_criterion, None)?,
    };
    let (mut figures, mut passed_over, mut problems) = (Vec::new(), PassedOver::default(), Problems::new());
    for path in &all {
        let place = figure::Place::of(path);
        let role = criterion::role(path, &baseline, &all);
        let meant = matches!(role, Role::Meant);
        match role {
            Role::Beside => continue,
            Role::OfBaseline(name) => {
                passed_over.entries.push(&place, baselines::not_meant(&name));
                continue;
            }
            Role::Meant | Role::Foreign => {}
        }
        let asked = |format: &Format| import.format.is_none_or(|asked| asked == *format);
        let text = files::open(path, "file of measurements", "figure");
        let recognised = text.and_then(|text| Ok((recognised::recognised(&text)?, text)));
        let (format, text) = match recognised {
            Ok((format, text)) if asked(&format) => (format, text),
            // By its place it is a result, so that it does not read is not to be overlooked.
            Err(found) if meant => {
                passed_over.entries.push(&place, first_message(&found));
                continue;
            }
            _ => {
                passed_over.files += 1;
                continue;
            }
        };
        match read(path, &text, format, import) {
            Ok(found) => {
                let label = path.strip_prefix(import.path).unwrap_or(path).display().to_string();
                figures.extend(found.figures.into_iter().map(|mut figure| {
                    figure.labels.push(("file".into(), label.clone()));
                    figure
                }));
                passed_over.add(found.passed_over);
            }
            Err(found) => {
                passed_over.entries.push(&place, first_message(&found));
                found.iter().take(1).for_each(|problem| problems.push(problem.clone()));
            }
        }
        if figures.len() > MOST {
            return Err(refused(import.path, &format!("more than {MOST} figures"), "import it in parts"));
        }
    }
    let found_none = figures.is_empty();
    baselines::chosen(&mut figures, &mut passed_over, import.path, (import.baseline, &of_criterion))?;
    match found_none {
        false => Ok((figures, passed_over)),
        true if !problems.is_empty() => Err(problems),
        true => Err(refused(import.path, "no file of measurements in this folder", KNOWN)),
    }
}

/// Takes sizes out of names, as the patterns say; a name that fits but for the size is passed over.
fn sized(figures: &mut Vec<Figure>, passed_over: &mut PassedOver, import: &Import<'_>) -> Result<(), Problems> {
    let mut unused: Vec<&SizePattern> = import.sizes.iter().collect();
    figures.retain_mut(|figure| {
        if figure.size.is_some() {
            return true;
        }
        let fits = import.sizes.iter().find_map(|pattern| Some((pattern, pattern.split(&figure.operation)?)));
        let Some((pattern, split)) = fits else { return true };
        unused.retain(|other| *other != pattern);
        match split {
            Ok((name, size)) => {
                (figure.operation, figure.size, figure.unit_of_size) = (name, Some(size), "size".into())
            }
            Err(ref why) => passed_over.entries.push(&figure.place, format!("`{}`: {why}", figure.operation)),
        }
        figure.size.is_some()
    });
    match (unused.first(), figures.first()) {
        (Some(pattern), Some(figure)) => {
            let help = format!("names look like `{}`", figure.operation);
            Err(refused(import.path, &format!("no name without a size fits `{pattern}`"), &help))
        }
        _ => Ok(()),
    }
}

fn refused(path: &Path, message: &str, help: &str) -> Problems {
    Problem::new(&Source::new(path.display().to_string(), ""), None, message).with_help(help).into()
}

#[cfg(test)]
mod tests;
