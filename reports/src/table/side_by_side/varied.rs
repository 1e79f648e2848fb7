//! Several scenarios over the values of one key: a table for each figure that they share, and where one row overtakes another.

use planner::{INDIFFERENCE, Overtaking, Tie, Varied, VariedPoint};

use super::super::Style;
use super::super::grid::Grid;
use super::super::part::{Part, rendered};
use super::super::sweep::{Axis, sentence};
use crate::number;
use crate::view;
use crate::words::capitalised;

/// All tables and sentences.
pub fn varied_side_by_side(found: &Varied, style: Style) -> String {
    let Some(first) = found.points.first() else { return String::new() };
    let conditions = super::dim(&super::conditions(&first.rows, &found.books, false), style);
    format!("{conditions}\n{}", rendered(parts(found), style))
}

/// A table for each figure with who leads by it, and what figures are.
pub(crate) fn parts(found: &Varied) -> Vec<Part> {
    let Some(first) = found.points.first() else { return Vec::new() };
    let of_figure = |figure: &String| {
        let title = format!("{}, by {}", capitalised(&words(figure)), found.key);
        Some(Part::of(title, figures(found, figure))?.with(told(found, figure)))
    };
    let meanings = super::meanings(&first.rows).into_iter().chain(super::requests(&first.rows)).collect();
    found.compared.iter().filter_map(of_figure).chain(Part::list("", meanings)).collect()
}

/// A figure in words.
fn words(figure: &str) -> String {
    if figure == super::PER_REQUEST { "cost of a request in USD".to_owned() } else { view::metric(figure) }
}

fn figures(found: &Varied, figure: &str) -> Grid {
    let values = found.points.iter().map(|point| point.value.clone());
    let mut grid = Grid::new(&["scenario/design"], values.chain(["± at\nmost".to_owned()]));
    for (index, name) in found.names().into_iter().enumerate() {
        let rows = || found.points.iter().map(|point| &point.rows[index]);
        let metrics = || rows().map(|row| row.figure(figure));
        if metrics().all(|metric| metric.is_none()) {
            continue;
        }
        let mut cells = vec![name];
        cells.extend(rows().map(|row| {
            let metric = row.figure(figure);
            let seconds = metric.is_some_and(|metric| metric.unit == "s");
            if metric.is_some_and(|metric| metric.value.is_some()) && !row.outcome.carries() {
                return grid.missing(Some("it does not carry its load here"));
            }
            grid.metric(metric, |value| match seconds {
                true => number::duration(value),
                false => number::usd(number::rounded(value, 3)),
            })
        }));
        cells.push(super::at_most(metrics()));
        grid.row(cells);
    }
    grid
}

/// The rows with the least of a figure at a value, by their place: all within what nobody would choose by.
fn least(point: &VariedPoint, figure: &str) -> Vec<usize> {
    let known = point.rows.iter().enumerate().filter(|(_, row)| row.outcome.carries());
    let known: Vec<(usize, f64)> = known.filter_map(|(at, row)| Some((at, row.value(figure)?))).collect();
    let least = known.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
    known.into_iter().filter(|(_, value)| *value <= least * (1.0 + INDIFFERENCE)).map(|(at, _)| at).collect()
}

/// Which row leads at which value, and where another takes over: only rows that lead anywhere are told of.
fn told(found: &Varied, figure: &str) -> Vec<String> {
    let names = found.names();
    let mut runs: Vec<(Vec<usize>, &str, &str)> = Vec::new();
    for point in &found.points {
        let leaders = least(point, figure);
        match runs.last_mut().filter(|(last, ..)| *last == leaders) {
            Some(run) => run.2 = &point.value,
            None => runs.push((leaders, &point.value, &point.value)),
        }
    }
    runs.retain(|(leaders, ..)| !leaders.is_empty());
    if runs.is_empty() {
        return Vec::new();
    }
    let named = |of: &[usize]| of.iter().map(|at| names[*at].as_str()).collect::<Vec<_>>().join(", ");
    let whole = runs.len() == 1;
    let part = |(leaders, from, to): &(Vec<usize>, &str, &str)| match from == to {
        _ if whole => format!("{} at every value", named(leaders)),
        true => format!("{} at {from}", named(leaders)),
        false => format!("{} from {from} to {to}", named(leaders)),
    };
    let head = format!("Least {}: {}", words(figure), runs.iter().map(part).collect::<Vec<_>>().join("; "));
    let leads = |name: &String| runs.iter().any(|(of, ..)| of.iter().any(|at| names[*at] == *name));
    let is_measured = found.points.iter().all(|point| point.at.is_some());
    let axis = Axis { key: &found.key, unit: &found.unit, is_measured };
    let changes = |one: &&Overtaking| one.metric == figure && leads(&one.below) && leads(&one.above);
    let mut lines = vec![head];
    lines.extend(found.overtakings.iter().filter(changes).map(|one| sentence(&axis, one, &[])));
    let open = |tie: &&Tie| tie.metric == figure && !tie.alike && tie.designs.iter().all(leads);
    lines.extend(found.ties.iter().filter(open).map(|tie| format!("too close to call: {}", tie.designs.join(" and "))));
    lines
}
