//! Prices of what is not a machine: traffic, load balancers, storage, and the least time that is billed. No bill uses them yet.

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
pub fn services() -> Vec<Service> {
    rows(include_str!("../../library/prices/services.csv"))
}
