//! When requests arrive, one at a time: at a constant rate, by a profile of the day, in bursts, in steps, or as they were recorded.
//!
//! Model: a Poisson process whose rate is constant for a piece of time, and then another. What changes is how the pieces come
//! about: there is one without end, they alternate by chance (a two-state modulated Poisson process), they are parts of a day
//! ([`crate::profile`]), or they are listed. A trace is taken as it is. Arrivals depend on nothing that happens in the system (an open system). A unit
//! exponential is used up at the rate of each piece that it crosses, which is exact.
//! Source: the thinning-free construction of P. A. W. Lewis, G. S. Shedler, "Simulation of nonhomogeneous Poisson processes by
//! thinning" (1979), section 1; bursts as in W. Fischer, K. Meier-Hellstern, "The MMPP cookbook" (1993).
//! Leaves out: users who wait for answers, which are a closed loop of the system that they use; transactions in cohorts, which are
//! [`crate::workload`]; heavy tails and long memory.

use sim::{Span, Stream, Streams, Time};

use crate::profile::Profile;

/// The law of the arrivals.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrivals {
    /// Independent of each other.
    Poisson {
        /// Arrivals per second where the profile is 1.
        per_s: f64,
        /// What multiplies the rate over time.
        profile: Profile,
    },
    /// At equal intervals, the first after one of them.
    Regular {
        /// Arrivals per second.
        per_s: f64,
    },
    /// Quiet times and bursts take turns, both of exponential length; the run starts in either as it is found in the long run.
    Bursty {
        /// Arrivals per second, in the mean of the long run.
        per_s: f64,
        /// Rate in a burst over the rate between bursts.
        ratio: f64,
        /// Mean length of a burst.
        burst: Span,
        /// Share of the time that is within a burst, within (0, 1).
        share: f64,
    },
    /// Rates from given times on; nothing arrives before the first.
    Steps {
        /// (from when on, arrivals per second), in the order of time.
        steps: Vec<(Time, f64)>,
    },
    /// What was recorded; nothing arrives after the last.
    Trace {
        /// When each request arrives, in the order of time.
        times: Vec<Time>,
        /// The class of each, by its number; empty where that is drawn.
        classes: Vec<u16>,
    },
}

impl Arrivals {
    /// Independent of each other, at a constant rate.
    pub fn poisson(per_s: f64) -> Self {
        Self::Poisson { per_s, profile: Profile::default() }
    }

    /// Mean arrivals per second between two times; of the long run where the law has no end.
    pub fn mean_between(&self, from: Time, until: Time) -> f64 {
        let arrived = |at: Time| if at == Time::ZERO { 0.0 } else { self.mean_per_s(at) * at.as_secs_f64() };
        match self {
            Self::Poisson { per_s, profile } => per_s * profile.between(from, until) / (until - from).as_secs_f64(),
            Self::Bursty { per_s, .. } | Self::Regular { per_s } => *per_s,
            Self::Steps { .. } | Self::Trace { .. } => (arrived(until) - arrived(from)) / (until - from).as_secs_f64(),
        }
    }

    /// Mean arrivals per second up to `until`; of the long run where the law has no end.
    pub fn mean_per_s(&self, until: Time) -> f64 {
        match self {
            Self::Poisson { per_s, profile } if profile.is_constant() => *per_s,
            Self::Poisson { per_s, profile } => per_s * profile.between(Time::ZERO, until) / until.as_secs_f64(),
            Self::Bursty { per_s, .. } | Self::Regular { per_s } => *per_s,
            Self::Steps { steps } => {
                let ends = steps.iter().skip(1).map(|step| step.0).chain([until]);
                let pieces = steps.iter().zip(ends).filter(|(step, _)| step.0 < until);
                let arrived: f64 =
                    pieces.map(|((from, per_s), end)| per_s * (end.min(until) - *from).as_secs_f64()).sum();
                arrived / until.as_secs_f64()
            }
            Self::Trace { times, .. } => times.partition_point(|time| *time < until) as f64 / until.as_secs_f64(),
        }
    }

    /// Most arrivals per second that the law has as a rate at any time until then; `None` for a trace, which has no rate.
    pub fn peak_per_s(&self, until: Time) -> Option<f64> {
        match self {
            Self::Poisson { per_s, profile } => Some(per_s * profile.peak(until)),
            Self::Regular { per_s } => Some(*per_s),
            Self::Bursty { per_s, ratio, share, .. } => {
                let quiet = quiet_per_s(*per_s, *ratio, *share);
                Some(quiet.max(quiet * ratio))
            }
            Self::Steps { steps } => Some(steps.iter().map(|step| step.1).fold(0.0, f64::max)),
            Self::Trace { .. } => None,
        }
    }
}

/// Rate between bursts, whose mean with that of the bursts is `per_s`.
fn quiet_per_s(per_s: f64, ratio: f64, share: f64) -> f64 {
    per_s / (1.0 - share + ratio * share)
}

