//! What a scenario file says of a proof service: who asks, the instances behind the balancer, and what is done for a request.

mod load;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Bytes, Duration, Positive, Rate, Share};
use crate::spec::{LifecycleSpec, MachineNames, Part, Within, part, unless_off};
use crate::systems::buying::BuyingSpec;
pub(crate) use load::Requests;
pub use load::{ArrivalsSpec, Load};

/// A service that proves on request.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct ServiceSpec {
    /// Requests.
    pub load: Load,
    /// Kinds of requests by name; their shares add to 1.
    pub classes: BTreeMap<String, ClassSpec>,
    /// Who asks, and how patiently.
    pub clients: ClientsSpec,
    /// The machines behind the balancer, all alike.
    pub instances: InstancesSpec,
    /// What is done for a request, in this order.
    pub step: Vec<StepSpec>,
    /// Results that are kept; left out or `off`: everything is proven.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<CacheSpec>>")]
    pub cache: Option<CacheSpec>,
    /// What becomes of an answer; left out or `off`: that is not asked.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<SettlementSpec>>")]
    pub settlement: Option<SettlementSpec>,
    /// A new version that takes over step by step; left out or `off`: all requests are served by one version.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<RolloutSpec>>")]
    pub rollout: Option<RolloutSpec>,
    /// What would wake the operator, by name.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<BTreeMap<String, AlertSpec>>")]
    pub alerts: BTreeMap<String, AlertSpec>,
}

/// A kind of request.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassSpec {
    /// Share of all requests.
    pub share: Share,
    /// Size at which the costs of the steps are taken, in the unit of the costs.
    #[schemars(range(min = 0.000_001, max = 1_000_000_000_000.0))]
    pub size: f64,
    /// Where the queue goes by priority, classes of a lower number are served first.
    #[serde(default)]
    #[schemars(range(max = 1_000))]
    pub priority: u32,
}

/// Who asks, and how patiently.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientsSpec {
    /// How many.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub count: u32,
    /// How often each may ask; left out or `off`: as often as it wants to.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LimitSpec>>")]
    pub limit: Option<LimitSpec>,
    /// How long each waits for an attempt; left out or `off`: for ever.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<TimeOutSpec>>")]
    pub timeout: Option<TimeOutSpec>,
    /// What each does about a failed attempt; left out or `off`: nothing.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<RetriesSpec>>")]
    pub retries: Option<RetriesSpec>,
}

/// A token bucket for each client.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitSpec {
    /// Requests that a client may make in the long run.
    pub rate: Positive<Rate>,
    /// Requests that it may make at once.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub burst: u32,
}

/// How long a client waits for an attempt.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOutSpec {
    /// How long.
    pub after: Positive<Duration>,
    /// Whether the service stops working on what nobody waits for; otherwise that work is wasted.
    pub cancels: bool,
}

/// What a client does about a failed attempt.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetriesSpec {
    /// Most attempts, the first included.
    #[schemars(range(min = 2, max = 1_000))]
    pub attempts: u32,
    /// Longest pause after the first failed attempt; it doubles with each.
    pub base: Duration,
    /// Longest pause after any.
    pub cap: Duration,
    /// Share of a pause that is drawn: 0 is none, 1 anything up to the whole.
    pub jitter: Share,
    /// Time since its arrival after which a request is not tried again; left out or `off`: any.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub patience: Option<Positive<Duration>>,
    /// What all clients together may retry; left out or `off`: anything.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<BudgetSpec>>")]
    pub budget: Option<BudgetSpec>,
}

/// What clients may retry.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetSpec {
    /// Retries for each request, in the long run.
    pub ratio: Share,
    /// Retries that are saved for bad times, and there at the start.
    #[schemars(range(min = 0.0, max = 1_000_000_000.0))]
    pub burst: f64,
}

