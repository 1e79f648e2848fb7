//! Spot machines that the provider takes back: when a zone has one, and when it has none.
//!
//! Model: a zone is available or not, in turns. The lengths of these periods are independent of each other, with a law for either kind
//! ([`Law`]): an alternating renewal process. Or a trace of what a zone did is replayed, again and again, from anywhere in it.
//!
//! Which law: a mixture of two exponential ones, fitted by maximum likelihood. Five AWS zones with a V100 over 45 days, laws fitted to the
//! first half, logarithm of the density of the periods of the second half, mean over all of them, for up and down times:
//! exponential −10.11 and −9.63; Weibull −9.82 and −9.43 by likelihood, −9.85 and −9.46 by moments; two phases −9.76 and −9.46 by
//! moments, −9.71 and −9.33 by likelihood, which is ahead of the exponential law in all ten cases.
//!
//! Intervals of a mean and of an availability are normal on the scale of logarithms and of log odds, with the spread of the law and the
//! number of periods behind them; those of what a further time will show have its noise as well. They hold for a zone that stays as it
//! was. Real zones do not: supply drifts (in one of those five, 18 % to 80 % of six days), and lengths are weakly correlated with those of
//! the last period of the kind (−0.01 to 0.23 between logarithms), so what is predicted from weeks can be off by far more than its
//! interval: 11 of 15 figures of the second halves lie outside of theirs (`proofcast list spot`).
//!
//! Assumptions: zones are independent of each other, of the hour and of what is rented; periods have no memory of former ones. Source: D. R.
//! Cox, *Renewal Theory* (1962), ch. 7, for alternating renewals and the variance of the time spent up; L. Takács (1957). Leaves out: prices,
//! several machines in a zone, warnings before the end.

mod law;
#[cfg(test)]
mod tests;

use sim::{Interval, Span, Stream};

pub use law::Law;

/// How sure intervals are.
const CONFIDENCE: f64 = 0.95;

/// What a zone did: periods in turns, from the first second that was watched to the last. The first began before, and the last
/// had not ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Whether each is available, and how long it lasts \[s\].
    periods: Vec<(bool, f64)>,
}

/// A figure of each kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures<T> {
    /// Share of the time in which a machine can be had.
    pub available: T,
    /// Mean length of the periods in which it can \[s\].
    pub up_s: T,
    /// Mean length of those in which it cannot \[s\].
    pub down_s: T,
}

impl Trace {
    /// A trace of changes, each with its time \[s\], until `end_s`. Nothing unless times increase; what does not change is no change.
    pub fn of(changes: &[(f64, bool)], end_s: f64) -> Option<Self> {
        let ends = changes.iter().skip(1).map(|(start, _)| *start).chain([end_s]);
        let mut periods: Vec<(bool, f64)> = Vec::new();
        for ((start, available), end) in changes.iter().zip(ends) {
            if !(end > *start && (end - start).is_finite()) {
                return None;
            }
            match periods.last_mut() {
                Some((last, seconds)) if last == available => *seconds += end - start,
                _ => periods.push((*available, end - start)),
            }
        }
        (!periods.is_empty()).then_some(Self { periods })
    }

    /// How long it was watched \[s\].
    pub fn seconds(&self) -> f64 {
        self.periods.iter().map(|(_, seconds)| seconds).sum()
    }

    /// How many periods it has, those that are cut at its ends among them.
    pub fn periods(&self) -> usize {
        self.periods.len()
    }

    /// What was seen. A mean is the time over the number of ends, so that what is cut does not shorten it; nothing where there was no end.
    pub fn seen(&self) -> Figures<Option<f64>> {
        let total = |up: bool| self.periods.iter().filter(|(kind, _)| *kind == up).map(|(_, seconds)| seconds).sum();
        let (up, down): (f64, f64) = (total(true), total(false));
        let mean = |up: bool, seconds: f64| {
            let ended = &self.periods[..self.periods.len() - 1];
            let ends = ended.iter().filter(|(kind, _)| *kind == up).count();
            (ends > 0).then(|| seconds / ends as f64)
        };
        Figures { available: Some(up / (up + down)), up_s: mean(true, up), down_s: mean(false, down) }
    }

