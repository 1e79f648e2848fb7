//! A light grid with a title, a rule below the header and numbered notes for what is missing.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, TableComponent, Width};
use planner::Metric;

use super::{Paint, Style};
use crate::number;

/// A space at which the grid does not break, so that a number stays with its unit.
const GLUE: &str = "\u{a0}";

/// Columns that a cell adds to its text: one on each side.
const PADDING: u16 = 2;

/// Columns that sentences need to be read with ease.
const PROSE: usize = 36;

/// A text that the grid does not break.
pub(super) fn whole(text: &str) -> String {
    text.replace(' ', GLUE)
}

/// A table that is being filled row by row.
pub(crate) struct Grid {
    header: Vec<String>,
    /// The first columns, which hold names, are left-aligned; the others hold numbers.
    names: usize,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Grid {
    /// A grid with `names` left-aligned columns and `numbers` right-aligned ones.
    pub(crate) fn new(names: &[&str], numbers: impl IntoIterator<Item = String>) -> Self {
        let header = names.iter().map(|name| (*name).to_owned()).chain(numbers).collect();
        Self { header, names: names.len(), rows: Vec::new(), notes: Vec::new() }
    }

    /// Adds a row with a cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        assert_eq!(cells.len(), self.header.len(), "a row has a cell for each column of the header");
        let kept_whole = |(index, cell): (usize, String)| if index < self.names { cell } else { whole(&cell) };
        self.rows.push(cells.into_iter().enumerate().map(kept_whole).collect());
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What stands for a missing number: a dash that points at its reason.
    pub(crate) fn missing(&mut self, why: Option<&str>) -> String {
        let Some(why) = why else { return number::MISSING.to_owned() };
        let index = self.notes.iter().position(|note| note == why).unwrap_or_else(|| {
            self.notes.push(why.to_owned());
            self.notes.len() - 1
        });
        format!("{}{}", number::MISSING, number::superscript(index as i32 + 1))
    }

    /// A metric's value, or its reason where it is missing.
    pub(crate) fn metric(&mut self, metric: Option<&Metric>, show: impl Fn(f64) -> String) -> String {
        match metric {
            None => number::MISSING.to_owned(),
            Some(Metric { value: Some(value), .. }) => show(*value),
            Some(metric) => self.missing(metric.why.as_deref()),
        }
    }

    /// The finished text: title if there is one, grid and notes, each line ended; nothing at all without rows.
    pub(crate) fn render(&self, title: &str, style: Style) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut text = String::new();
        if !title.is_empty() {
            text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(title, 0)));
        }
        for line in self.table(style).lines() {
            text.push_str(line.replace(GLUE, " ").trim_end());
            text.push('\n');
        }
        for (index, note) in self.notes.iter().enumerate() {
            let note = format!("{} {note}", number::superscript(index as i32 + 1));
            text.push_str(&style.paint(Paint::Dim, &style.item(&note)));
            text.push('\n');
        }
        text
    }

    fn table(&self, style: Style) -> Table {
        let mut table = Table::new();
        table.load_preset(NOTHING).set_style(TableComponent::HeaderLines, '─');
        table.remove_style(TableComponent::VerticalLines);
        // Wrapping keeps long names whole; the grid stays narrower than the terminal where it can.
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(style.columns() as u16);
        table.set_header(self.header.clone());
        table.add_rows(self.rows.iter().cloned());
        // No word is broken where the terminal has room for the longest word of every column.
        let least: Vec<u16> = (0..self.header.len()).map(|index| self.longest_word(index) + PADDING).collect();
        let room = least.iter().map(|width| usize::from(*width)).sum::<usize>() <= style.columns();
        let prose = self.prose(style);
        for (index, column) in table.column_iter_mut().enumerate() {
            if prose.is_some_and(|prose| prose != index) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            } else if room {
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least[index])));
            }
            if index >= self.names {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
    }

    /// The widest column, where all others fit beside it unbroken and leave it room for sentences: it alone is wrapped.
    fn prose(&self, style: Style) -> Option<usize> {
        let cells = |column: usize| self.rows.iter().chain([&self.header]).map(move |row| &row[column]);
        let lines = |column| cells(column).flat_map(|cell| cell.lines()).map(|line| line.chars().count());
        let widths: Vec<usize> =
            (0..self.header.len()).map(|column| lines(column).max().unwrap_or(0) + usize::from(PADDING)).collect();
        let (widest, width) = widths.iter().enumerate().max_by_key(|(_, width)| **width)?;
        let others = widths.iter().sum::<usize>() - width;
        (*width > PROSE && others + PROSE <= style.columns()).then_some(widest)
    }

    fn longest_word(&self, column: usize) -> u16 {
        let cells = self.rows.iter().chain([&self.header]).map(|row| &row[column]);
        let words = cells.flat_map(|cell| cell.split([' ', '\n'])).map(|word| word.chars().count());
        words.max().unwrap_or(0).min(usize::from(u16::MAX / 2)) as u16
    }
}
