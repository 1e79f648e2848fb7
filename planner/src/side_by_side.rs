//! Several scenarios side by side, also of different kinds, on the figures that their kinds share.
//!
//! A kind says which of its metrics a shared figure is ([`Headlines::shared`](crate::Headlines)); nothing here knows a kind. All are
//! simulated on the same seed and as often, and an input has the same value in a plausible world of every scenario. So two rows are
//! compared replication by replication and world by world, and what both rest on does not blur their difference.
//!
//! Leaves out: what a request is worth. A row whose requests are transactions stands beside one whose requests are proofs, each with
//! its unit.

mod answer;
mod row;
mod varied;

use scenarios::{Case, Scenario};
use serde::Serialize;

use crate::compare::outcomes;
use crate::effort::Effort;
use crate::summarize::Origin;

pub use row::{Row, SharedFigure};
pub use varied::{VARIED_SCENARIOS_SCHEMA, Varied, VariedPoint, vary_side_by_side};

/// Version of the machine interface of several scenarios side by side.
pub const SCENARIOS_SCHEMA: &str = "proofcast/comparison-of-scenarios/1";

/// A scenario that is put beside others.
#[derive(Debug)]
pub struct Entrant<'a> {
    /// What it is called; no other is called so.
    pub name: &'a str,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// What is simulated of it.
    pub cases: &'a [Case],
    /// Where its outcomes come from.
    pub origin: Origin,
}

/// Several scenarios side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SideBySide {
    /// [`SCENARIOS_SCHEMA`].
    pub schema: &'static str,
    /// The answer in a few sentences.
    pub answer: String,
    /// Which cost book was taken of each scenario, and why.
    pub books: String,
    /// A row for each case of each scenario.
    pub rows: Vec<Row>,
}

/// Simulates all cases of all scenarios; `progress` is told the scenario and the case in hand. Work that is ended before its time
/// leaves out what was not begun.
pub fn side_by_side(
    entrants: &[Entrant<'_>],
    books: String,
    effort: &Effort,
    mut progress: impl FnMut(&str, &Case),
) -> SideBySide {
    let mut rows = Vec::new();
    for Entrant { name, scenario, cases, origin } in entrants {
        if effort.progress.stopped() {
            break;
        }
        let found = outcomes(scenario, cases, effort, origin, &mut |case| progress(name, case));
        rows.extend(found.into_iter().zip(*cases).map(|(outcome, case)| Row::of(name, case, outcome)));
    }
    SideBySide { schema: SCENARIOS_SCHEMA, answer: answer::answer(&rows), books, rows }
}

impl SideBySide {
    /// What the rows are called, in their order: with its book, where one has another row under another book.
    pub fn names(&self) -> Vec<String> {
        let all: Vec<&Row> = self.rows.iter().collect();
        all.iter().map(|row| answer::called(row, &all)).collect()
    }

    /// What the machine interface says of it: of every outcome what is [`published`](crate::Summary::published).
    pub fn published(&self) -> Self {
        Self { rows: self.rows.iter().map(Row::published).collect(), ..self.clone() }
    }
}
