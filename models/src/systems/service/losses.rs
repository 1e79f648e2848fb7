//! The wiring of what ends before it is done: attempts that are called off, and instances that fail.

use sim::{Calendar, Span};

use crate::systems::service::jobs::{Kind, Standing};
use crate::systems::service::world::{Event, ServiceWorld};

impl ServiceWorld {
    /// Nobody works on an attempt any more, wherever it is. A batch goes on with all its members.
    pub(super) fn call_off(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.jobs[number];
        if job.standing == Standing::Parked {
            self.parked.retain(|parked| *parked != number);
            self.leave(number, false);
            return;
        }
        let station = self.layout.station(job.step, job.instance);
        match job.standing {
            Standing::Batched | Standing::Parked => return,
            Standing::Asked(mark) => self.buying.iter_mut().for_each(|buying| buying.forget(mark)),
            Standing::Served(_) => {
                let spent = self.interrupt(number, calendar);
                self.jobs[number].spent = job.spent + spent;
                self.release(job, calendar);
            }
            Standing::Waits => {
                let priority = self.system.classes[job.class as usize].priority;
                self.stations[station].withdraw(number, priority);
                self.record.waits_no_more(job.step, calendar.now());
            }
            Standing::Forming => {
                self.formers[station].as_mut().expect("a batch is open").withdraw(number);
                self.waiting[station] -= 1;
                self.record.waits_no_more(job.step, calendar.now());
            }
            Standing::Divided(division) => self.call_off_parts(number, division, calendar),
        }
        self.leave(number, false);
    }

    /// Nobody works on the parts of an attempt any more.
    fn call_off_parts(&mut self, parent: u32, division: u32, calendar: &mut Calendar<Event>) {
        let job = self.jobs[parent];
        let station = self.layout.station(job.step, job.instance);
        let priority = self.system.classes[job.class as usize].priority;
        let parts = std::mem::take(&mut self.divisions[division].jobs);
        let (waiting, served): (Vec<u32>, Vec<u32>) =
            parts.into_iter().partition(|part| self.jobs[*part].standing == Standing::Waits);
        // Those who wait go first, so that no server begins with one of them.
        for part in waiting {
            self.stations[station].withdraw(part, priority);
            self.jobs.remove(part);
        }
        if self.divisions[division].begun.is_none() {
            self.waiting[station] -= 1;
            self.record.waits_no_more(job.step, calendar.now());
        }
        self.divisions.remove(division);
        for part in served {
            let spent = self.interrupt(part, calendar);
            let of_part = self.jobs[part];
            self.jobs.remove(part);
            self.jobs[parent].spent = self.jobs[parent].spent + of_part.spent + spent;
            self.release(of_part, calendar);
        }
    }

    /// A server stops before it is done; returns for how long it worked.
    pub(super) fn interrupt(&mut self, number: u32, calendar: &mut Calendar<Event>) -> Span {
        let now = calendar.now();
        let job = &mut self.jobs[number];
        calendar.cancel(job.ticket.take().expect("a service that may be called off has a ticket"));
        let (step, standing) = (job.step, job.standing);
        self.works_no_more(step, now);
        match standing {
            Standing::Served(since) => now - since,
            _ => unreachable!("a server is at it"),
        }
    }

    /// An instance fails: all that waits there or is served is lost.
    pub(super) fn fail(&mut self, instance: u32, calendar: &mut Calendar<Event>) {
        for station in self.layout.of_instance(instance) {
            self.stations[station].clear();
            self.formers[station].iter_mut().for_each(super::former::Former::clear);
        }
        let lost: Vec<u32> = self.jobs.numbers();
        let lost: Vec<u32> = lost
            .into_iter()
            .filter(|number| {
                let job = &self.jobs[*number];
                job.instance == instance && self.layout.on_instance(job.step)
            })
            .collect();
        let (attempts, helpers): (Vec<u32>, Vec<u32>) =
            lost.into_iter().partition(|number| self.jobs[*number].kind == Kind::Attempt);
        helpers.into_iter().for_each(|helper| self.lose_helper(helper, calendar));
        attempts.into_iter().for_each(|attempt| self.lose_with_instance(attempt, calendar));
        for station in self.layout.of_instance(instance) {
            self.waiting[station] = 0;
        }
    }

    /// A batch or a part is lost with its instance; its attempts had the time that was spent.
    fn lose_helper(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.jobs[number];
        let begun = matches!(job.standing, Standing::Served(_));
        let spent = if begun { self.interrupt(number, calendar) } else { Span::ZERO };
        if begun {
            self.stations[self.layout.station(job.step, job.instance)].release();
        }
        match job.kind {
            Kind::Batch(list) => {
                for member in self.dissolve(number, list, spent) {
                    // Lost below, as one that waits where the batch did.
                    let standing = if begun { Standing::Batched } else { Standing::Waits };
                    self.jobs[member].standing = standing;
                }
            }
            Kind::Part { parent, .. } => {
                self.jobs[parent].spent = self.jobs[parent].spent + spent;
                self.jobs.remove(number);
            }
            Kind::Attempt => unreachable!("an attempt is nobody's helper"),
        }
    }

    /// An attempt is lost with its instance.
    fn lose_with_instance(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.jobs[number];
        match job.standing {
            Standing::Served(_) => {
                let spent = self.interrupt(number, calendar);
                self.jobs[number].spent = job.spent + spent;
                self.stations[self.layout.station(job.step, job.instance)].release();
            }
            Standing::Waits | Standing::Forming => self.record.waits_no_more(job.step, calendar.now()),
            Standing::Batched | Standing::Parked | Standing::Asked(_) => {}
            Standing::Divided(division) => {
                if self.divisions[division].begun.is_none() {
                    self.record.waits_no_more(job.step, calendar.now());
                }
                self.divisions.remove(division);
            }
        }
        self.lose_instance(number, calendar);
    }
}
