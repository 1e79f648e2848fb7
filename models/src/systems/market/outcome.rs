//! What one run yields. Symbols first, then figures as formulas over them.
//!
//! For a request: r = when it was made, l = when it was locked (own machines take it at once), d = when its proof was there, p = its price.
//! Measured are those with r in the measured time, and what provers did in that time.
//!
//! | figure | formula |
//! |---|---|
//! | lock | l − r, over those that were locked |
//! | fulfilment | d − r; those without a proof wait for ever |
//! | in time, late, missed, unlocked | by what became of it ([`crate::orders::book::Fate`]), of all requests |
//! | price | Σp over those that a prover was paid for, by their number or their cycles |
//! | profit | what a prover earned, and took of the collateral of others, less its machines, gas, and collateral, by the month |
//! | break-even | the price at which that would have been 0 |

use serde::{Deserialize, Serialize};
use sim::QuantileSketch;

use super::expected::Charges;

/// What one run yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The requests that are asked about.
    pub requests: Requests,
    /// Their kinds, where there are several.
    pub classes: Vec<ClassOutcome>,
    /// The requests of everybody that came to the market.
    pub market: Requests,
    /// Provers, by group.
    pub groups: Vec<GroupOutcome>,
    /// What was paid beside machines, by the month.
    pub paid: Charges,
    /// What a prover that asks took in, by the month \[USD\]; nothing where a requester asks.
    pub income_usd: Option<f64>,
    /// Requests per second that the bill is divided by: with a proof, of a requester, or by a prover.
    pub carried_per_s: f64,
    /// Utilization of each stage in the measured time.
    pub utilization: Vec<(String, f64)>,
    /// Measured time \[s\].
    pub measured_s: f64,
    /// All simulated time \[s\], warm-up and settling included.
    pub simulated_s: f64,
    /// Fingerprint of the event sequence.
    pub fingerprint: u64,
    /// Events handled.
    pub events: u64,
}

/// What became of requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requests {
    /// Their numbers.
    pub counts: Counts,
    /// l − r \[s\].
    pub lock: QuantileSketch,
    /// d − r \[s\].
    pub fulfilment: QuantileSketch,
    /// Σp \[USD\].
    pub paid_usd: f64,
    /// Cycles of those with a price.
    pub paid_cycles: f64,
}

/// Numbers of requests by their fate.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// All.
    pub made: u64,
    /// Those that own machines proved.
    pub own: u64,
    /// With a proof before the lock passed.
    pub in_time: u64,
    /// With a proof after that.
    pub late: u64,
    /// Locked, without a proof.
    pub missed: u64,
    /// Never locked.
    pub unlocked: u64,
    /// Those that a prover was paid for.
    pub paid: u64,
}

/// What became of requests of a kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassOutcome {
    /// Its name.
    pub name: String,
    /// What became of them.
    pub requests: Requests,
}

/// What provers of a group did, each in the mean, by the month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupOutcome {
    /// Its name.
    pub name: String,
    /// How many there are.
    pub provers: u64,
    /// Profit \[USD\]: the mean, and the 10th and 90th percentile of provers.
    pub profit_usd: [f64; 3],
    /// What they took in \[USD\].
    pub income_usd: f64,
    /// What their machines cost \[USD\].
    pub machines_usd: f64,
    /// Collateral that they lost \[USD\].
    pub lost_usd: f64,
    /// Orders that they delivered.
    pub delivered: f64,
    /// Locks that they took, and those that passed.
    pub locked: f64,
    /// Those that passed.
    pub passed: f64,
    /// The price at which they would have made neither profit nor loss \[USD per 10⁹ cycles\].
    pub break_even_usd: Option<f64>,
    /// Share of their time in which they worked, 0–1.
    pub busy: f64,
    /// Share of that which nobody paid for, 0–1.
    pub vain: Option<f64>,
}
