//! Prices of what is not a machine: traffic, load balancers, storage, and the least time that is billed. A scenario's `[charge]` is paid at
//! them.

use std::sync::OnceLock;

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
    /// Where the price is that of a tier: up to how much of a month it holds, in what the price is per; none for the last tier.
    pub up_to: Option<f64>,
    /// The price.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// When it held.
    pub date: String,
    /// Who says so.
    pub source: String,
}

/// All that ship with the program.
pub fn services() -> &'static [Service] {
    static ONCE: OnceLock<Vec<Service>> = OnceLock::new();
    ONCE.get_or_init(|| rows(include_str!("../../library/prices/services.csv")))
}
