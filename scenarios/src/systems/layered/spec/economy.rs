//! What a scenario file says about money: the token, the market for proofs, the fees of the tiers, the nodes.
//!
//! Every section may be left out: what is not there is not studied.

mod kinds;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Duration, Positive, Rate, Share, Usd, UsdPerMonth};
use crate::spec::{Part, part, unless_off};

pub use kinds::{KindSpec, RatioSpec, RentSpec};

/// The token that rewards, fees and stakes are counted in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Price of one token.
    pub price: Positive<Usd>,
}

/// The market for proofs: a job is the proof of an epoch.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketSpec {
    /// Who may work on a proof, and what decides.
    pub mechanism: MechanismSpec,
    /// Time that one machine takes for a job; left out or `off`: what an epoch's proof takes one machine of the book.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub work: Option<Positive<Duration>>,
    /// Time for a proof: since the epoch's end in a race, since the assignment otherwise.
    pub deadline: Positive<Duration>,
    /// What a proof earns where the mechanism does not find the price.
    pub rewards: RewardsSpec,
    /// What misbehaviour costs.
    pub penalties: PenaltiesSpec,
    /// Tokens that a prover must have at stake to take part.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub least_stake: f64,
    /// A prover.
    pub prover: ProverSpec,
    /// Who comes and goes.
    pub population: PopulationSpec,
    /// Kinds of provers by name, of which every candidate is one; left out or `off`: all are as `prover` says.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<BTreeMap<String, KindSpec>>")]
    pub kind: BTreeMap<String, KindSpec>,
    /// Needed by the mechanism `race`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<RaceSpec>>")]
    pub race: Option<RaceSpec>,
    /// Needed by the mechanism `lottery`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LotterySpec>>")]
    pub lottery: Option<LotterySpec>,
    /// Needed by the mechanism `auction`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<AuctionSpec>>")]
    pub auction: Option<AuctionSpec>,
    /// Months that are run first and not counted.
    #[schemars(range(min = 0, max = 1_000))]
    pub warm_up_months: u64,
    /// Months that are counted.
    #[schemars(range(min = 1, max = 1_000))]
    pub months: u64,
}

/// Who may work on a proof, and what decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MechanismSpec {
    /// Everybody works; the first valid proof wins.
    #[serde(rename = "race")]
    Race,
    /// One is drawn before work begins.
    #[serde(rename = "lottery")]
    Lottery,
    /// One after the other.
    #[serde(rename = "round robin")]
    RoundRobin,
    /// The cheapest bidder locks the job.
    #[serde(rename = "auction")]
    Auction,
}

/// What an accepted proof earns, in tokens.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RewardsSpec {
    /// For the proof.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub base: f64,
    /// For its quality: paid whenever it verifies.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub quality: f64,
    /// For being early.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub bonus: f64,
    /// A proof is early when less than this has passed since the end of its epoch.
    pub bonus_within: Duration,
}

/// What misbehaviour costs, in tokens, as far as the stake goes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PenaltiesSpec {
    /// An invalid proof.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub invalid: f64,
    /// An assigned job without a proof in time; racers owe nobody a proof.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub late: f64,
    /// Share of a penalty that is burnt; the rest goes to whoever delivers the proof.
    pub burnt: Share,
}

/// A prover: some machines and how well it behaves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProverSpec {
    /// Machines of a prover; left out: as many as prove an epoch within `aim`.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub machines: Option<u64>,
    /// Time in which a prover wants to prove an epoch where `machines` does not say how many it has.
    pub aim: Positive<Duration>,
    /// Bill of one machine, whether it works or not.
    pub monthly: Positive<UsdPerMonth>,
    /// Bill of one machine on top for every hour that it works.
    pub working_hour: Usd,
    /// Standard deviation over mean of the time for a job: 0 constant, 1 exponential.
    #[schemars(range(min = 0.0, max = 3.0))]
    pub spread: f64,
    /// Share of the jobs begun that it finishes; in the others it hangs.
    pub reliability: Share,
    /// Share of its proofs that are invalid.
    pub invalid: Share,
    /// Tokens that it has at stake.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub stake: f64,
}

/// Who comes and goes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PopulationSpec {
    /// Provers at the start.
    #[schemars(range(min = 0, max = 1_000))]
    pub first: u64,
    /// Provers that look at the market at the end of each month, and come if they expect no loss.
    #[schemars(range(min = 0, max = 100))]
    pub candidates_per_month: u64,
    /// Standard deviation over mean of the speed from prover to prover.
    #[schemars(range(min = 0.0, max = 2.0))]
    pub speed_spread: f64,
    /// Standard deviation over mean of the monthly bill from prover to prover.
    #[schemars(range(min = 0.0, max = 2.0))]
    pub cost_spread: f64,
    /// Share of those who believe in a loss that leave at the end of a month.
    pub exit: Share,
    /// Months over which experience outweighs belief; 1: only last month counts.
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub memory_months: f64,
    /// What a newcomer to a race expects of it.
    #[serde(default)]
    pub expects: ExpectationSpec,
}

