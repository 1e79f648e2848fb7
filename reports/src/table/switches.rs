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
    ("proof\nfinality\np99", "proof_finality.p99", number::duration),
    ("proof on\nrequest\np50", "request.p50", number::duration),
];

/// The answer in words, a table of money and one of time, and why what changes nothing does not.
pub fn switches(found: &SwitchStudy, style: Style) -> String {
    let base = &found.base;
    let title = format!("Switches: {} · {} costs · {}", base.design, base.costs, base.sizing);
    let mut text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&title, 0)));
    text += &format!("{}\n", style.paint(Paint::Bold, &style.wrap(&found.answer, 0)));
    let method = format!("{}; {} replications, seed {}", found.method, base.replications, base.seed);
    text += &format!("{}\n", style.paint(Paint::Dim, &style.wrap(&method, 0)));
    text +=
        &format!("\n{}", money(found).render("Bill and machines, and what each switch changes (=: nothing)", style));
    text += &format!(
        "\n{}",
        time(found).render("Time to finality, and what each switch changes (=: nothing beyond the noise)", style)
    );
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
    if columns.is_empty() {
        return grid;
    }
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
        Some((difference, value)) => format!("{with}\n{}", signed(difference, value, show)),
        None => with,
    }
}

/// A difference with its sign, and half of its interval where that is known; `=` where it is none, or noise.
fn signed(difference: &Metric, value: f64, show: impl Fn(f64) -> String) -> String {
    let interval = view::interval(difference);
    if value == 0.0 || interval.is_some_and(|(low, high)| low <= 0.0 && high >= 0.0) {
        return "=".into();
    }
    let text = format!("{}{}", if value < 0.0 { "−" } else { "+" }, show(value.abs()));
    let half = interval.map_or(0.0, |(low, high)| (high - value).max(value - low));
    // What rounding leaves of two equal differences is no interval.
    if half > 1e-9 * value.abs() { format!("{text} ±{}", show(number::rounded(half, 2))) } else { text }
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

/// Why a switch changes little, and what it rests on; what several rest on is said once.
fn notes(found: &SwitchStudy, style: Style) -> String {
    let mut said: Vec<(&str, Vec<&str>)> = Vec::new();
    // What all together rest on has been said of each.
    for effect in &found.alone {
        for line in effect.why.iter().chain(&effect.assumptions) {
            match said.iter_mut().find(|(other, _)| *other == line) {
                Some((_, names)) => names.push(&effect.name),
                None => said.push((line, vec![&effect.name])),
            }
        }
    }
    let line = |(line, names): &(&str, Vec<&str>)| {
        let text = format!("{}: {line}", names.join("; "));
        format!("{}\n", style.paint(Paint::Dim, &style.item(&text)))
    };
    let lines: String = said.iter().map(line).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_switch_has_its_effect_and_every_line_fits() {
        let text = switches(&sample::switches(), Style::default());
        for expected in ["none", "reuse", "worth it", "−$4 k", "total, when", "downlink decides", "All together"] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
}
