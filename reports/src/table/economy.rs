//! The money beside the world: the prover market, the fees of the tiers, the operators' ledger. Each only where it was
//! studied.
//!
//! Two ledgers are never added: what the network pays, and what operators pay for their machines.

use planner::{Point, Summary, Variation};

use super::Style;
use super::grid::Grid;
use crate::number;
use crate::view::{self, words};

/// The tables of the studies, one after the other; nothing at all without studies.
pub(super) fn economy(outcomes: &[&Summary], style: Style) -> String {
    let tables = [
        market(outcomes).render("Economy: the market for the proofs of epochs, by the month", style),
        fees(outcomes).render("Economy: fees of the tiers in tokens", style),
        nodes(outcomes).render("Economy: what a node costs its operator and earns", style),
    ];
    tables.into_iter().filter(|table| !table.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A column: its header, its metric, and how a value reads.
type Column = (&'static str, &'static str, fn(f64) -> String);

const MARKET: [Column; 10] = [
    ("machines\nof one", "market.machines", number::short),
    ("bill\nof one", "market.bill", number::usd_short),
    ("all proofs\nearn at most", "market.offered", number::usd_short),
    ("break\neven", "market.break_even", number::count),
    ("provers", "market.provers", |value| number::significant(value, 3)),
    ("profit\nof one", "market.profit", number::usd_short),
    ("wasted", "market.wasted", number::share),
    ("largest\nshare", "market.largest_share", number::share),
    ("network\npays", "market.paid", number::usd_short),
    ("not\nproven", "market.unproven", number::share),
];

fn market(outcomes: &[&Summary]) -> Grid {
    let mut grid = Grid::new(&["design", "costs"], MARKET.map(|(header, ..)| header.to_owned()));
    for (index, summary) in outcomes.iter().enumerate().filter(|(_, it)| it.metric("market.machines").is_some()) {
        let mut row = super::comparison::names(outcomes, index);
        row.extend(MARKET.map(|(_, name, show)| grid.metric(summary.metric(name), show)));
        grid.row(row);
    }
    grid
}

/// One row for each tier of a design. Fees do not depend on a book, and designs with the same demand share their rows.
fn fees(outcomes: &[&Summary]) -> Grid {
    let header = ["fee", "fluid\nequilibrium", "share of\nincluded", "wait", "lost, all\ntiers", "revenue, all\ntiers"];
    let grid = Grid::new(&["design", "tier"], header.map(str::to_owned));
    let designs = view::designs(outcomes).into_iter();
    let summaries = designs.filter_map(|design| outcomes.iter().copied().find(|summary| summary.design == design));
    shared(grid, summaries, |grid, summary| {
        view::stages(&[summary], "fee").into_iter().map(|tier| fee_row(grid, summary, tier)).collect()
    })
}

/// A grid of the rows of each outcome, where designs with the same rows share them.
fn shared<'a>(
    mut grid: Grid,
    summaries: impl Iterator<Item = &'a Summary>,
    rows: impl Fn(&mut Grid, &Summary) -> Vec<Vec<String>>,
) -> Grid {
    let mut known: Vec<(Vec<&str>, Vec<Vec<String>>)> = Vec::new();
    for summary in summaries {
        let rows = rows(&mut grid, summary);
        match known.iter_mut().find(|(_, other)| *other == rows) {
            Some((designs, _)) => designs.push(&summary.design),
            None => known.push((vec![&summary.design], rows)),
        }
    }
    for (designs, rows) in known {
        for (index, row) in rows.into_iter().enumerate() {
            let design = if index == 0 { designs.join(", ") } else { String::new() };
            grid.row(std::iter::once(design).chain(row).collect());
        }
    }
    grid
}

fn fee_row(grid: &mut Grid, summary: &Summary, tier: &str) -> Vec<String> {
    let first = view::stages(&[summary], "fee").first() == Some(&tier);
    let digits = |value: f64| number::significant(value, 3);
    let mut of = |name: &str, show: &dyn Fn(f64) -> String| grid.metric(summary.metric(name), show);
    let mut row = vec![
        words(tier),
        of(&format!("fee.{tier}"), &digits),
        of(&format!("fee_equilibrium.{tier}"), &digits),
        of(&format!("fee_share.{tier}"), &number::share),
        of(&format!("fee_wait.{tier}"), &number::duration),
    ];
    // What is of all tiers together stands in the first row of the design.
    row.push(if first { of("fee_lost", &number::share) } else { String::new() });
    row.push(if first { of("fee_revenue", &number::usd_short) + "/month" } else { String::new() });
    row
}

const NODE: [Column; 8] = [
    ("checks\na block", "block_time", number::duration),
    ("of its\ntime", "validating", number::share),
    ("block\ndone after", "block_delay", number::duration),
    ("time for\nproving", "proving_capacity", number::share),
    ("proof\nafter", "proof_delay", number::duration),
    ("cost\na month", "cost", number::usd_short),
    ("income\na month", "income", number::usd_short),
    ("return\na year", "return", number::share),
];

/// One row for each kind of node of a design under the leading book; designs that are alike share their rows.
fn nodes(outcomes: &[&Summary]) -> Grid {
    let grid = Grid::new(&["design", "node"], NODE.map(|(header, ..)| header.to_owned()));
    let books = view::books(outcomes);
    let Some(book) = view::leading_book(&books) else { return grid };
    let designs = view::designs(outcomes).into_iter();
    let summaries = designs.filter_map(|design| view::find(outcomes, design, book));
    shared(grid, summaries, |grid, summary| {
        let figure = |grid: &mut Grid, kind: &str, (_, name, show): Column| {
            grid.metric(summary.metric(&format!("node.{kind}.{name}")), show)
        };
        let row =
            |kind: &str| std::iter::once(words(kind)).chain(NODE.map(|column| figure(grid, kind, column))).collect();
        kinds(summary).into_iter().map(row).collect()
    })
}

/// Kinds of node in an outcome.
fn kinds(summary: &Summary) -> Vec<&str> {
    let names = summary.metrics.iter().filter_map(|metric| metric.name.strip_prefix("node.")?.strip_suffix(".cost"));
    view::distinct(names)
}

/// How a figure is written.
type Show = fn(f64) -> String;

/// What of the studies moves with a varied key: fees with any key, the rest with the keys of its own section.
pub(super) fn moved(variation: &Variation) -> Vec<(&str, Show)> {
    let of = |sections: &[&str]| sections.iter().any(|section| variation.key.contains(&format!("{section}.")));
    let (market, fees, nodes) = (of(&["market", "token"]), of(&["fees", "token"]), of(&["nodes", "fees", "token"]));
    let asked = |name: &str| match name.split_once('.').unwrap_or((name, "")) {
        ("fee", _) => true,
        ("fee_lost" | "fee_revenue", _) => fees,
        ("market", figure) => market && ["provers", "profit", "wasted", "largest_share", "paid"].contains(&figure),
        ("node", figure) => nodes && [".block_delay", ".income", ".return"].iter().any(|end| figure.ends_with(end)),
        _ => false,
    };
    let moves = |name: &str| {
        let first = variation.points.first();
        let as_first = |point: &Point| {
            let pairs = first.into_iter().flat_map(|first| first.designs.iter().zip(&point.designs));
            pairs.into_iter().all(|(one, other)| same(one.value(name), other.value(name)))
        };
        !variation.points.iter().all(as_first)
    };
    let metrics = variation.points.iter().flat_map(|point| &point.designs).flat_map(|summary| &summary.metrics);
    let names = view::distinct(metrics.clone().map(|metric| metric.name.as_str()).filter(|name| asked(name)));
    let unit =
        |name: &str| metrics.clone().find(|metric| metric.name == name).map_or("", |metric| metric.unit.as_str());
    names.into_iter().filter(|name| moves(name)).map(|name| (name, shown_in(unit(name)))).collect()
}

/// Whether two figures are the same but for rounding.
fn same(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= one.abs() * number::ROUNDING,
        _ => one == other,
    }
}

