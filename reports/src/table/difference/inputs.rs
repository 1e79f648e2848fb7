//! What changed of what went into two results, in one table.

use planner::{Contrast, FigureChange, InputFigure, REDACTED};

use super::super::grid::Grid;
use super::super::part::Part;
use crate::number::{self, MISSING};

/// Conditions, changes of the command line, figures and assumptions that are not the same.
pub(super) fn inputs(of: &Contrast) -> Option<Part> {
    let mut grid = Grid::new(&["input"], []).texts(&["A", "B"]);
    let or_none = |said: &Option<String>| said.clone().unwrap_or_else(|| MISSING.to_owned());
    for condition in &of.inputs.conditions {
        grid.row(vec![condition.name.clone(), short(&or_none(&condition.a)), short(&or_none(&condition.b))]);
    }
    for change in &of.inputs.figures {
        let of_designs = match change.designs.is_empty() {
            true => String::new(),
            false => format!("\n{}", change.designs.join(", ")),
        };
        let (a, b) = (said(change, change.a.as_ref()), said(change, change.b.as_ref()));
        grid.row(vec![format!("{}{of_designs}", change.name), a, b]);
    }
    for only in &of.inputs.assumptions {
        let (said, none) = (only.assumption.clone(), MISSING.to_owned());
        let [a, b] = if only.in_b { [none, said] } else { [said, none] };
        grid.row(vec!["assumption".to_owned(), a, b]);
    }
    Part::of("Inputs that changed", grid)
}

/// Hashes are told by their first digits, as everywhere.
fn short(said: &str) -> String {
    let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let word = |word: &str| if is_hash(word) { word[..8].to_owned() } else { word.to_owned() };
    said.split(' ')
        .map(|part| match part.strip_suffix(',') {
            Some(part) => word(part) + ",",
            None => word(part),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A figure, with how it is known and who says so where that is not the same.
fn said(change: &FigureChange, figure: Option<&InputFigure>) -> String {
    let Some(figure) = figure else { return MISSING.to_owned() };
    let value = figure.value.map_or_else(|| REDACTED.to_owned(), |value| number::quantity(value, &figure.unit));
    let differs = |of: fn(&InputFigure) -> &String| change.a.as_ref().map(of) != change.b.as_ref().map(of);
    let known = differs(|figure| &figure.known).then(|| figure.known.clone());
    let source = differs(|figure| &figure.source).then(|| figure.source.clone());
    [Some(value), known, source].into_iter().flatten().collect::<Vec<_>>().join("\n")
}
