//! How long a vote of a validator set takes on a wide-area network: order statistics, tabulated once per leader region.
//!
//! Model, three broadcasts, as in PBFT and Tendermint: the leader proposes; a node that has the proposal votes
//! to everybody; a node that has more than two thirds of the votes commits to everybody; the block is final where more
//! than two thirds of the commits have arrived. All three use the same delay per pair of nodes. The set has decided
//! when more than two thirds of its nodes know: that order statistic is the delay of a block whose leader is there.
//!
//! Model, two-chain HotStuff: the leader proposes; every node votes to the next leader, who goes on when it has more than two
//! thirds of the votes. A block is final where the second leader after it has them: two such rounds.
//!
//! What the votes weigh is part of it: a node takes them one after another, each for as long as its link or its cores are busy with
//! it, so the last vote that is needed is through when a queue with those arrivals is. A block that is erasure coded takes a
//! hop more: a node has it when enough others have passed on their chunks.
//!
//! Assumptions: links and cores are free for votes (the blocks that share them are in `validators`); leaders rotate evenly over the nodes; nodes in one region are alike; all nodes are honest, and awake or down
//! for good; the time to check a block is the same everywhere and is added outside (it shifts all votes alike).
//! Source: M. Castro, B. Liskov, "Practical Byzantine Fault Tolerance" (1999); E. Buchman, J. Kwon, Z. Milosevic,
//! "The latest gossip on BFT consensus" (2018); R. Gelashvili et al., "Jolteon and Ditto: network-adaptive efficient consensus
//! with asynchronous fallback" (2022) for two chains. Leaves out: hops of gossip, jitter; view changes are in [`crate::leaders`].

use sim::{Span, Stream};

use crate::network::DelayMatrix;

/// How validators agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voting {
    /// Proposal, votes and commits, each from everybody to everybody.
    ThreeBroadcasts,
    /// Two rounds of a leader's proposal and votes to the next leader.
    TwoChain,
}

/// What messages take beside the way between two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Delivery {
    /// Time from one vote to the next at a node that has many waiting.
    pub spacing: Span,
    /// From the last vote that is needed until it is checked, with whatever else a round waits for.
    pub last: Span,
    /// Share of the nodes that must pass on their chunks of a block; none where it comes from its leader.
    pub relayed: Option<f64>,
}

/// Who votes.
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    /// Nodes that are awake, by region.
    pub awake: Vec<u64>,
    /// The whole set, those that are down included.
    pub total: u64,
    /// More than two thirds of it.
    pub quorum: u64,
    /// What their messages take.
    pub delivery: Delivery,
}

impl Members {
    /// A set of which nobody is down; asserts that there is a node.
    pub fn all(nodes: &[u64]) -> Self {
        Self::awake_of(nodes.iter().sum(), nodes.to_vec())
    }

    /// Those of a set of `total` nodes who are awake; asserts that they are a quorum.
    pub fn awake_of(total: u64, awake: Vec<u64>) -> Self {
        let quorum = total * 2 / 3 + 1;
        assert!(awake.iter().sum::<u64>() >= quorum, "a quorum needs more than two thirds of the set");
        Self { awake, total, quorum, delivery: Delivery::default() }
    }

    /// When a quorum of messages is through that arrive at these times from the regions.
    fn gather(&self, arrivals: &[Span]) -> Span {
        served(arrivals, &self.awake, self.quorum, self.delivery.spacing) + self.delivery.last
    }

    /// When each region's nodes have the proposal of a leader in one region.
    fn proposed(&self, matrix: &DelayMatrix, leader: usize) -> Vec<Span> {
        let regions = 0..matrix.regions.len();
        let sent: Vec<Span> = regions.clone().map(|to| matrix.delay(leader, to)).collect();
        let Some(share) = self.delivery.relayed else { return sent };
        let awake: u64 = self.awake.iter().sum();
        let needed = ((self.total as f64 * share).ceil() as u64).clamp(1, awake);
        let relayed = |to: usize| {
            let chunks: Vec<Span> = regions.clone().map(|from| sent[from] + matrix.delay(from, to)).collect();
            order_statistic(&chunks, &self.awake, needed)
        };
        regions.clone().map(relayed).collect()
    }

    /// When each region's nodes have messages of a quorum, of messages that every node sends to everybody at its region's
    /// time.
    pub fn collect(&self, matrix: &DelayMatrix, sent: &[Span]) -> Vec<Span> {
        let regions = 0..matrix.regions.len();
        let arrive =
            |to: usize| regions.clone().map(move |from| sent[from] + matrix.delay(from, to)).collect::<Vec<_>>();
        regions.clone().map(|to| self.gather(&arrive(to))).collect()
    }

