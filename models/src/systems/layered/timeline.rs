//! What happened when: spans on named tracks, for a reader who wants to look at single blocks and proofs.
//!
//! Model: none; it is told what the world did. Times are those of the run. Source: the tracks follow the stages of the
//! world. Leaves out: single transactions, and blocks after the measured time.

use sim::Time;

use crate::systems::layered::{Horizon, Layered};
use crate::tree::folding::Proof;

/// What a span is about. The order is that in which tracks are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Track {
    /// Slots, with all blocks of their end.
    Blocks,
    /// From the proposal of a shard's block to the vote on it.
    Votes(u32),
    /// Proofs of a level of the tree: leaves, segments, levels above, the day.
    Level(u32),
    /// From the end of an epoch to the acceptance of its proof.
    Epochs,
    /// Invalid blocks, disputes, reverts.
    Disputes,
}

/// Something that took time; a moment where both ends are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// Where it belongs.
    pub track: Track,
    /// What it was.
    pub name: String,
    /// Its beginning.
    pub from: Time,
    /// Its end, never before its beginning.
    pub until: Time,
    /// Transactions that it was about, where that is known.
    pub transactions: Option<u64>,
}

/// Everything that happened.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// In no order.
    pub happenings: Vec<Happening>,
    /// Names of the levels.
    pub levels: Vec<String>,
}

impl Timeline {
    /// Nothing happened yet.
    pub(super) fn new(system: &Layered) -> Self {
        let levels = system.plan().map_or_else(Vec::new, |plan| plan.level_names());
        Self { happenings: Vec::new(), levels }
    }

    /// About how many spans a run will have.
    pub fn expected(system: &Layered, horizon: Horizon) -> u64 {
        let epochs = u64::from(horizon.warm_up_epochs) + u64::from(horizon.epochs);
        let nodes = |plan: &crate::proving::ProofPlan| {
            let rows = plan.tree().rows();
            rows.iter().map(crate::tree::Row::nodes).sum::<u64>() + rows[0].nodes()
        };
        let proofs = system.plan().filter(|_| horizon.prove).map_or(0, nodes);
        epochs * (system.slots_per_epoch * (1 + system.shards) + proofs + 1)
    }

    /// The name of a track.
    pub fn name(&self, track: Track) -> String {
        match track {
            Track::Blocks => "blocks".to_owned(),
            Track::Votes(shard) => format!("votes, shard {shard}"),
            Track::Level(level) => {
                format!("proofs: {}", self.levels.get(level as usize).map_or("level", String::as_str))
            }
            Track::Epochs => "epoch proofs".to_owned(),
            Track::Disputes => "disputes".to_owned(),
        }
    }

    pub(super) fn add(&mut self, track: Track, name: String, (from, until): (Time, Time), transactions: Option<u64>) {
        self.happenings.push(Happening { track, name, from, until, transactions });
    }

    /// Proofs of epochs, or of days.
    pub(super) fn add_proofs(&mut self, proofs: &[Proof], days: bool) {
        for proof in proofs {
            let (level, of) = if days { (self.levels.len() - 1, "day") } else { (proof.level, "epoch") };
            let name = format!("{of} {}, {}", proof.tree, proof.index);
            let span = (proof.from, proof.until);
            self.add(Track::Level(level as u32), name, span, Some(proof.transactions));
        }
    }
}
