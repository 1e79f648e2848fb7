//! How a load changes over time: by the hour, by the day of the week and from month to month, or as it was recorded.
//!
//! Model: a factor on a mean rate, constant for a piece of time and then another (`days`, `recorded`). Source: arithmetic. Leaves out:
//! what is sudden, such as bursts, which is in [`crate::arrivals`].

mod days;
mod recorded;
#[cfg(test)]
mod tests;

use sim::Time;

use days::Days;
use recorded::Recorded;

/// A factor on a rate over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile(Course);

/// How it comes about.
#[derive(Debug, Clone, PartialEq)]
enum Course {
    Days(Days),
    Recorded(Recorded),
}

impl Default for Profile {
    /// The same at all times.
    fn default() -> Self {
        Self(Course::Days(Days::default()))
    }
}

impl Profile {
    /// Factors of the parts of a day and of the days of a week, each as multiples of their mean, and a growth a month. Nothing where a
    /// part has a factor that is none, nothing ever comes, or a week has not seven days.
    pub fn new(hours: &[f64], days: &[f64], growth: f64) -> Option<Self> {
        Days::new(hours, days, growth).map(|days| Self(Course::Days(days)))
    }

    /// What was recorded: how much came from each time on \[s\], the first at zero, up to the next, and from the last one up to `end_s`. The
    /// factor is how much came in a second. Nothing unless the times ascend and something came in some time.
    pub fn recorded(counts: &[(f64, f64)], end_s: f64) -> Option<Self> {
        Recorded::new(counts, end_s).map(|recorded| Self(Course::Recorded(recorded)))
    }

    /// Whether it is the same at all times.
    #[inline]
    pub fn is_constant(&self) -> bool {
        matches!(&self.0, Course::Days(days) if days.is_constant())
    }

    /// Whether it repeats itself day by day, but for growth.
    pub fn has_hours(&self) -> bool {
        matches!(&self.0, Course::Days(days) if days.has_hours())
    }

    /// Whether it was recorded, so that what comes is known and not by chance.
    pub fn is_recorded(&self) -> bool {
        matches!(self.0, Course::Recorded(_))
    }

    /// The factor, summed up over a time \[s\].
    pub fn between(&self, from: Time, until: Time) -> f64 {
        match &self.0 {
            Course::Days(days) => days.between(from, until),
            Course::Recorded(recorded) => recorded.between(from, until),
        }
    }

    /// When the factor, summed up from a time on, has come to so many seconds.
    pub fn reached(&self, from: Time, seconds: f64) -> Time {
        match &self.0 {
            Course::Days(days) => days.reached(from, seconds),
            Course::Recorded(recorded) => recorded.reached(from, seconds),
        }
    }

    /// The largest factor until a time; of what was recorded that of the busiest minute.
    pub fn peak(&self, until: Time) -> f64 {
        match &self.0 {
            Course::Days(days) => days.peak(until),
            Course::Recorded(recorded) => recorded.peak(until),
        }
    }

    /// The largest factor of a time, over its mean; at least 1.
    pub fn peak_over_mean(&self, from: Time, until: Time) -> f64 {
        if self.is_constant() {
            return 1.0;
        }
        (self.peak(until) * (until - from).as_secs_f64() / self.between(from, until)).max(1.0)
    }

    /// The same, so that its mean over a time is 1.
    pub fn with_mean_one(&self, from: Time, until: Time) -> Self {
        let mean = self.between(from, until) / (until - from).as_secs_f64();
        if self.is_constant() || mean <= 0.0 {
            return self.clone();
        }
        Self(match &self.0 {
            Course::Days(days) => Course::Days(days.divided_by(mean)),
            Course::Recorded(recorded) => Course::Recorded(recorded.divided_by(mean)),
        })
    }
}
