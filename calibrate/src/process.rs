//! Processes as units of replication: the program runs itself, and each child measures what it is told.
//!
//! The order goes to the child's standard input as one line of JSON; steps, and at the end the samples, come back as lines on its
//! standard output. The input stays open for as long as the parent wants the samples: a child whose input ends stops after the
//! sample that it is taking, hands over what it has, and ends. So an interrupted parent loses nothing, and a killed one leaves
//! no child behind.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::error::MeasureError;
use crate::memory;
use crate::operation::{Operation, OperationError};
use crate::progress::Phase;
use crate::sampling::{Order, Taken, sample_here};

/// Steps are told at most this often: a write between two samples disturbs the caches that the second one needs.
const STEP_EVERY: Duration = Duration::from_millis(200);

/// Who does the measuring.
pub trait Workers {
    /// Samples everything in the order, in one process.
    ///
    /// # Errors
    /// An act cannot be prepared, gives a wrong result, or brings its process down.
    fn sample(
        &self,
        order: &Order,
        report: &mut dyn FnMut(Phase, &str, u64),
        stop: &dyn Fn() -> bool,
    ) -> Result<Taken, MeasureError>;

    /// Peak memory of one run of an act \[bytes\]; nothing where that cannot be told.
    fn peak_memory(&self, operation: &Operation, size: u64) -> Option<u64>;
}

/// A fresh process of `program` for every order.
#[derive(Debug, Clone, Copy)]
pub struct Children<'a> {
    /// The program, which is to call [`serve`] or print [`memory::rise`].
    pub program: &'a Path,
    /// What it is called with to serve an order.
    pub sample_verb: &'a str,
    /// What it is called with, before name and size, and the definition of one of the user's own as JSON, to measure peak memory.
    pub memory_verb: &'a str,
}

/// What a child says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Step { phase: Phase, operation: String, size: u64 },
    Taken(Taken),
    Failed { operation: String, size: u64, reason: String },
}

/// The child's side: reads one order from standard input, measures, and prints what it found.
///
/// # Errors
/// Standard input holds no order, or standard output is closed. A failed act is no error here: it is told to the parent.
pub fn serve(mut operations: Vec<Operation>) -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_line(&mut text)?;
    let order: Order = serde_json::from_str(&text)?;
    operations.extend(order.own.iter().cloned().map(Operation::own));
    let unwanted = Arc::new(AtomicBool::new(false));
    let ended = Arc::clone(&unwanted);
    thread::spawn(move || {
        // Whatever else is said, the end of the input is what counts.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        ended.store(true, Ordering::Relaxed);
    });
    let mut last: Option<Instant> = None;
    let mut report = |phase: Phase, operation: &str, size: u64| {
        let due = phase == Phase::Prepare || last.is_none_or(|last| last.elapsed() >= STEP_EVERY);
        if due {
            last = Some(Instant::now());
            // A parent that is gone has closed the input too, and that ends the measurement.
            let _ = say(&Line::Step { phase, operation: operation.to_owned(), size });
        }
    };
    match sample_here(&operations, &order, &mut report, &|| unwanted.load(Ordering::Relaxed)) {
        Ok(taken) => say(&Line::Taken(taken)),
        Err(MeasureError { operation, size, reason }) => {
            say(&Line::Failed { operation, size, reason: reason.to_string() })
        }
    }
}

fn say(line: &Line) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, line)?;
    out.write_all(b"\n")?;
    out.flush()
}

impl Workers for Children<'_> {
    fn sample(
        &self,
        order: &Order,
        report: &mut dyn FnMut(Phase, &str, u64),
        stop: &dyn Fn() -> bool,
    ) -> Result<Taken, MeasureError> {
        let mut last = order.acts.first().cloned().unwrap_or_default();
        let outcome = self.converse(order, &mut last, report, stop);
        let (operation, size) = last;
        let broken = |reason: io::Error| MeasureError { operation, size, reason: OperationError::new(reason) };
        outcome.map_err(broken)?
    }

    fn peak_memory(&self, operation: &Operation, size: u64) -> Option<u64> {
        let size = size.to_string();
        let mut arguments = vec![self.memory_verb, operation.name(), &size];
        let definition = operation.definition().and_then(|definition| serde_json::to_string(definition).ok());
        arguments.extend(definition.as_deref());
        memory::in_child(self.program, &arguments)
    }
}

