//! What a file says of settlement, the window for challenges, and withdrawals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::GameSpec;
use crate::quantity::{Duration, Ether, Share, Usd};
use crate::spec::{Part, part};

/// What is settled on L1.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettlementSpec {
    /// The level whose batches are settled, with one proof or claim each.
    pub level: String,
    /// L1 gas of each: the verification of the proof, or the claim.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub gas: f64,
    /// L1 gas beside it for each batch of the level below.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub gas_per_batch: f64,
    /// L1 gas beside it for each transaction.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub gas_per_transaction: f64,
    /// From then on until it is executed, and assets may leave.
    #[serde(default = "at_once")]
    pub delay: Duration,
}

fn at_once() -> Duration {
    Duration::new(0.0)
}

/// When a claim that nobody proved is final.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowSpec {
    /// Time in which a claim may be challenged.
    pub length: Duration,
    /// Share of the claims that are, in vain.
    pub challenged: Share,
    /// The longest that a challenge takes beyond the window, where no game decides that; how long is evenly distributed.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Duration>>")]
    pub dispute: Option<Duration>,
    /// A dispute as a game, with moves, clocks and bonds of their own; left out or `off`: `dispute` says how long one is.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<GameSpec>>")]
    pub game: Option<GameSpec>,
    /// What is bound for a claim until it is final.
    pub bond: Ether,
    /// Whether each claim has a bond, or one stands for all.
    #[serde(default)]
    pub bonds: BondsSpec,
}

/// What a bond stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum BondsSpec {
    /// One claim.
    #[default]
    #[serde(rename = "each claim")]
    EachClaim,
    /// All claims of a proposer.
    #[serde(rename = "all claims")]
    AllClaims,
}

/// Who takes assets back to L1.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalsSpec {
    /// Share of the transactions that withdraw.
    pub share: Share,
    /// What each takes, in the mean.
    pub value: Usd,
    /// Share of these that somebody else pays out at once, and waits instead.
    pub fast: Share,
    /// What money that is bound costs a year: that of bonds, and of who waits.
    pub interest: Share,
}
