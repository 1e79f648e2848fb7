//! The world of a rollup: one field per part, and one match that is the wiring.

use sim::{Calendar, Fingerprint, Schedule, Span, Stream, Streams, Time, World};

use super::Rollup;
use super::batches::{Batch, Batches};
use super::course::{Course, Piece};
use super::outcome::{Counts, Outcome};
use super::poster::Poster;
use super::proofs::{self, Proofs};
use super::prover::{Order, Task};
use super::record::Record;
use super::sequencer::Sequencing;
use crate::batching::{self, Batcher, Closed, Content};
use crate::cohort::Cohort;
use crate::horizon::Horizon;
use crate::l1::Chain;
use crate::system::Resolution;
use crate::workload::{self, Workload};

/// Cohorts of neighbouring blocks travel as one up to this length.
const COHORT: Span = Span::from_secs(1);

/// What is included on L1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The data of a batch.
    Data,
    /// The settlement of a batch.
    Settlement,
}

/// Everything that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A transaction arrives (resolution `transaction` only).
    Workload(workload::Event),
    /// It is time for a block.
    Block,
    /// An open batch of a level may close.
    Batch(u8, batching::Event),
    /// Data that waits for a lower fee may be posted.
    Post,
    /// What was sent to L1 is included: of which batch.
    Included(Sent, u64),
    /// Something of the proofs.
    Proofs(proofs::Event),
    /// The measured time begins.
    Measure,
    /// It ends.
    Close,
}

const _: () = assert!(size_of::<Event>() <= 40, "events are copied on every heap operation");

/// The world: one field per part, and what is measured.
pub struct RollupWorld {
    pub(super) system: Rollup,
    pub(super) horizon: Horizon,
    resolution: Resolution,
    workload: Workload,
    sequencing: Sequencing,
    batchers: Vec<Batcher>,
    pub(super) batches: Batches,
    pub(super) poster: Poster,
    pub(super) proofs: Option<Proofs>,
    pub(super) l1: Chain,
    /// Whether claims are challenged, and for how long.
    pub(super) challenges: Stream,
    /// Blocks, and pieces of blocks, so far.
    blocks: u64,
    /// Until when what arrives has been taken.
    arrived: Time,
    /// Cohorts of the open batch of the lowest level.
    open: Vec<Cohort>,
    /// The block in hand, kept to save its allocation.
    block: Vec<Cohort>,
    /// The first batch of the lowest level whose data is not on L1.
    pub(super) unposted: u64,
    /// The first batch that is not sent to be settled.
    pub(super) unsent: u64,
    /// The first batch of the lowest level that is not settled.
    pub(super) unsettled: u64,
    /// Batches of the proven level that wait for their proof.
    unproven: u64,
    pub(super) record: Record,
    /// Work of the pools when the measured time began, and when it ended \[server-s\].
    pub(super) work: [Vec<f64>; 2],
    pub(super) means: Option<[f64; 3]>,
    /// How it went, for who watches.
    pub(super) course: Option<Course>,
    give_up: Time,
    closed: bool,
    now: Time,
    fingerprint: Fingerprint,
}

impl RollupWorld {
    /// Builds the world of one replication.
    pub fn new(system: &Rollup, resolution: Resolution, horizon: Horizon, streams: &Streams) -> Self {
        Self {
            workload: Workload::new(system.load_per_s, system.profile.clone(), streams.stream("arrivals")),
            sequencing: Sequencing::new(system, streams),
            batchers: system.levels.iter().map(|level| Batcher::new(&level.closing)).collect(),
            batches: Batches::new(system.levels.len()),
            poster: Poster::default(),
            proofs: system.proving.as_ref().map(|proving| Proofs::new(proving, streams)),
            l1: Chain::new(&system.l1, streams),
            challenges: streams.stream("challenges"),
            blocks: 0,
            arrived: Time::ZERO,
            open: Vec::new(),
            block: Vec::new(),
            unposted: 0,
            unsent: 0,
            unsettled: 0,
            unproven: 0,
            record: Record::new(system, horizon),
            work: [Vec::new(), Vec::new()],
            means: None,
            course: None,
            give_up: horizon.measured().1 + Span::from_secs_f64(system.patience_s(horizon)),
            closed: false,
            now: Time::ZERO,
            fingerprint: Fingerprint::new(),
            system: system.clone(),
            horizon,
            resolution,
        }
    }

