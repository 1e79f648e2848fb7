//! A market on which others ask for proofs too.
//!
//! Model: a book of orders to which the requests of others come by themselves. Source: the definition. Leaves out: what its parts leave out.

use sim::{Schedule, Streams};

use super::book::{self, Ended, OrderBook, Own};
use super::demand::{Demand, Requesters};
use super::{Group, Request, Rules};
use crate::workload;

/// What a market waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Somebody else makes a request.
    Others(workload::Event),
    /// Something of the book of orders.
    Book(book::Event),
}

/// A market in a run.
#[derive(Debug)]
pub struct Exchange {
    /// Its orders.
    pub book: OrderBook,
    others: Option<Requesters>,
}

impl Exchange {
    /// A market in which nothing has happened; the kinds of requests of others are numbered from `first` on.
    pub fn new(
        rules: &Rules,
        groups: &[Group],
        (own, others): (Option<&Own>, Option<&Demand>),
        (first, streams): (usize, &Streams),
    ) -> Self {
        Self {
            book: OrderBook::new(rules, groups, own, streams),
            others: others.map(|others| Requesters::new(others, ("others", first), false, streams)),
        }
    }

    /// The requests of others begin.
    pub fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        if let Some(others) = &mut self.others {
            others.start(&mut schedule.scope(Event::Others));
        }
    }

    /// A request is made.
    pub fn submit(&mut self, request: Request, schedule: &mut impl Schedule<Event = Event>) {
        self.book.submit(request, &mut schedule.scope(Event::Book));
    }

    /// Something happens; whether it is a request of others.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> bool {
        match event {
            Event::Others(event) => {
                let others = self.others.as_mut().expect("there are some");
                let request = others.handle(event, &mut schedule.scope(Event::Others));
                self.submit(request, schedule);
                true
            }
            Event::Book(event) => {
                self.book.handle(event, &mut schedule.scope(Event::Book));
                false
            }
        }
    }

    /// The requests that have ended since this was asked last.
    pub fn drain_ended(&mut self) -> std::vec::Drain<'_, Ended> {
        self.book.drain_ended()
    }
}

impl Event {
    /// Its kind and number, for a fingerprint: from 2 to 8, and 11, in the last byte.
    pub fn code(self) -> u64 {
        match self {
            Self::Others(_) => 2,
            Self::Book(book::Event::Take(number)) => 3 + (number << 8),
            Self::Book(book::Event::Passed(number)) => 4 + (number << 8),
            Self::Book(book::Event::Over(number)) => 5 + (number << 8),
            Self::Book(book::Event::Done(prover)) => 6 + (u64::from(prover) << 8),
            Self::Book(book::Event::Deliver(prover, _)) => 7 + (u64::from(prover) << 8),
            Self::Book(book::Event::Delivered(number, _)) => 8 + (number << 8),
            Self::Book(book::Event::Look(prover)) => 11 + (u64::from(prover) << 8),
        }
    }
}
