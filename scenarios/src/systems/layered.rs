//! From what a design says and what a book costs to a complete system in unit types.

pub(crate) mod blueprint;
pub(crate) mod case;
mod consensus;
pub(crate) mod figures;
mod fraud;
mod leaves;
pub(crate) mod notes;
mod optimisations;
mod proving;
pub(crate) mod says;
pub(crate) mod spec;
mod submission;
mod validators;

use std::collections::BTreeMap;

use models::fleet::{HOURS_PER_MONTH, Rent};
use models::network::DelayMatrix;
use models::profile::Profile;
use models::proving::ProverLife;
use models::system::Horizon;
use models::systems::layered::{Layered, Proving};
use models::tree::light_client::LightClient;
use models::validators::{TransactionClass, Validation, ValidatorMachine};
use sim::Span;

use crate::basis::Shares;
use crate::calibrations::{Calibrations, VALIDATOR};
use crate::costs::{Cost, Costs, On};
use crate::fault::{Fault, Faults, Lack};
use crate::machines::candidates::{Candidates, candidates};
use crate::machines::lifecycle::lifecycle;
use crate::machines::lots::Lots;
use crate::machines::{Rented, memory_bytes};
use crate::network::{among, wan_matrix};
use crate::notes::{Input, Notes, Work};
use crate::reading::meant;
use crate::sizing::Sizing;
use crate::spec::{Book, Machine, ProfileSpec};
use crate::spreads::Spreads;
use crate::systems::layered::blueprint::{Blueprint, WeightedCheck};
use crate::systems::layered::spec::{LayeredSpec, ValidationSpec, When};
use crate::world::World;
use optimisations::Remarks;

/// The least target utilization.
const LEAST_TARGET: f64 = 0.01;

/// A design with the names in it resolved against a book.
pub(crate) struct Resolved<'a> {
    spec: &'a LayeredSpec,
    book: &'a Book,
    calibrations: &'a Calibrations,
    world: World<'a>,
    sizing: Sizing,
    horizon: Horizon,
    /// Costs on the validators' machine.
    costs: Costs,
    /// Costs on the machine that proofs run on.
    proof_costs: Costs,
    faults: Vec<Fault>,
    lacking: Vec<Lack>,
    remarks: Remarks,
}