/// Says where no file could be made, which the system does not.
fn no_temporary_file(error: io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    let why = format!("no file can be made in {}, the folder for temporary files (TMPDIR): {error}", folder.display());
    io::Error::new(error.kind(), why)
}

impl Children<'_> {
    /// Starts a child and listens to it; `last` is the act that it spoke of last.
    fn converse(
        &self,
        order: &Order,
        last: &mut (String, u64),
        report: &mut dyn FnMut(Phase, &str, u64),
        stop: &dyn Fn() -> bool,
    ) -> io::Result<Result<Taken, MeasureError>> {
        let mut complaints = tempfile::tempfile().map_err(no_temporary_file)?;
        let mut command = Command::new(self.program);
        command.arg(self.sample_verb).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(complaints.try_clone()?);
        // Its own process group: Ctrl-C is for the parent, which then closes the input.
        let mut child = command.process_group(0).spawn()?;
        let mut input = child.stdin.take();
        if let Some(input) = &mut input {
            let order = serde_json::to_string(order)?;
            input.write_all(order.as_bytes())?;
            input.write_all(b"\n")?;
        }
        let mut answer = None;
        for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
            match serde_json::from_str(&line?)? {
                Line::Step { phase, operation, size } => {
                    report(phase, &operation, size);
                    *last = (operation, size);
                }
                Line::Taken(taken) => answer = Some(Ok(taken)),
                Line::Failed { operation, size, reason } => {
                    answer = Some(Err(MeasureError { operation, size, reason: OperationError::new(reason) }));
                }
            }
            if stop() {
                input = None;
            }
        }
        drop(input);
        let status = child.wait()?;
        answer.ok_or_else(|| {
            let words = last_words(&mut complaints).map_or(String::new(), |words| format!(": {words}"));
            io::Error::other(format!("its process ended without an answer ({status}){words}"))
        })
    }
}

/// The last line that is not empty.
fn last_words(complaints: &mut File) -> Option<String> {
    let mut text = String::new();
    complaints.rewind().and_then(|()| complaints.read_to_string(&mut text)).ok()?;
    text.lines().rev().find(|line| !line.trim().is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::method::Method;

    fn order() -> Order {
        Order {
            method: Method::quick(),
            budget_s: 1.0,
            processes_left: 1,
            acts: vec![("some.act".into(), 7)],
            own: Vec::new(),
        }
    }

    /// Runs a shell script as the child.
    fn answer(script: &str, stop: bool) -> Result<Taken, MeasureError> {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("child");
        std::fs::write(&program, format!("#!/bin/sh\nread order\n{script}\n")).expect("written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).expect("made executable");
        let children = Children { program: &program, sample_verb: "sample", memory_verb: "memory" };
        children.sample(&order(), &mut |_, _, _| {}, &|| stop)
    }

    const TAKEN: &str = r#"echo '{"taken":{"conditions":{"load_before":null,"load_after":null,"stolen_share":null,"memory_stall_s":null,"multiplication_ns":[1.0]},"acts":[],"interrupted":false}}'"#;
    const STEP: &str = r#"echo '{"step":{"phase":"prepare","operation":"slow.act","size":3}}'"#;

    #[test]
    fn what_a_child_found_is_read() {
        let taken = answer(&format!("{STEP}; {TAKEN}"), false).expect("an answer");
        assert_eq!(taken.conditions.multiplication_ns, [1.0]);
    }

    #[test]
    fn a_child_that_dies_is_named_with_what_it_was_doing_and_its_last_words() {
        let error = answer(&format!("{STEP}; echo 'out of memory' >&2; exit 3"), false).expect_err("no answer");
        assert_eq!((error.operation.as_str(), error.size), ("slow.act", 3));
        let text = error.to_string();
        assert!(text.contains("exit status: 3") && text.ends_with("out of memory"), "{text}");
    }

    #[test]
    fn a_failed_act_is_told_as_such() {
        let error = answer(r#"echo '{"failed":{"operation":"a.b","size":2,"reason":"wrong"}}'"#, false);
        assert_eq!(error.expect_err("it failed").to_string(), "cannot measure a.b at size 2: wrong");
    }

    #[test]
    fn a_child_that_is_not_wanted_any_more_sees_its_input_end() {
        // `cat` ends only when the input does.
        answer(&format!("{STEP}; cat >/dev/null; {TAKEN}"), true).expect("it stopped and answered");
    }
}
