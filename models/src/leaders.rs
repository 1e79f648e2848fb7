//! Who proposes: nodes in turn, some of whom are down, and what that costs.
//!
//! Model: the nodes propose in a fixed order that is drawn once, one in every slot. In three broadcasts nobody decides on the
//! block of a proposer who is down: after a timeout the nodes vote and commit for nothing, and it is the next one's turn. In a
//! two-chain the votes on a block go to the next leader; where that one is down they are lost with the block: the nodes
//! wait for a timeout in the round of that block and in that of every leader who is down, tell each other, and the next
//! leader goes on from the last block with votes. So one leader who is down costs two timeouts, each further one in a row
//! one more, and the block before it. The block before that one is decided with the first that is followed by two leaders
//! who are awake.
//!
//! Assumptions: those of [`crate::quorum`]; all nodes time out alike; the timeout does not grow; who is down stays down: the
//! last nodes, when they are dealt over the regions one after another; a proposal that the timeouts put between two slots waits for the next one; what a lost
//! block would have had waits for the next. Source: R. Gelashvili et al., "Jolteon and Ditto: network-adaptive efficient
//! consensus with asynchronous fallback" (2022); E. Buchman, J. Kwon, Z. Milosevic, "The latest gossip on BFT consensus"
//! (2018). Leaves out: leaders who are late, leaders who lie, reputation that passes over who is down.

use sim::{Span, Stream};

use crate::network::DelayMatrix;
use crate::quorum::{Delivery, Members, QuorumTable, Voting};

/// Nodes that propose in turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Committee {
    /// How they agree.
    pub voting: Voting,
    /// Delays between their regions; node `i` is in region `i` modulo their number.
    pub matrix: DelayMatrix,
    /// All of them.
    pub nodes: u64,
    /// Those that are down: the last ones.
    pub down: u64,
    /// How long the others wait for a proposal or for votes.
    pub timeout: Span,
    /// How many of them vote on a block, drawn for each; all where there is none.
    pub voters: Option<u64>,
    /// What their messages take.
    pub delivery: Delivery,
}

impl Committee {
    /// Who votes; asserts that those who are awake are a quorum.
    pub fn members(&self) -> Members {
        let voters = self.voters.map_or(self.nodes, |most| most.clamp(1, self.nodes));
        // Of voters who are drawn as many are down as of all; a quorum of them is taken to be awake.
        let awake = (voters * self.awake() / self.nodes).max(voters * 2 / 3 + 1);
        Members { delivery: self.delivery, ..Members::awake_of(voters, self.matrix.spread_evenly(awake)) }
    }

    /// Delay of a vote whose leader is drawn for every block.
    pub fn quorum(&self) -> QuorumTable {
        QuorumTable::of(self.voting, &self.matrix, &self.members())
    }

    /// Nodes that are awake: the first ones.
    pub fn awake(&self) -> u64 {
        self.nodes.saturating_sub(self.down)
    }

    /// Share of the slots that have a block where those who are down are spread evenly over the order: none is less, as two
    /// that follow each other share a timeout.
    pub fn least_share(&self, slot: Span) -> f64 {
        let (nodes, down) = (self.nodes, self.down);
        let (mut up, mut dead) = (0.., self.awake()..);
        let next = |place: u64| {
            let falls = place * down / nodes != (place + 1) * down / nodes;
            if falls { dead.next() } else { up.next() }.unwrap_or(0) as usize
        };
        let order: Vec<usize> = (0..nodes).map(next).collect();
        let leaders = Leaders::in_order(self, slot, &order);
        leaders.turns.len() as f64 / leaders.turns.iter().map(|turn| turn.gap).sum::<u64>() as f64
    }

    /// Region of a node.
    pub fn region(&self, node: usize) -> usize {
        node % self.matrix.regions.len()
    }
}

/// A slot with a block that will be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The node that proposes.
    pub node: usize,
    /// From its proposal to the decision.
    pub decision: Span,
    /// Slots until the next such block.
    pub gap: u64,
}

/// The turns of a committee, one after another.
#[derive(Debug, Clone)]
pub struct Leaders {
    turns: Vec<Turn>,
    next: usize,
    /// Slots until the next turn.
    idle: u64,
}

