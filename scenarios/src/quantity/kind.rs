//! How a number with its unit is read, checked and shown, by the table of one kind of quantity.

use std::fmt;

use schemars::{Schema, json_schema};

/// One way to write a unit: its text, and the numerator and denominator of its size in the base unit.
///
/// Two numbers instead of one factor, so that `"3 ms"` is exactly the nearest number to 3/1000.
pub(super) type Writing = (&'static str, f64, f64);

/// Everything that tells one kind of quantity from another.
#[derive(Debug)]
pub struct Kind {
    /// What messages call it, with an article, and the schema without: `a duration`.
    pub(super) article: &'static str,
    pub(super) name: &'static str,
    /// How it is written and how it is shown.
    pub(super) units: &'static [Writing],
    /// Further ways to write it, never used to show it.
    pub(super) aliases: &'static [Writing],
    pub(super) examples: &'static [&'static str],
    /// Whether a quantity may be a sum of several units.
    pub(super) has_sums: bool,
    /// The largest value in the base unit.
    pub(super) max: f64,
}

/// Why a text is not a quantity: what was found, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantityError {
    /// What was found.
    pub message: String,
    /// What is allowed, with examples.
    pub help: String,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for QuantityError {}

impl Kind {
    /// The kind that a schema names with `x-quantity`.
    pub(crate) fn named(name: &str) -> Option<&'static Kind> {
        super::KINDS.iter().find(|kind| kind.name == name).copied()
    }

    /// `a duration such as "0.5 s"`, for messages about values of another type.
    pub(crate) fn describe(&self) -> String {
        format!("{} {} such as \"{}\"", self.article, self.name, self.examples[0])
    }

    /// Reads a number with its unit; the value is in the base unit.
    pub(crate) fn parse(&self, text: &str) -> Result<f64, QuantityError> {
        if let Some(parts) = self.sum(text) {
            return self.in_range(parts, &shorten(text));
        }
        let (number, unit) = split(text.trim());
        let shown = shorten(text);
        let value: f64 = match number.replace('_', "").parse() {
            Ok(value) => value,
            Err(_) if text.trim_start().starts_with(['-', '−']) => {
                return Err(self.error(format!("{} {} cannot be negative: found `{shown}`", self.article, self.name)));
            }
            Err(_) => return Err(self.error(format!("`{shown}` is not {} {}", self.article, self.name))),
        };
        let Some(&(_, numerator, denominator)) = self.writings().find(|writing| writing.0 == unit) else {
            return Err(match unit.as_str() {
                "" | "USD" => self.error(format!("unit missing: found `{shown}`")),
                unit if unit.starts_with(',') => QuantityError {
                    message: format!("no commas in numbers: found `{shown}`"),
                    help: "write `14600` or `14_600` with the unit".into(),
                },
                unit => self.error(format!("unknown unit `{}` in `{shown}`", shorten(unit))),
            });
        };
        self.in_range(value * numerator / denominator, &shown)
    }

    /// A duration in several units, the largest first: `1 h 30 min`; without the last one it is the next smaller: `1h30`. Nothing
    /// for any other text.
    fn sum(&self, text: &str) -> Option<f64> {
        if !self.has_sums {
            return None;
        }
        let (mut rest, mut total, mut last, mut parts) = (text.trim(), 0.0, f64::INFINITY, 0);
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_')).count();
            let (number, after) = rest.split_at(digits);
            let unit = after.trim_start();
            let letters = unit.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(unit.len());
            let size = match (&unit[..letters], last) {
                ("", 86_400.0) => 3_600.0,
                ("", 3_600.0 | 60.0) => last / 60.0,
                (unit, _) => self.size_of(unit)?,
            };
            if size >= last {
                return None;
            }
            total += number.replace('_', "").parse::<f64>().ok()? * size;
            (rest, last, parts) = (unit[letters..].trim_start(), size, parts + 1);
        }
        (parts > 1).then_some(total)
    }

    /// The size of one of a unit in the base unit.
    pub(crate) fn size_of(&self, unit: &str) -> Option<f64> {
        self.writings().find(|writing| writing.0 == unit).map(|(_, numerator, denominator)| numerator / denominator)
    }

    /// Takes a number that came without quotes; only shares may go without a unit.
    pub(crate) fn number(&self, value: f64) -> Result<f64, QuantityError> {
        if !self.writings().any(|writing| writing.0.is_empty()) {
            return Err(self.error(format!("unit missing: found `{value}`")));
        }
        self.in_range(value, &value.to_string())
    }

    /// Refuses zero.
    pub(crate) fn positive(&self, value: f64) -> Result<(), QuantityError> {
        if value > 0.0 {
            return Ok(());
        }
        Err(self.error(format!("{} {} must be above zero here: found `0`", self.article, self.name)))
    }

    fn in_range(&self, value: f64, shown: &str) -> Result<f64, QuantityError> {
        if value >= 0.0 && value <= self.max {
            // Adding zero turns −0 into 0.
            return Ok(value + 0.0);
        }
        let message = if value.is_nan() {
            format!("`{shown}` is not {} {}", self.article, self.name)
        } else if value < 0.0 {
            format!("{} {} cannot be negative: found `{shown}`", self.article, self.name)
        } else if self.max == 1.0 {
            format!("a share lies between 0 and 1 (0 % and 100 %): found `{shown}`")
        } else {
            format!(
                "`{shown}` is more than {}, the most that {} {} may be",
                self.show(self.max),
                self.article,
                self.name
            )
        };
        Err(self.error(message))
    }

    fn error(&self, message: String) -> QuantityError {
        let examples: Vec<_> = self.examples.iter().map(|example| format!("`{example}`")).collect();
        let units: Vec<_> = self.units.iter().map(|writing| writing.0).collect();
        QuantityError { message, help: format!("write {} (units: {})", examples.join(", "), units.join(", ")) }
    }

    /// The unit that values are held in; shares have none.
    pub(super) fn base(&self) -> &'static str {
        self.writings().find(|writing| writing.1 == writing.2).expect("every kind has its base unit").0
    }

    /// Whether the unit of a text is one that values of this kind are shown in.
    pub(super) fn shows(&self, text: &str) -> bool {
        let (_, unit) = split(text.trim());
        self.units.iter().any(|writing| writing.0 == unit)
    }

    fn writings(&self) -> impl Iterator<Item = &'static Writing> {
        self.units.iter().chain(self.aliases)
    }

    /// The shortest text that reads back as exactly this value.
    pub(super) fn show(&self, value: f64) -> String {
        if value == 0.0 {
            return written("0", self.units[0].0);
        }
        let shortest = self.units.iter().filter_map(|&(unit, numerator, denominator)| {
            // 0.07 × 100 is 7.000000000000001: fifteen digits say what was meant, and reading back proves it.
            let number: f64 = format!("{:.14e}", value * denominator / numerator).parse().ok()?;
            let digits = number.to_string();
            let rank = (digits.len(), number < 1.0);
            (number * numerator / denominator == value).then(|| (rank, written(&digits, unit)))
        });
        shortest.min_by_key(|(rank, _)| *rank).map_or_else(
            || {
                let base =
                    self.writings().find(|writing| writing.1 == writing.2).expect("every kind has its base unit");
                written(&value.to_string(), base.0)
            },
            |(_, text)| text,
        )
    }

    /// The schema that is published and that the reader of files checks by.
    pub(super) fn schema(&self) -> Schema {
        let number = r"[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?";
        let units: Vec<_> = self.writings().map(|writing| writing.0).collect();
        let mut pattern = format!("^\\s*{number}\\s*({})\\s*$", units.join("|"));
        let periods: Vec<_> = units.iter().filter_map(|unit| unit.strip_prefix("USD")).collect();
        if !periods.is_empty() {
            pattern += &format!("|^\\s*\\$\\s*{number}\\s*[kKM]?({})\\s*$", periods.join("|"));
        }
        if self.has_sums {
            pattern += &format!("|^(\\s*{number}\\s*({}))+(\\s*{number})?\\s*$", units.join("|"));
        }
        let bare = self.aliases.iter().any(|writing| writing.0.is_empty());
        let mut schema = json_schema!({
            "description": format!(
                "{} {} with its unit, at most {}: {}", self.article, self.name, self.show(self.max), units.join(", ")
            ),
            "type": if bare { serde_json::json!(["string", "number"]) } else { "string".into() },
            "pattern": pattern,
            "examples": self.examples,
            "x-quantity": self.name,
        });
        if bare {
            schema.insert("minimum".into(), 0.into());
            schema.insert("maximum".into(), self.max.into());
        }
        schema
    }
}

