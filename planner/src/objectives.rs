//! What a design must reach, held against its outcome: pass, fail or undecided, with the margin.
//!
//! A figure that rests on a lower bound can fail an objective, never pass it: more work than was measured is needed.

use scenarios::{Bound, Case, Objective, conversion};

use crate::claims::{BOUNDED, Beyond, at_load, no_metric};
use crate::summary::{Attainment, Standing, Summary};

/// Holds every objective against each outcome that it is asked of; `cases` are theirs, in the same order.
pub(crate) fn assess(objectives: &[Objective], cases: &[Case], summaries: &mut [Summary]) {
    for (case, summary) in cases.iter().zip(summaries) {
        let asked = objectives.iter().filter(|objective| is_asked(objective, summary));
        summary.objectives = asked.map(|objective| attainment(objective, case, summary)).collect();
    }
}

fn is_asked(objective: &Objective, summary: &Summary) -> bool {
    objective.design.as_ref().is_none_or(|design| *design == summary.design)
        && objective.costs.as_ref().is_none_or(|costs| *costs == summary.costs)
        && objective.sizing.as_deref().unwrap_or("sized") == summary.sizing
}

fn attainment(objective: &Objective, case: &Case, summary: &Summary) -> Attainment {
    let metric = summary.metric(&objective.metric);
    let (part, of_part) = at_load(objective.load.map(|load| load.per_second()), summary);
    let factor = metric.and_then(|metric| conversion(&metric.unit, &objective.unit)).map(|factor| factor * part);
    let of = |value: Option<f64>| Some(value? * factor?);
    let found = of(metric.and_then(|metric| metric.value));
    let (low, high) = (of(metric.and_then(|metric| metric.low)), of(metric.and_then(|metric| metric.high)));
    let beyond = Beyond::of(&objective.metric, case, summary).and(of_part);
    let mut bounded = None;
    let standing = match (found, metric) {
        (Some(found), _) => {
            let (low, high) = (low.unwrap_or(found), high.unwrap_or(found));
            let (known, standing) = (standing(objective, (low, high)), standing(objective, beyond.widened(low, high)));
            // What is only known from one side stays so, however often it is simulated.
            bounded = (known != standing).then(|| BOUNDED.to_owned());
            standing
        }
        // A latency that grows without bound meets no objective; any other missing number decides nothing.
        (None, Some(metric)) if metric.unit == "s" && summary.limited_by.is_some() => Standing::Fail,
        (None, _) => Standing::Untested,
    };
    let why = match metric {
        None => Some(no_metric(&objective.metric, summary)),
        Some(metric) if found.is_none() && metric.value.is_some() => {
            Some(format!("{} is in {}, which is not the unit of the objective", metric.name, metric.unit))
        }
        Some(metric) => bounded.or_else(|| metric.why.clone()),
    };
    Attainment {
        name: objective.name.clone(),
        metric: objective.metric.clone(),
        standing,
        bound: objective.bound,
        wanted: objective.value,
        unit: objective.unit.clone(),
        found,
        low,
        // One that has no upper end says so in `why`.
        high: high.filter(|high| high.is_finite()),
        margin: found.filter(|_| objective.value != 0.0).map(|found| match objective.bound {
            Bound::AtLeast | Bound::MoreThan => found / objective.value - 1.0,
            Bound::About | Bound::AtMost | Bound::LessThan => 1.0 - found / objective.value,
        }),
        why,
    }
}

/// Where an interval stands.
fn standing(objective: &Objective, (low, high): (f64, f64)) -> Standing {
    match objective.bound.within(objective.value, 0.0, low, high) {
        Some(true) => Standing::Pass,
        Some(false) => Standing::Fail,
        None => Standing::Undecided,
    }
}
