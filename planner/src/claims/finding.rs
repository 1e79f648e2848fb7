//! From what was found to the finding on a claim, which hears the claim's own arithmetic first.

use scenarios::{Bound, Claim, HeldAgainst};

use crate::summary::{Finding, Verdict};

/// What was found for a claim, before its own arithmetic is heard.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) value: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    /// `at least` or `at most` where what was found is only a bound.
    pub(super) side: Option<Bound>,
    pub(super) verdict: Option<Verdict>,
    pub(super) why: String,
}

impl Found {
    /// Nothing, for a reason.
    pub(super) fn nothing(why: impl Into<String>) -> Self {
        Self { verdict: Some(Verdict::Untested), why: why.into(), ..Self::default() }
    }
}

/// The finding on a claim: what was found, unless its own inputs contradict it.
pub(super) fn finding(claim: &Claim, found: Found) -> Finding {
    let derived = claim.derived.as_ref();
    let gives = derived.map(|derived| within(claim, derived.value, derived.value) == Some(true));
    let verdict = match (gives, found.verdict) {
        (Some(false), _) => Verdict::Inconsistent,
        (_, Some(verdict)) => verdict,
        (Some(true), None) => Verdict::Holds,
        (None, None) => Verdict::Untested,
    };
    let here = if derived.is_some() { "here: " } else { "" };
    let evidence = Some(found.why).filter(|why| !why.is_empty()).map(|why| format!("{here}{why}"));
    let whys = [derived.map(|derived| derived.arithmetic.clone()), evidence];
    let metric = match &claim.check {
        HeldAgainst::Metric { name, .. } => Some(name.clone()),
        _ => None,
    };
    Finding {
        id: claim.id.clone(),
        statement: claim.statement.clone(),
        verdict,
        claimed: claim.claimed,
        unit: claim.unit.clone(),
        derived: derived.map(|derived| derived.value),
        metric,
        found: found.value,
        low: found.low,
        high: found.high.filter(|high| high.is_finite()),
        side: found.side,
        ratio: found.value.filter(|value| *value != 0.0).map(|value| claim.claimed / value),
        why: whys.into_iter().flatten().collect::<Vec<_>>().join("; "),
        source: claim.source.clone(),
    }
}

/// Whether an interval lies within what a claim allows: `None` if it straddles the bound.
pub(super) fn within(claim: &Claim, low: f64, high: f64) -> Option<bool> {
    claim.bound.within(claim.claimed, claim.tolerance, low, high)
}

/// The verdict on an interval.
pub(super) fn verdict(claim: &Claim, (low, high): (f64, f64)) -> Verdict {
    match within(claim, low, high) {
        Some(true) => Verdict::Holds,
        Some(false) => Verdict::Fails,
        None => Verdict::Undecided,
    }
}
