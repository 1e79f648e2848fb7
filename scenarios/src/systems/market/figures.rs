//! The figures of a market, each with its unit.

use models::figures::Figure;
use models::systems::market::MINE;
use models::systems::market::capacity::PROVERS as ALL;
use models::systems::market::figures::{CLASSES, FATES, MARKET, OWN, PROVERS, TIMES};

use super::hosts::groups;
use super::spec::MarketSpec;
use crate::figures::{Figures, List, listed};

/// Figures beside those that a run gives; `*` stands for a name of a stage or a pool.
const BESIDE: List = &[
    ("req/s", &["offered", "throughput", "capacity", "capacity.*"]),
    ("1", &["utilization.*"]),
    ("machines", &["units.*"]),
    ("USD/month", &["cost.total", "cost.proving", "cost.settlement", "cost.capital", "income", "margin"]),
    ("USD", &["cost.per_million_requests", "cost.per_request", "hardware"]),
    ("kW", &["power"]),
];

/// The figures that a market may have.
pub(crate) fn figures(system: &MarketSpec) -> Figures<'_> {
    fn declared<Of>(figures: &'static [Figure<Of>]) -> impl Iterator<Item = (&'static str, &'static str)> {
        figures.iter().map(|figure| (figure.unit, figure.name))
    }
    let of_outcomes = [TIMES, FATES, OWN, MARKET].into_iter().flat_map(declared);
    let of_groups: Vec<&str> = groups(system).map(|(name, ..)| name).collect();
    let stages = std::iter::once(ALL).chain(of_groups.iter().copied()).collect();
    let classes: Vec<&str> = system.requests.keys().map(String::as_str).collect();
    Figures {
        list: listed(BESIDE).chain(of_outcomes).chain(declared(CLASSES)).chain(declared(PROVERS)).collect(),
        names: vec![
            (&["capacity", "utilization"], stages),
            (&["units"], vec![MINE]),
            (&["profit", "income", "collateral", "orders", "passed", "break_even", "vain", "sustained"], of_groups),
            (&["fulfilment", "without_proof", "price"], classes),
        ],
    }
}
