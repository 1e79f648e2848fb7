//! The `compare --switches` answer: what each switch does to the bill, the machines and the finality of a design.

use planner::{Change, Headline, Metric, SwitchEffect, SwitchStudy, Worth};

use super::grid::Grid;
use super::part::{Part, rendered};
use super::{Paint, Style};
use crate::number::{self, MISSING, Show};
use crate::view;
use crate::words::capitalised;

/// The answer in words, a table of money and one of time, and why what changes nothing does not.
pub fn switches(found: &SwitchStudy, style: Style) -> String {
    let bold = |line: &str| style.paint(Paint::Bold, &style.wrap(line, 0));
    let method = style.paint(Paint::Dim, &style.wrap(&method(found), 0));
    format!("{}\n{}\n{method}\n\n{}", bold(&title(found)), bold(&found.answer), rendered(parts(found), style))
}

/// What is asked of which case.
pub(crate) fn title(found: &SwitchStudy) -> String {
    let base = &found.base;
    format!("Switches: {} · {} costs · {}", base.design, base.costs, base.sizing)
}

/// How it was found.
pub(crate) fn method(found: &SwitchStudy) -> String {
    format!("{}; {}, seed {}", found.method, super::replications(found.base.replications), found.base.seed)
}

/// The tables, and what is known of the switches.
pub(crate) fn parts(found: &SwitchStudy) -> impl Iterator<Item = Part> {
    let times = capitalised(found.base.headlines.time);
    let times = format!("{times}, and what each switch changes (=: nothing beyond the noise)");
    let parts = [
        Part::of("Bill and machines, and what each switch changes (=: nothing)", money(found)),
        Part::of(times, time(found)),
        Part::list("", notes(found)),
    ];
    parts.into_iter().flatten()
}

fn rows(found: &SwitchStudy) -> impl Iterator<Item = &SwitchEffect> {
    found.alone.iter().chain(&found.together)
}

/// How a column is written.
fn show(found: &SwitchStudy, line: &Headline) -> Show {
    number::headline(found.base.metric(line.metric).map_or("", |metric| &metric.unit))
}

fn money(found: &SwitchStudy) -> Grid {
    let joint = found.alone.iter().any(|effect| effect.last.is_some());
    let columns = found.base.headlines.money;
    let mut headings: Vec<String> = columns.iter().map(|line| line.heading.to_owned()).collect();
    headings.extend(joint.then(|| "total, when\nall others\nare on".to_owned()));
    let mut grid = Grid::new(&["switch", ""], headings);
    let mut first = vec!["none".to_owned(), String::new()];
    first.extend(columns.iter().map(|line| grid.metric(found.base.metric(line.metric), show(found, line))));
    first.extend(joint.then(String::new));
    grid.row(first);
    for effect in rows(found) {
        let mut row = vec![effect.name.clone(), worth(effect.worth).to_owned()];
        for line in columns {
            row.push(cell(&mut grid, effect.change(line.metric), show(found, line)));
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
    let known = |line: &&Headline| rows(found).any(|effect| effect.change(line.metric).is_some());
    let columns: Vec<&Headline> = found.base.headlines.times.iter().filter(known).collect();
    let mut grid = Grid::new(&["switch"], columns.iter().map(|line| line.heading.to_owned()));
    if columns.is_empty() {
        return grid;
    }
    let mut first = vec!["none".to_owned()];
    first.extend(columns.iter().map(|line| grid.metric(found.base.metric(line.metric), show(found, line))));
    grid.row(first);
    for effect in rows(found) {
        let mut row = vec![effect.name.clone()];
        for line in &columns {
            row.push(cell(&mut grid, effect.change(line.metric), show(found, line)));
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
        Worth::Noise => "within the noise",
        Worth::Nothing => MISSING,
    }
}

/// Why a switch changes little, and what it rests on; what several rest on is said once.
fn notes(found: &SwitchStudy) -> Vec<String> {
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
    said.iter().map(|(line, names)| format!("{}: {line}", names.join("; "))).collect()
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
