//! What a rollup is: load, sequencer, levels of batches, data, proofs, and the rules of its settlement.

use sim::Span;

use super::disputes::Dispute;
use crate::batching::{Closing, Content};
use crate::disputes::watchers::Watchers;
use crate::l1::L1;
use crate::orders::outsourced::Outsourced;
use crate::outages::Outages;
use crate::profile::Profile;
use crate::proving::ProverLife;
use crate::proving::servers::Discipline;
use crate::work::WorkCurve;

/// A complete rollup.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollup {
    /// Offered load in transactions per second, Poisson: in the mean of the measured time.
    pub load_per_s: f64,
    /// What multiplies it over time, 1 in that mean.
    pub profile: Profile,
    /// Kinds of transactions; their shares add to 1.
    pub classes: Vec<Class>,
    /// Who orders them.
    pub sequencer: Sequencer,
    /// Levels of batches, the lowest of blocks; at least one.
    pub levels: Vec<Level>,
    /// What is posted of them.
    pub data: Data,
    /// What is proven of them; nothing is where claims are believed until they are challenged.
    pub proving: Option<Proving>,
    /// What is settled.
    pub settlement: Settlement,
    /// When a claim that nobody proved is final.
    pub window: Option<Window>,
    /// Who re-executes it, and may challenge claims.
    pub watchers: Option<Watchers>,
    /// Who takes assets back to L1.
    pub withdrawals: Option<Withdrawals>,
    /// The chain below.
    pub l1: L1,
}

/// A kind of transactions.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Name in tables.
    pub name: String,
    /// Share of all transactions.
    pub share: f64,
    /// Gas of each on the rollup.
    pub gas: f64,
    /// Data of each as it is posted, compressed \[bytes\].
    pub bytes: f64,
    /// What is proven of each, in the mean \[cycles\].
    pub cycles: f64,
    /// Coefficient of variation of gas, data and cycles of single transactions, which vary together.
    pub spread: f64,
    /// What its user pays \[USD\]; nothing where that is not said.
    pub fee_usd: Option<f64>,
}

/// Who orders transactions.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequencer {
    /// Time between blocks.
    pub block: Span,
    /// Most gas in a block; `None`: any.
    pub gas_limit: Option<f64>,
    /// Batches of the proven level without a proof at which it makes no more blocks; `None`: any number.
    pub most_unproven: Option<u64>,
    /// Times without blocks.
    pub outages: Outages,
}

/// A level of batches.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Name in tables.
    pub name: String,
    /// When a batch of it closes.
    pub closing: Closing,
    /// How the proofs of what is in it become one, above the level that is proven; nothing below.
    pub joining: Option<Joining>,
}

/// How proofs of several batches become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joining {
    /// Proofs that are joined at a time; `None`: all of them at once.
    pub arity: Option<u64>,
    /// Joining, by how many are joined.
    pub job: Job,
}

/// One thing that a server does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Job {
    /// Its time by size.
    pub work: WorkCurve,
    /// Coefficient of variation of single times.
    pub spread: f64,
}

/// What is posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The level whose batches are posted, by its place.
    pub level: usize,
    /// As what.
    pub posting: Posting,
    /// L1 gas of every transaction that carries data, without what its calldata takes.
    pub gas_per_transaction: f64,
    /// The fee of blobs above which they wait, and how long at most; nothing waits without it.
    pub waits: Option<(f64, Span)>,
}

/// As what data is posted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Posting {
    /// In blobs.
    Blobs {
        /// Bytes that fit in one, after its encoding.
        usable: f64,
        /// Most blobs of a transaction.
        most: u64,
    },
    /// As calldata.
    Calldata {
        /// L1 gas of a byte.
        gas_per_byte: f64,
        /// Most bytes of a transaction.
        most: f64,
    },
    /// On another layer, at a price by the gigabyte; L1 has its commitment only.
    Elsewhere,
}

/// What is proven.
#[derive(Debug, Clone, PartialEq)]
pub struct Proving {
    /// The level whose batches are proven one by one, by its place.
    pub level: usize,
    /// Execution before the proof, by cycles, and where; nothing where that is part of the proof.
    pub execution: Option<(Job, Place)>,
    /// Proof systems, at least one.
    pub systems: Vec<ProofSystem>,
    /// Where the proofs of batches by the first of these are bought; nothing where none is.
    pub market: Option<Outsourced>,
    /// Proofs of how many systems a batch needs.
    pub needed: usize,
    /// Times in which nothing new is proven.
    pub outages: Outages,
}

