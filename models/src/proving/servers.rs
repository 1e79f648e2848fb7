//! The servers that proofs are made on: G^X/G/c, where the older work goes first, or what came first.
//!
//! Model: a batch of jobs arrives with an age and with what happens when all of its jobs are done. Jobs that no server is
//! free for wait; a server that becomes free takes a job of the oldest batch, of those of one age that which came first. A
//! job that was started is finished: priority is not preemptive. First come, first served is the same with one age for all.
//!
//! A batch is started on the station ([`crate::station`]) as far as its turn has come, so that one of older work that
//! arrives later still goes before the rest of it. They wake up when the last job of the batch in front is to be
//! started, which is known ahead, and whenever older work arrives: as many events as batches, not as jobs. As long as that is rounds away,
//! they wake up when it may be near instead, since older work often comes before it.
//!
//! Assumptions: those of the station and of the services ([`crate::services`]). Source: non-preemptive priorities as in A.
//! Cobham, "Priority assignment in waiting line problems" (1954). Leaves out: jobs that are cancelled while they wait.

pub(super) mod changing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sim::{Schedule, Span, Time};

use crate::machines;
use crate::services::Services;
use crate::station::{self, Group, Station};

/// Whose jobs go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discipline {
    /// Those of the oldest work.
    OldestFirst,
    /// Those that came first.
    FirstComeFirstServed,
}

/// What happens to servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Jobs that wait may be started.
    Wake,
    /// All jobs of a batch are done, or of a part of it, on machines that come and go.
    Done(u32),
    /// A machine that is to go has ended what it had.
    Emptied,
    /// Something happens to machines that come and go.
    Machines(machines::Event),
}

/// A batch by its age and its place among all that arrived.
pub type Key = (u64, u64);

/// What is kept of a job that a server has in hand.
pub trait InHand: Copy + PartialEq + Default {
    /// That of a job of this batch which takes so long.
    fn of(batch: Key, service: Span) -> Self;
}

/// Nothing is.
impl InHand for () {
    fn of(_: Key, _: Span) -> Self {}
}

/// A batch of which not all jobs have been started.
#[derive(Debug, Clone)]
struct Waiting<Then> {
    batch: Batch,
    then: Then,
}

/// The jobs of a batch, in the order in which they are started, and how far that is.
#[derive(Debug, Clone)]
struct Batch {
    parts: Vec<Services>,
    /// Jobs that have been started of the first part; the parts before it are gone.
    started: u64,
    schedule: station::Schedule,
}

/// Identical servers, the jobs that wait for them, and what follows when they are done.
#[derive(Debug)]
pub struct Servers<Then, Hand = ()> {
    station: Station<Hand>,
    discipline: Discipline,
    /// By age, and in order of arrival.
    waiting: BTreeMap<Key, Waiting<Then>>,
    arrived: u64,
    /// What is known of the batch in front, where one waits.
    ahead: Option<Ahead>,
    /// The station when the last job of that batch is started.
    later: Station<Hand>,
    work: f64,
}

/// What comes, unless older work comes before that.
#[derive(Debug)]
struct Ahead {
    /// When they wake up.
    at: Time,
    /// The batch in front.
    of: Key,
    /// That batch, where its last job is started then, and [`Servers::later`] is the station.
    batch: Option<Batch>,
}

impl<Then: From<Event>> Servers<Then> {
    /// Idle servers; asserts at least one server.
    pub fn new(servers: u64, discipline: Discipline) -> Self {
        Self::on(Station::new(servers), discipline)
    }
}

impl<Then: From<Event>, Hand: InHand> Servers<Then, Hand> {
    /// Those of a station.
    fn on(station: Station<Hand>, discipline: Discipline) -> Self {
        let (waiting, later) = (BTreeMap::new(), station.clone());
        Self { station, discipline, waiting, arrived: 0, ahead: None, later, work: 0.0 }
    }

