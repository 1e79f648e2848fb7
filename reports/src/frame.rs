//! Metrics as one long table — a row per outcome and metric — for `metrics.csv` and `metrics.parquet`.
//!
//! Long, because outcomes need not have the same metrics, and because every data tool groups and pivots; for spreadsheets,
//! which do not, there is a wide sheet beside it.

mod experiment;
mod scenarios;
mod wide;

use planner::{
    Change, Comparison, FrontPoint, Growth, Metric, Plan, PlannedFleet, Point, Sensitivity, Series, SeriesPoint,
    StormStudy, Summary, Sweep, Swing, SwingInput, SwitchEffect, SwitchStudy, Uncertainty,
};
use polars_core::prelude::{Column, DataFrame};
use polars_io::SerWriter;
use polars_io::csv::write::CsvWriter;
use polars_io::parquet::write::ParquetWriter;

use crate::ReportError;

pub use experiment::experiment;
pub use scenarios::{side_by_side, varied_side_by_side};
pub use wide::designs;

/// The long table: `scenario, load, design, costs, sizing, metric, unit, value, low, high`, and the shares of the squared
/// half-width that come from the `run`, the `calibration`, `published` figures and a `price`; missing numbers are null. `load` is
/// `own` for designs at their own load and mix, `same` at that of the base design.
///
/// # Errors
/// [`ReportError::Encode`] if the columns do not fit together, which would be a fault of this file.
pub fn metrics(comparison: &Comparison) -> Result<DataFrame, ReportError> {
    let same = comparison.same_load.iter().flat_map(|same| &same.designs).map(|summary| ("same", summary));
    let own = comparison.designs.iter().map(|summary| ("own", summary));
    let rows: Vec<(&str, &Summary, &Metric)> = own
        .chain(same)
        .flat_map(|(load, summary)| summary.metrics.iter().map(move |metric| (load, summary, metric)))
        .collect();
    let share = |name: &str, of: fn(&Uncertainty) -> f64| {
        figure(&rows, name, move |(_, _, metric)| metric.uncertainty.as_ref().map(of))
    };
    let columns = vec![
        text(&rows, "scenario", |(_, summary, _)| summary.scenario.clone()),
        text(&rows, "load", |(load, _, _)| (*load).to_owned()),
        text(&rows, "design", |(_, summary, _)| summary.design.clone()),
        text(&rows, "costs", |(_, summary, _)| summary.costs.clone()),
        text(&rows, "sizing", |(_, summary, _)| summary.sizing.clone()),
        text(&rows, "metric", |(_, _, metric)| metric.name.clone()),
        text(&rows, "unit", |(_, _, metric)| metric.unit.clone()),
        figure(&rows, "value", |(_, _, metric)| metric.value),
        figure(&rows, "low", |(_, _, metric)| metric.low),
        figure(&rows, "high", |(_, _, metric)| metric.high.filter(|high| high.is_finite())),
        share("run", |of| of.run),
        share("calibration", |of| of.calibration),
        share("published", |of| of.published),
        share("price", |of| of.price),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of metrics", cause))
}

/// The long table of figures by the month: `design, costs, sizing, figure, unit, month, counted, value, low, high`; none
/// where no outcome has any.
///
/// # Errors
/// As [`metrics`].
pub fn months(comparison: &Comparison) -> Result<Option<DataFrame>, ReportError> {
    type Row<'a> = (&'a Summary, &'a Series, &'a SeriesPoint);
    let all = comparison.designs.iter().flat_map(|summary| summary.series.iter().map(move |series| (summary, series)));
    let rows: Vec<Row> =
        all.flat_map(|(summary, series)| series.points.iter().map(move |point| (summary, series, point))).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let columns = vec![
        text(&rows, "design", |(summary, ..)| summary.design.clone()),
        text(&rows, "costs", |(summary, ..)| summary.costs.clone()),
        text(&rows, "sizing", |(summary, ..)| summary.sizing.clone()),
        text(&rows, "figure", |(_, series, _)| series.name.clone()),
        text(&rows, "unit", |(_, series, _)| series.unit.clone()),
        Column::new("month".into(), rows.iter().map(|(.., point)| point.at).collect::<Vec<u64>>()),
        Column::new(
            "counted".into(),
            rows.iter().map(|(_, series, point)| point.at >= series.counted_from).collect::<Vec<bool>>(),
        ),
        figure(&rows, "value", |(.., point)| point.value),
        figure(&rows, "low", |(.., point)| point.low),
        figure(&rows, "high", |(.., point)| point.high),
    ];
    let frame = DataFrame::new(rows.len(), columns);
    frame.map(Some).map_err(|cause| ReportError::encode("the table of figures by the month", cause))
}

