//! Results of another tool against earlier ones.

use std::path::Path;

use calibrate::gate::check::Mode;
use calibrate::gate::repeated::{Repeated, compare};
use calibrate::gate::votes::Test;

use super::Judged;
use crate::args::Check as Options;
use crate::commands::{Failure, calibrate as measuring};
use crate::terminal;

/// Judges two files or folders of the same tool.
pub fn judge(baseline: &Path, candidate: &Path, options: &Options, test: Test) -> Result<Judged, Failure> {
    let (before, after) = (read(baseline, options)?, read(candidate, options)?);
    for (path, all) in [(baseline, &before), (candidate, &after)] {
        if all.is_empty() && !options.only.is_empty() {
            let only = options.only.join("`, `");
            return Err(Failure::because(format!("`--only {only}` names no benchmark of {}", path.display())));
        }
    }
    let compared = compare([&before, &after], test);
    if compared.lines.is_empty() {
        let help =
            format!("{} has {}; {} has {}", baseline.display(), names(&before), candidate.display(), names(&after));
        return Err(Failure::because(format!("no benchmark is in both\n  = help: {help}")));
    }
    let mut notes = Vec::new();
    let one_process = |all: &[Repeated]| all.iter().any(|one| one.processes < 2);
    if one_process(&before) || one_process(&after) {
        notes.push(
            "one process a side: what differs between processes, up to a fifth of a time, is not seen; run the benchmark \
             several times, or `proofcast check --operations FILE --against COMMAND`, which measures in turns"
                .to_owned(),
        );
    }
    let mut lost = Vec::new();
    for (side, name) in compared.alone {
        notes.push(format!("{name}: only in the {}", if side == 0 { "baseline" } else { "candidate" }));
        if side == 0 {
            lost.push(name);
        }
    }
    let lines = compared.lines;
    Ok(Judged {
        mode: Mode::Foreign,
        lines,
        notes,
        lost,
        host: None,
        build: None,
        took_s: 0.0,
        seed: None,
        interrupted: false,
    })
}

fn read(path: &Path, options: &Options) -> Result<Vec<Repeated>, Failure> {
    let (mut found, passed) = scenarios::repeated(path).map_err(Failure::because)?;
    for passed in &passed.entries.first {
        terminal::tell(&format!("warning: passed over {}: {}", passed.place, passed.why));
    }
    found.retain(|one| measuring::is_named(&options.only, &one.operation));
    Ok(found)
}

fn names(all: &[Repeated]) -> String {
    let mut names: Vec<&str> = all.iter().map(|one| one.operation.as_str()).take(8).collect();
    if all.len() > names.len() {
        names.push("…");
    }
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
