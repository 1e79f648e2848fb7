//! All proof systems of a rollup, and the execution before them.
//!
//! Model: a batch is executed once, for all systems; each then proves it on machines of its own ([`super::prover`]). It is proven when enough systems have.
//! Source: the definition; several systems as in V. Buterin, "Simple L2 security and finalization roadmap" (2025). Leaves out: systems that
//! disagree.

use sim::{Schedule, Span, Stream, Streams, Time};

use super::prover::{self, Order, Prover, Task};
use super::{Job, Place, Proving};
use crate::machines::PoolOutcome;
use crate::orders::buyer::Bought;
use crate::proving::fleet::Fleet;
use crate::proving::servers::{self, Discipline};
use crate::services::Services;

/// What all of them wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Something of the servers that execute.
    Executors(servers::Event),
    /// A batch is executed.
    Executed(Task),
    /// Something of a proof system.
    Prover(u8, prover::Event),
}

impl From<servers::Event> for Event {
    fn from(event: servers::Event) -> Self {
        Self::Executors(event)
    }
}

/// Servers that execute.
#[derive(Debug)]
struct Execution {
    job: Job,
    place: Place,
    fleet: Fleet<Event>,
    times: Stream,
    /// Batches at work.
    open: Vec<Order>,
}

/// The proofs of a run.
#[derive(Debug)]
pub(super) struct Proofs {
    execution: Option<Execution>,
    provers: Vec<Prover>,
    pools: Vec<String>,
}

impl Proofs {
    pub(super) fn new(proving: &Proving, streams: &Streams) -> Self {
        let execution = proving.execution.as_ref().map(|(job, place)| Execution {
            job: *job,
            place: place.clone(),
            fleet: Fleet::new(
                place.all_servers(),
                place.life.as_ref(),
                Discipline::OldestFirst,
                (place.pool.as_str(), streams),
            ),
            times: streams.stream("execution times"),
            open: Vec::new(),
        });
        Self {
            execution,
            provers: (0..)
                .zip(&proving.systems)
                .map(|(place, system)| {
                    let market = proving.market.as_ref().filter(|_| place == 0);
                    Prover::new(system, (&proving.outages, market), streams)
                })
                .collect(),
            pools: proving.systems.iter().map(|system| system.place.pool.clone()).collect(),
        }
    }

    /// Machines begin.
    pub(super) fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        if let Some(execution) = &mut self.execution {
            execution.fleet.start(schedule);
        }
        for (at, prover) in (0..).zip(&mut self.provers) {
            prover.start(&mut schedule.scope(|event| Event::Prover(at, event)));
        }
    }

    /// A batch of the proven level closes: all systems prove it, once it is executed.
    pub(super) fn submit(&mut self, order: Order, schedule: &mut impl Schedule<Event = Event>) {
        match &mut self.execution {
            Some(execution) => {
                let mean_s = execution.job.work.seconds(order.content.cycles);
                let services = Services::draw(1, mean_s, execution.job.spread, &mut execution.times);
                execution.open.push(order);
                execution.fleet.submit(order.closed.nanos(), vec![services], Event::Executed(order.task), schedule);
            }
            None => self.prove(order, schedule),
        }
    }

    fn prove(&mut self, order: Order, schedule: &mut impl Schedule<Event = Event>) {
        for (at, prover) in (0..).zip(&mut self.provers) {
            prover.submit(order, &mut schedule.scope(|event| Event::Prover(at, event)));
        }
    }

    /// One system joins proofs that it has made.
    pub(super) fn join(&mut self, system: u8, order: Order, schedule: &mut impl Schedule<Event = Event>) {
        self.provers[usize::from(system)].submit(order, &mut schedule.scope(|event| Event::Prover(system, event)));
    }

    /// Something happens; which system has proven what.
    pub(super) fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Option<(u8, Task)> {
        match event {
            Event::Executors(event) => {
                let execution = self.execution.as_mut().expect("there are some");
                execution.fleet.handle(event, schedule);
                None
            }
            Event::Executed(task) => {
                let execution = self.execution.as_mut().expect("there are some");
                let at = execution.open.iter().position(|order| order.task == task).expect("it was asked for");
                let order = execution.open.swap_remove(at);
                self.prove(order, schedule);
                None
            }
            Event::Prover(at, event) => {
                let prover = &mut self.provers[usize::from(at)];
                let task = prover.handle(event, &mut schedule.scope(|event| Event::Prover(at, event)))?;
                Some((at, task))
            }
        }
    }

    /// The measured time begins.
    pub(super) fn measure(&mut self, now: Time) {
        self.execution.iter_mut().for_each(|execution| execution.fleet.measure(now));
        self.provers.iter_mut().for_each(|prover| prover.fleet_mut().measure(now));
    }

    /// The measured time ends, which was so long.
    pub(super) fn close(&mut self, now: Time, measured: Span) {
        self.execution.iter_mut().for_each(|execution| execution.fleet.close(now, measured));
        self.provers.iter_mut().for_each(|prover| prover.fleet_mut().close(now, measured));
    }

    /// Work so far of every pool \[server-s\], executors first.
    pub(super) fn work(&self, now: Time) -> Vec<f64> {
        let executed = self.execution.iter().map(|execution| execution.fleet.work(now));
        executed.chain(self.provers.iter().map(|prover| prover.fleet().work(now))).collect()
    }

    /// Service given so far by every pool \[server-s\], executors first.
    pub(super) fn given_s(&self, now: Time) -> impl Iterator<Item = f64> {
        let executed = self.execution.iter().map(move |execution| execution.fleet.given_s(now));
        executed.chain(self.provers.iter().map(move |prover| prover.fleet().given_s(now)))
    }

    /// What machines did that come and go.
    pub(super) fn pools(&self) -> Vec<PoolOutcome> {
        let executors = self.execution.iter().filter_map(|execution| execution.fleet.outcome(&execution.place.pool));
        let provers = self.provers.iter().zip(&self.pools).filter_map(|(prover, pool)| prover.fleet().outcome(pool));
        executors.chain(provers).collect()
    }

    /// Machines that come and go which are paid for now, by pool and lot.
    pub(super) fn paid_now(&self) -> Vec<(String, Vec<f64>)> {
        let paid = self.provers.iter().map(|prover| prover.fleet().paid_now());
        self.pools.iter().zip(paid).filter_map(|(pool, paid)| Some((pool.clone(), paid?))).collect()
    }

    /// What was bought.
    pub(super) fn bought(&self) -> Option<Bought> {
        self.provers.iter().find_map(|prover| Some(prover.buyer.as_ref()?.bought))
    }

    /// Proofs that were made in vain.
    pub(super) fn in_vain(&self) -> u64 {
        self.provers.iter().map(|prover| prover.in_vain).sum()
    }
}
