//! What a file says about optimisations: switches, each with its parameter and the source of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Bytes, Share, Usd, UsdPerMonth};
use crate::spec::{Part, part};

/// What makes checks and proofs cheaper.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptimisationsSpec {
    /// Proofs only when they are wanted.
    pub lazy: LazySpec,
    /// Proofs that answer who asks again; left out or `off`: none is kept.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<ProofCache>>")]
    pub proof_cache: Option<ProofCache>,
    /// Witnesses that are kept for proofs that are made late; left out or `off`: validators keep them for their retention.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<WitnessCache>>")]
    pub witness_cache: Option<WitnessCache>,
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
    /// Mean number of requests for proofs in an epoch; for `on request`, as the two keys below.
    #[schemars(range(min = 0.000_001, max = 100.0))]
    pub requests: f64,
    /// How many of the newest epochs are asked for.
    #[schemars(range(min = 1, max = 2_000))]
    pub reach: u64,
    /// The k-th newest of them is asked for with a chance proportional to k to the power of minus this.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub exponent: f64,
}

/// Proofs of epochs that answer who asks again; what was asked for least recently makes room.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofCache {
    /// Whether it is used.
    pub on: bool,
    /// Proofs that it holds.
    #[schemars(range(min = 1, max = 10_000))]
    pub proofs: u64,
}

/// An archive of the newest witnesses, for proofs that are made late.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WitnessCache {
    /// Whether it is used.
    pub on: bool,
    /// What it holds.
    pub holds: Bytes,
    /// Size that a transaction with a witness carries.
    pub size: String,
    /// What a terabyte of it costs.
    pub terabyte: UsdPerMonth,
    /// Cores of a server of the fleet, which make again what is neither here nor with the validators.
    #[schemars(range(min = 1, max = 4_096))]
    pub cores: u64,
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
    /// When somebody asks for it, after it has ended.
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
    /// Signatures that it takes for that; those of a mean block that fill no batch take as long as without.
    #[schemars(range(min = 1))]
    pub batch: u64,
    /// Price of the GPU, for every machine of a validator.
    pub gpu: Usd,
    /// Who says so.
    pub source: String,
}
