//! What a scenario file says of a layered system: load, blocks, validators, proofs, and the sections that may be left out.

mod consensus;
pub mod economy;
mod fraud;
mod optimisations;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use consensus::{
    AggregationSpec, DisseminationSpec, LeadersSpec, MempoolSpec, Network, ProofsBySpec, SubjectSpec, SubmissionSpec,
    VotesSpec, VotingSpec,
};
pub use fraud::{DisputeSpec, FraudSpec, ProtocolSpec};
pub use optimisations::{LazySpec, LazyWhen, OptimisationsSpec};

use crate::quantity::{Bandwidth, Bytes, Duration, Positive, Rate, Share, Usd, UsdPerMonth};
use crate::spec::{LifecycleSpec, MachineNames, Part, ProfileSpec, part};

/// The system that is simulated.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct LayeredSpec {
    /// Offered load.
    pub load: Load,
    /// Blocks and epochs.
    pub chain: Chain,
    /// Sizes on the wire of what transactions carry, by name.
    pub sizes: BTreeMap<String, Bytes>,
    /// Kinds of transactions by name; the shares add to 1.
    pub tiers: BTreeMap<String, Tier>,
    /// The validator set.
    pub validators: Validators,
    /// Delays between nodes.
    pub network: Network,
    /// Validators who propose in turn, and some of whom may be down; left out or `off`: who proposes is drawn, and nobody is down.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LeadersSpec>>")]
    pub leaders: Option<LeadersSpec>,
    /// Batches that are sent before they are proposed; left out or `off`: a transaction is with who proposes when it is submitted.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<MempoolSpec>>")]
    pub mempool: Option<MempoolSpec>,
    /// What votes weigh on links and cores; left out or `off`: nothing.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<VotesSpec>>")]
    pub votes: Option<VotesSpec>,
    /// Who makes witnesses and proofs of single transactions, and what that would cost; left out or `off`: users, at no price.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<SubmissionSpec>>")]
    pub submission: Option<SubmissionSpec>,
    /// How transactions are proven.
    pub proving: ProvingSpec,
    /// The token of the sections about money.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<economy::Token>>")]
    pub token: Option<economy::Token>,
    /// The market for proofs; left out or `off`: none is studied.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<economy::MarketSpec>>")]
    pub market: Option<economy::MarketSpec>,
    /// Fees of the tiers; left out or `off`: none are studied.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<economy::FeesSpec>>")]
    pub fees: Option<economy::FeesSpec>,
    /// What nodes cost and earn; left out or `off`: that is not studied.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<economy::NodesSpec>>")]
    pub nodes: Option<economy::NodesSpec>,
    /// Invalid blocks, and what is done about them; left out or `off`: every block is valid.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<FraudSpec>>")]
    pub fraud: Option<FraudSpec>,
    /// Who reads the last proof instead of the chain; left out or `off`: nobody.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LightClientSpec>>")]
    pub light_client: Option<LightClientSpec>,
    /// What makes checks and proofs cheaper; left out or `off`: nothing.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<OptimisationsSpec>>")]
    pub optimisations: Option<OptimisationsSpec>,
}

/// Offered load.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Mean arrivals; the process is Poisson.
    pub rate: Positive<Rate>,
    /// How the rate changes over time; left out or `off`: not at all.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<ProfileSpec>>")]
    pub profile: Option<ProfileSpec>,
}

/// Blocks and epochs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// Number of shards.
    #[schemars(range(min = 1, max = 1_024))]
    pub shards: u32,
    /// Time between the blocks of a shard.
    pub slot: Positive<Duration>,
    /// Length of an epoch: a whole number of slots.
    pub epoch: Positive<Duration>,
    /// Most transactions in a block; left out: what arrives in a slot is in the block.
    #[schemars(range(min = 1))]
    pub block_cap: Option<u64>,
}

/// A kind of transaction.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Share of all transactions.
    pub share: Share,
    /// Costs of the book that a validator pays per transaction.
    pub checks: Vec<String>,
    /// Sizes that a transaction carries.
    pub carries: Vec<String>,
    /// Whether the network proves it.
    pub proven: bool,
    /// Cost of the book of the proof that a transaction carries of its own, made before it is submitted; left out or `off`: it carries none.
    /// Where everything is proven before inclusion, the fleet makes that proof.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub proof: Option<String>,
}

/// The validator set.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Validators {
    /// Number of validators.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u64,
    /// Cores of one machine.
    #[schemars(range(min = 1, max = 4_096))]
    pub cores: u64,
    /// Bandwidth into one machine.
    pub downlink: Positive<Bandwidth>,
    /// Bandwidth out of one machine; left out or `off`: as much as into it.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Bandwidth>>>")]
    pub uplink: Option<Positive<Bandwidth>>,
    /// Disk of one machine.
    pub disk: Positive<Bytes>,
    /// How long a validator keeps a transaction.
    pub retention: Duration,
    /// Who checks what.
    pub validation: ValidationSpec,
    /// Price of one machine.
    pub purchase: Usd,
    /// Time over which the price is written off.
    pub lifetime: Positive<Duration>,
    /// Hosting of one machine.
    pub hosting: UsdPerMonth,
    /// What the machines of a set that is sized are, by need; left out or `off`: as many of the machine that is described here as it
    /// takes.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<MachineNames>>")]
    pub machine: Option<MachineNames>,
    /// What a terabyte costs that a machine by need sends; left out or `off`: what the price list says of its provider.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Usd>>")]
    pub terabyte_sent: Option<Usd>,
}

