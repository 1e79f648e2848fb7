//! The page of points of several keys.

use planner::Experiment;

use super::{Page, asked_of, version};
use crate::charts::{self, Picture};
use crate::error::ReportError;
use crate::table;
use crate::view;

/// Most keys that a title names.
const NAMED: usize = 3;

/// The page of an experiment; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(found: &Experiment, command: &str) -> Result<String, ReportError> {
    let keys: Vec<&str> = found.keys.iter().map(|key| key.name.as_str()).collect();
    let keys = if keys.len() > NAMED { format!("{} keys", keys.len()) } else { planner::listed(&keys) };
    let pictures: Vec<Picture> = charts::experiment(found).into_iter().map(|(_, picture)| picture).collect();
    super::page(Page {
        title: format!("{}, by {keys}", found.scenario),
        kind: "Sweep of several keys",
        question: &format!("What do {keys} change, and which design is best where?"),
        answer: &answer(found),
        conditions: vec![table::experiment_conditions(found)],
        sections: asked_of(&found.first, table::experiment_parts(found), pictures, command)?,
        version: version(&found.first),
        ..Page::default()
    })
}

/// Which design is best at how many points; of one design how many points there are.
fn answer(found: &Experiment) -> String {
    let led = found.shown().iter().flat_map(|figure| {
        let of_book = |book: &&str| {
            Some(format!(
                "Least {}, {book} costs: {}",
                view::metric(figure),
                table::experiment_leaders(found, figure, book)?
            ))
        };
        table::experiment_books(found).iter().filter_map(of_book).collect::<Vec<_>>()
    });
    let led: Vec<String> = led.collect();
    match led.is_empty() {
        true => format!("{} were simulated.", planner::counted(&found.points.len().to_string(), "point")),
        false => format!("{}.", led.join(". ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_experiment;

    #[test]
    fn a_page_says_who_is_best_where_or_what_decides() {
        let map = page(&sample_experiment::map(), "proofcast compare x --vary").expect("made");
        for part in ["gpu at 6 of 9 points", "<svg", "seed ", "compare x --vary</code>"] {
            assert!(map.contains(part), "no {part}: {map}");
        }
        let sampled = page(&sample_experiment::sampled(), "").expect("made");
        assert!(sampled.contains("What decides total cost a month"), "{sampled}");
        let empty = Experiment { points: Vec::new(), effects: Vec::new(), ..sample_experiment::map() };
        assert!(page(&empty, "").is_ok_and(|page| page.contains("0 points were simulated")));
    }
}
