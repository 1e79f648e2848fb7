//! Proofs that are made when somebody asks for them: who asks, what caches save, and how long it takes.
//!
//! Model: requests for the proofs of ended epochs are Poisson; each asks for one of the newest epochs, the older the
//! rarer ([`crate::cache`]). A proof that is in the cache answers at once; one that is being made answers everybody who
//! has asked for it; any other is made, by the whole fleet, first come first served: a queue of one server. The
//! witnesses of its transactions are kept for some time; for those that are not, the fleet makes them again first.
//!
//! Assumptions: an epoch has the mean number of transactions, so that a proof takes what a lone one takes
//! ([`lone`]), plus its share of witnesses; that of the next one does not start before the last one is done. Source:
//! [`crate::cache`] for the hit rate; A. Khintchine's M/G/1 for the wait, where no proof is asked for twice.
//! Leaves out: machines rented for one proof; witnesses that only the user's secrets can make again.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use sim::{Calendar, QuantileSketch, Streams, Time};

use crate::QUANTILE_ERROR;
use crate::cache::Lru;
use crate::proving::requests::Requests;
use crate::proving::{Demand, ProofPlan, Proven, Provers};

/// What one proof takes on an idle fleet, in seconds: with all witnesses at hand, and with none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Takes {
    /// All witnesses are there.
    pub least_s: f64,
    /// All of them are made again.
    pub most_s: f64,
}

impl Takes {
    /// What the proof of an epoch of so many transactions takes on so many servers.
    pub fn of(plan: &ProofPlan, requests: &Requests, servers: u64, transactions: f64) -> Self {
        let mut slow = plan.clone();
        slow.leaf.work = slow.leaf.work.plus(&crate::work::WorkCurve::proportional(requests.witness_s));
        Self { least_s: lone(plan, servers, transactions), most_s: lone(&slow, servers, transactions) }
    }
}

/// Time that the proof of one epoch of so many transactions takes on an idle fleet, once all of it has ended, in
/// seconds; every job of it takes its mean.
pub fn lone(plan: &ProofPlan, servers: u64, transactions: f64) -> f64 {
    let plan = ProofPlan { demand: Demand::AtEpochEnd, day: None, ..plan.without_spread() };
    let (lanes, slots) = (plan.lanes, plan.slots_per_epoch);
    let mut provers = Provers::new(plan, servers, &Streams::new(0, 0));
    let mut calendar = Calendar::new();
    let each = transactions / (slots * lanes) as f64;
    let until = |block: u64| (each * block as f64).round() as u64;
    for slot in 0..slots {
        for lane in 0..lanes {
            let block = slot * lanes + lane;
            provers.include(lane as usize, until(block + 1) - until(block));
        }
        provers.close_slot(0, slot, &mut calendar);
    }
    while let Some((now, event)) = calendar.pop() {
        if let Some(Proven::Epoch(_)) = provers.handle(event, &mut calendar) {
            return (now - Time::ZERO).as_secs_f64();
        }
    }
    unreachable!("an epoch that has ended is proven");
}

/// What a run of many requests yields.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Requests that were counted.
    pub requests: u64,
    /// Those whose proof was there.
    pub at_once: u64,
    /// Those whose proof was being made.
    pub joined: u64,
    /// Witnesses that were made again, in epochs of them.
    pub remade: f64,
    /// From asking to the proof, in seconds, of those that were not answered at once.
    pub waits: QuantileSketch,
    /// Share of the time in which the fleet was at work.
    pub busy: f64,
}

impl Answered {
    /// Proofs that were made.
    pub fn made(&self) -> u64 {
        self.requests - self.at_once - self.joined
    }
}

/// Runs so many requests, and counts those after the first ones: at least as many come first as are counted, and as it
/// takes until every epoch that can be asked for could have been asked for before.
pub fn answer(
    requests: &Requests,
    takes: Takes,
    epoch_s: f64,
    (first, counted): (u64, u64),
    streams: &Streams,
) -> Answered {
    let popularity = requests.popularity();
    let (mut gaps, mut ranks) = (streams.stream("requests for proofs"), streams.stream("which proofs are asked for"));
    let gap_s = epoch_s / requests.per_epoch;
    let warm_up = first.max(counted).max((requests.per_epoch * requests.epochs as f64).ceil() as u64);
    let (mut now, mut free, mut begun) = (requests.epochs as f64 * epoch_s, 0.0_f64, 0.0);
    let (mut cache, mut queue) = (Lru::new(requests.proofs_kept), VecDeque::<(u64, f64)>::new());
    let sketch = QuantileSketch::new(QUANTILE_ERROR);
    let mut seen = Answered { requests: 0, at_once: 0, joined: 0, remade: 0.0, waits: sketch, busy: 0.0 };
    for index in 0..warm_up + counted {
        now += gaps.exponential(gap_s);
        while let Some((epoch, _)) = queue.front().filter(|(_, done)| *done <= now) {
            cache.keep(*epoch);
            queue.pop_front();
        }
        if index == warm_up {
            begun = now;
        }
        let measured = index >= warm_up;
        // The newest epoch that has ended is the one before the running one.
        let epoch = (now / epoch_s) as u64 - 1 - popularity.draw(&mut ranks) as u64;
        seen.requests += u64::from(measured);
        if cache.ask(epoch) {
            seen.at_once += u64::from(measured);
            continue;
        }
        let under_way = queue.iter().find(|(other, _)| *other == epoch).map(|(_, done)| *done);
        let done = under_way.unwrap_or_else(|| {
            let gone = requests.gone(now / epoch_s - (epoch + 1) as f64);
            let service = takes.least_s + gone * (takes.most_s - takes.least_s);
            free = free.max(now) + service;
            queue.push_back((epoch, free));
            if measured {
                seen.remade += gone;
                seen.busy += service;
            }
            free
        });
        if measured {
            seen.joined += u64::from(under_way.is_some());
            seen.waits.record(done - now);
        }
    }
    seen.busy /= now - begun;
    seen
}
