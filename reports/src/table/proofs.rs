//! The part of `compare` about proofs and their absence: how long an epoch's proof takes, and what an invalid block does.

use planner::Summary;

use super::grid::Grid;
use super::part::Part;
use crate::{number, view};

/// A column: its heading, its metric, and how it is written.
type Column = (&'static str, &'static str, fn(f64) -> String);

const COLUMNS: [Column; 9] = [
    ("epoch\nproof\np50", "epoch_proof.p50", number::duration),
    ("proof on\nrequest\np50", "request.p50", number::duration),
    ("day's\nproof", "daily_proof.p50", number::duration),
    ("light\nclient", "light_client.verify", number::duration),
    ("fraud\nproof\np50", "fraud_proof.p50", number::duration),
    ("p99", "fraud_proof.p99", number::duration),
    ("reverted\ntx a month,\nexpected", "reverted.expected", two_digits),
    ("chance of\na revert\nafter 1 s", "reversal.1s", two_digits),
    ("invalid\nblock\nsurvives", "survival", two_digits),
];

fn two_digits(value: f64) -> String {
    number::significant(value, 2)
}

/// The table; nothing where no outcome knows any of it.
pub(super) fn proofs(outcomes: &[&Summary]) -> Option<Part> {
    let known = |(_, metric, _): &&Column| outcomes.iter().any(|summary| summary.metric(metric).is_some());
    let columns: Vec<&Column> = COLUMNS.iter().filter(known).collect();
    if columns.is_empty() {
        return None;
    }
    let mut grid = Grid::new(&["design", "costs"], columns.iter().map(|(heading, ..)| (*heading).to_owned()));
    for (index, summary) in outcomes.iter().enumerate() {
        let mut row = view::design_and_book(outcomes, index);
        for (_, metric, text) in &columns {
            row.push(grid.metric(summary.metric(metric), text));
        }
        grid.row(row);
    }
    Part::of("Sized for the offered load: epoch proofs and fraud", grid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::table::Style;

    #[test]
    fn what_is_known_is_a_column_and_what_is_missing_has_its_reason() {
        let mut sample = sample::layered();
        let none: Vec<&Summary> = sample.designs.iter().collect();
        assert!(proofs(&none).is_none(), "nothing is known");
        for (index, summary) in sample.designs.iter_mut().enumerate() {
            summary.metrics.push(sample::missing("epoch_proof.p50", "s", "nothing was proven"));
            let value = planner::Metric { value: Some(0.00012 * (index + 1) as f64), ..summary.metrics[0].clone() };
            summary.metrics.push(planner::Metric { name: "survival".into(), ..value });
        }
        let all: Vec<&Summary> = sample.designs.iter().collect();
        let text = proofs(&all).expect("something is known").render(Style::default());
        assert!(text.contains("survives") && text.contains("0.00012"), "{text}");
        assert!(text.contains("nothing was proven") && !text.contains("client"), "{text}");
    }
}
