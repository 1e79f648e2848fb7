//! `calibrate`: measures this host and keeps the samples with their curves; takes in and gives out figures of other tools.

mod export;
mod import;
mod own_operations;
mod suites;

use std::path::{Path, PathBuf};
use std::time::Duration;

use calibrate::{
    Audience, Build, Calibration, Children, Host, Measurements, Method, Operation, Phase, Progress, whole,
};

use scenarios::reading::meant;

use super::{Answer, Failure, command_line, print};
use crate::args::{Calibrate, Common};
use crate::{interrupt, progress, terminal};

/// Hidden verb that samples in a process of its own.
const SAMPLE_VERB: &str = "measure-samples";
/// Hidden verb that measures peak memory in a process of its own.
const MEMORY_VERB: &str = "measure-memory";

/// Measures, writes the file and its charts, prints the table.
pub fn run(options: &Calibrate, common: &Common) -> Result<Answer, Failure> {
    if let Some(file) = &options.foreign.import {
        return import::run(file, options, common);
    }
    let path = options.file.clone().unwrap_or_else(|| default_path(options, common));
    if let Some(format) = options.foreign.export {
        return export::run(format, &path, common);
    }
    let operations = chosen(options)?;
    if !options.merge && !options.replace {
        nothing_lost(&path, &operations)?;
    }
    let base = if options.merge { Some(base(&path)?) } else { None };
    let Found { calibration, path, loose } = measure(&operations, &method(options), &path, base, common)?;
    let charts =
        reports::files::write_calibration(&common.out, &calibration, &command_line()).map_err(Failure::because)?;
    if common.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&calibration).map_err(Failure::because)?))?;
    } else {
        print(&reports::table::calibration(&calibration, terminal::style()))?;
        let charts = match reports::files::in_words(&charts) {
            none if none.is_empty() => none,
            some => format!(" and {some} to {}", common.out.display()),
        };
        print(&format!("wrote {}{charts}\n", path.display()))?;
    }
    suites::report(options.suite.as_deref(), &calibration, common)?;
    if let Some(loose) = loose.filter(|_| calibration.partial.is_none()) {
        terminal::tell(&loose);
        return Ok(Answer::Undecided);
    }
    Ok(match calibration.partial {
        Some(_) if interrupt::asked() => Answer::Interrupted,
        Some(_) => Answer::Failed,
        None => Answer::Done,
    })
}

/// A part of the operations is no calibration for the other verbs, so it gets a file of its own.
fn default_path(options: &Calibrate, common: &Common) -> PathBuf {
    let part = match (&options.suite, options.only.as_slice()) {
        (Some(suite), []) => suite,
        (None, []) => return common.calibration_path(),
        _ => "part",
    };
    let whole = options.merge || options.foreign.export.is_some();
    if whole { common.calibration_path() } else { common.out.join(format!("calibration-{part}.json")) }
}

/// Whether the file holds no operation that is not measured now.
fn nothing_lost(path: &Path, operations: &[Operation]) -> Result<(), Failure> {
    // What is no calibration of ours, or of no use any more, is said elsewhere or replaced.
    let Ok(earlier) = Calibration::read(path) else { return Ok(()) };
    let names: Vec<&str> = operations.iter().map(Operation::name).collect();
    let lost = earlier.beside(&names);
    let (Some(first), here) = (lost.first(), path.display()) else { return Ok(()) };
    let others = if lost.len() > 1 { format!(" and {} more", lost.len() - 1) } else { String::new() };
    Err(Failure::because(format!(
        "{here} holds operations that would be lost: {first}{others}\n  = help: --merge keeps them, --replace gives them up, \
         and another FILE leaves {here} as it is"
    )))
}

fn method(options: &Calibrate) -> Method {
    let method = match (options.quick, options.thorough) {
        (true, _) => Method::quick(),
        (_, true) => Method::thorough(),
        _ => Method::standard(),
    };
    let limit_s = options.minutes.map_or(method.limit_s, |minutes| f64::from(minutes) * 60.0);
    Method { precision: options.precision, limit_s, ..method }
}

/// The calibration of this host for the quick operations: the one that is there if it still stands for host and build,
/// otherwise a new one. The second value says which, and why.
pub fn current(common: &Common) -> Result<(PathBuf, String), Failure> {
    let path = common.calibration_path();
    let operations: Vec<Operation> = operations::all().into_iter().filter_map(Operation::into_quick).collect();
    let stored = path.exists().then(|| Calibration::read(&path));
    let why = match stored {
        Some(Ok(stored)) => match stored.reusable(&Host::here(), &Build::this(), &operations) {
            Ok(()) => return Ok((path.clone(), format!("reused {}: same host, same build", path.display()))),
            Err(mismatch) if common.named_calibration().is_some() => {
                return Ok((path.clone(), format!("used {} as asked, although {mismatch}", path.display())));
            }
            Err(mismatch) => format!("measured anew, because {mismatch}"),
        },
        Some(Err(error)) => return Err(Failure::because(error)),
        None if common.named_calibration().is_some() => {
            return Err(Failure::because(format!("there is no {}", path.display())));
        }
        None => "measured now".to_owned(),
    };
    let found = measure(&operations, &Method::quick(), &path, None, common)?;
    if found.calibration.partial.is_some() {
        let said = format!("interrupted; what was measured is in {}", found.path.display());
        return Err(Failure::interrupted(said));
    }
    Ok((path.clone(), format!("{why}; kept in {}", path.display())))
}

