//! Simulated time as an integer number of nanoseconds.
//!
//! Range: 2⁶⁴ ns = 1.8 × 10¹⁰ s, 584 years from the start of a run; arithmetic that leaves the range panics, because no
//! model that is meant well reaches it. Integers, not floats: equal times are equal on every machine, and a time late in
//! a long run is as fine as an early one.

use std::fmt;
use std::ops::{Add, Div, Mul, Sub};

const NANOS_PER_SEC: u64 = 1_000_000_000;
const NANOS_PER_MILLI: u64 = 1_000_000;

/// A point in simulated time \[ns since the start of the run\].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(u64);

/// A length of simulated time \[ns\], never negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(u64);

impl Time {
    /// The start of the run.
    pub const ZERO: Time = Time(0);
    /// The last point that can be represented, 584 years after the start.
    pub const MAX: Time = Time(u64::MAX);

    /// The point `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Time {
        Time(nanos)
    }

    /// The point `secs` seconds after the start, to the nearest nanosecond. Panics as [`Span::from_secs_f64`] does.
    pub fn from_secs_f64(secs: f64) -> Time {
        Time::ZERO + Span::from_secs_f64(secs)
    }

    /// Nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start, as [`Span::as_secs_f64`].
    #[inline]
    pub fn as_secs_f64(self) -> f64 {
        Span(self.0).as_secs_f64()
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A span of `nanos` nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Span {
        Span(nanos)
    }

    /// A span of `millis` milliseconds. Panics beyond 584 years.
    pub const fn from_millis(millis: u64) -> Span {
        Span(millis.checked_mul(NANOS_PER_MILLI).expect("a span of less than 584 years"))
    }

    /// A span of `secs` seconds. Panics beyond 584 years.
    pub const fn from_secs(secs: u64) -> Span {
        Span(secs.checked_mul(NANOS_PER_SEC).expect("a span of less than 584 years"))
    }

    /// A span of `secs` seconds, to the nearest nanosecond; of 584 years where it is longer. Panics unless `secs` is a number
    /// that is not negative.
    #[inline]
    pub fn from_secs_f64(secs: f64) -> Span {
        let nanos = secs * NANOS_PER_SEC as f64;
        assert!(nanos >= 0.0, "a span must be a number >= 0: {secs} s");
        // Above 2⁵² every float is an integer, and adding one half could only spoil it. The conversion ends at the largest.
        Span(if nanos < (1u64 << 52) as f64 { (nanos + 0.5) as u64 } else { nanos as u64 })
    }

    /// Nanoseconds.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Seconds, to 2⁻⁵³ of the value: back and forth is exact up to 2⁵¹ ns = 26 days, and 8 ns off at most in a year.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }
}

/// Simulated time ends 584 years after its start, and so does what would be later: no run lasts that long, so it never happens.
impl Add<Span> for Time {
    type Output = Time;
    #[inline]
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

/// Panics when `earlier` is later: a negative span is a programmer's error.
impl Sub for Time {
    type Output = Span;
    #[inline]
    fn sub(self, earlier: Time) -> Span {
        Span(self.0.checked_sub(earlier.0).expect("a span runs from the earlier time to the later one"))
    }
}

/// A span is 584 years long at most.
impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

/// A span is 584 years long at most.
impl Mul<u64> for Span {
    type Output = Span;
    fn mul(self, times: u64) -> Span {
        Span(self.0.saturating_mul(times))
    }
}

/// Rounds down to a whole nanosecond; panics when `parts` is zero.
impl Div<u64> for Span {
    type Output = Span;
    fn div(self, parts: u64) -> Span {
        Span(self.0 / parts)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t={:?}", Span(self.0))
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}s", self.0 / NANOS_PER_SEC, self.0 % NANOS_PER_SEC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn seconds_round_to_the_nearest_nanosecond() {
        assert_eq!(Span::from_secs_f64(0.0), Span::ZERO);
        assert_eq!(Span::from_secs_f64(1.4e-9).nanos(), 1);
        assert_eq!(Span::from_secs_f64(1.6e-9).nanos(), 2);
        assert_eq!(Span::from_secs_f64(0.5), Span::from_millis(500));
        assert_eq!(Span::from_secs_f64(1e10), Span::from_secs(10_000_000_000));
        assert_eq!(format!("{:?}", Time::ZERO + Span::from_millis(1_250)), "t=1.250000000s");
    }

    #[test]
    #[should_panic(expected = "from the earlier time")]
    fn time_does_not_run_backwards() {
        let _ = Time::ZERO - Time::from_nanos(1);
    }

    #[test]
    fn spans_that_make_no_sense_are_refused() {
        for secs in [-1e-9, f64::NAN] {
            assert!(std::panic::catch_unwind(|| Span::from_secs_f64(secs)).is_err(), "{secs}");
        }
    }

    #[test]
    fn what_is_too_far_away_to_happen_is_at_the_end_of_time() {
        let end = Span::from_nanos(u64::MAX);
        assert!([1.9e10, f64::INFINITY].iter().all(|secs| Span::from_secs_f64(*secs) == end));
        assert_eq!((end + end, end * 3), (end, end));
        assert_eq!(Time::from_nanos(7) + end, Time::ZERO + end);
    }

    proptest! {
        #[test]
        fn seconds_and_back_are_exact_for_26_days(nanos in 0u64..(1 << 51)) {
            prop_assert_eq!(Span::from_secs_f64(Span::from_nanos(nanos).as_secs_f64()).nanos(), nanos);
        }

        #[test]
        fn seconds_and_back_are_close_for_a_year(nanos in 0u64..31_557_600_000_000_000) {
            prop_assert!(Span::from_secs_f64(Span::from_nanos(nanos).as_secs_f64()).nanos().abs_diff(nanos) <= 8);
        }

        #[test]
        fn adding_a_span_and_taking_it_away_is_nothing(start in 0u64..(1 << 62), nanos in 0u64..(1 << 62)) {
            let span = Span::from_nanos(nanos);
            prop_assert_eq!((Time::from_nanos(start) + span) - Time::from_nanos(start), span);
            prop_assert_eq!(span * 2 / 2, span);
        }
    }
}
