//! The `compare --sensitivity` answer: a swing table for the bill, for each finality, and for the figures of the money that
//! move; the greatest swing first.

use planner::{Sensitivity, Swing, SwingInput};

use super::economy;
use super::grid::Grid;
use super::sweep::place;
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::view;

/// Inputs that are shown for a figure of the money; further ones move it less.
const MOST: usize = 8;
/// A swing of a smaller share of the base is none.
const SMALLEST: f64 = 0.001;

/// The tables of one case.
pub fn sensitivity(found: &Sensitivity, style: Style) -> String {
    let base = &found.base;
    let title = format!("Sensitivity: {} · {} costs · {}", base.design, base.costs, base.sizing);
    let mut text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&title, 0)));
    let method = format!("{}; {}, seed {}", found.method, super::replications(base.replications), base.seed);
    text += &format!("{}\n", style.paint(Paint::Dim, &style.wrap(&method, 0)));
    for metric in of_world(found) {
        text += &format!("\n{}", swings(found, metric, usize::MAX).render(&heading(found, metric), style));
    }
    text += &money(found, style);
    if !found.without_effect.is_empty() {
        let line = format!("no effect here: {}", found.without_effect.join(", "));
        text += &format!("\n{}\n", style.paint(Paint::Dim, &style.wrap(&line, 2)));
    }
    text
}

fn heading(found: &Sensitivity, metric: &str) -> String {
    let stated = found.base.value(metric).map_or("none at the base".to_owned(), |value| {
        let unit = found.base.metric(metric).map_or("", |metric| metric.unit.as_str());
        format!("{} at the base", number::figure(value, unit))
    });
    format!("Swing of the {}: {stated}", view::metric(metric))
}

/// Figures of the world, which are always shown: a part of the bill moves as the bill does.
pub(crate) fn of_world(found: &Sensitivity) -> Vec<&str> {
    let told = |metric: &&str| *metric == "cost.total" || !metric.starts_with("cost.");
    found.base.headlines.swung.iter().copied().filter(told).collect()
}

/// Figures of the money that swings were asked for, in the order of the outcome.
pub(crate) fn of_money(found: &Sensitivity) -> Vec<&str> {
    let metrics = found.inputs.iter().flat_map(|input| &input.swings).map(|swing| swing.metric.as_str());
    view::distinct(metrics.filter(|metric| !found.base.headlines.swung.contains(metric)))
}

/// What each study found at the base, and a table for each of its figures that something moves.
fn money(found: &Sensitivity, style: Style) -> String {
    let mut text = String::new();
    let studies: [(&str, &str, economy::Find); 3] = [
        ("The market for proofs", "market", economy::sentences::market),
        ("Fees", "fee", economy::sentences::fees),
        ("Nodes", "node", economy::sentences::nodes),
    ];
    for (title, prefix, find) in studies {
        let Some(sentence) = find(&found.base) else { continue };
        text += &format!("\n{}\n{}\n", style.paint(Paint::Bold, title), style.wrap(&sentence, 2));
        let mut still = Vec::new();
        for metric in of_money(found).into_iter().filter(|metric| metric.starts_with(prefix)) {
            let grid = swings(found, metric, MOST);
            match grid.is_empty() {
                true => still.push(view::metric(metric)),
                false => text += &format!("\n{}", grid.render(&heading(found, metric), style)),
            }
        }
        if !still.is_empty() {
            let line = format!("no input here moves the {}", still.join(", nor the "));
            text += &format!("{}\n", style.paint(Paint::Dim, &style.wrap(&line, 2)));
        }
    }
    text
}

/// The inputs that move a metric by more than the noise between replications and more than a trifle, the greatest swing first.
pub(crate) fn moving<'a>(found: &'a Sensitivity, metric: &str) -> Vec<(&'a SwingInput, &'a Swing)> {
    let mut moving: Vec<_> = found.inputs.iter().filter_map(|input| Some((input, input.swing(metric)?))).collect();
    let base = found.base.value(metric).map_or(0.0, f64::abs);
    let least = |swing: &Swing| swing.noise.unwrap_or(0.0).max(SMALLEST * base);
    moving.retain(|(_, swing)| swing.why.is_some() || swing.swing.unwrap_or(0.0) > least(swing));
    moving.sort_by(|a, b| b.0.moves(metric).total_cmp(&a.0.moves(metric)));
    moving
}

fn swings(found: &Sensitivity, metric: &str, most: usize) -> Grid {
    let header = ["low", "high", "at low", "at high", "swing", "of base"];
    let mut grid = Grid::new(&["input", "known"], header.map(str::to_owned)).keyed(1);
    let base = found.base.value(metric);
    for (input, swing) in moving(found, metric).into_iter().take(most) {
        let show = |value: f64| number::figure(value, &swing.unit);
        let [low, high] = ends(input);
        let mut row = vec![name(found, input).to_owned(), input.known.clone(), low, high];
        for end in [swing.at_low, swing.at_high] {
            row.push(end.map_or_else(|| grid.missing(swing.why.as_deref()), show));
        }
        let noise =
            swing.noise.filter(|noise| *noise > 0.0).map_or(String::new(), |noise| format!(" ±{}", show(noise)));
        row.push(swing.swing.map_or(MISSING.to_owned(), |swing| show(swing) + &noise));
        // A share of a share says nothing.
        let base = base.filter(|base| *base != 0.0 && !swing.unit.starts_with("share"));
        let share = swing.swing.zip(base).map(|(swing, base)| number::share(swing / base.abs()));
        row.push(share.unwrap_or(MISSING.to_owned()));
        grid.row(row);
    }
    grid
}

/// The name of an input; keys of the case's own book without the book.
pub(crate) fn name<'a>(found: &Sensitivity, input: &'a SwingInput) -> &'a str {
    let book = format!("books.{}.", found.base.costs);
    input.name.strip_prefix(book.as_str()).unwrap_or(&input.name)
}

/// Both ends of an input: as written, or as quantities.
pub(crate) fn ends(input: &SwingInput) -> [String; 2] {
    let shown = |written: &str, value: Option<f64>| match (written, value) {
        ("", Some(value)) => place(value, &input.unit),
        ("", None) => MISSING.to_owned(),
        (written, _) => view::words(written),
    };
    [shown(&input.written[0], input.low), shown(&input.written[1], input.high)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn inputs_are_sorted_by_their_swing_and_noise_is_left_out() {
        let text = sensitivity(&sample::sensitivity(), Style::default());
        let place = |name: &str| text.find(name).unwrap_or_else(|| panic!("no {name}:\n{text}"));
        assert!(place("load.rate") < place("ml_dsa_65.verify"), "{text}");
        assert!(!text.contains("only.noise"), "{text}");
        assert!(text.contains("no effect here: books.measured.machines.gpu.price"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
}
