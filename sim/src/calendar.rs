//! The future event list: events in the order of (time, insertion number).
//!
//! A binary heap of the standard library. Equal times are handled in the order in which they were scheduled, whatever
//! shape the heap has. A cancelled event stays in the heap as a tombstone until its time comes or tombstones are half of
//! the heap, so that `cancel` is O(log n) amortised and memory stays within twice what is pending.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};

use crate::time::{Span, Time};

/// Below this many tombstones the heap is not worth sweeping.
const SWEEP_AT_LEAST: usize = 64;

/// Names a scheduled event that may be cancelled. Keep it in an `Option`: that option *is* the pending event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u64);

impl Ticket {
    /// Only schedules make tickets; the recording one numbers its own.
    pub(crate) fn new(number: u64) -> Ticket {
        Ticket(number)
    }
}

/// The events to come and the clock of a run.
#[derive(Debug)]
pub struct Calendar<E> {
    now: Time,
    scheduled: u64,
    heap: BinaryHeap<Entry<E>>,
    /// Numbers of the cancellable events that have neither fired nor been cancelled.
    cancellable: BTreeSet<u64>,
    tombstones: usize,
}

/// One event in the heap. The lowest bit of `number` says whether it can be cancelled, so that events which cannot are
/// never looked up.
#[derive(Debug)]
struct Entry<E> {
    time: Time,
    number: u64,
    event: E,
}

impl<E> Calendar<E> {
    /// An empty calendar at time zero.
    pub fn new() -> Calendar<E> {
        Calendar { now: Time::ZERO, scheduled: 0, heap: BinaryHeap::new(), cancellable: BTreeSet::new(), tombstones: 0 }
    }

    /// The time of the event being handled, or of the end of the last run.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Schedules `event` for `time`. Panics when that time has passed.
    pub fn at(&mut self, time: Time, event: E) {
        let number = self.next_number();
        self.push(time, number, event);
    }

    /// Schedules `event` a `delay` from now.
    pub fn after(&mut self, delay: Span, event: E) {
        self.at(self.now + delay, event);
    }

    /// Schedules `event` for `time`, to be cancelled with the ticket. Panics when that time has passed.
    pub fn at_cancellable(&mut self, time: Time, event: E) -> Ticket {
        let number = self.next_number() | 1;
        self.cancellable.insert(number);
        self.push(time, number, event);
        Ticket(number)
    }

    /// Cancels a pending event; says whether it was pending. A ticket that has fired or was cancelled before is harmless.
    pub fn cancel(&mut self, ticket: Ticket) -> bool {
        let was_pending = self.cancellable.remove(&ticket.0);
        if was_pending {
            self.tombstones += 1;
            if self.tombstones >= SWEEP_AT_LEAST && self.tombstones * 2 > self.heap.len() {
                self.heap.retain(|entry| !entry.is_cancellable() || self.cancellable.contains(&entry.number));
                self.tombstones = 0;
            }
        }
        was_pending
    }

    /// How many events are pending; cancelled ones are not.
    pub fn len(&self) -> usize {
        self.heap.len() - self.tombstones
    }

    /// Whether no event is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the next event and moves the clock to it.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        self.pop_until(Time::MAX)
    }

    /// Takes the next event if it happens at `end` or before, and moves the clock to it.
    pub(crate) fn pop_until(&mut self, end: Time) -> Option<(Time, E)> {
        loop {
            if self.heap.peek()?.time > end {
                return None;
            }
            let entry = self.heap.pop()?;
            if entry.is_cancellable() && !self.cancellable.remove(&entry.number) {
                self.tombstones -= 1;
                continue;
            }
            // Time does not run back: `push` refuses the past, and the heap gives the earliest.
            self.now = entry.time;
            return Some((entry.time, entry.event));
        }
    }

    /// Moves the clock to the end of a run, when no event before it is left.
    pub(crate) fn advance_to(&mut self, end: Time) {
        self.now = self.now.max(end);
    }

    fn next_number(&mut self) -> u64 {
        self.scheduled += 1;
        self.scheduled << 1
    }

    #[inline]
    fn push(&mut self, time: Time, number: u64, event: E) {
        assert!(time >= self.now, "an event must not be scheduled in the past: {time:?} at {:?}", self.now);
        self.heap.push(Entry { time, number, event });
    }
}

