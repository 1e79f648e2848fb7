//! `claims`: every published claim of a scenario or of the library, with its verdict.

use planner::{Budget, Comparison, Finding, Standing, Verdict, books_asked, findings};

use super::study::{Study, host_calibration};
use super::{Answer, Failure, print};
use crate::args::{ALL, Chosen, Claims, Common};
use crate::terminal;

/// Judges the claims, prints them and writes them; with `--strict` the exit status is the verdict on all of
/// them and on the objectives.
pub fn run(options: &Claims, common: &Common) -> Result<Answer, Failure> {
    let chosen = &options.chosen;
    let names: Vec<&str> = match chosen.scenario.as_str() {
        ALL => scenarios::claim_library().iter().map(|(name, _)| *name).collect(),
        name => vec![name],
    };
    let (mut found, mut comparisons) = (Vec::new(), Vec::new());
    for name in names {
        let chosen = Chosen { scenario: name.to_owned(), ..chosen.clone() };
        let (findings, comparison) = judged(&chosen, Budget { replications: options.budget }, common)?;
        found.extend(findings);
        comparisons.extend(comparison);
    }
    let designs = comparisons.iter().flat_map(|comparison| &comparison.designs);
    let mut files = reports::write_claims(&common.out, &found, designs.clone()).map_err(Failure::because)?;
    if let Some(path) = &options.markdown {
        let text = reports::markdown::claims(&found);
        files.push(reports::files::write(path, text.as_bytes()).map_err(Failure::because)?);
    }
    if common.json {
        print(&reports::json::claims(&found, designs).map_err(Failure::because)?)?;
    } else {
        let style = terminal::style();
        print(&reports::table::claims(&found, style))?;
        for comparison in &comparisons {
            print(&reports::table::objectives(&comparison.designs, style))?;
        }
        let paths: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
        print(&format!("\nwrote {}\n", paths.join(", ")))?;
    }
    Ok(if options.strict { answer(&found, &comparisons) } else { Answer::Done })
}

/// The findings on one scenario, with the comparison that they rest on, or on one file of claims.
fn judged(chosen: &Chosen, budget: Budget, common: &Common) -> Result<(Vec<Finding>, Option<Comparison>), Failure> {
    if let Some(claims) = scenarios::claims_of(&chosen.scenario).map_err(Failure::because)? {
        let (calibration, _) = host_calibration(common)?;
        return Ok((findings(&claims, &[], Some(&calibration)), None));
    }
    let mut study = Study::open(chosen, &[], &[], None, common)?;
    // What no claim asks of needs not be simulated.
    study.selection.books = books_asked(&study.scenario);
    let mut comparison = study.compare(chosen, common)?;
    study.decide(&mut comparison, budget, chosen, common)?;
    let found = findings(&study.scenario.claims, &comparison.designs, study.calibration());
    Ok((found, Some(comparison)))
}

/// The verdict on everything: on all claims, and on all objectives.
fn answer(found: &[Finding], comparisons: &[Comparison]) -> Answer {
    let claim = |verdicts: &[Verdict]| found.iter().any(|finding| verdicts.contains(&finding.verdict));
    let reached = comparisons.iter().flat_map(|comparison| &comparison.designs).flat_map(|design| &design.objectives);
    let objective = |standing: Standing| reached.clone().any(|reached| reached.standing == standing);
    if claim(&[Verdict::Fails, Verdict::Inconsistent]) || objective(Standing::Fail) {
        Answer::Failed
    } else if claim(&[Verdict::Undecided]) || objective(Standing::Undecided) {
        Answer::Undecided
    } else {
        Answer::Done
    }
}
