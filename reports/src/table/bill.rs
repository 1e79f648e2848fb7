//! The bill in lines, for a terminal and for a review.

use planner::{BillLine, Summary};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Style;
use super::grid::{Grid, whole};
use crate::number::{self, MISSING};

/// Lines that a terminal shows; the smaller ones are summed up.
const MOST_LINES: usize = 8;

/// The bill of one outcome, its largest lines first; nothing where it costs nothing.
pub(super) fn bill(summary: &Summary, style: Style) -> String {
    let grid = lines(summary, MOST_LINES);
    if grid.is_empty() { String::new() } else { grid.render("The bill, USD by the month", style) }
}

/// The bills of all outcomes as Markdown, each with what it is for and what is paid at the start.
pub(crate) fn markdown(designs: &[&Summary]) -> String {
    let mut text = "# Bill\n\nA forecast, not an invoice: what the fleet costs in a month of 730 hours.\n".to_owned();
    for summary in designs {
        text += &format!("\n## {} · {} costs · {}\n\n", summary.design, summary.costs, summary.sizing);
        text += &lines(summary, usize::MAX).markdown();
        let upfront: Decimal = summary.bill.iter().map(|line| line.upfront_usd).sum();
        if upfront > Decimal::ZERO {
            text += &format!("\nOf it is paid at the start: {}.\n", cents(upfront));
        }
        for line in summary.bill.iter().filter(|line| !line.source.is_empty()) {
            let dated = if line.price_date.is_empty() { String::new() } else { format!(", {}", line.price_date) };
            text += &format!("\n* {} ({}): {}{dated}\n", line.item, line.charge, line.source);
        }
    }
    text
}

fn lines(summary: &Summary, most: usize) -> Grid {
    let figures = ["quantity", "price", "USD/month", "idle"].map(str::to_owned);
    let mut grid = Grid::new(&["item", "what"], figures).texts(&["known"]);
    let mut sorted: Vec<&BillLine> = summary.bill.iter().collect();
    sorted.sort_by_key(|line| std::cmp::Reverse(line.usd_per_month));
    let shown = if sorted.len() > most { most - 1 } else { sorted.len() };
    for line in &sorted[..shown] {
        grid.row(row(line));
    }
    let other: Decimal = sorted[shown..].iter().map(|line| line.usd_per_month).sum();
    if other > Decimal::ZERO {
        let what = format!("{} smaller lines", sorted.len() - shown);
        grid.row(["other", &what, "", "", &cents(other), "", ""].map(str::to_owned).to_vec());
    }
    let total: Decimal = sorted.iter().map(|line| line.usd_per_month).sum();
    if total > Decimal::ZERO {
        grid.row(["total", "", "", "", &cents(total), "", ""].map(str::to_owned).to_vec());
    }
    grid
}

fn row(line: &BillLine) -> Vec<String> {
    let what = match (line.instance.as_str(), line.charge.as_str()) {
        ("", charge) => charge.to_owned(),
        (instance, _) => format!("{} ({}), {}", whole(instance), line.provider, line.market),
    };
    let per = if line.hours.is_some() { "h".to_owned() } else { line.unit.clone() };
    let quantity = number::count(line.quantity.to_f64().unwrap_or(f64::NAN));
    let price = line.price.round_dp(6).normalize();
    let quantity = if line.hours.is_some() { quantity } else { format!("{quantity} {}", line.unit) };
    vec![
        line.item.clone(),
        what,
        quantity,
        format!("${price}/{per}"),
        cents(line.usd_per_month),
        line.idle.map_or(MISSING.to_owned(), number::share),
        line.known.clone(),
    ]
}

/// Money to the cent, rounded half to even, with commas between thousands.
fn cents(usd: Decimal) -> String {
    let text = format!("{:.2}", usd.round_dp(2));
    let (whole, part) = text.split_once('.').unwrap_or((&text, "00"));
    let digits = whole.len();
    let grouped: String = whole
        .chars()
        .enumerate()
        .flat_map(|(at, digit)| (at > 0 && (digits - at).is_multiple_of(3)).then_some(',').into_iter().chain([digit]))
        .collect();
    format!("{grouped}.{part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_cents_and_commas() {
        let of = |text: &str| cents(text.parse().expect("a decimal"));
        assert_eq!(
            [of("0"), of("999.995"), of("1234567.891"), of("100000")],
            ["0.00", "1,000.00", "1,234,567.89", "100,000.00"]
        );
    }
}
