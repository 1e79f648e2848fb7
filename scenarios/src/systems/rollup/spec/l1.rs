//! What a file says of the chain below.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// What gas costs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GasSpec {
    /// Base fee of a unit of gas; of a market, at which others use what `demand` says.
    pub fee: Gwei,
    /// What is paid beside it.
    pub tip: Gwei,
    /// Within which factor of the fee the truth lies, at 95 %, since it moves.
    #[serde(default = "one")]
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub within: f64,
    /// Other fees from given times on.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<FeeChange>>")]
    pub changes: Vec<FeeChange>,
    /// Others who move the fee by what they use of a block (EIP-1559); left out or `off`: the fee is as stated.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<MarketSpec>>")]
    pub market: Option<MarketSpec>,
    /// Gas of a block at which the fee of a market stays; a block holds twice as much.
    #[schemars(range(min = 1.0, max = 1e12))]
    pub target: f64,
}

/// What blobs cost.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlobsSpec {
    /// Fee of a unit of blob gas, of which a blob has 131,072; of a market, at which others use what `demand` says.
    pub fee: Gwei,
    /// Within which factor of the fee the truth lies, at 95 %, since it moves.
    #[serde(default = "one")]
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub within: f64,
    /// Other fees from given times on.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<FeeChange>>")]
    pub changes: Vec<FeeChange>,
    /// Others who move the fee by the blobs that they use (EIP-4844, EIP-7918); left out or `off`: the fee is as stated.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<MarketSpec>>")]
    pub market: Option<MarketSpec>,
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
