//! Fees of the tiers in numbers, the fluid fixed point beside what was simulated.

use models::fees::study::{FeeStudy, TierFigures};

use super::replicated::{estimated, replications};
use crate::effort::Effort;
use crate::metrics::Metrics;
use crate::work::units_of_fees;

/// The numbers of a fee market.
pub(super) fn metrics(study: &FeeStudy, effort: &Effort) -> Metrics {
    let mut metrics = Metrics::default();
    let runs = replications(effort, units_of_fees(study), |streams| study.run(streams));
    let (flows, climbs) = (study.equilibrium(), study.climbs_s());
    for (index, (tier, (flow, climb))) in study.tiers.iter().zip(flows.iter().zip(climbs)).enumerate() {
        let name = |figure: &str| format!("{figure}.{}", tier.name);
        let of = |figure: fn(&TierFigures) -> f64| runs.iter().map(|run| figure(&run.tiers[index])).collect::<Vec<_>>();
        metrics.exact(name("fee_asked"), "of the target", flow.demand / tier.base_fee.target);
        metrics.exact(name("fee_floor"), "tokens", tier.base_fee.floor);
        metrics.estimated(name("fee"), "tokens", &of(|tier| tier.fee));
        metrics.estimated(name("fee_p50"), "tokens", &of(|tier| tier.fee_p50));
        metrics.estimated(name("fee_p99"), "tokens", &of(|tier| tier.fee_p99));
        metrics.exact(name("fee_equilibrium"), "tokens", flow.fee);
        match climb {
            Some(seconds) => metrics.exact(name("fee_climb"), "s", seconds),
            None => metrics.missing(
                name("fee_climb"),
                "s",
                "the fee oscillates around its equilibrium and never settles".into(),
            ),
        }
        metrics.estimated(name("fee_share"), "share", &of(|tier| tier.share));
        let why = "no transaction of the tier was included";
        let waits = runs.iter().map(|run| run.tiers[index].wait_s);
        estimated(&mut metrics, name("fee_wait"), "s", waits, why);
        metrics.estimated(name("fee_downgraded"), "share", &of(|tier| tier.downgraded));
        metrics.estimated(name("fee_priced_out"), "share", &of(|tier| tier.priced_out));
        metrics.estimated(name("fee_revenue"), "USD/month", &of(|tier| tier.revenue_usd));
    }
    metrics.exact("fee_sent", "tx/s", study.demand.iter().sum::<f64>() / study.slot.as_secs_f64());
    let included = runs.iter().map(|run| run.included_per_s).collect::<Vec<_>>();
    metrics.estimated("fee_included".into(), "tx/s", &included);
    metrics.estimated("fee_lost".into(), "share", &runs.iter().map(|run| run.lost).collect::<Vec<_>>());
    metrics.estimated("fee_revenue".into(), "USD/month", &runs.iter().map(|run| run.revenue_usd).collect::<Vec<_>>());
    metrics
}
