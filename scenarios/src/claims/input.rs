//! Inputs of formulas: what the source says, here or in another claim, what the scenario and the price list say, and what
//! the calibration is to say later.

use std::collections::BTreeMap;

use super::spec::{ClaimSpec, FromCalibration, InputSpec, Measure};
use super::unit::Amount;
use crate::prices::{ON_DEMAND, PriceBook};
use crate::quantity::Duration;
use crate::reading::nearest;
use crate::spec::{Book, CostPart, Covers};
use crate::systems::SystemSpec;

/// Beginning of the key of a price.
const PRICES: &str = "prices.";
/// Beginning of the key of a book's cost.
const BOOKS: &str = "books.";
/// The key of a vote on the delays between nodes alone.
const DECISION: &str = "network.decision";

/// An input of a formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What it is, as written or as the scenario says.
    pub said: String,
    /// Where that is said, if not in the claim itself: a key of the scenario, a row of the price list, or another claim.
    pub place: Option<String>,
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

/// Where inputs are looked up.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// Design of the claim that is read.
    pub(super) design: Option<&'a str>,
    /// The scenario, where there is one.
    pub(super) scenario: Option<&'a Said<'a>>,
    /// All claims of the file.
    pub(super) claims: &'a [ClaimSpec],
}

impl Context<'_> {
    /// An input from what a claim says.
    ///
    /// # Errors
    /// What is wrong with its unit, or with the key or name that it is taken from.
    pub(super) fn input(&self, spec: &InputSpec) -> Result<Input, String> {
        let known = |said: String, place, amount| Ok(Input { said, place, value: Value::Known(amount) });
        match spec {
            InputSpec::Number(number) => known(number.to_string(), None, Amount::number(*number)),
            InputSpec::Quantity(text) => known(text.trim().to_owned(), None, Amount::parse(text)?),
            InputSpec::Scenario(from) => {
                let (said, amount) = match (from.from.strip_prefix(PRICES), self.scenario) {
                    (Some(row), _) => price(row)?,
                    (None, Some(scenario)) => scenario.figure(&from.from, self.design)?,
                    (None, None) => {
                        return Err("there is no scenario here to take it from: write a number with its unit".into());
                    }
                };
                known(said, Some(from.from.clone()), amount.times(&counted(from.unit.as_deref())?))
            }
            InputSpec::Claim(from) => {
                let (said, amount) = self.claim(&from.claim)?;
                known(said, Some(from.claim.clone()), amount.times(&counted(from.unit.as_deref())?))
            }
            InputSpec::Measured(from) => measured(from),
        }
    }

    /// What another claim says.
    fn claim(&self, id: &str) -> Result<(String, Amount), String> {
        let Some(claim) = self.claims.iter().find(|claim| claim.id == id) else {
            let near = nearest(id, self.claims.iter().map(|claim| claim.id.as_str()));
            let meant = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(format!("there is no claim `{id}` in this file{meant}"));
        };
        let amount = Amount::number(claim.claimed).times(&Amount::unit(&claim.unit)?);
        let said = match (claim.unit.as_str(), claim.unit.strip_prefix("USD")) {
            ("1", _) => claim.claimed.to_string(),
            (_, Some(per)) => format!("${}{per}", claim.claimed),
            (unit, None) => super::unit::counted(&claim.claimed.to_string(), unit),
        };
        Ok((said, amount))
    }
}

/// What a figure is counted in besides its own unit.
fn counted(unit: Option<&str>) -> Result<Amount, String> {
    Amount::unit(unit.unwrap_or_default())
}

fn measured(from: &FromCalibration) -> Result<Input, String> {
    let unit = match from.of {
        Measure::Time => "s",
        Measure::Bytes | Measure::Memory => "B",
        Measure::Rate => "1/s",
    };
    let unit = Amount::unit(unit)?.times(&counted(from.unit.as_deref())?);
    let (operation, size, of) = (from.operation.clone(), from.size, from.of);
    let what = match of {
        Measure::Time => "",
        Measure::Bytes => "bytes of ",
        Measure::Memory => "peak memory of ",
        Measure::Rate => "rate of ",
    };
    Ok(Input {
        said: format!("{what}{operation}({size})"),
        place: None,
        value: Value::Measured { operation, size, of, unit },
    })
}

/// What an instance is rented for on demand, by its provider and name: the cheapest where there are several regions. A claim about
/// prices is held against those of the library: what the user pays says nothing of it.
fn price(row: &str) -> Result<(String, Amount), String> {
    let prices = PriceBook::library();
    let named = row.split_once('.').and_then(|(provider, name)| prices.price(provider, name, ON_DEMAND, None));
    let price = named.ok_or_else(|| format!("the price list has no `{row}` on demand; see `proofcast list prices`"))?;
    let hourly = Amount::unit("USD/h")?;
    Ok((format!("${}/h", price.usd_per_hour), Amount::number(price.usd_per_hour).times(&hourly)))
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
            let seconds = system.decision_s()?;
            return Ok((format!("{:.0} ms", seconds * 1e3), Amount::unit("s")?.times(&Amount::number(seconds))));
        }
        let mut names = key.split('.');
        let first = names.next().and_then(|name| said.get(name));
        // Of a list by its place, from zero.
        let value = names.fold(first, |value, name| match value? {
            toml::Value::Array(list) => list.get(name.parse::<usize>().ok()?),
            value => value.get(name),
        });
        let number = |number: f64| (number.to_string(), Amount::number(number));
        match value {
            Some(toml::Value::Integer(whole)) => Ok(number(*whole as f64)),
            Some(toml::Value::Float(value)) => Ok(number(*value)),
            Some(toml::Value::String(text)) => Amount::parse(text).map(|amount| (text.clone(), amount)),
            _ => Err(format!("the system has no figure `{key}`")),
        }
    }

    /// A cost of a book that a claim's input is taken from, though nobody claims it: a scenario has put another figure there.
    pub(super) fn replaced(&self, input: &InputSpec) -> Option<String> {
        let InputSpec::Scenario(from) = input else { return None };
        let (book, cost) = from.from.strip_prefix(BOOKS)?.split_once(".costs.")?;
        let parts = self.books.get(book)?.costs.get(cost)?;
        let claimed = parts.iter().all(|part| matches!(part, CostPart::Claimed { .. }));
        (!claimed).then(|| {
            format!("`{}` is not a claimed figure in this scenario, so the source's arithmetic has lost it", from.from)
        })
    }

    /// A claimed cost: seconds, per transaction where it is for some.
    fn cost(&self, key: &str) -> Result<(String, Amount), String> {
        let parts = key
            .split_once(".costs.")
            .and_then(|(book, cost)| self.books.get(book)?.costs.get(cost))
            .ok_or_else(|| format!("no book has the cost `{BOOKS}{key}`"))?;
        let seconds = parts.iter().map(|part| match part {
            CostPart::Claimed { time, transactions: Some(Covers::Number(count)), .. } => {
                Ok(time.seconds() / *count as f64)
            }
            CostPart::Claimed { time, .. } => Ok(time.seconds()),
            _ => Err(format!("`{BOOKS}{key}` is not claimed: only the figures of a source can be checked against it")),
        });
        let seconds: f64 = seconds.sum::<Result<f64, String>>()?;
        Ok((Duration::new(seconds).to_string(), Amount::unit("s")?.times(&Amount::number(seconds))))
    }
}