/// Prints by how much the peak memory rose; nothing where the system does not tell.
pub fn measure_memory(operation: &str, size: u64, definition: Option<&str>) -> Result<Answer, Failure> {
    let probed = match definition {
        Some(definition) => own_operations::memory_probe(definition, size)?,
        None => operations::memory_probe(operation, size).map_err(Failure::because)?,
    };
    if let Some(bytes) = probed {
        print(&format!("{bytes}\n"))?;
    }
    Ok(Answer::Done)
}

/// How a build of this program is started to measure.
pub fn children(program: &Path) -> Children<'_> {
    Children { program, before: &[], sample_verb: SAMPLE_VERB, memory_verb: MEMORY_VERB }
}

/// All operations of the program, and those of a file of the user's.
pub fn known(own: Option<&Path>) -> Result<Vec<Operation>, Failure> {
    let all = operations::all();
    let own = own.map_or_else(|| Ok(Vec::new()), |file| own_operations::read(file, &all))?;
    Ok(own.into_iter().chain(all).collect())
}

/// The operations of the user's that the patterns name.
pub fn own(file: &Path, only: &[String]) -> Result<Vec<Operation>, Failure> {
    let own = own_operations::read(file, &operations::all())?;
    named(own, only)
}

/// The operations of the program that the patterns name, at the sizes of the quick method; those of the quick method where none does.
pub fn selected(only: &[String]) -> Result<Vec<Operation>, Failure> {
    if only.is_empty() {
        return Ok(operations::all().into_iter().filter_map(Operation::into_quick).collect());
    }
    Ok(named(operations::all(), only)?.into_iter().map(Operation::small).collect())
}

/// Those that the patterns name; every pattern must name one.
fn named(all: Vec<Operation>, only: &[String]) -> Result<Vec<Operation>, Failure> {
    let names: Vec<String> = all.iter().map(|operation| operation.name().to_owned()).collect();
    all_match(only, &names)?;
    Ok(all.into_iter().filter(|operation| is_named(only, operation.name())).collect())
}

/// Whether every pattern names an operation.
fn all_match(only: &[String], names: &[String]) -> Result<(), Failure> {
    let Some(idle) = only.iter().find(|pattern| !names.iter().any(|name| scenarios::matches(pattern, name))) else {
        return Ok(());
    };
    let near = meant(idle, names.iter().map(String::as_str));
    let help = format!("{near}`proofcast list operations` shows all");
    Err(Failure::because(format!("no operation matches `{idle}`\n  = help: {help}")))
}

/// Serves one order from standard input.
pub fn measure_samples() -> Result<Answer, Failure> {
    calibrate::serve(operations::all()).map_err(Failure::because)?;
    Ok(Answer::Done)
}

/// The calibration that a part is to be merged into.
fn base(path: &Path) -> Result<Calibration, Failure> {
    if !path.exists() {
        return Err(Failure::because(format!("there is no {} to merge into; leave --merge out", path.display())));
    }
    let base = Calibration::read(path).map_err(Failure::because)?;
    let mismatch = |mismatch| {
        let help = "leave --merge out, and name another file";
        Failure::because(format!("cannot merge into {}: {mismatch}\n  = help: {help}", path.display()))
    };
    base.mergeable(&Host::here(), &Build::this()).map_err(mismatch)?;
    Ok(base)
}

/// What was measured, and where it is kept.
pub struct Found {
    /// What was measured.
    pub calibration: Calibration,
    /// Where it is kept.
    pub path: PathBuf,
    /// What is known less well than was asked for.
    loose: Option<String>,
}

/// Says what is known less well than was asked for.
fn loose(measured: &Calibration, method: &Method) -> Option<String> {
    let (operation, size, half_width) = measured.least_precise()?;
    let asked = method.precision.filter(|asked| half_width > *asked)?;
    let reached = match half_width.is_finite() {
        true => format!("known to ± {:.1} %", half_width * 100.0),
        false => "known from one process only".to_owned(),
    };
    let (asked, minutes) = (asked * 100.0, method.limit_s / 60.0);
    Some(format!(
        "undecided: the precision of {asked} % was not reached in {minutes:.0} min: {operation} at {size} is {reached}; \
         --minutes allows more time"
    ))
}

