//! The `compare --storm` answer: the smallest burst that a service does not recover from, and what prevents it.

use planner::{StormStudy, Tried};

use super::grid::Grid;
use super::part::Part;
use super::{Paint, Style};
use crate::number::{self, MISSING};

/// The answer in words, and a table of what was tried.
pub fn storm(found: &StormStudy, style: Style) -> String {
    let bold = |line: &str| style.paint(Paint::Bold, &style.wrap(line, 0));
    let method = style.paint(Paint::Dim, &style.wrap(&method(found), 0));
    let mut text = format!("{}\n{}\n{method}\n", bold(&title(found)), bold(&found.answer));
    let Some(remedies) = remedies(found) else { return text };
    text += &format!("\n{}", remedies.render(style));
    // Not wrapped: it is copied.
    text + &changes(found).iter().map(|line| format!(" {line}\n")).collect::<String>()
}

/// What is asked of which case.
pub(crate) fn title(found: &StormStudy) -> String {
    format!("Storms: {} · {} costs · {}", found.design, found.costs, found.sizing)
}

/// How it was found.
pub(crate) fn method(found: &StormStudy) -> String {
    format!("{}; {}, seed {}", found.method, super::replications(found.replications), found.seed)
}

/// What was tried, where a storm was found.
pub(crate) fn remedies(found: &StormStudy) -> Option<Part> {
    let storm = found.storm.filter(|_| !found.remedies.is_empty())?;
    let longest = number::duration(found.longest_s);
    let from = number::duration(storm.from_s);
    let headings = [format!("recover\nfrom {longest}"), format!("after\n{from}")];
    let mut grid = Grid::new(&["remedy, alone", ""], headings);
    for tried in &found.remedies {
        grid.row(row(tried));
    }
    Part::of("What was tried, the mildest that prevents it or the strongest (after: time to recover)", grid)
}

/// What of the command line prevents a storm, by remedy.
pub(crate) fn changes(found: &StormStudy) -> Vec<String> {
    let change = |tried: &Tried| {
        let set: Vec<String> = tried.set.iter().map(|set| format!("--set {set}")).collect();
        format!("{}: {}", tried.name, set.join(" "))
    };
    found.remedies.iter().filter(|tried| tried.prevents).map(change).collect()
}

fn row(tried: &Tried) -> Vec<String> {
    let verdict = if tried.prevents { "prevents it" } else { MISSING };
    vec![
        tried.name.clone(),
        verdict.to_owned(),
        number::share(tried.recovering),
        tried.recovery_s.map_or("never".to_owned(), number::duration),
    ]
}
