//! What the votes of a validator set weigh: bytes on every link, and time of every validator's cores.
//!
//! Model, three broadcasts: in each round a voter sends its vote on each subject to everybody who hears it, and everybody checks
//! what it hears, vote by vote or, where signatures aggregate, all votes of a round at once. With gossip a node passes
//! every vote that is new to it on to a few others, so each vote crosses each link as often as that.
//! Model, two-chain HotStuff: votes go to the next leader alone, whose proposal carries a certificate: the votes of a quorum, or
//! their aggregate with a bit for every voter. The figures are those of the validator that leads: nobody has more.
//!
//! Assumptions: nobody votes twice or for another block; a vote is of one size; making one's own vote takes nothing (two a slot).
//! Source: M. Castro, B. Liskov, "Practical Byzantine Fault Tolerance" (1999), for all to all; M. Yin et al., "HotStuff: BFT
//! consensus with linearity and responsiveness" (2019), for certificates; A. Demers et al., "Epidemic algorithms for replicated
//! database maintenance" (1987), for gossip; D. Boneh, M. Drijvers, G. Neven, "Compact multi-signatures for smaller blockchains"
//! (2018), for aggregates. Leaves out: votes that are asked for again, headers of the transport, finding the one invalid
//! vote of an aggregate.

use statrs::distribution::{DiscreteCDF, Hypergeometric};

use crate::quorum::Voting;

/// What a vote is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The blocks of all shards in a slot.
    Slot,
    /// One block of one shard.
    Block,
}

/// The votes of a validator set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Votes {
    /// What a vote is on.
    pub subject: Subject,
    /// Votes of a voter on each subject.
    pub rounds: u64,
    /// How many of the validators vote on a subject, drawn for each; all where there is none.
    pub committee: Option<u64>,
    /// Size of a vote in bytes.
    pub bytes: f64,
    /// Time of one core for each vote, in seconds: to verify it, or to add it to an aggregate.
    pub vote_s: f64,
    /// Time of one core to verify an aggregate, in seconds; none where every vote is verified by itself.
    pub aggregate_s: Option<f64>,
    /// To how many others a node passes on every vote that is new to it; none where votes go straight to everybody.
    pub fan_out: Option<u64>,
}

/// Who hears votes, and on how many subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    /// Validators that a vote is for, its voter among them.
    pub nodes: u64,
    /// Subjects of a slot that each of them votes on.
    pub subjects: u64,
}

/// What one validator has of them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct VoteLoad {
    /// Votes that it hears and checks.
    pub votes: f64,
    /// Bytes that it receives.
    pub down_bytes: f64,
    /// Bytes that it sends.
    pub up_bytes: f64,
    /// Core-seconds of checking.
    pub core_s: f64,
}

impl VoteLoad {
    /// The load times a factor.
    pub fn times(&self, factor: f64) -> Self {
        Self {
            votes: self.votes * factor,
            down_bytes: self.down_bytes * factor,
            up_bytes: self.up_bytes * factor,
            core_s: self.core_s * factor,
        }
    }
}

/// A certificate: the proof in a proposal that a quorum has voted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certificate {
    /// Its size in bytes.
    pub bytes: f64,
    /// Core-seconds of verifying it.
    pub core_s: f64,
}

impl Votes {
    /// Validators of an audience that vote on a subject.
    pub fn voters(&self, audience: Audience) -> u64 {
        self.committee.map_or(audience.nodes, |most| most.min(audience.nodes))
    }

    /// Votes of one round on one subject that a validator hears from others: one that does not vote itself where not all do.
    pub fn heard(&self, audience: Audience) -> u64 {
        let voters = self.voters(audience);
        if voters < audience.nodes { voters } else { audience.nodes.saturating_sub(1) }
    }

    /// Chance that a third or more of a committee is dishonest where a quarter of so many nodes are, which a vote of all of them
    /// would stand; none where all vote.
    pub fn captured(&self, nodes: u64) -> Option<f64> {
        let voters = self.committee.filter(|voters| *voters < nodes)?;
        let drawn = Hypergeometric::new(nodes, nodes / 4, voters).ok()?;
        Some(drawn.sf(voters.div_ceil(3) - 1))
    }

