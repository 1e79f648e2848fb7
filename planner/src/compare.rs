//! All designs of a scenario side by side, on common random numbers.

use models::layered::Resolution;
use scenarios::{Case, Scenario, Sizing};

use crate::claims::judge;
use crate::economy;
use crate::metrics::CONFIDENCE;
use crate::objectives::assess;
use crate::run::{Effort, Origin, is, summarize};
use crate::summary::{COMPARISON_SCHEMA, Comparison, Difference, Metric, Summary};
use crate::text::{count, stage};

/// Which cases are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Names of designs, in the order of the answer.
    pub designs: Vec<String>,
    /// Names of cost books.
    pub books: Vec<String>,
    /// Sizings.
    pub sizings: Vec<Sizing>,
    /// Design that the others are compared with.
    pub base: String,
}

/// Simulates all cases and puts them side by side; `progress` is told the number of cases done.
pub fn compare(
    scenario: &Scenario,
    cases: &[Case],
    selection: &Selection,
    effort: &Effort,
    origin: &Origin,
    mut progress: impl FnMut(usize, &Case),
) -> Comparison {
    let mut designs: Vec<Summary> = Vec::with_capacity(cases.len());
    for (index, case) in cases.iter().enumerate() {
        progress(index, case);
        designs.push(summarize(case, effort, origin));
    }
    economy::add(&mut designs, cases, effort);
    held(scenario, cases, &mut designs);
    Comparison {
        schema: COMPARISON_SCHEMA,
        base: selection.base.clone(),
        answer: answer(&designs, selection),
        differences: differences(cases, selection),
        designs,
    }
}

/// Holds outcomes against the claims and objectives of their scenario.
pub(crate) fn held(scenario: &Scenario, cases: &[Case], designs: &mut [Summary]) {
    let lower_bounds: Vec<(String, String)> =
        cases.iter().filter_map(|case| Some((case.design.clone(), case.lower_bound.clone()?))).collect();
    judge(&scenario.claims, &lower_bounds, designs);
    assess(&scenario.objectives, designs);
}

/// The effort that a scenario asks for itself.
pub fn default_effort(scenario: &Scenario, seed: u64) -> Effort {
    Effort { seed, replications: scenario.replications, precision: None, resolution: Resolution::Cohort }
}

/// Sized monthly cost against the base design's. The interval is the range over the common cost draws: both designs at
/// the lower, and both at the upper end of what operations cost.
fn differences(cases: &[Case], selection: &Selection) -> Vec<Difference> {
    let sized = |design: &str, book: &str| {
        cases.iter().find(|case| case.design == design && case.book == book && case.sizing == Sizing::Sized)
    };
    let mut differences = Vec::new();
    for book in &selection.books {
        let Some(base) = sized(&selection.base, book) else { continue };
        for case in selection.designs.iter().filter_map(|design| sized(design, book)) {
            let range =
                case.bill_range.as_ref().zip(base.bill_range.as_ref()).map(|((low, high), (base_low, base_high))| {
                    let (at_low, at_high) = (low.total() - base_low.total(), high.total() - base_high.total());
                    (at_low.min(at_high), at_low.max(at_high))
                });
            differences.push(Difference {
                design: case.design.clone(),
                costs: book.clone(),
                usd_per_month: Metric {
                    name: "cost.total.difference".into(),
                    unit: "USD/month".into(),
                    value: Some(case.bill.total() - base.bill.total()),
                    low: range.map(|(low, _)| low),
                    high: range.map(|(_, high)| high),
                    confidence: range.map(|_| CONFIDENCE),
                    why: None,
                },
            });
        }
    }
    differences
}

