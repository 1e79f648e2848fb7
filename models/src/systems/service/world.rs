//! The world of a proof service: one field per part, and one match that is the wiring.

use std::collections::VecDeque;

use sim::{Calendar, Distribution, Fingerprint, Schedule, Span, Stream, Streams, Time, World};

use crate::arrivals::ArrivalProcess;
use crate::machines;
use crate::orders::exchange;
use crate::systems::service::alerts::Watch;
use crate::systems::service::balancer::Balancer;
use crate::systems::service::buying::Buying;
use crate::systems::service::course::{Course, Piece};
use crate::systems::service::crowd::Crowd;
use crate::systems::service::deadlines::{self, Deadlines};
use crate::systems::service::division::Division;
use crate::systems::service::former::{self, Former};
use crate::systems::service::jobs::{Job, Request};
use crate::systems::service::layout::Layout;
use crate::systems::service::limiter::Limiter;
use crate::systems::service::outcome::Outcome;
use crate::systems::service::pools::{OF_INSTANCES, WorkingPool, pools};
use crate::systems::service::record::Record;
use crate::systems::service::requests::Ending;
use crate::systems::service::results::Cache;
use crate::systems::service::retries::Retrier;
use crate::systems::service::rollout::Canary;
use crate::systems::service::slab::Slab;
use crate::systems::service::station::Station;
use crate::systems::service::warmth::Warmth;
use crate::systems::service::{Horizon, Load, Service};

/// Everything that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A request of an open load arrives.
    Arrival,
    /// A client of a closed loop has thought, and asks.
    Thought(u32),
    /// The client of the request of this number asks again.
    Retry(u32),
    /// A hit of the cache comes to who asked.
    Found(u32),
    /// A stand-in's answer comes to who asked.
    StoodIn(u32),
    /// The step of this number of the rollout begins.
    Rollout(u32),
    /// The alert of this number looks.
    Alert(u32),
    /// Something happens to the machines of the pool of this number.
    Machines(u16, machines::Event),
    /// Something happens on the market on which proofs are bought.
    Market(exchange::Event),
    /// The balancer looks who runs.
    Check,
    /// A client may stop waiting.
    Deadlines(deadlines::Event),
    /// A server is done with the job of this number.
    Served(u32),
    /// The open batch of the station of this number may be old enough.
    Former(u32, former::Event),
    /// A piece of a run that is watched ends.
    Piece,
    /// The measured time begins.
    Measure,
    /// The measured time ends.
    Close,
    /// What has not ended by now is not waited for.
    Stop,
}

const _: () = assert!(size_of::<Event>() <= 16, "events are copied on every heap operation");

/// The world: one field per part, and what is measured.
#[derive(Debug)]
pub(super) struct ServiceWorld {
    pub(super) system: Service,
    pub(super) horizon: Horizon,
    /// What arrives, where the load is open.
    pub(super) arrivals: Option<ArrivalProcess>,
    /// How long clients think, where it is closed.
    pub(super) thinking: Stream,
    /// Who of the clients asks.
    pub(super) asking: Stream,
    /// Shares of the classes, summed up.
    pub(super) classes: Vec<f64>,
    pub(super) mix: Stream,
    pub(super) limiter: Option<Limiter>,
    pub(super) deadlines: Option<Deadlines>,
    pub(super) retrier: Option<Retrier>,
    pub(super) cache: Option<Cache>,
    pub(super) balancer: Balancer,
    /// Machines of every pool, those of the instances first, and which of them serves each step.
    pub(super) pools: Vec<WorkingPool>,
    pub(super) pool_of: Vec<u16>,
    /// Whether it matters which machine a job is on, or how many work: some are told to leave, are not all alike, or follow the load.
    pub(super) machines_matter: bool,
    pub(super) warmth: Warmth,
    /// Attempts that wait for an instance that runs.
    pub(super) parked: VecDeque<u32>,
    /// What is bought on a market, where anything is.
    pub(super) buying: Option<Buying>,
    pub(super) canary: Option<Canary>,
    /// What multiplies services of the new version.
    pub(super) slower: f64,
    /// Lives of proofs that are settled.
    pub(super) lives: Stream,
    pub(super) watches: Vec<Watch>,
    pub(super) layout: Layout,
    pub(super) stations: Vec<Station>,
    /// The open batch of every station that serves batches.
    pub(super) formers: Vec<Option<Former>>,
    /// Requests that wait at every station that serves batches or parts.
    pub(super) waiting: Vec<u64>,
    /// Whether the service stops working on what nobody waits for.
    pub(super) cancels: bool,
    /// Whether a service that has begun may be called off.
    pub(super) interruptible: bool,
    /// Services of every class at every step: those of the first step first.
    pub(super) laws: Vec<Distribution>,
    /// A stream for each step, and one for its joins.
    pub(super) services: Vec<Stream>,
    pub(super) merges: Vec<Stream>,
    pub(super) requests: Slab<Request>,
    pub(super) jobs: Slab<Job>,
    /// Members of batches.
    pub(super) lists: Slab<Vec<u32>>,
    /// Attempts in parts.
    pub(super) divisions: Slab<Division>,
    /// Attempts made so far.
    pub(super) attempts: u64,
    /// Measured requests that have not ended.
    pub(super) pending: u64,
    /// Whether everything that is measured is known.
    pub(super) over: bool,
    pub(super) now: Time,
    /// How the run goes, for who watches.
    course: Option<Course>,
    pub(super) record: Record,
    crowd: Crowd,
    fingerprint: Fingerprint,
}

