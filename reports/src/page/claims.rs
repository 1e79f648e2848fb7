//! The page of verdicts on claims.

use planner::{Finding, Judgements, Verdict, counted};

use super::{Page, Section, how_again, judged};
use crate::charts;
use crate::error::ReportError;
use crate::table;

/// The page of all findings.
///
/// # Errors
/// [`ReportError::Encode`] where the page cannot be made.
pub fn page(found: &Judgements) -> Result<String, ReportError> {
    let (findings, ground) = (table::unique(&found.claims), &found.provenance);
    let failing: Vec<&Finding> = findings.iter().copied().filter(|finding| finding.verdict == Verdict::Fails).collect();
    let answer = match failing.len() {
        0 => format!("No claim fails: {}.", table::tally(&findings)),
        1 => format!("One claim fails: {}.", table::tally(&findings)),
        fail => format!("{} fail: {}.", counted(&fail.to_string(), "claim"), table::tally(&findings)),
    };
    let calibration = ground.calibration_sha256.iter().map(|sha256| format!("calibration: SHA-256 {sha256}"));
    let known = std::iter::once(format!("seed {}", ground.seed)).chain(calibration).collect();
    let again = how_again(Vec::new(), known, &found.command);
    super::page(Page {
        title: "Claims and verdicts".to_owned(),
        kind: "Claims",
        question: "Does what is published of these designs hold?",
        answer: &answer,
        sections: vec![Section::of_charts(charts::claims(&findings))?, judged(&findings), again],
        version: &ground.version,
        ..Page::default()
    })
}