/// The answer in words: what is cheapest, what it gives, and what the machines that the source names sustain.
fn answer(designs: &[Summary], selection: &Selection) -> String {
    // The last book of the selection is our own where there is one.
    let Some(book) = selection.books.iter().find(|book| *book == "measured").or(selection.books.last()) else {
        return String::new();
    };
    let per_million = "cost.per_million_transactions";
    let sized: Vec<&Summary> = selection
        .designs
        .iter()
        .filter_map(|design| designs.iter().find(|s| is(s, design, book, Sizing::Sized)))
        .collect();
    let cheapest = sized
        .iter()
        .filter_map(|summary| Some((summary, summary.value(per_million)?)))
        .min_by(|(_, a), (_, b)| a.total_cmp(b));
    let mut sentences = Vec::new();
    if let Some((summary, usd)) = cheapest {
        let who = if sized.len() > 1 { "the cheapest per transaction is" } else { "the design is" };
        sentences.push(format!(
            "On {book} costs, sized for the offered load, {who} {}: ${} per million transactions, ${} a month for {} tx/s, of which {}; {}.",
            summary.design,
            count(usd),
            text(summary, "cost.total"),
            text(summary, "throughput"),
            largest_part(summary),
            finalities(summary),
        ));
    }
    let specified: Vec<&Summary> = selection
        .designs
        .iter()
        .filter_map(|design| designs.iter().find(|s| is(s, design, book, Sizing::Specified)))
        .collect();
    sentences.extend(as_specified(&specified));
    sentences.join(" ")
}

/// A number of an outcome in a sentence.
fn text(summary: &Summary, name: &str) -> String {
    summary.value(name).map_or_else(|| "–".to_owned(), count)
}

/// The part of the bill that matters most, with its share.
fn largest_part(summary: &Summary) -> String {
    let parts = ["proving", "validation", "settlement"];
    let value = |part: &str| summary.value(&format!("cost.{part}")).unwrap_or(0.0);
    let largest = parts.into_iter().max_by(|a, b| value(a).total_cmp(&value(b))).unwrap_or("proving");
    let total = summary.value("cost.total").filter(|total| *total > 0.0);
    let share = total.map_or(0.0, |total| (value(largest) / total * 100.0).round());
    format!("{} % is {largest}", count(share))
}

/// Median finalities in words, or why there are none.
fn finalities(summary: &Summary) -> String {
    let one = |name: &str, words: &str| match summary.metric(&format!("{name}.p50")) {
        Some(Metric { value: Some(seconds), .. }) if *seconds < 60.0 => format!("{words} after {} s", count(*seconds)),
        Some(Metric { value: Some(seconds), .. }) => format!("{words} after {} min", count((seconds / 60.0).round())),
        Some(Metric { why: Some(why), .. }) => format!("never {words}: {why}"),
        _ => format!("{words} unknown"),
    };
    format!(
        "half of its transactions are {} and {}",
        one("optimistic_finality", "voted for"),
        one("proof_finality", "proven")
    )
}

fn as_specified(specified: &[&Summary]) -> Option<String> {
    let sustained = specified.iter().filter_map(|summary| summary.value("throughput"));
    let best = specified
        .iter()
        .filter_map(|summary| Some((summary, summary.value("throughput")?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let carried = specified.iter().filter(|summary| summary.limited_by.is_none()).count();
    let (most, least, designs) = (best.1, sustained.fold(f64::INFINITY, f64::min), specified.len());
    let votes = best.0.value(&format!("votes_share.{}", best.0.tightest)).unwrap_or(0.0);
    let limit = stage(&best.0.tightest) + &crate::text::votes(votes);
    Some(match (carried, designs) {
        (0, 1) => format!(
            "On the machines that the source names it does not carry its offered load: it sustains {} tx/s, limited by its {limit}.",
            count(most),
        ),
        (0, _) => format!(
            "On the machines that the source names, none of the {designs} carries its offered load: they sustain {} to {} tx/s, the best being limited by its {limit}.",
            count(least),
            count(most),
        ),
        _ => format!("On the machines that the source names, {carried} of {designs} carry their offered load."),
    })
}
