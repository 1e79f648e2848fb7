//! Optimisations as what they do to costs, demand and prices, and what is said about each.
//!
//! Savings are on leaf proofs: what is used again, or continued, is a part of a proof over transactions; joining proofs
//! depends on their number alone. Several savings multiply. A batch of signatures needs a GPU in every machine of a
//! validator, which is bought with it. Proofs that are made late need witnesses that somebody kept: validators keep them
//! for their retention, an archive keeps the newest that it has room for, and the fleet makes all others again.

use models::fleet::{Charge, Role};
use models::proving::Demand;
use models::proving::requests::Requests;

use super::{Resolved, listed};
use crate::basis::Known;
use crate::costs::Costs;
use crate::notes::Input;
use crate::spec::Machine;
use crate::systems::layered::spec::{LayeredSpec, LazySpec, LazyWhen, OptimisationsSpec, Tier, When};

/// Its charge in the bill.
pub(super) const ARCHIVE: &str = "witness archive";

/// What is switched on, with its source; and what has no effect here.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub inputs: Vec<Input>,
    pub assumptions: Vec<String>,
}

impl Remarks {
    fn claimed(&mut self, name: &str, value: f64, unit: &'static str, source: &str) {
        let name = format!("optimisation: {name}");
        let input =
            Input { name, value, unit, known: Known::Claimed, source: source.into(), lower_bound: None, key: None };
        self.inputs.push(input);
    }
}

/// What remains of the work of leaf proofs.
fn leaf_factor(of: &OptimisationsSpec, remarks: &mut Remarks) -> f64 {
    let mut factor = 1.0;
    for (name, saving) in [("component reuse", &of.component_reuse), ("incremental proving", &of.incremental)] {
        if saving.on {
            factor *= 1.0 - saving.saves.value();
            remarks.claimed(name, saving.saves.value(), "saved", &saving.source);
        }
    }
    factor
}

/// The costs on the machine that proofs run on, with what is saved on leaves.
pub(super) fn on_proofs(spec: &LayeredSpec, costs: &mut Costs, remarks: &mut Remarks) {
    let Some(of) = &spec.optimisations else { return };
    costs.scale(&spec.proving.leaf, leaf_factor(of, remarks));
}

/// The costs of validators, with what batches of signatures save. A block is downloaded whole, so its signatures fill
/// batches without waiting for each other; what fills none is checked one by one.
pub(super) fn on_checks(spec: &LayeredSpec, costs: &mut Costs, remarks: &mut Remarks) {
    let Some(batch) = spec.optimisations.as_ref().map(|of| &of.signature_batch).filter(|batch| batch.on) else {
        return;
    };
    let block = spec.load.rate.per_second() * spec.chain.slot.seconds() / f64::from(spec.chain.shards);
    let batched = (block / batch.batch as f64).floor() * batch.batch as f64;
    if batched == 0.0 {
        let few = format!(
            "a mean block has {block:.0} signatures, fewer than the {} of a batch: there is no gain",
            batch.batch
        );
        remarks.assumptions.push(few);
    } else {
        costs.scale(&batch.check, (batched / batch.speedup + block - batched) / block);
        remarks.claimed(
            &format!("batches of {}, {}", batch.batch, batch.check),
            batch.speedup,
            "times as fast",
            &batch.source,
        );
        remarks.assumptions.push(format!(
            "{:.1} % of the signatures of a mean block fill batches of {}, and do not wait for each other",
            100.0 * batched / block,
            batch.batch
        ));
    }
    remarks.claimed("GPU of a validator", batch.gpu.usd(), "USD", &batch.source);
}

/// What becomes of witnesses until a proof needs them.
#[derive(Debug, Clone, Copy)]
struct Witnesses {
    /// How long they are kept, in epochs.
    kept: f64,
    /// Making one again, in seconds of a server, on average over the transactions that are proven.
    again_s: f64,
}

