//! The machine documents: `proofcast/outcome/1`, `proofcast/comparison/1` and others, finite numbers only.
//!
//! What is printed is short. What a file keeps (`kept_…`) has all that its tables, charts and page are made of, so that they can be drawn
//! again, and two results be compared replication by replication.
//!
//! A float that is infinite or not a number would silently become `null`, which means "missing, for the reason given":
//! such a float is an error here.

use planner::{
    Attainment, Comparison, Contrast, Experiment, Finding, Judgements, Metric, Overtaking, Plan, Point, Row,
    SENSITIVITY_SCHEMA, STORM_SCHEMA, SWITCHES_SCHEMA, Sensitivity, SideBySide, StormStudy, Summary, Sweep,
    SwitchStudy, Varied, Verified,
};
use serde::Serialize;

use crate::ReportError;

/// One outcome as a document.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn outcome(summary: &Summary) -> Result<String, ReportError> {
    check_summary(summary)?;
    document("an outcome", &summary.published())
}

/// All outcomes of a comparison as one document, without the values behind the numbers.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn comparison(comparison: &Comparison) -> Result<String, ReportError> {
    check_comparison(comparison)?;
    document("a comparison", &comparison.published())
}

/// The same as a file keeps it: with the values behind the numbers and all else that it takes to draw it again.
///
/// # Errors
/// As [`comparison`].
pub fn kept_comparison(comparison: &Comparison) -> Result<String, ReportError> {
    check_comparison(comparison)?;
    compact("a comparison", comparison)
}

fn check_comparison(comparison: &Comparison) -> Result<(), ReportError> {
    comparison.designs.iter().try_for_each(check_summary)?;
    for difference in &comparison.differences {
        check_metric(&format!("{}, {}: difference", difference.design, difference.costs), &difference.usd_per_month)?;
    }
    Ok(())
}

/// Several scenarios side by side as a document: `proofcast/comparison-of-scenarios/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn side_by_side(found: &SideBySide) -> Result<String, ReportError> {
    found.rows.iter().try_for_each(check_row)?;
    document("the scenarios", &found.published())
}

/// The same at the values of a key: `proofcast/variation-of-scenarios/1`.
///
/// # Errors
/// As [`side_by_side`].
pub fn varied_side_by_side(found: &Varied) -> Result<String, ReportError> {
    found.points.iter().flat_map(|point| &point.rows).try_for_each(check_row)?;
    check_overtakings(&found.overtakings)?;
    document("the scenarios at the values of a key", &found.published())
}

/// The findings on claims, and what designs reach of their objectives, as a document: `proofcast/claims/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn claims(found: &Judgements) -> Result<String, ReportError> {
    check_judgements(found)?;
    document("the claims", &found.published())
}

/// The same as a file keeps it: with what it takes to draw it again.
///
/// # Errors
/// As [`claims`].
pub fn kept_claims(found: &Judgements) -> Result<String, ReportError> {
    check_judgements(found)?;
    document("the claims", found)
}

/// A sweep as a document: `proofcast/variation/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn sweep(sweep: &Sweep) -> Result<String, ReportError> {
    sweep.points.iter().flat_map(|point| &point.designs).try_for_each(check_summary)?;
    check_overtakings(&sweep.overtakings)?;
    for reference in &sweep.references {
        let figures = |point: &planner::ReferencePoint| [Some(point.real), point.deviation, point.model];
        check(&reference.name, reference.points.iter().flat_map(figures).flatten())?;
    }
    let published = |point: &Point| {
        let (value, designs) = (point.value.clone(), point.designs.iter().map(Summary::published).collect());
        Point { value, at: point.at, designs }
    };
    let points = sweep.points.iter().map(published).collect();
    document("a sweep", &Sweep { points, ..sweep.clone() })
}

/// Points of several keys as a document: `proofcast/experiment/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn experiment(found: &Experiment) -> Result<String, ReportError> {
    for outcome in found.points.iter().flat_map(|point| &point.outcomes) {
        let place = format!("{}, {}, {}", outcome.design, outcome.costs, outcome.sizing);
        outcome.figures.iter().try_for_each(|metric| check_metric(&place, metric))?;
    }
    check("effects", found.effects.iter().flat_map(|effect| [effect.correlation, effect.low, effect.high]))?;
    compact("the points", found)
}

