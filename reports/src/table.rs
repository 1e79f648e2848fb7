//! The answer on a terminal: one sentence, four small tables, the verdicts. Plain text, at most `width` columns.

mod bill;
mod calibration;
pub(crate) mod check;
mod claims;
mod comparison;
mod course;
mod difference;
mod economy;
mod experiment;
#[cfg(test)]
mod fits;
pub(crate) mod grid;
mod growth;
mod history;
mod impact;
mod listing;
mod machines;
mod objectives;
mod outcome;
mod overview;
pub(crate) mod part;
mod plan;
mod proofs;
mod sensitivity;
mod side_by_side;
mod storm;
mod sweep;
mod switches;
mod traffic;

use crate::words::wrapped;

pub(crate) use bill::bill;
pub use calibration::calibration;
pub(crate) use calibration::{host as calibration_host, parts as calibration_parts};
pub(crate) use check::figure;
pub use check::{answer as check_answer, check};
pub use claims::claims;
pub(crate) use claims::{RATIO, by_subject, claims_by_system, found, tally, unique, why, word};
pub use comparison::comparison;
pub(crate) use comparison::{conditions, parts as comparison_parts};
pub use difference::difference;
pub(crate) use difference::{
    notes as difference_notes, page as difference_page, parts as difference_parts, results as difference_results,
    told as difference_told,
};
pub(crate) use economy::moved;
pub use experiment::experiment;
pub(crate) use experiment::{
    RANKS, books as experiment_books, conditions as experiment_conditions, correlation, designs as experiment_designs,
    is_map as experiment_is_map, leaders as experiment_leaders, parts as experiment_parts, ranked as experiment_ranked,
    shown as experiment_shown, some, values as experiment_values,
};
pub use history::history;
pub(crate) use history::{change as history_change, name as history_name, shown as history_value};
pub use impact::{answer as impact_answer, impact};
pub use listing::{listing, referenced};
pub use objectives::objectives;
pub(crate) use objectives::objectives_by_book;
pub use outcome::outcome;
pub(crate) use outcome::{metrics, rests_on};
pub use overview::overview;
pub(crate) use plan::{answer, certificate, named as fleet, page as plan_page, parts as plan_parts};
pub use plan::{plan, verified};
pub use sensitivity::sensitivity;
pub(crate) use sensitivity::{
    ends, method as sensitivity_method, moving, name, of_money, of_world, parts as sensitivity_parts,
    title as sensitivity_title,
};
pub(crate) use side_by_side::{conditions as scenario_conditions, parts as scenario_parts, varied_parts};
pub use side_by_side::{side_by_side, varied_side_by_side};
pub use storm::storm;
pub(crate) use storm::{changes as remedy_changes, method as storm_method, remedies, title as storm_title};
pub use sweep::sweep;
pub(crate) use sweep::{conditions as sweep_conditions, leaders, parts as sweep_parts};
pub use switches::switches;
pub(crate) use switches::{method as switches_method, parts as switches_parts, title as switches_title, worth};

/// How text may look on the terminal that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns that a line may fill; less than 60 is taken as 60.
    pub width: u16,
    /// Whether ANSI colours may be used; the caller honours `NO_COLOR` and pipes.
    pub colour: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 120, colour: false }
    }
}

/// ANSI codes that this crate uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Blue,
}

impl Style {
    pub(crate) fn paint(self, paint: Paint, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Bold => 1,
            Paint::Dim => 2,
            Paint::Red => 31,
            Paint::Green => 32,
            Paint::Yellow => 33,
            Paint::Blue => 34,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn columns(self) -> usize {
        usize::from(self.width.max(60))
    }

    /// `text` broken between words so that no line is longer than the terminal; later lines start with `indent` spaces.
    pub fn wrap(self, text: &str, indent: usize) -> String {
        self.hung(text, 0, indent).join("\n")
    }

    /// A message as compilers show them: its lines broken between words, but for lines of a file, which stay as they are.
    pub fn message(self, text: &str) -> String {
        let is_of_file =
            |line: &str| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()).starts_with('|');
        let fitted = |line: &str| {
            let first = line.len() - line.trim_start().len();
            let begun = ["= help: ", "= note: ", "error: ", "warning: "];
            let hung = begun.iter().find(|begun| line.trim_start().starts_with(**begun));
            let later = first + hung.map_or(0, |begun| begun.len());
            match is_of_file(line) {
                true => line.to_owned(),
                false => self.hung(line.trim_start(), first, later).join("\n"),
            }
        };
        text.split('\n').map(fitted).collect::<Vec<_>>().join("\n")
    }

    /// The same as an item of a list: two spaces before its first line, four before those that follow.
    pub(crate) fn item(self, text: &str) -> String {
        self.hung(text, 2, 4).join("\n")
    }

    /// The lines of a text, with `first` spaces before the first and `later` before those that follow.
    pub(crate) fn hung(self, text: &str, first: usize, later: usize) -> Vec<String> {
        let lines = wrapped(text, self.columns() - first, self.columns() - later).into_iter().enumerate();
        lines.map(|(index, line)| " ".repeat(if index == 0 { first } else { later }) + &line).collect()
    }
}

/// Replications in a sentence.
pub(crate) fn replications(count: u32) -> String {
    planner::counted(&count.to_string(), "replication")
}

/// A change of the command line in a line: what it set, and what it took the place of.
pub(crate) fn overridden(change: &planner::Override) -> String {
    let of_designs = change.in_designs.iter().map(|(design, value)| format!("{value} in {design}"));
    let instead: Vec<String> = change.instead_of.iter().cloned().chain(of_designs).collect();
    let instead = if instead.is_empty() { String::new() } else { format!(", instead of {}", instead.join(", ")) };
    format!("overridden: {} = {}{instead}", change.key, change.value)
}
