//! When clients stop waiting: one future event for all of them.
//!
//! Model: every attempt may take equally long, so deadlines come in the order of attempts, and only the first of those that are still
//! waited for is an event. An attempt that ends in time costs no event. Source: the timer wheels of G. Varghese, T. Lauck (1987), of
//! which this is the case of one spoke. Leaves out: time-outs that differ.

use std::collections::VecDeque;

use sim::{Schedule, Span, Time};

/// What the deadlines wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The first deadline is there.
    Due,
}

/// Attempt `attempt` of request `request` is waited for until then.
#[derive(Debug, Clone, Copy)]
struct Deadline {
    at: Time,
    request: u32,
    attempt: u64,
}

/// Deadlines of all attempts, in the order of time.
#[derive(Debug)]
pub(super) struct Deadlines {
    after: Span,
    line: VecDeque<Deadline>,
}

impl Deadlines {
    pub(super) fn new(after: Span) -> Self {
        Self { after, line: VecDeque::new() }
    }

    /// An attempt is made; `attempt` tells it from all others.
    pub(super) fn add(&mut self, request: u32, attempt: u64, schedule: &mut impl Schedule<Event = Event>) {
        let deadline = Deadline { at: schedule.now() + self.after, request, attempt };
        if self.line.is_empty() {
            schedule.at(deadline.at, Event::Due);
        }
        self.line.push_back(deadline);
    }

    /// The first deadline is there; returns its request if that attempt is still waited for.
    pub(super) fn handle(
        &mut self,
        event: Event,
        is_waited_for: impl Fn(u32, u64) -> bool,
        schedule: &mut impl Schedule<Event = Event>,
    ) -> Option<u32> {
        let Event::Due = event;
        let due = self.line.pop_front().expect("a deadline was scheduled");
        let waits = |deadline: &Deadline| is_waited_for(deadline.request, deadline.attempt);
        while self.line.front().is_some_and(|next| !waits(next)) {
            self.line.pop_front();
        }
        if let Some(next) = self.line.front() {
            schedule.at(next.at, Event::Due);
        }
        waits(&due).then_some(due.request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Recorder;

    #[test]
    fn only_what_is_waited_for_is_due() {
        let (mut deadlines, mut schedule) = (Deadlines::new(Span::from_secs(5)), Recorder::new());
        for second in 0..4u32 {
            schedule.advance_to(Time::from_secs_f64(f64::from(second)));
            deadlines.add(second, u64::from(second), &mut schedule);
        }
        assert_eq!(schedule.pending().count(), 1);
        let mut due = Vec::new();
        while let Some((time, event)) = schedule.pop() {
            let request = deadlines.handle(event, |request, _| request != 2, &mut schedule);
            due.push((time.as_secs_f64(), request));
        }
        assert_eq!(due, [(5.0, Some(0)), (6.0, Some(1)), (8.0, Some(3))], "nobody waits for the third");
    }
}
