//! Invented experiments for tests: a map of two keys, the same of one design, and a sample of three keys.

use planner::{
    EXPERIMENT_SCHEMA, Effect, Experiment, ExperimentKey, ExperimentPoint, PointOutcome, PointValue, Roster,
};

use crate::sample;

/// Two designs over three by three values: one is cheaper at little load.
pub fn map() -> Experiment {
    let shards = [("2", 2.0), ("4", 4.0), ("8", 8.0)];
    let loads = [("5k", 5e3), ("10k", 1e4), ("20k", 2e4)];
    let pairs = loads.into_iter().flat_map(|load| shards.map(|shards| vec![load, shards]));
    let keys = [("load.rate", "/s"), ("chain.shards", "")];
    of(&keys, pairs.collect(), "all 3 × 3 combinations", true)
}

/// The same of one design.
pub fn alone() -> Experiment {
    let mut found = map();
    found.points.iter_mut().for_each(|point| point.outcomes.truncate(1));
    found
}

/// Sixteen points of three keys, the first of which decides the bill.
pub fn sampled() -> Experiment {
    let texts: Vec<[String; 3]> =
        (0..16).map(|at| [format!("{}", 1000 + 500 * at), format!("{}", at * 7 % 16), "a".into()]).collect();
    let point = |at: usize| {
        let number = |key: usize| texts[at][key].parse().unwrap_or(0.0);
        vec![(texts[at][0].as_str(), number(0)), (texts[at][1].as_str(), number(1)), ("a", f64::NAN)]
    };
    let keys = [("load.rate", "/s"), ("chain.shards", ""), ("leaders.choice", "")];
    of(&keys, (0..16).map(point).collect(), "Latin hypercube of 16 points over [sensitivity]", false)
}

fn of(keys: &[(&str, &str)], points: Vec<Vec<(&str, f64)>>, how: &str, is_grid: bool) -> Experiment {
    let comparison = sample::layered();
    let first = comparison.designs.iter().filter(|one| one.sizing == "sized" && one.costs == "measured");
    let first: Vec<_> = first.filter(|one| ["gpu", "hybrid"].contains(&one.design.as_str())).cloned().collect();
    let point = |values: Vec<(&str, f64)>| {
        let load = values[0].1;
        let outcome = |design: &str| {
            let usd = if design == "gpu" { load } else { 12e3 + load / 10.0 };
            PointOutcome {
                design: design.into(),
                costs: "measured".into(),
                sizing: "sized".into(),
                carries: true,
                precision: None,
                figures: vec![
                    sample::estimate("cost.total", "USD/month", usd, 0.05),
                    sample::estimate("proof_finality.p99", "s", 60.0 + values[1].1, 0.05),
                ],
            }
        };
        let value =
            |(text, at): &(&str, f64)| PointValue { text: (*text).into(), at: Some(*at).filter(|at| at.is_finite()) };
        ExperimentPoint {
            values: values.iter().map(value).collect(),
            outcomes: vec![outcome("gpu"), outcome("hybrid")],
        }
    };
    let effect = |key: &str, design: &str, correlation: f64| Effect {
        key: key.into(),
        metric: "cost.total".into(),
        design: design.into(),
        costs: "measured".into(),
        sizing: "sized".into(),
        correlation,
        low: correlation - 0.2,
        high: (correlation + 0.2).min(1.0),
        points: 16,
    };
    let effects = ["gpu", "hybrid"]
        .iter()
        .flat_map(|design| [effect("load.rate", design, 0.98), effect("chain.shards", design, -0.1)]);
    Experiment {
        schema: EXPERIMENT_SCHEMA,
        scenario: "layered".into(),
        how: how.into(),
        is_grid,
        keys: keys.iter().map(|(name, unit)| ExperimentKey { name: (*name).into(), unit: (*unit).into() }).collect(),
        points: points.into_iter().map(point).collect(),
        replications: 10,
        effects: effects.collect(),
        first,
        roster: Roster { designs: comparison.roster.designs, books: comparison.roster.books },
    }
}
