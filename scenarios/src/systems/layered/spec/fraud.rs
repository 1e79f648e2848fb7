//! What a file says about the fraud window.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Duration, Positive, Share, Usd};

/// Invalid blocks, and what is done about them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FraudSpec {
    /// How long a block can be challenged.
    pub window: Positive<Duration>,
    /// Share of slots whose block is invalid.
    pub invalid: Share,
    /// Share of slots whose block is valid and challenged all the same.
    pub frivolous: Share,
    /// Share of reverted transactions that return to the blocks with their original arrival; the others are refunded.
    pub returns: Share,
    /// Ages at which the chance of a later reversal is asked for.
    pub ages: Vec<Duration>,
    /// Who re-executes blocks.
    pub watchers: WatchersSpec,
    /// How disputes are decided.
    pub dispute: DisputeSpec,
    /// What is at stake.
    pub stakes: StakesSpec,
}

/// Who re-executes blocks after the vote, which repeats a validator's checks.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchersSpec {
    /// How many.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub count: u64,
    /// Share of them that would tell.
    pub honest: Share,
    /// Share of the time that one is up.
    pub liveness: Share,
    /// Share of the blocks that one re-executes.
    pub coverage: Share,
    /// Share of invalid blocks that nobody can prove invalid, whoever looks.
    pub common_failure: Share,
    /// Mean delay from proposal until one takes a block up; it is re-executed after those that were taken up before.
    pub pickup: Duration,
    /// Machines of a validator's kind that one re-executes on and uses for nothing else; 0: it is a validator, and
    /// re-executes on the cores that checks before the vote leave idle.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub own_machines: u64,
    /// Cost of the book of a fault proof.
    pub build: String,
}

/// How disputes are decided.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeSpec {
    /// By one fault proof, or by bisection.
    pub protocol: ProtocolSpec,
    /// Time until a fault proof, or the last step of a bisection, is included and checked.
    pub inclusion: Duration,
    /// Rounds of a bisection, each a move of both sides.
    #[schemars(range(min = 1, max = 1_000))]
    pub rounds: u32,
    /// Mean time that who is right takes for a move.
    #[serde(rename = "move")]
    pub honest_move: Duration,
    /// Mean time that who is wrong takes for a move.
    pub stalling_move: Duration,
    /// Time that a side has for all its moves.
    pub clock: Positive<Duration>,
}

/// A protocol of disputes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProtocolSpec {
    /// The chain checks one fault proof.
    #[serde(rename = "one round")]
    OneRound,
    /// Both sides narrow the execution down to one step, on the clock.
    #[serde(rename = "bisection")]
    Bisection,
}

/// What is at stake.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StakesSpec {
    /// Slashed when a proposer's block is reverted.
    pub proposer: Usd,
    /// Lost by a challenger who loses.
    pub challenger: Usd,
    /// Share of the slashed stake that goes to who won.
    pub reward: Share,
}
