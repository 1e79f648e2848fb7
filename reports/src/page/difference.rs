//! The page of two results side by side.

use planner::Contrast;

use super::{Page, Section};
use crate::error::ReportError;
use crate::table;

/// The page of a difference, with every case in full; `all` also has what did not change.
///
/// # Errors
/// [`ReportError::Encode`] where the page cannot be made.
pub fn page(of: &Contrast, all: bool) -> Result<String, ReportError> {
    let parts = table::difference_parts(of, all, true);
    let notes = Section { id: "notes", title: "Notes", list: table::difference_notes(of, true), ..Section::default() };
    super::page(Page {
        title: format!("{}: B against A", of.b.scenario),
        kind: "Two results",
        question: "What differs between two results?",
        answer: &of.answer,
        conditions: table::difference_results(of).into_iter().chain(table::difference_told(of)).collect(),
        sections: vec![Section::of("differences", "What differs", parts), notes],
        version: env!("CARGO_PKG_VERSION"),
        ..Page::default()
    })
}
