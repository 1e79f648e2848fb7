//! The answer of a comparison in words: what is cheapest at one load and mix, what it gives, and what the machines that the
//! source names sustain.
//!
//! Two designs are *equal within the uncertainty* where the interval of the ratio of their costs per transaction, over the
//! same plausible worlds, holds one.

use models::fleet::Role;
use scenarios::Sizing;

use crate::effort::Selection;
use crate::metrics::CONFIDENCE;
use crate::summarize::is;
use crate::summary::{Metric, SameLoad, Standing, Summary};
use crate::text::{count, listed, stage};

/// The whole answer. Where designs are loaded differently, it speaks of those at the same load and mix.
pub(crate) fn answer(designs: &[Summary], same_load: Option<&SameLoad>, selection: &Selection) -> String {
    // The last book of the selection is our own where there is one.
    let Some(book) = selection.books.iter().find(|book| *book == "measured").or(selection.books.last()) else {
        return String::new();
    };
    let of = |designs: &'_ [Summary], sizing| -> Vec<Summary> {
        let found = |design: &String| designs.iter().find(|summary| is(summary, design, book, sizing)).cloned();
        selection.designs.iter().filter_map(found).collect()
    };
    let (conditions, sized) = match same_load {
        Some(same) => {
            (format!("At the same load and mix ({}), on {book} costs", same.mix), of(&same.designs, Sizing::Sized))
        }
        None => (format!("Sized for the offered load, on {book} costs"), of(designs, Sizing::Sized)),
    };
    let specified = of(designs, Sizing::Specified);
    [cheapest(&conditions, &sized), as_specified(&specified.iter().collect::<Vec<_>>())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The cheapest design, those that are no dearer as far as is known, and what it gives.
fn cheapest(conditions: &str, sized: &[Summary]) -> Option<String> {
    // What misses an objective is no answer where something else meets all of them.
    let some_miss = sized.iter().any(|summary| missed(summary).next().is_some());
    let meeting: Vec<&Summary> = sized.iter().filter(|summary| missed(summary).next().is_none()).collect();
    let all: Vec<&Summary> = if meeting.is_empty() { sized.iter().collect() } else { meeting.clone() };
    let costs = all.iter().filter_map(|summary| Some((*summary, summary.value(&summary.headlines.per_million())?)));
    let (best, usd) = costs.min_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let equal: Vec<String> = all
        .iter()
        .filter(|other| other.design != best.design && is_equal(other, best))
        .map(|other| other.design.clone())
        .collect();
    let request = best.headlines.request;
    let one = request.words.trim_end_matches('s');
    let named = |names: &[String]| listed(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let that = if some_miss && !meeting.is_empty() { " that meets the objectives" } else { "" };
    let who = match (sized.len(), equal.as_slice()) {
        (1, _) => format!("the design is {}", best.design),
        (_, []) => format!("the cheapest per {one}{that} is {}", best.design),
        (all, equal) if equal.len() + 1 == all => "all designs cost the same within the uncertainty".to_owned(),
        (_, equal) => format!(
            "the cheapest per {one}{that} are {}, equal within the uncertainty",
            named(&[std::slice::from_ref(&best.design), equal].concat())
        ),
    };
    let told = if equal.is_empty() { String::new() } else { format!("; {}", best.design) };
    Some(format!(
        "{conditions}, {who}{told}: {}{} per million {}, ${} a month for {} {}/s{}; {}{}.{}",
        dollars(usd),
        range(best.metric(&best.headlines.per_million())),
        request.carried,
        text(best, "cost.total"),
        text(best, "throughput"),
        request.unit,
        largest_part(best),
        (best.headlines.told)(best),
        misses(best),
        best.caveats.iter().map(|said| format!(" {}.", sentence(said))).collect::<String>(),
    ))
}

/// What begins with a small letter, as a sentence of its own.
fn sentence(said: &str) -> String {
    let mut letters = said.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The objectives that a design misses.
fn missed(summary: &Summary) -> impl Iterator<Item = &str> {
    summary.objectives.iter().filter(|it| it.standing == Standing::Fail).map(|it| it.name.as_str())
}

/// Which objectives a design misses, at the end of a sentence.
pub(crate) fn misses(summary: &Summary) -> String {
    let names: Vec<&str> = missed(summary).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("; it misses the objective {one}"),
        several => format!("; it misses the objectives {}", listed(several)),
    }
}

/// Whether a design costs as much as another, as far as is known.
fn is_equal(one: &Summary, other: &Summary) -> bool {
    let name = one.headlines.per_million();
    let pair = one.samples.get(&name).zip(other.samples.get(&name));
    pair.and_then(|(one, other)| one.ln_ratio(other, CONFIDENCE)).is_some_and(|ratio| holds_one(&ratio))
}

/// Whether two figures may be the same, by the logarithm of their ratio.
pub(crate) fn holds_one(ln_ratio: &Metric) -> bool {
    let (low, high) = (ln_ratio.low.or(ln_ratio.value), ln_ratio.high.or(ln_ratio.value));
    low <= Some(0.0) && high >= Some(0.0)
}

/// The interval of a number in a sentence.
fn range(metric: Option<&Metric>) -> String {
    let ends = metric.and_then(|metric| Some((metric.low?, metric.high?)));
    let ends = ends.map(|(low, high)| (dollars(low), dollars(high))).filter(|(low, high)| low != high);
    ends.map_or(String::new(), |(low, high)| format!(" ({low} to {high})"))
}

/// An amount in a sentence, with cents where they count.
fn dollars(usd: f64) -> String {
    if usd.abs() < 1_000.0 { format!("${usd:.2}") } else { format!("${}", count(usd)) }
}

/// A number of an outcome in a sentence.
fn text(summary: &Summary, name: &str) -> String {
    summary.value(name).map_or_else(|| "–".to_owned(), count)
}

/// The part of the bill that matters most, with its share, where there are several.
fn largest_part(summary: &Summary) -> String {
    let parts =
        Role::ALL.map(Role::name).into_iter().filter_map(|part| Some((part, summary.value(&format!("cost.{part}"))?)));
    let parts: Vec<(&str, f64)> = parts.collect();
    if parts.len() < 2 {
        return String::new();
    }
    let (largest, usd) = parts.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
    let total = summary.value("cost.total").filter(|total| *total > 0.0);
    let share = total.map_or(0.0, |total| usd / total * 100.0);
    // A part that is nearly all is not all.
    match share {
        share if (99.5..100.0).contains(&share) => format!(", of which over 99 % is {largest}"),
        share => format!(", of which {} % is {largest}", count(share.round())),
    }
}

fn as_specified(specified: &[&Summary]) -> Option<String> {
    let sustained = specified.iter().filter_map(|summary| summary.value("capacity"));
    let best = specified
        .iter()
        .filter_map(|summary| Some((summary, summary.value("capacity")?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let carried = specified.iter().filter(|summary| summary.limited_by.is_none()).count();
    let (most, least, designs) = (best.1, sustained.fold(f64::INFINITY, f64::min), specified.len());
    let votes = best.0.value(&format!("votes_share.{}", best.0.tightest)).unwrap_or(0.0);
    let limit = stage(&best.0.tightest) + &crate::text::votes(votes);
    let unit = best.0.headlines.request.unit;
    Some(match (carried, designs) {
        (1, 1) => "On the machines that the source names it carries its offered load.".into(),
        (0, 1) => format!(
            "On the machines that the source names it does not carry its offered load: it sustains {} {unit}/s, limited by its {limit}.",
            count(most),
        ),
        (0, _) => format!(
            "On the machines that the source names, none of the {designs} carries its offered load: they sustain {} to {} {unit}/s; the best is limited by its {limit}.",
            count(least),
            count(most),
        ),
        _ => format!("On the machines that the source names, {carried} of {designs} carry their offered load."),
    })
}
