//! What a layered system is: load, blocks, validators, proofs, and the rules of its fraud window.

use sim::Span;

use crate::disputes::FraudWindow;
use crate::dissemination::Dissemination;
use crate::leaders::Committee;
use crate::mempool::Batching;
use crate::profile::Profile;
use crate::proving::{Demand, ProofPlan, ProverLife};
use crate::submission::Submission;
use crate::tree::light_client::LightClient;
use crate::validators::{TransactionClass, Validation, ValidatorMachine};
use crate::votes::Votes;

/// When and how transactions are proven.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a system has one")]
pub enum Proving {
    /// Every transaction on its own, before a block may include it.
    BeforeInclusion {
        /// Service of one transaction on one server, in seconds.
        service_s: f64,
    },
    /// After inclusion, by one proof per epoch.
    Epoch(ProofPlan),
}

/// A complete layered system.
#[derive(Debug, Clone, PartialEq)]
pub struct Layered {
    /// Offered load in transactions per second, Poisson: in the mean of the measured time.
    pub load_per_s: f64,
    /// What multiplies it over time, 1 in that mean.
    pub profile: Profile,
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
    /// All validators, and how they agree.
    pub set: Committee,
    /// Whether they propose in turn; otherwise the leader of every block is drawn, and somebody always proposes.
    pub in_turns: bool,
    /// How transactions come to who proposes, where validators take turns; without it they are there when they are submitted.
    pub batching: Option<Batching>,
    /// What votes weigh; nothing without it.
    pub votes: Option<Votes>,
    /// How blocks get from their leader to everybody, where transactions do not come in batches.
    pub dissemination: Dissemination,
    /// Time of one core to verify an epoch's proof, in seconds.
    pub epoch_verify_s: f64,
    /// Time of a user's core to make the witness of a transaction, in seconds, where users make one; it is over before
    /// they submit.
    pub witness_s: Option<f64>,
    /// Who makes proofs of single transactions, and what a core-hour of it costs, where that is said.
    pub submission: Option<Submission>,
    /// How transactions are proven.
    pub proving: Proving,
    /// Whether anything is proven at all; otherwise the vote is all there is.
    pub proves: bool,
    /// Proofs that the fleet makes at once where all of its machines are there.
    pub prover_servers: u64,
    /// How these machines come and go; `None`: they are always there. Only where transactions are proven after inclusion, and not on
    /// request.
    pub prover_life: Option<ProverLife>,
    /// Invalid blocks, and what is done about them; nothing is ever reverted without it. What watchers have to do at the
    /// offered load is in [`crate::systems::layered::capacity::fraud_window`].
    pub fraud: Option<FraudWindow>,
    /// Who reads the last proof instead of the chain.
    pub light_client: Option<LightClient>,
}

impl Layered {
    /// The same system where checks, leaves and merges cost so many times as much.
    pub fn with_costs_times(&self, checks: f64, leaves: f64, merges: f64) -> Self {
        let mut system = self.clone();
        system.classes.iter_mut().for_each(|class| class.check_s *= checks);
        if let Some(votes) = &mut system.votes {
            votes.vote_s *= checks;
            votes.aggregate_s = votes.aggregate_s.map(|seconds| seconds * checks);
        }
        system.fraud.iter_mut().for_each(|fraud| fraud.watchers.check_s *= checks);
        // A proof of one transaction is a leaf of one.
        system.classes.iter_mut().filter_map(|class| class.own_proof_s.as_mut()).for_each(|proof_s| *proof_s *= leaves);
        match &mut system.proving {
            Proving::BeforeInclusion { service_s } => *service_s *= leaves,
            Proving::Epoch(plan) => {
                plan.leaf.work = plan.leaf.work.scaled(leaves);
                let levels = plan.levels.iter_mut().map(|level| &mut level.merge);
                let day = plan.day.iter_mut().map(|day| &mut day.merge);
                for merge in levels.chain(std::iter::once(&mut plan.segment_merge)).chain(day) {
                    merge.pair_s *= merges;
                    merge.node = merge.node.scaled(merges);
                }
            }
        }
        system
    }

    /// The same system where no witness is ever lost.
    pub fn with_all_witnesses(&self) -> Self {
        let mut system = self.clone();
        if let Proving::Epoch(ProofPlan { demand: Demand::OnRequest { expected, .. }, .. }) = &mut system.proving {
            expected.remade = 0.0;
        }
        system
    }

    /// Length of an epoch.
    pub fn epoch(&self) -> Span {
        self.slot * self.slots_per_epoch
    }

    /// Time between the batches of a node, where there are any.
    pub fn batch_every(&self) -> Option<Span> {
        let batching = self.batching.filter(|_| self.in_turns)?;
        Some(batching.every(self.mean_bytes() * self.load_per_s / self.set.awake() as f64))
    }

    /// Bytes of a transaction on average.
    pub fn mean_bytes(&self) -> f64 {
        self.classes.iter().map(|class| class.share * class.bytes).sum()
    }

    /// Transactions that the network proves, per second.
    pub fn proven_per_s(&self) -> f64 {
        let proven = self.classes.iter().filter(|class| class.proven);
        self.load_per_s * proven.map(|class| class.share).sum::<f64>()
    }

    /// The plan of the epochs' proofs, where transactions are proven after inclusion.
    pub fn plan(&self) -> Option<&ProofPlan> {
        match &self.proving {
            Proving::Epoch(plan) => Some(plan),
            Proving::BeforeInclusion { .. } => None,
        }
    }

    /// Which epochs are proven; all where every transaction is.
    pub fn demand(&self) -> Demand {
        self.plan().map_or(Demand::Always, |plan| plan.demand)
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

impl Horizon {
    /// The epochs that a time in seconds takes, at least one of them measured.
    pub fn of(system: &Layered, horizon: crate::horizon::Horizon) -> Self {
        let epoch_s = system.slot.as_secs_f64() * system.slots_per_epoch as f64;
        let epochs = |seconds: f64| (seconds / epoch_s).ceil() as u32;
        let (warm_up_epochs, epochs) = (epochs(horizon.warm_up_s), epochs(horizon.measured_s).max(1));
        Self { warm_up_epochs, epochs, prove: system.proves }
    }

    /// Whether an epoch is measured.
    pub fn measures(&self, epoch: u32) -> bool {
        (self.warm_up_epochs..self.warm_up_epochs + self.epochs).contains(&epoch)
    }

    /// Days of so many epochs whose last one is measured.
    pub fn days(&self, epochs: u64) -> u64 {
        let before = u64::from(self.warm_up_epochs);
        (before + u64::from(self.epochs)) / epochs - before / epochs
    }
}
