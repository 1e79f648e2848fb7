//! The figures of a rollup, in the order in which they are printed, and what keeps one from being simulated.
//!
//! What does not depend on proofs, such as data on L1, depends on the sequencer alone; where a stage saturates nothing is simulated, since
//! whoever operates it would change it. Falling behind for a time is an outage, and that is simulated.

mod caveats;
pub(crate) mod headlines;
mod timeline;

use models::disputes::game::Side;
use models::figures::Figure;
use models::horizon::Horizon;
use models::orders::buyer::{BOUGHT, Bought};
use models::stage::{SETTLINGS_OF_A_MEAN, SETTLINGS_OF_A_TAIL};
use models::systems::rollup::outcome::Outcome;
use models::systems::rollup::{Posting, Rollup, figures};
use scenarios::{Case, Work};
use sim::{QuantileSketch, Span};

use super::{Kind, Latency, survival};
use crate::course::Told;
use crate::effort::Effort;
use crate::headlines::Headlines;
use crate::metrics::{self, Metrics, Runs, declared};
use crate::obstacle::{Length, saturated, too_short};
use crate::slower::{FigureName, Way};
use crate::timeline::Timeline;

/// Settlements that a measured time holds at least: of fewer no time to a settlement is told.
const LEAST_SETTLEMENTS: f64 = 3.0;

impl Kind for Rollup {
    fn of(case: &Case) -> &Self {
        case.system.rollup()
    }

    fn extent(case: &Case) -> Option<Horizon> {
        obstacle(case, SETTLINGS_OF_A_MEAN).is_none().then_some(case.horizon)
    }

    fn any_extent(case: &Case) -> Option<Horizon> {
        overflow(case).is_none().then_some(case.horizon)
    }

    fn figures(case: &Case, outcomes: &[Outcome], (seed, _): (u64, Runs)) -> Metrics {
        let mut metrics = Metrics::default();
        metrics::loads(&mut metrics, case);
        times(&mut metrics, case, outcomes);
        disputes(&mut metrics, case, seed);
        metrics::capacities(&mut metrics, case);
        metrics::utilizations(&mut metrics, case, outcomes, |outcome| &outcome.utilization);
        let paid = metrics::paid::<Self>(case, outcomes);
        metrics::units(&mut metrics, &paid);
        metrics::hardware(&mut metrics, case);
        let why = obstacle(case, SETTLINGS_OF_A_MEAN);
        metrics::machines::<Self>(&mut metrics, case, outcomes, why.as_deref());
        metrics::costs(&mut metrics, &paid);
        metrics::unit_cost(&mut metrics, case, &paid, &Self::carried_per_s(case, outcomes));
        metrics::income(&mut metrics, case, &paid, Self::of(case).mean_fee_usd());
        metrics
    }

    fn caveats(case: &Case, outcomes: &[Outcome]) -> Vec<String> {
        caveats::of(case, outcomes)
    }

    fn latencies() -> Vec<Latency<Outcome>> {
        vec![
            ("soft_finality", |outcome| &outcome.soft),
            ("posted", |outcome| &outcome.posted),
            ("l1_finality", |outcome| &outcome.l1_final),
            ("proof_finality", |outcome| if outcome.proves { &outcome.settled } else { &outcome.nothing }),
            ("hard_finality", |outcome| &outcome.hard),
            ("withdrawable", |outcome| &outcome.withdrawable),
        ]
    }

    fn headlines(_: &Case) -> &'static Headlines {
        &headlines::HEADLINES
    }

    fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
        timeline::timeline(case, effort)
    }

    fn told(case: &Case, effort: &Effort, every: Span) -> Vec<Told> {
        timeline::told(case, effort, every)
    }

    /// Proofs take longer, and what waits for them; an optimistic rollup waits for none.
    fn moved(&self, figure: &FigureName<'_>, work: Work) -> Option<Way> {
        if self.proving.is_none() || work != Work::Proof {
            return None;
        }
        let pool = |of: &str| self.proof_systems().iter().any(|system| system.place.pool == of);
        let later = ["bought", "proof_finality", "hard_finality", "withdrawable", "batch_proof", "recovery"];
        let up = figure.is_bill()
            || later.contains(&figure.first())
            || figure.name == "cost.proving"
            || figure.name == "cost.per_transaction"
            || figure.name.starts_with("backlog.unsettled")
            || figure.name.starts_with("capital.fast")
            || ["utilization", "units"].contains(&figure.first()) && pool(figure.last());
        let down = self.proof_systems().iter().any(|system| figure.is_carried_by(&system.place.pool))
            || figure.name == "margin";
        Way::of(up, down)
    }

    fn of_interest(outcome: &Outcome) -> &QuantileSketch {
        &outcome.hard
    }
}