    /// What happened from `from_s` to `to_s` after its start \[s\], with the periods at both ends cut. Nothing where that is no time.
    pub fn part(&self, from_s: f64, to_s: f64) -> Option<Self> {
        let mut start = 0.0;
        let mut periods = Vec::new();
        for (available, seconds) in &self.periods {
            let within = (start + seconds).min(to_s) - start.max(from_s);
            if within > 0.0 {
                periods.push((*available, within));
            }
            start += seconds;
        }
        (!periods.is_empty()).then_some(Self { periods })
    }

    /// Periods of one kind that were seen whole, and those cut at the end \[s\]. How long the first had lasted before is not known,
    /// so it is in neither.
    pub fn lengths(&self, up: bool) -> (Vec<f64>, Vec<f64>) {
        let last = self.periods.len() - 1;
        let of = |from: usize, to: usize| {
            let periods = self.periods.get(from..to).unwrap_or_default().iter();
            periods.filter(|(kind, _)| *kind == up).map(|(_, seconds)| *seconds).collect()
        };
        (of(1, last), if last > 0 { of(last, last + 1) } else { Vec::new() })
    }
}

/// A zone by its laws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Renewal {
    /// How long a machine can be had.
    pub up: Law,
    /// How long none can be had then.
    pub down: Law,
}

impl Renewal {
    /// The share of the time in which a machine can be had, in the long run.
    pub fn availability(&self) -> f64 {
        let (up, down) = (self.up.mean_s(), self.down.mean_s());
        up / (up + down)
    }

    fn law(&self, up: bool) -> Law {
        if up { self.up } else { self.down }
    }
}

/// A zone by the laws that fit its trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The laws.
    pub renewal: Renewal,
    /// Up and down times that were seen whole.
    pub periods: (usize, usize),
}

impl Fit {
    /// The laws that fit a trace best. Nothing unless it has two whole periods of either kind.
    pub fn of(trace: &Trace) -> Option<Self> {
        let law = |up: bool| {
            let (whole, cut) = trace.lengths(up);
            if whole.len() < 2 { None } else { Some((Law::fit(&whole, &cut)?, whole.len())) }
        };
        let ((up, ups), (down, downs)) = (law(true)?, law(false)?);
        Some(Self { renewal: Renewal { up, down }, periods: (ups, downs) })
    }

    /// What is predicted for a further time of `seconds`, each with its 95 % interval: how well it is known from this trace, and how
    /// much that time may differ by chance. In an infinite one only the former is left.
    pub fn predict(&self, seconds: f64) -> Figures<Interval> {
        let Renewal { up, down } = self.renewal;
        let (ups, downs) = (self.periods.0 as f64, self.periods.1 as f64);
        let further = seconds / (up.mean_s() + down.mean_s());
        let variance = |law: Law, count: f64| law.cv_squared() * (1.0 / count + 1.0 / further);
        let (of_up, of_down) = (variance(up, ups), variance(down, downs));
        let mean = |law: Law, variance: f64, count: f64| around(law.mean_s(), variance, count);
        // Odds are the ratio of the means, so their logarithm has both variances.
        let odds = around(up.mean_s() / down.mean_s(), of_up + of_down, ups.min(downs));
        let share = |odds: f64| if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 };
        Figures {
            available: Interval { mean: share(odds.mean), low: share(odds.low), high: share(odds.high), ..odds },
            up_s: mean(up, of_up, ups),
            down_s: mean(down, of_down, downs),
        }
    }
}

/// The interval around an estimate from `count` periods whose logarithm has this variance.
fn around(mean: f64, variance: f64, count: f64) -> Interval {
    let reach = Interval::standard_errors(count as usize, CONFIDENCE) * variance.sqrt();
    Interval { mean, low: mean * (-reach).exp(), high: mean * reach.exp(), confidence: CONFIDENCE }
}

/// How well the first half of a trace predicts the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// What fits the first half.
    pub fit: Fit,
    /// What that predicts for the second, with intervals.
    pub predicted: Figures<Interval>,
    /// What the second half showed.
    pub seen: Figures<Option<f64>>,
}

