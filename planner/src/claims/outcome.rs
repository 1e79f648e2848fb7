//! Claims against outcomes: a metric with its interval, and what it rests on.
//!
//! What rests on a smaller statement than the claim's is known from one side (see `bounds`): it can refute a claim, never
//! confirm it. A cost for another load is held in proportion, and is then a bound too. No source says how busy its fleet
//! is, so a bill is held at the fleet's target utilization and at all of it.

use scenarios::reading::nearest;
use scenarios::{Bound, Case, Claim, HeldAgainst, Sizing, conversion};

use super::bounds::{BOUNDED, Beyond};
use super::finding::{Found, finding, verdict};
use crate::summarize::is;
use crate::summary::{Basis, Metric, Summary, Verdict};
use crate::text::count;

/// Book that decides a claim which names none: our own figures.
pub(super) const DEFAULT_BOOK: &str = "measured";

/// Judges every claim that these outcomes can decide, and puts each finding with the outcome that decided it.
pub(crate) fn judge(claims: &[Claim], cases: &[Case], summaries: &mut [Summary]) {
    for claim in claims {
        let HeldAgainst::Metric { name, design, costs, sizing, load } = &claim.check else { continue };
        let book = costs.as_deref().unwrap_or(DEFAULT_BOOK);
        let sizing = if sizing == "specified" { Sizing::Specified } else { Sizing::Sized };
        let mut all = cases.iter().zip(summaries.iter_mut());
        if let Some((case, summary)) = all.find(|(_, summary)| is(summary, design, book, sizing)) {
            let found = match summary.metric(name) {
                Some(metric) => against(claim, metric, *load, case, summary),
                None => Found::nothing(no_metric(name, summary)),
            };
            let finding = finding(claim, found);
            summary.claims.push(finding);
        }
    }
}

/// What a cost of an outcome must be multiplied by to be that for another load, and on which side the truth lies then: for
/// a part of a load there must be that part of the machines at least, since machines come whole.
pub(crate) fn at_load(load: Option<f64>, summary: &Summary) -> (f64, Beyond) {
    let offered = summary.value("offered").filter(|offered| *offered > 0.0);
    let part = load.zip(offered).map_or(1.0, |(load, offered)| load / offered);
    // Loads that are written differently may differ in their last bit.
    let same = (part - 1.0).abs() < 1e-9;
    (part, Beyond { below: part > 1.0 && !same, above: part < 1.0 && !same })
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
fn against(claim: &Claim, metric: &Metric, load: Option<f64>, case: &Case, summary: &Summary) -> Found {
    let Some(factor) = conversion(&metric.unit, &claim.unit) else {
        return Found::nothing(format!("{} is in {}, which is not the unit of the claim", metric.name, metric.unit));
    };
    let (part, of_part) = at_load(load, summary);
    let factor = factor * part;
    let Some(value) = metric.value.map(|value| value * factor) else {
        let why = metric.why.clone().unwrap_or_else(|| "no value".into());
        // A latency that grows without bound is above every claim; any other missing number decides nothing.
        let refuted = metric.unit == "s"
            && !matches!(claim.bound, Bound::AtLeast | Bound::MoreThan)
            && claim.unchecked.is_none()
            && summary.limited_by.is_some();
        let verdict = if refuted { Verdict::Fails } else { Verdict::Untested };
        return Found { verdict: Some(verdict), why, ..Found::default() };
    };
    let busy = busy(&metric.name, case);
    let ends = (metric.low.map(|low| low * factor * busy), metric.high.map(|high| high * factor));
    let beyond = Beyond::of(&metric.name, case, summary).and(of_part);
    let verdict = match claim.unchecked {
        Some(_) => Verdict::Untested,
        None => verdict(claim, beyond.widened(ends.0.unwrap_or(value * busy), ends.1.unwrap_or(value))),
    };
    let mut why = because(metric, beyond, verdict, summary);
    if busy < 1.0 {
        why = format!("{why}; at {} % utilization, its lower end at 100 %", count(busy * 100.0));
    }
    if part != 1.0 {
        why = format!("{why}; {} % of it, as of the load", count(part * 100.0));
    }
    let why = claim.unchecked.iter().cloned().chain([why]).collect::<Vec<_>>().join("; ");
    Found { value: Some(value), low: ends.0, high: ends.1, side: beyond.side(), verdict: Some(verdict), why }
}

/// What is left of a bill when its machines are busy all the time.
fn busy(metric: &str, case: &Case) -> f64 {
    match case.sizing {
        Sizing::Sized if metric == "cost.proving" => case.target_utilization,
        _ => 1.0,
    }
}

/// The evidence of a metric, in words.
fn because(metric: &Metric, beyond: Beyond, verdict: Verdict, summary: &Summary) -> String {
    let mut why = format!("{} of {} on {} costs, {}", metric.name, summary.design, summary.costs, summary.sizing);
    if let Some(limit) =
        summary.limited_by.as_ref().filter(|_| ["capacity", "throughput"].contains(&metric.name.as_str()))
    {
        why = format!("{why}; limited by {}", crate::text::stage(limit));
    }
    if beyond != Beyond::default() && verdict == Verdict::Undecided {
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
