//! How a service goes on after a burst: what it answers and who waits, as it is and with what prevents a storm.

use planner::{Course, StormStudy};

use super::layout::{self, MARGIN, PLAIN, SMALL, WIDTH, label};
use super::linear::LinearScale;
use super::mark::{Look, Mark};
use super::overlap::{self, Curve};
use super::picture::{Align, Colour, GRID, INK, MUTED, Picture, series, tint};
use crate::number;

const FIGURES: f64 = 58.0;
const HEAD: f64 = 28.0;
const PLOT: f64 = 150.0;
const FOOT: f64 = 40.0;
/// Courses that one picture shows.
const MOST: usize = 4;
/// Points of a curve: means of as many pieces as it takes.
const POINTS: usize = 160;
/// The time before the burst, and after it, that is shown, in lengths of the burst.
const BEFORE: f64 = 1.0;
const AFTER: f64 = 8.0;

/// A figure of a piece of a course.
type Of = fn(&Course, usize) -> f64;

/// The picture; none where there is no storm.
pub fn picture(found: &StormStudy) -> Option<Picture> {
    let storm = found.storm?;
    let shown = &found.courses[..found.courses.len().min(MOST)];
    let minutes = (-BEFORE * storm.from_s / 60.0, AFTER * storm.from_s / 60.0);
    let (mut picture, y) = layout::card(&title(found), &subtitle(found), &[]);
    let legend: Vec<(Look, String)> =
        shown.iter().enumerate().map(|(index, course)| (look(index), course.name.clone())).collect();
    let mut top = layout::legend(&mut picture, y, &legend);
    let panels: [(&str, Of); 2] = [
        ("Answers per second", |course, at| course.answered_per_s[at]),
        ("Requests that wait", |course, at| course.waiting[at] as f64),
    ];
    for (heading, of) in panels {
        let panel = Panel { heading, curves: shown.iter().map(|course| points(course, minutes, of)).collect() };
        panel.draw(&mut picture, top, minutes, storm.from_s / 60.0);
        top += HEAD + PLOT + FOOT;
    }
    Some(layout::close(picture, top))
}

fn colour(index: usize) -> Colour {
    if index == 0 { INK } else { series(index - 1) }
}

fn look(index: usize) -> Look {
    Look::full(Mark::Circle, colour(index))
}

/// Minutes since the burst began with the figure, in the mean of as many pieces as leave few points.
fn points(course: &Course, (from, to): (f64, f64), of: Of) -> Vec<(f64, f64)> {
    let minute = |at: usize| course.until_s[at] / 60.0;
    let shown: Vec<usize> = (0..course.until_s.len()).filter(|at| (from..=to).contains(&minute(*at))).collect();
    let group = shown.len().div_ceil(POINTS).max(1);
    let mean = |pieces: &[usize], figure: &dyn Fn(usize) -> f64| {
        pieces.iter().map(|at| figure(*at)).sum::<f64>() / pieces.len() as f64
    };
    shown.chunks(group).map(|pieces| (mean(pieces, &minute), mean(pieces, &|at| of(course, at)))).collect()
}

/// A figure of all courses over time.
struct Panel {
    heading: &'static str,
    curves: Vec<Vec<(f64, f64)>>,
}

impl Panel {
    fn draw(&self, picture: &mut Picture, top: f64, (first, last): (f64, f64), burst: f64) {
        let (from, to) = (MARGIN + FIGURES, WIDTH - MARGIN);
        let (high, low) = (top + HEAD, top + HEAD + PLOT);
        let scale = LinearScale::with_zero(self.curves.iter().flatten().map(|(_, value)| *value), low, high);
        let minute = LinearScale::with_zero([first, last], from, to);
        picture.rectangle((minute.at(0.0), high), (minute.at(burst), low), tint(series(0)));
        label(picture, (MARGIN, top + 10.0), self.heading, PLAIN, Align::Left);
        label(picture, (minute.at(burst / 2.0), high - 8.0), "burst", SMALL, Align::Centre);
        for value in scale.ticks(4) {
            let y = scale.at(value);
            picture.line(vec![(from, y), (to, y)], 1.0, if value == 0.0 { MUTED } else { GRID });
            label(picture, (from - 7.0, y), &number::short(value), SMALL, Align::Right);
        }
        let ticks: Vec<_> = minute.ticks(8).into_iter().map(|at| (minute.at(at), number::count(at))).collect();
        layout::axis(picture, &ticks, (high, low));
        label(picture, (to, low + 28.0), "minutes since the burst began", SMALL, Align::Right);
        let curve = |(index, points): (usize, &Vec<(f64, f64)>)| Curve {
            look: look(index),
            points: points.iter().map(|(at, value)| Some((minute.at(*at), scale.at(*value)))).collect(),
        };
        overlap::lines(picture, &self.curves.iter().enumerate().map(curve).collect::<Vec<_>>(), 1.5);
    }
}

fn title(found: &StormStudy) -> String {
    let from = found.storm.map_or(String::new(), |storm| number::duration(storm.from_s));
    format!("{} does not recover from {from} of {} times its load", found.design, number::count(found.times))
}

fn subtitle(found: &StormStudy) -> String {
    format!(
        "One run at {} requests a second with the smallest such burst, {} costs, {}.",
        number::count(found.usual_per_s),
        found.costs,
        found.sizing
    )
}
