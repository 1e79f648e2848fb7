//! The world of the layered proof system: one field per part, and one match that is the wiring.

use std::ops::Range;

use sim::{Calendar, Fingerprint, Schedule, Span, Stream, Streams, Time, World};

use crate::blocks::BlockBuilder;
use crate::cohort::Cohort;
use crate::disputes;
use crate::machines::PoolOutcome;
use crate::proving::{self, Proven, Provers};
use crate::quorum::QuorumTable;
use crate::rotation::Rotation;
use crate::settlement::Settlement;
use crate::system::Resolution;
use crate::systems::layered::capacity::fraud_window;
use crate::systems::layered::course::Course;
use crate::systems::layered::outcome::Outcome;
use crate::systems::layered::record::{Record, Work};
use crate::systems::layered::reverts::Fraud;
use crate::systems::layered::timeline::{Timeline, Track};
use crate::systems::layered::turns::{Leader, Turns};
use crate::systems::layered::{Horizon, Layered, Proving};
use crate::validators::{Beside, BlockContent, Validation, Validator};
use crate::workload::{self, Workload};

/// Everything that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A transaction arrives (resolution `transaction` only).
    Workload(workload::Event),
    /// A slot ends.
    Slot,
    /// Something is done in the prover fleet.
    Provers(proving::Event),
    /// Something happens to a block that is challenged or should be.
    Disputes(disputes::Event),
}

const _: () = assert!(size_of::<Event>() <= 40, "events are copied on every heap operation");

/// The world: one field per part, and what is measured.
pub struct LayeredWorld {
    pub(super) system: Layered,
    pub(super) horizon: Horizon,
    resolution: Resolution,
    workload: Workload,
    /// Proving before inclusion.
    conveyor: Option<Rotation>,
    pub(super) builder: BlockBuilder,
    /// Who proposes in turn, and the batches on their way there.
    pub(super) turns: Option<Turns>,
    pub(super) validators: Vec<Validator>,
    /// Delay of a vote whose leader is drawn.
    pub(super) quorum: QuorumTable,
    /// Proving after inclusion.
    pub(super) provers: Option<Provers>,
    pub(super) settlement: Settlement,
    /// Blocks that can be invalid.
    pub(super) fraud: Option<Fraud>,
    /// Slots that have ended.
    pub(super) slot: u64,
    /// The first epoch of which it is not known whether somebody will ask for its proof.
    pub(super) undecided: u32,
    dealing: Stream,
    contents: Stream,
    pub(super) votes: Stream,
    /// The block in hand, kept to save its allocation.
    block: Vec<Cohort>,
    content: BlockContent,
    pub(super) record: Record,
    pub(super) timeline: Option<Timeline>,
    /// How machines came and went, for who watches them.
    pub(super) course: Option<Course>,
    fingerprint: Fingerprint,
}

impl LayeredWorld {
    /// Builds the world of one replication.
    pub fn new(system: &Layered, resolution: Resolution, horizon: Horizon, streams: &Streams) -> Self {
        let system = system.clone();
        let lanes = match system.validation {
            Validation::EveryTransaction => 1,
            Validation::OwnShard => system.shards,
        };
        let (conveyor, provers) = match &system.proving {
            Proving::BeforeInclusion { service_s } => {
                (Some(Rotation::new(system.prover_servers, Span::from_secs_f64(*service_s))), None)
            }
            // Nothing in the chain waits for a proof that is made on request.
            Proving::Epoch(plan) if horizon.prove && plan.demand.requests().is_none() => {
                let life = system.prover_life.as_ref();
                (None, Some(Provers::on(plan.clone(), system.prover_servers, life, streams)))
            }
            Proving::Epoch(_) => (None, None),
        };
        let beside = Beside { votes: system.vote_load(), copies: system.copies(), sent_before: system.sent_before() };
        let proof_lanes = system.plan().map_or(1, |plan| plan.lanes as usize);
        Self {
            workload: Workload::new(system.load_per_s, system.profile.clone(), streams.stream("arrivals")),
            conveyor,
            builder: BlockBuilder::new(system.shards as usize, system.block_cap),
            turns: Turns::of(&system, streams),
            validators: (0..lanes).map(|_| Validator::new(&system.validator, &beside, &system.classes)).collect(),
            quorum: system.validators().quorum(),
            provers,
            settlement: Settlement::new(system.slot, Span::from_secs_f64(system.epoch_verify_s)),
            fraud: fraud_window(&system).map(|rules| Fraud::new(rules, proof_lanes, streams)),
            slot: 0,
            undecided: 0,
            dealing: streams.stream("dealing"),
            contents: streams.stream("contents"),
            votes: streams.stream("votes"),
            block: Vec::new(),
            content: BlockContent::draw(0, &[], &mut streams.stream("contents")),
            record: Record::new(),
            timeline: None,
            course: None,
            fingerprint: Fingerprint::new(),
            system,
            horizon,
            resolution,
        }
    }

