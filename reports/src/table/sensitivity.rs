//! The `compare --sensitivity` answer: a swing table for the bill, for each finality, and for the figures of the money that
//! move; the greatest swing first.

use planner::{Sensitivity, Swing, SwingInput};

use super::economy;
use super::grid::Grid;
use super::part::{Part, rendered};
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
    let title = style.paint(Paint::Bold, &style.wrap(&title(found), 0));
    let method = style.paint(Paint::Dim, &style.wrap(&method(found), 0));
    format!("{title}\n{method}\n\n{}", rendered(parts(found), style))
}

/// What is asked of which case.
pub(crate) fn title(found: &Sensitivity) -> String {
    let base = &found.base;
    format!("Sensitivity: {} · {} costs · {}", base.design, base.costs, base.sizing)
}

/// How it was found.
pub(crate) fn method(found: &Sensitivity) -> String {
    format!("{}; {}, seed {}", found.method, super::replications(found.base.replications), found.base.seed)
}

/// A table for each figure that something moves, and what moves none.
pub(crate) fn parts(found: &Sensitivity) -> Vec<Part> {
    let of_world = of_world(found).into_iter();
    let world = of_world.filter_map(|metric| Part::of(heading(found, metric), swings(found, metric, usize::MAX)));
    let still = format!("no effect here: {}", found.without_effect.join(", "));
    let still = if found.without_effect.is_empty() { None } else { Part::list("", vec![still]) };
    world.chain(money(found)).chain(still).collect()
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
fn money(found: &Sensitivity) -> Vec<Part> {
    let mut parts = Vec::new();
    let studies: [(&str, &str, economy::Find); 3] = [
        ("The market for proofs", "market", economy::sentences::market),
        ("Fees", "fee", economy::sentences::fees),
        ("Nodes", "node", economy::sentences::nodes),
    ];
    for (title, prefix, find) in studies {
        let Some(sentence) = find(&found.base) else { continue };
        let metrics = of_money(found).into_iter().filter(|metric| metric.starts_with(prefix));
        let tables = metrics.map(|metric| (metric, Part::of(heading(found, metric), swings(found, metric, MOST))));
        let (moved, still): (Vec<_>, Vec<_>) = tables.partition(|(_, table)| table.is_some());
        let still: Vec<String> = still.iter().map(|(metric, _)| view::metric(metric)).collect();
        let told = format!("no input here moves the {}", still.join(", nor the "));
        let still = if still.is_empty() { still } else { vec![told] };
        parts.push(Part::sentences(title, vec![sentence]).with(still));
        parts.extend(moved.into_iter().filter_map(|(_, table)| table));
    }
    parts
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
