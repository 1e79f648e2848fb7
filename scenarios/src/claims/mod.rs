//! What claims mean: formulas read, units checked, inputs resolved; and what is wrong with them, with its place.
//!
//! | file | what |
//! |---|---|
//! | `spec` | what a claim says in a file |
//! | `unit` | units as a size and a dimension |
//! | `formula` | an expression, and the check of its units |
//! | `input` | inputs from the source, the scenario, or the calibration |
//! | `file` | files of claims |

use std::collections::BTreeSet;

use self::formula::Formula;
use self::input::Context;
use self::spec::{ClaimSpec, FormulaSpec};
use self::unit::Amount;
use crate::fault::Fault;
use crate::figures;

pub(crate) mod file;
mod formula;
mod input;
pub(crate) mod spec;
pub(crate) mod unit;

pub use input::{Input, Said, Value};
pub use spec::{Bound, Measure};
pub use unit::conversion;

/// A published figure and how it is checked.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Name: system, subject, figure, with dots between them.
    pub id: String,
    /// What is claimed, in words.
    pub statement: String,
    /// The figure, in `unit`.
    pub claimed: f64,
    /// Its unit.
    pub unit: String,
    /// How the figure bounds what is found.
    pub bound: Bound,
    /// Relative tolerance.
    pub tolerance: f64,
    /// Why it cannot be checked, so that what is found decides nothing.
    pub unchecked: Option<String>,
    /// CPU that the figure was measured on, where it belongs to one.
    pub host: Option<String>,
    /// What its source's own inputs give, where it shows its arithmetic.
    pub derived: Option<Derived>,
    /// What it is held against.
    pub check: HeldAgainst,
    /// Where it was published.
    pub source: String,
}

impl Claim {
    /// The operations of a calibration that it is held against, each with its size.
    pub fn operations(&self) -> impl Iterator<Item = (&str, u64)> {
        let inputs = if let HeldAgainst::Found(computation) = &self.check { computation.inputs() } else { &[] };
        inputs.iter().filter_map(|input| match &input.value {
            Value::Measured { operation, size, .. } => Some((operation.as_str(), *size)),
            Value::Known(_) => None,
        })
    }
}

/// What the inputs of a source give by its own formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// The figure, in the claim's unit.
    pub value: f64,
    /// The formula with its inputs, in words.
    pub arithmetic: String,
}

/// What a claim is held against.
#[derive(Debug, Clone)]
pub enum HeldAgainst {
    /// Nothing but its own arithmetic.
    Arithmetic,
    /// A metric of an outcome.
    Metric {
        /// Name of the metric.
        name: String,
        /// Design of the outcome.
        design: String,
        /// Cost book of the outcome; nothing where the claim leaves it to the judge.
        costs: Option<String>,
        /// Sizing of the outcome: `specified` or `sized`.
        sizing: String,
        /// Load that the figure is for, where it names one \[tx/s\].
        load: Option<f64>,
    },
    /// A formula over the scenario and the calibration.
    Found(Box<Computation>),
    /// Nothing: [`Claim::unchecked`] says why.
    Nothing,
}

/// A formula with its inputs, giving a figure in the unit of a claim.
#[derive(Debug, Clone)]
pub struct Computation {
    formula: Formula,
    inputs: Vec<Input>,
    /// The claim's unit in base units.
    unit: f64,
}

impl Computation {
    /// Inputs in the order of the values that [`value`](Self::value) takes.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The figure for values of the inputs in base units, in the claim's unit.
    ///
    /// # Errors
    /// It is not finite.
    pub fn value(&self, values: &[f64]) -> Result<f64, String> {
        self.formula.value(values).map(|value| value / self.unit)
    }

    /// The formula with its inputs in their places, and where they are said if not in the claim itself.
    pub fn arithmetic(&self) -> String {
        let said: Vec<&str> = self.inputs.iter().map(|input| input.said.as_str()).collect();
        let mut places: Vec<&str> = self.inputs.iter().filter_map(|input| input.place.as_deref()).collect();
        places.sort_unstable();
        places.dedup();
        let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
        format!("{}{places}", self.formula.with(&said))
    }
}

/// What can be asked of another load.
pub(crate) const MONTHLY_COST: &str = "it belongs to a monthly cost, as `cost.proving`";

