//! A prover fleet that turns an epoch's blocks into one proof: leaves over transactions, merged up a tree.
//!
//! Model: the slots of an epoch are divided into segments (of all shards together, or of each shard); a segment that
//! closes is proven as leaves of at most so many transactions, and is a lowest node of the epoch's tree
//! ([`crate::tree`]), which is folded as its nodes become ready ([`crate::tree::folding`]).
//!
//! Assumptions: those of the tree; a segment is proven when its last slot has ended, not before.
//! Source: fork–join on a G^X/D/c station ([`crate::station`]). Leaves out: proofs thrown away by reverts (the fold can
//! revoke a segment).

use sim::Schedule;

pub use crate::tree::folding::Event;
pub use crate::tree::{Level, Merge};

use crate::tree::Tree;
use crate::tree::folding::Folding;
use crate::work::WorkCurve;

/// How the transactions of one segment become leaf proofs.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// The most transactions in one leaf; `None`: one leaf holds the whole segment.
    pub transactions: Option<u64>,
    /// Service of a leaf as a function of its transactions.
    pub work: WorkCurve,
}

impl Leaf {
    /// Full leaves and the size of the last, smaller one (0: none) for `transactions` transactions.
    pub fn split(&self, transactions: u64) -> (u64, u64) {
        match self.transactions {
            Some(most) => (transactions / most, transactions % most),
            None => (0, transactions),
        }
    }

    /// Number of leaves for `transactions` transactions.
    pub fn count(&self, transactions: u64) -> u64 {
        let (full, rest) = self.split(transactions);
        full + u64::from(rest > 0)
    }
}

/// The shape of an epoch's proof.
#[derive(Debug, Clone, PartialEq)]
pub struct ProofPlan {
    /// Slots in an epoch.
    pub slots_per_epoch: u64,
    /// Slots in a segment.
    pub segment_slots: u64,
    /// Number of lanes that have segments of their own: the shards, or 1 for all shards together.
    pub lanes: u64,
    /// Leaves of a segment.
    pub leaf: Leaf,
    /// Merging of a segment's leaves.
    pub segment_merge: Merge,
    /// Levels above the segments. The last one merges all that the epoch has.
    pub levels: Vec<Level>,
}

impl ProofPlan {
    /// The tree over the segments of an epoch.
    pub fn tree(&self) -> Tree {
        Tree {
            lanes: self.lanes,
            lowest_per_lane: self.slots_per_epoch.div_ceil(self.segment_slots),
            lowest: self.segment_merge,
            levels: self.levels.clone(),
        }
    }

    /// Server-seconds for one epoch in which every lane and slot gets the mean number of transactions; the nodes of a
    /// level are taken to cover the mean of the level.
    pub fn work_per_epoch(&self, transactions: f64) -> f64 {
        let slots_total = (self.slots_per_epoch * self.lanes) as f64;
        let mut work = 0.0;
        let full = self.slots_per_epoch / self.segment_slots;
        let last = self.slots_per_epoch % self.segment_slots;
        for (segments, slots) in [(full, self.segment_slots), (u64::from(last > 0), last)] {
            let size = transactions * slots as f64 / slots_total;
            work += (segments * self.lanes) as f64 * self.segment_work(size);
        }
        let rows = self.tree().rows();
        for (level, pair) in self.levels.iter().zip(rows.windows(2)) {
            let (below, here) = (pair[0].nodes(), pair[1].nodes());
            let node_s = level.merge.node.seconds(transactions / here as f64);
            work += level.merge.pair_s * below.saturating_sub(here) as f64 + node_s * here as f64;
        }
        work
    }

    /// Server-seconds for a segment of so many transactions on average.
    fn segment_work(&self, transactions: f64) -> f64 {
        let (leaves, leaf_work) = match self.leaf.transactions {
            // The last leaf of a segment is on average half full; its work is taken at the mean.
            Some(most) if transactions >= most as f64 => {
                let leaves = transactions / most as f64;
                (leaves + 0.5, leaves * self.leaf.work.seconds(most as f64))
            }
            _ => (1.0, self.leaf.work.seconds(transactions)),
        };
        leaf_work + self.segment_merge.pair_s * (leaves - 1.0).max(0.0) + self.segment_merge.node.seconds(transactions)
    }
}

/// The prover fleet with the trees of the epochs in flight.
#[derive(Debug, Clone)]
pub struct Provers {
    plan: ProofPlan,
    folding: Folding,
    segments_per_lane: u64,
    /// Transactions to prove in the open segment of each lane.
    open: Vec<u64>,
}

impl Provers {
    /// An idle fleet of so many servers; asserts that the plan ends in one proof.
    pub fn new(plan: ProofPlan, servers: u64) -> Self {
        let tree = plan.tree();
        let (segments_per_lane, open) = (tree.lowest_per_lane, vec![0; plan.lanes as usize]);
        Self { folding: Folding::new(tree, servers), segments_per_lane, open, plan }
    }

    /// The trees in flight, and what every level has done.
    pub fn folding(&self) -> &Folding {
        &self.folding
    }

