//! How many machines shall serve: the rule of an autoscaler.
//!
//! Model: it looks at regular times at what was true a delay ago. The load in machines is the mean number of busy ones since its last
//! look, or the requests in hand over those that one machine should have; over the target, rounded up, it is what is needed. Near to
//! what serves, it leaves things as they are. It wants more at once, and fewer only as far as nothing else was needed
//! for a whole cooldown. Source: the Kubernetes Horizontal Pod Autoscaler (v2): desired = ⌈current · metric / target⌉, tolerance 0.1,
//! a stabilization window of 300 s before fewer.
//! Leaves out: forecasts and schedules; limits on the number of machines that come or go at a time.

use std::collections::VecDeque;

use sim::{Span, Time};

/// Who says how many machines of a pool shall serve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Autoscaler {
    /// What it holds constant.
    pub rule: Rule,
    /// How often it looks.
    pub every: Span,
    /// How old is what it sees.
    pub delay: Span,
    /// It leaves things as they are where what is needed is off by no more than this share of what serves.
    pub tolerance: f64,
    /// How long fewer machines must have been enough before any are let go.
    pub cooldown: Span,
    /// The fewest machines that it wants.
    pub least: u64,
    /// The most; no more than the pool has.
    pub most: u64,
    /// How many it wants at the start.
    pub start: u64,
}

/// What an autoscaler holds constant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// The share of the time that machines are busy.
    Utilization(f64),
    /// Requests in hand, waiting or served, for each machine.
    InHand(f64),
}

/// What there is to see of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Seen {
    /// Mean number of machines that were busy since the last look; a machine with half of its servers busy is half of one.
    pub busy: f64,
    /// Requests that wait or are served.
    pub in_hand: f64,
}

impl Autoscaler {
    pub(super) fn check(&self) {
        let target = match self.rule {
            Rule::Utilization(share) => share > 0.0 && share <= 1.0,
            Rule::InHand(requests) => requests > 0.0,
        };
        assert!(target && self.every > Span::ZERO, "an autoscaler has a target and looks: {self:?}");
    }
}

/// An autoscaler at work.
#[derive(Debug)]
pub(super) struct Scaling {
    rules: Autoscaler,
    most: u64,
    /// What was seen, and how many machines served then; the oldest first.
    seen: VecDeque<(Time, Seen, u64)>,
    /// What was needed within the last cooldown.
    needed: VecDeque<(Time, u64)>,
    wanted: u64,
    /// Whether its last change that had an effect was to more.
    rising: Option<bool>,
    turns: u64,
}

impl Scaling {
    pub(super) fn new(rules: Autoscaler, most: u64) -> Self {
        let most = most.min(rules.most);
        let wanted = rules.start.clamp(rules.least.min(most), most);
        let needed = VecDeque::from([(Time::ZERO, wanted)]);
        Self { rules, most, seen: VecDeque::new(), needed, wanted, rising: None, turns: 0 }
    }

    pub(super) fn every(&self) -> Span {
        self.rules.every
    }

    /// How many machines shall serve.
    pub(super) fn wanted(&self) -> u64 {
        self.wanted
    }

    /// How often it went the other way.
    pub(super) fn turns(&self) -> u64 {
        self.turns
    }

    /// It looks, while so many machines serve.
    pub(super) fn look(&mut self, now: Time, seen: Seen, serving: u64) {
        self.seen.push_back((now, seen, serving));
        let old = |(at, ..): &(Time, Seen, u64)| *at + self.rules.delay <= now;
        while self.seen.len() > 1 && self.seen.get(1).is_some_and(old) {
            self.seen.pop_front();
        }
        let Some((_, seen, served)) = self.seen.front().copied().filter(old) else { return };
        let needed = self.needed_at(seen, served).clamp(self.rules.least.min(self.most), self.most);
        self.needed.push_back((now, needed));
        while self.needed.front().is_some_and(|(at, _)| *at + self.rules.cooldown < now) {
            self.needed.pop_front();
        }
        let lately = self.needed.iter().map(|(_, needed)| *needed).max().unwrap_or(needed);
        self.wanted = needed.max(self.wanted.min(lately));
    }

    /// There shall be more machines because of it, or fewer.
    pub(super) fn moves(&mut self, more: bool) {
        self.turns += u64::from(self.rising.is_some_and(|before| before != more));
        self.rising = Some(more);
    }

    /// How many machines what was seen needs.
    fn needed_at(&self, seen: Seen, served: u64) -> u64 {
        let exact = match self.rules.rule {
            Rule::Utilization(share) => seen.busy / share,
            Rule::InHand(requests) => seen.in_hand / requests,
        };
        let near = (exact - served as f64).abs() <= self.rules.tolerance * served as f64;
        if near { self.wanted } else { exact.ceil() as u64 }
    }
}
