//! The service's side of the wiring: jobs pass the steps.

use sim::{Calendar, Span, Time};

use crate::systems::service::jobs::{Job, Kind, NOBODY, Standing};
use crate::systems::service::layout::Shape;
use crate::systems::service::pools::OF_INSTANCES;
use crate::systems::service::requests::{Ending, Miss};
use crate::systems::service::station::Entry;
use crate::systems::service::world::{Event, ServiceWorld};

/// A service on servers that are so many times as fast.
pub(super) fn faster(service: Span, speed: f64) -> Span {
    if speed == 1.0 { service } else { Span::from_secs_f64(service.as_secs_f64() / speed) }
}

impl ServiceWorld {
    /// An attempt comes to its step.
    pub(super) fn enter(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = &mut self.jobs[number];
        job.came = calendar.now();
        job.standing = Standing::Waits;
        let (step, instance) = (job.step, job.instance);
        if self.layout.on_instance(step) && !self.takes_work(instance) {
            return self.lose_instance(number, calendar);
        }
        if !self.buys(number, calendar) {
            self.enter_own(number, calendar);
        }
    }

    /// An attempt comes to servers of the service.
    #[inline]
    pub(super) fn enter_own(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = &mut self.jobs[number];
        (job.came, job.standing) = (calendar.now(), Standing::Waits);
        match self.layout.shape(job.step) {
            Shape::Single => self.enter_alone(number, calendar),
            Shape::Batch => self.join_batch(number, calendar),
            Shape::Split => self.divide(number, calendar),
        }
    }

    /// An attempt comes to a step that serves it alone.
    #[inline]
    fn enter_alone(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.draw_service(number);
        let priority = self.system.classes[job.class as usize].priority;
        match self.stations[self.layout.station(job.step, job.instance)].submit(number, priority) {
            Entry::Begins => self.begin(number, calendar),
            Entry::Waits => self.record.waits(job.step, calendar.now()),
            Entry::Refused => self.refuse(number, calendar),
        }
    }

    /// There is no place for an attempt.
    pub(super) fn refuse(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = &self.jobs[number];
        if job.measured {
            self.record.refuses(job.step);
        }
        self.lose(number, Miss::Refused, calendar);
    }

    /// Draws how long the step of a job takes.
    #[inline]
    pub(super) fn draw_service(&mut self, number: u32) -> Job {
        let job = &mut self.jobs[number];
        let law = &self.laws[job.step as usize * self.classes.len() + job.class as usize];
        let mut service_s = law.sample(&mut self.services[job.step as usize]);
        if job.canary {
            service_s *= self.slower;
        }
        job.service = Span::from_secs_f64(service_s);
        *job
    }

    /// A server begins with a job.
    pub(super) fn begin(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        let job = &mut self.jobs[number];
        if self.layout.on_instance(job.step) {
            job.service = job.service + self.warmth.load(job.instance, now);
        }
        if self.machines_matter {
            let pool = &mut self.pools[self.pool_of[job.step as usize] as usize];
            pool.busy.works(1.0, now);
            if let Some(seats) = &mut pool.seats {
                job.host = seats.take();
                job.service = faster(job.service, seats.speed(job.host));
            }
        }
        job.standing = Standing::Served(now);
        if self.interruptible {
            job.ticket = Some(calendar.at_cancellable(now + job.service, Event::Served(number)));
        } else {
            calendar.after(job.service, Event::Served(number));
        }
        self.record.begins(job.step, now);
        match job.kind {
            Kind::Attempt if job.measured => self.record.waited(job.step, now - job.came),
            Kind::Attempt => {}
            Kind::Batch(list) => self.begin_batch(list, now),
            Kind::Part { parent, .. } => self.begin_part(parent, now),
        }
    }

    /// A server is done with a job.
    pub(super) fn served(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.jobs[number];
        self.works_no_more(job.step, calendar.now());
        if self.layout.on_instance(job.step) {
            self.record.worked_on(job.instance, job.service);
        }
        match job.kind {
            Kind::Attempt => self.served_alone(number, calendar),
            Kind::Batch(list) => self.served_batch(number, list, calendar),
            Kind::Part { parent, node } => self.served_part(number, parent, node, calendar),
        }
    }

