//! Who proposes and how transactions come there, in unit types.

use models::dissemination::Dissemination;
use models::layered::Layered;
use models::leaders::Committee;
use models::mempool::{Batching, followed};
use models::network::DelayMatrix;
use models::quorum::{Delivery, Voting};
use models::votes::{Subject, Votes};
use sim::Span;

use super::Resolved;
use crate::notes::{Input, Work};
use crate::shares::Known;
use crate::spec::{AggregationSpec, DisseminationSpec, SubjectSpec, ValidationSpec, VotesSpec, VotingSpec};

/// The longest timeout, in seconds.
const LONGEST_S: f64 = 3_600.0;
/// The most batches of a slot: all of them are followed.
const MOST_BATCHES: f64 = 100_000.0;

impl Resolved<'_> {
    /// How validators agree.
    fn voting(&self) -> Voting {
        match self.spec.network.voting {
            VotingSpec::ThreeBroadcasts => Voting::ThreeBroadcasts,
            VotingSpec::TwoChain => Voting::TwoChain,
        }
    }

    /// All validators and how they agree, and whether they propose in turn.
    pub(super) fn agreement(&mut self, matrix: &DelayMatrix) -> (Committee, bool) {
        let nodes = self.spec.validators.count;
        let mut committee = Committee {
            voting: self.voting(),
            matrix: matrix.clone(),
            nodes,
            down: 0,
            timeout: Span::from_secs_f64(LONGEST_S),
            voters: None,
            delivery: Delivery::default(),
        };
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
        let in_turns = self.spec.leaders.is_some() || self.spec.mempool.is_some();
        (committee, in_turns)
    }

    /// What votes weigh.
    pub(super) fn votes(&mut self) -> Option<Votes> {
        let spec = self.spec.votes.as_ref()?;
        let chained = self.voting() == Voting::TwoChain;
        let gossip = spec.gossip && !chained;
        if spec.gossip && chained {
            let message = "with two-chain HotStuff votes go to the next leader alone; allowed: false";
            self.fault("votes.gossip", message.into());
        }
        let (signature_bytes, vote_s, aggregate_s) = self.vote_signature(spec)?;
        let votes = Votes {
            subject: match spec.on {
                SubjectSpec::Slot => Subject::Slot,
                SubjectSpec::Block => Subject::Block,
            },
            rounds: spec.rounds.unwrap_or(if chained { 1 } else { 2 }),
            committee: spec.committee.filter(|most| *most < self.spec.validators.count),
            bytes: signature_bytes + spec.header.bytes(),
            vote_s,
            aggregate_s,
            fan_out: gossip.then_some(self.spec.network.fan_out),
        };
        self.note_votes(spec, &votes);
        Some(votes)
    }

    /// Size of the signature of a vote, and time to verify or add it, and to verify the sum.
    fn vote_signature(&mut self, spec: &VotesSpec) -> Option<(f64, f64, Option<f64>)> {
        if spec.aggregation == AggregationSpec::Bls {
            let Some(bls) = &spec.bls else {
                self.fault("votes.aggregation", "`bls` needs the section `votes.bls` with a size and costs".into());
                return None;
            };
            let [verify_s, add_s] = [("votes.bls.verify", &bls.verify), ("votes.bls.add", &bls.add)]
                .map(|(key, name)| self.noted_cost(Work::Check, key, name).curve().seconds(1.0));
            return Some((bls.signature.bytes(), add_s, Some(verify_s)));
        }
        let verify_s = self.noted_cost(Work::Check, "votes.verify", &spec.verify).curve().seconds(1.0);
        let Some(size) = self.spec.sizes.get(&spec.signature) else {
            let known = super::listed(self.spec.sizes.keys().map(String::as_str));
            self.fault("votes.signature", format!("no size `{}`; sizes: {known}", spec.signature));
            return None;
        };
        Some((size.bytes(), verify_s, None))
    }

    fn note_votes(&mut self, spec: &VotesSpec, votes: &Votes) {
        self.remarks.inputs.push(Input {
            name: "vote: size".into(),
            value: votes.bytes,
            unit: "B",
            known: Known::Claimed,
            source: "its signature, and the header that the scenario gives it".into(),
            lower_bound: None,
        });
        let what = if votes.subject == Subject::Slot { "the blocks of all shards in a slot" } else { "every block" };
        let way = if votes.fan_out.is_some() { "; what gossip adds to their delay is left out" } else { "" };
        self.remarks.assumptions.push(format!(
            "validators vote {} a piece on {what}; votes take a constant share of links and cores{way}",
            if votes.rounds == 1 { "once".into() } else { format!("{} times", votes.rounds) }
        ));
        if spec.rounds.is_some() {
            let what = "`votes.rounds` changes what is sent and checked; delays are those of `network.voting`";
            self.remarks.assumptions.push(what.into());
        }
        let nodes = self.spec.validators.count;
        if let Some(chance) = votes.captured(nodes) {
            self.remarks.assumptions.push(format!(
                "a third or more of a committee is dishonest with a chance of {chance:.1e} where a quarter of the {nodes} validators are"
            ));
        }
    }

    /// How blocks get to everybody.
    pub(super) fn dissemination(&mut self, set: &Committee) -> Dissemination {
        let network = &self.spec.network;
        match network.dissemination {
            DisseminationSpec::LeaderToAll => Dissemination::LeaderToAll,
            DisseminationSpec::Gossip => {
                if self.spec.mempool.is_none() {
                    let what = "what the hops of gossip add to the delay of a block is left out";
                    self.remarks.assumptions.push(what.into());
                }
                Dissemination::Gossip { fan_out: network.fan_out }
            }
            DisseminationSpec::ErasureCoded => {
                let redundancy = network.redundancy;
                if set.awake() as f64 * redundancy < set.nodes as f64 {
                    let message = format!(
                        "{} of {} validators are awake, and a block needs the chunks of {:.0} of them; more than {:.2} is enough",
                        set.awake(),
                        set.nodes,
                        (set.nodes as f64 / redundancy).ceil(),
                        set.nodes as f64 / set.awake() as f64
                    );
                    self.fault("network.redundancy", message);
                }
                Dissemination::ErasureCoded { redundancy }
            }
        }
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
        let (Some(every), committee) = (system.batch_every(), &system.set) else { return };
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
