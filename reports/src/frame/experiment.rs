//! Points of several keys as one tidy table: a row a point, design and metric, a column a key.

use planner::{Experiment, ExperimentPoint, Metric, PointOutcome};
use polars_core::prelude::{Column, DataFrame};

use super::{figure, text};
use crate::ReportError;

/// The long table: `point`, a column for each key under its name, `design, costs, sizing, carries, metric, unit, value, low, high`. A key
/// whose values are quantities has them in its base unit, another as they were written.
///
/// # Errors
/// As [`metrics`](super::metrics).
pub fn experiment(found: &Experiment) -> Result<DataFrame, ReportError> {
    type Row<'a> = (usize, &'a ExperimentPoint, &'a PointOutcome, &'a Metric);
    let outcomes = found.points.iter().enumerate();
    let outcomes = outcomes.flat_map(|(number, point)| point.outcomes.iter().map(move |one| (number + 1, point, one)));
    let rows: Vec<Row> = outcomes
        .flat_map(|(number, point, one)| one.figures.iter().map(move |metric| (number, point, one, metric)))
        .collect();
    let key = |(place, key): (usize, &planner::ExperimentKey)| {
        let is_quantity = found.points.iter().all(|point| point.values[place].at.is_some());
        match is_quantity {
            true => figure(&rows, &key.name, |(_, point, ..)| point.values[place].at),
            false => text(&rows, &key.name, |(_, point, ..)| point.values[place].text.clone()),
        }
    };
    let mut columns =
        vec![Column::new("point".into(), rows.iter().map(|(number, ..)| *number as u64).collect::<Vec<_>>())];
    columns.extend(found.keys.iter().enumerate().map(key));
    columns.extend([
        text(&rows, "design", |(_, _, one, _)| one.design.clone()),
        text(&rows, "costs", |(_, _, one, _)| one.costs.clone()),
        text(&rows, "sizing", |(_, _, one, _)| one.sizing.clone()),
        text(&rows, "carries", |(_, _, one, _)| if one.carries { "yes".into() } else { "no".into() }),
        text(&rows, "metric", |(.., metric)| metric.name.clone()),
        text(&rows, "unit", |(.., metric)| metric.unit.clone()),
        figure(&rows, "value", |(.., metric)| metric.value),
        figure(&rows, "low", |(.., metric)| metric.low),
        figure(&rows, "high", |(.., metric)| metric.high.filter(|high| high.is_finite())),
    ]);
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of points", cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_experiment;

    #[test]
    fn a_row_is_a_point_a_design_and_a_metric_and_a_column_a_key() {
        let csv = |found: &Experiment| {
            let bytes = super::super::csv(&mut experiment(found).expect("a table")).expect("written");
            String::from_utf8(bytes).expect("UTF-8")
        };
        let map = csv(&sample_experiment::map());
        let mut lines = map.lines();
        let head = "point,load.rate,chain.shards,design,costs,sizing,carries,metric,unit,value,low,high";
        assert_eq!(lines.next(), Some(head));
        let first = lines.next().expect("a row");
        assert!(first.starts_with("1,5000.0,2.0,gpu,measured,sized,yes,cost.total,USD/month,5000.0,"), "{first}");
        assert_eq!(map.lines().count(), 1 + 9 * 2 * 2);
        let sampled = csv(&sample_experiment::sampled());
        assert!(sampled.lines().nth(1).is_some_and(|row| row.starts_with("1,1000.0,0.0,a,gpu,")), "{sampled}");
    }
}
