//! A proof tree as data: what every level joins, and what a node costs as a function of what it covers.
//!
//! Model: lanes (shards, or one) have so many lowest nodes each; every level above joins so many neighbours of a lane,
//! or everything that there is, across lanes. The last group of a lane is as small as the lane leaves it. A node joins
//! its inputs two at a time, in rounds, and then does work that depends on the transactions that it covers.
//! The layered design's witness, shard block, shard epoch, global epoch and daily proofs are one instance, a binary
//! tree over n leaves another, the day's proof over 24 epochs a third.
//!
//! Assumptions: neighbours in time are joined, so the shape is known before anything is proven; costs are seconds of
//! one server of the fleet that the tree runs on.
//! Source: recursive composition as in E. Ben-Sasson et al., "Scalable zero knowledge via cycles of elliptic curves"
//! (2014). Leaves out: trees that adapt to what is ready first; several kinds of machines in one tree.
//! The part that folds is [`folding`]; who reads the last proof is [`light_client`].

pub mod folding;
pub mod light_client;

use crate::work::WorkCurve;

/// What it takes to make one proof out of several.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Merge {
    /// Service per pair of proofs that become one, in seconds.
    pub pair_s: f64,
    /// Service once per node, as a function of the transactions that it covers.
    pub node: WorkCurve,
    /// Coefficient of variation of the service of a pair.
    pub pair_spread: f64,
    /// Coefficient of variation of the service of a node.
    pub node_spread: f64,
}

impl Merge {
    /// The same work, of which every pair and every node takes its mean.
    pub fn without_spread(&self) -> Self {
        Self { pair_spread: 0.0, node_spread: 0.0, ..*self }
    }

    /// Work of a node with so many inputs that covers so many transactions, in server-seconds.
    pub fn work_s(&self, inputs: u64, transactions: f64) -> f64 {
        self.pair_s * inputs.saturating_sub(1) as f64 + self.node.seconds(transactions)
    }

    /// Time from the last input to the proof when no server has to be waited for, in seconds: a round of pairs for
    /// every halving, then the node itself.
    pub fn duration_s(&self, inputs: u64, transactions: f64) -> f64 {
        f64::from(rounds(inputs)) * self.pair_s + self.node.seconds(transactions)
    }
}

/// Rounds of joining two at a time that make one out of so many: ⌈log₂ n⌉.
pub fn rounds(inputs: u64) -> u32 {
    inputs.max(1).next_power_of_two().ilog2()
}

/// A level of the tree above the lowest nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Name for reports.
    pub name: String,
    /// Children of one node, of one lane; `None`: all nodes of all lanes.
    pub arity: Option<u64>,
    /// Whether an only child is passed up as it is, instead of being proven again.
    pub passes_lone: bool,
    /// Work of a node.
    pub merge: Merge,
}

/// The nodes of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Lanes that are still apart.
    pub lanes: u64,
    /// Nodes of each lane; those of a lane are numbered one after another.
    pub per_lane: u64,
}

impl Row {
    /// All nodes of the level.
    pub fn nodes(&self) -> u64 {
        self.lanes * self.per_lane
    }
}

/// What a level does when no server has to be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LevelProfile {
    /// Nodes.
    pub nodes: u64,
    /// Work of all of them, in server-seconds.
    pub work_s: f64,
    /// What the level adds to the critical path, in seconds.
    pub critical_s: f64,
}

/// A proof tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Lanes with lowest nodes of their own.
    pub lanes: u64,
    /// Lowest nodes of a lane.
    pub lowest_per_lane: u64,
    /// Work of a lowest node, above the leaves that are its inputs.
    pub lowest: Merge,
    /// Levels above, from the lowest up; the last has one node.
    pub levels: Vec<Level>,
}

impl Tree {
    /// A binary tree over so many leaves: `leaves` − 1 joins, ⌈log₂ `leaves`⌉ levels.
    pub fn binary(leaves: u64, join: WorkCurve) -> Self {
        let merge = Merge { node: join, ..Merge::default() };
        let level = |number| Level { name: format!("level {number}"), arity: Some(2), passes_lone: true, merge };
        let levels = (1..=rounds(leaves)).map(level).collect();
        Self { lanes: 1, lowest_per_lane: leaves, lowest: Merge::default(), levels }
    }