    /// Everything begins.
    pub(super) fn start(&mut self, calendar: &mut Calendar<Event>) {
        let (from, until) = self.horizon.measured();
        calendar.at(from, Event::Measure);
        calendar.at(until, Event::Close);
        if let Some(proofs) = &mut self.proofs {
            proofs.start(&mut calendar.scope(Event::Proofs));
        }
        for (level, batcher) in (0..).zip(&mut self.batchers) {
            batcher.start(&mut calendar.scope(|event| Event::Batch(level, event)));
        }
        if self.resolution == Resolution::Transaction {
            self.workload.start(&mut calendar.scope(Event::Workload));
        }
        calendar.after(self.system.sequencer.block, Event::Block);
    }

    /// It is time for a block: what arrived since the last one waits for it, and goes into it unless the sequencer is down or must wait.
    fn end_block(&mut self, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        if self.resolution == Resolution::Cohort {
            let arrived = self.workload.window(self.arrived, now);
            arrived.into_iter().for_each(|cohort| self.submit(cohort));
        }
        self.arrived = now;
        calendar.after(self.system.sequencer.block, Event::Block);
        let held = self.system.sequencer.most_unproven.is_some_and(|most| self.unproven >= most);
        if self.sequencing.works(now) && !held {
            self.make_block(calendar);
        }
        self.note_backlog(now);
        self.note_course(now);
    }

    fn make_block(&mut self, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        let mut block = std::mem::take(&mut self.block);
        self.sequencing.close(&mut block);
        let transactions = block.iter().map(|cohort| cohort.count).sum();
        self.record.block(now, &block, transactions, self.sequencing.waits() as f64);
        let content = self.sequencing.content(&self.system, transactions);
        let pieces = self.system.levels[0].closing.pieces(&content);
        for left in (1..pieces).rev() {
            // A block that fits in no batch is split evenly.
            let count = transactions * left / pieces;
            let mut piece = self.sequencing.split_off(&mut block, count);
            std::mem::swap(&mut block, &mut piece);
            self.add_piece(&mut piece, content.part(pieces), calendar);
        }
        self.add_piece(&mut block, content.part(pieces), calendar);
        self.block = block;
    }

    /// A block, or a piece of one, arrives at the lowest level.
    fn add_piece(&mut self, block: &mut Vec<Cohort>, content: Content, calendar: &mut Calendar<Event>) {
        let number = self.blocks;
        self.blocks += 1;
        for closed in self.add(0, content, calendar) {
            if closed.items.contains(&number) {
                self.keep(block);
            }
            self.close_batch(0, closed, calendar);
        }
        self.keep(block);
    }

    /// Keeps when the transactions of a block arrived.
    fn keep(&mut self, block: &mut Vec<Cohort>) {
        for cohort in block.drain(..) {
            let merges = self.resolution == Resolution::Cohort
                && self.open.last().is_some_and(|last| {
                    last.arrived.until == cohort.arrived.from
                        && cohort.arrived.until - last.arrived.from <= COHORT
                        && self.record.of_interest(last) == self.record.of_interest(&cohort)
                });
            match self.open.last_mut().filter(|_| merges) {
                Some(last) => {
                    last.count += cohort.count;
                    last.arrived.until = cohort.arrived.until;
                }
                None => self.open.push(cohort),
            }
        }
    }

    /// An item arrives at the batcher of a level: what closes.
    fn add(&mut self, level: usize, item: Content, calendar: &mut Calendar<Event>) -> Vec<Closed> {
        let mut closed = Vec::new();
        let schedule = &mut calendar.scope(|event| Event::Batch(level as u8, event));
        self.batchers[level].add(item, schedule, |batch| closed.push(batch));
        closed
    }

    /// A batch closes: it is posted, proven and settled where its level is, and arrives at the level above.
    fn close_batch(&mut self, level: usize, closed: Closed, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        let Closed { items, content } = closed;
        let systems = self.system.proof_systems().len();
        let number = self.batches.row(level).closed();
        let mut unproven = Vec::new();
        if level > 0 {
            let below = self.batches.row_mut(level - 1);
            items.clone().for_each(|item| below.get_mut(item).parent = Some(number));
            let waits = |system: usize| {
                items.clone().filter(|item| below.get(*item).proven & (1 << system) == 0).count() as u64
            };
            unproven = (0..systems).map(waits).collect();
        } else {
            let open = std::mem::take(&mut self.open);
            self.batches.arrived(open);
        }
        let batch = Batch { items, content, closed: now, parent: None, unproven, proven: 0 };
        self.batches.row_mut(level).push(batch);
        self.prove(level, number, calendar);
        if level == self.system.data.level {
            self.post(number, calendar);
        }
        self.settle(calendar);
        if level + 1 < self.batchers.len() {
            for closed in self.add(level + 1, content, calendar) {
                self.close_batch(level + 1, closed, calendar);
            }
        }
    }

