//! A part of an answer, for every form of it: a title, sentences, a table, and what is told below it.

use super::grid::Grid;
use super::{Paint, Style};

/// A part of an answer that has something to show.
pub(crate) struct Part {
    pub(crate) title: String,
    /// What is said above the table.
    pub(crate) said: Vec<String>,
    /// The table, which may be without rows where something is told.
    pub(crate) grid: Grid,
    /// What is told below the table, as the items of a list.
    pub(crate) told: Vec<String>,
}

impl Part {
    /// A table under a title; nothing where the table has nothing to show.
    pub(crate) fn of(title: impl Into<String>, grid: Grid) -> Option<Self> {
        Self::told(title, Vec::new(), grid)
    }

    /// The same with sentences above the table.
    pub(crate) fn told(title: impl Into<String>, said: Vec<String>, grid: Grid) -> Option<Self> {
        (!grid.is_empty()).then(|| Self { title: title.into(), said, grid, told: Vec::new() })
    }

    /// A list without a table; nothing where the list is empty.
    pub(crate) fn list(title: impl Into<String>, told: Vec<String>) -> Option<Self> {
        let grid = Grid::new(&[], []);
        (!told.is_empty()).then(|| Self { title: title.into(), said: Vec::new(), grid, told })
    }

    /// Sentences under a title, without a table.
    pub(crate) fn sentences(title: impl Into<String>, said: Vec<String>) -> Self {
        Self { title: title.into(), said, grid: Grid::new(&[], []), told: Vec::new() }
    }

    /// The same with what is told below the table.
    pub(crate) fn with(self, told: Vec<String>) -> Self {
        Self { told, ..self }
    }

    /// The part on a terminal, each line ended.
    pub(crate) fn render(&self, style: Style) -> String {
        let title = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&self.title, 0)));
        let said: String = self.said.iter().map(|line| style.wrap(line, 2) + "\n").collect();
        let told: String = self.told.iter().map(|line| style.item(line) + "\n").collect();
        let title = if self.title.is_empty() { String::new() } else { title };
        title + &said + &self.grid.render("", style) + &told
    }
}

/// Parts on a terminal, one empty line between two.
pub(crate) fn rendered(parts: impl IntoIterator<Item = Part>, style: Style) -> String {
    parts.into_iter().map(|part| part.render(style)).collect::<Vec<_>>().join("\n")
}
