//! The book of orders: what happens to a request from the first offer to its end.
//!
//! Model: as [`super`] says. Source: the definition. Leaves out: what [`super`] leaves out.

use sim::{Schedule, Stream, Streams, Time};

use super::account::Account;
use super::prover::{Group, Prover, Queued};
use super::requests::{Bid, Entry, Next, Request, Requests, State};
use super::{Mechanism, Rules};

/// What the book waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Somebody may take a request.
    Take(u64),
    /// A prover looks for requests that are worth it by now.
    Look(u32),
    /// The lock of a request passes.
    Passed(u64),
    /// A request ends.
    Over(u64),
    /// A prover is done with what it works on.
    Done(u32),
    /// A prover delivers what is ready, if it has not since.
    Deliver(u32, u32),
    /// The market has a proof of a request by a prover.
    Delivered(u64, u32),
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its proof was there before its lock passed.
    InTime,
    /// It was there after that, and before the request ended.
    Late,
    /// It was locked, and there was no proof when it ended.
    Missed,
    /// Nobody ever locked it.
    Unlocked,
}

/// A request that has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ended {
    /// The request.
    pub request: Request,
    /// When it was made.
    pub made: Time,
    /// When it was locked; its own machines take it at once.
    pub locked: Option<Time>,
    /// When it ended.
    pub at: Time,
    /// How.
    pub fate: Fate,
    /// What the requester pays \[USD\].
    pub price_usd: f64,
    /// Whether the requester's own machines proved it.
    pub own: bool,
}

/// The machines of a requester.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// What they are.
    pub group: Group,
    /// Whether what they are not expected to prove before the time-out of the lock goes to the market.
    pub overflow: bool,
}

/// A market with its provers, in a run.
#[derive(Debug)]
pub struct OrderBook {
    pub(super) rules: Rules,
    pub(super) groups: Vec<Group>,
    /// Gas of a lock and of a proof's share of a delivery, by group \[USD\].
    pub(super) gas_usd: Vec<f64>,
    /// Those of the market, and behind them the requester's own.
    pub(super) provers: Vec<Prover>,
    pub(super) market: usize,
    /// Those of every group of the market in the order of their asks, which is the same for all requests.
    pub(super) by_ask: Vec<Vec<u32>>,
    overflow: bool,
    pub(super) requests: Requests,
    /// Requests without a lock that somebody may take, in their order.
    pub(super) open: Vec<u64>,
    /// Requests without a lock, also those that nobody would ever take.
    unlocked: usize,
    /// Requests whose lock has passed, in the order of that.
    pub(super) anybody: Vec<u64>,
    /// Whose turn it is.
    pub(super) turn: usize,
    pub(super) lots: Stream,
    ended: Vec<Ended>,
}

impl OrderBook {
    /// A market in which nothing has happened.
    pub fn new(rules: &Rules, groups: &[Group], own: Option<&Own>, streams: &Streams) -> Self {
        let all: Vec<Group> = groups.iter().chain(own.map(|own| &own.group)).cloned().collect();
        let provers = all.iter().enumerate();
        let provers =
            provers.flat_map(|group| (0..group.1.count).map(move |number| Prover::new(group, number, streams)));
        let provers: Vec<Prover> = provers.collect();
        let of_group = |place: usize| {
            let mut members: Vec<u32> =
                (0..).zip(&provers).filter(|(_, it)| it.group == place).map(|(at, _)| at).collect();
            members.sort_by(|a, b| provers[*a as usize].dearer.total_cmp(&provers[*b as usize].dearer));
            members
        };
        Self {
            by_ask: (0..groups.len()).map(of_group).collect(),
            provers,
            market: groups.iter().map(|group| group.count as usize).sum(),
            overflow: own.is_some_and(|own| own.overflow),
            gas_usd: all.iter().map(|group| rules.gas_of_order_usd(group)).collect(),
            groups: all,
            rules: rules.clone(),
            requests: Requests::default(),
            open: Vec::new(),
            unlocked: 0,
            anybody: Vec::new(),
            turn: 0,
            lots: streams.stream("lots of orders"),
            ended: Vec::new(),
        }
    }

    /// A request is made.
    pub fn submit(&mut self, request: Request, schedule: &mut impl Schedule<Event = Event>) {
        let now = schedule.now();
        if request.own && self.own_takes(&request, schedule) {
            return;
        }
        let state = State::Open { next: None, awarded: false };
        let number = self.push(request, now, state);
        self.unlocked += 1;
        schedule.at(now + request.terms.lock, Event::Passed(number));
        // A prover with room looks through all that are open.
        if !self.may_be_taken(number) {
            return;
        }
        self.open.push(number);
        match self.rules.mechanism {
            Mechanism::ReverseDutch => self.plan(number, 0.0, schedule),
            Mechanism::SealedBid { bidding } => schedule.after(bidding, Event::Take(number)),
            Mechanism::RoundRobin | Mechanism::Lottery => self.award(number, schedule),
        }
    }

    fn push(&mut self, request: Request, made: Time, state: State) -> u64 {
        let bid = |group: &Group| {
            let expected_s = group.seconds(request.cycles);
            Bid { expected_s, ask_usd: group.ask_usd(request.cycles, expected_s) }
        };
        let bids = self.groups.iter().map(bid).collect();
        self.requests.push(Entry { request, made, state, bids })
    }