    /// A batch is proven, or its proofs joined as far as they are there.
    fn prove(&mut self, level: usize, number: u64, calendar: &mut Calendar<Event>) {
        let Some((proving, proofs)) = self.system.proving.as_ref().zip(self.proofs.as_mut()) else { return };
        let batch = self.batches.row(level).get(number);
        let schedule = &mut calendar.scope(Event::Proofs);
        if level == proving.level {
            self.unproven += 1;
            proofs.submit(self.system.order(level, number, batch), schedule);
        } else if level > proving.level && level <= self.system.settlement.level {
            for (system, _) in (0..).zip(&batch.unproven).filter(|(_, unproven)| **unproven == 0) {
                proofs.join(system, self.system.order(level, number, batch), schedule);
            }
        }
    }

    /// A system has proven a batch.
    fn proven(&mut self, system: u8, task: Task, calendar: &mut Calendar<Event>) {
        let Some(proving) = &self.system.proving else { return };
        let (level, now) = (usize::from(task.level), calendar.now());
        // A system that is not needed may prove what has been settled.
        let Some(batch) = self.batches.row_mut(level).kept_mut(task.number) else { return };
        batch.proven |= 1 << system;
        let (is_enough, parent) = (batch.proven.count_ones() as usize == proving.needed, batch.parent);
        if is_enough && level == proving.level {
            self.unproven -= 1;
            if self.record.measures(batch.closed) {
                self.record.batch_proof.record((now - batch.closed).as_secs_f64());
            }
        }
        if let Some(parent) = parent.filter(|_| level < self.system.settlement.level)
            && let Some(above) = self.batches.row_mut(level + 1).kept_mut(parent)
        {
            let unproven = &mut above.unproven[usize::from(system)];
            *unproven -= 1;
            if *unproven == 0 {
                let order = self.system.order(level + 1, parent, above);
                let proofs = self.proofs.as_mut().expect("it has proven something");
                proofs.join(system, order, &mut calendar.scope(Event::Proofs));
            }
        }
        self.settle(calendar);
    }

    fn note_backlog(&mut self, now: Time) {
        let waits = self.sequencing.waits() as f64;
        self.record.backlog(now, self.record.unsettled.value(), waits);
    }

    /// Ends a piece of the course, where it is time for that.
    fn note_course(&mut self, now: Time) {
        if self.course.as_ref().is_none_or(|course| course.next > now) {
            return;
        }
        let given = self.given(now);
        let Some(course) = &mut self.course else { return };
        let busy = course.before.end(now, given);
        course.push(Piece {
            busy,
            until_s: now.as_secs_f64(),
            offered: course.offered,
            unordered: self.sequencing.waits() as f64,
            unposted: self.record.unposted.value(),
            unsettled: self.record.unsettled.value(),
            unproven: self.unproven,
            blob_gwei: self.l1.blob_gwei(now),
            paid: self.proofs.as_ref().map_or_else(Vec::new, Proofs::paid_now),
        });
    }

    /// Transactions are submitted.
    fn submit(&mut self, cohort: Cohort) {
        self.course.iter_mut().for_each(|course| course.offered += cohort.count);
        self.sequencing.submit(cohort);
    }

    fn measure(&mut self, now: Time) {
        self.record.restart(now);
        if let Some(proofs) = &mut self.proofs {
            proofs.measure(now);
            self.work[0] = proofs.work(now);
            self.record.in_vain_before = proofs.in_vain();
            self.record.bought[0] = proofs.bought();
        }
    }

    fn close(&mut self, now: Time) {
        let record = &self.record;
        self.means = Some([record.unposted.mean(now), record.unsettled.mean(now), record.unordered.mean(now)]);
        if let Some(proofs) = &mut self.proofs {
            let (from, until) = self.horizon.measured();
            proofs.close(now, until - from);
            self.work[1] = proofs.work(now);
            self.record.counts.in_vain = proofs.in_vain() - self.record.in_vain_before;
            let [before, _] = self.record.bought;
            self.record.bought[1] = proofs.bought().zip(before).map(|(now, before)| now.since(&before, until - from));
            self.record.paid.bought_usd = self.record.bought[1].map_or(0.0, |bought| bought.usd + bought.gas_usd);
        }
        self.closed = true;
    }

    /// Whether everything that is measured has happened, or will not.
    pub(super) fn is_over(&self) -> bool {
        self.closed && (self.complete() && self.record.recovered() || self.now >= self.give_up)
    }

