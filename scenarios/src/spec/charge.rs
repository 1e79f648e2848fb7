//! What is paid beside machines.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::spec::{Part, part};
use models::fleet::Role;

/// What is paid by the month beside machines: traffic, storage, a load balancer. It is for what is used of it, `per_request` or
/// `per_month`; what is paid by the hour or the month and says neither is there all the time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChargeSpec {
    /// What each request uses that is offered: an amount of data (`"2 kB"`), or a number.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Amount>>")]
    pub per_request: Option<Amount>,
    /// What is used in a month: an amount of data (`"500 GB"`), a time (`"730 h"`), or a number.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Amount>>")]
    pub per_month: Option<Amount>,
    /// How many pay that, each with tiers of its own; left out: 1.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub number: u64,
    /// The price: `provider/kind/item` of the price list (`list prices --services`), and `/term` where an item has several
    /// prices; or one of your own: `"$0.09/GB"`, `"$20/month"`, `"$0.02/h"`.
    pub price: String,
    /// Region of the price list; left out or `off`: the one that it has.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub region: Option<String>,
    /// Within which factor of the price what is paid lies, at 95 %, where prices move; left out: 1.
    #[serde(default = "exactly")]
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub price_within: f64,
    /// The part of the bill that it belongs to; left out: `proving`.
    #[serde(default)]
    pub role: RoleSpec,
}

fn one() -> u64 {
    1
}

fn exactly() -> f64 {
    1.0
}

/// How much is used: a number, or a text with its unit.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    /// So many.
    Number(#[schemars(range(min = 0.0, max = 1e18))] f64),
    /// With its unit.
    Text(String),
}

/// A part of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoleSpec {
    /// Making proofs, and keeping what they are made from.
    #[default]
    Proving,
    /// Checking what is claimed, and watching.
    Validation,
    /// Ordering transactions.
    Sequencing,
    /// Data on another chain, or layer.
    Data,
    /// Settling on another chain.
    Settlement,
    /// Interest on what is bound.
    Capital,
}

impl RoleSpec {
    /// As the bill has it.
    pub(crate) fn role(self) -> Role {
        match self {
            Self::Proving => Role::Proving,
            Self::Validation => Role::Validation,
            Self::Sequencing => Role::Sequencing,
            Self::Data => Role::Data,
            Self::Settlement => Role::Settlement,
            Self::Capital => Role::Capital,
        }
    }
}
