//! Who proposes and how transactions come there, in unit types.

use models::dissemination::Dissemination;
use models::leaders::Committee;
use models::mempool::{Batching, followed};
use models::network::DelayMatrix;
use models::quorum::{Delivery, Voting};
use models::systems::layered::Layered;
use models::votes::{Subject, Votes};
use sim::Span;

use super::Resolved;
use crate::basis::Known;
use crate::notes::{Input, Work};
use crate::systems::layered::spec::{
    AggregationSpec, DisseminationSpec, SubjectSpec, ValidationSpec, VotesSpec, VotingSpec,
};

/// The longest timeout, in seconds.
const LONGEST_S: f64 = 3_600.0;
/// The most batches of a slot: all of them are followed.
const MOST_BATCHES: f64 = 100_000.0;

impl From<VotingSpec> for Voting {
    fn from(spec: VotingSpec) -> Self {
        match spec {
            VotingSpec::ThreeBroadcasts => Self::ThreeBroadcasts,
            VotingSpec::TwoChain => Self::TwoChain,
        }
    }
}

impl Resolved<'_> {
    /// All validators and how they agree, and whether they propose in turn.
    pub(super) fn agreement(&mut self, matrix: &DelayMatrix) -> (Committee, bool) {
        let nodes = self.spec.validators.count;
        let mut committee = Committee {
            voting: self.spec.network.voting.into(),
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
        let chained = self.spec.network.voting == VotingSpec::TwoChain;
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
            key: None,
        });
        let what = if votes.subject == Subject::Slot { "the blocks of all shards in a slot" } else { "every block" };
        let way = if votes.fan_out.is_some() { "; what gossip adds to their delay is left out" } else { "" };
        self.remarks.assumptions.push(format!(
            "each validator votes {} on {what}; votes take a constant share of links and cores{way}",
            match votes.rounds {
                1 => "once".into(),
                2 => "twice".into(),
                more => format!("{more} times"),
            }
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
                let relayed = self.spec.mempool.is_none();
                if relayed && (set.awake() as f64) * redundancy < set.nodes as f64 {
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

#[cfg(test)]
mod tests {
    use models::stage::Stage;

    use crate::{Calibrations, Case, Sizing};

    fn try_case(name: &str, design: &str, changes: &[&str]) -> Result<Case, Vec<crate::Fault>> {
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        let scenario = crate::open(name, &changes).unwrap_or_else(|problems| panic!("{problems}"));
        let book = if name == "hotstuff" { "published" } else { "claimed" };
        scenario.case(design, book, Sizing::Specified, &Calibrations::default())
    }

    fn case(changes: &[&str]) -> Case {
        try_case("layered", "gpu", changes).unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    fn stage(case: &Case, name: &str) -> Stage {
        case.stages.iter().find(|stage| stage.name == name).expect("a stage").clone()
    }

    /// Megabits a second into a validator, and cores.
    fn votes(changes: &[&str]) -> (f64, f64) {
        let load = case(changes).system.layered().vote_load();
        (load.down_bytes * 8.0 / 1e6, load.core_s)
    }

    fn near((down, cores): (f64, f64), hand: (f64, f64)) -> bool {
        (down / hand.0 - 1.0).abs() < 1e-9 && (cores / hand.1 - 1.0).abs() < 1e-9
    }

    #[test]
    fn votes_of_the_layered_system_by_hand() {
        // 399 others, two rounds, two slots a second: 1,596 votes of 3,361 B, at 5 ms each.
        assert!(near(votes(&[]), (1_596.0 * 3_361.0 * 8.0 / 1e6, 1_596.0 * 0.005)));
        // A vote on every block of eight shards; without the header and with 400 others the 339 Mbit/s of 16 blocks a second.
        let every = ["votes.on=block", "votes.header=0 B", "validators.count=401"];
        assert!(near(votes(&every), (400.0 * 2.0 * 16.0 * 3_309.0 * 8.0 / 1e6, 64.0)));
        assert!((votes(&every).0 - 339.0).abs() < 0.5);
        // Aggregates: 96 B and the header; four aggregates a second, and 24.2 us for each vote.
        let bls = (1_596.0 * 148.0 * 8.0 / 1e6, 4.0 * 1.663e-3 + 1_596.0 * 24.2e-6);
        assert!(near(votes(&["votes.aggregation=bls"]), bls));
        assert!(near(votes(&["votes.committee=64"]), (256.0 * 3_361.0 * 8.0 / 1e6, 256.0 * 0.005)));
        assert!(near(votes(&["votes.gossip=true"]), (8.0 * 1_596.0 * 3_361.0 * 8.0 / 1e6, 1_596.0 * 0.005)));
        assert!(near(votes(&["votes.rounds=3"]), (1.5 * 1_596.0 * 3_361.0 * 8.0 / 1e6, 1.5 * 1_596.0 * 0.005)));
    }

    #[test]
    fn votes_and_copies_take_from_what_links_carry() {
        let (none, some) = (case(&["votes=off"]), case(&[]));
        let left = 1.0 - votes(&[]).0 / 100.0;
        for name in ["validator_downlink", "validator_uplink"] {
            let [none, some] = [&none, &some].map(|case| stage(case, name).capacity);
            assert!((some / none - left).abs() < 1e-9, "{name}: {some} of {none} tx/s");
        }
        // Without votes a link carries 100 Mbit/s of 1.5 · 9,397 B; a leader with a copy for everybody one shard's 399 times.
        assert!((stage(&none, "validator_downlink").capacity / (1e8 / (1.5 * 9_397.0 * 8.0)) - 1.0).abs() < 1e-9);
        let all = case(&["votes=off", "network.dissemination=leader to all"]);
        assert!((stage(&all, "validator_uplink").capacity / (1e8 * 8.0 / (399.0 * 9_397.0 * 8.0)) - 1.0).abs() < 1e-9);
        // A vote for every block is more than the link has, at any load.
        let full = stage(&case(&["votes.on=block"]), "validator_downlink");
        assert!(full.capacity == 0.0 && (full.constant - 8.0 * (1.0 - left)).abs() < 1e-9, "{full:?}");
        // Twice the uplink is twice what it carries beside the votes.
        let wide = stage(&case(&["votes=off", "validators.uplink=200 Mbit/s"]), "validator_uplink").capacity;
        assert!((wide / stage(&none, "validator_uplink").capacity - 2.0).abs() < 1e-9);
    }

    #[test]
    fn hotstuff_has_certificates_and_room_for_them() {
        // Ten nodes: nine votes of 136 B and a certificate of seven in a slot of 151 ms; a batch goes to nine others.
        let ten = try_case("hotstuff", "ten", &[]).unwrap_or_else(|faults| panic!("{faults:?}"));
        let load = ten.system.layered().vote_load();
        assert!((load.down_bytes * 0.151 / (16.0 * 136.0) - 1.0).abs() < 1e-9 && load.core_s == 0.0);
        let uplink = stage(&ten, "validator_uplink");
        let busy = (1e4 * 512.0 * 8.0 * 9.0 / 10.0 + 9.0 * 7.0 * 136.0 * 8.0 / 0.151) / 1e10;
        assert!((uplink.utilization / busy - 1.0).abs() < 1e-9, "{uplink:?}, {busy} by hand");
    }

    #[test]
    fn what_cannot_be_voted_with_is_said() {
        for (name, design, changes, key, says) in [
            ("layered", "gpu", &["votes.signature=seal"][..], "votes.signature", "no size `seal`"),
            ("layered", "gpu", &["votes.verify=magic"], "votes.verify", "no cost `magic`"),
            ("hotstuff", "ten", &["votes.gossip=true"], "votes.gossip", "to the next leader alone"),
            ("hotstuff", "ten", &["votes.aggregation=bls"], "votes.aggregation", "needs the section `votes.bls`"),
            (
                "hotstuff",
                "three_down",
                &["network.redundancy=1.2", "mempool=off"],
                "network.redundancy",
                "more than 1.43",
            ),
        ] {
            let faults = try_case(name, design, changes).expect_err(key);
            assert!(faults.iter().any(|(at, why)| at.ends_with(key) && why.contains(says)), "{faults:?}");
        }
    }
}