/// What moves some cases as a document: `proofcast/sensitivity/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn sensitivity(found: &[Sensitivity]) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Sensitivities {
        schema: &'static str,
        designs: Vec<Sensitivity>,
    }
    for one in found {
        check_summary(&one.base)?;
        for input in &one.inputs {
            let figures = |swing: &planner::Swing| [swing.at_low, swing.at_high, swing.swing, swing.noise];
            check(&input.name, input.swings.iter().flat_map(figures).flatten())?;
        }
    }
    let published = |one: &Sensitivity| Sensitivity { base: one.base.published(), ..one.clone() };
    let designs = found.iter().map(published).collect();
    document("a sensitivity", &Sensitivities { schema: SENSITIVITY_SCHEMA, designs })
}

/// What the switches of some cases do as a document: `proofcast/switches/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn switches(found: &[SwitchStudy]) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Studies {
        schema: &'static str,
        designs: Vec<SwitchStudy>,
    }
    for one in found {
        check_summary(&one.base)?;
        for effect in one.alone.iter().chain(&one.together) {
            let metrics =
                effect.changes.iter().flat_map(|change| std::iter::once(&change.with).chain(&change.difference));
            metrics.chain(&effect.last).try_for_each(|metric| check_metric(&effect.name, metric))?;
        }
    }
    let published = |one: &SwitchStudy| SwitchStudy { base: one.base.published(), ..one.clone() };
    let designs = found.iter().map(published).collect();
    document("the switches", &Studies { schema: SWITCHES_SCHEMA, designs })
}

/// Storms of some cases as a document: `proofcast/storm/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn storms(found: &[StormStudy]) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Storms<'a> {
        schema: &'static str,
        designs: &'a [StormStudy],
    }
    for one in found {
        let tried = one.remedies.iter().flat_map(|tried| [Some(tried.recovering), tried.recovery_s]);
        check(&one.design, tried.chain([one.recovery_s]).flatten())?;
    }
    document("the storms", &Storms { schema: STORM_SCHEMA, designs: found })
}

/// A plan as a document: `proofcast/plan/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn plan(plan: &Plan) -> Result<String, ReportError> {
    check_plan(plan)?;
    document("the plan", &plan.published())
}

/// The same as a file keeps it: with the values behind the numbers, and what it takes to draw it again.
///
/// # Errors
/// As [`plan`].
pub fn kept_plan(plan: &Plan) -> Result<String, ReportError> {
    check_plan(plan)?;
    compact("the plan", plan)
}

fn check_plan(plan: &Plan) -> Result<(), ReportError> {
    plan.outcome.iter().try_for_each(check_summary)?;
    let costs = plan.fleet.iter().chain(plan.runners_up.iter().map(|other| &other.fleet)).map(|of| of.usd_per_month);
    check("fleets", costs)?;
    let months = plan.growth.iter().flat_map(|growth| &growth.months);
    check("months", months.flat_map(|month| [month.load_per_s, month.usd_on_demand_only, month.cash_usd]))
}

/// Two results side by side as a document: `proofcast/difference/1`.
///
/// # Errors
/// [`ReportError::NotFinite`] names the first number that is not finite.
pub fn difference(found: &Contrast) -> Result<String, ReportError> {
    for case in &found.cases {
        let differences = case.figures.iter().filter_map(|figure| figure.difference.as_ref());
        differences.into_iter().try_for_each(|difference| check_metric(&case.in_words(), difference))?;
    }
    document("the difference", found)
}

/// What a verification of a plan found, as a document: `proofcast/verified/1`.
///
/// # Errors
/// [`ReportError::Encode`] if it cannot be written.
pub fn verified(found: &Verified) -> Result<String, ReportError> {
    document("the verification", found)
}

fn document(name: &str, value: &impl Serialize) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|cause| ReportError::encode(name, cause))?;
    text.push('\n');
    Ok(text)
}

/// Without room between its parts: pretty, each of the values behind the numbers would have a line of its own.
fn compact(name: &str, value: &impl Serialize) -> Result<String, ReportError> {
    let mut text = serde_json::to_string(value).map_err(|cause| ReportError::encode(name, cause))?;
    text.push('\n');
    Ok(text)
}

