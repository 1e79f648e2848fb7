//! The clients' side of the wiring: requests arrive, are tried, are missed and end.

use sim::{Calendar, Schedule, Span, Time};

use crate::arrivals::ArrivalProcess;
use crate::systems::service::Load;
use crate::systems::service::alerts::Signal;
use crate::systems::service::jobs::{Job, Kind, NOBODY, Request, Standing};
use crate::systems::service::results::Cache;
use crate::systems::service::retries::Decision;
use crate::systems::service::rollout::Canary;
use crate::systems::service::world::{Event, ServiceWorld};

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Answered,
    /// Answered without a proof.
    StoodIn,
    Missed(Miss),
    /// The client's patience is over.
    GivenUp,
}

/// Why an attempt brings no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Miss {
    /// The service does not take it.
    Refused,
    /// The client no longer waits for it.
    TimedOut,
    /// Its instance does not run.
    Failed,
}

impl ServiceWorld {
    pub(super) fn expect_arrival(&mut self, calendar: &mut Calendar<Event>) {
        let next = self.arrivals.as_mut().and_then(|arrivals| arrivals.next(calendar.now()));
        if let Some(next) = next {
            calendar.at(next, Event::Arrival);
        }
    }

    /// A client of a closed loop thinks before it asks.
    #[inline]
    pub(super) fn think(&mut self, client: u32, calendar: &mut Calendar<Event>) {
        if let Load::Closed { think } = self.system.load {
            let thought = Span::from_secs_f64(self.thinking.exponential(think.as_secs_f64()));
            calendar.after(thought, Event::Thought(client));
        }
    }

    /// A request arrives, from this client or any.
    pub(super) fn arrive(&mut self, client: Option<u32>, calendar: &mut Calendar<Event>) {
        let recorded = self.arrivals.as_ref().and_then(ArrivalProcess::class_of_arrival);
        let class = recorded.unwrap_or_else(|| match self.classes.len() {
            1 => 0,
            _ => {
                let place = self.mix.uniform();
                self.classes.partition_point(|sum| *sum <= place) as u16
            }
        });
        // Clients of an open load are alike: who it is matters where each has a limit.
        let client = client.unwrap_or_else(|| match &self.limiter {
            Some(_) => self.asking.index(self.system.clients.number as usize) as u32,
            None => 0,
        });
        let input = self.cache.as_mut().map_or(0, Cache::draw_input);
        let measured = self.record.measuring;
        self.record.flow.offered += 1;
        if measured {
            self.record.counts.offered += 1;
            self.pending += 1;
        }
        let arrived = calendar.now();
        let request = Request { arrived, client, class, input, measured, attempts: 0, waits_for: None, job: NOBODY };
        let request = self.requests.insert(request);
        if let Some(retrier) = &mut self.retrier {
            retrier.earn();
        }
        self.attempt(request, calendar);
    }

    /// A client sends its request to the service.
    pub(super) fn attempt(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        let request = &mut self.requests[number];
        request.attempts += 1;
        let Request { client, class, input, measured, attempts, .. } = *request;
        self.record.flow.retries += u64::from(attempts > 1);
        if measured {
            self.record.attempts.made += 1;
            self.record.attempts.retries += u64::from(attempts > 1);
        }
        if self.limiter.as_mut().is_some_and(|limiter| !limiter.admit(client, now)) {
            self.record.attempts.limited += u64::from(measured);
            return self.miss(number, Miss::Refused, calendar);
        }
        if let Some(cache) = &mut self.cache {
            let hit = cache.ask(input);
            if measured {
                self.record.cache.asked += 1;
                self.record.cache.hits += u64::from(hit);
            }
            self.watches.iter_mut().for_each(|watch| watch.see(Signal::CacheMissRate, f64::from(u8::from(!hit)), now));
            if hit {
                // Nothing can go wrong with it any more: it is only on its way.
                return calendar.after(cache.answer, Event::Found(number));
            }
        }
        let chosen = self.balancer.choose();
        if chosen.is_none() && !self.system.instances.requeues {
            self.record.attempts.unavailable += u64::from(measured);
            return self.miss(number, Miss::Refused, calendar);
        }
        let job = Job {
            kind: Kind::Attempt,
            request: number,
            instance: chosen.unwrap_or(NOBODY),
            host: NOBODY,
            step: 0,
            class,
            input,
            measured,
            canary: self.canary.as_mut().is_some_and(Canary::takes),
            came: now,
            service: Span::ZERO,
            standing: Standing::Waits,
            ticket: None,
            spent: Span::ZERO,
        };
        let job = self.jobs.insert(job);
        self.attempts += 1;
        let request = &mut self.requests[number];
        request.waits_for = Some(self.attempts);
        request.job = job;
        if let Some(deadlines) = &mut self.deadlines {
            deadlines.add(number, self.attempts, &mut calendar.scope(Event::Deadlines));
        }
        match chosen {
            Some(_) => self.enter(job, calendar),
            None => self.park(job),
        }
    }

    /// A client no longer waits for its attempt. The service works on, unless it is told.
    pub(super) fn time_out(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.requests[number].job;
        self.jobs[job].request = NOBODY;
        if self.cancels {
            self.call_off(job, calendar);
        }
        self.miss(number, Miss::TimedOut, calendar);
    }

    /// An attempt brings no answer: its client asks again, or not.
    pub(super) fn miss(&mut self, number: u32, miss: Miss, calendar: &mut Calendar<Event>) {
        let request = &mut self.requests[number];
        request.waits_for = None;
        let decision = match &mut self.retrier {
            Some(retrier) => retrier.decide(request.attempts, request.arrived, calendar.now()),
            None => Decision::Fails,
        };
        match decision {
            Decision::Again(delay) => calendar.after(delay, Event::Retry(number)),
            Decision::Fails => self.end(number, Ending::Missed(miss), calendar),
            Decision::GivesUp => self.end(number, Ending::GivenUp, calendar),
        }
    }

    /// A request ends.
    pub(super) fn end(&mut self, number: u32, ending: Ending, calendar: &mut Calendar<Event>) {
        let request = &mut self.requests[number];
        request.waits_for = None;
        let Request { arrived, client, measured, .. } = *request;
        self.requests.remove(number);
        let sojourn = calendar.now() - arrived;
        self.record.ends_request(ending, sojourn, measured);
        if !self.watches.is_empty() {
            self.watch(ending, sojourn, calendar.now());
        }
        if measured {
            if let (Some(settlement), Ending::Answered) = (&self.system.settlement, ending) {
                self.record.settles(sojourn, settlement.draw(&mut self.lives));
            }
            self.pending -= 1;
            self.over = self.pending == 0 && self.closed();
        }
        self.think(client, calendar);
    }

    /// Tells the alerts that a request ended.
    fn watch(&mut self, ending: Ending, sojourn: Span, now: Time) {
        let answered = matches!(ending, Ending::Answered | Ending::StoodIn);
        for watch in &mut self.watches {
            watch.see(Signal::FailureRate, f64::from(u8::from(!answered)), now);
            let sojourn_s = if answered { sojourn.as_secs_f64() } else { f64::INFINITY };
            watch.see(Signal::SojournP95, sojourn_s, now);
        }
    }

    /// Something goes wrong that alerts should notice.
    pub(super) fn fault(&mut self, now: Time) {
        self.watches.iter_mut().for_each(|watch| watch.fault(now));
    }
}