/// Machines of a pool that jobs are done on.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Name of the pool.
    pub pool: String,
    /// Machines.
    pub machines: u64,
    /// Jobs that a machine does at once.
    pub servers: u64,
    /// How machines come and go; `None`: they are always there.
    pub life: Option<ProverLife>,
}

impl Place {
    /// Jobs that all of them do at once.
    pub fn all_servers(&self) -> u64 {
        self.machines * self.servers
    }
}

/// A proof system and its machines.
#[derive(Debug, Clone, PartialEq)]
pub struct ProofSystem {
    /// Where it proves.
    pub place: Place,
    /// Most cycles of a segment, each of which is proven on its own; `None`: a batch is one.
    pub segment_cycles: Option<f64>,
    /// Proving a segment, by its cycles.
    pub segment: Job,
    /// What makes one proof of the segments': each level once, and the last that joins any until there is one.
    pub recursion: Vec<Recursion>,
    /// What makes the proof that L1 verifies, once for each; nothing where the last one is it.
    pub wrap: Option<Job>,
    /// Whose proofs go first.
    pub discipline: Discipline,
    /// Share of the proofs of a batch that turn out to be of no use, and are made again.
    pub failures: f64,
    /// Time after which a proof of a batch comes too late, and is made again.
    pub time_out: Option<Span>,
    /// By which factor a year proving becomes faster; 1 where it does not.
    pub faster_a_year: f64,
}

/// A level of recursion within a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recursion {
    /// Proofs that become one; 1 where each is proven again.
    pub arity: u64,
    /// Proving one of them, by the number of proofs that it verifies.
    pub job: Job,
}

impl Recursion {
    /// Proofs of this level over so many.
    pub fn over(&self, proofs: u64) -> u64 {
        proofs.div_ceil(self.arity)
    }
}

/// What is settled on L1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settlement {
    /// The level whose batches are settled, by its place.
    pub level: usize,
    /// L1 gas of each settlement: the verification of its proof, or the claim.
    pub gas: f64,
    /// L1 gas beside it for each batch of the level below.
    pub gas_per_batch: f64,
    /// L1 gas beside it for each transaction.
    pub gas_per_transaction: f64,
    /// From the proof on L1 to the time at which it is executed there, and assets may leave.
    pub delay: Span,
}

/// When a claim that nobody proved is final.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Time in which a claim may be challenged.
    pub length: Span,
    /// Share of the claims that are, in vain.
    pub challenged: f64,
    /// How long that takes.
    pub dispute: Dispute,
    /// What is bound for each claim until it is final, or for all of them \[ETH\].
    pub bond_eth: f64,
    /// Whether one bond stands for all claims.
    pub one_bond: bool,
}

/// Who takes assets back to L1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Withdrawals {
    /// Share of the transactions that withdraw.
    pub share: f64,
    /// What each takes, in the mean \[USD\].
    pub usd: f64,
    /// Share of them that do not wait: somebody else pays them out, and waits instead.
    pub fast: f64,
    /// What the money that waits costs, and bonds do \[a year\].
    pub interest: f64,
}

impl Rollup {
    /// The proof systems.
    pub fn proof_systems(&self) -> &[ProofSystem] {
        self.proving.as_ref().map_or(&[], |proving| &proving.systems)
    }

    /// What a transaction holds, in the mean.
    pub fn mean_transaction(&self) -> Content {
        let mean = |of: fn(&Class) -> f64| self.classes.iter().map(|class| class.share * of(class)).sum();
        Content {
            transactions: 1.0,
            gas: mean(|class| class.gas),
            bytes: mean(|class| class.bytes),
            cycles: mean(|class| class.cycles),
        }
    }

    /// What users pay for a transaction in the mean \[USD\]; nothing where that is not said of all.
    pub fn mean_fee_usd(&self) -> Option<f64> {
        self.classes.iter().map(|class| Some(class.share * class.fee_usd?)).sum()
    }

    /// Most transactions in a block, where gas limits them.
    pub fn most_in_block(&self) -> Option<u64> {
        let gas = self.mean_transaction().gas;
        self.sequencer.gas_limit.filter(|_| gas > 0.0).map(|limit| ((limit / gas) as u64).max(1))
    }
}
