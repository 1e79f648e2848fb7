//! Requests that wait for others to be served together with.
//!
//! Model: a batch opens with its first request, and closes when it has so many, or when it has been open for so long. With Poisson
//! arrivals its size is min(most, 1 + N), N Poisson of the arrivals in that time.
//! Source: M. F. Neuts, "A general class of bulk queues with Poisson input" (1967), for service in bulk; closing by age is what
//! inference servers call dynamic batching. Leaves out: batches that close early because a server is idle.

use sim::{Schedule, Span};

/// What a batch waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The batch that was opened as this one is old enough.
    Aged(u32),
}

/// The open batch of a station.
#[derive(Debug)]
pub(super) struct Former {
    most: usize,
    wait: Span,
    forming: Vec<u32>,
    /// Batches so far: what is heard of a former one means nothing.
    opened: u32,
}

impl Former {
    pub(super) fn new(most: u32, wait: Span) -> Self {
        Self { most: most as usize, wait, forming: Vec::new(), opened: 0 }
    }

    /// A job comes; returns the batch that it completes.
    pub(super) fn add(&mut self, job: u32, schedule: &mut impl Schedule<Event = Event>) -> Option<Vec<u32>> {
        self.forming.push(job);
        if self.forming.len() >= self.most {
            return Some(self.close());
        }
        if self.forming.len() == 1 {
            schedule.after(self.wait, Event::Aged(self.opened));
        }
        None
    }

    /// A batch may be old enough; returns it.
    pub(super) fn handle(&mut self, event: Event) -> Option<Vec<u32>> {
        let Event::Aged(opened) = event;
        (opened == self.opened && !self.forming.is_empty()).then(|| self.close())
    }

    /// A job goes away.
    pub(super) fn withdraw(&mut self, job: u32) {
        self.forming.retain(|other| *other != job);
        if self.forming.is_empty() {
            self.clear();
        }
    }

    /// All jobs go away.
    pub(super) fn clear(&mut self) {
        self.close();
    }

    fn close(&mut self) -> Vec<u32> {
        self.opened = self.opened.wrapping_add(1);
        std::mem::take(&mut self.forming)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Recorder, Time};

    #[test]
    fn batches_close_on_count_or_age() {
        let (mut former, mut schedule) = (Former::new(3, Span::from_secs(2)), Recorder::new());
        let closed: Vec<Option<Vec<u32>>> = (0..4).map(|job| former.add(job, &mut schedule)).collect();
        assert_eq!(closed, [None, None, Some(vec![0, 1, 2]), None]);
        // The age of the batch that closed on count says nothing of the next.
        let ages: Vec<_> =
            std::iter::from_fn(|| schedule.pop()).map(|(time, event)| (time, former.handle(event))).collect();
        let due = Time::from_secs_f64(2.0);
        assert_eq!(ages, [(due, None), (due, Some(vec![3]))]);
        former.add(4, &mut schedule);
        former.withdraw(4);
        former.add(5, &mut schedule);
        let (_, of_nobody) = schedule.pop().expect("an age");
        assert_eq!((former.handle(of_nobody), former.forming.clone()), (None, vec![5]));
    }
}
