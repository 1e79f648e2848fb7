//! A schedule that only writes down what it is asked, to test a part with plain calls.

use crate::calendar::Ticket;
use crate::schedule::Schedule;
use crate::time::Time;

/// Records what a part schedules; the clock moves when the test says so.
#[derive(Debug)]
pub struct Recorder<E> {
    now: Time,
    tickets: u64,
    pending: Vec<(Time, Option<Ticket>, E)>,
}

impl<E> Recorder<E> {
    /// Nothing scheduled, time zero.
    pub fn new() -> Recorder<E> {
        Recorder { now: Time::ZERO, tickets: 0, pending: Vec::new() }
    }

    /// Moves the clock. Panics when it would move back.
    pub fn advance_to(&mut self, time: Time) {
        assert!(time >= self.now, "time does not run backwards");
        self.now = time;
    }

    /// What is scheduled and not cancelled, in the order in which it was asked for.
    pub fn pending(&self) -> impl Iterator<Item = (Time, &E)> {
        self.pending.iter().map(|(time, _, event)| (*time, event))
    }

    /// Takes the earliest pending event (the first asked for among equals) and moves the clock to it.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let earliest = (0..self.pending.len()).min_by_key(|&at| (self.pending[at].0, at))?;
        let (time, _, event) = self.pending.remove(earliest);
        self.advance_to(time);
        Some((time, event))
    }
}

impl<E> Default for Recorder<E> {
    fn default() -> Self {
        Recorder::new()
    }
}

impl<E> Schedule for Recorder<E> {
    type Event = E;

    fn now(&self) -> Time {
        self.now
    }

    fn at(&mut self, time: Time, event: E) {
        assert!(time >= self.now, "an event must not be scheduled in the past");
        self.pending.push((time, None, event));
    }

    fn at_cancellable(&mut self, time: Time, event: E) -> Ticket {
        assert!(time >= self.now, "an event must not be scheduled in the past");
        let ticket = Ticket::new(self.tickets);
        self.tickets += 1;
        self.pending.push((time, Some(ticket), event));
        ticket
    }

    fn cancel(&mut self, ticket: Ticket) -> bool {
        let found = self.pending.iter().position(|(_, other, _)| *other == Some(ticket));
        found.map(|at| self.pending.remove(at)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;
    use crate::time::Span;

    /// The recorder must promise a part what the calendar will do.
    #[test]
    fn a_recorder_behaves_as_a_calendar() {
        fn script(schedule: &mut impl Schedule<Event = u8>) -> [bool; 2] {
            schedule.after(Span::from_nanos(2), 1);
            let ticket = schedule.at_cancellable(Time::from_nanos(1), 2);
            schedule.at(Time::from_nanos(2), 3);
            schedule.at_cancellable(Time::from_nanos(1), 4);
            [schedule.cancel(ticket), schedule.cancel(ticket)]
        }
        let (mut recorder, mut calendar) = (Recorder::new(), Calendar::new());
        assert_eq!(script(&mut recorder), script(&mut calendar));
        assert_eq!(recorder.pending().map(|(_, event)| *event).collect::<Vec<_>>(), [1, 3, 4]);
        while let Some(next) = calendar.pop() {
            assert_eq!(recorder.pop(), Some(next));
            assert_eq!(recorder.now(), calendar.now());
        }
        assert_eq!(recorder.pop(), None);
    }
}