/// Whether a metric is a cost that grows in proportion to the load.
pub(crate) fn monthly_cost(metric: &str) -> bool {
    metric.starts_with("cost.") && !metric.starts_with("cost.per_million_")
}

/// Claims from what a file says, or everything that is wrong with them. Keys start with the index of the claim.
pub(crate) fn claims(specs: &[ClaimSpec], scenario: Option<&Said<'_>>) -> Result<Vec<Claim>, Vec<Fault>> {
    let (mut claims, mut faults, mut ids) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (index, spec) in specs.iter().enumerate() {
        if !ids.insert(&spec.id) {
            faults.push((format!("{index}.id"), format!("two claims are called `{}`", spec.id)));
        }
        let context = Context { design: spec.design.as_deref(), scenario, claims: specs };
        match claim(spec, &context) {
            Ok(claim) => claims.push(claim),
            Err(found) => faults.extend(found.into_iter().map(|(key, why)| (join(&index.to_string(), &key), why))),
        }
    }
    if faults.is_empty() { Ok(claims) } else { Err(faults) }
}

fn join(first: &str, rest: &str) -> String {
    if rest.is_empty() { first.to_owned() } else { format!("{first}.{rest}") }
}

fn claim(spec: &ClaimSpec, context: &Context<'_>) -> Result<Claim, Vec<Fault>> {
    let mut faults: Vec<Fault> = misplaced(spec, context.scenario);
    let unit = match Amount::unit(&spec.unit) {
        Ok(unit) => unit,
        Err(why) => {
            faults.push(("unit".into(), why));
            return Err(faults);
        }
    };
    let formulas = [&spec.derive, &spec.find];
    let mut inputs = formulas.into_iter().flatten().flat_map(|formula| formula.inputs.values());
    let replaced = context.scenario.and_then(|said| inputs.find_map(|input| said.replaced(input)));
    if let (Some(why), true) = (replaced, faults.is_empty()) {
        return Ok(Claim { unchecked: Some(why), ..held_against(spec, None, HeldAgainst::Nothing) });
    }
    let mut computed = |key: &str, formula: &Option<FormulaSpec>| {
        let formula = formula.as_ref()?;
        computation(formula, &spec.unit, &unit, context)
            .map_err(|found| faults.extend(found.into_iter().map(|(rest, why)| (join(key, &rest), why))))
            .ok()
    };
    let (derive, find) = (computed("derive", &spec.derive), computed("find", &spec.find));
    let derived =
        derive.and_then(|derive| derived(&derive).map_err(|why| faults.push(("derive.formula".into(), why))).ok());
    if !faults.is_empty() {
        return Err(faults);
    }
    let check = match (find, &spec.metric, &spec.unchecked) {
        (Some(find), ..) => HeldAgainst::Found(Box::new(find)),
        (None, Some(name), _) => HeldAgainst::Metric {
            name: name.clone(),
            design: spec.design.clone().unwrap_or_default(),
            costs: spec.costs.clone(),
            sizing: spec.sizing.clone().unwrap_or_else(|| "sized".into()),
            load: spec.load.map(|load| load.per_second()),
        },
        (None, None, Some(_)) => HeldAgainst::Nothing,
        (None, None, None) => HeldAgainst::Arithmetic,
    };
    Ok(held_against(spec, derived, check))
}

/// The claim with what it is held against.
fn held_against(spec: &ClaimSpec, derived: Option<Derived>, check: HeldAgainst) -> Claim {
    Claim {
        id: spec.id.clone(),
        statement: spec.statement.clone(),
        claimed: spec.claimed,
        unit: spec.unit.clone(),
        bound: spec.bound,
        tolerance: tolerance(spec),
        unchecked: spec.unchecked.clone(),
        host: spec.host.clone(),
        derived,
        check,
        source: spec.source.clone(),
    }
}

/// The relative tolerance: as said, or half a unit of the last digit that was published.
fn tolerance(spec: &ClaimSpec) -> f64 {
    let half_unit = |digits: u8| {
        let first = spec.claimed.abs().log10().floor();
        0.5 * 10f64.powf(first - f64::from(digits) + 1.0) / spec.claimed.abs()
    };
    spec.digits.map_or_else(|| spec.tolerance.map_or(0.0, |share| share.value()), half_unit)
}

