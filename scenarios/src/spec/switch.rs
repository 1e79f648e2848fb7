//! What can be switched on, as a scenario file says it and as the command line sets it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::fault::Fault;

/// Something that can be switched on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchSpec {
    /// Name in tables.
    pub name: String,
    /// Keys and the values that they get. A key stands in quotes: `"optimisations.incremental.on" = true`.
    pub set: BTreeMap<String, SwitchValue>,
    /// Whether it is one of those that are on together; left out: it is.
    #[serde(default = "yes")]
    pub together: bool,
}

fn yes() -> bool {
    true
}

/// What a switch sets a key to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SwitchValue {
    /// On or off.
    Switch(bool),
    /// A number without a unit.
    Number(f64),
    /// A quantity with its unit, or a name.
    Text(String),
}

impl SwitchValue {
    /// The value as `--set` takes it.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Switch(on) => on.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// Something that can be switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// Name in tables.
    pub name: String,
    /// Keys and the values that they get, as `--set` takes them.
    pub set: Vec<(String, String)>,
    /// Whether it is one of those that are on together.
    pub together: bool,
}

impl From<SwitchSpec> for Switch {
    fn from(spec: SwitchSpec) -> Self {
        let set = spec.set.into_iter().map(|(key, value)| (key, value.text())).collect();
        Self { name: spec.name, set, together: spec.together }
    }
}

/// What is wrong with the switches themselves: key and message.
pub(crate) fn faults(switches: &[SwitchSpec]) -> Vec<Fault> {
    let again = |(index, switch): (usize, &SwitchSpec)| {
        let there = switches[..index].iter().any(|other| other.name == switch.name);
        let message = format!("`{}` is the name of two switches; write each once", switch.name);
        there.then(|| (format!("switches.{index}.name"), message))
    };
    switches.iter().enumerate().filter_map(again).collect()
}
