//! How busy the stages of each design are over one run: a panel for each stage, the busiest first.

use planner::{Comparison, RunCourse, RunPiece};

use super::course::{self, Figure, Ran};
use super::picture::Picture;
use crate::number;
use crate::view::words;

/// Stages that one picture shows.
const MOST: usize = 6;

/// The picture; none where no run was watched.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let ran = course::ran(comparison, |course| !course.stages.is_empty());
    let stages = busiest(&ran);
    let (stage, most) = stages.first()?;
    let title = format!("The busiest stage is {}: up to {} utilization", words(stage), number::share(*most));
    let figure = |(stage, _): &(&str, f64)| {
        let stage = (*stage).to_owned();
        Figure {
            heading: format!("Utilization of {}", words(&stage)),
            written: number::share,
            of: Box::new(move |course: &RunCourse, piece: &RunPiece| share(course, piece, &stage)),
        }
    };
    let figures: Vec<Figure<'_>> = stages.iter().take(MOST).map(figure).collect();
    let known = " Of a pool that changes, all machines that it may have are meant.";
    let changes = ran.iter().any(|(_, course)| course.changes);
    Some(course::picture(comparison, &ran, (&title, if changes { known } else { "" }), &figures))
}

/// The share of the servers of a stage that worked in a piece of a run, where it has that stage.
fn share(course: &RunCourse, piece: &RunPiece, stage: &str) -> Option<f64> {
    piece.busy.get(course.stages.iter().position(|other| other == stage)?).copied()
}

/// Stages of all runs with the most that any piece has, in falling order; those that never do anything are left out.
fn busiest<'a>(ran: &[Ran<'a>]) -> Vec<(&'a str, f64)> {
    let mut stages: Vec<(&str, f64)> = Vec::new();
    for (_, course) in ran {
        for stage in &course.stages {
            let most = course.pieces.iter().filter_map(|piece| share(course, piece, stage)).fold(0.0, f64::max);
            match stages.iter_mut().find(|(other, _)| other == stage) {
                Some((_, other)) => *other = other.max(most),
                None => stages.push((stage, most)),
            }
        }
    }
    stages.retain(|(_, most)| *most > 0.0);
    stages.sort_by(|a, b| b.1.total_cmp(&a.1));
    stages
}
