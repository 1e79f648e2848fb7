//! How a block gets from its leader to everybody: how often its bytes cross the links of who takes part.
//!
//! Model: of a block for n nodes, its leader among them, the others are n − 1. *Leader to all*: it sends them a copy each.
//! *Gossip*: a copy travels along a tree, in which a node, the leader first, hands it to a few; who has it is told, not sent it
//! again, so n − 1 copies are sent in all. *Erasure coded*: the leader sends every other node its own chunk of a code with so many
//! times the bytes of the block, and everybody passes its chunk on to all; any part of them as large as the block gives it back.
//!
//! Assumptions: trees differ from block to block, so that who relays relays equally; every chunk is sent to everybody, as
//! nobody knows which will be late. Source: J. Leitão, J. Pereira, L. Rodrigues, "Epidemic broadcast trees" (2007) for the tree; C. Cachin,
//! S. Tessaro, "Asynchronous verifiable information dispersal" (2005) for chunks. Leaves out: announcements, proofs of chunks,
//! coding and decoding (gigabits a second on a core), what is lost and sent again.

/// How blocks are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dissemination {
    /// A copy from the leader to every other node.
    LeaderToAll,
    /// Copies from node to node.
    Gossip {
        /// To how many others a node passes it on, at most.
        fan_out: u64,
    },
    /// Chunks from the leader, passed on by everybody.
    ErasureCoded {
        /// Bytes of all chunks for each byte of a block.
        redundancy: f64,
    },
}

/// Bytes on links for each byte of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Copies {
    /// What its leader sends.
    pub leader: f64,
    /// What every other node sends, on average.
    pub relay: f64,
    /// What every other node receives.
    pub download: f64,
}

impl Dissemination {
    /// The copies of a block for so many nodes, its leader among them.
    pub fn copies(self, nodes: u64) -> Copies {
        let others = nodes.saturating_sub(1) as f64;
        if others == 0.0 {
            return Copies { leader: 0.0, relay: 0.0, download: 1.0 };
        }
        match self {
            Self::LeaderToAll => Copies { leader: others, relay: 0.0, download: 1.0 },
            Self::Gossip { fan_out } => {
                let leader = (fan_out as f64).min(others);
                Copies { leader, relay: 1.0 - leader / others, download: 1.0 }
            }
            Self::ErasureCoded { redundancy } => {
                Copies { leader: redundancy, relay: redundancy * (others - 1.0) / others, download: redundancy }
            }
        }
    }

    /// The share of the nodes whose chunks give a block back, where it comes by way of them.
    pub fn needed(self) -> Option<f64> {
        match self {
            Self::ErasureCoded { redundancy } => Some(1.0 / redundancy),
            Self::LeaderToAll | Self::Gossip { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn copies_by_hand() {
        let of = |way: Dissemination, nodes| {
            let copies = way.copies(nodes);
            (copies.leader, copies.relay, copies.download)
        };
        assert_eq!(of(Dissemination::LeaderToAll, 400), (399.0, 0.0, 1.0));
        // Five nodes in a tree of fan-out two: the leader hands on two copies, the four others two together.
        assert_eq!(of(Dissemination::Gossip { fan_out: 2 }, 5), (2.0, 0.5, 1.0));
        assert_eq!(of(Dissemination::Gossip { fan_out: 8 }, 3), (2.0, 0.0, 1.0));
        // Five nodes, 1.5 times the block in four chunks of 0.375: each goes on to three others.
        assert_eq!(of(Dissemination::ErasureCoded { redundancy: 1.5 }, 5), (1.5, 3.0 * 0.375, 1.5));
        assert_eq!(of(Dissemination::LeaderToAll, 1), (0.0, 0.0, 1.0));
    }

    proptest! {
        /// Whatever is received somebody has sent.
        #[test]
        fn what_is_sent_is_received(nodes in 2u64..1_000, fan_out in 1u64..50, redundancy in 1.0..4.0f64) {
            for way in [
                Dissemination::LeaderToAll,
                Dissemination::Gossip { fan_out },
                Dissemination::ErasureCoded { redundancy },
            ] {
                let (copies, others) = (way.copies(nodes), (nodes - 1) as f64);
                let (sent, received) = (copies.leader + others * copies.relay, others * copies.download);
                prop_assert!((sent / received - 1.0).abs() < 1e-9, "{way:?}: {sent} sent, {received} received");
            }
        }
    }
}
