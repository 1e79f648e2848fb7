//! Lines and marks that lie on each other, told apart: lines take turns along what they share, marks stand side by side.

use super::mark::Look;
use super::picture::{Colour, Picture};

/// Pixels up to which lines are one line to the eye.
const NEAR: f64 = 1.5;
/// Pixels of a turn.
const TURN: f64 = 9.0;
/// Pixels between marks that stand side by side, and up to which they would cover each other.
const BESIDE: f64 = 8.0;

/// A line through places of an axis, which has a gap where it has no value.
pub struct Curve {
    /// How it is marked.
    pub look: Look,
    /// Points, one for each place.
    pub points: Vec<Option<(f64, f64)>>,
}

/// Both ends of a piece of a line, and the colours of those that share it.
type Piece = ([(f64, f64); 2], Vec<Colour>);

/// The pieces of all lines, each with the colours of those that share it.
fn pieces(curves: &[Curve]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for curve in curves {
        for ends in curve.points.windows(2) {
            let (Some(from), Some(to)) = (ends[0], ends[1]) else { continue };
            let ends = [from, to];
            let same = |other: &[(f64, f64); 2]| {
                other.iter().zip(&ends).all(|(one, two)| one.0 == two.0 && (one.1 - two.1).abs() <= NEAR)
            };
            match pieces.iter_mut().find(|(other, _)| same(other)) {
                Some((_, colours)) => colours.push(curve.look.colour),
                None => pieces.push((ends, vec![curve.look.colour])),
            }
        }
    }
    pieces
}

/// Draws lines; where some lie on each other, their colours take turns.
pub fn lines(picture: &mut Picture, curves: &[Curve], width: f64) {
    for (ends, colours) in pieces(curves) {
        striped(picture, &ends, width, &colours);
    }
}

/// Draws one line of which several colours take turns; where it begins decides whose turn it is, so that pieces go on.
pub fn striped(picture: &mut Picture, points: &[(f64, f64)], width: f64, colours: &[Colour]) {
    let [_, _, ..] = colours else {
        return colours.iter().for_each(|colour| picture.line(points.to_vec(), width, *colour));
    };
    let start = points.first().map_or(0.0, |point| point.0);
    let mut turn = (start / TURN).floor() as usize;
    let (mut left, mut drawn) = (TURN - start.rem_euclid(TURN), Vec::from_iter(points.first().copied()));
    for ends in points.windows(2) {
        let (mut from, to) = (ends[0], ends[1]);
        loop {
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length <= left {
                left -= length;
                drawn.push(to);
                break;
            }
            let part = left / length;
            from = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            drawn.push(from);
            picture.line(std::mem::replace(&mut drawn, vec![from]), width, colours[turn % colours.len()]);
            (turn, left) = (turn + 1, TURN);
        }
    }
    picture.line(drawn, width, colours[turn % colours.len()]);
}

/// Marks at one place, moved sideways where they would cover each other, between the ends of the axis.
pub fn side_by_side(marks: &[(f64, f64)], (from, to): (f64, f64)) -> Vec<(f64, f64)> {
    let place = |(index, (x, y)): (usize, &(f64, f64))| {
        let near: Vec<usize> = (0..marks.len()).filter(|other| (marks[*other].1 - y).abs() < BESIDE).collect();
        let rank = near.iter().position(|other| *other == index).unwrap_or(0) as f64;
        let row = BESIDE * (near.len() - 1) as f64;
        // The whole row stays on the axis.
        let middle = x.clamp(from + row / 2.0, (to - row / 2.0).max(from + row / 2.0));
        (middle + BESIDE * rank - row / 2.0, *y)
    };
    marks.iter().enumerate().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::mark::Mark;
    use crate::charts::picture::{Shape, series};

    #[test]
    fn lines_take_turns_only_where_they_lie_on_each_other() {
        let curve = |index, ys: [f64; 3]| Curve {
            look: Look::full(Mark::series(index), series(index)),
            points: ys.iter().enumerate().map(|(at, y)| Some((50.0 * at as f64, *y))).collect(),
        };
        let curves = [curve(0, [10.0, 10.0, 10.0]), curve(1, [10.5, 10.2, 80.0]), curve(2, [90.0, 90.0, 90.0])];
        let shared: Vec<usize> = pieces(&curves).iter().map(|(_, colours)| colours.len()).collect();
        assert_eq!(shared, [2, 1, 1, 1, 1]);
        let mut picture = Picture::new((100.0, 100.0), "", "");
        lines(&mut picture, &curves, 2.0);
        let of = |index| {
            picture
                .shapes
                .iter()
                .filter(|one| matches!(one, Shape::Line { colour, .. } if *colour == series(index)))
                .count()
        };
        // 50 pixels are six turns.
        assert_eq!((of(0), of(1), of(2)), (3 + 1, 3 + 1, 2));
    }

    #[test]
    fn marks_stand_side_by_side_where_they_would_cover_each_other() {
        let placed = side_by_side(&[(50.0, 10.0), (50.0, 11.0), (50.0, 60.0)], (0.0, 100.0));
        assert_eq!(placed, [(46.0, 10.0), (54.0, 11.0), (50.0, 60.0)]);
        let at_the_end = side_by_side(&[(100.0, 10.0); 3], (0.0, 100.0));
        assert_eq!(at_the_end.iter().map(|place| place.0).collect::<Vec<_>>(), [84.0, 92.0, 100.0]);
    }
}
