//! The `compare --vary` answer: a table per figure, designs by values of the key; where one overtakes another; real runs.

use planner::{Metric, Overtaking, Point, ReferenceCurve, Summary, Tie, Variation};

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::view::{self, SIZED, SPECIFIED};

/// Values of the key up to which every cell has room for its own interval.
const ROOM: usize = 6;

/// What is shown: the metric, what it is called, and how its figures read.
const SHOWN: [(&str, &str, fn(f64) -> String); 4] = [
    ("cost.total", "total bill a month", number::usd_short),
    ("cost.proving", "proving a month", number::usd_short),
    ("optimistic_finality.p99", "p99 of optimistic finality", number::duration),
    ("proof_finality.p99", "p99 of proof finality", number::duration),
];

/// All tables and sentences.
pub fn variation(variation: &Variation, style: Style) -> String {
    let Some(first) = variation.points.first() else { return String::new() };
    let sizings = view::distinct(first.designs.iter().map(|summary| summary.sizing.as_str()));
    // Fleets as the source names them cost the same at any load, so their bills are shown only where nothing else is.
    let leading = if sizings.contains(&SIZED) { SIZED } else { SPECIFIED };
    let mut blocks = vec![conditions(variation, first, style)];
    for (metric, name, show) in SHOWN {
        let title = format!("{name}, {}, by {}", sizing_words(leading), variation.key);
        blocks.push(figures(variation, leading, metric, show).render(&capitalised(&title), style));
    }
    if sizings.contains(&SPECIFIED) {
        let title = format!("What limits as specified, and the tx/s that are sustained, by {}", variation.key);
        blocks.push(limits(variation).render(&title, style));
    }
    blocks.push(overtakings(variation, style));
    for reference in &variation.references {
        blocks.push(runs(variation, reference, style));
    }
    blocks.retain(|block| !block.trim().is_empty());
    blocks.join("\n")
}

fn conditions(variation: &Variation, first: &Point, style: Style) -> String {
    let Some(summary) = first.designs.first() else { return String::new() };
    let replications = variation.points.iter().flat_map(|point| &point.designs).map(|one| one.replications).max();
    let line = format!(
        "scenario {} · {} at {} values · {} replications on common random numbers · seed {} · version {}",
        variation.scenario,
        variation.key,
        variation.points.len(),
        replications.unwrap_or(0),
        summary.seed,
        summary.provenance.version,
    );
    format!("{}\n", style.paint(Paint::Dim, &style.wrap(&line, 0)))
}

/// The outcomes of one sizing at the first value, whose designs and books are the rows of every table.
fn rows<'a>(variation: &'a Variation, sizing: &str) -> Vec<(usize, &'a Summary)> {
    let first = variation.points.first().map_or(&[][..], |point| &point.designs);
    first.iter().enumerate().filter(|(_, summary)| summary.sizing == sizing).collect()
}

fn figures(variation: &Variation, sizing: &str, metric: &str, show: fn(f64) -> String) -> Grid {
    let narrow = variation.points.len() > ROOM;
    let values = variation.points.iter().map(|point| point.value.clone());
    let mut grid = Grid::new(&["design", "costs"], values.chain(narrow.then(|| "± at\nmost".to_owned())));
    let rows = rows(variation, sizing);
    if rows.iter().all(|(index, _)| variation.points.iter().all(|point| nothing(&point.designs[*index], metric))) {
        return grid;
    }
    for (position, (index, summary)) in rows.iter().enumerate() {
        let repeated = position > 0 && rows[position - 1].1.design == summary.design;
        let mut row = vec![if repeated { String::new() } else { summary.design.clone() }, summary.costs.clone()];
        let mut widest: f64 = 0.0;
        for point in &variation.points {
            let metric = point.designs[*index].metric(metric);
            let half = metric.map_or(String::new(), |metric| half_width(metric, &mut widest));
            row.push(grid.metric(metric, |value| match narrow || half.is_empty() {
                true => show(value),
                false => format!("{} {half}", show(value)),
            }));
        }
        if narrow {
            row.push(if widest > 0.0 { number::half_width(1.0, 1.0 - widest, 1.0 + widest) } else { MISSING.into() });
        }
        grid.row(row);
    }
    grid
}

