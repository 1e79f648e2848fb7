//! The wiring of a step whose proofs are bought on a market: all of them, or those of attempts that would wait too long a queue of its own machines.
//!
//! Model: [`crate::orders::buyer`], by the attempt. What ends on the market without a proof is asked for again, or served by own machines if they have
//! room by then, for as long as its client waits. Assumptions: a proof cannot be taken back once it is asked for, so that what nobody waits for any
//! longer is paid for all the same. Source: as there. Leaves out: others who know what the service asks for.

use std::collections::BTreeMap;

use sim::{Calendar, Schedule, Span, Streams};

use crate::orders::buyer::{Bought, Buyer};
use crate::orders::exchange;
use crate::systems::service::jobs::{NOBODY, Standing};
use crate::systems::service::requests::Miss;
use crate::systems::service::system::Service;
use crate::systems::service::world::{Event, ServiceWorld};

/// What is bought in a run.
#[derive(Debug)]
pub(super) struct Buying {
    /// The step whose proofs are bought.
    step: u16,
    buyer: Buyer,
    /// Size of a request of every class \[cycles\].
    cycles: Vec<f64>,
    /// Attempts for which a proof is asked for, by the mark of the request on the market.
    asked: BTreeMap<u64, u32>,
    /// Requests on the market so far.
    made: u64,
    /// What was bought before the measured time, and in it.
    before: Bought,
    pub(super) measured: Option<Bought>,
}

impl Buying {
    /// Nothing where no step buys.
    pub(super) fn new(service: &Service, streams: &Streams) -> Option<Self> {
        let (step, purchase) = service.purchase()?;
        Some(Self {
            step: step as u16,
            buyer: Buyer::new(&purchase.market, streams),
            cycles: service.classes.iter().map(|class| purchase.cycles * class.size).collect(),
            asked: BTreeMap::new(),
            made: 0,
            before: Bought::default(),
            measured: None,
        })
    }

    /// Others begin to ask.
    pub(super) fn start(&mut self, schedule: &mut impl Schedule<Event = exchange::Event>) {
        self.buyer.start(schedule);
    }

    /// The measured time begins.
    pub(super) fn begin(&mut self) {
        self.before = self.buyer.bought;
    }

    /// The measured time ends.
    pub(super) fn end(&mut self, measured: Span) {
        self.measured = Some(self.buyer.bought.since(&self.before, measured));
    }

    /// Nobody waits for a proof that is asked for any more.
    pub(super) fn forget(&mut self, mark: u64) {
        self.asked.remove(&mark);
    }
}

impl ServiceWorld {
    /// Whether the proof of an attempt that comes to its step is bought; it is asked for then.
    #[inline]
    pub(super) fn buys(&mut self, number: u32, calendar: &mut Calendar<Event>) -> bool {
        let job = &mut self.jobs[number];
        let Some(buying) = self.buying.as_mut().filter(|buying| buying.step == job.step) else { return false };
        let is_free = self.stations[self.layout.station(job.step, job.instance)].is_free();
        // Its place in the queue, where it would have to wait.
        let place = if is_free { 0 } else { self.record.waiting_for(job.step) + 1 };
        if !buying.buyer.takes(place) {
            return false;
        }
        buying.made += 1;
        let request = (buying.made, buying.cycles[job.class as usize]);
        buying.buyer.ask(request, &mut calendar.scope(Event::Market));
        buying.asked.insert(buying.made, number);
        job.standing = Standing::Asked(buying.made);
        true
    }

    /// Measured requests that still wait for a proof from the market.
    pub(super) fn unproven(&self) -> u64 {
        let asked = self.buying.iter().flat_map(|buying| buying.asked.values());
        let waited_for = |number: &&u32| self.jobs[**number].measured && self.jobs[**number].request != NOBODY;
        asked.filter(waited_for).count() as u64
    }

    /// Something happens on the market.
    pub(super) fn on_market(&mut self, event: exchange::Event, calendar: &mut Calendar<Event>) {
        let Some(buying) = &mut self.buying else { return };
        for answer in buying.buyer.handle(event, &mut calendar.scope(Event::Market)) {
            let of = |buying: &mut Buying| buying.asked.remove(&answer.mark);
            let Some(number) = self.buying.as_mut().and_then(of) else { continue };
            let job = self.jobs[number];
            match (answer.is_proven, job.request) {
                (true, _) => {
                    if job.measured {
                        self.record.serves(job.step, calendar.now() - job.came);
                    }
                    self.advance(number, calendar);
                }
                (false, NOBODY) => self.lose(number, Miss::Failed, calendar),
                (false, _) if self.buys(number, calendar) => {}
                (false, _) => self.enter_own(number, calendar),
            }
        }
    }
}
