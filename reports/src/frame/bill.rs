//! The bill in lines as tables for spreadsheets: ours, and one with the column names of the FinOps FOCUS specification 1.1.
//!
//! A forecast has no dates, accounts or invoices, so the columns of FOCUS that are about them are left out; `x_Forecast` says so in every
//! row. Money and quantities are exact decimals.

use planner::{BillLine, Comparison, Summary};
use polars_core::prelude::{Column, DataFrame};
use rust_decimal::Decimal;

use super::{figure, text};
use crate::ReportError;

/// A line with whose bill it is in.
type Row<'a> = (&'a Summary, &'a BillLine);

fn rows(comparison: &Comparison) -> Vec<Row<'_>> {
    let of = |summary| move |line| (summary, line);
    comparison.designs.iter().flat_map(|summary| summary.bill.iter().map(of(summary))).collect()
}

fn exact<'a>(rows: &[Row<'a>], name: &str, of: impl Fn(&'a BillLine) -> Decimal) -> Column {
    text(rows, name, |(_, line)| of(line).normalize().to_string())
}

/// One row for every design, book, sizing and line.
///
/// # Errors
/// [`ReportError::Encode`] if the columns do not fit together, which would be a fault of this file.
pub fn bill(comparison: &Comparison) -> Result<DataFrame, ReportError> {
    let rows = rows(comparison);
    let said = |name, of: fn(&BillLine) -> &String| text(&rows, name, move |(_, line)| of(line).clone());
    let columns = vec![
        text(&rows, "scenario", |(summary, _)| summary.scenario.clone()),
        text(&rows, "design", |(summary, _)| summary.design.clone()),
        text(&rows, "costs", |(summary, _)| summary.costs.clone()),
        text(&rows, "sizing", |(summary, _)| summary.sizing.clone()),
        said("item", |line| &line.item),
        said("charge", |line| &line.charge),
        text(&rows, "stages", |(_, line)| line.stages.join(" ")),
        said("role", |line| &line.role),
        said("provider", |line| &line.provider),
        said("instance", |line| &line.instance),
        said("market", |line| &line.market),
        said("region", |line| &line.region),
        text(&rows, "owners", |(_, line)| line.owners.to_string()),
        exact(&rows, "quantity", |line| line.quantity),
        said("unit", |line| &line.unit),
        text(&rows, "hours", |(_, line)| line.hours.map_or(String::new(), |hours| hours.to_string())),
        exact(&rows, "list_price_usd", |line| line.list_price),
        exact(&rows, "discount", |line| line.discount),
        exact(&rows, "price_usd", |line| line.price),
        exact(&rows, "usd_per_month", |line| line.usd_per_month),
        exact(&rows, "upfront_usd", |line| line.upfront_usd),
        exact(&rows, "monthly_usd", |line| line.monthly_usd),
        figure(&rows, "idle", |(_, line)| line.idle),
        said("known", |line| &line.known),
        said("source", |line| &line.source),
        said("price_date", |line| &line.price_date),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the bill", cause))
}

/// The same under the names of FOCUS.
///
/// # Errors
/// As [`bill`].
pub fn focus(comparison: &Comparison) -> Result<DataFrame, ReportError> {
    let rows = rows(comparison);
    let said = |name, of: fn(&BillLine) -> &String| text(&rows, name, move |(_, line)| of(line).clone());
    let same = |name: &str, value: &'static str| text(&rows, name, move |_| value.to_owned());
    let list_cost = |line: &BillLine| amount(line).saturating_mul(line.list_price);
    let columns = vec![
        same("BillingCurrency", "USD"),
        said("ProviderName", |line| &line.provider),
        text(&rows, "ServiceCategory", |(_, line)| category(line).to_owned()),
        said("ServiceName", |line| &line.item),
        said("ResourceType", |line| &line.unit),
        said("SkuId", |line| &line.instance),
        said("RegionId", |line| &line.region),
        text(&rows, "ChargeCategory", |(_, line)| charge(line).to_owned()),
        text(&rows, "ChargeDescription", |(_, line)| format!("forecast, no invoice: {}, {}", line.item, line.charge)),
        text(&rows, "PricingCategory", |(_, line)| pricing(line).to_owned()),
        exact(&rows, "PricingQuantity", amount),
        text(&rows, "PricingUnit", |(_, line)| if line.hours.is_some() { "Hours".into() } else { line.unit.clone() }),
        exact(&rows, "ListUnitPrice", |line| line.list_price),
        exact(&rows, "ContractedUnitPrice", |line| line.price),
        exact(&rows, "ListCost", list_cost),
        exact(&rows, "ContractedCost", |line| amount(line).saturating_mul(line.price)),
        exact(&rows, "EffectiveCost", |line| line.usd_per_month),
        exact(&rows, "BilledCost", |line| line.monthly_usd),
        same("x_Forecast", "true"),
        exact(&rows, "x_UpfrontCost", |line| line.upfront_usd),
        text(&rows, "x_Design", |(summary, _)| summary.design.clone()),
        text(&rows, "x_Costs", |(summary, _)| summary.costs.clone()),
        text(&rows, "x_Sizing", |(summary, _)| summary.sizing.clone()),
        said("x_PriceSource", |line| &line.source),
    ];
    DataFrame::new(rows.len(), columns).map_err(|cause| ReportError::encode("the bill", cause))
}

/// Units that the price is paid for in a month.
fn amount(line: &BillLine) -> Decimal {
    line.quantity.saturating_mul(line.hours.unwrap_or(Decimal::ONE))
}

fn category(line: &BillLine) -> &'static str {
    match line.item.as_str() {
        "traffic" => "Networking",
        "storage" | "witness archive" => "Storage",
        _ => "Compute",
    }
}

fn charge(line: &BillLine) -> &'static str {
    if line.hours.is_some() || line.upfront_usd.is_zero() { "Usage" } else { "Purchase" }
}

fn pricing(line: &BillLine) -> &'static str {
    match line.market.as_str() {
        "spot" => "Dynamic",
        market if market.contains(", ") => "Committed",
        _ => "Standard",
    }
}
