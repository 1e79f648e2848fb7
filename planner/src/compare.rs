//! All designs of a scenario side by side, on common random numbers.

use scenarios::{Case, Mix, Scenario, Sizing};

use crate::answer::answer;
use crate::claims::judge;
use crate::economy;
use crate::effort::{Effort, Selection};
use crate::metrics::CONFIDENCE;
use crate::objectives::assess;
use crate::summarize::{Origin, is, summarize};
use crate::summary::{COMPARISON_SCHEMA, Comparison, Difference, Roster, SameLoad, Summary};
use crate::text::count;

/// Simulates all cases and puts them side by side, and beside them those of `same_load`: all designs, sized, at one load and mix,
/// which is put in words. `progress` is told the case in hand. Work that is ended before its time leaves out what was not begun.
pub fn compare(
    scenario: &Scenario,
    cases: &[Case],
    same_load: Option<&(Mix, Vec<Case>)>,
    selection: &Selection,
    effort: &Effort,
    origin: &Origin,
    mut progress: impl FnMut(&Case),
) -> Comparison {
    let designs = outcomes(scenario, cases, effort, origin, &mut progress);
    let cases = &cases[..designs.len()];
    let same_load = same_load.filter(|_| !effort.progress.stopped()).map(|(mix, same)| {
        let known = |case: &Case| cases.iter().position(|other| other.sizing == case.sizing && alike(other, case));
        let summary = |case: &Case| match known(case) {
            Some(known) => Summary { claims: Vec::new(), objectives: Vec::new(), ..designs[known].clone() },
            None => {
                progress(case);
                summarize(case, effort, origin)
            }
        };
        let designs: Vec<Summary> = same.iter().map(summary).collect();
        let unit = same.first().map_or("tx", |case| case.system.request().unit);
        SameLoad { mix: in_words(mix, unit), differences: differences(&designs, selection), designs }
    });
    let same_load = same_load.filter(|_| !effort.progress.stopped());
    Comparison {
        schema: COMPARISON_SCHEMA.to_owned(),
        question: scenario.question.clone(),
        base: selection.base.clone(),
        answer: answer(&designs, same_load.as_ref(), selection),
        differences: differences(&designs, selection),
        same_load,
        designs,
        roster: Roster::of(scenario),
        command: String::new(),
    }
}

/// The outcomes of cases with what is studied beside them, held against claims and objectives. Work that is ended before its time
/// leaves out what was not begun.
pub(crate) fn outcomes(
    scenario: &Scenario,
    cases: &[Case],
    effort: &Effort,
    origin: &Origin,
    progress: &mut impl FnMut(&Case),
) -> Vec<Summary> {
    let mut designs: Vec<Summary> = Vec::with_capacity(cases.len());
    for case in cases {
        progress(case);
        designs.push(summarize(case, effort, origin));
        if effort.progress.stopped() {
            break;
        }
    }
    designs.retain(Summary::is_begun);
    let cases = &cases[..designs.len()];
    economy::add(&mut designs, cases, effort);
    held(scenario, cases, &mut designs);
    designs
}

/// A load and its mix in words: `50,000 tx/s, all private`.
fn in_words(mix: &Mix, unit: &str) -> String {
    let share = |(name, share): (&String, &f64)| match *share {
        1.0 => format!("all {}", name.replace('_', " ")),
        share => format!("{} % {}", count(share * 100.0), name.replace('_', " ")),
    };
    let shares: Vec<String> = mix.shares.iter().map(share).collect();
    format!("{} {unit}/s, {}", count(mix.load_per_s), shares.join(", "))
}

/// Whether two cases of two scenarios are the same design in the same world.
fn alike(one: &Case, other: &Case) -> bool {
    one.design == other.design && one.book == other.book && one.same_world(other)
}

/// Holds outcomes against the claims and objectives of their scenario.
pub(crate) fn held(scenario: &Scenario, cases: &[Case], designs: &mut [Summary]) {
    judge(&scenario.claims, cases, designs);
    assess(&scenario.objectives, cases, designs);
}

/// Sized monthly cost against the base design's, in the same plausible worlds.
fn differences(designs: &[Summary], selection: &Selection) -> Vec<Difference> {
    let sized = |design: &str, book: &str| designs.iter().find(|summary| is(summary, design, book, Sizing::Sized));
    let mut differences = Vec::new();
    for book in &selection.books {
        let Some(base) = sized(&selection.base, book) else { continue };
        for summary in selection.designs.iter().filter_map(|design| sized(design, book)) {
            let pair = summary.samples.get("cost.total").zip(base.samples.get("cost.total"));
            differences.extend(pair.map(|(one, base)| Difference {
                design: summary.design.clone(),
                costs: book.clone(),
                usd_per_month: one.difference(base, "cost.total.difference".into(), "USD/month", CONFIDENCE),
            }));
        }
    }
    differences
}
