//! Two keys as a map: which design has the least of each figure where, and each figure of each design.

use planner::{Experiment, ExperimentPoint, Summary};
use plotters::style::RGBColor;

use super::glyphs::text_width;
use super::layout::{self, MARGIN, PLAIN, SMALL, STRONG, WIDTH, label};
use super::mark::{Look, Mark, Palette};
use super::picture::{Align, Colour, Face, INK, MUTED, PAPER, PARTS, Picture, SHADE};
use crate::number::{MISSING, Show};
use crate::table::{
    experiment_books, experiment_designs, experiment_leaders, experiment_shown, experiment_values, some,
};
use crate::view;

const GUTTER: f64 = 36.0;
/// Room for the values of the first key, left of a map.
const KEYS: f64 = 74.0;
const HEAD: f64 = 26.0;
const FOOT: f64 = 46.0;
/// Height of a map, whatever its number of rows.
const MAP: f64 = 230.0;
/// Height of a row from which on its value has room.
const ROOM: f64 = 15.0;
/// From this ratio of the least and the greatest value on colours go by ratios.
const WIDE: f64 = 10.0;
/// Lightest and darkest colour of a figure.
const RAMP: [Colour; 2] = [RGBColor(0xE3, 0xEF, 0xF8), RGBColor(0x08, 0x40, 0x78)];
/// Luminance below which a text on a colour is white: there both have the same contrast (WCAG 2, relative luminance).
const DARK: f64 = 0.18;
/// Most values of a key that are drawn: cells of more have no size.
const MOST: usize = 60;

/// A map of one figure.
struct Map<'a> {
    found: &'a Experiment,
    figure: &'static str,
    show: Show,
    book: &'a str,
    heading: String,
    /// The values of both keys, from bottom to top and from left to right.
    values: [Vec<&'a str>; 2],
}

/// What a cell shows.
struct Cell {
    colour: Colour,
    text: Option<String>,
    face: Face,
    /// Names of designs and value, for the table of the picture.
    told: [String; 2],
}

/// The picture of who has the least of each figure where, and one of the figures of each design under each book, each with its name.
pub fn pictures(found: &Experiment) -> Vec<(String, Picture)> {
    let designs = experiment_designs(found);
    let several = (designs.len() > 1).then(|| best(found)).flatten();
    let mut pictures: Vec<(String, Picture)> =
        several.map(|picture| ("variation".to_owned(), picture)).into_iter().collect();
    for design in designs {
        for book in experiment_books(found) {
            pictures
                .extend(of_design(found, design, book).map(|picture| (format!("variation-{design}-{book}"), picture)));
        }
    }
    pictures
}

fn subtitle(found: &Experiment) -> String {
    let all = [0, 1].map(|key| experiment_values(found, key).len());
    let left_out = if all.iter().any(|count| *count > MOST) {
        format!(", at most {MOST} of each are drawn")
    } else {
        String::new()
    };
    format!("{} by {}, {}{left_out}.", found.keys[0].name, found.keys[1].name, found.how)
}

/// Maps of all figures under all books, in two columns: the colour is the design with the least.
fn best(found: &Experiment) -> Option<Picture> {
    let first: Vec<&Summary> = found.first.iter().collect();
    let palette = Palette::of(&found.roster, &first);
    let maps = maps(found, &experiment_books(found));
    let leading = view::leading_book(&experiment_books(found)).unwrap_or_default();
    let title = experiment_leaders(found, maps.first()?.figure, leading)
        .map_or("Which design is best where".to_owned(), |led| {
            format!("Least {}: {}", view::metric(maps[0].figure), view::words(&led))
        });
    let subtitle = format!("{} The colour is that of the first design within 1 % of the least.", subtitle(found));
    let overrides = found.first.first().map_or(&[][..], |one| &one.overrides);
    let (mut picture, y) = layout::card(&title, &subtitle, overrides);
    let square = |design: &&str| (Look::full(Mark::Square, palette.design(design).colour), view::words(design));
    let none = (Look::full(Mark::Square, PARTS[3]), "none carries the load".to_owned());
    let missing = maps.iter().any(|map| found.points.iter().any(|point| point.least(map.figure, map.book).is_empty()));
    let entries: Vec<_> = experiment_designs(found).iter().map(square).chain(missing.then_some(none)).collect();
    let top = layout::legend(&mut picture, y, &entries);
    picture.columns(&["figure", "costs", "point", "design"], ["value"]);
    let cell = |map: &Map<'_>, point: &ExperimentPoint| {
        let least = point.least(map.figure, map.book);
        let value = least.first().and_then(|design| value(point, (design, map.book), map.figure));
        match (least.first(), value) {
            (Some(design), Some(value)) => {
                let text = (map.show)(value);
                let face = on(palette.design(design).colour);
                Cell {
                    colour: palette.design(design).colour,
                    text: Some(text.clone()),
                    face,
                    told: [least.join(", "), text],
                }
            }
            _ => Cell { colour: PARTS[3], text: None, face: SMALL, told: [MISSING.into(), MISSING.into()] },
        }
    };
    Some(drawn(picture, top, &maps, cell))
}

