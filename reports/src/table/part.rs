//! A part of an answer, for every form of it: a title, sentences, and a table.

use super::grid::Grid;
use super::{Paint, Style};

/// A part of an answer that has something to show.
pub(crate) struct Part {
    pub(crate) title: String,
    /// What is said above the table.
    pub(crate) said: Vec<String>,
    pub(crate) grid: Grid,
}

impl Part {
    /// A table under a title; nothing where the table has nothing to show.
    pub(crate) fn of(title: impl Into<String>, grid: Grid) -> Option<Self> {
        Self::told(title, Vec::new(), grid)
    }

    /// The same with sentences above the table.
    pub(crate) fn told(title: impl Into<String>, said: Vec<String>, grid: Grid) -> Option<Self> {
        (!grid.is_empty()).then(|| Self { title: title.into(), said, grid })
    }

    /// The part on a terminal, each line ended.
    pub(crate) fn render(&self, style: Style) -> String {
        let title = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&self.title, 0)));
        let said: String = self.said.iter().map(|line| style.wrap(line, 2) + "\n").collect();
        let title = if self.title.is_empty() { String::new() } else { title };
        title + &said + &self.grid.render("", style)
    }
}

/// Parts on a terminal, one empty line between two.
pub(crate) fn rendered(parts: impl IntoIterator<Item = Part>, style: Style) -> String {
    parts.into_iter().map(|part| part.render(style)).collect::<Vec<_>>().join("\n")
}
