//! The page of what the switches of designs are worth.

use planner::{Summary, SwitchStudy};

use super::{Page, asked_of, version};
use crate::charts;
use crate::error::ReportError;
use crate::table::{self, part::Part};

/// The page of some cases; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(found: &[SwitchStudy], command: &str) -> Result<String, ReportError> {
    let bases: Vec<Summary> = found.iter().map(|one| one.base.clone()).collect();
    let several = found.len() > 1;
    let of_case = |one: &SwitchStudy| {
        let heading = several.then(|| Part::sentences(table::switches_title(one), vec![one.answer.clone()]));
        heading.into_iter().chain(table::switches_parts(one)).collect::<Vec<_>>()
    };
    super::page(Page {
        title: bases.first().map_or_else(String::new, |base| format!("{}: switches", base.scenario)),
        kind: "Switches",
        question: "What is each option of the design worth, alone and together?",
        answer: &found.iter().map(|one| one.answer.as_str()).collect::<Vec<_>>().join(" "),
        conditions: found.iter().take(1).map(table::switches_method).collect(),
        sections: asked_of(&bases, found.iter().flat_map(of_case), found.iter().filter_map(charts::switches), command)?,
        version: version(&bases),
        ..Page::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_switch_has_its_worth() {
        let made = page(&[sample::switches()], "").expect("made");
        for part in ["worth it", "All together", "<svg", "what each switch changes"] {
            assert!(made.contains(part), "no {part}: {made}");
        }
    }
}
