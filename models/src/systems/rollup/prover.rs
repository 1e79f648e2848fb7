//! One proof system: a batch's proof from its segments up, and the joins of several batches' proofs.
//!
//! Model: a batch is split into segments of equal cycles, each of which is proven on its own. Each level of recursion begins when all
//! proofs of the level below are there; the last that joins any is repeated until one proof is left. Above the level that is proven, the proofs of
//! the batches in a batch are joined in rounds. What L1 verifies is wrapped once. A proof of a batch may turn out to be of no use, or
//! come too late; then it is made again from the beginning. The oldest batch goes first.
//! Assumptions: levels do not overlap, as in proof systems that prove in rounds; times are independent ([`crate::services`]); during an
//! outage nothing new is begun, and what the machines have is ended. Source: fork–join on a G^X/G/c fleet ([`crate::proving::servers`]).
//! Leaves out: the time to move proofs, segments that differ in cycles.

use sim::{Schedule, Span, Stream, Streams, Time};

use super::{Joining, ProofSystem, Recursion};
use crate::batching::Content;
use crate::orders::buyer::Buyer;
use crate::orders::exchange;
use crate::orders::outsourced::Outsourced;
use crate::outages::{OutageProcess, Outages};
use crate::proving::fleet::Fleet;
use crate::proving::servers;
use crate::services::Services;

/// A year \[s\].
const YEAR_S: f64 = 365.0 * 86_400.0;

/// What is done for a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It waits for the end of an outage.
    Held,
    /// Its segments.
    Segments,
    /// A level of recursion.
    Recursion(u8),
    /// A round of joins.
    Join,
    /// The proof that L1 verifies.
    Wrap,
    /// It was bought.
    Bought,
}

/// The proof of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// Level of the batch.
    pub level: u8,
    /// Number of the batch.
    pub number: u64,
}

/// What a proof system waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Something of its servers.
    Fleet(servers::Event),
    /// A step of a proof is done, after which there are so many proofs.
    Done(Task, Step, u32),
    /// Something of the market on which proofs are bought.
    Market(exchange::Event),
}

impl From<servers::Event> for Event {
    fn from(event: servers::Event) -> Self {
        Self::Fleet(event)
    }
}

/// What a proof is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) task: Task,
    /// When the batch closed: older ones go first.
    pub(super) closed: Time,
    /// What the batch holds.
    pub(super) content: Content,
    /// Batches in it, whose proofs are joined; nothing where it is proven itself.
    pub(super) joined: Option<(u64, Joining)>,
    /// Whether L1 verifies it.
    pub(super) is_settled: bool,
}

/// A proof system in a run.
#[derive(Debug)]
pub(super) struct Prover {
    system: ProofSystem,
    fleet: Fleet<Event>,
    outages: OutageProcess,
    times: Stream,
    luck: Stream,
    /// Proofs in the making, with the time at which they were asked for last.
    open: Vec<(Order, Time)>,
    /// Where proofs are bought.
    pub(super) buyer: Option<Buyer>,
    /// Proofs that were made in vain.
    pub(super) in_vain: u64,
}

impl Prover {
    pub(super) fn new(
        system: &ProofSystem,
        (outages, market): (&Outages, Option<&Outsourced>),
        streams: &Streams,
    ) -> Self {
        let pool = system.place.pool.as_str();
        let stream = |what: &str| streams.stream(&format!("{what} of {pool}"));
        // A pool without machines is given no jobs.
        let (servers, life) = (system.place.all_servers().max(1), system.place.life.as_ref());
        Self {
            fleet: Fleet::new(servers, life, system.discipline, (pool, streams)),
            // All systems are out of service together.
            outages: OutageProcess::new(outages, streams.stream("prover outages")),
            times: stream("service times"),
            luck: stream("useless proofs"),
            open: Vec::new(),
            buyer: market.map(|market| Buyer::new(market, streams)),
            in_vain: 0,
            system: system.clone(),
        }
    }

