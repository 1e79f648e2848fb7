//! What a reader must know beside the numbers: every input with its source, and what was assumed.

use crate::costs::{Cost, KnownPart};
use crate::ground::{Check, ProofCosts};
use crate::network::MATRIX_SOURCE;
use crate::prices::Price;
use crate::shares::Known;
use crate::spec::{Machine, SystemSpec, When};

/// Work of a design, as far as its cost may be only a lower bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Checks of a validator.
    Check,
    /// Proofs of transactions, and of proofs.
    Proof,
    /// Proofs of fraud.
    FraudProof,
    /// What a light client verifies.
    LightClient,
    /// Witnesses and proofs that are made before a transaction is submitted.
    Submission,
}

/// Why the cost of some work is only a lower bound: less was measured than the design needs.
#[derive(Debug, Clone, PartialEq)]
pub struct LowerBound {
    /// The work.
    pub of: Work,
    /// What the measured statement leaves out.
    pub why: String,
}

impl LowerBound {
    /// That of a cost, if it is one.
    pub(crate) fn of(work: Work, cost: &Cost) -> Option<Self> {
        cost.lower_bound.clone().map(|why| Self { of: work, why })
    }
}

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
    /// Why the true cost can only be higher, if that is so.
    pub lower_bound: Option<LowerBound>,
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
    let mut add = |work: Work, name: String, cost: &Cost, size: f64| {
        inputs.extend(cost.parts.iter().map(|part| Input {
            name: name.clone(),
            value: part.curve.seconds(size),
            unit: "s",
            known: part.known,
            source: part.source.clone(),
            lower_bound: LowerBound::of(work, cost),
        }));
    };
    for check in checks {
        add(Work::Check, format!("check: {}", check.name), &check.cost, 1.0);
    }
    let proving = &spec.proving;
    let proves = proving.when != When::Never;
    if proves {
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
    let claimed = |name: String, value: f64, unit: &'static str| {
        let source = "the scenario, after the design's authors".to_owned();
        Input { name, value, unit, known: Known::Claimed, source, lower_bound: None }
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
        lower_bound: None,
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
