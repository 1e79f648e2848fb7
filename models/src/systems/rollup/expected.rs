//! Batches, proofs and L1 costs as they are at an even load: the arithmetic beside the simulation.
//!
//! Model: blocks come at their interval with what arrives meanwhile; a batch of each level closes as [`Closing::mean_interval_s`] says. What is proven, posted and
//! settled follows from that, and what it costs from the mean fees. Assumptions: the load is even, and nothing waits for machines or
//! for L1. Source: arithmetic; the delay of a proof is that of Polygon's closed form, N · close + prove + aggregate + L1 block, where a
//! batch has N blocks. Leaves out: what varies, which is what the simulation is for.
//!
//! [`Closing::mean_interval_s`]: crate::batching::Closing::mean_interval_s

use serde::{Deserialize, Serialize};

use super::disputes::{Dispute, Disputed};
use super::{Joining, ProofSystem, Proving, Rollup};
use crate::batching::Content;
use crate::horizon::Horizon;
use crate::l1::GAS_PER_BLOB;
use crate::orders::outsourced::{Ours, Outsourced, PROOFS_BOUGHT};

/// A batch of a level at an even load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batch {
    /// Time between batches \[s\].
    pub interval_s: f64,
    /// What it holds.
    pub content: Content,
    /// Items of the level below in it, in the mean.
    pub items: f64,
}

impl Batch {
    /// The requests for the proofs of all such batches.
    pub(super) fn asked(&self) -> Ours {
        Ours { per_s: 1.0 / self.interval_s, cycles: self.content.cycles }
    }
}

impl Proving {
    /// Whether all proofs of batches of the first proof system are bought.
    pub(super) fn buys_all(&self) -> bool {
        self.market.as_ref().is_some_and(|market| market.overflow.is_none())
    }
}

impl Rollup {
    /// Whether the machines of the proof system in this place have anything to do: those whose proofs are all bought only join.
    pub fn has_work(&self, place: usize) -> bool {
        let of = |proving: &Proving| place > 0 || !proving.buys_all() || proving.level < self.settlement.level;
        self.proving.as_ref().is_some_and(of)
    }

