//! Units of claims: any product of the words below, as a size in base units and a dimension.
//!
//! A unit is written `tx/s`, `ms·core/tx`, `machines per validator`: words joined by `·` or `*`, and what follows a `/` divides.
//! Time, data and money are those of the quantities of a scenario. What is counted is a dimension too, so that cores
//! cannot be taken for transactions. A month is 730 h and a year 8,760 h here; a source that reckons with 30 days says so
//! in an input, `30 d/month`.

use std::collections::BTreeMap;
use std::fmt;

use crate::quantity::{self, Kind};
use crate::reading::nearest;

/// What is counted, each a dimension of its own.
const COUNTED: [&str; 20] = [
    "tx",
    "req",
    "core",
    "GPU",
    "machine",
    "token",
    "proof",
    "block",
    "blob",
    "gas",
    "epoch",
    "shard",
    "validator",
    "prover",
    "signature",
    "level",
    "round",
    "run",
    "thread",
    "cycle",
];

/// What is counted in sentences, and by no claim.
const TOLD: [&str; 8] = ["replication", "request", "claim", "operation", "size", "value", "point", "key"];

/// A figure with its unit, in the plural where that names things and there is not one: `50 provers`, `1 prover`, `3 tx`. The unit may be
/// in the plural already.
pub fn counted(figure: &str, unit: &str) -> String {
    let (first, rest) = unit.split_at(unit.find(' ').unwrap_or(unit.len()));
    if let Some(one) = first.strip_suffix('s').filter(|one| figure == "1" && COUNTED.contains(one)) {
        return format!("{figure} {one}{rest}");
    }
    let has_plural = (COUNTED.contains(&unit) || TOLD.contains(&unit)) && !["tx", "req", "gas"].contains(&unit);
    let plural = if has_plural && figure != "1" { "s" } else { "" };
    format!("{figure} {unit}{plural}")
}

/// Words that are no quantity of a scenario: their dimension, if any, and size in its base unit.
const OTHERS: [(&str, Option<&str>, f64); 15] = [
    ("1", None, 1.0),
    ("", None, 1.0),
    ("%", None, 0.01),
    ("share", None, 1.0),
    ("k", None, 1e3),
    ("M", None, 1e6),
    ("ktx", Some("tx"), 1e3),
    ("Mtx", Some("tx"), 1e6),
    ("Gcycle", Some("cycle"), 1e9),
    ("ETH", Some("ETH"), 1.0),
    ("gwei", Some("ETH"), 1e-9),
    ("kW", Some("kW"), 1.0),
    ("day", Some("s"), 86_400.0),
    ("month", Some("s"), 730.0 * 3_600.0),
    ("year", Some("s"), 8_760.0 * 3_600.0),
];

/// Powers of base units; a power of zero is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dimension(BTreeMap<&'static str, i32>);

impl Dimension {
    /// The power of a base unit.
    pub fn power(&self, base: &str) -> i32 {
        self.0.get(base).copied().unwrap_or(0)
    }

    /// Base units that it has a power of.
    pub fn bases(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// The dimension with a base unit multiplied in `power` times.
    #[must_use]
    pub fn times(mut self, base: &'static str, power: i32) -> Self {
        let sum = self.power(base) + power;
        if sum == 0 {
            self.0.remove(base);
        } else {
            self.0.insert(base, sum);
        }
        self
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |sign: i32| {
            let words = self.0.iter().filter(|(_, power)| **power * sign > 0);
            let written = words.map(|(base, power)| match power.abs() {
                1 => (*base).to_owned(),
                power => format!("{base}^{power}"),
            });
            written.collect::<Vec<_>>().join("·")
        };
        match (side(1).as_str(), side(-1).as_str()) {
            ("", "") => formatter.write_str("a plain number"),
            (above, "") => formatter.write_str(above),
            (above, below) => write!(formatter, "{}/{below}", if above.is_empty() { "1" } else { above }),
        }
    }
}

/// A number in base units with its dimension; as a unit, the size of one of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// The number, in base units: s, B, USD, and what is counted.
    pub value: f64,
    /// Its dimension.
    pub dimension: Dimension,
}

impl Amount {
    /// A number without a unit.
    pub fn number(value: f64) -> Self {
        Self { value, dimension: Dimension::default() }
    }

    /// Reads a unit.
    ///
    /// # Errors
    /// The word that is no unit, with the nearest one.
    pub fn unit(text: &str) -> Result<Self, String> {
        let mut unit = Self::number(1.0);
        for (index, part) in text.trim().replace(" per ", "/").split('/').enumerate() {
            for name in part.split(['·', '*', ' ']).map(str::trim) {
                let (base, size) = word(name).ok_or_else(|| unknown(name))?;
                let power = if index == 0 { 1 } else { -1 };
                unit.value *= size.powi(power);
                if let Some(base) = base {
                    unit.dimension = unit.dimension.times(base, power);
                }
            }
        }
        Ok(unit)
    }

