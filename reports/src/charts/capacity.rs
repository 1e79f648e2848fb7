//! What each stage carries alone, design by design, against the load that is offered.

use planner::{Comparison, Summary};

use super::layout::{self, MARGIN, PLAIN, QUIET, SMALL, STRONG, WIDTH, label};
use super::mark::Palette;
use super::picture::{Align, Face, GRID, INK, Picture, SHADE};
use super::scale::LogScale;
use crate::number;
use crate::view::{self, SPECIFIED};

const GUTTER: f64 = 32.0;
const NAMES: f64 = 124.0;
const FIGURE: f64 = 58.0;
const ROW: f64 = 22.0;
const HEAD: f64 = 28.0;
const FOOT: f64 = 36.0;

/// What every panel of the chart needs.
struct Panels<'a> {
    outcomes: Vec<&'a Summary>,
    palette: Palette<'a>,
    books: Vec<&'a str>,
    stages: Vec<&'a str>,
    /// Width of a panel.
    width: f64,
}

/// A panel for each design with a row for each stage.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let outcomes = view::of_sizing(comparison, SPECIFIED);
    let (designs, books, stages) =
        (view::designs(&outcomes), view::books(&outcomes), view::stages(&outcomes, "capacity"));
    if designs.is_empty() || stages.is_empty() {
        return None;
    }
    let subtitle = format!(
        "What each stage carries alone on the machines that the design names, in {}/s on a log scale. \
        Shaded: less than is offered; bold: the bottleneck.",
        outcomes[0].headlines.request.unit
    );
    let (mut picture, y) = layout::card(&title(&outcomes), &subtitle, &outcomes[0].overrides);
    picture.columns(&["design", "costs", "stage"], ["capacity", "offered"]);
    let palette = Palette::of(&comparison.roster, &outcomes);
    let entries = palette.legend_of_books(&books);
    let top = layout::legend(&mut picture, y, &entries);

    let columns = designs.len().min(2);
    let width = (WIDTH - 2.0 * MARGIN - GUTTER * (columns - 1) as f64) / columns as f64;
    let height = HEAD + ROW * stages.len() as f64 + FOOT;
    let panels = Panels { outcomes, palette, books, stages, width };
    for (index, design) in designs.iter().enumerate() {
        let left = MARGIN + (index % columns) as f64 * (width + GUTTER);
        panels.draw(&mut picture, (left, top + (index / columns) as f64 * height), design);
    }
    Some(layout::close(picture, top + designs.len().div_ceil(columns) as f64 * height))
}

