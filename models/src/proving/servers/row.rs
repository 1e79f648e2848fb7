//! The servers of equal machines in a row, taken and given back by ranges.
//!
//! Model: a machine has the servers from its number times as many as it has. What is taken is taken from the first machine that has room, so
//! that the last become idle. A machine that is closed gives no more servers, and ends what it has. Neighbours that are idle are one range: a
//! large batch costs time in the ranges it touches, not in its jobs or machines.
//!
//! Source: the definition. Leaves out: machines of several sizes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Servers, by their numbers.
pub(super) type Numbers = Range<u64>;

/// A set of numbers as disjoint ranges that do not touch, from the start of each to its end.
#[derive(Debug, Default)]
struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// Adds numbers, none of which is there.
    fn insert(&mut self, mut added: Numbers) {
        if added.is_empty() {
            return;
        }
        if let Some((start, end)) = self.0.range(..added.start).next_back()
            && *end == added.start
        {
            added.start = *start;
        }
        if let Some(end) = self.0.remove(&added.end) {
            added.end = end;
        }
        self.0.insert(added.start, added.end);
    }

    /// Takes out those of the numbers that are there.
    fn take(&mut self, wanted: &Numbers) -> Vec<Numbers> {
        let before = self.0.range(..wanted.start).next_back().filter(|(_, end)| **end > wanted.start);
        let touched: Vec<Numbers> =
            before.into_iter().chain(self.0.range(wanted.clone())).map(|(start, end)| *start..*end).collect();
        let take = |range: Numbers| {
            self.0.remove(&range.start);
            self.insert(range.start..wanted.start.max(range.start));
            self.insert(wanted.end.min(range.end)..range.end);
            range.start.max(wanted.start)..range.end.min(wanted.end)
        };
        touched.into_iter().map(take).collect()
    }

    /// Takes out so many of the first range, or all of it where it has fewer.
    fn take_first(&mut self, most: u64) -> Option<Numbers> {
        let (start, end) = self.0.pop_first()?;
        let taken = start..end.min(start.saturating_add(most));
        if taken.end < end {
            self.0.insert(taken.end, end);
        }
        Some(taken)
    }

    /// Whether all of the numbers are there.
    fn has_all(&self, numbers: &Numbers) -> bool {
        self.0.range(..=numbers.start).next_back().is_some_and(|(_, end)| *end >= numbers.end)
    }
}

/// The servers of machines, of which some are closed and some at work.
#[derive(Debug)]
pub(super) struct Row {
    servers_of_one: u64,
    /// Idle servers of machines that are open.
    free: Ranges,
    /// Idle servers of machines that are closed.
    shut: Ranges,
    /// Machines that were closed with servers at work.
    leaving: BTreeSet<u32>,
}

impl Row {
    /// Machines with so many servers each, all of them closed and idle.
    pub(super) fn new(machines: u64, servers_of_one: u64) -> Self {
        let mut shut = Ranges::default();
        shut.insert(0..machines * servers_of_one);
        Self { servers_of_one, free: Ranges::default(), shut, leaving: BTreeSet::new() }
    }

    fn of(&self, machine: u32) -> Numbers {
        let first = u64::from(machine) * self.servers_of_one;
        first..first + self.servers_of_one
    }

    /// A machine gives servers from now on.
    pub(super) fn open(&mut self, machine: u32) {
        self.leaving.remove(&machine);
        for idle in self.shut.take(&self.of(machine)) {
            self.free.insert(idle);
        }
    }

    /// A machine gives no more servers; whether all of its servers are idle.
    pub(super) fn close(&mut self, machine: u32) -> bool {
        let servers = self.of(machine);
        for idle in self.free.take(&servers) {
            self.shut.insert(idle);
        }
        let is_idle = self.shut.has_all(&servers);
        if !is_idle {
            self.leaving.insert(machine);
        }
        is_idle
    }

