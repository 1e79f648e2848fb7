//! The prover fleet: the trees of the epochs in flight, what every segment of them holds, and the day's proof.
//!
//! Model: what a slot adds to a segment is included when its block is voted for; a segment that has ended is begun when
//! its epoch is to be proven. Reverted slots are taken out again: every segment that ended since is revoked, and begun
//! again with what remains. A segment that holds an invalid block cannot be proven: its leaves are tried in vain, and
//! begun again when the block is reverted, or when its window is over and it counts as valid.
//!
//! Assumptions: an attempt on an invalid block costs its leaves, and tells nobody; a day's proof is as old as the last of
//! its epochs. Source: [`crate::tree::folding`], [`crate::fleet`]. Leaves out: provers that report what they could not prove.

use std::collections::{BTreeMap, BTreeSet};

use sim::{Schedule, Span, Stream, Streams, Time};

use crate::machines::PoolOutcome;
use crate::proving::fleet::Fleet;
use crate::proving::servers;
use crate::proving::{Demand, PROVERS, ProofPlan, ProverLife};
use crate::services::Services;
use crate::tree::folding::{self, Folded, Folding, Next, Order};

/// What the fleet waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Something of an epoch's proof.
    Epoch(folding::Event),
    /// Something of a day's proof.
    Day(folding::Event),
    /// Something of the servers.
    Fleet(servers::Event),
}

impl From<servers::Event> for Event {
    fn from(event: servers::Event) -> Self {
        Self::Fleet(event)
    }
}

/// A proof that is complete.
#[derive(Debug, Clone, PartialEq)]
pub enum Proven {
    /// Of an epoch.
    Epoch(Folded),
    /// Of a day.
    Day(Folded),
}

/// What an epoch that is not final has to prove.
#[derive(Debug, Clone)]
struct Ended {
    /// Transactions of every segment that has ended, lane by lane.
    segments: Vec<Option<u64>>,
    /// Whether its segments are begun as they end.
    begun: bool,
}

/// The prover fleet with the trees of the epochs in flight.
#[derive(Debug)]
pub struct Provers {
    plan: ProofPlan,
    fleet: Fleet<Event>,
    epochs: Folding,
    days: Option<Folding>,
    segments_per_lane: u64,
    /// Transactions to prove in the open segment of each lane.
    open: Vec<u64>,
    ended: BTreeMap<u32, Ended>,
    /// Epochs and slots of blocks that cannot be proven.
    invalid: BTreeSet<(u32, u64)>,
    /// Service times of leaves.
    draws: Stream,
    /// Which lane goes first, of segments that end together.
    ties: Stream,
}

impl Provers {
    /// An idle fleet of so many servers that are always there; asserts that the plan ends in one proof.
    pub fn new(plan: ProofPlan, servers: u64, streams: &Streams) -> Self {
        Self::on(plan, servers, None, streams)
    }

    /// The same on machines that come and go, where it is said how.
    pub fn on(plan: ProofPlan, servers: u64, life: Option<&ProverLife>, streams: &Streams) -> Self {
        let tree = plan.tree();
        let day = plan.day.filter(|_| plan.demand.is_for_all());
        Self {
            fleet: Fleet::new(servers, life, plan.discipline, (PROVERS, streams)),
            segments_per_lane: tree.lowest_per_lane,
            epochs: Folding::new(tree, streams.stream("service times of joins")),
            days: day.map(|day| Folding::new(day.tree(), streams.stream("service times of days"))),
            open: vec![0; plan.lanes as usize],
            ended: BTreeMap::new(),
            invalid: BTreeSet::new(),
            draws: streams.stream("service times of leaves"),
            ties: streams.stream("order of lanes"),
            plan,
        }
    }

    /// The epochs in flight, and what every level of their trees has done.
    pub fn epochs(&self) -> &Folding {
        &self.epochs
    }

    /// The same of the days.
    pub fn days(&self) -> Option<&Folding> {
        self.days.as_ref()
    }

