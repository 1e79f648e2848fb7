//! Alerts of the operator: how often each fires, and how late after a fault.
//!
//! Model: an alert looks every so often at what ended in the window before, and fires while its figure is above its threshold; an empty
//! window has no figure and fires nothing. A fault is an instance that fails, or a step of a rollout that puts more at risk. A fault is
//! noticed by the first firing after it, or at once where the alert is firing; if the next fault comes before, it went unnoticed.
//! Assumptions: an alert that fires for another reason after a fault notices it all the same.
//! Source: thresholds over a window as in B. Beyer et al., *The Site Reliability Workbook* (2018), ch. 5.
//! Leaves out: alerts that wait before they fire, and those over two windows.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use sim::{QuantileSketch, Span, Time, TimeAverage};

use crate::QUANTILE_ERROR;

/// What would wake the operator.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// What it is called.
    pub name: String,
    /// The figure that it looks at.
    pub signal: Signal,
    /// The value above which it fires: a share, or seconds.
    pub above: f64,
    /// How far it looks back.
    pub window: Span,
    /// How often it looks.
    pub every: Span,
}

/// The figure that an alert looks at, of its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Share of the requests that ended without an answer.
    FailureRate,
    /// 95th percentile of the sojourns of those that ended \[s\]: infinite for one without an answer.
    SojournP95,
    /// Share of the questions to the cache that it had no answer to.
    CacheMissRate,
}

/// What an alert did in the measured time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertOutcome {
    /// Its name.
    pub name: String,
    /// How often it fired: it began to, or did so already when the measured time began.
    pub fired: u64,
    /// Measured time \[s\].
    pub measured_s: f64,
    /// Share of the time for which it fired.
    pub firing: f64,
    /// From faults to the firing that notices them \[s\].
    pub delay: QuantileSketch,
    /// Faults that it did not notice before the next, or the end.
    pub unnoticed: u64,
}

impl Alert {
    pub(super) fn check(&self, cached: bool) {
        assert!(self.every > Span::ZERO && self.window > Span::ZERO, "{} looks at a time", self.name);
        assert!(cached || self.signal != Signal::CacheMissRate, "{} looks at a cache that is not there", self.name);
    }
}

/// One alert at work.
#[derive(Debug)]
pub(super) struct Watch {
    rules: Alert,
    /// What ended in the window: 0 or 1 of a share, seconds of a sojourn (infinite without an answer).
    seen: VecDeque<(Time, f64)>,
    sum: f64,
    firing: TimeAverage,
    fired: u64,
    /// When the fault was that is not noticed yet.
    fault: Option<Time>,
    delay: QuantileSketch,
    unnoticed: u64,
    /// Whether the measured time is now.
    measuring: bool,
    /// Share of the measured time for which it fired, once that is over.
    share: f64,
}

impl Watch {
    pub(super) fn new(rules: Alert) -> Self {
        Self {
            rules,
            seen: VecDeque::new(),
            sum: 0.0,
            firing: TimeAverage::new(Time::ZERO, 0.0),
            fired: 0,
            fault: None,
            delay: QuantileSketch::new(QUANTILE_ERROR),
            unnoticed: 0,
            measuring: false,
            share: 0.0,
        }
    }

    /// How often it looks.
    pub(super) fn every(&self) -> Span {
        self.rules.every
    }

    /// Something ended that gives this signal a value.
    pub(super) fn see(&mut self, signal: Signal, value: f64, now: Time) {
        if signal == self.rules.signal {
            self.seen.push_back((now, value));
            self.sum += self.summed(value);
        }
    }

    /// It looks at its window.
    pub(super) fn look(&mut self, now: Time) {
        while let Some(&(_, value)) = self.seen.front().filter(|(time, _)| *time + self.rules.window < now) {
            self.seen.pop_front();
            self.sum -= self.summed(value);
        }
        let (was, fires) = (self.firing.value() > 0.0, self.figure().is_some_and(|figure| figure > self.rules.above));
        if was == fires {
            return;
        }
        self.firing.set(now, f64::from(u8::from(fires)));
        if fires && self.measuring {
            self.fired += 1;
            if let Some(fault) = self.fault.take() {
                self.delay.record((now - fault).as_secs_f64());
            }
        }
    }

    /// What adds to the sum: sojourns have none, and may be infinite.
    fn summed(&self, value: f64) -> f64 {
        if self.rules.signal == Signal::SojournP95 { 0.0 } else { value }
    }

    fn figure(&self) -> Option<f64> {
        if self.seen.is_empty() {
            return None;
        }
        if self.rules.signal != Signal::SojournP95 {
            return Some(self.sum / self.seen.len() as f64);
        }
        let mut sojourns: Vec<f64> = self.seen.iter().map(|(_, sojourn)| *sojourn).collect();
        let rank = (0.95 * sojourns.len() as f64).ceil() as usize - 1;
        Some(*sojourns.select_nth_unstable_by(rank, f64::total_cmp).1)
    }

