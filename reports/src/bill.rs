//! The bill by line as files: a table of our own, one with the names of FinOps FOCUS, a page for a review, a sheet with formulas.
//!
//! All of them are a forecast. Money is exact in them as far as it has an end within `DIGITS` digits behind the point, and
//! rounded to cents only on the page.

mod focus;
mod page;
mod sheet;

use planner::{Bill, Comparison, Exact, Line, Summary};

use crate::ReportError;

pub use focus::focus;
pub use page::page;
pub(crate) use page::section;
pub use sheet::sheet;

/// Digits behind the point of what has no end.
const DIGITS: u32 = 12;

/// A line with the case that it is of; `load` is `own` for designs at their own load and mix, `same` at that of the base design.
struct Entry<'c> {
    load: &'static str,
    summary: &'c Summary,
    bill: &'c Bill,
    line: &'c Line,
}

/// Every bill of a comparison, with its case.
fn bills(comparison: &Comparison) -> impl Iterator<Item = (&'static str, &Summary, &Bill)> {
    let same = comparison.same_load.iter().flat_map(|same| &same.designs).map(|summary| ("same", summary));
    let own = comparison.designs.iter().map(|summary| ("own", summary));
    own.chain(same).filter_map(|(load, summary)| Some((load, summary, summary.bill.as_ref()?)))
}

fn entries(comparison: &Comparison) -> impl Iterator<Item = Entry<'_>> {
    bills(comparison)
        .flat_map(|(load, summary, bill)| bill.lines.iter().map(move |line| Entry { load, summary, bill, line }))
}

/// Whether there is anything to write.
pub fn is_there(comparison: &Comparison) -> bool {
    entries(comparison).next().is_some()
}

const COLUMNS: [&str; 42] = [
    "scenario",
    "load",
    "design",
    "costs",
    "sizing",
    "item",
    "role",
    "pool",
    "stages",
    "provider",
    "instance",
    "market",
    "region",
    "owners",
    "quantity",
    "unit",
    "hours",
    "least_billed_s",
    "list_price",
    "discount",
    "price",
    "price_unit",
    "over_months",
    "usd_per_month",
    "low",
    "high",
    "run",
    "calibration",
    "published",
    "price_share",
    "list_usd_per_month",
    "usd_per_million_requests",
    "usd_per_proof",
    "upfront_usd",
    "cash_usd_per_month",
    "utilization",
    "idle",
    "known",
    "source",
    "price_date",
    "requests_per_month",
    "proofs_per_month",
];

/// The bill as `bill.csv`: a row for each design, book, sizing and line. What is not known, or not said, is empty.
///
/// # Errors
/// [`ReportError::Encode`], which would be a fault of this file.
pub fn csv(comparison: &Comparison) -> Result<Vec<u8>, ReportError> {
    table(&COLUMNS, entries(comparison).map(|entry| row(&entry).to_vec()))
}

fn row(Entry { load, summary, bill, line }: &Entry<'_>) -> [String; COLUMNS.len()] {
    let share = |of: fn(&planner::Uncertainty) -> f64| number(line.cost.uncertainty.as_ref().map(of));
    [
        summary.scenario.clone(),
        (*load).to_owned(),
        summary.design.clone(),
        summary.costs.clone(),
        summary.sizing.clone(),
        line.item.clone(),
        line.role.clone(),
        line.pool.clone(),
        line.stages.join(" "),
        line.provider.clone(),
        line.instance.clone(),
        line.market.clone(),
        line.region.clone(),
        line.owners.to_string(),
        money(line.quantity),
        line.unit.clone(),
        line.hours.map_or_else(String::new, money),
        number(line.least_billed_s),
        money(line.list_price),
        money(line.discount),
        money(line.price),
        line.price_unit.clone(),
        line.over_months.map_or_else(String::new, money),
        money(line.usd_per_month),
        number(line.cost.low),
        number(line.cost.high.filter(|high| high.is_finite())),
        share(|of| of.run),
        share(|of| of.calibration),
        share(|of| of.published),
        share(|of| of.price),
        money(line.list_usd_per_month()),
        bill.per_million(line.usd_per_month).map_or_else(String::new, money),
        bill.per_proof(line.usd_per_month).map_or_else(String::new, money),
        money(line.upfront_usd),
        money(line.cash_usd_per_month),
        number(line.utilization),
        number(line.idle),
        line.known.clone(),
        line.source.clone(),
        line.price_date.clone(),
        number(Some(bill.requests_per_month)),
        number(bill.proofs_per_month),
    ]
}

/// An exact number in a table.
fn money(exact: Exact) -> String {
    exact.rounded(DIGITS).to_string()
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A table of texts as CSV.
fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, ReportError> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let written =
        table.write_record(columns).and_then(|()| rows.into_iter().try_for_each(|row| table.write_record(row)));
    written.map_err(|cause| ReportError::encode("the bill", cause))?;
    table.into_inner().map_err(|cause| ReportError::encode("the bill", cause.into_error()))
}

#[cfg(test)]
mod tests;
