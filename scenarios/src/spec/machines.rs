//! How a file says which machine a pool is made of: by name, as a list, or by need.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::spec::book::{Speed, one};
use crate::spec::{Part, part};

/// Any machine of the price list.
pub(crate) const ANY: &str = "any";

/// Which machine a pool is made of. A name is a machine of the cost book; `any` stands for every machine of the price list, and a name
/// with a slash, such as `aws/c7*`, for those of the price list that it fits. Of several the cheapest that carries the load is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum MachineNames {
    /// One name.
    One(String),
    /// Several; as specified a pool has the first.
    Several(#[schemars(length(min = 1, max = 1_000))] Vec<String>),
}

impl MachineNames {
    /// The names, in order.
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }

    /// The first name.
    pub(crate) fn first(&self) -> &str {
        self.all().first().map_or("", String::as_str)
    }
}

/// What is taken of the machines of the price list where a pool takes one by need: each has a server on every
/// physical core, or on every GPU where the costs are the figures of one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AnyMachine {
    /// Speed of a core against what the costs were measured on; left out: the same, as an assumption.
    pub speed: Speed,
    /// Market that they are rented on; left out or `off`: `on-demand`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub market: Option<String>,
    /// Region that they are rented in; left out or `off`: wherever each has its lowest price.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub region: Option<String>,
    /// Within which factor of their prices what is paid lies, at 95 %.
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub price_within: f64,
}

impl Default for AnyMachine {
    fn default() -> Self {
        let why = "assumed: a core as fast as one of what the costs were measured on".into();
        let speed = Speed { factor: 1.0, why, within: None };
        Self { speed, market: None, region: None, price_within: one() }
    }
}
