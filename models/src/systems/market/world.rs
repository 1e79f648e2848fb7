//! The world of a market: one field per part, and one match that is the wiring.

use sim::{Calendar, Distribution, Fingerprint, Schedule, Stream, Streams, Time, World};

use super::capacity::PROVERS;
use super::course::{Course, Piece};
use super::expected::Charges;
use super::outcome::Outcome;
use super::record::{Record, of_groups};
use super::{Asker, Demand, MINE, Market};
use crate::fleet::HOURS_PER_MONTH;
use crate::horizon::Horizon;
use crate::orders::book::{self, Fate};
use crate::orders::{OrderBook, Request};
use crate::workload::{self, Workload};

/// Who makes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who is asked about.
    Asked,
    /// Others.
    Others,
}

/// Everything that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A request is made.
    Request(Side, workload::Event),
    /// Something of the book of orders.
    Book(book::Event),
    /// The measured time begins.
    Measure,
    /// It ends.
    Close,
}

const _: () = assert!(size_of::<Event>() <= 40, "events are copied on every heap operation");

/// Requests of one side.
#[derive(Debug)]
struct Requesters {
    demand: Demand,
    workload: Workload,
    /// The number of its first class among all.
    first: u16,
    kinds: Stream,
    sizes: Stream,
    own: bool,
}

impl Requesters {
    fn new(demand: &Demand, (name, first): (&str, usize), own: bool, streams: &Streams) -> Self {
        let stream = |what: &str| streams.stream(&format!("{what} of {name}"));
        Self {
            workload: Workload::new(demand.per_s, demand.profile.clone(), stream("arrivals")),
            demand: demand.clone(),
            first: first as u16,
            kinds: stream("kinds"),
            sizes: stream("sizes"),
            own,
        }
    }

    /// The next request.
    fn next(&mut self) -> Request {
        let mut ticket = self.kinds.uniform();
        let classes = &self.demand.classes;
        let drawn = classes.iter().position(|class| {
            ticket -= class.share;
            ticket < 0.0
        });
        // Rounding may leave a ticket beyond the last one.
        let place = drawn.unwrap_or(classes.len() - 1);
        let class = &classes[place];
        let cycles = Distribution::Lognormal { mean: class.cycles, cv: class.spread }.sample(&mut self.sizes);
        let terms = class.offer.of_size(cycles);
        Request { class: self.first + place as u16, mark: 0, cycles, terms, own: self.own }
    }
}

/// The world: one field per part, and what is measured.
pub struct MarketWorld {
    system: Market,
    horizon: Horizon,
    asked: Requesters,
    others: Option<Requesters>,
    book: OrderBook,
    record: Record,
    closed: bool,
    now: Time,
    /// How it went, for who watches.
    pub(super) course: Option<Course>,
    fingerprint: Fingerprint,
}

impl MarketWorld {
    /// Builds the world of one replication.
    pub fn new(system: &Market, horizon: Horizon, streams: &Streams) -> Self {
        let classes = system.demand.classes.len();
        let own = system.own();
        Self {
            asked: Requesters::new(&system.demand, ("requests", 0), own.is_some(), streams),
            others: system.others.as_ref().map(|it| Requesters::new(it, ("others", classes), false, streams)),
            book: OrderBook::new(&system.rules, &system.groups, own, streams),
            record: Record::new(system, horizon.measured()),
            closed: false,
            now: Time::ZERO,
            course: None,
            fingerprint: Fingerprint::new(),
            system: system.clone(),
            horizon,
        }
    }

    /// Everything begins.
    pub(super) fn start(&mut self, calendar: &mut Calendar<Event>) {
        let (from, until) = self.horizon.measured();
        calendar.at(from, Event::Measure);
        calendar.at(until, Event::Close);
        self.asked.workload.start(&mut calendar.scope(|event| Event::Request(Side::Asked, event)));
        if let Some(others) = &mut self.others {
            others.workload.start(&mut calendar.scope(|event| Event::Request(Side::Others, event)));
        }
    }

    fn request(&mut self, side: Side, event: workload::Event, calendar: &mut Calendar<Event>) {
        let requesters = match side {
            Side::Asked => &mut self.asked,
            Side::Others => self.others.as_mut().expect("there are some"),
        };
        requesters.workload.handle(event, &mut calendar.scope(|event| Event::Request(side, event)));
        let request = requesters.next();
        self.record.made(self.now);
        self.course.iter_mut().for_each(|course| course.made += 1);
        self.book.submit(request, &mut calendar.scope(Event::Book));
    }

    fn ended(&mut self) {
        for ended in self.book.drain_ended() {
            self.record.ended(&ended);
            if let Some(course) = self.course.as_mut().filter(|_| ended.fate == Fate::InTime && !ended.own) {
                course.sold(ended.price_usd, ended.request.cycles);
            }
        }
    }

