//! One verb per file, and what they all end with: an answer or a failure.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

pub mod calibrate;
pub mod claims;
pub mod compare;
pub mod completions;
pub mod everything;
pub mod list;
pub mod new;
pub mod schema;
pub mod sensitivity;
pub mod simulate;
mod study;
pub mod switches;
pub mod vary;

/// How a verb that did its work ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Done,
    /// An objective, a claim or a gate failed.
    Failed,
    /// A decision was asked for and could not be made.
    Undecided,
}

impl Answer {
    /// 0, 1 or 3; bad input is 2.
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Undecided => 3,
        })
    }
}

/// Why a verb could not do its work: bad input or usage.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure for a reason that explains itself.
    pub fn because(reason: impl Display) -> Self {
        Self(reason.to_string())
    }

    /// Prints it for people.
    pub fn print(&self) {
        let text = self.0.trim_end();
        let prefix = if text.starts_with("error") { "" } else { "error: " };
        anstream::eprintln!("{prefix}{text}");
    }
}

/// Prints to standard output. A reader that has gone away (`| head`) ends the program quietly.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        result => result.map_err(|error| Failure::because(format!("cannot write to standard output: {error}"))),
    }
}
