//! Pools of machines at work: the instances, and those that all instances share for a step.

use sim::Streams;

use crate::machines::{Busy, Machines, Seats};
use crate::systems::service::capacity::INSTANCES;
use crate::systems::service::{Place, Service};

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
    pub(super) busy: Busy,
}

/// The pools of a service, the instances first, and which of them serves each step.
pub(super) fn pools(service: &Service, streams: &Streams) -> (Vec<WorkingPool>, Vec<u16>) {
    let instances = &service.instances;
    let mut pools = vec![WorkingPool {
        name: INSTANCES.to_owned(),
        machines: Machines::new(&instances.lifecycle, instances.count.into(), "", streams),
        seats: None,
        step: None,
        busy: Busy::new(&instances.lifecycle, service.servers_of_an_instance() as f64),
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
            busy: Busy::new(&pool.lifecycle, pool.in_all() as f64 / pool.machines.max(1) as f64),
        });
        pools.len() as u16 - 1
    });
    let of_steps = of_steps.collect();
    (pools, of_steps)
}

impl WorkingPool {
    /// Whether it matters which of its machines a job is on, or how many work.
    pub(super) fn matters(&self) -> bool {
        self.seats.is_some() || self.busy.is_kept()
    }
}
