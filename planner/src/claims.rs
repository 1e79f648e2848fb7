//! Verdicts on published figures: computed from the claim, its own inputs and an outcome; never written in.
//!
//! A claim is held against its own arithmetic first: a figure that its inputs do not give is `inconsistent`, whatever
//! the simulation says. Then it is held against a metric's interval: inside the claim's tolerance it `holds`, outside
//! it `fails`, across the bound it is `undecided`. A proving cost of a smaller statement than the claim's is a lower
//! bound: it can refute a claim, never confirm it.

use exmex::{Express, FlatEx};
use scenarios::{Bound, Claim, Derivation, Sizing};

use crate::run::is;
use crate::summary::{Basis, Finding, Metric, Summary, Verdict};
use crate::text::count;

/// Book that decides a claim which names none: our own figures.
const DEFAULT_BOOK: &str = "measured";

/// Judges every claim that these outcomes can decide, and puts each finding with the outcome that decided it.
pub fn judge(claims: &[Claim], lower_bounds: &[(String, String)], summaries: &mut [Summary]) {
    for claim in claims {
        let book = claim.costs.as_deref().unwrap_or(DEFAULT_BOOK);
        let sizing = match claim.sizing.as_deref() {
            Some("specified") => Sizing::Specified,
            _ => Sizing::Sized,
        };
        if let Some(summary) = summaries.iter_mut().find(|summary| is(summary, &claim.design, book, sizing)) {
            let bound_only =
                lower_bounds.iter().find(|(design, _)| *design == claim.design).filter(|_| book != "claimed");
            let finding = finding(claim, summary, bound_only.map(|(_, why)| why.as_str()));
            summary.claims.push(finding);
        }
    }
}

/// The verdict on one claim from one outcome.
fn finding(claim: &Claim, summary: &Summary, lower_bound: Option<&str>) -> Finding {
    let metric = claim.metric.as_deref().and_then(|name| summary.metric(name));
    let (mut verdict, mut why) = match (metric, &claim.metric) {
        (Some(metric), _) => against(claim, metric, lower_bound, summary),
        (None, Some(name)) => (Verdict::Untested, format!("the outcome has no metric `{name}`")),
        (None, None) => (Verdict::Untested, "no metric is named for it".to_owned()),
    };
    let derivation = claim.derive.as_ref().map(derived);
    match &derivation {
        Some(Ok(value)) if within(claim, *value, *value) != Some(true) => verdict = Verdict::Inconsistent,
        Some(Err(error)) => {
            why = format!("{why}; its formula does not read: {error}");
            if verdict == Verdict::Holds {
                verdict = Verdict::Untested;
            }
        }
        Some(Ok(_)) | None => {}
    }
    Finding {
        id: claim.id.clone(),
        statement: claim.statement.clone(),
        verdict,
        claimed: claim.claimed,
        unit: claim.unit.clone(),
        derived: derivation.and_then(Result::ok),
        metric: claim.metric.clone(),
        found: metric.and_then(|metric| metric.value),
        low: metric.and_then(|metric| metric.low),
        high: metric.and_then(|metric| metric.high),
        why,
        source: claim.source.clone(),
    }
}

/// Holds a claim against a metric.
fn against(claim: &Claim, metric: &Metric, lower_bound: Option<&str>, summary: &Summary) -> (Verdict, String) {
    let Some(value) = metric.value else {
        let why = metric.why.clone().unwrap_or_else(|| "no value".into());
        // A latency that grows without bound is above every claim; any other missing number decides nothing.
        let refuted = claim.unit == "s" && claim.bound != Bound::AtLeast && summary.limited_by.is_some();
        return (if refuted { Verdict::Fails } else { Verdict::Untested }, why);
    };
    let (mut low, mut high) = (metric.low.unwrap_or(value), metric.high.unwrap_or(value));
    let bounded = lower_bound.filter(|_| rests_on_proving(&metric.name, summary));
    if bounded.is_some() {
        // The true work is at least what was measured: costs and latencies can only be higher, throughput only lower.
        if metric.name == "throughput" { low = 0.0 } else { high = f64::INFINITY }
    }
    let verdict = match within(claim, low, high) {
        Some(true) => Verdict::Holds,
        Some(false) => Verdict::Fails,
        None => Verdict::Undecided,
    };
    let compared = match verdict {
        Verdict::Holds => "within",
        Verdict::Fails => "outside",
        _ => "on both sides of",
    };
    let mut why = format!("{} is {compared} what is claimed", metric.name);
    if let Some(limit) = summary.limited_by.as_ref().filter(|_| metric.name == "throughput") {
        why = format!("{why}; limited by {}", crate::text::stage(limit));
    }
    if bounded.is_some() && verdict == Verdict::Undecided {
        why = format!("{why}: what was measured is a lower bound and cannot confirm it");
    }
    if metric.name == "cost.proving" && summary.proving_basis.claimed < 1.0 {
        why = format!("{why}; proving rests on {}", rests_on(&summary.proving_basis));
    }
    (verdict, why)
}

/// How the figures behind a cost are known, in words.
fn rests_on(basis: &Basis) -> String {
    let kinds = [
        (basis.measured, "measured"),
        (basis.published, "published"),
        (basis.claimed, "claimed"),
        (basis.extrapolated, "extrapolated"),
    ];
    let some = kinds.into_iter().filter(|(share, _)| *share > 0.0);
    let words: Vec<String> =
        some.map(|(share, kind)| format!("{} % {kind}", count((share * 100.0).round().max(1.0)))).collect();
    format!("{} figures", words.join(", "))
}

/// Whether a metric depends on what proving costs.
fn rests_on_proving(metric: &str, summary: &Summary) -> bool {
    match metric {
        "cost.proving" | "cost.total" | "cost.per_million_transactions" => true,
        "throughput" => summary.tightest == "provers",
        // A design that proves before it includes has its proving in every latency but the vote's.
        "optimistic_finality.p50" | "optimistic_finality.p99" | "optimistic_finality.mean" => summary.proves_first,
        _ if metric.starts_with("proof_finality") => true,
        _ => false,
    }
}

/// Whether an interval lies within what a claim allows: `None` if it straddles the bound.
fn within(claim: &Claim, low: f64, high: f64) -> Option<bool> {
    let slack = claim.claimed.abs() * claim.tolerance.value();
    let (least, most) = match claim.bound {
        Bound::About => (claim.claimed - slack, claim.claimed + slack),
        Bound::AtMost => (f64::NEG_INFINITY, claim.claimed + slack),
        Bound::AtLeast => (claim.claimed - slack, f64::INFINITY),
    };
    if low >= least && high <= most {
        Some(true)
    } else if high < least || low > most {
        Some(false)
    } else {
        None
    }
}

/// The figure that a source's own arithmetic gives.
pub fn derived(derivation: &Derivation) -> Result<f64, String> {
    let expression = FlatEx::<f64>::parse(&derivation.formula).map_err(|error| error.to_string())?;
    let values: Vec<f64> = expression
        .var_names()
        .iter()
        .map(|name| derivation.inputs.get(name).copied().ok_or_else(|| format!("`{name}` is not among its inputs")))
        .collect::<Result<_, _>>()?;
    let value = expression.eval(&values).map_err(|error| error.to_string())?;
    if value.is_finite() { Ok(value) } else { Err(format!("it gives {value}")) }
}
