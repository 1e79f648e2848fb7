//! The file of a calibration: read whole or refused, and written whole or not at all.

use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Deserializer;
use serde_json::error::Category;

use crate::SCHEMA;
use crate::calibration::Calibration;
use crate::error::CalibrationError;
use crate::fault::fault;
use crate::former::{FORMER_SCHEMA, Former};
use crate::whole;

/// So many characters are shown of what does not belong into a file.
const SHOWN: usize = 20;
/// The largest calibration that is read \[B\]; a quick one has 100 kB.
const LARGEST: u64 = 64 << 20;

/// The key that every version of the document has.
#[derive(Deserialize)]
struct Header {
    schema: Option<String>,
}

impl Calibration {
    /// Reads a calibration; of the version before this one it takes the samples and fits curves to them anew.
    ///
    /// # Errors
    /// The file cannot be read, is cut short, is no JSON, is another document, or holds a value that cannot be.
    pub fn read(path: &Path) -> Result<Self, CalibrationError> {
        let at = || path.to_owned();
        if path.is_dir() {
            return Err(CalibrationError::Directory { path: at() });
        }
        let bytes = whole::read(path, LARGEST).map_err(|reason| CalibrationError::Read { path: at(), reason })?;
        let mut document = Deserializer::from_slice(&bytes);
        let header = Header::deserialize(&mut document).map_err(|error| match error.classify() {
            Category::Eof => CalibrationError::Truncated { path: at(), line: error.line(), column: error.column() },
            // A number that is cut off is bad syntax at the very end.
            Category::Syntax if is_at_the_end(&error, &bytes) => {
                CalibrationError::Truncated { path: at(), line: error.line(), column: error.column() }
            }
            // What begins as another kind of document may still be none.
            Category::Data => match serde_json::from_slice::<IgnoredAny>(&bytes) {
                Ok(_) => CalibrationError::Schema { path: at(), found: None },
                Err(error) => CalibrationError::NotJson { path: at(), reason: error.to_string() },
            },
            Category::Syntax | Category::Io => CalibrationError::NotJson { path: at(), reason: error.to_string() },
        })?;
        document.end().map_err(|error| CalibrationError::Trailing {
            path: at(),
            line: error.line(),
            column: error.column(),
            found: from_place(&bytes, error.line(), error.column()),
        })?;
        let invalid = |reason| CalibrationError::Invalid { path: at(), reason };
        let calibration = match header.schema.as_deref() {
            Some(SCHEMA) => serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?,
            Some(FORMER_SCHEMA) => {
                let former: Former = serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?;
                former.fitted().map_err(invalid)?
            }
            _ => return Err(CalibrationError::Schema { path: at(), found: header.schema }),
        };
        match fault(&calibration) {
            Some(reason) => Err(CalibrationError::Invalid { path: at(), reason }),
            None => Ok(calibration),
        }
    }

    /// Writes the calibration: completely, or not at all. A file that was there before is replaced only by a complete one.
    ///
    /// # Errors
    /// The directory cannot be made or written, or the disk is full.
    pub fn write(&self, path: &Path) -> Result<(), CalibrationError> {
        self.write_all(path).map_err(|reason| CalibrationError::Write { path: path.to_owned(), reason })
    }

    fn write_all(&self, path: &Path) -> io::Result<()> {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(directory)?;
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        whole::write(path, &text)
    }
}

/// Whether a file was read to its last byte before it turned out to be wrong.
fn is_at_the_end(error: &serde_json::Error, bytes: &[u8]) -> bool {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    error.line() == lines.len() && lines.last().is_some_and(|last| error.column() >= last.len())
}

/// How a file goes on from a place, both from 1: a few characters.
fn from_place(bytes: &[u8], line: usize, column: usize) -> String {
    let line = bytes.split(|byte| *byte == b'\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let rest = &line[line.len().min(column.saturating_sub(1))..];
    String::from_utf8_lossy(&rest[..rest.len().min(4 * SHOWN)]).chars().take(SHOWN).collect()
}
