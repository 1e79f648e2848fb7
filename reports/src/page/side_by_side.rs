//! The page of several scenarios side by side.

use planner::{SideBySide, Summary};

use super::{Page, Section, asked_of, bills, version};
use crate::charts;
use crate::error::ReportError;
use crate::table;
use crate::view;

/// The page of several scenarios; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(found: &SideBySide, command: &str) -> Result<String, ReportError> {
    let outcomes: Vec<Summary> = found.rows.iter().map(|row| row.outcome.clone()).collect();
    let mut sections = asked_of(&outcomes, table::scenario_parts(found), charts::side_by_side(found), command)?;
    sections.insert(2, Section::of("bill", "Bill by line", bills(&outcomes)));
    super::page(Page {
        title: view::distinct(found.rows.iter().map(|row| row.outcome.scenario.as_str())).join(", "),
        kind: "Scenarios side by side",
        question: "Which design is the cheapest, and which the quickest, at the same load?",
        answer: &found.answer,
        conditions: table::scenario_conditions(&found.rows, &found.books, true),
        sections,
        version: version(&outcomes),
        ..Page::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_scenarios;

    #[test]
    fn scenarios_have_their_answer_and_what_they_share() {
        let found = sample_scenarios::side_by_side();
        let made = page(&found, "").expect("made");
        for part in ["Time to finality, soft and hard", "chain/naive", "<svg", "Why to believe it"] {
            assert!(made.contains(part), "no {part}: {made}");
        }
    }
}
