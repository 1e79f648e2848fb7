//! One-way delays between regions.
//!
//! Model: a constant delay per ordered pair of regions; nodes of one region see each other at the matrix's own entry.
//! Assumptions: no jitter, no loss, no shared links: a node's bandwidth belongs to the node (see `validators`).
//! Source: the matrix is data with its own source; the shipped one is CometBFT's measured latencies of 13 AWS regions.
//! Leaves out: queueing in the network.

use sim::Span;

/// Constant one-way delays between regions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelayMatrix {
    /// Names of the regions, in the order of rows and columns.
    pub regions: Vec<String>,
    /// `one_way[from][to]`.
    pub one_way: Vec<Vec<Span>>,
}

impl DelayMatrix {
    /// Delay from one region to another, by index.
    pub fn delay(&self, from: usize, to: usize) -> Span {
        self.one_way[from][to]
    }

    /// Spreads `nodes` over the regions as evenly as whole nodes allow: the first regions get one more.
    pub fn spread_evenly(&self, nodes: u64) -> Vec<u64> {
        let regions = self.regions.len() as u64;
        (0..regions).map(|region| nodes / regions + u64::from(region < nodes % regions)).collect()
    }
}
