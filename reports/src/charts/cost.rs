//! The monthly bill of each design, sized for one load and mix where they are compared at one, and what it is made of.
//!
//! Bills differ by orders of magnitude and stacked bars lie on a log axis, so the total is a dot on a log scale and
//! its parts are a bar of shares beside it.

use planner::{Comparison, Summary};

use super::glyphs::text_width;
use super::layout::{self, MARGIN, PLAIN, QUIET, SMALL, STRONG, WIDTH, label};
use super::mark::{Look, Mark, Palette};
use super::picture::{Align, Colour, Face, GRID, INK, MUTED, PAPER, PARTS as GREYS, Picture};
use super::scale::LogScale;
use crate::number;
use crate::view::{self, SIZED};

const NAMES: f64 = 164.0;
const VALUES: f64 = 128.0;
const SHARES: f64 = 310.0;
const ROW: f64 = 26.0;
const HEAD: f64 = 44.0;
const FOOT: f64 = 40.0;

/// A panel for each book with a row for each design.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let same = comparison.same_load.as_ref();
    let outcomes = match same {
        Some(same) => same.designs.iter().collect(),
        None => view::of_sizing(comparison, SIZED),
    };
    let (designs, books) = (view::designs(&outcomes), view::books(&outcomes));
    // What users pay is beside the total, and watching is a part of validation.
    let parts = view::parts_of_the_bill(&outcomes);
    let totals: Vec<f64> = outcomes.iter().filter_map(|summary| view::finite(summary, "cost.total")).collect();
    if totals.is_empty() {
        return None;
    }
    let load = same.map_or("sized for its own load".to_owned(), |same| format!("sized for {}", same.mix));
    let subtitle =
        format!("Monthly bill of each design {load}: total in USD on a log scale, and the shares of its parts.");
    let (mut picture, y) = layout::card(&title(&outcomes, &books), &subtitle, &outcomes[0].overrides);
    let figures = ["total", "low", "high"].into_iter().map(str::to_owned);
    picture.columns(&["design", "costs"], figures.chain(parts.iter().map(|part| view::words(part))));
    let palette = Palette::of(&comparison.roster, &outcomes);
    let entries: Vec<_> = parts
        .iter()
        .enumerate()
        .map(|(index, part)| (Look::full(Mark::Square, GREYS[index]), view::words(part)))
        .collect();
    let mut top = layout::legend(&mut picture, y, &entries);
    let scale = LogScale::around(totals, MARGIN + NAMES, WIDTH - MARGIN - SHARES - VALUES);
    for book in books {
        let heading = layout::fitted(&format!("{book} costs"), STRONG, NAMES + 200.0);
        label(&mut picture, (MARGIN, top + 18.0), &heading, STRONG, Align::Left);
        let bottom = top + HEAD + ROW * designs.len() as f64;
        let ticks: Vec<_> =
            scale.decades(6).into_iter().map(|value| (scale.at(value), number::usd_short(value))).collect();
        layout::axis(&mut picture, &ticks, (top + HEAD, bottom));
        label(&mut picture, (MARGIN, bottom + 12.0), "USD a month, log scale", SMALL, Align::Left);
        let shares = WIDTH - MARGIN - SHARES;
        for (x, align, text) in [(shares, Align::Left, "0 %"), (WIDTH - MARGIN, Align::Right, "100 %")] {
            label(&mut picture, (x, bottom + 12.0), text, SMALL, align);
        }
        label(&mut picture, (shares, top + HEAD - 12.0), "share of the bill", SMALL, Align::Left);
        label(&mut picture, (shares - 16.0, top + HEAD - 12.0), "USD per month", SMALL, Align::Right);
        for (index, design) in designs.iter().enumerate() {
            let y = top + HEAD + ROW * (index as f64 + 0.5);
            picture.line(vec![(MARGIN, y + ROW / 2.0), (shares - 12.0, y + ROW / 2.0)], 1.0, GRID);
            let summary = view::find(&outcomes, design, book);
            let load = summary.and_then(|summary| view::finite(summary, "offered"));
            let unit = summary.map_or("tx", |summary| summary.headlines.request.unit);
            let load = load.map_or(String::new(), |load| format!(" {} {unit}/s", number::short(load)));
            let room = NAMES - 14.0 - text_width(&load, SMALL);
            let name = layout::fitted(design, PLAIN, room);
            label(&mut picture, (MARGIN, y), &name, PLAIN, Align::Left);
            label(&mut picture, (MARGIN + NAMES - 14.0, y), &load, SMALL, Align::Right);
            row(&mut picture, y, (scale, palette.design(design).filled(palette.book(book))), summary, &parts);
        }
        top = bottom + FOOT;
    }
    Some(layout::close(picture, top - 12.0))
}

