//! When something is out of service: at stated times, and now and then by chance.
//!
//! Model: stated outages have a beginning and a length. Others begin an exponential time after the last one was over, and all last
//! equally long: until a stand-by takes over, where there is one. Assumption: what is out of service does nothing at all. Source: R. E.
//! Barlow, F. Proschan, *Mathematical Theory of Reliability* (1965), ch. 3, for alternating renewals. Leaves out: outages that depend on
//! the load.

use sim::{Span, Stream, Time};

/// When something is out of service.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outages {
    /// Stated ones: when they begin, and how long they last.
    pub stated: Vec<(Time, Span)>,
    /// Those by chance.
    pub chance: Option<Chance>,
}

/// Outages that come by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    /// Mean time from the end of one to the beginning of the next.
    pub between: Span,
    /// How long each lasts.
    pub lasts: Span,
}

impl Outages {
    /// Share of the time without a stated outage that it is in service, in the long run.
    pub fn availability(&self) -> f64 {
        self.chance.map_or(1.0, |chance| {
            let (up_s, down_s) = (chance.between.as_secs_f64(), chance.lasts.as_secs_f64());
            up_s / (up_s + down_s)
        })
    }
}

/// The outages of a run.
#[derive(Debug)]
pub struct OutageProcess {
    law: Outages,
    /// Those by chance so far, in the order of time.
    drawn: Vec<(Time, Time)>,
    stream: Stream,
}

impl OutageProcess {
    /// None has happened yet.
    pub fn new(law: &Outages, stream: Stream) -> Self {
        Self { law: law.clone(), drawn: Vec::new(), stream }
    }

    /// The first time from `at` on at which it is in service.
    pub fn in_service(&mut self, at: Time) -> Time {
        let mut at = at;
        loop {
            let stated = self.law.stated.iter().map(|(from, lasts)| (*from, *from + *lasts));
            let over = stated.filter(|(from, until)| *from <= at && at < *until).map(|(_, until)| until).max();
            let next = over.unwrap_or(at).max(self.by_chance(at));
            if next == at {
                return at;
            }
            at = next;
        }
    }

    /// The same of those by chance.
    fn by_chance(&mut self, at: Time) -> Time {
        let Some(Chance { between, lasts }) = self.law.chance else { return at };
        while self.drawn.last().is_none_or(|(_, until)| *until <= at) {
            let since = self.drawn.last().map_or(Time::ZERO, |(_, until)| *until);
            let from = since + Span::from_secs_f64(self.stream.exponential(between.as_secs_f64()));
            self.drawn.push((from, from + lasts));
        }
        let within = self.drawn.iter().rev().find(|(from, until)| *from <= at && at < *until);
        within.map_or(at, |(_, until)| *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Interval, Streams};

    fn at(seconds: u64) -> Time {
        Time::ZERO + Span::from_secs(seconds)
    }

    #[test]
    fn stated_outages_may_overlap_and_end() {
        let law = Outages { stated: vec![(at(10), Span::from_secs(5)), (at(14), Span::from_secs(6))], chance: None };
        let mut outages = OutageProcess::new(&law, Streams::new(1, 0).stream("outages"));
        let seen = [9, 10, 13, 14, 19, 20].map(|second| outages.in_service(at(second)));
        assert_eq!(seen, [at(9), at(20), at(20), at(20), at(20), at(20)]);
    }

    #[test]
    fn chance_takes_its_share_of_the_time() {
        let chance = Chance { between: Span::from_secs(90), lasts: Span::from_secs(10) };
        let law = Outages { stated: Vec::new(), chance: Some(chance) };
        let shares: Vec<f64> = (0..40)
            .map(|run| {
                let mut outages = OutageProcess::new(&law, Streams::new(1, run).stream("outages"));
                let up = (1_000..21_000).filter(|second| outages.in_service(at(*second)) == at(*second)).count();
                up as f64 / 20_000.0
            })
            .collect();
        let share = Interval::of(&shares, 0.999).expect("many runs");
        assert!(share.contains(law.availability()), "{share:?}");
        // A look back finds what was found before.
        let mut outages = OutageProcess::new(&law, Streams::new(1, 0).stream("outages"));
        let before: Vec<Time> = (0..2_000).map(|second| outages.in_service(at(second))).collect();
        let again: Vec<Time> = (0..2_000).map(|second| outages.in_service(at(second))).collect();
        assert_eq!(before, again);
    }
}