    /// Reads a number with its unit: `50000 tx/s`, `$3/h`.
    ///
    /// # Errors
    /// There is no number, or the unit is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (number, unit) = quantity::split(text.trim());
        let value: f64 = number
            .replace('_', "")
            .parse()
            .map_err(|_| format!("`{}` is not a number with a unit, like `50000 tx/s`", quantity::shorten(text)))?;
        if !value.is_finite() {
            return Err(format!("`{}` is more than a figure can be", quantity::shorten(text)));
        }
        Ok(Self::number(value).times(&Self::unit(&unit)?))
    }

    /// The product of two amounts.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let bases: Vec<&'static str> = other.dimension.bases().collect();
        let dimension = bases
            .into_iter()
            .fold(self.dimension.clone(), |product, base| product.times(base, other.dimension.power(base)));
        Self { value: self.value * other.value, dimension }
    }
}

/// What a figure in one unit must be multiplied by to be in another; nothing where they are not of one dimension.
pub fn conversion(from: &str, to: &str) -> Option<f64> {
    if from == to {
        return Some(1.0);
    }
    let (from, to) = (Amount::unit(from).ok()?, Amount::unit(to).ok()?);
    (from.dimension == to.dimension).then_some(from.value / to.value)
}

/// The base unit of a word, if it has any, and its size in it.
fn word(name: &str) -> Option<(Option<&'static str>, f64)> {
    if let Some((_, base, size)) = OTHERS.iter().find(|(word, ..)| *word == name) {
        return Some((*base, *size));
    }
    let singular = name.strip_suffix('s').filter(|singular| singular.len() > 2).unwrap_or(name);
    if let Some(counted) = COUNTED.iter().find(|counted| **counted == name || **counted == singular) {
        return Some((Some(counted), 1.0));
    }
    let size = |kind: &str, name: &str| Kind::named(kind).and_then(|kind| kind.size_of(name));
    let bits = || size("bandwidth", &format!("{name}/s")).map(|bits| (Some("B"), bits / 8.0));
    let time = size("duration", name).map(|seconds| (Some("s"), seconds));
    let data = || size("amount of data", name).map(|bytes| (Some("B"), bytes));
    let money = || size("amount of money", name).map(|usd| (Some("USD"), usd));
    time.or_else(data).or_else(money).or_else(bits)
}

fn unknown(name: &str) -> String {
    let known = ["s", "ms", "min", "h", "d", "month", "B", "kB", "bit", "USD"].into_iter().chain(COUNTED);
    let meant = nearest(name, known).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    format!("unknown unit `{}`{meant}", quantity::shorten(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_have_a_size_and_a_dimension() {
        let size = |text: &str| Amount::parse(text).map(|amount| (amount.value, amount.dimension.to_string()));
        let is = |value: f64, dimension: &str| Ok((value, dimension.to_owned()));
        assert_eq!(size("50_000 tx/s"), is(50_000.0, "tx/s"));
        assert_eq!(size("17 ms·core/tx"), is(0.017, "core·s/tx"));
        assert_eq!(size("$7200/h/month"), is(7_200.0 / 3_600.0 / 2_628_000.0, "USD/s^2"));
        assert_eq!(size("730 h/month"), is(1.0, "a plain number"));
        assert_eq!(size("100 Mbit/s"), is(12_500_000.0, "B/s"));
        assert_eq!(size("50k/s"), is(50_000.0, "1/s"));
        assert_eq!(size("29 %"), is(0.29, "a plain number"));
        assert_eq!(size("5"), is(5.0, "a plain number"));
        assert!(size("5 txs/s").is_err_and(|why| why.contains("`txs`; did you mean `tx`?")));
        assert!(size("fast").is_err());
        assert_eq!(conversion("USD/h", "USD/month"), Some(730.0));
        assert_eq!(conversion("USD/h", "s"), None);
        assert_eq!(conversion("provers", "prover"), Some(1.0));
        assert_eq!(conversion("machines per validator", "machine/validator"), Some(1.0));
        assert!(size("1e400 s").is_err() && size("nan s").is_err());
    }

    #[test]
    fn what_is_one_is_in_the_singular() {
        let all = [("1", "machine"), ("2", "machine"), ("1", "machines"), ("1", "machines per validator"), ("1", "tx")];
        let told = all.map(|(figure, unit)| counted(figure, unit));
        assert_eq!(told, ["1 machine", "2 machines", "1 machine", "1 machine per validator", "1 tx"]);
        assert_eq!([counted("1", "replication"), counted("10", "replication")], ["1 replication", "10 replications"]);
    }
}
