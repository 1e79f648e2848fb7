//! What a node does for its money: how long a block takes it, what it costs its operator, what it earns.
//!
//! Model: a kind of node is cores, a purchase and a monthly bill; checks that its accelerator makes take less of a core.
//! Cost: hosting, and the purchase written off evenly. Income: the yield of the stake, an equal part of the fees, and
//! what proving earns in the hours that validating leaves ([`idle`]): in the market for proofs a node is a guest whose
//! speed is its idle share of one server ([`crate::market::study`]). Return: what is left of a year over what was put in,
//! purchase and stake.
//! Assumptions: this is the operators' ledger; the network's bill is another one ([`crate::fleet`]) and neither is added
//! to the other. A month has 730 hours; the stake keeps its price and is given back.
//! Source: bookkeeping; the utilization law (P. J. Denning, J. P. Buzen, "The operational analysis of queueing network
//! models", 1978). Leaves out: slashing, taxes, the value of the machine after it is written off.

pub mod idle;

use sim::Span;

use crate::priority::Discipline;

/// Months of a year.
const MONTHS: f64 = 12.0;

/// A kind of node.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Name.
    pub name: String,
    /// Cores.
    pub cores: u64,
    /// Time of one core, or of what stands for it, to check a transaction, in seconds.
    pub check_s: f64,
    /// Price of the machine in USD.
    pub purchase_usd: f64,
    /// Hosting and power in USD per month.
    pub hosting_usd: f64,
    /// How it proves when it is idle; `None`: it does not.
    pub proves: Option<Discipline>,
}

/// Nodes of a chain to be watched.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeStudy {
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// Transactions of a block on average.
    pub block: f64,
    /// Blocks of a slot that a node checks.
    pub blocks_per_slot: u64,
    /// Time between the blocks of a shard.
    pub slot: Span,
    /// Time that an idle node takes for one proof of the design, in seconds.
    pub proof_s: f64,
    /// Months over which a purchase is written off.
    pub write_off_months: f64,
    /// Worth of the stake in USD.
    pub stake_usd: f64,
    /// What the stake yields a year, as a share of it.
    pub stake_yield: f64,
    /// A node's part of the fees in USD per month.
    pub fees_usd: f64,
    /// What a node is said to earn that does nothing but prove, in USD per month.
    pub proving_usd: f64,
    /// Speed of a node that does nothing but prove, against a prover of speed 1 in the market for proofs; 0 without one.
    pub market_speed: f64,
}

impl NodeStudy {
    /// Time of a kind to check a block, in seconds.
    pub fn block_s(&self, kind: &Kind) -> f64 {
        self.block * kind.check_s / kind.cores as f64
    }

    /// Share of its time that a kind validates; above 1 it cannot keep up.
    pub fn validating(&self, kind: &Kind) -> f64 {
        self.block_s(kind) * self.blocks_per_slot as f64 / self.slot.as_secs_f64()
    }

    /// What a node costs its operator in USD per month.
    pub fn cost_usd(&self, kind: &Kind) -> f64 {
        kind.hosting_usd + kind.purchase_usd / self.write_off_months
    }

    /// What a node earns in USD per month that earns so much by proving.
    pub fn income_usd(&self, proving_usd: f64) -> f64 {
        self.stake_usd * self.stake_yield / MONTHS + self.fees_usd + proving_usd
    }

    /// What is left of a year's income over what was put in; infinite where nothing was.
    pub fn yearly_return(&self, kind: &Kind, income_usd: f64) -> f64 {
        MONTHS * (income_usd - self.cost_usd(kind)) / (kind.purchase_usd + self.stake_usd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validator_by_hand() {
        let kind = Kind {
            name: "cpu".into(),
            cores: 16,
            check_s: 0.017,
            purchase_usd: 2_000.0,
            hosting_usd: 200.0,
            proves: None,
        };
        let study = NodeStudy {
            kinds: vec![kind.clone()],
            block: 400.0,
            blocks_per_slot: 1,
            slot: Span::from_millis(500),
            proof_s: 1.0,
            write_off_months: 40.0,
            stake_usd: 10_000.0,
            stake_yield: 0.048,
            fees_usd: 30.0,
            proving_usd: 500.0,
            market_speed: 0.0,
        };
        // 400 · 17 ms / 16 = 425 ms of every 500 ms.
        assert!((study.block_s(&kind) - 0.425).abs() < 1e-12 && (study.validating(&kind) - 0.85).abs() < 1e-12);
        assert_eq!(study.cost_usd(&kind), 250.0);
        // 480 USD a year of yield is 40 a month; a tenth of 500 for proving; 30 of fees.
        assert!((study.income_usd(0.1 * study.proving_usd) - 120.0).abs() < 1e-9);
        // 12 · (120 − 250) / 12,000.
        assert!((study.yearly_return(&kind, 120.0) + 0.13).abs() < 1e-12);
    }
}
