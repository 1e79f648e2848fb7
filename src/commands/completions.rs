//! `completions`: what a shell needs to complete the command line.

use clap::CommandFactory;

use super::{Answer, Failure, print};
use crate::args::Cli;

/// Prints the completions for a shell.
pub fn run(shell: clap_complete::Shell) -> Result<Answer, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "proofcast", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Answer::Done)
}