/// How figures of a unit read.
fn shown_in(unit: &str) -> fn(f64) -> String {
    match unit {
        "USD/month" => number::usd_short,
        "share" | "share/year" => number::share,
        "s" => number::duration,
        _ => |value| number::significant(value, 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, exact, missing};

    #[test]
    fn tables_are_there_for_what_was_studied() {
        let mut comparison = sample::layered();
        let sized = |summary: &&mut Summary| summary.sizing == view::SIZED;
        assert_eq!(economy(&view::of_sizing(&comparison, view::SIZED), Style::default()), "");
        for summary in comparison.designs.iter_mut().filter(sized) {
            let why = "no prover is left in the market";
            summary.metrics.extend([
                exact("market.machines", "machines per prover", 60.0),
                exact("market.break_even", "provers", 18.0),
                missing("market.profit", "USD/month", why),
                exact("fee.private", "tokens", 0.01),
                exact("fee_lost", "share", 0.008),
                exact("fee_revenue", "USD/month", 1.3e8),
                exact("node.cpu.cost", "USD/month", 255.6),
                exact("node.cpu.return", "share/year", -0.22),
            ]);
        }
        let text = economy(&view::of_sizing(&comparison, view::SIZED), Style::default());
        for part in ["break", "18", "¹ no prover is left", "naive, optimistic, hierarchical", "private", "$130 M/month"]
        {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
        assert_eq!(text.matches("−22 %").count(), 1, "designs that are alike share a row:\n{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
}
