//! The answer on one screen: a sentence, one table, the objectives in a line, the claims that fail by the most.

use planner::{Comparison, Finding, Standing, Summary, Verdict};

use super::claims::{found, tally, unique};
use super::comparison::conditions;
use super::grid::{Grid, whole};
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::view::{self, SIZED, SPECIFIED};

/// So many failing claims are shown.
const WORST: usize = 5;

/// The sentence, a row for each design and book, objectives and failing claims; nothing about what there is none of.
pub fn overview(comparison: &Comparison, style: Style) -> String {
    let findings = unique(comparison.designs.iter().flat_map(|summary| &summary.claims));
    let blocks = [
        format!("{}\n", style.paint(Paint::Bold, &style.wrap(&comparison.answer, 0))),
        designs(comparison, style),
        objectives(&comparison.designs, style),
        worst(&findings, style),
        conditions(comparison, style),
    ];
    blocks.into_iter().filter(|block| !block.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// What each design sustains, costs, and how long finality takes: at one load where the designs are compared at one.
fn designs(comparison: &Comparison, style: Style) -> String {
    let specified = view::of_sizing(comparison, SPECIFIED);
    let (rows, title): (Vec<&Summary>, String) = match &comparison.same_load {
        Some(same) => (same.designs.iter().collect(), format!("Sized for the same load and mix ({})", same.mix)),
        None => (view::of_sizing(comparison, SIZED), "Sized for the offered load".to_owned()),
    };
    let header = [
        "bill\na month",
        "per million\ntransactions",
        "optimistic\nfinality p50",
        "proof\nfinality p50",
        "as specified,\ntx/s",
    ];
    let mut grid = Grid::new(&["design", "costs"], header.map(str::to_owned));
    for (index, summary) in rows.iter().enumerate() {
        let mut row = view::design_and_book(&rows, index);
        row.push(grid.metric(summary.metric("cost.total"), number::usd_short));
        row.push(grid.metric(summary.metric("cost.per_million_transactions"), number::usd));
        for finality in ["optimistic_finality.p50", "proof_finality.p50"] {
            row.push(grid.metric(summary.metric(finality), number::duration));
        }
        let sustained = view::find(&specified, &summary.design, &summary.costs);
        let sustained = sustained.and_then(|summary| view::finite(summary, "capacity"));
        row.push(sustained.map_or(MISSING.to_owned(), |rate| number::significant(rate, 4)));
        grid.row(row);
    }
    grid.render(&title, style)
}

/// How many objectives are met, on the costs that titles speak about.
fn objectives(outcomes: &[Summary], style: Style) -> String {
    let books = view::books(&outcomes.iter().collect::<Vec<_>>());
    let book = view::leading_book(&books).unwrap_or_default();
    let of_book = outcomes.iter().filter(|summary| summary.costs == book);
    let standings: Vec<Standing> =
        of_book.flat_map(|summary| &summary.objectives).map(|attained| attained.standing).collect();
    if standings.is_empty() {
        return String::new();
    }
    let count = |wanted: Standing| standings.iter().filter(|standing| **standing == wanted).count();
    let kinds = [
        (count(Standing::Pass), "met"),
        (count(Standing::Fail), "missed"),
        (count(Standing::Undecided), "undecided"),
        (count(Standing::Untested), "untested"),
    ];
    let counts: Vec<String> =
        kinds.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    format!("{}\n", style.wrap(&format!("Objectives by design on {book} costs: {}", counts.join(", ")), 0))
}

/// The failing claims that are furthest from what was found, a row each.
fn worst(findings: &[&Finding], style: Style) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut failing: Vec<(&Finding, f64)> = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fails)
        .filter_map(|finding| Some((*finding, finding.ratio.filter(|ratio| *ratio > 0.0)?.ln().abs())))
        .collect();
    failing.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let mut grid = Grid::new(&["claim that fails", "says"], ["claimed", "found", "ratio"].map(str::to_owned));
    for (finding, _) in failing.iter().take(WORST) {
        grid.row(vec![
            finding.id.clone(),
            finding.statement.clone(),
            number::quantity(finding.claimed, &finding.unit),
            // The figure without its interval, which stands in the table of claims.
            whole(found(finding).lines().next().unwrap_or_default()),
            finding.ratio.map_or(String::new(), number::times),
        ]);
    }
    let tally = format!("{}; ratio = claimed / found", tally(findings));
    match failing.is_empty() {
        true => format!("{}\n", style.wrap(&tally, 0)),
        false => grid.render(&tally, style),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_answer_fits_a_screen_and_shows_the_claims_that_fail_by_most() {
        let sample = sample::layered();
        let text = overview(&sample, Style { width: 80, colour: false });
        assert!(text.lines().count() <= 50 && text.lines().all(|line| line.chars().count() <= 80), "{text}");
        for design in view::designs(&sample.designs.iter().collect::<Vec<_>>()) {
            assert!(text.contains(design), "{design} is not in {text}");
        }
        assert!(text.contains("5 claims: 1 holds, 2 fail, 1 inconsistent, 1 untested"), "{text}");
        assert!(!text.contains("untested  "), "only failing claims have rows: {text}");
    }

    #[test]
    fn nothing_is_said_about_what_there_is_none_of() {
        let mut sample = sample::layered();
        for summary in &mut sample.designs {
            summary.claims.clear();
            summary.objectives.clear();
        }
        let text = overview(&sample, Style::default());
        assert!(
            !text.contains("claims:") && !text.contains("claim that fails") && !text.contains("Objectives"),
            "{text}"
        );
    }
}