/// The long table of a sweep: `key, value_of_key, at, design, costs, sizing, metric, unit, value, low, high`.
///
/// # Errors
/// As [`metrics`].
pub fn sweep(sweep: &Sweep) -> Result<DataFrame, ReportError> {
    type Row<'a> = (&'a Point, &'a Summary, &'a Metric);
    let outcomes = sweep.points.iter().flat_map(|point| point.designs.iter().map(move |one| (point, one)));
    let rows: Vec<Row> =
        outcomes.flat_map(|(point, one)| one.metrics.iter().map(move |metric| (point, one, metric))).collect();
    let columns = vec![
        text(&rows, "key", |_| sweep.key.clone()),
        text(&rows, "value_of_key", |(point, ..)| point.value.clone()),
        figure(&rows, "at", |(point, ..)| point.at),
        text(&rows, "design", |(_, one, _)| one.design.clone()),
        text(&rows, "costs", |(_, one, _)| one.costs.clone()),
        text(&rows, "sizing", |(_, one, _)| one.sizing.clone()),
        text(&rows, "metric", |(.., metric)| metric.name.clone()),
        text(&rows, "unit", |(.., metric)| metric.unit.clone()),
        figure(&rows, "value", |(.., metric)| metric.value),
        figure(&rows, "low", |(.., metric)| metric.low),
        figure(&rows, "high", |(.., metric)| metric.high),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of a sweep", cause))
}

/// The long table of swings: `design, costs, sizing, input, known, unit, low, high, metric, unit_of_metric, at_low, at_base,
/// at_high, swing, noise`.
///
/// # Errors
/// As [`metrics`].
pub fn sensitivity(found: &[Sensitivity]) -> Result<DataFrame, ReportError> {
    type Row<'a> = (&'a Summary, &'a SwingInput, &'a Swing);
    let inputs = found.iter().flat_map(|one| one.inputs.iter().map(move |input| (&one.base, input)));
    let rows: Vec<Row> =
        inputs.flat_map(|(base, input)| input.swings.iter().map(move |swing| (base, input, swing))).collect();
    let columns = vec![
        text(&rows, "design", |(base, ..)| base.design.clone()),
        text(&rows, "costs", |(base, ..)| base.costs.clone()),
        text(&rows, "sizing", |(base, ..)| base.sizing.clone()),
        text(&rows, "input", |(_, input, _)| input.name.clone()),
        text(&rows, "known", |(_, input, _)| input.known.clone()),
        text(&rows, "unit", |(_, input, _)| input.unit.clone()),
        figure(&rows, "low", |(_, input, _)| input.low),
        figure(&rows, "high", |(_, input, _)| input.high),
        text(&rows, "metric", |(.., swing)| swing.metric.clone()),
        text(&rows, "unit_of_metric", |(.., swing)| swing.unit.clone()),
        figure(&rows, "at_low", |(.., swing)| swing.at_low),
        figure(&rows, "at_base", |(base, _, swing)| base.value(&swing.metric)),
        figure(&rows, "at_high", |(.., swing)| swing.at_high),
        figure(&rows, "swing", |(.., swing)| swing.swing),
        figure(&rows, "noise", |(.., swing)| swing.noise),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of swings", cause))
}

