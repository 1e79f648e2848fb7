//! The same servers on machines that come and go.
//!
//! Model: as [`super`], from one change of the machines to the next. The jobs at work are on the first machines, so that the last are idle;
//! which of them a machine has is drawn when it goes. A machine that is to go ends what it has. What a machine that is lost had in hand is
//! begun again before the rest of its batch, from its last checkpoint. A batch is done when the last of its jobs is.
//!
//! Assumptions: those of [`crate::machines`] and of the station ([`crate::station`]); whoever orders jobs learns of nothing but that all of them are done. Source: the
//! definition; that it does not matter which job is on which of several machines alike, as long as none of them goes. Leaves out: machines
//! of several speeds.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sim::{Schedule, Span, Stream, Streams, Time};

use super::{Batch, Discipline, Event, InHand, Key, Servers, Waiting, left_at};
use crate::machines::{self, Change, Lifecycle, Machines, PoolOutcome, Seen};
use crate::services::Services;
use crate::station::{self, Group, Station};

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

/// A job that a server has in hand.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Job {
    of: Key,
    service: Span,
}

/// What a server has in hand.
type Hand = Option<Job>;

impl InHand for Hand {
    fn of(batch: Key, service: Span) -> Self {
        Some(Job { of: batch, service })
    }
}

/// What follows when a batch is done.
#[derive(Debug)]
struct Promise<Then> {
    then: Then,
    /// How many parts of it are not done: what was lost of a batch that had been started is a part of its own.
    parts: u32,
}

