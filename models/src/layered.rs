//! The layered proof system: fast finality by vote, proof finality by an epoch's proof. All its wiring in one match.
//!
//! ```text
//!             ┌─(before inclusion: prove)─┐
//! arrivals ───┴──────────▶ blocks ────────┴──▶ validator ──▶ vote ──▶ optimistic finality
//!                            └────▶ provers ──▶ epoch proof ──▶ accepted ──▶ proof finality
//! ```
//!
//! Assumptions: those of the parts; every voted block is valid (the fraud window has no effect on a valid block).
//! An epoch proof is accepted with the vote on the first block after it. Source: the design that its authors call the
//! layered proof system (scenario `layered`); voting as in PBFT ([`crate::quorum`]).
//! Leaves out: reverts, fees, markets.

use std::ops::Range;

use sim::{Calendar, Fingerprint, QuantileSketch, Schedule, Simulation, Span, Stream, Streams, Time, World};

use crate::blocks::BlockBuilder;
use crate::cohort::Cohort;
use crate::outcome::{Outcome, QUANTILE_ERROR};
use crate::proving::{self, ProofPlan, Provers};
use crate::quorum::QuorumTable;
use crate::rotation::Rotation;
use crate::settlement::Settlement;
use crate::validators::{BlockContent, TransactionClass, Validation, Validator, ValidatorMachine};
use crate::work::draw_factor;
use crate::workload::{self, Workload};

/// Whether transactions are simulated one by one or in cohorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// Every transaction is an entity.
    Transaction,
    /// The transactions of a slot are one entity.
    Cohort,
}

/// When and how transactions are proven.
#[derive(Debug, Clone, PartialEq)]
pub enum Proving {
    /// Every transaction on its own, before a block may include it.
    BeforeInclusion {
        /// Service of one transaction on one server, in seconds.
        service_s: f64,
    },
    /// After inclusion, by one proof per epoch.
    Epoch(ProofPlan),
}

/// How far the true cost of the host may be from the mean that the book gives: coefficients of variation.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Uncertainty {
    /// Of a validator's checks.
    pub check: f64,
    /// Of leaf proofs.
    pub leaf: f64,
    /// Of merging proofs.
    pub merge: f64,
}

/// A complete layered system.
#[derive(Debug, Clone, PartialEq)]
pub struct Layered {
    /// Offered load in transactions per second, Poisson.
    pub load_per_s: f64,
    /// Kinds of transactions; their shares add to 1.
    pub classes: Vec<TransactionClass>,
    /// Number of shards.
    pub shards: u64,
    /// Time between the blocks of a shard.
    pub slot: Span,
    /// Slots in an epoch.
    pub slots_per_epoch: u64,
    /// Most transactions in a block, if there is a limit.
    pub block_cap: Option<u64>,
    /// Who checks what.
    pub validation: Validation,
    /// What one validator has, all its units together.
    pub validator: ValidatorMachine,
    /// How long a validator keeps a transaction.
    pub retention: Span,
    /// Delay of a vote.
    pub quorum: QuorumTable,
    /// Time of one core to verify an epoch's proof, in seconds.
    pub epoch_verify_s: f64,
    /// How transactions are proven.
    pub proving: Proving,
    /// Proofs that the fleet makes at once.
    pub prover_servers: u64,
    /// Uncertainty of the costs.
    pub uncertainty: Uncertainty,
}

impl Layered {
    /// The same system where checks, leaves and merges cost so many times as much.
    pub fn with_costs_times(&self, checks: f64, leaves: f64, merges: f64) -> Self {
        let mut system = self.clone();
        system.classes.iter_mut().for_each(|class| class.check_s *= checks);
        match &mut system.proving {
            Proving::BeforeInclusion { service_s } => *service_s *= leaves,
            Proving::Epoch(plan) => {
                plan.leaf.work = plan.leaf.work.scaled(leaves);
                let levels = plan.levels.iter_mut().map(|level| &mut level.merge);
                for merge in levels.chain(std::iter::once(&mut plan.segment_merge)) {
                    merge.pair_s *= merges;
                    merge.node = merge.node.scaled(merges);
                }
            }
        }
        system
    }
}