    /// What a quorum's votes are as part of a proposal.
    pub fn certificate(&self, audience: Audience) -> Certificate {
        let voters = self.voters(audience);
        let quorum = (voters * 2 / 3 + 1) as f64;
        let (bytes, aggregate_s) = match self.aggregate_s {
            None => (quorum * self.bytes, 0.0),
            Some(aggregate_s) => (self.bytes + voters as f64 / 8.0, aggregate_s),
        };
        Certificate { bytes, core_s: quorum * self.vote_s + aggregate_s }
    }

    /// One round of votes on one subject, as a validator has it; with certificates, the validator that leads.
    pub fn round(&self, voting: Voting, audience: Audience) -> VoteLoad {
        let (heard, others) = (self.heard(audience) as f64, audience.nodes.saturating_sub(1) as f64);
        if others == 0.0 {
            return VoteLoad::default();
        }
        let copies = self.fan_out.map(|fan_out| fan_out as f64);
        let sent = match voting {
            Voting::ThreeBroadcasts => copies.map_or(others, |copies| copies * self.voters(audience) as f64),
            Voting::TwoChain => 0.0,
        };
        VoteLoad {
            votes: heard,
            down_bytes: heard * copies.unwrap_or(1.0) * self.bytes,
            up_bytes: sent * self.bytes,
            core_s: heard * self.vote_s + self.aggregate_s.unwrap_or(0.0),
        }
    }