    /// A batch of every level at so many transactions per second.
    pub fn batches_at(&self, per_s: f64) -> Vec<Batch> {
        let mean = self.mean_transaction();
        let of = |interval_s: f64| {
            let transactions = per_s * interval_s;
            Content {
                transactions,
                gas: transactions * mean.gas,
                bytes: transactions * mean.bytes,
                cycles: transactions * mean.cycles,
            }
        };
        let mut interval_s = self.sequencer.block.as_secs_f64();
        let mut batches = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            let below_s = interval_s;
            interval_s = level.closing.mean_interval_s(1.0 / below_s, &of(below_s));
            let mut content = of(interval_s);
            if let Some(most) = level.closing.cycles.filter(|_| level.closing.padded) {
                content.cycles = content.cycles.max(most);
            }
            batches.push(Batch { interval_s, content, items: interval_s / below_s });
        }
        batches
    }

    /// Time from the submission of a transaction until the settlement of its batch is sent, with as many machines as can be used, in the
    /// mean \[s\]: half an interval of the level that is settled, and the work on the way of a proof.
    pub fn delay_s(&self) -> f64 {
        let batches = self.batches_at(self.load_per_s);
        let settled = &batches[self.settlement.level];
        let proof_s = self.proving.as_ref().map_or(0.0, |proving| {
            let execution_s = proving
                .execution
                .as_ref()
                .map_or(0.0, |(job, _)| job.work.seconds(batches[proving.level].content.cycles));
            let paths = proving.systems.iter().enumerate();
            let slowest = paths.map(|(place, system)| self.path_s((place, system), &batches)).fold(0.0, f64::max);
            execution_s + slowest
        });
        settled.interval_s / 2.0 + proof_s
    }

    /// Time to prove a batch of the proven level with as many machines as can be used, in the mean \[s\].
    pub fn proof_s(&self, system: &ProofSystem) -> f64 {
        self.jobs(system, &self.batches_at(self.load_per_s)).iter().map(|job| job.each_s).sum()
    }

    /// The longest path of the jobs of a proof, from the segments to the wrap \[s\].
    fn path_s(&self, (place, system): (usize, &ProofSystem), batches: &[Batch]) -> f64 {
        let joins_s: f64 = self.joins(batches).iter().map(|job| job.each_s).sum();
        let wrap_s = system.wrap.map_or(0.0, |wrap| wrap.work.seconds(1.0));
        if let Some((market, level)) = self.bought().filter(|_| place == 0) {
            let wrap_s = if joins_s > 0.0 { wrap_s } else { 0.0 };
            return market.seconds(batches[level].content.cycles, batches[level].asked()) + joins_s + wrap_s;
        }
        self.jobs(system, batches).iter().map(|job| job.each_s).sum::<f64>() + joins_s + wrap_s
    }

    /// Where all proofs of batches of the first proof system are bought, and the level of these; nothing where some are made.
    pub(super) fn bought(&self) -> Option<(&Outsourced, usize)> {
        let proving = self.proving.as_ref().filter(|proving| proving.buys_all())?;
        Some((proving.market.as_ref()?, proving.level))
    }

    /// The jobs of the proof of one batch of the proven level, step by step.
    pub(super) fn jobs(&self, system: &ProofSystem, batches: &[Batch]) -> Vec<Jobs> {
        let Some(proving) = &self.proving else { return Vec::new() };
        let cycles = batches[proving.level].content.cycles;
        let segments = system.segments(cycles);
        let each_s = system.segment.work.seconds(cycles / segments as f64);
        let mut jobs = vec![Jobs { count: segments as f64, each_s, spread: system.segment.spread }];
        let (mut proofs, mut next) = (segments, system.recursion_after(None, segments));
        while let Some((level, recursion)) = next {
            let made = recursion.over(proofs);
            let each_s = recursion.job.work.seconds(proofs as f64 / made as f64);
            jobs.push(Jobs { count: made as f64, each_s, spread: recursion.job.spread });
            proofs = made;
            next = system.recursion_after(Some(level), proofs);
        }
        jobs
    }

    /// The joins of one settled batch above the proven level, round by round; of all batches that are in it.
    pub(super) fn joins(&self, batches: &[Batch]) -> Vec<Jobs> {
        let Some(proving) = &self.proving else { return Vec::new() };
        let settled_s = batches[self.settlement.level].interval_s;
        let mut all = Vec::new();
        for (level, batch) in
            self.levels.iter().zip(batches).skip(proving.level + 1).take(self.settlement.level - proving.level)
        {
            let Some(Joining { arity, job }) = level.joining else { continue };
            let in_settled = settled_s / batch.interval_s;
            let mut proofs = batch.items.max(1.0);
            loop {
                let arity = arity.map_or(proofs, |arity| arity as f64);
                let made = (proofs / arity - 1e-9).ceil().max(1.0);
                let each_s = job.work.seconds(proofs / made);
                all.push(Jobs { count: made * in_settled, each_s, spread: job.spread });
                proofs = made;
                if proofs <= 1.0 {
                    break;
                }
            }
        }
        all
    }

    /// What is paid beside machines by the month at an even load, in the mean of what a run covers.
    pub fn expected_charges(&self, horizon: Horizon) -> Charges {
        const MONTH_S: f64 = crate::fleet::HOURS_PER_MONTH * 3_600.0;
        let batches = self.batches_at(self.load_per_s);
        let (from, until) = horizon.measured();
        let gas_gwei = self.mean_gas_gwei(horizon);
        let blob_gwei = self.l1.blob_fee.mean_gwei(from, until);
        let posted = &batches[self.data.level];
        let needs = self.data.needs(posted.content.bytes);
        let per_month = MONTH_S / posted.interval_s;
        let settled = &batches[self.settlement.level];
        let settlements = MONTH_S / settled.interval_s;
        let gas = self.settlement_gas(settled.items, settled.content.transactions);
        let window_s = self.window.as_ref().map_or(0.0, |window| window.length.as_secs_f64());
        let disputed = self.window.as_ref().filter(|window| window.challenged > 0.0);
        let (disputes, disputed) = disputed.map_or((0.0, Disputed::default()), |window| {
            (settlements * window.challenged, window.expected_challenge())
        });
        Charges {
            data_gas_eth: per_month * needs.gas * gas_gwei / 1e9,
            blobs_eth: per_month * needs.blobs * GAS_PER_BLOB * blob_gwei / 1e9,
            settlement_gas_eth: settlements * gas * gas_gwei / 1e9,
            elsewhere_gb: per_month * self.elsewhere_gb(posted.content.bytes),
            dispute_gas_eth: disputes * disputed.gas * gas_gwei / 1e9,
            dispute_gcycles: disputes * disputed.proof_gcycles,
            bought_usd: self.bought().map_or(0.0, |(market, level)| {
                let ours = batches[level].asked();
                market.cost_usd(ours.cycles, ours) * MONTH_S * ours.per_s
            }),
            bonds_eth: self.bonds_eth(1.0 / settled.interval_s) + disputes * disputed.bound_eth_s / MONTH_S,
            fast_usd: self.fast_usd(self.delay_s() + window_s),
        }
    }

    /// L1 gas of a settlement with so many batches of the level below and so many transactions.
    pub(super) fn settlement_gas(&self, batches: f64, transactions: f64) -> f64 {
        let rules = &self.settlement;
        rules.gas + rules.gas_per_batch * batches + rules.gas_per_transaction * transactions
    }

    /// Gigabytes of a batch that another layer keeps.
    pub(super) fn elsewhere_gb(&self, bytes: f64) -> f64 {
        if self.data.posting == super::Posting::Elsewhere { bytes / 1e9 } else { 0.0 }
    }

    /// What is bound in bonds where so many claims a second are made, beside what games about them bind \[ETH\].
    pub(super) fn bonds_eth(&self, claims_per_s: f64) -> f64 {
        self.window.as_ref().map_or(0.0, |window| {
            if window.one_bond {
                return window.bond_eth;
            }
            let disputed_s = match window.dispute {
                Dispute::Lasts(most) => window.challenged * most.as_secs_f64() / 2.0,
                Dispute::Game(_) => 0.0,
            };
            claims_per_s * (window.length.as_secs_f64() + disputed_s) * window.bond_eth
        })
    }

    /// What is bound in fast withdrawals that wait so long \[USD\].
    pub(super) fn fast_usd(&self, wait_s: f64) -> f64 {
        self.withdrawals.map_or(0.0, |it| self.load_per_s * it.share * it.fast * it.usd * wait_s)
    }
}

