//! The market for proofs: jobs, provers who compete for them, and who is paid what.
//!
//! ```text
//! job ──▶ mechanism ──▶ attempts: who worked from when to when, and how it ended     race, assignment
//!             │
//!             └──▶ money: rewards, slashes, what is burnt                             settlement
//!                    │
//! jobs of a month ──▶ profits ──▶ who leaves, who comes                               population
//!                    └──▶ waste, concentration, bills against payments                month, concentration, steady,
//!                                                                                     kinds, history
//! all of it beside the world                                                          study
//! ```
//!
//! Model: a job is an amount of work, in seconds of a prover of speed 1. What a prover would make of it (how long,
//! valid or not) is drawn from the prover's own stream for every job, whether it gets the job or not: so mechanisms can
//! be compared on the same luck, and a prover more does not change the others' luck. Given those draws a job's course
//! is a pure function, [`settle`].
//!
//! Assumptions: service is gamma with the prover's spread (exponential at cv 1); a proof counts when it is accepted, at
//! once; a prover tries a job at most once and works on one job at a time.
//! Source: W. Wang, L. Zhou, A. Yaish, F. Zhang, B. Fisch, B. Livshits, "Mechanism design for ZK-rollup prover markets"
//! (2024), on why such markets are what they are.
//! Leaves out: collusion, withheld proofs, the time value of the stake, a token price that reacts.

pub mod assignment;
pub mod concentration;
pub mod history;
pub mod kinds;
pub mod month;
pub mod population;
pub mod race;
pub mod ramp;
#[cfg(test)]
mod sample;
pub mod settlement;
pub mod steady;
pub mod study;
#[cfg(test)]
mod tests;

use sim::{Distribution, Span, Stream, Time};

pub use population::Market;
pub use settlement::{Settlement, settle};

/// Longest service that is told apart from none, in seconds: a century.
const LONGEST_S: f64 = 3.2e9;

/// A proof that somebody should make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Job {
    /// Number in the order of opening; whose turn it is in a rotation depends on it.
    pub number: u64,
    /// When provers may begin.
    pub opened: Time,
    /// Time that a prover of speed 1 takes on average, in seconds.
    pub work_s: f64,
}

/// What a prover can do, what it costs, how well it behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prover {
    /// Number; unique, since its random stream has it.
    pub id: u64,
    /// Its kind, as an index among those of the candidates; 0 where there are none.
    pub kind: usize,
    /// Work done per second; positive.
    pub speed: f64,
    /// Standard deviation over mean of its service times: 0 constant, 1 exponential.
    pub service_cv: f64,
    /// Bill that comes whether it works or not, in USD per month.
    pub monthly_usd: f64,
    /// Bill that comes on top when it works, in USD per hour of work.
    pub busy_hour_usd: f64,
    /// Probability that it finishes a job that it has begun; otherwise it hangs.
    pub reliability: f64,
    /// Probability that a proof that it finishes is invalid.
    pub invalid: f64,
    /// Tokens at stake: what can be slashed, and its weight in a lottery by stake.
    pub stake: f64,
}

impl Prover {
    /// Mean service of a job, in seconds.
    pub fn mean_service_s(&self, job: &Job) -> f64 {
        job.work_s / self.speed
    }

    /// What it would make of a job, by draws of its own that nobody else's depend on. Its speed must be positive.
    pub fn effort(&self, job: &Job, stream: &mut Stream) -> Effort {
        let service = Distribution::Gamma { mean: self.mean_service_s(job), cv: self.service_cv }.sample(stream);
        let (finishes, valid) = (stream.uniform() < self.reliability, stream.uniform() >= self.invalid);
        let ending = match (finishes, valid) {
            (false, _) => Ending::Hangs,
            (true, false) => Ending::Invalid,
            (true, true) => Ending::Valid,
        };
        Effort { service: Span::from_secs_f64(service.min(LONGEST_S)), ending, tie: stream.uniform() }
    }
}

/// How a prover's work on a job would end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With a valid proof.
    Valid,
    /// With a proof that is refused.
    Invalid,
    /// Never.
    Hangs,
}

/// What a prover would make of a job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// How long it would work.
    pub service: Span,
    /// How that would end.
    pub ending: Ending,
    /// Decides between proofs of the same instant: the lowest is first.
    pub tie: f64,
}

/// A prover at the moment when a job opens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contender {
    /// Who.
    pub prover: Prover,
    /// When it is done with what it is doing.
    pub free: Time,
    /// What it would make of the job.
    pub effort: Effort,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its proof was accepted.
    Won,
    /// Somebody else's was; it stopped.
    Beaten,
    /// Its proof was refused.
    Invalid,
    /// It had no proof in time.
    Late,
}

/// Work that a prover did for a job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attempt {
    /// Index among the contenders.
    pub contender: usize,
    /// When it began.
    pub started: Time,
    /// When it stopped.
    pub ended: Time,
    /// Why.
    pub fate: Fate,
}

/// What a mechanism makes of a job, before money.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// All work done, at most one attempt per contender.
    pub attempts: Vec<Attempt>,
    /// When the proof was accepted, or when the last hope for one ended.
    pub closed: Time,
    /// Tokens promised to the winner where the mechanism finds the price; otherwise the rewards do.
    pub price: Option<f64>,
}

/// By what a lottery weighs provers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Tokens at stake.
    Stake,
    /// Speed.
    Speed,
}

impl Weight {
    /// Tickets of a prover.
    pub fn of(self, prover: &Prover) -> f64 {
        match self {
            Weight::Stake => prover.stake,
            Weight::Speed => prover.speed,
        }
    }
}

/// Who may work on a job, and what decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mechanism {
    /// Everybody works; the first valid proof wins.
    Race {
        /// Time until the losers see the winner's proof and stop.
        notice: Span,
    },
    /// One is drawn before work begins.
    Lottery {
        /// By what.
        weight: Weight,
    },
    /// One after the other.
    RoundRobin,
    /// The cheapest bidder locks the job.
    Auction(assignment::Auction),
}

/// The rules of a market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Who may work.
    pub mechanism: Mechanism,
    /// What a proof earns where the mechanism does not find the price.
    pub rewards: settlement::Rewards,
    /// What misbehaviour costs.
    pub penalties: settlement::Penalties,
    /// Time for a proof: since opening in a race, since the assignment otherwise.
    pub deadline: Span,
    /// Tokens that a prover must have at stake to take part.
    pub least_stake: f64,
    /// USD per token.
    pub token_usd: f64,
}

impl Rules {
    /// Whether a prover has enough at stake to take part.
    pub fn admits(&self, prover: &Prover) -> bool {
        prover.stake >= self.least_stake
    }
}
