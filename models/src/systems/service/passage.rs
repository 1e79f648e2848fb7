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
        if self.layout.on_instance(job.step) && !self.fleet.up()[job.instance as usize] {
            return self.lose(number, calendar);
        }
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
        if self.layout.on_instance(job.step) {
            job.service = job.service + self.fleet.load(job.instance, now);
        }
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
        if let Some(cache) = &mut self.cache {
            cache.keep(job.input);
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
        let job = self.jobs[number];
        let station = self.layout.station(job.step, job.instance);
        if job.begun.is_some() {
            self.interrupt(number, calendar);
            self.release(station, calendar);
        } else {
            let priority = self.system.classes[job.class as usize].priority;
            self.stations[station].withdraw(number, priority);
            self.record.waits_no_more(job.step, calendar.now());
        }
        self.leave(number, false);
    }

    /// A server stops before it is done.
    fn interrupt(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        let job = &mut self.jobs[number];
        calendar.cancel(job.ticket.take().expect("a service that may be called off has a ticket"));
        let begun = job.begun.take().expect("it had begun");
        job.spent = job.spent + (now - begun);
        self.record.ends(job.step, now);
    }

    /// An instance fails: all that waits there or is served is lost.
    pub(super) fn fail(&mut self, instance: u32, calendar: &mut Calendar<Event>) {
        for station in self.layout.of_instance(instance) {
            self.stations[station].clear();
        }
        for number in self.jobs.numbers() {
            let job = self.jobs[number];
            if job.instance != instance || !self.layout.on_instance(job.step) {
                continue;
            }
            if job.begun.is_some() {
                self.interrupt(number, calendar);
                self.stations[self.layout.station(job.step, instance)].release();
            } else {
                self.record.waits_no_more(job.step, calendar.now());
            }
            self.lose(number, calendar);
        }
    }

    /// A job is lost with its instance.
    fn lose(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let request = self.leave(number, false);
        if request != NOBODY {
            self.miss(request, Miss::Failed, calendar);
        }
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