/// Jobs of one step that are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Jobs {
    pub(super) count: f64,
    pub(super) each_s: f64,
    pub(super) spread: f64,
}

/// What is paid or bound beside machines.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Charges {
    /// Gas of the transactions that carry data \[ETH a month\].
    pub data_gas_eth: f64,
    /// Blobs \[ETH a month\].
    pub blobs_eth: f64,
    /// Gas of settlements \[ETH a month\].
    pub settlement_gas_eth: f64,
    /// Gas of who defends claims that are challenged \[ETH a month\].
    pub dispute_gas_eth: f64,
    /// What is proven to defend them \[billions of cycles a month\].
    pub dispute_gcycles: f64,
    /// Data on another layer \[GB a month\].
    pub elsewhere_gb: f64,
    /// Proofs that are bought on a market \[USD a month\].
    pub bought_usd: f64,
    /// Bound in bonds of claims, and of who defends them \[ETH\].
    pub bonds_eth: f64,
    /// Bound in fast withdrawals \[USD\].
    pub fast_usd: f64,
}

/// Names of the charges, as in the bill.
pub const CHARGES: [&str; 9] = [
    "gas for data",
    "blobs",
    "gas for settlement",
    "gas for disputes",
    "proofs for disputes",
    "data layer",
    PROOFS_BOUGHT,
    "interest on bonds",
    "interest on fast withdrawals",
];

impl Charges {
    /// Each by its name.
    pub fn named(&self) -> [(&'static str, f64); 9] {
        let [gas, blobs, settlement, disputes, proofs, elsewhere, bought, bonds, fast] = CHARGES;
        [
            (gas, self.data_gas_eth),
            (blobs, self.blobs_eth),
            (settlement, self.settlement_gas_eth),
            (disputes, self.dispute_gas_eth),
            (proofs, self.dispute_gcycles),
            (elsewhere, self.elsewhere_gb),
            (bought, self.bought_usd),
            (bonds, self.bonds_eth),
            (fast, self.fast_usd),
        ]
    }
}