impl Panels<'_> {
    fn draw(&self, picture: &mut Picture, (left, top): (f64, f64), design: &str) {
        let numbers = if self.books.len() <= 3 { FIGURE * self.books.len() as f64 } else { 0.0 };
        let (from, to) = (left + NAMES, left + self.width - numbers - 6.0);
        let (rows, bottom) = (top + HEAD, top + HEAD + ROW * self.stages.len() as f64);
        // One scale for all panels, so that designs can be compared by eye.
        let everything = self.outcomes.iter().flat_map(|summary| {
            let named = |name: &str| name == "offered" || name.starts_with("capacity.");
            summary.metrics.iter().filter(move |metric| named(&metric.name)).filter_map(|metric| metric.value)
        });
        let scale = LogScale::around(everything, from, to);
        let offered =
            self.books.iter().find_map(|book| view::finite(view::find(&self.outcomes, design, book)?, "offered"));

        let mut name_room = to - left;
        if let Some(offered) = offered {
            let x = scale.at(offered);
            picture.rectangle((from, rows), (x, bottom), SHADE);
            let text = format!("offered {}", number::short(offered));
            // Right-aligned at the line or left-aligned from it, whichever stays inside the plot.
            let align = if x - from > 90.0 { Align::Right } else { Align::Left };
            label(picture, (x, rows - 10.0), &text, SMALL, align);
            name_room = if align == Align::Right { x - 80.0 - left } else { x - left - 8.0 };
        }
        let ticks: Vec<_> = scale.decades(8).into_iter().map(|value| (scale.at(value), number::short(value))).collect();
        layout::axis(picture, &ticks, (rows, bottom));
        self.palette.design(design).draw(picture, (left + 5.0, rows - 11.0));
        label(
            picture,
            (left + 16.0, rows - 11.0),
            &layout::fitted(design, STRONG, name_room - 16.0),
            STRONG,
            Align::Left,
        );
        label(
            picture,
            (left, bottom + 12.0),
            &format!("{}/s, log scale", self.outcomes[0].headlines.request.unit),
            SMALL,
            Align::Left,
        );
        for (index, book) in self.books.iter().enumerate().filter(|_| numbers > 0.0) {
            let x = left + self.width - FIGURE * (self.books.len() - 1 - index) as f64;
            label(picture, (x, rows - 10.0), &layout::fitted(book, SMALL, FIGURE - 6.0), SMALL, Align::Right);
        }
        if let Some(offered) = offered {
            let x = scale.at(offered);
            picture.dashed((x, rows), (x, bottom), 1.5, INK);
        }
        for (index, stage) in self.stages.iter().enumerate() {
            let y = rows + ROW * (index as f64 + 0.5);
            picture.line(vec![(left, y + ROW / 2.0), (left + self.width, y + ROW / 2.0)], 1.0, GRID);
            self.row(picture, (left, y), scale, (design, stage), numbers > 0.0);
        }
    }

    fn row(
        &self,
        picture: &mut Picture,
        (left, y): (f64, f64),
        scale: LogScale,
        (design, stage): (&str, &str),
        numbers: bool,
    ) {
        let name = format!("capacity.{stage}");
        let mut limits = false;
        for (index, book) in self.books.iter().enumerate() {
            let Some(summary) = view::find(&self.outcomes, design, book) else { continue };
            let value = view::finite(summary, &name);
            let limiting = summary.limited_by.as_deref() == Some(stage);
            let rate = |value: Option<f64>| value.map_or(number::MISSING.to_owned(), number::short);
            let offered = view::finite(summary, "offered");
            let spread = (index as f64 - (self.books.len() - 1) as f64 / 2.0) * 5.0;
            let at = (value.filter(|value| *value > 0.0).map_or(scale.start(), |value| scale.at(value)), y + spread);
            let names = [design.to_owned(), summary.costs.clone(), view::words(stage)];
            picture.mark(at, names.into_iter().chain([rate(value), rate(offered)]));
            limits |= limiting;
            // A logarithm has no place for zero; the figure at the end of the row says it.
            if value.is_some_and(|value| value > 0.0) {
                self.palette.design(design).filled(self.palette.book(book)).draw(picture, at);
            }
            if numbers {
                let x = left + self.width - FIGURE * (self.books.len() - 1 - index) as f64;
                let face = Face { strong: limiting, ..PLAIN };
                label(picture, (x, y), &value.map_or(number::MISSING.into(), number::short), face, Align::Right);
            }
        }
        let face = if limits { Face { size: PLAIN.size, ..STRONG } } else { QUIET };
        label(picture, (left, y), &layout::fitted(&view::words(stage), face, NAMES - 10.0), face, Align::Left);
    }
}

/// How many of the cases carry the load, and which stage keeps most of the others from it.
fn title(outcomes: &[&Summary]) -> String {
    let limits: Vec<&str> = outcomes.iter().filter_map(|summary| summary.limited_by.as_deref()).collect();
    let stages = view::distinct(limits.iter().copied());
    let count = |stage: &str| limits.iter().filter(|limit| **limit == stage).count();
    // The first of equals, in the order of the outcomes.
    let most = stages.iter().rev().max_by_key(|stage| count(stage));
    let (all, short) = (outcomes.len(), limits.len());
    match (most, outcomes) {
        (None, _) => "As specified, every design sustains its load".to_owned(),
        (Some(stage), [only]) => {
            format!("As specified, {} does not sustain its load: {} is the bottleneck", only.design, view::words(stage))
        }
        (Some(stage), _) if short == all => format!(
            "As specified, no design sustains its load: {} is the bottleneck in {} of {all} cases",
            view::words(stage),
            count(stage)
        ),
        (Some(stage), _) => {
            let (name, count) = (view::words(stage), count(stage));
            format!(
                "As specified, {} of {all} cases sustain their load; {name} is the bottleneck in {count}",
                all - short
            )
        }
    }
}
