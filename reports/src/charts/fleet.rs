//! Machines that come and go: the load, how many are paid for, and what all of it costs, over one run.

use planner::{Comparison, FleetCourse, FleetPiece, Summary};

use super::layout;
use super::mark::{Look, Palette};
use super::panel::{self, Drawn, HEIGHT, Panel};
use super::picture::Picture;
use crate::number;
use crate::view::{self, SIZED, words};
use crate::words::capitalised;

/// Designs that one picture shows.
const MOST: usize = 6;

/// How a value is written.
type Figure = fn(f64) -> String;

/// A figure of a piece of a run.
type Of = fn(&FleetPiece) -> f64;

/// The picture, of the leading book; none where all machines are always there.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let changing = |one: &&Summary| one.fleet_course.is_some();
    let all: Vec<&Summary> = comparison.designs.iter().filter(changing).collect();
    let books = view::books(&all);
    let book = view::leading_book(&books)?;
    let of_book: Vec<&Summary> = all.into_iter().filter(|one| one.costs == book).collect();
    // Where a design is there in both sizings, the sized one is shown.
    let sized = of_book.iter().any(|one| one.sizing == SIZED);
    let shown: Vec<&Summary> = of_book.into_iter().filter(|one| !sized || one.sizing == SIZED).take(MOST).collect();
    let courses: Vec<(&Summary, &FleetCourse)> =
        shown.iter().filter_map(|one| Some((*one, one.fleet_course.as_ref()?))).collect();
    let ends = courses.iter().filter_map(|(_, course)| Some(course.pieces.last()?.until_s));
    let (unit_s, axis) = unit(ends.clone().fold(0.0, f64::max));
    let time = (0.0, ends.fold(0.0, f64::max) / unit_s);
    let subtitle = format!("The measured time of one run, {book} costs, {}.", shown[0].sizing);
    let (mut picture, y) = layout::card(&title(&courses), &subtitle, &shown[0].overrides);
    panel::columns(&mut picture, axis);
    let palette = Palette::of(&comparison.roster, &shown);
    let look = |one: &Summary| palette.design(&one.design);
    let legend: Vec<(Look, String)> = shown.iter().map(|one| (look(one), words(&one.design))).collect();
    let mut top = layout::legend(&mut picture, y, &legend);
    let headlines = shown[0].headlines;
    let [offered, wait] = [headlines.request.words, headlines.waits].map(capitalised);
    let panels: [(String, Figure, Of); 4] = [
        (format!("{offered} an hour"), number::short, |piece| piece.offered_per_s * 3_600.0),
        ("Machines paid for, of pools that change".to_owned(), number::short, |piece| piece.machines),
        ("Rent of these machines, an hour".to_owned(), number::usd_short, |piece| piece.usd_per_hour),
        (format!("{wait} that wait"), number::short, |piece| piece.waiting as f64),
    ];
    for (heading, figure, of) in &panels {
        let (heading, figure, of) = (heading.as_str(), *figure, *of);
        let points = |course: &FleetCourse| course.pieces.iter().map(|it| (it.until_s / unit_s, of(it))).collect();
        let curve = |(one, course): &(&Summary, &FleetCourse)| {
            let (name, look, points) = (words(&one.design), look(one), points(course));
            Drawn { name, look, points }
        };
        let curves = courses.iter().map(curve).collect();
        Panel { heading, figure, time, axis, band: None, curves }.draw(&mut picture, top);
        top += HEIGHT;
    }
    Some(layout::close(picture, top))
}

/// The unit of the time axis \[s\], with its name.
fn unit(seconds: f64) -> (f64, &'static str) {
    match seconds {
        s if s > 3.0 * 86_400.0 => (86_400.0, "days"),
        s if s > 3.0 * 3_600.0 => (3_600.0, "hours"),
        _ => (60.0, "minutes"),
    }
}

fn title(courses: &[(&Summary, &FleetCourse)]) -> String {
    let most = |(one, course): &(&Summary, &FleetCourse)| {
        let machines = || course.pieces.iter().map(|piece| piece.machines);
        let (fewest, most) = (machines().fold(f64::INFINITY, f64::min), machines().fold(0.0, f64::max));
        let design = words(&one.design);
        match fewest == most {
            true => format!("{design} pays for {} all the time", planner::counted(&number::count(most), "machine")),
            false => format!("{design} pays for {} to {} machines", number::count(fewest), number::count(most)),
        }
    };
    courses.first().map_or(String::new(), most)
}
