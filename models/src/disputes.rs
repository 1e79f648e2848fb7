//! The fraud window: invalid blocks, the disputes about them, and what is reverted with them.
//!
//! Model: a block is invalid with a small chance. Watchers who re-execute it in time challenge it one after another,
//! until one wins its dispute or none is left. Won: the block and all its descendants are reverted, the proposer's
//! stake is slashed, part of it rewards the challenger, and the transactions return to the mempool or are refunded. Lost by all: the block is accepted with the end of its window. A valid block may
//! be challenged too, to delay it. What stands on a disputed block waits for the verdict.
//!
//! A block here is what one slot adds to a chain, that of all shards together where they depend on each other. Valid
//! blocks cost a counter each; everything else happens for blocks that are challenged, which are rare.
//!
//! Assumptions: a fault proof that is ready within the window counts, however long its dispute takes; nothing of a
//! reverted block is kept. Source: H. Kalodner et al., "Arbitrum: scalable, private smart contracts" (2018).
//! Leaves out: proof work on what is reverted (the provers know it), reverts on the settlement layer, insurance, users who act on what they learn, provers that report what
//! they cannot prove (what is proven is settled at once, whatever is left of its window).

pub mod alone;
pub mod bonds;
pub mod claim;
pub mod game;
pub mod queue;
mod rare_trials;
pub mod record;
pub mod survival;
#[cfg(test)]
mod tests;
pub mod watchers;

use std::collections::{BTreeMap, VecDeque};

use sim::{Schedule, Span, Stream, Streams, Ticket, Time};

use game::{Protocol, Side};
use rare_trials::RareTrials;
use record::Record;
use watchers::Watchers;

/// What is at stake, in any one unit of money.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stakes {
    /// Slashed when a proposer's block is reverted.
    pub proposer: f64,
    /// Lost by a challenger who loses a dispute.
    pub challenger: f64,
    /// Share of the slashed stake that goes to who won the dispute, 0–1; the rest is burnt.
    pub reward: f64,
}

/// The rules and the dangers.
#[derive(Debug, Clone, PartialEq)]
pub struct FraudWindow {
    /// How long a block can be challenged.
    pub window: Span,
    /// Chance that a block is invalid, 0–1.
    pub invalid: f64,
    /// Chance that a valid block is challenged, 0–1.
    pub frivolous: f64,
    /// Who re-executes blocks.
    pub watchers: Watchers,
    /// How disputes are decided.
    pub protocol: Protocol,
    /// What is at stake.
    pub stakes: Stakes,
    /// Chance that a reverted transaction returns to the mempool; otherwise it is refunded.
    pub returns: f64,
    /// Ages at which the chance of a later reversal is estimated.
    pub ages: Vec<Span>,
}

/// What can happen to a block that is challenged or should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A challenger has its fault proof ready.
    Challenge(u64),
    /// The dispute about the block is won.
    Verdict(u64, Side),
    /// Nobody is left to challenge the block.
    WindowEnd(u64),
}

/// Where an assertion, that a block is valid, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It can be challenged.
    Open,
    /// It is disputed since this time.
    Disputed(Time),
}

/// What has become of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Happened {
    /// It is disputed from now on.
    Disputed(u64),
    /// A challenger has lost.
    Upheld(u64),
    /// The window is over and the block stands; invalid or not.
    Accepted(u64),
    /// It is thrown out with all its descendants.
    Reverted(Revert),
}

/// What is reverted at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Revert {
    /// The block that was challenged; all later ones go with it.
    pub block: u64,
    /// Blocks, that one included.
    pub blocks: u64,
    /// Their transactions that are submitted again.
    pub returned: u64,
    /// Their transactions that are not.
    pub refunded: u64,
}

/// A block whose window is not over.
#[derive(Debug, Clone, Copy)]
struct Block {
    proposed: Time,
    transactions: u64,
}

/// A block that is invalid or challenged.
#[derive(Debug)]
struct Assertion {
    valid: bool,
    state: State,
    window_ends: Time,
    /// When their fault proofs are ready, the first challenger last.
    challengers: Vec<Time>,
    /// What happens to it next.
    pending: Ticket,
}

/// The chain of blocks that can still be reverted, and the disputes about them.
#[derive(Debug)]
pub struct Disputes {
    rules: FraudWindow,
    /// Blocks in their window; the first has the number `first`, and a reverted number is given again.
    chain: VecDeque<Block>,
    first: u64,
    in_flight: u64,
    assertions: BTreeMap<u64, Assertion>,
    invalid: RareTrials,
    frivolous: RareTrials,
    watching: Stream,
    challenging: Stream,
    moves: Stream,
    returning: Stream,
    record: Record,
}

