//! Several scenarios side by side as one long table: a row per design and figure, under the names that kinds of systems share.

use planner::{Row, SharedFigure, SideBySide, Varied, VariedPoint};
use polars_core::prelude::{Column, DataFrame};

use super::{figure, text};
use crate::ReportError;

/// The long table: `row, kind, design, costs, sizing, figure, of, unit, value, low, high`; `of` is the metric of the kind that the figure
/// is.
///
/// # Errors
/// As [`super::metrics`].
pub fn side_by_side(found: &SideBySide) -> Result<DataFrame, ReportError> {
    let rows: Vec<(&Row, &SharedFigure)> = found.rows.iter().flat_map(figures).collect();
    let columns = columns(&rows, |(row, _)| row, |(_, figure)| figure);
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of scenarios", cause))
}

/// The same at the values of a key, with `key, value_of_key, at` before the other columns.
///
/// # Errors
/// As [`super::metrics`].
pub fn varied_side_by_side(found: &Varied) -> Result<DataFrame, ReportError> {
    let of_point = |point| move |(row, figure)| (point, row, figure);
    let points = found.points.iter().flat_map(|point| point.rows.iter().flat_map(figures).map(of_point(point)));
    let rows: Vec<(&VariedPoint, &Row, &SharedFigure)> = points.collect();
    let mut all = vec![
        text(&rows, "key", |_| found.key.clone()),
        text(&rows, "value_of_key", |(point, ..)| point.value.clone()),
        figure(&rows, "at", |(point, ..)| point.at),
    ];
    all.extend(columns(&rows, |(_, row, _)| row, |(.., figure)| figure));
    DataFrame::new(rows.len(), all).map_err(|cause| ReportError::encode("the table of varied scenarios", cause))
}

fn figures(row: &Row) -> impl Iterator<Item = (&Row, &SharedFigure)> {
    row.figures.iter().map(move |figure| (row, figure))
}

fn columns<'a, T>(
    rows: &[T],
    row: impl Fn(&T) -> &'a Row + Copy,
    shared: impl Fn(&T) -> &'a SharedFigure + Copy,
) -> Vec<Column> {
    vec![
        text(rows, "row", |at| row(at).name.clone()),
        text(rows, "kind", |at| row(at).outcome.headlines.kind.to_owned()),
        text(rows, "design", |at| row(at).outcome.design.clone()),
        text(rows, "costs", |at| row(at).outcome.costs.clone()),
        text(rows, "sizing", |at| row(at).outcome.sizing.clone()),
        text(rows, "figure", |at| shared(at).metric.name.clone()),
        text(rows, "of", |at| shared(at).of.clone()),
        text(rows, "unit", |at| shared(at).metric.unit.clone()),
        figure(rows, "value", |at| shared(at).metric.value),
        figure(rows, "low", |at| shared(at).metric.low),
        figure(rows, "high", |at| shared(at).metric.high.filter(|high| high.is_finite())),
    ]
}
