//! The world of a proof service: one field per part, and one match that is the wiring.

use sim::{Calendar, Distribution, Fingerprint, Span, Stream, Streams, Time, World};

use crate::arrivals::ArrivalProcess;
use crate::systems::service::balancer::Balancer;
use crate::systems::service::layout::Layout;
use crate::systems::service::outcome::Outcome;
use crate::systems::service::record::Record;
use crate::systems::service::slab::Slab;
use crate::systems::service::station::{Entry, Station};
use crate::systems::service::{Horizon, Load, Service};

/// Everything that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A request arrives.
    Arrival,
    /// A server is done with a step of the job of this number.
    Served(u32),
    /// The measured time begins.
    Measure,
    /// The measured time ends.
    Close,
    /// What has not ended by now is not waited for.
    Stop,
}

const _: () = assert!(size_of::<Event>() <= 16, "events are copied on every heap operation");

/// What a client waits for.
#[derive(Debug, Clone, Copy)]
struct Request {
    arrived: Time,
    /// Whether it arrived in the measured time.
    measured: bool,
}

/// What a station serves: a request on its way through the steps.
#[derive(Debug, Clone, Copy)]
struct Job {
    request: u32,
    instance: u32,
    step: u16,
    class: u16,
    measured: bool,
    /// When it came to its step.
    came: Time,
    /// How long the step takes.
    service: Span,
}

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Answered,
    Rejected,
}

/// The world: one field per part, and what is measured.
#[derive(Debug)]
pub(super) struct ServiceWorld {
    system: Service,
    horizon: Horizon,
    arrivals: ArrivalProcess,
    /// Shares of the classes, summed up.
    classes: Vec<f64>,
    mix: Stream,
    balancer: Balancer,
    layout: Layout,
    stations: Vec<Station>,
    /// Services of every class at every step: those of the first step first.
    laws: Vec<Distribution>,
    /// A stream for each step.
    services: Vec<Stream>,
    requests: Slab<Request>,
    jobs: Slab<Job>,
    /// Measured requests that have not ended.
    pending: u64,
    /// Whether everything that is measured is known.
    over: bool,
    now: Time,
    record: Record,
    fingerprint: Fingerprint,
}

impl ServiceWorld {
    /// Builds the world of one replication.
    pub(super) fn new(system: &Service, horizon: Horizon, streams: &Streams) -> Self {
        system.check();
        let Load::Open(arrivals) = &system.load;
        let (layout, stations) = Layout::new(system);
        let laws = system.steps.iter().flat_map(|step| system.classes.iter().map(|class| step.service.of(class.size)));
        let service = |step: &super::Step| streams.stream(&format!("service {}", step.name));
        Self {
            horizon,
            arrivals: ArrivalProcess::new(arrivals, streams),
            classes: cumulative(system.classes.iter().map(|class| class.share)),
            mix: streams.stream("classes"),
            balancer: Balancer::new(system.balance, system.instances.count, streams.stream("balancer")),
            layout,
            stations,
            laws: laws.collect(),
            services: system.steps.iter().map(service).collect(),
            requests: Slab::new(),
            jobs: Slab::new(),
            pending: 0,
            over: false,
            now: Time::ZERO,
            record: Record::new(system.steps.len()),
            fingerprint: Fingerprint::new(),
            system: system.clone(),
        }
    }

