//! `calibrate`: measures this host and keeps the samples with their curves.

use std::path::{Path, PathBuf};

use calibrate::{Build, Calibration, Host, Method, Operation, Phase, memory};

use super::{Answer, Failure, print};
use crate::args::{Calibrate, Common};
use crate::{progress, terminal};

/// Hidden verb that measures peak memory in a process of its own.
const MEMORY_VERB: &str = "measure-memory";

/// Measures, writes the file, prints the table.
pub fn run(options: &Calibrate, common: &Common) -> Result<Answer, Failure> {
    let path = options.file.clone().unwrap_or_else(|| common.calibration_path());
    let operations = matching(options.only.as_deref())?;
    if options.only.is_some() && options.file.is_none() {
        let message = "a part of the operations is no calibration for the other verbs: name a file for it";
        return Err(Failure::because(format!("{message}\n  = help: proofcast calibrate part.json --only '…'")));
    }
    let calibration = measure(&operations, &path, common)?;
    if common.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&calibration).map_err(Failure::because)?))?;
    } else {
        print(&reports::table::calibration(&calibration, terminal::style()))?;
        print(&format!("wrote {}\n", path.display()))?;
    }
    Ok(Answer::Done)
}

/// The calibration of this host for all operations: the one that is there if it still stands for host and build,
/// otherwise a new one. The second value says which, and why.
pub fn current(common: &Common) -> Result<(PathBuf, String), Failure> {
    let path = common.calibration_path();
    let operations = operations::all();
    let stored = path.exists().then(|| Calibration::read(&path));
    let why = match stored {
        Some(Ok(stored)) => match stored.reusable(&Host::here(), &Build::this(), &operations) {
            Ok(()) => return Ok((path.clone(), format!("reused {}: same host, same build", path.display()))),
            Err(mismatch) if common.calibration.is_some() => {
                return Ok((path.clone(), format!("used {} as asked, although {mismatch}", path.display())));
            }
            Err(mismatch) => format!("measured anew, because {mismatch}"),
        },
        Some(Err(error)) => return Err(Failure::because(error)),
        None if common.calibration.is_some() => {
            return Err(Failure::because(format!("there is no {}", path.display())));
        }
        None => "measured now".to_owned(),
    };
    measure(&operations, &path, common)?;
    Ok((path.clone(), format!("{why}; kept in {}", path.display())))
}

/// Prints by how much the peak memory rose; nothing where the system does not tell.
pub fn measure_memory(operation: &str, size: u64) -> Result<Answer, Failure> {
    if let Some(bytes) = operations::memory_probe(operation, size).map_err(Failure::because)? {
        print(&format!("{bytes}\n"))?;
    }
    Ok(Answer::Done)
}

fn measure(operations: &[Operation], path: &Path, common: &Common) -> Result<Calibration, Failure> {
    writable(path)?;
    let program = std::env::current_exe().ok();
    let peak_memory = |name: &str, size: u64| {
        program.as_ref().and_then(|program| memory::in_child(program, &[MEMORY_VERB, name, &size.to_string()]))
    };
    let bar = progress::bar(1_000, common);
    let measurements = calibrate::measure(operations, &Method::quick(), &peak_memory, &mut |step| {
        bar.set_position((step.done * 1_000.0) as u64);
        let phase = match step.phase {
            Phase::Prepare => "prepare",
            Phase::Sample => "measure",
            Phase::Memory => "memory of",
        };
        bar.set_message(format!("{phase} {} {}", step.operation, step.size));
    })
    .map_err(Failure::because)?;
    bar.finish_and_clear();
    let calibration = Calibration::fit(measurements, Host::here(), Build::this());
    calibration.write(path).map_err(Failure::because)?;
    Ok(calibration)
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

/// The operations whose names match a pattern in which `*` stands for anything.
fn matching(pattern: Option<&str>) -> Result<Vec<Operation>, Failure> {
    let all = operations::all();
    let Some(pattern) = pattern else { return Ok(all) };
    let names: Vec<String> = all.iter().map(|operation| operation.name().to_owned()).collect();
    let chosen: Vec<Operation> = all.into_iter().filter(|operation| matches(pattern, operation.name())).collect();
    if chosen.is_empty() {
        let message = format!("no operation matches `{pattern}`; operations: {}", names.join(", "));
        return Err(Failure::because(message));
    }
    Ok(chosen)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name
            .strip_prefix(head)
            .is_some_and(|rest| (0..=rest.len()).filter_map(|skip| rest.get(skip..)).any(|rest| matches(tail, rest))),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("stark*", "stark.prove") && matches("*.verify", "ed25519.verify") && matches("*", "x"));
        assert!(matches("ml_*.sign", "ml_dsa_65.sign") && !matches("stark", "stark.prove") && !matches("a*b", "ac"));
    }
}
