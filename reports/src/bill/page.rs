//! The bill as Markdown to paste into a review: a section for each design, book and sizing.

use planner::{Bill, Comparison, Line, REDACTED, Summary};

use super::bills;
use crate::money;
use crate::number;
use crate::table::grid::Grid;

/// `bill.md`.
pub fn page(comparison: &Comparison) -> String {
    let mut text = "# Bill\n\nA forecast for a month of 730 hours, in USD: what runs is paid for whether it is busy or not. What is paid at the start \
                    is spread over its term; `at the start` and `each month` say when the money leaves.\n"
        .to_owned();
    for (load, summary, bill) in bills(comparison) {
        let at = if load == "same" { " · at one load and mix" } else { "" };
        text += &format!("\n## {} · {} costs · {}{at}\n\n", summary.design, summary.costs, summary.sizing);
        text += &section(summary, bill);
    }
    text
}

/// One bill: its lines and their sums.
pub(crate) fn section(summary: &Summary, bill: &Bill) -> String {
    format!("{}\n{}\n", lines(bill).markdown(), in_all(summary, bill))
}

fn lines(bill: &Bill) -> Grid {
    let numbers = [
        "quantity",
        "hours",
        "list price",
        "discount",
        "price",
        "USD/month",
        "±",
        "at the start",
        "each month",
        "idle",
    ];
    let mut grid = Grid::new(&["line", "what"], numbers.map(str::to_owned)).texts(&["price is", "source"]);
    for line in &bill.lines {
        let dated = !line.price_date.is_empty() && line.price_date != REDACTED;
        let date = if dated { format!(", {}", line.price_date) } else { String::new() };
        grid.row(vec![
            line.item.clone(),
            what(line),
            planner::counted(&money::digits(line.quantity, 3), &line.unit),
            line.hours.map_or_else(String::new, |hours| hours.to_string()),
            money::price(line.list_price, &line.price_unit),
            if line.discount.is_zero() { String::new() } else { percent(line) },
            money::price(line.price, &line.price_unit),
            money::cents(line.usd_per_month),
            money::within(&line.cost),
            money::cents(line.upfront_usd),
            money::cents(line.cash_usd_per_month),
            line.idle.map_or_else(String::new, number::share),
            line.known.clone(),
            format!("{}{date}", line.source),
        ]);
    }
    grid
}

fn what(line: &Line) -> String {
    let parts = [&line.provider, &line.instance, &line.market, &line.region].into_iter();
    let parts: Vec<&str> = parts.map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn percent(line: &Line) -> String {
    match line.discount.is_redacted() {
        true => line.discount.to_string(),
        false => number::share(line.discount.to_f64()),
    }
}

/// The sums, in a sentence.
fn in_all(summary: &Summary, bill: &Bill) -> String {
    let cents = money::cents;
    let requests = summary.headlines.request.carried;
    let per_million = bill.per_million(bill.usd_per_month);
    let per_million = per_million.map_or(String::new(), |usd| format!("; {} per million {requests}", cents(usd)));
    let per_proof = bill.proving_per_proof();
    let per_proof = per_proof.map_or(String::new(), |usd| format!("; {} of proving per proof", money::small(usd)));
    let interval = summary.metric("cost.total").map_or(String::new(), money::within);
    let interval = if interval.is_empty() { interval } else { format!(" ({interval})") };
    format!(
        "**In all {} a month**{interval}{per_million}{per_proof}. Cash: {} at the start, {} each month.",
        cents(bill.usd_per_month),
        cents(bill.upfront_usd),
        cents(bill.cash_usd_per_month)
    )
}
