//! How long a vote of a validator set takes on a wide-area network: order statistics, tabulated once per leader region.
//!
//! Model: three one-way broadcasts, as in PBFT and Tendermint. The leader proposes; a node that has the proposal votes
//! to everybody; a node that has more than two thirds of the votes commits to everybody; the block is final where more
//! than two thirds of the commits have arrived. All three use the same delay per pair of nodes. The set has decided
//! when more than two thirds of its nodes know: that order statistic is the delay of a block whose leader is there.
//!
//! Assumptions: leaders rotate evenly over the nodes; nodes in one region are alike; all nodes are honest and awake;
//! the time to check a block is the same everywhere and is added outside (it shifts all votes alike).
//! Source: M. Castro, B. Liskov, "Practical Byzantine Fault Tolerance" (1999); E. Buchman, J. Kwon, Z. Milosevic,
//! "The latest gossip on BFT consensus" (2018). Leaves out: gossip hops, jitter, view changes.

use sim::{Span, Stream};

use crate::network::DelayMatrix;

/// Delay from proposal to decision, by the region of the leader.
#[derive(Debug, Clone, PartialEq)]
pub struct QuorumTable {
    delays: Vec<Span>,
    /// Running sum of the share of leaders in each region.
    cumulative: Vec<f64>,
}

impl QuorumTable {
    /// Tabulates the delay for `nodes[region]` nodes in each region; asserts that there is a node.
    pub fn new(matrix: &DelayMatrix, nodes: &[u64]) -> Self {
        let total: u64 = nodes.iter().sum();
        assert!(total > 0, "a validator set needs a member");
        let quorum = total * 2 / 3 + 1;
        let regions = matrix.regions.len();
        let delays = (0..regions).map(|leader| decision(matrix, nodes, quorum, leader)).collect();
        let mut sum = 0;
        let cumulative = nodes
            .iter()
            .map(|count| {
                sum += count;
                sum as f64 / total as f64
            })
            .collect();
        Self { delays, cumulative }
    }

    /// The delay of one block, its leader drawn from all nodes.
    pub fn draw(&self, stream: &mut Stream) -> Span {
        let share = stream.uniform();
        let region = self.cumulative.partition_point(|sum| *sum <= share);
        self.delays[region.min(self.delays.len() - 1)]
    }

    /// Delay by region of the leader.
    pub fn delays(&self) -> &[Span] {
        &self.delays
    }
}

/// Time from proposal by `leader` to the moment when a quorum of nodes has a quorum of commits.
fn decision(matrix: &DelayMatrix, nodes: &[u64], quorum: u64, leader: usize) -> Span {
    let regions = 0..matrix.regions.len();
    let proposed: Vec<Span> = regions.clone().map(|to| matrix.delay(leader, to)).collect();
    let collect = |sent: &[Span]| -> Vec<Span> {
        let arrive =
            |to: usize| regions.clone().map(move |from| sent[from] + matrix.delay(from, to)).collect::<Vec<_>>();
        regions.clone().map(|to| order_statistic(&arrive(to), nodes, quorum)).collect()
    };
    let voted = collect(&proposed);
    let committed = collect(&voted);
    order_statistic(&committed, nodes, quorum)
}

/// The `rank`-th smallest of values that stand for `weights` nodes each.
fn order_statistic(values: &[Span], weights: &[u64], rank: u64) -> Span {
    let mut sorted: Vec<(Span, u64)> = values.iter().copied().zip(weights.iter().copied()).collect();
    sorted.sort();
    let mut seen = 0;
    for (value, weight) in &sorted {
        seen += weight;
        if seen >= rank {
            return *value;
        }
    }
    unreachable!("a quorum is at most all nodes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(one_way: &[&[u64]]) -> DelayMatrix {
        DelayMatrix {
            regions: (0..one_way.len()).map(|region| region.to_string()).collect(),
            one_way: one_way.iter().map(|row| row.iter().map(|ms| Span::from_millis(*ms)).collect()).collect(),
        }
    }

    #[test]
    fn equal_delays_take_three_of_them() {
        let equal: &[&[u64]] = &[&[50, 50, 50, 50], &[50, 50, 50, 50], &[50, 50, 50, 50], &[50, 50, 50, 50]];
        let table = QuorumTable::new(&matrix(equal), &[1, 1, 1, 1]);
        assert!(table.delays().iter().all(|delay| *delay == Span::from_millis(150)));
    }

    #[test]
    fn a_small_far_region_does_not_delay_the_quorum() {
        // By hand: nine nodes together, one 300 ms away; seven votes never need the far one. A leader out there pays
        // the way in once.
        let far = matrix(&[&[1, 300], &[300, 1]]);
        let table = QuorumTable::new(&far, &[9, 1]);
        assert_eq!(table.delays(), &[Span::from_millis(3), Span::from_millis(302)]);
    }
}