    /// Keeps what happens from now on.
    pub(super) fn watch(&mut self) {
        self.timeline = Some(Timeline::new(&self.system));
        self.provers.iter_mut().for_each(Provers::watch);
    }

    /// What happened since it was watched.
    pub(super) fn take_timeline(&mut self) -> Timeline {
        let mut timeline = self.timeline.take().unwrap_or_default();
        if let Some(provers) = &mut self.provers {
            let (epochs, days) = provers.take_watched();
            timeline.add_proofs(&epochs, false);
            timeline.add_proofs(&days, true);
        }
        timeline
    }

    /// Time between blocks.
    pub(super) fn slot(&self) -> Span {
        self.system.slot
    }

    /// Lets machines begin, and the first transaction arrive where they come one by one.
    pub(super) fn start(&mut self, calendar: &mut Calendar<Event>) {
        self.provers.iter_mut().for_each(|provers| provers.start(&mut calendar.scope(Event::Provers)));
        if self.resolution == Resolution::Transaction {
            self.workload.start(&mut calendar.scope(Event::Workload));
        }
    }

    /// Transactions enter the design: to the provers first, to the mempool, or to the blocks.
    fn submit(&mut self, cohort: Cohort) {
        self.record.arrived += cohort.count;
        let mut mempool = self.turns.as_mut().and_then(Turns::mempool);
        let mut enter = |cohort| match &mut mempool {
            Some(mempool) => mempool.submit(cohort),
            None => self.builder.submit(cohort),
        };
        match &mut self.conveyor {
            Some(conveyor) => conveyor.submit(cohort).into_iter().for_each(enter),
            None => enter(cohort),
        }
    }

    /// A slot ends: what arrived in it is submitted, every shard proposes its block, and segments may end.
    fn end_slot(&mut self, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        if self.slot == self.measured_slots().start {
            self.record.before = self.work(now);
            self.provers.iter_mut().for_each(|provers| provers.measure(now));
        }
        if self.resolution == Resolution::Cohort {
            let arrived = self.workload.window(Time::ZERO + self.system.slot * self.slot, now);
            arrived.into_iter().for_each(|cohort| self.submit(cohort));
        }
        let leader = self.next_turn(now);
        self.builder.close_slot(now, &mut self.dealing);
        let transactions = if leader == Leader::Nobody { 0 } else { self.propose_all(leader, calendar) };
        let (epoch, slot) = (self.epoch(), self.slot % self.system.slots_per_epoch);
        if let Some(provers) = &mut self.provers {
            provers.close_slot(epoch, slot, &mut calendar.scope(Event::Provers));
        }
        self.show_slot(transactions, now);
        self.note_course(now);
        self.slot += 1;
        if self.epoch() > epoch {
            self.end_epoch(epoch, calendar);
        }
        if self.slot == self.measured_slots().end {
            self.record.after = self.work(now);
            let measured = self.system.slot * (self.measured_slots().count() as u64);
            self.provers.iter_mut().for_each(|provers| provers.close(now, measured));
        }
        calendar.after(self.system.slot, Event::Slot);
    }

