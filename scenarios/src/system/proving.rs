//! The proof tree of an epoch from what a design says and what its book costs.
//!
//! Model: leaves, the nodes of segments, levels above them and the proof of a day, each with its cost, or proofs before
//! inclusion. A node's cost goes with what it covers where the book's does; a figure that is for no number of
//! transactions is the same for all. Leaves out: levels of different costs on one level.

use models::layered::Proving;
use models::proving::{Day, Leaf, Level, Merge, ProofPlan};
use models::work::WorkCurve;

use super::{Resolved, services};
use crate::costs::Cost;
use crate::ground::ProofCosts;
use crate::spec::{Machine, When};

impl Resolved<'_> {
    /// What is proven, with the costs of its parts; `None` where that cannot be.
    pub(super) fn proving(&mut self, slots_per_epoch: u64, machine: &Machine) -> Option<(Proving, ProofCosts)> {
        let spec = &self.spec.proving;
        let mut costs = self.costs_of_proofs(machine);
        let (demand, again_s) = self.demand(slots_per_epoch, machine);
        if spec.when == When::BeforeInclusion {
            let service_s = costs.leaf.curve().seconds(1.0);
            if service_s <= 0.0 {
                self.fault("proving.leaf", "proving before inclusion needs a leaf that takes time".into());
                return None;
            }
            return Some((Proving::BeforeInclusion { service_s }, costs));
        }
        let segment_slots = spec.segment_slots.unwrap_or(slots_per_epoch).min(slots_per_epoch);
        self.check_levels(slots_per_epoch.div_ceil(segment_slots));
        let levels = spec.levels.iter().zip(&costs.nodes).map(|(level, node)| Level {
            name: level.name.clone(),
            arity: level.arity,
            passes_lone: false,
            merge: self.merge(&level.node, node, &costs.pair, machine),
        });
        let day = spec.daily.as_ref().zip(costs.day.as_ref());
        let plan = ProofPlan {
            slots_per_epoch,
            segment_slots,
            lanes: if spec.per_shard { u64::from(self.spec.chain.shards) } else { 1 },
            leaf: Leaf {
                transactions: costs.leaf.transactions,
                work: costs.leaf.curve().plus(&WorkCurve::proportional(again_s)),
                spread: self.spread(&spec.leaf, &costs.leaf, &machine.instance),
            },
            segment_merge: self.merge(&spec.segment_node, &costs.segment_node, &costs.pair, machine),
            levels: levels.collect(),
            demand,
            discipline: services::discipline(spec.priority),
            day: day.map(|(daily, node)| Day {
                epochs: daily.epochs,
                merge: self.merge(&daily.node, node, &costs.pair, machine),
            }),
        };
        let nodes = spec.levels.iter().map(|level| &level.node).chain(spec.daily.as_ref().map(|daily| &daily.node));
        self.note_spread(&[&spec.leaf, &spec.pair, &spec.segment_node].into_iter().chain(nodes).collect::<Vec<_>>());
        let plan = self.with_a_leaf(plan, &mut costs.leaf);
        self.note_large_nodes(&plan, &costs);
        Some((Proving::Epoch(plan), costs))
    }

    fn costs_of_proofs(&mut self, machine: &Machine) -> ProofCosts {
        let spec = &self.spec.proving;
        let leaf = self.proof_cost("proving.leaf", &spec.leaf, machine);
        let pair = self.proof_cost("proving.pair", &spec.pair, machine);
        let segment_node = self.proof_cost("proving.segment_node", &spec.segment_node, machine);
        let nodes = spec.levels.iter().map(|level| self.proof_cost("proving.levels", &level.node, machine)).collect();
        let day = spec.daily.as_ref().map(|daily| self.proof_cost("proving.daily.node", &daily.node, machine));
        let witness = spec.witness.as_ref().map(|name| self.proof_cost("proving.witness", name, machine));
        ProofCosts { leaf, pair, segment_node, nodes, day, witness }
    }

    fn merge(&self, name: &str, node: &Cost, pair: &Cost, machine: &Machine) -> Merge {
        Merge {
            pair_s: pair.curve().seconds(1.0),
            node: node.curve(),
            pair_spread: self.spread(&self.spec.proving.pair, pair, &machine.instance),
            node_spread: self.spread(name, node, &machine.instance),
        }
    }

    /// The plan with as many transactions in a leaf as the design or the sizing takes, and the cost of that leaf.
    fn with_a_leaf(&mut self, plan: ProofPlan, leaf: &mut Cost) -> ProofPlan {
        let proven = self.proven_per_epoch();
        let of = |transactions: u64| {
            let leaf = Leaf { transactions: Some(transactions), ..plan.leaf.clone() };
            ProofPlan { leaf, ..plan.clone() }
        };
        self.choose_leaf(leaf, self.sizing, |transactions| of(transactions).mean_work(proven));
        leaf.transactions.map_or_else(|| plan.clone(), of)
    }

    /// Transactions to prove in a mean epoch.
    fn proven_per_epoch(&self) -> f64 {
        let proven = self.spec.tiers.values().filter(|tier| tier.proven).map(|tier| tier.share.value()).sum::<f64>();
        self.spec.load.rate.per_second() * proven * self.spec.chain.epoch.seconds()
    }

    /// Says where a node covers more than what its cost is known for.
    fn note_large_nodes(&mut self, plan: &ProofPlan, costs: &ProofCosts) {
        let of_epoch = self.proven_per_epoch();
        let rows = plan.tree().rows();
        let covers = rows.iter().map(|row| of_epoch / row.nodes() as f64);
        let days = plan.day.map(|day| of_epoch * day.epochs as f64);
        let nodes = std::iter::once(&costs.segment_node).chain(&costs.nodes).chain(&costs.day);
        for ((name, cost), covers) in plan.level_names().iter().skip(1).zip(nodes).zip(covers.chain(days)) {
            let known = cost.transactions.filter(|known| (*known as f64) < covers);
            if let Some(known) = known.filter(|_| cost.curve().seconds(covers) != cost.curve().seconds(1.0)) {
                let what =
                    format!("extrapolated: {name}: about {covers:.0} transactions, its cost is for up to {known}");
                self.remarks.assumptions.push(what);
            }
        }
    }

    fn check_levels(&mut self, segments: u64) {
        let spec = &self.spec.proving;
        let lanes = if spec.per_shard { self.spec.chain.shards } else { 1 };
        match spec.levels.split_last() {
            None if segments * u64::from(lanes) > 1 => {
                self.fault("proving.levels", "an epoch of several segments needs a level that merges them".into());
            }
            Some((last, _)) if last.arity.is_some() => {
                self.fault(
                    "proving.levels",
                    format!("the last level, `{}`, must have no arity: it merges all", last.name),
                );
            }
            Some((_, below)) if below.iter().any(|level| level.arity.is_none()) => {
                self.fault("proving.levels", "only the last level may have no arity".into());
            }
            _ => {}
        }
    }
}