    /// Whether the requester's own machines take a request.
    fn own_takes(&mut self, request: &Request, schedule: &mut impl Schedule<Event = Event>) -> bool {
        let (place, now) = (self.market, schedule.now());
        let Some(prover) = self.provers.get(place) else { return false };
        let group = &self.groups[prover.group];
        let expected_s = group.seconds(request.cycles) * prover.slower;
        let ready_s = (prover.wait_s(now) + expected_s) * group.strategy.safety;
        if self.overflow && ready_s > request.terms.lock.as_secs_f64() {
            return false;
        }
        let state = State::Locked { prover: place as u32, price_usd: 0.0, at: now };
        let number = self.push(*request, now, state);
        let due = now + request.terms.lock;
        self.give(place, Queued { request: number, expected_s, due, collateral_usd: 0.0 }, schedule);
        true
    }

    /// An order joins the queue of a prover, which begins it if it has nothing else to do.
    pub(super) fn give(&mut self, place: usize, order: Queued, schedule: &mut impl Schedule<Event = Event>) {
        let prover = &mut self.provers[place];
        prover.orders += 1;
        prover.enqueue(order);
        if prover.work.current.is_none() {
            self.begin_next(place, schedule);
        }
    }

    /// Something happens.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) {
        match event {
            Event::Take(number) => self.take(number, schedule),
            Event::Look(prover) => self.look(prover as usize, schedule),
            Event::Passed(number) => self.passed(number, schedule),
            Event::Over(number) => self.over(number, schedule),
            Event::Done(prover) => self.done(prover as usize, schedule),
            Event::Deliver(prover, deliveries) => {
                if self.provers[prover as usize].work.deliveries == deliveries {
                    self.deliver(prover as usize, schedule);
                }
            }
            Event::Delivered(number, prover) => self.delivered(number, prover as usize, schedule),
        }
    }

    /// The requests that have ended since this was asked last.
    pub fn drain_ended(&mut self) -> std::vec::Drain<'_, Ended> {
        self.ended.drain(..)
    }

    /// What every prover did so far, by group and in their order; the requester's own last.
    pub fn accounts(&self, now: Time) -> impl Iterator<Item = (usize, Account)> {
        self.provers.iter().map(move |prover| (prover.group, prover.account(now)))
    }

    /// Requests without a lock, and locked ones without a proof.
    pub fn waiting(&self) -> (usize, usize) {
        (self.unlocked, self.requests.len() - self.unlocked)
    }

    /// The lock of a request passes: nobody took it, or who did has no proof yet.
    fn passed(&mut self, number: u64, schedule: &mut impl Schedule<Event = Event>) {
        let now = schedule.now();
        let Some(entry) = self.requests.get_mut(number) else { return };
        let Entry { request, made, .. } = entry;
        let (request, made) = (*request, *made);
        match entry.state {
            State::Open { next, .. } => {
                let was_expected = self.no_longer_open(number, next, schedule);
                self.end(number, now, (Fate::Unlocked, 0.0));
                was_expected.into_iter().for_each(|place| self.has_room(place, schedule));
            }
            State::Locked { prover, at, .. } => {
                entry.state = State::Anybody { had: prover, runner: None, locked: at };
                self.anybody.push(number);
                let place = prover as usize;
                let holder = &mut self.provers[place];
                holder.work.account.lost_usd += request.terms.collateral_usd;
                holder.work.account.passed += 1;
                holder.at_risk_usd -= request.terms.collateral_usd;
                if holder.forget(number) {
                    holder.orders -= 1;
                }
                let over = made + request.terms.timeout;
                if over > now {
                    schedule.at(over, Event::Over(number));
                    self.find_runner(number, schedule);
                } else {
                    self.over(number, schedule);
                }
                self.has_room(place, schedule);
            }
            State::Anybody { .. } => {}
        }
    }

    /// A request ends without a proof, if there has been none.
    fn over(&mut self, number: u64, schedule: &mut impl Schedule<Event = Event>) {
        let Some(State::Anybody { had, runner, .. }) = self.requests.get(number).map(|entry| entry.state) else {
            return;
        };
        self.end(number, schedule.now(), (Fate::Missed, 0.0));
        self.stop(number, [Some(had), runner], schedule);
    }

    /// A request has ended: what it was is told.
    pub(super) fn end(&mut self, number: u64, at: Time, (fate, price_usd): (Fate, f64)) {
        let Some(Entry { request, made, state, .. }) = self.requests.remove(number) else { return };
        let (locked, by) = match state {
            State::Open { .. } => (None, None),
            State::Locked { at, prover, .. } => (Some(at), Some(prover)),
            State::Anybody { locked, .. } => {
                self.anybody.retain(|other| *other != number);
                (Some(locked), None)
            }
        };
        let own = by.is_some_and(|prover| prover as usize >= self.market);
        self.ended.push(Ended { request, made, locked, at, fate, price_usd, own });
    }

    /// A request is not open any more; who was expected to take it, and is no more.
    pub(super) fn no_longer_open(
        &mut self,
        number: u64,
        next: Option<Next>,
        schedule: &mut impl Schedule<Event = Event>,
    ) -> Option<usize> {
        self.unlocked -= 1;
        if let Ok(place) = self.open.binary_search(&number) {
            self.open.remove(place);
        }
        self.no_longer_expected(next, schedule)
    }

    /// Nobody is expected to take a request any more; who was.
    pub(super) fn no_longer_expected(
        &mut self,
        next: Option<Next>,
        schedule: &mut impl Schedule<Event = Event>,
    ) -> Option<usize> {
        let next = next?;
        schedule.cancel(next.ticket);
        self.provers[next.prover as usize].expected -= 1;
        Some(next.prover as usize)
    }
}
