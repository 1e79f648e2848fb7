//! A figure over time: a panel of curves, for pictures of how a run goes.

use super::layout::{self, MARGIN, PLAIN, SMALL, WIDTH, label};
use super::linear::LinearScale;
use super::mark::Look;
use super::overlap::{self, Curve};
use super::picture::{Align, GRID, MUTED, Picture, series, tint};
use crate::number;

const FIGURES: f64 = 58.0;
const HEAD: f64 = 28.0;
const PLOT: f64 = 150.0;
const FOOT: f64 = 40.0;
/// Points of a curve that are told in words.
const TOLD: usize = 24;
/// How high a panel is.
pub const HEIGHT: f64 = HEAD + PLOT + FOOT;

/// A figure over time.
pub struct Panel<'a> {
    /// What it shows.
    pub heading: &'a str,
    /// How a value is written beside the axis.
    pub figure: fn(f64) -> String,
    /// The time that is shown, in the unit of `axis`.
    pub time: (f64, f64),
    /// What the time is.
    pub axis: &'static str,
    /// A time that stands out, with its name.
    pub band: Option<(f64, f64, &'static str)>,
    /// What is drawn.
    pub curves: Vec<Drawn>,
}

/// A curve of a panel.
pub struct Drawn {
    /// Whose it is.
    pub name: String,
    /// How it is drawn.
    pub look: Look,
    /// Times and values.
    pub points: Vec<(f64, f64)>,
}

/// Columns of the table of panels of a picture.
pub fn columns(picture: &mut Picture, axis: &'static str) {
    picture.columns(&["figure", "curve"], [axis, "value"]);
}

impl Panel<'_> {
    /// Draws it from `top` on.
    pub fn draw(&self, picture: &mut Picture, top: f64) {
        let (from, to) = (MARGIN + FIGURES, WIDTH - MARGIN);
        let (high, low) = (top + HEAD, top + HEAD + PLOT);
        let values = self.curves.iter().flat_map(|drawn| &drawn.points).map(|(_, value)| *value);
        let scale = LinearScale::with_zero(values, low, high);
        let time = LinearScale::with_zero([self.time.0, self.time.1], from, to);
        label(picture, (MARGIN, top + 10.0), self.heading, PLAIN, Align::Left);
        if let Some((begins, ends, name)) = self.band {
            picture.rectangle((time.at(begins), high), (time.at(ends), low), tint(series(0)));
            label(picture, (time.at(f64::midpoint(begins, ends)), high - 8.0), name, SMALL, Align::Centre);
        }
        for value in scale.ticks(4) {
            let y = scale.at(value);
            picture.line(vec![(from, y), (to, y)], 1.0, if value == 0.0 { MUTED } else { GRID });
            label(picture, (from - 7.0, y), &(self.figure)(value), SMALL, Align::Right);
        }
        let ticks: Vec<_> = time.ticks(8).into_iter().map(|at| (time.at(at), number::count(at))).collect();
        layout::axis(picture, &ticks, (high, low));
        label(picture, (to, low + 28.0), self.axis, SMALL, Align::Right);
        let curve = |drawn: &Drawn| Curve {
            look: drawn.look,
            points: drawn.points.iter().map(|(at, value)| Some((time.at(*at), scale.at(*value)))).collect(),
        };
        overlap::lines(picture, &self.curves.iter().map(curve).collect::<Vec<_>>(), 1.5);
        for Drawn { name, points, .. } in &self.curves {
            // The first and the last point are told, and of a long curve some between them.
            let last = points.len().saturating_sub(1);
            let step = points.len().div_ceil(TOLD).max(1);
            for (at, value) in (0..last).step_by(step).chain(points.last().map(|_| last)).map(|at| points[at]) {
                let cells = [self.heading.to_owned(), name.clone(), number::significant(at, 4), (self.figure)(value)];
                picture.mark((time.at(at), scale.at(value)), cells);
            }
        }
    }
}
