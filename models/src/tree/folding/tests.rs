//! Folding by hand and against what is known of fork–join: maxima, constant costs, late and revoked children.

use super::*;
use crate::proving::servers::{self, Discipline, Servers};
use crate::tree::{Level, Merge};
use crate::work::WorkCurve;
use sim::{Interval, Recorder, Schedule, Stream, Streams};

const PLENTY: u64 = 1 << 40;

fn node(seconds: f64) -> Merge {
    Merge { node: WorkCurve::constant(seconds), ..Merge::default() }
}

fn secs(seconds: f64) -> Span {
    Span::from_secs_f64(seconds)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Happens {
    Folding(Event),
    Wake,
}

impl From<servers::Event> for Happens {
    fn from(_: servers::Event) -> Self {
        Self::Wake
    }
}

/// Trees of one shape on a fleet of their own.
struct Run {
    folding: Folding,
    fleet: Servers<Happens>,
    schedule: Recorder<Happens>,
}

impl Run {
    fn new(tree: Tree, servers: u64) -> Self {
        let fleet = Servers::new(servers, Discipline::OldestFirst);
        let folding = Folding::new(tree, Streams::new(1, 0).stream("joins"));
        Self { folding, fleet, schedule: Recorder::new() }
    }

    /// Begins a lowest node that has a leaf of each of these services.
    fn begin(&mut self, tree: u32, index: u64, leaves_s: &[f64], transactions: u64) {
        let leaves = leaves_s.iter().map(|service| Services::equal(1, secs(*service))).collect();
        let order = self.folding.begin(self.schedule.now(), tree, index, leaves, transactions);
        self.order(order);
    }

    fn order(&mut self, order: Order) {
        let age = u64::from(order.tree);
        self.fleet.submit(age, order.services, Happens::Folding(order.then), &mut self.schedule);
    }

    /// The next thing that happens; the event, and the proof that it completes.
    fn step(&mut self) -> Option<(Time, Happens, Option<Folded>)> {
        let (now, happens) = self.schedule.pop()?;
        let next = match happens {
            Happens::Folding(event) => self.folding.handle(now, event),
            Happens::Wake => {
                self.fleet.wake(&mut self.schedule);
                Next::Nothing
            }
        };
        let folded = match next {
            Next::Order(order) => {
                self.order(order);
                None
            }
            Next::Folded(folded) => Some(folded),
            Next::Nothing => None,
        };
        Some((now, happens, folded))
    }

    /// Lets everything happen up to this time; returns the proofs.
    fn until(&mut self, seconds: f64) -> Vec<(Folded, f64)> {
        let (end, mut proofs) = (Time::from_secs_f64(seconds), Vec::new());
        while self.schedule.pending().any(|(time, _)| time <= end) {
            let (now, _, folded) = self.step().expect("something is pending");
            proofs.extend(folded.map(|folded| (folded, now.as_secs_f64())));
        }
        self.schedule.advance_to(end);
        proofs
    }
}

/// Begins every lowest node at the start with one leaf of the given service; returns the proof and when it was
/// there.
fn fold(tree: &Tree, servers: u64, mut leaf_s: impl FnMut(u64) -> f64) -> (Folded, f64) {
    let mut run = Run::new(tree.clone(), servers);
    (0..tree.rows()[0].nodes()).for_each(|index| run.begin(0, index, &[leaf_s(index)], 1));
    while let Some((now, _, folded)) = run.step() {
        if let Some(folded) = folded {
            let left = run.schedule.pending().any(|(_, event)| matches!(event, Happens::Folding(_)));
            assert!(!left && run.folding.growing.is_empty(), "the proof of everything comes last");
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
    let mut run = Run::new(tree, PLENTY);
    (0..4).for_each(|index| run.begin(7, index, &[if index == 0 { 100.0 } else { 1.0 }], 10));
    let mut done = Vec::new();
    while let Some((now, event, folded)) = run.step() {
        if let Happens::Folding(Event::Done(node)) = event {
            done.push((node.row, node.index, now.as_secs_f64()));
        }
        if let Some(folded) = folded {
            assert_eq!((folded.tree, folded.transactions), (7, 40));
            assert_eq!(folded.critical, [100, 0, 5, 5].map(Span::from_secs));
        }
    }
    assert_eq!(done, [(1, 1, 6.0), (1, 0, 105.0), (2, 0, 110.0)]);
    let nodes: Vec<u64> = run.folding.levels().iter().map(|level| level.nodes).collect();
    assert_eq!(nodes, [4, 4, 2, 1]);
    assert_eq!(run.folding.levels()[2].work_s, 10.0);
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
    let (mut run, mut days) = (Run::new(tree, 1), Vec::new());
    for epoch in 0..48u64 {
        let end = 3_600.0 * (epoch + 1) as f64;
        run.schedule.advance_to(Time::from_secs_f64(end));
        run.begin((epoch / 24) as u32, epoch % 24, &[], 180);
        days.extend(run.until(end + 700.0).into_iter().map(|(day, done)| (day.tree, day.transactions, done)));
    }
    let day = |number: u32| (number, 24 * 180, 86_400.0 * f64::from(number + 1) + 600.0);
    assert_eq!(days, [day(0), day(1)]);
}

#[test]
fn what_is_revoked_is_wasted_and_done_again() {
    // Leaves of 1 s and joins of 5 s over four leaves; at 8 s the pairs are joined (6 s) and the root is under way:
    // a leaf, its pair and the root are wasted, 11 s. Begun again, they end at 8 + 1 + 5 + 5 = 19 s.
    let mut run = Run::new(Tree::binary(4, WorkCurve::constant(5.0)), PLENTY);
    (0..4).for_each(|index| run.begin(0, index, &[1.0], 10));
    assert!(run.until(8.0).is_empty());
    let folding = &mut run.folding;
    assert_eq!((folding.revoke(0, 2), folding.revoke(0, 2), folding.revoke(1, 0)), (11.0, 0.0, 0.0));
    run.begin(0, 2, &[1.0], 4);
    let proofs: Vec<_> = run.until(100.0).into_iter().map(|(proof, done)| (proof.transactions, done)).collect();
    assert_eq!(proofs, [(34, 19.0)]);
    assert_eq!((run.folding.wasted(), run.fleet.work()), (11.0, 4.0 + 15.0 + 11.0));
}

#[test]
fn a_revoked_node_no_longer_counts_where_its_parent_still_waits() {
    // Leaf 0 is there after 1 s and its pair waits for leaf 1 until 3 s; revoked at 2 s and begun again with 4
    // transactions, it is there at 3 s too: joins end at 3 + 5 + 5 s.
    let mut run = Run::new(Tree::binary(4, WorkCurve::constant(5.0)), PLENTY);
    (0..4).for_each(|index| run.begin(0, index, &[[1.0, 3.0][index as usize % 2]], 10));
    assert!(run.until(2.0).is_empty());
    assert_eq!(run.folding.revoke(0, 0), 1.0);
    run.begin(0, 0, &[1.0], 4);
    let proofs: Vec<_> = run.until(100.0).into_iter().map(|(proof, done)| (proof.transactions, done)).collect();
    assert_eq!(proofs, [(34, 13.0)]);
}
