//! `check --history DIR`: earlier runs, and where figures changed for good.

use std::path::{Path, PathBuf};

use calibrate::gate::check::Check;
use calibrate::gate::history::{self, FILE, Series};
use reports::table::Style;

use crate::commands::Failure;
use crate::terminal;

/// The series of a folder with this run in them.
pub struct History {
    series: Vec<Series>,
    written: Vec<PathBuf>,
}

/// Adds the run to the folder, and draws the trend.
pub fn add(folder: &Path, check: &Check) -> Result<History, Failure> {
    let path = history::append(folder, check).map_err(|error| failed(folder, &error))?;
    let (runs, broken) = history::read(folder).map_err(|error| failed(folder, &error))?;
    if let Some(first) = broken.first() {
        let lines = if broken.len() == 1 { "1 line".to_owned() } else { format!("{} lines", broken.len()) };
        terminal::tell(&format!(
            "warning: {}:{first}: {lines} passed over: not a run of a check",
            folder.join(FILE).display()
        ));
    }
    let series = history::series(&runs);
    let charts = reports::files::write_history(folder, &series).map_err(Failure::because)?;
    Ok(History { series, written: std::iter::once(path).chain(charts).collect() })
}

/// Finds out that nothing can be kept in the folder, which is made where it is not there.
pub fn writable(folder: &Path) -> Result<(), Failure> {
    let tried = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)).map(drop);
    tried.map_err(|error| failed(folder, &error))
}

fn failed(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::because(format!("cannot keep the history in {}: {error}", folder.display()))
}

impl History {
    /// The changes, in words.
    pub fn told(&self, style: Style) -> String {
        reports::table::history(&self.series, &self.written, style)
    }
}
