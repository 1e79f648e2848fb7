//! What a reader must know beside the numbers: every input with its source, and what was assumed.

use crate::costs::{Cost, KnownPart};
use crate::ground::{Check, ProofCosts};
use crate::network::MATRIX_SOURCE;
use crate::prices::Price;
use crate::shares::Known;
use crate::spec::{Machine, SystemSpec, When};

/// An input of a case: a figure that can be traced and contradicted.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The unit of the value.
    pub unit: &'static str,
    /// How it is known.
    pub known: Known,
    /// Where it comes from.
    pub source: String,
}

/// What belongs to a case beside its numbers.
pub(crate) struct Notes {
    pub(crate) inputs: Vec<Input>,
    pub(crate) lower_bound: Option<String>,
    pub(crate) assumptions: Vec<String>,
    pub(crate) prices_date: String,
}

impl Notes {
    pub(crate) fn of(
        spec: &SystemSpec,
        core_is_assumed: bool,
        machine: &Machine,
        price: &Price,
        checks: &[Check],
        costs: &ProofCosts,
    ) -> Self {
        let lower_bound = costs.leaf.lower_bound.clone();
        Self {
            inputs: inputs(spec, price, checks, costs),
            assumptions: assumptions(machine, (checks, core_is_assumed), costs, lower_bound.as_deref()),
            lower_bound,
            prices_date: price.date.clone(),
        }
    }
}

fn inputs(spec: &SystemSpec, price: &Price, checks: &[Check], costs: &ProofCosts) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut add = |name: String, cost: &Cost, size: f64| {
        inputs.extend(cost.parts.iter().map(|part| Input {
            name: name.clone(),
            value: part.curve.seconds(size),
            unit: "s",
            known: part.known,
            source: part.source.clone(),
        }));
    };
    for check in checks {
        add(format!("check: {}", check.name), &check.cost, 1.0);
    }
    let proving = &spec.proving;
    let proves = proving.when != When::Never;
    if proves {
        let size = costs.leaf.transactions.unwrap_or(1);
        add(format!("proof: {} of {size}", proving.leaf), &costs.leaf, size as f64);
        add(format!("proof: {}", proving.pair), &costs.pair, 1.0);
        add(format!("proof: {}", proving.segment_node), &costs.segment_node, 1.0);
        for (level, cost) in proving.levels.iter().zip(&costs.nodes) {
            add(format!("proof: {}", level.node), cost, 1.0);
        }
    }
    if let Some((daily, cost)) = proving.daily.as_ref().zip(costs.day.as_ref()) {
        add(format!("proof: {}", daily.node), cost, 1.0);
    }
    let claimed = |name: String, value: f64, unit: &'static str| {
        let source = "the scenario, after the design's authors".to_owned();
        Input { name, value, unit, known: Known::Claimed, source }
    };
    inputs.extend(spec.sizes.iter().map(|(name, size)| claimed(format!("size: {name}"), size.bytes(), "B")));
    let validators = &spec.validators;
    inputs.push(claimed("validator: downlink".into(), validators.downlink.bits_per_second(), "bit/s"));
    inputs.extend(validators.uplink.map(|up| claimed("validator: uplink".into(), up.bits_per_second(), "bit/s")));
    inputs.push(claimed("validator: purchase".into(), validators.purchase.usd(), "USD"));
    inputs.push(claimed("validator: hosting".into(), validators.hosting.usd_per_month(), "USD/month"));
    inputs.extend(proves.then(|| Input {
        name: format!("price: {} of {}", price.instance, price.provider),
        value: price.usd_per_hour,
        unit: "USD/h",
        // Rows of the provider `design` are what the designs' authors say that a machine costs.
        known: if price.provider == "design" { Known::Claimed } else { Known::Published },
        source: format!("{}, {}", price.source, price.date),
    }));
    inputs
}

fn assumptions(
    machine: &Machine,
    (checks, core_is_assumed): (&[Check], bool),
    costs: &ProofCosts,
    lower_bound: Option<&str>,
) -> Vec<String> {
    let mut assumptions = vec![format!("delays between nodes: {MATRIX_SOURCE}; nodes spread evenly, no jitter")];
    if !machine.speed.why.starts_with("claimed") && !machine.speed.why.starts_with("published") {
        let factor = machine.speed.factor;
        assumptions.push(format!("{}: speed factor {factor} — {}", machine.instance, machine.speed.why));
    }
    let measured = |part: &KnownPart| part.known == Known::Measured;
    if core_is_assumed && checks.iter().flat_map(|check| &check.cost.parts).any(measured) {
        assumptions
            .push("a validator's core is as fast as one of the host that was measured; nobody measured there".into());
    }
    let proofs = [&costs.leaf, &costs.pair, &costs.segment_node].into_iter().chain(&costs.nodes).chain(&costs.day);
    for part in proofs.flat_map(|cost| &cost.parts).filter(|part| part.known == Known::Extrapolated) {
        assumptions.push(format!("extrapolated: {}", part.source));
    }
    assumptions.extend(lower_bound.map(|why| format!("proving is a lower bound: {why}")));
    assumptions
}
