//! Metrics as one wide sheet — a row per metric, a column per outcome — for `designs.csv`, which is read in a spreadsheet.

use planner::{Comparison, Summary};
use polars_core::prelude::{Column, DataFrame};

use super::{figure, text};
use crate::ReportError;
use crate::view::distinct;

/// The wide sheet: `metric, unit`, then a column `DESIGN/COSTS/SIZING` with the values of each outcome, and one
/// `DESIGN/COSTS/SIZING/same load` for each at the load and mix of the base design; a figure that an outcome lacks is null.
///
/// # Errors
/// As [`super::metrics`].
pub fn designs(comparison: &Comparison) -> Result<DataFrame, ReportError> {
    let named = |summary: &Summary| format!("{}/{}/{}", summary.design, summary.costs, summary.sizing);
    let own = comparison.designs.iter().map(|summary| (named(summary), summary));
    let same = comparison.same_load.iter().flat_map(|same| &same.designs);
    let outcomes: Vec<(String, &Summary)> =
        own.chain(same.map(|summary| (format!("{}/same load", named(summary)), summary))).collect();
    // A metric has one unit, unless designs differ in what they count.
    let metrics = outcomes.iter().flat_map(|(_, summary)| &summary.metrics);
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for name in distinct(metrics.clone().map(|metric| metric.name.as_str())) {
        let units = metrics.clone().filter(|metric| metric.name == name).map(|metric| metric.unit.as_str());
        rows.extend(distinct(units).into_iter().map(|unit| (name, unit)));
    }
    let value = |summary: &Summary, (name, unit): &(&str, &str)| {
        summary.metric(name).filter(|metric| metric.unit == *unit).and_then(|metric| metric.value)
    };
    let mut columns: Vec<Column> = vec![
        text(&rows, "metric", |(name, _)| (*name).to_owned()),
        text(&rows, "unit", |(_, unit)| (*unit).to_owned()),
    ];
    columns.extend(outcomes.iter().map(|(name, summary)| figure(&rows, name, |row| value(summary, row))));
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the sheet of designs", cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::csv;
    use crate::sample;

    #[test]
    fn a_metric_is_a_row_and_an_outcome_a_column() {
        let mut comparison = sample::layered();
        comparison.designs.truncate(3);
        comparison.designs[0].metrics =
            vec![sample::exact("throughput", "tx/s", 1_302.5), sample::missing("proof_finality.p99", "s", "too short")];
        comparison.designs[1].metrics = vec![sample::exact("cost.total", "USD/month", 9e6)];
        comparison.designs[2].metrics = vec![sample::exact("throughput", "tx/s", 2.0)];
        let same = comparison.same_load.as_mut().expect("the sample has one");
        same.designs.truncate(1);
        same.designs[0].metrics = vec![sample::exact("cost.total", "USD/month", 8e6)];
        let sheet = csv(&mut designs(&comparison).expect("a sheet")).expect("csv");
        assert_eq!(
            String::from_utf8(sheet).expect("UTF-8"),
            "metric,unit,naive/claimed/specified,naive/claimed/sized,naive/measured/specified,naive/claimed/sized/same load\n\
             throughput,tx/s,1302.5,,2.0,\n\
             proof_finality.p99,s,,,,\n\
             cost.total,USD/month,,9000000.0,,8000000.0\n"
        );
        assert_eq!(csv(&mut designs(&sample::empty()).expect("a sheet")).expect("csv"), b"metric,unit\n");
    }
}
