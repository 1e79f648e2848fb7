//! What is wrong with the objectives of a scenario.

use crate::claims::unit::Amount;
use crate::claims::{MONTHLY_COST, monthly_cost};
use crate::fault::Fault;
use crate::figures;
use crate::reading::meant;
use crate::spec::Objective;
use crate::systems::{SystemSpec, Systems};

/// Gives rates that do not say what they count, such as `50/s`, the unit of their figure.
pub(crate) fn complete_units(objectives: &mut [Objective], systems: &Systems) {
    for objective in objectives {
        let figures = systems.values().map(SystemSpec::figures);
        objective.unit = figures::in_full(&objective.metric, &objective.unit, figures);
    }
}

/// Everything that is wrong with objectives, which a schema cannot say.
///
/// `systems` are the designs that can be read, all of them where `told`; `designs` and `books` the names that may be used.
pub(crate) fn faults(
    objectives: &[Objective],
    (systems, told): (&Systems, bool),
    designs: &[&str],
    books: &[&str],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, objective) in objectives.iter().enumerate() {
        let mut fault = |key: &str, message: String| faults.push((format!("objectives.{index}.{key}"), message));
        for (key, name, known) in [("design", &objective.design, designs), ("costs", &objective.costs, books)] {
            if let Some(name) = name.as_deref().filter(|name| !known.contains(name)) {
                let meant = meant(name, known.iter().copied());
                fault(key, format!("there is no `{name}`; {meant}allowed: {}", known.join(", ")));
            }
        }
        if objective.sizing.as_deref().is_some_and(|sizing| !["specified", "sized"].contains(&sizing)) {
            fault("sizing", "allowed: `specified`, `sized`".into());
        }
        if objective.load.is_some() && !monthly_cost(&objective.metric) {
            fault("load", MONTHLY_COST.into());
        }
        if let Err(why) = Amount::unit(&objective.unit) {
            fault("unit", why);
        } else if let Some((key, why)) =
            figures::fault(&objective.metric, &objective.unit, systems.values().map(SystemSpec::figures))
                .filter(|_| told)
        {
            fault(key, why);
        }
        let before = objectives[..index].iter().any(|other| other.name == objective.name);
        if before {
            fault("name", format!("two objectives are called `{}`", objective.name));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::*;
    use crate::reading::{Layer, Source, read};

    /// A list of objectives, as a file says it.
    #[derive(Deserialize, JsonSchema)]
    struct File {
        objectives: Vec<Objective>,
    }

    #[test]
    fn what_a_schema_cannot_say_is_found_at_its_key() {
        let right =
            "name = \"bill\"\nmetric = \"cost.total\"\nbound = \"at most\"\nvalue = 1000\nunit = \"USD/month\"\n";
        let said = |text: String| read::<File>(&[Layer::File(Source::new("test", text))]).expect("a list").objectives;
        let found = |text: String| {
            let faults = faults(&said(text), (&BTreeMap::new(), false), &["gpu"], &["measured"]);
            faults.into_iter().map(|(key, message)| format!("{key}: {message}")).collect::<Vec<_>>()
        };
        assert_eq!(found(format!("[[objectives]]\n{right}")), [""; 0]);
        let wrong = right.replace("USD/month", "USD/mnth");
        let wrong = format!("{wrong}design = \"gpus\"\ncosts = \"mesured\"\nsizing = \"large\"\n");
        let found = found(format!("[[objectives]]\n{right}[[objectives]]\n{wrong}"));
        let parts = [
            "objectives.1.design: there is no `gpus`; did you mean `gpu`?",
            "objectives.1.costs: there is no `mesured`; did you mean `measured`?",
            "objectives.1.sizing: allowed: `specified`, `sized`",
            "objectives.1.unit: unknown unit `mnth`; did you mean `month`?",
            "objectives.1.name: two objectives are called `bill`",
        ];
        for (found, part) in found.iter().zip(parts) {
            assert!(found.starts_with(part), "{found}");
        }
        assert_eq!(found.len(), parts.len(), "{found:?}");
    }
}