impl Resolved<'_> {
    /// Which epochs are proven; and what the lost witnesses of a transaction add to its leaf, in seconds, where that is
    /// the same for all proofs.
    pub(super) fn demand(&mut self, slots_per_epoch: u64, machine: &Machine) -> (Demand, f64) {
        let Some(lazy) = self.spec.optimisations.as_ref().map(|of| of.lazy.clone()) else {
            return (Demand::Always, 0.0);
        };
        if self.spec.proving.when == When::BeforeInclusion && lazy.when != LazyWhen::Off {
            self.assume("lazy proving changes nothing: transactions are proven before they are included".into());
            return (Demand::Always, 0.0);
        }
        match lazy.when {
            LazyWhen::Off => (Demand::Always, 0.0),
            LazyWhen::AtEpochEnd => (Demand::AtEpochEnd, 0.0),
            LazyWhen::OnRequest => (self.on_request(&lazy, machine), 0.0),
            LazyWhen::OnChallenge => {
                let Some(fraud) = &self.spec.fraud else {
                    self.fault("optimisations.lazy.when", "`on challenge` needs the section `fraud`".into());
                    return (Demand::Always, 0.0);
                };
                let quiet = (1.0 - fraud.invalid.value()) * (1.0 - fraud.frivolous.value());
                let share = 1.0 - quiet.powf(slots_per_epoch as f64);
                self.assume("an epoch is proven when a block of it is challenged".into());
                let Witnesses { kept, again_s } = self.witnesses(machine);
                // The challenge comes soon after a block anywhere in the epoch, so what the epoch had before is gone where it
                // is older than what is kept: ∫ (v − kept) dv over v from there to the end.
                let gone = (1.0 - kept).max(0.0).powi(2) / 2.0;
                (Demand::OnChallenge { share }, gone * again_s)
            }
        }
    }

    fn on_request(&mut self, lazy: &LazySpec, machine: &Machine) -> Demand {
        let cache = self.spec.optimisations.as_ref().and_then(|of| of.proof_cache.as_ref());
        let proofs_kept = cache.filter(|cache| cache.on).map_or(0, |cache| cache.proofs);
        let Witnesses { kept, again_s } = self.witnesses(machine);
        self.assume(format!(
            "{} requests an epoch for the proofs of the newest {}, the k-th newest with a chance of k^-{}: assumed",
            lazy.requests, lazy.reach, lazy.exponent
        ));
        let requests = Requests {
            per_epoch: lazy.requests,
            epochs: lazy.reach,
            exponent: lazy.exponent,
            proofs_kept,
            witnesses_kept: kept,
            witness_s: again_s,
        };
        if again_s > 0.0 && requests.expected().remade > 0.0 {
            self.assume(
                "a witness that is not kept is made again by the fleet, though only its user knows the secrets in it"
                    .into(),
            );
        }
        Demand::on_request(requests)
    }

    /// How long witnesses are kept, and what making one again takes.
    fn witnesses(&mut self, machine: &Machine) -> Witnesses {
        let spec = self.spec;
        let epoch_s = spec.chain.epoch.seconds();
        let cache = spec.optimisations.as_ref().and_then(|of| of.witness_cache.as_ref());
        let retention = spec.validators.retention.seconds() / epoch_s;
        let Some((name, cache)) = spec.proving.witness.as_ref().zip(cache) else {
            return Witnesses { kept: retention, again_s: 0.0 };
        };
        let again_s = self.proof_cost("proving.witness", name, machine).curve().seconds(1.0) / cache.cores as f64;
        let Some(bytes) = spec.sizes.get(&cache.size) else {
            let message = format!("no size `{}`; sizes: {}", cache.size, listed(spec.sizes.keys().map(String::as_str)));
            self.fault("optimisations.witness_cache.size", message);
            return Witnesses { kept: retention, again_s };
        };
        let share = |of: &dyn Fn(&Tier) -> bool| {
            spec.tiers.values().filter(|tier| of(tier)).map(|tier| tier.share.value()).sum::<f64>()
        };
        let carries = |tier: &Tier| tier.carries.contains(&cache.size);
        let per_epoch = spec.load.rate.per_second() * epoch_s * share(&carries) * bytes.bytes();
        let archived = if per_epoch > 0.0 { cache.holds.bytes() / per_epoch } else { f64::MAX };
        let (proven, of_those) = (share(&|tier| tier.proven), share(&|tier| tier.proven && carries(tier)));
        Witnesses {
            kept: if cache.on { retention.max(archived) } else { retention },
            again_s: if proven > 0.0 { again_s * of_those / proven } else { 0.0 },
        }
    }

    fn assume(&mut self, what: String) {
        self.remarks.assumptions.push(what);
    }

    /// What a validator's machine costs more, in USD.
    pub(super) fn gpu_usd(&self) -> f64 {
        let batch = self.spec.optimisations.as_ref().map(|of| &of.signature_batch);
        batch.filter(|batch| batch.on).map_or(0.0, |batch| batch.gpu.usd())
    }

    /// What the archive of witnesses costs, in USD a month.
    pub(super) fn archive(&self) -> Option<Charge> {
        let cache = self.spec.optimisations.as_ref().and_then(|of| of.witness_cache.as_ref());
        cache.filter(|cache| cache.on).map(|cache| Charge {
            role: Role::Proving,
            name: ARCHIVE.into(),
            owners: 1,
            quantity: cache.holds.bytes() / 1e12,
            unit: "TB".into(),
            usd_per_unit: cache.terabyte.usd_per_month(),
        })
    }
}
