//! Proofs of batches that are bought on a market.
//!
//! Model: the proof of a batch is a request on a market ([`crate::orders`]) on which others ask too: every batch's, or those of batches that find so many in the
//! making on own machines. What ends there without a proof is asked for again, or made on own machines if there are any for it. Assumptions: the
//! proof that comes back is the one that is joined or settled; joins are made on own machines. Source: rollups that have their proofs made by others, such
//! as Kailua on Boundless and OP Succinct on the Succinct prover network, as documented (2026). Leaves out: offers that rise from one attempt to the next.

use serde::{Deserialize, Serialize};
use sim::{Schedule, Span, Streams};

use super::expected::Batch;
use super::prover::Order;
use super::{Proving, Rollup};
use crate::orders::book::Fate;
use crate::orders::demand::Demand;
use crate::orders::exchange::{Event, Exchange};
use crate::orders::offer::GIGACYCLE;
use crate::orders::supply::Wanted;
use crate::orders::{Group, Mechanism, Offer, Request, Rules};

/// What is bought, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Outsourced {
    /// Batches in the making on own machines with which the next is bought; `None`: all are.
    pub overflow: Option<u64>,
    /// What is offered.
    pub offer: Offer,
    /// The rules of the market.
    pub rules: Rules,
    /// Its provers.
    pub groups: Vec<Group>,
    /// Requests of others.
    pub others: Option<Demand>,
}

/// What was bought in some time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Bought {
    /// Proofs that were paid for, or came late and for nothing.
    pub proofs: u64,
    /// Requests that ended without a proof.
    pub again: u64,
    /// Prices \[USD\].
    pub usd: f64,
    /// Cycles of the proofs.
    pub cycles: f64,
}

impl Bought {
    /// What was added since it stood so.
    pub(super) fn since(&self, before: &Self) -> Self {
        Self {
            proofs: self.proofs - before.proofs,
            again: self.again - before.again,
            usd: self.usd - before.usd,
            cycles: self.cycles - before.cycles,
        }
    }
}

/// A request of ours that has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    /// The number of the batch.
    pub(super) batch: u64,
    pub(super) is_proven: bool,
}

/// The market in a run, with what is asked of it.
#[derive(Debug)]
pub(super) struct Buyer {
    outsourced: Outsourced,
    exchange: Exchange,
    /// Batches whose proofs are asked for.
    asked: usize,
    pub(super) bought: Bought,
}

/// The kind of our own requests.
const OURS: u16 = 0;

impl Buyer {
    pub(super) fn new(outsourced: &Outsourced, streams: &Streams) -> Self {
        let Outsourced { rules, groups, others, .. } = outsourced;
        Self {
            exchange: Exchange::new(rules, groups, (None, others.as_ref()), (1, streams)),
            asked: 0,
            bought: Bought::default(),
            outsourced: outsourced.clone(),
        }
    }

    pub(super) fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        self.exchange.start(schedule);
    }

    /// Whether the proof of the next batch is bought, where so many are in the making in all.
    pub(super) fn takes(&self, in_the_making: usize) -> bool {
        self.outsourced.overflow.is_none_or(|most| (in_the_making - self.asked) as u64 >= most)
    }

    /// Asks for the proof of a batch.
    pub(super) fn ask(&mut self, order: &Order, schedule: &mut impl Schedule<Event = Event>) {
        self.asked += 1;
        let cycles = order.content.cycles;
        let terms = self.outsourced.offer.of_size(cycles);
        let request = Request { class: OURS, mark: order.task.number, cycles, terms, own: false };
        self.exchange.submit(request, schedule);
    }

    /// Something happens; what became of our requests.
    pub(super) fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Vec<Answer> {
        self.exchange.handle(event, schedule);
        let mut answers = Vec::new();
        for ended in self.exchange.drain_ended().filter(|ended| ended.request.class == OURS) {
            let is_proven = matches!(ended.fate, Fate::InTime | Fate::Late);
            self.asked -= 1;
            if is_proven {
                self.bought.proofs += 1;
                self.bought.usd += ended.price_usd;
                self.bought.cycles += ended.request.cycles;
            } else {
                self.bought.again += 1;
            }
            answers.push(Answer { batch: ended.request.mark, is_proven });
        }
        answers
    }
}

