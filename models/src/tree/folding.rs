//! The part that folds a proof tree: nodes start when their last child is there, on one fleet.
//!
//! Model: the inputs of a lowest node are jobs of known service; every node above waits for its children, then joins
//! them. Leaves and joins of all trees in flight share a G^X/D/c station ([`crate::station`]), first come first served.
//! A missing child delays its own ancestors only. Work on what is revoked is done and paid for, and counts as wasted.
//!
//! Assumptions: a proof runs on one server; a round of joins starts when the round before it is done; what a server has
//! been promised it finishes, revoked or not. Source: fork–join queues (F. Baccelli, A. Makowski, "Queueing models for
//! systems with synchronization constraints", 1989). Leaves out: transfer of proofs between machines, failures.

use std::collections::BTreeMap;

use sim::{Schedule, Span, Time};

use crate::station::Station;
use crate::tree::{Row, Tree};

/// A node of a tree in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    tree: u32,
    index: u32,
    row: u16,
    /// How often the node has been revoked: what was under way for an earlier one is nobody's.
    generation: u16,
}

/// What the fleet waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// So many proofs of a node are there and remain to be joined.
    Merge(Node, u64),
    /// The node's proof is complete.
    Done(Node),
}

/// A proof of everything.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// Which tree: an epoch, a day.
    pub tree: u32,
    /// Transactions that it covers.
    pub transactions: u64,
    /// What each level took on the path that was waited for: the leaves, the lowest nodes, the levels above.
    pub critical: Vec<Span>,
}

/// What a level has done since the start.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LevelUse {
    /// Nodes that were completed.
    pub nodes: u64,
    /// Work that was given and promised, in server-seconds.
    pub work_s: f64,
    /// Sum over the complete trees of what the level took on the path that was waited for, in seconds.
    pub critical_s: f64,
}

/// What is known of a node.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// Inputs that are not there; the inputs of a lowest node arrive together.
    missing: u64,
    transactions: u64,
    generation: u16,
    /// Which child came last.
    last_child: u32,
    /// When the leaves of a lowest node were begun.
    begun: Time,
    /// When the last input was there.
    ready: Time,
    done: Option<Time>,
    spent_s: f64,
}

/// A fleet with the trees that it folds.
#[derive(Debug, Clone)]
pub struct Folding {
    tree: Tree,
    rows: Vec<Row>,
    station: Station,
    /// By tree: the nodes of every row.
    growing: BTreeMap<u32, Vec<Vec<State>>>,
    /// The leaves, the lowest nodes, the levels above.
    levels: Vec<LevelUse>,
    wasted_s: f64,
}

impl Folding {
    /// An idle fleet of so many servers; asserts that the tree ends in one node.
    pub fn new(tree: Tree, servers: u64) -> Self {
        let rows = tree.rows();
        assert_eq!(rows.last().map(Row::nodes), Some(1), "a proof tree ends in one proof");
        assert!(rows.len() < usize::from(u16::MAX) && rows[0].nodes() < u64::from(u32::MAX), "nodes are numbered");
        let levels = vec![LevelUse::default(); rows.len() + 1];
        Self { tree, rows, station: Station::new(servers), growing: BTreeMap::new(), levels, wasted_s: 0.0 }
    }

    /// Service given and promised since the start, in server-seconds.
    pub fn work(&self) -> f64 {
        self.station.work()
    }

    /// Part of it that was for what was revoked later, in server-seconds.
    pub fn wasted(&self) -> f64 {
        self.wasted_s
    }

    /// What the leaves, the lowest nodes and every level above have done.
    pub fn levels(&self) -> &[LevelUse] {
        &self.levels
    }

    /// Share of the fleet that each of them kept busy in the time since the start; 0 at the start.
    pub fn utilization(&self, now: Time) -> Vec<f64> {
        let possible = self.station.servers() as f64 * now.as_secs_f64();
        self.levels.iter().map(|level| if possible > 0.0 { level.work_s / possible } else { 0.0 }).collect()
    }