/// The machines behind the balancer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstancesSpec {
    /// Machine that each of them is.
    pub machine: MachineNames,
    /// How many the source names.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub specified: u32,
    /// Requests that one serves at once, at most as many as its machine makes proofs at once; left out or `off`: as many.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 65_536))]
    pub workers: Option<u64>,
    /// Requests that may wait at one; one more is refused. Left out or `off`: any number.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(0, 1_000_000_000))]
    pub queue: Option<u64>,
    /// Who of those who wait is next.
    #[serde(default)]
    pub discipline: DisciplineSpec,
    /// How the balancer chooses one.
    #[serde(default)]
    pub balancer: BalancerSpec,
    /// Cost of the book that the first request after a start pays on top: keys to load, a circuit to compile. Left out or `off`: none.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub first_request: Option<String>,
    /// How they come and go; left out or `off`: all of them are always there.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LifecycleSpec>>")]
    pub lifecycle: Option<LifecycleSpec>,
    /// How often the balancer looks who runs.
    #[serde(default = "health_check")]
    pub health_check: Positive<Duration>,
    /// Whether a request whose instance is lost, or that finds none that runs, waits for another one: a queue that outlives machines.
    /// Otherwise its attempt fails.
    #[serde(default)]
    pub requeue: bool,
}

fn health_check() -> Positive<Duration> {
    Positive::new(Duration::new(10.0))
}

/// Who of those who wait is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum DisciplineSpec {
    /// Who came first.
    #[default]
    #[serde(rename = "first come first served")]
    Fifo,
    /// Who came last.
    #[serde(rename = "last come first served")]
    Lifo,
    /// Who came first of the class with the lowest priority number.
    #[serde(rename = "priority")]
    Priority,
}

/// How the balancer chooses an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum BalancerSpec {
    /// One after the other.
    #[default]
    #[serde(rename = "round robin")]
    RoundRobin,
    /// Any, with the same chance.
    #[serde(rename = "random")]
    Random,
    /// The one with the fewest requests in hand.
    #[serde(rename = "least loaded")]
    LeastLoaded,
    /// The one with fewer requests in hand of two that are drawn.
    #[serde(rename = "two choices")]
    TwoChoices,
}

/// One thing that is done for a request.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepSpec {
    /// Name in tables.
    pub name: String,
    /// Cost of the book of a request; nobody asks for it where all proofs are bought.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub cost: Option<String>,
    /// Memory of one request while it is served; left out or `off`: what was measured, or none where nobody measured it.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Bytes>>")]
    pub memory: Option<Bytes>,
    /// Servers that every instance has for this step alone; left out or `off`: it is done by the worker that has the request.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 65_536))]
    pub servers: Option<u64>,
    /// Machines that all instances share for this step; left out or `off`: it is done on the instance.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<PoolSpec>>")]
    pub pool: Option<PoolSpec>,
    /// Where proofs are bought: all of them, which leaves nothing for own machines, or those that overflow from the pool; left out or `off`: nowhere.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<BuyingSpec>>")]
    pub market: Option<BuyingSpec>,
    /// Cycles of a request on the market, by the unit of the `size` of its class; left out or `off` where nothing is bought.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<f64>>")]
    pub cycles: Option<f64>,
    /// Requests that may wait for these servers, or for those of the pool; one more is refused. Left out or `off`: any number.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(0, 1_000_000_000))]
    pub queue: Option<u64>,
    /// Who of those who wait for these servers, or for those of the pool, is next; left out or `off`: who came first.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<DisciplineSpec>>")]
    pub discipline: Option<DisciplineSpec>,
    /// Requests that are served together, where the step has servers of its own; left out or `off`: each alone.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<BatchSpec>>")]
    pub batch: Option<BatchSpec>,
    /// Parts that a request is served in, where the step has servers of its own; left out or `off`: it is served whole.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<SplitSpec>>")]
    pub split: Option<SplitSpec>,
    /// How the times of single services lie about their mean.
    #[serde(default)]
    pub law: LawSpec,
}

impl StepSpec {
    /// Whether all of its proofs are bought.
    pub(crate) fn buys_all(&self) -> bool {
        self.market.as_ref().is_some_and(|market| market.overflow.is_none())
    }

    /// Whether the worker that has the request does it.
    pub(crate) fn on_workers(&self) -> bool {
        self.servers.is_none() && self.pool.is_none() && !self.buys_all()
    }

    /// What it costs own machines.
    pub(crate) fn own_cost(&self) -> Option<&str> {
        self.cost.as_deref().filter(|_| !self.buys_all())
    }
}

impl ServiceSpec {
    /// What is bought on a market, with the key of the step; of one step at most.
    pub(crate) fn buying(&self) -> Option<(String, &BuyingSpec)> {
        self.step.iter().enumerate().find_map(|(at, step)| Some((format!("step.{at}.market"), step.market.as_ref()?)))
    }
}

