//! What a reader must know beside the numbers of a layered system: its inputs with their sources, and what was assumed.

use std::collections::BTreeSet;

use super::blueprint::{ProofCosts, WeightedCheck};
use models::systems::layered::capacity::PROVERS;

use crate::basis::Known;
use crate::costs::{Cost, ResolvedPart};
use crate::machines;
use crate::machines::lots::Lots;
use crate::network::MATRIX_SOURCE;
use crate::notes::{Input, Notes, Work};
use crate::origins::Key;
use crate::spec::Book;
use crate::systems::layered::spec::{LayeredSpec, When};

/// What carries transactions: a validator whose cores are not what limits it was sized for these and for their sizes.
pub(crate) const CARRIERS: [&str; 4] =
    ["validators.downlink", "validators.uplink", "validators.disk", "validators.retention"];

impl Notes {
    pub(crate) fn of(
        spec: &LayeredSpec,
        book: &Book,
        core_is_assumed: bool,
        provers: &Lots,
        checks: &[WeightedCheck],
        costs: &ProofCosts,
    ) -> Self {
        let lower_bound = costs.leaf.lower_bound.clone();
        Self {
            inputs: [costs_of(spec, checks, costs), stated(spec, book), machine_inputs(spec, provers)].concat(),
            assumptions: assumptions((checks, core_is_assumed), costs, lower_bound.as_deref()),
            speed: machines::assumed_speed(&provers.machine).into_iter().collect(),
            lower_bound,
            prices_date: oldest_price(provers),
        }
    }
}

/// What the checks and the proofs cost.
fn costs_of(spec: &LayeredSpec, checks: &[WeightedCheck], costs: &ProofCosts) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |work: Work, name: String, cost: &Cost, size: f64| {
        inputs.extend(Input::of_cost(work, &name, cost, size));
    };
    for check in checks {
        add(Work::Check, format!("check: {}", check.name), &check.cost, 1.0);
    }
    let proving = &spec.proving;
    if proving.when != When::Never {
        let size = costs.leaf.transactions.unwrap_or(1);
        add(Work::Proof, format!("proof: {} of {size}", proving.leaf), &costs.leaf, size as f64);
        add(Work::Proof, format!("proof: {}", proving.pair), &costs.pair, 1.0);
        add(Work::Proof, format!("proof: {}", proving.segment_node), &costs.segment_node, 1.0);
        for (level, cost) in proving.levels.iter().zip(&costs.nodes) {
            add(Work::Proof, format!("proof: {}", level.node), cost, 1.0);
        }
    }
    if let Some((daily, cost)) = proving.daily.as_ref().zip(costs.day.as_ref()) {
        add(Work::Proof, format!("proof: {}", daily.node), cost, 1.0);
    }
    inputs
}

/// What the scenario says of load, chain and validators, as far as it is used.
fn stated(spec: &LayeredSpec, book: &Book) -> Vec<Input> {
    let of_design = |key: &str| Key::OfDesign(key.into());
    let (validators, chain) = (&spec.validators, &spec.chain);
    let mut inputs = vec![
        Input::stated("load", of_design("load.rate"), spec.load.rate.per_second(), "tx/s"),
        Input::stated("chain: shards", of_design("chain.shards"), f64::from(chain.shards), "1"),
        Input::stated("chain: slot", of_design("chain.slot"), chain.slot.seconds(), "s"),
        Input::stated("chain: epoch", of_design("chain.epoch"), chain.epoch.seconds(), "s"),
    ];
    let tiers = || spec.tiers.iter().filter(|(_, tier)| tier.share.value() > 0.0);
    inputs.extend(tiers().map(|(name, tier)| {
        Input::stated(
            format!("share: {name}"),
            Key::OfDesign(format!("tiers.{name}.share")),
            tier.share.value(),
            "share",
        )
    }));
    let carried: BTreeSet<&String> = tiers().flat_map(|(_, tier)| &tier.carries).collect();
    inputs.extend(carried.into_iter().filter_map(|name| {
        let bytes = spec.sizes.get(name)?.bytes();
        Some(Input::stated(format!("size: {name}"), Key::OfDesign(format!("sizes.{name}")), bytes, "B"))
    }));
    let rows = [
        ("validators: number", "validators.count", Some(validators.count as f64), "1"),
        ("validator: cores", "validators.cores", Some(validators.cores as f64), "1"),
        ("validator: downlink", "validators.downlink", Some(validators.downlink.bits_per_second()), "bit/s"),
        ("validator: uplink", "validators.uplink", validators.uplink.map(|up| up.bits_per_second()), "bit/s"),
        ("validator: disk", "validators.disk", Some(validators.disk.bytes()), "B"),
        ("validator: retention", "validators.retention", Some(validators.retention.seconds()), "s"),
        ("validator: purchase", "validators.purchase", Some(validators.purchase.usd()), "USD"),
        ("validator: lifetime", "validators.lifetime", Some(validators.lifetime.seconds()), "s"),
        ("validator: hosting", "validators.hosting", Some(validators.hosting.usd_per_month()), "USD/month"),
    ];
    inputs.extend(
        rows.into_iter().filter_map(|(name, key, value, unit)| Some(Input::stated(name, of_design(key), value?, unit))),
    );
    let target = Key::OfBook("target_utilization".into());
    inputs.push(Input::stated("target utilization", target, book.target_utilization.value(), "share"));
    inputs
}

/// What the machines that proofs run on are and cost.
fn machine_inputs(spec: &LayeredSpec, provers: &Lots) -> Vec<Input> {
    if spec.proving.when == When::Never { Vec::new() } else { provers.inputs(PROVERS) }
}

/// Date of the oldest price; empty where nobody says one.
fn oldest_price(provers: &Lots) -> String {
    let dates = provers.rented().map(|(_, lot)| lot.price.date()).filter(|date| !date.is_empty());
    dates.min().unwrap_or_default().to_owned()
}

fn assumptions(
    (checks, core_is_assumed): (&[WeightedCheck], bool),
    costs: &ProofCosts,
    lower_bound: Option<&str>,
) -> Vec<String> {
    let mut assumptions = vec![format!("delays between nodes: {MATRIX_SOURCE}; nodes spread evenly, no jitter")];
    let measured = |part: &ResolvedPart| part.known == Known::Measured;
    if core_is_assumed && checks.iter().flat_map(|check| &check.cost.parts).any(measured) {
        assumptions
            .push("a validator's core is as fast as one of the host that was measured; nobody measured there".into());
    }
    let proofs = [&costs.leaf, &costs.pair, &costs.segment_node].into_iter().chain(&costs.nodes).chain(&costs.day);
    for part in proofs.clone().flat_map(|cost| &cost.parts).filter(|part| part.known == Known::Extrapolated) {
        assumptions.push(format!("extrapolated: {}", part.source));
    }
    let used = checks.iter().map(|check| &check.cost).chain(proofs).flat_map(|cost| &cost.parts);
    let unverified: BTreeSet<&str> = used.filter(|part| part.unverified).map(|part| part.source.as_str()).collect();
    let said = |source: &str| format!("its results are right, which nothing checked: {source}");
    assumptions.extend(unverified.into_iter().map(said));
    assumptions.extend(lower_bound.map(|why| format!("proving is a lower bound: {why}")));
    assumptions
}
