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

/// Figures that the sentence names beside the bill, the first that moved.
const NAMED: [&str; 5] = ["throughput", "capacity", "proof_finality.p99", "optimistic_finality.p99", "sojourn.p99"];
/// How many of them it names, and of numbers of machines.
const MOST: usize = 2;

/// One sentence: `stark.prove +7 %: the bill +$600 (+$580 to +$620) a month, proof_finality.p99 +12 s in layered, design gpu`.
pub fn answer(found: &Impact) -> String {
    let percent = |factor: f64| format!("{:+.1} %", (factor - 1.0) * 100.0).replace('-', "−");
    let named = |(name, factor): &(String, f64)| format!("{name} {}", percent(*factor));
    let costs: Vec<String> = found.operations.iter().map(named).collect();
    let of = |name: &str| found.moved.iter().find(|moved| moved.name == name);
    let bill = match of("cost.total") {
        Some(moved) => format!("the bill {} a month", difference(moved)),
        None => "the bill stays as it is".to_owned(),
    };
    let times = NAMED.iter().filter_map(|name| of(name)).take(MOST);
    let machines = found.moved.iter().filter(|moved| moved.name.starts_with("units.")).take(MOST);
    let others = times.chain(machines).map(|moved| format!(", {} {}", moved.name, difference(moved)));
    let others: String = others.collect();
    format!("{}: {bill}{others} in {}, design {}", costs.join(", "), found.scenario, found.design)
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
