//! The `compare --storm` answer: the smallest burst that a service does not recover from, and what prevents it.

use planner::{StormStudy, Tried};

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};

/// The answer in words, and a table of what was tried.
pub fn storm(found: &StormStudy, style: Style) -> String {
    let title = format!("Storms: {} · {} costs · {}", found.design, found.costs, found.sizing);
    let method = format!("{}; {}, seed {}", found.method, super::replications(found.replications), found.seed);
    let mut text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&title, 0)));
    text += &format!("{}\n", style.paint(Paint::Bold, &style.wrap(&found.answer, 0)));
    text += &format!("{}\n", style.paint(Paint::Dim, &style.wrap(&method, 0)));
    let Some(storm) = found.storm.filter(|_| !found.remedies.is_empty()) else { return text };
    let longest = number::duration(found.longest_s);
    let from = number::duration(storm.from_s);
    let headings = [format!("recover\nfrom {longest}"), format!("after\n{from}")];
    let mut grid = Grid::new(&["remedy, alone", ""], headings);
    for tried in &found.remedies {
        grid.row(row(tried));
    }
    let heading = "What was tried, the mildest that prevents it or the strongest (after: time to recover)";
    text += &format!("\n{}", grid.render(heading, style));
    for tried in found.remedies.iter().filter(|tried| tried.prevents) {
        // Not wrapped: it is copied.
        let set: Vec<String> = tried.set.iter().map(|set| format!("--set {set}")).collect();
        text += &format!(" {}: {}\n", tried.name, set.join(" "));
    }
    text
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
