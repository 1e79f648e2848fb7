//! One verb per file, and what they all end with: an answer or a failure.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use crate::{interrupt, terminal};

pub mod calibrate;
pub mod check;
pub mod claims;
pub mod compare;
pub mod completions;
pub mod diff;
mod documents;
mod ended;
mod estimate;
pub mod everything;
mod experiment;
pub mod list;
pub mod new;
pub mod plan;
pub mod prices;
pub mod report;
pub mod schema;
pub mod sensitivity;
mod side_by_side;
pub mod simulate;
pub mod storm;
mod study;
mod swept;
pub mod switches;
pub mod vary;
pub mod verify;

/// How a verb that did its work ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Done,
    /// An objective, a claim or a gate failed.
    Failed,
    /// A decision was asked for and could not be made.
    Undecided,
    /// It was ended before its time, and gave what there was.
    Interrupted,
}

impl Answer {
    /// 0, 1, 3, or what shells report for a program that Ctrl-C ended; bad input is 2.
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Undecided => 3,
            Self::Interrupted => interrupt::STATUS,
        })
    }
}

/// Why a verb could not do its work: bad input or usage, or an interrupt before there was anything to give.
#[derive(Debug)]
pub struct Failure {
    why: String,
    status: u8,
}

impl Failure {
    /// A failure for a reason that explains itself.
    pub fn because(reason: impl Display) -> Self {
        Self { why: reason.to_string(), status: 2 }
    }

    /// An interrupt came before there was an answer.
    pub fn interrupted(said: impl Display) -> Self {
        Self { why: said.to_string(), status: interrupt::STATUS }
    }

    /// Why, without what marks it as an error.
    pub fn why(&self) -> &str {
        self.why.trim_end().trim_start_matches("error: ")
    }

    /// How the program ends.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.status)
    }

    /// Prints it for people.
    pub fn print(&self) {
        let text = self.why.trim_end();
        let is_error = self.status == 2 && !text.starts_with("error");
        let prefix = if is_error { "error: " } else { "" };
        terminal::tell(&format!("{prefix}{text}"));
    }
}

/// Options with a value that change no answer, and those without one.
const BESIDE: [&str; 2] = ["--out", "--threads"];
const FLAGS: [&str; 5] = ["--quiet", "-q", "--json", "--yes", "-y"];

/// What was typed, without what changes no answer.
pub fn command_line() -> String {
    let mut words = vec!["proofcast".to_owned()];
    let mut typed = std::env::args().skip(1);
    while let Some(word) = typed.next() {
        if BESIDE.contains(&word.as_str()) {
            typed.next();
        } else if !FLAGS.contains(&word.as_str())
            && !BESIDE.iter().any(|option| word.starts_with(&format!("{option}=")))
        {
            words.push(word);
        }
    }
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
}

/// The command line of another question about a scenario, with the same changes.
pub fn command_on(verb: &str, (scenario, set): (&str, &[String]), rest: &[&str]) -> String {
    let changes = set.iter().flat_map(|change| ["--set", change]);
    let words: Vec<&str> =
        ["proofcast", verb, scenario].into_iter().chain(changes).chain(rest.iter().copied()).collect();
    shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words.join(" "))
}

/// Prints to standard output. A reader that has gone away (`| head`) ends the program quietly.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        result => result.map_err(|error| Failure::because(format!("cannot write to standard output: {error}"))),
    }
}