impl Outsourced {
    /// What is wanted of its provers where so many batches of this size come a second.
    fn wanted(&self, batch: &Batch) -> Wanted {
        let (ours, others_per_s) = (1.0 / batch.interval_s, self.others.as_ref().map_or(0.0, |it| it.per_s));
        let others = |of: &dyn Fn(&crate::orders::demand::Class) -> f64| {
            self.others.as_ref().map_or(0.0, |demand| demand.per_s * demand.mean(of))
        };
        let per_s = ours + others_per_s;
        let most =
            ours * batch.content.cycles * self.offer.ramp.most + others(&|class| class.cycles * class.offer.ramp.most);
        let cycles = (ours * batch.content.cycles + others(&|class| class.cycles)) / per_s;
        Wanted { per_s, cycles, most_usd: most / GIGACYCLE / per_s }
    }

    /// Who takes a batch at an even load: of those that can prove it before the lock passes, who asks least and is not wanted all the time; nobody
    /// where there is none, or none that asks no more than is offered.
    fn taker(&self, batch: &Batch) -> Option<(&Group, f64)> {
        let cycles = batch.content.cycles;
        let terms = self.offer.of_size(cycles);
        let supply = self.rules.merit_order(&self.groups, &self.wanted(batch));
        let with_room = supply.iter().filter(|one| one.gets_per_s < one.per_s).map(|one| &self.groups[one.group]);
        let able = with_room.filter(|group| {
            let ready_s = group.seconds(cycles) * group.strategy.safety + self.rules.inclusion.as_secs_f64();
            ready_s <= terms.lock.as_secs_f64()
        });
        let asks = able.map(|group| {
            let ask_usd = group.ask_usd(cycles, group.seconds(cycles)) + self.rules.gas_of_order_usd(group);
            (group, ask_usd)
        });
        asks.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, ask_usd)| *ask_usd <= terms.ramp.most)
    }

    /// What a proof of such a batch costs at an even load, where all are bought \[USD\]; the highest price where nobody takes it for less.
    pub(super) fn price_usd(&self, batch: &Batch) -> f64 {
        let most_usd = self.offer.of_size(batch.content.cycles).ramp.most;
        match self.rules.mechanism {
            Mechanism::ReverseDutch | Mechanism::SealedBid { .. } => {
                self.taker(batch).map_or(most_usd, |(_, ask_usd)| ask_usd)
            }
            Mechanism::RoundRobin | Mechanism::Lottery => most_usd,
        }
    }

    /// How long it takes from the request to the proof, at an even load \[s\]; until the request ends where nobody takes it.
    pub(super) fn seconds(&self, batch: &Batch) -> f64 {
        let terms = self.offer.of_size(batch.content.cycles);
        let taken = self.taker(batch).and_then(|(group, ask_usd)| {
            let after = match self.rules.mechanism {
                Mechanism::ReverseDutch => terms.reaches(ask_usd)?,
                Mechanism::SealedBid { bidding } => bidding,
                Mechanism::RoundRobin | Mechanism::Lottery => Span::ZERO,
            };
            Some((after + self.rules.inclusion).as_secs_f64() + group.seconds(batch.content.cycles))
        });
        taken.unwrap_or(terms.timeout.as_secs_f64())
    }

    /// What its provers have to do, as a share of what they can do.
    pub(super) fn utilization(&self, batch: &Batch) -> f64 {
        let wanted = self.wanted(batch);
        let supply_per_s: f64 = self.rules.merit_order(&self.groups, &wanted).iter().map(|one| one.per_s).sum();
        wanted.per_s / supply_per_s
    }
}

impl Proving {
    /// Whether all proofs of batches of the first proof system are bought.
    pub(super) fn buys_all(&self) -> bool {
        self.market.as_ref().is_some_and(|market| market.overflow.is_none())
    }
}

impl Rollup {
    /// Whether the machines of the proof system in this place have anything to do: those whose proofs are all bought only join.
    pub fn has_work(&self, place: usize) -> bool {
        let of = |proving: &Proving| place > 0 || !proving.buys_all() || proving.level < self.settlement.level;
        self.proving.as_ref().is_some_and(of)
    }
}
