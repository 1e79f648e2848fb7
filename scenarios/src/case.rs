//! One design under one cost book and one sizing: a complete world with its bill and what both rest on.

use models::capacity::{self, Stage, stages};
use models::cost::{Bill, Prices, Units};
use models::layered::{Horizon, Layered};
use models::validators::ValidatorMachine;

use crate::costs::Known;
use crate::notes::Input;

/// How many units every stage has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sizing {
    /// What the source names.
    Specified,
    /// The fewest that carry the offered load below the book's target utilization.
    Sized,
}

impl Sizing {
    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Specified => "specified",
            Self::Sized => "sized",
        }
    }
}

/// Shares of a bill by how the work behind it is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shares {
    /// Measured, inside the calibrated range.
    pub measured: f64,
    /// Published.
    pub published: f64,
    /// Claimed.
    pub claimed: f64,
    /// Outside its range or scaled.
    pub extrapolated: f64,
}

impl Shares {
    /// Adds an amount to the share of one kind.
    pub fn add(&mut self, known: Known, amount: f64) {
        match known {
            Known::Measured => self.measured += amount,
            Known::Published => self.published += amount,
            Known::Claimed => self.claimed += amount,
            Known::Extrapolated => self.extrapolated += amount,
        }
    }

    /// The same in shares of `total`, scaled to an amount.
    pub fn scaled(&self, amount: f64) -> Self {
        let total = self.measured + self.published + self.claimed + self.extrapolated;
        let part = |share: f64| if total > 0.0 { share / total * amount } else { 0.0 };
        Self {
            measured: part(self.measured),
            published: part(self.published),
            claimed: part(self.claimed),
            extrapolated: part(self.extrapolated),
        }
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            measured: self.measured + other.measured,
            published: self.published + other.published,
            claimed: self.claimed + other.claimed,
            extrapolated: self.extrapolated + other.extrapolated,
        }
    }
}

/// What the prices and units of a design under a book are before anything is sized.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ground {
    /// The system with one machine per validator and one of the prover fleet.
    pub system: Layered,
    /// One machine of a validator.
    pub validator_unit: ValidatorMachine,
    /// Proofs that one machine of the fleet makes at once.
    pub servers_per_machine: u64,
    /// Prices of both.
    pub prices: Prices,
    /// Number of validators.
    pub validators: u64,
    /// Machines of the fleet that the source names.
    pub specified_machines: u64,
    /// Utilization below which a sized stage stays.
    pub target: f64,
    /// Relative half-widths of the costs: checks, leaves, merges.
    pub half_width: [f64; 3],
    /// What the checks rest on, by core-seconds.
    pub checks_rest_on: Shares,
    /// What the proofs rest on, by server-seconds.
    pub proofs_rest_on: Shares,
}

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
    /// Every input with its source.
    pub inputs: Vec<Input>,
    /// Assumptions, one sentence each.
    pub assumptions: Vec<String>,
    /// Date of the youngest price used.
    pub prices_date: String,
}

impl Ground {
    /// The system with its units under a sizing, every cost multiplied by `factor(half-width)`.
    pub(crate) fn with(&self, sizing: Sizing, factor: impl Fn(f64) -> f64) -> (Layered, Units) {
        let [checks, leaves, merges] = self.half_width.map(factor);
        let mut system = self.system.with_costs_times(checks, leaves, merges);
        let (machines, provers) = match sizing {
            Sizing::Sized => capacity::size(&mut system, self.validator_unit, self.servers_per_machine, self.target),
            Sizing::Specified => {
                system.prover_servers = self.servers_per_machine * self.specified_machines;
                (1, self.specified_machines)
            }
        };
        let units = Units { validators: self.validators, machines_per_validator: machines, prover_machines: provers };
        (system, units)
    }

    /// What the bill rests on: proofs by their work; validators by their checks where cores are what they were sized
    /// for, and otherwise by the sizes of transactions, which are claims.
    pub(crate) fn basis(&self, system: &Layered, bill: &Bill) -> Shares {
        let validation = bill.validation / bill.total();
        let tightest = stages(system)
            .into_iter()
            .filter(|stage| stage.name.starts_with("validator"))
            .max_by(|a, b| a.utilization.total_cmp(&b.utilization));
        let rests_on = match tightest {
            Some(stage) if stage.name != "validator_cores" => Shares { claimed: 1.0, ..Shares::default() },
            _ => self.checks_rest_on,
        };
        rests_on.scaled(validation).plus(&self.proofs_rest_on.scaled(bill.proving / bill.total()))
    }
}
