//! The wiring of batches and of requests in parts.

use sim::{Calendar, Schedule, Span, Time};

use crate::systems::service::division::{Division, Next, Node};
use crate::systems::service::former;
use crate::systems::service::jobs::{Job, Kind, NOBODY, Standing};
use crate::systems::service::station::Entry;
use crate::systems::service::world::{Event, ServiceWorld};
use crate::systems::service::{Form, Split};

impl ServiceWorld {
    /// An attempt comes to a step that serves batches.
    pub(super) fn join_batch(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let Job { step, instance, .. } = self.jobs[number];
        let station = self.layout.station(step, instance);
        if self.waiting[station] >= self.layout.places(step) {
            return self.refuse(number, calendar);
        }
        self.waiting[station] += 1;
        self.record.waits(step, calendar.now());
        self.jobs[number].standing = Standing::Forming;
        let former = self.formers[station].as_mut().expect("a station of batches has an open one");
        let closed = former.add(number, &mut calendar.scope(|event| Event::Former(station as u32, event)));
        if let Some(members) = closed {
            self.close_batch(station, members, calendar);
        }
    }

    /// The open batch of a station may be old enough.
    pub(super) fn age(&mut self, station: usize, event: former::Event, calendar: &mut Calendar<Event>) {
        let closed = self.formers[station].as_mut().and_then(|former| former.handle(event));
        if let Some(members) = closed {
            self.close_batch(station, members, calendar);
        }
    }

    /// A batch is complete, and comes to the servers.
    fn close_batch(&mut self, station: usize, members: Vec<u32>, calendar: &mut Calendar<Event>) {
        let first = self.jobs[members[0]];
        let (mut size, mut priority, mut slower) = (0.0, usize::MAX, 0.0);
        for member in &members {
            let job = &mut self.jobs[*member];
            job.standing = Standing::Batched;
            let class = &self.system.classes[job.class as usize];
            size += class.size;
            priority = priority.min(class.priority);
            slower += if job.canary { self.slower } else { 1.0 };
        }
        // Each member takes its share of the time at the pace of its version.
        slower /= members.len() as f64;
        let law = self.system.steps[first.step as usize].service.of(size);
        let service = Span::from_secs_f64(slower * law.sample(&mut self.services[first.step as usize]));
        let kind = Kind::Batch(self.lists.insert(members));
        let batch = self.add_helper(kind, first, service, calendar.now());
        self.submit_helper(batch, station, priority, calendar);
    }

    /// A job that works for attempts such as `of`.
    fn add_helper(&mut self, kind: Kind, of: Job, service: Span, now: Time) -> u32 {
        let standing = Standing::Waits;
        self.jobs.insert(Job {
            kind,
            request: NOBODY,
            came: now,
            service,
            standing,
            ticket: None,
            spent: Span::ZERO,
            ..of
        })
    }

    fn submit_helper(&mut self, job: u32, station: usize, priority: usize, calendar: &mut Calendar<Event>) {
        match self.stations[station].submit(job, priority) {
            Entry::Begins => self.begin(job, calendar),
            Entry::Waits => {}
            Entry::Refused => unreachable!("places are counted in requests, before these are put together or divided"),
        }
    }

    /// A server begins with a batch: its members wait no more.
    pub(super) fn begin_batch(&mut self, list: u32, now: Time) {
        for member in &self.lists[list] {
            let job = &self.jobs[*member];
            self.waiting[self.layout.station(job.step, job.instance)] -= 1;
            self.record.waits_no_more(job.step, now);
            if job.measured {
                self.record.waited(job.step, now - job.came);
            }
        }
    }

    /// A server is done with a batch.
    pub(super) fn served_batch(&mut self, number: u32, list: u32, calendar: &mut Calendar<Event>) {
        let batch = self.jobs[number];
        let members = self.dissolve(number, list, batch.spent + batch.service);
        self.release(batch, calendar);
        for member in members {
            if self.jobs[member].measured {
                self.record.serves(batch.step, batch.service);
            }
            self.advance(member, calendar);
        }
    }

