//! The model beside runs of a real system: how far apart, against the spread between the runs, and how that changes.
//!
//! A run lies within the spread where the model is less than two standard deviations of the runs away from their mean; a
//! mean over a few runs is known less well than that, so this is a mild test (ISO 5725-1:2023 calls it reproducibility).
//! Nothing is adjusted: what differs is described by its own numbers.

use scenarios::{Reference, Scenario, Sizing};
use serde::Serialize;

use crate::summary::Summary;
use crate::sweep_point::Point;
use crate::text::count;

/// Standard deviations within which about 95 of 100 normal runs lie.
const DEVIATIONS: f64 = 2.0;

/// Runs of a real system beside the model of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReferenceCurve {
    /// Name of the runs.
    pub name: String,
    /// Design that models them.
    pub design: String,
    /// Cost book of the model.
    pub costs: String,
    /// Sizing of the model.
    pub sizing: String,
    /// What was measured and modelled.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Where the runs were published.
    pub source: String,
    /// One point per value of the key that was run.
    pub points: Vec<ReferencePoint>,
    /// What the model leaves out that the runs have, in the scenario's words.
    pub leaves_out: String,
    /// What agrees and what does not, in words made of the points.
    pub finding: String,
}

/// Runs and model at one value of the key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReferencePoint {
    /// Value of the key in its base unit.
    pub at: f64,
    /// Mean of the runs.
    pub real: f64,
    /// Standard deviation over the runs, where it was published.
    pub deviation: Option<f64>,
    /// What the model gives there; `null` where it was not asked, or has no figure.
    pub model: Option<f64>,
    /// Whether the model lies within two standard deviations of the runs; `null` where either is missing.
    pub within: Option<bool>,
    /// Why the model has no figure.
    pub why: Option<String>,
}

/// The runs of a scenario that vary this key, each beside the model as specified, or sized where only that was asked for.
pub(crate) fn beside(scenario: &Scenario, key: &str, points: &[Point]) -> Vec<ReferenceCurve> {
    let here = scenario.references.iter().filter(|reference| reference.key == key);
    let mut curves: Vec<ReferenceCurve> = here.filter_map(|one| curve(one, points)).collect();
    for index in 0..curves.len() {
        let parts = curves.iter().filter_map(|part| before_the_proposal(&curves[index], part)).collect::<Vec<_>>();
        let base = curves.iter().find_map(|other| against_the_base(&curves[index], other, &scenario.base));
        parts.into_iter().chain(base).for_each(|sentence| curves[index].finding.push_str(&sentence));
    }
    curves
}

/// What a design adds to the base, in the real runs and in the model, each at the lowest value that both were run at.
fn against_the_base(curve: &ReferenceCurve, base: &ReferenceCurve, name: &str) -> Option<String> {
    if base.design != name || curve.design == name || curve.metric != base.metric {
        return None;
    }
    let lowest =
        |curve: &ReferenceCurve| curve.points.iter().find_map(|point| Some((point.at, point.real, point.model?)));
    let ((at, real, model), (base_at, base_real, base_model)) = (lowest(curve)?, lowest(base)?);
    let (real, model) = (apart(real - base_real, &curve.unit), apart(model - base_model, &curve.unit));
    let (at, base_at) = (count(at), count(base_at));
    Some(format!("; at {at} the real runs take {real} than those of `{name}` at {base_at}, the model {model}"))
}

/// By how much the model and the real runs grow or fall, in words.
fn course(model: f64, real: f64, unit: &str) -> String {
    let by = |difference: f64| format!("by {} {unit}", count(rounded(difference.abs())));
    let falls = |difference: f64| rounded(difference) < 0.0;
    let runs = match (falls(model), falls(real)) {
        (false, true) => " fall",
        (true, false) => " grow",
        _ => "",
    };
    let goes = if falls(model) { "falls" } else { "grows" };
    format!("the model {goes} {}, the real runs{runs} {}", by(model), by(real))
}