    /// A step of an attempt is done: its worker goes on with the next, or is free.
    #[inline]
    fn served_alone(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = &mut self.jobs[number];
        job.spent = job.spent + job.service;
        let job = *job;
        if job.measured {
            self.record.serves(job.step, job.service);
        }
        if self.layout.goes_on(job.step) {
            let next = &mut self.jobs[number];
            next.step += 1;
            next.came = calendar.now();
            self.draw_service(number);
            return self.begin(number, calendar);
        }
        self.release(job, calendar);
        self.advance(number, calendar);
    }

    /// A server is no longer at a step.
    #[inline]
    pub(super) fn works_no_more(&mut self, step: u16, now: Time) {
        self.record.ends(step, now);
        if self.machines_matter {
            self.pools[self.pool_of[step as usize] as usize].busy.works(-1.0, now);
        }
    }

    /// Whether an instance serves what it has in hand, though it may get no more.
    fn takes_work(&self, instance: u32) -> bool {
        let machines = &self.pools[OF_INSTANCES as usize].machines;
        machines.up()[instance as usize] || machines.is_leaving(instance)
    }

    /// A step of an attempt is done: it comes to the next, or is answered.
    #[inline]
    pub(super) fn advance(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let Job { step, request, input, canary, .. } = self.jobs[number];
        if request == NOBODY && self.cancels {
            // It was called off while others were served together with it.
            self.leave(number, false);
            return;
        }
        if step as usize + 1 < self.system.steps.len() {
            self.jobs[number].step += 1;
            return self.enter(number, calendar);
        }
        if canary && self.spoiled(number, calendar) {
            return;
        }
        if let Some(cache) = &mut self.cache {
            cache.keep(input);
        }
        self.leave(number, request != NOBODY);
        if request != NOBODY {
            self.end(request, Ending::Answered, calendar);
        }
    }

    /// Whether a result of the new version is of no use; if so, its attempt is over.
    fn spoiled(&mut self, number: u32, calendar: &mut Calendar<Event>) -> bool {
        let Some(canary) = &mut self.canary else { return false };
        let (spoiled, stand_in) = (canary.spoils(), canary.rules.stand_in);
        let Job { request, measured, .. } = self.jobs[number];
        if measured {
            self.record.rollout.served += 1;
            self.record.rollout.spoiled += u64::from(spoiled);
        }
        if !spoiled {
            return false;
        }
        match stand_in {
            Some(delay) if request != NOBODY => {
                self.leave(number, false);
                // Nothing can go wrong with it any more: it is only on its way.
                self.requests[request].waits_for = None;
                self.record.rollout.stood_in += u64::from(measured);
                calendar.after(delay, Event::StoodIn(request));
            }
            _ => self.lose(number, Miss::Failed, calendar),
        }
        true
    }

    /// The server of a job begins with the next one, or is free, or goes with its machine.
    #[inline]
    pub(super) fn release(&mut self, job: Job, calendar: &mut Calendar<Event>) {
        if self.machines_matter && self.goes_with_machine(job, calendar.now()) {
            return;
        }
        if let Some(next) = self.stations[self.layout.station(job.step, job.instance)].release() {
            self.begin_waited(next, calendar);
        }
    }

    /// Whether the server of a job goes with its machine.
    fn goes_with_machine(&mut self, job: Job, now: Time) -> bool {
        let pool = &mut self.pools[self.pool_of[job.step as usize] as usize];
        let Some(seats) = &mut pool.seats else { return false };
        let goes = !seats.leave(job.host);
        if goes && seats.is_idle(job.host) {
            pool.machines.emptied(job.host, now);
        }
        goes
    }

    /// A server begins with a job that waited for it.
    #[inline]
    pub(super) fn begin_waited(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = &self.jobs[number];
        if job.kind == Kind::Attempt {
            self.record.waits_no_more(job.step, calendar.now());
        }
        self.begin(number, calendar);
    }

    /// An attempt brings no answer: its client hears of it.
    pub(super) fn lose(&mut self, number: u32, miss: Miss, calendar: &mut Calendar<Event>) {
        let request = self.leave(number, false);
        if request != NOBODY {
            self.miss(request, miss, calendar);
        }
    }

    /// An attempt leaves the service, of use or not; returns who waits for it.
    #[inline]
    pub(super) fn leave(&mut self, number: u32, of_use: bool) -> u32 {
        let Job { request, instance, spent, .. } = self.jobs[number];
        self.jobs.remove(number);
        if instance != NOBODY {
            self.balancer.leave(instance);
            if self.machines_matter {
                self.leave_if_empty(instance, self.now);
            }
        }
        if self.record.measuring && spent > Span::ZERO {
            self.record.works(spent, of_use);
        }
        request
    }
}
