//! One design under one cost book and one sizing: a complete world with its bill and what both rest on.

use models::capacity::Stage;
use models::cost::{Bill, Units};
use models::layered::{Horizon, Layered};

use crate::economy::Economy;
use crate::ground::Sizing;
use crate::notes::Input;
use crate::shares::Shares;

/// A design under a book and a sizing.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Name of the design.
    pub design: String,
    /// Name of the book.
    pub book: String,
    /// The sizing.
    pub sizing: Sizing,
    /// The world's parameters.
    pub system: Layered,
    /// What a run covers.
    pub horizon: Horizon,
    /// All stages in isolation.
    pub stages: Vec<Stage>,
    /// What runs.
    pub units: Units,
    /// What it costs a month.
    pub bill: Bill,
    /// The bill if all costs were at the lower, and at the upper, end of their intervals.
    pub bill_range: Option<(Bill, Bill)>,
    /// What the bill rests on, in shares of it.
    pub basis: Shares,
    /// What the proving part of it rests on.
    pub proving_basis: Shares,
    /// Why proving costs are only a lower bound, if they are.
    pub lower_bound: Option<String>,
    /// What is studied beside the world.
    pub economy: Economy,
    /// Every input with its source.
    pub inputs: Vec<Input>,
    /// Assumptions, one sentence each.
    pub assumptions: Vec<String>,
    /// Date of the youngest price used.
    pub prices_date: String,
}
