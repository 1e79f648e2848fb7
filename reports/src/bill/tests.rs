//! The forms of an invented bill, held against its lines.

use std::collections::BTreeMap;

use super::*;
use crate::{redact, sample};

/// The rows of a table by the names of their columns.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut table = csv::Reader::from_reader(bytes);
    table.deserialize().map(|row| row.expect("a row of texts")).collect()
}

fn sum(rows: &[BTreeMap<String, String>], column: &str) -> f64 {
    rows.iter().map(|row| row[column].parse::<f64>().unwrap_or(0.0)).sum()
}

#[test]
fn every_line_of_every_bill_is_a_row_that_can_be_added() {
    let sample = sample::layered();
    let read = rows(&csv(&sample).expect("a table"));
    assert_eq!(read.len(), entries(&sample).count());
    let bills: f64 = bills(&sample).map(|(_, _, bill)| bill.usd_per_month.to_f64()).sum();
    assert!((sum(&read, "usd_per_month") / bills - 1.0).abs() < 1e-9);
    let provers = &read[0];
    assert_eq!((&*provers["item"], &*provers["market"], &*provers["hours"]), ("provers", "1 year, all upfront", "730"));
    assert_eq!((&*provers["discount"], &*provers["price"]), ("0.25", "1.5"));
    assert_eq!((&*provers["calibration"], &*provers["price_share"]), ("0.25", "0.75"));
}

#[test]
fn focus_bills_what_is_paid_and_spreads_what_it_costs() {
    let sample = sample::layered();
    let read = rows(&focus(&sample).expect("a table"));
    let of = |category: &str| -> Vec<BTreeMap<String, String>> {
        read.iter().filter(|row| row["ChargeCategory"] == category).cloned().collect()
    };
    let (usage, bought) = (of("Usage"), of("Purchase"));
    let all = |of: fn(&Bill) -> Exact| bills(&sample).map(|(_, _, bill)| of(bill).to_f64()).sum::<f64>();
    let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-9, "{found}, not {expected}");
    near(sum(&usage, "EffectiveCost"), all(|bill| bill.usd_per_month));
    near(sum(&usage, "BilledCost"), all(|bill| bill.cash_usd_per_month));
    near(sum(&bought, "BilledCost"), all(|bill| bill.upfront_usd));
    assert_eq!(sum(&bought, "EffectiveCost"), 0.0);
    for row in &read {
        let figure = |column: &str| row[column].parse::<f64>().unwrap_or_else(|_| panic!("{column}: {row:?}"));
        assert!(row["ChargeDescription"].starts_with("Forecast, not an invoice: ") && row["x_Forecast"] == "true");
        assert!(row["BillingPeriodStart"].is_empty() && !row["x_Period"].is_empty() && row["BillingCurrency"] == "USD");
        near(figure("ContractedUnitPrice") * figure("PricingQuantity"), figure("ContractedCost"));
        near(figure("ListUnitPrice") * figure("PricingQuantity"), figure("ListCost"));
    }
    // A quarter is taken off the list price of the provers, and nothing off what a validator is bought for.
    for (at, paid) in [0.75, 1.0].into_iter().enumerate() {
        let cost = |column: &str| bought[at][column].parse::<f64>().expect("a number");
        near(cost("BilledCost") / cost("ListCost"), paid);
        near(cost("ContractedCost"), cost("BilledCost"));
    }
    assert_eq!((&*usage[0]["PricingCategory"], &*usage[0]["PricingUnit"]), ("Committed", "Hours"));
    assert_eq!((&*usage[1]["PricingCategory"], &*usage[1]["PricingUnit"]), ("Other", "Months"));
}

#[test]
fn a_page_has_a_section_for_each_bill_and_rounds_to_cents() {
    let sample = sample::layered();
    let text = page(&sample);
    assert_eq!(text.matches("\n## ").count(), bills(&sample).count());
    assert!(
        text.contains("| validators, hosting |") && text.contains("$205,000.00") && text.contains("25 %"),
        "{text}"
    );
    assert!(text.contains(" of proving per proof. Cash: $"), "{text}");
}

#[test]
fn a_sheet_is_the_same_bytes_and_reckons() {
    let sample = sample::layered();
    let bytes = sheet(&sample).expect("a workbook");
    assert!(bytes.starts_with(b"PK") && bytes == sheet(&sample).expect("a workbook"));
}

#[test]
fn what_is_redacted_is_in_no_form() {
    let mut sample = sample::layered();
    redact::prices(&mut sample);
    let texts = [csv(&sample).expect("a table"), focus(&sample).expect("a table"), page(&sample).into_bytes()];
    for text in texts {
        let text = String::from_utf8(text).expect("a text");
        assert!(
            text.contains("redacted")
                && !text.contains("205000")
                && !text.contains("205,000")
                && !text.contains("invented")
        );
        assert!(text.contains("205"), "how many there are stays");
    }
    assert!(sheet(&sample).is_ok());
}
