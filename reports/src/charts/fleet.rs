//! Machines that come and go: the load, how many are paid for, and what all of it costs, over one run.

use planner::{Comparison, RunCourse, RunPiece};

use super::course::{self, Figure, Ran};
use super::picture::Picture;
use crate::number;
use crate::view::words;
use crate::words::capitalised;

/// The picture; none where all machines are always there.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let ran = course::ran(comparison, |course| course.changes);
    let headlines = ran.first()?.0.headlines;
    let [offered, wait] = [headlines.request.words, headlines.waits].map(capitalised);
    let figure = |heading: String, written, of: fn(&RunPiece) -> Option<f64>| Figure {
        heading,
        written,
        of: Box::new(move |_: &RunCourse, piece: &RunPiece| of(piece)),
    };
    let figures = [
        figure(format!("{offered} an hour"), number::short, |piece| Some(piece.offered_per_s * 3_600.0)),
        figure("Machines paid for, of pools that change".to_owned(), number::short, |piece| Some(piece.machines)),
        figure("Rent of these machines, an hour".to_owned(), number::usd_short, |piece| Some(piece.usd_per_hour)),
        figure(format!("{wait} that wait"), number::short, |piece| Some(piece.waiting? as f64)),
    ];
    Some(course::picture(comparison, &ran, (&title(&ran), ""), &figures))
}

fn title(ran: &[Ran<'_>]) -> String {
    let most = |(one, course): &Ran<'_>| {
        let machines = || course.pieces.iter().map(|piece| piece.machines);
        let (fewest, most) = (machines().fold(f64::INFINITY, f64::min), machines().fold(0.0, f64::max));
        let design = words(&one.design);
        match fewest == most {
            true => format!("{design} pays for {} all the time", planner::counted(&number::count(most), "machine")),
            false => format!("{design} pays for {} to {} machines", number::count(fewest), number::count(most)),
        }
    };
    ran.first().map_or(String::new(), most)
}
