//! M/M/16 at 90 % load as parts in a world of the kernel: what other ways to simulate it are held against.

use std::collections::VecDeque;

use sim::{Calendar, Schedule, Simulation, Span, Stream, Streams, Time, World};

pub const SERVERS: u32 = 16;
pub const GAP: f64 = 1.0 / (0.9 * SERVERS as f64);
pub const CUSTOMERS: u64 = 500_000;

pub enum Service {
    End(Time),
}

pub struct Pool {
    pub busy: u32,
    pub queue: VecDeque<Time>,
    pub services: Stream,
}

impl Pool {
    fn submit(&mut self, job: Time, schedule: &mut impl Schedule<Event = Service>) {
        if self.busy < SERVERS {
            self.busy += 1;
            self.serve(job, schedule);
        } else {
            self.queue.push_back(job);
        }
    }

    fn handle(&mut self, Service::End(done): Service, schedule: &mut impl Schedule<Event = Service>) -> Time {
        match self.queue.pop_front() {
            Some(next) => self.serve(next, schedule),
            None => self.busy -= 1,
        }
        done
    }

    fn serve(&mut self, job: Time, schedule: &mut impl Schedule<Event = Service>) {
        schedule.after(Span::from_secs_f64(self.services.exponential(1.0)), Service::End(job));
    }
}

pub enum Event {
    Arrival,
    Pool(Service),
}

pub struct Queue {
    pub gaps: Stream,
    pub pool: Pool,
    pub served: u64,
    pub sojourns: u64,
}

impl World for Queue {
    type Event = Event;

    fn handle(&mut self, event: Event, calendar: &mut Calendar<Event>) {
        match event {
            Event::Arrival => {
                self.pool.submit(calendar.now(), &mut calendar.scope(Event::Pool));
                calendar.after(Span::from_secs_f64(self.gaps.exponential(GAP)), Event::Arrival);
            }
            Event::Pool(event) => {
                let arrived = self.pool.handle(event, &mut calendar.scope(Event::Pool));
                self.served += 1;
                self.sojourns += (calendar.now() - arrived).nanos();
            }
        }
    }
}

/// Sum of the sojourns of the first `CUSTOMERS` \[ns\].
pub fn run() -> u64 {
    let streams = Streams::new(1, 0);
    let pool = Pool { busy: 0, queue: VecDeque::new(), services: streams.stream("services") };
    let mut run = Simulation::new(Queue { gaps: streams.stream("gaps"), pool, served: 0, sojourns: 0 });
    run.calendar.at(Time::ZERO, Event::Arrival);
    run.run_while(|queue| queue.served < CUSTOMERS);
    run.world.sojourns
}