    /// Machines begin, where they come and go.
    pub fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        self.fleet.start(schedule);
    }

    /// Service given and promised since the start, in server-seconds; what is given anew, as often as it is.
    pub fn work(&self, now: Time) -> f64 {
        self.fleet.work(now)
    }

    /// What of it was lost with machines.
    pub fn lost(&self, now: Time) -> f64 {
        self.fleet.lost(now)
    }

    /// The measured time of the machines begins.
    pub fn measure(&mut self, now: Time) {
        self.fleet.measure(now);
    }

    /// It ends, and was so long.
    pub fn close(&mut self, now: Time, measured: Span) {
        self.fleet.close(now, measured);
    }

    /// What machines did that come and go, once the measured time is over.
    pub fn pool(&self) -> Option<PoolOutcome> {
        self.fleet.outcome(PROVERS)
    }

    /// Service given since the start, in server-seconds.
    pub(crate) fn given_s(&self, now: Time) -> f64 {
        self.fleet.given_s(now)
    }

    /// Machines that are paid for now, by lot, where they come and go.
    pub(crate) fn paid_now(&self) -> Option<Vec<f64>> {
        self.fleet.paid_now()
    }

    /// Proofs that wait for a server, where machines come and go.
    pub(crate) fn waiting(&self, now: Time) -> Option<u64> {
        self.fleet.waiting(now)
    }

    /// Keeps every proof that is made from now on, for who watches.
    pub fn watch(&mut self) {
        self.epochs.watch();
        self.days.iter_mut().for_each(Folding::watch);
    }

    /// The proofs of epochs and of days since they were last taken.
    pub fn take_watched(&mut self) -> (Vec<folding::Proof>, Vec<folding::Proof>) {
        (self.epochs.take_watched(), self.days.as_mut().map_or_else(Vec::new, Folding::take_watched))
    }

    /// The lane that the segments of a shard belong to.
    pub fn lane(&self, shard: usize) -> usize {
        shard % self.open.len()
    }

    /// A block of a shard has been voted for: its transactions belong to the shard's open segment.
    pub fn include(&mut self, shard: usize, transactions: u64) {
        let lane = self.lane(shard);
        self.open[lane] += transactions;
    }

    /// A slot has ended: segments that end with it are proven, unless the epoch waits to be asked for.
    pub fn close_slot(&mut self, epoch: u32, slot: u64, schedule: &mut impl Schedule<Event = Event>) {
        let last = slot + 1 == self.plan.slots_per_epoch;
        if !last && !(slot + 1).is_multiple_of(self.plan.segment_slots) {
            return;
        }
        let segment = slot / self.plan.segment_slots;
        for lane in self.lanes_in_turn() {
            let transactions = std::mem::take(&mut self.open[lane as usize]);
            let index = lane * self.segments_per_lane + segment;
            let ended = self.ended(epoch);
            ended.segments[index as usize] = Some(transactions);
            if ended.begun {
                self.begin(epoch, index, transactions, schedule);
            }
        }
        if last && self.plan.demand == Demand::AtEpochEnd {
            self.prove(epoch, schedule);
        }
    }

    /// Somebody asks for the proof of an epoch: what has ended of it is begun now, what ends later when it does. Nothing
    /// changes where that is so already.
    pub fn prove(&mut self, epoch: u32, schedule: &mut impl Schedule<Event = Event>) {
        if !std::mem::replace(&mut self.ended(epoch).begun, true) {
            self.begin_again(epoch, 0, schedule);
        }
    }

    /// Whether the proof of an epoch is under way or complete.
    pub fn is_begun(&self, epoch: u32) -> bool {
        self.ended.get(&epoch).is_some_and(|ended| ended.begun)
    }

    /// Nothing of the epochs before this one will be reverted any more, nor asked for.
    pub fn forget_before(&mut self, epoch: u32) {
        self.ended = self.ended.split_off(&epoch);
    }

    /// The proof of an epoch is accepted: the day's proof waits for one less.
    pub fn join_day(&mut self, epoch: u32, transactions: u64, schedule: &mut impl Schedule<Event = Event>) {
        let (Some(days), Some(day)) = (&mut self.days, &self.plan.day) else { return };
        let (number, index) = (u64::from(epoch) / day.epochs, u64::from(epoch) % day.epochs);
        let order = days.begin(schedule.now(), number as u32, index, Vec::new(), transactions);
        self.order_day(order, schedule);
    }

    /// Something is done; returns the proof that is now complete, if one is.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Option<Proven> {
        match event {
            Event::Epoch(event) => match self.epochs.handle(schedule.now(), event) {
                Next::Order(order) => self.order(order, schedule),
                Next::Folded(folded) => return Some(Proven::Epoch(folded)),
                Next::Nothing => {}
            },
            Event::Day(event) => match self.days.as_mut()?.handle(schedule.now(), event) {
                Next::Order(order) => self.order_day(order, schedule),
                Next::Folded(folded) => return Some(Proven::Day(folded)),
                Next::Nothing => {}
            },
            Event::Fleet(event) => self.fleet.handle(event, schedule),
        }
        None
    }

    fn order(&mut self, order: Order, schedule: &mut impl Schedule<Event = Event>) {
        self.fleet.submit(u64::from(order.tree), order.services, Event::Epoch(order.then), schedule);
    }

    fn order_day(&mut self, order: Order, schedule: &mut impl Schedule<Event = Event>) {
        let last = (u64::from(order.tree) + 1) * self.plan.day.map_or(1, |day| day.epochs) - 1;
        self.fleet.submit(last, order.services, Event::Day(order.then), schedule);
    }

    /// The lanes in an order that is drawn.
    fn lanes_in_turn(&mut self) -> Vec<u64> {
        let mut lanes: Vec<u64> = (0..self.plan.lanes).collect();
        (1..lanes.len()).rev().for_each(|last| lanes.swap(last, self.ties.index(last + 1)));
        lanes
    }

    /// The block of a slot is invalid: what covers it cannot be proven.
    pub fn spoil(&mut self, epoch: u32, slot: u64) {
        self.invalid.insert((epoch, slot));
    }

    /// An invalid block counts as valid from now on; what covers it is begun again.
    pub fn absolve(&mut self, epoch: u32, slot: u64, schedule: &mut impl Schedule<Event = Event>) {
        if self.invalid.remove(&(epoch, slot)) {
            let segment = slot / self.plan.segment_slots;
            for lane in self.lanes_in_turn() {
                self.again(epoch, lane * self.segments_per_lane + segment, schedule);
            }
        }
    }

    /// Slots are thrown out: all from the first of `gone` on, each with its epoch, its place in it, and what it added to
    /// each lane. What remains of the segments since then is begun again.
    pub fn revert<'a>(
        &mut self,
        gone: impl Iterator<Item = (u32, u64, &'a [u64])>,
        schedule: &mut impl Schedule<Event = Event>,
    ) {
        let mut first = None;
        for (epoch, slot, lanes) in gone {
            first.get_or_insert((epoch, slot));
            let segment = slot / self.plan.segment_slots;
            for (lane, transactions) in lanes.iter().enumerate() {
                let index = lane as u64 * self.segments_per_lane + segment;
                let ended = self.ended.get_mut(&epoch).and_then(|ended| ended.segments[index as usize].as_mut());
                *ended.unwrap_or(&mut self.open[lane]) -= transactions;
            }
        }
        let Some((first_epoch, first_slot)) = first else { return };
        self.invalid.split_off(&(first_epoch, first_slot));
        let since: Vec<u32> = self.ended.range(first_epoch..).map(|(epoch, _)| *epoch).collect();
        for epoch in since {
            // Of an epoch whose proof was complete, nothing is left to build on.
            let partly = epoch == first_epoch && self.epochs.is_growing(epoch);
            self.begin_again(epoch, if partly { first_slot / self.plan.segment_slots } else { 0 }, schedule);
        }
    }

    fn ended(&mut self, epoch: u32) -> &mut Ended {
        let segments = (self.segments_per_lane * self.plan.lanes) as usize;
        let begun = self.plan.demand == Demand::Always;
        self.ended.entry(epoch).or_insert_with(|| Ended { segments: vec![None; segments], begun })
    }

    /// Begins what has ended of an epoch from this segment of each lane on, once more where it was begun.
    fn begin_again(&mut self, epoch: u32, from: u64, schedule: &mut impl Schedule<Event = Event>) {
        for lane in self.lanes_in_turn() {
            for segment in from..self.segments_per_lane {
                self.again(epoch, lane * self.segments_per_lane + segment, schedule);
            }
        }
    }

    fn again(&mut self, epoch: u32, index: u64, schedule: &mut impl Schedule<Event = Event>) {
        let Some(ended) = self.ended.get(&epoch).filter(|ended| ended.begun) else { return };
        if let Some(transactions) = ended.segments[index as usize] {
            self.epochs.revoke(epoch, index);
            self.begin(epoch, index, transactions, schedule);
        }
    }

    /// Begins the leaves of a segment, in vain where it holds an invalid block.
    fn begin(&mut self, epoch: u32, index: u64, transactions: u64, schedule: &mut impl Schedule<Event = Event>) {
        let (full, rest) = self.plan.leaf.split(transactions);
        let leaf = &self.plan.leaf;
        let leaves = [(full, leaf.transactions.unwrap_or(0)), (u64::from(rest > 0), rest)];
        let leaves = leaves.into_iter().filter(|(jobs, _)| *jobs > 0).map(|(jobs, transactions)| {
            Services::draw(jobs, leaf.work.seconds(transactions as f64), leaf.spread, &mut self.draws)
        });
        let order = self.epochs.begin(schedule.now(), epoch, index, leaves.collect(), transactions);
        self.order(order, schedule);
        let first = index % self.segments_per_lane * self.plan.segment_slots;
        let slots = (epoch, first)..(epoch, first + self.plan.segment_slots);
        if self.invalid.range(slots).next().is_some() {
            self.epochs.revoke(epoch, index);
        }
    }
}
