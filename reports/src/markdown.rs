//! Pages of Markdown: the verdicts on claims, a section for each system and a table for each subject; two results side by side.

use planner::{Contrast, Finding};

use crate::number;
use crate::table::grid::Grid;
use crate::table::{by_subject, difference_page, found, tally, why, word};

/// All findings in their order.
pub fn claims(findings: &[Finding]) -> String {
    let all: Vec<&Finding> = findings.iter().collect();
    let mut text = format!("# Claims\n\n{}\n", tally(&all));
    for (system, subjects) in by_subject(&all) {
        let of_system: Vec<&Finding> = subjects.iter().flat_map(|(_, findings)| findings).copied().collect();
        text += &format!("\n## {system}\n\n{}\n", tally(&of_system));
        for (subject, findings) in subjects {
            text += &format!("\n### {}\n\n", subject.replace('_', " "));
            text += &table(&findings).markdown();
        }
    }
    text
}

/// Two results side by side; `all` has also what did not change, and every case in full.
pub fn difference(of: &Contrast, all: bool) -> String {
    difference_page(of, all)
}

fn table(findings: &[&Finding]) -> Grid {
    let figures = ["claimed", "found", "claimed / found"].map(str::to_owned);
    let mut grid = Grid::new(&["verdict", "claim", "statement"], figures).texts(&["why", "source"]);
    for finding in findings {
        grid.row(vec![
            word(finding.verdict).to_owned(),
            format!("`{}`", finding.id),
            finding.statement.clone(),
            number::quantity(finding.claimed, &finding.unit),
            found(finding),
            finding.ratio.map_or(number::MISSING.to_owned(), number::times),
            why(finding),
            finding.source.clone(),
        ]);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_finding_has_a_row_of_as_many_cells() {
        let mut findings: Vec<Finding> =
            sample::layered().designs.into_iter().flat_map(|summary| summary.claims).collect();
        findings[0].why = "a | b\nc".into();
        let text = claims(&findings);
        assert!(text.starts_with("# Claims\n\n5 claims: ") && text.contains("\n## S1\n"), "{text}");
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("| `S1.")).collect();
        assert_eq!(rows.len(), findings.len());
        for row in rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 9, "{row}");
        }
    }
}