    /// One node over so many proofs: a day's proof over its epochs.
    pub fn join(name: &str, inputs: u64, merge: Merge) -> Self {
        let level = Level { name: name.to_owned(), arity: None, passes_lone: false, merge };
        Self { lanes: 1, lowest_per_lane: inputs, lowest: Merge::default(), levels: vec![level] }
    }

    /// The nodes of every level, lowest first.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = vec![Row { lanes: self.lanes, per_lane: self.lowest_per_lane }];
        for level in &self.levels {
            let below = rows[rows.len() - 1];
            rows.push(match level.arity {
                Some(arity) => Row { per_lane: below.per_lane.div_ceil(arity), ..below },
                None => Row { lanes: 1, per_lane: 1 },
            });
        }
        rows
    }

    /// Work of the nodes of a row: the lowest, or those of a level.
    pub fn merge(&self, row: usize) -> &Merge {
        row.checked_sub(1).map_or(&self.lowest, |level| &self.levels[level].merge)
    }

    /// The node of the row above that waits for this one; asserts that there is a row above.
    pub fn parent(&self, rows: &[Row], row: usize, index: u64) -> u64 {
        let below = rows[row].per_lane;
        match self.levels[row].arity {
            Some(arity) => index / below * rows[row + 1].per_lane + index % below / arity,
            None => 0,
        }
    }

    /// Children of a node above the lowest row.
    pub fn inputs(&self, rows: &[Row], row: usize, index: u64) -> u64 {
        let below = rows[row - 1];
        match self.levels[row - 1].arity {
            Some(arity) => arity.min(below.per_lane - index % rows[row].per_lane * arity),
            None => below.nodes(),
        }
    }

    /// Whether a node of a row above the lowest, with so many inputs, is only its child again.
    pub fn passes(&self, row: usize, inputs: u64) -> bool {
        inputs == 1 && self.levels[row - 1].passes_lone
    }

    /// Every level when the inputs of all lowest nodes are there at once and servers are plenty: the least time that
    /// the tree can take. `covered` has the transactions of every lowest node, lane by lane.
    pub fn profile(&self, covered: &[f64]) -> Vec<LevelProfile> {
        let rows = self.rows();
        assert_eq!(covered.len() as u64, rows[0].nodes(), "transactions are given for every lowest node");
        // For every node of the row: transactions, and what each level so far adds to its critical path.
        let mut nodes: Vec<(f64, Vec<f64>)> =
            covered.iter().map(|covered| (*covered, vec![self.lowest.node.seconds(*covered)])).collect();
        let lowest_work = nodes.iter().map(|(_, path)| path[0]).sum();
        let mut profile = vec![LevelProfile { nodes: rows[0].nodes(), work_s: lowest_work, critical_s: 0.0 }];
        for row in 1..rows.len() {
            let mut above = vec![(0.0, Vec::new()); rows[row].nodes() as usize];
            for (index, (covered, path)) in nodes.into_iter().enumerate() {
                let (total, longest) = &mut above[self.parent(&rows, row - 1, index as u64) as usize];
                *total += covered;
                if longest.is_empty() || path.iter().sum::<f64>() > longest.iter().sum::<f64>() {
                    *longest = path;
                }
            }
            let mut level = LevelProfile::default();
            for (index, (covered, path)) in above.iter_mut().enumerate() {
                let inputs = self.inputs(&rows, row, index as u64);
                let proven = !self.passes(row, inputs);
                level.nodes += u64::from(proven);
                level.work_s += if proven { self.merge(row).work_s(inputs, *covered) } else { 0.0 };
                path.push(if proven { self.merge(row).duration_s(inputs, *covered) } else { 0.0 });
            }
            profile.push(level);
            nodes = above;
        }
        assert_eq!(nodes.len(), 1, "a proof tree ends in one proof");
        profile.iter_mut().zip(&nodes[0].1).for_each(|(level, critical_s)| level.critical_s = *critical_s);
        profile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(seconds: f64) -> Merge {
        Merge { node: WorkCurve::constant(seconds), ..Merge::default() }
    }

    /// The layered design: shard block proofs of 64 blocks, shard epoch proofs of 12 of them, and one for all 8 shards.
    fn layered() -> Tree {
        let level = |name: &str, arity, seconds| Level {
            name: name.into(),
            arity,
            passes_lone: false,
            merge: constant(seconds),
        };
        Tree {
            lanes: 8,
            lowest_per_lane: 7_200u64.div_ceil(64),
            lowest: constant(30.0),
            levels: vec![level("shard epoch", Some(12), 60.0), level("global epoch", None, 120.0)],
        }
    }

    #[test]
    fn twelve_times_64_blocks_are_not_an_epoch() {
        // 768 blocks of 0.5 s are 6.4 minutes; 7,200 blocks are 112.5 block proofs, which are 9.375 times 12.
        let (tree, rows) = (layered(), layered().rows());
        assert_eq!(12.0 * 64.0 * 0.5 / 60.0, 6.4);
        assert_eq!(rows.iter().map(Row::nodes).collect::<Vec<_>>(), [113 * 8, 10 * 8, 1]);
        let inputs: Vec<u64> = (0..10).map(|index| tree.inputs(&rows, 1, index)).collect();
        assert_eq!(inputs, [12, 12, 12, 12, 12, 12, 12, 12, 12, 5]);
        assert_eq!(tree.inputs(&rows, 1, 7 * 10 + 9), 5, "in every shard");
        assert_eq!(tree.inputs(&rows, 2, 0), 80);
        let profile = tree.profile(&vec![1.0; 113 * 8]);
        let path: Vec<f64> = profile.iter().map(|level| level.critical_s).collect();
        assert_eq!(path, [30.0, 60.0, 120.0]);
        let work: Vec<f64> = profile.iter().map(|level| level.work_s).collect();
        assert_eq!(work, [904.0 * 30.0, 80.0 * 60.0, 120.0]);
    }

    #[test]
    fn every_node_is_an_input_of_one_parent() {
        for (lanes, per_lane, arities) in
            [(8, 113, vec![Some(12), None]), (3, 17, vec![Some(4), Some(3), None]), (5, 6, vec![None, Some(2)])]
        {
            let level = |arity: &Option<u64>| Level {
                name: String::new(),
                arity: *arity,
                passes_lone: false,
                merge: constant(1.0),
            };
            let levels = arities.iter().map(level).collect();
            let tree = Tree { lanes, lowest_per_lane: per_lane, lowest: constant(0.0), levels };
            let rows = tree.rows();
            for row in 1..rows.len() {
                let mut counted = vec![0; rows[row].nodes() as usize];
                (0..rows[row - 1].nodes()).for_each(|i| counted[tree.parent(&rows, row - 1, i) as usize] += 1);
                let stated: Vec<u64> = (0..rows[row].nodes()).map(|i| tree.inputs(&rows, row, i)).collect();
                assert_eq!(counted, stated, "{lanes} lanes, row {row}");
            }
        }
    }

    #[test]
    fn a_binary_tree_has_one_join_less_than_leaves_and_the_depth_of_a_logarithm() {
        for leaves in 1..200u64 {
            let tree = Tree::binary(leaves, WorkCurve::constant(2.0));
            let profile = tree.profile(&vec![1.0; leaves as usize]);
            let joins: u64 = profile[1..].iter().map(|level| level.nodes).sum();
            let path: f64 = profile.iter().map(|level| level.critical_s).sum();
            assert_eq!(joins, leaves - 1);
            assert_eq!(path, 2.0 * (leaves as f64).log2().ceil());
        }
    }

    #[test]
    fn a_node_costs_what_it_covers() {
        // By hand: 3 leaves of 10, 20 and 30 transactions, 0.1 s per transaction: joins of 30 and (passed up) 30, then
        // 60.
        let tree = Tree::binary(3, WorkCurve::proportional(0.1));
        let profile = tree.profile(&[10.0, 20.0, 30.0]);
        assert_eq!(profile.iter().map(|level| level.work_s).collect::<Vec<_>>(), [0.0, 3.0, 6.0]);
        // Pairs in rounds: 5 inputs are 4 pairs in 3 rounds.
        let merge = Merge { pair_s: 2.0, node: WorkCurve::proportional(0.1), ..Merge::default() };
        assert_eq!((merge.work_s(5, 10.0), merge.duration_s(5, 10.0)), (9.0, 7.0));
    }
}
