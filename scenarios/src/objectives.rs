//! Objectives: what a design must reach, as a file says it, and what is wrong with that.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::claims::Bound;
use crate::claims::unit::Amount;
use crate::reading::nearest;
use crate::scenario::Fault;

/// What a design must reach.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Name for reports.
    pub name: String,
    /// Metric of an outcome.
    pub metric: String,
    /// Which side of the value is wanted.
    pub bound: Bound,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Design that it is asked of; left out: every design.
    pub design: Option<String>,
    /// Cost book that it is asked of; left out: every book.
    pub costs: Option<String>,
    /// Sizing that it is asked of; left out: `sized`.
    pub sizing: Option<String>,
}

/// Everything that is wrong with objectives, which a schema cannot say.
pub(crate) fn faults(objectives: &[Objective], designs: &[String], books: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, objective) in objectives.iter().enumerate() {
        let mut fault =
            |key: &str, message: String| faults.push(Fault { key: format!("objectives.{index}.{key}"), message });
        let designs: Vec<&str> = designs.iter().map(String::as_str).collect();
        for (key, name, known) in [("design", &objective.design, &designs[..]), ("costs", &objective.costs, books)] {
            if let Some(name) = name.as_deref().filter(|name| !known.contains(name)) {
                let meant = nearest(name, known.iter().copied());
                let meant = meant.map_or(String::new(), |meant| format!("did you mean `{meant}`? "));
                fault(key, format!("there is no `{name}`; {meant}allowed: {}", known.join(", ")));
            }
        }
        if objective.sizing.as_deref().is_some_and(|sizing| !["specified", "sized"].contains(&sizing)) {
            fault("sizing", "allowed: `specified`, `sized`".into());
        }
        if !objective.value.is_finite() {
            fault("value", format!("{} is no figure", objective.value));
        }
        if let Err(why) = Amount::unit(&objective.unit) {
            fault("unit", why);
        }
        let before = objectives[..index].iter().any(|other| other.name == objective.name);
        if before {
            fault("name", format!("two objectives are called `{}`", objective.name));
        }
    }
    faults
}