/// How the times of single services lie about their mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LawSpec {
    /// As widely as was measured, or as the book says.
    #[default]
    Lognormal,
    /// Without memory, as the formulas of queueing theory have them: for a comparison with those.
    Exponential,
}

/// Machines that all instances share for a step, behind one queue. What a lost one had in hand is served again, before those who wait.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolSpec {
    /// Machine that each of them is; it serves as many requests as it makes proofs at once.
    pub machine: MachineNames,
    /// How many the source names.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub specified: u64,
    /// How they come and go; left out or `off`: all of them are always there.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<LifecycleSpec>>")]
    pub lifecycle: Option<LifecycleSpec>,
    /// How often a service is saved, so that only what came after is lost with a machine; left out or `off`: never.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Duration>>>")]
    pub checkpoint: Option<Positive<Duration>>,
}

/// Requests that are served together, at the cost of the size of all of them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchSpec {
    /// Requests with which a batch is full.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub most: u32,
    /// Time after which a batch that is not full closes.
    pub wait: Duration,
}

/// Parts that a request is served in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitSpec {
    /// How many, each of that share of the size; left out or `off`: as `largest` says.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 1_000_000))]
    pub parts: Option<u64>,
    /// The largest that a part may be: a request has as few as that makes, of equal size. Left out or `off`: as `parts` says.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<f64>>")]
    pub largest: Option<f64>,
    /// How they are joined, on the same servers; left out or `off`: the request goes on when all parts are there.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<JoinSpec>>")]
    pub join: Option<JoinSpec>,
}

/// How parts are joined: as a tree.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinSpec {
    /// How many at a time.
    #[schemars(range(min = 2, max = 1_000_000))]
    pub arity: u32,
    /// Cost of the book of one join, by the number of those that it joins.
    pub cost: String,
}

/// What becomes of an answer: checkpoint, validation, and payment or a dispute.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettlementSpec {
    /// From the answer to its checkpoint.
    pub checkpoint: Duration,
    /// From there to the end of its validation.
    pub validation: Duration,
    /// From there, or from a dispute that the prover wins, to the payment.
    pub payment: Duration,
    /// From the validation to the decision of a dispute.
    pub dispute: Duration,
    /// Share of the answers that fail the validation and are disputed.
    pub disputed: Share,
    /// Share of the disputes that the prover wins.
    pub upheld: Share,
}

/// A new version that takes over step by step.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RolloutSpec {
    /// The share of the attempts that it serves from given times on, in the order of time.
    #[schemars(length(min = 1, max = 1_000))]
    pub shares: Vec<RolloutShare>,
    /// What multiplies its times.
    #[schemars(range(min = 0.0, max = 1_000.0))]
    pub slower: f64,
    /// Share of its results that are of no use.
    pub failures: Share,
    /// Time from such a result to the answer of a fallback, which has no proof; left out or `off`: the attempt fails.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Duration>>")]
    pub fallback: Option<Duration>,
}

/// The share of the attempts that a new version serves from a time on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RolloutShare {
    /// From when on after the warm-up.
    pub at: Duration,
    /// Share of the attempts.
    pub share: Share,
}

/// What would wake the operator.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertSpec {
    /// The figure that it looks at.
    pub signal: SignalSpec,
    /// The value above which it fires: a share, or seconds.
    #[schemars(range(min = 0.0, max = 1_000_000.0))]
    pub above: f64,
    /// How far it looks back.
    pub window: Positive<Duration>,
    /// How often it looks.
    pub every: Positive<Duration>,
}

/// The figure that an alert looks at, of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SignalSpec {
    /// Share of the requests that ended without an answer.
    #[serde(rename = "failure rate")]
    FailureRate,
    /// 95th percentile of the time to an answer, in seconds.
    #[serde(rename = "p95")]
    P95,
    /// Share of the questions to the cache that it had no answer to.
    #[serde(rename = "miss rate")]
    MissRate,
}

/// A cache of results, least recently used out first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CacheSpec {
    /// Results that there is room for.
    #[schemars(range(min = 1, max = 100_000_000))]
    pub entries: u64,
    /// Different inputs that are asked for.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub inputs: u32,
    /// Exponent of Zipf's law of how popular they are; 0: all alike.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub exponent: f64,
    /// Cost of the book of answering a hit.
    pub hit: String,
}
