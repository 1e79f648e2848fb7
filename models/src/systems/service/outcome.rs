//! What one run yields. Symbols first, then figures as formulas over them.
//!
//! For a request: a = its arrival, e = its end, which is an answer or a miss. Measured are the requests with a in the measured
//! time [w, w + m), and those only; averages over time and work are of that time, whoever caused them.
//!
//! | figure | formula |
//! |---|---|
//! | sojourn | e − a of those that were answered |
//! | wait of a step | from its queue to a server, or to the first server where it is divided, for every attempt of a measured request |
//! | service of a step | from there to the end, that of the batch or of all parts included; of a bought proof from when it was asked for first |
//! | within x | share of all offered requests with an answer and e − a ≤ x |
//! | goodput | answers in the measured time over m |
//! | work, wasted work | server-seconds of all attempts that left the service in the measured time, and of those that nobody waited for |
//! | hit rate | share of the attempts of measured requests that asked the cache whose result was there |
//! | availability | mean over the measured time of the share of the instances that run |
//! | utilization of a step | mean over the measured time of the servers that do it, over all that do when every instance runs |
//! | utilization of an instance | server-seconds of its services that ended in the measured time, over its servers times m |
//! | queue depth of a step | mean over the measured time of the requests that wait for it, at all instances together |

use serde::{Deserialize, Serialize};
use sim::QuantileSketch;

use crate::machines::PoolOutcome;
use crate::orders::buyer::Bought;
use crate::systems::service::alerts::AlertOutcome;

/// Windows that the end of the measured time has, for whether the service has settled.
pub const WINDOWS: usize = 4;

/// What one run yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// From arrival to answer \[s\], of measured requests that were answered.
    pub sojourn: QuantileSketch,
    /// What became of the measured requests.
    pub counts: Counts,
    /// How often they were tried.
    pub attempts: Attempts,
    /// What the cache was asked, where there is one.
    pub cache: Option<CacheCounts>,
    /// Utilization of the servers of every instance, in order; 0 where everything is done on pools.
    pub instances: Vec<f64>,
    /// What the instances did as machines, and every shared pool, in the order of the steps.
    pub pools: Vec<PoolOutcome>,
    /// What the new version did, where there is a rollout.
    pub rollout: Option<RolloutCounts>,
    /// What became of proofs, where they are settled.
    pub settlement: Option<SettlementOutcome>,
    /// What every alert did, in order.
    pub alerts: Vec<AlertOutcome>,
    /// Proofs that were bought on a market in the measured time, where any are.
    #[serde(default)]
    pub bought: Option<Bought>,
    /// Answers in the measured time, whoever asked when.
    pub answers: u64,
    /// Work of the attempts that left in the measured time \[server-s\].
    pub work_s: f64,
    /// Of that, work on attempts without an answer to somebody who waited \[server-s\].
    pub wasted_s: f64,
    /// What every step did, in order.
    pub steps: Vec<StepOutcome>,
    /// Mean number of attempts that wait in each of the last windows of the measured time; empty where the load is not the same in all.
    #[serde(default)]
    pub waiting: Vec<f64>,
    /// Measured time \[s\].
    pub measured_s: f64,
    /// All simulated time \[s\], warm-up and drain included.
    pub simulated_s: f64,
    /// Fingerprint of the event sequence.
    pub fingerprint: u64,
    /// Events handled.
    pub events: u64,
}

/// What became of the requests that arrived in the measured time: offered = the sum of all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Requests that arrived.
    pub offered: u64,
    /// Answered, by a stand-in too.
    pub completed: u64,
    /// The last attempt was refused: a queue was full, the client above its rate limit, or no instance known to run.
    pub rejected: u64,
    /// The client stopped waiting for the last attempt.
    pub timed_out: u64,
    /// The last attempt was lost with its instance, sent to one that did not run, spoiled by a new version, or had no proof from the market by the
    /// end of the run.
    pub failed: u64,
    /// The client's patience was over before another attempt.
    pub given_up: u64,
    /// Neither answered nor missed when the run ended.
    pub in_flight: u64,
}

