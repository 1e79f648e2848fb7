//! What a file says of the chain below.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::Time;

use super::OutageSpec;
use crate::quantity::{Duration, Gwei, Positive, Share, Usd};
use crate::spec::{Part, part, unless_off};

/// The chain below (L1).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct L1Spec {
    /// Time between its blocks.
    pub slot: Positive<Duration>,
    /// Chance that a transaction is in the next of them.
    pub included: Positive<Share>,
    /// Slots of an epoch.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub slots_per_epoch: u64,
    /// Whole epochs after its own until what is included is final.
    #[schemars(range(min = 0, max = 1_000))]
    pub epochs_to_finality: u64,
    /// Price of its ether.
    pub eth: Usd,
    /// Within which factor of that the truth lies, at 95 %, since it moves.
    #[serde(default = "one")]
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub eth_within: f64,
    /// What gas costs.
    pub gas: GasSpec,
    /// What blobs cost.
    pub blobs: BlobsSpec,
    /// Times in which nothing of ours is included.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<OutageSpec>>")]
    pub outages: Vec<OutageSpec>,
}

impl L1Spec {
    /// How its fees come about, by key.
    pub(crate) fn fees(&self) -> impl Iterator<Item = (&'static str, &FeeSpec)> {
        [("l1.gas", &self.gas.law), ("l1.blobs", &self.blobs.law)].into_iter()
    }
}

/// What gas costs: its base fee, and what is paid beside it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct GasSpec {
    /// Its base fee; EIP-1559 moves that of a market.
    #[serde(flatten)]
    pub law: FeeSpec,
    /// What is paid beside it.
    pub tip: Gwei,
    /// Gas of a block at which the fee of a market stays; a block holds twice as much.
    #[schemars(range(min = 1.0, max = 1e12))]
    pub target: f64,
}

/// What blob gas costs, of which a blob has 131,072.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct BlobsSpec {
    /// Its fee; EIP-4844 and EIP-7918 move that of a market.
    #[serde(flatten)]
    pub law: FeeSpec,
    /// Blobs of a block at which the fee of a market stays.
    #[schemars(range(min = 1.0, max = 100_000.0))]
    pub target: f64,
    /// Most blobs of a block.
    #[schemars(range(min = 1.0, max = 100_000.0))]
    pub most: f64,
    /// Blob gas above the target that multiplies the fee of a market by e.
    #[schemars(range(min = 1.0, max = 1e12))]
    pub fraction: f64,
}

/// How a fee comes about: it stands, changes at stated times, is moved by others on a market, or was recorded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FeeSpec {
    /// Fee of a unit of gas, or of blob gas; of a market, at which others use what `demand` says. A trace has its own: then it is not used.
    pub fee: Gwei,
    /// Within which factor of the fee the truth lies, at 95 %, since it moves. What was recorded is taken as it is.
    #[serde(default = "one")]
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub within: f64,
    /// Other fees from given times on.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<FeeChange>>")]
    pub changes: Vec<FeeChange>,
    /// Others who move the fee by what they use of a block (EIP-1559; of blobs EIP-4844, EIP-7918); left out or `off`: the fee is as stated.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<MarketSpec>>")]
    pub market: Option<MarketSpec>,
    /// CSV file beside this one of fees that were recorded: its first column is the time, ascending, in seconds or as a date and time of RFC
    /// 3339, the first being the start of the run; a column `fee` says what holds from then on, in gwei. Left out or `off`: the fee is as stated.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub trace: Option<String>,
    /// The fees of a trace, once it is read.
    #[serde(skip)]
    pub(crate) recorded: Option<RecordedFee>,
}

/// What a trace says of a fee.
#[derive(Debug, Clone)]
pub(crate) struct RecordedFee {
    /// From when on which fee holds \[gwei\].
    pub(crate) steps: Arc<[(Time, f64)]>,
    /// How long it lasts \[s\].
    pub(crate) lasts_s: f64,
    /// The file, as it is told.
    pub(crate) file: String,
    /// What of it means nothing, in a sentence.
    pub(crate) told: Option<String>,
}

/// A fee from a time on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeChange {
    /// From when on, the warm-up counted.
    pub at: Positive<Duration>,
    /// The fee from then on.
    pub fee: Gwei,
}

/// What others use of an L1.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketSpec {
    /// What others use of a block at the stated fee, over what keeps the fee where it is.
    #[schemars(range(min = 0.0, max = 1_000.0))]
    pub demand: f64,
    /// By which power of the fee that falls.
    #[schemars(range(min = 0.01, max = 10.0))]
    pub elasticity: f64,
    /// Coefficient of variation of it, from block to block.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub spread: f64,
}

fn one() -> f64 {
    1.0
}
