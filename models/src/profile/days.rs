//! A load that changes by the hour, by the day of the week, and from month to month.
//!
//! Model: a factor on a mean rate, constant for each of so many equal parts of a day: that of the part, times that of the day of the week,
//! times a growth that is compounded by the month and taken in the middle of the part. A run starts at midnight, the week on its first day.
//! Sources: arithmetic; a month has 730 hours.
//! Leaves out: seasons of a year, holidays; what is sudden, such as bursts, is in [`crate::arrivals`].

use sim::{Span, Time};

use crate::fleet::HOURS_PER_MONTH;

/// A day \[s\].
const DAY_S: f64 = 86_400.0;
/// A month \[s\].
const MONTH_S: f64 = HOURS_PER_MONTH * 3_600.0;

/// A factor on a rate over time, by parts of days.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Days {
    /// The factor in each of so many equal parts of a day; at least one.
    hours: Vec<f64>,
    /// The factor of each day of a week; empty where all are alike.
    days: Vec<f64>,
    /// By how much more there is after each month, as a share.
    growth: f64,
    /// Whether all of that comes to the same at all times.
    constant: bool,
}

impl Default for Days {
    /// The same at all times.
    fn default() -> Self {
        Self { hours: vec![1.0], days: Vec::new(), growth: 0.0, constant: true }
    }
}

impl Days {
    /// Factors of the parts of a day and of the days of a week, each as multiples of their mean, and a growth a month. Nothing where a
    /// part has a factor that is none, nothing ever comes, or a week has not seven days.
    pub(super) fn new(hours: &[f64], days: &[f64], growth: f64) -> Option<Self> {
        let sound = |factors: &[f64]| factors.iter().all(|factor| *factor >= 0.0 && factor.is_finite());
        let mean = |factors: &[f64]| factors.iter().sum::<f64>() / factors.len() as f64;
        let scaled = |factors: &[f64]| factors.iter().map(|factor| factor / mean(factors)).collect::<Vec<_>>();
        let some = |factors: &[f64]| factors.is_empty() || sound(factors) && mean(factors) > 0.0;
        let week = days.is_empty() || days.len() == 7;
        let hours = if hours.is_empty() { &[1.0][..] } else { hours };
        let even = |factors: &[f64]| factors.iter().all(|factor| *factor == factors[0]);
        let constant = growth == 0.0 && even(hours) && even(days);
        (some(hours) && some(days) && week && growth > -1.0 && growth.is_finite()).then(|| Self {
            hours: scaled(hours),
            days: scaled(days),
            growth,
            constant,
        })
    }

    /// Whether it is the same at all times.
    #[inline]
    pub(super) fn is_constant(&self) -> bool {
        self.constant
    }

    /// Whether it repeats itself day by day, but for growth.
    pub(super) fn has_hours(&self) -> bool {
        self.hours.len() > 1
    }

    /// How long a part is \[s\].
    fn part_s(&self) -> f64 {
        DAY_S / self.hours.len() as f64
    }

    /// The factor in the part of that number.
    fn factor(&self, part: u64) -> f64 {
        let parts = self.hours.len() as u64;
        let of_day = if self.days.is_empty() { 1.0 } else { self.days[(part / parts % 7) as usize] };
        let months = (part as f64 + 0.5) * self.part_s() / MONTH_S;
        self.hours[(part % parts) as usize] * of_day * (1.0 + self.growth).powf(months)
    }

    /// When the part of that number ends.
    fn end(&self, part: u64) -> Time {
        Time::from_secs_f64((part + 1) as f64 * self.part_s())
    }

    /// The part that a time is in.
    fn part_at(&self, at: Time) -> u64 {
        let part = (at.as_secs_f64() / self.part_s()) as u64;
        if self.end(part) <= at { part + 1 } else { part }
    }

    /// The factor, summed up over a time \[s\].
    pub(super) fn between(&self, from: Time, until: Time) -> f64 {
        if self.is_constant() {
            return (until - from).as_secs_f64();
        }
        let (mut part, mut at, mut sum) = (self.part_at(from), from, 0.0);
        while at < until {
            let end = self.end(part).min(until);
            sum += self.factor(part) * (end - at).as_secs_f64();
            (part, at) = (part + 1, end);
        }
        sum
    }

    /// When the factor, summed up from a time on, has come to so many seconds.
    pub(super) fn reached(&self, from: Time, seconds: f64) -> Time {
        if self.is_constant() {
            return from + Span::from_secs_f64(seconds);
        }
        let (mut part, mut at, mut left) = (self.part_at(from), from, seconds);
        loop {
            let (factor, end) = (self.factor(part), self.end(part));
            let within = factor * (end - at).as_secs_f64();
            if left < within {
                return at + Span::from_secs_f64(left / factor);
            }
            left -= within;
            (part, at) = (part + 1, end);
        }
    }

    /// The largest factor until a time.
    pub(super) fn peak(&self, until: Time) -> f64 {
        (0..=self.part_at(until)).map(|part| self.factor(part)).fold(0.0, f64::max)
    }

    /// The same with all factors divided.
    pub(super) fn divided_by(&self, mean: f64) -> Self {
        Self { hours: self.hours.iter().map(|factor| factor / mean).collect(), ..self.clone() }
    }
}
