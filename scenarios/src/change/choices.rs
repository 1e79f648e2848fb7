//! A key with the values that it is asked for at, as the command line says them: `load.rate=5k,50k`, separated by commas, or a range of
//! them: `1..8`, `1k/s..9k/s:5`, `1k/s..100k/s:log:9`.

use super::ends::Ends;
use crate::claims::unit::counted;
use crate::quantity::measure;
use crate::reading::{Problem, Problems, Source};

pub(super) const OPTION: &str = "--vary";
const CHOOSE: &str = "--choose";
/// Most values of one key: each is a whole comparison.
const MOST: usize = 1_000;

/// One value of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// As it was written.
    pub text: String,
    /// Where it lies on an axis, in the base unit of the key; none for what is no quantity.
    pub at: Option<f64>,
    /// The base unit: empty for a number without one.
    pub unit: &'static str,
}

impl Choice {
    /// A value from its text.
    pub fn of(text: &str) -> Self {
        let measured = measure(text);
        let unit = measured.map_or("", |(_, unit)| unit);
        Self { text: text.to_owned(), at: measured.map(|(value, _)| value), unit }
    }
}

/// A key and the values that it is asked for at, ascending where they are quantities.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Dotted key of the scenario.
    pub key: String,
    /// At least two different values.
    pub values: Vec<Choice>,
}

impl Choices {
    /// Reads `key=a,b,c`; commas within quotes or brackets belong to a value.
    ///
    /// # Errors
    /// What is wrong with the text, as a place in the option `--vary`. Whether the scenario has such a key, and takes
    /// such a value, is found when it is changed.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        Self::of(OPTION, text)
    }

    /// The same for the option `--choose`.
    ///
    /// # Errors
    /// As [`Choices::parse`].
    pub fn chosen(text: &str) -> Result<Self, Problems> {
        Self::of(CHOOSE, text)
    }

    fn of(option: &'static str, text: &str) -> Result<Self, Problems> {
        let source = Source::new(option, text);
        let problem = |span, message: String, help: &str| {
            Problems::from(Problem::new(&source, Some(span), message).with_help(help))
        };
        let help = "write key=value,value with a dotted key, for example load.rate=5k,50k/s,100k or load.rate=1k/s..100k/s:log:9";
        let Some((key, list)) = text.split_once('=').filter(|(key, _)| !key.trim().is_empty()) else {
            return Err(problem(0..text.len(), "no key and values".into(), help));
        };
        let mut values: Vec<Choice> = Vec::new();
        for part in parts(list) {
            let from = key.len() + 1 + part.start;
            let span = from..key.len() + 1 + part.end;
            let value = list[part].trim();
            if value.is_empty() {
                return Err(problem(span, "an empty value".into(), help));
            }
            for choice in range(value).unwrap_or_else(|| vec![Choice::of(value)]) {
                let again =
                    |other: &Choice| other.text == choice.text || (choice.at.is_some() && other.at == choice.at);
                if values.iter().any(again) {
                    return Err(problem(span, format!("`{}` is given twice", choice.text), "write each value once"));
                }
                values.push(choice);
            }
        }
        if values.len() < 2 || values.len() > MOST {
            let message = format!("found {}; two to {MOST} are compared", counted(&values.len().to_string(), "value"));
            return Err(problem(key.len() + 1..text.len(), message, help));
        }
        if values.iter().all(|value| value.at.is_some()) {
            values.sort_by(|a, b| a.at.partial_cmp(&b.at).expect("a quantity is finite"));
        }
        Ok(Self { key: key.trim().to_owned(), values })
    }
}

/// The values of a range, both ends included: the whole numbers of `1..8`, so many at equal distances of `1k/s..9k/s:5`, at equal ratios of
/// `1k/s..100k/s:log:9`. Nothing where the text is none, or of more than are taken.
fn range(text: &str) -> Option<Vec<Choice>> {
    let (first, last) = text.split_once("..")?;
    if let Some((last, steps)) = last.split_once(':') {
        return steps_between(first.trim(), last.trim(), steps.trim());
    }
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let fits = first < last && last - first < MOST as u64;
    fits.then(|| (first..=last).map(|number| Choice::of(&number.to_string())).collect())
}

/// So many values from the first to the last, at equal distances or, where it says so, at equal ratios, to four digits.
fn steps_between(first: &str, last: &str, steps: &str) -> Option<Vec<Choice>> {
    let (is_log, count) = steps.strip_prefix("log:").map_or((false, steps), |count| (true, count));
    let count: usize = count.trim().parse().ok().filter(|count| (2..=MOST).contains(count))?;
    let ends = Ends::of(first, last).filter(|ends| ends.rise() && (!is_log || ends.are_positive()))?;
    let at = |step: usize| match step {
        // The ends are what was written.
        0 => Choice::of(first),
        step if step + 1 == count => Choice::of(last),
        step => Choice::of(&ends.at(step as f64 / (count - 1) as f64, is_log)),
    };
    Some((0..count).map(at).collect())
}

/// The ranges of a list between its commas.
fn parts(list: &str) -> Vec<std::ops::Range<usize>> {
    let (mut depth, mut quote, mut start, mut found) = (0_u32, None, 0, Vec::new());
    for (place, c) in list.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                found.push(start..place);
                start = place + 1;
            }
            _ => {}
        }
    }
    found.push(start..list.len());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let choices = Choices::parse(text).unwrap_or_else(|problems| panic!("{problems}"));
        choices.values.into_iter().map(|value| value.text).collect()
    }

    #[test]
    fn values_are_quantities_in_order_or_names_as_given() {
        assert_eq!(texts("load.rate=100k, 5k,50000 tx/s"), ["5k", "50000 tx/s", "100k"]);
        assert_eq!(texts("validators.validation=every transaction,own shard"), ["every transaction", "own shard"]);
        assert_eq!(texts(r#"network.regions=["a","b"],["c"]"#), [r#"["a","b"]"#, r#"["c"]"#]);
        assert_eq!(texts("instances.queue=1..3,10"), ["1", "2", "3", "10"]);
        let downlink = Choices::parse("validators.downlink=1 Gbit/s,100 Mbit/s").expect("two values");
        assert_eq!((downlink.values[0].at, downlink.values[0].unit), (Some(1e8), "bit/s"));
    }

    #[test]
    fn a_range_has_its_ends_and_so_many_values_at_equal_distances_or_ratios() {
        assert_eq!(texts("load.rate=1k/s..9k/s:5"), ["1k/s", "3k/s", "5k/s", "7k/s", "9k/s"]);
        assert_eq!(texts("load.rate=1k/s..100k/s:log:3"), ["1k/s", "10k/s", "100k/s"]);
        assert_eq!(texts("load.rate=1k..1M:log:4"), ["1k", "10k", "100k", "1M"]);
        assert_eq!(texts("instances.queue=10..20:3"), ["10", "15", "20"]);
        assert_eq!(texts("l1.eth=$1200..$4000:3"), ["$1200", "$2600", "$4000"]);
        assert_eq!(texts("batch.timeout=30 s..2 min:4"), ["30 s", "60s", "90s", "2 min"]);
        assert_eq!(texts("load.rate=1k..4k:log:3,9k"), ["1k", "2k", "4k", "9k"]);
        for wrong in ["load.rate=9k/s..1k/s:5", "load.rate=0/s..1k/s:log:3", "horizon=1 h..5/s:3", "a=1..5:1"] {
            // What is no range is a value, and one alone is too few.
            assert!(Choices::parse(wrong).is_err(), "{wrong}");
        }
    }
}
