//! The figures of a layered system, in the order in which they are printed, and what keeps one from being simulated.

mod fraud;
pub(crate) mod headlines;
mod latencies;
mod obstacles;
mod proofs;
mod requests;
mod slower;
mod submission;
mod timeline;
mod traffic;

use models::figures::Figure;
use models::stage::Stage;
use models::systems::layered::capacity::{PROVERS, watchers};
use models::systems::layered::outcome::Outcome;
use models::systems::layered::{Horizon, Layered, Proving};
use scenarios::{Case, Work};
use sim::{QuantileSketch, Span};

use super::{Kind, Latency};
use crate::course::Told;
use crate::effort::Effort;
use crate::headlines::Headlines;
use crate::metrics::{self, Metrics, Runs};
use crate::slower::{FigureName, Way};
use crate::timeline::Timeline;
use obstacles::Obstacles;
use obstacles::horizon;

impl Kind for Layered {
    fn of(case: &Case) -> &Self {
        case.system.layered()
    }

    fn extent(case: &Case) -> Option<Horizon> {
        let obstacles = Obstacles::of(case);
        obstacles.vote.is_none().then_some(Horizon { prove: obstacles.prove, ..horizon(case) })
    }

    fn any_extent(case: &Case) -> Option<Horizon> {
        let before_inclusion = matches!(case.system.layered().proving, Proving::BeforeInclusion { .. });
        let prove = case.system.layered().proves && obstacles::saturated(case, true).is_none();
        let votes = obstacles::saturated(case, before_inclusion).is_none();
        votes.then_some(Horizon { prove, ..horizon(case) })
    }

    fn stages_beside(case: &Case) -> Vec<Stage> {
        watchers(case.system.layered()).into_iter().collect()
    }

    fn quick_extent(case: &Case) -> Option<Horizon> {
        let system = case.system.layered();
        let is_after = !matches!(system.proving, Proving::BeforeInclusion { .. });
        // Without proofs an epoch is as good as another, but for the load of its hour.
        let epochs = |all: u32| if system.profile.is_constant() { all.min(1) } else { all };
        let extent = Self::any_extent(case).filter(|of| of.prove && is_after)?;
        Some(Horizon { prove: false, epochs: epochs(extent.epochs), ..extent })
    }

    fn figures(case: &Case, outcomes: &[Outcome], runs: (u64, Runs)) -> Metrics {
        let mut metrics = Metrics::default();
        let whys = Obstacles::of(case);
        metrics::loads(&mut metrics, case);
        latencies::latencies(&mut metrics, case, outcomes, &whys);
        proofs::proofs(&mut metrics, case, outcomes, (whys.proof.as_deref(), whys.slowest[1].as_deref()));
        requests::requests(&mut metrics, case, runs);
        fraud::fraud(&mut metrics, case, outcomes, runs);
        traffic::traffic(&mut metrics, case);
        metrics::capacities(&mut metrics, case);
        metrics::utilizations(&mut metrics, case, outcomes, |outcome| &outcome.utilization);
        let paid = metrics::paid::<Self>(case, outcomes);
        metrics::units(&mut metrics, &paid);
        machines(&mut metrics, case, outcomes, whys.proof.as_deref());
        submission::submission(&mut metrics, case);
        metrics::costs(&mut metrics, &paid);
        fraud::watching(&mut metrics, case);
        metrics::unit_cost(&mut metrics, case, &paid, &Self::carried_per_s(case, outcomes));
        submission::users_bill(&mut metrics, case);
        metrics
    }

    fn latencies() -> Vec<Latency<Outcome>> {
        vec![
            ("vote_finality", |outcome| &outcome.vote_finality),
            ("optimistic_finality", |outcome| &outcome.optimistic_finality),
            ("proof_finality", |outcome| &outcome.proof_finality),
        ]
    }

    fn headlines(_: &Case) -> &'static Headlines {
        &headlines::HEADLINES
    }

    fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
        timeline::timeline(case, effort)
    }

    fn told(case: &Case, effort: &Effort, every: Span) -> Vec<Told> {
        // Where the fleet cannot carry the load, nobody proves.
        if Obstacles::of(case).prove { timeline::told(case, effort, every) } else { Vec::new() }
    }

    fn moved(&self, figure: &FigureName<'_>, work: Work) -> Option<Way> {
        slower::moved(self, figure, work)
    }

    /// The slowest finality that was simulated.
    fn of_interest(outcome: &Outcome) -> &QuantileSketch {
        if outcome.proof_finality.mass() > 0.0 { &outcome.proof_finality } else { &outcome.optimistic_finality }
    }
}

/// What provers did that come and go.
fn machines(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome], why: Option<&str>) {
    metrics::machines::<Layered>(metrics, case, outcomes, why);
    if case.system.lifecycle(PROVERS).is_some() {
        metrics::declared(metrics, ("", DONE_AGAIN), &outcomes.iter().collect::<Vec<_>>(), why);
    }
}

/// What is lost with provers that come and go.
const DONE_AGAIN: &[Figure<Outcome>] =
    &[Figure::new("done_again", "share", |outcome| outcome.done_again, "nothing was proven")];
