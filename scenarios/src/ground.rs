//! A design under a book before anything is sized: one machine of each kind, its prices, and what they rest on.

use models::cost::{Bill, Prices, Units};
use models::systems::layered::Layered;
use models::systems::layered::capacity::{self, stages};
use models::validators::ValidatorMachine;

use crate::costs::Cost;
use crate::shares::{Known, Shares};

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
    /// Whether anything is proven at all.
    pub proves: bool,
    /// Utilization below which a sized stage stays.
    pub target: f64,
    /// Core-seconds of every check per transaction of the mix.
    pub checks: Vec<(String, f64)>,
    /// What the checks rest on, by core-seconds.
    pub checks_rest_on: Shares,
    /// What the proofs rest on, by server-seconds.
    pub proofs_rest_on: Shares,
}

impl Ground {
    /// The system with its units under a sizing.
    pub(crate) fn with(&self, sizing: Sizing) -> (Layered, Units) {
        let mut system = self.system.clone();
        let (machines, provers) = match sizing {
            Sizing::Sized => capacity::size(&mut system, self.validator_unit, self.servers_per_machine, self.target),
            Sizing::Specified => {
                system.prover_servers = self.servers_per_machine * self.specified_machines;
                (1, self.specified_machines)
            }
        };
        let provers = if self.proves { provers } else { 0 };
        let units = Units {
            validators: self.validators,
            machines_per_validator: machines,
            prover_machines: provers,
            service_machines: system.service_machines(self.target),
            watcher_machines: capacity::watcher_machines(&system),
        };
        (system, units)
    }

    /// What the bill rests on: proofs by their work; validators by their checks where cores are what they were sized
    /// for, and otherwise by the sizes of transactions, which are known as `sizes` says.
    pub(crate) fn basis(&self, system: &Layered, bill: &Bill, sizes: Known) -> Shares {
        // A bill of nothing rests on nothing.
        let share = |cost: f64| if bill.total() > 0.0 { cost / bill.total() } else { 0.0 };
        let tightest = stages(system)
            .into_iter()
            .filter(|stage| stage.name.starts_with("validator"))
            .max_by(|a, b| a.utilization.total_cmp(&b.utilization));
        let rests_on = match tightest {
            Some(stage) if stage.name != "validator_cores" => Shares::all(sizes),
            _ => self.checks_rest_on,
        };
        rests_on.scaled(share(bill.validation)).plus(&self.proofs_rest_on.scaled(share(bill.proving)))
    }
}

/// A check of the validators with the share of transactions that need it.
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) share: f64,
    pub(crate) cost: Cost,
}

/// The costs of proving, on the design's machine.
pub(crate) struct ProofCosts {
    pub(crate) leaf: Cost,
    pub(crate) pair: Cost,
    pub(crate) segment_node: Cost,
    pub(crate) nodes: Vec<Cost>,
    pub(crate) day: Option<Cost>,
    pub(crate) witness: Option<Cost>,
}

impl ProofCosts {
    /// What the proofs rest on, by server-seconds at the offered load.
    pub(crate) fn rest_on(&self, system: &Layered) -> Shares {
        let mut shares = Shares::default();
        let seconds = |system: &Layered| capacity::prover_work_per_s(system);
        let all = seconds(system);
        let leaves = seconds(&system.with_costs_times(1.0, 1.0, 0.0));
        let of = |cost: &Cost, amount: f64, shares: &mut Shares| {
            let size = cost.transactions.unwrap_or(1) as f64;
            let total = cost.curve().seconds(size);
            for part in cost.parts.iter().filter(|_| total > 0.0) {
                shares.add(part.known, amount * part.curve.seconds(size) / total);
            }
        };
        // Lost witnesses are made again with the leaves.
        let again = leaves - seconds(&system.with_costs_times(1.0, 1.0, 0.0).with_all_witnesses());
        of(&self.leaf, leaves - again, &mut shares);
        self.witness.iter().for_each(|witness| of(witness, again, &mut shares));
        // Pairs and nodes are of one kind in every book so far; nodes count where there are no pairs.
        let merges: Vec<&Cost> =
            std::iter::once(&self.pair).chain([&self.segment_node]).chain(&self.nodes).chain(&self.day).collect();
        if let Some(cost) = merges.into_iter().find(|cost| !cost.parts.is_empty()) {
            of(cost, all - leaves, &mut shares);
        }
        shares
    }
}
