//! The prover fleet: servers that are always there, or machines that come and go.

use sim::{Schedule, Span, Streams, Time};

use crate::machines::PoolOutcome;
use crate::proving::servers::changing::{Changing, ProverLife};
use crate::proving::servers::{Discipline, Event, Servers};
use crate::services::Services;

/// Servers, the jobs that wait for them, and what follows when they are done.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a world has one")]
pub(crate) enum Fleet<Then> {
    Always(Servers<Then>),
    Changing(Changing<Then>),
}

impl<Then: From<Event>> Fleet<Then> {
    /// So many idle servers, on machines that are always there where nothing is said of how they come and go; `pool` is their name.
    pub(crate) fn new(
        servers: u64,
        life: Option<&ProverLife>,
        discipline: Discipline,
        (pool, streams): (&str, &Streams),
    ) -> Self {
        match life {
            None => Self::Always(Servers::new(servers, discipline)),
            Some(life) => Self::Changing(Changing::new(life, servers, discipline, (pool, streams))),
        }
    }

    /// Machines begin.
    pub(crate) fn start(&mut self, schedule: &mut impl Schedule<Event = Then>) {
        if let Self::Changing(servers) = self {
            servers.start(schedule);
        }
    }

    /// A batch arrives; the older its work, the smaller is `age`. When all its jobs are done, `then` happens.
    pub(crate) fn submit(
        &mut self,
        age: u64,
        parts: Vec<Services>,
        then: Then,
        schedule: &mut impl Schedule<Event = Then>,
    ) {
        match self {
            Self::Always(servers) => servers.submit(age, parts, then, schedule),
            Self::Changing(servers) => servers.submit(age, parts, then, schedule),
        }
    }

    /// Something happens to them.
    pub(crate) fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Then>) {
        match self {
            Self::Always(servers) => servers.wake(schedule),
            Self::Changing(servers) => servers.handle(event, schedule),
        }
    }

    /// Service given since the start, in server-seconds; promised, where no machine is ever lost.
    pub(crate) fn work(&self, now: Time) -> f64 {
        match self {
            Self::Always(servers) => servers.work(),
            Self::Changing(servers) => servers.work(now).0,
        }
    }

    /// Service given since the start, in server-seconds.
    pub(crate) fn given_s(&self, now: Time) -> f64 {
        match self {
            Self::Always(servers) => servers.given_by(now),
            Self::Changing(servers) => servers.work(now).0,
        }
    }

    /// Service that was lost with machines since the start, in server-seconds.
    pub(crate) fn lost(&self, now: Time) -> f64 {
        match self {
            Self::Always(_) => 0.0,
            Self::Changing(servers) => servers.work(now).1,
        }
    }

    /// The measured time begins.
    pub(crate) fn measure(&mut self, now: Time) {
        if let Self::Changing(servers) = self {
            servers.measure(now);
        }
    }

    /// The measured time ends, which was so long.
    pub(crate) fn close(&mut self, now: Time, measured: Span) {
        if let Self::Changing(servers) = self {
            servers.close(now, measured);
        }
    }

    /// What machines of a pool did that come and go, once the measured time is over.
    pub(crate) fn outcome(&self, pool: &str) -> Option<PoolOutcome> {
        match self {
            Self::Always(_) => None,
            Self::Changing(servers) => Some(servers.outcome(pool)),
        }
    }

    /// Machines that come and go which are paid for now, by lot.
    pub(crate) fn paid_now(&self) -> Option<Vec<f64>> {
        match self {
            Self::Always(_) => None,
            Self::Changing(servers) => Some(servers.paid_now()),
        }
    }

    /// Jobs that no server has begun, where machines come and go.
    pub(crate) fn waiting(&self, now: Time) -> Option<u64> {
        match self {
            Self::Always(_) => None,
            Self::Changing(servers) => Some(servers.waiting(now)),
        }
    }
}
