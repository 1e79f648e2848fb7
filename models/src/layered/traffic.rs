//! What a validator's links and cores have beside its checks: copies of blocks, and votes.
//!
//! Model: the load of the votes is a constant share of links and cores, which what is left of them works beside (a fluid):
//! blocks are received and checked as much more slowly. What votes really do is come in bursts of a round, so a block may find up
//! to a round of them before it, or none: an error of at most what a round takes, both ways, with the right mean. A block is
//! on its way when its leader has sent it: all copies, or all chunks, at once. Source: [`crate::votes`],
//! [`crate::dissemination`]. Leaves out: proofs of epochs on the wire, transactions on their way to the first validator.

use sim::Span;

use crate::dissemination::Copies;
use crate::layered::Layered;
use crate::leaders::Committee;
use crate::quorum::{Delivery, Voting};
use crate::votes::{Audience, Subject, VoteLoad, Votes};

/// The longest that a vote is waited for: links that take more are saturated by votes.
const LONGEST_S: f64 = 3_600.0;

impl Layered {
    /// Validators that download a block.
    pub fn downloaders(&self) -> u64 {
        ((self.set.awake() as f64 * self.validation.share(self.shards)) as u64).max(1)
    }

    /// Blocks that a validator downloads in a slot.
    fn blocks_per_slot(&self) -> f64 {
        self.shards as f64 * self.validation.share(self.shards)
    }

    /// Blocks that a leader sends in its slot: all where it leads all shards.
    fn led_blocks(&self) -> f64 {
        if self.in_turns { self.shards as f64 } else { 1.0 }
    }

    /// Who hears votes.
    fn audience(&self, subject: Subject) -> Audience {
        match subject {
            Subject::Slot => Audience { nodes: self.set.awake(), subjects: 1 },
            Subject::Block => Audience { nodes: self.downloaders(), subjects: self.blocks_per_slot().round() as u64 },
        }
    }

    /// Votes by the second, as the validator has them that has most.
    pub fn vote_load(&self) -> VoteLoad {
        let per_slot = |votes: &Votes| votes.per_slot(self.set.voting, self.audience(votes.subject));
        self.votes.as_ref().map(per_slot).unwrap_or_default().times(1.0 / self.slot.as_secs_f64())
    }

    /// How often the bytes of a block, or of a batch, cross links.
    pub fn copies(&self) -> Copies {
        match self.batch_every() {
            // Who makes a batch sends it to all.
            Some(_) => Copies { leader: self.set.awake().saturating_sub(1) as f64, relay: 0.0, download: 1.0 },
            None => self.dissemination.copies(self.downloaders()),
        }
    }

    /// Copies that a leader sends until its block is on its way: with those of all others that it leads.
    pub(super) fn sent_before(&self) -> f64 {
        let copies = self.copies().leader;
        if self.batch_every().is_some() { copies } else { copies * self.led_blocks() }
    }

    /// Bits that a validator sends for each transaction, while it leads.
    pub fn uplink_bits(&self) -> f64 {
        let (copies, bits) = (self.copies(), self.mean_bytes() * 8.0);
        if self.batch_every().is_some() {
            return bits * copies.leader / self.set.awake() as f64;
        }
        let others = (self.blocks_per_slot() - self.led_blocks()).max(0.0);
        bits * (self.led_blocks() * copies.leader + others * copies.relay) / self.shards as f64
    }

    /// The validators with what their messages take on the machines that they have.
    pub fn validators(&self) -> Committee {
        let mut set = self.set.clone();
        set.delivery = self.delivery();
        set.voters = self.votes.and_then(|votes| votes.committee);
        set
    }

    fn delivery(&self) -> Delivery {
        let relayed = if self.batch_every().is_some() { None } else { self.dissemination.needed() };
        let Some(votes) = self.votes else { return Delivery { relayed, ..Delivery::default() } };
        let (audience, machine) = (self.audience(votes.subject), &self.validator);
        let round = votes.round(self.set.voting, audience);
        let cores = machine.cores as f64;
        let [down, up] = [machine.downlink_bits_per_s, machine.uplink_bits_per_s];
        let busy = [round.down_bytes * 8.0 / down, round.up_bytes * 8.0 / up, round.votes * votes.vote_s / cores];
        let most = busy.into_iter().fold(0.0, f64::max);
        let mut last_s = votes.vote_s + votes.aggregate_s.unwrap_or(0.0);
        if self.set.voting == Voting::TwoChain {
            let certificate = votes.certificate(audience);
            let others = audience.nodes.saturating_sub(1) as f64;
            last_s += certificate.bytes * 8.0 * (others / up + 1.0 / down) + certificate.core_s / cores;
        }
        let spacing_s = if round.votes > 0.0 { most / round.votes } else { 0.0 };
        let [spacing, last] = [spacing_s, last_s].map(|seconds| Span::from_secs_f64(seconds.min(LONGEST_S)));
        Delivery { spacing, last, relayed }
    }
}