    /// A fault.
    pub(super) fn fault(&mut self, now: Time) {
        if !self.measuring {
            return;
        }
        if self.firing.value() > 0.0 {
            self.delay.record(0.0);
        } else if self.fault.replace(now).is_some() {
            self.unnoticed += 1;
        }
    }

    /// The measured time begins.
    pub(super) fn begin(&mut self, now: Time) {
        self.measuring = true;
        self.fired = u64::from(self.firing.value() > 0.0);
        self.firing.restart(now);
    }

    /// The measured time ends.
    pub(super) fn end(&mut self, now: Time) {
        self.measuring = false;
        self.share = self.firing.mean(now);
        self.unnoticed += u64::from(self.fault.take().is_some());
    }

    /// What it did in so much measured time.
    pub(super) fn outcome(self, measured: Span) -> AlertOutcome {
        AlertOutcome {
            name: self.rules.name,
            fired: self.fired,
            measured_s: measured.as_secs_f64(),
            firing: self.share,
            delay: self.delay,
            unnoticed: self.unnoticed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(signal: Signal, above: f64) -> Watch {
        let (window, every) = (Span::from_secs(10), Span::from_secs(1));
        let mut watch = Watch::new(Alert { name: "alert".into(), signal, above, window, every });
        watch.begin(Time::ZERO);
        watch
    }

    #[test]
    fn a_failure_rate_fires_while_it_is_above() {
        let mut watch = watch(Signal::FailureRate, 0.5);
        let at = |second: u64| Time::ZERO + Span::from_secs(second);
        watch.fault(at(1));
        watch.fault(at(2));
        for second in 0..40 {
            // All fail from 5 to 14 s, one a second.
            watch.see(Signal::FailureRate, f64::from(u8::from((5..15).contains(&second))), at(second));
            watch.see(Signal::SojournP95, 99.0, at(second));
            watch.look(at(second));
            let in_window = (second.saturating_sub(10)..=second).filter(|end| (5..15).contains(end)).count() as f64;
            let expected = in_window / (second.min(10) + 1) as f64 > 0.5;
            assert_eq!(watch.firing.value() > 0.0, expected, "{second} s");
        }
        watch.fault(at(40));
        watch.end(at(40));
        let outcome = watch.outcome(Span::from_secs(40));
        // 6 of the 11 from 0 to 10 s fail; at 20 s 5 of the last 11 did.
        assert_eq!((outcome.fired, outcome.unnoticed, outcome.delay.max()), (1, 2, Some(8.0)));
        assert!((outcome.firing - 10.0 / 40.0).abs() < 1e-12);
    }

    #[test]
    fn the_percentile_is_that_of_the_window() {
        let mut watch = watch(Signal::SojournP95, 1.0);
        (0..20).for_each(|n| watch.see(Signal::SojournP95, f64::from(n) / 10.0, Time::ZERO));
        assert_eq!(watch.figure(), Some(1.8));
        watch.look(Time::ZERO);
        assert!(watch.firing.value() > 0.0);
        watch.fault(Time::ZERO);
        watch.look(Time::from_secs_f64(11.0));
        assert_eq!((watch.figure(), watch.firing.value(), watch.delay.max()), (None, 0.0, Some(0.0)));
    }

    #[test]
    fn who_is_not_answered_waits_for_ever() {
        let mut watch = watch(Signal::SojournP95, 1.0);
        (0..90).for_each(|_| watch.see(Signal::SojournP95, 0.1, Time::ZERO));
        (0..10).for_each(|_| watch.see(Signal::SojournP95, f64::INFINITY, Time::ZERO));
        assert_eq!(watch.figure(), Some(f64::INFINITY));
        watch.look(Time::ZERO);
        assert!(watch.firing.value() > 0.0);
        // What has left the window has left nothing behind.
        (0..20).for_each(|_| watch.see(Signal::SojournP95, 0.1, Time::from_secs_f64(11.0)));
        watch.look(Time::from_secs_f64(11.0));
        assert_eq!((watch.figure(), watch.firing.value()), (Some(0.1), 0.0));
    }

    #[test]
    fn what_fires_when_the_measured_time_begins_has_fired() {
        let mut watch = watch(Signal::FailureRate, 0.5);
        watch.end(Time::ZERO);
        watch.see(Signal::FailureRate, 1.0, Time::ZERO);
        watch.look(Time::ZERO);
        watch.begin(Time::from_secs_f64(1.0));
        watch.look(Time::from_secs_f64(1.0));
        watch.end(Time::from_secs_f64(5.0));
        let outcome = watch.outcome(Span::from_secs(40));
        assert_eq!((outcome.fired, outcome.firing), (1, 1.0));
    }
}
