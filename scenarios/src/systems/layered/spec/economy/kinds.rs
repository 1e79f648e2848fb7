//! What a scenario file says about kinds of provers: what they own, how fast it is, and what they pay for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Positive, Share, UsdPerMonth};
use crate::spec::{Part, part};

/// A kind of prover: what differs from a prover of the section `market.prover`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KindSpec {
    /// Share of the candidates that are of this kind; those of all kinds add to 100 %.
    pub share: Share,
    /// Speed of one machine against one of the book's that the design proves on; either this or `ratio`.
    #[schemars(range(min = 0.000_001, max = 1_000_000.0))]
    pub speed: Option<f64>,
    /// The same as the ratio of two published times; either this or `speed`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<RatioSpec>>")]
    pub ratio: Option<RatioSpec>,
    /// Machines of a prover; left out: as many as a prover of no kind has.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub machines: Option<u64>,
    /// Bill of one machine, whether it works or not; either this or `rent`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<UsdPerMonth>>>")]
    pub monthly: Option<Positive<UsdPerMonth>>,
    /// Instance of the price list that is rented for every hour of the month; either this or `monthly`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<RentSpec>>")]
    pub rent: Option<RentSpec>,
}

/// Two rows of the published costs: how fast the one machine is against the other.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RatioSpec {
    /// Operation of both rows.
    pub of: String,
    /// Size of both rows; left out or `off`: that of the first row of the operation on the machine.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>")]
    pub size: Option<u64>,
    /// Machine of this kind.
    pub machine: String,
    /// Machine that is as fast as the book's.
    pub against: String,
}

/// A row of the price list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RentSpec {
    /// Provider.
    pub provider: String,
    /// Instance.
    pub instance: String,
}
