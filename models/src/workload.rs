//! Users who submit transactions: a Poisson process, one transaction at a time or a window at a time.
//!
//! Model: arrivals independent of each other and of the state of the system (an open system), at a mean rate that a profile
//! multiplies over time ([`crate::profile`]). One at a time the gaps are exponential in what the profile sums up; a window at a time the
//! count is Poisson and the arrivals are spread over the window. Both are the same process, but for windows in which the profile changes. Source: S. M. Ross, *Stochastic Processes*, 2nd ed. (1996), theorem 2.3.1.
//! Leaves out: bursts, users who wait for a price.

use sim::{Schedule, Stream, Time};

use crate::cohort::{Cohort, Window};
use crate::profile::Profile;

/// What the workload waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The next transaction arrives.
    Arrival,
}

/// Poisson arrivals.
#[derive(Debug)]
pub struct Workload {
    per_s: f64,
    profile: Profile,
    stream: Stream,
}

impl Workload {
    /// Arrivals at a mean of `per_s` a second where the profile is 1.
    pub fn new(per_s: f64, profile: Profile, stream: Stream) -> Self {
        Self { per_s, profile, stream }
    }

    /// Starts to submit transactions one at a time.
    pub fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        if self.per_s > 0.0 {
            let next = self.profile.reached(schedule.now(), self.stream.exponential(1.0 / self.per_s));
            schedule.at(next, Event::Arrival);
        }
    }

    /// One transaction arrives, and the next is on its way.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Cohort {
        let Event::Arrival = event;
        self.start(schedule);
        Cohort::new(1, Window::at(schedule.now()))
    }

    /// All transactions of a window that has ended, if there are any.
    pub fn window(&mut self, from: Time, until: Time) -> Option<Cohort> {
        let count = self.stream.poisson(self.per_s * self.profile.between(from, until));
        (count > 0).then(|| Cohort::new(count, Window::new(from, until)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Recorder, Span, Streams};

    #[test]
    fn both_ways_submit_the_same_number_on_average() {
        // 10,000 s at 5 tx/s: 50,000 arrivals with a standard deviation of 224 each way; 5 sigma of the difference.
        let mut singly = Workload::new(5.0, Profile::default(), Streams::new(1, 0).stream("singly"));
        let mut schedule = Recorder::new();
        singly.start(&mut schedule);
        let mut count = 0u64;
        while let Some((time, event)) = schedule.pop().filter(|(time, _)| *time <= Time::from_secs_f64(10_000.0)) {
            let cohort = singly.handle(event, &mut schedule);
            assert_eq!((cohort.count, cohort.arrived), (1, Window::at(time)));
            count += 1;
        }
        let mut windows = Workload::new(5.0, Profile::default(), Streams::new(1, 0).stream("windows"));
        let total: u64 = (0..10_000u64)
            .filter_map(|second| {
                windows.window(Time::ZERO + Span::from_secs(second), Time::ZERO + Span::from_secs(second + 1))
            })
            .map(|cohort| cohort.count)
            .sum();
        assert!(count.abs_diff(total) < 5 * 316, "{count} singly, {total} by windows");
    }
}
