//! What a file says of proofs that a rollup buys on a market.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::spec::{Part, Within, part};
use crate::systems::market::spec::{AuctionSpec, GasSpec, OfferSpec, OthersSpec, ProverSpec};

/// Proofs of batches by the first proof system that are bought on a market: all of them, or those that own machines have no time for. The parts are those
/// of a scenario of the kind `market`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyingSpec {
    /// Batches in the making on own machines with which the next is bought; left out or `off`: all are bought.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 1_000_000_000))]
    pub overflow: Option<u64>,
    /// What is offered for the proof of a batch.
    pub offer: OfferSpec,
    /// How a request is given to a prover.
    pub auction: AuctionSpec,
    /// What the chain of the market takes.
    pub gas: GasSpec,
    /// Provers on the market, by the name of their group.
    pub provers: BTreeMap<String, ProverSpec>,
    /// Requests of others on the same market; left out or `off`: there are none.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<OthersSpec>>")]
    pub others: Option<OthersSpec>,
}