impl Disputes {
    /// An empty chain; asserts that chances lie within \[0, 1\] and that durations can be drawn.
    pub fn new(rules: FraudWindow, streams: &Streams) -> Self {
        assert_eq!(rules.protocol.validate(), Ok(()), "a dispute takes a time that can be drawn");
        assert!((0.0..=1.0).contains(&rules.returns), "a chance lies within [0, 1]: {}", rules.returns);
        Self {
            chain: VecDeque::new(),
            first: 0,
            in_flight: 0,
            assertions: BTreeMap::new(),
            invalid: RareTrials::new(rules.invalid, streams.stream("invalid blocks")),
            frivolous: RareTrials::new(rules.frivolous, streams.stream("frivolous challenges")),
            watching: streams.stream("watchers"),
            challenging: streams.stream("times of frivolous challenges"),
            moves: streams.stream("moves of disputes"),
            returning: streams.stream("returning transactions"),
            record: Record::new(rules.ages.len()),
            rules,
        }
    }

    /// A block of so many transactions is proposed on top of the chain; returns its number.
    pub fn propose(&mut self, transactions: u64, schedule: &mut impl Schedule<Event = Event>) -> u64 {
        let now = schedule.now();
        self.settle(now);
        let number = self.first + self.chain.len() as u64;
        self.chain.push_back(Block { proposed: now, transactions });
        self.in_flight += transactions;
        self.record.submitted += transactions;
        let (invalid, frivolous) = (self.invalid.happens(), self.frivolous.happens());
        if invalid || frivolous {
            self.record.invalid += u64::from(invalid);
            let window = self.rules.window;
            let mut after = if invalid {
                self.rules.watchers.draw(transactions, window, &mut self.watching)
            } else {
                vec![Span::from_secs_f64(window.as_secs_f64() * self.challenging.uniform())]
            };
            after.reverse();
            let challengers: Vec<Time> = after.into_iter().map(|after| now + after).collect();
            self.await_challenge(number, !invalid, now + window, challengers, schedule);
        }
        number
    }

