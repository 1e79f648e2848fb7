//! The servers of machines that come and go: which have room, and how many are at work.

use std::collections::BTreeSet;

use sim::{Time, TimeAverage};

use super::{Lifecycle, Seen};

/// What the machines of a lot are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MachineKind {
    /// Servers of one.
    pub servers: u64,
    /// How fast each is, as a multiple of what the laws of services say.
    pub speed: f64,
}

/// Which machines of a pool have room. The first that has is taken, so that the last become idle.
#[derive(Debug)]
pub(crate) struct Seats {
    /// What every machine is.
    kinds: Vec<MachineKind>,
    /// Servers at work on each.
    taken: Vec<u64>,
    /// Machines that take work.
    open: Vec<bool>,
    /// Those of them that have room.
    room: BTreeSet<u32>,
}

impl Seats {
    pub(crate) fn new(kinds: &[MachineKind]) -> Self {
        let count = kinds.len();
        Self { kinds: kinds.to_vec(), taken: vec![0; count], open: vec![false; count], room: BTreeSet::new() }
    }

    /// How fast the servers of a machine are.
    pub(crate) fn speed(&self, machine: u32) -> f64 {
        self.kinds[machine as usize].speed
    }

    /// A machine takes work from now on; returns how many servers come.
    pub(crate) fn open(&mut self, machine: u32) -> u64 {
        let at = machine as usize;
        self.open[at] = true;
        let free = self.kinds[at].servers - self.taken[at];
        if free > 0 {
            self.room.insert(machine);
        }
        free
    }

    /// A machine takes no more work; returns how many idle servers go.
    pub(crate) fn close(&mut self, machine: u32) -> u64 {
        let at = machine as usize;
        self.room.remove(&machine);
        if std::mem::take(&mut self.open[at]) { self.kinds[at].servers - self.taken[at] } else { 0 }
    }

    /// A job begins on the first machine that has room.
    pub(crate) fn take(&mut self) -> u32 {
        let machine = *self.room.first().expect("a server is free");
        let taken = &mut self.taken[machine as usize];
        *taken += 1;
        if *taken == self.kinds[machine as usize].servers {
            self.room.remove(&machine);
        }
        machine
    }

    /// A job ends on a machine; returns whether its server goes on.
    pub(crate) fn leave(&mut self, machine: u32) -> bool {
        let at = machine as usize;
        self.taken[at] -= 1;
        if self.open[at] {
            self.room.insert(machine);
        }
        self.open[at]
    }

    /// Whether nothing is served on a machine.
    pub(crate) fn is_idle(&self, machine: u32) -> bool {
        self.taken[machine as usize] == 0
    }
}

/// Servers at work since an autoscaler looked; not kept without one.
#[derive(Debug)]
pub(crate) struct Busy {
    /// Servers of a machine, in the mean.
    servers: f64,
    at_work: Option<TimeAverage>,
}

impl Busy {
    /// Idle machines with so many servers each, in the mean, which come and go like this.
    pub(crate) fn new(life: &Lifecycle, servers: f64) -> Self {
        let at_work = life.autoscaler.is_some().then(|| TimeAverage::new(Time::ZERO, 0.0));
        Self { servers, at_work }
    }

    /// Whether anybody looks.
    pub(crate) fn is_kept(&self) -> bool {
        self.at_work.is_some()
    }

    /// So many servers begin, or end where it is less than none.
    #[inline]
    pub(crate) fn works(&mut self, servers: f64, now: Time) {
        if let Some(at_work) = &mut self.at_work {
            at_work.set(now, at_work.value() + servers);
        }
    }

    /// What an autoscaler sees that looks now, where so many requests are in hand.
    pub(crate) fn look(&mut self, in_hand: f64, now: Time) -> Seen {
        let Some(at_work) = &mut self.at_work else { return Seen::default() };
        let busy = at_work.mean(now) / self.servers;
        at_work.restart(now);
        Seen { busy, in_hand }
    }
}
