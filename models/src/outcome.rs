//! What one run yields. Symbols first, then metrics as formulas over them.
//!
//! For a transaction: a = its arrival, p = the proposal of its block, v = the vote of the set on that block,
//! f = the acceptance of the proof that covers it.
//! vote finality = v − p · optimistic finality = v − a · proof finality = f − a, each weighted by transactions.

use sim::QuantileSketch;

/// Relative error of every quantile of a run.
pub const QUANTILE_ERROR: f64 = 0.001;

/// What one run yields.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// v − p, in seconds.
    pub vote_finality: QuantileSketch,
    /// v − a, in seconds.
    pub optimistic_finality: QuantileSketch,
    /// f − a, in seconds; empty where proving was not simulated.
    pub proof_finality: QuantileSketch,
    /// Transactions whose block was proposed in the measured time.
    pub included: u64,
    /// Measured time in seconds.
    pub measured_s: f64,
    /// All simulated time in seconds, warm-up and settling included.
    pub simulated_s: f64,
    /// Work that each stage was given in the measured time, as a share of what it could do in it.
    pub utilization: Vec<(&'static str, f64)>,
    /// Whether every measured epoch was proven before the run gave up waiting.
    pub settled: bool,
    /// Fingerprint of the event sequence.
    pub fingerprint: u64,
    /// Events handled.
    pub events: u64,
}