impl<'a> Resolved<'a> {
    /// The system, its prices, and the notes that belong to them; or everything that is wrong with it.
    pub(crate) fn blueprint(
        spec: &'a LayeredSpec,
        book: &'a Book,
        calibrations: &'a Calibrations,
        (world, sizing, horizon): (World<'a>, Sizing, Horizon),
        provers: Rented,
    ) -> Result<(Blueprint, Notes), Faults> {
        if book.target_utilization.value() < LEAST_TARGET {
            let message = format!("{} is less than 1 %, the least that a stage is sized for", *book.target_utilization);
            return Err(Faults::OfBook(vec![("target_utilization".into(), message)]));
        }
        let leaf = spec.proving.specified_leaf;
        let on =
            |machine: &str, memory_bytes| Costs::of(book, &On { machine, calibrations, world, memory_bytes, leaf });
        let mut costs = on(VALIDATOR, None).map_err(Faults::OfBook)?;
        let memory = memory_bytes(book, &provers.machine);
        let mut proof_costs = on(&provers.machine.instance, memory).map_err(Faults::OfBook)?;
        let mut remarks = Remarks::default();
        optimisations::on_checks(spec, &mut costs, &mut remarks);
        optimisations::on_proofs(spec, &mut proof_costs, &mut remarks);
        let mut resolved = Self {
            spec,
            book,
            calibrations,
            world,
            sizing,
            horizon,
            costs,
            proof_costs,
            faults: Vec::new(),
            lacking: Vec::new(),
            remarks,
        };
        let result = resolved.build(provers);
        match result {
            Some(result) if resolved.faults.is_empty() && resolved.lacking.is_empty() => Ok(result),
            _ => Err(Faults::OfDesign(resolved.faults, resolved.lacking)),
        }
    }

    fn fault(&mut self, key: &str, message: String) {
        self.faults.push((key.to_owned(), message));
    }

    /// The load in the mean of the measured time, what multiplies it over time, and its peak over that mean.
    fn load(&self) -> (f64, Profile, f64) {
        let profile = ProfileSpec::profile(self.spec.load.profile.as_ref());
        let (from, until) = self.horizon.measured();
        let mean = profile.between(from, until) / self.horizon.measured_s;
        let mean = if profile.is_constant() { 1.0 } else { mean };
        let peak = profile.peak_over_mean(from, until);
        (mean * self.spec.load.rate.per_second(), profile.with_mean_one(from, until), peak)
    }

    /// Provers by their terms.
    fn prover_lots(&mut self, provers: &Rented) -> Option<Lots> {
        let life = self.spec.proving.lifecycle.as_ref();
        let said = ("proving.lifecycle.lots", life.map_or(&[][..], |life| &life.lots));
        let lots = Lots::of((self.book, self.world), self.calibrations, said, provers);
        lots.map_err(|lack| self.lacking.push(lack)).ok()
    }

    /// How provers come and go, which are rented by these lots; nothing where they are always there.
    fn prover_life(&mut self, lots: &Lots, proving: &Proving) -> Option<ProverLife> {
        let spec = &self.spec.proving;
        let lifecycle = lifecycle(spec.lifecycle.as_ref(), lots, spec.specified_machines);
        if lifecycle.is_constant() || spec.when == When::Never {
            return None;
        }
        let always = match proving {
            Proving::BeforeInclusion { .. } => Some("before they are included"),
            Proving::Epoch(plan) => plan.demand.requests().map(|_| "on request"),
        };
        if let Some(when) = always {
            let message = format!(
                "a design whose transactions are proven {when} has provers that are always there; `[design.NAME.proving]` of such a one \
                 may say `lifecycle = \"off\"`: `start_up`, `failures`, `zones` and `autoscaler` are for proofs of epochs"
            );
            self.fault("proving.lifecycle", message);
        }
        let checkpoint = spec.checkpoint.map(|every| Span::from_secs_f64(every.seconds()));
        Some(ProverLife { servers: lots.machine.machine.servers, lifecycle, checkpoint })
    }

    /// Core-seconds of a user who makes a witness \[s\].
    fn witness_s(&mut self) -> Option<f64> {
        let witness = self.spec.proving.witness.as_ref()?;
        Some(self.noted_cost(Work::Submission, "proving.witness", witness).curve().seconds(1.0))
    }

    fn build(&mut self, provers: Rented) -> Option<(Blueprint, Notes)> {
        let slots_per_epoch = self.slots_per_epoch();
        let classes = self.classes();
        if classes.is_empty() {
            return None;
        }
        let fraud = self.fraud(&classes);
        let light_client = self.light_client();
        let witness_s = self.witness_s();
        let matrix = self.matrix();
        let (proving, costs) = self.proving(slots_per_epoch?, &provers)?;
        let (matrix, spec) = (matrix?, self.spec);
        let unit = self.validator_unit();
        let (set, in_turns) = self.agreement(&matrix);
        let (votes, dissemination) = (self.votes(), self.dissemination(&set));
        let (submission, service) = self.submission().unzip();
        let batching = self.batching();
        let (load_per_s, profile, peak) = self.load();
        let prover_lots = self.prover_lots(&provers)?;
        let system = Layered {
            load_per_s,
            profile,
            classes,
            shards: u64::from(spec.chain.shards),
            slot: Span::from_secs_f64(spec.chain.slot.seconds()),
            slots_per_epoch: slots_per_epoch?,
            block_cap: spec.chain.block_cap,
            validation: self.validation(),
            validator: unit,
            retention: Span::from_secs_f64(spec.validators.retention.seconds()),
            set,
            in_turns,
            batching,
            votes,
            dissemination,
            submission,
            epoch_verify_s: self.cost("costs", "epoch_verify").curve().seconds(1.0),
            witness_s,
            prover_life: self.prover_life(&prover_lots, &proving),
            proving,
            proves: spec.proving.when != When::Never,
            prover_servers: provers.machine.servers,
            fraud,
            light_client,
        };
        self.check_batches(&system);
        let checks = self.weighted_checks();
        let blueprint = Blueprint {
            checks: checks.iter().map(WeightedCheck::per_transaction).collect(),
            checks_rest_on: self.checks_rest_on(),
            proofs_rest_on: costs.rest_on(&system),
            system,
            validator_unit: unit,
            validator_rent: self.validator_rent(),
            validators_by_need: self.validators_by_need(),
            gpu_usd_per_month: self.gpu_usd() / self.write_off_months(),
            usd_per_gb_sent: spec.validators.terabyte_sent.map(|usd| usd.usd() / 1_000.0),
            rates: self.book.rates.clone(),
            service,
            archive: self.archive(),
            validators: spec.validators.count,
            specified_machines: spec.proving.specified_machines,
            target: self.book.target_utilization.value(),
            peak,
            prover_lots,
            provers,
        };
        let mut notes = Notes::of(spec, self.book, self.core_is_assumed(), &blueprint.prover_lots, &checks, &costs);
        notes.inputs.append(&mut self.remarks.inputs);
        notes.assumptions.append(&mut self.remarks.assumptions);
        Some((blueprint, notes))
    }

    /// The machines that validators may have where they are sized.
    fn validators_by_need(&mut self) -> Option<Candidates> {
        let said = self.spec.validators.machine.as_ref()?;
        let found = candidates((self.book, self.world), self.sizing, ("validators.machine", &[]), said);
        found.map_err(|lack| self.lacking.push(lack)).ok()
    }

    /// Whether a validator's core is only assumed to be as fast as one of the host.
    fn core_is_assumed(&self) -> bool {
        let (calibrations, world) = (self.calibrations, self.world);
        On { machine: VALIDATOR, calibrations, world, memory_bytes: None, leaf: None }.is_assumed()
    }

    /// One machine of a validator.
    fn validator_unit(&self) -> ValidatorMachine {
        let validators = &self.spec.validators;
        ValidatorMachine {
            cores: validators.cores,
            downlink_bits_per_s: validators.downlink.bits_per_second(),
            uplink_bits_per_s: validators.uplink.unwrap_or(validators.downlink).bits_per_second(),
            disk_bytes: validators.disk.bytes(),
        }
    }

    fn validation(&self) -> Validation {
        match self.spec.validators.validation {
            ValidationSpec::EveryTransaction => Validation::EveryTransaction,
            ValidationSpec::OwnShard => Validation::OwnShard,
        }
    }

    /// What a machine of a validator costs that the design names: it is bought and written off.
    fn validator_rent(&self) -> Rent {
        let validators = &self.spec.validators;
        Rent::Owned {
            purchase_usd: validators.purchase.usd() + self.gpu_usd(),
            write_off_months: self.write_off_months(),
            hosting_usd_per_month: validators.hosting.usd_per_month(),
            kilowatts: 0.0,
        }
    }

    fn write_off_months(&self) -> f64 {
        self.spec.validators.lifetime.seconds() / 3_600.0 / HOURS_PER_MONTH
    }

    /// Who reads the last proof, on its own device.
    fn light_client(&mut self) -> Option<LightClient> {
        let spec = self.spec.light_client.as_ref()?;
        Some(LightClient {
            proof_bytes: spec.proof.bytes(),
            header_bytes: spec.header.bytes(),
            verify: self.noted_cost(Work::LightClient, "light_client.verify", &spec.verify).curve(),
            downlink_bits_per_s: spec.downlink.bits_per_second(),
        })
    }

    fn slots_per_epoch(&mut self) -> Option<u64> {
        let (slot, epoch) = (self.spec.chain.slot.seconds(), self.spec.chain.epoch.seconds());
        if slot < 1e-6 {
            self.fault("chain.slot", "a slot must be at least 1 µs".into());
            return None;
        }
        let slots = (epoch / slot).round();
        if slots < 1.0 || (slots * slot - epoch).abs() > 1e-6 * epoch || slots > 1e9 {
            self.fault("chain.epoch", format!("an epoch must be a whole number of slots of {} s, at most 10⁹", slot));
            return None;
        }
        Some(slots as u64)
    }

    fn matrix(&mut self) -> Option<DelayMatrix> {
        let all = wan_matrix();
        match &self.spec.network.regions {
            None => Some(all),
            Some(regions) if regions.is_empty() => {
                self.fault("network.regions", "at least one region is needed".into());
                None
            }
            Some(regions) => match among(&all, regions) {
                Ok(matrix) => Some(matrix),
                Err(message) => {
                    self.fault("network.regions", message);
                    None
                }
            },
        }
    }

    fn classes(&mut self) -> Vec<TransactionClass> {
        let spec = self.spec;
        let total: f64 = spec.tiers.values().map(|tier| tier.share.value()).sum();
        if (total - 1.0).abs() > 1e-9 {
            self.fault("tiers", format!("the shares of the tiers add to {:.4} %, not to 100 %", total * 100.0));
        }
        let mut classes = Vec::new();
        for (name, tier) in &spec.tiers {
            let mut bytes = 0.0;
            for size in &tier.carries {
                match spec.sizes.get(size) {
                    Some(size) => bytes += size.bytes(),
                    None => self.fault(
                        &format!("tiers.{name}.carries"),
                        format!("no size `{size}`; sizes: {}", listed(spec.sizes.keys().map(String::as_str))),
                    ),
                }
            }
            let key = format!("tiers.{name}.checks");
            let check_s = tier.checks.iter().map(|check| self.cost(&key, check).curve().seconds(1.0)).sum();
            let own_proof_s = self.own_proof_s(name, tier);
            let (name, share, proven) = (name.clone(), tier.share.value(), tier.proven);
            if share > 0.0 {
                classes.push(TransactionClass { name, share, check_s, bytes, proven, own_proof_s });
            }
        }
        classes
    }

    /// A cost of the book; an unknown name is a fault and costs nothing.
    fn cost(&mut self, key: &str, name: &str) -> Cost {
        self.costs.get(name).cloned().unwrap_or_else(|| self.unknown_cost(key, name))
    }

    /// The same on the machine that proofs run on, at its speed.
    fn proof_cost(&mut self, key: &str, name: &str, machine: &Machine) -> Cost {
        let cost = self.proof_costs.get(name).map(|cost| cost.on(machine.speed.factor));
        cost.unwrap_or_else(|| self.unknown_cost(key, name))
    }

    /// A cost that stands beside the checks and the proofs; its parts are told with the inputs.
    fn noted_cost(&mut self, work: Work, key: &str, name: &str) -> Cost {
        let cost = self.cost(key, name);
        let told = Input::of_cost(work, &format!("{key}: {name}"), &cost, 1.0);
        self.remarks.inputs.extend(told);
        cost
    }

    fn unknown_cost(&mut self, key: &str, name: &str) -> Cost {
        let message = format!(
            "no cost `{name}` in the book; {}its costs: {}",
            meant(name, self.costs.names()),
            listed(self.costs.names())
        );
        self.lacking.push(Lack { key: key.to_owned(), in_book: format!("costs.{name}"), message });
        Cost::default()
    }

    fn spreads(&self) -> Spreads<'_> {
        Spreads { book: self.book, calibrations: self.calibrations }
    }

    fn checks_rest_on(&self) -> Shares {
        let mut shares = Shares::default();
        for check in self.weighted_checks() {
            check.cost.parts.iter().for_each(|part| shares.add(part.known, check.share * part.curve.seconds(1.0)));
        }
        shares
    }

    /// Every check with the share of transactions that need it.
    fn weighted_checks(&self) -> Vec<WeightedCheck> {
        let spec = self.spec;
        let tiers = spec.tiers.values().filter(|tier| tier.share.value() > 0.0);
        let mut shares: BTreeMap<&String, f64> = BTreeMap::new();
        for tier in tiers {
            tier.checks.iter().for_each(|check| *shares.entry(check).or_default() += tier.share.value());
        }
        let known = |(name, share): (&String, f64)| {
            self.costs.get(name).map(|cost| WeightedCheck { name: name.clone(), share, cost: cost.clone() })
        };
        shares.into_iter().filter_map(known).collect()
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
