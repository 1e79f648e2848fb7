//! What one run yields. Symbols first, then metrics as formulas over them.
//!
//! For a transaction: a = its arrival, p = the proposal of its block, v = the vote of the set on that block,
//! f = the acceptance of the proof that covers it.
//! vote finality = v − p · optimistic finality = v − a · proof finality = f − a, each weighted by transactions.
//! A transaction that is reverted and included again has a vote for each time, and one proof.
//! For an epoch: e = the end of its last slot, f = the acceptance of its proof. epoch proof = f − e; a day's likewise,
//! but for the acceptance: nobody votes on it.

use serde::{Deserialize, Serialize};
use sim::QuantileSketch;

use crate::disputes::record::Record;
use crate::machines::PoolOutcome;

/// What one run yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// v − p, in seconds.
    pub vote_finality: QuantileSketch,
    /// v − a, in seconds.
    pub optimistic_finality: QuantileSketch,
    /// f − a, in seconds; empty where proving was not simulated.
    pub proof_finality: QuantileSketch,
    /// f − e, in seconds, over epochs; empty where there are no epoch proofs.
    pub epoch_proof: QuantileSketch,
    /// From the end of a day to its proof, in seconds, over days.
    pub day_proof: QuantileSketch,
    /// Levels of the proof tree, as [`crate::proving::ProofPlan::level_names`] names them; empty where nothing was
    /// proven by epochs.
    pub levels: Vec<LevelOutcome>,
    /// What happened in the fraud window, where there is one.
    pub fraud: Option<FraudOutcome>,
    /// Transactions whose block was proposed in the measured time.
    pub included: u64,
    /// Measured time in seconds.
    pub measured_s: f64,
    /// All simulated time in seconds, warm-up and settling included.
    pub simulated_s: f64,
    /// Work that each stage was given in the measured time, as a share of what it could do in it.
    pub utilization: Vec<(String, f64)>,
    /// What pools of machines did that come and go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<PoolOutcome>,
    /// Share of the provers' work in the measured time that was lost with machines, and done again; none where machines are always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_again: Option<f64>,
    /// Whether every measured epoch was proven before the run gave up waiting.
    pub settled: bool,
    /// Fingerprint of the event sequence.
    pub fingerprint: u64,
    /// Events handled.
    pub events: u64,
}

/// What a level of the proof tree did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LevelOutcome {
    /// Mean time on the path that was waited for, in seconds; none where no proof of its tree was complete.
    pub critical_s: Option<f64>,
    /// Work per epoch in the measured time, in server-seconds.
    pub work_s: f64,
    /// That as a share of what the fleet could do.
    pub utilization: f64,
}

/// What happened in the fraud window, warm-up and settling included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FraudOutcome {
    /// Counts, money, and times to fault proofs.
    pub record: Record,
    /// For every age of the rules, the share of the transactions of that age that was reverted later.
    pub reversals: Vec<Option<f64>>,
    /// Share of the proof work that was for what was reverted; none where nothing was proven.
    pub wasted_share: Option<f64>,
}
