//! Identical servers that take equal jobs in rotation, fed cohorts whose members arrive one by one: G/D/c.
//!
//! Model: with equal services, first come first served on c servers means that job i goes to server i mod c, so a job
//! starts at the later of its own arrival and the end of the job c places before it. A cohort is a straight line of
//! arrivals; servers are straight lines of times at which they become free; the later of two lines is at most two
//! pieces. The cost is that of the pieces, not of the jobs.
//!
//! Assumptions: every job has the same deterministic service; inside a cohort arrivals are evenly spaced (their
//! randomness within one window is left out, the randomness of the count is not).
//! Source: C. D. Crommelin, "Delay probability formulae when the holding times are constant" (1932).

use std::collections::VecDeque;

use sim::{Span, Time};

use crate::cohort::{Cohort, Window};

/// Servers next to each other in the rotation, becoming free evenly over a window.
#[derive(Debug, Clone, Copy)]
struct Line {
    servers: u64,
    free: Window,
}

/// A multi-server station for equal jobs that arrive in cohorts.
#[derive(Debug, Clone)]
pub struct Rotation {
    lines: VecDeque<Line>,
    servers: u64,
    service: Span,
    work: f64,
}

impl Rotation {
    /// An idle station whose jobs all take `service`; asserts at least one server and a positive service.
    pub fn new(servers: u64, service: Span) -> Self {
        assert!(servers > 0 && service > Span::ZERO, "a rotation needs a server and a service");
        let idle = Line { servers, free: Window::at(Time::ZERO) };
        Self { lines: VecDeque::from([idle]), servers, service, work: 0.0 }
    }

    /// Number of servers.
    pub fn servers(&self) -> u64 {
        self.servers
    }

    /// Service given and promised since the start, in server-seconds.
    pub fn work(&self) -> f64 {
        self.work
    }

    /// A cohort arrives over its window; its members leave as cohorts that are ready when their service ends.
    pub fn submit(&mut self, cohort: Cohort) -> Vec<Cohort> {
        self.work += cohort.count as f64 * self.service.as_secs_f64();
        let mut pieces: Vec<Cohort> = Vec::with_capacity(2);
        let mut rest = Some(cohort);
        while let Some(cohort) = rest.take() {
            let (now, later) = self.meet(cohort);
            rest = later;
            self.start(now, &mut pieces);
        }
        pieces
    }

    /// Pairs the front of the rotation with the front of the cohort, as long as one of the two is always the later.
    fn meet(&mut self, cohort: Cohort) -> (Cohort, Option<Cohort>) {
        let mut line = self.lines.pop_front().unwrap_or_else(|| unreachable!("a rotation has a server"));
        let jobs = line.servers.min(cohort.count);
        let (mut now, mut later) = first_of(cohort, jobs);
        let mut after = rest_of(&mut line, jobs);
        if let Some(same) = jobs_before_crossing(now.ready, line.free, jobs) {
            let (head, tail) = first_of(now, same);
            if let Some(tail) = tail {
                later = Some(joined(tail, later));
                let back = rest_of(&mut line, same);
                after = match (back, after) {
                    (Some(back), Some(rest)) => {
                        self.lines.push_front(rest);
                        Some(back)
                    }
                    (back, rest) => back.or(rest),
                };
            }
            now = head;
        }
        if let Some(after) = after {
            self.lines.push_front(after);
        }
        now.ready = Window::new(now.ready.from.max(line.free.from), now.ready.until.max(line.free.until));
        (now, later)
    }

    /// Starts the paired jobs: the servers go to the back of the rotation.
    fn start(&mut self, mut started: Cohort, pieces: &mut Vec<Cohort>) {
        started.ready = started.ready.later(self.service);
        let line = Line { servers: started.count, free: started.ready };
        match (pieces.last_mut(), self.lines.back_mut()) {
            // A piece that continues the one before it on the same line is the same piece.
            (Some(last), Some(back)) if continues(last, &started) => {
                last.count += started.count;
                last.arrived.until = started.arrived.until;
                last.ready.until = started.ready.until;
                back.servers += line.servers;
                back.free.until = line.free.until;
            }
            _ => {
                pieces.push(started);
                self.lines.push_back(line);
            }
        }
    }
}

/// The first `count` members of an evenly spaced cohort, and the rest.
fn first_of(cohort: Cohort, count: u64) -> (Cohort, Option<Cohort>) {
    if count >= cohort.count {
        return (cohort, None);
    }
    let share = count as f64 / cohort.count as f64;
    let (arrived, arrived_rest) = cohort.arrived.cut(share);
    let (ready, ready_rest) = cohort.ready.cut(share);
    let rest = Cohort { count: cohort.count - count, arrived: arrived_rest, ready: ready_rest };
    (Cohort { count, arrived, ready }, Some(rest))
}

