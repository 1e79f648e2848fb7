//! Transactions on their way to who proposes: batches of every node, and the ways between nodes.
//!
//! Model: every node that is awake takes an equal share of the transactions, seals a batch of them at even times, and sends it
//! to everybody. Every node checks a batch when it has it. A leader proposes what it has and no block has: another
//! node's batch when it has come the way between their regions, its own when a quorum has acknowledged it. A batch is
//! sealed when it is full at the mean rate, or after a delay, whichever is first.
//!
//! Of a large committee a few nodes of each region are followed, each of which stands for several that seal at the same times.
//!
//! Assumptions: nodes check the same batches in the same order, so how long a batch waits to be checked is the same for
//! all of them; who votes on a block has its batches by then, as it is nearer to them than by way of the leader.
//! Source: G. Danezis, L. Kokoris-Kogias, A. Sonnino, A. Spiegelman, "Narwhal and Tusk: a DAG-based mempool and efficient BFT
//! consensus" (2022), section 2, for the mempool that disseminates first. Leaves out: slow start and
//! congestion of TCP, acknowledgements on the wire, batches that are lost and asked for, blocks that hold a batch twice.

use std::collections::VecDeque;

use sim::{Span, Stream, Time};

use crate::cohort::{Cohort, Window};
use crate::leaders::Committee;
use crate::quorum::order_statistic;

/// Nodes up to which each is followed on its own.
const FOLLOWED: u64 = 50;

/// How many nodes of a committee are followed: all, or as many of every region.
pub fn followed(committee: &Committee) -> u64 {
    let regions = committee.matrix.regions.len() as u64;
    if committee.awake() <= FOLLOWED { committee.awake() } else { (FOLLOWED / regions).max(1) * regions }
}

/// When a node seals a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batching {
    /// Size of a full batch in bytes.
    pub bytes: f64,
    /// The longest time until it is sealed.
    pub delay: Span,
}

impl Batching {
    /// Time between the batches of a node that is given so many bytes a second.
    pub fn every(&self, bytes_per_s: f64) -> Span {
        let full_s = self.bytes / bytes_per_s;
        if full_s < self.delay.as_secs_f64() { Span::from_secs_f64(full_s) } else { self.delay }
    }
}

/// A batch, or the part of one that came in one window.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// Its transactions.
    pub cohort: Cohort,
    /// When it was sealed.
    pub sealed: Time,
    node: usize,
}

/// A node with its own users, or one that stands for several.
#[derive(Debug, Clone)]
struct Node {
    region: usize,
    /// When it seals the next batch.
    next: Time,
    /// What the next batches will hold, in order of arrival.
    filling: VecDeque<Cohort>,
    /// Checked batches that no block holds, with the time when they were: where it is sealed, and the way is added.
    sent: VecDeque<(Time, Cohort)>,
}

/// All batches that no block holds.
#[derive(Debug)]
pub struct Mempool {
    nodes: Vec<Node>,
    /// Nodes are followed one by one, so it is known which batches are the leader's own.
    one_by_one: bool,
    every: Span,
    /// `ways[from][to]` between regions.
    ways: Vec<Vec<Span>>,
    /// By region of a node: until a quorum has acknowledged its batch.
    acknowledged: Vec<Span>,
    waiting: u64,
    stream: Stream,
}

impl Mempool {
    /// Empty, with the nodes of the committee that are awake; each seals a batch every `every`, which is more than nothing.
    pub fn new(committee: &Committee, every: Span, mut stream: Stream) -> Self {
        assert!(every > Span::ZERO, "time between batches");
        let (matrix, members) = (&committee.matrix, committee.members());
        let regions = 0..matrix.regions.len();
        let round_trip = |from: usize| {
            let trips: Vec<Span> = regions.clone().map(|to| matrix.delay(from, to) + matrix.delay(to, from)).collect();
            order_statistic(&trips, &members.awake, members.quorum)
        };
        let node = |node: usize| Node {
            region: committee.region(node),
            next: Time::ZERO + Span::from_secs_f64(every.as_secs_f64() * stream.uniform()),
            filling: VecDeque::new(),
            sent: VecDeque::new(),
        };
        Self {
            nodes: (0..followed(committee) as usize).map(node).collect(),
            one_by_one: followed(committee) == committee.awake(),
            every,
            ways: matrix.one_way.clone(),
            acknowledged: regions.clone().map(round_trip).collect(),
            waiting: 0,
            stream,
        }
    }

