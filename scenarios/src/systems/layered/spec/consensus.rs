//! What a file says about who proposes, how transactions come to them, and what validators send each other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Bytes, Duration, Positive};
use crate::spec::{Part, part};

/// Validators who propose in turn, one in every slot for all shards.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadersSpec {
    /// Validators who are down all the time and get their turn all the same; fewer than a third.
    #[serde(default)]
    pub down: u64,
    /// How long the others wait for a block, or for votes on one.
    pub timeout: Positive<Duration>,
}

/// Batches that every validator makes of its own users' transactions and sends to all, before a leader proposes them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MempoolSpec {
    /// Size of a full batch, which is sent at once.
    pub batch: Positive<Bytes>,
    /// The longest time until a batch is sent.
    pub delay: Positive<Duration>,
}

/// Delays between nodes, and how they send what they have.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Regions that nodes are spread over evenly; left out or `off`: all 13 of the shipped matrix.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Vec<String>>>")]
    pub regions: Option<Vec<String>>,
    /// How validators agree.
    #[serde(default)]
    pub voting: VotingSpec,
    /// How a block gets from its leader to everybody; without effect where transactions come in batches.
    #[serde(default)]
    pub dissemination: DisseminationSpec,
    /// Bytes of all chunks of an erasure-coded block for each byte of it.
    #[serde(default = "redundancy")]
    #[schemars(range(min = 1.0, max = 100.0))]
    pub redundancy: f64,
    /// To how many others a node passes on a block, or a vote, that is gossiped.
    #[serde(default = "fan_out")]
    #[schemars(range(min = 1, max = 10_000))]
    pub fan_out: u64,
}

/// The least with which those who are honest and awake, more than two thirds, have enough chunks.
fn redundancy() -> f64 {
    1.5
}

/// As many as Ethereum's gossip has (D of gossipsub).
fn fan_out() -> u64 {
    8
}

/// How a block gets from its leader to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum DisseminationSpec {
    /// The leader sends everybody a copy.
    #[serde(rename = "leader to all")]
    LeaderToAll,
    /// Nodes pass it on to a few others who do not have it.
    #[serde(rename = "gossip")]
    Gossip,
    /// The leader sends everybody a chunk, which everybody passes on to all.
    #[default]
    #[serde(rename = "erasure coded")]
    ErasureCoded,
}

/// What votes weigh.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VotesSpec {
    /// What a vote is on.
    pub on: SubjectSpec,
    /// Votes of a validator on each; left out: two with three broadcasts, one with two-chain HotStuff, where the vote on a block is
    /// also the second one on the block before. Changes what is sent and checked, not the delays of `network.voting`.
    #[schemars(range(min = 1, max = 100))]
    pub rounds: Option<u64>,
    /// Size that is the signature of a vote, where none is aggregated.
    pub signature: String,
    /// All else that a vote says.
    pub header: Bytes,
    /// Cost of the book of verifying one vote, where none is aggregated.
    pub verify: String,
    /// How validators that vote are drawn for each block; left out: all vote.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub committee: Option<u64>,
    /// Whether votes are passed on from node to node, as `network.fan_out` says; otherwise they go straight to everybody.
    #[serde(default)]
    pub gossip: bool,
    /// Whether signatures of votes can be added up.
    #[serde(default)]
    pub aggregation: AggregationSpec,
    /// Signatures that can be.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<BlsSpec>>")]
    pub bls: Option<BlsSpec>,
}

/// What a vote is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SubjectSpec {
    /// The blocks of all shards in a slot.
    #[serde(rename = "slot")]
    Slot,
    /// One block of one shard; validators of a shard vote on its blocks alone where they check no others.
    #[serde(rename = "block")]
    Block,
}

/// Whether signatures of votes can be added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum AggregationSpec {
    /// Every vote is verified by itself.
    #[default]
    #[serde(rename = "none")]
    None,
    /// Votes carry BLS signatures, and all votes of a round are verified at once.
    #[serde(rename = "bls")]
    Bls,
}

/// Signatures that can be added up.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlsSpec {
    /// Size of one, and of any number of them together.
    pub signature: Bytes,
    /// Cost of the book of verifying an aggregate.
    pub verify: String,
    /// Cost of the book of adding one vote to it.
    pub add: String,
}

/// What is made for a single transaction before it is submitted.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmissionSpec {
    /// Machine of the book whose price a core-hour has: what users' devices would cost to rent, and what a service rents.
    pub machine: String,
    /// Who makes the proofs that transactions carry of their own.
    pub proofs_by: ProofsBySpec,
}

/// Who makes the proofs that transactions carry of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProofsBySpec {
    /// Who submits the transaction.
    #[serde(rename = "user")]
    User,
    /// A service of the network, on its bill.
    #[serde(rename = "network")]
    Network,
}

/// How validators agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum VotingSpec {
    /// Proposal, votes and commits, each from everybody to everybody, as in PBFT and Tendermint.
    #[default]
    #[serde(rename = "three broadcasts")]
    ThreeBroadcasts,
    /// Two rounds of a leader's proposal and votes to the next leader, as in two-chain HotStuff.
    #[serde(rename = "two-chain HotStuff")]
    TwoChain,
}
