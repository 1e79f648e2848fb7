//! The part that folds a proof tree: what is to be done next, when something is done.
//!
//! Model: the inputs of a lowest node are jobs of drawn service; every node above waits for its children, then joins
//! them. What is to be done is an order, which whoever has the servers fulfils ([`crate::fleet`]), and says when it is
//! done. A missing child delays its own ancestors only. Work on what is revoked is done and paid for, and counts as wasted.
//!
//! Assumptions: a proof runs on one server; a round of joins starts when the round before it is done; what is ordered is
//! done, revoked or not. Source: fork–join queues (F. Baccelli, A. Makowski, "Queueing models for
//! systems with synchronization constraints", 1989). Leaves out: transfer of proofs between machines, failures.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sim::{Span, Stream, Time};

use crate::services::Services;
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

/// What is done when an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// So many leaves of a lowest node are there.
    Leaves(Node, u64),
    /// So many proofs of a node are there and remain to be joined.
    Merge(Node, u64),
    /// The node's proof is complete.
    Done(Node),
}

/// Jobs for the servers, and what is done when all of them are.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Which tree.
    pub tree: u32,
    /// The jobs.
    pub services: Vec<Services>,
    /// What is to be handled then.
    pub then: Event,
}

/// What follows when something is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// More work.
    Order(Order),
    /// The proof of everything is complete.
    Folded(Folded),
    /// Others have to be waited for; or nobody wanted it any more.
    Nothing,
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
    /// Work that was given to it, without what was revoked, in server-seconds.
    pub work_s: f64,
}

/// A node that was proven, for who watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// Which tree.
    pub tree: u32,
    /// 0: the leaves of a lowest node; 1: that node; then the levels above.
    pub level: usize,
    /// Place among the nodes of the level; leaves have that of their node.
    pub index: u64,
    /// When its inputs were there.
    pub from: Time,
    /// When it was done.
    pub until: Time,
    /// Transactions that it covers.
    pub transactions: u64,
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

/// The trees of one shape that are in flight. Several of them may share the servers of one fleet.
#[derive(Debug)]
pub struct Folding {
    tree: Tree,
    rows: Vec<Row>,
    /// By tree: the nodes of every row.
    growing: BTreeMap<u32, Vec<Vec<State>>>,
    /// The leaves, the lowest nodes, the levels above.
    levels: Vec<LevelUse>,
    wasted_s: f64,
    watched: Option<Vec<Proof>>,
    /// Service times of joins.
    draws: Stream,
}

impl Folding {
    /// No tree in flight; the service times of its joins are drawn from `draws`. Asserts that the tree ends in one node.
    pub fn new(tree: Tree, draws: Stream) -> Self {
        let rows = tree.rows();
        assert_eq!(rows.last().map(Row::nodes), Some(1), "a proof tree ends in one proof");
        assert!(rows.len() < usize::from(u16::MAX) && rows[0].nodes() < u64::from(u32::MAX), "nodes are numbered");
        let levels = vec![LevelUse::default(); rows.len() + 1];
        Self { tree, rows, growing: BTreeMap::new(), levels, wasted_s: 0.0, watched: None, draws }
    }

    /// Keeps every proof that is made from now on, to be taken with [`Self::take_watched`].
    pub fn watch(&mut self) {
        self.watched = Some(Vec::new());
    }

    /// The proofs made since they were last taken; none where nobody watches.
    pub fn take_watched(&mut self) -> Vec<Proof> {
        self.watched.as_mut().map_or_else(Vec::new, std::mem::take)
    }

    /// Work that was for what was revoked later, in server-seconds.
    pub fn wasted(&self) -> f64 {
        self.wasted_s
    }

    /// What the leaves, the lowest nodes and every level above have done.
    pub fn levels(&self) -> &[LevelUse] {
        &self.levels
    }

    /// Whether anything of a tree has begun that is not complete.
    pub fn is_growing(&self, tree: u32) -> bool {
        self.growing.contains_key(&tree)
    }

