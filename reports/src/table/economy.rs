//! The money beside the world: the prover market, the fees of the tiers, the operators' ledger. Each only where it was
//! studied, and each with what it found in a sentence.
//!
//! Two ledgers are never added: what the network pays, and what operators pay for their machines.

mod by_month;
pub(super) mod sentences;

use planner::{Point, Summary, Sweep};

use super::grid::Grid;
use super::part::Part;
use crate::number;
use crate::view::{self, words};

/// What a study found of an outcome, in a sentence.
pub(super) type Find = fn(&Summary) -> Option<String>;

/// The tables of the studies; none at all without studies.
pub(super) fn economy(outcomes: &[&Summary]) -> Vec<Part> {
    let parts = [
        Part::told("Economy: the market for epoch proofs, by month", lines(said_of_market(outcomes)), market(outcomes)),
        Part::of("Economy: kinds of provers in the market", kinds(outcomes)),
        Part::of("Economy: the market month by month", by_month::by_month(outcomes)),
        Part::told("Economy: fees by tier, in tokens", lines(said(outcomes, sentences::fees)), fees(outcomes)),
        Part::told("Economy: cost and income of a node", lines(said(outcomes, sentences::nodes)), nodes(outcomes)),
    ];
    parts.into_iter().flatten().collect()
}

/// Sentences, each with the designs that it is about.
type Said<'a> = Vec<(String, Vec<&'a str>)>;

/// What was found, a line each; which design it is of where that says anything.
fn lines(said: Said) -> Vec<String> {
    let one = said.len() == 1;
    let line = |(sentence, designs): (String, Vec<&str>)| match one {
        true => sentence,
        false => format!("{}: {sentence}", designs.join(", ")),
    };
    said.into_iter().map(line).collect()
}

/// A sentence for each outcome of the leading book, once where several have the same.
fn said<'a>(outcomes: &[&'a Summary], find: Find) -> Said<'a> {
    let mut said: Said = Vec::new();
    for summary in led(outcomes) {
        let Some(sentence) = find(summary) else { continue };
        match said.iter_mut().find(|(known, _)| *known == sentence) {
            Some((_, designs)) => designs.push(&summary.design),
            None => said.push((sentence, vec![&summary.design])),
        }
    }
    said
}

/// The same of the market, where one sentence is enough for several designs in which it is empty.
fn said_of_market<'a>(outcomes: &[&'a Summary]) -> Said<'a> {
    let (empty, rest): (Vec<&Summary>, Vec<&Summary>) =
        led(outcomes).partition(|summary| summary.value("market.provers") == Some(0.0));
    match sentences::empty(&empty) {
        Some(sentence) => {
            let designs = empty.iter().map(|summary| summary.design.as_str()).collect();
            std::iter::once((sentence, designs)).chain(said(&rest, sentences::market)).collect()
        }
        None => said(outcomes, sentences::market),
    }
}

/// A column: its header, its metric, and how a value reads.
type Column = (&'static str, &'static str, fn(f64) -> String);

const MARKET: [Column; 10] = [
    ("machines\neach", "market.machines", number::short),
    ("cost of\none", "market.bill", number::usd_short),
    ("rewards\nat most", "market.offered", number::usd_short),
    ("break\neven", "market.break_even", number::count),
    ("provers", "market.provers", digits),
    ("profit\nper prover", "market.profit", number::usd_short),
    ("wasted", "market.wasted", number::share),
    ("largest\nshare", "market.largest_share", number::share),
    ("network\npays", "market.paid", number::usd_short),
    ("not\nproven", "market.unproven", number::share),
];

fn digits(value: f64) -> String {
    number::significant(value, 3)
}

/// One row for each book of a design; designs with the same market share them.
fn market(outcomes: &[&Summary]) -> Grid {
    let grid = Grid::new(&["design", "costs"], MARKET.map(|(header, ..)| header.to_owned()));
    let studied = |summary: &&&Summary| summary.metric("market.machines").is_some();
    let designs = view::designs(outcomes).into_iter();
    let first = designs.filter_map(|design| outcomes.iter().filter(studied).find(|one| one.design == design));
    shared(grid, first.copied(), |grid, first| {
        let of_design = outcomes.iter().filter(studied).filter(|one| one.design == first.design);
        let mut rows: Vec<Vec<String>> = Vec::new();
        for summary in of_design {
            let figures = MARKET.map(|(_, name, show)| grid.metric(summary.metric(name), show));
            match rows.iter_mut().find(|row| row[1..] == figures) {
                Some(row) => row[0] = format!("{}, {}", row[0], summary.costs),
                None => rows.push(std::iter::once(summary.costs.clone()).chain(figures).collect()),
            }
        }
        rows
    })
}

