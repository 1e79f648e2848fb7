//! A prover fleet that turns an epoch's blocks into one proof: leaves over transactions, merged up a tree.
//!
//! Model: the slots of an epoch are divided into segments (of all shards together, or of each shard); a segment that
//! closes is proven as leaves of at most so many transactions, and is a lowest node of the epoch's tree
//! ([`crate::tree`]), which is folded as its nodes become ready ([`crate::tree::folding`]).
//!
//! An epoch may be proven as it comes, only when it has ended, or only when somebody asks for it. The proofs of several
//! epochs may be joined into one, the day's.
//!
//! Assumptions: those of the tree; a segment is proven when its last slot has ended, not before. Segments of several lanes
//! that end together are begun in an order that is drawn.
//! Source: fork–join on a G^X/G/c fleet ([`crate::fleet`]). Leaves out: proofs that are asked for in the middle of
//! an epoch. The part that proves is [`Provers`]; who asks for proofs is in
//! [`requests`], how they are answered in [`answering`].

pub mod answering;
pub(crate) mod fleet;
#[cfg(test)]
mod order;
mod provers;
pub mod requests;
pub mod servers;
#[cfg(test)]
mod tests;
pub mod wasted;

pub use crate::tree::{Level, Merge};
pub use provers::{Event, Proven, Provers};
pub use servers::changing::ProverLife;

use crate::proving::servers::Discipline;
use crate::tree::Tree;
use crate::work::WorkCurve;
use requests::{Expected, Requests};

/// The pool of the machines that proofs are made on.
pub const PROVERS: &str = "provers";

/// How the transactions of one segment become leaf proofs.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// The most transactions in one leaf; `None`: one leaf holds the whole segment.
    pub transactions: Option<u64>,
    /// Service of a leaf as a function of its transactions.
    pub work: WorkCurve,
    /// Coefficient of variation of the service of a leaf.
    pub spread: f64,
}

impl Leaf {
    /// Full leaves and the size of the last, smaller one (0: none) for `transactions` transactions.
    pub fn split(&self, transactions: u64) -> (u64, u64) {
        match self.transactions {
            Some(most) => (transactions / most, transactions % most),
            None => (0, transactions),
        }
    }

    /// Number of leaves for `transactions` transactions.
    pub fn count(&self, transactions: u64) -> u64 {
        let (full, rest) = self.split(transactions);
        full + u64::from(rest > 0)
    }
}

/// Which epochs are proven, and from when on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Demand {
    /// Every epoch; its segments as they end.
    Always,
    /// Every epoch; nothing before it has ended.
    AtEpochEnd,
    /// An epoch that somebody asks for, when it has ended; nothing in the chain waits for it.
    OnRequest {
        /// Who asks, and what is kept for them.
        requests: Requests,
        /// What is to be expected of that.
        expected: Expected,
    },
    /// An epoch of which a block is challenged.
    OnChallenge {
        /// Share of epochs that this is expected of, 0–1.
        share: f64,
    },
}

impl Demand {
    /// What these requests ask for.
    pub fn on_request(requests: Requests) -> Self {
        Self::OnRequest { requests, expected: requests.expected() }
    }

    /// Proofs that are made, per epoch.
    pub fn proofs(self) -> f64 {
        match self {
            Self::Always | Self::AtEpochEnd => 1.0,
            Self::OnRequest { expected, .. } => expected.made,
            Self::OnChallenge { share } => share,
        }
    }

    /// Whether every epoch is proven.
    pub fn is_for_all(self) -> bool {
        matches!(self, Self::Always | Self::AtEpochEnd)
    }

    /// Who asks, where proofs are made on request.
    pub fn requests(self) -> Option<Requests> {
        if let Self::OnRequest { requests, .. } = self { Some(requests) } else { None }
    }
}

/// One proof of several epochs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// Epochs that it covers.
    pub epochs: u64,
    /// Joining their proofs.
    pub merge: Merge,
}

impl Day {
    /// The tree of one node over the epochs' proofs.
    pub fn tree(&self) -> Tree {
        Tree::join("day", self.epochs, self.merge)
    }
}

/// The shape of an epoch's proof, and when it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct ProofPlan {
    /// Slots in an epoch.
    pub slots_per_epoch: u64,
    /// Slots in a segment.
    pub segment_slots: u64,
    /// Number of lanes that have segments of their own: the shards, or 1 for all shards together.
    pub lanes: u64,
    /// Leaves of a segment.
    pub leaf: Leaf,
    /// Merging of a segment's leaves.
    pub segment_merge: Merge,
    /// Levels above the segments. The last one merges all that the epoch has.
    pub levels: Vec<Level>,
    /// Which epochs are proven.
    pub demand: Demand,
    /// Whose proofs go first where servers are short.
    pub discipline: Discipline,
    /// What joins the proofs of several epochs, if anything does.
    pub day: Option<Day>,
}

impl ProofPlan {
    /// The tree over the segments of an epoch.
    pub fn tree(&self) -> Tree {
        Tree {
            lanes: self.lanes,
            lowest_per_lane: self.slots_per_epoch.div_ceil(self.segment_slots),
            lowest: self.segment_merge,
            levels: self.levels.clone(),
        }
    }

