//! What a validator's links and cores have beside its checks: copies of blocks, and votes.
//!
//! Model: the load of the votes is a constant share of links and cores, which what is left of them works beside (a fluid):
//! blocks are received and checked as much more slowly. What votes really do is come in bursts of a round, so a block may find up
//! to a round of them before it, or none: an error of at most what a round takes, both ways, with the right mean. A block is
//! on its way when its leader has sent it: all copies, or all chunks, at once. Source: [`crate::votes`],
//! [`crate::dissemination`]. Leaves out: proofs of epochs on the wire, transactions on their way to the first validator.

use sim::Span;

use crate::dissemination::Copies;
use crate::leaders::Committee;
use crate::quorum::{Delivery, Voting};
use crate::systems::layered::Layered;
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

    /// Bytes that a validator sends per second, in the mean over all of them at the offered load: as many as it receives, since whatever
    /// is received somebody has sent.
    pub fn sent_bytes_per_s(&self) -> f64 {
        let others = 1.0 - 1.0 / self.set.nodes as f64;
        let received = self.validation.share(self.shards) * self.mean_bytes() * self.copies().download * others;
        self.load_per_s * received + self.vote_load().up_bytes
    }

    /// Bytes that a validator keeps at the offered load.
    pub fn kept_bytes(&self) -> f64 {
        self.validation.share(self.shards) * self.mean_bytes() * self.load_per_s * self.retention.as_secs_f64()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissemination::Dissemination;
    use crate::mempool::Batching;
    use crate::system::Resolution;
    use crate::systems::layered::capacity::stages;
    use crate::systems::layered::outcome::Outcome;
    use crate::systems::layered::tests::{committee, system};
    use crate::systems::layered::{Horizon, run};
    use crate::validators::Validation;
    use sim::{Interval, Streams};

    /// Four nodes with one core each, 10 ms apart, two blocks of 1,000 transactions of 100 B a second; 12 votes of 10 ms a
    /// second, of 0.318 Mbit/s on a downlink of 4 and an uplink of 8.
    fn voting() -> Layered {
        let mut system = system(2_000.0, None);
        let (vote_s, aggregate_s, fan_out, committee) = (0.01, None, None, None);
        let subject = Subject::Block;
        system.votes = Some(Votes { subject, rounds: 2, committee, bytes: 3_309.0, vote_s, aggregate_s, fan_out });
        system.dissemination = Dissemination::ErasureCoded { redundancy: 1.5 };
        let machine = &mut system.validator;
        (machine.cores, machine.downlink_bits_per_s, machine.uplink_bits_per_s) = (1, 4e6, 8e6);
        system
    }

    fn outcomes(system: &Layered) -> Vec<Outcome> {
        let horizon = Horizon { warm_up_epochs: 1, epochs: 20, prove: false };
        (0..8).map(|seed| run(system, Resolution::Cohort, horizon, &Streams::new(seed, 0))).collect()
    }

    #[test]
    fn what_is_simulated_is_as_busy_as_the_formula_says() {
        let system = voting();
        let runs = outcomes(&system);
        let by_hand = [("validator_cores", 2_000.0 * 1e-4 + 0.12), ("validator_downlink", (2.4 + 0.317_664) / 4.0)];
        for (index, (name, busy)) in by_hand.into_iter().enumerate() {
            let computed = stages(&system).into_iter().find(|stage| stage.name == name).expect("a stage");
            assert!((computed.utilization / busy - 1.0).abs() < 1e-9, "{name}: {computed:?}, {busy} by hand");
            let seen: Vec<f64> = runs.iter().map(|run| run.utilization[index].1).collect();
            assert_eq!(runs[0].utilization[index].0, name);
            let interval = Interval::of(&seen, 0.99).expect("eight runs");
            assert!(interval.contains(busy) && interval.relative_half_width() < 0.01, "{name}: {busy}, {interval:?}");
        }
        // The leader sends 1.5 times its block, and passes on a chunk of the other: 1.5 · 2/3.
        let uplink = stages(&system).into_iter().find(|stage| stage.name == "validator_uplink").expect("a stage");
        let busy = (0.8 * 1.5 + 0.8 * 1.0 + 0.317_664) / 8.0;
        assert!((uplink.utilization / busy - 1.0).abs() < 1e-9, "{uplink:?}, {busy} by hand");
        assert!((uplink.capacity / ((8e6 - 317_664.0) / 1_000.0) - 1.0).abs() < 1e-9, "1,000 bits a transaction");
    }

    #[test]
    fn a_block_is_voted_for_as_late_as_by_hand() {
        let system = voting();
        let (down, up) = (4e6 - 317_664.0, 8e6 - 317_664.0);
        // Seconds a transaction: its leader sends it, it is received, it is checked beside the votes.
        let (sent, received, checked) = (1.5 * 800.0 / up, 1.5 * 800.0 / down, 1e-4 / 0.88);
        // A transaction sees a block of one more than the mean, its own; the second block waits for the first.
        let first = 1_001.0 * (sent + received + checked);
        let second = 1_000.0 * (sent + received) + 1_001.0 * (received + checked);
        // A proposal by way of chunks; in each round three votes of 10 ms on one core, and 10 ms for the last to be checked.
        let vote = 0.020 + 2.0 * (0.010 + 3.0 * 0.010 + 0.010);
        let by_hand = f64::midpoint(first, second) + vote;
        let seen: Vec<f64> = outcomes(&system).iter().filter_map(|run| run.vote_finality.mean()).collect();
        let mean = seen.iter().sum::<f64>() / seen.len() as f64;
        assert!((mean / by_hand - 1.0).abs() < 0.005, "{mean} s, {by_hand} s by hand");
    }

    #[test]
    fn votes_that_fill_a_link_leave_nothing_for_transactions() {
        let mut system = voting();
        system.validator.downlink_bits_per_s = 3e5;
        let stage = stages(&system).into_iter().find(|stage| stage.name == "validator_downlink").expect("a stage");
        assert!(stage.capacity == 0.0 && stage.constant > 1.0 && stage.utilization > stage.constant, "{stage:?}");
        // More machines in one validator share its votes.
        let unit = system.validator;
        let machines = crate::systems::layered::capacity::size_validators(&mut system, unit, 0.8);
        assert_eq!(machines, (2_717_664.0_f64 / 3e5 / 0.8).ceil() as u64);
    }

    #[test]
    fn who_leads_all_shards_sends_all_blocks_and_batches_come_from_everybody() {
        let mut system = voting();
        (system.votes, system.dissemination) = (None, Dissemination::LeaderToAll);
        // One of two blocks to three others; in turn, both blocks.
        assert_eq!((system.uplink_bits(), system.sent_before()), (800.0 * 3.0 / 2.0, 3.0));
        (system.set, system.in_turns) = (committee(4, 0), true);
        assert_eq!((system.uplink_bits(), system.sent_before()), (800.0 * 3.0, 6.0));
        // A batch in every node: each sends a quarter of all three times.
        system.batching = Some(Batching { bytes: 1e9, delay: Span::from_millis(100) });
        assert_eq!((system.uplink_bits(), system.sent_before()), (600.0, 3.0));
        // Of validators who check one of two shards, a block is for two.
        (system.in_turns, system.validation) = (false, Validation::OwnShard);
        assert_eq!((system.downloaders(), system.copies().leader), (2, 1.0));
    }
}
