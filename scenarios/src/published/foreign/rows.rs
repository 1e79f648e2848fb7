//! Figures become rows: what is the same thing measured again is one row, what is not gets a name of its own, and what contradicts
//! itself is refused. Nothing is averaged that is not the same.

use std::collections::{BTreeMap, BTreeSet};

use calibrate::{Estimate, Variance};

use super::super::Published;
use super::figure::{Figure, tidy};
use super::{Import, PassedOver};
use crate::reading::{Problem, Problems, Source};

/// Runs of a program with several figures each differ by more than their figures do: by what share of the time they may.
const RUNS_DIFFER: f64 = 0.1;

/// A row, and how many figures are in it.
pub(super) type Merged = (Published, usize);

/// A row for each thing that was measured, in the order of the first figure of each.
pub(super) fn rows(
    figures: Vec<Figure>,
    import: &Import<'_>,
    passed_over: &mut PassedOver,
) -> Result<Vec<Merged>, Problems> {
    let figures: Vec<Figure> = figures.into_iter().map(labelled).collect();
    let names = names(&figures);
    let mut order: Vec<Vec<&Figure>> = Vec::new();
    let mut places = BTreeMap::new();
    for figure in &figures {
        let place = *places.entry(identity(figure)).or_insert(order.len());
        if place == order.len() {
            order.push(Vec::new());
        }
        order[place].push(figure);
    }
    let mut problems = Problems::new();
    let source = Source::new(import.path.display().to_string(), "");
    let mut rows = Vec::new();
    for group in order {
        let name = name(group[0], names.get(group[0].operation.as_str()).map_or(&[], Vec::as_slice));
        match row(&group, name, import) {
            Ok(row) => rows.push((row, group.len())),
            Err(why) if group.len() == 1 => passed_over.entries.push(&group[0].place, why),
            Err(why) => {
                let help = "if they are not the same, take one out, or keep them in two files and import each with a \
                            --name of its own; if they are, measure again";
                problems.push(Problem::new(&source, None, why).with_help(help));
            }
        }
    }
    let mut known = BTreeMap::new();
    for (row, _) in &rows {
        if known.insert(row.key(), ()).is_some() {
            let message = format!("two rows would have the name `{}`", row.operation);
            problems.push(
                Problem::new(&source, None, message).with_help("import their files one by one, each with a --name"),
            );
        }
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// With all that it is a figure of among its labels, the least telling last.
fn labelled(mut figure: Figure) -> Figure {
    let threads =
        figure.threads.map(|threads| if threads == 1 { "1 thread".into() } else { format!("{threads} threads") });
    let file = figure.labels.iter().position(|(label, _)| ["root", "file"].contains(&label.as_str()));
    let end = file.unwrap_or(figure.labels.len());
    let others = [("threads", threads.unwrap_or_default()), ("unit", figure.unit_of_size.clone())];
    figure.labels.splice(end..end, others.map(|(label, value)| (label.to_owned(), value)));
    figure
}

/// What a figure is of, in whatever order that was said.
fn identity(figure: &Figure) -> (&str, Option<u64>, Vec<(&str, &str)>) {
    let labels = figure.labels.iter().map(|(label, value)| (label.as_str(), value.as_str()));
    let mut said: Vec<_> = labels.filter(|(_, value)| !value.is_empty()).collect();
    said.sort_unstable();
    (&figure.operation, figure.size, said)
}

/// Value of a label; nothing where it has none.
fn value<'a>(figure: &'a Figure, label: &str) -> &'a str {
    figure.labels.iter().find(|(name, _)| name == label).map_or("", |(_, value)| value)
}

/// For each operation that is several at one size the labels that tell them apart: as few as do.
fn names(figures: &[Figure]) -> BTreeMap<&str, Vec<&str>> {
    let mut operations: BTreeMap<&str, Vec<&Figure>> = BTreeMap::new();
    for figure in figures {
        operations.entry(figure.operation.as_str()).or_default().push(figure);
    }
    operations.into_iter().map(|(operation, figures)| (operation, telling(&figures))).collect()
}

fn telling<'a>(figures: &[&'a Figure]) -> Vec<&'a str> {
    // Labels with one value tell nothing apart, and with none that has two nothing is to be told apart.
    let mut values: Vec<(&str, BTreeSet<&str>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (label, value) in figures.iter().flat_map(|figure| &figure.labels) {
        let place = *places.entry(label).or_insert(values.len());
        if place == values.len() {
            values.push((label, BTreeSet::new()));
        }
        values[place].1.insert(value);
    }
    let partial = |label: &str| figures.iter().any(|figure| figure.labels.iter().all(|(name, _)| name != label));
    let candidates = values.into_iter().filter(|(label, values)| values.len() > 1 || partial(label));
    let (mut chosen, mut parts): (Vec<&str>, Vec<u64>) = (Vec::new(), vec![0; figures.len()]);
    for (label, _) in candidates {
        // The number of the part of each figure: of those before it, what has the same size, part and value.
        let mut finer: BTreeMap<(Option<u64>, u64, &str), u64> = BTreeMap::new();
        let before: BTreeSet<_> = figures.iter().zip(&parts).map(|(figure, part)| (figure.size, *part)).collect();
        let next: Vec<u64> = figures
            .iter()
            .zip(&parts)
            .map(|(figure, part)| {
                let count = finer.len() as u64;
                *finer.entry((figure.size, *part, value(figure, label))).or_insert(count)
            })
            .collect();
        if finer.len() > before.len() {
            chosen.push(label);
            parts = next;
        }
    }
    chosen
}

