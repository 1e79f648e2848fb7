//! The `simulate` answer: every number of one outcome, with its interval or the reason why there is none.

use planner::{Metric, Summary};

use super::economy::economy;
use super::grid::Grid;
use super::{Paint, Style};
use crate::{number, view};

/// All metrics of one design, then what they rest on.
pub fn outcome(summary: &Summary, style: Style) -> String {
    let title = format!("{} · {} costs · {}", summary.design, summary.costs, summary.sizing);
    let mut grid = Grid::new(&["metric"], ["value", "95 % interval", "unit"].map(str::to_owned));
    for metric in &summary.metrics {
        let value = grid.metric(Some(metric), |value| number::significant(value, 4));
        grid.row(vec![metric.name.clone(), value, interval(metric), metric.unit.clone()]);
    }
    let mut text = grid.render(&title, style);
    text.push('\n');
    let economy = economy(&[summary], style);
    if !economy.is_empty() {
        text.push_str(&economy);
        text.push('\n');
    }
    text.push_str(&inputs(summary).render("What went in", style));
    text.push('\n');
    let conditions = format!(
        "scenario {} · seed {} · {} replications of {} · resolution {} · fingerprint {}",
        summary.scenario,
        summary.seed,
        summary.replications,
        number::duration(summary.simulated_s),
        summary.resolution,
        summary.fingerprint,
    );
    let basis = &summary.basis;
    let rests = format!(
        "the bill rests on figures that are {} measured, {} published, {} claimed, {} extrapolated",
        number::share(basis.measured),
        number::share(basis.published),
        number::share(basis.claimed),
        number::share(basis.extrapolated),
    );
    for line in
        [conditions, rests].into_iter().chain(summary.assumptions.iter().map(|line| format!("assumption: {line}")))
    {
        text.push_str(&style.paint(Paint::Dim, &style.wrap(&line, 2)));
        text.push('\n');
    }
    text
}

fn inputs(summary: &Summary) -> Grid {
    let mut grid = Grid::new(&["input", "known", "source"], ["value".to_owned()]);
    for input in &summary.inputs {
        let value = number::quantity(input.value, &input.unit);
        grid.row(vec![input.name.clone(), input.known.clone(), input.source.clone(), value]);
    }
    grid
}

fn interval(metric: &Metric) -> String {
    view::interval(metric).map_or_else(String::new, |(low, high)| {
        format!("{} – {}", number::significant(low, 4), number::significant(high, 4))
    })
}
