//! What a scenario file says of a market: requests and offers, the auction, gas, and provers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Duration, Gwei, Positive, Rate, Share, Usd};
use crate::spec::{MachineNames, Part, ProfileSpec, Within, part, unless_off};

/// A market for proofs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct MarketSpec {
    /// Who asks: whose bill it is, and whose figures come first.
    pub view: ViewSpec,
    /// Requests that are asked about: of the requester, or of everybody on the market where a prover asks.
    pub load: LoadSpec,
    /// Their kinds by name; shares add to 1.
    pub requests: BTreeMap<String, RequestSpec>,
    /// Requests of others on the same market; left out or `off`: there are none.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<OthersSpec>>")]
    pub others: Option<OthersSpec>,
    /// How a request is given to a prover.
    pub auction: AuctionSpec,
    /// What the chain of the market takes.
    pub gas: GasSpec,
    /// Provers on the market, by the name of their group.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<BTreeMap<String, ProverSpec>>")]
    pub provers: BTreeMap<String, ProverSpec>,
    /// Machines of who asks: a requester's prove its own requests, a prover's compete on the market; left out or `off`: a requester has none.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<ProverSpec>>")]
    pub mine: Option<ProverSpec>,
    /// Whether what a requester's own machines are not expected to prove before the lock would pass goes to the market; otherwise it waits for them.
    #[serde(default = "yes")]
    pub overflow: bool,
}

fn yes() -> bool {
    true
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ViewSpec {
    /// Somebody who needs proofs.
    Requester,
    /// Somebody who makes them.
    Prover,
}

/// Requests.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadSpec {
    /// How many are made, in the mean of the measured time.
    pub rate: Positive<Rate>,
    /// How the rate changes over time; left out or `off`: not at all.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<ProfileSpec>>")]
    pub profile: Option<ProfileSpec>,
}

/// Requests of others.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OthersSpec {
    /// How many are made, in the mean of the measured time.
    pub rate: Positive<Rate>,
    /// How the rate changes over time; left out or `off`: not at all.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<ProfileSpec>>")]
    pub profile: Option<ProfileSpec>,
    /// Their kinds by name; shares add to 1.
    pub requests: BTreeMap<String, RequestSpec>,
}

/// A kind of requests.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSpec {
    /// Share of all requests beside which it stands.
    pub share: Share,
    /// Size of each in the mean \[cycles\].
    #[schemars(range(min = 1.0, max = 1e18))]
    pub cycles: f64,
    /// Coefficient of variation of the size.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub spread: f64,
    /// What is offered for each.
    pub offer: OfferSpec,
}

/// What is offered. Prices are by 10⁹ cycles; times count from the request.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferSpec {
    /// Lowest price of 10⁹ cycles, with which it begins.
    #[serde(default = "free")]
    pub least: Usd,
    /// Highest price of 10⁹ cycles.
    pub most: Positive<Usd>,
    /// When the price begins to rise.
    #[serde(default = "at_once")]
    pub ramp_start: Duration,
    /// From then until it is the highest.
    #[serde(default = "at_once")]
    pub ramp: Duration,
    /// When a lock passes, or the request ends if nobody has one.
    pub lock: Positive<Duration>,
    /// When it ends.
    pub timeout: Positive<Duration>,
    /// Collateral of a lock, by its highest price.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1_000_000.0))]
    pub collateral: f64,
    /// Whether the times are those of the mean size, and grow with it; otherwise they are the same for all sizes.
    #[serde(default)]
    pub grows: bool,
}

fn free() -> Usd {
    Usd::new(0.0)
}

fn at_once() -> Duration {
    Duration::new(0.0)
}

/// How a request is given to a prover.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuctionSpec {
    /// Who gets it, and at which price.
    pub mechanism: MechanismSpec,
    /// Time for sealed bids.
    #[serde(default = "at_once")]
    pub bidding: Duration,
    /// Share of the collateral of a lock that passes which is burnt; the rest is for who delivers late.
    pub burnt: Share,
}

/// Who gets a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MechanismSpec {
    /// The price rises until somebody takes it.
    #[serde(rename = "reverse Dutch")]
    ReverseDutch,
    /// The lowest bid wins, and is what is paid.
    #[serde(rename = "sealed bid")]
    SealedBid,
    /// One after the other, at the highest price.
    #[serde(rename = "round robin")]
    RoundRobin,
    /// By lot in proportion to speed, at the highest price.
    #[serde(rename = "lottery")]
    Lottery,
}

