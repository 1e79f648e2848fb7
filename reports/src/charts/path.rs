//! Where time goes: what one request waits for, one thing after the other, in the mean, and how long the slowest hundredth waits for each.
//!
//! A kind with milestones has each begin where the one before it ends; of a service, every step is its wait and its service. Means of parts
//! add up; 99th percentiles do not, so each is told beside its own part only.

use planner::{Comparison, Summary};

use super::layout::{self, MARGIN, PLAIN, SMALL, STRONG, WIDTH, label};
use super::linear::LinearScale;
use super::mark::{Look, Mark, Palette};
use super::picture::{Align, Colour, GRID, PARTS, Picture};
use crate::number;
use crate::view::{self, SIZED};
use crate::words::capitalised;

const NAMES: f64 = 210.0;
const VALUES: f64 = 190.0;
const ROW: f64 = 22.0;
const HEAD: f64 = 34.0;
const FOOT: f64 = 34.0;
/// Designs that one picture shows.
const MOST: usize = 6;

/// A part of the way of a request \[s\].
#[derive(Debug, PartialEq)]
struct Leg {
    name: String,
    /// When it begins and ends in the mean.
    from: f64,
    to: f64,
    /// When the slowest hundredth is at its end, counted as `to` is.
    p99: Option<f64>,
    is_wait: bool,
}

/// A panel for each design of the leading book; none where no way has two parts.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let sized = view::of_sizing(comparison, SIZED);
    let all: Vec<&Summary> = if sized.is_empty() { comparison.designs.iter().collect() } else { sized };
    let books = view::books(&all);
    let book = view::leading_book(&books)?;
    let of_book = all.iter().copied().filter(|summary| summary.costs == book);
    let ways: Vec<(&Summary, Vec<Leg>)> =
        of_book.map(|summary| (summary, way(summary))).filter(|(_, legs)| legs.len() > 1).take(MOST).collect();
    let (first, legs) = ways.first()?;
    let diamond = match first.headlines.milestones {
        [] => "the 99th percentile of that part alone",
        _ => "the 99th percentile since the submission",
    };
    let subtitle = format!(
        "What a request waits for, one thing after the other, in the mean ({book} costs, {}); diamond: {diamond}.",
        first.sizing
    );
    let (mut picture, y) = layout::card(&title(first, legs), &subtitle, &first.overrides);
    picture.columns(&["design", "part"], ["begins", "ends", "mean", "p99"]);
    let palette = Palette::of(&comparison.roster, &all);
    let square = |colour, words: &str| (Look::full(Mark::Square, colour), words.to_owned());
    let entries = [square(PARTS[0], "service"), square(PARTS[1], "waiting for a server")];
    let waits = ways.iter().flat_map(|(_, legs)| legs).any(|leg| leg.is_wait);
    let mut top = if waits { layout::legend(&mut picture, y, &entries) } else { y };
    for (summary, legs) in &ways {
        palette.design(&summary.design).draw(&mut picture, (MARGIN + 5.0, top + 12.0));
        let name = layout::fitted(&summary.design, STRONG, WIDTH / 2.0);
        label(&mut picture, (MARGIN + 16.0, top + 12.0), &name, STRONG, Align::Left);
        panel(&mut picture, top + HEAD, summary, legs);
        top += HEAD + ROW * legs.len() as f64 + FOOT;
    }
    Some(layout::close(picture, top - 8.0))
}

fn panel(picture: &mut Picture, top: f64, summary: &Summary, legs: &[Leg]) {
    let bottom = top + ROW * legs.len() as f64;
    let ends = legs.iter().flat_map(|leg| [leg.to, leg.p99.unwrap_or(leg.to)]);
    let scale = LinearScale::with_zero(ends, MARGIN + NAMES, WIDTH - MARGIN - VALUES);
    let ticks: Vec<_> = scale.times(6).into_iter().map(|(seconds, name)| (scale.at(seconds), name)).collect();
    layout::axis(picture, &ticks, (top, bottom));
    label(picture, (MARGIN, bottom + 12.0), "time since the submission", SMALL, Align::Left);
    for (index, leg) in legs.iter().enumerate() {
        let y = top + ROW * (index as f64 + 0.5);
        picture.line(vec![(MARGIN, y + ROW / 2.0), (WIDTH - MARGIN, y + ROW / 2.0)], 1.0, GRID);
        label(picture, (MARGIN, y), &layout::fitted(&leg.name, PLAIN, NAMES - 12.0), PLAIN, Align::Left);
        let colour: Colour = if leg.is_wait { PARTS[1] } else { PARTS[0] };
        let (left, right) = (scale.at(leg.from), scale.at(leg.to));
        picture.rectangle((left, y - 6.0), (right.max(left + 0.5), y + 6.0), colour);
        // A milestone is told by when it is reached, a step by how long it takes.
        let since = if summary.headlines.milestones.is_empty() { leg.from } else { 0.0 };
        let mean = number::duration(leg.to - since);
        let tail = leg.p99.map(|p99| number::duration(p99 - since));
        if let Some(p99) = leg.p99 {
            Look::full(Mark::Diamond, PARTS[5]).scaled(picture, (scale.at(p99), y), 0.8);
        }
        let told = tail.as_ref().map_or(mean.clone(), |tail| format!("{mean} · p99 {tail}"));
        label(picture, (WIDTH - MARGIN, y), &layout::fitted(&told, SMALL, VALUES - 12.0), SMALL, Align::Right);
        let times = [number::duration(leg.from), number::duration(leg.to), mean];
        let cells = [summary.design.clone(), leg.name.clone()].into_iter().chain(times);
        picture.mark((right, y), cells.chain([tail.unwrap_or_else(|| number::MISSING.to_owned())]));
    }
}

