//! How what is compared looks in every chart of a run: a design has its colour and shape, a cost book fills the shape or not.
//!
//! Both come from their place in the scenario, so that a design looks the same where others are left out.

use planner::{Roster, Summary};

use super::picture::{Colour, INK, PAPER, Picture, series};
use crate::view;

/// A shape that stands for a value; shapes differ so that a series survives a grey print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A disc.
    Circle,
    /// A square on its corner.
    Diamond,
    /// A square.
    Square,
    /// A triangle that points up.
    Triangle,
    /// A triangle that points down.
    Wedge,
}

/// What is inside a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Its colour.
    Full,
    /// Nothing.
    Hollow,
    /// A dot.
    Dotted,
}

/// A mark as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Its shape.
    pub mark: Mark,
    /// What is inside.
    pub fill: Fill,
    /// Its colour.
    pub colour: Colour,
}

impl Mark {
    /// The mark of the series with that index.
    pub fn series(index: usize) -> Self {
        [Mark::Circle, Mark::Diamond, Mark::Square, Mark::Triangle, Mark::Wedge][index % 5]
    }

    /// Draws the mark around a point.
    pub fn draw(self, picture: &mut Picture, at: (f64, f64), colour: Colour) {
        self.scaled(picture, at, 1.0, colour);
    }

    fn scaled(self, picture: &mut Picture, (x, y): (f64, f64), scale: f64, colour: Colour) {
        let triangle = |up: f64| {
            vec![
                (x, y - 5.5 * up * scale),
                (x + 5.5 * scale, y + 4.5 * up * scale),
                (x - 5.5 * scale, y + 4.5 * up * scale),
            ]
        };
        match self {
            Mark::Circle => picture.circle((x, y), 4.5 * scale, colour),
            Mark::Diamond => picture.diamond((x, y), 5.5 * scale, colour),
            Mark::Square => {
                picture.rectangle((x - 4.5 * scale, y - 4.5 * scale), (x + 4.5 * scale, y + 4.5 * scale), colour)
            }
            Mark::Triangle => picture.area(triangle(1.0), colour),
            Mark::Wedge => picture.area(triangle(-1.0), colour),
        }
    }
}

impl Look {
    /// A full mark.
    pub fn full(mark: Mark, colour: Colour) -> Self {
        Self { mark, fill: Fill::Full, colour }
    }

    /// The same mark with another filling.
    pub fn filled(self, fill: Fill) -> Self {
        Self { fill, ..self }
    }

    /// Draws it around a point.
    pub fn draw(self, picture: &mut Picture, at: (f64, f64)) {
        self.scaled(picture, at, 1.0);
    }

    /// Draws it around a point, smaller or larger.
    pub fn scaled(self, picture: &mut Picture, at: (f64, f64), scale: f64) {
        self.mark.scaled(picture, at, scale, self.colour);
        if self.fill != Fill::Full {
            self.mark.scaled(picture, at, 0.6 * scale, PAPER);
        }
        if self.fill == Fill::Dotted {
            self.mark.scaled(picture, at, 0.3 * scale, self.colour);
        }
    }
}

/// The looks of all designs and books.
pub struct Palette<'a> {
    designs: Vec<&'a str>,
    /// The leading book first.
    books: Vec<&'a str>,
}

impl<'a> Palette<'a> {
    /// The designs and books of a scenario, and after them what is only among the outcomes.
    pub fn of(roster: &'a Roster, outcomes: &[&'a Summary]) -> Self {
        let all =
            |known: &'a [String], here: Vec<&'a str>| view::distinct(known.iter().map(String::as_str).chain(here));
        let mut books = all(&roster.books, view::books(outcomes));
        let leading = view::leading_book(&books);
        books.sort_by_key(|book| Some(*book) != leading);
        Self { designs: all(&roster.designs, view::designs(outcomes)), books }
    }

    /// The look of a design, full.
    pub fn design(&self, design: &str) -> Look {
        let index = self.designs.iter().position(|known| *known == design).unwrap_or(self.designs.len());
        Look::full(Mark::series(index), series(index))
    }

    /// How a book fills a mark: the leading one is full.
    pub fn book(&self, book: &str) -> Fill {
        let index = self.books.iter().position(|known| *known == book).unwrap_or(self.books.len());
        if index == 0 { Fill::Full } else { [Fill::Hollow, Fill::Dotted][(index - 1) % 2] }
    }

    /// Entries of a legend that tells books apart.
    pub fn legend_of_books(&self, books: &[&str]) -> Vec<(Look, String)> {
        let look = |book: &str| Look::full(Mark::Circle, INK).filled(self.book(book));
        books.iter().map(|book| (look(book), format!("{book} costs"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_design_and_a_book_look_the_same_where_others_are_left_out() {
        let sample = sample::layered();
        let all: Vec<&Summary> = sample.designs.iter().collect();
        let few: Vec<&Summary> =
            all.iter().copied().filter(|one| one.design == "gpu" && one.costs == "claimed").collect();
        let (whole, part) = (Palette::of(&sample.roster, &all), Palette::of(&sample.roster, &few));
        assert_eq!(whole.design("gpu"), part.design("gpu"));
        assert_ne!(part.design("gpu"), part.design("naive"));
        assert_eq!((part.book("measured"), part.book("claimed")), (Fill::Full, Fill::Hollow));
        let none = Roster::default();
        assert_eq!(Palette::of(&none, &few).design("gpu").mark, Mark::Circle, "only what is there");
    }
}
