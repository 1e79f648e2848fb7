//! What changed costs do to a design, in a sentence and a table.

use planner::{Impact, Moved};

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};

/// The sentence, and the figures before and after.
pub fn impact(found: &Impact, style: Style) -> String {
    let mut text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&answer(found), 0)));
    if found.moved.is_empty() {
        return text;
    }
    let mut grid = Grid::new(&["figure"], ["before", "after", "difference"].map(str::to_owned)).keyed(1);
    for moved in &found.moved {
        let show =
            |value: Option<f64>| value.map_or_else(|| MISSING.to_owned(), |value| number::figure(value, &moved.unit));
        grid.row(vec![moved.name.clone(), show(moved.before), show(moved.after), difference(moved)]);
    }
    let heading = format!("{} · {} · {} costs", found.scenario, found.design, found.costs);
    text.push_str(&format!("\n{}", grid.render(&heading, style)));
    text
}

/// One sentence: `ml_dsa_65.verify +7 %: cost.total +$600 (+$580 to +$620) a month in layered, design gpu`.
pub fn answer(found: &Impact) -> String {
    let percent = |factor: f64| format!("{:+.1} %", (factor - 1.0) * 100.0).replace('-', "−");
    let costs: Vec<String> =
        found.operations.iter().map(|(name, factor)| format!("{name} {}", percent(*factor))).collect();
    let costs = costs.join(", ");
    let place = format!("in {}, design {}", found.scenario, found.design);
    if found.moved.is_empty() {
        return format!("{costs}: no figure moves {place}");
    }
    let order = |moved: &&Moved| {
        let first = ["cost.total", "throughput", "proof_finality.p99", "sojourn.p99"];
        first.iter().position(|name| *name == moved.name).unwrap_or(if moved.name.starts_with("units.") {
            first.len()
        } else {
            usize::MAX
        })
    };
    let mut told: Vec<&Moved> = found.moved.iter().filter(|moved| order(moved) != usize::MAX).collect();
    told.sort_by_key(order);
    let told: Vec<String> = told.iter().take(3).map(|moved| format!("{} {}", moved.name, difference(moved))).collect();
    let told = if told.is_empty() { format!("{} figures move", found.moved.len()) } else { told.join(", ") };
    format!("{costs}: {told} {place}")
}

/// After minus before, with its interval.
fn difference(moved: &Moved) -> String {
    let Some(metric) = &moved.difference else {
        return match (moved.before, moved.after) {
            (Some(before), Some(after)) => signed(after - before, &moved.unit),
            (Some(_), None) => "no figure any more".to_owned(),
            _ => "had no figure".to_owned(),
        };
    };
    match (metric.value, metric.low, metric.high) {
        (Some(value), Some(low), Some(high)) if low < high => {
            let ends = format!("{} to {}", signed(low, &moved.unit), signed(high, &moved.unit));
            format!("{} ({ends})", signed(value, &moved.unit))
        }
        (Some(value), ..) => signed(value, &moved.unit),
        _ => MISSING.to_owned(),
    }
}

fn signed(value: f64, unit: &str) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", number::figure(value.abs(), unit))
}
