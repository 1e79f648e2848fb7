//! The figures of a market, in the order in which they are printed, and what keeps one from being simulated.
//!
//! A market that cannot carry its load is simulated: requests end without a proof, and that is the answer. Only a requester's own machines may
//! have to carry all of it, where nothing overflows.

mod caveats;
pub(crate) mod headlines;
mod timeline;

use models::figures::Figure;
use models::fleet::Fleet;
use models::horizon::Horizon;
use models::stage::{SETTLINGS_OF_A_MEAN, SETTLINGS_OF_A_TAIL, Stage};
use models::systems::market::capacity::PROVERS;
use models::systems::market::outcome::{ClassOutcome, GroupOutcome, Outcome};
use models::systems::market::{Asker, MINE, Market, figures};
use scenarios::{Case, Work};
use sim::{QuantileSketch, Span};

use super::{Kind, Latency};
use crate::course::Told;
use crate::effort::Effort;
use crate::headlines::Headlines;
use crate::metrics::{self, Metrics, Runs, declared};
use crate::obstacle::{Length, saturated, too_short};
use crate::slower::{FigureName, Way};
use crate::timeline::Timeline;

impl Kind for Market {
    fn of(case: &Case) -> &Self {
        case.system.market()
    }

    fn extent(case: &Case) -> Option<Horizon> {
        obstacle(case, SETTLINGS_OF_A_MEAN).is_none().then_some(case.horizon)
    }

    fn any_extent(case: &Case) -> Option<Horizon> {
        overflow(case).is_none().then_some(case.horizon)
    }

    fn share_within(outcome: &Outcome, latency: &str, bound_s: f64) -> Option<f64> {
        let (_, of) = Self::latencies().into_iter().find(|(name, _)| *name == latency)?;
        let (sketch, made) = (of(outcome), outcome.requests.counts.made as f64);
        // Who never gets a proof has none within any bound.
        (made > 0.0)
            .then(|| if sketch.mass() > 0.0 { sketch.share_within(bound_s) * sketch.mass() / made } else { 0.0 })
    }

    fn requests(outcome: &Outcome) -> f64 {
        outcome.requests.counts.made as f64
    }

    fn figures(case: &Case, outcomes: &[Outcome], _: (u64, Runs)) -> Metrics {
        let mut metrics = Metrics::default();
        metrics::loads(&mut metrics, case);
        requests(&mut metrics, case, outcomes);
        provers(&mut metrics, case, outcomes);
        metrics::capacities(&mut metrics, case);
        metrics::utilizations(&mut metrics, case, outcomes, |outcome| &outcome.utilization);
        let paid = metrics::paid::<Self>(case, outcomes);
        metrics::units(&mut metrics, &paid);
        metrics::hardware(&mut metrics, case);
        metrics::costs(&mut metrics, &paid);
        metrics::unit_cost(&mut metrics, case, &paid, &Self::carried_per_s(case, outcomes));
        money(&mut metrics, case, (outcomes, &paid));
        metrics
    }

    fn carried_per_s(case: &Case, outcomes: &[Outcome]) -> Vec<f64> {
        match outcomes.is_empty() {
            true => vec![metrics::throughput(case)],
            false => outcomes.iter().map(|outcome| outcome.carried_per_s).collect(),
        }
    }

    fn caveats(case: &Case, outcomes: &[Outcome]) -> Vec<String> {
        caveats::of(case, outcomes)
    }

    fn latencies() -> Vec<Latency<Outcome>> {
        vec![("lock", |outcome| &outcome.requests.lock), ("fulfilment", |outcome| &outcome.requests.fulfilment)]
    }

    fn headlines(case: &Case) -> &'static Headlines {
        match case.system.market().asker {
            Asker::Requester { .. } => &headlines::REQUESTER,
            Asker::Prover(_) => &headlines::PROVER,
        }
    }

    fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
        timeline::timeline(case, effort)
    }

    fn told(case: &Case, effort: &Effort, every: Span) -> Vec<Told> {
        timeline::told(case, effort, every)
    }

    /// Proofs take longer, and cost more.
    fn moved(&self, figure: &FigureName<'_>, work: Work) -> Option<Way> {
        if work != Work::Proof {
            return None;
        }
        let dearer = ["fulfilment", "lock", "late", "missed", "unlocked", "without_proof", "price", "overflow"];
        let of_provers = ["break_even", "utilization", "units", "passed", "collateral"];
        let up = figure.is_bill()
            || dearer.contains(&figure.first())
            || of_provers.contains(&figure.first())
            || ["market.price", "market.without_proof", "cost.proving", "cost.per_request"].contains(&figure.name);
        let down = ["in_time", "orders", "profit"].contains(&figure.first())
            || figure.name == "margin"
            || figure.name.starts_with("capacity.")
            || figure.is_carried_by(PROVERS)
            || figure.is_carried_by(MINE);
        Way::of(up, down)
    }

    fn of_interest(outcome: &Outcome) -> &QuantileSketch {
        &outcome.requests.fulfilment
    }
}

