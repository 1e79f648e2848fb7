//! Instances that fail, are repaired and start cold, and what the balancer knows of it.
//!
//! Model: an instance runs for an exponential time and fails; it is repaired in an exponential time, boots in a fixed one, and has
//! nothing loaded then. The first request that it serves after a start loads it, which takes a fixed time; those that begin before it
//! is loaded wait for it on their servers. All instances run at the start, and none is loaded. The balancer learns who runs at its
//! health checks, all at once, and knows nothing between them.
//! Assumptions: instances fail independently of each other and of their load. Source: R. E. Barlow, F. Proschan, *Mathematical Theory
//! of Reliability* (1965), ch. 3, for alternating renewals. Leaves out: instances that are slow but alive; checks that err.

use sim::{Schedule, Span, Stream, Streams, Time};

use crate::systems::service::Failures;

/// What happens to instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// One fails.
    Fails(u32),
    /// One has booted.
    Runs(u32),
    /// The balancer looks who runs.
    Check,
}

/// What others have to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// What this instance has in hand is lost.
    Failed(u32),
    /// This one runs again.
    Runs,
    /// The balancer has looked.
    Checked,
}

/// All instances.
#[derive(Debug)]
pub(super) struct Fleet {
    failures: Option<Failures>,
    first_request: Span,
    up: Vec<bool>,
    /// When each is loaded, once a request has begun to load it.
    loaded: Vec<Option<Time>>,
    lives: Stream,
    repairs: Stream,
}

impl Fleet {
    pub(super) fn new(count: u32, failures: Option<Failures>, first_request: Span, streams: &Streams) -> Self {
        Self {
            failures,
            first_request,
            up: vec![true; count as usize],
            loaded: vec![None; count as usize],
            lives: streams.stream("failures"),
            repairs: streams.stream("repairs"),
        }
    }

    /// All instances run from now on.
    pub(super) fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        if let Some(failures) = self.failures {
            (0..self.up.len()).for_each(|instance| self.live(instance as u32, failures, schedule));
            schedule.after(failures.health_check, Event::Check);
        }
    }

    /// Something happens to an instance.
    pub(super) fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Change {
        let failures = self.failures.expect("instances that never fail have no events");
        match event {
            Event::Fails(instance) => {
                self.up[instance as usize] = false;
                self.loaded[instance as usize] = None;
                let repair = Span::from_secs_f64(self.repairs.exponential(failures.repair.as_secs_f64()));
                schedule.after(repair + failures.boot, Event::Runs(instance));
                Change::Failed(instance)
            }
            Event::Runs(instance) => {
                self.up[instance as usize] = true;
                self.live(instance, failures, schedule);
                Change::Runs
            }
            Event::Check => {
                schedule.after(failures.health_check, Event::Check);
                Change::Checked
            }
        }
    }

    fn live(&mut self, instance: u32, failures: Failures, schedule: &mut impl Schedule<Event = Event>) {
        let life = Span::from_secs_f64(self.lives.exponential(failures.between.as_secs_f64()));
        schedule.after(life, Event::Fails(instance));
    }

    /// Whether each runs.
    #[inline]
    pub(super) fn up(&self) -> &[bool] {
        &self.up
    }

    /// A request begins to be served on an instance; returns how long it waits there for what is not loaded.
    #[inline]
    pub(super) fn load(&mut self, instance: u32, now: Time) -> Span {
        if self.first_request == Span::ZERO {
            return Span::ZERO;
        }
        let loaded = *self.loaded[instance as usize].get_or_insert(now + self.first_request);
        if loaded > now { loaded - now } else { Span::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Recorder;

    #[test]
    fn an_instance_fails_comes_back_and_is_cold() {
        let failures = Failures {
            between: Span::from_secs(1_000),
            repair: Span::from_secs(10),
            boot: Span::from_secs(5),
            health_check: Span::from_secs(1_000_000),
        };
        let mut fleet = Fleet::new(1, Some(failures), Span::from_secs(2), &Streams::new(1, 0));
        let mut schedule = Recorder::new();
        let at = Time::from_secs_f64;
        assert_eq!([0.0, 0.5, 2.0].map(|second| fleet.load(0, at(second)).as_secs_f64()), [2.0, 1.5, 0.0]);
        fleet.start(&mut schedule);
        let (failed, event) = schedule.pop().expect("a failure");
        assert_eq!((fleet.handle(event, &mut schedule), fleet.up()), (Change::Failed(0), &[false][..]));
        let (back, event) = schedule.pop().expect("a repair");
        assert!(back - failed > failures.boot);
        assert_eq!((fleet.handle(event, &mut schedule), fleet.up()), (Change::Runs, &[true][..]));
        assert_eq!(fleet.load(0, back), Span::from_secs(2));
    }
}