    /// Schedules what happens first.
    pub(super) fn start(&mut self, calendar: &mut Calendar<Event>) {
        let begin = Time::ZERO + self.horizon.warm_up;
        let end = begin + self.horizon.measured;
        calendar.at(begin, Event::Measure);
        calendar.at(end, Event::Close);
        calendar.at(end + self.horizon.drain, Event::Stop);
        self.expect_arrival(calendar);
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

    fn expect_arrival(&mut self, calendar: &mut Calendar<Event>) {
        if let Some(next) = self.arrivals.next(calendar.now()) {
            calendar.at(next, Event::Arrival);
        }
    }

    /// A request arrives and is sent to an instance.
    fn arrive(&mut self, calendar: &mut Calendar<Event>) {
        let class = if self.classes.len() == 1 { 0 } else { draw(&self.classes, &mut self.mix) as u16 };
        let measured = self.record.measuring;
        if measured {
            self.record.counts.offered += 1;
            self.pending += 1;
        }
        let now = calendar.now();
        let request = self.requests.insert(Request { arrived: now, measured });
        let instance = self.balancer.choose();
        let job = Job { request, instance, step: 0, class, measured, came: now, service: Span::ZERO };
        let job = self.jobs.insert(job);
        self.enter(job, calendar);
    }

    /// A job comes to its step.
    fn enter(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.draw_service(number, calendar.now());
        let priority = self.system.classes[job.class as usize].priority;
        match self.stations[self.layout.station(job.step, job.instance)].submit(number, priority) {
            Entry::Begins => self.begin(number, calendar),
            Entry::Waits => self.record.waits(job.step, calendar.now()),
            Entry::Refused => {
                if job.measured {
                    self.record.refuses(job.step);
                }
                self.leave(number, Ending::Rejected, calendar);
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
        let (job, now) = (self.jobs[number], calendar.now());
        self.record.begins(job.step, now, (now - job.came, job.service), job.measured);
        calendar.after(job.service, Event::Served(number));
    }

    /// A step of a job is done: its worker goes on with it, or it comes to the next step, or it is answered.
    fn served(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let (job, now) = (self.jobs[number], calendar.now());
        self.record.ends(job.step, now);
        if self.layout.goes_on(job.step) {
            self.jobs[number].step += 1;
            self.draw_service(number, now);
            return self.begin(number, calendar);
        }
        if let Some(next) = self.stations[self.layout.station(job.step, job.instance)].release() {
            self.record.waits_no_more(self.jobs[next].step, now);
            self.begin(next, calendar);
        }
        if job.step as usize + 1 < self.system.steps.len() {
            self.jobs[number].step += 1;
            self.enter(number, calendar);
        } else {
            self.leave(number, Ending::Answered, calendar);
        }
    }

    /// A job leaves the service, and its request ends.
    fn leave(&mut self, number: u32, ending: Ending, calendar: &mut Calendar<Event>) {
        let job = self.jobs[number];
        self.jobs.remove(number);
        self.balancer.leave(job.instance);
        self.end(job.request, ending, calendar.now());
    }

    fn end(&mut self, number: u32, ending: Ending, now: Time) {
        let request = self.requests[number];
        self.requests.remove(number);
        if ending == Ending::Answered && self.record.measuring {
            self.record.answers += 1;
        }
        if !request.measured {
            return;
        }
        match ending {
            Ending::Answered => {
                self.record.counts.completed += 1;
                self.record.sojourn.record((now - request.arrived).as_secs_f64());
            }
            Ending::Rejected => self.record.counts.rejected += 1,
        }
        self.pending -= 1;
        self.over = self.pending == 0 && self.closed(now);
    }

    /// Whether the measured time is over.
    fn closed(&self, now: Time) -> bool {
        now >= Time::ZERO + self.horizon.warm_up + self.horizon.measured
    }

    /// What the run yields, after so many events.
    pub(super) fn outcome(mut self, events: u64) -> Outcome {
        self.record.counts.in_flight = self.pending;
        Outcome {
            sojourn: self.record.sojourn.clone(),
            counts: self.record.counts,
            answers: self.record.answers,
            steps: self.record.steps(&self.system),
            measured_s: self.horizon.measured.as_secs_f64(),
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
        match event {
            Event::Arrival => {
                self.arrive(calendar);
                self.expect_arrival(calendar);
            }
            Event::Served(job) => self.served(job, calendar),
            Event::Measure => self.record.begin(self.now),
            Event::Close => {
                self.record.end(self.now);
                self.over = self.pending == 0;
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
    }
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

/// Draws one of the shares that these are the sums of.
fn draw(cumulative: &[f64], stream: &mut Stream) -> usize {
    let place = stream.uniform();
    cumulative.partition_point(|sum| *sum <= place)
}