fn check_judgements(found: &Judgements) -> Result<(), ReportError> {
    found.claims.iter().try_for_each(|finding| check_claim("claims", finding))?;
    found.objectives.iter().try_for_each(|of| check_objectives(&of.design, &of.objectives))
}

fn check_summary(summary: &Summary) -> Result<(), ReportError> {
    let place = format!("{}, {}, {}", summary.design, summary.costs, summary.sizing);
    let basis = &summary.basis;
    let shares = [basis.measured, basis.published, basis.claimed, basis.extrapolated];
    check(&format!("{place}: basis"), shares)?;
    check(&format!("{place}: simulated_s"), [summary.simulated_s])?;
    for metric in &summary.metrics {
        check_metric(&place, metric)?;
    }
    for line in summary.bill.iter().flat_map(|bill| &bill.lines) {
        check_metric(&format!("{place}: bill"), &line.cost)?;
        check(&format!("{place}: bill, {}", line.item), line.utilization.into_iter().chain(line.idle))?;
    }
    for series in &summary.series {
        let figures = series.points.iter().flat_map(|point| [point.value, point.low, point.high]);
        check(&format!("{place}: {} by the month", series.name), figures.flatten())?;
    }
    check_objectives(&place, &summary.objectives)?;
    summary.claims.iter().try_for_each(|claim| check_claim(&place, claim))
}

fn check_row(row: &Row) -> Result<(), ReportError> {
    row.figures.iter().try_for_each(|figure| check_metric(&row.name, &figure.metric))?;
    check_summary(&row.outcome)
}

fn check_overtakings(overtakings: &[Overtaking]) -> Result<(), ReportError> {
    overtakings.iter().try_for_each(|one| {
        let place = format!("{} and {} by {}", one.below, one.above, one.metric);
        check(&place, [one.at, one.low, one.high].into_iter().flatten())
    })
}

fn check_objectives(place: &str, objectives: &[Attainment]) -> Result<(), ReportError> {
    objectives.iter().try_for_each(|reached| {
        let figures = [Some(reached.wanted), reached.found, reached.low, reached.high, reached.margin];
        check(&format!("{place}: objective {}", reached.name), figures.into_iter().flatten())
    })
}

fn check_claim(place: &str, claim: &Finding) -> Result<(), ReportError> {
    let figures = [Some(claim.claimed), claim.derived, claim.found, claim.low, claim.high, claim.ratio];
    check(&format!("{place}: claim {}", claim.id), figures.into_iter().flatten())
}

fn check_metric(place: &str, metric: &Metric) -> Result<(), ReportError> {
    // An upper end that is not there is `null`, and says so in `why`.
    let high = metric.high.filter(|high| *high != f64::INFINITY);
    let figures = [metric.value, metric.low, high, metric.confidence];
    check(&format!("{place}: {}", metric.name), figures.into_iter().flatten())
}

fn check(place: &str, figures: impl IntoIterator<Item = f64>) -> Result<(), ReportError> {
    match figures.into_iter().all(f64::is_finite) {
        true => Ok(()),
        false => Err(ReportError::NotFinite { place: place.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_document_reads_back_with_its_schema_and_every_outcome() {
        let sample = sample::layered();
        let text = comparison(&sample).expect("finite numbers");
        let read: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
        assert_eq!(read["schema"], planner::COMPARISON_SCHEMA);
        assert_eq!(read["designs"].as_array().map(Vec::len), Some(sample.designs.len()));
        assert_eq!(read["designs"][0]["metrics"][0]["name"], "offered");
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn a_number_that_is_not_finite_is_named() {
        let mut sample = sample::layered();
        sample.designs[3].metrics[2].value = Some(f64::NAN);
        let place = format!("{}: {}", sample.designs[3].sizing, sample.designs[3].metrics[2].name);
        let error = comparison(&sample).expect_err("NaN is no JSON number").to_string();
        assert!(error.contains(&place), "{error}");
        let mut summary = sample::layered().designs.remove(0);
        summary.basis.measured = f64::INFINITY;
        assert!(outcome(&summary).expect_err("infinite").to_string().contains("basis"));
    }
}
