//! A picture as a list of shapes in logical pixels, and its palette. Charts write pictures; only `canvas` draws them.

use plotters::style::RGBColor;

use crate::number;
use crate::table::grid::Grid;
use crate::table::part::Part;

/// An RGB colour.
pub type Colour = RGBColor;

/// Text and everything that must be read.
pub const INK: Colour = RGBColor(0x1F, 0x29, 0x33);
/// Text that explains: subtitles, ticks.
pub const MUTED: Colour = RGBColor(0x52, 0x60, 0x6D);
/// Lines that only guide the eye.
pub const GRID: Colour = RGBColor(0xE4, 0xE7, 0xEB);
/// Background of the card.
pub const PAPER: Colour = RGBColor(0xFF, 0xFF, 0xFF);
/// Background of a region that is out of bounds.
pub const SHADE: Colour = RGBColor(0xFD, 0xF1, 0xEA);

/// Greys of the parts of a whole, apart from the colours, which are those of designs.
pub const PARTS: [Colour; 6] = [
    RGBColor(0x3E, 0x4C, 0x59),
    RGBColor(0xB8, 0xC2, 0xCC),
    RGBColor(0x82, 0x90, 0x9E),
    RGBColor(0xDF, 0xE5, 0xEB),
    RGBColor(0x5F, 0x6E, 0x7D),
    RGBColor(0x1F, 0x29, 0x33),
];

/// Where a mean may lie: a tint of the first series, which stands on the grid and below the samples.
pub const BAND: Colour = RGBColor(0xCC, 0xE3, 0xF0);

/// Okabe and Ito's palette without its yellow, which vanishes on white; further series start again.
const SERIES: [Colour; 7] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0x56, 0xB4, 0xE9),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x4D, 0x4D, 0x4D),
];

/// The colour of the series with that index.
pub fn series(index: usize) -> Colour {
    SERIES[index % SERIES.len()]
}

/// A light tint of a colour, for the area around a line.
pub fn tint(RGBColor(red, green, blue): Colour) -> Colour {
    let light = |part: u8| (f64::from(part) * 0.2 + 255.0 * 0.8).round() as u8;
    RGBColor(light(red), light(green), light(blue))
}

/// Where a text's position lies on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At its start.
    Left,
    /// In its middle.
    Centre,
    /// At its end.
    Right,
}

/// Size in logical pixels, colour and weight of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// Height of an em in logical pixels.
    pub size: f64,
    /// Colour.
    pub colour: Colour,
    /// Semibold instead of regular.
    pub strong: bool,
}

/// What a picture is made of; later shapes cover earlier ones.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Rectangle { from: (f64, f64), to: (f64, f64), colour: Colour },
    Line { points: Vec<(f64, f64)>, width: f64, colour: Colour },
    Polygon { points: Vec<(f64, f64)>, colour: Colour },
    Circle { centre: (f64, f64), radius: f64, colour: Colour },
    Text { baseline: (f64, f64), text: String, face: Face, align: Align },
}

/// A drawing of `width` × `height` logical pixels, in the order in which its shapes were added.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    /// What a reader who cannot see the picture is told.
    pub(super) title: String,
    pub(super) description: String,
    pub(super) shapes: Vec<Shape>,
    /// The values that are drawn, as a table.
    data: Data,
    /// Places with the values that are drawn there, for who points at them.
    pub(super) marks: Vec<((f64, f64), String)>,
}

/// Rows that the table of a picture has on a page.
const MOST_TOLD: usize = 400;

/// The values behind a picture: columns of names, columns of figures, and a row for each mark.
#[derive(Debug, Clone, PartialEq, Default)]
struct Data {
    names: Vec<&'static str>,
    figures: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Picture {
    /// An empty white picture. The texts are for readers who cannot see it.
    pub fn new((width, height): (f64, f64), title: &str, description: &str) -> Self {
        let (title, description) = (title.to_owned(), description.to_owned());
        Self { width, height, title, description, shapes: Vec::new(), data: Data::default(), marks: Vec::new() }
    }

    /// The columns of the table of its values.
    pub fn columns(&mut self, names: &[&'static str], figures: impl IntoIterator<Item = impl Into<String>>) {
        self.data.names = names.to_vec();
        self.data.figures = figures.into_iter().map(Into::into).collect();
    }

    /// A row of that table, with a cell for each column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.data.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The same of what is drawn at a place: who points there is told it.
    pub fn mark(&mut self, at: (f64, f64), cells: impl IntoIterator<Item = impl Into<String>>) {
        let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        if self.marks.len() < MOST_TOLD {
            let (names, figures) = cells.split_at(self.data.names.len().min(cells.len()));
            let names = names.iter().filter(|name| !name.is_empty()).cloned();
            let headings = self.data.figures.iter().zip(figures).filter(|(_, figure)| *figure != number::MISSING);
            let figures = headings.map(|(heading, figure)| format!("{heading} {figure}"));
            self.marks.push((at, names.chain(figures).collect::<Vec<_>>().join(" · ")));
        }
        self.data.rows.push(cells);
    }

    /// The values that it shows, where it has a table of them: of very many, some at equal distances.
    pub(crate) fn data(&self) -> Option<Part> {
        let mut grid = Grid::new(&self.data.names, self.data.figures.clone());
        let (all, step) = (self.data.rows.len(), self.data.rows.len().div_ceil(MOST_TOLD).max(1));
        self.data.rows.iter().step_by(step).for_each(|row| grid.row(row.clone()));
        let left_out =
            (step > 1).then(|| format!("one of {step} rows of {all}; all are in the files beside this page"));
        Some(Part::of(&self.title, grid)?.with(left_out.into_iter().collect()))
    }

    /// A filled rectangle between two corners.
    pub fn rectangle(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour) {
        self.shapes.push(Shape::Rectangle { from, to, colour });
    }

    /// Connected straight lines.
    pub fn line(&mut self, points: Vec<(f64, f64)>, width: f64, colour: Colour) {
        self.shapes.push(Shape::Line { points, width, colour });
    }

    /// A dashed straight line, horizontal or vertical.
    pub fn dashed(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: Colour) {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let at = |along: f64| {
            let part = along.min(length) / length;
            (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
        };
        let mut along = 0.0;
        while along < length {
            self.line(vec![at(along), at(along + 4.0)], width, colour);
            along += 7.0;
        }
    }

    /// A filled area.
    pub fn area(&mut self, points: Vec<(f64, f64)>, colour: Colour) {
        self.shapes.push(Shape::Polygon { points, colour });
    }

    /// A filled circle.
    pub fn circle(&mut self, centre: (f64, f64), radius: f64, colour: Colour) {
        self.shapes.push(Shape::Circle { centre, radius, colour });
    }

    /// A filled square on its corner.
    pub fn diamond(&mut self, (x, y): (f64, f64), radius: f64, colour: Colour) {
        let points = vec![(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)];
        self.shapes.push(Shape::Polygon { points, colour });
    }

    /// Text whose baseline starts, is centred or ends at a point.
    pub fn text(&mut self, baseline: (f64, f64), text: impl Into<String>, face: Face, align: Align) {
        self.shapes.push(Shape::Text { baseline, text: text.into(), face, align });
    }
}
