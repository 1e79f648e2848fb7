//! Optimisations as what they do to costs, demand and prices, and what is said about each.
//!
//! Savings are on leaf proofs: what is used again, or continued, is a part of a proof over transactions; joining proofs
//! depends on their number alone. Several savings multiply. A batch of signatures needs a GPU in every machine of a
//! validator, which is bought with it.

use models::proving::Demand;

use super::Resolved;
use crate::costs::Costs;
use crate::notes::Input;
use crate::shares::Known;
use crate::spec::{LazyWhen, OptimisationsSpec, SystemSpec, When};

/// What is switched on, with its source; and what has no effect here.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub inputs: Vec<Input>,
    pub assumptions: Vec<String>,
}

impl Remarks {
    fn claimed(&mut self, name: &str, value: f64, unit: &'static str, source: &str) {
        let input =
            Input { name: format!("optimisation: {name}"), value, unit, known: Known::Claimed, source: source.into() };
        self.inputs.push(input);
    }
}

/// What remains of the work of leaf proofs.
fn leaf_factor(spec: &SystemSpec, of: &OptimisationsSpec, remarks: &mut Remarks) -> f64 {
    let mut factor = 1.0;
    for (name, saving) in [("component reuse", &of.component_reuse), ("incremental proving", &of.incremental)] {
        if saving.on {
            factor *= 1.0 - saving.saves.value();
            remarks.claimed(name, saving.saves.value(), "saved", &saving.source);
        }
    }
    let on_demand = matches!(of.lazy.when, LazyWhen::OnRequest | LazyWhen::OnChallenge);
    if on_demand && spec.proving.when == When::InEpoch {
        factor *= 1.0 - of.lazy.cache_hits.value();
    }
    factor
}

/// The costs on the machine that proofs run on, with what is saved on leaves.
pub(super) fn on_proofs(spec: &SystemSpec, costs: &mut Costs, remarks: &mut Remarks) {
    let Some(of) = &spec.optimisations else { return };
    costs.scale(&spec.proving.leaf, leaf_factor(spec, of, remarks));
}

/// The costs of validators, with what batches of signatures save.
pub(super) fn on_checks(spec: &SystemSpec, costs: &mut Costs, remarks: &mut Remarks) {
    let Some(batch) = spec.optimisations.as_ref().map(|of| &of.signature_batch).filter(|batch| batch.on) else {
        return;
    };
    let block = spec.load.rate.per_second() * spec.chain.slot.seconds() / f64::from(spec.chain.shards);
    if block < batch.batch as f64 {
        let few = format!(
            "a mean block has {block:.0} signatures, fewer than the {} of a batch: nothing is gained",
            batch.batch
        );
        remarks.assumptions.push(few);
    } else {
        costs.scale(&batch.check, 1.0 / batch.speedup);
        remarks.claimed(
            &format!("batches of {}, {}", batch.batch, batch.check),
            batch.speedup,
            "times as fast",
            &batch.source,
        );
    }
    remarks.claimed("GPU of a validator", batch.gpu.usd(), "USD", &batch.source);
}

impl Resolved<'_> {
    /// Which epochs are proven.
    pub(super) fn demand(&mut self, slots_per_epoch: u64, remarks: &mut Remarks) -> Demand {
        let Some(lazy) = self.spec.optimisations.as_ref().map(|of| &of.lazy) else { return Demand::Always };
        if self.spec.proving.when == When::BeforeInclusion && lazy.when != LazyWhen::Off {
            remarks
                .assumptions
                .push("lazy proving changes nothing: transactions are proven before they are included".into());
            return Demand::Always;
        }
        let cached = match lazy.cache_hits.value() {
            0.0 => String::new(),
            _ => format!("; {} of the leaf proofs of an epoch that is wanted are in a cache: assumed", lazy.cache_hits),
        };
        match lazy.when {
            LazyWhen::Off => Demand::Always,
            LazyWhen::AtEpochEnd => Demand::AtEpochEnd,
            LazyWhen::OnRequest => {
                remarks.assumptions.push(format!("{} of the epochs are asked for: assumed{cached}", lazy.requested));
                Demand::OnRequest { share: lazy.requested.value() }
            }
            LazyWhen::OnChallenge => {
                let Some(fraud) = &self.spec.fraud else {
                    self.fault("optimisations.lazy.when", "`on challenge` needs the section `fraud`".into());
                    return Demand::Always;
                };
                let quiet = (1.0 - fraud.invalid.value()) * (1.0 - fraud.frivolous.value());
                let share = 1.0 - quiet.powf(slots_per_epoch as f64);
                remarks.assumptions.push(format!("an epoch is proven when a block of it is challenged{cached}"));
                Demand::OnChallenge { share }
            }
        }
    }

    /// What a validator's machine costs more, in USD.
    pub(super) fn gpu_usd(&self) -> f64 {
        let batch = self.spec.optimisations.as_ref().map(|of| &of.signature_batch);
        batch.filter(|batch| batch.on).map_or(0.0, |batch| batch.gpu.usd())
    }
}