/// Shortens `line` to its first `count` servers and returns the others.
fn rest_of(line: &mut Line, count: u64) -> Option<Line> {
    if count >= line.servers {
        return None;
    }
    let (free, rest) = line.free.cut(count as f64 / line.servers as f64);
    let others = Line { servers: line.servers - count, free: rest };
    *line = Line { servers: count, free };
    Some(others)
}

/// Puts `tail` back before `later`, of which it was the evenly spaced beginning.
fn joined(tail: Cohort, later: Option<Cohort>) -> Cohort {
    let Some(later) = later else { return tail };
    Cohort {
        count: tail.count + later.count,
        arrived: Window::new(tail.arrived.from, later.arrived.until),
        ready: Window::new(tail.ready.from, later.ready.until),
    }
}

/// If arrivals and free times cross within `jobs` pairs, the number of pairs before they do.
fn jobs_before_crossing(arrivals: Window, free: Window, jobs: u64) -> Option<u64> {
    let lead = |arrival: Time, free: Time| arrival.as_secs_f64() - free.as_secs_f64();
    let (begin, end) = (lead(arrivals.from, free.from), lead(arrivals.until, free.until));
    if jobs < 2 || begin * end >= 0.0 {
        return None;
    }
    let before = (jobs as f64 * begin / (begin - end)).round() as u64;
    Some(before.clamp(1, jobs - 1))
}

/// Whether `next` follows `last` at the same waiting time, so that the two are one straight line.
fn continues(last: &Cohort, next: &Cohort) -> bool {
    let wait = |cohort: &Cohort| (cohort.ready.from - cohort.arrived.from, cohort.ready.until - cohort.arrived.until);
    last.ready.until == next.ready.from && last.arrived.until == next.arrived.from && {
        let (a, b) = (wait(last), wait(next));
        a.0 == a.1 && a == b
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Streams;

    /// Job by job: server i mod c, start = max(arrival, free). Returns the mean sojourn in seconds.
    fn plain_mean(cohorts: &[Cohort], servers: u64, service: f64) -> f64 {
        let mut free = vec![0.0_f64; servers as usize];
        let (mut index, mut total, mut jobs) = (0usize, 0.0, 0u64);
        for cohort in cohorts {
            let (from, until) = (cohort.arrived.from.as_secs_f64(), cohort.arrived.until.as_secs_f64());
            for job in 0..cohort.count {
                let arrival = from + (until - from) * (job as f64 + 0.5) / cohort.count as f64;
                let slot = &mut free[index % servers as usize];
                *slot = slot.max(arrival) + service;
                total += *slot - arrival;
                index += 1;
                jobs += 1;
            }
        }
        total / jobs as f64
    }

    #[test]
    fn lines_give_the_mean_sojourn_of_job_by_job() {
        for (case, load) in [(0, 0.5), (1, 0.9), (2, 0.97)] {
            let mut stream = Streams::new(5, case).stream("rotation");
            let (servers, service) = (200u64, 0.4);
            let rate = load * servers as f64 / service;
            let cohorts: Vec<Cohort> = (0..400u64)
                .map(|slot| {
                    let from = Time::ZERO + Span::from_millis(100) * slot;
                    Cohort::new(stream.poisson(rate * 0.1), Window::new(from, from + Span::from_millis(100)))
                })
                .filter(|cohort| cohort.count > 0)
                .collect();
            let mut rotation = Rotation::new(servers, Span::from_secs_f64(service));
            let (mut total, mut jobs) = (0.0, 0);
            for cohort in &cohorts {
                for piece in rotation.submit(*cohort) {
                    let middle = |w: Window| (w.from.as_secs_f64() + w.until.as_secs_f64()) / 2.0;
                    total += (middle(piece.ready) - middle(piece.arrived)) * piece.count as f64;
                    jobs += piece.count;
                }
            }
            assert_eq!(jobs, cohorts.iter().map(|cohort| cohort.count).sum::<u64>(), "jobs are conserved");
            assert_eq!(rotation.lines.iter().map(|line| line.servers).sum::<u64>(), servers, "servers are conserved");
            let (found, expected) = (total / jobs as f64, plain_mean(&cohorts, servers, service));
            assert!((found / expected - 1.0).abs() < 0.002, "load {load}: {found} s, job by job {expected} s");
        }
    }
}
