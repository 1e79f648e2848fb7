//! Proof work that is thrown away with an invalid block, where segments are proven as they end.
//!
//! Model: that of [`super::Provers`], for one block that is invalid. Its segment, once it has ended, is tried in vain: the
//! leaves are spent, and nothing is built on them. When the block is thrown out, the segments that ended after its own
//! lose what was spent on them: their leaves, the rounds of joining that had begun, and what lies above such segments
//! only. A revert before the end of its segment wastes nothing.
//!
//! Assumptions: every slot brings the mean; joins begin when an idle fleet of so many servers would begin them, so that
//! on a busy one this is an upper bound. Source: arithmetic. Leaves out: several invalid blocks in one window, whose
//! reverts are fewer than they are.

use crate::proving::ProofPlan;
use crate::tree::{Merge, Row};

/// What a chain gives to its provers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Time between slots, in seconds.
    pub slot_s: f64,
    /// Transactions of a slot that are proven, of all lanes together.
    pub transactions: f64,
    /// Servers of the fleet.
    pub servers: u64,
}

/// Work that begins a while after the end of a segment.
struct Step {
    /// How many seconds after.
    begun_s: f64,
    /// All work up to and with this step, in server-seconds.
    until_here_s: f64,
    /// First segment of the epoch that it covers.
    from: u64,
}

/// What happens after the end of a segment, in order.
struct Steps {
    begun: Vec<Step>,
    done_s: f64,
    /// The work of its leaves, in server-seconds.
    leaves_s: f64,
}

impl Steps {
    /// So many jobs begin together on a fleet of so many servers, when everything before is done.
    fn push(&mut self, jobs: u64, service_s: f64, (from, servers): (u64, u64)) {
        if jobs > 0 && service_s > 0.0 {
            let before_s = self.begun.last().map_or(0.0, |step| step.until_here_s);
            let until_here_s = before_s + jobs as f64 * service_s;
            self.begun.push(Step { begun_s: self.done_s, until_here_s, from });
            self.done_s += jobs.div_ceil(servers) as f64 * service_s;
        }
    }

    /// So many nodes are joined side by side, each of so many inputs.
    fn join(&mut self, merge: &Merge, (nodes, mut inputs): (u64, u64), transactions: f64, at: (u64, u64)) {
        while inputs > 1 && merge.pair_s > 0.0 {
            self.push(inputs / 2 * nodes, merge.pair_s, at);
            inputs = inputs.div_ceil(2);
        }
        self.push(nodes, merge.node.seconds(transactions), at);
    }

    /// What was begun within so many seconds and covers no segment before `first`.
    fn spent_s(&self, seconds: f64, first: u64) -> f64 {
        let count = self.begun.partition_point(|step| step.begun_s <= seconds && step.from >= first);
        count.checked_sub(1).map_or(0.0, |last| self.begun[last].until_here_s)
    }
}

/// What invalid blocks waste, whatever their slot and their age.
pub struct Waste<'a> {
    plan: &'a ProofPlan,
    pace: Pace,
    /// By segment of an epoch.
    segments: Vec<Steps>,
}

impl<'a> Waste<'a> {
    /// Of a plan at a pace.
    pub fn new(plan: &'a ProofPlan, pace: Pace) -> Self {
        let mut waste = Self { plan, pace, segments: Vec::new() };
        let rows = plan.tree().rows();
        waste.segments =
            (0..plan.slots_per_epoch.div_ceil(plan.segment_slots)).map(|it| waste.steps(it, &rows)).collect();
        waste
    }

    /// Work that is wasted by an invalid block in this slot of its epoch which is thrown out so many seconds after its
    /// proposal, in server-seconds. Asserts that the slot is one of an epoch.
    pub fn of(&self, slot: u64, age_s: f64) -> f64 {
        assert!(slot < self.plan.slots_per_epoch, "a slot of an epoch: {slot}");
        let segments = self.segments.len() as u64;
        let own = slot / self.plan.segment_slots;
        let mut wasted_s = self.tried(slot, age_s);
        for number in own + 1.. {
            let (epoch, segment) = (number / segments, number % segments);
            let last = epoch * self.plan.slots_per_epoch + self.end_of(segment) - 1;
            let since_s = age_s - (last - slot) as f64 * self.pace.slot_s;
            if since_s < 0.0 {
                break;
            }
            // What lies above the block's own segment waits for it.
            let first = if epoch == 0 { own + 1 } else { 0 };
            wasted_s += self.segments[segment as usize].spent_s(since_s, first);
        }
        wasted_s
    }

