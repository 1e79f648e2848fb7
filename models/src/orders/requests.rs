//! The requests that have not ended.
//!
//! Model: none; numbers ascend, and who comes first mostly ends first. Source: none. Leaves out: nothing.

use std::collections::VecDeque;

use sim::{Ticket, Time};

use super::offer::Terms;

/// A request as it is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    /// Its kind, by number.
    pub class: u16,
    /// A mark of whoever made it.
    pub mark: u64,
    /// Its size.
    pub cycles: f64,
    /// What is offered for it.
    pub terms: Terms,
    /// Whether the requester has machines of its own for it.
    pub own: bool,
}

/// Who is expected to take a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    pub(super) prover: u32,
    /// Its ask, which the price reaches then and not before \[USD\].
    pub(super) ask_usd: f64,
    pub(super) ticket: Ticket,
}

/// What has become of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum State {
    /// Nobody has a lock; who is expected to take it next. Whether the time for bids is over.
    Open { next: Option<Next>, awarded: bool },
    /// A prover has it, at a price \[USD\].
    Locked { prover: u32, price_usd: f64, at: Time },
    /// The lock has passed; who works on it beside whoever had the lock.
    Anybody { had: u32, runner: Option<u32>, locked: Time },
}

/// What a request is for provers of a group, before what sets single ones apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bid {
    /// How long the proof is expected to take \[s\].
    pub(super) expected_s: f64,
    /// What is asked for it, without gas \[USD\].
    pub(super) ask_usd: f64,
}

/// A request that has not ended.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) request: Request,
    pub(super) made: Time,
    pub(super) state: State,
    /// What it is for each group.
    pub(super) bids: Box<[Bid]>,
}

/// All of them, by number.
#[derive(Debug, Default)]
pub(super) struct Requests {
    first: u64,
    entries: VecDeque<Option<Entry>>,
    /// How many have not ended.
    left: usize,
}

impl Requests {
    pub(super) fn push(&mut self, entry: Entry) -> u64 {
        self.entries.push_back(Some(entry));
        self.left += 1;
        self.first + self.entries.len() as u64 - 1
    }

    pub(super) fn get(&self, number: u64) -> Option<&Entry> {
        self.entries.get(number.checked_sub(self.first)? as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut Entry> {
        self.entries.get_mut(number.checked_sub(self.first)? as usize)?.as_mut()
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Entry> {
        let entry = self.entries.get_mut(number.checked_sub(self.first)? as usize)?.take()?;
        self.left -= 1;
        while self.entries.front().is_some_and(Option::is_none) {
            self.entries.pop_front();
            self.first += 1;
        }
        Some(entry)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.left
    }
}
