//! The page of storms that services do not recover from.

use planner::StormStudy;

use super::{Page, Section, how_again};
use crate::charts;
use crate::error::ReportError;
use crate::table::{self, part::Part};

/// The page of some cases; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(found: &[StormStudy], command: &str) -> Result<String, ReportError> {
    let of_case = |one: &StormStudy| {
        let answer = Part::sentences(table::storm_title(one), vec![one.answer.clone()]);
        std::iter::once(answer).chain(table::remedies(one).map(|part| part.with(table::remedy_changes(one))))
    };
    let seed = found.iter().take(1).map(|one| format!("seed {}", one.seed)).collect();
    super::page(Page {
        title: "Storms".to_owned(),
        kind: "Storms",
        question: "Which burst does the service not recover from, and what prevents that?",
        answer: &found.iter().map(|one| one.answer.as_str()).collect::<Vec<_>>().join(" "),
        conditions: found.iter().take(1).map(table::storm_method).collect(),
        sections: vec![
            Section::of("results", "Results", found.iter().flat_map(of_case)),
            Section::of_charts(found.iter().filter_map(charts::storm))?,
            how_again(Vec::new(), seed, command),
        ],
        version: env!("CARGO_PKG_VERSION"),
        ..Page::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_found_is_a_page_all_the_same() {
        let made = page(&[], "proofcast compare x --storm 10").expect("made");
        assert!(made.contains("--storm 10</code>") && !made.contains("<svg"), "{made}");
    }
}