/// What a run is asked to cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// Epochs that are run first and not measured.
    pub warm_up_epochs: u32,
    /// Epochs that are measured.
    pub epochs: u32,
    /// Whether epochs are proven; false where the fleet cannot carry the load and only the vote is asked for.
    pub prove: bool,
}

/// Everything that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A transaction arrives (resolution `transaction` only).
    Workload(workload::Event),
    /// A slot ends.
    Slot,
    /// Something is done in the prover fleet.
    Provers(proving::Event),
}

const _: () = assert!(size_of::<Event>() <= 40, "events are copied on every heap operation");

/// The world: one field per part, and what is measured.
pub struct LayeredWorld {
    system: Layered,
    horizon: Horizon,
    resolution: Resolution,
    workload: Workload,
    /// Proving before inclusion.
    conveyor: Option<Rotation>,
    builder: BlockBuilder,
    validators: Vec<Validator>,
    /// Proving after inclusion.
    provers: Option<Provers>,
    settlement: Settlement,
    /// Slots that have ended.
    slot: u64,
    dealing: Stream,
    contents: Stream,
    votes: Stream,
    /// The block in hand, kept to save its allocation.
    block: Vec<Cohort>,
    content: BlockContent,
    /// Work of the stages when the measured time began, and when it ended.
    work_before: Work,
    work_after: Work,
    included: u64,
    vote_finality: QuantileSketch,
    optimistic_finality: QuantileSketch,
    proof_finality: QuantileSketch,
    fingerprint: Fingerprint,
}

impl LayeredWorld {
    /// Builds the world of one replication: the true costs of its host are drawn here.
    pub fn new(system: &Layered, resolution: Resolution, horizon: Horizon, streams: &Streams) -> Self {
        let system = drawn(system, streams);
        let lanes = match system.validation {
            Validation::EveryTransaction => 1,
            Validation::OwnShard => system.shards,
        };
        let (conveyor, provers) = match &system.proving {
            Proving::BeforeInclusion { service_s } => {
                (Some(Rotation::new(system.prover_servers, Span::from_secs_f64(*service_s))), None)
            }
            Proving::Epoch(plan) if horizon.prove => (None, Some(Provers::new(plan.clone(), system.prover_servers))),
            Proving::Epoch(_) => (None, None),
        };
        let sketch = || QuantileSketch::new(QUANTILE_ERROR);
        Self {
            workload: Workload::new(system.load_per_s, streams.stream("arrivals")),
            conveyor,
            builder: BlockBuilder::new(system.shards as usize, system.block_cap),
            validators: (0..lanes).map(|_| Validator::new(&system.validator, &system.classes)).collect(),
            provers,
            settlement: Settlement::new(system.slot, Span::from_secs_f64(system.epoch_verify_s)),
            slot: 0,
            dealing: streams.stream("dealing"),
            contents: streams.stream("contents"),
            votes: streams.stream("votes"),
            block: Vec::new(),
            content: BlockContent::draw(0, &[], &mut streams.stream("contents")),
            work_before: Work::default(),
            work_after: Work::default(),
            included: 0,
            vote_finality: sketch(),
            optimistic_finality: sketch(),
            proof_finality: sketch(),
            fingerprint: Fingerprint::new(),
            system,
            horizon,
            resolution,
        }
    }

    /// Transactions enter the design: to the provers first, or to the blocks.
    fn submit(&mut self, cohort: Cohort) {
        match &mut self.conveyor {
            Some(conveyor) => conveyor.submit(cohort).into_iter().for_each(|proven| self.builder.submit(proven)),
            None => self.builder.submit(cohort),
        }
    }