    /// The blocks of all shards; returns the number of transactions in them.
    fn propose_all(&mut self, leader: Leader, calendar: &mut Calendar<Event>) -> u64 {
        self.fraud.iter_mut().for_each(|fraud| fraud.history.begin(self.slot));
        let shards = self.system.shards as usize;
        let mut transactions = 0;
        for turn in 0..shards {
            // Another shard goes first each slot, so that no shard always waits for the others' downloads.
            let shard = (turn + self.slot as usize) % shards;
            transactions += self.propose(shard, leader, calendar.now());
        }
        self.assert_valid(transactions, calendar);
        transactions
    }

    /// One shard's block: content, check, vote, and what it means for its transactions; returns their number.
    fn propose(&mut self, shard: usize, leader: Leader, now: Time) -> u64 {
        let mut block = std::mem::take(&mut self.block);
        self.builder.take_block(shard, &mut block, &mut self.dealing);
        let count = block.iter().map(|cohort| cohort.count).sum();
        self.content.redraw(count, &self.system.classes, &mut self.contents);
        let checked = if self.checks_batches() {
            now
        } else {
            let lane = shard % self.validators.len();
            self.validators[lane].check(now, &self.content, &self.system.classes)
        };
        let voted = checked
            + match leader {
                Leader::OneOf(turn) => turn.decision,
                Leader::Drawn | Leader::Nobody => self.quorum.draw(&mut self.votes),
            };
        let proven = self.content.proven(&self.system.classes);
        if let Some(fraud) = &mut self.fraud {
            fraud.history.add(&block, self.provers.as_ref().map_or(0, |provers| provers.lane(shard)), proven);
        }
        if let Some(provers) = &mut self.provers {
            provers.include(shard, proven);
        }
        if self.measured() {
            self.record_block(&block, count, now, voted);
        }
        if self.timeline.is_some() && self.slot < self.measured_slots().end {
            self.show(Track::Votes(shard as u32), format!("slot {}", self.slot), (now, voted), Some(count));
        }
        self.block = block;
        count
    }

    fn record_block(&mut self, block: &[Cohort], count: u64, proposed: Time, voted: Time) {
        let record = &mut self.record;
        record.included += count;
        record.vote_finality.record_mass((voted - proposed).as_secs_f64(), count as f64);
        for cohort in block {
            cohort.record_latency(voted, &mut record.optimistic_finality);
            if self.conveyor.is_some() {
                // The proof was checked with the block: the vote on it is the acceptance of the proof.
                cohort.record_latency(voted, &mut record.proof_finality);
            }
        }
        if self.provers.is_some() {
            self.settlement.include(self.epoch(), self.slot, block);
        }
    }

    /// Shows the slot that has just been filled.
    fn show_slot(&mut self, transactions: u64, now: Time) {
        if self.timeline.is_some() && self.slot < self.measured_slots().end {
            let span = (Time::ZERO + self.system.slot * self.slot, now);
            self.show(Track::Blocks, format!("slot {}", self.slot), span, Some(transactions));
        }
    }

    /// Tells who watches, if anybody does.
    pub(super) fn show(&mut self, track: Track, name: String, span: (Time, Time), transactions: Option<u64>) {
        self.timeline.iter_mut().for_each(|timeline| timeline.add(track, name.clone(), span, transactions));
    }

    pub(super) fn epoch(&self) -> u32 {
        (self.slot / self.system.slots_per_epoch) as u32
    }

    /// The slots of the measured epochs.
    pub(super) fn measured_slots(&self) -> Range<u64> {
        let first = u64::from(self.horizon.warm_up_epochs) * self.system.slots_per_epoch;
        first..first + u64::from(self.horizon.epochs) * self.system.slots_per_epoch
    }

    fn measured(&self) -> bool {
        self.measured_slots().contains(&self.slot)
    }

    /// Work given to the stages so far.
    pub(super) fn work(&self, now: Time) -> Work {
        let proven_first = self.conveyor.as_ref().map(Rotation::work);
        let levels = |provers: &Provers| {
            let days = provers.days().map(|days| days.levels()[2].work_s);
            provers.epochs().levels().iter().map(|level| level.work_s).chain(days).collect()
        };
        Work {
            cores: self.validators.iter().map(Validator::core_work).sum(),
            link: self.validators.iter().map(Validator::link_work).sum(),
            provers: proven_first.or(self.provers.as_ref().map(|provers| provers.work(now))),
            lost: self.provers.as_ref().map_or(0.0, |provers| provers.lost(now)),
            levels: self.provers.as_ref().map_or_else(Vec::new, levels),
        }
    }