const KIND: [Column; 7] = [
    ("proves an\nepoch in", "prove_time", number::duration),
    ("cost of\none", "bill", number::usd_short),
    ("break-even\nalone", "break_even", number::count),
    ("provers", "provers", digits),
    ("of the\nproofs", "won", number::share),
    ("of the\nwork", "worked", number::share),
    ("profit\nper prover", "profit", number::usd_short),
];

/// One row for each kind of provers of a design under the leading book.
fn kinds(outcomes: &[&Summary]) -> Grid {
    let grid = Grid::new(&["design", "prover"], KIND.iter().map(|(header, ..)| (*header).to_owned()));
    shared(grid, led(outcomes), |grid, summary| {
        let figure = |grid: &mut Grid, kind: &str, (_, name, show): &Column| {
            let metric = summary.metric(&format!("prover.{kind}.{name}"));
            metric.and_then(|metric| sentences::spread(metric, show)).unwrap_or_else(|| grid.metric(metric, show))
        };
        let row = |kind: &str| {
            std::iter::once(words(kind)).chain(KIND.iter().map(|column| figure(grid, kind, column))).collect()
        };
        sentences::kinds(summary).into_iter().map(row).collect()
    })
}

/// The outcomes under the leading book, one for each design.
fn led<'a>(outcomes: &[&'a Summary]) -> impl Iterator<Item = &'a Summary> {
    let books = view::books(outcomes);
    let book = view::leading_book(&books).unwrap_or_default();
    let designs = view::designs(outcomes).into_iter();
    designs.filter_map(|design| view::find(outcomes, design, book)).collect::<Vec<_>>().into_iter()
}

const FEE: [Column; 10] = [
    ("demand /\ntarget", "fee_asked", number::share),
    ("fee", "fee", digits),
    ("p99", "fee_p99", digits),
    ("fluid\nequilibrium", "fee_equilibrium", digits),
    ("settles\nin", "fee_climb", number::duration),
    ("share of\nincluded", "fee_share", number::share),
    ("wait", "fee_wait", wait),
    ("down-\ngraded", "fee_downgraded", number::share),
    ("priced\nout", "fee_priced_out", number::share),
    ("revenue\na month", "fee_revenue", number::usd_short),
];

/// A mean wait; nobody notices less than a millisecond.
fn wait(seconds: f64) -> String {
    if seconds > 0.0 && seconds < 1e-3 { "<1 ms".to_owned() } else { number::duration(seconds) }
}

/// One row for each tier of a design. Fees do not depend on a book, and designs with the same demand share their rows.
fn fees(outcomes: &[&Summary]) -> Grid {
    let grid = Grid::new(&["design", "tier"], FEE.map(|(header, ..)| header.to_owned()));
    let designs = view::designs(outcomes).into_iter();
    let summaries = designs.filter_map(|design| outcomes.iter().copied().find(|summary| summary.design == design));
    shared(grid, summaries, |grid, summary| {
        let row = |tier: &str| {
            let figures = FEE.map(|(_, name, show)| grid.metric(summary.metric(&format!("{name}.{tier}")), show));
            std::iter::once(words(tier)).chain(figures).collect()
        };
        view::stages(&[summary], "fee").into_iter().map(row).collect()
    })
}

/// A grid of the rows of each outcome, where designs with the same rows share them.
fn shared<'a>(
    mut grid: Grid,
    summaries: impl Iterator<Item = &'a Summary>,
    mut rows: impl FnMut(&mut Grid, &Summary) -> Vec<Vec<String>>,
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

const NODE: [Column; 10] = [
    ("checks\na block", "block_time", number::duration),
    ("of its\ntime", "validating", number::share),
    ("block\ndone after", "block_delay", number::duration),
    ("time for\nproving", "proving_capacity", number::share),
    ("proof\nafter", "proof_delay", number::duration),
    ("proving\nearns", "proving_income", number::usd_short),
    ("the source\nsays", "proving_income_claimed", number::usd_short),
    ("cost\na month", "cost", number::usd_short),
    ("income\na month", "income", number::usd_short),
    ("return\na year", "return", number::share),
];

/// One row for each kind of node of a design under the leading book; designs that are alike share their rows.
fn nodes(outcomes: &[&Summary]) -> Grid {
    let grid = Grid::new(&["design", "node"], NODE.map(|(header, ..)| header.to_owned()));
    shared(grid, led(outcomes), |grid, summary| {
        let figure = |grid: &mut Grid, kind: &str, (_, name, show): Column| {
            grid.metric(summary.metric(&format!("node.{kind}.{name}")), show)
        };
        let row =
            |kind: &str| std::iter::once(words(kind)).chain(NODE.map(|column| figure(grid, kind, column))).collect();
        sentences::node_kinds(summary).into_iter().map(row).collect()
    })
}

