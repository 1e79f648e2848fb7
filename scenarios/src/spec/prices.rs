//! What a file says of the price list.

use schemars::JsonSchema;
use serde::Deserialize;

/// What holds for prices of all machines.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PricesSpec {
    /// Whether machines of the market `spot`, which the provider may take back, may be used; left out: yes.
    pub spot: bool,
}

impl Default for PricesSpec {
    fn default() -> Self {
        Self { spot: true }
    }
}

/// The most machines of some instances.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Limit(#[schemars(range(max = 1_000_000_000))] pub u64);