/// The parts of the way of a request through a design.
fn way(summary: &Summary) -> Vec<Leg> {
    let milestones = milestones(summary);
    if milestones.is_empty() { steps(summary) } else { milestones }
}

fn milestones(summary: &Summary) -> Vec<Leg> {
    let mut from = 0.0;
    let mut legs = Vec::new();
    for (metric, words) in summary.headlines.milestones {
        // What ends before the one before it is not on the same way.
        let Some(to) = view::finite(summary, &format!("{metric}.mean")).filter(|to| *to >= from) else { continue };
        let p99 = view::finite(summary, &format!("{metric}.p99"));
        legs.push(Leg { name: (*words).to_owned(), from, to, p99, is_wait: false });
        from = to;
    }
    legs
}

/// The wait and the service of every step of a service, in their order.
fn steps(summary: &Summary) -> Vec<Leg> {
    let step = |metric: &planner::Metric| Some(metric.name.strip_prefix("service.")?.strip_suffix(".mean")?.to_owned());
    let mut from = 0.0;
    let mut legs = Vec::new();
    for name in summary.metrics.iter().filter_map(step) {
        for (part, words, is_wait) in [("wait", "waits for", true), ("service", "", false)] {
            let Some(mean) = view::finite(summary, &format!("{part}.{name}.mean")) else { continue };
            let p99 = view::finite(summary, &format!("{part}.{name}.p99")).map(|p99| from + p99);
            let name = capitalised(format!("{words} {}", view::words(&name)).trim());
            legs.push(Leg { name, from, to: from + mean, p99, is_wait });
            from += mean;
        }
    }
    legs
}

/// What most of the time goes to.
fn title(summary: &Summary, legs: &[Leg]) -> String {
    let whole = legs.last().map_or(0.0, |leg| leg.to);
    let length = |leg: &&Leg| leg.to - leg.from;
    let longest = legs.iter().max_by(|one, other| length(one).total_cmp(&length(other)));
    match longest.filter(|_| whole > 0.0) {
        None => "Where time goes".to_owned(),
        Some(leg) => format!(
            "{} takes {} on average; {} of that: {}",
            summary.design,
            number::duration(whole),
            number::share(length(&leg) / whole),
            leg.name.to_lowercase()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn milestones_follow_each_other_and_a_service_waits_before_each_step() {
        let mut summary = sample::layered().designs[0].clone();
        summary.metrics.clear();
        let mut set = |name: &str, value: f64| summary.metrics.push(sample::estimate(name, "s", value, 0.1));
        set("optimistic_finality.mean", 1.0);
        set("optimistic_finality.p99", 2.0);
        set("proof_finality.mean", 10.0);
        let legs = way(&summary);
        let told: Vec<_> = legs.iter().map(|leg| (leg.from, leg.to, leg.p99)).collect();
        assert_eq!(told, [(0.0, 1.0, Some(2.0)), (1.0, 10.0, None)]);
        assert!(title(&summary, &legs).contains("10 s on average; 90 %"), "{}", title(&summary, &legs));
        summary.metrics.clear();
        for (name, value) in [("service.prove.mean", 4.0), ("wait.prove.mean", 1.0), ("wait.prove.p99", 3.0)] {
            summary.metrics.push(sample::estimate(name, "s", value, 0.1));
        }
        let told: Vec<_> = steps(&summary).iter().map(|leg| (leg.is_wait, leg.from, leg.to, leg.p99)).collect();
        assert_eq!(told, [(true, 0.0, 1.0, Some(3.0)), (false, 1.0, 5.0, None)]);
    }
}