/// A difference in words.
fn apart(difference: f64, unit: &str) -> String {
    format!("{} {unit} {}", count(rounded(difference.abs())), if difference < 0.0 { "less" } else { "more" })
}

/// To two digits, so that nothing reads as less than nothing.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0 + 0.0
}

/// How much of what is missing lies before the proposal: submission to decision, less proposal to decision.
fn before_the_proposal(whole: &ReferenceCurve, part: &ReferenceCurve) -> Option<String> {
    let (of_user, of_vote) = ("optimistic_finality.mean", "vote_finality.mean");
    if whole.metric != of_user || part.metric != of_vote || whole.design != part.design {
        return None;
    }
    let pairs = whole.points.iter().filter_map(|one| Some((one, part.points.iter().find(|other| other.at == one.at)?)));
    let (mut real, mut model) = (Vec::new(), Vec::new());
    for (whole, part) in pairs {
        if let (Some(with), Some(without)) = (whole.model, part.model) {
            real.push(whole.real - part.real);
            model.push(with - without);
        }
    }
    (!real.is_empty()).then(|| {
        let (real, model) = (span(&real, count), span(&model, count));
        format!("; of that the real runs take {real} s before the proposal, the model {model} s")
    })
}

fn curve(reference: &Reference, points: &[Point]) -> Option<ReferenceCurve> {
    let of_design = |point: &Point| -> Vec<Summary> {
        point.designs.iter().filter(|summary| summary.design == reference.design).cloned().collect()
    };
    let any = points.first().map(of_design)?;
    let specified = any.iter().find(|summary| summary.sizing == Sizing::Specified.name());
    let model = specified.or(any.first())?;
    let same = |summary: &&Summary| {
        summary.design == model.design && summary.costs == model.costs && summary.sizing == model.sizing
    };
    let unit = model.metric(&reference.metric)?.unit.clone();
    let point = |run: &scenarios::RealRun| {
        let close = |point: &&Point| point.at.is_some_and(|at| (at - run.at).abs() <= 1e-9 * run.at.abs());
        let asked = points.iter().find(close).and_then(|point| point.designs.iter().find(same));
        let metric = asked.and_then(|summary| summary.metric(&reference.metric));
        let model = metric.and_then(|metric| metric.value);
        let within =
            model.zip(run.deviation).map(|(model, deviation)| (model - run.mean).abs() <= DEVIATIONS * deviation);
        let why = metric.and_then(|metric| metric.why.clone());
        ReferencePoint { at: run.at, real: run.mean, deviation: run.deviation, model, within, why }
    };
    let found: Vec<ReferencePoint> = reference.runs.iter().map(point).collect();
    let finding = finding(&found, &unit);
    let (costs, sizing) = (model.costs.clone(), model.sizing.clone());
    Some(ReferenceCurve {
        name: reference.name.clone(),
        design: reference.design.clone(),
        costs,
        sizing,
        metric: reference.metric.clone(),
        unit,
        source: reference.source.clone(),
        points: found,
        leaves_out: reference.leaves_out.clone(),
        finding,
    })
}

