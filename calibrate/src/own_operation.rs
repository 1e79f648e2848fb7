//! What a user says of an operation of their own, which every process that measures it is told.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What stands for the size in the words of a command.
pub const PLACEHOLDER: &str = "{size}";
/// The suite of all operations of the user's own.
pub const OWN_SUITE: &str = "own";

/// A command as an operation: all that a process needs to know to measure it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnOperation {
    /// Its name.
    pub name: String,
    /// What it does, in one sentence.
    pub statement: String,
    /// Program and arguments; [`PLACEHOLDER`] in a word is replaced by the size.
    pub command: Vec<String>,
    /// The sizes at which it is measured: above zero, growing.
    pub sizes: Vec<u64>,
    /// What the size counts, in the plural.
    pub size_unit: String,
    /// Run once in each process before the command, and not timed.
    pub setup: Option<Vec<String>>,
    /// Gets what the command printed, and accepts it with exit status 0; without it nothing is checked.
    pub verify: Option<Vec<String>>,
    /// The longest that any of the commands may take \[s\].
    pub timeout_s: f64,
    /// Numbers that the command prints in JSON objects, one object a line.
    pub counters: Vec<String>,
    /// The file that defines it, for messages.
    pub file: PathBuf,
    /// The folder that the commands run in.
    pub folder: PathBuf,
}
