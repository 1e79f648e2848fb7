//! A pool of identical servers behind one first-come-first-served queue: G/G/c.
//!
//! Model: a job is served at once when a server is free, and waits in an unbounded queue otherwise; a server that becomes
//! free takes the job that waits longest. The service time is drawn when the service starts, from a stream the pool owns.
//!
//! Assumptions: servers are equal and never fail; services are independent of each other and of the queue.
//! Source: D. G. Kendall, "Stochastic processes occurring in the theory of queues" (1953), for the notation and the model.
//! Leaves out: priorities, balking, reneging, servers that come and go.

use std::collections::VecDeque;

use sim::{Distribution, Schedule, Span, Stream, Time, TimeAverage};

/// What happens inside a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<Job> {
    /// A server is done with a job.
    ServiceEnd(Job),
}

/// Identical servers behind one queue.
#[derive(Debug)]
pub struct Pool<Job> {
    servers: u64,
    /// Servers at work; its average over time is the utilization.
    busy: TimeAverage,
    queue: VecDeque<Job>,
    /// Service time \[s\].
    service: Distribution,
    services: Stream,
}

impl<Job> Pool<Job> {
    /// An idle pool of `servers` whose service times \[s\] are drawn from `service` with the stream `services`. Panics without
    /// servers or when the distribution is not valid.
    pub fn new(servers: u64, service: Distribution, services: Stream) -> Pool<Job> {
        assert!(servers > 0, "a pool has a server");
        assert_eq!(service.validate(), Ok(()), "a service time can be drawn");
        Pool { servers, busy: TimeAverage::new(Time::ZERO, 0.0), queue: VecDeque::new(), service, services }
    }

    /// A job arrives: it is served at once, or waits.
    pub fn submit(&mut self, job: Job, schedule: &mut impl Schedule<Event = Event<Job>>) {
        if self.busy() < self.servers {
            self.set_busy(self.busy() + 1, schedule.now());
            self.serve(job, schedule);
        } else {
            self.queue.push_back(job);
        }
    }

    /// A service ends: the job leaves, and the server takes the next one.
    pub fn handle(&mut self, event: Event<Job>, schedule: &mut impl Schedule<Event = Event<Job>>) -> Job {
        let Event::ServiceEnd(done) = event;
        assert!(self.busy() > 0, "a service ends where one was started");
        match self.queue.pop_front() {
            Some(next) => self.serve(next, schedule),
            None => self.set_busy(self.busy() - 1, schedule.now()),
        }
        done
    }

    /// Servers.
    pub fn servers(&self) -> u64 {
        self.servers
    }

    /// Jobs in service.
    pub fn busy(&self) -> u64 {
        self.busy.value() as u64
    }

    /// Jobs that wait.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Average share of the servers at work since the start, or since the warm-up ended.
    pub fn utilization(&self, now: Time) -> f64 {
        self.busy.mean(now) / self.servers as f64
    }

    /// The warm-up ends: what was observed is forgotten, the jobs stay.
    pub fn end_warm_up(&mut self, now: Time) {
        self.busy.restart(now);
    }

    fn serve(&mut self, job: Job, schedule: &mut impl Schedule<Event = Event<Job>>) {
        let service = Span::from_secs_f64(self.service.sample(&mut self.services));
        schedule.after(service, Event::ServiceEnd(job));
    }

    fn set_busy(&mut self, busy: u64, now: Time) {
        assert!(busy <= self.servers, "no more jobs in service than servers");
        self.busy.set(now, busy as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Recorder, Streams};

    fn pool(servers: u64, service: Distribution) -> Pool<u32> {
        Pool::new(servers, service, Streams::new(1, 0).stream("services"))
    }

    #[test]
    fn jobs_are_served_in_the_order_of_arrival() {
        let (mut pool, mut schedule) = (pool(2, Distribution::Constant { value: 3.0 }), Recorder::new());
        for job in 0..4 {
            pool.submit(job, &mut schedule);
            schedule.advance_to(Time::from_secs_f64(f64::from(job + 1) * 0.5));
        }
        assert_eq!((pool.busy(), pool.waiting(), schedule.pending().count()), (2, 2, 2));
        let mut departures = Vec::new();
        while let Some((time, event)) = schedule.pop() {
            departures.push((pool.handle(event, &mut schedule), time.as_secs_f64()));
        }
        // Two servers of 3 s: jobs arrive at 0, 0.5, 1 and 1.5 s.
        assert_eq!(departures, [(0, 3.0), (1, 3.5), (2, 6.0), (3, 6.5)]);
        assert_eq!((pool.busy(), pool.waiting()), (0, 0));
        let now = schedule.now();
        assert!((pool.utilization(now) - 12.0 / (2.0 * 6.5)).abs() < 1e-12);
        pool.end_warm_up(now);
        assert_eq!(pool.utilization(now), 0.0);
    }

    #[test]
    fn no_job_is_lost_and_no_server_has_two() {
        let (mut pool, mut schedule) = (pool(3, Distribution::Exponential { mean: 1.0 }), Recorder::new());
        let mut gaps = Streams::new(1, 0).stream("gaps");
        let mut served = Vec::new();
        for job in 0..2_000 {
            let arrival = schedule.now() + Span::from_secs_f64(gaps.exponential(0.4));
            while schedule.pending().any(|(time, _)| time <= arrival) {
                let (_, event) = schedule.pop().unwrap();
                served.push(pool.handle(event, &mut schedule));
            }
            schedule.advance_to(arrival);
            pool.submit(job, &mut schedule);
            assert_eq!(pool.busy() as usize, schedule.pending().count());
            assert!(pool.busy() <= pool.servers() && (pool.waiting() == 0 || pool.busy() == pool.servers()));
        }
        while let Some((_, event)) = schedule.pop() {
            served.push(pool.handle(event, &mut schedule));
        }
        served.sort_unstable();
        assert_eq!(served, (0..2_000).collect::<Vec<_>>());
    }
}
