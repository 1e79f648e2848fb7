//! Who proposes and how transactions come there, in unit types.

use models::layered::Layered;
use models::leaders::Committee;
use models::mempool::{Batching, followed};
use models::network::DelayMatrix;
use models::quorum::{QuorumTable, Voting};
use sim::Span;

use super::Resolved;
use crate::spec::{ValidationSpec, VotingSpec};

/// The longest timeout, in seconds.
const LONGEST_S: f64 = 3_600.0;
/// The most batches of a slot: all of them are followed.
const MOST_BATCHES: f64 = 100_000.0;

impl Resolved<'_> {
    /// How validators agree, and the delay of a vote whose leader is drawn.
    pub(super) fn agreement(&mut self, matrix: &DelayMatrix) -> (QuorumTable, Option<Committee>) {
        let voting = match self.spec.network.voting {
            VotingSpec::ThreeBroadcasts => Voting::ThreeBroadcasts,
            VotingSpec::TwoChain => Voting::TwoChain,
        };
        let nodes = self.spec.validators.count;
        let mut committee =
            Committee { voting, matrix: matrix.clone(), nodes, down: 0, timeout: Span::from_secs_f64(LONGEST_S) };
        if let Some(leaders) = &self.spec.leaders {
            let most = nodes - (nodes * 2 / 3 + 1);
            let (down, timeout) = (leaders.down, leaders.timeout);
            if down > most {
                let what = if most == 0 { "none".to_owned() } else { format!("at most {most}") };
                self.fault(
                    "leaders.down",
                    format!(
                        "{down} of {nodes} validators are down: a vote needs more than two thirds, so {what} may be"
                    ),
                );
            }
            if timeout.seconds() > LONGEST_S {
                self.fault("leaders.timeout", format!("{timeout} is too long; at most 1 h"));
            }
            committee.down = down.min(most);
            committee.timeout = Span::from_secs_f64(timeout.seconds().min(LONGEST_S));
            self.remarks.assumptions.push(format!(
                "validators propose in turn, in an order drawn for every replication; {} of {nodes} are down and cost \
                 timeouts of {timeout}; what a block without votes would have had waits for the next",
                committee.down
            ));
        }
        let table = QuorumTable::of(voting, matrix, &committee.members());
        let wanted = self.spec.leaders.is_some() || self.spec.mempool.is_some();
        (table, wanted.then_some(committee))
    }

    /// How transactions come to who proposes.
    pub(super) fn batching(&mut self) -> Option<Batching> {
        let spec = self.spec.mempool.as_ref()?;
        if self.spec.validators.validation != ValidationSpec::EveryTransaction {
            let message = "every validator checks every batch: `validators.validation` must be \"every transaction\"";
            self.fault("mempool", message.into());
        }
        self.remarks.assumptions.push(format!(
            "validators send the transactions of their own users to all in batches of {} or every {}, and check them before a \
             block has them",
            spec.batch, spec.delay
        ));
        let delay = Span::from_secs_f64(spec.delay.seconds().min(LONGEST_S));
        Some(Batching { bytes: spec.batch.bytes(), delay })
    }

    /// Whether the batches of a slot can be followed one by one.
    pub(super) fn check_batches(&mut self, system: &Layered) {
        let (Some(every), Some(committee)) = (system.batch_every(), &system.committee) else { return };
        let batches = followed(committee) as f64 * system.slot.as_secs_f64() / every.as_secs_f64();
        if batches > MOST_BATCHES {
            let message = format!(
                "{} validators would seal more than {MOST_BATCHES:.0} batches in a slot, which cannot be followed one by one",
                committee.awake()
            );
            self.fault("mempool.batch", message);
        }
    }
}
