//! A shelf of the library as plain tables of texts.

use super::Style;
use super::grid::Grid;

/// Rows of texts below their header; a cell for each column.
pub fn listing(header: &[&str], rows: &[Vec<String>], style: Style) -> String {
    let mut grid = Grid::new(header, []);
    rows.iter().for_each(|row| grid.row(row.clone()));
    grid.render("", style)
}

/// A table with names, numbers and texts, in this order, whose last cells are long texts that many rows share: each is said once below
/// the table, by its number in the column `from`.
pub fn referenced((names, numbers, texts): (&[&str], &[&str], &[&str]), rows: &[Vec<String>], style: Style) -> String {
    let texts: Vec<&str> = texts.iter().copied().chain(["from"]).collect();
    let mut grid = Grid::new(names, numbers.iter().map(|name| (*name).to_owned())).texts(&texts);
    let mut said: Vec<&String> = Vec::new();
    for row in rows {
        let Some((reference, cells)) = row.split_last() else { continue };
        let place = said.iter().position(|known| *known == reference).unwrap_or_else(|| {
            said.push(reference);
            said.len() - 1
        });
        grid.row(cells.iter().cloned().chain([format!("[{}]", place + 1)]).collect());
    }
    let references =
        said.iter().enumerate().flat_map(|(place, text)| style.hung(&format!("[{}] {text}", place + 1), 1, 5));
    let references: String = references.map(|line| line + "\n").collect();
    format!("{}\n{references}", grid.render("", style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_rows_share_is_said_once_below_them() {
        let rows = [["a", "1", "one"], ["b", "2", "two"], ["c", "3", "one"]].map(|row| row.map(str::to_owned).to_vec());
        let text = referenced((&["name"], &["figure"], &[]), &rows, Style::default());
        assert_eq!(text.matches("[1]").count(), 3, "{text}");
        assert!(text.ends_with("\n [1] one\n [2] two\n"), "{text}");
        assert!(text.lines().any(|line| line.contains(" c ") && line.contains("[1]")), "{text}");
    }
}
