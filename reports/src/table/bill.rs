//! The bill by line on a terminal: the largest lines, and the others as one.

use planner::{Bill, Exact, Line, Summary};

use super::grid::Grid;
use super::part::Part;
use crate::{money, number};

/// So many lines have a row of their own.
const SHOWN: usize = 7;

/// The table; nothing where there is no bill.
pub(crate) fn bill(summary: &Summary) -> Option<Part> {
    let bill = summary.bill.as_ref()?;
    let mut grid = Grid::new(&["line"], ["quantity", "price", "idle", "USD a month", "share"].map(str::to_owned));
    let mut lines: Vec<&Line> = bill.lines.iter().collect();
    lines.sort_by(|one, other| other.usd_per_month.to_f64().total_cmp(&one.usd_per_month.to_f64()));
    // A single further line takes no more room than its name would.
    let shown = if lines.len() == SHOWN + 1 { SHOWN + 1 } else { SHOWN };
    for line in lines.iter().take(shown) {
        let half = money::within(&line.cost);
        grid.row(vec![
            line.item.clone(),
            planner::counted(&amount(line), &line.unit),
            money::price(line.price, &line.price_unit),
            line.idle.map_or_else(String::new, number::share),
            format!("{} {half}", money::cents(line.usd_per_month)).trim_end().to_owned(),
            share(line.usd_per_month, bill),
        ]);
    }
    let others = lines.get(shown..).unwrap_or_default();
    if !others.is_empty() {
        let sum: Exact = others.iter().map(|line| line.usd_per_month).sum();
        let none = String::new;
        let name = format!("{} others", others.len());
        grid.row(vec![name, none(), none(), none(), money::cents(sum), share(sum, bill)]);
    }
    Part::of(title(summary, bill), grid)
}

/// Below so many of anything, a part of one counts.
const FEW: f64 = 100.0;

/// How much a line is for; of machines that come and go, and of little, a part of one counts.
fn amount(line: &Line) -> String {
    let mean = line.quantity.to_f64();
    let in_parts = mean.fract() != 0.0 && (!line.pool.is_empty() || mean < FEW);
    if in_parts { number::significant(mean, 3) } else { money::digits(line.quantity, 0) }
}

fn share(usd_per_month: Exact, bill: &Bill) -> String {
    number::share(usd_per_month.to_f64() / bill.usd_per_month.to_f64())
}

/// What it comes to, by the month, for requests and proofs, and when it is paid.
fn title(summary: &Summary, bill: &Bill) -> String {
    let all = bill.usd_per_month;
    if all.is_redacted() {
        return "Bill by line".to_owned();
    }
    let words = summary.headlines.request.carried;
    let per_million = bill.per_million(all).map(|usd| format!("{} per million {words}", money::cents(usd)));
    let per_proof = bill.proving_per_proof().map(|usd| format!("{} of proving per proof", money::small(usd)));
    let at_start = (!bill.upfront_usd.is_zero()).then(|| {
        format!(
            "in cash {} at the start and {} a month",
            money::cents(bill.upfront_usd),
            money::cents(bill.cash_usd_per_month)
        )
    });
    let parts = [Some(format!("{} a month", money::cents(all))), per_million, per_proof, at_start];
    format!("Bill by line: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::table::Style;

    #[test]
    fn between_two_tables_is_one_empty_line() {
        let sample = sample::layered();
        let summary = sample.designs.iter().find(|one| one.bill.is_some()).expect("a bill");
        let text = crate::table::outcome(&sample.answer, summary, Style::default());
        assert!(text.contains("Bill by line") && !text.contains("\n\n\n"), "{text}");
    }

    #[test]
    fn the_largest_lines_come_first_and_the_others_are_summed() {
        let mut summary = sample::layered().designs.into_iter().find(|one| one.bill.is_some()).expect("a bill");
        let text = bill(&summary).expect("a bill").render(Style { width: 80, colour: false });
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains("$205,000.00") && text.contains("per proof") && text.contains("at the start"), "{text}");
        let lines = &mut summary.bill.as_mut().expect("a bill").lines;
        let one = lines[0].clone();
        lines.extend((0..9).map(|at| Line { item: format!("line {at}"), usd_per_month: Exact::ONE, ..one.clone() }));
        let text = bill(&summary).expect("a bill").render(Style::default());
        assert!(text.contains("5 others") && text.contains("$5.00"), "{text}");
    }
}
