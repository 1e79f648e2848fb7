//! A design under a book before anything is sized: one machine of each kind, its prices, and what they rest on.

use models::fleet::{Charge, Fleet, Pool, Rent, Role};
use models::machines::MOST_MACHINES;
use models::systems::layered::Layered;
use models::systems::layered::capacity::{self, PROVERS, SERVICE, VALIDATORS, WATCHERS, stages, with_provers};
use models::validators::ValidatorMachine;

use crate::basis::{Known, Shares};
use crate::case::Rental;
use crate::costs::Cost;
use crate::fault::Faults;
use crate::fleet_choice::FleetChoice;
use crate::machines::candidates::Candidates;
use crate::machines::lifecycle::in_no_lot;
use crate::machines::lots::Lots;
use crate::machines::{Rented, never_taken_back};
use crate::notes::Input;
use crate::prices::Rates;
use crate::sizing::Sizing;
use crate::systems::layered::validators::Validators;

/// What the prices and units of a design under a book are before anything is sized.
#[derive(Debug, Clone)]
pub(crate) struct Blueprint {
    /// The system with one machine per validator and one of the prover fleet.
    pub system: Layered,
    /// One machine of a validator.
    pub validator_unit: ValidatorMachine,
    /// What it costs.
    pub validator_rent: Rent,
    /// What else it may be where validators are sized; none where it is what the design names.
    pub validators_by_need: Option<Candidates>,
    /// A GPU in each of them, USD per month; 0 without.
    pub gpu_usd_per_month: f64,
    /// What a GB costs that a rented machine sends, where the scenario says so.
    pub usd_per_gb_sent: Option<f64>,
    /// The price list under the terms of the scenario.
    pub rates: Rates,
    /// The machine of the prover fleet.
    pub provers: Rented,
    /// The same by their terms.
    pub(crate) prover_lots: Lots,
    /// The machine of the service that proves single transactions, where there is any.
    pub service: Option<Rented>,
    /// The archive that proofs are made from late.
    pub archive: Option<Charge>,
    /// Number of validators.
    pub validators: u64,
    /// Machines of the fleet that the source names.
    pub specified_machines: u64,
    /// Utilization below which a sized stage stays.
    pub target: f64,
    /// The largest load over its mean: what a fleet is sized for.
    pub peak: f64,
    /// Core-seconds of every check per transaction of the mix.
    pub checks: Vec<(String, f64)>,
    /// What the checks rest on, by core-seconds.
    pub checks_rest_on: Shares,
    /// What the proofs rest on, by server-seconds.
    pub proofs_rest_on: Shares,
}

impl Blueprint {
    /// How much of its capacity a stage may use at the mean load, so that it uses no more than its target at the peak.
    pub(crate) fn target_of_mean(&self) -> f64 {
        self.target / self.peak
    }

    /// The system, its validators and its fleet under a sizing; or why no machine is enough for validators.
    pub(crate) fn with(&self, sizing: Sizing, fleet: &FleetChoice) -> Result<(Layered, Validators, Fleet), Faults> {
        let mut system = self.system.clone();
        let (validators, provers) = match sizing {
            Sizing::Sized => {
                let validators = self.sized_validators(&mut system, fleet)?;
                let sized = capacity::size_provers(&mut system, self.servers_per_machine(), self.target_of_mean());
                let provers = fleet.machines(PROVERS);
                let provers = provers.map(|count| with_provers(&mut system, self.servers_per_machine(), count));
                (validators, provers.unwrap_or(sized))
            }
            Sizing::Specified => {
                let provers = with_provers(&mut system, self.servers_per_machine(), self.specified_machines);
                (self.named_validators(), provers)
            }
        };
        let provers = if self.system.proves { provers } else { 0 };
        let of_design = |fault| Faults::OfDesign(vec![fault], Vec::new());
        if system.prover_life.is_some() && provers > MOST_MACHINES {
            let (key, most) = (
                if sizing == Sizing::Sized { "load.rate" } else { "proving.specified_machines" },
                MOST_MACHINES as f64,
            );
            return Err(Faults::at(
                key,
                format!("it takes {:.1e} machines to carry it; at most {most:.0e}", provers as f64),
            ));
        }
        if let Some(fault) = in_no_lot("proving", self.prover_lots.counts(provers).iter().sum(), provers) {
            return Err(of_design(fault));
        }
        let fleet = self.fleet(&validators, provers, &system);
        Ok((system, validators, fleet))
    }

    /// What runs, and what it costs.
    fn fleet(&self, set: &Validators, provers: u64, system: &Layered) -> Fleet {
        let own = self.validator_rent;
        let rented = |name, machines, of: &Rented| {
            Pool::of(name, Role::Proving, 1, machines, Rent::Hourly(of.price.usd_per_hour))
        };
        let validators = Pool::of(VALIDATORS, Role::Validation, self.validators, set.machines, set.rent);
        let service = self.service.iter().map(|of| rented(SERVICE, system.service_machines(self.target_of_mean()), of));
        let watchers = Pool::of(WATCHERS, Role::Validation, 1, capacity::watcher_machines(system), own);
        let elsewhere = service.chain([watchers]).filter(|pool| pool.machines() > 0);
        // A chain that settles on itself pays nothing for it, and says so.
        let settlement = Charge {
            role: Role::Settlement,
            name: "settlement".into(),
            owners: 1,
            quantity: 0.0,
            unit: "fees".into(),
            usd_per_unit: 0.0,
        };
        let lots = self.prover_lots.with(provers);
        let provers = Pool { name: PROVERS.into(), role: Role::Proving, owners: 1, lots };
        Fleet {
            pools: [validators, provers].into_iter().chain(elsewhere).collect(),
            charges: set
                .bought
                .iter()
                .map(|bought| &bought.charge)
                .chain(&self.archive)
                .cloned()
                .chain([settlement])
                .collect(),
        }
    }

    /// What of the fleet is rented; `inputs` say who gave its prices.
    pub(crate) fn rented(&self, set: &Validators, fleet: &Fleet, inputs: &[Input]) -> Vec<Rental> {
        let provers = fleet.pool(PROVERS).map_or_else(Vec::new, |pool| self.prover_lots.rentals(pool, inputs));
        let others = self.machines(set, fleet).flat_map(|(pool, of)| of.rentals(pool, inputs));
        provers.into_iter().chain(others).collect()
    }

    /// What must be known of spot machines in the fleet: all but provers are always there.
    pub(crate) fn always_there(&self, set: &Validators, fleet: &Fleet) -> Vec<String> {
        let used = self.machines(set, fleet).filter(|(pool, _)| pool.machines() > 0).map(|(_, of)| of);
        never_taken_back(used, "in this kind of system only provers come and go")
    }

    /// The pools of rented machines but for provers, with what they are made of.
    fn machines<'s>(&'s self, set: &'s Validators, fleet: &'s Fleet) -> impl Iterator<Item = (&'s Pool, &'s Rented)> {
        let service = self.service.iter().map(|of| (SERVICE, of));
        let validators = set.rented.iter().map(|(of, _)| (VALIDATORS, of));
        validators.chain(service).filter_map(|(pool, of)| Some((fleet.pool(pool)?, of)))
    }

    /// Proofs that one machine of the fleet makes at once.
    pub(crate) fn servers_per_machine(&self) -> u64 {
        self.provers.machine.servers
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

impl WeightedCheck {
    /// Its core-seconds per transaction of the mix, under its name.
    pub(crate) fn per_transaction(&self) -> (String, f64) {
        (self.name.clone(), self.share * self.cost.curve().seconds(1.0))
    }
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
