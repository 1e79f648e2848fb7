//! The section `nodes`: what kinds of node do, cost and earn.

use models::fees::study::FeeStudy;
use models::fleet::HOURS_PER_MONTH;
use models::market::study::MarketStudy;
use models::nodes::{Kind, NodeStudy};
use models::priority::Discipline;
use models::systems::layered::Proving;
use models::validators::Validation;

use super::{Economy, SectionFaults};
use crate::spec::Book;
use crate::systems::layered::blueprint::Blueprint;
use crate::systems::layered::spec::LayeredSpec;
use crate::systems::layered::spec::economy::{DisciplineSpec, NodeKind, NodesSpec};

/// The nodes that a scenario asks for; every fault is added to `found`.
pub(super) fn study(
    nodes: &NodesSpec,
    spec: &LayeredSpec,
    token_usd: f64,
    (fees, market): (Option<&FeeStudy>, Option<&MarketStudy>),
    blueprint: &Blueprint,
    found: &mut SectionFaults,
) -> Option<NodeStudy> {
    if spec.fees.is_none() && nodes.fee_share.value() > 0.0 {
        found.add("nodes.fee_share", "there are no fees to share: the scenario has no section `fees`".into());
    }
    if nodes.kind.is_empty() {
        found.add("nodes.kind", "at least one kind of node is needed, as `[nodes.kind.cpu]`".into());
    }
    let system = &blueprint.system;
    let block = system.load_per_s * system.slot.as_secs_f64() / system.shards as f64;
    let fees_usd = fees.map_or(0.0, FeeStudy::equilibrium_revenue_usd) * nodes.fee_share.value();
    found.0.is_empty().then(|| NodeStudy {
        kinds: nodes.kind.iter().map(|(name, kind)| self::kind(name, kind, blueprint)).collect(),
        block: system.block_cap.map_or(block, |cap| block.min(cap as f64)),
        blocks_per_slot: match system.validation {
            Validation::EveryTransaction => system.shards,
            Validation::OwnShard => 1,
        },
        slot: system.slot,
        proof_s: proof_s(&system.proving, block * system.shards as f64),
        write_off_months: spec.validators.lifetime.seconds() / 3_600.0 / HOURS_PER_MONTH,
        stake_usd: nodes.stake * token_usd,
        stake_yield: nodes.stake_yield.value(),
        fees_usd: fees_usd / spec.validators.count as f64,
        proving_usd: nodes.proving_income.usd_per_month(),
        market_speed: market.map_or(0.0, |market| 1.0 / (market.machines * blueprint.servers_per_machine()) as f64),
    })
}

/// Finds checks that no book knows: a design need not have all that a node is faster at.
pub(super) fn check_speedups(nodes: &NodesSpec, book: &Book, found: &mut SectionFaults) {
    let known = book.costs.keys().cloned().collect::<Vec<_>>().join(", ");
    for (name, kind) in &nodes.kind {
        for check in kind.speedup.keys().filter(|check| !book.costs.contains_key(*check)) {
            let message = format!("the book has no cost `{check}`; costs: {known}");
            found.add(&format!("nodes.kind.{name}.speedup.{check}"), message);
        }
    }
}

fn kind(name: &str, kind: &NodeKind, blueprint: &Blueprint) -> Kind {
    let faster = |check: &String| kind.speedup.get(check).copied().unwrap_or(1.0);
    Kind {
        name: name.to_owned(),
        cores: kind.cores,
        check_s: blueprint.checks.iter().map(|(check, seconds)| seconds / faster(check)).sum(),
        purchase_usd: kind.purchase.usd(),
        hosting_usd: kind.hosting.usd_per_month(),
        proves: kind.proves.map(|discipline| match discipline {
            DisciplineSpec::Preemptive => Discipline::PreemptiveResume,
            DisciplineSpec::NonPreemptive => Discipline::NonPreemptive,
        }),
    }
}

/// Time of one server of the book for one proof: a leaf as full as it gets from the transactions of a slot.
fn proof_s(proving: &Proving, per_slot: f64) -> f64 {
    match proving {
        Proving::BeforeInclusion { service_s } => *service_s,
        Proving::Epoch(plan) => {
            let segment = per_slot * plan.segment_slots as f64 / plan.lanes as f64;
            let most = plan.leaf.transactions.map_or(f64::INFINITY, |most| most as f64);
            plan.leaf.work.seconds(segment.min(most))
        }
    }
}

/// What the study rests on.
pub(super) fn note(nodes: &NodesSpec, economy: &mut Economy) {
    let earns = match economy.market {
        Some(_) => {
            "it earns by proving what one server of the book earns that joins the prover market in the node's idle time; \
             `nodes.proving_income` is the source's claim beside it"
        }
        None => "a node that only proves would earn what `nodes.proving_income` says",
    };
    economy.assumptions.push(format!(
        "nodes: the operators' ledger, apart from the network's bill; a node either validates or proves, a proof is one \
         leaf on one server of the book; {earns}"
    ));
    for (name, kind) in &nodes.kind {
        let key = |key: &str| format!("nodes.kind.{name}.{key}");
        economy.input(&format!("node: {name}: purchase"), &key("purchase"), kind.purchase.usd(), "USD");
        economy.input(&format!("node: {name}: hosting"), &key("hosting"), kind.hosting.usd_per_month(), "USD/month");
    }
    economy.input("node: proving income", "nodes.proving_income", nodes.proving_income.usd_per_month(), "USD/month");
}