/// The long table of switches: `design, costs, sizing, switch, worth, metric, unit, value, without, difference, low, high`.
///
/// # Errors
/// As [`metrics`].
pub fn switches(found: &[SwitchStudy]) -> Result<DataFrame, ReportError> {
    type Row<'a> = (&'a Summary, &'a SwitchEffect, &'a Change);
    let effects =
        found.iter().flat_map(|one| one.alone.iter().chain(&one.together).map(move |effect| (&one.base, effect)));
    let rows: Vec<Row> =
        effects.flat_map(|(base, effect)| effect.changes.iter().map(move |change| (base, effect, change))).collect();
    let columns = vec![
        text(&rows, "design", |(base, ..)| base.design.clone()),
        text(&rows, "costs", |(base, ..)| base.costs.clone()),
        text(&rows, "sizing", |(base, ..)| base.sizing.clone()),
        text(&rows, "switch", |(_, effect, _)| effect.name.clone()),
        text(&rows, "worth", |(_, effect, _)| crate::table::worth(effect.worth).to_owned()),
        text(&rows, "metric", |(.., change)| change.with.name.clone()),
        text(&rows, "unit", |(.., change)| change.with.unit.clone()),
        figure(&rows, "value", |(.., change)| change.with.value),
        figure(&rows, "without", |(base, _, change)| base.value(&change.with.name)),
        figure(&rows, "difference", |(.., change)| change.difference.as_ref()?.value),
        figure(&rows, "low", |(.., change)| change.difference.as_ref()?.low),
        figure(&rows, "high", |(.., change)| change.difference.as_ref()?.high),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of switches", cause))
}

