//! The wiring of who proposes: turns of a committee, and the batches that come to whose turn it is.
//!
//! Model: one leader proposes the blocks of all shards in a slot. Where there is a mempool, validators check a batch when it is
//! sealed and sent, and a block of batches needs no check. Source: [`crate::leaders`], [`crate::mempool`]. Leaves out: shards
//! that have leaders of their own.

use sim::{Streams, Time};

use crate::cohort::Cohort;
use crate::layered::Layered;
use crate::layered::world::LayeredWorld;
use crate::leaders::{Leaders, Turn};
use crate::mempool::{Batch, Mempool};
use crate::validators::BlockContent;

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leader {
    /// Anybody's, drawn with the vote.
    Drawn,
    /// A node of the committee.
    OneOf(Turn),
    /// Nobody's: the nodes wait for a timeout.
    Nobody,
}

/// The turns of a committee, and what comes to whose turn it is.
#[derive(Debug)]
pub(super) struct Turns {
    leaders: Leaders,
    mempool: Option<Mempool>,
    /// Batches and cohorts in hand, kept to save their allocations.
    sealed: Vec<Batch>,
    found: Vec<Cohort>,
    contents: sim::Stream,
}

impl Turns {
    /// The committee of a system, if it has one.
    pub(super) fn of(system: &Layered, streams: &Streams) -> Option<Self> {
        let committee = system.committee.as_ref()?;
        let mempool = system.batch_every().map(|every| Mempool::new(committee, every, streams.stream("batches")));
        Some(Self {
            leaders: Leaders::new(committee, system.slot, &mut streams.stream("leaders")),
            mempool,
            sealed: Vec::new(),
            found: Vec::new(),
            contents: streams.stream("contents of batches"),
        })
    }

    /// Where transactions wait for who proposes, if they do.
    pub(super) fn mempool(&mut self) -> Option<&mut Mempool> {
        self.mempool.as_mut()
    }
}

impl LayeredWorld {
    /// A slot ends: batches are checked and sent, and what whose turn it is has goes into the blocks.
    pub(super) fn next_turn(&mut self, now: Time) -> Leader {
        let Some(turns) = &mut self.turns else { return Leader::Drawn };
        let leader = turns.leaders.slot().map_or(Leader::Nobody, Leader::OneOf);
        if let Some(mempool) = &mut turns.mempool {
            mempool.seal(now, &mut turns.sealed);
            let classes = &self.system.classes;
            for batch in &turns.sealed {
                let content = BlockContent::draw(batch.cohort.count, classes, &mut turns.contents);
                mempool.send(*batch, self.validators[0].check(batch.sealed, &content, classes));
            }
            if let Leader::OneOf(turn) = leader {
                mempool.propose(turn.node, now, &mut turns.found);
                turns.found.iter().for_each(|cohort| self.builder.submit(*cohort));
            }
        }
        leader
    }

    /// Whether what is in a block was checked with its batch.
    pub(super) fn checks_batches(&self) -> bool {
        self.turns.as_ref().is_some_and(|turns| turns.mempool.is_some())
    }
}
