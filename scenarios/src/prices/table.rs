//! A CSV table as cells with their places, so that what is wrong with one can be shown where it stands.

use std::ops::Range;

use crate::reading::{Problem, Problems, Source, meant};

/// So many problems of a table are told; nobody corrects more by hand.
const MOST_PROBLEMS: usize = 100;

/// The columns that a table may have, and those that it must.
pub(super) struct Columns {
    /// Those that there may be, in groups.
    pub(super) all: &'static [&'static [&'static str]],
    pub(super) required: &'static [&'static str],
}

/// A row of a table.
pub(super) struct Row<'t> {
    source: &'t Source,
    head: &'t [String],
    cells: Vec<String>,
    /// Where it begins in the text.
    start: usize,
    line: usize,
}

impl Row<'_> {
    /// The text of a column; empty where the table has no such column.
    pub(super) fn text(&self, column: &str) -> &str {
        let place = self.head.iter().position(|name| name == column);
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }

    /// Its line, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// What is wrong with a cell.
    pub(super) fn problem(&self, column: &str, message: impl Into<String>) -> Problem {
        let place = self.head.iter().position(|name| name == column).unwrap_or(0);
        let span = cell(&self.source.text, self.start, place);
        Problem::new(self.source, Some(span), format!("`{column}`: {}", message.into()))
    }

    /// The number of a cell that is not empty.
    pub(super) fn number(
        &self,
        column: &str,
        allowed: &str,
        fits: impl Fn(f64) -> bool,
    ) -> Result<Option<f64>, Problem> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && fits(number) => Ok(Some(number)),
            _ => Err(self.problem(column, format!("found `{text}`")).with_help(allowed)),
        }
    }
}

/// Reads every row of a table by a function, or tells everything that is wrong with any of them.
pub(super) fn read<T>(
    source: &Source,
    columns: &Columns,
    mut row: impl FnMut(&Row<'_>) -> Result<T, Vec<Problem>>,
) -> Result<Vec<T>, Problems> {
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(source.text.as_bytes());
    let unreadable = |error: csv::Error| Problems::from(Problem::new(source, None, error.to_string()));
    let head: Vec<String> = table.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
    let mut problems: Problems = wrong_columns(source, &head, columns).into_iter().collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let (mut read, mut counted, mut line_number) = (Vec::new(), 0, 1);
    for record in table.into_records() {
        let record = record.map_err(unreadable)?;
        let start = begin(&source.text, record.position().map_or(0, |position| position.byte() as usize));
        line_number += source.text[counted..start].matches('\n').count();
        counted = start;
        let cells = record.iter().map(str::to_owned).collect();
        let own = Row { source, head: &head, cells, start, line: line_number };
        if own.cells.len() != head.len() {
            let message = format!("found {} fields, the first line has {} columns", own.cells.len(), head.len());
            let help = "a row has a field for every column; what is not known is left empty, and a text with a comma is in quotes";
            problems.push(Problem::new(source, Some(line(&source.text, start)), message).with_help(help));
        } else {
            match row(&own) {
                Ok(value) => read.push(value),
                Err(found) => found.into_iter().for_each(|problem| problems.push(problem)),
            }
        }
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

/// Columns that are missing, unknown or there twice.
fn wrong_columns(source: &Source, head: &[String], columns: &Columns) -> Vec<Problem> {
    let start = begin(&source.text, 0);
    let all = format!("columns: {}; needed: {}", columns.all.concat().join(", "), columns.required.join(", "));
    let at = |place: usize, message: String| Problem::new(source, Some(cell(&source.text, start, place)), message);
    let mut wrong = Vec::new();
    for (place, name) in head.iter().enumerate() {
        if !columns.all.concat().contains(&name.as_str()) {
            let near = meant(name, columns.all.concat().into_iter());
            wrong.push(at(place, format!("unknown column `{name}`")).with_help(format!("{near}{all}")));
        } else if head[..place].contains(name) {
            wrong.push(at(place, format!("column `{name}` is there twice")).with_help("keep one of them"));
        }
    }
    let missing = columns.required.iter().filter(|column| head.iter().all(|name| name != **column));
    wrong.extend(missing.map(|column| {
        Problem::new(source, Some(line(&source.text, start)), format!("no column `{column}`")).with_help(all.clone())
    }));
    wrong
}

/// Where a row begins: what the reader says, but behind empty lines.
fn begin(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + (rest.len() - rest.trim_start_matches(['\r', '\n']).len())
}

/// The line that begins somewhere.
fn line(text: &str, start: usize) -> Range<usize> {
    let rest = text.get(start..).unwrap_or_default();
    start..start + rest.find('\n').map_or(rest.len(), |end| rest[..end].trim_end().len())
}

/// A cell of the row that begins somewhere, without the spaces around it.
fn cell(text: &str, start: usize, place: usize) -> Range<usize> {
    let (mut quoted, mut index, mut from) = (false, 0, start);
    let mut end = text.len();
    for (offset, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted && index == place => {
                end = offset;
                break;
            }
            b',' if !quoted => (index, from) = (index + 1, offset + 1),
            b'\n' if !quoted => {
                end = offset;
                break;
            }
            _ => {}
        }
    }
    let cell = text.get(from..end).unwrap_or_default();
    let from = from + (cell.len() - cell.trim_start().len());
    from..from + cell.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_behind_quotes_spaces_and_empty_lines() {
        let text = "a,b,c\r\n\n\"x, \"\"y\"\"\" , two ,\n";
        let start = begin(text, 7);
        assert_eq!(start, 8);
        let found = |place| &text[cell(text, start, place)];
        assert_eq!((found(0), found(1), found(2)), ("\"x, \"\"y\"\"\"", "two", ""));
        assert_eq!(&text[line(text, 0)], "a,b,c");
        assert_eq!(&text[cell(text, 0, 2)], "c");
    }
}