    /// Time from the proposal of a leader in one region until the next leader, in another, has a quorum of votes on it: by
    /// both regions.
    pub fn rounds(&self, matrix: &DelayMatrix) -> Vec<Vec<Span>> {
        let regions = 0..matrix.regions.len();
        let proposed: Vec<Vec<Span>> = regions.clone().map(|leader| self.proposed(matrix, leader)).collect();
        let round = |leader: usize, next: usize| {
            let votes: Vec<Span> =
                regions.clone().map(|voter| proposed[leader][voter] + matrix.delay(voter, next)).collect();
            self.gather(&votes)
        };
        regions.clone().map(|leader| regions.clone().map(|next| round(leader, next)).collect()).collect()
    }

    /// Time from proposal by a leader in each region to the moment when a quorum of nodes has a quorum of commits.
    pub fn decisions(&self, matrix: &DelayMatrix) -> Vec<Span> {
        let regions = 0..matrix.regions.len();
        let decision = |leader: usize| {
            let committed = self.collect(matrix, &self.collect(matrix, &self.proposed(matrix, leader)));
            order_statistic(&committed, &self.awake, self.quorum)
        };
        regions.clone().map(decision).collect()
    }
}

/// Delay from proposal to decision: each that there may be, with how often it is.
#[derive(Debug, Clone, PartialEq)]
pub struct QuorumTable {
    delays: Vec<Span>,
    /// Running sum of the share of blocks with each delay.
    cumulative: Vec<f64>,
}

impl QuorumTable {
    /// Tabulates the delay for a set that votes this way.
    pub fn of(voting: Voting, matrix: &DelayMatrix, members: &Members) -> Self {
        match voting {
            Voting::ThreeBroadcasts => Self::three_broadcasts(matrix, members),
            Voting::TwoChain => Self::two_rounds(matrix, members),
        }
    }

    /// Three broadcasts of `nodes[region]` nodes in each region, all awake; asserts that there is a node.
    pub fn new(matrix: &DelayMatrix, nodes: &[u64]) -> Self {
        Self::three_broadcasts(matrix, &Members::all(nodes))
    }

    /// One delay by the region of the leader.
    fn three_broadcasts(matrix: &DelayMatrix, members: &Members) -> Self {
        let total: u64 = members.awake.iter().sum();
        let mut sum = 0;
        let cumulative = members.awake.iter().map(|count| {
            sum += count;
            sum as f64 / total as f64
        });
        Self { delays: members.decisions(matrix), cumulative: cumulative.collect() }
    }

    /// Two rounds over three leaders in a row, each drawn from all nodes.
    fn two_rounds(matrix: &DelayMatrix, members: &Members) -> Self {
        let (rounds, nodes) = (members.rounds(matrix), &members.awake);
        let total: u64 = nodes.iter().sum();
        let share = |region: usize| nodes[region] as f64 / total as f64;
        let regions = || (0..matrix.regions.len()).filter(|region| nodes[*region] > 0);
        let (mut delays, mut cumulative, mut sum) = (Vec::new(), Vec::new(), 0.0);
        for first in regions() {
            for second in regions() {
                for third in regions() {
                    sum += share(first) * share(second) * share(third);
                    delays.push(rounds[first][second] + rounds[second][third]);
                    cumulative.push(sum);
                }
            }
        }
        Self { delays, cumulative }
    }

    /// The delay of one block, its leaders drawn from all nodes.
    pub fn draw(&self, stream: &mut Stream) -> Span {
        let share = stream.uniform();
        let region = self.cumulative.partition_point(|sum| *sum <= share);
        self.delays[region.min(self.delays.len() - 1)]
    }

    /// The mean delay in seconds.
    pub fn mean_s(&self) -> f64 {
        let before = std::iter::once(0.0).chain(self.cumulative.iter().copied());
        let shares = self.cumulative.iter().zip(before).map(|(sum, before)| sum - before);
        self.delays.iter().zip(shares).map(|(delay, share)| delay.as_secs_f64() * share).sum()
    }

    /// Every delay; with three broadcasts by region of the leader.
    pub fn delays(&self) -> &[Span] {
        &self.delays
    }
}

/// The `rank`-th smallest of values that stand for `weights` nodes each.
pub(crate) fn order_statistic(values: &[Span], weights: &[u64], rank: u64) -> Span {
    let mut sorted: Vec<(Span, u64)> = values.iter().copied().zip(weights.iter().copied()).collect();
    sorted.sort();
    let mut seen = 0;
    for (value, weight) in &sorted {
        seen += weight;
        if seen >= rank {
            return *value;
        }
    }
    unreachable!("a quorum is at most all nodes")
}

