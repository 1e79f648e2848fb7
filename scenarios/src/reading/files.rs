//! How a file becomes a text with a name.

use std::io::ErrorKind;
use std::path::Path;

use calibrate::whole;

use super::problems::{Problem, Problems};
use super::source::Source;

/// The largest file that is read \[B\]: a hundred times the largest scenario of the library.
pub const LARGEST: u64 = 1 << 20;

impl Source {
    /// Reads a file of at most 1 MiB.
    ///
    /// # Errors
    /// A directory, a missing or unreadable file, one that is too large, empty, or not UTF-8.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Problems> {
        Self::open_as(path.as_ref(), "TOML file", "key")
    }

    /// The same for a file of another kind, with what it must have at least one of.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn open_as(path: &Path, kind: &str, entry: &str) -> Result<Self, Problems> {
        let mut source = Self::new(path.display().to_string(), "");
        match read(path, kind, entry) {
            Ok(text) => {
                source.text = text;
                Ok(source)
            }
            Err((message, help)) => Err(Problem::new(&source, None, message).with_help(help).into()),
        }
    }
}

/// The text of a file, or what is wrong with it and what helps.
fn read(path: &Path, kind: &str, entry: &str) -> Result<String, (String, String)> {
    let bytes = bytes(path, kind, LARGEST)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
        (format!("not UTF-8 text: the first bad byte is in line {line}"), format!("it must be a {kind} in UTF-8"))
    })?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(("the file is empty".into(), format!("it must be a {kind} with at least one {entry}")));
    }
    Ok(text)
}

/// The bytes of a file of at most so many, or what is wrong with it and what helps.
pub(crate) fn bytes(path: &Path, kind: &str, largest: u64) -> Result<Vec<u8>, (String, String)> {
    whole::read(path, largest).map_err(|error| match error.kind() {
        ErrorKind::NotFound => ("no such file".into(), format!("give the path of a {kind}")),
        ErrorKind::IsADirectory => ("this is a directory".into(), format!("give the path of a {kind} in it")),
        ErrorKind::FileTooLarge => (error.to_string(), format!("it must be a {kind} of at most {} MiB", largest >> 20)),
        ErrorKind::Other => (error.to_string(), format!("give the path of a {kind}")),
        _ => (format!("cannot be read: {error}"), format!("give the path of a readable {kind}")),
    })
}