fn row(picture: &mut Picture, y: f64, (scale, look): (LogScale, Look), summary: Option<&Summary>, parts: &[&str]) {
    let (values, shares) = (WIDTH - MARGIN - SHARES - 16.0, WIDTH - MARGIN - SHARES);
    let total = summary.and_then(|summary| view::finite(summary, "cost.total"));
    let (Some(summary), Some(total)) = (summary, total) else {
        return label(picture, (values, y), number::MISSING, QUIET, Align::Right);
    };
    let mut text = number::usd_short(total);
    if let Some((low, high)) = summary.metric("cost.total").and_then(view::interval) {
        picture.line(vec![(scale.at(low), y), (scale.at(high), y)], 2.0, MUTED);
        let half = number::half_width(total, low, high);
        text = if half.is_empty() { text } else { format!("{text} {half}") };
    }
    layout::dot(picture, (total, y), scale, look);
    label(picture, (values, y), &text, PLAIN, Align::Right);
    let interval = summary.metric("cost.total").and_then(view::interval);
    let ends = [interval.map(|(low, _)| low), interval.map(|(_, high)| high)];
    let of_parts = parts.iter().map(|part| view::finite(summary, &format!("cost.{part}")));
    let figures = std::iter::once(Some(total)).chain(ends).chain(of_parts);
    let figures = figures.map(|value| value.map_or(number::MISSING.to_owned(), number::usd_short));
    let at = if total > 0.0 { scale.at(total) } else { scale.start() };
    picture.mark((at, y), [summary.design.clone(), summary.costs.clone()].into_iter().chain(figures));

    let known = parts.iter().map(|part| view::finite(summary, &format!("cost.{part}")).unwrap_or(0.0).max(0.0));
    let known: Vec<f64> = known.collect();
    let sum: f64 = known.iter().sum();
    let mut left = shares;
    for (index, value) in known.iter().enumerate().filter(|_| sum > 0.0) {
        let right = left + SHARES * value / sum;
        picture.rectangle((left, y - 9.0), (right, y + 9.0), GREYS[index]);
        if right - left >= 36.0 {
            let face = Face { colour: readable_on(GREYS[index]), ..SMALL };
            label(picture, ((left + right) / 2.0, y), &number::share(value / sum), face, Align::Centre);
        }
        left = right;
    }
}

/// White on dark colours, ink on light ones.
pub(super) fn readable_on(colour: Colour) -> Colour {
    let luminance = 0.299 * f64::from(colour.0) + 0.587 * f64::from(colour.1) + 0.114 * f64::from(colour.2);
    if luminance < 140.0 { PAPER } else { INK }
}

/// The cheapest and the dearest design of the leading book, per transaction, because loads may differ.
fn title(outcomes: &[&Summary], books: &[&str]) -> String {
    let book = view::leading_book(books).unwrap_or_default();
    let mut prices: Vec<(f64, &str)> = outcomes
        .iter()
        .filter(|summary| summary.costs == book)
        .filter_map(|summary| Some((view::finite(summary, &summary.headlines.per_million())?, summary.design.as_str())))
        .collect();
    prices.sort_by(|left, right| left.0.total_cmp(&right.0));
    let (Some((least, cheapest)), Some((most, dearest))) = (prices.first(), prices.last()) else {
        return "Monthly cost".to_owned();
    };
    let (least, most) = (number::usd_short(*least), number::usd_short(*most));
    let words = outcomes.first().map_or("transactions", |summary| summary.headlines.request.words);
    match prices.len() {
        1 => format!("A million {words} cost {least} ({cheapest}, {book} costs)"),
        _ => format!("A million {words} cost {least} ({cheapest}) to {most} ({dearest}) with {book} costs"),
    }
}