/// Whether a design has none of a figure, or only zero, for which no table is worth its lines.
fn nothing(summary: &Summary, metric: &str) -> bool {
    match summary.metric(metric) {
        Some(Metric { value: Some(value), .. }) => *value == 0.0,
        Some(Metric { why, .. }) => why.as_deref() == Some("nothing is proven"),
        None => true,
    }
}

fn half_width(metric: &Metric, widest: &mut f64) -> String {
    let (Some(value), Some((low, high))) = (metric.value, view::interval(metric)) else { return String::new() };
    if value != 0.0 {
        *widest = widest.max((high - value).max(value - low) / value.abs());
    }
    number::half_width(value, low, high)
}

fn limits(variation: &Variation) -> Grid {
    let mut grid = Grid::new(&["design", "costs"], variation.points.iter().map(|point| point.value.clone()));
    let rows = rows(variation, SPECIFIED);
    for (position, (index, summary)) in rows.iter().enumerate() {
        let repeated = position > 0 && rows[position - 1].1.design == summary.design;
        let mut row = vec![if repeated { String::new() } else { summary.design.clone() }, summary.costs.clone()];
        row.extend(variation.points.iter().map(|point| {
            let summary = &point.designs[*index];
            let stage = summary.limited_by.as_deref().map_or("nothing limits".to_owned(), view::words);
            let sustained = view::finite(summary, "throughput").map_or(MISSING.to_owned(), number::short);
            format!("{stage}\n{sustained}")
        }));
        grid.row(row);
    }
    grid
}

/// Which design leads by each figure, and where another takes over.
fn overtakings(variation: &Variation, style: Style) -> String {
    let mut text = String::new();
    for (metric, name, _) in SHOWN {
        let mut lines: Vec<String> = Vec::new();
        let of_metric: Vec<&Overtaking> = variation.overtakings.iter().filter(|one| one.metric == metric).collect();
        lines.extend(of_metric.iter().map(|one| sentence(variation, one)));
        lines.extend(tied(variation.ties.iter().filter(|tie| tie.metric == metric)));
        if lines.is_empty() {
            continue;
        }
        text += &format!("{}\n", style.paint(Paint::Bold, &format!("Who overtakes whom: {name}")));
        for line in lines {
            text += &format!("  {}\n", style.wrap(&line, 4));
        }
    }
    text
}

fn sentence(variation: &Variation, one: &Overtaking) -> String {
    let place = |value: f64| place(value, &variation.unit);
    let between = format!("between {} and {}", one.between[0], one.between[1]);
    let (key, below, above) = (&variation.key, &one.below, &one.above);
    let who = format!("{} costs, {}: {below} is better below, {above} above", one.costs, sizing_words(&one.sizing));
    let Some(at) = one.at else {
        let why = one.why.as_ref().map_or(String::new(), |why| format!(" ({why})"));
        return format!("{who}; the order changes {between}{why}");
    };
    let interval = match (one.low, one.high) {
        (Some(low), Some(high)) if high - low < 1e-6 * at.abs() => String::new(),
        (Some(low), Some(high)) => format!(", known to lie from {} to {}", place(low), place(high)),
        (Some(low), None) => format!(", known to lie above {}; no end is seen within these values", place(low)),
        (None, Some(high)) => format!(", known to lie below {}; no end is seen within these values", place(high)),
        (None, None) => ", though no value decides it".to_owned(),
    };
    format!("{who} {key} = {} ({between}{interval})", place(at))
}

