//! A stage of a system in isolation: what it carries, how busy it is at the offered load, and how long its backlog remembers.
//!
//! Model: a stage that needs w(λ) units of a resource per second at λ requests per second and has c of it carries the λ at which
//! w(λ) = c; its utilization at the offered load is w(λ)/c.
//!
//! Near saturation the backlog is a random walk: with work of variance v per second and c − w(λ) servers to spare, it is
//! close to reflected Brownian motion, which forgets its state within about v / (c − w)² seconds. What is measured over a
//! time that holds few of these settling times is not what would be seen in the long run, whatever its interval says.
//! Sources: the utilization law (P. J. Denning, J. P. Buzen, "The operational analysis of queueing network models", 1978);
//! W. Whitt, "Planning queueing simulations" (1989), for the settling time and the length of runs.
//! Leaves out: everything else about waiting; that is what the simulation is for.

use std::borrow::Cow;

/// A stage and what it carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Name as in `capacity.<stage>`.
    pub name: Cow<'static, str>,
    /// The pool of machines that serves it, as in [`crate::fleet`]; empty where more machines would not help.
    pub pool: Cow<'static, str>,
    /// Most transactions per second that it carries on its own.
    pub capacity: f64,
    /// Its utilization at the offered load; above 1 it cannot carry it.
    pub utilization: f64,
    /// What of that is there without any load.
    pub constant: f64,
    /// Time within which its backlog forgets how it was, in seconds at the offered load; 0 where the work does not vary.
    pub settling_s: f64,
}

/// Settling times that a measured time must hold, so that the interval of a mean or median over replications covers the value
/// of the long run as often as it says. Whitt's formula puts the half-width of the mean backlog at 1.96 · √(2 / 25), about half
/// of it, in one replication: replications make it narrow, while what is off in each of them is little beside it.
pub const SETTLINGS_OF_A_MEAN: f64 = 25.0;

/// The same for a 99th percentile. A backlog that high is met about once in a hundred settling times and lasts for about
/// one: a run that holds 25 mostly sees none, and its own percentile is a quarter too low.
pub const SETTLINGS_OF_A_TAIL: f64 = 300.0;

/// A stage whose need is proportional to the load, given the mean of a transaction and the mean of its square, beside a constant
/// one. Arrivals are Poisson: the variance of the work of a second is that of a compound Poisson sum.
pub(crate) fn linear(
    (name, pool): (impl Into<Cow<'static, str>>, impl Into<Cow<'static, str>>),
    load: f64,
    (need, squared): (f64, f64),
    (constant, available): (f64, f64),
) -> Stage {
    let left = (available - constant).max(0.0);
    Stage {
        name: name.into(),
        pool: pool.into(),
        capacity: if need > 0.0 || left == 0.0 { left / need.max(f64::MIN_POSITIVE) } else { f64::INFINITY },
        utilization: (constant + load * need) / available,
        constant: constant / available,
        settling_s: settling_s(load * squared, left - load * need),
    }
}

/// Settling time of a backlog, given the variance of its work per second and what there is to spare per second.
pub(crate) fn settling_s(variance: f64, slack: f64) -> f64 {
    if variance > 0.0 { variance / (slack * slack) } else { 0.0 }
}

/// The load at which an increasing need meets what is available; 0 where even no load needs more.
pub(crate) fn root_of(need: impl Fn(f64) -> f64, available: f64) -> f64 {
    if need(0.0) >= available {
        return 0.0;
    }
    let mut high = 1.0;
    while need(high) < available {
        high *= 2.0;
        if high > 1e15 {
            return f64::INFINITY;
        }
    }
    let mut low = 0.0;
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if need(middle) < available { low = middle } else { high = middle }
    }
    low
}

/// Machines that keep all stages of a pool below a target utilization, given what the stages are with one of them.
pub fn machines(stages: &[Stage], pool: &str, target: f64) -> u64 {
    let busiest = stages.iter().filter(|stage| stage.pool == pool).map(|stage| stage.utilization).fold(0.0, f64::max);
    units_below(busiest, 1.0, target)
}

/// The smallest number of units, each of which brings `per_unit`, that keeps `need` below `target` of them.
pub fn units_below(need: f64, per_unit: f64, target: f64) -> u64 {
    let exact = need / (per_unit * target);
    (exact.floor() as u64 + 1).max(1)
}
