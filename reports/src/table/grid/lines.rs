//! How wide columns are, and the lines that their cells make beside each other.

use super::{GLUE, Need};
use crate::words::{width, wrapped};

/// Widths that fit into a room together: all natural ones where they do, else the widest columns are narrowed first, none below
/// its least. Where even those do not fit, the last column, which is then the only one beside the names, takes what is left.
pub(super) fn widths(needs: &[Need], room: usize) -> Vec<usize> {
    let at_most = |most: usize| needs.iter().map(move |need| need.natural.min(most.max(need.least)));
    let widest = needs.iter().map(|need| need.natural).max().unwrap_or(0);
    let most = (0..=widest).rev().find(|most| at_most(*most).sum::<usize>() <= room).unwrap_or(0);
    let mut widths: Vec<usize> = at_most(most).collect();
    let over = widths.iter().sum::<usize>().saturating_sub(room);
    if let Some(last) = widths.last_mut() {
        *last = last.saturating_sub(over).max(1);
    }
    widths
}

/// The lines of a cell in a column.
pub(super) fn cell(text: &str, room: usize) -> Vec<String> {
    let line = |line: &str| match width(line) <= room {
        true => vec![line.to_owned()],
        false => broken(line, room),
    };
    text.split('\n').flat_map(line).collect()
}

/// A line broken between its words, and where one word has no room, inside it.
fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let longer = lines.last().map(|line| format!("{line} {word}")).filter(|line| width(line) <= room);
        match longer {
            Some(longer) => *lines.last_mut().expect("`longer` was made from the last line") = longer,
            None if width(word) <= room => lines.push(word.to_owned()),
            None => lines.extend(wrapped(&word.replace(GLUE, " "), room, room)),
        }
    }
    lines
}

/// The cells of a row beside each other, one space around each.
pub(super) fn row(cells: &[Vec<String>], widths: &[usize], right: &[bool]) -> Vec<String> {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |index: usize| {
        let cell = |(column, lines): (usize, &Vec<String>)| {
            let text = lines.get(index).map_or("", String::as_str);
            let space = " ".repeat(widths[column].saturating_sub(width(text)));
            if right[column] { format!(" {space}{text} ") } else { format!(" {text}{space} ") }
        };
        cells.iter().enumerate().map(cell).collect::<String>()
    };
    (0..height).map(line).collect()
}
