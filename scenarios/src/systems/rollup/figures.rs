//! The figures of a rollup, each with its unit.

use models::figures::Figure;
use models::machines::figures::{AUTOSCALER, MACHINES};
use models::orders::buyer::BOUGHT;
use models::systems::rollup::capacity::EXECUTORS;
use models::systems::rollup::figures::{
    BLOBS, BONDS, CHALLENGED, DISPUTES, FAST, FINAL, FLOW, INVALID, ORDERED, PROVEN, RECOVERY, RULES,
};

use super::hosts::systems;
use super::spec::RollupSpec;
use crate::figures::{Figures, List, listed};

/// Figures beside those that a run gives; `*` stands for a name of a stage or a pool.
const BESIDE: List = &[
    ("tx/s", &["offered", "throughput", "capacity", "capacity.*"]),
    ("1", &["utilization.*", "survival", "survival.independent", "survival.sampled"]),
    ("machines", &["units.*"]),
    (
        "USD/month",
        &[
            "cost.total",
            "cost.proving",
            "cost.validation",
            "cost.sequencing",
            "cost.data",
            "cost.settlement",
            "cost.capital",
            "income",
            "margin",
        ],
    ),
    ("USD", &["cost.per_million_transactions", "cost.per_transaction", "hardware"]),
    ("kW", &["power"]),
];

/// The figures that a rollup may have.
pub(crate) fn figures(system: &RollupSpec) -> Figures<'_> {
    fn declared<Of>(figures: &'static [Figure<Of>]) -> impl Iterator<Item = (&'static str, &'static str)> {
        figures.iter().map(|figure| (figure.unit, figure.name))
    }
    let of_outcomes =
        [ORDERED, PROVEN, FINAL, FLOW, BLOBS, RECOVERY, DISPUTES, BONDS, FAST].into_iter().flat_map(declared);
    let of_attacks = [CHALLENGED, INVALID].into_iter().flat_map(declared).chain(declared(RULES));
    let of_pools = [MACHINES, AUTOSCALER].into_iter().flat_map(declared);
    let proving = || system.proving.iter();
    let executors = proving().filter(|proving| proving.execution.is_some()).map(|_| EXECUTORS);
    let pools: Vec<&str> = executors.chain(proving().flat_map(systems).map(|(name, ..)| name)).collect();
    let stages = ["blocks", "blobs", "market"].into_iter().chain(pools.iter().copied()).collect();
    Figures {
        list: listed(BESIDE).chain(declared(BOUGHT)).chain(of_outcomes).chain(of_attacks).chain(of_pools).collect(),
        names: vec![
            (&["capacity", "utilization"], stages),
            (&["units", "machines"], [super::SEQUENCER, super::WATCHERS].into_iter().chain(pools).collect()),
        ],
    }
}