/// Measures, and keeps the calibration in the file, merged into its base if it has one; an interrupted one beside it, so that nothing
/// complete is lost for it.
pub fn measure(
    operations: &[Operation],
    method: &Method,
    path: &Path,
    base: Option<Calibration>,
    common: &Common,
) -> Result<Found, Failure> {
    writable(path)?;
    let program = std::env::current_exe().map_err(Failure::because)?;
    let workers = children(&program);
    let bar = progress::bar(1_000, common);
    let report = |step: Progress<'_>| {
        bar.set_position((step.done * 1_000.0) as u64);
        let phase = match step.phase {
            Phase::Prepare => "prepare",
            Phase::Sample => "measure",
            Phase::Memory => "memory of",
        };
        let left = indicatif::HumanDuration(Duration::from_secs(step.left_s as u64));
        let stopping = if interrupt::asked() { " · stopping" } else { "" };
        let Progress { operation, size, process, .. } = step;
        bar.set_message(format!("{left} left · process {process} · {phase} {operation} {size}{stopping}"));
    };
    interrupt::note();
    let unfinished = path.with_extension("partial.json");
    let keep = |so_far: Measurements| {
        let calibration = Calibration::fit(so_far, Host::here(), Build::this());
        if let Err(error) = calibration.write(&unfinished) {
            bar.suspend(|| terminal::tell(&format!("warning: {error}")));
        }
    };
    let audience = Audience { report: Box::new(report), keep: Box::new(keep), stop: Box::new(interrupt::asked) };
    let measurements = calibrate::measure(operations, method, &workers, audience);
    bar.finish_and_clear();
    let measurements = measurements.map_err(Failure::because)?;
    if measurements.series.is_empty() {
        return Err(Failure::interrupted("interrupted before anything was measured; nothing was written"));
    }
    let calibration = Calibration::fit(measurements, Host::here(), Build::this());
    if calibration.partial.is_some() {
        calibration.write(&unfinished).map_err(Failure::because)?;
        return Ok(Found { calibration, path: unfinished, loose: None });
    }
    let loose = loose(&calibration, method);
    // What the file held before tells how much runs differ on this host. Others may have written it since this run began.
    let _lock = whole::lock(path.parent().unwrap_or(Path::new("."))).map_err(Failure::because)?;
    let calibration = match (base, Calibration::read(path)) {
        (Some(base), now) => now.unwrap_or(base).merged(calibration),
        (None, Ok(earlier)) => calibration.after(&earlier, |_| true),
        (None, Err(_)) => calibration,
    };
    calibration.write(path).map_err(Failure::because)?;
    // What it held is in the complete file now; that it cannot be removed harms nobody.
    let _ = std::fs::remove_file(&unfinished);
    Ok(Found { calibration, path: path.to_owned(), loose })
}

/// Finds out that the file cannot be written before a minute is spent on measuring.
fn writable(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let tried = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)).map(drop);
    let failure = |error| Failure::because(format!("cannot write {}: {error}", path.display()));
    if path.is_dir() || path.as_os_str().to_string_lossy().ends_with(std::path::is_separator) {
        return Err(Failure::because(format!("{} is a folder; name a file in it", path.display())));
    }
    tried.map_err(failure)
}

/// The operations that were asked for by name or suite; by the quick method, where none was, those that it is for.
fn chosen(options: &Calibrate) -> Result<Vec<Operation>, Failure> {
    let (all, only, suite) = (operations::all(), options.only.as_slice(), options.suite.as_deref());
    let own = options.operations.as_deref().map_or_else(|| Ok(Vec::new()), |file| own_operations::read(file, &all))?;
    let mut suites: Vec<String> = all.iter().chain(&own).map(|one| one.description().suite.clone()).collect();
    suites.sort();
    suites.dedup();
    if let Some(unknown) = suite.filter(|suite| !suites.iter().any(|known| known == suite)) {
        let near = meant(unknown, suites.iter().map(String::as_str));
        let help = format!("{near}there are: {}", suites.join(", "));
        return Err(Failure::because(format!("no suite `{unknown}`\n  = help: {help}")));
    }
    let names: Vec<String> = own.iter().chain(&all).map(|operation| operation.name().to_owned()).collect();
    let wanted = |operation: &Operation| {
        let description = operation.description();
        let named = is_named(only, &description.name);
        let in_suite = suite.is_none_or(|suite| description.suite == suite);
        named && in_suite
    };
    let part = !only.is_empty() || suite.is_some();
    all_match(only, &names)?;
    let memory_bytes = Host::here().memory_bytes;
    let quick = |operation: Operation| match (options.quick, part) {
        (true, false) => operation.into_quick(),
        (true, true) => Some(operation.small()),
        (false, _) => Some(operation.fitting(memory_bytes)),
    };
    // The user's own come first, so that what is wrong with them is said before minutes are spent on ours.
    let own = own.into_iter().filter(|operation| is_named(only, operation.name()));
    let chosen: Vec<Operation> = own.chain(all.into_iter().filter(wanted).filter_map(quick)).collect();
    if chosen.is_empty() {
        let message = format!("suite `{}` has no operation that `--only` names", suite.unwrap_or_default());
        return Err(Failure::because(format!(
            "{message}\n  = help: `proofcast list operations` shows what each suite has"
        )));
    }
    Ok(chosen)
}

/// Whether any pattern names the operation, or there is none.
pub fn is_named(patterns: &[String], name: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| scenarios::matches(pattern, name))
}
