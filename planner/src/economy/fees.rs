//! Fees of the tiers in numbers, the fluid fixed point beside what was simulated.

use models::fees::study::Study;

use super::{estimated, replications};
use crate::metrics::Metrics;
use crate::run::Effort;

/// The numbers of a fee market.
pub(super) fn metrics(study: &Study, effort: &Effort) -> Metrics {
    let mut metrics = Metrics::default();
    let runs = replications(effort, |streams| study.run(streams));
    let flows = study.equilibrium();
    for (index, (tier, flow)) in study.tiers.iter().zip(&flows).enumerate() {
        let name = |figure: &str| format!("{figure}.{}", tier.name);
        let of = || runs.iter().map(|run| &run.tiers[index]);
        metrics.estimated(name("fee"), "tokens", &of().map(|tier| tier.fee).collect::<Vec<_>>());
        metrics.exact(name("fee_equilibrium"), "tokens", flow.fee);
        metrics.estimated(name("fee_share"), "share", &of().map(|tier| tier.share).collect::<Vec<_>>());
        let why = "no transaction of the tier was included";
        estimated(&mut metrics, name("fee_wait"), "s", of().map(|tier| tier.wait_s), why);
    }
    metrics.estimated("fee_lost".into(), "share", &runs.iter().map(|run| run.lost).collect::<Vec<_>>());
    metrics.estimated("fee_revenue".into(), "USD/month", &runs.iter().map(|run| run.revenue_usd).collect::<Vec<_>>());
    metrics
}