    /// Something happens to a block.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Happened {
        match event {
            Event::Challenge(number) => self.dispute(number, schedule),
            Event::Verdict(number, Side::Challenger) => Happened::Reverted(self.revert(number, schedule)),
            Event::Verdict(number, Side::Proposer) => {
                let Assertion { valid, window_ends, challengers, .. } = self.take(number);
                self.record.upheld += 1;
                self.record.forfeited += self.rules.stakes.challenger;
                self.await_challenge(number, valid, window_ends, challengers, schedule);
                Happened::Upheld(number)
            }
            Event::WindowEnd(number) => {
                let assertion = self.take(number);
                self.record.survived += u64::from(!assertion.valid);
                self.settle(schedule.now());
                Happened::Accepted(number)
            }
        }
    }

    /// Settles the blocks whose window is over by now and that stand on nothing that can still be reverted. Inputs do
    /// this themselves; before the record is read at the end of a run it brings it up to date.
    pub fn settle(&mut self, now: Time) {
        let limit = self.assertions.first_key_value().map_or(u64::MAX, |(number, _)| *number);
        while let Some(block) = self.chain.front() {
            if self.first >= limit || block.proposed + self.rules.window > now {
                break;
            }
            self.settle_first();
        }
    }

    /// The first block of the chain stands for good.
    fn settle_first(&mut self) {
        if let Some(block) = self.chain.pop_front() {
            self.record.settled += block.transactions;
            self.in_flight -= block.transactions;
            self.first += 1;
        }
    }

    /// All blocks below this number are proven: nothing reverts them any more, and disputes about them are over, won by
    /// the proposers. Asserts that none of them is invalid.
    pub fn prove(&mut self, below: u64, schedule: &mut impl Schedule<Event = Event>) {
        let above = self.assertions.split_off(&below);
        for assertion in std::mem::replace(&mut self.assertions, above).into_values() {
            assert!(assertion.valid, "an invalid block cannot be proven");
            assert!(schedule.cancel(assertion.pending), "every assertion waits for something");
            if let State::Disputed(_) = assertion.state {
                self.record.upheld += 1;
                self.record.forfeited += self.rules.stakes.challenger;
            }
        }
        while self.first < below && !self.chain.is_empty() {
            self.settle_first();
        }
    }

    /// Number of the first block whose window is not over.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Number of the first invalid block that can still be reverted.
    pub fn first_invalid(&self) -> Option<u64> {
        self.assertions.iter().find(|(_, assertion)| !assertion.valid).map(|(number, _)| *number)
    }

    /// Whether a block is invalid and can still be reverted.
    pub fn is_invalid(&self, block: u64) -> bool {
        self.assertions.get(&block).is_some_and(|assertion| !assertion.valid)
    }

    /// Transactions in the chain whose window is not over.
    pub fn in_flight(&self) -> u64 {
        self.in_flight
    }

    /// Where a block stands that is invalid or challenged; `None` for all others.
    pub fn state(&self, block: u64) -> Option<State> {
        self.assertions.get(&block).map(|assertion| assertion.state)
    }

    /// What was seen since the start.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// For every age of the rules: of the transactions that reached it, the share that was reverted later; `None` when
    /// none has reached it. Age counts from the proposal of the block.
    pub fn reversals(&self, now: Time) -> Vec<Option<f64>> {
        let share = |(which, age): (usize, &Span)| {
            let young = self.chain.iter().rev().take_while(|block| now - block.proposed < *age);
            self.record.reversal(which, young.map(|block| block.transactions).sum())
        };
        self.rules.ages.iter().enumerate().map(share).collect()
    }

    /// The next challenger waits for its fault proof, or the block for the end of its window.
    fn await_challenge(
        &mut self,
        number: u64,
        valid: bool,
        window_ends: Time,
        mut challengers: Vec<Time>,
        schedule: &mut impl Schedule<Event = Event>,
    ) {
        let (time, event) = match challengers.pop() {
            Some(ready) => (ready, Event::Challenge(number)),
            None => (window_ends, Event::WindowEnd(number)),
        };
        let pending = schedule.at_cancellable(time.max(schedule.now()), event);
        let assertion = Assertion { valid, state: State::Open, window_ends, challengers, pending };
        assert!(self.assertions.insert(number, assertion).is_none(), "a block has one dispute at a time");
    }

    fn dispute(&mut self, number: u64, schedule: &mut impl Schedule<Event = Event>) -> Happened {
        let mut assertion = self.take(number);
        let right = if assertion.valid { Side::Proposer } else { Side::Challenger };
        let played = self.rules.protocol.play(right, &mut self.moves);
        self.record.disputes += 1;
        assertion.state = State::Disputed(schedule.now());
        assertion.pending =
            schedule.at_cancellable(schedule.now() + played.duration, Event::Verdict(number, played.winner));
        self.assertions.insert(number, assertion);
        Happened::Disputed(number)
    }

    /// Throws out a block and everything after it.
    fn revert(&mut self, number: u64, schedule: &mut impl Schedule<Event = Event>) -> Revert {
        let now = schedule.now();
        let assertion = self.take(number);
        if !assertion.valid {
            let proposed = self.chain[(number - self.first) as usize].proposed;
            self.record.to_fault_proof.record((now - proposed).as_secs_f64());
        }
        for (_, later) in self.assertions.split_off(&number) {
            assert!(schedule.cancel(later.pending), "every assertion waits for something");
            self.record.carried_off += u64::from(!later.valid);
        }
        let reverted = self.chain.split_off((number - self.first) as usize);
        let mut transactions = 0;
        for block in &reverted {
            transactions += block.transactions;
            self.record.reverted(block.transactions, now - block.proposed, &self.rules.ages);
        }
        self.in_flight -= transactions;
        let returned = self.returning.binomial(transactions, self.rules.returns);
        let revert =
            Revert { block: number, blocks: reverted.len() as u64, returned, refunded: transactions - returned };
        self.count(&revert);
        revert
    }

    fn count(&mut self, revert: &Revert) {
        let (record, stakes) = (&mut self.record, &self.rules.stakes);
        record.reverts += 1;
        record.blocks_reverted += revert.blocks;
        record.returned += revert.returned;
        record.refunded += revert.refunded;
        record.slashed += stakes.proposer;
        record.rewarded += stakes.proposer * stakes.reward;
    }

    /// The assertion that an event is about.
    fn take(&mut self, number: u64) -> Assertion {
        self.assertions.remove(&number).expect("what happens to a reverted block is cancelled")
    }
}