/// What is known of disputes without a run, as far as the design has them.
fn disputes(metrics: &mut Metrics, case: &Case, seed: u64) {
    let system = case.system.rollup();
    for (wrong, list) in [(Side::Challenger, figures::CHALLENGED), (Side::Proposer, figures::INVALID)] {
        exactly(metrics, list, system.attack(wrong, case.horizon).as_ref());
    }
    exactly(metrics, figures::RULES, Some(system));
    if let Some((watchers, window_s, wins)) = system.challengers() {
        // Watchers have re-executed what a claim is about by then, however much it is.
        survival::chances(metrics, &watchers, (0.0, window_s), wins, seed);
    }
}

/// Figures that are known exactly where their inputs are, and that there are.
fn exactly<Of>(metrics: &mut Metrics, list: &'static [Figure<Of>], of: Option<&Of>) {
    for figure in list {
        if let Some(value) = of.and_then(figure.of) {
            metrics.exact(figure.name, figure.unit, value);
        }
    }
}

/// What keeps a rollup from being simulated, for a mean or a tail.
fn obstacle(case: &Case, settlings: f64) -> Option<String> {
    let length = Length { warm_up_s: case.horizon.warm_up_s, measured_s: case.horizon.measured_s, step_s: 3_600.0 };
    overflow(case).or_else(|| too_few(case)).or_else(|| too_short(case.stages.iter(), length, settlings))
}

/// Why nothing can be carried.
fn overflow(case: &Case) -> Option<String> {
    saturated(case.stages.iter(), case.system.request().unit)
}

/// Why the run is too short to see settlements.
fn too_few(case: &Case) -> Option<String> {
    let system = case.system.rollup();
    let batches = system.batches_at(system.load_per_s);
    let every_s = batches[system.settlement.level].interval_s.max(batches[system.data.level].interval_s);
    (case.horizon.measured_s < LEAST_SETTLEMENTS * every_s).then(|| {
        format!(
            "the run is too short: a batch is settled every {}, and it measures {}",
            crate::text::duration(every_s),
            crate::text::duration(case.horizon.measured_s)
        )
    })
}

/// Times from the submission of a transaction, and what there is beside them, as far as the design has it.
fn times(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let system = case.system.rollup();
    let all: Vec<&Outcome> = outcomes.iter().collect();
    let (mean_why, tail_why) = (obstacle(case, SETTLINGS_OF_A_MEAN), obstacle(case, SETTLINGS_OF_A_TAIL));
    let add = |metrics: &mut Metrics, list: &'static [Figure<Outcome>], waits_for_machines: bool| {
        for figure in list {
            let is_tail = waits_for_machines && figure.name.ends_with("p99");
            let why = if is_tail { tail_why.as_deref() } else { mean_why.as_deref() };
            // A figure that some replications have and others have not is no mean over them.
            let whole = outcomes.iter().all(|outcome| (figure.of)(outcome).is_some());
            let counted = if why.is_none() && whole { &all[..] } else { &[] };
            declared(metrics, ("", std::slice::from_ref(figure)), counted, why);
        }
    };
    add(metrics, figures::ORDERED, false);
    if system.proving.is_some() {
        add(metrics, figures::PROVEN, true);
    }
    add(metrics, figures::FINAL, true);
    add(metrics, figures::FLOW, false);
    if system.proving.as_ref().is_some_and(|proving| proving.market.is_some()) {
        let bought: Vec<&Bought> = outcomes.iter().filter_map(|outcome| outcome.bought.as_ref()).collect();
        declared(metrics, ("", BOUGHT), &bought, mean_why.as_deref());
    }
    if matches!(system.data.posting, Posting::Blobs { .. }) {
        add(metrics, figures::BLOBS, false);
    }
    if outcomes.first().is_some_and(|outcome| !outcome.recoveries.is_empty()) {
        add(metrics, figures::RECOVERY, false);
    }
    if system.window.as_ref().is_some_and(|window| window.challenged > 0.0) {
        add(metrics, figures::DISPUTES, false);
    }
    if system.window.is_some() {
        add(metrics, figures::BONDS, false);
    }
    if system.withdrawals.is_some_and(|withdrawals| withdrawals.fast > 0.0) {
        add(metrics, figures::FAST, false);
    }
}
