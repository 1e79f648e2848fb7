//! One run of each design, piece by piece: a panel for each figure, with a curve for each design.

use planner::{Comparison, RunCourse, RunPiece, Summary};

use super::layout;
use super::mark::{Look, Palette};
use super::panel::{self, Drawn, HEIGHT, Panel};
use super::picture::Picture;
use crate::view::{self, SIZED, words};

/// Designs that one picture shows.
const MOST: usize = 6;

/// A design with its course.
pub type Ran<'a> = (&'a Summary, &'a RunCourse);

/// The value of a figure in a piece, where the course has it.
type Of<'a> = Box<dyn Fn(&RunCourse, &RunPiece) -> Option<f64> + 'a>;

/// A figure of the pieces of a course; a course without it has no curve.
pub struct Figure<'a> {
    /// What it is.
    pub heading: String,
    /// How a value is written.
    pub written: fn(f64) -> String,
    /// Its value in a piece.
    pub of: Of<'a>,
}

/// Courses that are `wanted`, of the leading book, the sized ones where a design is there in both sizings.
pub fn ran<'a>(comparison: &'a Comparison, wanted: fn(&RunCourse) -> bool) -> Vec<Ran<'a>> {
    let course = |one: &'a Summary| Some((one, one.course.as_ref()?)).filter(|(_, course)| wanted(course));
    let all: Vec<Ran<'a>> = comparison.designs.iter().filter_map(course).collect();
    let books = view::books(&all.iter().map(|(one, _)| *one).collect::<Vec<_>>());
    let Some(book) = view::leading_book(&books) else { return Vec::new() };
    let of_book: Vec<Ran<'a>> = all.into_iter().filter(|(one, _)| one.costs == book).collect();
    let sized = of_book.iter().any(|(one, _)| one.sizing == SIZED);
    of_book.into_iter().filter(|(one, _)| !sized || one.sizing == SIZED).take(MOST).collect()
}

/// The picture of figures of some courses, of which there is one, under a title and what must be known of the figures.
pub fn picture(
    comparison: &Comparison,
    ran: &[Ran<'_>],
    (title, known): (&str, &str),
    figures: &[Figure<'_>],
) -> Picture {
    let first = ran[0].0;
    let end_s = ran.iter().filter_map(|(_, course)| Some(course.pieces.last()?.until_s)).fold(0.0, f64::max);
    let (unit_s, axis) = unit(end_s);
    let subtitle = format!("The measured time of one run, {} costs, {}.{known}", first.costs, first.sizing);
    let (mut picture, y) = layout::card(title, &subtitle, &first.overrides);
    panel::columns(&mut picture, axis);
    let shown: Vec<&Summary> = ran.iter().map(|(one, _)| *one).collect();
    let palette = Palette::of(&comparison.roster, &shown);
    let look = |one: &Summary| palette.design(&one.design);
    let legend: Vec<(Look, String)> = shown.iter().map(|one| (look(one), words(&one.design))).collect();
    let mut top = layout::legend(&mut picture, y, &legend);
    for Figure { heading, written, of } in figures {
        let curve = |(one, course): &Ran<'_>| {
            let point = |piece: &RunPiece| Some((piece.until_s / unit_s, of(course, piece)?));
            let points: Option<Vec<_>> = course.pieces.iter().map(point).collect();
            Some(Drawn { name: words(&one.design), look: look(one), points: points? })
        };
        let curves = ran.iter().filter_map(curve).collect();
        let time = (0.0, end_s / unit_s);
        Panel { heading, figure: *written, time, axis, band: None, curves }.draw(&mut picture, top);
        top += HEIGHT;
    }
    layout::close(picture, top)
}

/// The unit of the time axis \[s\], with its name.
fn unit(seconds: f64) -> (f64, &'static str) {
    match seconds {
        s if s > 3.0 * 86_400.0 => (86_400.0, "days"),
        s if s > 3.0 * 3_600.0 => (3_600.0, "hours"),
        _ => (60.0, "minutes"),
    }
}
