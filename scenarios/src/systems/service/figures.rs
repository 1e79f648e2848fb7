//! The figures of a proof service, each with its unit.

use super::spec::{ServiceSpec, StepSpec};
use crate::figures::{Figures, List};

/// Every figure; `*` stands for a name of a step, a stage or a bound.
const FIGURES: List = &[
    ("req/s", &["offered", "throughput", "goodput", "capacity", "capacity.*"]),
    (
        "s",
        &[
            "sojourn.p50",
            "sojourn.p95",
            "sojourn.p99",
            "sojourn.mean",
            "wait.*.p50",
            "wait.*.p99",
            "wait.*.mean",
            "service.*.p50",
            "service.*.p95",
            "service.*.p99",
            "service.*.mean",
            "settlement.paid.p50",
            "settlement.paid.p99",
            "settlement.rejected.p50",
            "alert.*.delay",
        ],
    ),
    (
        "share",
        &[
            "error_rate",
            "availability",
            "within.*",
            "rejected",
            "timed_out",
            "failed",
            "given_up",
            "wasted",
            "hit_rate",
            "hit_rate.expected",
            "instances.available",
            "rollout.served",
            "rollout.failed",
            "rollout.fallback",
            "alert.*.firing",
        ],
    ),
    ("1", &["utilization.*", "amplification", "queue.*.mean"]),
    ("1/month", &["disputes", "alert.*.fired"]),
    ("machines", &["units.*"]),
    ("USD/month", &["cost.total", "cost.proving"]),
    ("USD", &["cost.per_million_requests"]),
];

/// The figures that a service may have.
pub(crate) fn figures(system: &ServiceSpec) -> Figures<'_> {
    let steps: Vec<&str> = system.step.iter().map(|step| step.name.as_str()).collect();
    let named = |which: fn(&StepSpec) -> bool| {
        system.step.iter().filter(move |step| which(step)).map(|step| step.name.as_str())
    };
    let stages = ["workers"].into_iter().chain(named(|step| step.servers.is_some() || step.pool.is_some())).collect();
    let pools = ["instances"].into_iter().chain(named(|step| step.pool.is_some())).collect();
    let alerts = system.alerts.keys().map(String::as_str).collect();
    Figures {
        list: FIGURES,
        names: vec![
            (&["capacity", "utilization"], stages),
            (&["service"], steps),
            (&["units"], pools),
            (&["alert"], alerts),
        ],
    }
}