/// Who checks what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ValidationSpec {
    /// Every validator checks every transaction.
    #[serde(rename = "every transaction")]
    EveryTransaction,
    /// A validator checks the blocks of its own shard.
    #[serde(rename = "own shard")]
    OwnShard,
}

/// How transactions are proven.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvingSpec {
    /// When a transaction is proven.
    pub when: When,
    /// Machine that proofs run on.
    pub machine: MachineNames,
    /// Machines of the fleet that the source names.
    #[schemars(range(min = 1))]
    pub specified_machines: u64,
    /// How these machines come and go, and on which terms they are had; left out or `off`: all of them are always there. Start-up,
    /// failures, spot zones and an autoscaler are for proofs of epochs: not before inclusion, and not on request.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LifecycleSpec>>")]
    pub lifecycle: Option<LifecycleSpec>,
    /// How often a proof is saved, so that only what came after is lost with a machine; left out or `off`: never.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub checkpoint: Option<Positive<Duration>>,
    /// Cost of the book of a leaf proof.
    pub leaf: String,
    /// Transactions of a leaf that the source names; left out: as many as fit. It holds where the cost was measured at several
    /// sizes; a fleet that is sized for its load takes the cheapest size instead.
    #[schemars(range(min = 1))]
    pub specified_leaf: Option<u64>,
    /// Most transactions of a leaf; left out: as many as fit.
    #[schemars(range(min = 1))]
    pub largest_leaf: Option<u64>,
    /// Slots of a segment, which is proven on its own; left out: the whole epoch.
    #[schemars(range(min = 1))]
    pub segment_slots: Option<u64>,
    /// Whether every shard has segments of its own.
    pub per_shard: bool,
    /// Cost of the book of making one proof of two.
    pub pair: String,
    /// Cost of the book of a segment's proof, on top of its leaves and pairs.
    pub segment_node: String,
    /// Levels above the segments; the last one has no arity and merges all that the epoch has.
    pub levels: Vec<LevelSpec>,
    /// Cost of the book of the witness that a user makes for a transaction; left out or `off`: users make none.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub witness: Option<String>,
    /// One proof of several epochs; left out or `off`: none.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<DailySpec>>")]
    pub daily: Option<DailySpec>,
    /// Whose proofs go first where servers are short.
    #[serde(default)]
    pub priority: PrioritySpec,
}

impl ProvingSpec {
    /// The costs that its machines serve.
    pub(crate) fn costs(&self) -> Vec<&str> {
        let nodes = self.levels.iter().map(|level| &level.node).chain(self.daily.iter().map(|daily| &daily.node));
        let all = [&self.leaf, &self.pair, &self.segment_node].into_iter().chain(nodes).chain(&self.witness);
        all.map(String::as_str).collect()
    }
}

/// Whose proofs go first where servers are short; a proof that was started is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum PrioritySpec {
    /// Those of the oldest epoch: its joins go before the leaves of the next.
    #[default]
    #[serde(rename = "oldest first")]
    OldestFirst,
    /// Those that came first.
    #[serde(rename = "first come first served")]
    FirstComeFirstServed,
}

/// One proof of several epochs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DailySpec {
    /// Epochs that it covers.
    #[schemars(range(min = 2, max = 10_000))]
    pub epochs: u64,
    /// Cost of the book of the proof, on top of the pairs that it merges.
    pub node: String,
}

/// A device that reads the last proof instead of the chain.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LightClientSpec {
    /// Size of the proof that it reads.
    pub proof: Bytes,
    /// Size of what the proof is about.
    pub header: Bytes,
    /// Cost of the book of verifying it on the device.
    pub verify: String,
    /// Bandwidth into the device.
    pub downlink: Positive<Bandwidth>,
}

/// When a transaction is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum When {
    /// Before a block may include it.
    #[serde(rename = "before inclusion")]
    BeforeInclusion,
    /// After inclusion, as part of its epoch.
    #[serde(rename = "in its epoch")]
    InEpoch,
    /// Not at all: the vote is all there is, and the other keys of this section say nothing.
    #[serde(rename = "never")]
    Never,
}

/// A level of the proof tree.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelSpec {
    /// Name for reports.
    pub name: String,
    /// Children of a node; left out: all that the epoch has.
    #[schemars(range(min = 2))]
    pub arity: Option<u64>,
    /// Cost of the book of a node, on top of the pairs that it merges.
    pub node: String,
}
