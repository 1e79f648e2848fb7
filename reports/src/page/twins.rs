//! What theory says beside what was simulated: the reader's own check of the model.

use planner::{Metric, Summary};

use crate::number;
use crate::table::grid::Grid;
use crate::table::part::Part;

/// Figures that are simulated, beside those that end in `.expected`, with the one that theory has for each.
const SAMPLED: [(&str, &str); 1] = [("survival.sampled", "survival")];
/// What the name of a figure of theory ends with.
const EXPECTED: &str = ".expected";

/// A figure by its name, what theory says, what was simulated, and that as written.
type Twin = (String, f64, f64, String);

/// The table, where anything was simulated that theory says too.
pub(super) fn twins(designs: &[Summary]) -> Option<Part> {
    let numbers = ["theory", "simulated", "simulated\nover theory"];
    let mut grid = Grid::new(&["design", "costs", "sizing", "figure"], numbers.map(str::to_owned));
    for summary in designs {
        for (figure, theory, simulated, written) in all(summary) {
            let unit = unit_of(summary, &figure);
            let of_case = [&summary.design, &summary.costs, &summary.sizing].map(Clone::clone);
            let ratio = number::significant(simulated / theory, 3);
            grid.row([&of_case[..], &[figure, number::quantity(theory, &unit), written, ratio]].concat());
        }
    }
    let said = "Utilization is that of one run; theory has it at an even load. Where theory leaves out what the run \
                has, such as a load that moves, they differ.";
    Part::told("Theory beside what was simulated", vec![said.to_owned()], grid)
}

fn unit_of(summary: &Summary, figure: &str) -> String {
    summary.metric(figure).map_or_else(String::new, |metric| metric.unit.clone())
}

/// The figures of a case that are known in both ways and are not nothing.
fn all(summary: &Summary) -> Vec<Twin> {
    let of_metrics = summary.metrics.iter().filter_map(|metric| {
        let sampled =
            SAMPLED.iter().find(|(sampled, _)| *sampled == metric.name).map(|(_, theory)| (*theory).to_owned());
        let theory = summary.metric(&sampled.unwrap_or_else(|| format!("{}{EXPECTED}", metric.name)))?;
        Some((metric.name.clone(), theory.value?, metric.value?, written(metric)))
    });
    of_metrics.chain(utilizations(summary)).filter(|(_, theory, ..)| *theory > 0.0).collect()
}

/// The utilization of stages whose machines are always there.
fn utilizations(summary: &Summary) -> impl Iterator<Item = Twin> {
    let course = summary.course.iter().filter(|course| !course.changes && !course.pieces.is_empty());
    course.flat_map(move |course| {
        course.stages.iter().enumerate().filter_map(move |(place, stage)| {
            let figure = format!("utilization.{stage}");
            let theory = summary.value(&figure)?;
            let busy: Option<Vec<f64>> = course.pieces.iter().map(|piece| piece.busy.get(place).copied()).collect();
            let busy = busy?;
            let mean = busy.iter().sum::<f64>() / busy.len() as f64;
            Some((figure, theory, mean, number::quantity(mean, "1")))
        })
    })
}

/// A simulated figure with its interval.
fn written(metric: &Metric) -> String {
    let value = number::quantity(metric.value.unwrap_or(f64::NAN), &metric.unit);
    match (metric.low, metric.high) {
        (Some(low), Some(high)) => {
            let ends = [low, high].map(|end| number::quantity(end, &metric.unit));
            format!("{value} ({} to {})", ends[0], ends[1])
        }
        _ => value,
    }
}
