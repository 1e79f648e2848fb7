//! What a file says about who proposes, and how transactions come to them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Bytes, Duration, Positive};

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
