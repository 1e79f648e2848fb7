//! What a parent and a child that measures for it say to each other.
//!
//! The order goes to the child's standard input as one line of JSON; steps, and at the end the samples, come back as lines on its
//! standard output. The input stays open for as long as the parent wants the samples: a child whose input ends stops after the
//! sample that it is taking, hands over what it has, and ends. So an interrupted parent loses nothing, and a killed one leaves
//! no child behind. A child that works in step with another says when it is ready for a round, and waits for a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Lines, Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::error::MeasureError;
use crate::operation::OperationError;
use crate::process::Children;
use crate::progress::Phase;
use crate::sampling::{Order, Taken};

/// What a child says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// What it does now.
    Step { phase: Phase, operation: String, size: u64 },
    /// It waits for the word to take its next round.
    Ready,
    /// It is done.
    Taken(Taken),
    /// An act failed.
    Failed { operation: String, size: u64, reason: String },
}

/// Prints a line for the parent.
pub(crate) fn say(line: &Line) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, line)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// A child that has its order, as its parent sees it.
pub(crate) struct Conversation {
    child: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    complaints: File,
    /// The act that it spoke of last.
    last: (String, u64),
    answer: Option<Result<Taken, MeasureError>>,
}

/// What a parent hears next.
#[derive(Debug)]
pub(crate) enum Heard {
    /// What the child does now.
    Step(Phase, String, u64),
    /// It waits to be told to go on.
    Ready,
    /// It has said all that it has to say.
    End,
}

impl Conversation {
    /// Starts a child and gives it its order.
    pub(crate) fn begin(children: &Children<'_>, order: &Order) -> Result<Self, MeasureError> {
        let last = order.acts.first().cloned().unwrap_or_default();
        Self::started(children, order, last.clone()).map_err(|error| broken(last, &error))
    }

    fn started(children: &Children<'_>, order: &Order, last: (String, u64)) -> io::Result<Self> {
        let complaints = tempfile::tempfile().map_err(no_temporary_file)?;
        let mut command = Command::new(children.program);
        command.args(children.before).arg(children.sample_verb);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(complaints.try_clone()?);
        // Its own process group: Ctrl-C is for the parent, which then closes the input.
        let mut child = command.process_group(0).spawn()?;
        let mut input = child.stdin.take();
        if let Some(input) = &mut input {
            let order = serde_json::to_string(order)?;
            input.write_all(order.as_bytes())?;
            input.write_all(b"\n")?;
        }
        let output = child.stdout.take().ok_or_else(|| io::Error::other("its output is not to be had"))?;
        Ok(Self { child, input, lines: BufReader::new(output).lines(), complaints, last, answer: None })
    }

    /// The next thing that the child says.
    pub(crate) fn next(&mut self) -> Result<Heard, MeasureError> {
        self.heard().map_err(|error| broken(self.last.clone(), &error))
    }

    fn heard(&mut self) -> io::Result<Heard> {
        for line in self.lines.by_ref() {
            match serde_json::from_str(&line?)? {
                Line::Step { phase, operation, size } => {
                    self.last = (operation.clone(), size);
                    return Ok(Heard::Step(phase, operation, size));
                }
                Line::Ready => return Ok(Heard::Ready),
                Line::Taken(taken) => self.answer = Some(Ok(taken)),
                Line::Failed { operation, size, reason } => {
                    self.answer = Some(Err(MeasureError { operation, size, reason: OperationError::new(reason) }));
                }
            }
        }
        Ok(Heard::End)
    }

    /// Lets a child that is ready take its next round. One that is gone is told by what it says next.
    pub(crate) fn go_on(&mut self) {
        let Some(input) = &mut self.input else { return };
        let _ = input.write_all(b"\n").and_then(|()| input.flush());
    }

    /// Tells the child that no more is wanted of it.
    pub(crate) fn close(&mut self) {
        self.input = None;
    }

    /// What it found.
    pub(crate) fn end(mut self) -> Result<Taken, MeasureError> {
        self.close();
        let status = self.child.wait().map_err(|error| broken(self.last.clone(), &error))?;
        self.answer.unwrap_or_else(|| {
            let words = last_words(&mut self.complaints).map_or(String::new(), |words| format!(": {words}"));
            let reason = io::Error::other(format!("its process ended without an answer ({status}){words}"));
            Err(broken(self.last, &reason))
        })
    }
}

fn broken((operation, size): (String, u64), reason: &io::Error) -> MeasureError {
    MeasureError { operation, size, reason: OperationError::new(reason) }
}

/// Says where no file could be made, which the system does not.
fn no_temporary_file(error: io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    let why = format!("no file can be made in {}, the folder for temporary files (TMPDIR): {error}", folder.display());
    io::Error::new(error.kind(), why)
}

/// The last line that is not empty.
fn last_words(complaints: &mut File) -> Option<String> {
    let mut text = String::new();
    complaints.rewind().and_then(|()| complaints.read_to_string(&mut text)).ok()?;
    text.lines().rev().find(|line| !line.trim().is_empty()).map(str::to_owned)
}
