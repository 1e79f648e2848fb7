//! The same servers on machines that come and go.
//!
//! Model: as [`super`], job by job: idle servers take the jobs of the oldest batch, on the first machine that has room, so that the last
//! become idle. A machine that is to go ends what it has. What a machine that is lost had in hand is begun again before the rest of its
//! batch, from its last checkpoint. What ends or arrives at one instant is there before any server is given work.
//!
//! Assumptions: those of [`crate::machines`]; whoever orders jobs learns of nothing but that all of them are done. Source: the
//! definition. Leaves out: machines of several speeds.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use sim::{Schedule, Span, Streams, Time};

use super::row::{Numbers, Row};
use super::{Discipline, Event};
use crate::machines::{self, Busy, Change, Lifecycle, Machines, PoolOutcome};
use crate::services::Services;

/// Machines that proofs are made on, and that come and go.
#[derive(Debug, Clone, PartialEq)]
pub struct ProverLife {
    /// Proofs that a machine makes at once.
    pub servers: u64,
    /// How they come and go.
    pub lifecycle: Lifecycle,
    /// How often a proof is saved, so that only what came after is lost with a machine; `None`: never.
    pub checkpoint: Option<Span>,
}

impl ProverLife {
    /// Panics where it cannot be.
    pub(crate) fn check(&self) {
        assert!(self.servers > 0, "a machine has a server");
        self.lifecycle.check();
    }
}

/// A batch by its age and its place among all that arrived.
type Key = (u64, u64);

/// A batch of which not all jobs are done.
#[derive(Debug)]
struct Batch<Then> {
    then: Then,
    parts: Vec<Services>,
    /// Jobs that have been started of the first part; the parts before it are gone.
    started: u64,
    /// Jobs that were lost with their machines, and what is left of each.
    again: Vec<(u64, Span)>,
    /// Jobs at work.
    running: u64,
    /// When it is done, once all of its jobs are.
    done: Time,
}

/// Jobs that are alike: how many, how long each takes, and by how much the slowest of them takes longer.
#[derive(Debug, Clone, Copy)]
struct Alike {
    jobs: u64,
    service: Span,
    slowest: Span,
}

impl<Then> Batch<Then> {
    /// The jobs that are next, where so many servers serve; nothing where all have been started.
    fn next(&self, servers: u64) -> Option<Alike> {
        if let Some((jobs, service)) = self.again.last() {
            return Some(Alike { jobs: *jobs, service: *service, slowest: Span::ZERO });
        }
        Some(match self.parts.first()? {
            Services::Alike { jobs, each, slowest } => {
                // Where more jobs than servers share the work, who is slow serves fewer of them.
                let slowest = if *jobs <= servers { *slowest } else { Span::ZERO };
                Alike { jobs: jobs - self.started, service: *each, slowest }
            }
            Services::Each(each) => Alike { jobs: 1, service: each[self.started as usize], slowest: Span::ZERO },
        })
    }

    /// So many of them are started.
    fn start(&mut self, jobs: u64) {
        self.running += jobs;
        if let Some((left, _)) = self.again.last_mut() {
            *left -= jobs;
            if *left == 0 {
                self.again.pop();
            }
            return;
        }
        self.started += jobs;
        self.drop_started();
    }

    /// Forgets the first parts, as far as all of their jobs have been started.
    fn drop_started(&mut self) {
        while self.parts.first().is_some_and(|part| part.jobs() == self.started) {
            self.parts.remove(0);
            self.started = 0;
        }
    }

    fn is_started(&self) -> bool {
        self.parts.is_empty() && self.again.is_empty()
    }
}

/// Jobs of a batch that servers began at the same time, one each.
#[derive(Debug, Clone)]
struct Run {
    of: Key,
    servers: Numbers,
    began: Time,
    service: Span,
    slowest: Span,
}

impl Run {
    fn jobs(&self) -> u64 {
        self.servers.end - self.servers.start
    }
}

/// Server-seconds of service so far.
#[derive(Debug, Default)]
struct Work {
    at_work: u64,
    since: Time,
    given_s: f64,
}

impl Work {
    fn at(&self, now: Time) -> f64 {
        self.given_s + self.at_work as f64 * (now - self.since).as_secs_f64()
    }

