//! A prover fleet that turns an epoch's blocks into one proof: leaves over transactions, merged up a tree.
//!
//! Model: the slots of an epoch are divided into segments (of all shards together, or of each shard); a segment that
//! closes is proven as leaves of at most so many transactions, whose proofs are merged two at a time. Above it every
//! level merges so many nodes, or all that the epoch has. A node starts when its last child is done; missing children
//! delay their own ancestors only. Leaves and merges share one station, first come first served.
//!
//! Assumptions: a proof runs on one server; a round of merges starts when the round before it is done; the last group
//! of a level is as small as the epoch leaves it. Source: fork–join on a G^X/D/c station ([`crate::station`]);
//! recursive composition as in E. Ben-Sasson et al., "Scalable zero knowledge via cycles of elliptic curves" (2014).
//! Leaves out: transfer of proofs between machines, failures, proofs thrown away by reverts.

use std::collections::BTreeMap;

use sim::{Schedule, Span};

use crate::station::Station;
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

/// What it takes to make one proof out of several.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Merge {
    /// Service per pair of proofs that become one, in seconds.
    pub pair_s: f64,
    /// Service once per node, in seconds.
    pub node_s: f64,
}

impl Merge {
    /// Work of a node with so many inputs, in server-seconds.
    pub fn work(&self, inputs: u64) -> f64 {
        self.pair_s * inputs.saturating_sub(1) as f64 + self.node_s
    }
}

/// A level of the tree above the segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Name for reports.
    pub name: String,
    /// Children of one node; `None`: all nodes of the epoch.
    pub arity: Option<u64>,
    /// Work of a node.
    pub merge: Merge,
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
    /// Nodes per lane on each level, segments first; a level of unlimited arity has one node in all.
    pub fn nodes_per_lane(&self) -> Vec<u64> {
        let mut nodes = vec![self.slots_per_epoch.div_ceil(self.segment_slots)];
        for level in &self.levels {
            let below = nodes[nodes.len() - 1];
            nodes.push(level.arity.map_or(1, |arity| below.div_ceil(arity)));
        }
        nodes
    }

    /// Server-seconds for one epoch in which every lane and slot gets the mean number of transactions.
    pub fn work_per_epoch(&self, transactions: f64) -> f64 {
        let nodes = self.nodes_per_lane();
        let slots_total = (self.slots_per_epoch * self.lanes) as f64;
        let mut work = 0.0;
        let full = self.slots_per_epoch / self.segment_slots;
        let last = self.slots_per_epoch % self.segment_slots;
        for (segments, slots) in [(full, self.segment_slots), (u64::from(last > 0), last)] {
            let size = transactions * slots as f64 / slots_total;
            work += (segments * self.lanes) as f64 * self.segment_work(size);
        }
        let mut below = nodes[0] * self.lanes;
        for (level, per_lane) in self.levels.iter().zip(&nodes[1..]) {
            let here = if level.arity.is_none() { 1 } else { per_lane * self.lanes };
            work += level.merge.pair_s * below.saturating_sub(here) as f64 + level.merge.node_s * here as f64;
            below = here;
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
        leaf_work + self.segment_merge.pair_s * (leaves - 1.0).max(0.0) + self.segment_merge.node_s
    }
}

/// A node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    epoch: u32,
    level: u32,
    index: u32,
}

/// What the fleet waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// So many proofs of a node are there and remain to be merged.
    Merge(Node, u64),
    /// The node's proof is complete.
    Done(Node),
}

/// The prover fleet with the trees of the epochs in flight.
#[derive(Debug, Clone)]
pub struct Provers {
    plan: ProofPlan,
    station: Station,
    nodes_per_lane: Vec<u64>,
    /// Transactions to prove in the open segment of each lane.
    open: Vec<u64>,
    /// By epoch: children still missing, by level above the segments and node.
    missing: BTreeMap<u32, Vec<Vec<u64>>>,
}

impl Provers {
    /// An idle fleet of so many servers.
    pub fn new(plan: ProofPlan, servers: u64) -> Self {
        assert!(
            plan.levels.last().is_none_or(|level| level.arity.is_none()),
            "the last level of a proof tree merges all that the epoch has"
        );
        assert!(
            !plan.levels.is_empty() || plan.lanes * plan.slots_per_epoch.div_ceil(plan.segment_slots) == 1,
            "without levels an epoch is one segment"
        );
        let nodes_per_lane = plan.nodes_per_lane();
        let open = vec![0; plan.lanes as usize];
        Self { plan, station: Station::new(servers), nodes_per_lane, open, missing: BTreeMap::new() }
    }

