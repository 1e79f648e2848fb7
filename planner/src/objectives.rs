//! What a design must reach, held against its outcome: pass, fail or undecided, with the margin.

use scenarios::{Bound, Objective, conversion};

use crate::claims::no_metric;
use crate::summary::{Attainment, Standing, Summary};

/// Holds every objective against each outcome that it is asked of.
pub(crate) fn assess(objectives: &[Objective], summaries: &mut [Summary]) {
    for summary in summaries {
        let asked = objectives.iter().filter(|objective| is_asked(objective, summary));
        summary.objectives = asked.map(|objective| attainment(objective, summary)).collect();
    }
}

fn is_asked(objective: &Objective, summary: &Summary) -> bool {
    objective.design.as_ref().is_none_or(|design| *design == summary.design)
        && objective.costs.as_ref().is_none_or(|costs| *costs == summary.costs)
        && objective.sizing.as_deref().unwrap_or("sized") == summary.sizing
}

fn attainment(objective: &Objective, summary: &Summary) -> Attainment {
    let metric = summary.metric(&objective.metric);
    let factor = metric.and_then(|metric| conversion(&metric.unit, &objective.unit));
    let of = |value: Option<f64>| Some(value? * factor?);
    let found = of(metric.and_then(|metric| metric.value));
    let (low, high) = (of(metric.and_then(|metric| metric.low)), of(metric.and_then(|metric| metric.high)));
    let standing = match (found, metric) {
        (Some(found), _) => standing(objective, low.unwrap_or(found), high.unwrap_or(found)),
        // A latency that grows without bound meets no objective; any other missing number decides nothing.
        (None, Some(metric)) if metric.unit == "s" && summary.limited_by.is_some() => Standing::Fail,
        (None, _) => Standing::Untested,
    };
    let why = match metric {
        None => Some(no_metric(&objective.metric, summary)),
        Some(metric) if found.is_none() && metric.value.is_some() => {
            Some(format!("{} is in {}, which is not the unit of the objective", metric.name, metric.unit))
        }
        Some(metric) => metric.why.clone(),
    };
    Attainment {
        name: objective.name.clone(),
        metric: objective.metric.clone(),
        standing,
        bound: match objective.bound {
            Bound::About => "about",
            Bound::AtMost => "at most",
            Bound::AtLeast => "at least",
        },
        wanted: objective.value,
        unit: objective.unit.clone(),
        found,
        low,
        high,
        margin: found.filter(|_| objective.value != 0.0).map(|found| match objective.bound {
            Bound::AtLeast => found / objective.value - 1.0,
            Bound::About | Bound::AtMost => 1.0 - found / objective.value,
        }),
        why,
    }
}

/// Where an interval stands; a value that is wanted exactly is wanted to a part in a thousand million.
fn standing(objective: &Objective, low: f64, high: f64) -> Standing {
    let slack = objective.value.abs() * 1e-9;
    let (least, most) = match objective.bound {
        Bound::About => (objective.value - slack, objective.value + slack),
        Bound::AtMost => (f64::NEG_INFINITY, objective.value + slack),
        Bound::AtLeast => (objective.value - slack, f64::INFINITY),
    };
    match () {
        () if low >= least && high <= most => Standing::Pass,
        () if high < least || low > most => Standing::Fail,
        () => Standing::Undecided,
    }
}
