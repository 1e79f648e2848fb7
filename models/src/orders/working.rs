//! What provers do with their orders: prove, deliver, and stand in for others.
//!
//! Model: a prover drops an order that it does not expect to deliver before its lock passes, and loses the collateral then. What nobody has a
//! lock on any more is proven by the idle prover that expects to be first, if its share of the collateral is worth it and whoever had the lock is not
//! expected to be there before. Source: the definition. Leaves out: proofs that are interrupted and taken up again.

use sim::{Schedule, Time};

use super::book::{Event, Fate, OrderBook};
use super::prover::{Current, Queued};
use super::requests::{Entry, State};

impl OrderBook {
    /// A prover begins the next of its orders that is of any use, if it has one; or stands in for somebody.
    pub(super) fn begin_next(&mut self, place: usize, schedule: &mut impl Schedule<Event = Event>) {
        let (now, is_own) = (schedule.now(), place >= self.market);
        let inclusion_s = self.rules.inclusion.as_secs_f64();
        let order = self.groups[self.provers[place].group].strategy.order;
        if self.provers[place].work.current.is_some() {
            return;
        }
        while let Some(next) = self.provers[place].next(order) {
            let left_s = if next.due > now { (next.due - now).as_secs_f64() } else { 0.0 };
            if is_own || next.expected_s + inclusion_s <= left_s {
                return self.begin(place, next, schedule);
            }
            self.provers[place].orders -= 1;
        }
        if !is_own {
            self.stand_in(place, schedule);
        }
    }

    /// A prover begins a proof.
    fn begin(&mut self, place: usize, order: Queued, schedule: &mut impl Schedule<Event = Event>) {
        let now = schedule.now();
        let prover = &mut self.provers[place];
        let takes = prover.draw(order.expected_s, &self.groups[prover.group]);
        prover.expected_end = now + sim::Span::from_secs_f64(order.expected_s);
        let done = schedule.at_cancellable(now + takes, Event::Done(place as u32));
        prover.work.current = Some(Current { order, begun: now, done });
    }

    /// A prover is done with what it works on.
    pub(super) fn done(&mut self, place: usize, schedule: &mut impl Schedule<Event = Event>) {
        let now = schedule.now();
        let prover = &mut self.provers[place];
        let Some(Current { order, begun, .. }) = prover.work.current.take() else { return };
        let (took, strategy) = (now - begun, self.groups[prover.group].strategy);
        prover.expected_end = now;
        prover.work.account.busy_s += took.as_secs_f64();
        if !prover.succeeds(&self.groups[prover.group]) {
            prover.work.account.vain_s += took.as_secs_f64();
            prover.enqueue(order);
            return self.begin_next(place, schedule);
        }
        prover.orders -= 1;
        prover.work.ready.push((order.request, took));
        if prover.work.ready.len() as u64 >= strategy.batch || place >= self.market {
            self.deliver(place, schedule);
        } else if prover.work.ready.len() == 1 {
            let due = (now + strategy.age).max(now);
            schedule.at(due, Event::Deliver(place as u32, prover.work.deliveries));
        }
        self.begin_next(place, schedule);
        self.has_room(place, schedule);
    }

    /// A prover sends what is ready.
    pub(super) fn deliver(&mut self, place: usize, schedule: &mut impl Schedule<Event = Event>) {
        let prover = &mut self.provers[place];
        let ready = std::mem::take(&mut prover.work.ready);
        prover.work.deliveries += 1;
        if place < self.market {
            prover.work.account.gas += self.rules.fulfilment.gas(ready.len() as f64);
        }
        let at = schedule.now() + self.rules.inclusion;
        for (number, took) in ready {
            self.provers[place].work.sent.push((number, took));
            if at > schedule.now() && place < self.market {
                schedule.at(at, Event::Delivered(number, place as u32));
            } else {
                self.delivered(number, place, schedule);
            }
        }
    }

    /// The market has a proof of a request by a prover.
    pub(super) fn delivered(&mut self, number: u64, place: usize, schedule: &mut impl Schedule<Event = Event>) {
        let work = &mut self.provers[place].work;
        let sent = work.sent.iter().position(|(request, _)| *request == number);
        let took = sent.map_or(sim::Span::ZERO, |at| work.sent.swap_remove(at).1);
        let prover = &mut self.provers[place];
        let Some(&Entry { request, state, made, .. }) = self.requests.get(number) else {
            prover.work.account.vain_s += took.as_secs_f64();
            return;
        };
        prover.work.account.delivered += 1;
        prover.work.account.cycles += request.cycles;
        let now = schedule.now();
        match state {
            State::Locked { price_usd, .. } => {
                prover.work.account.earned_usd += price_usd;
                prover.at_risk_usd -= if place < self.market { request.terms.collateral_usd } else { 0.0 };
                self.end(number, now, (of_own(now, made, &request), price_usd));
                self.has_room(place, schedule);
            }
            State::Anybody { had, runner, .. } => {
                prover.work.account.rewards_usd += request.terms.collateral_usd * (1.0 - self.rules.burnt);
                self.end(number, now, (Fate::Late, 0.0));
                self.stop(number, [Some(had), runner], schedule);
            }
            State::Open { .. } => unreachable!("only who has a lock, or had, proves"),
        }
    }

