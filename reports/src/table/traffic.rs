//! The part of `compare` about what a validator sends and receives: votes, and copies of blocks.

use planner::Summary;

use super::grid::Grid;
use super::part::Part;
use crate::number;
use crate::view;

/// A column: its heading, its metric, and how it is written.
type Column = (&'static str, &'static str, fn(f64) -> String);

const COLUMNS: [Column; 10] = [
    ("votes\nheard/s", "votes.heard", three_digits),
    ("in,\nMbit/s", "votes.downlink", three_digits),
    ("out,\nMbit/s", "votes.uplink", three_digits),
    ("cores", "votes.cores", three_digits),
    ("of its\ncores", "votes_share.validator_cores", number::share),
    ("of\ndownlink", "votes_share.validator_downlink", number::share),
    ("of\nuplink", "votes_share.validator_uplink", number::share),
    ("block:\nleader\nsends", "copies.leader", three_digits),
    ("others\nsend", "copies.relay", three_digits),
    ("others\nreceive", "copies.received", three_digits),
];

fn three_digits(value: f64) -> String {
    number::significant(value, 3)
}

/// The table, designs that share their figures in one row; nothing where no outcome has votes.
pub(super) fn traffic(outcomes: &[&Summary]) -> Option<Part> {
    let known = |(_, metric, _): &&Column| outcomes.iter().any(|summary| summary.metric(metric).is_some());
    let columns: Vec<&Column> = COLUMNS.iter().filter(known).collect();
    if !outcomes.iter().any(|summary| summary.metric("votes.heard").is_some()) {
        return None;
    }
    let mut grid = Grid::new(&["designs", "costs"], columns.iter().map(|(heading, ..)| (*heading).to_owned()));
    let figures =
        |summary: &Summary| columns.iter().map(|(_, metric, _)| summary.metric(metric).cloned()).collect::<Vec<_>>();
    for (name, costs, figures) in view::alike(outcomes, figures) {
        let cells = columns.iter().zip(figures).map(|((.., text), metric)| grid.metric(metric.as_ref(), text));
        let cells: Vec<String> = cells.collect();
        grid.row([vec![name, costs.to_owned()], cells].concat());
    }
    Part::of("Votes per validator, and copies sent of each block", grid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, exact};
    use crate::table::Style;

    #[test]
    fn designs_with_the_same_votes_share_a_row() {
        let mut sample = sample::layered();
        let none: Vec<&Summary> = sample.designs.iter().collect();
        assert!(traffic(&none).is_none(), "nobody votes");
        for summary in &mut sample.designs {
            let cores = if summary.costs == "claimed" { 7.98 } else { 0.121 };
            summary.metrics.push(exact("votes.heard", "1/s", 1_596.0));
            summary.metrics.push(exact("votes.cores", "cores", cores));
        }
        let all: Vec<&Summary> = view::of_sizing(&sample, view::SPECIFIED);
        let text = traffic(&all).expect("they vote").render(Style::default());
        assert_eq!(text.matches("1,600").count(), 2, "a row for each book:\n{text}");
        assert!(text.contains("7.98") && text.contains("0.121") && text.contains("all"), "{text}");
        assert!(!text.contains("uplink"), "a column that nobody knows:\n{text}");
    }
}
