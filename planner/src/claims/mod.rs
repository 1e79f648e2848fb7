//! Verdicts on published figures: computed from the claim, its own inputs, an outcome or the calibration; never written in.
//!
//! A claim is held against its own arithmetic first: a figure that its inputs do not give is `inconsistent`, whatever
//! else says. Then it is held against an interval, of a metric or of a formula over what was measured: inside the claim's
//! tolerance it `holds`, outside it `fails`, across the bound it is `undecided`. A claim of arithmetic alone holds where its
//! inputs give it. What follows exactly from the scenario has no interval and is held or not. What is found on another CPU
//! than a figure belongs to, or for another reason cannot decide a claim, is shown and leaves it `untested`.

use calibrate::Calibration;
use scenarios::{Claim, HeldAgainst, Scenario};

use crate::summary::{Finding, Summary, Verdict};

mod bounds;
mod finding;
mod judgements;
mod measured;
mod outcome;
mod sequential;

pub(crate) use bounds::{BOUNDED, Beyond};
use finding::{Found, finding, verdict};
pub use judgements::{Ground, Judgements, OfDesign};
pub(crate) use outcome::{at_load, judge, no_metric};
pub use sequential::{Budget, ERROR_RATE, decide};

/// The cost books that a scenario's claims and objectives are held against; all where an objective names none.
pub fn books_asked(scenario: &Scenario) -> Vec<String> {
    let claims = scenario.claims.iter().filter_map(|claim| match &claim.check {
        HeldAgainst::Metric { costs, .. } => Some(costs.as_deref().unwrap_or(outcome::DEFAULT_BOOK)),
        _ => None,
    });
    let objectives = scenario.objectives.iter().map(|objective| objective.costs.as_deref());
    let asked: Option<Vec<&str>> = claims.map(Some).chain(objectives).collect();
    let is_asked = |book: &&str| asked.as_ref().is_none_or(|asked| asked.contains(book));
    scenario.books().filter(is_asked).map(str::to_owned).collect()
}

/// The verdict on a figure that somebody found for a claim, whose interval is in the claim's unit. Without one it is undecided.
pub fn verdict_on(claim: &Claim, interval: Option<(f64, f64)>) -> Verdict {
    interval.map_or(Verdict::Undecided, |interval| verdict(claim, interval))
}

/// The findings on all claims, in their order: those on metrics as the outcomes have them, the others judged here.
pub fn findings(claims: &[Claim], outcomes: &[Summary], calibration: Option<&Calibration>) -> Vec<Finding> {
    let one = |claim: &Claim| match &claim.check {
        HeldAgainst::Metric { .. } => outcomes
            .iter()
            .flat_map(|summary| &summary.claims)
            .find(|finding| finding.id == claim.id)
            .cloned()
            .unwrap_or_else(|| finding(claim, Found::nothing("its design was not simulated"))),
        HeldAgainst::Found(computation) => finding(claim, measured::found(claim, computation, calibration)),
        HeldAgainst::Nothing => finding(claim, Found::nothing(claim.unchecked.as_deref().unwrap_or_default())),
        HeldAgainst::Arithmetic => finding(claim, Found::default()),
    };
    claims.iter().map(one).collect()
}
