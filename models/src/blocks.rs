//! Slots: what is ready when a slot ends goes into the shards' blocks, first come first served.
//!
//! Model: time is divided into slots; at the end of each, every shard proposes one block with the transactions that are
//! ready and belong to it, up to a cap if there is one. A transaction belongs to a uniformly random shard.
//! Assumptions: no fees, no order but arrival; a block is proposed at once. Exact for Poisson arrivals (thinning).
//! Source: S. M. Ross, *Stochastic Processes*, 2nd ed. (1996), section 2.3. Leaves out: who proposes, and
//! slots in which nobody does ([`crate::leaders`]).

use std::collections::VecDeque;

use sim::{Stream, Time};

use crate::cohort::Cohort;

/// Transactions waiting for a block, by shard.
#[derive(Debug, Clone)]
pub struct BlockBuilder {
    /// Transactions that are not ready yet, in order of readiness.
    pending: VecDeque<Cohort>,
    /// Ready transactions by shard, in order of arrival.
    queues: Vec<VecDeque<Cohort>>,
    cap: Option<u64>,
    waiting: u64,
}

impl BlockBuilder {
    /// An empty builder for so many shards; `cap` is the most transactions a block holds.
    pub fn new(shards: usize, cap: Option<u64>) -> Self {
        Self { pending: VecDeque::new(), queues: vec![VecDeque::new(); shards], cap, waiting: 0 }
    }

    /// Transactions enter; they are included once they are ready.
    pub fn submit(&mut self, cohort: Cohort) {
        self.waiting += cohort.count;
        self.pending.push_back(cohort);
    }

    /// Transactions that wait for a block.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Closes the slot that ends now: deals what is ready to the shards.
    pub fn close_slot(&mut self, now: Time, stream: &mut Stream) {
        while let Some(cohort) = self.pending.pop_front() {
            let (ready, rest) = cohort.split_ready(now, stream);
            if let Some(ready) = ready {
                self.deal(ready, stream);
            }
            if let Some(rest) = rest {
                self.pending.push_front(rest);
                break;
            }
        }
    }

    /// Takes the block of one shard into `block`, which is emptied first.
    pub fn take_block(&mut self, shard: usize, block: &mut Vec<Cohort>, stream: &mut Stream) {
        block.clear();
        let mut room = self.cap.unwrap_or(u64::MAX);
        while let Some(cohort) = self.queues[shard].pop_front() {
            let (first, rest) = cohort.split_first(cohort.count.min(room), stream);
            if let Some(first) = first {
                room -= first.count;
                self.waiting -= first.count;
                block.push(first);
            }
            if let Some(rest) = rest {
                self.queues[shard].push_front(rest);
                break;
            }
        }
    }

    fn deal(&mut self, mut cohort: Cohort, stream: &mut Stream) {
        let queues = &mut self.queues;
        stream.deal(cohort.count, 0..queues.len(), &mut |shard, count| queues[shard].extend(cohort.take_any(count)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cohort::Window;
    use sim::{Span, Streams};

    #[test]
    fn capped_blocks_conserve_transactions_and_their_order() {
        let mut stream = Streams::new(7, 0).stream("blocks");
        let mut builder = BlockBuilder::new(3, Some(40));
        let (mut submitted, mut included) = (0, 0);
        let mut block = Vec::new();
        let mut last = [Time::ZERO; 3];
        for slot in 0..200u64 {
            let from = Time::ZERO + Span::from_millis(500) * slot;
            let until = from + Span::from_millis(500);
            let count = stream.poisson(130.0);
            submitted += count;
            builder.submit(Cohort::new(count, Window::new(from, until)));
            builder.close_slot(until, &mut stream);
            for (shard, last) in last.iter_mut().enumerate() {
                builder.take_block(shard, &mut block, &mut stream);
                let total: u64 = block.iter().map(|cohort| cohort.count).sum();
                assert!(total <= 40, "the cap holds");
                included += total;
                for cohort in &block {
                    assert!(cohort.arrived.from >= *last, "first come, first served");
                    *last = cohort.arrived.from;
                }
            }
            assert_eq!(submitted, included + builder.waiting());
        }
        assert!(builder.waiting() > 0, "130 a slot do not fit into 3 blocks of 40");
    }
}
