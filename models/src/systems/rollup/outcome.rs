//! What one run yields. Symbols first, then figures as formulas over them.
//!
//! For a transaction: a = its submission, b = the end of its block, d = the L1 block with its data, p = the L1 block with the settlement of its batch.
//! Measured are those with a in the measured time, and what was paid and made in that time.
//!
//! | figure | formula |
//! |---|---|
//! | soft finality | b − a |
//! | posted | d − a |
//! | L1 finality | when the L1 block of d is final, − a |
//! | proof finality | p − a, where batches are proven |
//! | hard finality | when the L1 block of p is final, or when nobody can challenge the claim any more, − a |
//! | withdrawable | when assets may leave, − a |
//! | batch proof | from the end of a batch of the proven level to its proof, over batches |
//! | backlog | transactions in blocks that are not posted, or not settled: mean over the measured time |
//! | disputes | settlements that are challenged; their delay: from the end of the window until they are final |
//! | recovery | from the end of a stated outage until as few transactions are not settled as at their most before it |

use serde::{Deserialize, Serialize};
use sim::QuantileSketch;

use crate::machines::PoolOutcome;
use crate::orders::buyer::Bought;

/// What one run yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// b − a \[s\].
    pub soft: QuantileSketch,
    /// d − a \[s\].
    pub posted: QuantileSketch,
    /// Finality of d \[s\].
    pub l1_final: QuantileSketch,
    /// p − a \[s\].
    pub settled: QuantileSketch,
    /// Finality of p, or the end of the window \[s\].
    pub hard: QuantileSketch,
    /// When assets may leave \[s\].
    pub withdrawable: QuantileSketch,
    /// Time to prove a batch \[s\].
    pub batch_proof: QuantileSketch,
    /// Whether every measured transaction was posted and settled before the run gave up waiting.
    pub complete: bool,
    /// Share of the measured transactions that were not, 0–1.
    pub unsettled_share: f64,
    /// Whether batches are proven.
    pub proves: bool,
    /// What there is of a time that a design has not.
    pub nothing: QuantileSketch,
    /// What was done in the measured time.
    pub counts: Counts,
    /// Proofs that were bought on a market, where any is.
    pub bought: Option<Bought>,
    /// What it was paid for.
    pub paid: crate::systems::rollup::expected::Charges,
    /// How much later claims are final that are challenged, in the mean \[s\]; nothing where none is.
    pub dispute_delay_s: Option<f64>,
    /// Mean number of transactions in blocks that are not posted.
    pub unposted: f64,
    /// Mean number of transactions in blocks that are not settled.
    pub unsettled: f64,
    /// Their most.
    pub unsettled_most: f64,
    /// Mean number of transactions that wait for a block.
    pub unordered: f64,
    /// From the end of each stated outage to its recovery \[s\]; none where there was none by the end of the run.
    pub recoveries: Vec<Option<f64>>,
    /// Utilization of each stage in the measured time.
    pub utilization: Vec<(String, f64)>,
    /// What pools of machines did that come and go.
    pub pools: Vec<PoolOutcome>,
    /// Measured time \[s\].
    pub measured_s: f64,
    /// All simulated time \[s\], warm-up and settling included.
    pub simulated_s: f64,
    /// Fingerprint of the event sequence.
    pub fingerprint: u64,
    /// Events handled.
    pub events: u64,
}

/// What was done in the measured time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Transactions in blocks.
    pub ordered: u64,
    /// Blocks.
    pub blocks: u64,
    /// Batches that were posted.
    pub posted: u64,
    /// Blobs.
    pub blobs: f64,
    /// Bytes that were posted.
    pub bytes: f64,
    /// Settlements.
    pub settled: u64,
    /// Transactions that were settled.
    pub transactions_settled: u64,
    /// Claims that are challenged.
    pub disputed: u64,
    /// Proofs that were made in vain.
    pub in_vain: u64,
}