impl Leaders {
    /// The nodes in an order that is drawn.
    pub fn new(committee: &Committee, slot: Span, stream: &mut Stream) -> Self {
        let mut order: Vec<usize> = (0..committee.nodes as usize).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, stream.index(last + 1));
        }
        Self::in_order(committee, slot, &order)
    }

    /// The nodes in this order; asserts that a quorum of them is awake, without which nothing is ever decided.
    pub fn in_order(committee: &Committee, slot: Span, order: &[usize]) -> Self {
        Self { turns: Round { committee, members: committee.members(), slot, order }.turns(), next: 0, idle: 0 }
    }

    /// A slot ends: whose turn it is, if a block is proposed that will be decided.
    pub fn slot(&mut self) -> Option<Turn> {
        if self.idle > 0 {
            self.idle -= 1;
            return None;
        }
        let turn = self.turns[self.next];
        self.next = (self.next + 1) % self.turns.len();
        self.idle = turn.gap - 1;
        Some(turn)
    }

    /// Every turn of a whole round of the nodes.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }
}

/// One round of all nodes, by place in the order; places go on from the start after the last.
struct Round<'a> {
    committee: &'a Committee,
    members: Members,
    slot: Span,
    order: &'a [usize],
}

impl Round<'_> {
    fn node(&self, place: usize) -> usize {
        self.order[place % self.order.len()]
    }

    fn region(&self, place: usize) -> usize {
        self.committee.region(self.node(place))
    }

    fn awake(&self, place: usize) -> bool {
        self.node(place) < self.committee.awake() as usize
    }

    /// Whether the block of this place gets its votes.
    fn is_kept(&self, place: usize) -> bool {
        let votes_arrive = self.committee.voting == Voting::ThreeBroadcasts || self.awake(place + 1);
        self.awake(place) && votes_arrive
    }

    fn turns(&self) -> Vec<Turn> {
        let places: Vec<usize> = (0..self.order.len()).filter(|place| self.is_kept(*place)).collect();
        let after = |index: usize| places.get(index + 1).copied().unwrap_or(places[0] + self.order.len());
        let gaps: Vec<u64> = (0..places.len()).map(|index| self.gap(places[index], after(index))).collect();
        let decisions = self.decisions(&places, &gaps);
        (places.iter().zip(gaps).zip(decisions))
            .map(|((place, gap), decision)| Turn { node: self.node(*place), decision, gap })
            .collect()
    }

    /// Slots from the block of one place to the next that is kept.
    fn gap(&self, from: usize, to: usize) -> u64 {
        let matrix = &self.committee.matrix;
        let rounds = to - from - 1;
        if rounds == 0 {
            return 1;
        }
        let regions = 0..matrix.regions.len();
        let two_chain = self.committee.voting == Voting::TwoChain;
        // A two-chain's nodes wait from the lost block on, which they hear of from its leader.
        let lost = |region: usize| if two_chain { matrix.delay(self.region(from + 1), region) } else { Span::ZERO };
        let mut entered: Vec<Span> = regions.map(lost).collect();
        for _ in 0..rounds {
            let timed_out: Vec<Span> = entered.iter().map(|at| *at + self.committee.timeout).collect();
            entered = self.members.collect(matrix, &timed_out);
            if !two_chain {
                entered = self.members.collect(matrix, &entered);
            }
        }
        let time = self.slot + entered[self.region(to)];
        time.nanos().div_ceil(self.slot.nanos())
    }

    /// From proposal to decision, for every place that is kept.
    fn decisions(&self, places: &[usize], gaps: &[u64]) -> Vec<Span> {
        let matrix = &self.committee.matrix;
        if self.committee.voting == Voting::ThreeBroadcasts {
            let decisions = self.members.decisions(matrix);
            return places.iter().map(|place| decisions[self.region(*place)]).collect();
        }
        let rounds = self.members.rounds(matrix);
        let round = |place: usize| rounds[self.region(place)][self.region(place + 1)];
        let decision = |first: usize| {
            let mut slots = 0;
            // Who is awake are more than two thirds, so somewhere three of them follow each other.
            for index in (first..places.len()).chain(0..first) {
                let place = places[index];
                if self.is_kept(place + 1) {
                    return self.slot * slots + round(place) + round(place + 1);
                }
                slots += gaps[index];
            }
            unreachable!("with more than two thirds awake, three in a row are")
        };
        (0..places.len()).map(decision).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Streams;

    /// Four regions 50 ms apart, and 50 ms within.
    fn committee(voting: Voting, nodes: u64, down: u64) -> Committee {
        let matrix = DelayMatrix {
            regions: (0..4).map(|region| region.to_string()).collect(),
            one_way: vec![vec![Span::from_millis(50); 4]; 4],
        };
        let (timeout, delivery) = (Span::from_secs(1), Delivery::default());
        Committee { voting, matrix, nodes, down, timeout, voters: None, delivery }
    }

    fn turns(voting: Voting, nodes: u64, down: u64, order: &[usize]) -> Vec<(usize, u64, u64)> {
        let leaders = Leaders::in_order(&committee(voting, nodes, down), Span::from_millis(100), order);
        let turn = |turn: &Turn| (turn.node, turn.decision.nanos() / 1_000_000, turn.gap);
        leaders.turns().iter().map(turn).collect()
    }

    #[test]
    fn a_leader_who_is_down_costs_two_timeouts_and_the_block_before() {
        // By hand, node 3 down, a round is 100 ms. The votes on the block of node 2 are lost: 100 ms after that of node 1 it
        // is proposed, 50 ms later its round begins, and twice 1 s and 50 ms of timeouts follow: 2,250 ms are 23 slots. The
        // block of node 1 waits for that of node 0, which is decided 200 ms after its proposal.
        assert_eq!(turns(Voting::TwoChain, 4, 1, &[0, 1, 2, 3]), [(0, 200, 1), (1, 2_500, 23)]);
        assert_eq!(turns(Voting::TwoChain, 4, 0, &[0, 1, 2, 3]), [0, 1, 2, 3].map(|node| (node, 200, 1)));
    }

    #[test]
    fn leaders_who_are_down_in_a_row_cost_one_timeout_more() {
        // Seven nodes, 5 and 6 down in a row: rounds of node 4, 5 and 6 time out: 100 + 50 + 3 · 1,050 ms.
        let found = turns(Voting::TwoChain, 7, 2, &[0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(found, [(0, 200, 1), (1, 200, 1), (2, 200, 1), (3, 3_500, 33)]);
        // One awake between them proposes in vain: four timeouts.
        let found = turns(Voting::TwoChain, 7, 2, &[0, 1, 2, 3, 5, 4, 6]);
        assert_eq!(found, [(0, 200, 1), (1, 200, 1), (2, 4_600, 44)]);
    }

    #[test]
    fn three_broadcasts_lose_a_timeout_and_the_slot() {
        // By hand: 100 ms to the slot of node 3, then 1 s and two broadcasts of 50 ms: 1.2 s. Decisions take three broadcasts.
        let found = turns(Voting::ThreeBroadcasts, 4, 1, &[0, 1, 2, 3]);
        assert_eq!(found, [(0, 150, 1), (1, 150, 1), (2, 150, 12)]);
    }

    #[test]
    fn the_fewest_blocks_are_those_of_leaders_who_are_down_one_by_one() {
        let (committee, slot) = (committee(Voting::TwoChain, 10, 3), Span::from_millis(100));
        let least = committee.least_share(slot);
        // By hand: three times two timeouts, 23 slots each as above, and four of ten blocks.
        assert!((least - 4.0 / (3.0 * 23.0 + 1.0)).abs() < 1e-12, "{least}");
        for seed in 0..50 {
            let leaders = Leaders::new(&committee, slot, &mut Streams::new(seed, 0).stream("leaders"));
            let cycle: u64 = leaders.turns().iter().map(|turn| turn.gap).sum();
            assert!(leaders.turns().len() as f64 / cycle as f64 >= least - 1e-12);
        }
    }

    #[test]
    fn blocks_come_when_it_is_somebodys_turn() {
        let mut leaders = Leaders::new(
            &committee(Voting::TwoChain, 10, 3),
            Span::from_millis(100),
            &mut Streams::new(1, 0).stream("leaders"),
        );
        let (turns, mut idle, mut seen) = (leaders.turns().to_vec(), 0, 0);
        for _ in 0..10_000 {
            match leaders.slot() {
                None => idle += 1,
                Some(turn) => {
                    assert_eq!(turn, turns[seen % turns.len()]);
                    seen += 1;
                }
            }
        }
        let cycle: u64 = turns.iter().map(|turn| turn.gap).sum();
        let expected = 10_000.0 * turns.len() as f64 / cycle as f64;
        assert!((seen as f64 - expected).abs() <= turns.len() as f64, "{seen} of {} slots, {idle} idle", 10_000);
    }
}
