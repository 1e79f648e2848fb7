//! What a file says of disputes about the claims of a rollup, and of who watches them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Duration, Ether, Positive, Share, Usd};
use crate::spec::{MachineNames, Part, Within, part};

/// A dispute about a claim, as a game: by bisection, or by one proof.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GameSpec {
    /// Time that a side has: for all its moves, or for the proof.
    pub clock: Positive<Duration>,
    /// Since when the clock of a challenger runs.
    #[serde(default)]
    pub since: SinceSpec,
    /// From the verdict until a claim is final that was challenged.
    #[serde(default = "at_once")]
    pub grace: Duration,
    /// Moves and their bonds, level by level, the challenge first.
    pub level: Vec<GameLevelSpec>,
    /// L1 gas of a move, or a challenge.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub gas: f64,
    /// L1 gas of the last step or the proof, and of closing the dispute.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub last_gas: f64,
    /// Share of the bonds of who is wrong that who is right gets.
    pub reward: Share,
    /// Challenges of a claim that is challenged, or invalid claims beside it.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000))]
    pub challenges: u32,
    /// How several are played.
    #[serde(default)]
    pub several: SeveralSpec,
    /// Moves that narrow the execution down to one step; left out or `off`: a proof decides.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<BisectionSpec>>")]
    pub bisection: Option<BisectionSpec>,
    /// The proof that decides; left out or `off`: moves do.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<DecidingProofSpec>>")]
    pub proof: Option<DecidingProofSpec>,
}

/// Since when the clock of a challenger runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum SinceSpec {
    /// Since the claim: it holds the time until the challenge.
    #[serde(rename = "the claim")]
    Claim,
    /// Since the challenge, which may come until the window ends.
    #[default]
    #[serde(rename = "the challenge")]
    Challenge,
}

/// How several challenges of a claim are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum SeveralSpec {
    /// All of them at the same time.
    #[default]
    #[serde(rename = "at once")]
    AtOnce,
    /// One after another, each with clocks of its own.
    #[serde(rename = "one after another")]
    InTurn,
}

/// Moves of a game with bonds of one law.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GameLevelSpec {
    /// How many, of both sides together.
    #[schemars(range(min = 1, max = 1_000))]
    pub moves: u32,
    /// The bond, before it grows for the first time.
    pub bond: Ether,
    /// What it grows by with every move, the first included.
    #[serde(default = "as_much")]
    #[schemars(range(min = 0.01, max = 100.0))]
    pub growth: f64,
    /// What has a bond: every move, or each side, once for all its moves of the level. On the first level that of the
    /// proposer is the bond of its claim.
    #[serde(default)]
    pub bonds: GameBondsSpec,
}

/// What a bond of a game stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum GameBondsSpec {
    /// A move.
    #[default]
    #[serde(rename = "each move")]
    EachMove,
    /// All moves of a side on the level.
    #[serde(rename = "each side")]
    EachSide,
}

/// Moves that narrow the execution down to one step. Who is wrong stalls: it moves as late as its clock lets it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BisectionSpec {
    /// Mean time that who is right takes for a move, until it is included.
    #[serde(rename = "move")]
    pub honest_move: Duration,
    /// What a side has left at least when it has moved.
    #[serde(default = "at_once")]
    pub extension: Duration,
    /// Depth at which who is wrong moves for the last time, where the challenge has the depth 1, and then lets its clock run out; left
    /// out or `off`: the last of all.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u32>>", transform = Within(1, 1_000_000))]
    pub last_depth: Option<u32>,
}

/// A proof that decides a dispute.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecidingProofSpec {
    /// What is proven.
    #[schemars(range(min = 0.0, max = 1e18))]
    pub cycles: f64,
    /// Cycles that are proven in a second.
    #[schemars(range(min = 1.0, max = 1e18))]
    pub cycles_per_second: f64,
    /// What proving a billion of them costs.
    pub per_billion_cycles: Usd,
}

/// Who re-executes the rollup, and challenges what is wrong.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RollupWatchersSpec {
    /// How many.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u64,
    /// Chance that one can challenge a claim in time and does, independently of the others: it is up, honest, and has the bonds.
    pub ready: Share,
    /// Chance that none of them can, whoever would: a bug that all share, or censorship.
    pub common_failure: Share,
    /// Mean time from a claim until one takes it up; exponential.
    pub pickup: Duration,
    /// Machine that one re-executes on.
    pub machine: MachineNames,
    /// How many of these each has.
    #[serde(default = "a_machine")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub specified: u64,
}

fn at_once() -> Duration {
    Duration::new(0.0)
}

fn one() -> u32 {
    1
}

fn a_machine() -> u64 {
    1
}

fn as_much() -> f64 {
    1.0
}