impl ServiceWorld {
    /// Builds the world of one replication.
    pub(super) fn new(system: &Service, horizon: Horizon, streams: &Streams) -> Self {
        system.check();
        let (layout, stations, formers) = Layout::new(system);
        let (clients, instances, rollout) = (&system.clients, &system.instances, system.rollout.as_ref());
        let laws = system.steps.iter().flat_map(|step| system.classes.iter().map(|class| step.law(class.size)));
        let of_steps = |what: &str| -> Vec<Stream> {
            system.steps.iter().map(|step| streams.stream(&format!("{what} {}", step.name))).collect()
        };
        let cancels = clients.time_out.is_some_and(|time_out| time_out.cancels);
        let (pools, pool_of) = pools(system, streams);
        let leave = instances.lifecycle.is_paid_in_part();
        Self {
            horizon,
            arrivals: match &system.load {
                Load::Open(arrivals) => Some(ArrivalProcess::new(arrivals, streams)),
                Load::Closed { .. } => None,
            },
            thinking: streams.stream("thinking"),
            asking: streams.stream("clients"),
            classes: cumulative(system.classes.iter().map(|class| class.share)),
            mix: streams.stream("classes"),
            limiter: clients.limit.map(|limit| Limiter::new(limit, clients.number)),
            deadlines: clients.time_out.map(|time_out| Deadlines::new(time_out.after)),
            retrier: clients.retries.map(|rules| Retrier::new(rules, streams.stream("retries"))),
            cache: system.cache.map(|rules| Cache::new(rules, streams)),
            balancer: Balancer::new(system.balance, instances.count, streams.stream("balancer")),
            machines_matter: leave || pools.iter().any(WorkingPool::matters),
            pools,
            pool_of,
            warmth: Warmth::new(instances.count, instances.first_request),
            parked: VecDeque::new(),
            buying: Buying::new(system, streams),
            canary: rollout
                .map(|rules| Canary::new(rules.clone(), streams.stream("rollout"), streams.stream("spoiled"))),
            slower: rollout.map_or(1.0, |rules| rules.slower),
            lives: streams.stream("settlement"),
            watches: system.alerts.iter().cloned().map(Watch::new).collect(),
            layout,
            waiting: vec![0; stations.len()],
            stations,
            formers,
            cancels,
            interruptible: cancels || !system.is_constant(),
            laws: laws.collect(),
            services: of_steps("service"),
            merges: of_steps("merge"),
            requests: Slab::new(),
            jobs: Slab::new(),
            lists: Slab::new(),
            divisions: Slab::new(),
            attempts: 0,
            pending: 0,
            over: false,
            now: Time::ZERO,
            course: None,
            record: Record::new(system.steps.len(), instances.count),
            crowd: Crowd::new(system, horizon),
            fingerprint: Fingerprint::new(),
            system: system.clone(),
        }
    }

