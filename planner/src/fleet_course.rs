//! Machines that come and go, over the measured time of one run: what there is to do, how many are paid for, and what that costs.

use models::fleet::{Fleet, Rent};
use serde::{Deserialize, Serialize};

/// The course of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FleetCourse {
    /// How long a piece of it is \[s\].
    pub every_s: f64,
    /// All pieces of the measured time, in order.
    pub pieces: Vec<FleetPiece>,
}

/// A piece of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FleetPiece {
    /// When it ended, since the start of the measured time \[s\].
    pub until_s: f64,
    /// Requests that arrived in it, per second.
    pub offered_per_s: f64,
    /// Requests that waited when it ended.
    pub waiting: u64,
    /// Machines of pools that change which were paid for when it ended.
    pub machines: f64,
    /// What all machines cost then \[USD per hour\].
    pub usd_per_hour: f64,
}

/// What the machines of a fleet that are rented by the hour cost while so many of each lot of each pool are paid for \[USD per hour\].
pub(crate) fn usd_per_hour(fleet: &Fleet, paid: &[Vec<f64>]) -> f64 {
    let lots = fleet.pools.iter().zip(paid).flat_map(|(pool, paid)| pool.lots.iter().zip(paid));
    let hourly = lots.map(|(lot, machines)| match lot.rent {
        Rent::Hourly(usd) => machines * usd,
        Rent::Owned { .. } => 0.0,
    });
    hourly.sum()
}
