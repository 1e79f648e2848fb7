//! What each design sustains on the machines that it names, against what is offered to it.

use planner::{Comparison, Summary};

use super::layout::{self, MARGIN, PLAIN, QUIET, SMALL, STRONG, WIDTH, label};
use super::mark::{Look, Palette};
use super::picture::{Align, Face, GRID, INK, Picture};
use super::scale::LogScale;
use crate::number;
use crate::view::{self, SPECIFIED};

const NAMES: f64 = 150.0;
const VALUES: f64 = 300.0;
const ROW: f64 = 20.0;
const GAP: f64 = 16.0;

/// A row for each design and book: the sustained throughput, and how far it is from the offered load.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let outcomes = view::of_sizing(comparison, SPECIFIED);
    let (designs, books) = (view::designs(&outcomes), view::books(&outcomes));
    if designs.is_empty() {
        return None;
    }
    let unit = format!("{}/s", outcomes[0].headlines.request.unit);
    let subtitle =
        format!("What each design sustains on the machines that it names, in {unit} on a log scale. Dashed: offered.");
    let (mut picture, y) = layout::card(&title(&outcomes), &subtitle, &outcomes[0].overrides);
    picture.columns(&["design", "costs", "bottleneck"], ["sustained", "offered"]);
    let palette = Palette::of(&comparison.roster, &outcomes);
    let entries = palette.legend_of_books(&books);
    let top = layout::legend(&mut picture, y, &entries) + 14.0;

    let block = ROW * books.len() as f64 + GAP;
    let bottom = top + block * designs.len() as f64;
    let values = outcomes.iter().flat_map(|summary| ["offered", "capacity"].map(|name| view::finite(summary, name)));
    let scale = LogScale::around(values.flatten(), MARGIN + NAMES, WIDTH - MARGIN - VALUES);
    let ticks: Vec<_> = scale.decades(8).into_iter().map(|value| (scale.at(value), number::short(value))).collect();
    layout::axis(&mut picture, &ticks, (top, bottom));
    label(&mut picture, (MARGIN, bottom + 12.0), &format!("{unit}, log scale"), SMALL, Align::Left);
    let values = WIDTH - MARGIN - VALUES + 18.0;
    for (x, align, text) in
        [(62.0, Align::Right, unit.as_str()), (118.0, Align::Right, "share"), (132.0, Align::Left, "bottleneck")]
    {
        label(&mut picture, (values + x, top - 10.0), text, SMALL, align);
    }
    for (index, design) in designs.iter().enumerate() {
        let head = top + block * index as f64;
        picture.line(vec![(MARGIN, head), (WIDTH - MARGIN, head)], 1.0, GRID);
        let name = layout::fitted(design, STRONG, NAMES - 12.0);
        label(&mut picture, (MARGIN, head + block / 2.0), &name, STRONG, Align::Left);
        for (index, book) in books.iter().enumerate() {
            let y = head + GAP / 2.0 + ROW * (index as f64 + 0.5);
            if let Some(summary) = view::find(&outcomes, design, book) {
                row(&mut picture, y, scale, summary, palette.design(design).filled(palette.book(book)));
            }
        }
        let offered = books.iter().find_map(|book| view::finite(view::find(&outcomes, design, book)?, "offered"));
        if let Some(offered) = offered {
            let x = scale.at(offered);
            picture.dashed((x, head), (x, head + block), 1.5, INK);
            if index == 0 {
                label(&mut picture, (x, top - 10.0), "offered", SMALL, Align::Centre);
            }
        }
    }
    Some(layout::close(picture, bottom + 22.0))
}

/// The dot, the distance to the offered load, and the figures.
fn row(picture: &mut Picture, y: f64, scale: LogScale, summary: &Summary, look: Look) {
    let offered = view::finite(summary, "offered");
    let left = WIDTH - MARGIN - VALUES + 18.0;
    let limit = summary.limited_by.as_deref().map_or("nothing: carries the load".to_owned(), view::words);
    let rate = |value: Option<f64>| value.map_or(number::MISSING.to_owned(), |value| number::significant(value, 4));
    let rates = [rate(view::finite(summary, "capacity")), rate(offered)];
    let at = view::finite(summary, "capacity").filter(|rate| *rate > 0.0).map_or(left, |rate| scale.at(rate));
    let names = [summary.design.clone(), summary.costs.clone(), limit.clone()];
    picture.mark((at, y), names.into_iter().chain(rates));
    let Some(sustained) = view::finite(summary, "capacity") else {
        return label(picture, (left, y), number::MISSING, PLAIN, Align::Left);
    };
    if let Some(offered) = offered {
        picture.line(vec![(scale.at(sustained), y), (scale.at(offered), y)], 2.0, GRID);
    }
    layout::dot(picture, (sustained, y), scale, look);
    let face = Face { strong: true, ..PLAIN };
    let figure = number::significant(sustained, 4);
    label(picture, (left + 62.0, y), &figure, face, Align::Right);
    let share = offered.filter(|offered| *offered > 0.0).map(|offered| number::share(sustained / offered));
    label(picture, (left + 118.0, y), &share.unwrap_or_default(), PLAIN, Align::Right);
    label(picture, (left + 132.0, y), &layout::fitted(&limit, QUIET, VALUES - 150.0), QUIET, Align::Left);
}

/// How much of the load is sustained at best.
fn title(outcomes: &[&Summary]) -> String {
    let carried = outcomes.iter().filter(|summary| summary.limited_by.is_none()).count();
    if carried > 0 {
        return format!("As specified, {carried} of {} cases sustain their load", outcomes.len());
    }
    let of_load = |summary: &&&Summary| {
        let offered = view::finite(summary, "offered").filter(|offered| *offered > 0.0)?;
        Some(view::finite(summary, "capacity")? / offered)
    };
    let shares = outcomes.iter().filter_map(|summary| Some((summary, of_load(&summary)?)));
    match shares.max_by(|(_, left), (_, right)| left.total_cmp(right)) {
        None => "Throughput as specified".to_owned(),
        Some((best, share)) => format!(
            "No design sustains its load; closest is {} on {} costs, with {}",
            best.design,
            best.costs,
            number::share(share)
        ),
    }
}
