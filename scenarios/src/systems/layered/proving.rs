//! The proof tree of an epoch from what a design says and what its book costs.
//!
//! Model: leaves, the nodes of segments, levels above them and the proof of a day, each with its cost, or proofs before
//! inclusion. A node's cost goes with what it covers where the book's does; a figure that is for no number of
//! transactions is the same for all. Leaves out: levels of different costs on one level.

use models::proving::servers::Discipline;
use models::proving::{Day, Leaf, Level, Merge, ProofPlan};
use models::systems::layered::Proving;
use models::work::WorkCurve;

use super::Resolved;
use crate::costs::Cost;
use crate::machines::Rented;
use crate::spec::Machine;
use crate::systems::layered::blueprint::ProofCosts;
use crate::systems::layered::spec::{PrioritySpec, When};

impl Resolved<'_> {
    /// What is proven, with the costs of its parts; `None` where that cannot be.
    pub(super) fn proving(&mut self, slots_per_epoch: u64, provers: &Rented) -> Option<(Proving, ProofCosts)> {
        let (spec, machine) = (&self.spec.proving, &provers.machine);
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
        self.check_leaf(&costs.leaf);
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
                spread: self.spreads().of(&spec.leaf, &costs.leaf, &machine.instance),
            },
            segment_merge: self.merge(&spec.segment_node, &costs.segment_node, &costs.pair, machine),
            levels: levels.collect(),
            demand,
            discipline: discipline(spec.priority),
            day: day.map(|(daily, node)| Day {
                epochs: daily.epochs,
                merge: self.merge(&daily.node, node, &costs.pair, machine),
            }),
        };
        let nodes = spec.levels.iter().map(|level| &level.node).chain(spec.daily.as_ref().map(|daily| &daily.node));
        let names: Vec<&String> = [&spec.leaf, &spec.pair, &spec.segment_node].into_iter().chain(nodes).collect();
        self.remarks.assumptions.extend(self.spreads().assumed(&names));
        let plan = self.with_a_leaf(plan, &mut costs.leaf);
        self.note_large_nodes(&plan, &costs);
        Some((Proving::Epoch(plan), costs))
    }

    /// A leaf of an unknown number of transactions would be one for each segment, whatever the load.
    fn check_leaf(&mut self, leaf: &Cost) {
        let name = &self.spec.proving.leaf;
        let message = match &leaf.other_sizes {
            Some(unit) => format!(
                "the sizes of `{name}` are {unit}, and a leaf proof is of transactions: measure an operation whose \
                 `size_unit` is \"transactions\", or state one size of it with `from = \"claimed\"`"
            ),
            None if leaf.transactions.is_none() && !leaf.any_number && !leaf.parts.is_empty() => format!(
                "the cost `{name}` does not say how many transactions one proof is for; write `transactions = 1000`, or \
                 `transactions = \"any\"` where one proof of a segment takes the same time for any number"
            ),
            None => return,
        };
        self.fault("proving.leaf", message);
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
            pair_spread: self.spreads().of(&self.spec.proving.pair, pair, &machine.instance),
            node_spread: self.spreads().of(name, node, &machine.instance),
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

/// The discipline of the fleet.
fn discipline(priority: PrioritySpec) -> Discipline {
    match priority {
        PrioritySpec::OldestFirst => Discipline::OldestFirst,
        PrioritySpec::FirstComeFirstServed => Discipline::FirstComeFirstServed,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Calibrations, Case, Fault, Sizing};

    fn case(leaf: &str) -> Result<Case, Vec<Fault>> {
        let changes = ["proving.leaf=shard_block".to_owned(), format!("books.claimed.costs.shard_block=[{leaf}]")];
        let scenario = crate::open("layered", &changes).unwrap_or_else(|problems| panic!("{problems}"));
        scenario.case("optimistic", "claimed", Sizing::Sized, &Calibrations::default())
    }

    #[test]
    fn a_leaf_says_how_many_transactions_it_is_for() {
        let silent = r#"{ from = "claimed", time = "30 s", source = "a test" }"#;
        let faults = case(silent).expect_err("nobody knows how many leaves there are");
        assert!(faults.iter().any(|(_, why)| why.contains("`transactions = \"any\"`")), "{faults:?}");
        let published = r#"{ from = "published", operation = "sp1_recursion_reduce", machine = "RTX4090" }"#;
        case(published).expect_err("a published row is no better");

        let servers =
            |leaf: &str| case(leaf).unwrap_or_else(|faults| panic!("{faults:?}")).system.layered().prover_servers;
        let thousand = silent.replace("\"30 s\"", "\"30 s\", transactions = 1000");
        // 50,000 tx/s are fifty such proofs a second, of 30 s on a server each.
        assert!((1_500..2_500).contains(&servers(&thousand)), "{}", servers(&thousand));
        let any = silent.replace("\"30 s\"", "\"30 s\", transactions = \"any\"");
        assert!(servers(&any) < 100, "one proof an epoch, on one machine: {}", servers(&any));
    }
}