/// Splits a quantity into its number and its unit; `$5k/month` is read as 5 and `kUSD/month`.
pub(crate) fn split(text: &str) -> (&str, String) {
    let (money, text) = match text.strip_prefix('$') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let bytes = text.as_bytes();
    let mut end = bytes.iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_')).count();
    if end > 0 && matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let digits = bytes[end + 1 + sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            end += 1 + sign + digits;
        }
    }
    let (number, unit) = text.split_at(end);
    let unit: String = unit.split_whitespace().collect();
    if !money {
        return (number, unit);
    }
    let (multiple, period) = match unit.as_bytes().first() {
        Some(b'k' | b'K') => ("k", &unit[1..]),
        Some(b'M') => ("M", &unit[1..]),
        _ => ("", unit.as_str()),
    };
    (number, format!("{multiple}USD{period}"))
}

/// A number and a unit as people write them: `500 ms`, `50k/s`, `$57k/month`.
fn written(digits: &str, unit: &str) -> String {
    match unit.split_once("USD") {
        Some((multiple, period)) => format!("${digits}{multiple}{period}"),
        None if unit.starts_with("k/") || unit.starts_with("M/") => format!("{digits}{unit}"),
        None => format!("{digits} {unit}").trim_end().to_string(),
    }
}

/// A piece of the user's text for a message, without control characters and not longer than a line can bear.
pub(crate) fn shorten(text: &str) -> String {
    let short: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    let short = short.replace("\\\"", "\"").replace("\\'", "'");
    if text.chars().nth(40).is_some() { short + "…" } else { short }
}