    /// Work that an invalid block wastes by itself: its segment's leaves, if that ends within so many seconds of it.
    pub fn tried(&self, slot: u64, age_s: f64) -> f64 {
        let segment = slot / self.plan.segment_slots;
        let until_s = (self.end_of(segment) - 1 - slot) as f64 * self.pace.slot_s;
        if age_s < until_s { 0.0 } else { self.segments[segment as usize].leaves_s }
    }

    /// The slot after the last one of a segment.
    fn end_of(&self, segment: u64) -> u64 {
        ((segment + 1) * self.plan.segment_slots).min(self.plan.slots_per_epoch)
    }

    /// Mean transactions that so many slots add to a lane.
    fn of_lane(&self, slots: u64) -> f64 {
        self.pace.transactions / self.plan.lanes as f64 * slots as f64
    }

    /// The leaves of a segment, of all lanes.
    fn leaves(&self, segment: u64) -> Steps {
        let (leaf, lanes) = (&self.plan.leaf, self.plan.lanes);
        let slots = self.end_of(segment) - segment * self.plan.segment_slots;
        let (full, rest) = leaf.split(self.of_lane(slots).round() as u64);
        let service = |size: u64| leaf.work.seconds(size as f64);
        let mut steps = Steps { begun: Vec::new(), done_s: 0.0, leaves_s: 0.0 };
        let at = (segment, self.pace.servers);
        steps.push(full * lanes, service(leaf.transactions.unwrap_or(0)), at);
        // The last leaf of a lane is smaller, and is made with the others.
        let done_s = steps.done_s;
        steps.push(u64::from(rest > 0) * lanes, service(rest), at);
        steps.begun.iter_mut().for_each(|step| step.begun_s = 0.0);
        steps.done_s = if full > 0 { done_s } else { steps.done_s };
        steps.leaves_s = steps.begun.last().map_or(0.0, |step| step.until_here_s);
        steps
    }

