//! Questions that several reports ask of a comparison: which designs, books and stages there are, in which order.
//!
//! Names come from the data alone; nothing here knows a design, a book or a stage.

use planner::{Comparison, INDIFFERENCE, Metric, Point, REDACTED, Role, Summary, Sweep};

/// The sizing that asks what the fleets named by the design sustain.
pub const SPECIFIED: &str = "specified";
/// The sizing that asks what carrying the offered load takes.
pub const SIZED: &str = "sized";

/// Outcomes of one sizing, in their order.
pub fn of_sizing<'a>(comparison: &'a Comparison, sizing: &str) -> Vec<&'a Summary> {
    comparison.designs.iter().filter(|summary| summary.sizing == sizing).collect()
}

/// Different values of a key, in the order of their first appearance.
pub fn distinct<'a>(keys: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for key in keys {
        if !seen.contains(&key) {
            seen.push(key);
        }
    }
    seen
}

/// Names of the designs among these outcomes.
pub fn designs<'a>(outcomes: &[&'a Summary]) -> Vec<&'a str> {
    distinct(outcomes.iter().map(|summary| summary.design.as_str()))
}

/// The design and book of a row; a design is named once for all its books.
pub fn design_and_book(outcomes: &[&Summary], index: usize) -> Vec<String> {
    let summary = outcomes[index];
    let repeated = index > 0 && outcomes[index - 1].design == summary.design;
    vec![if repeated { String::new() } else { summary.design.clone() }, summary.costs.clone()]
}

/// Figures of outcomes, those that are the same under a book together: the names of their designs, the book, and the figures.
pub fn alike<'a, T: PartialEq>(
    outcomes: &[&'a Summary],
    of: impl Fn(&'a Summary) -> T,
) -> impl Iterator<Item = (String, &'a str, T)> {
    let mut found: Vec<(Vec<&str>, &str, T)> = Vec::new();
    for summary in outcomes.iter().copied() {
        let figures = of(summary);
        match found.iter_mut().find(|(_, costs, other)| *costs == summary.costs && *other == figures) {
            Some((designs, ..)) => designs.push(&summary.design),
            None => found.push((vec![&summary.design], &summary.costs, figures)),
        }
    }
    let all = designs(outcomes).len();
    found.into_iter().map(move |(designs, costs, figures)| {
        let name = if designs.len() == all && all > 1 { "all".to_owned() } else { designs.join(", ") };
        (name, costs, figures)
    })
}

/// Names of the cost books among these outcomes.
pub fn books<'a>(outcomes: &[&'a Summary]) -> Vec<&'a str> {
    distinct(outcomes.iter().map(|summary| summary.costs.as_str()))
}

/// The outcome of a design under a book.
pub fn find<'a>(outcomes: &[&'a Summary], design: &str, costs: &str) -> Option<&'a Summary> {
    outcomes.iter().copied().find(|summary| summary.design == design && summary.costs == costs)
}

/// What follows `prefix.` in the names of metrics: the stages of `capacity`, `units` or `utilization`.
pub fn stages<'a>(outcomes: &[&'a Summary], prefix: &str) -> Vec<&'a str> {
    let metrics = outcomes.iter().flat_map(|summary| &summary.metrics);
    distinct(metrics.filter_map(|metric| metric.name.strip_prefix(prefix)?.strip_prefix('.')))
}

/// That prices are left out, where they are.
pub fn left_out(summary: &Summary) -> Option<String> {
    let redacted = summary.metrics.iter().any(|metric| metric.why.as_deref() == Some(REDACTED));
    redacted.then(|| "prices, and tables of nothing else, are left out (`--redact prices`)".to_owned())
}

/// A metric's value where it is a number.
pub fn finite(summary: &Summary, name: &str) -> Option<f64> {
    summary.value(name).filter(|value| value.is_finite())
}

/// A metric's interval where it is estimated.
pub fn interval(metric: &Metric) -> Option<(f64, f64)> {
    metric.low.zip(metric.high).filter(|(low, high)| low.is_finite() && high.is_finite())
}