    /// The leaves of a lowest node are to be proven from now on, an input of the node each; it covers `transactions`.
    /// Asserts that the node has not been begun.
    pub fn begin(&mut self, now: Time, tree: u32, index: u64, leaves: Vec<Services>, transactions: u64) -> Order {
        let inputs = leaves.iter().map(Services::jobs).sum();
        let spent_s = leaves.iter().map(Services::work_s).sum();
        self.levels[0].nodes += inputs;
        self.levels[0].work_s += spent_s;
        let states = self.growing.entry(tree).or_insert_with(|| unfolded(&self.tree, &self.rows));
        let state = &mut states[0][index as usize];
        assert_eq!(state.missing, 1, "a lowest node is begun once");
        let generation = state.generation;
        *state = State { transactions, generation, begun: now, spent_s, ..State::default() };
        let node = Node { tree, index: index as u32, row: 0, generation };
        Order { tree, services: leaves, then: Event::Leaves(node, inputs) }
    }

    /// Something is done.
    pub fn handle(&mut self, now: Time, event: Event) -> Next {
        match event {
            Event::Leaves(node, inputs) => {
                let Some(state) = self.wanted(node) else { return Next::Nothing };
                state.ready = now;
                self.merge(now, node, inputs)
            }
            Event::Merge(node, inputs) => self.merge(now, node, inputs),
            Event::Done(node) => self.complete(now, node),
        }
    }

    /// A node of a tree in flight that has not been revoked.
    fn wanted(&mut self, node: Node) -> Option<&mut State> {
        let state = self.growing.get_mut(&node.tree)?.get_mut(usize::from(node.row))?.get_mut(node.index as usize)?;
        (state.generation == node.generation).then_some(state)
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
    fn merge(&mut self, now: Time, node: Node, inputs: u64) -> Next {
        let merge = *self.tree.merge(usize::from(node.row));
        let Some(state) = self.wanted(node) else { return Next::Nothing };
        let node_s = merge.node.seconds(state.transactions as f64);
        let (jobs, service_s, spread, then) = if inputs > 1 && merge.pair_s > 0.0 {
            (inputs / 2, merge.pair_s, merge.pair_spread, Event::Merge(node, inputs.div_ceil(2)))
        } else if node_s > 0.0 {
            (1, node_s, merge.node_spread, Event::Done(node))
        } else {
            return self.complete(now, node);
        };
        let services = Services::draw(jobs, service_s, spread, &mut self.draws);
        self.levels[usize::from(node.row) + 1].work_s += services.work_s();
        self.wanted(node).into_iter().for_each(|state| state.spent_s += services.work_s());
        Next::Order(Order { tree: node.tree, services: vec![services], then })
    }

    /// A node's proof is complete: its parent has one child less to wait for.
    fn complete(&mut self, now: Time, node: Node) -> Next {
        let row = usize::from(node.row);
        let Some(state) = self.wanted(node) else { return Next::Nothing };
        state.done = Some(now);
        let state = *state;
        self.show(node, &state);
        self.levels[row + 1].nodes += 1;
        if row + 1 == self.rows.len() {
            return Next::Folded(self.finish(node.tree, state.transactions));
        }
        let index = self.tree.parent(&self.rows, row, u64::from(node.index));
        let inputs = self.tree.inputs(&self.rows, row + 1, index);
        let states = self.growing.get_mut(&node.tree).expect("the node of a growing tree has a parent");
        let parent = &mut states[row + 1][index as usize];
        parent.missing -= 1;
        parent.transactions += state.transactions;
        if parent.missing > 0 {
            return Next::Nothing;
        }
        parent.ready = now;
        parent.last_child = node.index;
        let above = Node { tree: node.tree, index: index as u32, row: node.row + 1, generation: parent.generation };
        if self.tree.passes(row + 1, inputs) { self.complete(now, above) } else { self.merge(now, above, inputs) }
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
        let work_s = states.iter().flatten().map(|state| state.spent_s).sum();
        Folded { tree, transactions, critical, work_s }
    }

    /// Shows a node that is done, and the leaves of a lowest one, to who watches.
    fn show(&mut self, node: Node, state: &State) {
        let Some(watched) = &mut self.watched else { return };
        let (tree, index, transactions) = (node.tree, u64::from(node.index), state.transactions);
        let level = usize::from(node.row) + 1;
        if level == 1 && state.ready > state.begun {
            watched.push(Proof { tree, level: 0, index, from: state.begun, until: state.ready, transactions });
        }
        let until = state.done.expect("only what is done is shown");
        if until > state.ready {
            watched.push(Proof { tree, level, index, from: state.ready, until, transactions });
        }
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
