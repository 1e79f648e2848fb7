//! What can go wrong while a report is made, and what the user can do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A report that could not be made. Its text names the path and says what to do.
#[derive(Debug)]
pub enum ReportError {
    /// A folder or file could not be written.
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A number that JSON cannot carry: infinite or not a number.
    NotFinite {
        /// Outcome and metric.
        place: String,
    },
    /// A table or picture could not be encoded: a fault of ours, not of the user.
    Encode {
        /// The document that was being made.
        document: String,
        /// What the library said.
        cause: String,
    },
}

impl ReportError {
    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }

    pub(crate) fn encode(document: &str, cause: impl fmt::Display) -> Self {
        Self::Encode { document: document.to_owned(), cause: cause.to_string() }
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { path, source } => {
                write!(f, "cannot write {}: {source}; {}", path.display(), advice(source.kind()))
            }
            Self::NotFinite { place } => {
                write!(f, "{place} is not a finite number, so no document can state it; please report this")
            }
            Self::Encode { document, cause } => write!(f, "cannot make {document}: {cause}; please report this"),
        }
    }
}

impl std::error::Error for ReportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write { source, .. } => Some(source),
            Self::NotFinite { .. } | Self::Encode { .. } => None,
        }
    }
}

fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "choose a folder that you may write to with `--out DIR`"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file is in the place of a folder: remove it, or choose another folder with `--out DIR`"
        }
        io::ErrorKind::IsADirectory => {
            "a folder is in the place of a file: remove it, or choose another folder with `--out DIR`"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or choose a folder on another disk with `--out DIR`"
        }
        io::ErrorKind::InvalidFilename => "choose a shorter or simpler folder name with `--out DIR`",
        _ => "choose another folder with `--out DIR`",
    }
}