/// A machine name for people: `validator_downlink` → `validator downlink`.
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A metric for people: `cost.total` → `total cost a month`, `proof_finality.p99` → `p99 of proof finality`.
pub fn metric(name: &str) -> String {
    match name.split_once('.') {
        Some(("cost", part)) if part.starts_with("per_") => format!("cost {}", words(part)),
        Some(("cost", part)) => format!("{} cost a month", words(part)),
        Some(("units", pool)) => format!("machines: {}", words(pool)),
        Some(("fee", tier)) => format!("fee of {} transactions in tokens", words(tier)),
        Some(("fee_revenue", tier)) => format!("fees of {} transactions a month", words(tier)),
        Some(("prover", figure)) => match figure.rsplit_once('.') {
            Some((kind, figure)) => format!("{} of kind {} in the prover market", words(figure), words(kind)),
            None => words(figure),
        },
        Some(("market", figure)) => format!("{} in the prover market", words(figure)),
        Some(("node", figure)) => match figure.rsplit_once('.') {
            Some((kind, figure)) => format!("{} of a {} node", words(figure), words(kind)),
            None => words(figure),
        },
        Some((figure, group)) if OF_PROVERS.contains(&figure) => match group.rsplit_once('.') {
            Some((group, percentile)) => format!("{} of {}, {percentile}", words(figure), words(group)),
            None => format!("{} of {}", words(figure), words(group)),
        },
        Some((kind, statistic)) => format!("{statistic} of {}", words(kind)),
        None => words(name),
    }
}

/// Figures of groups of provers on a market, which their names end with.
const OF_PROVERS: [&str; 8] = ["profit", "income", "collateral", "orders", "passed", "break_even", "vain", "sustained"];

/// The designs with the least of a metric at a point, all that are within what nobody would choose by.
pub fn least<'a>(point: &'a Point, metric: &str, costs: &str, sizing: &str) -> Vec<&'a str> {
    let here = point.designs.iter().filter(|one| one.costs == costs && one.sizing == sizing);
    let figures: Vec<(&str, f64)> = here.filter_map(|one| Some((one.design.as_str(), finite(one, metric)?))).collect();
    let least = figures.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
    let near = figures.into_iter().filter(|(_, value)| *value <= least * (1.0 + INDIFFERENCE));
    near.map(|(design, _)| design).collect()
}

/// [`least`] over all points, values in a row with the same answer together: `gpu at 5k; hybrid, combined from 10k to 100k`.
pub fn leaders(sweep: &Sweep, metric: &str, costs: &str, sizing: &str) -> String {
    let mut runs: Vec<(Vec<&str>, &str, &str)> = Vec::new();
    for point in &sweep.points {
        let least = least(point, metric, costs, sizing);
        match runs.last_mut().filter(|(designs, ..)| *designs == least) {
            Some(run) => run.2 = &point.value,
            None if least.is_empty() => {}
            None => runs.push((least, &point.value, &point.value)),
        }
    }
    let whole = runs.len() == 1 && runs[0].1 != runs[0].2;
    let part = |(designs, from, to): &(Vec<&str>, &str, &str)| match from == to {
        _ if whole => format!("{} at every value", designs.join(", ")),
        true => format!("{} at {from}", designs.join(", ")),
        false => format!("{} from {from} to {to}", designs.join(", ")),
    };
    runs.iter().map(part).collect::<Vec<_>>().join("; ")
}

/// The book that the titles speak about: what was measured where there is such a book, else the last one.
pub fn leading_book<'a>(books: &[&'a str]) -> Option<&'a str> {
    books.iter().find(|book| **book == "measured").or(books.last()).copied()
}
/// The lines of the bill that something is in, in its order.
pub fn parts_of_the_bill(outcomes: &[&Summary]) -> Vec<&'static str> {
    let paid = |metric: &Metric| metric.value != Some(0.0);
    let has = |part: &&str| outcomes.iter().any(|summary| summary.metric(&format!("cost.{part}")).is_some_and(paid));
    Role::ALL.map(Role::name).into_iter().filter(has).collect()
}
