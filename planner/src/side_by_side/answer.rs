//! What several scenarios side by side say, in sentences: which row is the cheapest per request, which is final soonest, and how
//! sure that is.
//!
//! Two rows are *equal within the uncertainty* where the interval of the ratio of their figures holds one.

use super::row::{PER_REQUEST, Row};
use crate::answer::{holds_one, misses};
use crate::headlines::Common;
use crate::summary::Metric;
use crate::text::{count, listed, small, time};

/// Rows that are equal are named up to so many.
const NAMED: usize = 3;

/// The whole answer.
pub(super) fn answer(rows: &[Row]) -> String {
    // What does not carry its load gives no answer where something else does.
    let carrying: Vec<&Row> = rows.iter().filter(|row| row.outcome.carries()).collect();
    let all: Vec<&Row> = if carrying.is_empty() { rows.iter().collect() } else { carrying };
    let sentences = [cheapest(&all, &load(rows)), soonest(&all), overloaded(rows)];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What a row is called in a sentence: with its book, where it has another row under another one.
pub(super) fn called(row: &Row, all: &[&Row]) -> String {
    match all.iter().filter(|other| other.name == row.name).count() {
        0 | 1 => row.name.clone(),
        _ => format!("{} on {} costs", row.name, row.outcome.costs),
    }
}

/// The load of all rows in each unit, or that each has its own.
fn load(rows: &[Row]) -> String {
    let known: Vec<(f64, &str)> = rows.iter().filter_map(|row| Some((row.value("offered")?, row.unit))).collect();
    let Some((first, _)) = known.first() else { return "Each at its own load".to_owned() };
    if known.iter().any(|(rate, _)| !near(*rate, *first)) {
        return "Each at its own load".to_owned();
    }
    let mut units: Vec<&str> = Vec::new();
    known.iter().for_each(|(_, unit)| {
        if !units.contains(unit) {
            units.push(unit)
        }
    });
    let loads: Vec<String> = units.into_iter().map(|unit| format!("{} {unit}/s", count(*first))).collect();
    format!("At {}", listed(&loads.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Whether two loads are the same but for how they were reckoned.
fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

/// The row with the least of a figure, and how the others compare with it.
struct Least<'r> {
    best: &'r Row,
    /// Those that may be as small, as far as is known.
    equal: Vec<&'r Row>,
    /// The smallest of the others.
    next: Option<&'r Row>,
    /// How many rows have the figure.
    of: usize,
}

fn least<'r>(rows: &[&'r Row], figure: &str) -> Option<Least<'r>> {
    let mut known: Vec<(&Row, f64)> = rows.iter().filter_map(|row| Some((*row, row.value(figure)?))).collect();
    known.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    let (best, _) = *known.first()?;
    let others: Vec<&Row> = known[1..].iter().map(|(row, _)| *row).collect();
    let is_equal = |row: &&Row| row.ln_ratio(best, figure).is_some_and(|ratio| holds_one(&ratio));
    let (equal, dearer): (Vec<&Row>, Vec<&Row>) = others.into_iter().partition(is_equal);
    Some(Least { best, equal, next: dearer.first().copied(), of: known.len() })
}

impl Least<'_> {
    /// The names of the least, all that are equal within the uncertainty.
    fn named(&self, all: &[&Row]) -> String {
        let names: Vec<String> =
            std::iter::once(self.best).chain(self.equal.iter().copied()).map(|row| called(row, all)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match names.len() {
            1 => names[0].to_owned(),
            many if many == self.of && many > NAMED => format!("all {many} that have it, equal within the uncertainty"),
            many if many > NAMED => format!("{} and {} others, equal within the uncertainty", names[0], many - 1),
            _ => format!("{}, equal within the uncertainty", listed(&names)),
        }
    }
}

/// The cheapest per request, and how many times as dear the next is.
fn cheapest(rows: &[&Row], load: &str) -> Option<String> {
    let found = least(rows, PER_REQUEST)?;
    let (best, figure) = (found.best, found.best.figure(PER_REQUEST)?);
    let usd = |value: f64| format!("${}", small(value));
    let ends = figure.low.zip(figure.high.filter(|high| high.is_finite())).map(|(low, high)| (usd(low), usd(high)));
    let range =
        ends.filter(|(low, high)| low != high).map_or(String::new(), |(low, high)| format!(" ({low} to {high})"));
    let whose = if found.equal.is_empty() { String::new() } else { format!("; {}", called(best, rows)) };
    let next = found.next.and_then(|next| {
        Some(format!("; next is {}, {}", called(next, rows), times(&next.ln_ratio(best, PER_REQUEST)?)?))
    });
    let verb = if found.equal.is_empty() { "is" } else { "are" };
    Some(format!(
        "{load}, the cheapest per request {verb} {}{whose}: {}{range} per {}, ${} a month{}{}.",
        found.named(rows),
        usd(figure.value?),
        best.outcome.headlines.request.words.trim_end_matches('s'),
        best.value("cost.total").map_or_else(|| "–".to_owned(), count),
        misses(&best.outcome),
        next.unwrap_or_default(),
    ))
}

/// How many times as much, by the logarithm of a ratio.
fn times(ln_ratio: &Metric) -> Option<String> {
    let factor = |value: f64| count(value.exp());
    let ends = ln_ratio.low.zip(ln_ratio.high.filter(|high| high.is_finite()));
    let ends = ends.map(|(low, high)| (factor(low), factor(high))).filter(|(low, high)| low != high);
    let range = ends.map_or(String::new(), |(low, high)| format!(" ({low} to {high})"));
    Some(format!("{}{range} times as dear", factor(ln_ratio.value?)))
}

/// Which row has each finality soonest, for 99 % of its requests.
fn soonest(rows: &[&Row]) -> Option<String> {
    let times = Common::ALL.into_iter().filter(|common| common.is_time());
    let parts = times.filter_map(|common| {
        let name = format!("{}.p99", common.name());
        let found = least(rows, &name)?;
        let of = if found.of < rows.len() { format!(" of the {} that have it", found.of) } else { String::new() };
        let of = if found.equal.len() + 1 == found.of { String::new() } else { of };
        Some(format!(
            "{} is soonest with {}{of}: 99 % within {}",
            common.words(),
            found.named(rows),
            time(found.best.value(&name)?)
        ))
    });
    let parts: Vec<String> = parts.collect();
    let text = parts.join("; ");
    let mut letters = text.chars();
    letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// Which rows do not carry their load.
fn overloaded(rows: &[Row]) -> Option<String> {
    let all: Vec<&Row> = rows.iter().collect();
    let names: Vec<String> = all.iter().filter(|row| !row.outcome.carries()).map(|row| called(row, &all)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => None,
        all if all.len() == rows.len() => Some("None of them carries its load.".to_owned()),
        [one] => Some(format!("{one} does not carry its load.")),
        several if several.len() > NAMED => Some(format!("{} rows do not carry their load.", several.len())),
        several => Some(format!("{} do not carry their load.", listed(several))),
    }
}