    /// Schedules what happens first.
    pub(super) fn start(&mut self, calendar: &mut Calendar<Event>) {
        let begin = Time::ZERO + self.horizon.warm_up;
        calendar.at(begin, Event::Measure);
        for (step, (from, _)) in self.system.rollout.iter().flat_map(|rules| &rules.shares).enumerate() {
            calendar.at(begin + *from, Event::Rollout(step as u32));
        }
        for (alert, watch) in self.watches.iter().enumerate() {
            calendar.after(watch.every(), Event::Alert(alert as u32));
        }
        self.start_pools(calendar);
        self.buying.iter_mut().for_each(|buying| buying.start(&mut calendar.scope(Event::Market)));
        match self.system.load {
            Load::Open(_) => self.expect_arrival(calendar),
            Load::Closed { .. } => (0..self.system.clients.number).for_each(|client| self.think(client, calendar)),
        }
    }

    /// Keeps how the run goes, in pieces of this length.
    pub(super) fn watch_every(&mut self, every: Span, calendar: &mut Calendar<Event>) {
        self.course = Some(Course::new(every));
        calendar.after(every, Event::Piece);
    }

    /// How the run went so far.
    #[inline]
    pub(super) fn course(&self) -> &[Piece] {
        self.course.as_ref().map_or(&[], |course| &course.pieces)
    }

    /// The same, for good.
    pub(super) fn take_course(&mut self) -> Vec<Piece> {
        self.course.take().map_or_else(Vec::new, |course| course.pieces)
    }

    /// A piece of the run ends; the last one with the measured time.
    fn end_piece(&mut self, calendar: &mut Calendar<Event>) {
        let Some(course) = &mut self.course else { return };
        let running = self.pools[OF_INSTANCES as usize].machines.serving() as u32;
        let paid = self.pools.iter().map(|pool| pool.machines.paid_now()).collect();
        let waiting = self.record.waiting() + self.parked.len() as u64;
        let so_far = (self.record.flow, self.record.given(&self.system, self.now));
        course.add(self.now, so_far, (waiting, running), paid);
        if self.now + course.every <= Time::ZERO + self.horizon.warm_up + self.horizon.measured {
            calendar.after(course.every, Event::Piece);
        }
    }

    /// Whether the run is over.
    pub(super) fn over(&self) -> bool {
        self.over
    }

    /// Share of the run that is done, about.
    pub(super) fn share_done(&self) -> f64 {
        let all = (self.horizon.warm_up + self.horizon.measured).as_secs_f64();
        (self.now.as_secs_f64() / all).min(1.0)
    }

    /// Whether the measured time is over.
    pub(super) fn closed(&self) -> bool {
        self.now >= Time::ZERO + self.horizon.warm_up + self.horizon.measured
    }

    /// What the run yields, after so many events.
    pub(super) fn outcome(mut self, events: u64) -> Outcome {
        let unproven = self.unproven();
        self.record.counts.failed += unproven;
        self.record.counts.in_flight = self.pending - unproven;
        let Self { system, record, horizon, .. } = self;
        let instances = record.instances(system.servers_of_an_instance(), horizon.measured);
        Outcome {
            instances,
            sojourn: record.sojourn,
            counts: record.counts,
            attempts: record.attempts,
            cache: system.cache.map(|_| record.cache),
            pools: self.pools.iter().map(|pool| pool.machines.outcome(&pool.name)).collect(),
            rollout: system.rollout.as_ref().map(|_| record.rollout),
            settlement: system.settlement.map(|_| record.settlement),
            alerts: self.watches.into_iter().map(|watch| watch.outcome(horizon.measured)).collect(),
            bought: self.buying.and_then(|buying| buying.measured),
            answers: record.answers,
            work_s: record.work_s,
            wasted_s: record.wasted_s,
            steps: record.steps.into_iter().zip(&system.steps).map(|(step, of)| step.outcome(of, &system)).collect(),
            waiting: self.crowd.means(),
            measured_s: horizon.measured.as_secs_f64(),
            simulated_s: self.now.as_secs_f64(),
            fingerprint: self.fingerprint.value(),
            events,
        }
    }
}

impl World for ServiceWorld {
    type Event = Event;

