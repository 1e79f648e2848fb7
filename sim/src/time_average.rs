//! Statistics per second: the average over time of a quantity that changes by jumps, such as a queue or busy servers.

use crate::time::Time;

/// The time average of a piecewise constant quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeAverage {
    start: Time,
    changed: Time,
    value: f64,
    /// Integral of the value from `start` to `changed` \[unit · ns\].
    area: f64,
}

impl TimeAverage {
    /// Observation begins at `start` with `value`.
    pub fn new(start: Time, value: f64) -> TimeAverage {
        TimeAverage { start, changed: start, value, area: 0.0 }
    }

    /// The quantity becomes `value` at `now`. Panics when `now` is before the last change.
    #[inline]
    pub fn set(&mut self, now: Time, value: f64) {
        self.area += self.value * (now - self.changed).nanos() as f64;
        self.changed = now;
        self.value = value;
    }

    /// The quantity now.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The average from the start to `now`; the current value when no time has passed.
    pub fn mean(&self, now: Time) -> f64 {
        let span = (now - self.start).nanos();
        // What has not changed is its own average, to the last digit.
        if span == 0 || self.changed == self.start {
            return self.value;
        }
        (self.area + self.value * (now - self.changed).nanos() as f64) / span as f64
    }

    /// The integral of the value from the start to `now` \[unit · s\].
    pub fn area(&self, now: Time) -> f64 {
        self.mean(now) * (now - self.start).as_secs_f64()
    }

    /// Forgets the past and observes from `now` on: the end of the warm-up.
    pub fn restart(&mut self, now: Time) {
        *self = TimeAverage::new(now, self.value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_count_as_long_as_they_last() {
        let at = Time::from_nanos;
        let mut busy = TimeAverage::new(at(10), 0.0);
        assert_eq!(busy.mean(at(10)), 0.0);
        busy.set(at(20), 4.0);
        busy.set(at(25), 1.0);
        assert_eq!(busy.mean(at(25)), 20.0 / 15.0);
        assert_eq!(busy.mean(at(30)), 25.0 / 20.0);
        busy.restart(at(30));
        assert_eq!((busy.value(), busy.mean(at(40))), (1.0, 1.0));
    }
}
