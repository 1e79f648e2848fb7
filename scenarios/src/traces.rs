//! What was recorded: CSV files with times in their first column, of arrivals or of fees.
//!
//! A time is in seconds, from any start (a Unix time too), or a date and time of RFC 3339, as logs have them; the first is the start of the
//! run. A first line that begins with a letter is a heading, which says what the other columns are; those that mean nothing are told.

mod columns;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use models::system::Horizon;

use crate::basis::Known;
use crate::fault::Fault;
use crate::notes::Input;
use crate::reading::{Places, Problem, Problems, Source, bytes};
pub(crate) use rows::{Kind, Recorded};

/// The largest trace that is read \[B\]: some ten million rows.
const LARGEST: u64 = 256 << 20;

/// The least share of a run that a trace covers.
const COVERS: f64 = 0.99;

/// What a trace is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Of {
    /// Requests to a service, each of a class and of a size.
    Requests,
    /// Transactions of a rollup, each of a class.
    Transactions,
    /// A fee.
    Fees,
}

impl Of {
    /// Columns beside the first that mean something; the first of them is a number.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Requests => &["count", "class", "size"],
            Self::Transactions => &["count", "class"],
            Self::Fees => &["fee"],
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Requests => {
                "the first column is the time of each request, ascending: seconds, or 2026-11-29T08:00:00Z; columns called `count`, `class` \
                 and `size` may follow"
            }
            Self::Transactions => {
                "the first column is the time, ascending: seconds, or 2026-11-29T08:00:00Z; a column `count` says how many transactions come \
                 up to the next time, and a column `class` may follow"
            }
            Self::Fees => {
                "the first column is the time, ascending: seconds, or 2026-11-29T08:00:00Z; a column `fee` says what holds from then on, in \
                 gwei"
            }
        }
    }
}

/// The traces that the designs of a scenario name, each read once.
#[derive(Default)]
pub(crate) struct Traces(BTreeMap<(PathBuf, Of), Result<Arc<Trace>, String>>);

/// A trace that was read.
struct Trace {
    recorded: Recorded,
    /// SHA-256 of the file.
    sha256: String,
}

/// A trace, as a key of a design names it.
pub(crate) struct Named {
    trace: Arc<Trace>,
    path: PathBuf,
    of: Of,
}

impl Traces {
    /// The trace that a key of a design names.
    ///
    /// # Errors
    /// There is no such file, or what is wrong with it.
    pub(crate) fn named(
        &mut self,
        (places, design): (&Places<'_>, &str),
        (key, file): (&str, &str),
        of: Of,
    ) -> Result<Named, Problems> {
        let own = format!("design.{design}.{key}");
        let key = if places.contains(&own) { own } else { key.to_owned() };
        // A scenario of the library, or `--set`, is in no folder: its paths are relative to the working directory.
        let folder = Path::new(&places.source_name(&key)).parent().map(Path::to_owned).unwrap_or_default();
        let path = folder.join(file);
        if !path.exists() {
            return Err(places.problem(&key, format!("there is no file {}", path.display())).into());
        }
        let read = || {
            let said = bytes(&path, "CSV file", LARGEST).map_err(|(message, _)| message)?;
            Ok(Arc::new(Trace { recorded: Recorded::of(&said, of)?, sha256: crate::sha256(&said) }))
        };
        let found = self.0.entry((path.clone(), of)).or_insert_with(read).clone();
        found.map_err(|message| problem((&path, of), message)).map(|trace| Named { trace, path, of })
    }
}

impl Named {
    /// What it says.
    pub(crate) fn recorded(&self) -> &Recorded {
        &self.trace.recorded
    }

    /// The fingerprint of all that it says.
    pub(crate) fn fingerprint(&self) -> Vec<u8> {
        self.trace.sha256.clone().into_bytes()
    }

    /// The file, as it is told.
    pub(crate) fn file(&self) -> String {
        self.path.display().to_string()
    }

    /// What of it means nothing, in a sentence.
    pub(crate) fn told(&self) -> Option<String> {
        self.recorded().unread.as_ref().map(|unread| format!("{}: {unread}", self.path.display()))
    }

    /// Something that is wrong with it.
    pub(crate) fn problem(&self, message: String) -> Problems {
        problem((&self.path, self.of), message)
    }
}

fn problem((path, of): (&Path, Of), message: String) -> Problems {
    Problem::new(&Source::new(path.display().to_string(), ""), None, message).with_help(of.help()).into()
}

/// What is wrong where the trace that a key names ends before the run.
pub(crate) fn too_short(key: &str, lasts_s: f64, horizon: Horizon) -> Option<Fault> {
    let (warm_up_s, run_s) = (horizon.warm_up_s, horizon.warm_up_s + horizon.measured_s);
    (lasts_s < COVERS * run_s).then(|| {
        let tenth = (lasts_s / 10.0).floor();
        let message = format!(
            "the trace lasts {lasts_s:.0} s, and the run {run_s:.0} s, of which {warm_up_s:.0} s are not measured: make it shorter, such as \
             `--set warm_up={tenth}s --set horizon={}s`",
            (lasts_s - tenth).floor()
        );
        (key.to_owned(), message)
    })
}

/// What was recorded, as an input: whoever made the file gave it.
pub(crate) fn input(name: &str, file: &str, value: f64, unit: &'static str) -> Input {
    let (known, source) = (Known::Given, file.to_owned());
    Input { name: name.to_owned(), value, unit, known, source, lower_bound: None, key: None }
}