    /// All votes of a slot, as a validator has them.
    pub fn per_slot(&self, voting: Voting, audience: Audience) -> VoteLoad {
        let mut load = self.round(voting, audience).times(self.rounds as f64);
        let others = audience.nodes.saturating_sub(1) as f64;
        if voting == Voting::TwoChain && others > 0.0 {
            let certificate = self.certificate(audience);
            load.down_bytes += certificate.bytes;
            load.up_bytes += certificate.bytes * others;
            load.core_s += certificate.core_s;
        }
        load.times(audience.subjects as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// ML-DSA-65 without a header, verified in 5 ms, to everybody.
    const PLAIN: Votes = Votes {
        subject: Subject::Block,
        rounds: 2,
        committee: None,
        bytes: 3_309.0,
        vote_s: 0.005,
        aggregate_s: None,
        fan_out: None,
    };

    fn mbit_per_s(bytes: f64, slot_s: f64) -> f64 {
        bytes * 8.0 / slot_s / 1e6
    }

    #[test]
    fn votes_by_hand() {
        // Two rounds of the votes of 400 others on 16 blocks a second: 339 Mbit/s, and at 5 ms 64 cores.
        let audience = Audience { nodes: 401, subjects: 8 };
        let load = PLAIN.per_slot(Voting::ThreeBroadcasts, audience);
        assert_eq!(load.votes, 400.0 * 2.0 * 8.0);
        let hand = 400.0 * 2.0 * 16.0 * 3_309.0 * 8.0 / 1e6;
        assert!((mbit_per_s(load.down_bytes, 0.5) - hand).abs() < 1e-9 && (hand - 339.0).abs() < 0.5, "{hand}");
        assert_eq!(load.down_bytes, load.up_bytes, "everybody sends to everybody what everybody receives");
        assert!((load.core_s / 0.5 - 64.0).abs() < 1e-9);
        // One vote for all shards: an eighth of it.
        let slot = PLAIN.per_slot(Voting::ThreeBroadcasts, Audience { subjects: 1, ..audience });
        assert_eq!((slot.down_bytes * 8.0, slot.core_s * 8.0), (load.down_bytes, load.core_s));
    }

    #[test]
    fn aggregates_and_committees_by_hand() {
        let audience = Audience { nodes: 400, subjects: 1 };
        // 399 votes of 96 B in each of two rounds; adding one takes 20 µs, verifying the sum of a round 2 ms.
        let bls = Votes { bytes: 96.0, vote_s: 2e-5, aggregate_s: Some(2e-3), ..PLAIN };
        let load = bls.per_slot(Voting::ThreeBroadcasts, audience);
        assert_eq!(load.down_bytes, 2.0 * 399.0 * 96.0);
        assert!((load.core_s - 2.0 * (399.0 * 2e-5 + 2e-3)).abs() < 1e-12);
        // 64 voters: who is not among them hears 64, and a voter sends to 399.
        let few = Votes { committee: Some(64), ..PLAIN }.per_slot(Voting::ThreeBroadcasts, audience);
        assert_eq!((few.down_bytes, few.up_bytes), (2.0 * 64.0 * 3_309.0, 2.0 * 399.0 * 3_309.0));
        assert!((few.core_s - 2.0 * 64.0 * 0.005).abs() < 1e-12);
        // Gossip to 8: every vote crosses every link eight times, and is checked once.
        let gossip = Votes { fan_out: Some(8), ..PLAIN }.per_slot(Voting::ThreeBroadcasts, audience);
        assert_eq!((gossip.down_bytes, gossip.votes), (8.0 * 2.0 * 399.0 * 3_309.0, 2.0 * 399.0));
        assert_eq!(gossip.up_bytes, 8.0 * 2.0 * 400.0 * 3_309.0);
    }

    #[test]
    fn a_chain_of_certificates_by_hand() {
        // Ten nodes: the next leader hears nine votes; seven make a certificate, which goes to nine others.
        let audience = Audience { nodes: 10, subjects: 1 };
        let votes = Votes { rounds: 1, bytes: 100.0, vote_s: 1e-3, ..PLAIN };
        let load = votes.per_slot(Voting::TwoChain, audience);
        assert_eq!((load.down_bytes, load.up_bytes), (900.0 + 700.0, 9.0 * 700.0));
        assert!((load.core_s - 16e-3).abs() < 1e-12);
        // An aggregate is one signature and ten bits.
        let bls = Votes { aggregate_s: Some(2e-3), ..votes };
        assert_eq!(bls.per_slot(Voting::TwoChain, audience).up_bytes, 9.0 * 101.25);
    }

    #[test]
    fn a_small_committee_is_captured_by_hand() {
        // Of eight, two dishonest; a committee of three with at least one of them: 1 − (6·5·4)/(8·7·6).
        let of = |committee, nodes| Votes { committee, ..PLAIN }.captured(nodes);
        assert!((of(Some(3), 8).expect("drawn") - (1.0 - 120.0 / 336.0)).abs() < 1e-12);
        assert!(of(Some(256), 10_000) < of(Some(64), 10_000), "more are safer");
        assert_eq!((of(None, 8), of(Some(8), 8)), (None, None));
    }

    #[test]
    fn who_is_alone_hears_nobody() {
        for voting in [Voting::ThreeBroadcasts, Voting::TwoChain] {
            assert_eq!(PLAIN.per_slot(voting, Audience { nodes: 1, subjects: 8 }), VoteLoad::default());
        }
    }

    proptest! {
        #[test]
        fn more_nodes_rounds_and_subjects_are_never_less(
            nodes in 1u64..2_000, rounds in 1u64..5, subjects in 1u64..64, committee in prop::option::of(1u64..2_000),
            fan_out in prop::option::of(1u64..20), aggregate in prop::option::of(0.0..0.01f64), chained in any::<bool>(),
        ) {
            let voting = if chained { Voting::TwoChain } else { Voting::ThreeBroadcasts };
            let votes = Votes { rounds, committee, fan_out, aggregate_s: aggregate, ..PLAIN };
            let of = |votes: Votes, nodes, subjects| votes.per_slot(voting, Audience { nodes, subjects });
            let here = of(votes, nodes, subjects);
            // A validator of a committee that is everybody does not hear itself: one vote fewer than with a node more.
            for more in [of(votes, nodes + 1, subjects), of(votes, nodes, subjects + 1), of(Votes { rounds: rounds + 1, ..votes }, nodes, subjects)] {
                prop_assert!(more.votes >= here.votes && more.down_bytes >= here.down_bytes);
                prop_assert!(more.up_bytes >= here.up_bytes && more.core_s >= here.core_s);
            }
        }
    }
}
