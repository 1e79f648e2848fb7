//! The answer of a comparison in words: what is cheapest at one load and mix, what it gives, and what the machines that the
//! source names sustain.
//!
//! Two designs are *equal within the uncertainty* where the interval of the ratio of their costs per transaction, over the
//! same plausible worlds, holds one.

use models::fleet::Role;
use scenarios::Sizing;

use crate::effort::Selection;
use crate::headlines::Aim;
use crate::metrics::CONFIDENCE;
use crate::summarize::is;
use crate::summary::{Metric, SameLoad, Standing, Summary};
use crate::text::{count, listed, small, stage};

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
    [best(book, &conditions, &sized), as_specified(&specified.iter().collect::<Vec<_>>())]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The best design, those that are no worse as far as is known, and what it gives.
fn best(book: &str, conditions: &str, sized: &[Summary]) -> Option<String> {
    match sized.first()?.headlines.aim {
        Aim::LeastCost => cheapest(conditions, sized)
            .or_else(|| nothing_carried(conditions, sized))
            .map(|said| said + &left_out(sized)),
        Aim::MostEarned(figure) => most_earned(book, figure, sized),
    }
}

/// Those of some designs that an answer may be about, and whether others miss an objective: what does not carry its load is no answer where
/// something else does, and what misses an objective is none where something else meets all of them.
fn candidates(sized: &[Summary]) -> (Vec<&Summary>, bool) {
    let carrying: Vec<&Summary> = sized.iter().filter(|one| one.carries()).collect();
    let all = if carrying.is_empty() { sized.iter().collect() } else { carrying };
    let meeting: Vec<&Summary> = all.iter().copied().filter(|summary| missed(summary).next().is_none()).collect();
    let are_told_apart = !meeting.is_empty() && meeting.len() < all.len();
    (if meeting.is_empty() { all } else { meeting }, are_told_apart)
}

/// The cheapest design, those that are no dearer as far as is known, and what it gives.
fn cheapest(conditions: &str, sized: &[Summary]) -> Option<String> {
    let (all, are_told_apart) = candidates(sized);
    let costs = all.iter().filter_map(|summary| Some((*summary, summary.value(&summary.headlines.per_million())?)));
    let (best, usd) = costs.min_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let equal = equal_to(best, &all, is_equal);
    let request = best.headlines.request;
    let that = if are_told_apart { " that meets the objectives" } else { "" };
    let what = format!("cheapest per {}{that}", request.words.trim_end_matches('s'));
    let who = match (sized.len(), equal.as_slice()) {
        (1, _) => format!("the design is {}", best.design),
        (all, equal) if equal.len() + 1 == all => "all designs cost the same within the uncertainty".to_owned(),
        (_, equal) => superlative(&what, best, equal),
    };
    let told = if equal.is_empty() { String::new() } else { format!("; {}", best.design) };
    Some(format!(
        "{conditions}, {who}{told}: {}{} per million {}, ${} a month for {} {}/s{}; {}{}.{}",
        dollars(usd),
        range(best.metric(&best.headlines.per_million())),
        request.carried,
        text(best, "cost.total"),
        best.value("throughput").map_or_else(|| "–".to_owned(), rate),
        request.unit,
        largest_part(best),
        (best.headlines.told)(best),
        misses(best),
        caveats(best),
    ))
}

/// The designs that are no worse than the best, as far as is known, by their names.
fn equal_to(best: &Summary, all: &[&Summary], is_equal: impl Fn(&Summary, &Summary) -> bool) -> Vec<String> {
    all.iter()
        .filter(|other| other.design != best.design && is_equal(other, best))
        .map(|other| other.design.clone())
        .collect()
}

/// Which is the best, or which are.
fn superlative(what: &str, best: &Summary, equal: &[String]) -> String {
    if equal.is_empty() {
        return format!("the {what} is {}", best.design);
    }
    let names: Vec<&str> = std::iter::once(&best.design).chain(equal).map(String::as_str).collect();
    format!("the {what} are {}, equal within the uncertainty", listed(&names))
}

/// What is said where no request costs anything, since none is carried.
fn nothing_carried(conditions: &str, sized: &[Summary]) -> Option<String> {
    let why = |summary: &Summary| match summary.missed() {
        Some((share, words)) if share > 0.0 => Some(format!("{} % of its load are {words}", count(share * 100.0))),
        _ => summary.metric(&summary.headlines.per_million())?.why.clone(),
    };
    let first = sized.first()?;
    let who =
        if sized.len() == 1 { format!("the design is {}", first.design) } else { "there is no cheapest".to_owned() };
    let why = sized.iter().find_map(why).unwrap_or_else(|| "nothing is sustained".to_owned());
    Some(format!("{conditions}, {who}: {why}; ${} a month.{}", text(first, "cost.total"), caveats(first)))
}

