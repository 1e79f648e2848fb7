//! The world of a market: one field per part, and one match that is the wiring.

use sim::{Calendar, Fingerprint, Schedule, Streams, Time, World};

use super::course::{Course, Piece};
use super::expected::Charges;
use super::outcome::Outcome;
use super::record::{Record, of_groups};
use super::{Asker, Market};
use crate::fleet::HOURS_PER_MONTH;
use crate::given::Given;
use crate::horizon::Horizon;
use crate::orders::book::Fate;
use crate::orders::demand::Requesters;
use crate::orders::exchange::{self, Exchange};
use crate::workload;

/// Everything that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A request is made that is asked about.
    Request(workload::Event),
    /// Something of the market.
    Market(exchange::Event),
    /// The measured time begins.
    Measure,
    /// It ends.
    Close,
}

const _: () = assert!(size_of::<Event>() <= 40, "events are copied on every heap operation");

/// The world: one field per part, and what is measured.
pub struct MarketWorld {
    system: Market,
    horizon: Horizon,
    asked: Requesters,
    market: Exchange,
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
            market: Exchange::new(&system.rules, &system.groups, (own, system.others.as_ref()), (classes, streams)),
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
        self.asked.start(&mut calendar.scope(Event::Request));
        self.market.start(&mut calendar.scope(Event::Market));
    }

    /// A request was made.
    fn made(&mut self) {
        self.record.made(self.now);
        self.course.iter_mut().for_each(|course| course.made += 1);
    }

    fn ended(&mut self) {
        for ended in self.market.drain_ended() {
            self.record.ended(&ended);
            if let Some(course) = self.course.as_mut().filter(|_| ended.fate == Fate::InTime && !ended.own) {
                course.sold(ended.price_usd, ended.request.cycles);
            }
        }
    }

    /// Tells how it went so far, piece by piece.
    fn watch(&mut self) {
        let (open, locked) = self.market.book.waiting();
        while let Some(next) = self.course.as_ref().map(|course| course.next).filter(|next| *next <= self.now) {
            let given = self.given();
            let Some(course) = &mut self.course else { return };
            let busy = course.given.end(next, given);
            let until_s = course.next.as_secs_f64();
            let (made, usd_per_gigacycle) = (course.made, course.price());
            course.push(Piece { until_s, made, open: open as u64, locked: locked as u64, usd_per_gigacycle, busy });
        }
    }

    /// What the provers of each group have given by now, in proofs; their machines work together.
    fn given(&self) -> Vec<Given> {
        // Own machines are the group after those of the market.
        let groups = self.system.groups.iter().chain(self.system.own().map(|own| &own.group));
        let mut given: Vec<Given> = groups
            .map(|group| Given { stage: group.name.clone(), so_far_s: 0.0, servers: group.count as f64 })
            .collect();
        for (place, account) in self.market.book.accounts(self.now) {
            given[place].so_far_s += account.busy_s;
        }
        given
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
            (Asker::Requester { .. }, _) => Charges {
                bought_usd: requests.paid_usd / months,
                gas_usd: (requests.counts.made - requests.counts.own) as f64 * system.rules.gas_of_request_usd()
                    / months,
                lost_usd: 0.0,
            },
            (Asker::Prover(_), account) => account.map(of_provers).unwrap_or_default(),
        };
        let with_proof = requests.counts.in_time + requests.counts.late;
        let carried = mine.map_or(with_proof, |account| account.delivered);
        let utilization = system.utilization(&groups);
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
            Event::Request(event) => {
                let request = self.asked.handle(event, &mut calendar.scope(Event::Request));
                self.made();
                self.market.submit(request, &mut calendar.scope(Event::Market));
            }
            Event::Market(event) => {
                if self.market.handle(event, &mut calendar.scope(Event::Market)) {
                    self.made();
                }
            }
            Event::Measure => self.record.accounts[0] = self.market.book.accounts(self.now).collect(),
            Event::Close => {
                self.record.accounts[1] = self.market.book.accounts(self.now).collect();
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
            Self::Request(_) => 1,
            Self::Market(event) => event.code(),
            Self::Measure => 9,
            Self::Close => 10,
        }
    }
}