    /// The leaves of a lowest node are proven from now on: batches of (jobs, service). Each job is an input of the
    /// node, which covers `transactions`. Asserts that the node has not been begun.
    pub fn begin(
        &mut self,
        tree: u32,
        index: u64,
        leaves: &[(u64, Span)],
        transactions: u64,
        schedule: &mut impl Schedule<Event = Event>,
    ) {
        let now = schedule.now();
        let (mut done, mut inputs, mut spent_s) = (now, 0, 0.0);
        for (jobs, service) in leaves.iter().filter(|(jobs, _)| *jobs > 0) {
            done = done.max(self.station.submit(now, *jobs, *service).last_done);
            inputs += jobs;
            spent_s += *jobs as f64 * service.as_secs_f64();
        }
        self.levels[0].nodes += inputs;
        self.levels[0].work_s += spent_s;
        let states = self.growing.entry(tree).or_insert_with(|| unfolded(&self.tree, &self.rows));
        let state = &mut states[0][index as usize];
        assert_eq!(state.missing, 1, "a lowest node is begun once");
        let generation = state.generation;
        *state = State { transactions, generation, begun: now, ready: done, spent_s, ..State::default() };
        schedule.at(done, Event::Merge(Node { tree, index: index as u32, row: 0, generation }, inputs));
    }

    /// Something is done; returns the proof of everything, if this completes it.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Option<Folded> {
        match event {
            Event::Merge(node, inputs) => self.merge(node, inputs, schedule),
            Event::Done(node) => self.complete(node, schedule),
        }
    }

    /// A lowest node is worth nothing any more, nor is what was made of it: they wait to be begun again. Returns the
    /// work wasted, in server-seconds; 0 where the tree is complete, or the node has not been begun.
    pub fn revoke(&mut self, tree: u32, index: u64) -> f64 {
        let Some(states) = self.growing.get_mut(&tree) else { return 0.0 };
        let (mut row, mut index, mut wasted) = (0, index, 0.0);
        // Transactions that the node loses: all of a lowest one, those of the child further up.
        let mut lost = states[0][index as usize].transactions;
        loop {
            let state = &mut states[row][index as usize];
            if state.missing > 0 {
                // The node has not begun: it waits for one child more. A lowest one has nothing to revoke.
                if row > 0 {
                    state.missing += 1;
                    state.transactions -= lost;
                }
                break;
            }
            let (covered, counted) = (state.transactions, state.done.is_some());
            wasted += state.spent_s;
            let generation = state.generation.wrapping_add(1);
            *state = State { missing: 1, transactions: covered - lost, generation, ..State::default() };
            if !counted {
                break;
            }
            index = self.tree.parent(&self.rows, row, index);
            row += 1;
            lost = covered;
        }
        self.wasted_s += wasted;
        wasted
    }

    /// Joins the next round of a node's inputs, or does the node's own work after the last.
    fn merge(&mut self, node: Node, inputs: u64, schedule: &mut impl Schedule<Event = Event>) -> Option<Folded> {
        let state = self.growing.get_mut(&node.tree)?.get_mut(usize::from(node.row))?.get_mut(node.index as usize)?;
        if state.generation != node.generation {
            return None;
        }
        let merge = self.tree.merge(usize::from(node.row));
        let node_s = merge.node.seconds(state.transactions as f64);
        let (jobs, service, next) = if inputs > 1 && merge.pair_s > 0.0 {
            (inputs / 2, merge.pair_s, Event::Merge(node, inputs.div_ceil(2)))
        } else if node_s > 0.0 {
            (1, node_s, Event::Done(node))
        } else {
            return self.complete(node, schedule);
        };
        state.spent_s += jobs as f64 * service;
        self.levels[usize::from(node.row) + 1].work_s += jobs as f64 * service;
        let done = self.station.submit(schedule.now(), jobs, Span::from_secs_f64(service)).last_done;
        schedule.at(done, next);
        None
    }

    /// A node's proof is complete: its parent has one child less to wait for.
    fn complete(&mut self, node: Node, schedule: &mut impl Schedule<Event = Event>) -> Option<Folded> {
        let row = usize::from(node.row);
        let states = self.growing.get_mut(&node.tree)?;
        let state = &mut states[row][node.index as usize];
        if state.generation != node.generation {
            return None;
        }
        state.done = Some(schedule.now());
        let transactions = state.transactions;
        self.levels[row + 1].nodes += 1;
        if row + 1 == self.rows.len() {
            return Some(self.finish(node.tree, transactions));
        }
        let index = self.tree.parent(&self.rows, row, u64::from(node.index));
        let parent = &mut states[row + 1][index as usize];
        parent.missing -= 1;
        parent.transactions += transactions;
        if parent.missing > 0 {
            return None;
        }
        parent.ready = schedule.now();
        parent.last_child = node.index;
        let inputs = self.tree.inputs(&self.rows, row + 1, index);
        let above = Node { tree: node.tree, index: index as u32, row: node.row + 1, generation: parent.generation };
        if self.tree.passes(row + 1, inputs) {
            return self.complete(above, schedule);
        }
        self.merge(above, inputs, schedule)
    }

    /// A tree is complete: back from its proof along the children that came last.
    fn finish(&mut self, tree: u32, transactions: u64) -> Folded {
        let states = self.growing.remove(&tree).expect("a tree that is completed was growing");
        let mut critical = vec![Span::ZERO; self.levels.len()];
        let mut index = 0;
        for (row, nodes) in states.iter().enumerate().rev() {
            let state = nodes[index];
            critical[row + 1] = state.done.expect("the path that was waited for is complete") - state.ready;
            critical[0] = state.ready - state.begun;
            index = state.last_child as usize;
        }
        for (level, critical) in self.levels.iter_mut().zip(&critical) {
            level.critical_s += critical.as_secs_f64();
        }
        Folded { tree, transactions, critical }
    }
}

