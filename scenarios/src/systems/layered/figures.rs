//! The figures of a layered system, each with its unit.

use std::collections::BTreeMap;

use super::spec::LayeredSpec;
use crate::figures::{Figures, List, listed};

/// Every figure; `*` stands for a name: of a stage, a tier, a node.
const FIGURES: List = &[
    ("tx/s", &["offered", "throughput", "capacity", "fee_sent", "fee_included", "capacity.*", "node.*.capacity"]),
    (
        "s",
        &[
            "vote_finality.p50",
            "vote_finality.p99",
            "vote_finality.mean",
            "optimistic_finality.p50",
            "optimistic_finality.p99",
            "optimistic_finality.mean",
            "proof_finality.p50",
            "proof_finality.p99",
            "proof_finality.mean",
            "epoch_proof.p50",
            "epoch_proof.p99",
            "epoch_proof.max",
            "daily_proof.p50",
            "daily_proof.least",
            "fraud_proof.p50",
            "fraud_proof.p99",
            "fraud_proof.mean",
            "request.p50",
            "request.p99",
            "request.mean",
            "light_client.verify",
            "light_client.latency",
            "level.*.critical",
            "user_proving.*",
            "service_proving.*",
            "market.prove_time",
            "market.delay",
            "prover.*.prove_time",
            "fee_climb.*",
            "fee_wait.*",
            "node.*.block_time",
            "node.*.block_delay",
            "node.*.proof_delay",
            "node.*.epoch_proof",
        ],
    ),
    ("server-s/epoch", &["level.*.work"]),
    ("core-s/epoch", &["level.witness.work"]),
    ("B", &["light_client.bytes"]),
    ("1/s", &["votes.heard"]),
    ("Mbit/s", &["votes.downlink", "votes.uplink"]),
    ("cores", &["votes.cores", "user_cores", "service_cores"]),
    (
        "1",
        &[
            "level.*.utilization",
            "utilization.*",
            "wasted_proving",
            "wasted_proving.expected",
            "survival",
            "survival.independent",
            "survival.sampled",
            "reversal.*",
            "reversal.*.unproven",
            "reversal.*.seen",
            "copies.leader",
            "copies.relay",
            "copies.received",
            "node.*.validating",
            "requests.hits.expected",
            "requests.never",
            "requests.at_once",
            "requests.joined",
            "requests.witnesses_again",
            "requests.busy",
        ],
    ),
    (
        "1/month",
        &[
            "machines.provers.lost",
            "disputes",
            "reverts",
            "reverts.expected",
            "requests.asked",
            "requests.proofs",
            "requests.proofs.expected",
        ],
    ),
    ("tx/month", &["reverted", "reverted.expected", "refunded", "refunded.expected"]),
    (
        "USD/month",
        &[
            "cost.total",
            "cost.proving",
            "cost.validation",
            "cost.settlement",
            "cost.watching",
            "cost.users",
            "forfeited",
            "slashed",
            "slashed.expected",
            "rewarded",
            "market.bill",
            "market.offered",
            "market.profit",
            "market.profit_spread",
            "market.paid",
            "market.bills",
            "prover.*.bill",
            "prover.*.profit",
            "fee_revenue",
            "fee_revenue.*",
            "node.*.cost",
            "node.*.income",
            "node.*.proving_income",
            "node.*.proving_income_claimed",
        ],
    ),
    ("USD", &["cost.per_million_transactions"]),
    (
        "share",
        &[
            "votes_share.*",
            "done_again",
            "market.wasted",
            "market.largest_share",
            "market.unproven",
            "prover.*.won",
            "prover.*.worked",
            "fee_share.*",
            "fee_downgraded.*",
            "fee_priced_out.*",
            "fee_lost",
            "node.*.proving_capacity",
        ],
    ),
    ("share/year", &["node.*.return"]),
    ("provers", &["market.break_even", "market.provers", "market.nakamoto", "prover.*.break_even", "prover.*.provers"]),
    ("machines per prover", &["market.machines"]),
    ("machines per validator", &["units.validators"]),
    ("machines", &["units.provers", "units.service", "machines.provers.serving"]),
    ("1/day", &["machines.provers.reversals"]),
    ("of the target", &["fee_asked.*"]),
    ("tokens", &["fee.*", "fee_floor.*", "fee_p50.*", "fee_p99.*", "fee_equilibrium.*"]),
];

/// Stages that have a capacity.
const STAGES: [&str; 7] =
    ["validator_cores", "validator_downlink", "validator_uplink", "validator_disk", "blocks", "provers", "watchers"];

/// The figures that a system may have.
pub(crate) fn figures(system: &LayeredSpec) -> Figures<'_> {
    fn keys<T>(map: &BTreeMap<String, T>) -> impl Iterator<Item = &str> {
        map.keys().map(String::as_str)
    }
    let tiers = keys(&system.tiers).collect();
    let nodes = system.nodes.iter().flat_map(|nodes| keys(&nodes.kind)).collect();
    let provers = system.market.iter().flat_map(|market| keys(&market.kind)).collect();
    Figures {
        list: listed(FIGURES).collect(),
        names: vec![
            (&["capacity", "utilization", "votes"], STAGES.to_vec()),
            (&["fee", "user", "service"], tiers),
            (&["node"], nodes),
            (&["prover"], provers),
        ],
    }
}
