//! What every level has closed, and what became of it.
//!
//! Batches of a level are numbered in their order, and hold neighbours of the level below: what a batch covers is a range at every level
//! below it. The lowest level keeps when its transactions arrived, until they are settled. What has been posted and settled is forgotten.

use std::collections::VecDeque;
use std::ops::Range;

use sim::Time;

use crate::batching::Content;
use crate::cohort::Cohort;

/// A batch that closed.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    /// Numbers of what is in it, at the level below; of blocks at the lowest.
    pub(super) items: Range<u64>,
    pub(super) content: Content,
    pub(super) closed: Time,
    /// The batch above that it is in, once that has closed.
    pub(super) parent: Option<u64>,
    /// Items of it that each proof system has not proven yet.
    pub(super) unproven: Vec<u64>,
    /// Which systems have proven it, by bits.
    pub(super) proven: u8,
}

/// Batches of a level, from the oldest that is not forgotten.
#[derive(Debug, Default)]
pub(super) struct Row {
    first: u64,
    batches: VecDeque<Batch>,
}

impl Row {
    pub(super) fn push(&mut self, batch: Batch) -> u64 {
        self.batches.push_back(batch);
        self.first + self.batches.len() as u64 - 1
    }

    pub(super) fn get(&self, number: u64) -> &Batch {
        &self.batches[(number - self.first) as usize]
    }

    /// The batch, unless it is forgotten.
    pub(super) fn kept_mut(&mut self, number: u64) -> Option<&mut Batch> {
        self.batches.get_mut(number.checked_sub(self.first)? as usize)
    }

    pub(super) fn get_mut(&mut self, number: u64) -> &mut Batch {
        &mut self.batches[(number - self.first) as usize]
    }

    /// Numbers of the batches that have closed so far.
    pub(super) fn closed(&self) -> u64 {
        self.first + self.batches.len() as u64
    }

    fn forget_before(&mut self, number: u64) {
        while self.first < number && self.batches.pop_front().is_some() {
            self.first += 1;
        }
    }
}

/// All levels, and when the transactions of the lowest arrived.
#[derive(Debug)]
pub(super) struct Batches {
    rows: Vec<Row>,
    /// By batch of the lowest level.
    arrivals: VecDeque<Vec<Cohort>>,
}

impl Batches {
    pub(super) fn new(levels: usize) -> Self {
        Self { rows: (0..levels).map(|_| Row::default()).collect(), arrivals: VecDeque::new() }
    }

    pub(super) fn row(&self, level: usize) -> &Row {
        &self.rows[level]
    }

    pub(super) fn row_mut(&mut self, level: usize) -> &mut Row {
        &mut self.rows[level]
    }

    /// A batch of the lowest level closes, whose transactions arrived like that.
    pub(super) fn arrived(&mut self, cohorts: Vec<Cohort>) {
        self.arrivals.push_back(cohorts);
    }

    /// What a batch covers at the lowest level.
    pub(super) fn lowest(&self, level: usize, number: u64) -> Range<u64> {
        let mut range = number..number + 1;
        for below in (1..=level).rev() {
            let row = &self.rows[below];
            range = row.get(range.start).items.start..row.get(range.end - 1).items.end;
        }
        range
    }

    /// When the transactions of these batches of the lowest level arrived.
    pub(super) fn cohorts(&self, range: Range<u64>) -> impl Iterator<Item = &Cohort> {
        let first = self.rows[0].first;
        self.arrivals.range((range.start - first) as usize..(range.end - first) as usize).flatten()
    }

    /// Cohorts and batches that are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let cohorts: usize = self.arrivals.iter().map(Vec::len).sum();
        cohorts + self.rows.iter().map(|row| row.batches.len()).sum::<usize>()
    }

    /// Forgets what lies before a batch of the lowest level.
    pub(super) fn forget_before(&mut self, lowest: u64) {
        let forgotten = lowest - self.rows[0].first;
        self.arrivals.drain(..forgotten as usize);
        self.rows[0].forget_before(lowest);
        for level in 1..self.rows.len() {
            let (below, row) = self.rows.split_at_mut(level);
            let first = below[level - 1].first;
            let gone = row[0].batches.iter().take_while(|batch| batch.items.end <= first).count() as u64;
            let number = row[0].first + gone;
            row[0].forget_before(number);
        }
    }
}
