//! The figures of a proof service, each with its unit.

use models::figures::Figure;
use models::machines::figures::{AUTOSCALER, MACHINES};
use models::orders::buyer::BOUGHT;
use models::orders::outsourced::MARKET;
use models::systems::service::figures::{ALERTS, CACHE, FATES, ROLLOUT, SERVICES, SETTLEMENT, SOJOURN, WAITS};

use super::spec::{ServiceSpec, StepSpec};
use crate::figures::{Figures, List, listed};

/// Figures beside those that a run gives; `*` stands for a name of a step or a stage.
const BESIDE: List = &[
    ("req/s", &["offered", "throughput", "capacity", "capacity.*"]),
    ("share", &["hit_rate.expected"]),
    ("1", &["utilization.*"]),
    ("machines", &["units.*"]),
    ("USD/month", &["cost.total", "cost.proving"]),
    ("USD", &["cost.per_million_requests", "hardware"]),
    ("kW", &["power"]),
];

/// What a run gives, as the model declares it.
fn of_runs() -> impl Iterator<Item = (&'static str, &'static str)> {
    fn declared<Of>(figures: &'static [Figure<Of>]) -> impl Iterator<Item = (&'static str, &'static str)> {
        figures.iter().map(|figure| (figure.unit, figure.name))
    }
    let of_outcomes = [SOJOURN, FATES, CACHE, ROLLOUT, SETTLEMENT].into_iter().flat_map(declared);
    let of_steps = [SERVICES, WAITS].into_iter().flat_map(declared);
    let of_pools = [MACHINES, AUTOSCALER].into_iter().flat_map(declared);
    of_outcomes.chain(declared(BOUGHT)).chain(of_steps).chain(of_pools).chain(declared(ALERTS))
}

/// The figures that a service may have.
pub(crate) fn figures(system: &ServiceSpec) -> Figures<'_> {
    let steps: Vec<&str> = system.step.iter().map(|step| step.name.as_str()).collect();
    let named = |which: fn(&StepSpec) -> bool| {
        system.step.iter().filter(move |step| which(step)).map(|step| step.name.as_str())
    };
    let own = named(|step| step.servers.is_some() || step.pool.is_some());
    let market = system.buying().map(|_| MARKET);
    let stages = ["workers"].into_iter().chain(own).chain(market).collect();
    let pools = ["instances"].into_iter().chain(named(|step| step.pool.is_some())).collect();
    let alerts = system.alerts.keys().map(String::as_str).collect();
    Figures {
        list: listed(BESIDE).chain(of_runs()).collect(),
        names: vec![
            (&["capacity", "utilization"], stages),
            (&["service"], steps),
            (&["units", "machines"], pools),
            (&["alert"], alerts),
        ],
    }
}