    fn set(&mut self, at_work: u64, now: Time) {
        *self = Self { at_work, since: now, given_s: self.at(now) };
    }
}

/// Servers of machines that come and go, the jobs that wait for them, and what follows when they are done.
#[derive(Debug)]
pub(crate) struct Changing<Then> {
    machines: Machines,
    row: Row,
    busy: Busy,
    servers_of_one: u64,
    checkpoint: Option<Span>,
    discipline: Discipline,
    batches: BTreeMap<Key, Batch<Then>>,
    /// Those that have a job to be started.
    open: BTreeSet<Key>,
    /// Jobs at work, by when they end.
    running: BTreeMap<Time, Vec<Run>>,
    arrived: u64,
    /// Whether they wake up when everything of this instant has happened.
    wakes: bool,
    waiting: u64,
    work: Work,
    /// Service that was lost with machines since the start, in server-seconds.
    lost_s: f64,
}

impl<Then: From<Event>> Changing<Then> {
    /// Idle machines with so many servers in all; `name` is that of the pool.
    pub(crate) fn new(
        life: &ProverLife,
        servers: u64,
        discipline: Discipline,
        (name, streams): (&str, &Streams),
    ) -> Self {
        life.check();
        let machines = Machines::new(&life.lifecycle, servers / life.servers, name, streams);
        Self {
            row: Row::new(machines.up().len() as u64, life.servers),
            machines,
            busy: Busy::new(&life.lifecycle, life.servers as f64),
            servers_of_one: life.servers,
            checkpoint: life.checkpoint,
            discipline,
            batches: BTreeMap::new(),
            open: BTreeSet::new(),
            running: BTreeMap::new(),
            arrived: 0,
            wakes: false,
            waiting: 0,
            work: Work::default(),
            lost_s: 0.0,
        }
    }

    /// The machines begin.
    pub(crate) fn start(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        self.machines.start(&mut schedule.scope(|event| Event::Machines(event).into()));
        for (machine, _) in self.machines.up().iter().enumerate().filter(|(_, up)| **up) {
            self.row.open(machine as u32);
        }
    }

    /// A batch arrives; the older its work, the smaller is `age`. When all its jobs are done, `then` happens.
    pub(crate) fn submit(
        &mut self,
        age: u64,
        parts: Vec<Services>,
        then: Then,
        schedule: &mut impl Schedule<Event = Then>,
    ) {
        let now = schedule.now();
        let mut batch = Batch { then, parts, started: 0, again: Vec::new(), running: 0, done: now };
        batch.drop_started();
        if batch.is_started() {
            schedule.at(now, batch.then);
            return;
        }
        self.waiting += batch.parts.iter().map(Services::jobs).sum::<u64>();
        let age = if self.discipline == Discipline::OldestFirst { age } else { 0 };
        self.arrived += 1;
        self.batches.insert((age, self.arrived), batch);
        self.open.insert((age, self.arrived));
        self.wake_up(schedule);
    }