/// The long table of storms: `design, costs, sizing, course, until_s, offered_per_s, answered_per_s, waiting`, a row for each piece of
/// a run.
///
/// # Errors
/// As [`metrics`].
pub fn storms(found: &[StormStudy]) -> Result<DataFrame, ReportError> {
    let courses = found.iter().flat_map(|one| one.courses.iter().map(move |course| (one, course)));
    let rows: Vec<_> =
        courses.flat_map(|(one, course)| (0..course.until_s.len()).map(move |at| (one, course, at))).collect();
    let columns = vec![
        text(&rows, "design", |(one, ..)| one.design.clone()),
        text(&rows, "costs", |(one, ..)| one.costs.clone()),
        text(&rows, "sizing", |(one, ..)| one.sizing.clone()),
        text(&rows, "course", |(_, course, _)| course.name.clone()),
        figure(&rows, "until_s", |(_, course, at)| Some(course.until_s[*at])),
        figure(&rows, "offered_per_s", |(_, course, at)| Some(course.offered_per_s[*at])),
        figure(&rows, "answered_per_s", |(_, course, at)| Some(course.answered_per_s[*at])),
        figure(&rows, "waiting", |(_, course, at)| Some(course.waiting[*at] as f64)),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of storms", cause))
}

/// The table of a plan: `kind, fleet, usd_per_month, standing, excuse, metric, seconds, low, high`, a row for the plan, for every other
/// fleet, and for every point of cost against latency.
///
/// # Errors
/// As [`metrics`].
pub fn plan(plan: &Plan) -> Result<DataFrame, ReportError> {
    struct Row<'p> {
        kind: &'static str,
        fleet: &'p PlannedFleet,
        standing: String,
        excuse: String,
        point: Option<&'p FrontPoint>,
    }
    let row = |kind, fleet| Row { kind, fleet, standing: String::new(), excuse: String::new(), point: None };
    let chosen = plan.fleet.iter().map(|fleet| Row { standing: format!("{:?}", plan.ending), ..row("plan", fleet) });
    let others = plan.runners_up.iter().map(|other| Row {
        standing: format!("{:?}", other.standing),
        excuse: other.excuse.clone(),
        ..row("other", &other.fleet)
    });
    let front = plan.front.iter().map(|point| Row {
        kind: if point.on_front { "front" } else { "behind the front" },
        standing: format!("{:?}", point.standing),
        point: Some(point),
        ..row("", &point.fleet)
    });
    let rows: Vec<Row<'_>> = chosen.chain(others).chain(front).collect();
    let columns = vec![
        text(&rows, "kind", |row| row.kind.to_owned()),
        text(&rows, "fleet", |row| crate::table::fleet(row.fleet)),
        figure(&rows, "usd_per_month", |row| Some(row.fleet.usd_per_month)),
        text(&rows, "standing", |row| row.standing.to_lowercase()),
        text(&rows, "excuse", |row| row.excuse.clone()),
        text(&rows, "metric", |row| row.point.map_or(String::new(), |point| point.metric.clone())),
        figure(&rows, "seconds", |row| row.point?.seconds),
        figure(&rows, "low", |row| row.point?.low),
        figure(&rows, "high", |row| row.point?.high),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of the plan", cause))
}

/// The table of a growing load: `month, load_per_s, fleet, standing, committed, on_demand, usd_on_demand_only, cash_usd, amortised_usd`.
///
/// # Errors
/// As [`metrics`].
pub fn growth(growth: &Growth) -> Result<DataFrame, ReportError> {
    let rows = &growth.months;
    let columns = vec![
        figure(rows, "month", |row| Some(f64::from(row.month))),
        figure(rows, "load_per_s", |row| Some(row.load_per_s)),
        text(rows, "fleet", |row| crate::table::fleet(&row.fleet)),
        text(rows, "standing", |row| format!("{:?}", row.standing).to_lowercase()),
        figure(rows, "committed", |row| Some(row.committed as f64)),
        figure(rows, "on_demand", |row| Some(row.on_demand as f64)),
        figure(rows, "usd_on_demand_only", |row| Some(row.usd_on_demand_only)),
        figure(rows, "cash_usd", |row| Some(row.cash_usd)),
        figure(rows, "amortised_usd", |row| Some(row.amortised_usd)),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the table of a growing load", cause))
}

/// A column of texts, one for each row.
fn text<R>(rows: &[R], name: &str, of: impl Fn(&R) -> String) -> Column {
    Column::new(name.into(), rows.iter().map(of).collect::<Vec<String>>())
}

/// A column of figures, one for each row or null.
fn figure<R>(rows: &[R], name: &str, of: impl Fn(&R) -> Option<f64>) -> Column {
    Column::new(name.into(), rows.iter().map(of).collect::<Vec<Option<f64>>>())
}

/// The table as CSV with a header; missing numbers are empty.
///
/// # Errors
/// [`ReportError::Encode`] if polars refuses.
pub fn csv(frame: &mut DataFrame) -> Result<Vec<u8>, ReportError> {
    let mut bytes = Vec::new();
    CsvWriter::new(&mut bytes).finish(frame).map_err(|cause| ReportError::encode("metrics.csv", cause))?;
    Ok(bytes)
}

/// The table as Parquet, compressed with Zstandard.
///
/// # Errors
/// [`ReportError::Encode`] if polars refuses.
pub fn parquet(frame: &mut DataFrame) -> Result<Vec<u8>, ReportError> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(frame).map_err(|cause| ReportError::encode("metrics.parquet", cause))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use polars_io::SerReader;
    use polars_io::parquet::read::ParquetReader;

    use super::*;
    use crate::sample;

    #[test]
    fn csv_has_the_promised_columns_and_empty_cells_for_what_is_missing() {
        let mut comparison = sample::layered();
        comparison.designs.truncate(1);
        comparison.same_load = None;
        comparison.designs[0].metrics = vec![
            sample::estimate("throughput", "tx/s", 1_302.5, 0.01),
            sample::missing("proof_finality.p99", "s", "provers saturate, at 5,012 tx/s"),
        ];
        let bytes = csv(&mut metrics(&comparison).expect("frame")).expect("csv");
        let golden = "scenario,load,design,costs,sizing,metric,unit,value,low,high,run,calibration,published,price\n\
            layered,own,naive,claimed,specified,throughput,tx/s,1302.5,1289.475,1315.525,,,,\n\
            layered,own,naive,claimed,specified,proof_finality.p99,s,,,,,,,\n";
        assert_eq!(String::from_utf8(bytes).expect("UTF-8"), golden);
    }

    #[test]
    fn parquet_reads_back_equal() {
        let mut frame = metrics(&sample::layered()).expect("frame");
        let bytes = parquet(&mut frame).expect("parquet");
        let read = ParquetReader::new(Cursor::new(bytes)).finish().expect("readable");
        assert!(frame.height() > 100 && read.equals_missing(&frame));
    }

    #[test]
    fn no_outcome_gives_a_header_and_no_row() {
        let mut frame = metrics(&sample::empty()).expect("frame");
        assert_eq!(
            csv(&mut frame).expect("csv"),
            b"scenario,load,design,costs,sizing,metric,unit,value,low,high,run,calibration,published,price\n"
        );
        assert!(!parquet(&mut frame).expect("parquet").is_empty());
    }
}
