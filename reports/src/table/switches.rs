//! The `compare --switches` answer: what each switch does to the bill, the machines and the finality of a design.

use planner::{Change, Metric, SwitchEffect, SwitchStudy, Worth};

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::view;

/// A column: its heading, its metric, and how it is written.
type Column = (&'static str, &'static str, fn(f64) -> String);

const MONEY: [Column; 4] = [
    ("proving\na month", "cost.proving", number::usd_short),
    ("total\na month", "cost.total", number::usd_short),
    ("prover\nmachines", "units.provers", number::count),
    ("machines per\nvalidator", "units.validators", number::count),
];
const TIME: [Column; 5] = [
    ("vote\nfinality\np99", "vote_finality.p99", number::duration),
    ("optimistic\nfinality\np99", "optimistic_finality.p99", number::duration),
    ("proof\nfinality\np50", "proof_finality.p50", number::duration),
    ("p99", "proof_finality.p99", number::duration),
    ("proof on\nrequest\np50", "request.p50", number::duration),
];

/// The answer in words, a table of money and one of time, and why what changes nothing does not.
pub fn switches(found: &SwitchStudy, style: Style) -> String {
    let base = &found.base;
    let title = format!("Switches: {} · {} costs · {}", base.design, base.costs, base.sizing);
    let mut text = format!("{}\n", style.paint(Paint::Bold, &title));
    text += &format!("{}\n", style.paint(Paint::Bold, &style.wrap(&found.answer, 0)));
    let method = format!("{}; {} replications, seed {}", found.method, base.replications, base.seed);
    text += &format!("{}\n", style.paint(Paint::Dim, &style.wrap(&method, 0)));
    text += &format!("\n{}", money(found).render("Bill and machines, and what they change by", style));
    text += &format!("\n{}", time(found).render("Time to finality, and what it changes by", style));
    text += &notes(found, style);
    text
}

fn rows(found: &SwitchStudy) -> impl Iterator<Item = &SwitchEffect> {
    found.alone.iter().chain(&found.together)
}

fn money(found: &SwitchStudy) -> Grid {
    let joint = found.alone.iter().any(|effect| effect.last.is_some());
    let mut headings: Vec<String> = MONEY.iter().map(|(heading, ..)| (*heading).to_owned()).collect();
    headings.extend(joint.then(|| "total, when\nall others\nare on".to_owned()));
    let mut grid = Grid::new(&["switch", ""], headings);
    let mut first = vec!["none".to_owned(), String::new()];
    first.extend(MONEY.map(|(_, metric, show)| grid.metric(found.base.metric(metric), show)));
    first.extend(joint.then(String::new));
    grid.row(first);
    for effect in rows(found) {
        let mut row = vec![effect.name.clone(), worth(effect.worth).to_owned()];
        for (_, metric, show) in MONEY {
            row.push(cell(&mut grid, effect.change(metric), show));
        }
        if joint {
            let last = effect.last.as_ref().and_then(|last| Some((last, last.value?)));
            row.push(last.map_or(String::new(), |(last, value)| signed(last, value, number::usd_short)));
        }
        grid.row(row);
    }
    grid
}

fn time(found: &SwitchStudy) -> Grid {
    let known = |(_, metric, _): &&Column| rows(found).any(|effect| effect.change(metric).is_some());
    let columns: Vec<&Column> = TIME.iter().filter(known).collect();
    let mut grid = Grid::new(&["switch"], columns.iter().map(|(heading, ..)| (*heading).to_owned()));
    let mut first = vec!["none".to_owned()];
    first.extend(columns.iter().map(|(_, metric, show)| grid.metric(found.base.metric(metric), show)));
    grid.row(first);
    for effect in rows(found) {
        let mut row = vec![effect.name.clone()];
        for (_, metric, show) in &columns {
            row.push(cell(&mut grid, effect.change(metric), show));
        }
        grid.row(row);
    }
    grid
}

/// The figure with a switch, and below it what that changes; nothing below where it changes nothing.
fn cell(grid: &mut Grid, change: Option<&Change>, show: impl Fn(f64) -> String) -> String {
    let Some(change) = change else { return String::new() };
    let with = grid.metric(Some(&change.with), &show);
    let difference = change.difference.as_ref().and_then(|difference| Some((difference, difference.value?)));
    match difference {
        Some((difference, value)) if value != 0.0 => format!("{with}\n{}", signed(difference, value, show)),
        Some(_) => format!("{with}\n="),
        None => with,
    }
}

/// A difference with its sign, and half of its interval where that is known.
fn signed(difference: &Metric, value: f64, show: impl Fn(f64) -> String) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    let text = if value == 0.0 { "=".to_owned() } else { format!("{sign}{}", show(value.abs())) };
    match view::interval(difference) {
        Some((low, high)) if high > low => format!("{text} ±{}", show((high - value).max(value - low))),
        _ => text,
    }
}

/// A judgement in words.
pub(crate) fn worth(worth: Worth) -> &'static str {
    match worth {
        Worth::Worth => "worth it",
        Worth::Trade => "a trade",
        Worth::Not => "not worth it",
        Worth::Nothing => MISSING,
    }
}

/// Why a switch changes little, and what it rests on.
fn notes(found: &SwitchStudy, style: Style) -> String {
    let mut text = String::new();
    for effect in rows(found) {
        let said: Vec<&str> =
            effect.why.iter().map(String::as_str).chain(effect.assumptions.iter().map(String::as_str)).collect();
        // What all together rest on has been said of each.
        if said.is_empty() || effect.sets.is_empty() {
            continue;
        }
        let line = format!("{}: {}", effect.name, said.join("; "));
        text += &format!("  {}\n", style.paint(Paint::Dim, &style.wrap(&line, 4)));
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_switch_has_its_effect_and_every_line_fits() {
        let text = switches(&sample::switches(), Style::default());
        for expected in ["none", "reuse", "worth it", "−$4.00 k", "total, when", "downlink decides", "All together"] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
}
