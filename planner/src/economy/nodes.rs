//! Nodes in numbers: what a block takes, what is left for proving, and the operator's ledger.

use models::nodes::idle::{self, Division};
use models::nodes::{Kind, Study};
use models::work::draw_factor;

use super::{estimated, replications};
use crate::metrics::Metrics;
use crate::run::Effort;
use crate::text::count;

/// What one replication knows of a node.
struct Run {
    /// What checks truly cost on this host: the factor that the world draws, too.
    factor: f64,
    division: Option<Division>,
}

/// The numbers of all kinds of node.
pub(super) fn metrics(study: &Study, effort: &Effort) -> Metrics {
    let mut metrics = Metrics::default();
    study.kinds.iter().for_each(|kind| of_kind(&mut metrics, study, kind, effort));
    metrics
}

fn of_kind(metrics: &mut Metrics, study: &Study, kind: &Kind, effort: &Effort) {
    let runs = replications(effort, |streams| {
        let factor = draw_factor(study.check_cv, &mut streams.stream("cost of checks"));
        Run { factor, division: idle::run(study, kind, factor, streams) }
    });
    let name = |figure: &str| format!("node.{}.{figure}", kind.name);
    let over = |figure: &dyn Fn(&Run) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
    metrics.estimated(name("block_time"), "s", &over(&|run| study.block_s(kind, run.factor)));
    let capacity = |run: &Run| kind.cores as f64 / (kind.check_s * run.factor);
    metrics.estimated(name("capacity"), "tx/s", &over(&capacity));
    metrics.estimated(name("validating"), "share", &over(&|run| study.validating(kind, run.factor)));
    let busy = "it does not keep up with the blocks";
    let delays = runs.iter().map(|run| run.division.map(|it| it.block_delay_s));
    estimated(metrics, name("block_delay"), "s", delays, busy);
    let idle = |run: &Run| if kind.proves.is_some() { run.division.map_or(0.0, |it| it.idle) } else { 0.0 };
    if kind.proves.is_some() {
        metrics.estimated(name("proving_capacity"), "share", &over(&idle));
        let delays = runs.iter().map(|run| run.division.and_then(|it| it.proof_delay_s));
        let seldom = format!("a proof of {} s does not end often enough to tell", count(study.proof_s));
        let why = if study.validating(kind, 1.0) < 1.0 { &seldom } else { busy };
        estimated(metrics, name("proof_delay"), "s", delays, why);
    }
    metrics.exact(name("cost"), "USD/month", study.cost_usd(kind));
    let income = |run: &Run| study.income_usd(idle(run));
    let yearly = |run: &Run| study.yearly_return(kind, income(run));
    // Where nothing of the node's ledger is drawn its figures are exact.
    if kind.proves.is_some() {
        metrics.estimated(name("income"), "USD/month", &over(&income));
        metrics.estimated(name("return"), "share/year", &over(&yearly));
    } else {
        let income_usd = study.income_usd(0.0);
        metrics.exact(name("income"), "USD/month", income_usd);
        metrics.exact(name("return"), "share/year", study.yearly_return(kind, income_usd));
    }
}
