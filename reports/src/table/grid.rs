//! A light grid with a title, a rule below the header and numbered notes for what is missing, for terminals; [`markup`] makes the
//! other forms of it.
//!
//! Where its columns have no room beside each other, no number is broken: columns of figures go on below the others, with
//! the names of the rows again, and rows of texts become paragraphs.

mod lines;
mod markup;

use std::ops::Range;

use planner::{Metric, REDACTED};

use super::{Paint, Style};
use crate::number;
use crate::words::{pieces, width};

pub(crate) use markup::{Cells, in_markdown};

/// A space at which the grid does not break, so that a number stays with its unit.
const GLUE: &str = "\u{a0}";

/// Columns that a cell adds to its text: one on each side.
const PADDING: usize = 2;

/// Columns from which on texts are sentences.
const PROSE: usize = 36;
/// Columns below which sentences are hard to read.
const READABLE: usize = 24;

/// A text that the grid does not break.
pub(super) fn whole(text: &str) -> String {
    text.replace(' ', GLUE)
}

/// A text that the grid breaks between words, but not between a number and its unit.
fn breakable(text: &str) -> String {
    let line = |line: &str| pieces(line).iter().map(|piece| whole(piece)).collect::<Vec<_>>().join(" ");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A table that is being filled row by row.
pub(crate) struct Grid {
    header: Vec<String>,
    /// The columns that hold numbers, which are right-aligned; the others hold texts.
    numbers: Range<usize>,
    /// The first columns, without which a row means nothing.
    keys: usize,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

/// What a column needs.
#[derive(Debug, Clone, Copy)]
struct Need {
    /// Columns at which nothing of it is wrapped.
    natural: usize,
    /// Columns at which it can still be read.
    least: usize,
}

impl Grid {
    /// A grid with `names` left-aligned columns and `numbers` right-aligned ones. The first two names, or the only one, say what
    /// a row is about.
    pub(crate) fn new(names: &[&str], numbers: impl IntoIterator<Item = String>) -> Self {
        let header: Vec<String> = names.iter().map(|name| (*name).to_owned()).chain(numbers).collect();
        let (numbers, keys) = (names.len()..header.len(), names.len().min(2));
        Self { header, numbers, keys, rows: Vec::new(), notes: Vec::new() }
    }

    /// The same with another number of columns that say what a row is about.
    pub(crate) fn keyed(self, keys: usize) -> Self {
        Self { keys, ..self }
    }

    /// The same with left-aligned columns of texts after the others.
    pub(crate) fn texts(mut self, names: &[&str]) -> Self {
        self.header.extend(names.iter().map(|name| (*name).to_owned()));
        self
    }

    fn is_number(&self, column: usize) -> bool {
        self.numbers.contains(&column)
    }

    /// Adds a row with a cell for each column.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        assert_eq!(cells.len(), self.header.len(), "a row has a cell for each column of the header");
        let glued =
            |(index, cell): (usize, String)| if self.is_number(index) { whole(&cell) } else { breakable(&cell) };
        self.rows.push(cells.into_iter().enumerate().map(glued).collect());
    }

    /// Whether there is nothing to show: no row, or none with a figure because all are redacted.
    pub(crate) fn is_empty(&self) -> bool {
        let figure = |cell: &String| cell.contains(|c: char| c.is_ascii_digit());
        let figures = || self.rows.iter().flat_map(|row| &row[self.numbers.clone()]);
        self.rows.is_empty() || self.notes.iter().any(|note| note == REDACTED) && !figures().any(figure)
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

    /// The finished text: title if there is one, grid and notes, each line ended; nothing at all where there is nothing to show.
    pub(crate) fn render(&self, title: &str, style: Style) -> String {
        if self.is_empty() {
            return String::new();
        }
        let mut text = String::new();
        if !title.is_empty() {
            text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(title, 0)));
        }
        for line in self.body(style) {
            text.push_str(line.replace(GLUE, " ").trim_end());
            text.push('\n');
        }
        for note in self.numbered_notes() {
            text.push_str(&style.paint(Paint::Dim, &style.item(&note)));
            text.push('\n');
        }
        text
    }

    fn body(&self, style: Style) -> Vec<String> {
        let needs: Vec<Need> = (0..self.header.len()).map(|column| self.need(column)).collect();
        if !self.numbers.is_empty() {
            let parts = self.parts(&needs, style.columns());
            let part = |part: &Vec<usize>| self.table(part, &needs, style.columns());
            return parts.iter().map(part).collect::<Vec<_>>().join(&String::new());
        }
        match needs.iter().map(|need| need.least + PADDING).sum::<usize>() <= style.columns() {
            true => self.table(&(0..self.header.len()).collect::<Vec<_>>(), &needs, style.columns()),
            false => self.paragraphs(style),
        }
    }

    fn need(&self, column: usize) -> Need {
        let cells = || self.rows.iter().chain([&self.header]).map(|row| &row[column]);
        let natural = cells().flat_map(|cell| cell.split('\n')).map(width).max().unwrap_or(0);
        let word = cells().flat_map(|cell| cell.split([' ', '\n'])).map(width).max().unwrap_or(0);
        let sentences = natural > PROSE && !self.is_number(column);
        let least = match (self.is_number(column), sentences) {
            // Long names can be cut; a figure cannot.
            (false, false) => word.min(READABLE),
            (false, true) => READABLE,
            (true, _) => word,
        };
        Need { natural, least }
    }

    /// The columns of each part: all of them where there is room, else what says what a row is about and as many others as fit.
    fn parts(&self, needs: &[Need], room: usize) -> Vec<Vec<usize>> {
        let takes = |columns: &[usize]| columns.iter().map(|column| needs[*column].least + PADDING).sum::<usize>();
        let keys: Vec<usize> = (0..self.keys).collect();
        let mut parts = vec![keys.clone()];
        for (column, need) in needs.iter().enumerate().skip(self.keys) {
            let last = parts.last_mut().expect("the list starts with one part and only grows");
            if last.len() > keys.len() && takes(last) + need.least + PADDING > room {
                parts.push([keys.clone(), vec![column]].concat());
            } else {
                last.push(column);
            }
        }
        parts
    }

    fn table(&self, columns: &[usize], needs: &[Need], room: usize) -> Vec<String> {
        let chosen: Vec<Need> = columns.iter().map(|column| needs[*column]).collect();
        let widths = lines::widths(&chosen, room.saturating_sub(PADDING * columns.len()));
        let row = |row: &Vec<String>| {
            let cells: Vec<Vec<String>> =
                columns.iter().zip(&widths).map(|(column, width)| lines::cell(&row[*column], *width)).collect();
            let right: Vec<bool> = columns.iter().map(|column| self.is_number(*column)).collect();
            lines::row(&cells, &widths, &right)
        };
        let mut table = row(&self.header);
        table.push("─".repeat(widths.iter().map(|width| width + PADDING).sum()));
        table.extend(self.rows.iter().flat_map(row));
        table
    }

    /// Every row as a paragraph: what it is about, and below it each further cell with the name of its column.
    fn paragraphs(&self, style: Style) -> Vec<String> {
        let mut text = Vec::new();
        for row in &self.rows {
            let about: Vec<&str> =
                row[..self.keys].iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
            text.extend(style.hung(&about.join(" · "), 1, 3));
            for (name, cell) in self.header.iter().zip(row).skip(self.keys).filter(|(_, cell)| !cell.is_empty()) {
                let name = name.replace('\n', " ");
                let mut lines = cell.split('\n');
                text.extend(style.hung(&format!("{name}: {}", lines.next().unwrap_or_default()), 3, 5));
                text.extend(lines.flat_map(|line| style.hung(line, 5, 5)));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six columns of figures of nine columns each beside two names.
    fn figures() -> Grid {
        let header = (1..=6).map(|index| format!("figure\n{index}"));
        let mut grid = Grid::new(&["design", "costs"], header);
        for name in ["one", "two"] {
            let cells = (1..=6).map(|index| format!("${index}71,000 ±{index} %"));
            grid.row([name.to_owned(), "measured".to_owned()].into_iter().chain(cells).collect());
        }
        grid
    }

    fn of_width(width: u16) -> Style {
        Style { width, colour: false }
    }

    #[test]
    fn a_narrow_table_goes_on_below_with_the_names_of_its_rows() {
        let wide = figures().render("Title", of_width(140));
        assert_eq!(wide.lines().count(), 1 + 2 + 1 + 2, "{wide}");
        let narrow = figures().render("Title", of_width(80));
        assert_eq!(narrow.matches(" design").count(), 2, "{narrow}");
        assert_eq!(narrow.matches(" one").count(), 2, "{narrow}");
        for index in 1..=6 {
            assert_eq!(narrow.matches(&format!("${index}71,000 ±{index} %")).count(), 2, "{narrow}");
        }
        assert!(narrow.lines().all(|line| width(line) <= 80), "{narrow}");
    }

    #[test]
    fn texts_become_paragraphs_where_columns_have_no_room() {
        let sentence = "a statement of more than thirty-six columns about 42.3 m/s";
        let mut grid = Grid::new(&["name", "suite", "statement", "library"], []);
        grid.row(
            ["sign", "keys", sentence, "https://example.org/a/library/of/some/length/at/1.2.3"]
                .map(str::to_owned)
                .to_vec(),
        );
        let wide = grid.render("", of_width(120));
        assert!(wide.starts_with(" name  suite  statement"), "{wide}");
        let narrow = grid.render("", of_width(60));
        assert!(narrow.starts_with(" sign · keys\n   statement: a statement"), "{narrow}");
        assert!(narrow.contains("42.3 m/s") && narrow.lines().all(|line| width(line) <= 60), "{narrow}");
    }

    #[test]
    fn the_widest_column_is_wrapped_first() {
        let mut grid = Grid::new(&["design", "source"], ["value".to_owned()]);
        grid.row(vec!["gpu".into(), "words and ".repeat(12), "1,234,567 tx/s".into()]);
        let text = grid.render("", of_width(60));
        assert!(text.contains("1,234,567 tx/s") && text.lines().count() > 4, "{text}");
        assert!(text.lines().all(|line| width(line) <= 60), "{text}");
    }
}
