//! Users who submit transactions: a Poisson process or what was recorded, one transaction at a time or a window at a time.
//!
//! Model: arrivals independent of each other and of the state of the system (an open system), at a mean rate that a profile
//! multiplies over time ([`crate::profile`]). One at a time the gaps are exponential in what the profile sums up; a window at a time the
//! count is Poisson and the arrivals are spread over the window. Both are the same process, but for windows in which the profile changes.
//! Where the profile was recorded nothing is by chance: as many come as came, evenly over each of its pieces. Source: S. M. Ross, *Stochastic Processes*, 2nd ed. (1996), theorem 2.3.1.
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

/// Arrivals by chance, or as they were recorded.
#[derive(Debug)]
pub struct Workload {
    per_s: f64,
    profile: Profile,
    stream: Stream,
    /// How many have come, of those that were recorded.
    come: u64,
}

impl Workload {
    /// Arrivals at a mean of `per_s` a second where the profile is 1.
    pub fn new(per_s: f64, profile: Profile, stream: Stream) -> Self {
        Self { per_s, profile, stream, come: 0 }
    }

    /// Starts to submit transactions one at a time.
    pub fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        if self.per_s > 0.0 {
            let now = schedule.now();
            let next = if self.profile.is_recorded() {
                // Each comes in the middle of its share of the time.
                self.profile.reached(Time::ZERO, (self.come as f64 + 0.5) / self.per_s).max(now)
            } else {
                self.profile.reached(now, self.stream.exponential(1.0 / self.per_s))
            };
            schedule.at(next, Event::Arrival);
        }
    }

    /// One transaction arrives, and the next is on its way.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Cohort {
        let Event::Arrival = event;
        self.come += 1;
        self.start(schedule);
        Cohort::new(1, Window::at(schedule.now()))
    }

    /// All transactions of a window that has ended, if there are any.
    pub fn window(&mut self, from: Time, until: Time) -> Option<Cohort> {
        let count = if self.profile.is_recorded() {
            let come = ((self.per_s * self.profile.between(Time::ZERO, until) + 0.5) as u64).max(self.come);
            come - std::mem::replace(&mut self.come, come)
        } else {
            self.stream.poisson(self.per_s * self.profile.between(from, until))
        };
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

    /// A day of 2 a second, half of it without any, and 90 million in the last hour, at a mean of one.
    fn recorded() -> (f64, Profile) {
        let counts = [(0.0, 43_200.0), (21_600.0, 0.0), (43_200.0, 43_201.0), (82_800.0, 90_000_000.0)];
        let day = (Time::ZERO, Time::from_secs_f64(86_400.0));
        let profile = Profile::recorded(&counts, 86_400.0).expect("sound");
        (profile.between(day.0, day.1) / 86_400.0, profile.with_mean_one(day.0, day.1))
    }

    #[test]
    fn as_many_come_as_were_recorded() {
        let (per_s, profile) = recorded();
        let mut workload = Workload::new(per_s, profile, Streams::new(1, 0).stream("recorded"));
        let mut come = [0; 4];
        let mut from = Time::ZERO;
        while from < Time::from_secs_f64(86_400.0) {
            let until = from + Span::from_secs(2);
            if let Some(cohort) = workload.window(from, until) {
                assert_eq!(cohort.arrived, Window::new(from, until));
                come[[21_600.0, 43_200.0, 82_800.0].iter().filter(|end| from.as_secs_f64() >= **end).count()] +=
                    cohort.count;
            }
            from = until;
        }
        assert_eq!(come, [43_200, 0, 43_201, 90_000_000]);
    }

    #[test]
    fn one_at_a_time_the_same_come_in_the_same_pieces() {
        let (per_s, profile) = recorded();
        let mut workload = Workload::new(per_s, profile, Streams::new(1, 0).stream("recorded"));
        let mut schedule = Recorder::new();
        workload.start(&mut schedule);
        let mut come = [0; 3];
        while let Some((time, event)) = schedule.pop().filter(|(time, _)| *time < Time::from_secs_f64(82_800.0)) {
            workload.handle(event, &mut schedule);
            come[[21_600.0, 43_200.0].iter().filter(|end| time.as_secs_f64() >= **end).count()] += 1;
        }
        assert_eq!(come, [43_200, 0, 43_201]);
    }

    #[test]
    fn a_month_of_a_thousand_a_second_is_counted_to_the_last() {
        let counts: Vec<(f64, f64)> = (0..720).map(|hour| (f64::from(hour) * 3_600.0, 3_600_001.0)).collect();
        let end = Time::from_secs_f64(2_592_000.0);
        let profile = Profile::recorded(&counts, 2_592_000.0).expect("sound");
        let per_s = profile.between(Time::ZERO, end) / 2_592_000.0;
        let mut workload =
            Workload::new(per_s, profile.with_mean_one(Time::ZERO, end), Streams::new(1, 0).stream("recorded"));
        let hours = (0..720u64).map(|hour| Time::ZERO + Span::from_secs(hour * 3_600));
        for from in hours {
            let cohort = workload.window(from, from + Span::from_secs(3_600));
            assert_eq!(cohort.map(|cohort| cohort.count), Some(3_600_001));
        }
    }
}