/// Attempts of the measured requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attempts {
    /// Made, first ones included.
    pub made: u64,
    /// Of those, after another had failed.
    pub retries: u64,
    /// Refused because the client was above its rate limit. What full queues refuse is counted at the steps.
    pub limited: u64,
    /// Refused because the balancer knew of no instance that runs.
    pub unavailable: u64,
}

/// What a cache was asked by the attempts of measured requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CacheCounts {
    /// How often.
    pub asked: u64,
    /// How often the result was there.
    pub hits: u64,
}

/// What the new version did for the attempts of measured requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RolloutCounts {
    /// Attempts that it served to the end.
    pub served: u64,
    /// Of those, with a result of no use.
    pub spoiled: u64,
    /// Of those, answered by a stand-in.
    pub stood_in: u64,
}

/// What became of the proofs that measured requests were answered with; those of a stand-in are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettlementOutcome {
    /// From the arrival of a request to the payment \[s\].
    pub paid: QuantileSketch,
    /// From the arrival of a request to the rejection of its proof \[s\].
    pub rejected: QuantileSketch,
    /// Proofs that were disputed.
    pub disputed: u64,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// Its name.
    pub name: String,
    /// Time in its queue \[s\].
    pub wait: QuantileSketch,
    /// Time on its server \[s\].
    pub service: QuantileSketch,
    /// Mean number of requests that wait for it, at all instances together.
    pub queue_depth: f64,
    /// Mean share of its servers that do it; where steps share the workers, the shares of all of them add up.
    pub utilization: f64,
    /// Attempts of measured requests that its full queue refused.
    pub refused: u64,
}

impl Outcome {
    /// The sojourn that a share `p` of all offered requests stays within \[s\], misses counting as infinite; `None` where that
    /// share was not answered.
    pub fn sojourn_quantile(&self, p: f64) -> Option<f64> {
        let of_answered = p * self.counts.offered as f64 / self.counts.completed as f64;
        if of_answered <= 1.0 { self.sojourn.quantile(of_answered) } else { None }
    }

    /// Share of all offered requests that were answered within `bound_s` \[s\]; `None` where nothing was offered.
    pub fn within(&self, bound_s: f64) -> Option<f64> {
        let answered = self.counts.completed as f64 / self.counts.offered as f64;
        (self.counts.offered > 0).then(|| self.sojourn.share_within(bound_s) * answered)
    }

    /// Share of the offered requests that were not answered; `None` where nothing was offered.
    pub fn error_rate(&self) -> Option<f64> {
        let Counts { offered, completed, in_flight, .. } = self.counts;
        (offered > 0).then(|| (offered - completed - in_flight) as f64 / offered as f64)
    }

    /// Attempts per request; `None` where nothing was offered.
    pub fn amplification(&self) -> Option<f64> {
        (self.counts.offered > 0).then(|| self.attempts.made as f64 / self.counts.offered as f64)
    }

    /// Share of what the cache was asked that was there; `None` without a cache, or where nothing was asked.
    pub fn hit_rate(&self) -> Option<f64> {
        let cache = self.cache.filter(|cache| cache.asked > 0)?;
        Some(cache.hits as f64 / cache.asked as f64)
    }

    /// Share of the work that was for nothing; `None` where there was none.
    pub fn wasted_share(&self) -> Option<f64> {
        (self.work_s > 0.0).then(|| self.wasted_s / self.work_s)
    }

    /// What a pool did.
    pub fn pool(&self, name: &str) -> Option<&PoolOutcome> {
        self.pools.iter().find(|pool| pool.name == name)
    }

    /// Mean share of the instances that ran, of those that were wanted.
    pub fn availability(&self) -> f64 {
        self.pools.first().map_or(1.0, |instances| instances.serving / instances.wanted)
    }

    /// Answers per second.
    pub fn goodput_per_s(&self) -> f64 {
        self.answers as f64 / self.measured_s
    }
}
