//! How one run went, in a line of blocks for each figure.

use planner::{RunPiece, Summary};

use super::grid::Grid;
use super::part::Part;
use crate::number;
use crate::view::words;
use crate::words::capitalised;

/// Blocks of a line.
const WIDTH: usize = 40;
/// From the least to the most.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A figure of a piece of a run, with how it is written.
type Figure<'a> = (String, Box<dyn Fn(&RunPiece) -> Option<f64> + 'a>, fn(f64) -> String);

/// The load, the machines that change, who waits and how busy every stage is, over the measured time of the first replication; nothing
/// where it was not watched.
pub(super) fn course(summary: &Summary) -> Option<Part> {
    let course = summary.course.as_ref()?;
    let pieces = &course.pieces;
    let headlines = summary.headlines;
    let [offered, waits] = [headlines.request.words, headlines.waits].map(capitalised);
    let mut figures: Vec<Figure<'_>> = vec![
        (format!("{offered} a second"), Box::new(|piece| Some(piece.offered_per_s)), number::short),
        ("Machines paid for".to_owned(), Box::new(|piece| course.changes.then_some(piece.machines)), number::short),
        (format!("{waits} that wait"), Box::new(|piece| Some(piece.waiting? as f64)), number::short),
    ];
    for (place, stage) in course.stages.iter().enumerate() {
        let of = move |piece: &RunPiece| piece.busy.get(place).copied();
        figures.push((format!("Utilization of {}", words(stage)), Box::new(of), number::share));
    }
    let mut grid = Grid::new(&["figure", "course"], ["least", "most"].map(str::to_owned)).keyed(1);
    for (name, of, written) in figures {
        let Some(values) = pieces.iter().map(of).collect::<Option<Vec<f64>>>() else { continue };
        let (least, most) = ends(&values);
        grid.row(vec![name, line(&values), written(least), written(most)]);
    }
    let until = pieces.last().map_or(0.0, |piece| piece.until_s);
    Part::of(format!("One run, over {}", number::duration(until)), grid)
}

fn ends(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(*value), most.max(*value)))
}

/// A block for each of the means of as many neighbours, as high as these are between the least and the most of them.
fn line(values: &[f64]) -> String {
    let means: Vec<f64> = values
        .chunks(values.len().div_ceil(WIDTH).max(1))
        .map(|chunk| chunk.iter().sum::<f64>() / chunk.len() as f64)
        .collect();
    let (least, most) = ends(&means);
    let block = |mean: &f64| {
        let height = if most > least { (mean - least) / (most - least) } else { 0.0 };
        BLOCKS[((height * BLOCKS.len() as f64) as usize).min(BLOCKS.len() - 1)]
    };
    means.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_rises_from_the_least_to_the_most() {
        let rising: Vec<f64> = (0..80).map(f64::from).collect();
        let line = super::line(&rising);
        assert_eq!(line.chars().count(), WIDTH);
        assert!(line.starts_with('▁') && line.ends_with('█') && line.chars().is_sorted(), "{line}");
        assert_eq!((super::line(&[3.0; 4]), super::line(&[])), ("▁▁▁▁".to_owned(), String::new()));
    }
}
