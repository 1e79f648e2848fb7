//! Processes as units of replication: the program runs itself, and each child measures what it is told.
//!
//! What parent and child say to each other stands in `conversation`.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::conversation::{Conversation, Heard, Line, say};
use crate::error::MeasureError;
use crate::memory;
use crate::operation::Operation;
use crate::progress::Phase;
use crate::sampling::{Attendant, Order, Taken, sample_here};

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
    /// What it is called with in any case, before all else.
    pub before: &'a [String],
    /// What it is called with to serve an order.
    pub sample_verb: &'a str,
    /// What it is called with, before name and size, and the definition of one of the user's own as JSON, to measure peak memory.
    pub memory_verb: &'a str,
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
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        // Each line lets a round begin; the end of the input, or of its reader, is the end of all.
        while io::stdin().read_line(&mut String::new()).is_ok_and(|bytes| bytes > 0) && tell.send(()).is_ok() {}
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
    let paced = order.paced.is_some();
    let mut round = || {
        if paced && say(&Line::Ready).is_ok() {
            // Who tells no more wants no more, and that ends the measurement as well.
            let _ = told.recv();
        }
    };
    let stop = || unwanted.load(Ordering::Relaxed);
    let attendant = Attendant { report: &mut report, round: &mut round, stop: &stop };
    match sample_here(&operations, &order, attendant) {
        Ok(taken) => say(&Line::Taken(taken)),
        Err(MeasureError { operation, size, reason }) => {
            say(&Line::Failed { operation, size, reason: reason.to_string() })
        }
    }
}

impl Workers for Children<'_> {
    fn sample(
        &self,
        order: &Order,
        report: &mut dyn FnMut(Phase, &str, u64),
        stop: &dyn Fn() -> bool,
    ) -> Result<Taken, MeasureError> {
        let mut child = Conversation::begin(self, order)?;
        loop {
            match child.next()? {
                Heard::Step(phase, operation, size) => report(phase, &operation, size),
                Heard::Ready => child.go_on(),
                Heard::End => return child.end(),
            }
            if stop() {
                child.close();
            }
        }
    }

    fn peak_memory(&self, operation: &Operation, size: u64) -> Option<u64> {
        let size = size.to_string();
        let mut arguments: Vec<&str> = self.before.iter().map(String::as_str).collect();
        arguments.extend([self.memory_verb, operation.name(), &size]);
        let definition = operation.definition().and_then(|definition| serde_json::to_string(definition).ok());
        arguments.extend(definition.as_deref());
        memory::in_child(self.program, &arguments)
    }
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
            paced: None,
        }
    }

    /// Runs a shell script as the child.
    fn answer(script: &str, stop: bool) -> Result<Taken, MeasureError> {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("child");
        std::fs::write(&program, format!("#!/bin/sh\nread order\n{script}\n")).expect("written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).expect("made executable");
        let children = Children { program: &program, before: &[], sample_verb: "sample", memory_verb: "memory" };
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