/// The designs that are no answer since too many of their requests do not get what they came for.
fn left_out(sized: &[Summary]) -> String {
    if sized.iter().all(|summary| !summary.carries()) {
        return String::new();
    }
    let out = sized.iter().filter(|summary| !summary.carries());
    let out: Vec<(&str, String)> = out
        .filter_map(|summary| {
            let (share, words) = summary.missed()?;
            Some((words, format!("{} ({} %)", summary.design, count(share * 100.0))))
        })
        .collect();
    let names: Vec<&str> = out.iter().map(|(_, name)| name.as_str()).collect();
    out.first().map_or_else(String::new, |(words, _)| format!(" Left out for too many {words}: {}.", listed(&names)))
}

/// Who earns most, those who earn as much as far as is known, and what of.
fn most_earned(book: &str, figure: &str, all: &[Summary]) -> Option<String> {
    let earned = all.iter().filter_map(|summary| Some((summary, summary.value(figure)?)));
    let (best, usd) = earned.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let as_much = |one: &Summary, other: &Summary| {
        let pair = one.samples.get(figure).zip(other.samples.get(figure));
        let less = pair.map(|(one, other)| one.difference(other, figure.to_owned(), "USD/month", CONFIDENCE));
        less.is_some_and(|less| holds_none(&less))
    };
    let equal = equal_to(best, &all.iter().collect::<Vec<_>>(), as_much);
    let who = match all.len() {
        1 => format!("the design is {}", best.design),
        _ => superlative("most profitable", best, &equal),
    };
    let told = if equal.is_empty() { String::new() } else { format!("; {}", best.design) };
    Some(format!(
        "On {book} costs, {who}{told}: a profit of {}{} a month, from ${} of income and ${} of costs{}; {}{}.{}",
        dollars(usd),
        range(best.metric(figure)),
        text(best, "income"),
        text(best, "cost.total"),
        largest_part(best),
        (best.headlines.told)(best),
        misses(best),
        caveats(best),
    ))
}

/// What must be known of a design, as sentences that follow others.
fn caveats(summary: &Summary) -> String {
    summary.caveats.iter().map(|said| format!(" {}.", sentence(said))).collect()
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
    holds_none(ln_ratio)
}

/// Whether a figure may be nothing.
fn holds_none(metric: &Metric) -> bool {
    let (low, high) = (metric.low.or(metric.value), metric.high.or(metric.value));
    low <= Some(0.0) && high >= Some(0.0)
}

/// The interval of a number in a sentence.
fn range(metric: Option<&Metric>) -> String {
    let ends = metric.and_then(|metric| Some((metric.low?, metric.high?)));
    match ends.map(|(low, high)| (dollars(low), dollars(high), high.is_finite())) {
        Some((low, _, false)) => format!(" (at least {low})"),
        Some((low, high, _)) if low != high => format!(" ({low} to {high})"),
        _ => String::new(),
    }
}

/// An amount in a sentence, with cents where they count.
pub(crate) fn dollars(usd: f64) -> String {
    let sign = if usd < 0.0 { "−" } else { "" };
    let amount = if usd.abs() < 1_000.0 { format!("{:.2}", usd.abs()) } else { count(usd.abs()) };
    format!("{sign}${amount}")
}

/// A rate in a sentence, which may be far below one.
fn rate(per_s: f64) -> String {
    if per_s < 1.0 { small(per_s) } else { count(per_s) }
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

/// What the designs sustain on the machines that the source names; of who earns there is nothing to say.
fn as_specified(specified: &[&Summary]) -> Option<String> {
    let sustained = specified.iter().filter_map(|summary| summary.value("capacity"));
    let best = specified
        .iter()
        .filter(|summary| summary.headlines.aim == Aim::LeastCost)
        .filter_map(|summary| Some((summary, summary.value("capacity")?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let carried = specified.iter().filter(|summary| summary.carries()).count();
    let (most, least, designs) = (best.1, sustained.fold(f64::INFINITY, f64::min), specified.len());
    let votes = best.0.value(&format!("votes_share.{}", best.0.tightest)).unwrap_or(0.0);
    let limit = stage(&best.0.tightest) + &crate::text::votes(votes);
    let unit = best.0.headlines.request.unit;
    let missed = best.0.missed().filter(|_| best.0.limited_by.is_none());
    let why = missed.map(|(share, words)| format!("too many {words} ({} %)", count(share * 100.0)));
    Some(match (carried, designs, why) {
        (1, 1, _) => "On the machines that the source names it carries its offered load.".into(),
        (0, 1, Some(why)) => {
            format!("On the machines that the source names it does not carry its offered load: {why}.")
        }
        (0, 1, None) => format!(
            "On the machines that the source names it does not carry its offered load: it sustains {} {unit}/s, limited by its {limit}.",
            rate(most),
        ),
        (0, _, None) => format!(
            "On the machines that the source names, none of the {designs} carries its offered load: they sustain {} to {} {unit}/s; the best is limited by its {limit}.",
            rate(least),
            rate(most),
        ),
        (0, _, Some(_)) => {
            format!("On the machines that the source names, none of the {designs} carries its offered load.")
        }
        _ => format!("On the machines that the source names, {carried} of {designs} carry their offered load."),
    })
}