    /// Tells how it went so far, piece by piece.
    fn watch(&mut self) {
        let (open, locked) = self.book.waiting();
        while let Some(course) = self.course.as_mut().filter(|course| course.next <= self.now) {
            let until_s = course.next.as_secs_f64();
            let (made, usd_per_gigacycle) = (course.made, course.price());
            course.push(Piece { until_s, made, open: open as u64, locked: locked as u64, usd_per_gigacycle });
        }
    }

    /// Whether everything that is measured has happened.
    pub(super) fn is_over(&self) -> bool {
        self.closed && self.record.left == 0
    }

    /// Share of the run that is done, about.
    pub(super) fn share_done(&self) -> f64 {
        self.now.as_secs_f64() / self.horizon.measured().1.as_secs_f64()
    }

    /// What the run yields.
    pub(super) fn outcome(self, elapsed: Time, events: u64) -> Outcome {
        let measured_s = self.horizon.measured_s;
        let months = measured_s / (HOURS_PER_MONTH * 3_600.0);
        let (system, record) = (self.system, self.record);
        let worked = record.worked();
        let groups = of_groups(&system, &worked, measured_s);
        let mine = system.account_of_mine(&worked);
        let requests = &record.requests;
        let of_provers = |account: crate::orders::Account| Charges {
            bought_usd: 0.0,
            gas_usd: account.gas * system.rules.gas_usd / months,
            lost_usd: account.lost_usd / months,
        };
        let paid = match (&system.asker, mine) {
            (Asker::Requester { request_gas, .. }, _) => Charges {
                bought_usd: requests.paid_usd / months,
                gas_usd: (requests.counts.made - requests.counts.own) as f64 * request_gas * system.rules.gas_usd
                    / months,
                lost_usd: 0.0,
            },
            (Asker::Prover(_), account) => account.map(of_provers).unwrap_or_default(),
        };
        let with_proof = requests.counts.in_time + requests.counts.late;
        let carried = mine.map_or(with_proof, |account| account.delivered);
        let busy = |of: &dyn Fn(usize) -> bool| {
            let busy_s = worked.iter().filter(|(group, _)| of(*group)).map(|(_, account)| account.busy_s);
            let count = worked.iter().filter(|(group, _)| of(*group)).count();
            busy_s.sum::<f64>() / (count.max(1) as f64 * measured_s)
        };
        let on_market = system.groups.len();
        let by_group = groups.iter().map(|group| (group.name.clone(), group.busy));
        let mut utilization = vec![(PROVERS.to_owned(), busy(&|group| group < on_market))];
        utilization
            .extend(by_group.map(|(name, busy)| if name == MINE { (MINE.to_owned(), busy) } else { (name, busy) }));
        Outcome {
            paid,
            income_usd: mine.map(|account| account.income_usd() / months),
            carried_per_s: carried as f64 / measured_s,
            requests: record.requests,
            classes: if record.classes.len() > 1 { record.classes } else { Vec::new() },
            market: record.market,
            groups,
            utilization,
            measured_s,
            simulated_s: elapsed.as_secs_f64(),
            fingerprint: self.fingerprint.value(),
            events,
        }
    }
}

impl World for MarketWorld {
    type Event = Event;

    fn handle(&mut self, event: Event, calendar: &mut Calendar<Event>) {
        self.now = calendar.now();
        self.fingerprint.record(self.now, event.code());
        self.watch();
        match event {
            Event::Request(side, event) => self.request(side, event, calendar),
            Event::Book(event) => self.book.handle(event, &mut calendar.scope(Event::Book)),
            Event::Measure => self.record.accounts[0] = self.book.accounts(self.now).collect(),
            Event::Close => {
                self.record.accounts[1] = self.book.accounts(self.now).collect();
                self.closed = true;
            }
        }
        self.ended();
    }
}

impl Event {
    /// Its kind and number, for the fingerprint.
    fn code(self) -> u64 {
        match self {
            Self::Request(Side::Asked, _) => 1,
            Self::Request(Side::Others, _) => 2,
            Self::Book(book::Event::Take(number)) => 3 + (number << 8),
            Self::Book(book::Event::Passed(number)) => 4 + (number << 8),
            Self::Book(book::Event::Over(number)) => 5 + (number << 8),
            Self::Book(book::Event::Done(prover)) => 6 + (u64::from(prover) << 8),
            Self::Book(book::Event::Deliver(prover, _)) => 7 + (u64::from(prover) << 8),
            Self::Book(book::Event::Delivered(number, ..)) => 8 + (number << 8),
            Self::Measure => 9,
            Self::Close => 10,
        }
    }
}