    /// Transactions that no leader could propose yet, or did.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Users submit transactions, each to a random node.
    pub fn submit(&mut self, mut cohort: Cohort) {
        self.waiting += cohort.count;
        let nodes = &mut self.nodes;
        self.stream.deal(cohort.count, 0..nodes.len(), &mut |node, count| {
            nodes[node].filling.extend(cohort.take_any(count));
        });
    }

    /// The batches that were sealed until now, into `sealed` in order of time, which is emptied first.
    pub fn seal(&mut self, now: Time, sealed: &mut Vec<Batch>) {
        sealed.clear();
        for (index, node) in self.nodes.iter_mut().enumerate() {
            while node.next <= now {
                while let Some(cohort) = node.filling.pop_front() {
                    let (inside, rest) = cohort.split_ready(node.next, &mut self.stream);
                    sealed.extend(inside.map(|cohort| Batch { cohort, sealed: node.next, node: index }));
                    if let Some(rest) = rest {
                        node.filling.push_front(rest);
                        break;
                    }
                }
                node.next = node.next + self.every;
            }
        }
        sealed.sort_by_key(|batch| (batch.sealed, batch.node));
    }

    /// A sealed batch is under way; it was checked at this time where it was sealed.
    pub fn send(&mut self, batch: Batch, checked: Time) {
        let sent = &mut self.nodes[batch.node].sent;
        let checked = sent.back().map_or(checked, |(last, _)| checked.max(*last));
        sent.push_back((checked, batch.cohort));
    }