/// Time in which the rate is constant.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Mean time between arrivals \[s\]; infinite where nothing arrives.
    gap_s: f64,
    until: Time,
}

impl Piece {
    fn new(per_s: f64, until: Time) -> Self {
        Self { gap_s: if per_s > 0.0 { 1.0 / per_s } else { f64::INFINITY }, until }
    }
}

/// One run of arrivals.
#[derive(Debug)]
pub struct ArrivalProcess {
    law: Arrivals,
    piece: Piece,
    /// Pieces, or arrivals of a trace, that are over.
    over: usize,
    /// Whether the piece is a burst.
    burst: bool,
    gaps: Stream,
    lengths: Stream,
}

impl ArrivalProcess {
    /// The arrivals of one replication, from the streams `arrivals` and `bursts`. Panics where a law cannot be: rates that are
    /// negative, a share of bursts beside (0, 1), a day of no parts, steps or traces out of order.
    pub fn new(law: &Arrivals, streams: &Streams) -> Self {
        check(law);
        let mut process = Self {
            law: law.clone(),
            piece: Piece::new(0.0, Time::ZERO),
            over: 0,
            burst: false,
            gaps: streams.stream("arrivals"),
            lengths: streams.stream("bursts"),
        };
        if let Arrivals::Bursty { share, .. } = law {
            // The first piece is the other of what the process is in before it.
            process.burst = process.lengths.uniform() >= *share;
        }
        process.piece = process.next_piece(Time::ZERO);
        process
    }

    /// When the next request arrives after one at `now`; `None` where none ever does. Call it with the time of the last arrival.
    #[inline]
    pub fn next(&mut self, now: Time) -> Option<Time> {
        if let Arrivals::Trace { times, .. } = &self.law {
            self.over += 1;
            return times.get(self.over - 1).copied();
        }
        if let Arrivals::Regular { per_s } = &self.law {
            return (*per_s > 0.0).then(|| now + Span::from_secs_f64(1.0 / per_s));
        }
        let (mut from, mut left) = (now, self.gaps.exponential(1.0));
        if let Arrivals::Poisson { per_s, profile } = &self.law {
            return (*per_s > 0.0).then(|| profile.reached(now, left / per_s));
        }
        loop {
            let Piece { gap_s, until } = self.piece;
            let next = from + Span::from_secs_f64(left * gap_s);
            if next < until {
                return Some(next);
            }
            if until == Time::MAX {
                return None;
            }
            left = (left - (until - from).as_secs_f64() / gap_s).max(0.0);
            from = until;
            self.piece = self.next_piece(until);
        }
    }

    /// The class of the request that [`Self::next`] told last, as it arrives; none where it is drawn.
    #[inline]
    pub fn class_of_arrival(&self) -> Option<u16> {
        let Arrivals::Trace { classes, .. } = &self.law else { return None };
        classes.get(self.over.checked_sub(1)?).copied()
    }

    /// The piece that begins at `from`, where the last one ends.
    fn next_piece(&mut self, from: Time) -> Piece {
        match &self.law {
            Arrivals::Bursty { per_s, ratio, burst, share } => {
                self.burst = !self.burst;
                let quiet = quiet_per_s(*per_s, *ratio, *share);
                let (rate, mean_s) = match self.burst {
                    true => (quiet * ratio, burst.as_secs_f64()),
                    false => (quiet, burst.as_secs_f64() * (1.0 - share) / share),
                };
                Piece::new(rate, from + Span::from_secs_f64(self.lengths.exponential(mean_s)))
            }
            Arrivals::Steps { steps } => {
                let until = steps.get(self.over).map_or(Time::MAX, |step| step.0);
                let rate = self.over.checked_sub(1).map_or(0.0, |before| steps[before].1);
                self.over += 1;
                Piece::new(rate, until)
            }
            Arrivals::Poisson { .. } | Arrivals::Regular { .. } | Arrivals::Trace { .. } => Piece::new(0.0, Time::MAX),
        }
    }
}