    /// Whether all measured transactions are posted and settled.
    pub(super) fn complete(&self) -> bool {
        let Record { ordered, on_l1, done, .. } = &self.record;
        let until = self.horizon.measured().1;
        self.arrived >= until && ordered == on_l1 && ordered == done && !self.sequencing.waits_since(until)
    }

    /// Cohorts and batches that are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.batches.kept()
    }

    /// Share of the run that is done, about.
    pub(super) fn share_done(&self) -> f64 {
        self.now.as_secs_f64() / self.horizon.measured().1.as_secs_f64()
    }

    /// What the run yields.
    pub(super) fn outcome(self, elapsed: Time, events: u64) -> Outcome {
        let (fingerprint, is_complete) = (self.fingerprint.value(), self.complete());
        let (from, until) = self.horizon.measured();
        let measured_s = (until - from).as_secs_f64();
        let pools = self.proofs.as_ref().map_or_else(Vec::new, Proofs::pools);
        let utilization = self.utilization(measured_s, &pools);
        let paid = self.system.by_the_month(&self.record, self.horizon);
        let [unposted, unsettled, unordered] = self.means.unwrap_or_default();
        let record = self.record;
        Outcome {
            unsettled_share: record.unsettled_share(),
            recoveries: record.recoveries(),
            unsettled_most: record.unsettled_most,
            counts: Counts { disputed: record.disputes.count, ..record.counts },
            soft: record.soft,
            posted: record.posted,
            l1_final: record.l1_final,
            settled: record.settled,
            hard: record.hard,
            withdrawable: record.withdrawable,
            bought: record.bought[1],
            batch_proof: record.batch_proof,
            complete: is_complete,
            proves: self.system.proving.is_some(),
            nothing: sim::QuantileSketch::new(crate::QUANTILE_ERROR),
            paid,
            dispute_delay_s: (record.disputes.count > 0)
                .then(|| record.disputes.sum.delay_s / record.disputes.count as f64),
            unposted,
            unsettled,
            unordered,
            utilization,
            pools,
            measured_s,
            simulated_s: elapsed.as_secs_f64(),
            fingerprint,
            events,
        }
    }
}

impl Rollup {
    /// What a proof of a batch is made of.
    fn order(&self, level: usize, number: u64, batch: &Batch) -> Order {
        let joining = self.levels[level].joining.filter(|_| self.proving.as_ref().is_some_and(|it| level > it.level));
        Order {
            task: Task { level: level as u8, number },
            closed: batch.closed,
            content: batch.content,
            joined: joining.map(|joining| (batch.items.end - batch.items.start, joining)),
            is_settled: level == self.settlement.level,
        }
    }
}

impl World for RollupWorld {
    type Event = Event;

    fn handle(&mut self, event: Event, calendar: &mut Calendar<Event>) {
        self.now = calendar.now();
        self.fingerprint.record(self.now, event.code());
        match event {
            Event::Workload(event) => {
                let cohort = self.workload.handle(event, &mut calendar.scope(Event::Workload));
                self.submit(cohort);
            }
            Event::Block => self.end_block(calendar),
            Event::Batch(level, event) => {
                let schedule = &mut calendar.scope(|event| Event::Batch(level, event));
                if let Some(closed) = self.batchers[usize::from(level)].handle(event, schedule) {
                    self.close_batch(usize::from(level), closed, calendar);
                }
            }
            Event::Post => self.send_data(calendar),
            Event::Included(Sent::Data, number) => self.data_included(number, calendar),
            Event::Included(Sent::Settlement, number) => self.settlement_included(number, calendar),
            Event::Proofs(event) => {
                let proofs = self.proofs.as_mut().expect("there are some");
                if let Some((system, task)) = proofs.handle(event, &mut calendar.scope(Event::Proofs)) {
                    self.proven(system, task, calendar);
                }
            }
            Event::Measure => self.measure(self.now),
            Event::Close => self.close(self.now),
        }
    }
}

impl Event {
    /// Its kind and number, for the fingerprint.
    fn code(self) -> u64 {
        match self {
            Self::Workload(_) => 1,
            Self::Block => 2,
            Self::Batch(level, _) => 3 + (u64::from(level) << 8),
            Self::Post => 4,
            Self::Included(Sent::Data, number) => 5 + (number << 8),
            Self::Included(Sent::Settlement, number) => 6 + (number << 8),
            Self::Proofs(_) => 7,
            Self::Measure => 8,
            Self::Close => 9,
        }
    }
}
