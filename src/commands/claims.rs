//! `claims`: every published claim of a scenario with its verdict.

use planner::{Finding, Verdict};

use super::study::Study;
use super::{Answer, Failure, print};
use crate::args::{Claims, Common};
use crate::terminal;

/// Judges the claims and prints them; with `--strict` the exit status is the verdict on all of them.
pub fn run(options: &Claims, common: &Common) -> Result<Answer, Failure> {
    let study = Study::open(&options.chosen, &[], &[], None, common)?;
    let comparison = study.compare(&options.chosen, common)?;
    let findings: Vec<&Finding> = comparison.designs.iter().flat_map(|summary| &summary.claims).collect();
    if common.json {
        print(&reports::json::claims(&findings).map_err(Failure::because)?)?;
    } else {
        print(&reports::table::claims(findings.iter().copied(), terminal::style()))?;
    }
    let any = |verdicts: &[Verdict]| findings.iter().any(|finding| verdicts.contains(&finding.verdict));
    Ok(if !options.strict {
        Answer::Done
    } else if any(&[Verdict::Fails, Verdict::Inconsistent]) {
        Answer::Failed
    } else if any(&[Verdict::Undecided]) {
        Answer::Undecided
    } else {
        Answer::Done
    })
}
