//! What a file says of the proofs of a rollup.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::OutageSpec;
use crate::quantity::{Duration, Positive, Share};
use crate::spec::{LifecycleSpec, MachineNames, Part, part, unless_off};
use crate::systems::buying::BuyingSpec;

/// What is proven: batches of a level, one by one, by one proof system or several.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvingSpec {
    /// The level whose batches are proven.
    pub level: String,
    /// Executing a batch before it is proven; left out or `off`: that is a part of the proof.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<ExecutionSpec>>")]
    pub execution: Option<ExecutionSpec>,
    /// The proof system; its machines are the pool `provers`.
    pub system: ProofSystemSpec,
    /// Further proof systems that prove the same, each on machines of its own, a pool with its name.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<std::collections::BTreeMap<String, ProofSystemSpec>>")]
    pub others: std::collections::BTreeMap<String, ProofSystemSpec>,
    /// Where the proofs of batches by `system` are bought; left out or `off`: they are made on its own machines.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<BuyingSpec>>")]
    pub market: Option<BuyingSpec>,
    /// Proofs of how many systems a batch needs.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 8))]
    pub needed: u64,
    /// Times in which nothing new is proven.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<OutageSpec>>")]
    pub outages: Vec<OutageSpec>,
}

fn one() -> u64 {
    1
}

/// Executing a batch, and the witness for its proof.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecutionSpec {
    /// Cost of the book, by cycles.
    pub cost: String,
    /// Machine that it is done on: the pool `executors`.
    pub machine: MachineNames,
    /// How many the source names.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub specified: u64,
}

/// A proof system and its machines.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofSystemSpec {
    /// Machine that it proves on.
    pub machine: MachineNames,
    /// How many the source names.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub specified: u64,
    /// How they come and go; left out or `off`: all of them are always there.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LifecycleSpec>>")]
    pub lifecycle: Option<LifecycleSpec>,
    /// How often a proof is saved, so that only what came after is lost with a machine; left out or `off`: never.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub checkpoint: Option<Positive<Duration>>,
    /// Segments that a batch is split into.
    pub segment: SegmentSpec,
    /// What makes one proof of those of the segments: each level once, and the last that joins any until one proof is left.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<RecursionSpec>>")]
    pub recursion: Vec<RecursionSpec>,
    /// Cost of the book of the proof that L1 verifies, made of the last one; left out or `off`: that is it.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub wrap: Option<String>,
    /// Whose proofs go first.
    #[serde(default)]
    pub priority: PrioritySpec,
    /// Share of the proofs of a batch that turn out to be of no use, and are made again.
    #[serde(default = "none")]
    pub failures: Share,
    /// Time after which a proof comes too late, and is made again; left out or `off`: never.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub timeout: Option<Positive<Duration>>,
    /// By which factor it becomes faster in a year.
    #[serde(default = "as_fast")]
    #[schemars(range(min = 0.01, max = 1_000.0))]
    pub faster_a_year: f64,
}

fn none() -> Share {
    Share::new(0.0)
}

fn as_fast() -> f64 {
    1.0
}

/// Parts that are proven on their own.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentSpec {
    /// Most cycles of one; left out or `off`: a batch is one.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<f64>>")]
    pub cycles: Option<f64>,
    /// Cost of the book, by cycles.
    pub cost: String,
}

/// A level of recursion.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecursionSpec {
    /// Name in tables.
    pub name: String,
    /// Proofs that become one; 1 where each is proven again.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub arity: u64,
    /// Cost of the book of one, by the number of proofs that it verifies.
    pub cost: String,
}

/// Whose proofs go first where machines are short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum PrioritySpec {
    /// Those of the oldest batch.
    #[default]
    #[serde(rename = "oldest first")]
    OldestFirst,
    /// Those that came first.
    #[serde(rename = "first come first served")]
    FirstComeFirstServed,
}
