//! Claims against outcomes: a metric with its interval, and what it rests on.
//!
//! A proving cost of a smaller statement than the claim's is a lower bound: it can refute a claim, never confirm it.

use scenarios::reading::nearest;
use scenarios::{Bound, Check, Claim, Sizing, conversion};

use super::{BOUNDED, Found, finding, side, verdict};
use crate::run::is;
use crate::summary::{Basis, Metric, Summary, Verdict};
use crate::text::count;

/// Book that decides a claim which names none: our own figures.
pub(super) const DEFAULT_BOOK: &str = "measured";

/// Judges every claim that these outcomes can decide, and puts each finding with the outcome that decided it.
pub(crate) fn judge(claims: &[Claim], lower_bounds: &[(String, String)], summaries: &mut [Summary]) {
    for claim in claims {
        let Check::Metric { name, design, costs, sizing } = &claim.check else { continue };
        let book = costs.as_deref().unwrap_or(DEFAULT_BOOK);
        let sizing = if sizing == "specified" { Sizing::Specified } else { Sizing::Sized };
        if let Some(summary) = summaries.iter_mut().find(|summary| is(summary, design, book, sizing)) {
            let bound_only = lower_bounds.iter().find(|(bounded, _)| bounded == design).filter(|_| book != "claimed");
            let found = match summary.metric(name) {
                Some(metric) => against(claim, metric, bound_only.map(|(_, why)| why.as_str()), summary),
                None => Found::nothing(no_metric(name, summary)),
            };
            let finding = finding(claim, found);
            summary.claims.push(finding);
        }
    }
}

/// Why there is no metric of a name.
pub(crate) fn no_metric(name: &str, summary: &Summary) -> String {
    // Only a name of the same part is a slip of the pen: other parts have the same statistics.
    let part = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let parts: Vec<String> = summary.metrics.iter().map(|metric| part(&metric.name)).collect();
    let meant = nearest(&part(name), parts.iter().map(String::as_str));
    let alike =
        summary.metrics.iter().map(|metric| metric.name.as_str()).filter(|name| Some(part(name).as_str()) == meant);
    let meant = nearest(name, alike).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    format!("no outcome has the metric `{name}` yet{meant}")
}

/// Holds a claim against a metric.
fn against(claim: &Claim, metric: &Metric, lower_bound: Option<&str>, summary: &Summary) -> Found {
    let Some(factor) = conversion(&metric.unit, &claim.unit) else {
        return Found::nothing(format!("{} is in {}, which is not the unit of the claim", metric.name, metric.unit));
    };
    let Some(value) = metric.value.map(|value| value * factor) else {
        let why = metric.why.clone().unwrap_or_else(|| "no value".into());
        // A latency that grows without bound is above every claim; any other missing number decides nothing.
        let refuted = metric.unit == "s" && claim.bound != Bound::AtLeast && summary.limited_by.is_some();
        let verdict = if refuted { Verdict::Fails } else { Verdict::Untested };
        return Found { verdict: Some(verdict), why, ..Found::default() };
    };
    let ends = (metric.low.map(|low| low * factor), metric.high.map(|high| high * factor));
    let (mut low, mut high) = (ends.0.unwrap_or(value), ends.1.unwrap_or(value));
    let bounded = lower_bound.filter(|_| rests_on_proving(&metric.name, summary));
    if bounded.is_some() {
        // The true work is at least what was measured: costs and latencies can only be higher, throughput only lower.
        if metric.name == "throughput" { low = 0.0 } else { high = f64::INFINITY }
    }
    let side = side(low == 0.0 && bounded.is_some(), high == f64::INFINITY);
    let verdict = verdict(claim, low, high);
    let why = because(metric, bounded.is_some(), verdict, summary);
    Found { value: Some(value), low: ends.0, high: ends.1, side, verdict: Some(verdict), why }
}

/// The evidence of a metric, in words.
fn because(metric: &Metric, bounded: bool, verdict: Verdict, summary: &Summary) -> String {
    let mut why = format!("{} of {} on {} costs, {}", metric.name, summary.design, summary.costs, summary.sizing);
    if let Some(limit) = summary.limited_by.as_ref().filter(|_| metric.name == "throughput") {
        why = format!("{why}; limited by {}", crate::text::stage(limit));
    }
    if bounded && verdict == Verdict::Undecided {
        why = format!("{why}; {BOUNDED}");
    }
    if metric.name == "cost.proving" && summary.proving_basis.claimed < 1.0 {
        why = format!("{why}; proving rests on {}", rests_on(&summary.proving_basis));
    }
    why
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