    fn handle(&mut self, event: Event, calendar: &mut Calendar<Event>) {
        self.now = calendar.now();
        self.crowd.see(self.now, || self.record.waiting() + self.parked.len() as u64);
        match event {
            Event::Arrival => {
                self.arrive(None, calendar);
                self.expect_arrival(calendar);
            }
            Event::Thought(client) => self.arrive(Some(client), calendar),
            Event::Retry(request) => self.attempt(request, calendar),
            Event::Deadlines(event) => {
                let Some(deadlines) = &mut self.deadlines else { return };
                let waits = |request, attempt| self.requests[request].waits_for == Some(attempt);
                if let Some(request) = deadlines.handle(event, waits, &mut calendar.scope(Event::Deadlines)) {
                    self.time_out(request, calendar);
                }
            }
            Event::Found(request) => self.end(request, Ending::Answered, calendar),
            Event::StoodIn(request) => self.end(request, Ending::StoodIn, calendar),
            Event::Rollout(step) => {
                if self.canary.as_mut().is_some_and(|canary| canary.advance(step as usize)) {
                    self.fault(self.now);
                }
            }
            Event::Alert(alert) => {
                let watch = &mut self.watches[alert as usize];
                watch.look(self.now);
                calendar.after(watch.every(), Event::Alert(alert));
            }
            Event::Machines(pool, event) => self.change(pool, event, calendar),
            Event::Market(event) => self.on_market(event, calendar),
            Event::Check => self.check_health(calendar),
            Event::Served(job) => self.served(job, calendar),
            Event::Former(station, event) => self.age(station as usize, event, calendar),
            // Who watches changes nothing, the fingerprint included.
            Event::Piece => return self.end_piece(calendar),
            Event::Measure => {
                self.record.begin(self.now);
                self.buying.iter_mut().for_each(Buying::begin);
                self.pools.iter_mut().for_each(|pool| pool.machines.measure(self.now));
                self.watches.iter_mut().for_each(|watch| watch.begin(self.now));
                calendar.after(self.horizon.measured, Event::Close);
            }
            Event::Close => {
                self.record.end(self.now);
                self.buying.iter_mut().for_each(|buying| buying.end(self.horizon.measured));
                self.pools.iter_mut().for_each(|pool| pool.machines.close(self.now, self.horizon.measured));
                self.watches.iter_mut().for_each(|watch| watch.end(self.now));
                self.over = self.pending == 0;
                calendar.after(self.horizon.drain, Event::Stop);
            }
            Event::Stop => self.over = true,
        }
        self.fingerprint.record(self.now, tag(event));
    }
}

/// What an event is, in a number.
fn tag(event: Event) -> u64 {
    match event {
        Event::Arrival => 1,
        Event::Served(job) => 2 + (u64::from(job) << 8),
        Event::Measure => 3,
        Event::Close => 4,
        Event::Stop => 5,
        Event::Thought(client) => 6 + (u64::from(client) << 8),
        Event::Retry(request) => 7 + (u64::from(request) << 8),
        Event::Deadlines(_) => 8,
        Event::Piece => 0,
        Event::StoodIn(request) => 14 + (u64::from(request) << 8),
        Event::Rollout(step) => 15 + (u64::from(step) << 8),
        Event::Alert(alert) => 16 + (u64::from(alert) << 8),
        Event::Former(station, former::Event::Aged(_)) => 13 + (u64::from(station) << 8),
        Event::Found(request) => 9 + (u64::from(request) << 8),
        Event::Machines(pool, machines::Event::Fails(machine, _)) => 10 + numbered(pool, machine),
        Event::Machines(pool, machines::Event::Started(machine, _)) => 11 + numbered(pool, machine),
        Event::Machines(pool, machines::Event::Turns(zone)) => 17 + numbered(pool, zone.into()),
        Event::Machines(pool, machines::Event::Warns(zone)) => 18 + numbered(pool, zone.into()),
        Event::Machines(pool, machines::Event::Look) => 19 + numbered(pool, 0),
        Event::Check => 12,
        Event::Market(event) => 20 + (event.code() << 8),
    }
}

/// A machine or zone of a pool, beside what happens to it.
fn numbered(pool: u16, number: u32) -> u64 {
    (u64::from(number) << 8) + (u64::from(pool) << 40)
}

/// Shares summed up; the last is 1.
fn cumulative(shares: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sums: Vec<f64> = shares
        .scan(0.0, |sum, share| {
            *sum += share;
            Some(*sum)
        })
        .collect();
    if let Some(last) = sums.last_mut() {
        *last = 1.0;
    }
    sums
}