    fn fingerprint_event(&mut self, now: Time, event: Event) {
        let tag = match event {
            Event::Workload(_) => 1,
            Event::Slot => 2 + (self.record.included << 2),
            Event::Provers(_) => 3,
            Event::Disputes(_) => 4,
        };
        self.fingerprint.record(now, tag);
    }

    /// What the run yields, after so many events.
    pub(super) fn outcome(mut self, now: Time, events: u64) -> Outcome {
        let measured_s = self.system.slot.as_secs_f64() * (self.measured_slots().count() as u64) as f64;
        let pool = self.provers.as_ref().and_then(Provers::pool);
        let (servers, has_days) = (self.serving(pool.as_ref()), self.days_are_joined());
        Outcome {
            utilization: self.utilization(measured_s, servers),
            done_again: pool.as_ref().and_then(|_| self.record.done_again()),
            pools: pool.into_iter().collect(),
            settled: self.complete(),
            levels: self.record.levels(has_days, servers, measured_s, self.horizon.epochs),
            fraud: self.fraud_outcome(now),
            vote_finality: self.record.vote_finality,
            optimistic_finality: self.record.optimistic_finality,
            proof_finality: self.record.proof_finality,
            epoch_proof: self.record.epoch_proof,
            day_proof: self.record.day_proof,
            included: self.record.included,
            measured_s,
            simulated_s: now.as_secs_f64(),
            fingerprint: self.fingerprint.value(),
            events,
        }
    }

    fn days_are_joined(&self) -> bool {
        self.provers.as_ref().is_some_and(|provers| provers.days().is_some())
    }

    /// Servers of the prover fleet that serve, in the mean where machines come and go.
    fn serving(&self, pool: Option<&PoolOutcome>) -> f64 {
        let life = self.system.prover_life.as_ref().zip(pool);
        life.map_or(self.system.prover_servers as f64, |(life, pool)| life.servers as f64 * pool.serving)
    }

    /// Work that the stages were given in the measured time, as a share of what they could do in it; so many servers made proofs.
    fn utilization(&self, measured_s: f64, provers: f64) -> Vec<(String, f64)> {
        let (before, after) = (&self.record.before, &self.record.after);
        let lanes = self.validators.len() as f64;
        let cores = self.system.validator.cores as f64;
        let [voting_cores, voting_link] = self.validators[0].voting();
        let mut shares = vec![
            ("validator_cores", voting_cores + (after.cores - before.cores) / lanes / cores / measured_s),
            ("validator_downlink", voting_link + (after.link - before.link) / lanes / measured_s),
        ];
        if let (Some(before), Some(after)) = (before.provers, after.provers) {
            let work = after - before;
            // Where no machine ever served, none was busy.
            shares.push(("provers", if work > 0.0 { work / provers / measured_s } else { 0.0 }));
        }
        shares.into_iter().map(|(stage, share)| (stage.to_owned(), share)).collect()
    }
}

impl World for LayeredWorld {
    type Event = Event;

    fn handle(&mut self, event: Event, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        match event {
            Event::Workload(event) => {
                let arrived = self.workload.handle(event, &mut calendar.scope(Event::Workload));
                self.submit(arrived);
            }
            Event::Slot => self.end_slot(calendar),
            Event::Provers(event) => {
                let Some(provers) = &mut self.provers else { return };
                match provers.handle(event, &mut calendar.scope(Event::Provers)) {
                    Some(Proven::Epoch(folded)) => self.accept(folded, calendar),
                    Some(Proven::Day(folded)) => self.end_day(&folded, now),
                    None => {}
                }
            }
            Event::Disputes(event) => self.dispute(event, calendar),
        }
        self.fingerprint_event(now, event);
    }
}