    /// The same plan where every leaf, pair and node takes its mean.
    pub fn without_spread(&self) -> Self {
        let mut plan = self.clone();
        plan.leaf.spread = 0.0;
        plan.segment_merge = plan.segment_merge.without_spread();
        plan.levels.iter_mut().for_each(|level| level.merge = level.merge.without_spread());
        plan.day.iter_mut().for_each(|day| day.merge = day.merge.without_spread());
        plan
    }

    /// Names of the levels, lowest first: leaves, segments, those above, and the day.
    pub fn level_names(&self) -> Vec<String> {
        let above = self.levels.iter().map(|level| level.name.clone());
        let day = self.day.iter().map(|_| "day".to_owned());
        ["leaves", "segments"].map(str::to_owned).into_iter().chain(above).chain(day).collect()
    }

    /// Server-seconds per epoch, proven or not, and its share of the day's proof.
    pub fn mean_work(&self, transactions: f64) -> f64 {
        self.mean_work_where(transactions, |_| 1.0)
    }

    /// The same where a job that takes so many seconds takes as many times as much.
    pub fn mean_work_where(&self, transactions: f64, times: impl Fn(f64) -> f64) -> f64 {
        let longer = |merge: Merge| Merge {
            pair_s: merge.pair_s * times(merge.pair_s),
            node: merge.node.scaled(times(merge.node.seconds(transactions))),
            ..merge
        };
        let day = self.day.filter(|_| self.demand.is_for_all()).map_or(0.0, |day| {
            longer(day.merge).work_s(day.epochs, transactions * day.epochs as f64) / day.epochs as f64
        });
        let again_s = match self.demand {
            Demand::OnRequest { requests, expected } => expected.remade * requests.witness_s,
            _ => 0.0,
        };
        let jobs = self.jobs(transactions);
        // What is never done takes nothing, however long it would take.
        let done = jobs.iter().filter(|(jobs, ..)| *jobs > 0.0);
        let work_s: f64 = done.map(|(jobs, service_s, _)| jobs * service_s * times(*service_s)).sum();
        self.demand.proofs() * (work_s + again_s * transactions) + day
    }

    /// Variance of the work per epoch that so many transactions on average bring, in server-seconds squared: because they
    /// are Poisson, because their proofs spread, and because not every epoch is proven.
    pub fn work_variance(&self, transactions: f64) -> f64 {
        let step = transactions.sqrt().max(1.0);
        let (less, more) = ((transactions - step).max(0.0), transactions + step);
        let slope = (self.work_per_epoch(more) - self.work_per_epoch(less)) / (more - less);
        let services: f64 =
            self.jobs(transactions).iter().map(|(jobs, service_s, spread)| jobs * (service_s * spread).powi(2)).sum();
        let proven = self.demand.proofs().min(1.0);
        let chance = proven * (1.0 - proven) * self.work_per_epoch(transactions).powi(2);
        proven * (slope.powi(2) * transactions + services) + chance
    }

    /// Server-seconds for the proof of one epoch in which every lane and slot gets the mean number of transactions; the
    /// nodes of a level are taken to cover the mean of the level.
    pub fn work_per_epoch(&self, transactions: f64) -> f64 {
        self.jobs(transactions).iter().map(|(jobs, service_s, _)| jobs * service_s).sum()
    }

    /// The jobs of the proof of such an epoch: how many of a kind, the mean service of each in seconds, and its coefficient
    /// of variation.
    fn jobs(&self, transactions: f64) -> Vec<(f64, f64, f64)> {
        let slots_total = (self.slots_per_epoch * self.lanes) as f64;
        let mut jobs = Vec::new();
        let full = self.slots_per_epoch / self.segment_slots;
        let last = self.slots_per_epoch % self.segment_slots;
        for (segments, slots) in [(full, self.segment_slots), (u64::from(last > 0), last)] {
            let size = transactions * slots as f64 / slots_total;
            jobs.extend(self.segment_jobs((segments * self.lanes) as f64, size));
        }
        let rows = self.tree().rows();
        for (level, pair) in self.levels.iter().zip(rows.windows(2)) {
            let (below, here) = (pair[0].nodes(), pair[1].nodes());
            let Merge { pair_s, node, pair_spread, node_spread } = level.merge;
            jobs.push((below.saturating_sub(here) as f64, pair_s, pair_spread));
            jobs.push((here as f64, node.seconds(transactions / here as f64), node_spread));
        }
        jobs
    }

    /// The same of so many segments of so many transactions on average.
    fn segment_jobs(&self, segments: f64, transactions: f64) -> [(f64, f64, f64); 3] {
        // The last leaf of a segment is on average half full: there is half a proof more to join, not half a leaf more to
        // prove.
        let (leaves, proofs, each_s) = match self.leaf.transactions {
            Some(most) if transactions >= most as f64 => {
                let leaves = transactions / most as f64;
                (leaves, leaves + 0.5, self.leaf.work.seconds(most as f64))
            }
            _ => (1.0, 1.0, self.leaf.work.seconds(transactions)),
        };
        let Merge { pair_s, node, pair_spread, node_spread } = self.segment_merge;
        [
            (segments * leaves, each_s, self.leaf.spread),
            (segments * (proofs - 1.0).max(0.0), pair_s, pair_spread),
            (segments, node.seconds(transactions), node_spread),
        ]
    }
}