/// What the chain of the market takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GasSpec {
    /// Price of a unit of gas.
    pub fee: Gwei,
    /// Price of ether; a rollup that buys proofs leaves it out, since its L1 has one.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Usd>>")]
    pub eth: Option<Usd>,
    /// Within which factor of that the truth lies, at 95 %, since it moves.
    #[serde(default = "exactly")]
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub eth_within: f64,
    /// Gas of a request, which its requester pays.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub request: f64,
    /// Gas of a lock, which its prover pays.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub lock: f64,
    /// Gas of a delivery of so many proofs at once: pairs, linear between them.
    pub fulfilment: Vec<[f64; 2]>,
    /// From sending a proof until the market has it.
    #[serde(default = "at_once")]
    pub inclusion: Duration,
}

fn exactly() -> f64 {
    1.0
}

/// Provers that are alike.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProverSpec {
    /// How many there are; `mine` is one.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 100_000))]
    pub count: u64,
    /// Machine that each proves on.
    pub machine: MachineNames,
    /// Machines of each.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub specified: u64,
    /// Segments that a proof is split into.
    pub segment: SegmentSpec,
    /// Cost of the book of what makes one proof of those of the segments, by their number; left out or `off`: that is a part of the segments.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub last: Option<String>,
    /// Coefficient of variation of the time of a proof around what is expected.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub varies: f64,
    /// Share of the proofs that turn out to be of no use, and are made again.
    #[serde(default = "none")]
    pub failures: Share,
    /// How provers of the group differ from each other; left out or `off`: not at all.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<SpreadSpec>>")]
    pub spread: Option<SpreadSpec>,
    /// What they ask for; left out or `off`: the cost of their machines for the time of the proof.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<AskSpec>>")]
    pub ask: Option<AskSpec>,
    /// What they dare; left out or `off`: as its defaults say.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<StrategySpec>>")]
    pub strategy: Option<StrategySpec>,
}

fn one() -> u64 {
    1
}

fn none() -> Share {
    Share::new(0.0)
}

/// Parts that are proven on their own.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentSpec {
    /// Most cycles of one; left out or `off`: a proof is one.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<f64>>")]
    pub cycles: Option<f64>,
    /// Cost of the book, by cycles.
    pub cost: String,
}

/// How provers of a group differ: coefficients of variation, lognormal.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpreadSpec {
    /// Of the time of a proof.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub time: f64,
    /// Of what they ask for.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub ask: f64,
}

/// What provers ask for, beside gas: what a proof costs them and a margin, or a price.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskSpec {
    /// Share of their time that they count on selling: the bill of a month is spread over so much of it.
    #[serde(default = "all")]
    pub utilization: Positive<Share>,
    /// Share of the cost that is added to it; below 0 they sell below it.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1_000.0))]
    pub margin: f64,
    /// The price of 10⁹ cycles, whatever they cost; left out or `off`: what they cost.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Usd>>")]
    pub price: Option<Usd>,
}

fn all() -> Positive<Share> {
    Positive::new(Share::new(1.0))
}

/// What provers dare, and in which order they work.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StrategySpec {
    /// What they multiply the expected time by before they take an order; below 1 they take more than they expect to do in time.
    #[serde(default = "exactly")]
    #[schemars(range(min = 0.01, max = 100.0))]
    pub safety: f64,
    /// Orders without a proof that each has at most; left out or `off`: any number.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 1_000_000))]
    pub most_orders: Option<u64>,
    /// Collateral that each has for all its locks; left out or `off`: as much as it takes.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Usd>>")]
    pub collateral: Option<Usd>,
    /// Which order is proven first.
    #[serde(default)]
    pub order: OrderSpec,
    /// Whether they prove what somebody else's lock has passed on, for a share of its collateral.
    #[serde(default)]
    pub after_locks: bool,
    /// Proofs that are delivered at once.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub batch: u64,
    /// How long a proof waits at most for others to be delivered with.
    #[serde(default = "at_once")]
    pub age: Duration,
}

impl Default for StrategySpec {
    fn default() -> Self {
        Self {
            safety: 1.0,
            most_orders: None,
            collateral: None,
            order: OrderSpec::default(),
            after_locks: false,
            batch: 1,
            age: at_once(),
        }
    }
}

/// Which order is proven first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum OrderSpec {
    /// The one whose lock passes first.
    #[default]
    #[serde(rename = "earliest deadline")]
    EarliestDeadline,
    /// The one that was locked first.
    #[serde(rename = "first locked")]
    FirstLocked,
    /// The one with the most collateral.
    #[serde(rename = "largest collateral")]
    LargestCollateral,
}