fn check(law: &Arrivals) {
    let rates: Vec<f64> = match law {
        Arrivals::Poisson { per_s, .. } | Arrivals::Regular { per_s } => vec![*per_s],
        Arrivals::Bursty { per_s, ratio, burst, share } => {
            assert!(*share > 0.0 && *share < 1.0, "bursts take a share of the time within (0, 1): {share}");
            assert!(*burst > Span::ZERO, "a burst lasts");
            vec![*per_s, *ratio]
        }
        Arrivals::Steps { steps } => {
            assert!(!steps.is_empty() && steps.is_sorted_by_key(|step| step.0), "steps are in the order of time");
            steps.iter().map(|step| step.1).collect()
        }
        Arrivals::Trace { times, classes } => {
            assert!(times.is_sorted(), "a trace is in the order of time");
            assert!(
                classes.is_empty() || classes.len() == times.len(),
                "every request of a trace has a class, or none"
            );
            Vec::new()
        }
    };
    assert!(rates.iter().all(|rate| *rate >= 0.0 && rate.is_finite()), "rates are finite and >= 0: {rates:?}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Interval, Tally};

    const DAY_S: f64 = 86_400.0;

    fn profile(hours: &[f64]) -> Profile {
        Profile::new(hours, &[], 0.0).expect("sound")
    }

    #[test]
    fn regular_arrivals_come_at_equal_intervals() {
        let law = Arrivals::Regular { per_s: 1.0 / 12.0 };
        assert_eq!(arrivals(&law, 0, 50.0), [12.0, 24.0, 36.0, 48.0]);
        assert_eq!(law.peak_per_s(Time::MAX), Some(1.0 / 12.0));
    }

    /// All arrivals before `end_s`, in seconds.
    fn arrivals(law: &Arrivals, replication: u32, end_s: f64) -> Vec<f64> {
        let mut process = ArrivalProcess::new(law, &Streams::new(5, replication));
        let first = process.next(Time::ZERO);
        let times = std::iter::successors(first, |last| process.next(*last));
        times.map(Time::as_secs_f64).take_while(|time| *time < end_s).collect()
    }

    #[test]
    fn counts_have_the_stated_mean() {
        let at = Time::from_secs_f64;
        let laws = [
            Arrivals::poisson(2.0),
            Arrivals::Bursty { per_s: 2.0, ratio: 10.0, burst: Span::from_secs(5), share: 0.2 },
            Arrivals::Poisson { per_s: 2.0, profile: profile(&[0.5, 2.0, 0.0, 1.0]) },
            Arrivals::Steps { steps: vec![(at(0.0), 1.0), (at(1_000.0), 3.0), (at(5_000.0), 0.0)] },
        ];
        for law in laws {
            let end_s = DAY_S;
            let rates: Vec<f64> =
                (0..8).map(|replication| arrivals(&law, replication, end_s).len() as f64 / end_s).collect();
            let found = Interval::of(&rates, 0.999).expect("eight rates");
            assert!(found.contains(law.mean_per_s(at(end_s))), "{law:?}: {found:?}");
        }
    }

    #[test]
    fn pieces_have_their_own_rates() {
        let law = Arrivals::Poisson { per_s: 1.5, profile: profile(&[0.0, 2.0]) };
        let times = arrivals(&law, 0, 2.0 * DAY_S);
        let counts = [0.5, 1.0, 1.5, 2.0].map(|day| times.iter().filter(|time| **time < day * DAY_S).count());
        assert_eq!((counts[0], counts[2] - counts[1]), (0, 0), "nothing before noon");
        let afternoons = [counts[1], counts[3] - counts[2]];
        assert!(afternoons.iter().all(|count| count.abs_diff(129_600) < 5 * 360), "{afternoons:?}");
        assert_eq!(law.peak_per_s(Time::from_secs_f64(DAY_S)), Some(3.0));
    }

    #[test]
    fn bursts_spread_the_counts_as_theory_says() {
        // Index of dispersion of a two-state MMPP over a long time: 1 + 2 (λ₁ − λ₂)² σ₁ σ₂ / ((σ₁ + σ₂)² (λ₁ σ₂ + λ₂ σ₁)) in
        // the notation of the cookbook, σ being the rates of leaving the states.
        let law = Arrivals::Bursty { per_s: 5.0, ratio: 6.0, burst: Span::from_secs(2), share: 0.25 };
        let (quiet, leave): (f64, [f64; 2]) = (5.0 / (0.75 + 6.0 * 0.25), [1.0 / 2.0, 1.0 / 6.0]);
        let (high, low) = (6.0 * quiet, quiet);
        let expected = 1.0
            + 2.0 * (high - low) * (high - low) * leave[0] * leave[1]
                / ((leave[0] + leave[1]).powi(2) * (high * leave[1] + low * leave[0]));
        let dispersion = |replication| {
            let mut counts = vec![0.0; 500];
            arrivals(&law, replication, 100_000.0).iter().for_each(|time| counts[(time / 200.0) as usize] += 1.0);
            let mut tally = Tally::new();
            counts.iter().for_each(|count| tally.record(*count));
            tally.variance() / tally.mean()
        };
        let found = Interval::of(&(0..10).map(dispersion).collect::<Vec<_>>(), 0.999).expect("ten values");
        // A window of 200 s holds 133 memories of 1.5 s: what is lost at its edges is below 1 %.
        assert!(found.low * 0.99 < expected && expected < found.high * 1.01, "{found:?} and {expected}");
    }

    #[test]
    fn a_trace_is_taken_as_it_is_and_ends() {
        let times: Vec<Time> = [0.0, 1.5, 1.5, 9.0].map(Time::from_secs_f64).to_vec();
        let law = Arrivals::Trace { times, classes: Vec::new() };
        assert_eq!(arrivals(&law, 0, 100.0), [0.0, 1.5, 1.5, 9.0]);
        assert_eq!((law.mean_per_s(Time::from_secs_f64(2.0)), law.peak_per_s(Time::MAX)), (1.5, None));
        assert!(arrivals(&Arrivals::poisson(0.0), 0, 1e9).is_empty());
    }
}
