//! Provers of a market: what a proof takes and costs them, what they dare to lock, and what they have to do.
//!
//! Model: a prover works on one proof at a time, on all of its servers: segments in rounds, then what makes one proof of them. A proof takes what is
//! expected, times a factor around 1 of its own; it may turn out to be of no use, and is made again. A prover expects a new order to be ready when
//! all that it has is done, and takes it only if that, times its factor of safety, is in time. Its ask is the cost of its machines for the time of
//! the proof, spread over the share of the time that it counts on selling, and a margin; or what is stated; and gas.
//! Provers of a group differ in speed and in cost by a lognormal factor each.
//! Assumption: what is expected is the mean. Source: the broker of the Boundless market as documented (2026): it locks by free capacity, deadline and
//! price. Leaves out: machines that come and go, several proofs at once.

use std::collections::VecDeque;

use sim::{Distribution, Span, Stream, Streams, Ticket, Time};

use super::account::Account;
use super::offer::GIGACYCLE;
use crate::work::WorkCurve;

/// Provers that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Name in tables.
    pub name: String,
    /// How many there are.
    pub count: u64,
    /// Machines of each.
    pub machines: u64,
    /// Servers of a machine.
    pub servers: u64,
    /// What is proven on its own.
    pub segment: Segment,
    /// What makes one proof of those of the segments, by their number; on one server.
    pub last: WorkCurve,
    /// Coefficient of variation of the time of a proof around what is expected.
    pub varies: f64,
    /// Share of the proofs that turn out to be of no use, 0–1.
    pub failures: f64,
    /// Coefficients of variation between provers, of the time of a proof and of the ask.
    pub spread: Spread,
    /// What each asks for.
    pub ask: Ask,
    /// What each dares.
    pub strategy: Strategy,
    /// What a machine costs \[USD per month\].
    pub usd_per_month: f64,
}

/// How provers of a group differ.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// Of the time of a proof.
    pub time: f64,
    /// Of the ask.
    pub ask: f64,
}

/// Parts that are proven on their own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Most cycles of one; `None`: a proof is one.
    pub cycles: Option<f64>,
    /// Its time by cycles.
    pub work: WorkCurve,
}

/// What a prover asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    /// By the time of the proof and its machines \[USD per second of a machine\].
    Cost(f64),
    /// By its size \[USD per 10⁹ cycles\].
    Stated(f64),
}

/// What a prover dares, and in which order it works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strategy {
    /// What it multiplies the expected time by before it takes an order; below 1 it takes more than it can do in time.
    pub safety: f64,
    /// Orders without a proof that it has at most.
    pub most_orders: u64,
    /// Collateral that it has for all its locks \[USD\].
    pub collateral_usd: f64,
    /// Which of its orders it proves first.
    pub order: Order,
    /// Whether it proves what somebody else's lock has passed on.
    pub after_locks: bool,
    /// Proofs that it delivers at once.
    pub batch: u64,
    /// How long a proof waits at most for others to be delivered with.
    pub age: Span,
}

/// Which of its orders a prover proves first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The one that it locked first.
    FirstLocked,
    /// The one whose lock passes first.
    EarliestDeadline,
    /// The one with the most collateral.
    LargestCollateral,
}

impl Group {
    /// How long a proof of so many cycles is expected to take \[s\].
    pub fn seconds(&self, cycles: f64) -> f64 {
        let segments = self.segment.cycles.map_or(1.0, |most| (cycles / most).ceil().max(1.0));
        let rounds = (segments / (self.machines * self.servers) as f64).ceil();
        rounds * self.segment.work.seconds(cycles / segments) + self.last.seconds(segments)
    }

    /// What is asked for it, without gas \[USD\].
    pub fn ask_usd(&self, cycles: f64, seconds: f64) -> f64 {
        match self.ask {
            Ask::Cost(usd_per_s) => usd_per_s * self.machines as f64 * seconds,
            Ask::Stated(usd) => usd * cycles / GIGACYCLE,
        }
    }
}

/// An order in a queue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Queued {
    pub(super) request: u64,
    /// How long it is expected to take \[s\].
    pub(super) expected_s: f64,
    /// When it must be there.
    pub(super) due: Time,
    pub(super) collateral_usd: f64,
}

/// A proof in the making.
#[derive(Debug, Clone, Copy)]
pub(super) struct Current {
    pub(super) order: Queued,
    pub(super) begun: Time,
    /// The end of it, which may be cancelled.
    pub(super) done: Ticket,
}

/// A prover in a run.
#[derive(Debug)]
pub(super) struct Prover {
    pub(super) group: usize,
    /// Factors on the time of a proof, and on the ask.
    pub(super) slower: f64,
    pub(super) dearer: f64,
    /// When it is expected to be done with what it works on.
    pub(super) expected_end: Time,
    /// What the orders in its queue are expected to take \[s\].
    queued_s: f64,
    /// Orders that it has no proof of, those that it stands in for included.
    pub(super) orders: u64,
    /// Open requests that it is expected to take.
    pub(super) expected: u64,
    /// When it has taken all that it was ever expected to take.
    pub(super) spoken: Time,
    pub(super) at_risk_usd: f64,
    /// The rest, which nobody looks at who only asks whether it takes an order: all provers together fit into the cache.
    pub(super) work: Box<Work>,
}

