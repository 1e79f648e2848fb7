//! Pools of machines at work: the instances, and those that all instances share for a step.

use std::collections::BTreeSet;

use sim::{Streams, Time, TimeAverage};

use crate::machines::{Machines, Seen};
use crate::systems::service::capacity::INSTANCES;
use crate::systems::service::{MachineKind, Place, Service};

/// The pool of the instances, which is the first.
pub(super) const OF_INSTANCES: u16 = 0;

/// A pool at work.
#[derive(Debug)]
pub(super) struct WorkingPool {
    pub(super) name: String,
    pub(super) machines: Machines,
    /// Which machines have room; only where machines of a shared pool come and go, or are not all alike.
    pub(super) seats: Option<Seats>,
    /// The step that it serves; none for the instances.
    pub(super) step: Option<u16>,
    /// Servers of a machine, in the mean.
    servers: f64,
    /// Servers at work since its autoscaler looked; not kept without one.
    busy: Option<TimeAverage>,
}

/// The pools of a service, the instances first, and which of them serves each step.
pub(super) fn pools(service: &Service, streams: &Streams) -> (Vec<WorkingPool>, Vec<u16>) {
    let instances = &service.instances;
    let busy = |scaled: bool| scaled.then(|| TimeAverage::new(Time::ZERO, 0.0));
    let mut pools = vec![WorkingPool {
        name: INSTANCES.to_owned(),
        machines: Machines::new(&instances.lifecycle, instances.count.into(), "", streams),
        seats: None,
        step: None,
        servers: service.servers_of_an_instance() as f64,
        busy: busy(instances.lifecycle.autoscaler.is_some()),
    }];
    let of_steps = service.steps.iter().enumerate().map(|(at, step)| {
        let Place::Pool(pool) = &step.place else { return OF_INSTANCES };
        let kinds = pool.of_machines();
        let seated = !pool.lifecycle.is_constant() || !pool.kinds.is_empty();
        pools.push(WorkingPool {
            name: step.name.clone(),
            machines: Machines::new(&pool.lifecycle, pool.machines, &step.name, streams),
            seats: seated.then(|| Seats::new(&kinds)),
            step: Some(at as u16),
            servers: pool.in_all() as f64 / pool.machines as f64,
            busy: busy(pool.lifecycle.autoscaler.is_some()),
        });
        pools.len() as u16 - 1
    });
    let of_steps = of_steps.collect();
    (pools, of_steps)
}

impl WorkingPool {
    /// Whether it matters which of its machines a job is on, or how many work.
    pub(super) fn matters(&self) -> bool {
        self.seats.is_some() || self.busy.is_some()
    }

    /// A server begins, or ends.
    #[inline]
    pub(super) fn works(&mut self, begins: bool, now: Time) {
        if let Some(busy) = &mut self.busy {
            busy.set(now, busy.value() + if begins { 1.0 } else { -1.0 });
        }
    }

    /// What an autoscaler sees that looks now, where so many requests are in hand.
    pub(super) fn look(&mut self, in_hand: f64, now: Time) -> Seen {
        let Some(busy) = &mut self.busy else { return Seen::default() };
        let mean = busy.mean(now) / self.servers;
        busy.restart(now);
        Seen { busy: mean, in_hand }
    }
}

/// Which machines of a pool have room. The first that has is taken, so that the last become idle.
#[derive(Debug)]
pub(super) struct Seats {
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
    fn new(kinds: &[MachineKind]) -> Self {
        let count = kinds.len();
        Self { kinds: kinds.to_vec(), taken: vec![0; count], open: vec![false; count], room: BTreeSet::new() }
    }

    /// How fast the servers of a machine are.
    pub(super) fn speed(&self, machine: u32) -> f64 {
        self.kinds[machine as usize].speed
    }

    /// A machine takes work from now on; returns how many servers come.
    pub(super) fn open(&mut self, machine: u32) -> u64 {
        let at = machine as usize;
        self.open[at] = true;
        let free = self.kinds[at].servers - self.taken[at];
        if free > 0 {
            self.room.insert(machine);
        }
        free
    }

    /// A machine takes no more work; returns how many idle servers go.
    pub(super) fn close(&mut self, machine: u32) -> u64 {
        let at = machine as usize;
        self.room.remove(&machine);
        if std::mem::take(&mut self.open[at]) { self.kinds[at].servers - self.taken[at] } else { 0 }
    }

    /// A job begins on the first machine that has room.
    pub(super) fn take(&mut self) -> u32 {
        let machine = *self.room.first().expect("a server is free");
        let taken = &mut self.taken[machine as usize];
        *taken += 1;
        if *taken == self.kinds[machine as usize].servers {
            self.room.remove(&machine);
        }
        machine
    }

    /// A job ends on a machine; returns whether its server goes on.
    pub(super) fn leave(&mut self, machine: u32) -> bool {
        let at = machine as usize;
        self.taken[at] -= 1;
        if self.open[at] {
            self.room.insert(machine);
        }
        self.open[at]
    }

    /// Whether nothing is served on a machine.
    pub(super) fn is_idle(&self, machine: u32) -> bool {
        self.taken[machine as usize] == 0
    }
}