impl<E> Default for Calendar<E> {
    fn default() -> Self {
        Calendar::new()
    }
}

impl<E> Entry<E> {
    fn is_cancellable(&self) -> bool {
        self.number & 1 == 1
    }

    /// Time and number in one integer: one comparison without a branch.
    fn key(&self) -> u128 {
        (u128::from(self.time.nanos()) << 64) | u128::from(self.number)
    }
}

impl<E> Ord for Entry<E> {
    /// Reversed, because the heap of the standard library gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<E> Eq for Entry<E> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drain(calendar: &mut Calendar<usize>) -> Vec<usize> {
        std::iter::from_fn(|| calendar.pop().map(|(_, event)| event)).collect()
    }

    #[test]
    fn equal_times_keep_the_order_of_insertion() {
        let mut calendar = Calendar::new();
        for event in 0..1_000 {
            if event % 3 == 0 {
                calendar.at_cancellable(Time::from_nanos(7), event);
            } else {
                calendar.at(Time::from_nanos(7), event);
            }
        }
        assert_eq!(drain(&mut calendar), (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn a_ticket_cancels_once_and_a_fired_one_is_harmless() {
        let mut calendar = Calendar::new();
        let first = calendar.at_cancellable(Time::from_nanos(1), 1);
        let second = calendar.at_cancellable(Time::from_nanos(2), 2);
        calendar.at(Time::from_nanos(3), 3);
        assert!(calendar.cancel(second));
        assert!(!calendar.cancel(second));
        assert_eq!(calendar.len(), 2);
        assert_eq!(calendar.pop(), Some((Time::from_nanos(1), 1)));
        assert!(!calendar.cancel(first));
        assert_eq!(calendar.pop(), Some((Time::from_nanos(3), 3)));
        assert_eq!(calendar.pop(), None);
        assert!(calendar.is_empty() && calendar.cancellable.is_empty() && calendar.tombstones == 0);
    }

    #[test]
    fn tombstones_never_outnumber_what_is_pending() {
        let mut calendar = Calendar::new();
        for event in 0..10_000 {
            let ticket = calendar.at_cancellable(Time::from_nanos(1_000_000 + event as u64), event);
            assert!(calendar.cancel(ticket));
            assert!(calendar.heap.len() <= SWEEP_AT_LEAST);
        }
        assert_eq!(calendar.pop(), None);
    }

    #[test]
    #[should_panic(expected = "in the past")]
    fn the_past_is_closed() {
        let mut calendar = Calendar::new();
        calendar.at(Time::from_nanos(2), 0);
        calendar.pop();
        calendar.at(Time::from_nanos(1), 1);
    }

    proptest! {
        /// Against the plain model: a list sorted by (time, insertion) without the cancelled ones.
        #[test]
        fn order_and_cancellation_agree_with_a_sorted_list(plan in prop::collection::vec((0u64..20, 0u8..4), 0..400)) {
            let mut calendar = Calendar::new();
            let mut expected = Vec::new();
            let mut tickets = Vec::new();
            for (event, &(time, kind)) in plan.iter().enumerate() {
                let time = Time::from_nanos(time);
                match kind {
                    0 => calendar.at(time, event),
                    _ => tickets.push((kind, event, calendar.at_cancellable(time, event))),
                }
                expected.push((time, event));
            }
            for (_, event, ticket) in tickets.into_iter().filter(|(kind, ..)| *kind > 1) {
                prop_assert!(calendar.cancel(ticket));
                expected.retain(|&(_, other)| other != event);
            }
            expected.sort();
            prop_assert_eq!(calendar.len(), expected.len());
            prop_assert_eq!(drain(&mut calendar), expected.into_iter().map(|(_, event)| event).collect::<Vec<_>>());
        }
    }
}
