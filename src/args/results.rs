//! The options of what is done with results that are there: `report` and `diff`.

use std::path::PathBuf;

use clap::Args;

/// Options of `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// Folder with the documents
    #[arg(value_name = "DIR", default_value = "proofcast-out")]
    pub folder: PathBuf,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Folder with the documents, or one of them
    #[arg(value_name = "FILE", default_value = "proofcast-out")]
    pub path: PathBuf,
}

/// Options of `diff`.
#[derive(Debug, Args)]
pub struct Diff {
    /// The first result: a folder, or a document
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// The second, which is told as against the first
    #[arg(value_name = "B")]
    pub b: PathBuf,
    /// Tell also what did not change, and every case in full
    #[arg(long)]
    pub all: bool,
    /// Print Markdown, to be pasted into a pull request
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
}
