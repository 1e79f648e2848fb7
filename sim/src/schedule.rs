//! What a part may ask of the kernel, and the view of it that a world lends to a part.
//!
//! A part knows only its own events. The world wraps them with the constructor of its own variant:
//! `pool.submit(job, &mut calendar.scope(Event::Pool))`. Scopes nest, so a part may be made of parts, and for many alike
//! parts the lift is a closure: `calendar.scope(|event| Event::Stage(id, event))`.

use std::marker::PhantomData;

use crate::calendar::{Calendar, Ticket};
use crate::time::{Span, Time};

/// Everything a part may ask of the kernel while it handles an input.
pub trait Schedule {
    /// What can be scheduled.
    type Event;

    /// The time of the event being handled.
    fn now(&self) -> Time;

    /// Schedules `event` for `time`. Panics when that time has passed.
    fn at(&mut self, time: Time, event: Self::Event);

    /// Schedules `event` for `time`, to be cancelled with the ticket.
    fn at_cancellable(&mut self, time: Time, event: Self::Event) -> Ticket;

    /// Cancels a pending event; says whether it was pending.
    fn cancel(&mut self, ticket: Ticket) -> bool;

    /// Schedules `event` a `delay` from now.
    fn after(&mut self, delay: Span, event: Self::Event) {
        self.at(self.now() + delay, event);
    }

    /// A view of this schedule for a part whose events are wrapped by `lift`.
    fn scope<Part, Lift>(&mut self, lift: Lift) -> Scope<'_, Self, Part, Lift>
    where
        Self: Sized,
        Lift: Fn(Part) -> Self::Event,
    {
        Scope { schedule: self, lift, part: PhantomData }
    }
}

/// A schedule for the events of one part, which become events of the schedule behind it.
#[derive(Debug)]
pub struct Scope<'a, S, Part, Lift> {
    schedule: &'a mut S,
    lift: Lift,
    part: PhantomData<fn(Part)>,
}

impl<S, Part, Lift> Schedule for Scope<'_, S, Part, Lift>
where
    S: Schedule,
    Lift: Fn(Part) -> S::Event,
{
    type Event = Part;

    fn now(&self) -> Time {
        self.schedule.now()
    }

    fn at(&mut self, time: Time, event: Part) {
        self.schedule.at(time, (self.lift)(event));
    }

    fn at_cancellable(&mut self, time: Time, event: Part) -> Ticket {
        self.schedule.at_cancellable(time, (self.lift)(event))
    }

    fn cancel(&mut self, ticket: Ticket) -> bool {
        self.schedule.cancel(ticket)
    }
}

impl<E> Schedule for Calendar<E> {
    type Event = E;

    fn now(&self) -> Time {
        Calendar::now(self)
    }

    fn at(&mut self, time: Time, event: E) {
        Calendar::at(self, time, event);
    }

    fn at_cancellable(&mut self, time: Time, event: E) -> Ticket {
        Calendar::at_cancellable(self, time, event)
    }

    fn cancel(&mut self, ticket: Ticket) -> bool {
        Calendar::cancel(self, ticket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Outer {
        Stage(usize, Middle),
    }

    #[derive(Debug, PartialEq)]
    enum Middle {
        Inner(&'static str),
    }

    #[test]
    fn scopes_nest_and_their_tickets_are_the_calendar_s() {
        let mut calendar = Calendar::new();
        let ticket = {
            let mut stage = calendar.scope(|event| Outer::Stage(3, event));
            let mut inner = stage.scope(Middle::Inner);
            inner.after(Span::from_nanos(5), "kept");
            inner.at_cancellable(Time::from_nanos(4), "cancelled")
        };
        assert!(calendar.cancel(ticket));
        assert_eq!(calendar.pop(), Some((Time::from_nanos(5), Outer::Stage(3, Middle::Inner("kept")))));
        assert_eq!(calendar.scope(|event| Outer::Stage(0, event)).now(), Time::from_nanos(5));
    }
}
