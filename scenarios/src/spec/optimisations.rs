//! What a file says about optimisations: switches, each with its parameter and the source of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Share, Usd};

/// What makes checks and proofs cheaper.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptimisationsSpec {
    /// Proofs only when they are wanted.
    pub lazy: LazySpec,
    /// Parts of proofs that are used again.
    pub component_reuse: Saving,
    /// Proofs that start from the last one.
    pub incremental: Saving,
    /// Signatures that are checked together on a GPU.
    pub signature_batch: SignatureBatch,
}

/// Proofs only when they are wanted.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LazySpec {
    /// When an epoch is proven.
    pub when: LazyWhen,
    /// Share of the epochs that somebody asks for; for `on request`.
    pub requested: Share,
    /// Share of the leaf proofs of an epoch that are in a cache when it is asked for; for `on request` and `on challenge`.
    pub cache_hits: Share,
}

/// When an epoch is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LazyWhen {
    /// Always, and its segments as they end.
    #[serde(rename = "off")]
    Off,
    /// Always, and nothing before it has ended.
    #[serde(rename = "at epoch end")]
    AtEpochEnd,
    /// When somebody asks for it, as it ends.
    #[serde(rename = "on request")]
    OnRequest,
    /// When a block of it is challenged.
    #[serde(rename = "on challenge")]
    OnChallenge,
}

/// A share of the work of leaf proofs that is saved.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Saving {
    /// Whether it is used.
    pub on: bool,
    /// Share of the work that it saves.
    pub saves: Share,
    /// Who says so.
    pub source: String,
}

/// Signatures that are checked together on a GPU of every validator.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureBatch {
    /// Whether it is used.
    pub on: bool,
    /// Cost of the book that it makes cheaper.
    pub check: String,
    /// How many times as fast.
    #[schemars(range(min = 1.0, max = 1_000_000.0))]
    pub speedup: f64,
    /// Signatures that it takes for that; where a mean block has fewer, nothing is gained.
    #[schemars(range(min = 1))]
    pub batch: u64,
    /// Price of the GPU, for every machine of a validator.
    pub gpu: Usd,
    /// Who says so.
    pub source: String,
}