/// What a claim says at the wrong place, or does not say.
fn misplaced(spec: &ClaimSpec, scenario: Option<&Said<'_>>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut fault = |key: &str, message: String| faults.push((key.into(), message));
    match [spec.metric.is_some(), spec.find.is_some()].iter().filter(|check| **check).count() {
        0 if spec.derive.is_none() && spec.unchecked.is_none() => {
            let help = "give a `metric`, a formula under `derive` or `find`, or say why under `unchecked`";
            fault("", format!("claim {} says not how it is checked: {help}", spec.id));
        }
        0 | 1 => {}
        _ => fault("", format!("claim {}: only one of `metric` and `find` can decide it", spec.id)),
    }
    if spec.digits.is_some() == spec.tolerance.is_some() {
        fault("", format!("claim {} needs its `digits` or a `tolerance`, and one of them only", spec.id));
    }
    if spec.digits.is_some_and(|digits| !(1..=9).contains(&digits) || spec.claimed == 0.0) {
        fault("digits", "allowed: 1 to 9, of a figure that is not 0".into());
    }
    if spec.host.is_some() && spec.find.is_none() {
        fault("host", "it belongs to what is found in a calibration: give a formula under `find`".into());
    }
    if spec.load.is_some() && !spec.metric.as_deref().is_some_and(monthly_cost) {
        fault("load", MONTHLY_COST.into());
    }
    let designs = || scenario.map_or(String::new(), |said| said.systems.keys().copied().collect::<Vec<_>>().join(", "));
    match (&spec.design, scenario) {
        (None, _) if spec.metric.is_some() => fault("", format!("claim {} has a metric and no `design`", spec.id)),
        (Some(_), None) => fault("design", "designs belong to a scenario, and there is none here".into()),
        (Some(design), Some(said)) if !said.systems.contains_key(design.as_str()) => {
            fault("design", format!("no design `{design}`; designs: {}", designs()));
        }
        _ => {}
    }
    if let (Some(book), Some(said)) = (&spec.costs, scenario)
        && !said.books.contains_key(book)
    {
        fault("costs", format!("no book `{book}`"));
    }
    if let (Some(metric), Some(said)) = (&spec.metric, scenario)
        && let Some((key, why)) =
            figures::fault(metric, &spec.unit, said.systems.values().map(|(system, _)| system.figures()))
    {
        fault(key, why);
    }
    if spec.sizing.as_deref().is_some_and(|sizing| !["specified", "sized"].contains(&sizing)) {
        fault("sizing", "allowed: `specified`, `sized`".into());
    }
    faults
}

fn computation(
    spec: &FormulaSpec,
    unit_said: &str,
    unit: &Amount,
    context: &Context<'_>,
) -> Result<Computation, Vec<Fault>> {
    let at_formula = |why: String| vec![("formula".to_owned(), why)];
    let formula = Formula::parse(&spec.formula).map_err(at_formula)?;
    let (mut inputs, mut faults) = (Vec::new(), Vec::new());
    for name in formula.names() {
        match spec.inputs.get(name).map(|said| context.input(said)) {
            Some(Ok(input)) => inputs.push(input),
            Some(Err(why)) => faults.push((format!("inputs.{name}"), why)),
            None => faults.push(("formula".into(), format!("`{name}` is not among its inputs"))),
        }
    }
    for idle in spec.inputs.keys().filter(|name| !formula.names().contains(name)) {
        faults.push((format!("inputs.{idle}"), "the formula does not use it".into()));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let amounts: Vec<Amount> = inputs.iter().map(|input| input.amount().clone()).collect();
    let dimension = formula.dimension(&amounts).map_err(at_formula)?;
    if dimension != unit.dimension {
        let why = format!("`{}` gives {dimension}, but the claim is in {unit_said}: {}", spec.formula, unit.dimension);
        return Err(at_formula(why));
    }
    Ok(Computation { formula, inputs, unit: unit.value })
}

/// The value of a formula whose inputs are all known.
fn derived(computation: &Computation) -> Result<Derived, String> {
    let values = computation.inputs.iter().map(|input| match &input.value {
        Value::Known(amount) => Ok(amount.value),
        Value::Measured { operation, .. } => {
            Err(format!("`{operation}` is no input of the source: what is measured here belongs to `find`"))
        }
    });
    let values = values.collect::<Result<Vec<f64>, String>>()?;
    Ok(Derived { value: computation.value(&values)?, arithmetic: computation.arithmetic() })
}
