//! The figures of machines that come and go.

use super::PoolOutcome;
use crate::figures::Figure;
use crate::fleet::HOURS_PER_MONTH;

/// What machines do that come and go.
pub const MACHINES: &[Figure<PoolOutcome>] = &[
    Figure::new("machines.*.serving", "machines", |it| Some(it.serving), "no run"),
    Figure::new("machines.*.lost", "1/month", |it| Some(per_month(it.lost, it.measured_s)), "no run"),
];

/// What an autoscaler does.
pub const AUTOSCALER: &[Figure<PoolOutcome>] =
    &[Figure::new("machines.*.reversals", "1/day", |it| Some(it.turns as f64 * DAY_S / it.measured_s), "no run")];

const DAY_S: f64 = 86_400.0;

/// How often something happens in a month that happened so often in a measured time \[s\].
pub(crate) fn per_month(count: u64, measured_s: f64) -> f64 {
    count as f64 * HOURS_PER_MONTH * 3_600.0 / measured_s
}