    /// Number of servers.
    pub fn servers(&self) -> u64 {
        self.station.servers()
    }

    /// Service given and promised since the start, in server-seconds.
    pub fn work(&self) -> f64 {
        self.work
    }

    /// Service given since the start, in server-seconds.
    pub(super) fn given_by(&self, now: Time) -> f64 {
        Self::given_s(&self.seen_at(now).0, now)
    }

    /// A batch arrives; the older its work, the smaller is `age`. When all its jobs are done, `then` happens.
    pub fn submit(&mut self, age: u64, parts: Vec<Services>, then: Then, schedule: &mut impl Schedule<Event = Then>) {
        let now = schedule.now();
        if parts.iter().all(|part| part.jobs() == 0) {
            schedule.at(now, then);
            return;
        }
        self.work += parts.iter().map(Services::work_s).sum::<f64>();
        let started = station::Schedule { last_start: now, last_done: now };
        let batch = Batch { parts, started: 0, schedule: started };
        let age = if self.discipline == Discipline::OldestFirst { age } else { 0 };
        self.arrived += 1;
        let key = (age, self.arrived);
        // Every server is for the batch in front until that is started: what comes after it changes nothing.
        if self.ahead.as_ref().is_some_and(|ahead| ahead.of < key) {
            self.waiting.insert(key, Waiting { batch, then });
            return;
        }
        self.pause(schedule);
        self.waiting.insert(key, Waiting { batch, then });
        self.go_on(schedule);
    }

    /// Everything that happens before now has happened, and nothing is known of what comes: servers that become free now are for
    /// whoever is there now.
    fn pause(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        self.ahead = None;
        let now = schedule.now();
        if let Some(before) = now.nanos().checked_sub(1) {
            self.serve(Time::from_nanos(before), schedule);
        }
        self.station.release(now);
    }

    /// Whoever is there now is served.
    fn go_on(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        self.serve(schedule.now(), schedule);
        self.look_ahead(schedule);
    }

    /// They wake up.
    pub fn wake(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        let now = schedule.now();
        let Some(ahead) = self.ahead.take_if(|ahead| ahead.at == now) else { return };
        if let Some(batch) = ahead.batch {
            std::mem::swap(&mut self.station, &mut self.later);
            if let Some(Waiting { then, .. }) = self.waiting.remove(&ahead.of) {
                schedule.at(batch.schedule.last_done.max(now), then);
            }
        }
        self.go_on(schedule);
    }

    /// Starts the jobs whose turn comes by `until`.
    fn serve(&mut self, until: Time, schedule: &mut impl Schedule<Event = Then>) {
        // With one age for all nothing that arrives later goes first: what is known of the future is sure.
        let until = if self.discipline == Discipline::FirstComeFirstServed { Time::MAX } else { until };
        while let Some(mut first) = self.waiting.first_entry() {
            let key = *first.key();
            if !first.get_mut().batch.start(until, key, &mut self.station) {
                break;
            }
            let Waiting { batch, then } = first.remove();
            // The station knows its servers to a fraction of a service: a short job may be done before that is known.
            schedule.at(batch.schedule.last_done.max(schedule.now()), then);
        }
    }

    /// Service given by now of what was started and has not been lost, in server-seconds, as the station is at this time.
    fn given_s(station: &Station<Hand>, now: Time) -> f64 {
        let left = |group: &Group<Hand>| group.servers as f64 * left_at(group, now).as_secs_f64();
        station.work() - station.groups().map(left).sum::<f64>()
    }

    /// The station as it is at this time, before which nothing else happens, and how many jobs have not been started by then.
    fn seen_at(&self, now: Time) -> (Station<Hand>, u64) {
        let (mut station, mut left) = (self.station.clone(), 0);
        let mut waiting = self.waiting.iter();
        // They wake up before the second begins.
        if let Some((key, Waiting { batch, .. })) = waiting.next() {
            let mut batch = batch.clone();
            batch.start(now, *key, &mut station);
            left += batch.left();
        }
        (station, left + waiting.map(|(_, waiting)| waiting.batch.left()).sum::<u64>())
    }