    /// Provers stop to work on a request that has ended.
    pub(super) fn stop(&mut self, number: u64, provers: [Option<u32>; 2], schedule: &mut impl Schedule<Event = Event>) {
        let now = schedule.now();
        for place in provers.into_iter().flatten().map(|place| place as usize) {
            let prover = &mut self.provers[place];
            if prover.forget(number) {
                prover.orders -= 1;
            }
            let Some(current) = prover.work.current.filter(|current| current.order.request == number) else { continue };
            schedule.cancel(current.done);
            let worked_s = (now - current.begun).as_secs_f64();
            prover.work.account.busy_s += worked_s;
            prover.work.account.vain_s += worked_s;
            (prover.work.current, prover.expected_end) = (None, now);
            prover.orders -= 1;
            self.begin_next(place, schedule);
            self.has_room(place, schedule);
        }
    }

    /// Looks for an idle prover that proves what nobody has a lock on any more.
    pub(super) fn find_runner(&mut self, number: u64, schedule: &mut impl Schedule<Event = Event>) {
        let now = schedule.now();
        let idle = (0..self.market).filter(|place| self.provers[*place].is_idle());
        let ready = idle.filter_map(|place| Some((self.worth(place, number, now)?, place)));
        let first = ready.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if let Some((expected_s, place)) = first {
            self.run(place, (number, expected_s), schedule);
        }
    }

    /// An idle prover proves what nobody has a lock on any more, if anything is worth it.
    fn stand_in(&mut self, place: usize, schedule: &mut impl Schedule<Event = Event>) {
        let now = schedule.now();
        let alone = self.anybody.iter().find_map(|number| Some((*number, self.worth(place, *number, now)?)));
        if let Some(found) = alone {
            self.run(place, found, schedule);
        }
    }

    fn run(&mut self, place: usize, (number, expected_s): (u64, f64), schedule: &mut impl Schedule<Event = Event>) {
        let Some(entry) = self.requests.get_mut(number) else { return };
        let due = entry.made + entry.request.terms.timeout;
        if let State::Anybody { runner, .. } = &mut entry.state {
            *runner = Some(place as u32);
        }
        self.provers[place].orders += 1;
        self.begin(place, Queued { request: number, expected_s, due, collateral_usd: 0.0 }, schedule);
    }

    /// How long a prover would take for what nobody has a lock on any more, if that is worth it \[s\].
    fn worth(&self, place: usize, number: u64, now: Time) -> Option<f64> {
        let Entry { request, made, state, bids } = self.requests.get(number)?;
        let State::Anybody { had, runner: None, .. } = *state else { return None };
        let (prover, holder) = (&self.provers[place], &self.provers[had as usize]);
        let group = &self.groups[prover.group];
        if !group.strategy.after_locks || had as usize == place {
            return None;
        }
        let bid = bids[prover.group];
        let expected_s = bid.expected_s * prover.slower;
        let is_first = holder.work.current.is_none_or(|current| {
            current.order.request != number || now + sim::Span::from_secs_f64(expected_s) < holder.expected_end
        });
        let inclusion_s = self.rules.inclusion.as_secs_f64();
        let left_s = (*made + request.terms.timeout - now).as_secs_f64();
        let gas_usd = self.rules.fulfilment.gas(1.0) * self.rules.gas_usd;
        let reward_usd = request.terms.collateral_usd * (1.0 - self.rules.burnt);
        let ask_usd = bid.ask_usd * prover.dearer + gas_usd;
        (is_first && expected_s + inclusion_s <= left_s && reward_usd >= ask_usd).then_some(expected_s)
    }
}

/// A proof of the requester's own machines may come after the time-outs; that of a lock cannot.
fn of_own(now: Time, made: Time, request: &super::Request) -> Fate {
    match now - made {
        since if since <= request.terms.lock => Fate::InTime,
        since if since <= request.terms.timeout => Fate::Late,
        _ => Fate::Missed,
    }
}
