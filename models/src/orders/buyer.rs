//! Whoever buys proofs, in a run.
//!
//! Model: every job asks for a proof on the market, or those that own machines have too much to do for; what ends there without one is told, so that it is
//! asked for again or done on own machines. Assumptions: the proof that comes back is the one that is used; what is asked for cannot be taken back.
//! Source: rollups that have their proofs made by others, such as Kailua on Boundless and OP Succinct on the Succinct prover network, as documented (2026).
//! Leaves out: offers that rise from one attempt to the next.

use serde::{Deserialize, Serialize};
use sim::{Schedule, Span, Streams};

use super::Request;
use super::book::Fate;
use super::exchange::{Event, Exchange};
use super::offer::GIGACYCLE;
use super::outsourced::Outsourced;
use crate::figures::Figure;
use crate::fleet::HOURS_PER_MONTH;
use crate::machines::figures::per_month;

/// What was bought in some time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Bought {
    /// Proofs that were paid for, or came late and for nothing.
    pub proofs: u64,
    /// Requests that ended without a proof.
    pub again: u64,
    /// Prices \[USD\].
    pub usd: f64,
    /// Gas of requests \[USD\].
    pub gas_usd: f64,
    /// Cycles of the proofs.
    pub cycles: f64,
    /// The time \[s\].
    pub measured_s: f64,
}

/// Proofs that are bought on a market.
pub const BOUGHT: &[Figure<Bought>] = &[
    Figure::new("bought.proofs", "1/month", |it| Some(per_month(it.proofs, it.measured_s)), NOT_BOUGHT),
    Figure::new("bought.price", "USD/Gcycle", Bought::usd_per_gigacycle, "no proof was bought"),
    Figure::new("bought.again", "share", Bought::asked_again, NOT_BOUGHT),
];

const NOT_BOUGHT: &str = "no proof was asked for on the market";

impl Bought {
    /// What was added since it stood so, in so much time.
    pub(crate) fn since(&self, before: &Self, measured: Span) -> Self {
        Self {
            proofs: self.proofs - before.proofs,
            again: self.again - before.again,
            usd: self.usd - before.usd,
            gas_usd: self.gas_usd - before.gas_usd,
            cycles: self.cycles - before.cycles,
            measured_s: measured.as_secs_f64(),
        }
    }

    /// What was paid, gas included, by the month \[USD\].
    pub(crate) fn usd_per_month(&self) -> f64 {
        (self.usd + self.gas_usd) * (HOURS_PER_MONTH * 3_600.0) / self.measured_s
    }

    /// What 10⁹ cycles of the proofs cost.
    fn usd_per_gigacycle(&self) -> Option<f64> {
        (self.cycles > 0.0).then(|| self.usd / (self.cycles / GIGACYCLE))
    }

    /// Share of the requests on the market that ended without a proof.
    fn asked_again(&self) -> Option<f64> {
        let all = self.proofs + self.again;
        (all > 0).then(|| self.again as f64 / all as f64)
    }
}

/// A request of ours that has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    /// The mark of the request.
    pub(crate) mark: u64,
    pub(crate) is_proven: bool,
}

/// The market in a run, with what is asked of it.
#[derive(Debug)]
pub(crate) struct Buyer {
    outsourced: Outsourced,
    exchange: Exchange,
    /// Requests of ours that have not ended.
    pub(crate) asked: usize,
    pub(crate) bought: Bought,
}

/// The kind of our own requests.
const OURS: u16 = 0;

impl Buyer {
    pub(crate) fn new(outsourced: &Outsourced, streams: &Streams) -> Self {
        let Outsourced { rules, groups, others, .. } = outsourced;
        Self {
            exchange: Exchange::new(rules, groups, (None, others.as_ref()), (1, streams)),
            asked: 0,
            bought: Bought::default(),
            outsourced: outsourced.clone(),
        }
    }

    pub(crate) fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        self.exchange.start(schedule);
    }

    /// Whether the proof of the next job is bought, where own machines have so many to do.
    pub(crate) fn takes(&self, many: u64) -> bool {
        self.outsourced.overflow.is_none_or(|most| many >= most)
    }

    /// Asks for a proof; the mark tells whose it is.
    pub(crate) fn ask(&mut self, (mark, cycles): (u64, f64), schedule: &mut impl Schedule<Event = Event>) {
        self.asked += 1;
        self.bought.gas_usd += self.outsourced.rules.gas_of_request_usd();
        let terms = self.outsourced.offer.of_size(cycles);
        let request = Request { class: OURS, mark, cycles, terms, own: false };
        self.exchange.submit(request, schedule);
    }

    /// Something happens; what became of our requests.
    pub(crate) fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Vec<Answer> {
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
            answers.push(Answer { mark: ended.request.mark, is_proven });
        }
        answers
    }
}