    /// Service given and promised since the start, in server-seconds.
    pub fn work(&self) -> f64 {
        self.folding.work()
    }

    /// A block of a shard has been voted for: its transactions belong to the shard's open segment.
    pub fn include(&mut self, shard: usize, transactions: u64) {
        let lane = shard % self.open.len();
        self.open[lane] += transactions;
    }

    /// A slot has ended: segments that end with it are proven.
    pub fn close_slot(&mut self, epoch: u32, slot: u64, schedule: &mut impl Schedule<Event = Event>) {
        let last = slot + 1 == self.plan.slots_per_epoch;
        if !last && !(slot + 1).is_multiple_of(self.plan.segment_slots) {
            return;
        }
        let segment = slot / self.plan.segment_slots;
        for lane in 0..self.plan.lanes {
            let transactions = std::mem::take(&mut self.open[lane as usize]);
            let (full, rest) = self.plan.leaf.split(transactions);
            let service = |size: u64| self.plan.leaf.work.span(size as f64);
            let leaves =
                [(full, service(self.plan.leaf.transactions.unwrap_or(0))), (u64::from(rest > 0), service(rest))];
            self.folding.begin(epoch, lane * self.segments_per_lane + segment, &leaves, transactions, schedule);
        }
    }

    /// Something is done; returns the epoch whose proof is now complete, if one is.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Option<u32> {
        self.folding.handle(event, schedule).map(|proof| proof.tree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Calendar, Time};

    fn plan(slots: u64, segment_slots: u64, lanes: u64, levels: Vec<Level>) -> ProofPlan {
        let merge = Merge { pair_s: 2.0, node: WorkCurve::default() };
        let leaf = Leaf { transactions: Some(10), work: WorkCurve::proportional(0.1) };
        ProofPlan { slots_per_epoch: slots, segment_slots, lanes, leaf, segment_merge: merge, levels }
    }

    /// Runs one epoch with one-second slots and `per_block` transactions a block; returns when its proof is complete.
    fn prove_epoch(plan: &ProofPlan, servers: u64, per_block: u64) -> (Time, f64) {
        let mut provers = Provers::new(plan.clone(), servers);
        let mut calendar: Calendar<Option<Event>> = Calendar::new();
        for slot in 1..=plan.slots_per_epoch {
            calendar.at(Time::from_secs_f64(slot as f64), None);
        }
        let mut slot = 0;
        while let Some((now, event)) = calendar.pop() {
            let Some(event) = event else {
                (0..plan.lanes as usize).for_each(|shard| provers.include(shard, per_block));
                provers.close_slot(0, slot, &mut calendar.scope(Some));
                slot += 1;
                continue;
            };
            if provers.handle(event, &mut calendar.scope(Some)).is_some() {
                return (now, provers.work());
            }
        }
        panic!("the epoch was never proven");
    }

    #[test]
    fn one_segment_by_hand() {
        // 4 slots of 10 transactions: 4 leaves of 1 s on 2 servers end at 4 + 2 s; 2 pairs of 2 s, then 1 pair: 10 s.
        assert_eq!(prove_epoch(&plan(4, 4, 1, Vec::new()), 2, 10).0, Time::from_secs_f64(10.0));
    }

    #[test]
    fn partial_last_groups_by_hand() {
        // 5 slots, segments of 2 slots: 3 segments (2, 2, 1 slots) of 2, 2, 1 leaves; arity 2: 2 nodes of 2 and 1
        // children; the root merges 2. Many servers. Segments end at 2 + 1 + 2, 4 + 1 + 2 and 5 + 1: the first node at
        // 7 + 2 = 9 s, the second at 6 s without a merge, the root at 9 + 2 = 11 s.
        let merge = Merge { pair_s: 2.0, node: WorkCurve::default() };
        let level = |name: &str, arity| Level { name: name.into(), arity, passes_lone: false, merge };
        let plan = plan(5, 2, 1, vec![level("group", Some(2)), level("epoch", None)]);
        assert_eq!(prove_epoch(&plan, 100, 10).0, Time::from_secs_f64(11.0));
    }

    #[test]
    fn lanes_meet_at_the_root_and_work_is_what_the_plan_says() {
        let merge = Merge { pair_s: 0.5, node: WorkCurve::constant(0.25) };
        let levels = vec![
            Level { name: "group".into(), arity: Some(3), passes_lone: false, merge },
            Level { name: "epoch".into(), arity: None, passes_lone: false, merge },
        ];
        for (slots, segment, lanes) in [(16, 4, 8), (17, 4, 3), (100, 7, 2)] {
            let plan = plan(slots, segment, lanes, levels.clone());
            let (_, work) = prove_epoch(&plan, 1_000, 40);
            // 40 transactions are whole leaves, so the plan's half leaf per segment is the only difference: one pair each.
            let segments = (slots.div_ceil(segment) * lanes) as f64;
            let expected =
                plan.work_per_epoch((40 * slots * lanes) as f64) - segments * 0.5 * plan.segment_merge.pair_s;
            assert!((work - expected).abs() < 1e-6, "{slots} slots: work {work}, plan {expected}");
        }
    }
}
