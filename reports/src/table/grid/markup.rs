//! A grid as Markdown, and as the cells of a page: those of the terminal, and nothing in them that would be taken for markup.

use serde::Serialize;

use super::{GLUE, Grid};
use crate::number;

/// A table of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Cells {
    columns: Vec<Column>,
    /// Lines of each cell, by row.
    rows: Vec<Vec<Vec<String>>>,
    /// What dashes point at.
    notes: Vec<String>,
}

/// A column of a table of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Column {
    /// Its heading.
    name: String,
    /// Whether it holds figures, which are aligned to the right.
    is_number: bool,
}

impl Grid {
    /// The grid as a table of Markdown, figures to the right, and its notes below; nothing at all without rows.
    pub(crate) fn markdown(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let row = |row: &Vec<String>| {
            let cells: Vec<String> = row.iter().map(|cell| in_markdown(cell)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule: String =
            (0..self.header.len()).map(|column| if self.is_number(column) { "---:|" } else { "---|" }).collect();
        let header: Vec<String> = self.header.iter().map(|name| in_one_line(name)).collect();
        let mut text = format!("{}|{rule}\n", row(&header));
        text.extend(self.rows.iter().map(row));
        text.extend(self.numbered_notes().map(|note| format!("\n{}\n", in_markdown(&note))));
        text
    }

    /// The grid as the cells of a page, each with its lines.
    pub(crate) fn cells(&self) -> Cells {
        let lines = |cell: &String| cell.replace(GLUE, "\u{a0}").split('\n').map(str::to_owned).collect::<Vec<_>>();
        let column = |(at, name): (usize, &String)| Column { name: in_one_line(name), is_number: self.is_number(at) };
        Cells {
            columns: self.header.iter().enumerate().map(column).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(lines).collect()).collect(),
            notes: self.numbered_notes().collect(),
        }
    }

    /// The notes, each with the number that dashes point at it by.
    pub(super) fn numbered_notes(&self) -> impl Iterator<Item = String> {
        self.notes.iter().enumerate().map(|(index, note)| format!("{} {note}", number::superscript(index as i32 + 1)))
    }
}

/// A heading whose lines were broken by hand, and perhaps a word with them.
fn in_one_line(heading: &str) -> String {
    heading.replace("-\n", "").replace('\n', " ").replace(GLUE, " ")
}

/// A text in one cell of one row. Code between backticks stays as it is, since nothing is escaped in it but a bar.
pub(crate) fn in_markdown(text: &str) -> String {
    let has_code = text.matches('`').count().is_multiple_of(2);
    let mut code = false;
    let mut cell = String::with_capacity(text.len());
    let text = text.replace(GLUE, " ");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        code ^= has_code && letter == '`';
        let next = letters.peek().copied().unwrap_or(' ');
        // A tag, a character by its name, an escape; what none of them can begin with stands for itself.
        let markup = match letter {
            '<' => next.is_ascii_alphabetic() || "/!?".contains(next),
            '&' => next.is_ascii_alphabetic() || next == '#',
            '\\' => next.is_ascii_punctuation(),
            _ => false,
        };
        match letter {
            '\n' | '\r' => cell.push(' '),
            '|' => cell.push_str("\\|"),
            _ if markup && !code => cell.extend(['\\', letter]),
            '`' if !has_code => cell.push_str("\\`"),
            other => cell.push(other),
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::super::Style;
    use super::*;

    /// The cells of the rows of a table in Markdown, without the header.
    fn of_markdown(text: &str) -> Vec<Vec<String>> {
        let cells = |line: &str| {
            let inner = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")).expect("bars around a row");
            let cell = |cell: &str| {
                let (mut plain, mut letters) = (String::new(), cell.chars());
                while let Some(letter) = letters.next() {
                    plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
                }
                plain
            };
            inner.split(" | ").map(cell).collect()
        };
        text.lines().skip(2).take_while(|line| !line.is_empty()).map(cells).collect()
    }

    #[test]
    fn a_table_of_the_library_has_the_same_cells_in_every_form() {
        let mut grid = Grid::new(&["provider", "instance", "region"], ["USD/h".to_owned()]).texts(&["date", "source"]);
        let mut rows = Vec::new();
        for price in scenarios::PriceBook::library().offers().into_iter().filter_map(|offer| offer.price) {
            if price.region.is_empty() {
                continue;
            }
            let usd = format!("{} USD", price.usd_per_hour);
            rows.push(vec![price.provider, price.instance, price.region, usd, price.date, price.source]);
            grid.row(rows[rows.len() - 1].clone());
        }
        assert!(rows.len() > 5);
        assert_eq!(of_markdown(&grid.markdown()), rows);
        let cells: Vec<Vec<String>> =
            grid.cells().rows.iter().map(|row| row.iter().map(|cell| cell.join("\n")).collect()).collect();
        assert_eq!(cells.concat().join("|").replace(GLUE, " "), rows.concat().join("|"));
        let terminal = grid.render("", Style { width: u16::MAX, colour: false });
        let cells =
            |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
        let found: Vec<Vec<String>> = terminal.lines().skip(2).map(cells).collect();
        assert_eq!(found, rows);
    }

    #[test]
    fn nothing_in_a_cell_is_taken_for_markup() {
        let mut grid = Grid::new(&["a|b"], ["1 < 2\n& 3".to_owned()]);
        let dash = grid.missing(Some("no <b> & no |"));
        grid.row(vec!["x | <y> & \"&lt;\"\nend".into(), dash]);
        grid.row(vec!["`a|b <c>` \\*".into(), "`".into()]);
        assert_eq!(
            grid.markdown(),
            "| a\\|b | 1 < 2 & 3 |\n|---|---:|\n| x \\| \\<y> & \"\\&lt;\" end | –¹ |\n| `a\\|b <c>` \\\\* | \\` |\n\
             \n¹ no \\<b> & no \\|\n"
        );
        let cells = grid.cells();
        assert_eq!(cells.rows[0][0], ["x | <y> & \"&lt;\"", "end"], "a page escapes by itself");
        assert_eq!(cells.notes, ["¹ no <b> & no |"]);
        assert_eq!(cells.columns[1], Column { name: "1 < 2 & 3".into(), is_number: true });
        assert_eq!(Grid::new(&["a"], []).markdown(), "");
    }
}
