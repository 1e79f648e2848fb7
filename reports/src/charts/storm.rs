//! How a service goes on after a burst: what it answers and who waits, as it is and with what prevents a storm.

use planner::{Course, StormStudy};

use super::layout;
use super::mark::{Look, Mark};
use super::panel::{self, Drawn, HEIGHT, Panel};
use super::picture::{Colour, INK, Picture, series};
use crate::number;

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
    panel::columns(&mut picture, "minutes since the burst began");
    let legend: Vec<(Look, String)> =
        shown.iter().enumerate().map(|(index, course)| (look(index), course.name.clone())).collect();
    let mut top = layout::legend(&mut picture, y, &legend);
    let panels: [(&str, Of); 2] = [
        ("Answers per second", |course, at| course.answered_per_s[at]),
        ("Requests that wait", |course, at| course.waiting[at] as f64),
    ];
    for (heading, of) in panels {
        let curve = |(at, course): (usize, &Course)| {
            let (name, look, points) = (course.name.clone(), look(at), points(course, minutes, of));
            Drawn { name, look, points }
        };
        let curves = shown.iter().enumerate().map(curve).collect();
        let band = Some((0.0, storm.from_s / 60.0, "burst"));
        let axis = "minutes since the burst began";
        Panel { heading, figure: number::short, time: minutes, axis, band, curves }.draw(&mut picture, top);
        top += HEIGHT;
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
