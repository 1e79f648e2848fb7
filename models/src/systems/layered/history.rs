//! The blocks that can still be reverted, with what each of them put where.
//!
//! A block here is what one slot adds to the chain of all shards. Numbers are heights, as in [`crate::disputes`]: those
//! of reverted blocks are given again. Source: bookkeeping. Leaves out: whose transactions they are.

use std::collections::VecDeque;

use crate::cohort::Cohort;

/// What a slot added to the chain.
#[derive(Debug, Clone, Default)]
pub(super) struct Included {
    pub slot: u64,
    /// Its transactions; those of one window are kept together.
    pub cohorts: Vec<Cohort>,
    /// Transactions to prove, by lane of the provers.
    pub proven: Vec<u64>,
}

/// The blocks whose window is not over.
#[derive(Debug, Clone)]
pub(super) struct History {
    blocks: VecDeque<Included>,
    /// Height of the first of them.
    first: u64,
    /// Settled ones, kept to save their allocations.
    spare: Vec<Included>,
    lanes: usize,
}

impl History {
    /// No block yet; the provers have so many lanes.
    pub(super) fn new(lanes: usize) -> Self {
        Self { blocks: VecDeque::new(), first: 0, spare: Vec::new(), lanes }
    }

    /// The block of a slot begins, on top of the chain.
    pub(super) fn begin(&mut self, slot: u64) {
        let mut block = self.spare.pop().unwrap_or_default();
        block.slot = slot;
        block.cohorts.clear();
        block.proven.clear();
        block.proven.resize(self.lanes, 0);
        self.blocks.push_back(block);
    }

    /// A shard adds its part to the block that was begun last.
    pub(super) fn add(&mut self, part: &[Cohort], lane: usize, proven: u64) {
        let Some(block) = self.blocks.back_mut() else { return };
        block.proven[lane] += proven;
        for cohort in part {
            match block.cohorts.last_mut() {
                Some(last) if last.arrived == cohort.arrived => last.count += cohort.count,
                _ => block.cohorts.push(*cohort),
            }
        }
    }

    /// The slot of a block that can still be reverted.
    pub(super) fn slot(&self, height: u64) -> Option<u64> {
        let place = height.checked_sub(self.first)?;
        self.blocks.get(place as usize).map(|block| block.slot)
    }

    /// The first height that belongs to this slot or a later one.
    pub(super) fn height_at(&self, slot: u64) -> u64 {
        self.first + self.blocks.partition_point(|block| block.slot < slot) as u64
    }

    /// The newest `blocks` are thrown out; they are returned oldest first.
    pub(super) fn revert(&mut self, blocks: u64) -> Vec<Included> {
        let kept = self.blocks.len() - blocks as usize;
        self.blocks.split_off(kept).into()
    }

    /// Blocks below this height stand for good.
    pub(super) fn settle(&mut self, first: u64) {
        while self.first < first {
            let Some(block) = self.blocks.pop_front() else { break };
            if self.spare.len() < 2 {
                self.spare.push(block);
            }
            self.first += 1;
        }
    }

    /// Transactions of all its blocks.
    #[cfg(test)]
    pub(super) fn count(&self) -> u64 {
        self.blocks.iter().flat_map(|block| &block.cohorts).map(|cohort| cohort.count).sum()
    }
}