/// Maps of all figures of one design.
fn of_design(found: &Experiment, design: &str, book: &str) -> Option<Picture> {
    let maps: Vec<Map<'_>> = maps(found, &[book]);
    let maps: Vec<Map<'_>> = maps.into_iter().filter_map(|map| map.ranged(design)).collect();
    maps.first()?;
    let overrides = found.first.first().map_or(&[][..], |one| &one.overrides);
    let title =
        format!("{} on {book} costs, by {} and {}", view::words(design), found.keys[0].name, found.keys[1].name);
    let subtitle = format!("{} Dark is more; what does not carry its load has no colour.", subtitle(found));
    let (mut picture, top) = layout::card(&title, &subtitle, overrides);
    picture.columns(&["figure", "costs", "point", "design"], ["value"]);
    let cell = |map: &Map<'_>, point: &ExperimentPoint| {
        let all = found.points.iter().filter_map(|point| value(point, (design, book), map.figure));
        match value(point, (design, book), map.figure) {
            Some(value) => {
                let part = part(value, all);
                let (colour, text) = (between(part), (map.show)(value));
                let face = on(colour);
                Cell { colour, text: Some(text.clone()), face, told: [design.to_owned(), text] }
            }
            None => Cell { colour: SHADE, text: None, face: SMALL, told: [design.to_owned(), MISSING.into()] },
        }
    };
    Some(drawn(picture, top, &maps, cell))
}

fn maps<'a>(found: &'a Experiment, books: &[&'a str]) -> Vec<Map<'a>> {
    let values = || [0, 1].map(|key| some(&experiment_values(found, key), MOST));
    let map = |(figure, show)| {
        books.iter().map(move |book| {
            let heading = format!("{}, {book} costs", view::metric(figure));
            Map { found, figure, show, book, heading, values: values() }
        })
    };
    experiment_shown(found).into_iter().flat_map(map).collect()
}

/// The least and the greatest of some values.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), one| (least.min(one), most.max(one)))
}

/// The figure of a design that carries its load.
fn value(point: &ExperimentPoint, (design, book): (&str, &str), figure: &str) -> Option<f64> {
    point.outcomes.iter().find(|one| one.design == design && one.costs == book)?.carried(figure)
}

/// Where a value lies between the least and the greatest, from 0 to 1.
fn part(value: f64, all: impl Iterator<Item = f64>) -> f64 {
    let (least, most) = range(all);
    let part = match least > 0.0 && most / least >= WIDE {
        true => (value / least).ln() / (most / least).ln(),
        false => (value - least) / (most - least),
    };
    if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 }
}

fn between(part: f64) -> Colour {
    let [light, dark] = RAMP;
    let mix = |light: u8, dark: u8| (f64::from(light) + (f64::from(dark) - f64::from(light)) * part).round() as u8;
    RGBColor(mix(light.0, dark.0), mix(light.1, dark.1), mix(light.2, dark.2))
}

/// The face of a text on a colour.
fn on(RGBColor(red, green, blue): Colour) -> Face {
    let linear = |part: u8| ((f64::from(part) / 255.0 + 0.055) / 1.055).powf(2.4);
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    Face { colour: if luminance < DARK { PAPER } else { INK }, ..SMALL }
}

