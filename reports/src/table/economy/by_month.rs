//! The prover market by the month, at a few months of many: from its first day to where it settles.

use planner::{Series, SeriesPoint, Summary};

use super::sentences::{kinds, with_half};
use crate::number;
use crate::table::grid::Grid;
use crate::view::{self, words};

/// Months that fit into a line.
const COLUMNS: usize = 6;

/// Two rows for all provers, and two for each kind; designs with the same market share them.
pub(super) fn by_month(outcomes: &[&Summary]) -> Grid {
    let books = view::books(outcomes);
    let book = view::leading_book(&books).unwrap_or_default();
    let here: Vec<&Summary> = outcomes.iter().copied().filter(|summary| summary.costs == book).collect();
    let Some(longest) = here.iter().filter_map(|one| one.series("market.provers")).max_by_key(|it| it.points.len())
    else {
        return Grid::new(&[], []);
    };
    let months = shown(longest);
    let grid = Grid::new(&["design", "figure"], months.iter().map(|month| format!("month\n{month}")));
    super::shared(grid, here.into_iter().filter(|one| !one.series.is_empty()), |_, summary| {
        let mut rows = rows(summary, "market", "provers", "profit", &months);
        for kind in kinds(summary) {
            let (provers, profit) = (words(kind), format!("{} profit", words(kind)));
            rows.extend(self::rows(summary, &format!("prover.{kind}"), &provers, &profit, &months));
        }
        rows
    })
}

fn rows(summary: &Summary, name: &str, provers: &str, profit: &str, months: &[u64]) -> Vec<Vec<String>> {
    let row = |figure: &str, title: &str, show: fn(f64) -> String| {
        let series = summary.series(&format!("{name}.{figure}"))?;
        let at = |month: &u64| {
            let point = series.points.iter().find(|point| point.at == *month);
            point.and_then(|point| cell(point, show)).unwrap_or_else(|| number::MISSING.to_owned())
        };
        Some(std::iter::once(title.to_owned()).chain(months.iter().map(at)).collect())
    };
    let provers = row("provers", provers, |value| number::significant(value, 3));
    provers.into_iter().chain(row("profit", profit, number::usd_short)).collect()
}

fn cell(point: &SeriesPoint, show: fn(f64) -> String) -> Option<String> {
    let half = point.low.zip(point.high).map_or(0.0, |(low, high)| (high - low) / 2.0);
    Some(with_half(point.value?, half, show))
}

/// The first month, the last one, and some between them.
fn shown(series: &Series) -> Vec<u64> {
    let last = series.points.len() as u64;
    let step = last.div_ceil(COLUMNS as u64 - 1).max(1);
    let mut months: Vec<u64> =
        std::iter::once(1).chain((1..).map(|index| index * step)).take_while(|at| *at < last).collect();
    months.push(last);
    months.dedup();
    months
}