    /// A slot ends: what arrived in it is submitted, and every shard proposes its block.
    fn end_slot(&mut self, now: Time) {
        if self.resolution == Resolution::Cohort {
            let arrived = self.workload.window(Time::ZERO + self.system.slot * self.slot, now);
            arrived.into_iter().for_each(|cohort| self.submit(cohort));
        }
        self.builder.close_slot(now, &mut self.dealing);
        let shards = self.system.shards as usize;
        for turn in 0..shards {
            // Another shard goes first each slot, so that no shard always waits for the others' downloads.
            let shard = (turn + self.slot as usize) % shards;
            self.propose(shard, now);
        }
    }

    /// One shard's block: content, check, vote, and what it means for its transactions.
    fn propose(&mut self, shard: usize, now: Time) {
        let mut block = std::mem::take(&mut self.block);
        self.builder.take_block(shard, &mut block, &mut self.dealing);
        let count = block.iter().map(|cohort| cohort.count).sum();
        self.content.redraw(count, &self.system.classes, &mut self.contents);
        let lane = shard % self.validators.len();
        let checked = self.validators[lane].check(now, &self.content, &self.system.classes);
        let voted = checked + self.system.quorum.draw(&mut self.votes);
        if let Some(provers) = &mut self.provers {
            provers.include(shard, self.content.proven(&self.system.classes));
        }
        if self.measured() {
            self.record(&block, count, now, voted);
        }
        self.block = block;
    }

    fn record(&mut self, block: &[Cohort], count: u64, proposed: Time, voted: Time) {
        self.included += count;
        self.vote_finality.record_mass((voted - proposed).as_secs_f64(), count as f64);
        for cohort in block {
            record_latency(&mut self.optimistic_finality, cohort, voted);
            if self.conveyor.is_some() {
                // The proof was checked with the block: the vote on it is the acceptance of the proof.
                record_latency(&mut self.proof_finality, cohort, voted);
            }
        }
        if self.provers.is_some() {
            self.settlement.include(self.epoch(), block);
        }
    }

    /// The proof of an epoch is complete: its transactions are final.
    fn settle(&mut self, epoch: u32, now: Time) {
        let vote = self.system.quorum.draw(&mut self.votes);
        let (accepted, settled) = self.settlement.accept(epoch, now, vote);
        settled.iter().for_each(|cohort| record_latency(&mut self.proof_finality, cohort, accepted));
    }

    fn epoch(&self) -> u32 {
        (self.slot / self.system.slots_per_epoch) as u32
    }

    /// The slots of the measured epochs.
    fn measured_slots(&self) -> Range<u64> {
        let first = u64::from(self.horizon.warm_up_epochs) * self.system.slots_per_epoch;
        first..first + u64::from(self.horizon.epochs) * self.system.slots_per_epoch
    }

    fn measured(&self) -> bool {
        self.measured_slots().contains(&self.slot)
    }

    /// Work given to the stages so far.
    fn work(&self) -> Work {
        let proven_first = self.conveyor.as_ref().map(Rotation::work);
        Work {
            cores: self.validators.iter().map(Validator::core_work).sum(),
            link: self.validators.iter().map(Validator::link_work).sum(),
            provers: proven_first.or(self.provers.as_ref().map(Provers::work)),
        }
    }

    /// Whether everything that is measured has happened.
    fn complete(&self) -> bool {
        let ended = self.epoch() >= self.horizon.warm_up_epochs + self.horizon.epochs;
        ended && (self.provers.is_none() || self.settlement.accepted_epochs() == self.horizon.epochs)
    }

    /// Whether the run waits for proofs that the fleet will not make: as long again as was measured, and two epochs.
    fn hopeless(&self) -> bool {
        self.epoch() > self.horizon.warm_up_epochs + 2 * self.horizon.epochs + 2
    }