    /// What this leader can propose now, into `found` in order of being checked, which is emptied first.
    pub fn propose(&mut self, leader: usize, now: Time, found: &mut Vec<Cohort>) {
        found.clear();
        let to = leader % self.ways.len();
        for (index, node) in self.nodes.iter_mut().enumerate() {
            let way =
                if self.one_by_one && index == leader { self.acknowledged[to] } else { self.ways[node.region][to] };
            while let Some((checked, cohort)) = node.sent.pop_front_if(|(checked, _)| *checked + way <= now) {
                self.waiting -= cohort.count;
                found.push(Cohort { ready: Window::at(checked), ..cohort });
            }
        }
        found.sort_by_key(|cohort| cohort.ready.from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::DelayMatrix;
    use crate::quorum::{Delivery, Voting};
    use sim::Streams;

    /// Four nodes in four regions, 40 ms apart.
    fn committee(down: u64) -> Committee {
        let way = |from, to| Span::from_millis(if from == to { 0 } else { 40 });
        let matrix = DelayMatrix {
            regions: (0..4).map(|region| region.to_string()).collect(),
            one_way: (0..4).map(|from| (0..4).map(|to| way(from, to)).collect()).collect(),
        };
        let (timeout, delivery) = (Span::from_secs(1), Delivery::default());
        Committee { voting: Voting::TwoChain, matrix, nodes: 4, down, timeout, voters: None, delivery }
    }

    /// Proposals of the leaders in turn every 10 ms, of transactions that come one by one or by slots: what was submitted, and
    /// count and total wait of what was proposed, by whether the leader was the node itself.
    fn waits(one_by_one: bool, down: u64) -> (u64, u64, f64) {
        let slot = Span::from_millis(10);
        let streams = Streams::new(3, 0);
        let mut mempool = Mempool::new(&committee(down), Span::from_millis(100), streams.stream("batches"));
        let mut arrivals = streams.stream("arrivals");
        let (mut submitted, mut proposed, mut waited) = (0, 0, 0.0);
        let (mut sealed, mut found) = (Vec::new(), Vec::new());
        for index in 0..20_000u64 {
            let window = Window::new(Time::ZERO + slot * index, Time::ZERO + slot * (index + 1));
            let count = arrivals.poisson(20.0);
            submitted += count;
            if one_by_one {
                let mut times: Vec<Time> = (0..count).map(|_| window.point(arrivals.uniform())).collect();
                times.sort();
                times.into_iter().for_each(|time| mempool.submit(Cohort::new(1, Window::at(time))));
            } else if count > 0 {
                mempool.submit(Cohort::new(count, window));
            }
            mempool.seal(window.until, &mut sealed);
            sealed.iter().for_each(|batch| mempool.send(*batch, batch.sealed));
            mempool.propose((index % (4 - down)) as usize, window.until, &mut found);
            for cohort in &found {
                assert!(cohort.arrived.until <= cohort.ready.from && cohort.ready.until <= window.until);
                let middle = f64::midpoint(cohort.arrived.from.as_secs_f64(), cohort.arrived.until.as_secs_f64());
                waited += cohort.count as f64 * (window.until.as_secs_f64() - middle);
                proposed += cohort.count;
            }
            assert_eq!(submitted, proposed + mempool.waiting(), "nothing is lost");
        }
        (submitted, proposed, waited / proposed as f64)
    }

    #[test]
    fn a_transaction_waits_for_its_batch_its_way_and_a_proposal() {
        // By hand: half of 100 ms to the seal, 40 ms to another node, then half a slot of 5 ms, and where the node itself has
        // the first turn after that, 10 ms more, as the acknowledgement of its own batch takes 80 ms: one in four.
        let by_hand = 0.050 + 0.040 + 0.005 + 0.010 / 4.0;
        for one_by_one in [false, true] {
            let (submitted, proposed, wait) = waits(one_by_one, 0);
            assert!(submitted - proposed < 400, "the last 0.2 s");
            assert!((wait / by_hand - 1.0).abs() < 0.01, "{wait} s, {by_hand} s by hand");
        }
    }

    #[test]
    fn who_is_down_has_no_users_and_is_not_waited_for() {
        let (submitted, proposed, wait) = waits(false, 1);
        assert!(submitted - proposed < 400);
        // Two more leaders of three are others.
        let by_hand = 0.050 + 0.040 + 0.005 + 0.010 / 3.0;
        assert!((wait / by_hand - 1.0).abs() < 0.01, "{wait} s, {by_hand} s by hand");
    }

    #[test]
    fn a_large_committee_is_followed_by_region() {
        let nodes = |nodes| followed(&Committee { nodes, ..committee(0) });
        assert_eq!([4, 50, 51, 400].map(nodes), [4, 50, 48, 48]);
        let large = Committee { nodes: 400, ..committee(0) };
        let mut mempool = Mempool::new(&large, Span::from_millis(100), Streams::new(5, 0).stream("batches"));
        mempool.submit(Cohort::new(4_800, Window::at(Time::ZERO)));
        let (mut sealed, mut found) = (Vec::new(), Vec::new());
        mempool.seal(Time::ZERO + Span::from_millis(100), &mut sealed);
        sealed.iter().for_each(|batch| mempool.send(*batch, Time::ZERO + Span::from_millis(100)));
        // The batches of the leader's region at once, all others after 40 ms.
        mempool.propose(399, Time::ZERO + Span::from_millis(100), &mut found);
        let near: u64 = found.iter().map(|cohort| cohort.count).sum();
        assert!(near.abs_diff(1_200) < 150, "{near}: a quarter, with a standard deviation of 30");
        mempool.propose(399, Time::ZERO + Span::from_millis(140), &mut found);
        assert_eq!((near + found.iter().map(|cohort| cohort.count).sum::<u64>(), mempool.waiting()), (4_800, 0));
    }

    #[test]
    fn a_batch_is_sealed_when_it_is_full_or_late() {
        let batching = Batching { bytes: 500_000.0, delay: Span::from_millis(100) };
        assert_eq!(batching.every(512.0 * 1_000.0), Span::from_millis(100));
        assert_eq!(batching.every(10_000_000.0), Span::from_millis(50));
    }
}
