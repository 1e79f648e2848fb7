//! Names of the figures that claims and objectives may ask for, each with its unit.
//!
//! The planner makes the figures; a test of the whole program holds every outcome of the library against this list. Which of them
//! an outcome has depends on its design: one that a design has not is no slip of the pen.

use std::collections::BTreeMap;

use crate::claims::conversion;
use crate::reading::nearest;
use crate::spec::SystemSpec;

/// Every figure; `*` stands for a name: of a stage, a tier, a node.
const FIGURES: [(&str, &[&str]); 21] = [
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
        &["disputes", "reverts", "reverts.expected", "requests.asked", "requests.proofs", "requests.proofs.expected"],
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
    ("machines", &["units.provers", "units.service"]),
    ("of the target", &["fee_asked.*"]),
    ("tokens", &["fee.*", "fee_floor.*", "fee_p50.*", "fee_p99.*", "fee_equilibrium.*"]),
];

/// Stages that have a capacity.
const STAGES: [&str; 7] =
    ["validator_cores", "validator_downlink", "validator_uplink", "validator_disk", "blocks", "provers", "watchers"];

/// What is wrong with the name or the unit of a figure of these designs: `metric` or `unit`, and why.
pub(crate) fn fault<'s>(
    metric: &str,
    unit: &str,
    systems: impl Iterator<Item = &'s SystemSpec>,
) -> Option<(&'static str, String)> {
    let names = Names::of(systems);
    let patterns = || FIGURES.iter().flat_map(|(unit, patterns)| patterns.iter().map(|pattern| (*unit, *pattern)));
    // A name in full goes before one with a star.
    let exact = patterns().find(|(_, pattern)| *pattern == metric);
    let found = exact
        .or_else(|| patterns().find(|(_, pattern)| star(pattern, metric).is_some_and(|name| names.has(pattern, name))));
    let Some((of, _)) = found else {
        let all: Vec<String> = patterns().flat_map(|(_, pattern)| names.fill(pattern, metric)).collect();
        let meant = nearest(metric, all.iter().map(String::as_str));
        let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        return Some(("metric", format!("no outcome has a figure `{metric}`{meant}")));
    };
    conversion(of, unit).is_none().then(|| ("unit", format!("`{metric}` is in {of}, which cannot be given in {unit}")))
}

/// What stands for the star of a pattern in a name.
fn star<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    let (before, after) = pattern.split_once('*')?;
    name.strip_prefix(before)?.strip_suffix(after).filter(|name| !name.is_empty())
}

/// Names that may stand for a star.
#[derive(Default)]
struct Names<'s> {
    tiers: Vec<&'s str>,
    nodes: Vec<&'s str>,
    provers: Vec<&'s str>,
}

impl<'s> Names<'s> {
    fn of(systems: impl Iterator<Item = &'s SystemSpec>) -> Self {
        fn keys<T>(map: &BTreeMap<String, T>) -> impl Iterator<Item = &str> {
            map.keys().map(String::as_str)
        }
        let mut names = Self::default();
        for system in systems {
            names.tiers.extend(keys(&system.tiers));
            names.nodes.extend(system.nodes.iter().flat_map(|nodes| keys(&nodes.kind)));
            names.provers.extend(system.market.iter().flat_map(|market| keys(&market.kind)));
        }
        names
    }

    /// All names for the star of a pattern; nothing where they are not known beforehand.
    fn of_pattern(&self, pattern: &str) -> Option<&[&'s str]> {
        match pattern.split(['.', '_']).next()? {
            "capacity" | "utilization" | "votes" => Some(&STAGES),
            "fee" | "user" | "service" => Some(&self.tiers),
            "node" => Some(&self.nodes),
            "prover" => Some(&self.provers),
            _ => None,
        }
    }

    fn has(&self, pattern: &str, name: &str) -> bool {
        self.of_pattern(pattern).is_none_or(|known| known.contains(&name))
    }

    /// The names that a pattern stands for; where they are not known, with what stands at that place of another name.
    fn fill(&self, pattern: &str, metric: &str) -> Vec<String> {
        if !pattern.contains('*') {
            return vec![pattern.to_owned()];
        }
        let said = metric.split('.').nth(1).into_iter().collect::<Vec<_>>();
        self.of_pattern(pattern).unwrap_or(&said).iter().map(|name| pattern.replace('*', name)).collect()
    }
}