/// How a figure is written.
pub(crate) type Show = fn(f64) -> String;

/// What of the studies moves with a varied key: fees with any key, the rest with the keys of its own section.
pub(crate) fn moved(sweep: &Sweep) -> Vec<(&str, Show)> {
    let of = |sections: &[&str]| sections.iter().any(|section| sweep.key.contains(&format!("{section}.")));
    let (market, fees, nodes) = (of(&["market", "token"]), of(&["fees", "token"]), of(&["nodes", "fees", "token"]));
    let asked = |name: &str| match name.split_once('.').unwrap_or((name, "")) {
        ("fee", _) => true,
        ("fee_lost" | "fee_revenue", "") => fees,
        ("prover", figure) => market && figure.ends_with(".provers"),
        ("market", figure) => market && ["provers", "profit", "wasted", "largest_share", "paid"].contains(&figure),
        ("node", figure) => nodes && [".block_delay", ".income", ".return"].iter().any(|end| figure.ends_with(end)),
        _ => false,
    };
    let moves = |name: &str| {
        let first = sweep.points.first();
        let as_first = |point: &Point| {
            let pairs = first.into_iter().flat_map(|first| first.designs.iter().zip(&point.designs));
            pairs.into_iter().all(|(one, other)| same(one.value(name), other.value(name)))
        };
        !sweep.points.iter().all(as_first)
    };
    let metrics = sweep.points.iter().flat_map(|point| &point.designs).flat_map(|summary| &summary.metrics);
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
    use crate::table::Style;
    use crate::table::part::rendered;

    #[test]
    fn what_was_found_is_said_in_sentences() {
        let mut summary = sample::layered().designs.remove(0);
        summary.metrics = vec![
            exact("market.machines", "machines per prover", 60.0),
            exact("market.bill", "USD/month", 30_000.0),
            exact("market.offered", "USD/month", 12_000.0),
            exact("market.provers", "provers", 0.0),
        ];
        let said = sentences::market(&summary).expect("a market");
        assert!(
            said.contains("a prover of 60 machines costs $30 k") && said.contains("would need 2.5× of that"),
            "{said}"
        );
        let of = |design: &str, bill: f64| {
            let mut other = summary.clone();
            other.design = design.into();
            other.metrics[1] = exact("market.bill", "USD/month", bill);
            other
        };
        let others = [of("a", 60_000.0), of("b", 24_000.0), of("c", 30_000.0)];
        let said = sentences::empty(&others.iter().collect::<Vec<_>>()).expect("three designs");
        assert!(said.contains("from $24 k (b) to $60 k (a)") && said.contains("the cheapest would need 2×"), "{said}");
        assert_eq!(sentences::empty(&others.iter().take(2).collect::<Vec<_>>()), None);
        summary.metrics[3] = sample::estimate("market.provers", "provers", 16.0, 0.05);
        summary.metrics.extend([
            exact("prover.fast.break_even", "provers", 20.0),
            exact("prover.fast.provers", "provers", 15.0),
            exact("prover.fast.won", "share", 0.9),
            exact("prover.slow.break_even", "provers", 20.0),
            exact("prover.slow.provers", "provers", 0.2),
        ]);
        let said = sentences::market(&summary).expect("a market");
        let kinds = "Of the kinds, fast (15 provers with 90 % of the proofs) remains; slow does not.";
        assert!(said.starts_with("The market sustains 16 ±0.8 provers") && said.ends_with(kinds), "{said}");
        summary.metrics = vec![
            exact("fee.private", "tokens", 0.1),
            exact("fee_equilibrium.private", "tokens", 0.1),
            exact("fee_floor.private", "tokens", 0.01),
            exact("fee_asked.private", "of the target", 3.0),
            exact("fee_climb.private", "s", 14.5),
            exact("fee_sent", "tx/s", 150_000.0),
            exact("fee_included", "tx/s", 99_500.0),
            exact("fee_lost", "share", 0.34),
            exact("fee_revenue", "USD/month", 1.34e9),
        ];
        let said = sentences::fees(&summary).expect("fees");
        let parts = ["Private is asked for 3 times its target", "from 0.01 to 0.1 tokens (14.5 s after", "34 % leave"];
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    }

    #[test]
    fn tables_are_there_for_what_was_studied() {
        let mut comparison = sample::layered();
        let sized = |summary: &&mut Summary| summary.sizing == view::SIZED;
        assert!(economy(&view::of_sizing(&comparison, view::SIZED)).is_empty());
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
        let text = rendered(economy(&view::of_sizing(&comparison, view::SIZED)), Style::default());
        for part in ["break", "18", "¹ no prover is left", "naive, optimistic,", "private", "No kind of node covers"] {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
        assert_eq!(text.matches("−22 %").count(), 2, "designs that are alike share a sentence and a row:\n{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }
}