/// What keeps a market from being simulated, for a mean or a tail.
fn obstacle(case: &Case, settlings: f64) -> Option<String> {
    let length = Length { warm_up_s: case.horizon.warm_up_s, measured_s: case.horizon.measured_s, step_s: 3_600.0 };
    // Requests that nobody takes end: what is short of provers does not remember for longer than that.
    let steady = case.stages.iter().filter(|stage| stage.utilization < 1.0 && *stage.name != *PROVERS);
    overflow(case).or_else(|| too_short(steady, length, settlings))
}

/// Why own machines that must carry everything do not.
fn overflow(case: &Case) -> Option<String> {
    let own = |stage: &&Stage| *stage.name == *MINE;
    saturated(case.stages.iter().filter(own), case.system.request().unit)
}

/// What becomes of the requests, and what they cost.
fn requests(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let system = case.system.market();
    let all: Vec<&Outcome> = outcomes.iter().collect();
    let (mean_why, tail_why) = (obstacle(case, SETTLINGS_OF_A_MEAN), obstacle(case, SETTLINGS_OF_A_TAIL));
    let mut add = |list: &'static [Figure<Outcome>]| {
        for figure in list {
            let why = if figure.name.ends_with("p99") { tail_why.as_deref() } else { mean_why.as_deref() };
            // A figure that some replications have and others have not is no mean over them.
            let whole = outcomes.iter().all(|outcome| (figure.of)(outcome).is_some());
            let counted = if why.is_none() && whole { &all[..] } else { &[] };
            declared(metrics, ("", std::slice::from_ref(figure)), counted, why);
        }
    };
    add(figures::TIMES);
    add(figures::FATES);
    if system.own().is_some_and(|own| own.overflow) {
        add(figures::OWN);
    }
    if system.others.is_some() {
        add(figures::MARKET);
    }
    if system.demand.classes.len() > 1 {
        for (at, class) in system.demand.classes.iter().enumerate() {
            let parts: Vec<&ClassOutcome> = outcomes.iter().filter_map(|outcome| outcome.classes.get(at)).collect();
            of_part(metrics, (&class.name, figures::CLASSES), &parts, mean_why.as_deref());
        }
    }
}

/// What provers make of it, group by group; a requester's own machines earn nothing.
fn provers(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome]) {
    let why = obstacle(case, SETTLINGS_OF_A_MEAN);
    for (at, group) in case.system.market().groups.iter().enumerate() {
        let parts: Vec<&GroupOutcome> = outcomes.iter().filter_map(|outcome| outcome.groups.get(at)).collect();
        of_part(metrics, (&group.name, figures::PROVERS), &parts, why.as_deref());
    }
}

/// Figures of a part, each where all replications have it.
fn of_part<Of>(metrics: &mut Metrics, (name, list): (&str, &'static [Figure<Of>]), parts: &[&Of], why: Option<&str>) {
    for figure in list {
        let whole = parts.iter().all(|part| (figure.of)(part).is_some());
        let counted = if why.is_none() && whole { parts } else { &[] };
        declared(metrics, (name, std::slice::from_ref(figure)), counted, why);
    }
}

/// What a request costs, and what a prover that asks earns.
fn money(metrics: &mut Metrics, case: &Case, (outcomes, paid): (&[Outcome], &[Fleet])) {
    let name = || "cost.per_request".to_owned();
    match metrics::per_request(paid, &Market::carried_per_s(case, outcomes)) {
        Some(each) => metrics::of_paid(metrics, name(), "USD", &each),
        None => metrics.missing(name(), "USD", "nobody gets a proof".into()),
    }
    if !matches!(case.system.market().asker, Asker::Prover(_)) {
        return;
    }
    let income: Vec<f64> = outcomes.iter().filter_map(|outcome| outcome.income_usd).collect();
    if income.is_empty() {
        for name in ["income", "margin"] {
            metrics.missing(name.into(), "USD/month", "nothing was simulated".into());
        }
        return;
    }
    let left: Vec<f64> = income.iter().zip(paid).map(|(usd, fleet)| usd - fleet.total()).collect();
    metrics.estimated("income".into(), "USD/month", &income);
    metrics.estimated("margin".into(), "USD/month", &left);
}