/// What a newcomer to a race expects of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum ExpectationSpec {
    /// Its share in the speed of all, as if luck alone decided.
    #[default]
    #[serde(rename = "share of speed")]
    Speed,
    /// What it would have won of last month's races.
    #[serde(rename = "trial")]
    Trial,
}

/// Parameters of a race.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RaceSpec {
    /// Time until the losers see the winner's proof and stop.
    pub notice: Duration,
}

/// Parameters of a lottery.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LotterySpec {
    /// By what provers are weighed.
    pub weight: WeightSpec,
}

/// By what a lottery weighs provers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WeightSpec {
    /// Tokens at stake.
    #[serde(rename = "stake")]
    Stake,
    /// Speed.
    #[serde(rename = "speed")]
    Speed,
}

/// Parameters of an auction: a price in tokens that rises until somebody takes the job.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuctionSpec {
    /// Price at the opening.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub least: f64,
    /// Highest price.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub most: f64,
    /// Time from the one to the other.
    pub ramp: Duration,
    /// Share of its hours that a bidder expects to sell: over these it spreads its monthly bill.
    pub utilization: Positive<Share>,
    /// Share of its cost that a bidder adds to it.
    pub margin: Share,
}

/// A base fee for each tier, and demand that reacts to it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeesSpec {
    /// A fee moves by 1/denominator when usage differs from its target by the target.
    #[schemars(range(min = 1.0, max = 1_000_000.0))]
    pub denominator: f64,
    /// The most a block holds over its target.
    #[schemars(range(min = 1.0, max = 1_000_000.0))]
    pub elasticity: f64,
    /// Time that is simulated first and not counted; at most a day.
    pub warm_up: Duration,
    /// Time that is simulated and counted; at most a day.
    pub simulated: Positive<Duration>,
    /// Whether only what would be included at the equilibrium's fees enters the design.
    pub shape_load: bool,
    /// Tiers that pay a fee, by the names of `tiers`. The order by floor is that from the cheapest to the dearest.
    pub tiers: BTreeMap<String, FeeTier>,
}

/// The fee of a tier, and who pays it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeTier {
    /// Load at which the fee stays.
    pub target: Positive<Rate>,
    /// The least fee, in tokens per transaction.
    #[schemars(range(min = 1e-12, max = 1e12))]
    pub floor: f64,
    /// What senders would pay: the mean of a lognormal law, in tokens per transaction.
    #[schemars(range(min = 1e-12, max = 1e12))]
    pub willingness: f64,
    /// Standard deviation over mean of what senders would pay.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub willingness_spread: f64,
    /// Mean time that a sender waits for a fee that it can pay.
    pub patience: Duration,
    /// Share of the senders out of patience that move to the next cheaper tier; the others leave.
    pub downgrade: Share,
}

/// What kinds of node cost and earn.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodesSpec {
    /// Tokens that a node has at stake.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub stake: f64,
    /// What the stake yields a year.
    pub stake_yield: Share,
    /// Share of all fees that goes to the validators, in equal parts.
    pub fee_share: Share,
    /// What a node earns that does nothing but prove.
    pub proving_income: UsdPerMonth,
    /// Kinds of node by name.
    pub kind: BTreeMap<String, NodeKind>,
}

/// A kind of node. Its price is written off over the `lifetime` of `validators`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeKind {
    /// Cores.
    #[schemars(range(min = 1, max = 4_096))]
    pub cores: u64,
    /// Price of the machine.
    pub purchase: Usd,
    /// Hosting and power.
    pub hosting: UsdPerMonth,
    /// How many times as fast as a core some checks are, by name; left out: none is faster.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = { "type": "number", "minimum": 0.001, "maximum": 1_000_000.0 }))]
    pub speedup: BTreeMap<String, f64>,
    /// How it proves when it is idle from validating; left out or `off`: it does not prove.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<DisciplineSpec>>")]
    pub proves: Option<DisciplineSpec>,
}

/// What a block does that finds the node proving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DisciplineSpec {
    /// It interrupts the proof, which is resumed later.
    #[serde(rename = "preemptive")]
    Preemptive,
    /// It waits until the proof is done.
    #[serde(rename = "non-preemptive")]
    NonPreemptive,
}