    /// Takes so many servers, or fewer that are neighbours, from the first that are free; nothing where none is.
    pub(super) fn take_up_to(&mut self, servers: u64) -> Option<Numbers> {
        self.free.take_first(servers)
    }

    /// Servers are idle again; which machines that were closed have none at work any more.
    pub(super) fn leave(&mut self, mut servers: Numbers) -> Vec<u32> {
        let mut emptied = Vec::new();
        let Some(last) = servers.end.checked_sub(1) else { return emptied };
        let machines = (servers.start / self.servers_of_one) as u32..=(last / self.servers_of_one) as u32;
        let leaving: Vec<u32> = self.leaving.range(machines).copied().collect();
        for machine in leaving {
            let of_machine = self.of(machine);
            self.free.insert(servers.start..of_machine.start.max(servers.start));
            self.shut.insert(of_machine.start.max(servers.start)..of_machine.end.min(servers.end));
            servers.start = of_machine.end.min(servers.end);
            if self.shut.has_all(&of_machine) {
                self.leaving.remove(&machine);
                emptied.push(machine);
            }
        }
        self.free.insert(servers);
        emptied
    }

    /// The servers of some machines among these, from the first to the last, and what is left of them.
    pub(super) fn split(&self, servers: &Numbers, machines: &BTreeSet<u32>) -> (Vec<Numbers>, Vec<Numbers>) {
        let (mut of_machines, mut others, mut from) = (Vec::new(), Vec::new(), servers.start);
        let Some(last) = servers.end.checked_sub(1) else { return (of_machines, others) };
        let touched = (servers.start / self.servers_of_one) as u32..=(last / self.servers_of_one) as u32;
        for machine in machines.range(touched) {
            let of_machine = self.of(*machine);
            let inside = of_machine.start.max(servers.start)..of_machine.end.min(servers.end);
            others.push(from..inside.start);
            from = inside.end;
            of_machines.push(inside);
        }
        others.push(from..servers.end);
        others.retain(|range| !range.is_empty());
        (of_machines, others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_are_free_are_taken_and_neighbours_are_one_range() {
        let mut row = Row::new(4, 2);
        assert_eq!(row.take_up_to(1), None, "all machines are closed");
        (0..4).for_each(|machine| row.open(machine));
        assert_eq!(row.take_up_to(3), Some(0..3));
        assert_eq!(row.take_up_to(9), Some(3..8));
        assert!(row.leave(4..6).is_empty() && row.leave(0..1).is_empty() && row.leave(1..3).is_empty());
        assert_eq!([row.take_up_to(9), row.take_up_to(9), row.take_up_to(9)], [Some(0..3), Some(4..6), None]);
    }

    #[test]
    fn a_machine_that_is_closed_ends_what_it_has_and_may_come_back() {
        let mut row = Row::new(3, 2);
        (0..3).for_each(|machine| row.open(machine));
        let taken = row.take_up_to(5).expect("six are free");
        assert!(!row.close(1) && !row.close(2));
        // One of the second machine comes back to it, which is closed: it is not free, and the other is at work.
        assert!(row.leave(2..3).is_empty());
        assert_eq!(row.take_up_to(9), None);
        assert_eq!(row.leave(taken.start..2), []);
        assert_eq!(row.leave(3..taken.end), [1, 2]);
        assert_eq!(row.take_up_to(9), Some(0..2));
        row.open(1);
        assert_eq!(row.take_up_to(9), Some(2..4));
        // Closed and opened again while it works: its servers are free as they end.
        assert!(!row.close(1));
        row.open(1);
        assert_eq!(row.leave(2..4), []);
        assert_eq!(row.take_up_to(9), Some(2..4));
    }

    #[test]
    fn servers_of_machines_are_told_from_the_rest() {
        let row = Row::new(4, 2);
        let (of_machines, others) = row.split(&(1..7), &BTreeSet::from([0, 2]));
        assert_eq!((of_machines, others), (vec![1..2, 4..6], vec![2..4, 6..7]));
    }
}