    fn fingerprint_event(&mut self, now: Time, event: Event) {
        let tag = match event {
            Event::Workload(_) => 1,
            Event::Slot => 2 + (self.included << 2),
            Event::Provers(_) => 3,
        };
        self.fingerprint.record(now, tag);
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
            Event::Slot => {
                if self.slot == self.measured_slots().start {
                    self.work_before = self.work();
                }
                self.end_slot(now);
                let (epoch, slot) = (self.epoch(), self.slot % self.system.slots_per_epoch);
                if let Some(provers) = &mut self.provers {
                    provers.close_slot(epoch, slot, &mut calendar.scope(Event::Provers));
                }
                self.slot += 1;
                if self.slot == self.measured_slots().end {
                    self.work_after = self.work();
                }
                calendar.after(self.system.slot, Event::Slot);
            }
            Event::Provers(event) => {
                let Some(provers) = &mut self.provers else { return };
                if let Some(epoch) = provers.handle(event, &mut calendar.scope(Event::Provers)) {
                    self.settle(epoch, now);
                }
            }
        }
        self.fingerprint_event(now, event);
    }
}

/// Runs one replication.
pub fn run(system: &Layered, resolution: Resolution, horizon: Horizon, streams: &Streams) -> Outcome {
    let mut simulation = Simulation::new(LayeredWorld::new(system, resolution, horizon, streams));
    simulation.calendar.at(Time::ZERO + system.slot, Event::Slot);
    if resolution == Resolution::Transaction {
        simulation.world.workload.start(&mut simulation.calendar.scope(Event::Workload));
    }
    simulation.run_while(|world| !world.complete() && !world.hopeless());
    let (elapsed, events) = (simulation.calendar.now().as_secs_f64(), simulation.events());
    let world = simulation.world;
    let measured_s = system.slot.as_secs_f64() * (system.slots_per_epoch * u64::from(horizon.epochs)) as f64;
    Outcome {
        utilization: utilization(&world, measured_s),
        settled: world.complete(),
        vote_finality: world.vote_finality,
        optimistic_finality: world.optimistic_finality,
        proof_finality: world.proof_finality,
        included: world.included,
        measured_s,
        simulated_s: elapsed,
        fingerprint: world.fingerprint.value(),
        events,
    }
}

/// Work given to the stages, in server-seconds; none for provers that are not simulated.
#[derive(Debug, Clone, Copy, Default)]
struct Work {
    cores: f64,
    link: f64,
    provers: Option<f64>,
}

/// Work that the stages were given in the measured time, as a share of what they could do in it. With a warm-up of an
/// epoch, what is still to be merged at the end makes up for what was at the beginning.
fn utilization(world: &LayeredWorld, measured_s: f64) -> Vec<(&'static str, f64)> {
    let (before, after) = (world.work_before, world.work_after);
    let lanes = world.validators.len() as f64;
    let cores = world.system.validator.cores as f64;
    let mut shares = vec![
        ("validator_cores", (after.cores - before.cores) / lanes / cores / measured_s),
        ("validator_downlink", (after.link - before.link) / lanes / measured_s),
    ];
    if let (Some(before), Some(after)) = (before.provers, after.provers) {
        shares.push(("provers", (after - before) / world.system.prover_servers as f64 / measured_s));
    }
    shares
}

/// The system with this replication's factors on its costs.
fn drawn(system: &Layered, streams: &Streams) -> Layered {
    let factor = |cv, name| draw_factor(cv, &mut streams.stream(name));
    system.with_costs_times(
        factor(system.uncertainty.check, "cost of checks"),
        factor(system.uncertainty.leaf, "cost of leaves"),
        factor(system.uncertainty.merge, "cost of merges"),
    )
}

/// Latency of a cohort that becomes final at `at`: spread over the window in which it arrived.
fn record_latency(sketch: &mut QuantileSketch, cohort: &Cohort, at: Time) {
    let (least, most) = ((at - cohort.arrived.until).as_secs_f64(), (at - cohort.arrived.from).as_secs_f64());
    if least == most {
        sketch.record_mass(least, cohort.count as f64);
    } else {
        sketch.record_spread(least, most, cohort.count as f64);
    }
}
