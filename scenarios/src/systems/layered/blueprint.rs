//! A design under a book before anything is sized: one machine of each kind, its prices, and what they rest on.

use models::fleet::{Charge, Fleet, Pool, Rent, Role};
use models::systems::layered::Layered;
use models::systems::layered::capacity::{self, PROVERS, SERVICE, VALIDATORS, WATCHERS, stages};
use models::validators::ValidatorMachine;

use crate::basis::{Known, Shares};
use crate::costs::Cost;
use crate::sizing::Sizing;

/// What things cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prices {
    /// One machine of a validator, hosting and write-off, USD per month.
    pub validator_machine_per_month: f64,
    /// One machine of the prover fleet, USD per hour.
    pub prover_machine_per_hour: f64,
    /// One machine of the service that proves single transactions, USD per hour.
    pub service_machine_per_hour: f64,
    /// The archive that proofs are made from late, USD per month.
    pub archive_per_month: f64,
}

/// What the prices and units of a design under a book are before anything is sized.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Blueprint {
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
    /// Core-seconds of every check per transaction of the mix.
    pub checks: Vec<(String, f64)>,
    /// What the checks rest on, by core-seconds.
    pub checks_rest_on: Shares,
    /// What the proofs rest on, by server-seconds.
    pub proofs_rest_on: Shares,
}

impl Blueprint {
    /// The system and its fleet under a sizing.
    pub(crate) fn with(&self, sizing: Sizing) -> (Layered, Fleet) {
        let mut system = self.system.clone();
        let (machines, provers) = match sizing {
            Sizing::Sized => capacity::size(&mut system, self.validator_unit, self.servers_per_machine, self.target),
            Sizing::Specified => {
                system.prover_servers = self.servers_per_machine * self.specified_machines;
                (1, self.specified_machines)
            }
        };
        let provers = if self.system.proves { provers } else { 0 };
        let fleet = self.fleet(machines, provers, &system);
        (system, fleet)
    }

    /// What runs, and what it costs.
    fn fleet(&self, machines: u64, provers: u64, system: &Layered) -> Fleet {
        let prices = &self.prices;
        let own = Rent::Monthly(prices.validator_machine_per_month);
        let pool =
            |name: &'static str, role, owners, machines, rent| Pool { name: name.into(), role, owners, machines, rent };
        let rented = |name, machines, usd| pool(name, Role::Proving, 1, machines, Rent::Hourly(usd));
        let everywhere = [
            pool(VALIDATORS, Role::Validation, self.validators, machines, own),
            rented(PROVERS, provers, prices.prover_machine_per_hour),
        ];
        let elsewhere = [
            rented(SERVICE, system.service_machines(self.target), prices.service_machine_per_hour),
            pool(WATCHERS, Role::Validation, 1, capacity::watcher_machines(system), own),
        ];
        Fleet {
            pools: everywhere.into_iter().chain(elsewhere.into_iter().filter(|pool| pool.machines > 0)).collect(),
            charges: vec![
                Charge { role: Role::Proving, usd_per_month: prices.archive_per_month },
                Charge { role: Role::Settlement, usd_per_month: 0.0 },
            ],
        }
    }

    /// What the bill rests on: proofs by their work; validators by their checks where cores are what they were sized
    /// for, and otherwise by the sizes of transactions, which are known as `sizes` says.
    pub(crate) fn basis(&self, system: &Layered, fleet: &Fleet, sizes: Known) -> Shares {
        // A bill of nothing rests on nothing.
        let total = fleet.total();
        let share = |role| if total > 0.0 { fleet.usd_per_month(role) / total } else { 0.0 };
        let tightest = stages(system)
            .into_iter()
            .filter(|stage| stage.pool == VALIDATORS)
            .max_by(|a, b| a.utilization.total_cmp(&b.utilization));
        let rests_on = match tightest {
            Some(stage) if stage.name != "validator_cores" => Shares::all(sizes),
            _ => self.checks_rest_on,
        };
        rests_on.scaled(share(Role::Validation)).plus(&self.proofs_rest_on.scaled(share(Role::Proving)))
    }
}

/// A check of the validators with the share of transactions that need it.
pub(crate) struct WeightedCheck {
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