    /// What happens after the end of a segment, in all lanes: its own proof, and those above that end with it.
    fn steps(&self, segment: u64, rows: &[Row]) -> Steps {
        let (plan, tree, mut steps) = (self.plan, self.plan.tree(), self.leaves(segment));
        let segments = tree.lowest_per_lane;
        let slots = self.end_of(segment) - segment * plan.segment_slots;
        let transactions = self.of_lane(slots);
        let leaves = plan.leaf.count(transactions.round() as u64);
        steps.join(&tree.lowest, (plan.lanes, leaves), transactions, (segment, self.pace.servers));
        // Segments that a node covers in each of its lanes.
        let mut covers = 1;
        for row in 1..rows.len() {
            covers = plan.levels[row - 1].arity.map_or(segments, |arity| covers.saturating_mul(arity).min(segments));
            let from = segment / covers * covers;
            if !(segment + 1).is_multiple_of(covers) && segment + 1 != segments {
                break;
            }
            let inputs = tree.inputs(rows, row, segment / covers);
            let lanes = plan.lanes / rows[row].lanes;
            let slots = self.end_of(segment) - from * plan.segment_slots;
            if !tree.passes(row, inputs) {
                let covered = self.of_lane(slots) * lanes as f64;
                steps.join(tree.merge(row), (rows[row].lanes, inputs), covered, (from, self.pace.servers));
            }
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proving::servers::Discipline;
    use crate::proving::{Demand, Event, Leaf, Level, Proven, Provers};
    use crate::work::WorkCurve;
    use sim::{Calendar, Schedule, Streams, Time};

    enum Happening {
        Slot,
        Verdict,
        Provers(Event),
    }

    /// Lets a fleet prove blocks of so many transactions, of which one is invalid and thrown out with all later ones; what
    /// the fleet has done in vain by then.
    fn run(plan: &ProofPlan, servers: u64, per_block: u64, invalid: u64, age_s: f64) -> f64 {
        let mut provers = Provers::new(plan.clone(), servers, &Streams::new(1, 0));
        let mut calendar = Calendar::new();
        let verdict_s = (invalid + 1) as f64 + age_s;
        let slots = verdict_s as u64;
        (1..=slots).for_each(|slot| calendar.at(Time::from_secs_f64(slot as f64), Happening::Slot));
        calendar.at(Time::from_secs_f64(verdict_s), Happening::Verdict);
        let place = |slot| ((slot / plan.slots_per_epoch) as u32, slot % plan.slots_per_epoch);
        let lanes = vec![per_block; plan.lanes as usize];
        let (mut slot, mut complete_s) = (0, 0.0);
        while let Some((_, happening)) = calendar.pop() {
            match happening {
                Happening::Slot => {
                    let (epoch, within) = place(slot);
                    lanes.iter().enumerate().for_each(|(shard, count)| provers.include(shard, *count));
                    if slot == invalid {
                        provers.spoil(epoch, within);
                    }
                    provers.close_slot(epoch, within, &mut calendar.scope(Happening::Provers));
                    slot += 1;
                }
                Happening::Provers(event) => match provers.handle(event, &mut calendar.scope(Happening::Provers)) {
                    // A later proof that is complete has to wait for that of the invalid block's epoch.
                    Some(Proven::Epoch(folded)) if folded.tree > place(invalid).0 => complete_s += folded.work_s,
                    _ => {}
                },
                Happening::Verdict => {
                    let gone = (invalid..slots).map(|slot| (place(slot).0, place(slot).1, lanes.as_slice()));
                    provers.revert(gone, &mut calendar.scope(Happening::Provers));
                    return provers.epochs().wasted() + complete_s;
                }
            }
        }
        unreachable!("there is a verdict");
    }

    #[test]
    fn the_formula_is_what_a_fleet_does_in_vain() {
        let merge = |pair_s, node_s| Merge { pair_s, node: WorkCurve::constant(node_s), ..Merge::default() };
        let level = |arity, merge| Level { name: String::new(), arity, passes_lone: false, merge };
        let mut compared = 0;
        for (segment_slots, lanes, levels) in [
            (1, 1, vec![level(None, merge(0.0, 0.0))]),
            (1, 2, vec![level(Some(4), merge(0.17, 0.31)), level(None, merge(0.13, 0.71))]),
            (3, 2, vec![level(Some(2), merge(0.0, 0.23)), level(None, merge(0.19, 0.0))]),
            (8, 3, vec![level(None, merge(0.11, 1.3))]),
            (20, 1, vec![level(None, merge(0.0, 0.5))]),
        ] {
            let plan = ProofPlan {
                slots_per_epoch: 20,
                segment_slots,
                lanes,
                leaf: Leaf { transactions: Some(10), work: WorkCurve::proportional(0.021), spread: 0.0 },
                segment_merge: merge(0.077, 0.29),
                levels,
                demand: Demand::Always,
                day: None,
                discipline: Discipline::OldestFirst,
            };
            let pace = Pace { slot_s: 1.0, transactions: (13 * lanes) as f64, servers: 1_000 };
            let waste = Waste::new(&plan, pace);
            for invalid in 0..20 {
                for age_s in [0.4537, 2.6541, 7.3519, 18.7771, 55.4123] {
                    let (seen, expected) = (run(&plan, 1_000, 13, invalid, age_s), waste.of(invalid, age_s));
                    let case = format!("segments of {segment_slots}, slot {invalid}, {age_s} s");
                    assert!((seen - expected).abs() < 1e-6 * (1.0 + expected), "{case}: {expected} s, {seen} s");
                    compared += usize::from(expected > 0.0);
                }
            }
        }
        assert!(compared > 300, "{compared} with waste");
    }

    #[test]
    fn a_revert_by_hand() {
        // Segments of 4 slots, leaves of 10 transactions of 0.1 s each, pairs of 2 s, 10 transactions a slot.
        let plan = ProofPlan {
            slots_per_epoch: 8,
            segment_slots: 4,
            lanes: 1,
            leaf: Leaf { transactions: Some(10), work: WorkCurve::proportional(0.1), spread: 0.0 },
            segment_merge: Merge { pair_s: 2.0, ..Merge::default() },
            levels: vec![],
            demand: Demand::Always,
            day: None,
            discipline: Discipline::OldestFirst,
        };
        let pace = Pace { slot_s: 1.0, transactions: 10.0, servers: 10 };
        let waste = Waste::new(&plan, pace);
        // The block of slot 1 has two more after it in its segment: before their end nothing is begun, then four leaves.
        assert_eq!([1.9, 2.0, 5.9].map(|age_s| waste.of(1, age_s)), [0.0, 4.0, 4.0]);
        // The next segment ends after 6 s: four leaves more, after a second two pairs, after two more the last pair.
        assert_eq!([6.0, 7.1, 9.1].map(|age_s| waste.of(1, age_s)), [8.0, 12.0, 14.0]);
        assert_eq!(waste.tried(1, 9.1), 4.0);
    }
}
