//! What a scenario file says of a rollup: who orders transactions, how they are batched, posted, proven and settled.

mod disputes;
mod l1;
mod load;
mod proving;
mod settlement;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Bytes, Duration, Gwei, Positive, Share, Usd};
use crate::spec::{LifecycleSpec, MachineNames, Part, Within, part, unless_off};
pub use disputes::{DecidingProofSpec, GameBondsSpec, GameSpec, RollupWatchersSpec, SeveralSpec, SinceSpec};
pub(crate) use l1::RecordedFee;
pub use l1::{FeeSpec, L1Spec};
pub(crate) use load::RecordedLoad;
pub use load::{ArrivalsSpec, LoadSpec};
pub use proving::{PrioritySpec, ProofSystemSpec, ProvingSpec};
pub use settlement::{BondsSpec, SettlementSpec, WindowSpec, WithdrawalsSpec};

/// A rollup.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct RollupSpec {
    /// Transactions.
    pub load: LoadSpec,
    /// Kinds of transactions by name; their shares add to 1.
    pub classes: BTreeMap<String, ClassSpec>,
    /// Who orders them.
    pub sequencer: SequencerSpec,
    /// Levels of batches, the lowest of blocks: chunks, batches, bundles.
    pub level: Vec<LevelSpec>,
    /// What is posted.
    pub data: DataSpec,
    /// What is proven; left out or `off`: nothing, and claims are believed until somebody challenges them.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<ProvingSpec>>")]
    pub proving: Option<ProvingSpec>,
    /// What is settled.
    pub settlement: SettlementSpec,
    /// When a claim that nobody proved is final; left out or `off`: a settlement is final when L1 is.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<WindowSpec>>")]
    pub window: Option<WindowSpec>,
    /// Who re-executes the rollup and may challenge claims; left out or `off`: that is not asked.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<RollupWatchersSpec>>")]
    pub watchers: Option<RollupWatchersSpec>,
    /// Who takes assets back to L1; left out or `off`: that is not asked.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<WithdrawalsSpec>>")]
    pub withdrawals: Option<WithdrawalsSpec>,
    /// The chain below.
    pub l1: L1Spec,
}

/// A kind of transactions.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassSpec {
    /// Share of all transactions.
    pub share: Share,
    /// Gas of each on the rollup, in the mean.
    #[schemars(range(min = 0.0, max = 1e12))]
    pub gas: f64,
    /// Data of each as it is posted, compressed, in the mean.
    pub bytes: Bytes,
    /// What is proven of each in the mean: cycles, instructions or constraints, as the costs of the book count them.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub cycles: f64,
    /// Coefficient of variation of the three from transaction to transaction.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub spread: f64,
    /// What its user pays; left out or `off`: that is not asked.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Usd>>")]
    pub fee: Option<Usd>,
}

/// Who orders transactions.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SequencerSpec {
    /// Time between blocks.
    pub block: Positive<Duration>,
    /// Most gas in a block; left out or `off`: any.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<f64>>")]
    pub gas_limit: Option<f64>,
    /// Batches without a proof at which it makes no more blocks; left out or `off`: any number.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 1_000_000_000))]
    pub most_unproven: Option<u64>,
    /// Times without blocks; an outage lasts until a stand-by takes over.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<OutageSpec>>")]
    pub outages: Vec<OutageSpec>,
    /// Machine that it runs on.
    pub machine: MachineNames,
    /// How many of these: the sequencer, its stand-by, nodes that answer users.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub specified: u64,
    /// On which terms they are had; left out or `off`: on the market of the machine.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LifecycleSpec>>")]
    pub lifecycle: Option<LifecycleSpec>,
}

/// A time, or times, out of service: `at` a stated time, or every so often by chance.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutageSpec {
    /// When it begins, the warm-up counted; left out or `off`: by chance.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Duration>>")]
    pub at: Option<Duration>,
    /// Mean time from the end of one to the beginning of the next, exponential; left out or `off`: it happens once.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub between: Option<Positive<Duration>>,
    /// How long it lasts.
    pub lasts: Positive<Duration>,
}

/// A level of batches. A batch closes with whatever comes first; at least one of these is said.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelSpec {
    /// Name in tables.
    pub name: String,
    /// Items of the level below, or blocks, with which it closes; left out or `off`: any number.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 1_000_000_000))]
    pub count: Option<u64>,
    /// Most transactions in it; left out or `off`: any number.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 1_000_000_000_000))]
    pub transactions: Option<u64>,
    /// Most gas in it; left out or `off`: any.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<f64>>")]
    pub gas: Option<f64>,
    /// Most data in it; left out or `off`: any.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Bytes>>>")]
    pub bytes: Option<Positive<Bytes>>,
    /// Most cycles in it; left out or `off`: any.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<f64>>")]
    pub cycles: Option<f64>,
    /// So long after its first item it closes; left out or `off`: at any age.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub age: Option<Positive<Duration>>,
    /// Whenever so much time has passed it closes; left out or `off`: never for that.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub every: Option<Positive<Duration>>,
    /// Items that it has at least when its age or period is over; otherwise it waits for them.
    #[serde(default = "at_least_one")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub least: u64,
    /// Whether it is proven as if it were full, up to `cycles`, however few it has.
    #[serde(default)]
    pub padded: bool,
    /// How the proofs of what is in it become one: on every level above the one that is proven, up to the one that is settled.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<JoinSpec>>")]
    pub join: Option<JoinSpec>,
}

fn at_least_one() -> u64 {
    1
}

/// How several proofs become one: as a tree, in rounds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinSpec {
    /// How many at a time; left out or `off`: all at once.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(2, 1_000_000))]
    pub arity: Option<u64>,
    /// Cost of the book of one join, by the number of those that it joins.
    pub cost: String,
}

/// What is posted.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// The level whose batches are posted.
    pub level: String,
    /// As what.
    pub posted_as: PostedAs,
    /// L1 gas of every transaction that carries data, without that of its calldata.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub gas: f64,
    /// Data that fits in a blob of 131,072 bytes, after its encoding.
    pub blob_bytes: Positive<Bytes>,
    /// Most blobs of a transaction.
    #[schemars(range(min = 1, max = 1_000))]
    pub blobs_per_transaction: u64,
    /// L1 gas of a byte of calldata.
    #[schemars(range(min = 0.0, max = 1_000_000.0))]
    pub gas_per_byte: f64,
    /// Most calldata of a transaction.
    pub calldata_per_transaction: Positive<Bytes>,
    /// Price of a gigabyte on another layer.
    pub elsewhere_per_gb: Usd,
    /// Waiting for a lower fee of blobs; left out or `off`: batches are posted as they close.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<WaitsSpec>>")]
    pub waits: Option<WaitsSpec>,
}

/// As what data is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PostedAs {
    /// In blobs.
    Blobs,
    /// As calldata.
    Calldata,
    /// On another layer; L1 has its commitment only.
    Elsewhere,
}

/// Waiting for a lower fee.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitsSpec {
    /// The fee of blobs above which data waits.
    pub above: Gwei,
    /// How long it waits at most.
    pub at_most: Positive<Duration>,
}