    /// Something happens.
    pub(crate) fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Then>) {
        match event {
            Event::Wake => {
                self.wakes = false;
                self.begin(schedule);
            }
            Event::Ended => self.end(schedule),
            Event::Machines(event) => self.change(event, schedule),
        }
    }

    /// The measured time begins.
    pub(crate) fn measure(&mut self, now: Time) {
        self.machines.measure(now);
    }

    /// The measured time ends, which was so long.
    pub(crate) fn close(&mut self, now: Time, measured: Span) {
        self.machines.close(now, measured);
    }

    /// What the machines did, once the measured time is over.
    pub(crate) fn outcome(&self, name: &str) -> PoolOutcome {
        self.machines.outcome(name)
    }

    /// Machines that are paid for now, by lot.
    pub(crate) fn paid_now(&self) -> Vec<f64> {
        self.machines.paid_now()
    }

    /// Jobs that no server has begun.
    pub(crate) fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Service given since the start, in server-seconds, and what of it was lost with machines.
    pub(crate) fn work(&self, now: Time) -> (f64, f64) {
        (self.work.at(now), self.lost_s)
    }

    /// They give work to servers when everything of this instant has happened.
    fn wake_up(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        if !std::mem::replace(&mut self.wakes, true) {
            schedule.at(schedule.now(), Event::Wake.into());
        }
    }

    /// Idle servers begin with what waits.
    fn begin(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        let now = schedule.now();
        let serving = self.machines.serving() as u64 * self.servers_of_one;
        let mut begun = 0;
        while let Some(of) = self.open.first().copied() {
            let batch = self.batches.get_mut(&of).expect("what is open is there");
            let next = batch.next(serving).expect("an open batch has a job");
            let Some(servers) = self.row.take_up_to(next.jobs) else { break };
            let ends = now + next.service;
            let run = Run { of, servers, began: now, service: next.service, slowest: next.slowest };
            batch.start(run.jobs());
            begun += run.jobs();
            if batch.is_started() {
                self.open.remove(&of);
            }
            let runs = self.running.entry(ends).or_insert_with(|| {
                schedule.at(ends, Event::Ended.into());
                Vec::new()
            });
            runs.push(run);
        }
        self.waiting -= begun;
        self.count(self.work.at_work + begun, now);
    }

    /// The jobs that end now are done.
    fn end(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        let (now, mut ended) = (schedule.now(), 0);
        for run in self.running.remove(&now).unwrap_or_default() {
            ended += run.jobs();
            let batch = self.batches.get_mut(&run.of).expect("a batch stays until it is done");
            batch.running -= run.jobs();
            batch.done = batch.done.max(now + run.slowest);
            if batch.running == 0 && batch.is_started() {
                let batch = self.batches.remove(&run.of).expect("it is there");
                schedule.at(batch.done.max(now), batch.then);
            }
            for machine in self.row.leave(run.servers) {
                self.machines.emptied(machine, now);
            }
        }
        self.count(self.work.at_work - ended, now);
        self.wake_up(schedule);
    }

    /// So many servers are at work from now on.
    fn count(&mut self, at_work: u64, now: Time) {
        self.busy.works(at_work as f64 - self.work.at_work as f64, now);
        self.work.set(at_work, now);
    }

    /// Something happens to the machines.
    fn change(&mut self, event: machines::Event, schedule: &mut impl Schedule<Event = Then>) {
        let now = schedule.now();
        let in_hand = self.waiting + self.work.at_work;
        let looks = event == machines::Event::Look;
        let seen = if looks { self.busy.look(in_hand as f64, now) } else { machines::Seen::default() };
        let changes = self.machines.handle(event, seen, &mut schedule.scope(|event| Event::Machines(event).into()));
        let mut lost = BTreeSet::new();
        for change in &changes {
            match *change {
                Change::Serves(machine) | Change::Remains(machine) => self.row.open(machine),
                Change::Leaves(machine) => {
                    if self.row.close(machine) {
                        self.machines.emptied(machine, now);
                    }
                }
                Change::Lost(machine) => {
                    self.row.close(machine);
                    lost.insert(machine);
                }
            }
        }
        if !lost.is_empty() {
            self.put_back(&lost, now);
        }
        if !changes.is_empty() {
            self.wake_up(schedule);
        }
    }

    /// What lost machines had in hand is begun again.
    fn put_back(&mut self, lost: &BTreeSet<u32>, now: Time) {
        let mut gone = Vec::new();
        for runs in self.running.values_mut() {
            let mut go_on = Vec::with_capacity(runs.len());
            for run in runs.drain(..) {
                let (of_lost, others) = self.row.split(&run.servers, lost);
                gone.extend(of_lost.into_iter().map(|servers| Run { servers, ..run.clone() }));
                go_on.extend(others.into_iter().map(|servers| Run { servers, ..run.clone() }));
            }
            *runs = go_on;
        }
        let mut jobs = 0;
        for run in gone {
            let spent = now - run.began;
            let kept = self
                .checkpoint
                .map_or(Span::ZERO, |every| Span::from_nanos(spent.nanos() / every.nanos().max(1) * every.nanos()));
            self.lost_s += run.jobs() as f64 * Span::from_nanos(spent.nanos() - kept.nanos()).as_secs_f64();
            let batch = self.batches.get_mut(&run.of).expect("a batch stays until it is done");
            batch.running -= run.jobs();
            batch.again.push((run.jobs(), Span::from_nanos(run.service.nanos() - kept.nanos())));
            self.open.insert(run.of);
            jobs += run.jobs();
            self.row.leave(run.servers);
        }
        self.waiting += jobs;
        self.count(self.work.at_work - jobs, now);
    }
}
