//! The wiring of who proposes: turns of a committee, and the batches that come to whose turn it is.
//!
//! Model: one leader proposes the blocks of all shards in a slot. Where there is a mempool, validators check a batch when it is
//! sealed and sent, and a block of batches needs no check. Source: [`crate::leaders`], [`crate::mempool`]. Leaves out: shards
//! that have leaders of their own.

use sim::{Stream, Streams, Time};

use crate::cohort::Cohort;
use crate::leaders::{Leaders, Turn};
use crate::mempool::{Batch, Mempool};
use crate::systems::layered::Layered;
use crate::systems::layered::world::LayeredWorld;
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
    contents: Stream,
}

impl Turns {
    /// The committee of a system, if it has one.
    pub(super) fn of(system: &Layered, streams: &Streams) -> Option<Self> {
        let committee = system.in_turns.then(|| system.validators())?;
        let mempool = system.batch_every().map(|every| Mempool::new(&committee, every, streams.stream("batches")));
        Some(Self {
            leaders: Leaders::new(&committee, system.slot, &mut streams.stream("leaders")),
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

    /// Transactions that wait there.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> u64 {
        self.mempool.as_ref().map_or(0, Mempool::waiting)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mempool::Batching;
    use crate::system::Resolution;
    use crate::systems::layered::outcome::Outcome;
    use crate::systems::layered::tests::{committee, system};
    use crate::systems::layered::{Horizon, run};
    use sim::Span;

    /// Forty minutes of a system whose checks take so long, with a slot of 100 ms and one leader of four down.
    fn outcome(check_s: f64, batching: Option<Batching>) -> Outcome {
        let mut system = system(1_000.0, None);
        (system.shards, system.slot, system.classes[0].check_s) = (1, Span::from_millis(100), check_s);
        (system.set, system.in_turns, system.batching) = (committee(4, 1), true, batching);
        let horizon = Horizon { warm_up_epochs: 12, epochs: 1_200, prove: false };
        run(&system, Resolution::Cohort, horizon, &Streams::new(9, 0))
    }

    #[test]
    fn a_stalled_chain_makes_its_users_wait_as_a_renewal_process_does() {
        // Blocks come 100 ms and 2,300 ms apart (by hand in `leaders`), and are decided after 200 and 2,500 ms: who arrives at
        // random waits E[T²] / 2 E[T] for a block, and is in the one that ends the gap it arrived in.
        let [short, long] = [0.1, 2.3];
        let wait = (short * short + long * long) / (2.0 * (short + long));
        let decision = (short * 2.5 + long * 0.2) / (short + long);
        let found = outcome(0.0, None);
        let mean = found.optimistic_finality.mean().expect("transactions");
        assert!((mean / (wait + decision) - 1.0).abs() < 0.01, "{mean} s, {} s by hand", wait + decision);
        let voted = found.vote_finality.mean().expect("blocks");
        assert!((voted / decision - 1.0).abs() < 0.01, "{voted} s, {decision} s by hand");
    }

    #[test]
    fn who_checks_batches_does_not_check_a_long_block_after_a_stall() {
        // After a stall of 2.3 s a block has 2,300 transactions; 16 cores check them in 0.144 s at 1 ms each, in a block. In
        // batches of 25 from each node they were checked before.
        let of = |check_s, batching| outcome(check_s, batching).vote_finality.mean().expect("blocks");
        let batching = Batching { bytes: 1e9, delay: Span::from_millis(100) };
        let (blocks, batches) = (of(1e-3, None) - of(0.0, None), of(1e-3, Some(batching)) - of(0.0, Some(batching)));
        assert!((blocks - (2.3 * 0.144 + 0.1 * 0.007) / 2.4).abs() < 0.01, "{blocks} s");
        assert!(batches.abs() < 0.01, "{batches} s");
        // The work is done all the same.
        let cores = |batching| outcome(1e-3, batching).utilization[0].1;
        assert!((cores(Some(batching)) / cores(None) - 1.0).abs() < 0.01);
    }
}