/// What a prover has to do, and did.
#[derive(Debug)]
pub(super) struct Work {
    queue: VecDeque<Queued>,
    pub(super) current: Option<Current>,
    /// Proofs that wait to be delivered, with the time that each took.
    pub(super) ready: Vec<(u64, Span)>,
    /// Proofs that are on their way to the market, with the time that each took.
    pub(super) sent: Vec<(u64, Span)>,
    /// When it looks for more requests, which may be cancelled.
    pub(super) looks: Option<(Time, Ticket)>,
    /// Deliveries so far.
    pub(super) deliveries: u32,
    pub(super) account: Account,
    luck: Stream,
}

impl Prover {
    pub(super) fn new(group: (usize, &Group), number: u64, streams: &Streams) -> Self {
        let (place, group) = group;
        let mut differs = streams.stream(&format!("prover {} {number}", group.name));
        let mut factor = |cv: f64| Distribution::Lognormal { mean: 1.0, cv }.sample(&mut differs);
        let slower = factor(group.spread.time);
        Self {
            group: place,
            slower,
            // Who is slower needs its machines for longer; what is stated is what is asked.
            dearer: factor(group.spread.ask) * if matches!(group.ask, Ask::Cost(_)) { slower } else { 1.0 },
            expected_end: Time::ZERO,
            queued_s: 0.0,
            orders: 0,
            expected: 0,
            spoken: Time::ZERO,
            at_risk_usd: 0.0,
            work: Box::new(Work {
                queue: VecDeque::new(),
                current: None,
                ready: Vec::new(),
                sent: Vec::new(),
                looks: None,
                deliveries: 0,
                account: Account::default(),
                luck: streams.stream(&format!("proofs of {} {number}", group.name)),
            }),
        }
    }

    /// Until when it is expected to be busy with all that it has.
    pub(super) fn wait_s(&self, at: Time) -> f64 {
        let now_s = if self.expected_end > at { (self.expected_end - at).as_secs_f64() } else { 0.0 };
        now_s + self.queued_s
    }

    /// Whether it has nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.work.current.is_none() && self.work.queue.is_empty()
    }

    /// An order joins the queue.
    pub(super) fn enqueue(&mut self, order: Queued) {
        self.queued_s += order.expected_s;
        self.work.queue.push_back(order);
    }

    /// The next order leaves the queue.
    pub(super) fn next(&mut self, order: Order) -> Option<Queued> {
        let place = match order {
            Order::FirstLocked => 0,
            Order::EarliestDeadline => self.first_by(|a, b| a.due.cmp(&b.due)),
            Order::LargestCollateral => self.first_by(|a, b| b.collateral_usd.total_cmp(&a.collateral_usd)),
        };
        let next = self.work.queue.remove(place)?;
        self.leaves(next.expected_s);
        Some(next)
    }

    /// An order leaves the queue without being begun; whether it was there.
    pub(super) fn forget(&mut self, request: u64) -> bool {
        let place = self.work.queue.iter().position(|order| order.request == request);
        let order = place.and_then(|place| self.work.queue.remove(place));
        if let Some(order) = order {
            self.leaves(order.expected_s);
        }
        order.is_some()
    }

    fn leaves(&mut self, expected_s: f64) {
        // What rounding leaves of an empty queue is no work.
        self.queued_s = if self.work.queue.is_empty() { 0.0 } else { self.queued_s - expected_s };
    }

    fn first_by(&self, before: impl Fn(&Queued, &Queued) -> std::cmp::Ordering) -> usize {
        let places = 0..self.work.queue.len();
        places.min_by(|a, b| before(&self.work.queue[*a], &self.work.queue[*b]).then(a.cmp(b))).unwrap_or(0)
    }

    /// How long a proof takes that is expected to take so long.
    pub(super) fn draw(&mut self, expected_s: f64, group: &Group) -> Span {
        Span::from_secs_f64(Distribution::Gamma { mean: expected_s, cv: group.varies }.sample(&mut self.work.luck))
    }

    /// Whether a proof is of use.
    pub(super) fn succeeds(&mut self, group: &Group) -> bool {
        group.failures == 0.0 || self.work.luck.uniform() >= group.failures
    }

    /// Its account, with what it has worked so far on what it works on.
    pub(super) fn account(&self, now: Time) -> Account {
        let at_work_s = self.work.current.map_or(0.0, |current| (now - current.begun).as_secs_f64());
        Account { busy_s: self.work.account.busy_s + at_work_s, ..self.work.account }
    }
}
