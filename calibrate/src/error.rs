//! What can be wrong with a measurement or a calibration file, and why a file cannot be used again, in words for the person at the
//! keyboard.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::SCHEMA;
use crate::operation::OperationError;

/// Why a calibration file cannot be read or written. Each message names the file, the place in it, and what to do.
#[derive(Debug)]
pub enum CalibrationError {
    /// The path is a directory.
    Directory {
        /// What was given.
        path: PathBuf,
    },
    /// The system does not let us read it.
    Read {
        /// What was given.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The file ends in the middle.
    Truncated {
        /// What was given.
        path: PathBuf,
        /// Line where it ends, from 1.
        line: usize,
        /// Column where it ends, from 1.
        column: usize,
    },
    /// The file goes on behind the end of the document.
    Trailing {
        /// What was given.
        path: PathBuf,
        /// Line of the first character that is too many, from 1.
        line: usize,
        /// Column of it, from 1.
        column: usize,
        /// How the file goes on there.
        found: String,
    },
    /// The file is not JSON.
    NotJson {
        /// What was given.
        path: PathBuf,
        /// What the parser says, with line and column.
        reason: String,
    },
    /// JSON, but another kind of document, or another version of this one.
    Schema {
        /// What was given.
        path: PathBuf,
        /// What the file says that it is, if anything.
        found: Option<String>,
    },
    /// A calibration with a value that cannot be.
    Invalid {
        /// What was given.
        path: PathBuf,
        /// Which value, and what is allowed.
        reason: String,
    },
    /// The system does not let us write it; a file that was there before is as it was.
    Write {
        /// What was given.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

impl fmt::Display for CalibrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory { path } => {
                write!(formatter, "{} is a directory: give the calibration file in it", path.display())
            }
            Self::Read { path, reason } => write!(formatter, "cannot read {}: {reason}", path.display()),
            Self::Truncated { path, line, column } => write!(
                formatter,
                "{}:{line}:{column}: the file ends in the middle: it was not written to its end; measure again",
                path.display()
            ),
            Self::Trailing { path, line, column, found } => write!(
                formatter,
                "{}:{line}:{column}: the calibration ends before {found:?}: a file holds one calibration and nothing else; \
                 take the rest out",
                path.display()
            ),
            Self::NotJson { path, reason } => write!(
                formatter,
                "{} is not JSON ({reason}): a calibration is written by the calibrate command",
                path.display()
            ),
            Self::Schema { path, found: Some(found) } => write!(
                formatter,
                "{} has schema {found:?}, this program reads {SCHEMA:?}: measure again, or use the program that wrote it",
                path.display()
            ),
            Self::Schema { path, found: None } => write!(
                formatter,
                "{} is JSON but not a calibration: its key \"schema\" must be {SCHEMA:?}",
                path.display()
            ),
            Self::Invalid { path, reason } => {
                write!(formatter, "{} is not a valid calibration: {reason}; measure again", path.display())
            }
            Self::Write { path, reason } => write!(formatter, "cannot write {}: {reason}", path.display()),
        }
    }
}

impl std::error::Error for CalibrationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { reason, .. } | Self::Write { reason, .. } => Some(reason),
            _ => None,
        }
    }
}

/// Why a stored calibration does not stand for this program on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// It was made on another host: in what that differs.
    Host(String),
    /// It was made by another build: in what that differs.
    Build(String),
    /// It was made for other operations: which one, and in what it differs.
    Operation(String),
    /// It was interrupted: what is missing.
    Partial(String),
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(difference) => write!(formatter, "it was measured on another host ({difference})"),
            Self::Build(difference) => write!(formatter, "it was measured by another build ({difference})"),
            Self::Operation(difference) => write!(formatter, "it was measured for other operations ({difference})"),
            Self::Partial(missing) => write!(formatter, "it is partial ({missing})"),
        }
    }
}

impl std::error::Error for Mismatch {}

/// Which act could not be measured, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureError {
    /// Name of the operation.
    pub operation: String,
    /// At which size \[size unit\].
    pub size: u64,
    /// What went wrong.
    pub reason: OperationError,
}

impl fmt::Display for MeasureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot measure {} at size {}: {}", self.operation, self.size, self.reason)
    }
}

impl std::error::Error for MeasureError {}
