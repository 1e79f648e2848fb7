//! A shelf of the library as plain tables of texts.

use super::Style;
use super::grid::Grid;

/// Rows of texts below their header; a cell for each column.
pub fn listing(header: &[&str], rows: &[Vec<String>], style: Style) -> String {
    let mut grid = Grid::new(header, []);
    rows.iter().for_each(|row| grid.row(row.clone()));
    grid.render("", style)
}

/// A table for each value of the last column, in the order of their first rows; the value is its title: `source: …`.
pub fn by_last_column(header: &[&str], rows: &[Vec<String>], style: Style) -> String {
    let (Some((name, header)), true) = (header.split_last(), rows.iter().all(|row| !row.is_empty())) else {
        return listing(header, rows, style);
    };
    let of = |row: &Vec<String>| row[row.len() - 1].clone();
    let mut values: Vec<String> = Vec::new();
    for value in rows.iter().map(of) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let table = |value: &String| {
        let mut grid = Grid::new(header, []);
        let own = rows.iter().filter(|row| of(row) == *value);
        own.for_each(|row| grid.row(row[..header.len()].to_vec()));
        grid.render(&format!("{name}: {value}"), style)
    };
    values.iter().map(table).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_grouped_by_their_last_column() {
        let rows = [["a", "1", "one"], ["b", "2", "two"], ["c", "3", "one"]].map(|row| row.map(str::to_owned).to_vec());
        let text = by_last_column(&["name", "figure", "source"], &rows, Style::default());
        let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("no `{part}` in {text}"));
        assert!(place("source: one") < place(" c ") && place(" c ") < place("source: two"), "{text}");
        assert_eq!(text.matches("name").count(), 2, "{text}");
    }
}
