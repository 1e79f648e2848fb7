//! Test data: invented scenarios side by side. No figure here is a result.

use planner::{Row, SCENARIOS_SCHEMA, SharedFigure, SideBySide, Summary, VARIED_SCENARIOS_SCHEMA, Varied, VariedPoint};

use crate::sample::{self, estimate, exact, missing};

/// Three designs of a chain and three of a service, which has no hard finality.
pub fn side_by_side() -> SideBySide {
    let sized = |summary: &Summary| summary.sizing == "sized" && summary.costs == "measured";
    let outcomes = sample::layered().designs.into_iter().filter(sized).enumerate();
    let rows = outcomes.map(|(index, outcome)| row(index, outcome)).collect();
    let answer = "At 30 tx/s and 30 req/s, the cheapest per request is an invented one. Nothing is final.".to_owned();
    SideBySide { schema: SCENARIOS_SCHEMA, answer, books: "measured of chain, measured of desk".to_owned(), rows }
}

/// The same at two loads: the last row turns most requests away at the higher one, at the least cost.
pub fn varied() -> Varied {
    let point = |value: &str, at: f64| VariedPoint { value: value.to_owned(), at: Some(at), rows: side_by_side().rows };
    let mut points = vec![point("10", 10.0), point("1k", 1_000.0)];
    let last = points[1].rows.last_mut().expect("six rows");
    last.figures.retain(|figure| !["missed", "cost.per_request"].contains(&figure.metric.name.as_str()));
    last.figures.extend([("missed", "share", 0.8), ("cost.per_request", "USD/req", 1e-9)].map(put));
    last.outcome.limited_by = Some("provers".to_owned());
    Varied {
        schema: VARIED_SCENARIOS_SCHEMA,
        key: "load.rate".to_owned(),
        unit: "/s".to_owned(),
        books: "measured of chain, measured of desk".to_owned(),
        compared: vec!["cost.per_request".to_owned(), "soft_finality.p99".to_owned()],
        points,
        overtakings: Vec::new(),
        ties: Vec::new(),
    }
}

fn put((name, unit, value): (&str, &str, f64)) -> SharedFigure {
    SharedFigure { of: String::new(), metric: exact(name, unit, value) }
}

fn row(index: usize, outcome: Summary) -> Row {
    let is_chain = index < 3;
    let (scenario, unit) = if is_chain { ("chain", "tx") } else { ("desk", "req") };
    let scale = 1.0 + index as f64;
    let soft = estimate("soft_finality.p99", "s", scale, 0.1);
    let hard = match index {
        0 => missing("hard_finality.p99", "s", "the run is too short"),
        _ => estimate("hard_finality.p99", "s", 3_000.0 / scale, 0.2),
    };
    let cost = estimate("cost.per_request", &format!("USD/{unit}"), 1e-4 / scale, 0.3);
    let metrics = [Some(soft), is_chain.then_some(hard), Some(cost)].into_iter().flatten();
    let mut figures: Vec<SharedFigure> = metrics.map(|metric| SharedFigure { of: String::new(), metric }).collect();
    figures.push(put(("offered", "per second", 30.0)));
    figures.extend([("cost.total", "USD/month", 1e3 * scale), ("machines", "machines", 7.0)].map(put));
    if !is_chain {
        figures.push(put(("missed", "share", 0.0)));
    }
    Row { name: format!("{scenario}/{}", outcome.design), unit, figures, outcome }
}