/// When one after another has served `rank` of the arrivals that stand for `weights` each, every one for so long.
fn served(arrivals: &[Span], weights: &[u64], rank: u64, service: Span) -> Span {
    let mut sorted: Vec<(Span, u64)> = arrivals.iter().copied().zip(weights.iter().copied()).collect();
    sorted.sort();
    let (mut free, mut left) = (Span::ZERO, rank);
    for (arrival, weight) in sorted.into_iter().filter(|(_, weight)| *weight > 0) {
        let here = weight.min(left);
        free = free.max(arrival) + service * here;
        left -= here;
        if left == 0 {
            break;
        }
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(one_way: &[&[u64]]) -> DelayMatrix {
        DelayMatrix {
            regions: (0..one_way.len()).map(|region| region.to_string()).collect(),
            one_way: one_way.iter().map(|row| row.iter().map(|ms| Span::from_millis(*ms)).collect()).collect(),
        }
    }

    #[test]
    fn equal_delays_take_three_of_them() {
        let equal: &[&[u64]] = &[&[50, 50, 50, 50], &[50, 50, 50, 50], &[50, 50, 50, 50], &[50, 50, 50, 50]];
        let table = QuorumTable::new(&matrix(equal), &[1, 1, 1, 1]);
        assert!(table.delays().iter().all(|delay| *delay == Span::from_millis(150)));
    }

    #[test]
    fn two_rounds_of_a_two_chain_are_four_equal_delays() {
        // By hand: votes need the way to the voter and the way to the next leader; with one node in a region and a third of
        // the nodes near, the quorum is among the far ones: 50 + 50 ms a round.
        let equal: &[&[u64]] = &[&[0, 50, 50, 50], &[50, 0, 50, 50], &[50, 50, 0, 50], &[50, 50, 50, 0]];
        let table = QuorumTable::of(Voting::TwoChain, &matrix(equal), &Members::all(&[1; 4]));
        assert_eq!(table.delays().len(), 64);
        assert!((table.cumulative[63] - 1.0).abs() < 1e-12);
        // Leader and next leader apart: three votes arrive after 50, 50 and 100 ms. In one place: after 0, 100 and 100 ms.
        assert_eq!(Members::all(&[1; 4]).rounds(&matrix(equal))[0][1], Span::from_millis(100));
        assert!(table.delays().iter().all(|delay| *delay == Span::from_millis(200)));
    }

    #[test]
    fn votes_queue_at_who_takes_them_one_by_one() {
        // Vote by vote, in the order of arrival: the definition of a queue.
        let plain = |arrivals: &[Span], weights: &[u64], rank: u64, service: Span| {
            let each = arrivals.iter().zip(weights).flat_map(|(at, nodes)| (0..*nodes).map(move |_| *at));
            let mut sorted: Vec<Span> = each.collect();
            sorted.sort();
            sorted.iter().take(rank as usize).fold(Span::ZERO, |free, at| free.max(*at) + service)
        };
        let mut stream = sim::Streams::new(11, 0).stream("votes");
        for _ in 0..500 {
            let arrivals: Vec<Span> = (0..6).map(|_| Span::from_millis(stream.index(200) as u64)).collect();
            let weights: Vec<u64> = (0..6).map(|_| stream.index(40) as u64).collect();
            let total: u64 = weights.iter().sum();
            let service = Span::from_millis(stream.index(4) as u64);
            let rank = total * 2 / 3 + 1;
            if total > 0 {
                assert_eq!(served(&arrivals, &weights, rank, service), plain(&arrivals, &weights, rank, service));
                assert_eq!(served(&arrivals, &weights, rank, Span::ZERO), order_statistic(&arrivals, &weights, rank));
            }
        }
    }

    #[test]
    fn every_round_of_votes_and_every_hop_takes_its_time() {
        // By hand, all 50 ms apart and within: a node takes 1 ms for a vote, 267 of 400 are a quorum, 2 ms for the last. A
        // proposal, two rounds of votes: 50 + 2 · (50 + 267 + 2) ms; 50 ms more where chunks are passed on.
        let equal: &[&[u64]] = &[&[50; 4], &[50; 4], &[50; 4], &[50; 4]];
        let mut members = Members::all(&[100; 4]);
        members.delivery = Delivery { spacing: Span::from_millis(1), last: Span::from_millis(2), relayed: None };
        assert_eq!(members.decisions(&matrix(equal)), [Span::from_millis(688); 4]);
        members.delivery.relayed = Some(2.0 / 3.0);
        assert_eq!(members.decisions(&matrix(equal)), [Span::from_millis(738); 4]);
        // A round to the next leader: 50 (+ 50) + 50 + 267 + 2 ms.
        assert_eq!(members.rounds(&matrix(equal))[0][1], Span::from_millis(419));
    }

    #[test]
    fn a_small_far_region_does_not_delay_the_quorum() {
        // By hand: nine nodes together, one 300 ms away; seven votes never need the far one. A leader out there pays
        // the way in once.
        let far = matrix(&[&[1, 300], &[300, 1]]);
        let table = QuorumTable::new(&far, &[9, 1]);
        assert_eq!(table.delays(), &[Span::from_millis(3), Span::from_millis(302)]);
        assert!((table.mean_s() - (0.9 * 0.003 + 0.1 * 0.302)).abs() < 1e-12);
    }
}
