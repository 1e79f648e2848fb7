//! The bill as a workbook with formulas: quantity × hours × price, and their sums; opens in Excel and in LibreOffice.
//!
//! Every formula carries its result, so that viewers which do not reckon show it, too. Numbers are those of a spreadsheet, of 64 bits.

use planner::{Comparison, Exact};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use super::{Entry, bills, entries};
use crate::ReportError;

const LINES: [&str; 26] = [
    "load",
    "design",
    "costs",
    "sizing",
    "item",
    "role",
    "provider",
    "instance",
    "market",
    "region",
    "quantity",
    "unit",
    "hours",
    "list price",
    "discount",
    "price",
    "price unit",
    "over months",
    "USD a month",
    "low",
    "high",
    "USD at the start",
    "cash USD a month",
    "idle",
    "price is",
    "source",
];
const TOTALS: [&str; 11] = [
    "load",
    "design",
    "costs",
    "sizing",
    "USD a month",
    "USD at the start",
    "cash USD a month",
    "requests a month",
    "USD per million requests",
    "proofs a month",
    "USD of proving per proof",
];

/// `bill.xlsx`: the sheets `Bill` and `Totals`.
///
/// # Errors
/// [`ReportError::Encode`], which would be a fault of this file.
pub fn sheet(comparison: &Comparison) -> Result<Vec<u8>, ReportError> {
    workbook(comparison).map_err(|cause| ReportError::encode("the sheet of the bill", cause))
}

fn workbook(comparison: &Comparison) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same bill gives the same bytes.
    let date = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title("Bill: a forecast").set_creation_datetime(&date));
    let head = Format::new().set_bold();
    let last = entries(comparison).count() as u32 + 1;
    let lines = workbook.add_worksheet().set_name("Bill")?;
    header(lines, &LINES, &head)?;
    for (at, entry) in entries(comparison).enumerate() {
        line(lines, at as u32 + 1, &entry)?;
    }
    let totals = workbook.add_worksheet().set_name("Totals")?;
    header(totals, &TOTALS, &head)?;
    for (at, (load, summary, bill)) in bills(comparison).enumerate() {
        let (row, number) = (at as u32 + 1, at + 2);
        for (column, text) in [load, &summary.design, &summary.costs, &summary.sizing].into_iter().enumerate() {
            totals.write(row, column as u16, text)?;
        }
        let sums = [("S", bill.usd_per_month), ("V", bill.upfront_usd), ("W", bill.cash_usd_per_month)];
        let keys = ["A", "B", "C", "D"].map(|key| format!("Bill!${key}$2:${key}${last},{key}{number}")).join(",");
        for (column, (of, sum)) in sums.into_iter().enumerate() {
            let formula = format!("SUMIFS(Bill!${of}$2:${of}${last},{keys})");
            reckoned(totals, row, 4 + column as u16, (&formula, sum))?;
        }
        totals.write(row, 7, bill.requests_per_month)?;
        if let Some(each) = bill.per_million(bill.usd_per_month) {
            reckoned(totals, row, 8, (&format!("E{number}/H{number}*1000000"), each))?;
        }
        if let Some((proofs, each)) = bill.proofs_per_month.zip(bill.proving_per_proof()) {
            totals.write(row, 9, proofs)?;
            let proving = format!("SUMIFS(Bill!$S$2:$S${last},{keys},Bill!$F$2:$F${last},\"proving\")");
            reckoned(totals, row, 10, (&format!("{proving}/J{number}"), each))?;
        }
    }
    workbook.save_to_buffer()
}

fn header(sheet: &mut Worksheet, names: &[&str], format: &Format) -> Result<(), XlsxError> {
    for (column, name) in names.iter().enumerate() {
        sheet.write_with_format(0, column as u16, *name, format)?;
    }
    sheet.set_freeze_panes(1, 0).map(|_| ())
}

fn line(sheet: &mut Worksheet, row: u32, Entry { load, summary, line, .. }: &Entry<'_>) -> Result<(), XlsxError> {
    let texts = [
        *load,
        &summary.design,
        &summary.costs,
        &summary.sizing,
        &line.item,
        &line.role,
        &line.provider,
        &line.instance,
        &line.market,
        &line.region,
    ];
    for (column, text) in texts.into_iter().enumerate() {
        sheet.write(row, column as u16, text)?;
    }
    let number = row + 1;
    exact(sheet, row, 10, line.quantity)?;
    sheet.write(row, 11, &line.unit)?;
    line.hours.map_or(Ok(()), |hours| exact(sheet, row, 12, hours))?;
    exact(sheet, row, 13, line.list_price)?;
    exact(sheet, row, 14, line.discount)?;
    reckoned(sheet, row, 15, (&format!("N{number}*(1-O{number})"), line.price))?;
    sheet.write(row, 16, &line.price_unit)?;
    line.over_months.map_or(Ok(()), |months| exact(sheet, row, 17, months))?;
    let amount = format!("K{number}*IF(M{number}=\"\",1,M{number})*P{number}/IF(R{number}=\"\",1,R{number})");
    reckoned(sheet, row, 18, (&amount, line.usd_per_month))?;
    for (column, end) in [(19, line.cost.low), (20, line.cost.high)] {
        if let Some(end) = end.filter(|end| end.is_finite()) {
            sheet.write(row, column, end)?;
        }
    }
    exact(sheet, row, 21, line.upfront_usd)?;
    exact(sheet, row, 22, line.cash_usd_per_month)?;
    if let Some(idle) = line.idle {
        sheet.write(row, 23, idle)?;
    }
    sheet.write(row, 24, &line.known)?;
    sheet.write(row, 25, &line.source).map(|_| ())
}

fn exact(sheet: &mut Worksheet, row: u32, column: u16, number: Exact) -> Result<(), XlsxError> {
    match number.is_redacted() {
        true => sheet.write(row, column, number.to_string()),
        false => sheet.write(row, column, number.to_f64()),
    }
    .map(|_| ())
}

/// A formula with its result; nothing to reckon with where that is redacted.
fn reckoned(sheet: &mut Worksheet, row: u32, column: u16, (formula, result): (&str, Exact)) -> Result<(), XlsxError> {
    match result.is_redacted() {
        true => sheet.write(row, column, result.to_string()),
        false => sheet.write(row, column, Formula::new(formula).set_result(result.to_f64().to_string())),
    }
    .map(|_| ())
}
