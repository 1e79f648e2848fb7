//! Prices of what is not a machine: traffic, load balancers, storage, and the least time that is billed. A scenario's `[charge]` is paid at them.

use serde::Deserialize;

use crate::library::rows;

/// A price of something beside machines.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Service {
    /// What kind of service it is, such as `egress`.
    pub kind: String,
    /// Who sells it.
    pub provider: String,
    /// Region, or `any`.
    pub region: String,
    /// What is paid for.
    pub item: String,
    /// Which part of it, such as a tier; may be empty.
    pub term: String,
    /// Quantity of a month above which a tier holds, in the amount of its unit; none where the price is no tier.
    pub above: Option<f64>,
    /// The price.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// When it held.
    pub date: String,
    /// Who says so.
    pub source: String,
}

impl Service {
    /// The quantity of a month from which on it holds.
    pub(super) fn from(&self) -> f64 {
        self.above.unwrap_or(0.0)
    }
}

/// All that ship with the program.
pub fn services() -> Vec<Service> {
    rows(include_str!("../../library/prices/services.csv"))
}
