//! The proof of one batch on idle machines: how long it takes from the first segment to the last level of recursion.
//!
//! Model: that of one proof system, with nothing else to prove. Source: the definition. Leaves out: execution, joins, and what is wrapped.

use sim::{Calendar, Streams, Time};

use super::ProofSystem;
use super::prover::{Event, Order, Prover, Task};
use crate::batching::Content;
use crate::outages::Outages;

/// Time to prove a batch of so many cycles \[s\].
pub fn makespan_s(system: &ProofSystem, cycles: f64, streams: &Streams) -> f64 {
    let mut prover = Prover::new(system, (&Outages::default(), None), streams);
    let mut calendar: Calendar<Event> = Calendar::new();
    let content = Content { cycles, ..Content::default() };
    let task = Task { level: 0, number: 0 };
    let order = Order { task, closed: Time::ZERO, content, joined: None, is_settled: false };
    prover.fleet_mut().start(&mut calendar);
    prover.submit(order, &mut calendar);
    while let Some((_, event)) = calendar.pop() {
        if prover.handle(event, &mut calendar).is_some() {
            break;
        }
    }
    calendar.now().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems::rollup::{Job, Recursion, tests::validity};
    use crate::work::WorkCurve;

    #[test]
    fn a_makespan_by_hand() {
        // Ten segments of 2 s on four servers: three rounds, 6 s. Three leaves of 1 s, which make one more proof of 1 s.
        let mut system = validity().proof_systems()[0].clone();
        let job = |seconds| Job { work: WorkCurve::constant(seconds), spread: 0.0 };
        system.place.machines = 4;
        (system.segment_cycles, system.segment) = (Some(100.0), job(2.0));
        system.recursion = vec![Recursion { arity: 4, job: job(1.0) }];
        assert_eq!(makespan_s(&system, 1_000.0, &Streams::new(1, 0)), 8.0);
        // One segment has one leaf, which is the last.
        assert_eq!(makespan_s(&system, 10.0, &Streams::new(1, 0)), 3.0);
    }
}
