//! The section `fees`: what each tier costs, and what gets through.

use models::fees::Tier;
use models::fees::base_fee::BaseFee;
use models::fees::study::FeeStudy;
use sim::{Distribution, Span};

use super::{Economy, SectionFaults, share};
use crate::quantity::{Positive, Rate};
use crate::systems::layered::spec::LayeredSpec;
use crate::systems::layered::spec::economy::{FeeTier, FeesSpec};

/// Most that is simulated: blocks of half a second cost seconds by the day and minutes by the month \[s\].
const DAY_S: f64 = 86_400.0;
/// Most blocks that are simulated, whatever the slot.
const MOST_BLOCKS: f64 = 1e6;

/// The fee market that a scenario asks for, cheapest tier first, without tiers that nobody can ask for; `None` where it
/// has none. Every fault in it is added to `found`.
pub(super) fn study(
    fees: &FeesSpec,
    spec: &LayeredSpec,
    token_usd: f64,
    found: &mut SectionFaults,
) -> Option<FeeStudy> {
    let slot_s = spec.chain.slot.seconds();
    let mut blocks = |key: &str, seconds: f64| {
        let blocks = (seconds / slot_s).round();
        if seconds > DAY_S || blocks > MOST_BLOCKS {
            let message = format!("{seconds} s are {blocks:.0} blocks; at most a day, and {MOST_BLOCKS:.0} blocks");
            found.add(key, message);
        }
        blocks.min(MOST_BLOCKS) as u64
    };
    let (warm_up, counted) =
        (blocks("fees.warm_up", fees.warm_up.seconds()), blocks("fees.simulated", fees.simulated.seconds()));
    let mut tiers: Vec<(&String, &FeeTier)> = fees.tiers.iter().collect();
    tiers.sort_by(|a, b| a.1.floor.total_cmp(&b.1.floor));
    let known = spec.tiers.keys().cloned().collect::<Vec<_>>().join(", ");
    for (name, tier) in &tiers {
        if !spec.tiers.contains_key(*name) {
            found.add(&format!("fees.tiers.{name}"), format!("no tier `{name}` in `tiers`; tiers: {known}"));
        }
        if tier.target.per_second() * slot_s < 1.0 {
            let message = format!("`{}` is less than one transaction in a slot of {slot_s} s", *tier.target);
            found.add(&format!("fees.tiers.{name}.target"), message);
        }
    }
    if !found.0.is_empty() {
        return None;
    }
    let own = |name: &String| spec.tiers.get(name).map_or(0.0, |tier| tier.share.value());
    // From the dearest down: whom nobody asks for, and to whom nobody moves, there is nothing to tell of.
    let mut moves = false;
    let mut asked: Vec<(&String, &FeeTier)> = Vec::new();
    for (name, tier) in tiers.into_iter().rev().filter(|(name, _)| spec.tiers.contains_key(*name)) {
        if own(name) > 0.0 || moves {
            asked.push((name, tier));
            moves = tier.downgrade.value() > 0.0;
        }
    }
    asked.reverse();
    let load = spec.load.rate.per_second();
    (!asked.is_empty()).then(|| FeeStudy {
        demand: asked.iter().map(|(name, _)| load * own(name) * slot_s).collect(),
        tiers: asked.into_iter().map(|(name, it)| tier(fees, name, it, slot_s)).collect(),
        slot: Span::from_secs_f64(slot_s),
        warm_up,
        blocks: counted.max(1),
        token_usd,
    })
}

fn tier(fees: &FeesSpec, name: &str, tier: &FeeTier, slot_s: f64) -> Tier {
    Tier {
        name: name.to_owned(),
        base_fee: BaseFee {
            target: tier.target.per_second() * slot_s,
            denominator: fees.denominator,
            elasticity: fees.elasticity,
            floor: tier.floor,
        },
        willingness: Distribution::Lognormal { mean: tier.willingness, cv: tier.willingness_spread },
        patience_blocks: tier.patience.seconds() / slot_s,
        downgrade: tier.downgrade.value(),
    }
}

/// The design with the rate and the shares that the equilibrium includes. Tiers without a fee keep what they had.
pub(super) fn shaped(spec: &LayeredSpec, study: &FeeStudy, found: &mut SectionFaults) -> Option<LayeredSpec> {
    let (load, slot_s) = (spec.load.rate.per_second(), spec.chain.slot.seconds());
    let flows = study.equilibrium();
    let included = |name: &String| {
        let flow = study.tiers.iter().position(|tier| tier.name == *name).map(|index| &flows[index]);
        flow.map_or_else(|| spec.tiers[name].share.value() * load, |flow| flow.included / slot_s)
    };
    let rates: Vec<(String, f64)> = spec.tiers.keys().map(|name| (name.clone(), included(name))).collect();
    let total: f64 = rates.iter().map(|(_, rate)| rate).sum();
    if total <= 0.0 {
        found.add("fees.shape_load", "nobody pays the fees, so no load is left for the design".into());
        return None;
    }
    let mut shaped = spec.clone();
    shaped.load.rate = Positive::new(Rate::new(total));
    for (name, rate) in rates {
        if let Some(tier) = shaped.tiers.get_mut(&name) {
            tier.share = share(rate / total);
        }
    }
    Some(shaped)
}

/// What the study rests on.
pub(super) fn note(fees: &FeesSpec, economy: &mut Economy) {
    economy.assumptions.push(format!(
        "fees: {} of blocks stand for a month (a block is all shards' of a slot); what senders would pay is assumed, lognormal",
        *fees.simulated
    ));
    if fees.shape_load {
        economy.assumptions.push(
            "fees: only what pays the equilibrium's fees enters the design (`fees.shape_load`), so `offered` is less than \
             what senders send; arrivals stay Poisson at that rate, and no block feels the fee of the one before"
                .into(),
        );
    }
}