/// The name of an operation with what tells it from others of that name behind an `@`.
fn name(figure: &Figure, labels: &[&str]) -> String {
    let values = labels.iter().map(|label| value(figure, label)).filter(|value| !value.is_empty());
    let values = values.collect::<Vec<_>>().join(",");
    if values.is_empty() { figure.operation.clone() } else { tidy(&format!("{}@{values}", figure.operation)) }
}

/// One row, or why its figures cannot be one.
fn row(group: &[&Figure], operation: String, import: &Import<'_>) -> Result<Published, String> {
    let first = group[0];
    let times: Vec<f64> = group.iter().map(|figure| figure.ms).collect();
    let runs: Vec<&[f64]> = times.iter().map(std::slice::from_ref).collect();
    let (ms, half_width_ms) = match Estimate::of(&runs, Variance::NONE) {
        // What is known of a figure is known of it alone, and not of a mean of several.
        Some(estimate) if group.len() > 1 => (estimate.mean_s, estimate.half_width_s),
        _ => (first.ms, first.half_width_ms),
    };
    let both = || {
        let fastest = group.iter().min_by(|a, b| a.ms.total_cmp(&b.ms)).unwrap_or(&first);
        let slowest = group.iter().max_by(|a, b| a.ms.total_cmp(&b.ms)).unwrap_or(&first);
        let (fast, slow) = (
            format!("{} ms ({})", short(fastest.ms), fastest.place),
            format!("{} ms ({})", short(slowest.ms), slowest.place),
        );
        format!("{} figures of `{operation}` cannot be one row, from {fast} to {slow}", group.len())
    };
    if let Some(half_width) = half_width_ms.filter(|half_width| *half_width > ms) {
        let wide =
            format!("the half-width of the interval, {} ms, exceeds the time, {} ms", short(half_width), short(ms));
        return Err(if group.len() > 1 { format!("{}: {wide}", both()) } else { wide });
    }
    if !overlap(group) {
        return Err(format!("{}: their intervals do not overlap", both()));
    }
    if in_two_clusters(&times) {
        return Err(format!("{}: they lie in two groups, far from each other", both()));
    }
    let verified: Vec<f64> = group.iter().filter_map(|figure| figure.verify_ms).collect();
    let largest = |value: fn(&Figure) -> Option<f64>| group.iter().filter_map(|figure| value(figure)).reduce(f64::max);
    Ok(Published {
        operation: import.name.map_or_else(|| operation.clone(), |prefix| format!("{prefix}.{operation}")),
        size: first.size,
        unit_of_size: tidy(&first.unit_of_size),
        machine: import.machine.to_owned(),
        threads: first.threads,
        prove_or_run_ms: Some(ms),
        verify_ms: (!verified.is_empty()).then(|| verified.iter().sum::<f64>() / verified.len() as f64),
        proof_bytes: largest(|figure| figure.bytes),
        memory_mb: largest(|figure| figure.memory_mb),
        source: tidy(&format!("{} ({})", import.source, first.place.file)),
        half_width_ms,
    })
}

/// Fewest figures of a group that is one, and not a run that something disturbed.
const CLUSTER: usize = 3;
/// A gap is one between two groups where it is so many times as wide as either, and this share of the mean.
const GAP: (f64, f64) = (4.0, 0.1);

/// Whether times are of two different things: two groups with a gap between that dwarfs both.
fn in_two_clusters(times: &[f64]) -> bool {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    (CLUSTER..=sorted.len().saturating_sub(CLUSTER)).any(|cut| {
        let (low, high) = sorted.split_at(cut);
        let width = |group: &[f64]| group[group.len() - 1] - group[0];
        let gap = high[0] - low[cut - 1];
        gap > GAP.0 * width(low).max(width(high)) && gap > GAP.1 * mean
    })
}

/// A number with four digits that count, for messages.
fn short(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

/// Whether there is a time that all intervals hold: those of the figures, and those of the runs that each have several.
fn overlap(group: &[&Figure]) -> bool {
    let own = group.iter().filter_map(|figure| Some((figure.ms, figure.half_width_ms?)));
    let of_runs = group.chunk_by(|one, next| one.run == next.run).filter_map(|run| {
        let times: Vec<f64> = run.iter().map(|figure| figure.ms).collect();
        let each: Vec<&[f64]> = times.iter().map(std::slice::from_ref).collect();
        let estimate = Estimate::of(&each, Variance::NONE).filter(|_| run.len() > 1)?;
        Some((estimate.mean_s, estimate.half_width_s?.max(RUNS_DIFFER * estimate.mean_s)))
    });
    let intervals: Vec<(f64, f64)> = own.chain(of_runs).collect();
    let low = intervals.iter().map(|(mean, half)| mean - half).fold(f64::NEG_INFINITY, f64::max);
    let high = intervals.iter().map(|(mean, half)| mean + half).fold(f64::INFINITY, f64::min);
    // The last digits of two means of the same numbers may differ.
    low <= high * (1.0 + 1e-9)
}
