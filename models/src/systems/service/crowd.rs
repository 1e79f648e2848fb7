//! How many wait as a run goes on: whether the service settles, or its queues grow for as long as anybody looks.
//!
//! Model: the measured time has four windows of equal length, which end with it; each has the mean of the attempts that wait for a
//! server, those that nobody waits for any longer too, at moments that lie evenly in it. Where the load has a profile, a window is a whole number of days. Nothing is counted where
//! more comes in the last window than in the first: then it is the load that grows.
//! Source: of a queue that is offered more than it carries, the number in the system grows in proportion to time (S. Asmussen, *Applied
//! Probability and Queues*, 2003, ch. X).
//! Leaves out: profiles of which four whole days do not fit into the measured time.

use sim::{Span, Time};

use crate::arrivals::Arrivals;
use crate::systems::service::outcome::WINDOWS;
use crate::systems::service::{Horizon, Load, Service};

/// Moments in a window.
const MOMENTS: u64 = 32;
/// By how much the load of the last window may be above that of the first.
const STEADY: f64 = 1.05;
/// A day \[s\].
const DAY_S: f64 = 86_400.0;

/// Attempts that waited so far.
#[derive(Debug)]
pub(super) struct Crowd {
    /// The next moment; the end of time where nothing is counted, or all is.
    next: Time,
    every: Span,
    /// Moments that are over.
    over: u64,
    sums: [u64; WINDOWS],
}

impl Crowd {
    pub(super) fn new(system: &Service, horizon: Horizon) -> Self {
        let window = window(&system.load, horizon).unwrap_or(Span::ZERO);
        let every = Span::from_nanos(window.nanos() / MOMENTS);
        let all = Span::from_nanos(every.nanos() * MOMENTS * WINDOWS as u64);
        // The last moment is the end of the measured time.
        let first = before(end(horizon), all) + every;
        Self { next: if every > Span::ZERO { first } else { Time::MAX }, every, over: 0, sums: [0; WINDOWS] }
    }

    /// So many wait up to now.
    #[inline]
    pub(super) fn see(&mut self, now: Time, waiting: impl Fn() -> u64) {
        while now >= self.next {
            self.sums[(self.over / MOMENTS) as usize] += waiting();
            self.over += 1;
            let more = self.over < MOMENTS * WINDOWS as u64;
            self.next = if more { self.next + self.every } else { Time::MAX };
        }
    }

    /// The mean of each window; nothing where they were not counted to their end.
    pub(super) fn means(&self) -> Vec<f64> {
        let all = self.over == MOMENTS * WINDOWS as u64;
        self.sums.iter().filter(|_| all).map(|sum| *sum as f64 / MOMENTS as f64).collect()
    }
}

/// How long a window is, where the load is steady over all of them.
fn window(load: &Load, horizon: Horizon) -> Option<Span> {
    let quarter = Span::from_nanos(horizon.measured.nanos() / WINDOWS as u64);
    let Load::Open(arrivals) = load else { return Some(quarter) };
    let window = match arrivals {
        Arrivals::Poisson { profile, .. } if !profile.is_constant() => {
            Span::from_secs_f64((quarter.as_secs_f64() / DAY_S).floor() * DAY_S)
        }
        _ => quarter,
    };
    let load = |windows: u64| {
        let until = before(end(horizon), Span::from_nanos(window.nanos() * windows));
        arrivals.mean_between(before(until, window), until)
    };
    (window > Span::ZERO && load(0) <= STEADY * load(WINDOWS as u64 - 1)).then_some(window)
}

fn end(horizon: Horizon) -> Time {
    Time::ZERO + horizon.warm_up + horizon.measured
}

fn before(time: Time, span: Span) -> Time {
    Time::from_nanos(time.nanos().saturating_sub(span.nanos()))
}
