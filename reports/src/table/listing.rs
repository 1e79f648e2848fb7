//! A shelf of the library as a plain table of texts.

use super::Style;
use super::grid::Grid;

/// Rows of texts below their header; a cell for each column.
pub fn listing(header: &[&str], rows: &[Vec<String>], style: Style) -> String {
    let mut grid = Grid::new(header, []);
    rows.iter().for_each(|row| grid.row(row.clone()));
    grid.render("", style)
}
