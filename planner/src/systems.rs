//! What the planner asks of each kind of system: what keeps a case of it from being simulated, and the figures of its outcomes.
//!
//! The one `match` over kinds is here; everything else in the planner knows a [`Kind`] and not which.

pub(crate) mod layered;
pub(crate) mod market;
pub(crate) mod rollup;
pub(crate) mod service;
mod survival;

use models::stage::Stage;
use models::system::{AnySystem, System};
use models::systems::layered::Layered;
use models::systems::market::Market;
use models::systems::rollup::Rollup;
use models::systems::service::Service;
use scenarios::{Case, Work};
use sim::{QuantileSketch, Span};

use crate::course::Told;
use crate::effort::Effort;
use crate::headlines::Headlines;
use crate::metrics::{self, Metrics, Runs};
use crate::slower::{FigureName, Way};
use crate::timeline::Timeline;

/// A latency of an outcome, by name.
pub(crate) type Latency<Outcome> = (&'static str, fn(&Outcome) -> &QuantileSketch);

/// A kind of system, as the planner sees it.
pub(crate) trait Kind: System + Sized {
    /// The system of a case.
    fn of(case: &Case) -> &Self;

    /// What a run of a case covers; nothing where the case cannot be simulated.
    fn extent(case: &Case) -> Option<Self::Extent>;

    /// The same where it does not matter that the run is too short for some figures; nothing where the case has no steady state.
    fn any_extent(case: &Case) -> Option<Self::Extent>;

    /// A shorter run without what is simulated slowly, for latencies that depend on neither; nothing where there is no such part.
    fn quick_extent(_: &Case) -> Option<Self::Extent> {
        None
    }

    /// Stages that only some figures depend on, beside those that carry the load.
    fn stages_beside(_: &Case) -> Vec<Stage> {
        Vec::new()
    }

    /// The share of all requests whose latency of this name is within a bound \[s\]; nothing where there was none.
    fn share_within(outcome: &Self::Outcome, latency: &str, bound_s: f64) -> Option<f64> {
        let (_, of) = Self::latencies().into_iter().find(|(name, _)| *name == latency)?;
        let sketch = of(outcome);
        (sketch.mass() > 0.0).then(|| sketch.share_within(bound_s))
    }

    /// When machines that start with a run or in it are warm \[s\]: after their start-up where they come and go.
    fn warm_after_s(case: &Case) -> f64 {
        started_after_s(case)
    }

    /// Requests that the shares of an outcome are of.
    fn requests(outcome: &Self::Outcome) -> f64 {
        Self::of_interest(outcome).mass()
    }

    /// All figures of a case, from the outcomes of these replications.
    fn figures(case: &Case, outcomes: &[Self::Outcome], runs: (u64, Runs)) -> Metrics;

    /// Requests per second that the bill of each replication is divided by: those that are carried, or answered.
    fn carried_per_s(case: &Case, outcomes: &[Self::Outcome]) -> Vec<f64> {
        vec![metrics::throughput(case); outcomes.len().max(1)]
    }

    /// What must be known of an answer beside its numbers, in sentences.
    fn caveats(_case: &Case, _outcomes: &[Self::Outcome]) -> Vec<String> {
        Vec::new()
    }

    /// The latencies whose distributions are drawn.
    fn latencies() -> Vec<Latency<Self::Outcome>>;

    /// What is put first of a case.
    fn headlines(case: &Case) -> &'static Headlines;

    /// What happens in the first replication of a case.
    ///
    /// # Errors
    /// The case cannot be simulated, or too much happens to be shown; the message says what to change.
    fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String>;

    /// How machines came and went in the measured time of the first replication of a case that can be simulated, in pieces of about
    /// such a length.
    fn told(case: &Case, effort: &Effort, every: Span) -> Vec<Told>;

    /// Where a figure of its outcomes goes when some of its work takes longer than was measured, if it depends on it.
    fn moved(&self, figure: &FigureName<'_>, work: Work) -> Option<Way>;

    /// The figure that a precision is asked of.
    fn of_interest(outcome: &Self::Outcome) -> &QuantileSketch;
}

/// The longest start-up of machines that come and go \[s\].
fn started_after_s(case: &Case) -> f64 {
    let lives = case.fleet.pools.iter().filter_map(|pool| case.system.lifecycle(&pool.name));
    lives.filter(|life| !life.is_constant()).map(|life| life.start_up.as_secs_f64()).fold(0.0, f64::max)
}

/// Work that is done for the kind of a case.
pub(crate) trait ForKind {
    /// What comes of it.
    type Output;

    /// Does it.
    fn run<K: Kind>(self) -> Self::Output;
}

/// Does some work for the kind of a case.
pub(crate) fn for_kind<Job: ForKind>(case: &Case, job: Job) -> Job::Output {
    match &case.system {
        AnySystem::Layered(_) => job.run::<Layered>(),
        AnySystem::Service(_) => job.run::<Service>(),
        AnySystem::Rollup(_) => job.run::<Rollup>(),
        AnySystem::Market(_) => job.run::<Market>(),
    }
}

/// What is put first of every kind.
pub(crate) fn headlines() -> [&'static Headlines; 5] {
    [
        &layered::headlines::HEADLINES,
        &service::headlines::HEADLINES,
        &rollup::headlines::HEADLINES,
        &market::headlines::REQUESTER,
        &market::headlines::PROVER,
    ]
}
