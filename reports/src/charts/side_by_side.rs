//! Several scenarios side by side: what a request costs against how long the slowest hundredth waits until it is final.

use planner::{Common, Row, SideBySide};

use super::layout::{self, MARGIN, SMALL, STRONG, WIDTH, label};
use super::mark::{Fill, Look, Mark};
use super::picture::{Align, GRID, MUTED, Picture, series};
use super::scale::LogScale;
use crate::number;
use crate::view;
use crate::words::capitalised;

const FIGURES: f64 = 76.0;
const HEAD: f64 = 36.0;
const PLOT: f64 = 320.0;
const FOOT: f64 = 44.0;
const TICKS: usize = 7;
/// Height of the name of a tick.
const LINE: f64 = 13.0;
/// Pixels between marks that would cover each other.
const BESIDE: f64 = 9.0;
const COST: &str = "cost.per_request";

/// A row that has both figures, with how it is marked.
struct Dot<'r> {
    row: &'r Row,
    look: Look,
    name: String,
    usd: f64,
    seconds: f64,
}

/// The picture; none where fewer than two rows have both figures.
pub fn picture(found: &SideBySide) -> Option<Picture> {
    // The last finality that several scenarios have, else the last that several rows have.
    let finalities = || {
        let of = |common: Common| (common, dots(found, &format!("{}.p99", common.name())));
        [Common::HardFinality, Common::SoftFinality].into_iter().map(of)
    };
    let several = |dots: &[Dot<'_>]| view::distinct(dots.iter().map(|dot| scenario(dot.row))).len() > 1;
    let (finality, dots) =
        finalities().find(|(_, dots)| several(dots)).or_else(|| finalities().find(|(_, dots)| dots.len() > 1))?;
    let name = format!("{}.p99", finality.name());
    let others = found.rows.len() - dots.len();
    let none = match others {
        0 => String::new(),
        others => format!(" {others} of {} have none, or do not carry their load.", found.rows.len()),
    };
    let subtitle = format!(
        "Cost of a request against {}, both axes logarithmic; lines: 95 % intervals; costs: {}.{none}",
        view::metric(&name),
        found.books
    );
    let overrides = &dots.first()?.row.outcome.overrides;
    // The first sentence is about what is on the card.
    let title = found.answer.split(". ").next().unwrap_or_default().trim_end_matches('.');
    let (mut picture, y) = layout::card(title, &subtitle, overrides);
    let entries: Vec<(Look, String)> = dots.iter().map(|dot| (dot.look, dot.name.clone())).collect();
    picture.columns(&["scenario/design"], ["cost of a request".to_owned(), view::metric(&name)]);
    let top = layout::legend(&mut picture, y, &entries) + HEAD;
    let (left, right, bottom) = (MARGIN + FIGURES, WIDTH - MARGIN, top + PLOT);
    let usd = LogScale::around(dots.iter().map(|dot| dot.usd), left, right);
    let seconds = LogScale::around(dots.iter().map(|dot| dot.seconds), bottom, top);
    label(&mut picture, (MARGIN, top - 18.0), &capitalised(&view::metric(&name)), STRONG, Align::Left);
    let ticks: Vec<(f64, String)> =
        usd.decades(TICKS).into_iter().map(|value| (usd.at(value), number::usd(value))).collect();
    layout::axis(&mut picture, &ticks, (top, bottom));
    let mut free_below = f64::INFINITY;
    for (value, name) in seconds.times(TICKS) {
        let y = seconds.at(value);
        picture.line(vec![(left, y), (right, y)], 1.0, GRID);
        if y < free_below {
            label(&mut picture, (left - 7.0, y), &name, SMALL, Align::Right);
            free_below = y - LINE;
        }
    }
    picture.line(vec![(left, top), (left, bottom), (right, bottom)], 1.0, MUTED);
    label(&mut picture, (right, bottom + 28.0), "cost of a request in USD", SMALL, Align::Right);
    dots.iter().for_each(|dot| dot.intervals(&mut picture, (usd, seconds), &name));
    let places: Vec<(f64, f64)> = dots.iter().map(|dot| (usd.at(dot.usd), seconds.at(dot.seconds))).collect();
    for (index, dot) in dots.iter().enumerate() {
        let at = beside(&places, index, right);
        dot.look.draw(&mut picture, at);
        let cost = number::usd(number::rounded(dot.usd, 3));
        picture.mark(at, [dot.name.clone(), cost, number::duration(dot.seconds)]);
    }
    Some(layout::close(picture, bottom + FOOT))
}

/// The scenario of a row.
fn scenario(row: &Row) -> &str {
    row.name.rsplit_once('/').map_or("", |(scenario, _)| scenario)
}

/// Where a mark is drawn: beside those before it that it would cover.
fn beside(places: &[(f64, f64)], index: usize, right: f64) -> (f64, f64) {
    let (x, y) = places[index];
    let covered = places[..index].iter().filter(|(other_x, other_y)| (other_x - x).hypot(other_y - y) < BESIDE);
    ((x + BESIDE * covered.count() as f64).min(right), y)
}

/// The rows that have a cost and this finality: a scenario has its colour, and its designs their shapes.
fn dots<'r>(found: &'r SideBySide, finality: &str) -> Vec<Dot<'r>> {
    let scenarios = view::distinct(found.rows.iter().map(scenario));
    let mut before = vec![0_usize; scenarios.len()];
    let mut dots = Vec::new();
    for (row, name) in found.rows.iter().zip(found.names()) {
        let colour = scenarios.iter().position(|known| *known == scenario(row)).unwrap_or(0);
        let at = before[colour];
        before[colour] += 1;
        let positive =
            |name: &str| row.value(name).filter(|value| *value > 0.0 && value.is_finite() && row.outcome.carries());
        let Some((usd, seconds)) = positive(COST).zip(positive(finality)) else { continue };
        let fill = [Fill::Full, Fill::Hollow, Fill::Dotted][(at / 5) % 3];
        let look = Look::full(Mark::series(at), series(colour)).filled(fill);
        dots.push(Dot { row, look, name, usd, seconds });
    }
    dots
}

impl Dot<'_> {
    /// What is known of both figures, as lines through the mark.
    fn intervals(&self, picture: &mut Picture, (usd, seconds): (LogScale, LogScale), finality: &str) {
        let (x, y) = (usd.at(self.usd), seconds.at(self.seconds));
        let ends = |name: &str| self.row.figure(name).and_then(view::interval);
        if let Some((low, high)) = ends(COST) {
            picture.line(vec![(usd.at(low), y), (usd.at(high), y)], 1.0, self.look.colour);
        }
        if let Some((low, high)) = ends(finality) {
            picture.line(vec![(x, seconds.at(low)), (x, seconds.at(high))], 1.0, self.look.colour);
        }
    }
}
