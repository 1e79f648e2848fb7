//! Every table at every width: no line is longer than the terminal, and no number is broken or lost.

use std::collections::BTreeMap;

use planner::{Summary, Sweep};

use super::Style;
use crate::sample::{self, exact};
use crate::suites::{keys, policies};
use crate::{sample_calibration, table};

/// A table at a width.
type Text = Box<dyn Fn(Style) -> String>;

/// A design with everything that `simulate` prints: inputs with long names and sources, votes, fees, a market.
fn rich() -> Summary {
    let designs = sample::with_market().designs;
    let mut summary = designs.into_iter().find(|one| one.sizing == "sized").expect("a sized design");
    summary.metrics.push(exact("votes.heard", "1/s", 1_596.0));
    for (tier, fee) in [("public", 0.01), ("private", 0.123)] {
        for figure in ["fee", "fee_p99", "fee_equilibrium", "fee_asked", "fee_share", "fee_revenue"] {
            summary.metrics.push(exact(&format!("{figure}.{tier}"), "tokens", fee));
        }
    }
    for index in 0..4 {
        summary.inputs.push(planner::InputFigure {
            name: format!("books.measured.machines.validator_{index}.uplink"),
            known: "published".into(),
            value: Some(1_234.5 * 10f64.powi(index)),
            unit: "bit/s".into(),
            source: "https://example.org/prices/of/machines/2026-01-15/page.html, read on 15 January for 42.3 m/s"
                .into(),
        });
    }
    summary
}

fn all() -> Vec<(&'static str, Text)> {
    let comparison = |change: fn(&mut Summary)| -> Text {
        let mut sample = sample::with_market();
        sample.designs.iter_mut().for_each(change);
        Box::new(move |style| table::comparison(&sample, style))
    };
    let named =
        |summary: &mut Summary| summary.design = format!("a_design_of_the_name_{}_with_{:w<60}", summary.design, "");
    let sweep = |values: usize| -> Text {
        let mut sample = sample::sweep();
        let first = sample.points[0].clone();
        let at = |index: usize| planner::Point {
            value: format!("{index}00k"),
            at: Some(1e5 * index as f64),
            ..first.clone()
        };
        sample.points.extend((2..values).map(at));
        let without = Sweep { references: Vec::new(), ..sample.clone() };
        Box::new(move |style| table::sweep(&sample, style) + &table::sweep(&without, style))
    };
    let findings: Vec<_> = sample::layered().designs.into_iter().flat_map(|one| one.claims).collect();
    let header = ["operation", "size", "machine", "ms", "source"];
    let row = [
        "STARK_batch.prove",
        "1024 transfers",
        "a machine of 64 cores",
        "12345.678",
        &"https://example.org/a.".repeat(9),
    ];
    let rows = vec![row.map(str::to_owned).to_vec(); 2];
    let suite = sample_calibration::policies();
    vec![
        ("comparison", comparison(|_| ())),
        ("comparison of long names", comparison(named)),
        ("outcome", Box::new(|style| table::outcome("An answer of 42.3 m/s for $171,000 a month.", &rich(), style))),
        ("sweep of two values", sweep(2)),
        ("sweep of nine values", sweep(9)),
        ("sensitivity", Box::new(|style| table::sensitivity(&sample::sensitivity(), style))),
        ("switches", Box::new(|style| table::switches(&sample::switches(), style))),
        ("claims", Box::new(move |style| table::claims(&findings, true, style))),
        ("listing", Box::new(move |style| table::listing(&header, &rows, style))),
        ("calibration", Box::new(|style| table::calibration(&sample_calibration::calibration(), style))),
        (
            "policies",
            Box::new(move |style| {
                policies::Report::of(&sample_calibration::claims("policies"), &suite).expect("policies").text(style)
            }),
        ),
        ("keys", Box::new(|style| keys::text(&sample_calibration::claims("keys"), &sample_calibration::keys(), style))),
    ]
}

/// How often each number stands in a text; a number is a word with a digit that is short enough for any line.
fn numbers(text: &str) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    let is_number = |word: &&str| word.contains(|c: char| c.is_ascii_digit()) && word.chars().count() <= 20;
    for word in text.split_whitespace().filter(is_number) {
        *found.entry(word).or_insert(0) += 1;
    }
    found
}

#[test]
fn every_line_fits_and_every_number_is_whole() {
    for (name, text) in all() {
        let wide = text(Style { width: 1_000, colour: false });
        let wanted = numbers(&wide);
        assert!(wanted.len() > 1, "{name} has numbers:\n{wide}");
        for width in 60..=160 {
            let narrow = text(Style { width, colour: false });
            let long = narrow.lines().find(|line| line.chars().count() > usize::from(width));
            assert_eq!(long, None, "{name} at {width}:\n{narrow}");
            let found = numbers(&narrow);
            for (number, times) in &wanted {
                let here = found.get(number).copied().unwrap_or(0);
                assert!(here >= *times, "{name} at {width}: `{number}` {here} times instead of {times}:\n{narrow}");
            }
        }
    }
}
