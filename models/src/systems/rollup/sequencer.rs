//! The sequencer: takes transactions in the order of their arrival into blocks, as far as gas allows.
//!
//! Model: a block closes every so often, and holds what has arrived by then, up to its gas limit; the rest waits. In an outage
//! there are no blocks, and transactions wait. A block's content is drawn: how many of its transactions are of which class
//! (multinomial), and what all of a class use together (lognormal with the mean and variance of the sum).
//! Assumptions: the gas limit holds for transactions of mean gas; an empty block is a block. Source: first come, first served as in
//! the documentation of OP Stack and Arbitrum. Leaves out: order by fee, transactions that fail.

use std::collections::VecDeque;

use sim::{Distribution, Stream, Streams, Time};

use super::Rollup;
use crate::batching::Content;
use crate::cohort::Cohort;
use crate::outages::OutageProcess;

/// Transactions that wait for a block, and what blocks hold.
#[derive(Debug)]
pub(super) struct Sequencing {
    waiting: VecDeque<Cohort>,
    most: Option<u64>,
    outages: OutageProcess,
    cuts: Stream,
    contents: Stream,
}

impl Sequencing {
    pub(super) fn new(system: &Rollup, streams: &Streams) -> Self {
        Self {
            waiting: VecDeque::new(),
            most: system.most_in_block(),
            outages: OutageProcess::new(&system.sequencer.outages, streams.stream("sequencer outages")),
            cuts: streams.stream("cuts of blocks"),
            contents: streams.stream("contents"),
        }
    }

    /// Transactions arrive.
    pub(super) fn submit(&mut self, cohort: Cohort) {
        self.waiting.push_back(cohort);
    }

    /// Whether it makes blocks now.
    pub(super) fn works(&mut self, now: Time) -> bool {
        self.outages.in_service(now) == now
    }

    /// Transactions that wait.
    pub(super) fn waits(&self) -> u64 {
        self.waiting.iter().map(|cohort| cohort.count).sum()
    }

    /// Whether any waits that arrived before a time.
    pub(super) fn waits_since(&self, time: Time) -> bool {
        self.waiting.front().is_some_and(|cohort| cohort.arrived.from < time)
    }

    /// A block closes: what is in it goes to `block`.
    pub(super) fn close(&mut self, block: &mut Vec<Cohort>) {
        let mut room = self.most.unwrap_or(u64::MAX);
        while room > 0
            && let Some(next) = self.waiting.pop_front()
        {
            let (first, rest) = next.split_first(room, &mut self.cuts);
            if let Some(rest) = rest {
                self.waiting.push_front(rest);
            }
            let Some(first) = first else { break };
            room -= first.count;
            block.push(first);
        }
    }

    /// Takes so many transactions from the end of a block: those that came last.
    pub(super) fn split_off(&mut self, block: &mut Vec<Cohort>, count: u64) -> Vec<Cohort> {
        let (mut last, mut left) = (Vec::new(), count);
        while left > 0
            && let Some(cohort) = block.pop()
        {
            let (first, rest) = cohort.split_first(cohort.count.saturating_sub(left), &mut self.cuts);
            block.extend(first);
            left -= rest.map_or(0, |rest| rest.count);
            last.extend(rest);
        }
        last.reverse();
        last
    }

    /// What so many transactions hold.
    pub(super) fn content(&mut self, system: &Rollup, transactions: u64) -> Content {
        let mut content = Content { transactions: transactions as f64, ..Content::default() };
        let (mut left, mut share_left) = (transactions, 1.0);
        for class in &system.classes {
            let chance: f64 = if share_left > 0.0 { (class.share / share_left).min(1.0) } else { 0.0 };
            let count = if chance >= 1.0 { left } else { self.contents.binomial(left, chance) };
            (left, share_left) = (left - count, share_left - class.share);
            if count == 0 {
                continue;
            }
            let n = count as f64;
            let cv = class.spread / n.sqrt();
            let all =
                if cv > 0.0 { n * Distribution::Lognormal { mean: 1.0, cv }.sample(&mut self.contents) } else { n };
            content.gas += all * class.gas;
            content.bytes += all * class.bytes;
            content.cycles += all * class.cycles;
        }
        content
    }
}