/// A tree of which nothing is there.
fn unfolded(tree: &Tree, rows: &[Row]) -> Vec<Vec<State>> {
    let missing = |row: usize, index| if row == 0 { 1 } else { tree.inputs(rows, row, index) };
    let states = |row: usize| {
        (0..rows[row].nodes()).map(|index| State { missing: missing(row, index), ..State::default() }).collect()
    };
    (0..rows.len()).map(states).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Level, Merge};
    use crate::work::WorkCurve;
    use sim::{Calendar, Interval, Recorder, Stream, Streams};

    const PLENTY: u64 = 1 << 40;

    fn node(seconds: f64) -> Merge {
        Merge { pair_s: 0.0, node: WorkCurve::constant(seconds) }
    }

    fn secs(seconds: f64) -> Span {
        Span::from_secs_f64(seconds)
    }

    /// Begins every lowest node at the start with one leaf of the given service; returns the proof and when it was
    /// there.
    fn fold(tree: &Tree, servers: u64, mut leaf_s: impl FnMut(u64) -> f64) -> (Folded, f64) {
        let mut folding = Folding::new(tree.clone(), servers);
        let mut calendar = Calendar::new();
        for index in 0..tree.rows()[0].nodes() {
            folding.begin(0, index, &[(1, secs(leaf_s(index)))], 1, &mut calendar);
        }
        while let Some((now, event)) = calendar.pop() {
            if let Some(folded) = folding.handle(event, &mut calendar) {
                assert!(calendar.is_empty() && folding.growing.is_empty(), "the proof of everything comes last");
                return (folded, now.as_secs_f64());
            }
        }
        panic!("the tree was never complete");
    }

    #[test]
    fn constant_costs_take_what_the_levels_add_up_to() {
        let level = |arity, seconds| Level { name: String::new(), arity, passes_lone: false, merge: node(seconds) };
        let levels = vec![level(Some(12), 60.0), level(None, 120.0)];
        let tree = Tree { lanes: 8, lowest_per_lane: 113, lowest: node(30.0), levels };
        let (folded, done) = fold(&tree, PLENTY, |_| 2.0);
        assert_eq!(done, 2.0 + 30.0 + 60.0 + 120.0);
        assert_eq!(folded.critical, [2, 30, 60, 120].map(Span::from_secs));
        assert_eq!(folded.transactions, 904);
        let profile = tree.profile(&vec![1.0; 904]);
        assert_eq!(profile.iter().map(|level| level.critical_s).sum::<f64>(), done - 2.0);
        // One server does everything in turn: all the work, and nothing else.
        let work: f64 = profile.iter().map(|level| level.work_s).sum();
        assert_eq!(fold(&tree, 1, |_| 2.0).1, work + 904.0 * 2.0);
    }

    #[test]
    fn a_late_child_delays_its_ancestors_only() {
        // Leaves 0–3 in pairs, arity 2: leaf 0 takes 100 s, the others 1 s; joins take 5 s.
        let tree = Tree::binary(4, WorkCurve::constant(5.0));
        let mut folding = Folding::new(tree, PLENTY);
        let mut schedule = Recorder::new();
        for index in 0..4 {
            folding.begin(7, index, &[(1, secs(if index == 0 { 100.0 } else { 1.0 }))], 10, &mut schedule);
        }
        let mut done = Vec::new();
        while let Some((now, event)) = schedule.pop() {
            if let Event::Done(node) = event {
                done.push((node.row, node.index, now.as_secs_f64()));
            }
            if let Some(folded) = folding.handle(event, &mut schedule) {
                assert_eq!((folded.tree, folded.transactions), (7, 40));
                assert_eq!(folded.critical, [100, 0, 5, 5].map(Span::from_secs));
            }
        }
        assert_eq!(done, [(1, 1, 6.0), (1, 0, 105.0), (2, 0, 110.0)]);
        let nodes: Vec<u64> = folding.levels().iter().map(|level| level.nodes).collect();
        assert_eq!(nodes, [4, 4, 2, 1]);
        assert_eq!(folding.levels()[2].work_s, 10.0);
    }

    /// The mean completion over replications covers the expected one in a 99 % interval that is narrow.
    fn assert_mean(tree: &Tree, expected: f64, leaf_s: impl Fn(&mut Stream, u64) -> f64) {
        let mut stream = Streams::new(11, 0).stream("leaves");
        let times: Vec<f64> = (0..20_000).map(|_| fold(tree, PLENTY, |leaf| leaf_s(&mut stream, leaf)).1).collect();
        let interval = Interval::of(&times, 0.99).unwrap();
        assert!(interval.contains(expected) && interval.relative_half_width() < 0.02, "{expected}: {interval:?}");
    }

    #[test]
    fn one_join_waits_for_the_slowest_of_n_exponential_leaves() {
        // The maximum of n exponentials of mean m has the mean m H_n.
        let tree = Tree::join("all", 10, node(0.5));
        let harmonic: f64 = (1..=10).map(|n| 1.0 / f64::from(n)).sum();
        assert_mean(&tree, 3.0 * harmonic + 0.5, |stream, _| stream.exponential(3.0));
    }

    #[test]
    fn two_levels_by_hand() {
        // Pairs of exponentials of mean 1, each joined in 1 s; the root waits for the slower pair. The maximum of two
        // independent maxima of two is the maximum of four: 1 + H_4 = 1 + 25/12. A third pair of constants (2 s) makes
        // it the maximum of four and 2 s: 2 + ∫_2^∞ (1 − (1 − e^−t)⁴) dt = 2 + 4e^−2 − 3e^−4 + 4/3 e^−6 − e^−8 / 4.
        assert_mean(&Tree::binary(4, WorkCurve::constant(1.0)), 2.0 + 25.0 / 12.0, |stream, _| stream.exponential(1.0));
        let level = |arity| Level { name: String::new(), arity, passes_lone: false, merge: node(1.0) };
        let levels = vec![level(Some(2)), level(None)];
        let tree = Tree { lanes: 1, lowest_per_lane: 6, lowest: Merge::default(), levels };
        let e = |power: f64| (-power).exp();
        let tail = 4.0 * e(2.0) - 3.0 * e(4.0) + 4.0 / 3.0 * e(6.0) - e(8.0) / 4.0;
        let leaf = |stream: &mut Stream, leaf| if leaf < 4 { stream.exponential(1.0) } else { 2.0 };
        assert_mean(&tree, 2.0 + 2.0 + tail, leaf);
    }

    #[test]
    fn a_day_is_proven_when_its_last_epoch_is() {
        let tree = Tree::join("day", 24, node(600.0));
        let mut folding = Folding::new(tree, 1);
        let mut schedule = Recorder::new();
        let mut days = Vec::new();
        for epoch in 0..48u64 {
            schedule.advance_to(Time::from_secs_f64(3_600.0 * (epoch + 1) as f64));
            folding.begin((epoch / 24) as u32, epoch % 24, &[], 180, &mut schedule);
            while schedule.pending().any(|(time, _)| time <= schedule.now() + secs(700.0)) {
                let (now, event) = schedule.pop().unwrap();
                days.extend(folding.handle(event, &mut schedule).map(|day| (day.tree, day.transactions, now)));
            }
        }
        let day = |number: u32| (number, 24 * 180, Time::from_secs_f64(86_400.0 * f64::from(number + 1) + 600.0));
        assert_eq!(days, [day(0), day(1)]);
    }

    #[test]
    fn what_is_revoked_is_wasted_and_done_again() {
        // Leaves of 1 s and joins of 5 s over four leaves; at 8 s the pairs are joined (6 s) and the root is under way:
        // a leaf, its pair and the root are wasted, 11 s. Begun again, they end at 8 + 1 + 5 + 5 = 19 s.
        let mut folding = Folding::new(Tree::binary(4, WorkCurve::constant(5.0)), PLENTY);
        let mut schedule = Recorder::new();
        (0..4).for_each(|index| folding.begin(0, index, &[(1, secs(1.0))], 10, &mut schedule));
        while schedule.pending().any(|(time, _)| time <= Time::from_secs_f64(8.0)) {
            let (_, event) = schedule.pop().unwrap();
            assert_eq!(folding.handle(event, &mut schedule), None);
        }
        schedule.advance_to(Time::from_secs_f64(8.0));
        assert_eq!((folding.revoke(0, 2), folding.revoke(0, 2), folding.revoke(1, 0)), (11.0, 0.0, 0.0));
        folding.begin(0, 2, &[(1, secs(1.0))], 4, &mut schedule);
        let mut proofs = Vec::new();
        while let Some((now, event)) = schedule.pop() {
            proofs.extend(folding.handle(event, &mut schedule).map(|proof| (proof.transactions, now.as_secs_f64())));
        }
        assert_eq!(proofs, [(34, 19.0)]);
        assert_eq!((folding.wasted(), folding.work()), (11.0, 4.0 + 15.0 + 11.0));
    }

    #[test]
    fn a_revoked_node_no_longer_counts_where_its_parent_still_waits() {
        // Leaf 0 is there after 1 s and its pair waits for leaf 1 until 3 s; revoked at 2 s and begun again with 4
        // transactions, it is there at 3 s too: joins end at 3 + 5 + 5 s.
        let mut folding = Folding::new(Tree::binary(4, WorkCurve::constant(5.0)), PLENTY);
        let mut schedule = Recorder::new();
        (0..4)
            .for_each(|index| folding.begin(0, index, &[(1, secs([1.0, 3.0][index as usize % 2]))], 10, &mut schedule));
        while schedule.pending().any(|(time, _)| time <= Time::from_secs_f64(2.0)) {
            let (_, event) = schedule.pop().unwrap();
            assert_eq!(folding.handle(event, &mut schedule), None);
        }
        schedule.advance_to(Time::from_secs_f64(2.0));
        assert_eq!(folding.revoke(0, 0), 1.0);
        folding.begin(0, 0, &[(1, secs(1.0))], 4, &mut schedule);
        let mut proofs = Vec::new();
        while let Some((now, event)) = schedule.pop() {
            proofs.extend(folding.handle(event, &mut schedule).map(|proof| (proof.transactions, now.as_secs_f64())));
        }
        assert_eq!(proofs, [(34, 13.0)]);
    }
}
