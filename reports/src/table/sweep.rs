//! The `compare --vary` answer: a table per figure, designs by values of the key; where one overtakes another; real runs.

use std::ops::Range;

use planner::{Metric, Overtaking, Point, ReferenceCurve, Summary, Sweep, Tie};

use super::economy;
use super::grid::Grid;
use super::part::{Part, rendered};
use super::{Paint, Style};
use crate::number::{self, MISSING, Show};
use crate::view::{self, SIZED, SPECIFIED};
use crate::words::capitalised;

/// Values of the key up to which a table has all of them; of more it has some at equal distances.
const ALL: usize = 24;
/// As many then.
const SOME: usize = 12;

/// Values of the key up to which every cell has room for its own interval.
const ROOM: usize = 6;

/// All tables and sentences.
pub fn sweep(sweep: &Sweep, style: Style) -> String {
    let conditions = style.paint(Paint::Dim, &style.wrap(&conditions(sweep), 0)) + "\n";
    let changes: String = overtakings(sweep).iter().map(|part| part.render(style)).collect();
    let blocks = [conditions, rendered(figures_by_value(sweep), style), changes, rendered(real_runs(sweep), style)];
    blocks.into_iter().filter(|block| !block.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// All tables and what is told of them.
pub(crate) fn parts(sweep: &Sweep) -> impl Iterator<Item = Part> {
    figures_by_value(sweep).into_iter().chain(overtakings(sweep)).chain(real_runs(sweep))
}

/// Who leads by each figure, in sentences.
pub(crate) fn leaders(sweep: &Sweep) -> Vec<String> {
    overtakings(sweep).into_iter().map(|part| part.title).collect()
}

/// A table for each figure, and one of what limits designs as specified.
fn figures_by_value(sweep: &Sweep) -> Vec<Part> {
    let Some(first) = sweep.points.first() else { return Vec::new() };
    let sizings = sizings(first);
    let leading = leading(sweep, &sizings);
    let mut parts = Vec::new();
    let headlines = first.designs.first().map(|summary| summary.headlines);
    let swept = headlines.map_or(&[][..], |headlines| headlines.swept);
    let shown = swept.iter().map(|metric| (*metric, shown_as(first, metric))).chain(economy::moved(sweep));
    for (metric, show) in shown {
        let title = format!("{}, {}, by {}", view::metric(metric), sizing_words(leading), sweep.key);
        let part = Part::of(capitalised(&title), figures(sweep, leading, metric, show));
        parts.extend(part.map(|part| part.with(left_out(sweep))));
    }
    if sizings.contains(&SPECIFIED) {
        let unit = headlines.map_or("tx", |headlines| headlines.request.unit);
        let title = format!("Bottleneck and sustained {unit}/s as specified, by {}", sweep.key);
        parts.extend(Part::of(title, limits(sweep)));
    }
    parts
}

/// The points that tables have.
fn shown(sweep: &Sweep) -> Vec<&Point> {
    let last = sweep.points.len().saturating_sub(1);
    match sweep.points.len() {
        ..=ALL => sweep.points.iter().collect(),
        _ => (0..SOME).map(|step| &sweep.points[step * last / (SOME - 1)]).collect(),
    }
}

/// That a table has not all values, where that is so.
fn left_out(sweep: &Sweep) -> Vec<String> {
    let (all, some) = (sweep.points.len(), shown(sweep).len());
    let told =
        format!("{some} of {} values; all are in variation.csv and variation.parquet", number::count(all as f64));
    if some < all { vec![told] } else { Vec::new() }
}

fn sizings(first: &Point) -> Vec<&str> {
    view::distinct(first.designs.iter().map(|summary| summary.sizing.as_str()))
}

/// How a figure of the outcomes reads.
fn shown_as(point: &Point, metric: &str) -> Show {
    let unit = point.designs.iter().find_map(|summary| summary.metric(metric)).map_or("", |metric| &metric.unit);
    number::headline(unit)
}

/// The sizing that is shown: that of the real runs where there are some; else sized, where that was asked for.
fn leading<'a>(sweep: &'a Sweep, sizings: &[&'a str]) -> &'a str {
    match sweep.references.first() {
        Some(reference) => &reference.sizing,
        None if sizings.contains(&SIZED) => SIZED,
        None => SPECIFIED,
    }
}

/// Enough to run the same sweep again.
pub(crate) fn conditions(sweep: &Sweep) -> String {
    let Some(summary) = sweep.points.first().and_then(|first| first.designs.first()) else { return String::new() };
    let replications = sweep.points.iter().flat_map(|point| &point.designs).map(|one| one.replications).max();
    format!(
        "scenario {} · {} at {} values · {} on common random numbers · seed {} · version {}",
        sweep.scenario,
        sweep.key,
        sweep.points.len(),
        super::replications(replications.unwrap_or(0)),
        summary.seed,
        summary.provenance.version,
    )
}

/// The outcomes of one sizing at the first value, whose designs and books are the rows of every table.
fn rows<'a>(sweep: &'a Sweep, sizing: &str) -> Vec<(usize, &'a Summary)> {
    let first = sweep.points.first().map_or(&[][..], |point| &point.designs);
    first.iter().enumerate().filter(|(_, summary)| summary.sizing == sizing).collect()
}

fn figures(sweep: &Sweep, sizing: &str, metric: &str, show: Show) -> Grid {
    let points = shown(sweep);
    let narrow = points.len() > ROOM;
    let values = points.iter().map(|point| point.value.clone());
    let mut grid = Grid::new(&["design", "costs"], values.chain(narrow.then(|| "± at\nmost".to_owned())));
    let rows = rows(sweep, sizing);
    let of = |index: usize| sweep.points.iter().map(move |point| &point.designs[index]);
    if rows.iter().all(|(index, _)| of(*index).all(|summary| nothing(summary, metric))) {
        return grid;
    }
    // Fleets as the source names them cost the same at any load.
    let constant =
        |index: usize| of(index).all(|one| one.value(metric) == of(index).next().and_then(|first| first.value(metric)));
    if sizing == SPECIFIED && metric.starts_with("cost.") && rows.iter().all(|(index, _)| constant(*index)) {
        return grid;
    }
    for (position, (index, summary)) in rows.iter().enumerate() {
        let repeated = position > 0 && rows[position - 1].1.design == summary.design;
        let mut row = vec![if repeated { String::new() } else { summary.design.clone() }, summary.costs.clone()];
        let mut widest: f64 = 0.0;
        for point in &points {
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

fn limits(sweep: &Sweep) -> Grid {
    let rows = rows(sweep, SPECIFIED);
    let cell = |summary: &Summary| {
        let stage = summary.limited_by.as_deref().map_or("nothing".to_owned(), |stage| stage.replace('_', "\n"));
        let sustained = view::finite(summary, "capacity").map_or(MISSING.to_owned(), number::short);
        format!("{stage}\n{sustained}")
    };
    let cells: Vec<Vec<String>> = (rows.iter())
        .map(|(index, _)| sweep.points.iter().map(|point| cell(&point.designs[*index])).collect())
        .collect();
    let names: Vec<&str> = sweep.points.iter().map(|point| point.value.as_str()).collect();
    let spans = alike_in_a_row(&cells, names.len());
    let name = |span: &Range<usize>| match span.len() {
        1 => names[span.start].to_owned(),
        all if all == names.len() => "at every value".to_owned(),
        _ => format!("{} to {}", names[span.start], names[span.end - 1]),
    };
    let roomy = spans.len() < names.len();
    let mut grid = Grid::new(&["design", "costs"], spans.iter().map(name));
    for (position, ((_, summary), cells)) in rows.iter().zip(cells).enumerate() {
        let repeated = position > 0 && rows[position - 1].1.design == summary.design;
        let mut row = vec![if repeated { String::new() } else { summary.design.clone() }, summary.costs.clone()];
        let shown = spans.iter().map(|span| cells[span.start].clone());
        row.extend(shown.map(|cell| if roomy { cell.replace('\n', " ") } else { cell }));
        grid.row(row);
    }
    grid
}

/// Columns that follow each other and are the same in every row.
fn alike_in_a_row(rows: &[Vec<String>], columns: usize) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for column in 0..columns {
        match spans.last_mut() {
            Some(last) if rows.iter().all(|row| row[last.start] == row[column]) => last.end = column + 1,
            _ => spans.push(column..column + 1),
        }
    }
    spans
}

/// Which design leads by each figure, and where another takes over.
fn overtakings(sweep: &Sweep) -> Vec<Part> {
    let mut parts = Vec::new();
    let Some(point) = sweep.points.first() else { return parts };
    let (first, sizing) = (&point.designs[..], leading(sweep, &sizings(point)));
    if view::distinct(first.iter().map(|summary| summary.design.as_str())).len() < 2 {
        return parts;
    }
    let books = view::distinct(first.iter().map(|summary| summary.costs.as_str()));
    let swept = first.first().map_or(&[][..], |summary| summary.headlines.swept);
    for metric in swept {
        let show = shown_as(point, metric);
        // What has no table has nothing to be told.
        if figures(sweep, sizing, metric, show).is_empty() {
            continue;
        }
        for book in &books {
            let leaders = view::leaders(sweep, metric, book, sizing);
            let here = |of: &str, costs: &str, as_sized: &str| of == *metric && costs == *book && as_sized == sizing;
            let ties: Vec<&Tie> = sweep.ties.iter().filter(|tie| here(&tie.metric, &tie.costs, &tie.sizing)).collect();
            let groups = alike(&ties);
            // Of designs that are alike everywhere the first speaks for all.
            let speaks = |design: &str| groups.iter().all(|group| !group[1..].contains(&design));
            let several = sweep.overtakings.iter().filter(|one| here(&one.metric, &one.costs, &one.sizing));
            let mut lines: Vec<String> = several
                .filter(|one| speaks(&one.below) && speaks(&one.above))
                .map(|one| sentence(&Axis::of(sweep), one, &groups))
                .collect();
            let undecided = ties.iter().filter(|tie| !tie.alike && tie.designs.iter().all(|design| speaks(design)));
            lines.extend(undecided.map(|tie| format!("too close to call: {}", tie.designs.join(" and "))));
            lines.extend(groups.iter().map(|group| format!("within 1 % of each other: {}", group.join(", "))));
            if leaders.is_empty() {
                continue;
            }
            let head = format!("Least {}, {book} costs: {leaders}", view::metric(metric));
            parts.push(Part::sentences(head, Vec::new()).with(lines));
        }
    }
    parts
}

/// The values of a key, along which something overtakes something else.
pub(super) struct Axis<'a> {
    pub(super) key: &'a str,
    pub(super) unit: &'a str,
    /// Whether the values are quantities.
    pub(super) is_measured: bool,
}

impl<'a> Axis<'a> {
    fn of(sweep: &'a Sweep) -> Self {
        Self { key: &sweep.key, unit: &sweep.unit, is_measured: sweep.points.iter().all(|point| point.at.is_some()) }
    }
}

/// Who overtakes whom where; of designs that are alike everywhere the first of their group speaks for all.
pub(super) fn sentence(axis: &Axis<'_>, one: &Overtaking, groups: &[Vec<&str>]) -> String {
    let place = |value: f64| place(value, axis.unit);
    let named = |design: &str| match groups.iter().find(|group| group[0] == design) {
        Some(group) => group.join(", "),
        None => design.to_owned(),
    };
    let between = format!("between {} and {}", one.between[0], one.between[1]);
    let below = named(&one.below);
    let verb = if below == one.below { "is" } else { "are" };
    let who = format!("{below} {verb} better below, {} above", named(&one.above));
    if !axis.is_measured {
        return format!("{below} {verb} better at {}, {} at {}", one.between[0], named(&one.above), one.between[1]);
    }
    let Some(at) = one.at else {
        let why = one.why.as_ref().map_or(String::new(), |why| format!(" ({why})"));
        return format!("{who}; crossover {between}{why}");
    };
    let interval = match (one.low, one.high) {
        (Some(low), Some(high)) if high - low < 1e-6 * at.abs() => String::new(),
        (Some(low), Some(high)) => format!(", known to lie from {} to {}", place(low), place(high)),
        (Some(low), None) => {
            format!(", known to lie above {}; the end of the interval lies outside the sweep", place(low))
        }
        (None, Some(high)) => {
            format!(", known to lie below {}; the end of the interval lies outside the sweep", place(high))
        }
        (None, None) => ", though at no single value is the difference significant".to_owned(),
    };
    format!("{who} {} = {} ({between}{interval})", axis.key, place(at))
}

/// Groups of designs that are alike at every value: each with each.
fn alike<'a>(ties: &[&'a Tie]) -> Vec<Vec<&'a str>> {
    let tied = |one: &str, other: &str| {
        let both = |tie: &&Tie| tie.alike && tie.designs.iter().all(|design| design == one || design == other);
        ties.iter().copied().any(|tie| both(&tie))
    };
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for design in view::distinct(ties.iter().filter(|tie| tie.alike).flat_map(|tie| &tie.designs).map(String::as_str)) {
        match groups.iter_mut().find(|group| group.iter().all(|member| tied(member, design))) {
            Some(group) => group.push(design),
            None => groups.push(vec![design]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Runs of real systems beside the model.
fn real_runs(sweep: &Sweep) -> Vec<Part> {
    sweep.references.iter().filter_map(|reference| runs(sweep, reference)).collect()
}

fn runs(sweep: &Sweep, reference: &ReferenceCurve) -> Option<Part> {
    let show = |value: f64| number::quantity(value, &reference.unit);
    let header = [sweep.key.clone(), "real runs".into(), "± s.d.".into(), "model".into(), "model / real".into()];
    let mut grid = Grid::new(&["within 2 s.d."], header).keyed(2);
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
        grid.row(vec![within.into(), place(point.at, &sweep.unit), show(point.real), deviation, model, ratio]);
    }
    let title = format!("{}, beside the model's {}", reference.name, view::metric(&reference.metric));
    let finding = format!("{}.", capitalised(&reference.finding));
    let left_out = Some(&reference.leaves_out).filter(|text| !text.is_empty());
    let left_out = left_out.map(|text| format!("What the model leaves out: {text}"));
    let source = format!("source: {}", reference.source);
    Some(Part::of(title, grid)?.with([Some(finding), left_out, Some(source)].into_iter().flatten().collect()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_figure_has_a_table_and_every_line_fits() {
        let without = Sweep { references: Vec::new(), ..sample::sweep() };
        let text = sweep(&without, Style::default());
        for expected in [
            "Total cost a month, sized for the load, by load.rate",
            "5k",
            "100k",
            "gpu is better below, combined above",
        ] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
        assert!(
            text.contains("load.rate = 20 k/s (between 5k and 100k, known to lie from 15 k/s to 30 k/s)"),
            "{text}"
        );
        assert!(text.contains("within 1 % of each other: naive, optimistic, hierarchical"), "{text}");
        assert!(
            text.contains("Least total cost a month, measured costs: gpu at 5k; hybrid, combined at 100k"),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }

    #[test]
    fn real_runs_stand_beside_the_model_with_their_spread() {
        let text = sweep(&sample::sweep(), Style::default());
        for expected in ["real runs", "± s.d.", "900 ms", "yes", "source: a test"] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
    }
}
