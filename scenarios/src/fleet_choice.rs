//! What a search decides about the fleet of a design: of each pool the machine, and how many there are.
//!
//! What it leaves open is chosen and sized as without a search.

use std::collections::BTreeMap;

/// What is decided about one pool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct PoolChoice {
    /// The machine: its name in the cost book, or `provider/instance` of the price list; none: the cheapest of those that the
    /// scenario allows, sized for the target utilization.
    pub machine: Option<String>,
    /// How many each owner has; none: as many as keep the target utilization.
    pub machines: Option<u64>,
}

/// What is decided about a fleet, by the names of its pools.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FleetChoice(pub BTreeMap<String, PoolChoice>);

impl FleetChoice {
    /// Nothing is decided.
    pub const OPEN: Self = Self(BTreeMap::new());

    /// The machine of a pool, where that is decided.
    pub(crate) fn machine(&self, pool: &str) -> Option<&str> {
        self.0.get(pool)?.machine.as_deref()
    }

    /// How many machines a pool has, where that is decided.
    pub(crate) fn machines(&self, pool: &str) -> Option<u64> {
        self.0.get(pool)?.machines
    }
}

/// A pool that a search may decide about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPool {
    /// Its name, as in the fleet of a case.
    pub name: String,
    /// The key of the scenario that says what it is.
    pub key: String,
    /// The machines that the scenario allows for it.
    pub machines: Vec<String>,
    /// Whether the number of machines is open as well: not where an autoscaler decides it.
    pub is_counted: bool,
}