    pub(super) fn fleet(&self) -> &Fleet<Event> {
        &self.fleet
    }

    pub(super) fn fleet_mut(&mut self) -> &mut Fleet<Event> {
        &mut self.fleet
    }

    /// A proof is asked for.
    pub(super) fn submit(&mut self, order: Order, schedule: &mut impl Schedule<Event = Event>) {
        self.open.push((order, schedule.now()));
        self.ask_or_begin(order, schedule);
    }

    /// Machines begin, and so do the requests of others on the market.
    pub(super) fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        self.fleet.start(schedule);
        if let Some(buyer) = &mut self.buyer {
            buyer.start(&mut schedule.scope(Event::Market));
        }
    }

    /// A proof is asked for on the market, or begun on own machines.
    fn ask_or_begin(&mut self, order: Order, schedule: &mut impl Schedule<Event = Event>) {
        let others = self.open.len() - 1;
        let takes = |buyer: &&mut Buyer| order.joined.is_none() && buyer.takes((others - buyer.asked) as u64);
        match self.buyer.as_mut().filter(takes) {
            Some(buyer) => {
                let request = (order.task.number, order.content.cycles);
                buyer.ask(request, &mut schedule.scope(Event::Market));
            }
            None => self.begin(order, schedule),
        }
    }

    /// Something happens on the market: proofs that were bought are done, and what ended without one is asked for again.
    fn on_market(&mut self, event: exchange::Event, schedule: &mut impl Schedule<Event = Event>) {
        let Some(buyer) = &mut self.buyer else { return };
        for answer in buyer.handle(event, &mut schedule.scope(Event::Market)) {
            let found = self.open.iter().find(|(order, _)| order.joined.is_none() && order.task.number == answer.mark);
            let (order, _) = *found.expect("it was asked for");
            if answer.is_proven {
                schedule.after(Span::ZERO, Event::Done(order.task, Step::Bought, 1));
            } else {
                self.ask_or_begin(order, schedule);
            }
        }
    }

    /// Something is done; the task whose proof is there.
    pub(super) fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Option<Task> {
        match event {
            Event::Fleet(event) => {
                self.fleet.handle(event, schedule);
                None
            }
            Event::Done(task, Step::Bought, _) => {
                let at = self.open.iter().position(|(order, _)| order.task == task).expect("it was asked for");
                self.open.swap_remove(at);
                Some(task)
            }
            Event::Done(task, step, proofs) => self.go_on(task, step, u64::from(proofs), schedule),
            Event::Market(event) => {
                self.on_market(event, schedule);
                None
            }
        }
    }

    fn begin(&mut self, order: Order, schedule: &mut impl Schedule<Event = Event>) {
        if self.held((order.task, Step::Held, 0), schedule) {
            return;
        }
        match order.joined {
            Some((batches, joining)) => self.join(&order, batches, joining, schedule),
            None => {
                let cycles = order.content.cycles;
                let segments = self.system.segments(cycles);
                let each = cycles / segments as f64;
                let mean_s = self.system.segment.work.seconds(each);
                self.work(&order, (Step::Segments, segments), (segments, mean_s, self.system.segment.spread), schedule);
            }
        }
    }

    /// Whether the next step waits for the end of an outage.
    fn held(&mut self, (task, step, proofs): (Task, Step, u32), schedule: &mut impl Schedule<Event = Event>) -> bool {
        let now = schedule.now();
        let begins = self.outages.in_service(now);
        if begins > now {
            schedule.at(begins, Event::Done(task, step, proofs));
        }
        begins > now
    }

    fn go_on(
        &mut self,
        task: Task,
        step: Step,
        proofs: u64,
        schedule: &mut impl Schedule<Event = Event>,
    ) -> Option<Task> {
        let at = self.open.iter().position(|(order, _)| order.task == task).expect("it was asked for");
        let (order, since) = self.open[at];
        if self.held((task, step, proofs as u32), schedule) {
            return None;
        }
        let next = match step {
            Step::Held => {
                self.begin(order, schedule);
                return None;
            }
            Step::Wrap | Step::Bought => return self.end(at, (order, since), schedule),
            Step::Segments => self.system.recursion_after(None, proofs),
            Step::Recursion(level) => self.system.recursion_after(Some(level), proofs),
            Step::Join => match order.joined.filter(|_| proofs > 1) {
                Some((_, joining)) => {
                    self.join(&order, proofs, joining, schedule);
                    return None;
                }
                None => None,
            },
        };
        if let Some((level, recursion)) = next {
            let made = recursion.over(proofs);
            let mean_s = recursion.job.work.seconds(proofs as f64 / made as f64);
            self.work(&order, (Step::Recursion(level), made), (made, mean_s, recursion.job.spread), schedule);
            return None;
        }
        match self.system.wrap.filter(|_| order.is_settled) {
            Some(wrap) => {
                self.work(&order, (Step::Wrap, 1), (1, wrap.work.seconds(1.0), wrap.spread), schedule);
                None
            }
            None => self.end(at, (order, since), schedule),
        }
    }

    fn join(&mut self, order: &Order, batches: u64, joining: Joining, schedule: &mut impl Schedule<Event = Event>) {
        let arity = joining.arity.unwrap_or(batches).max(1);
        let made = batches.div_ceil(arity).max(1);
        let mean_s = joining.job.work.seconds(batches as f64 / made as f64);
        self.work(order, (Step::Join, made), (made, mean_s, joining.job.spread), schedule);
    }

    /// Jobs of a step begin.
    fn work(
        &mut self,
        order: &Order,
        (step, proofs): (Step, u64),
        (jobs, mean_s, spread): (u64, f64, f64),
        schedule: &mut impl Schedule<Event = Event>,
    ) {
        let years = schedule.now().as_secs_f64() / YEAR_S;
        let mean_s = mean_s * self.system.faster_a_year.powf(-years);
        let services = Services::draw(jobs, mean_s, spread, &mut self.times);
        let then = Event::Done(order.task, step, proofs.min(u64::from(u32::MAX)) as u32);
        self.fleet.submit(order.closed.nanos(), vec![services], then, schedule);
    }

    /// The proof is complete, unless it is of no use or late.
    fn end(
        &mut self,
        at: usize,
        (order, since): (Order, Time),
        schedule: &mut impl Schedule<Event = Event>,
    ) -> Option<Task> {
        let now = schedule.now();
        let useless = self.system.failures > 0.0 && self.luck.uniform() < self.system.failures;
        let late = self.system.time_out.is_some_and(|time_out: Span| now - since > time_out);
        if useless || late {
            self.in_vain += 1;
            self.open[at].1 = now;
            self.begin(order, schedule);
            return None;
        }
        self.open.swap_remove(at);
        Some(order.task)
    }
}

impl ProofSystem {
    /// Segments of a batch of so many cycles.
    pub fn segments(&self, cycles: f64) -> u64 {
        self.segment_cycles.map_or(1, |most| ((cycles / most - 1e-9).ceil() as u64).max(1))
    }

    /// The level of recursion that is next when so many proofs are left, after a level or the segments; nothing where none is.
    pub(super) fn recursion_after(&self, level: Option<u8>, proofs: u64) -> Option<(u8, Recursion)> {
        let next = match level {
            None => 0,
            Some(level) => level + u8::from(Some(level) != self.repeated() || proofs <= 1),
        };
        Some((next, *self.recursion.get(usize::from(next))?))
    }

    /// The level that is repeated until one proof is left: the last that joins any.
    fn repeated(&self) -> Option<u8> {
        self.recursion.iter().rposition(|level| level.arity > 1).map(|level| level as u8)
    }
}