/// Ties in groups: designs are named together where each ties with each.
fn tied<'a>(ties: impl Iterator<Item = &'a Tie>) -> Vec<String> {
    let mut groups: Vec<(&'a Tie, Vec<&'a str>)> = Vec::new();
    let ties: Vec<&Tie> = ties.collect();
    let both = |tie: &Tie, one: &Tie, a: &str, b: &str| {
        let same = tie.costs == one.costs && tie.sizing == one.sizing && tie.alike == one.alike;
        same && tie.designs.iter().any(|design| design == a) && tie.designs.iter().any(|design| design == b)
    };
    for tie in &ties {
        let covered = groups.iter().any(|(of, members)| {
            of.costs == tie.costs
                && of.sizing == tie.sizing
                && of.alike == tie.alike
                && tie.designs.iter().all(|design| members.contains(&design.as_str()))
        });
        if covered {
            continue;
        }
        let mut members: Vec<&str> = tie.designs.iter().map(String::as_str).collect();
        for candidate in ties.iter().flat_map(|other| &other.designs).map(String::as_str) {
            let fits = !members.contains(&candidate)
                && members.iter().all(|member| ties.iter().any(|one| both(one, tie, member, candidate)));
            if fits {
                members.push(candidate);
            }
        }
        groups.push((tie, members));
    }
    let line = |(tie, members): (&Tie, Vec<&str>)| {
        let what = if tie.alike { "alike within 1 %" } else { "undecided between" };
        format!("{} costs, {}: {what}: {}", tie.costs, sizing_words(&tie.sizing), members.join(", "))
    };
    groups.into_iter().map(line).collect()
}

fn runs(variation: &Variation, reference: &ReferenceCurve, style: Style) -> String {
    let show = |value: f64| number::quantity(value, &reference.unit);
    let header = [variation.key.clone(), "real runs".into(), "± s.d.".into(), "model".into(), "model / real".into()];
    let mut grid = Grid::new(&["within 2 s.d."], header);
    for point in &reference.points {
        let within = match point.within {
            Some(true) => "yes",
            Some(false) => "no",
            None => MISSING,
        };
        let model = match (point.model, &point.why) {
            (Some(model), _) => show(model),
            (None, Some(why)) => grid.missing(Some(why)),
            (None, None) => MISSING.to_owned(),
        };
        let ratio = point.model.map_or(MISSING.to_owned(), |model| number::significant(model / point.real, 2));
        let deviation = point.deviation.map_or(MISSING.to_owned(), show);
        grid.row(vec![within.into(), place(point.at, &variation.unit), show(point.real), deviation, model, ratio]);
    }
    let title = format!("{} ({}) beside {}", reference.name, view::words(&reference.metric), reference.design);
    let finding = format!("  {}.\n", style.wrap(&capitalised(&reference.finding), 4));
    let source = format!("  {}\n", style.paint(Paint::Dim, &style.wrap(&format!("source: {}", reference.source), 4)));
    grid.render(&title, style) + &finding + &source
}

/// A value of the key with its unit.
pub(crate) fn place(value: f64, unit: &str) -> String {
    match unit {
        "B" => number::bytes(value),
        "bit/s" | "/s" => format!("{}{unit}", number::short(value)).replace(" /s", "/s"),
        _ => number::quantity(value, unit),
    }
}

fn sizing_words(sizing: &str) -> &str {
    if sizing == SIZED { "sized for the load" } else { "as specified" }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_figure_has_a_table_and_every_line_fits() {
        let text = variation(&sample::variation(), Style::default());
        for expected in ["Total bill a month, sized for the load, by load.rate", "5k", "100k", "gpu is better below"] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
        assert!(
            text.contains("load.rate = 20 k/s (between 5k and 100k, known to lie from 15 k/s to 30 k/s)"),
            "{text}"
        );
        assert!(text.contains("alike within 1 %: naive, optimistic, hierarchical"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }

    #[test]
    fn real_runs_stand_beside_the_model_with_their_spread() {
        let text = variation(&sample::variation(), Style::default());
        for expected in ["real runs", "± s.d.", "900 ms", "yes", "source: a test"] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
    }
}
