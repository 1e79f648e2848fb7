//! The `simulate` answer: every number of one outcome, with its interval or the reason why there is none.

use planner::{Metric, REDACTED, Summary};

use super::bill::bill;
use super::course::course;
use super::economy::economy;
use super::grid::Grid;
use super::part::Part;
use super::{Paint, Style, machines};
use crate::{number, view};

/// Where a table begins: the first segment of a metric's name, and the title of the table.
const TABLES: [(&str, &str); 10] = [
    ("epoch_proof", "Proofs"),
    ("fraud_proof", "Fraud window"),
    ("votes", "Votes and block copies per validator"),
    ("copies", "Votes and block copies per validator"),
    ("capacity", "Capacity, utilization and machines"),
    ("user", "Before a transaction is submitted"),
    ("cost", "Bill"),
    ("market", "Market for proofs"),
    ("fee", "Fees"),
    ("node", "Nodes: cost and income of an operator"),
];

/// The answer in a sentence, all metrics of one design by what they are about, then what they rest on.
pub fn outcome(answer: &str, summary: &Summary, style: Style) -> String {
    let title = format!("{} · {} costs · {}", summary.design, summary.costs, summary.sizing);
    let title = style.wrap(&title, 0);
    let mut text = format!("{}\n\n{title}\n\n", style.paint(Paint::Bold, &style.wrap(answer, 0)));
    for part in parts(summary) {
        text += &format!("{}\n", part.render(style));
    }
    for line in beside(summary) {
        text.push_str(&style.paint(Paint::Dim, &style.wrap(&line, 2)));
        text.push('\n');
    }
    text
}

/// All tables of an outcome, its inputs last.
fn parts(summary: &Summary) -> Vec<Part> {
    let beside = bill(summary)
        .into_iter()
        .chain(machines::machines(&[summary]))
        .chain(course(summary))
        .chain(economy(&[summary]));
    metrics(summary).into_iter().chain(beside).chain(inputs(summary)).collect()
}

/// Every metric of an outcome, by what it is about.
pub(crate) fn metrics(summary: &Summary) -> Vec<Part> {
    let table = |(title, metrics): (&'static str, Vec<&Metric>)| {
        let columns = ["value", "95 % interval", "main source of\nuncertainty"];
        let mut grid = Grid::new(&["metric"], columns.map(str::to_owned));
        for metric in metrics {
            let value = grid.metric(Some(metric), |value| number::quantity(value, &metric.unit));
            grid.row(vec![metric.name.clone(), value, interval(metric), source(metric)]);
        }
        Part::of(title, grid)
    };
    by_table(summary).into_iter().filter_map(table).collect()
}

/// What must be known beside the numbers: how they were made, what they rest on, what was assumed.
pub(crate) fn beside(summary: &Summary) -> Vec<String> {
    let conditions = format!(
        "scenario {} · seed {} · {} of {} · resolution {} · fingerprint {}",
        summary.scenario,
        summary.seed,
        super::replications(summary.replications),
        number::duration(summary.simulated_s),
        summary.resolution,
        summary.fingerprint,
    );
    std::iter::once(conditions)
        .chain(rests_on(summary))
        .chain(summary.overrides.iter().map(super::overridden))
        .chain(view::left_out(summary))
        .chain(machines::not_compared(summary))
        .chain(summary.caveats.iter().map(|line| format!("note: {line}")))
        .chain(summary.assumptions.iter().map(|line| format!("assumption: {line}")))
        .collect()
}

/// What the bill rests on, where that is known: nothing where prices are redacted.
pub(crate) fn rests_on(summary: &Summary) -> Option<String> {
    let basis = &summary.basis;
    let shares = [
        ("measured", basis.measured),
        ("published", basis.published),
        ("claimed", basis.claimed),
        ("given", basis.given),
        ("extrapolated", basis.extrapolated),
    ];
    let is_known = shares.iter().map(|(_, share)| share).sum::<f64>() > 0.0;
    let shares = shares.map(|(known, share)| format!("{} {known}", number::share(share))).join(", ");
    is_known.then(|| format!("the bill rests on figures that are {shares}"))
}

/// Every input with its source.
pub(crate) fn inputs(summary: &Summary) -> Option<Part> {
    let mut grid = Grid::new(&["input", "known", "source"], ["value".to_owned()]).keyed(1);
    for input in &summary.inputs {
        let value = input.value.map_or_else(|| REDACTED.to_owned(), |value| number::quantity(value, &input.unit));
        grid.row(vec![input.name.clone(), input.known.clone(), input.source.clone(), value]);
    }
    Part::of("Inputs", grid)
}

/// The metrics of every table, in their order; a metric that begins no table belongs to the one before it.
fn by_table(summary: &Summary) -> Vec<(&'static str, Vec<&Metric>)> {
    let mut tables: Vec<(&str, Vec<&Metric>)> = Vec::new();
    for metric in &summary.metrics {
        let first = metric.name.split('.').next().unwrap_or_default();
        // `fee_share` is one of the numbers that `fee` begins.
        let rest = |segment| first.strip_prefix(segment).filter(|rest: &&str| rest.is_empty() || rest.starts_with('_'));
        let begun = TABLES.iter().find(|(segment, _)| rest(segment).is_some()).map(|(_, title)| *title);
        match tables.last_mut() {
            Some((title, table)) if begun.is_none_or(|begun| begun == *title) => table.push(metric),
            _ => tables.push((begun.unwrap_or(summary.headlines.load), vec![metric])),
        }
    }
    tables
}

/// What most of the interval comes from, with its share: `published 97 %`.
fn source(metric: &Metric) -> String {
    let Some(of) = metric.uncertainty else { return String::new() };
    let all =
        [(of.run, "run"), (of.calibration, "calibration"), (of.published, "published or assumed"), (of.price, "price")];
    let most = all.into_iter().max_by(|(a, _), (b, _)| a.total_cmp(b));
    most.map_or_else(String::new, |(share, name)| format!("{name} {}", number::share(share)))
}

fn interval(metric: &Metric) -> String {
    view::interval(metric).map_or_else(String::new, |(low, high)| {
        format!("{} – {}", number::figure(low, &metric.unit), number::figure(high, &metric.unit))
    })
}
