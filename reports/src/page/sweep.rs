//! The pages of the values of a key: of the designs of one scenario, and of several scenarios.

use planner::{Summary, Sweep, Varied};

use super::{Page, asked_of, version};
use crate::charts;
use crate::error::ReportError;
use crate::table;
use crate::view;

/// The page of a sweep; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(sweep: &Sweep, command: &str) -> Result<String, ReportError> {
    let first = sweep.points.first().map_or(&[][..], |point| &point.designs);
    let answer = answer(table::leaders(sweep), &sweep.key, sweep.points.len());
    super::page(Page {
        title: format!("{}, by {}", sweep.scenario, sweep.key),
        kind: "Sweep",
        question: &question(&sweep.key),
        answer: &answer,
        conditions: vec![table::sweep_conditions(sweep)],
        sections: asked_of(first, table::sweep_parts(sweep), charts::sweep(sweep), command)?,
        version: version(first),
        ..Page::default()
    })
}

/// The page of the values of a key in several scenarios; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where the page cannot be made.
pub fn of_scenarios(found: &Varied, command: &str) -> Result<String, ReportError> {
    let rows = found.points.first().map_or(&[][..], |point| &point.rows);
    let first: Vec<Summary> = rows.iter().map(|row| row.outcome.clone()).collect();
    let parts = table::varied_parts(found);
    let leaders = parts.iter().filter_map(|part| part.told.first().filter(|line| line.starts_with("Least ")));
    let answer = answer(leaders.cloned().collect(), &found.key, found.points.len());
    super::page(Page {
        title: format!(
            "{}, by {}",
            view::distinct(rows.iter().map(|row| row.outcome.scenario.as_str())).join(", "),
            found.key
        ),
        kind: "Sweep of several scenarios",
        question: &question(&found.key),
        answer: &answer,
        conditions: table::scenario_conditions(rows, &found.books, false),
        sections: asked_of(&first, parts, None, command)?,
        version: version(&first),
        ..Page::default()
    })
}

fn question(key: &str) -> String {
    format!("What does {key} change, and where does one design overtake another?")
}

/// Who leads by each figure.
fn answer(leaders: Vec<String>, key: &str, values: usize) -> String {
    match leaders.is_empty() {
        true => format!("{key} was set to {}.", planner::counted(&values.to_string(), "value")),
        false => format!("{}.", leaders.join(". ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sample, sample_scenarios};

    #[test]
    fn a_sweep_says_who_leads_where() {
        let sweep = page(&sample::sweep(), "proofcast compare x --vary").expect("made");
        for part in ["Least total cost", "<svg", "seed ", "compare x --vary</code>"] {
            assert!(sweep.contains(part), "no {part}: {sweep}");
        }
        let several = of_scenarios(&sample_scenarios::varied(), "").expect("made");
        assert!(several.contains("<p class=\"answer\">Least ") && several.contains("desk&#x2f;hybrid"), "{several}");
        let empty = Sweep { points: Vec::new(), ..sample::sweep() };
        assert!(page(&empty, "").is_ok_and(|page| page.contains("was set to 0 values")));
    }
}
