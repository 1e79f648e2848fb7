//! Inputs of formulas: what the source says, what the scenario says, and what the calibration is to say later.

use std::collections::BTreeMap;

use models::quorum::QuorumTable;

use super::spec::{InputSpec, Measure};
use super::unit::Amount;
use crate::network::{among, wan_matrix};
use crate::spec::{Book, CostPart, SystemSpec};

/// Beginning of the key of a book's cost.
const BOOKS: &str = "books.";
/// The key of a vote on the delays between nodes alone.
const DECISION: &str = "network.decision";

/// An input of a formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it stands for, as written or as the scenario says.
    pub said: String,
    /// Where its value comes from.
    pub value: Value,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// It is known.
    Known(Amount),
    /// The calibration says it: a figure in seconds, bytes or runs a second, times `unit`.
    Measured {
        /// Operation of the calibration.
        operation: String,
        /// Size at which it is done.
        size: u64,
        /// What of it.
        of: Measure,
        /// What one of it is, with its dimension.
        unit: Amount,
    },
}

impl Input {
    /// Its value where it is known, else one of what it is counted in: enough to check units.
    pub(super) fn amount(&self) -> &Amount {
        match &self.value {
            Value::Known(amount) | Value::Measured { unit: amount, .. } => amount,
        }
    }
}

/// What a scenario says, for inputs that are taken from it; a file of claims alone has none.
pub struct Said<'a> {
    /// The system of each design, as a file would say it.
    pub systems: BTreeMap<&'a str, (&'a SystemSpec, toml::Table)>,
    /// The cost books.
    pub books: &'a BTreeMap<String, Book>,
    /// The design of claims that name none.
    pub base: &'a str,
}

/// An input from what a claim says.
///
/// # Errors
/// What is wrong with its unit, or with the key of the scenario.
pub(super) fn input(spec: &InputSpec, design: Option<&str>, scenario: Option<&Said<'_>>) -> Result<Input, String> {
    let known = |said: String, amount| Ok(Input { said, value: Value::Known(amount) });
    match spec {
        InputSpec::Number(number) => known(number.to_string(), Amount::number(*number)),
        InputSpec::Quantity(text) => known(text.trim().to_owned(), Amount::parse(text)?),
        InputSpec::Scenario(from) => {
            let scenario = scenario.ok_or("there is no scenario here to take it from: write a number with its unit")?;
            let (said, amount) = scenario.figure(&from.from, design)?;
            let counted = Amount::unit(from.unit.as_deref().unwrap_or_default())?;
            known(format!("{said} ({})", from.from), amount.times(&counted))
        }
        InputSpec::Measured(from) => {
            let unit = match from.of {
                Measure::Time => "s",
                Measure::Bytes | Measure::Memory => "B",
                Measure::Rate => "1/s",
            };
            let counted = Amount::unit(from.unit.as_deref().unwrap_or_default())?;
            let unit = Amount::unit(unit)?.times(&counted);
            let (operation, size, of) = (from.operation.clone(), from.size, from.of);
            Ok(Input { said: format!("{operation} at {size}"), value: Value::Measured { operation, size, of, unit } })
        }
    }
}

impl Said<'_> {
    /// The figure of a key, in words and as an amount.
    fn figure(&self, key: &str, design: Option<&str>) -> Result<(String, Amount), String> {
        if let Some(cost) = key.strip_prefix(BOOKS) {
            return self.cost(cost);
        }
        let design = design.unwrap_or(self.base);
        let (system, said) = self.systems.get(design).ok_or_else(|| format!("no design `{design}`"))?;
        if key == DECISION {
            let seconds = decision(system)?;
            return Ok((format!("{:.0} ms", seconds * 1e3), Amount::unit("s")?.times(&Amount::number(seconds))));
        }
        let mut names = key.split('.');
        let first = names.next().and_then(|name| said.get(name));
        let value = names.fold(first, |value, name| value?.get(name));
        let number = |number: f64| (number.to_string(), Amount::number(number));
        match value {
            Some(toml::Value::Integer(whole)) => Ok(number(*whole as f64)),
            Some(toml::Value::Float(value)) => Ok(number(*value)),
            Some(toml::Value::String(text)) => Amount::parse(text).map(|amount| (text.clone(), amount)),
            _ => Err(format!("the system has no figure `{key}`")),
        }
    }

    /// A claimed cost: seconds, per transaction where it is for some.
    fn cost(&self, key: &str) -> Result<(String, Amount), String> {
        let parts = key
            .split_once(".costs.")
            .and_then(|(book, cost)| self.books.get(book)?.costs.get(cost))
            .ok_or_else(|| format!("no book has the cost `{BOOKS}{key}`"))?;
        let seconds = parts.iter().map(|part| match part {
            CostPart::Claimed { time, transactions, .. } => Ok(time.seconds() / transactions.unwrap_or(1) as f64),
            _ => Err(format!("`{BOOKS}{key}` is not claimed: only the figures of a source can be checked against it")),
        });
        let seconds: f64 = seconds.sum::<Result<f64, String>>()?;
        Ok((format!("{seconds} s"), Amount::unit("s")?.times(&Amount::number(seconds))))
    }
}

/// Mean time from proposal to decision on the delays between nodes alone, its leader drawn from all nodes \[s\].
fn decision(system: &SystemSpec) -> Result<f64, String> {
    let all = wan_matrix();
    let matrix = match &system.network.regions {
        None => all,
        Some(regions) if regions.is_empty() => return Err("at least one region is needed".into()),
        Some(regions) => among(&all, regions).map_err(|unknown| format!("no delays for {}", unknown.join(", ")))?,
    };
    let nodes = matrix.spread_evenly(system.validators.count);
    let table = QuorumTable::new(&matrix, &nodes);
    let sum: f64 = table.delays().iter().zip(&nodes).map(|(delay, nodes)| delay.as_secs_f64() * *nodes as f64).sum();
    Ok(sum / system.validators.count as f64)
}