    /// Wakes up when the batch in front starts its last job, unless older work comes before that.
    fn look_ahead(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        let Some((of, first)) = self.waiting.first_key_value().filter(|_| self.station.servers() > 0) else { return };
        if let Some(at) = first.batch.not_before(schedule.now(), &self.station) {
            self.ahead = Some(Ahead { at, of: *of, batch: None });
            schedule.at(at, Event::Wake.into());
            return;
        }
        let mut batch = first.batch.clone();
        self.later.become_like(&self.station);
        batch.start(Time::MAX, *of, &mut self.later);
        let at = batch.schedule.last_start;
        self.ahead = Some(Ahead { at, of: *of, batch: Some(batch) });
        schedule.at(at, Event::Wake.into());
    }
}

impl Batch {
    /// Starts the jobs whose turn comes by `until`; whether all of them have been.
    fn start<Hand: InHand>(&mut self, until: Time, key: Key, station: &mut Station<Hand>) -> bool {
        while let Some(part) = self.parts.first() {
            let left = part.jobs() - self.started;
            self.started += match part {
                Services::Alike { each, slowest, jobs } => {
                    let mut alike = station::Schedule::NOTHING;
                    let started = station.start(until, left, *each, Hand::of(key, *each), &mut alike);
                    // Where more jobs than servers share the work, who is slow serves fewer of them.
                    let slowest = if *jobs <= station.servers() { *slowest } else { Span::ZERO };
                    self.note(started, alike, slowest);
                    started
                }
                Services::Each(services) => {
                    let mut each = station::Schedule::NOTHING;
                    let mut start = |service| station.start(until, 1, service, Hand::of(key, service), &mut each) > 0;
                    let rest = services[self.started as usize..].iter();
                    let started = rest.take_while(|service| start(**service)).count();
                    self.note(started as u64, each, Span::ZERO);
                    started as u64
                }
            };
            if self.started < part_jobs(&self.parts) {
                return false;
            }
            self.parts.remove(0);
            self.started = 0;
        }
        true
    }

    /// A time before which the last job is not started, where that is more than a service from now.
    fn not_before<Hand: InHand>(&self, now: Time, station: &Station<Hand>) -> Option<Time> {
        let Services::Alike { jobs, each, .. } = self.parts.first()? else { return None };
        let at = station.soonest(*jobs - self.started, *each)?;
        Some(at).filter(|at| *at > now + *each)
    }

    /// Jobs that had been started are to be started once more, before the others.
    fn put_back(&mut self, jobs: u64, service: Span) {
        match self.parts.first_mut() {
            Some(Services::Alike { jobs, slowest, .. }) if self.started > 0 => {
                (*jobs, *slowest) = (*jobs - self.started, Span::ZERO);
            }
            Some(Services::Each(services)) => drop(services.drain(..self.started as usize)),
            _ => {}
        }
        self.started = 0;
        self.parts.insert(0, Services::equal(jobs, service));
    }

    /// Jobs that have not been started.
    fn left(&self) -> u64 {
        self.parts.iter().map(Services::jobs).sum::<u64>() - self.started
    }

    fn note(&mut self, started: u64, of: station::Schedule, slowest: Span) {
        if started > 0 {
            self.schedule.last_start = self.schedule.last_start.max(of.last_start);
            self.schedule.last_done = self.schedule.last_done.max(of.last_done + slowest);
        }
    }
}

/// What is left at that time of what servers have in hand.
fn left_at<Hand>(group: &Group<Hand>, now: Time) -> Span {
    if group.free > now { group.free - now } else { Span::ZERO }
}

/// Jobs of the part in hand.
fn part_jobs(parts: &[Services]) -> u64 {
    parts.first().map_or(0, Services::jobs)
}