impl HeldOut {
    /// Fits the first half of a trace and holds it against the second. Nothing where the first half has too few periods.
    pub fn of(trace: &Trace) -> Option<Self> {
        let (half, end) = (trace.seconds() / 2.0, trace.seconds());
        let fit = Fit::of(&trace.part(0.0, half)?)?;
        Some(Self { fit, predicted: fit.predict(end - half), seen: trace.part(half, end)?.seen() })
    }
}

/// A period of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Whether a machine can be had.
    pub available: bool,
    /// How long it lasts.
    pub lasts: Span,
}

/// Where a zone's periods come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Drawn by laws.
    Renewal(Renewal),
    /// What a trace has, again and again, from `offset_s` after its start \[s\].
    Replay {
        /// The trace.
        trace: Trace,
        /// Where it starts \[s\]; beyond its end it is counted from its start again.
        offset_s: f64,
    },
}

impl Source {
    /// How often machines are taken back, per second that there are any.
    pub fn taken_per_s(&self) -> f64 {
        match self {
            Self::Renewal(renewal) => 1.0 / renewal.up.mean_s(),
            Self::Replay { trace, .. } => trace.seen().up_s.map_or(0.0, |up_s| 1.0 / up_s),
        }
    }

    /// The share of the time in which a machine serves that takes `start_up_s` to start, again whenever it can be had.
    pub fn serves(&self, start_up_s: f64) -> f64 {
        match self {
            Self::Renewal(renewal) => {
                // What is left of an exponential period after a while is as long as ever, if there is anything left.
                let Law { short_share, short_s, long_s } = renewal.up;
                let after = |share: f64, mean_s: f64| share * mean_s * (-start_up_s / mean_s).exp();
                let up_s = after(short_share, short_s) + after(1.0 - short_share, long_s);
                up_s / (renewal.up.mean_s() + renewal.down.mean_s())
            }
            Self::Replay { trace, .. } => {
                let ups = trace.periods.iter().filter(|(available, _)| *available);
                ups.map(|(_, seconds)| (seconds - start_up_s).max(0.0)).sum::<f64>() / trace.seconds()
            }
        }
    }
}

/// A zone in a simulation, in the middle of a period at its start.
#[derive(Debug)]
pub struct Zone {
    source: Source,
    /// The state of the last period; nothing before the first.
    available: Option<bool>,
    /// Which period of a trace is next.
    place: usize,
}

impl Zone {
    /// A zone before its first period.
    pub fn new(source: Source) -> Self {
        Self { source, available: None, place: 0 }
    }

    /// The next period. The first of laws is what remains of one that the start falls into, so that a machine can be had at any time
    /// as often as in the long run. A period that goes on over the end of a trace is one.
    pub fn next(&mut self, stream: &mut Stream) -> Period {
        let (available, seconds) = match &self.source {
            Source::Renewal(renewal) => match self.available {
                None => {
                    let up = stream.uniform() < renewal.availability();
                    (up, renewal.law(up).remaining().sample_s(stream))
                }
                Some(last) => (!last, renewal.law(!last).sample_s(stream)),
            },
            Source::Replay { trace, offset_s } => {
                let begins = if self.available.is_none() { begin(trace, *offset_s) } else { (self.place, 0.0) };
                let (period, place) = replayed(trace, begins);
                self.place = place;
                period
            }
        };
        self.available = Some(available);
        Period { available, lasts: Span::from_secs_f64(seconds) }
    }
}

/// The period of a trace that an offset falls into, and how far into it that is \[s\].
fn begin(trace: &Trace, offset_s: f64) -> (usize, f64) {
    let mut into = offset_s.rem_euclid(trace.seconds());
    for (place, (_, seconds)) in trace.periods.iter().enumerate() {
        if into < *seconds {
            return (place, into);
        }
        into -= seconds;
    }
    (0, 0.0)
}

/// What is left of a period of a trace, with the first one where it goes on with that, and the place of the next.
fn replayed(trace: &Trace, (place, into_s): (usize, f64)) -> ((bool, f64), usize) {
    let (available, seconds) = trace.periods[place];
    let (count, (first, first_s)) = (trace.periods.len(), trace.periods[0]);
    let goes_on = place + 1 == count && count > 1 && first == available;
    match goes_on {
        true => ((available, seconds - into_s + first_s), 1),
        false => ((available, seconds - into_s), (place + 1) % count),
    }
}
