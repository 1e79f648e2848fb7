//! The options of what is done with results that are there: `report`.

use std::path::PathBuf;

use clap::Args;

/// Options of `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// Folder with the documents
    #[arg(value_name = "DIR", default_value = "proofcast-out")]
    pub folder: PathBuf,
}