    /// Service given and promised since the start, in server-seconds.
    pub fn work(&self) -> f64 {
        self.station.work()
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
            let index = (lane * self.nodes_per_lane[0] + segment) as u32;
            self.prove_leaves(Node { epoch, level: 0, index }, transactions, schedule);
        }
    }

    /// Something is done; returns the epoch whose proof is now complete, if one is.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Option<u32> {
        match event {
            Event::Merge(node, inputs) => {
                let merge = self.merge_of(node);
                if inputs > 1 && merge.pair_s > 0.0 {
                    let round = self.station.submit(schedule.now(), inputs / 2, Span::from_secs_f64(merge.pair_s));
                    schedule.at(round.last_done, Event::Merge(node, inputs.div_ceil(2)));
                } else if merge.node_s > 0.0 {
                    let proof = self.station.submit(schedule.now(), 1, Span::from_secs_f64(merge.node_s));
                    schedule.at(proof.last_done, Event::Done(node));
                } else {
                    return self.complete(node, schedule);
                }
                None
            }
            Event::Done(node) => self.complete(node, schedule),
        }
    }

    fn prove_leaves(&mut self, node: Node, transactions: u64, schedule: &mut impl Schedule<Event = Event>) {
        let (full, rest) = self.plan.leaf.split(transactions);
        let now = schedule.now();
        let mut done = now;
        for (jobs, size) in [(full, self.plan.leaf.transactions.unwrap_or(0)), (u64::from(rest > 0), rest)] {
            if jobs > 0 {
                let service = self.plan.leaf.work.span(size as f64);
                done = done.max(self.station.submit(now, jobs, service).last_done);
            }
        }
        schedule.at(done, Event::Merge(node, full + u64::from(rest > 0)));
    }

    fn merge_of(&self, node: Node) -> Merge {
        match node.level.checked_sub(1) {
            None => self.plan.segment_merge,
            Some(level) => self.plan.levels[level as usize].merge,
        }
    }

    /// A node's proof is complete: its parent has one child less to wait for.
    fn complete(&mut self, node: Node, schedule: &mut impl Schedule<Event = Event>) -> Option<u32> {
        let level = node.level as usize;
        let Some(parent_level) = self.plan.levels.get(level) else { return Some(node.epoch) };
        let below = self.nodes_per_lane[level];
        let (lane, place) = (u64::from(node.index) / below, u64::from(node.index) % below);
        let index = match parent_level.arity {
            Some(arity) => lane * self.nodes_per_lane[level + 1] + place / arity,
            None => 0,
        };
        let missing = self.missing.entry(node.epoch).or_insert_with(|| children(&self.plan, &self.nodes_per_lane));
        let left = &mut missing[level][index as usize];
        *left -= 1;
        if *left > 0 {
            return None;
        }
        let parent = Node { epoch: node.epoch, level: node.level + 1, index: index as u32 };
        let inputs = children_of(&self.plan, &self.nodes_per_lane, level, index);
        if parent.level as usize == self.plan.levels.len() {
            self.missing.remove(&node.epoch);
        }
        self.handle(Event::Merge(parent, inputs), schedule)
    }
}

/// Children of every node above the segments.
fn children(plan: &ProofPlan, nodes_per_lane: &[u64]) -> Vec<Vec<u64>> {
    (0..plan.levels.len())
        .map(|level| {
            let nodes = if plan.levels[level].arity.is_none() { 1 } else { nodes_per_lane[level + 1] * plan.lanes };
            (0..nodes).map(|index| children_of(plan, nodes_per_lane, level, index)).collect()
        })
        .collect()
}

/// Children of one node of `plan.levels[level]`.
fn children_of(plan: &ProofPlan, nodes_per_lane: &[u64], level: usize, index: u64) -> u64 {
    match plan.levels[level].arity {
        None => nodes_per_lane[level] * plan.lanes,
        Some(arity) => {
            let place = index % nodes_per_lane[level + 1];
            arity.min(nodes_per_lane[level] - place * arity)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Calendar, Time};

    fn plan(slots: u64, segment_slots: u64, lanes: u64, levels: Vec<Level>) -> ProofPlan {
        let merge = Merge { pair_s: 2.0, node_s: 0.0 };
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
        let merge = Merge { pair_s: 2.0, node_s: 0.0 };
        let level = |name: &str, arity| Level { name: name.into(), arity, merge };
        let plan = plan(5, 2, 1, vec![level("group", Some(2)), level("epoch", None)]);
        assert_eq!(prove_epoch(&plan, 100, 10).0, Time::from_secs_f64(11.0));
    }

    #[test]
    fn lanes_meet_at_the_root_and_work_is_what_the_plan_says() {
        let merge = Merge { pair_s: 0.5, node_s: 0.25 };
        let levels = vec![
            Level { name: "group".into(), arity: Some(3), merge },
            Level { name: "epoch".into(), arity: None, merge },
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
