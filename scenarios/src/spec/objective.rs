//! What a scenario file says a design must reach.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::claims::spec::Bound;
use crate::quantity::{Positive, Rate};

/// What a design must reach.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Name for reports.
    pub name: String,
    /// Metric of an outcome.
    pub metric: String,
    /// Which side of the value is wanted.
    pub bound: Bound,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Design that it is asked of; left out: every design.
    pub design: Option<String>,
    /// Cost book that it is asked of; left out: every book.
    pub costs: Option<String>,
    /// Sizing that it is asked of; left out: `sized`.
    pub sizing: Option<String>,
    /// Load that the value is for, where a design's is another: a cost is then held in proportion.
    pub load: Option<Positive<Rate>>,
}

/// Signs of a bound, longer ones first.
const SIGNS: [(&str, Bound); 6] = [
    ("<=", Bound::AtMost),
    (">=", Bound::AtLeast),
    ("≤", Bound::AtMost),
    ("≥", Bound::AtLeast),
    ("<", Bound::LessThan),
    (">", Bound::MoreThan),
];

/// How an objective is written on the command line.
const HELP: &str = "write a figure, <= or >=, and a value with its unit, like 'proof_finality.p99 <= 15min'";

impl Objective {
    /// Reads `FIGURE <= VALUE`, such as `proof_finality.p99 <= 15min` or `throughput >= 50k tx/s`. Whether there is such a figure in
    /// that unit is found where the designs are known.
    ///
    /// # Errors
    /// What is wrong with the text, and how it is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let sign = SIGNS.into_iter().find_map(|(sign, bound)| Some((text.split_once(sign)?, bound)));
        let Some(((metric, value), bound)) = sign else {
            return Err(format!("`{text}` has no bound; {HELP}"));
        };
        let metric = metric.trim();
        if metric.is_empty() {
            return Err(format!("`{text}` names no figure; {HELP}"));
        }
        let (value, unit) = amount(value).ok_or_else(|| format!("`{}` is no value; {HELP}", value.trim()))?;
        Ok(Self { value, unit, ..Self::of(metric, bound) })
    }

    /// The bill by the month that must not be exceeded: `25k/month`, `$25,000`.
    ///
    /// # Errors
    /// What is wrong with the text, and how it is written.
    pub fn budget(text: &str) -> Result<Self, String> {
        let help = "write USD per month, like `25k/month`";
        let bare = text.trim().trim_end_matches("/month").trim_end_matches("USD");
        let (value, unit) = amount(bare).ok_or_else(|| format!("`{text}` is no budget; {help}"))?;
        if !["", "USD", "1"].contains(&unit.as_str()) || value <= 0.0 {
            return Err(format!("`{text}` is no budget; {help}"));
        }
        Ok(Self { name: "budget".into(), value, unit: "USD/month".into(), ..Self::of("cost.total", Bound::AtMost) })
    }

    fn of(metric: &str, bound: Bound) -> Self {
        let (name, metric, unit) = (metric.to_owned(), metric.to_owned(), "1".to_owned());
        Self { name, metric, bound, value: 0.0, unit, design: None, costs: None, sizing: None, load: None }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = SIGNS.into_iter().find(|(_, bound)| *bound == self.bound).map_or("=", |(sign, _)| sign);
        let (value, unit) = (self.value, &self.unit);
        let gap = if ["%", "1", "share"].contains(&unit.as_str()) { "" } else { " " };
        let unit = if unit == "1" || unit == "share" { "" } else { unit };
        write!(formatter, "{} {sign} {value}{gap}{unit}", self.metric)
    }
}

/// A number and its unit: `15min`, `50k tx/s`, `$25k/month`, `99.9%`. Without a unit it is a plain number.
fn amount(text: &str) -> Option<(f64, String)> {
    let text = text.trim();
    let (dollars, text) = text.strip_prefix('$').map_or((false, text), |rest| (true, rest));
    let is_number = |c: char| c.is_ascii_digit() || "._".contains(c);
    let end = text.find(|c: char| !is_number(c)).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let value: f64 = number.replace('_', "").parse().ok()?;
    let thousands = rest.strip_prefix('k').filter(|rest| !rest.starts_with(char::is_alphabetic));
    let millions = rest.strip_prefix('M').filter(|rest| !rest.starts_with(char::is_alphabetic));
    let (times, unit) = match (thousands, millions) {
        (Some(rest), _) => (1e3, rest),
        (_, Some(rest)) => (1e6, rest),
        _ => (1.0, rest),
    };
    let unit = if dollars { format!("USD{}", unit.trim()) } else { unit.trim().to_owned() };
    let unit = if unit.is_empty() { "1".to_owned() } else { unit };
    let value = value * times;
    value.is_finite().then_some((value, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_objective_is_read_as_people_write_it() {
        for (text, shown) in [
            ("proof_finality.p99 <= 15min", "proof_finality.p99 <= 15 min"),
            ("throughput >= 50k tx/s", "throughput >= 50000 tx/s"),
            ("availability >= 99.9%", "availability >= 99.9%"),
            ("sojourn.p99<0.5s", "sojourn.p99 < 0.5 s"),
            ("cost.total ≤ $1.5M/month", "cost.total <= 1500000 USD/month"),
            ("error_rate <= 0.001", "error_rate <= 0.001"),
        ] {
            let read = Objective::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(read.to_string(), shown);
        }
        for text in ["sojourn.p99", "<= 5s", "sojourn.p99 <= soon", "sojourn.p99 <= -1s", ""] {
            Objective::parse(text).expect_err(text);
        }
    }

    #[test]
    fn a_budget_is_dollars_by_the_month() {
        let usd = |text: &str| Objective::budget(text).map(|read| read.value).ok();
        assert_eq!(usd("25k/month"), Some(25_000.0));
        assert_eq!(usd("$25_000"), Some(25_000.0));
        assert_eq!(usd("1.2M USD/month"), Some(1_200_000.0));
        assert_eq!((usd("25 EUR"), usd("0"), usd("much")), (None, None, None));
    }
}
