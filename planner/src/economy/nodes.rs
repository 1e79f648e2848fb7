//! Nodes in numbers: what a block takes, what is left for proving, and the operator's ledger.
//!
//! What proving brings is what a guest of the node's idle speed earns in the simulated market; the figure that the scenario
//! gives for it stands beside it, and counts only where no market is studied.

use models::market::study::MarketStudy;
use models::nodes::idle::{self, Division};
use models::nodes::{Kind, NodeStudy};
use sim::Streams;

use super::replicated::{estimated, replications};
use crate::effort::Effort;
use crate::metrics::Metrics;
use crate::text::count;
use crate::work::units_of_market;

/// What one replication knows of a node.
struct Run {
    division: Option<Division>,
    /// What proving brings, USD per month.
    proving_usd: f64,
}

impl Run {
    fn idle(&self, kind: &Kind) -> f64 {
        idle_share(kind, self.division)
    }
}

/// Share of its time in which a node can prove.
fn idle_share(kind: &Kind, division: Option<Division>) -> f64 {
    if kind.proves.is_some() { division.map_or(0.0, |it| it.idle) } else { 0.0 }
}

/// What a node earns by proving for a share of its time: as a guest of the market, where it is in time for anything.
fn proving_usd(study: &NodeStudy, market: Option<&MarketStudy>, idle: f64, streams: &Streams) -> f64 {
    let Some(market) = market else { return idle * study.proving_usd };
    let speed = idle * study.market_speed;
    let in_time = market.work_s <= speed * market.rules.deadline.as_secs_f64();
    if speed > 0.0 && in_time { market.guest_usd(speed, streams) } else { 0.0 }
}

/// The numbers of all kinds of node.
pub(super) fn metrics(study: &NodeStudy, market: Option<&MarketStudy>, effort: &Effort) -> Metrics {
    let mut metrics = Metrics::default();
    study.kinds.iter().for_each(|kind| of_kind(&mut metrics, study, (kind, market), effort));
    metrics
}

fn of_kind(metrics: &mut Metrics, study: &NodeStudy, (kind, market): (&Kind, Option<&MarketStudy>), effort: &Effort) {
    let units = market.filter(|_| kind.proves.is_some()).map_or(0.0, units_of_market);
    let runs = replications(effort, units, |streams| {
        let division = idle::run(study, kind, streams);
        Run { division, proving_usd: proving_usd(study, market, idle_share(kind, division), streams) }
    });
    let name = |figure: &str| format!("node.{}.{figure}", kind.name);
    let over = |figure: &dyn Fn(&Run) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
    metrics.exact(name("block_time"), "s", study.block_s(kind));
    metrics.exact(name("capacity"), "tx/s", kind.cores as f64 / kind.check_s);
    metrics.exact(name("validating"), "1", study.validating(kind));
    let busy = "it does not keep up with the blocks";
    let delays = runs.iter().map(|run| run.division.map(|it| it.block_delay_s));
    estimated(metrics, name("block_delay"), "s", delays, busy);
    if kind.proves.is_some() {
        metrics.estimated(name("proving_capacity"), "share", &over(&|run| run.idle(kind)));
        let delays = runs.iter().map(|run| run.division.and_then(|it| it.proof_delay_s));
        let seldom = format!("a proof of {} s does not end often enough to tell", count(study.proof_s));
        let why = if study.validating(kind) < 1.0 { &seldom } else { busy };
        estimated(metrics, name("proof_delay"), "s", delays, why);
    }
    metrics.exact(name("cost"), "USD/month", study.cost_usd(kind));
    let income = |run: &Run| study.income_usd(run.proving_usd);
    let yearly = |run: &Run| study.yearly_return(kind, income(run));
    // Where nothing of the node's ledger is drawn its figures are exact.
    if kind.proves.is_some() {
        if let Some(market) = market {
            epoch_proof(metrics, name("epoch_proof"), study, market, &over(&|run| run.idle(kind)));
        }
        metrics.estimated(name("proving_income"), "USD/month", &over(&|run| run.proving_usd));
        let said = |run: &Run| run.idle(kind) * study.proving_usd;
        metrics.estimated(name("proving_income_claimed"), "USD/month", &over(&said));
        metrics.estimated(name("income"), "USD/month", &over(&income));
        metrics.estimated(name("return"), "share/year", &over(&yearly));
    } else {
        let income_usd = study.income_usd(0.0);
        metrics.exact(name("income"), "USD/month", income_usd);
        metrics.exact(name("return"), "share/year", study.yearly_return(kind, income_usd));
    }
}

/// Time that a node takes for a job of the market when it proves in its idle time.
fn epoch_proof(metrics: &mut Metrics, name: String, study: &NodeStudy, market: &MarketStudy, idle: &[f64]) {
    let times = idle.iter().map(|idle| market.work_s / (idle * study.market_speed));
    let times: Vec<f64> = times.filter(|seconds| seconds.is_finite()).collect();
    match times.is_empty() {
        true => metrics.missing(name, "s", "it is never idle".into()),
        false => metrics.estimated(name, "s", &times),
    }
}
