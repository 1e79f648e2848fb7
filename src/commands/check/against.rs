//! Two versions measured in turns: another build of this program, or other commands of the user's operations.

use std::path::{Path, PathBuf};
use std::time::Instant;

use calibrate::gate::check::Mode;
use calibrate::gate::paired::{self, Asked, Side, Step};
use calibrate::gate::votes::Test;
use calibrate::{Build, Children, Host, Operation, OwnOperation, PLACEHOLDER, Phase};
use scenarios::Budgets;

use super::Judged;
use crate::args::{Check as Options, Common};
use crate::commands::{Failure, calibrate as measuring};
use crate::{interrupt, progress};

/// What is compared.
struct Versions {
    operations: Vec<Operation>,
    /// The program that measures the baseline, and what it is called with before all else.
    program: PathBuf,
    before: Vec<String>,
    /// The user's own operations of both sides, baseline first.
    own: [Vec<OwnOperation>; 2],
    /// What the baseline is.
    note: String,
}

/// Measures both in turns, and judges.
pub fn judge(options: &Options, test: Test, budgets: Option<&Budgets>, common: &Common) -> Result<Judged, Failure> {
    if budgets.is_some_and(Budgets::has_limits) {
        let help = "check limits in a run of their own; the file of --budgets may hold accepted changes";
        return Err(Failure::because(format!("--against judges changes and no limits\n  = help: {help}")));
    }
    let here = std::env::current_exe().map_err(Failure::because)?;
    let versions = match &options.operations {
        Some(file) => of_commands(file, options, &here)?,
        None => of_builds(options)?,
    };
    let asked = Asked { test, limit_s: options.time.as_secs_f64(), seed: common.seed };
    let Versions { operations, program, before, own: [old, new], note } = versions;
    let baseline = Side { children: Children { before: &before, ..measuring::children(&program) }, own: old };
    let candidate = Side { children: measuring::children(&here), own: new };
    let bar = progress::bar(1_000, common);
    interrupt::note();
    let began = Instant::now();
    let mut report = |step: Step<'_>| {
        bar.set_position((began.elapsed().as_secs_f64() / asked.limit_s * 1_000.0).min(999.0) as u64);
        let doing = if step.phase == Phase::Prepare { "prepare" } else { "measure" };
        let Step { pair, operation, size, decided: [decided, all], .. } = step;
        bar.set_message(format!("pair {pair} · {decided} of {all} decided · {doing} {operation} {size}"));
    };
    let found = paired::compare([&baseline, &candidate], &operations, &asked, &mut report, &interrupt::asked);
    bar.finish_and_clear();
    let found = found.map_err(|(side, error)| {
        let side = if side == 0 { "baseline" } else { "candidate" };
        let help = match options.operations {
            None => {
                "\n  = help: --against takes another build of proofcast; with --operations FILE, a command of yours"
            }
            Some(_) => "",
        };
        Failure::because(format!("{side}: {error}{help}"))
    })?;
    Ok(Judged {
        mode: Mode::Paired,
        lines: found.lines,
        notes: vec![note],
        lost: Vec::new(),
        host: Some(Host::here()),
        build: Some(Build::this()),
        took_s: found.took_s,
        seed: Some(common.seed),
        interrupted: found.interrupted,
    })
}

/// Another build of this program.
fn of_builds(options: &Options) -> Result<Versions, Failure> {
    let [command] = options.against.as_slice() else {
        let help = "with --operations FILE, NAME=COMMAND may be given for every operation";
        return Err(Failure::because(format!("--against takes one other build of proofcast\n  = help: {help}")));
    };
    let mut before = words(command)?;
    let program = PathBuf::from(before.remove(0));
    if program.components().count() > 1 && !program.is_file() {
        let help = "give the path of another build of proofcast; with --operations FILE, a command of yours";
        return Err(Failure::because(format!("there is no program {}\n  = help: {help}", program.display())));
    }
    let operations = measuring::selected(&options.only)?;
    Ok(Versions { operations, program, before, own: [Vec::new(), Vec::new()], note: format!("baseline: {command}") })
}

/// Other commands of the operations of a file.
fn of_commands(file: &Path, options: &Options, here: &Path) -> Result<Versions, Failure> {
    let operations = measuring::own(file, &options.only)?;
    let new: Vec<OwnOperation> = operations.iter().filter_map(Operation::definition).cloned().collect();
    let names: Vec<&str> = new.iter().map(|own| own.name.as_str()).collect();
    let mut old = Vec::new();
    let is_unknown = |text: &&String| {
        let name = text.split_once('=').map(|(name, _)| name).filter(|name| !name.contains([' ', '/']));
        name.is_some_and(|name| new.len() > 1 && !names.contains(&name))
    };
    if let Some(unknown) = options.against.iter().find(is_unknown) {
        let help = format!("operations: {}", names.join(", "));
        return Err(Failure::because(format!("--against '{unknown}' is of no operation\n  = help: {help}")));
    }
    for own in &new {
        let named = |text: &&String| text.split_once('=').is_some_and(|(name, _)| name == own.name);
        let command = match options.against.iter().rev().find(named) {
            Some(text) => text.split_once('=').map(|(_, command)| command),
            None if new.len() == 1 => options.against.last().map(String::as_str),
            None => None,
        };
        let Some(command) = command else {
            let help = format!(
                "--against '{}=COMMAND', or --only to leave it out; operations: {}",
                own.name,
                names.join(", ")
            );
            return Err(Failure::because(format!("no command of the baseline for {}\n  = help: {help}", own.name)));
        };
        let command = words(command)?;
        if own.sizes.len() > 1 && !command.iter().any(|word| word.contains(PLACEHOLDER)) {
            let help = format!("write {PLACEHOLDER} where the size stands, as in {}", own.command.join(" "));
            return Err(Failure::because(format!(
                "no {PLACEHOLDER} in --against '{}'\n  = help: {help}",
                command.join(" ")
            )));
        }
        old.push(OwnOperation { command, ..own.clone() });
    }
    let commands: Vec<String> = old.iter().map(|own| own.command.join(" ")).collect();
    let note = format!("baseline: {}", commands.join("; "));
    Ok(Versions { operations, program: here.to_owned(), before: Vec::new(), own: [old, new], note })
}

/// The words of a command, quoted as in a shell; there is one at least.
fn words(command: &str) -> Result<Vec<String>, Failure> {
    let words = shlex::split(command).filter(|words| !words.is_empty());
    words.ok_or_else(|| {
        Failure::because(format!("--against '{command}' is no command: it is empty, or a quote is not closed"))
    })
}
