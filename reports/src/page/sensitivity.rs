//! The page of what moves designs most.

use planner::{Sensitivity, Summary};

use super::{Page, asked_of, version};
use crate::charts;
use crate::error::ReportError;
use crate::number;
use crate::table::{self, part::Part};
use crate::view;

/// The page of some cases; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(found: &[Sensitivity], command: &str) -> Result<String, ReportError> {
    let bases: Vec<Summary> = found.iter().map(|one| one.base.clone()).collect();
    let several = found.len() > 1;
    let of_case = |one| {
        let heading = several.then(|| Part::sentences(table::sensitivity_title(one), Vec::new()));
        heading.into_iter().chain(table::sensitivity_parts(one))
    };
    let answer = found.iter().filter_map(greatest).collect::<Vec<_>>().join(" ");
    super::page(Page {
        title: bases.first().map_or_else(String::new, |base| format!("{}: sensitivity", base.scenario)),
        kind: "Sensitivity",
        question: "Which inputs that are not known exactly move the answer most?",
        answer: if answer.is_empty() { "No uncertain input moves the bill beyond the noise." } else { &answer },
        conditions: found.iter().take(1).map(table::sensitivity_method).collect(),
        sections: asked_of(&bases, found.iter().flat_map(of_case), found.iter().filter_map(charts::tornado), command)?,
        version: version(&bases),
        ..Page::default()
    })
}

/// What moves the first figure of a case most.
fn greatest(found: &Sensitivity) -> Option<String> {
    let metric = *table::of_world(found).first()?;
    let (input, swing) = table::moving(found, metric).into_iter().find(|(_, swing)| swing.swing.is_some())?;
    let show = |value: Option<f64>| value.map_or("none".to_owned(), |value| number::figure(value, &swing.unit));
    let [low, high] = table::ends(input);
    Some(format!(
        "{} on {} costs: {} moves the {} most, from {} at {low} to {} at {high}.",
        found.base.design,
        found.base.costs,
        table::name(found, input),
        view::metric(metric),
        show(swing.at_low),
        show(swing.at_high),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn what_moves_most_is_said_first() {
        let made = page(&[sample::sensitivity()], "").expect("made");
        let answer = made.split("class=\"answer\">").nth(1).and_then(|rest| rest.split('<').next()).expect("an answer");
        assert!(answer.contains("moves the total cost a month most, from $"), "{answer}");
        assert!(made.contains("Swing of the") && made.contains("<svg"));
        assert!(page(&[], "").is_ok_and(|made| made.contains("No uncertain input")));
    }
}