/// Servers of machines that come and go, the jobs that wait for them, and what follows when they are done.
#[derive(Debug)]
pub(crate) struct Changing<Then> {
    machines: Machines,
    /// The servers of the machines that are open.
    servers: Servers<Event, Hand>,
    servers_of_one: u64,
    checkpoint: Option<Span>,
    discipline: Discipline,
    /// By the number of the batch.
    promises: BTreeMap<u32, Promise<Then>>,
    open: Open,
    /// What machines have in hand that are to go.
    leaving: BTreeMap<u32, Vec<Group<Hand>>>,
    /// Which jobs a machine has that goes.
    draws: Stream,
    /// When the autoscaler last looked, and what had been given by then.
    looked: (Time, f64),
    /// Service of jobs that were lost which was not given, in server-seconds.
    not_given_s: f64,
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
            open: Open::new(machines.up().len()),
            machines,
            // That of age and of arrival is one order, in which a batch that comes back has its place: nothing is sure of the future.
            servers: Servers::on(Station::default(), Discipline::OldestFirst),
            servers_of_one: life.servers,
            checkpoint: life.checkpoint,
            discipline,
            promises: BTreeMap::new(),
            leaving: BTreeMap::new(),
            draws: streams.stream(&format!("jobs of machines that go of {name}")),
            looked: (Time::ZERO, 0.0),
            not_given_s: 0.0,
            lost_s: 0.0,
        }
    }

    /// The machines begin.
    pub(crate) fn start(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        self.machines.start(&mut schedule.scope(|event| Event::Machines(event).into()));
        let up: Vec<u32> = (0..).zip(self.machines.up()).filter(|(_, up)| **up).map(|(machine, _)| machine).collect();
        up.into_iter().for_each(|machine| self.open(machine, schedule.now()));
    }

    /// A batch arrives; the older its work, the smaller is `age`. When all its jobs are done, `then` happens.
    pub(crate) fn submit(
        &mut self,
        age: u64,
        parts: Vec<Services>,
        then: Then,
        schedule: &mut impl Schedule<Event = Then>,
    ) {
        if parts.iter().all(|part| part.jobs() == 0) {
            schedule.at(schedule.now(), then);
            return;
        }
        let age = if self.discipline == Discipline::OldestFirst { age } else { 0 };
        let number = (self.servers.arrived + 1) as u32;
        self.promises.insert(number, Promise { then, parts: 1 });
        self.servers.submit(age, parts, Event::Done(number), &mut schedule.scope(Then::from));
    }

    /// Something happens.
    pub(crate) fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Then>) {
        match event {
            Event::Wake => self.servers.wake(&mut schedule.scope(Then::from)),
            Event::Done(number) => self.end(number, schedule),
            Event::Emptied => self.empty(schedule.now()),
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
    pub(crate) fn waiting(&self, now: Time) -> u64 {
        self.servers.seen_at(now).1
    }

    /// Service given since the start, in server-seconds, and what of it was lost with machines.
    pub(crate) fn work(&self, now: Time) -> (f64, f64) {
        (self.given_s(&self.servers.seen_at(now).0, now), self.lost_s)
    }

    /// Service given by now, where this is the station.
    fn given_s(&self, station: &Station<Hand>, now: Time) -> f64 {
        let leaving = self.leaving.values().flatten();
        let promised_s = leaving.map(|group| group.servers as f64 * left_at(group, now).as_secs_f64());
        Servers::<Event, Hand>::given_s(station, now) - self.not_given_s - promised_s.sum::<f64>()
    }

    /// A part of a batch is done.
    fn end(&mut self, number: u32, schedule: &mut impl Schedule<Event = Then>) {
        let Some(promise) = self.promises.get_mut(&number) else { return };
        promise.parts -= 1;
        if promise.parts == 0
            && let Some(Promise { then, .. }) = self.promises.remove(&number)
        {
            schedule.at(schedule.now(), then);
        }
    }

    /// Machines that are to go, and have ended what they had.
    fn empty(&mut self, now: Time) {
        self.leaving.retain(|machine, in_hand| {
            let is_at_work = in_hand.iter().any(|group| group.free > now);
            if !is_at_work {
                self.machines.emptied(*machine, now);
            }
            is_at_work
        });
    }

    /// Something happens to the machines.
    fn change(&mut self, event: machines::Event, schedule: &mut impl Schedule<Event = Then>) {
        let now = schedule.now();
        let seen = if event == machines::Event::Look { self.look(now) } else { Seen::default() };
        let changes = self.machines.handle(event, seen, &mut schedule.scope(|event| Event::Machines(event).into()));
        if changes.is_empty() {
            return;
        }
        self.servers.pause(&mut schedule.scope(Then::from));
        for change in changes {
            match change {
                Change::Serves(machine) | Change::Remains(machine) => self.open(machine, now),
                Change::Leaves(machine) => {
                    let in_hand = self.take(machine, now);
                    match in_hand.iter().map(|group| group.free).max() {
                        None => self.machines.emptied(machine, now),
                        Some(last) => {
                            self.leaving.insert(machine, in_hand);
                            schedule.at(last, Event::Emptied.into());
                        }
                    }
                }
                Change::Lost(machine) => {
                    let in_hand = self.leaving.remove(&machine).unwrap_or_else(|| self.take(machine, now));
                    in_hand.into_iter().for_each(|group| self.lose(group, now));
                }
            }
        }
        self.servers.go_on(&mut schedule.scope(Then::from));
    }

    /// What an autoscaler sees that looks now.
    fn look(&mut self, now: Time) -> Seen {
        let (station, waiting) = self.servers.seen_at(now);
        let at_work = station.groups().chain(self.leaving.values().flatten()).filter(|group| group.free > now);
        let in_hand = waiting + at_work.map(|group| group.servers).sum::<u64>();
        let given_s = self.given_s(&station, now);
        let (since, before_s) = std::mem::replace(&mut self.looked, (now, given_s));
        let server_s = (now - since).as_secs_f64() * self.servers_of_one as f64;
        Seen { busy: if server_s > 0.0 { (given_s - before_s) / server_s } else { 0.0 }, in_hand: in_hand as f64 }
    }

    /// A machine serves from now on, with what it has in hand where it was to go.
    fn open(&mut self, machine: u32, now: Time) {
        if !self.open.insert(machine) {
            return;
        }
        let station = &mut self.servers.station;
        let mut idle = self.servers_of_one;
        for group in self.leaving.remove(&machine).into_iter().flatten().filter(|group| group.free > now) {
            idle -= group.servers;
            station.add(group);
        }
        if idle > 0 {
            station.add(Group { free: now, servers: idle, hand: None });
        }
    }

    /// A machine serves no more; what it has in hand. Those that are idle have been released.
    fn take(&mut self, machine: u32, now: Time) -> Vec<Group<Hand>> {
        if !self.open.remove(machine) {
            return Vec::new();
        }
        let station = &mut self.servers.station;
        let idle: u64 = station.groups().take_while(|group| group.free <= now).map(|group| group.servers).sum();
        let at_work = station.servers() - idle;
        // Servers in front of those of this machine have work before them.
        let before = self.open.before(machine) * self.servers_of_one;
        let of_machine = at_work.saturating_sub(before).min(self.servers_of_one);
        for _ in of_machine..self.servers_of_one {
            station.take(0);
        }
        let idle = station.servers() - at_work;
        let drawn = |left: u64| station.take(idle + self.draws.index((at_work - left) as usize) as u64);
        (0..of_machine).filter_map(drawn).collect()
    }

    /// What servers have in hand is lost, and begun again.
    fn lose(&mut self, group: Group<Hand>, now: Time) {
        let Some(Job { of, service }) = group.hand.filter(|_| group.free > now) else { return };
        let left = left_at(&group, now);
        let spent = Span::from_nanos(service.nanos().saturating_sub(left.nanos()));
        let kept = self
            .checkpoint
            .map_or(Span::ZERO, |every| Span::from_nanos(spent.nanos() / every.nanos().max(1) * every.nanos()));
        let jobs = group.servers;
        self.lost_s += jobs as f64 * Span::from_nanos(spent.nanos() - kept.nanos()).as_secs_f64();
        self.not_given_s += jobs as f64 * left.as_secs_f64();
        let rest = Span::from_nanos(service.nanos() - kept.nanos());
        if let Some(waiting) = self.servers.waiting.get_mut(&of) {
            waiting.batch.put_back(jobs, rest);
            return;
        }
        let number = of.1 as u32;
        if let Some(promise) = self.promises.get_mut(&number) {
            promise.parts += 1;
        }
        let started = station::Schedule { last_start: now, last_done: now };
        let batch = Batch { parts: vec![Services::equal(jobs, rest)], started: 0, schedule: started };
        self.servers.waiting.insert(of, Waiting { batch, then: Event::Done(number) });
    }
}

/// The machines that are open, of so many.
#[derive(Debug)]
struct Open(Vec<u64>);

impl Open {
    fn new(machines: usize) -> Self {
        Self(vec![0; machines.div_ceil(64)])
    }

    fn place(machine: u32) -> (usize, u64) {
        (machine as usize / 64, 1 << (machine % 64))
    }

    /// Whether it was not.
    fn insert(&mut self, machine: u32) -> bool {
        let (word, bit) = Self::place(machine);
        let is_new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        is_new
    }

    /// Whether it was.
    fn remove(&mut self, machine: u32) -> bool {
        let (word, bit) = Self::place(machine);
        let was = self.0[word] & bit != 0;
        self.0[word] &= !bit;
        was
    }

    /// How many are open before this one.
    fn before(&self, machine: u32) -> u64 {
        let (word, bit) = Self::place(machine);
        let whole: u64 = self.0[..word].iter().map(|word| u64::from(word.count_ones())).sum();
        whole + u64::from((self.0[word] & (bit - 1)).count_ones())
    }
}
