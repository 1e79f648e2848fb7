//! What all charts share: the card with its title, legends, axes, and text that fits its place.

use planner::Override;

use super::glyphs::text_width;
use super::mark::Look;
use super::picture::{Align, Face, GRID, INK, MUTED, Picture};
use super::scale::LogScale;
use crate::number;
use crate::table::overridden;
use crate::words::pieces;

/// Width of every card in logical pixels.
pub const WIDTH: f64 = 960.0;
/// Free space between the border of a card and what is on it.
pub const MARGIN: f64 = 28.0;

const TITLE: Face = Face { size: 18.0, colour: INK, strong: true };
/// Headings of panels and the numbers that matter.
pub const STRONG: Face = Face { size: 12.5, colour: INK, strong: true };
/// Names and values.
pub const PLAIN: Face = Face { size: 12.0, colour: INK, strong: false };
/// Explanations.
pub const QUIET: Face = Face { size: 12.0, colour: MUTED, strong: false };
/// Ticks and units.
pub const SMALL: Face = Face { size: 11.0, colour: MUTED, strong: false };

/// From the middle of a line of text down to its baseline, in em: half the height of a capital letter of Inter.
const MIDDLE: f64 = 0.36;

/// Draws the mark of a value on a logarithmic axis; a value that has no logarithm is written at its start.
pub fn dot(picture: &mut Picture, (value, y): (f64, f64), scale: LogScale, look: Look) {
    if value > 0.0 {
        look.draw(picture, (scale.at(value), y));
    } else {
        let face = Face { colour: look.colour, ..SMALL };
        label(picture, (scale.start() + 3.0, y), &format!("← {}", number::short(value)), face, Align::Left);
    }
}

/// A card with title and subtitle, and the height at which its content may start. What the command line changed stands with the
/// conditions, so that a chart says by itself what it shows. [`close`] gives it its height.
pub fn card(title: &str, subtitle: &str, overrides: &[Override]) -> (Picture, f64) {
    let changed: Vec<String> = overrides.iter().map(overridden).collect();
    let subtitle = &[vec![subtitle.to_owned()], changed].concat().join("\n");
    let mut picture = Picture::new((WIDTH, 0.0), title, subtitle);
    let mut y = MARGIN + 14.0;
    for line in wrapped(title, TITLE, WIDTH - 2.0 * MARGIN) {
        picture.text((MARGIN, y), line, TITLE, Align::Left);
        y += 24.0;
    }
    for line in subtitle.lines().flat_map(|line| wrapped(line, QUIET, WIDTH - 2.0 * MARGIN)) {
        picture.text((MARGIN, y), line, QUIET, Align::Left);
        y += 17.0;
    }
    (picture, y + 6.0)
}

/// Ends a card below `bottom` and draws its border.
pub fn close(mut picture: Picture, bottom: f64) -> Picture {
    picture.height = (bottom + MARGIN - 8.0).round();
    let (right, bottom) = (WIDTH - 0.5, picture.height - 0.5);
    picture.line(vec![(0.5, 0.5), (right, 0.5), (right, bottom), (0.5, bottom), (0.5, 0.0)], 1.0, GRID);
    picture
}

/// Text centred on the height `y`.
pub fn label(picture: &mut Picture, (x, y): (f64, f64), text: &str, face: Face, align: Align) {
    picture.text((x, y + MIDDLE * face.size), text, face, align);
}

/// Rows of marks with their names; returns the height below them.
pub fn legend(picture: &mut Picture, y: f64, entries: &[(Look, String)]) -> f64 {
    let (mut x, mut y) = (MARGIN, y + 4.0);
    for (look, name) in entries {
        let name = fitted(name, PLAIN, 320.0);
        let width = 16.0 + text_width(&name, PLAIN) + 24.0;
        if x > MARGIN && x + width > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + 20.0);
        }
        look.draw(picture, (x + 5.0, y));
        label(picture, (x + 16.0, y), &name, PLAIN, Align::Left);
        x += width;
    }
    y + 18.0
}

/// Vertical grid lines from `top` to `bottom`, and the name of each tick below.
pub fn axis(picture: &mut Picture, ticks: &[(f64, String)], (top, bottom): (f64, f64)) {
    let mut free_from = f64::NEG_INFINITY;
    for (x, name) in ticks {
        picture.line(vec![(*x, top), (*x, bottom)], 1.0, GRID);
        let half = text_width(name, SMALL) / 2.0;
        if x - half > free_from {
            label(picture, (*x, bottom + 12.0), name, SMALL, Align::Centre);
            free_from = x + half + 6.0;
        }
    }
}

/// `text`, or as much of its start as fits into `width` with an ellipsis.
pub fn fitted(text: &str, face: Face, width: f64) -> String {
    if text_width(text, face) <= width {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let shown = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if text_width(&shown, face) <= width {
            return shown;
        }
    }
    "…".to_owned()
}

/// Lines of whole words that fit into `width`; a number stays with its unit, and a word longer than a line is cut.
pub fn wrapped(text: &str, face: Face, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces(text) {
        let longer = lines.last().map(|line| format!("{line} {piece}"));
        match longer.filter(|longer| text_width(longer, face) <= width) {
            Some(longer) => *lines.last_mut().expect("`longer` was made from the last line") = longer,
            None => lines.push(fitted(&piece, face, width)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_only_where_it_must_be() {
        assert_eq!(fitted("short", PLAIN, 200.0), "short");
        let cut = fitted(&"long name ".repeat(20), PLAIN, 100.0);
        assert!(cut.ends_with('…') && text_width(&cut, PLAIN) <= 100.0, "{cut}");
        assert_eq!(fitted("anything", PLAIN, 0.0), "…");
    }

    #[test]
    fn lines_break_between_words_and_lose_none() {
        let text = "the quick brown fox jumps over the lazy dog";
        let lines = wrapped(text, PLAIN, 90.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| text_width(line, PLAIN) <= 90.0));
        assert_eq!(lines.join(" "), text);
        assert!(wrapped("", PLAIN, 90.0).is_empty());
        let lines = wrapped("it takes 25 min 10 s to end", PLAIN, 80.0);
        assert!(lines.iter().any(|line| line.contains("25 min 10 s")), "{lines:?}");
    }
}