/// Draws the maps in two columns and closes the card.
fn drawn(
    mut picture: Picture,
    top: f64,
    maps: &[Map<'_>],
    cell: impl Fn(&Map<'_>, &ExperimentPoint) -> Cell,
) -> Picture {
    let columns = maps.len().min(2);
    let width = (WIDTH - 2.0 * MARGIN - GUTTER * (columns - 1) as f64) / columns as f64;
    let height = HEAD + MAP + FOOT;
    for (index, map) in maps.iter().enumerate() {
        let left = MARGIN + (index % columns) as f64 * (width + GUTTER);
        map.draw(&mut picture, (left, top + (index / columns) as f64 * height), width, &cell);
    }
    layout::close(picture, top + maps.len().div_ceil(columns) as f64 * height)
}

impl Map<'_> {
    /// The same map for one design, with the ends of its colours; nothing of a figure that there is nowhere.
    fn ranged(self, design: &str) -> Option<Self> {
        let values = self.found.points.iter().filter_map(|point| value(point, (design, self.book), self.figure));
        let (least, most) = range(values);
        let heading = format!("{}: {} to {}", view::metric(self.figure), (self.show)(least), (self.show)(most));
        (least <= most).then_some(Self { heading, ..self })
    }

    fn draw(
        &self,
        picture: &mut Picture,
        (left, top): (f64, f64),
        width: f64,
        cell: &impl Fn(&Self, &ExperimentPoint) -> Cell,
    ) {
        let [down, across] = &self.values;
        let keys = &self.found.keys;
        label(picture, (left, top + 10.0), &layout::fitted(&self.heading, STRONG, width), STRONG, Align::Left);
        let (from, high) = (left + KEYS, top + HEAD);
        let (wide, tall) = ((width - KEYS) / across.len() as f64, MAP / down.len() as f64);
        for point in &self.found.points {
            let place = |key: usize| self.values[key].iter().position(|value| *value == point.values[key].text);
            let (Some(row), Some(column)) = (place(0), place(1)) else { continue };
            let (x, y) = (from + wide * column as f64, high + MAP - tall * (row + 1) as f64);
            let Cell { colour, text, face, told: [design, value] } = cell(self, point);
            // A line of paper between cells that are large enough for it.
            let gap = if wide.min(tall) > 6.0 { 1.0 } else { 0.0 };
            picture.rectangle((x, y), (x + wide - gap, y + tall - gap), colour);
            let centre = (x + wide / 2.0, y + tall / 2.0);
            if let Some(text) = text.filter(|text| tall >= ROOM && text_width(text, face) <= wide - 6.0) {
                label(picture, centre, &text, face, Align::Centre);
            }
            let at = format!("{} {}, {} {}", keys[0].name, point.values[0].text, keys[1].name, point.values[1].text);
            picture.mark(centre, [view::metric(self.figure), self.book.to_owned(), at, design, value]);
        }
        let mut free = f64::INFINITY;
        for (row, value) in down.iter().enumerate() {
            let y = high + MAP - tall * (row as f64 + 0.5);
            if y + ROOM <= free {
                label(picture, (from - 7.0, y), &layout::fitted(value, SMALL, KEYS - 10.0), SMALL, Align::Right);
                free = y;
            }
        }
        let mut free = f64::NEG_INFINITY;
        for (column, value) in across.iter().enumerate() {
            let x = from + wide * (column as f64 + 0.5);
            let value = layout::fitted(value, SMALL, 90.0);
            let half = text_width(&value, SMALL) / 2.0;
            if x - half > free && x + half <= left + width + GUTTER / 2.0 {
                label(picture, (x, high + MAP + 10.0), &value, SMALL, Align::Centre);
                free = x + half + 8.0;
            }
        }
        let named = format!("up: {} · across: {}", keys[0].name, keys[1].name);
        let face = Face { colour: MUTED, ..PLAIN };
        label(picture, (left + width, high + MAP + 26.0), &layout::fitted(&named, face, width), face, Align::Right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_experiment;

    #[test]
    fn maps_are_coloured_by_the_best_design_and_by_the_figure() {
        let all = pictures(&sample_experiment::map());
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["variation", "variation-gpu-measured", "variation-hybrid-measured"]);
        let svg = all[0].1.svg().expect("drawn");
        assert!(svg.contains("Least total cost a month: gpu at 6 of 9 points, hybrid at 3"), "{svg}");
        assert_eq!(pictures(&sample_experiment::alone()).len(), 1, "nothing to choose between");
    }

    #[test]
    fn colours_go_by_ratios_where_figures_do() {
        let wide = [1.0, 10.0, 100.0];
        assert!((part(10.0, wide.into_iter()) - 0.5).abs() < 1e-12);
        assert!((part(2.0, [1.0, 2.0, 3.0].into_iter()) - 0.5).abs() < 1e-12);
        assert_eq!([part(5.0, [5.0].into_iter()), part(0.0, [0.0, 0.0].into_iter())], [0.0; 2]);
        assert_eq!((between(0.0), between(1.0)), (RAMP[0], RAMP[1]));
    }
}