/// What the points say: agreement, the ratio, what is missing and whether it grows, and where the model gives up.
fn finding(points: &[ReferencePoint], unit: &str) -> String {
    if points.iter().all(|point| point.model.is_none() && point.why.is_none()) {
        let values: Vec<String> = points.iter().map(|point| count(point.at)).collect();
        return format!("The model was not run at any of the values of the real runs: {}", values.join(", "));
    }
    let both: Vec<(&ReferencePoint, f64)> = points.iter().filter_map(|point| Some((point, point.model?))).collect();
    let mut sentences = Vec::new();
    let judged: Vec<bool> = points.iter().filter_map(|point| point.within).collect();
    if !judged.is_empty() {
        let within = judged.iter().filter(|within| **within).count();
        sentences.push(format!(
            "The model lies within two standard deviations of the real runs at {within} of {} values",
            judged.len()
        ));
    }
    if !both.is_empty() {
        let ratios: Vec<f64> = both.iter().map(|(point, model)| model / point.real).collect();
        sentences.push(format!("it gives {} of what was measured", span(&ratios, |ratio| format!("{ratio:.2}"))));
    }
    if let [first, .., last] = &both[..] {
        let missing = |(point, model): &(&ReferencePoint, f64)| apart(point.real - model, unit);
        sentences.push(format!(
            "from the lowest to the highest of these values {}; the real runs take {} at the lowest and {} at the highest",
            course(last.1 - first.1, last.0.real - first.0.real, unit),
            missing(first),
            missing(last),
        ));
    }
    let without: Vec<&ReferencePoint> = points.iter().filter(|point| point.why.is_some()).collect();
    if let Some(point) = without.first() {
        let real: Vec<f64> = without.iter().map(|point| point.real).collect();
        sentences.push(format!(
            "at {} and above the model has no figure ({}), where the real runs, which end, gave {} {unit}",
            count(point.at),
            point.why.as_deref().unwrap_or_default(),
            span(&real, count),
        ));
    }
    sentences.join("; ")
}

/// From the least to the most of values, or the one that they all read as.
fn span(values: &[f64], show: fn(f64) -> String) -> String {
    let (least, most) = range(values);
    let (least, most) = (show(least), show(most));
    if least == most { least } else { format!("{least} to {most}") }
}

fn range(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_made_of_the_points() {
        let point = |at, real, deviation, model: Option<f64>| ReferencePoint {
            at,
            real,
            deviation: Some(deviation),
            model,
            within: model.map(|model: f64| (model - real).abs() <= 2.0 * deviation),
            why: model.is_none().then(|| "cores saturate".to_owned()),
        };
        let points = [point(10.0, 1.0, 0.3, Some(0.5)), point(80.0, 2.0, 0.2, Some(1.0)), point(100.0, 9.0, 2.0, None)];
        let text = finding(&points, "s");
        for part in ["at 1 of 2 values", "gives 0.50 of", "grows by 0.50 s, the real runs by 1 s", "gave 9 s"] {
            assert!(text.contains(part), "no `{part}` in {text}");
        }
    }

    #[test]
    fn what_falls_does_not_grow_by_less_than_nothing() {
        assert_eq!(course(0.5, 1.0, "s"), "the model grows by 0.50 s, the real runs by 1 s");
        assert_eq!(course(-0.01, -0.3, "s"), "the model falls by 0.01 s, the real runs by 0.30 s");
        assert_eq!(course(-0.01, 0.3, "s"), "the model falls by 0.01 s, the real runs grow by 0.30 s");
        assert_eq!(course(-0.001, -0.3, "s"), "the model grows by 0 s, the real runs fall by 0.30 s");
    }

    #[test]
    fn a_design_is_held_against_the_base_by_what_it_adds() {
        let curve = |design: &str, at, real, model| ReferenceCurve {
            name: String::new(),
            design: design.into(),
            costs: String::new(),
            sizing: String::new(),
            metric: "m".into(),
            unit: "s".into(),
            source: String::new(),
            points: vec![ReferencePoint { at, real, deviation: None, model, within: None, why: None }],
            leaves_out: String::new(),
            finding: String::new(),
        };
        let (base, down) = (curve("all", 10.0, 1.25, Some(0.5)), curve("down", 9.0, 6.0, Some(5.0)));
        let said = against_the_base(&down, &base, "all").expect("both were run");
        assert_eq!(said, "; at 9 the real runs take 4.75 s more than those of `all` at 10, the model 4.50 s more");
        assert_eq!(against_the_base(&base, &base, "all"), None);
        assert_eq!(against_the_base(&curve("down", 9.0, 6.0, None), &base, "all"), None);
    }
}
