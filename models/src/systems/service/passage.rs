//! The service's side of the wiring: jobs pass the steps.

use sim::{Calendar, Span, Time};

use crate::systems::service::jobs::{Job, NOBODY};
use crate::systems::service::requests::{Ending, Miss};
use crate::systems::service::station::Entry;
use crate::systems::service::world::{Event, ServiceWorld};

impl ServiceWorld {
    /// A job comes to its step.
    pub(super) fn enter(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.draw_service(number, calendar.now());
        let priority = self.system.classes[job.class as usize].priority;
        match self.stations[self.layout.station(job.step, job.instance)].submit(number, priority) {
            Entry::Begins => self.begin(number, calendar),
            Entry::Waits => self.record.waits(job.step, calendar.now()),
            Entry::Refused => {
                if job.measured {
                    self.record.refuses(job.step);
                }
                let request = self.leave(number, false);
                if request != NOBODY {
                    self.miss(request, Miss::Refused, calendar);
                }
            }
        }
    }

    /// Draws how long the step of a job takes.
    fn draw_service(&mut self, number: u32, now: Time) -> Job {
        let job = &mut self.jobs[number];
        let law = &self.laws[job.step as usize * self.classes.len() + job.class as usize];
        job.came = now;
        job.service = Span::from_secs_f64(law.sample(&mut self.services[job.step as usize]));
        *job
    }

    /// A server begins with the step of a job.
    fn begin(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        let job = &mut self.jobs[number];
        job.begun = Some(now);
        if self.interruptible {
            job.ticket = Some(calendar.at_cancellable(now + job.service, Event::Served(number)));
        } else {
            calendar.after(job.service, Event::Served(number));
        }
        self.record.begins(job.step, now, now - job.came, job.measured);
    }

    /// A step of a job is done: its worker goes on with it, or it comes to the next step, or it is answered.
    pub(super) fn served(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        let job = &mut self.jobs[number];
        job.begun = None;
        job.spent = job.spent + job.service;
        let job = *job;
        self.record.ends(job.step, now);
        if job.measured {
            self.record.serves(job.step, job.service);
        }
        if self.layout.goes_on(job.step) {
            self.jobs[number].step += 1;
            self.draw_service(number, now);
            return self.begin(number, calendar);
        }
        self.release(self.layout.station(job.step, job.instance), calendar);
        if job.step as usize + 1 < self.system.steps.len() {
            self.jobs[number].step += 1;
            return self.enter(number, calendar);
        }
        let request = self.leave(number, job.request != NOBODY);
        if request != NOBODY {
            self.end(request, Ending::Answered, calendar);
        }
    }

    /// A server of a station begins with the next job, or is free.
    fn release(&mut self, station: usize, calendar: &mut Calendar<Event>) {
        if let Some(next) = self.stations[station].release() {
            self.record.waits_no_more(self.jobs[next].step, calendar.now());
            self.begin(next, calendar);
        }
    }

    /// Nobody works on a job any more, wherever it is.
    pub(super) fn call_off(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let (job, now) = (self.jobs[number], calendar.now());
        let station = self.layout.station(job.step, job.instance);
        match job.begun {
            Some(begun) => {
                let ticket = job.ticket.expect("a service that may be called off has a ticket");
                calendar.cancel(ticket);
                self.jobs[number].spent = job.spent + (now - begun);
                self.record.ends(job.step, now);
                self.release(station, calendar);
            }
            None => {
                let priority = self.system.classes[job.class as usize].priority;
                self.stations[station].withdraw(number, priority);
                self.record.waits_no_more(job.step, now);
            }
        }
        self.leave(number, false);
    }

    /// A job leaves the service, of use or not; returns who waits for it.
    fn leave(&mut self, number: u32, of_use: bool) -> u32 {
        let Job { request, instance, spent, .. } = self.jobs[number];
        self.jobs.remove(number);
        self.balancer.leave(instance);
        if self.record.measuring && spent > Span::ZERO {
            self.record.works(spent, of_use);
        }
        request
    }
}