    /// A batch is no more; each of its members had its share of the time.
    pub(super) fn dissolve(&mut self, number: u32, list: u32, time: Span) -> Vec<u32> {
        let members = std::mem::take(&mut self.lists[list]);
        self.lists.remove(list);
        self.jobs.remove(number);
        for member in &members {
            let job = &mut self.jobs[*member];
            job.spent = job.spent + time / members.len() as u64;
        }
        members
    }

    /// An attempt comes to a step that divides it.
    pub(super) fn divide(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let parent = self.jobs[number];
        let split = self.split(parent.step);
        let station = self.layout.station(parent.step, parent.instance);
        if !self.stations[station].is_free() && self.waiting[station] >= self.layout.places(parent.step) {
            return self.refuse(number, calendar);
        }
        self.waiting[station] += 1;
        self.record.waits(parent.step, calendar.now());
        let count = split.parts.of(self.system.classes[parent.class as usize].size);
        let arity = split.join.map_or(count.max(2), |join| join.arity);
        let division = self.divisions.insert(Division::new(count, arity));
        self.jobs[number].standing = Standing::Divided(division);
        // All parts are there before any of them is served.
        let parts: Vec<u32> = (0..count)
            .map(|place| {
                let kind = Kind::Part { parent: number, node: Node { row: 0, place } };
                let part = self.add_helper(kind, parent, Span::ZERO, calendar.now());
                self.draw_service(part);
                part
            })
            .collect();
        self.divisions[division].jobs.clone_from(&parts);
        let priority = self.system.classes[parent.class as usize].priority;
        parts.into_iter().for_each(|part| self.submit_helper(part, station, priority, calendar));
    }

    /// A server begins with a part: with the first of them the request waits no more.
    pub(super) fn begin_part(&mut self, parent: u32, now: Time) {
        let job = self.jobs[parent];
        let Standing::Divided(division) = job.standing else { unreachable!("its parts are served") };
        if self.divisions[division].begun.is_none() {
            self.divisions[division].begun = Some(now);
            self.waiting[self.layout.station(job.step, job.instance)] -= 1;
            self.record.waits_no_more(job.step, now);
            if job.measured {
                self.record.waited(job.step, now - job.came);
            }
        }
    }

    /// A server is done with a part, or with joining some.
    pub(super) fn served_part(&mut self, number: u32, parent: u32, node: Node, calendar: &mut Calendar<Event>) {
        let part = self.jobs[number];
        self.jobs.remove(number);
        let whole = &mut self.jobs[parent];
        whole.spent = whole.spent + part.spent + part.service;
        let Standing::Divided(division) = whole.standing else { unreachable!("its parts are served") };
        let (step, class, measured) = (whole.step, whole.class, whole.measured);
        self.divisions[division].jobs.retain(|job| *job != number);
        // What is joined comes behind those who wait.
        self.release(part, calendar);
        match self.next_join(step, division, node) {
            Next::Wait => {}
            Next::Join(node, inputs) => {
                let join = self.split(step).join.expect("only what is joined has joins");
                let service = join.merge.of(f64::from(inputs)).sample(&mut self.merges[step as usize]);
                let kind = Kind::Part { parent, node };
                let of = self.jobs[parent];
                let service = Span::from_secs_f64(if of.canary { service * self.slower } else { service });
                let merge = self.add_helper(kind, of, service, calendar.now());
                self.divisions[division].jobs.push(merge);
                let priority = self.system.classes[class as usize].priority;
                let station = self.layout.station(step, part.instance);
                self.submit_helper(merge, station, priority, calendar);
            }
            Next::Whole => {
                let begun = self.divisions[division].begun.expect("parts were served");
                self.divisions.remove(division);
                if measured {
                    self.record.serves(step, calendar.now() - begun);
                }
                self.advance(parent, calendar);
            }
        }
    }

    /// How a step divides.
    fn split(&self, step: u16) -> Split {
        match self.system.steps[step as usize].form {
            Form::Split(split) => split,
            Form::Single | Form::Batch { .. } => unreachable!("it has no parts"),
        }
    }

    /// What follows a node; parts that are not joined are whole when all of them are there.
    fn next_join(&mut self, step: u16, division: u32, node: Node) -> Next {
        let mut next = self.divisions[division].done(node);
        while let (Next::Join(above, _), None) = (next, self.split(step).join) {
            next = self.divisions[division].done(above);
        }
        next
    }
}
