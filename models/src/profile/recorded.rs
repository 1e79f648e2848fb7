//! A load as it was recorded: how much came in each piece of time.
//!
//! Model: what came in a piece came evenly over it. After the end it goes on at the mean of the whole, so that what is under way when a run
//! ends is not alone for ever. The busiest time is a minute, or a longer piece: what comes in less is noise of the record and not a load
//! that machines are bought for. Source: arithmetic. Leaves out: what is uneven within a piece.

use std::sync::Arc;

use sim::{Span, Time};

/// The shortest time that is called the busiest \[s\], as the shortest part of a day.
const BUSIEST_S: f64 = 60.0;

/// A factor on a rate over time, by what was recorded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recorded {
    /// When each piece begins, the first at zero, and what has come until then; the last entry is the end. Every run has the same, which may
    /// be long: it is shared.
    pieces: Arc<[(Time, f64)]>,
    /// What a count is divided by.
    divisor: f64,
}

impl Recorded {
    pub(super) fn new(counts: &[(f64, f64)], end_s: f64) -> Option<Self> {
        let times = counts.iter().map(|(start, _)| *start).chain([end_s]);
        let sound = counts.iter().all(|(_, count)| *count >= 0.0)
            && times.clone().is_sorted()
            && counts.first().is_some_and(|(start, _)| *start == 0.0)
            && end_s.is_finite();
        if !sound {
            return None;
        }
        let mut pieces: Vec<(Time, f64)> = Vec::with_capacity(counts.len() + 1);
        let mut sum = 0.0;
        for (place, start) in times.enumerate() {
            let start = Time::from_secs_f64(start);
            // What comes from one time on is one piece, in however many rows it was recorded.
            if pieces.last().is_none_or(|last| last.0 < start) {
                pieces.push((start, sum));
            }
            sum += counts.get(place).map_or(0.0, |(_, count)| *count);
        }
        let all = pieces.last().map_or(0.0, |last| last.1);
        (all > 0.0 && all == sum && all.is_finite()).then(|| Self { pieces: pieces.into(), divisor: 1.0 })
    }

    fn mean_per_s(&self) -> f64 {
        let (end, all) = self.pieces[self.pieces.len() - 1];
        all / end.as_secs_f64()
    }

    /// What comes in a second of the piece of that number; after the end, at the mean.
    fn per_s(&self, piece: usize) -> f64 {
        let (start, before) = self.pieces[piece];
        let next = self.pieces.get(piece + 1);
        next.map_or_else(|| self.mean_per_s(), |(end, sum)| (sum - before) / (*end - start).as_secs_f64())
    }

    /// What has come until a time, which is in the piece of that number.
    fn until(&self, at: Time, piece: usize) -> f64 {
        let (start, before) = self.pieces[piece];
        before + self.per_s(piece) * (at - start).as_secs_f64()
    }

    /// The piece that a time is in; after the end the last entry.
    fn piece_at(&self, at: Time) -> usize {
        self.pieces.partition_point(|(start, _)| *start <= at).saturating_sub(1)
    }

    pub(super) fn between(&self, from: Time, until: Time) -> f64 {
        (self.until(until, self.piece_at(until)) - self.until(from, self.piece_at(from))) / self.divisor
    }

    pub(super) fn reached(&self, from: Time, seconds: f64) -> Time {
        let sum = self.until(from, self.piece_at(from)) + seconds * self.divisor;
        let piece = self.pieces.partition_point(|(_, before)| *before <= sum).saturating_sub(1);
        let (start, before) = self.pieces[piece];
        start + Span::from_secs_f64((sum - before) / self.per_s(piece))
    }

    /// The most that comes in a second of any time as long as the busiest, until a time. Of the busiest, one begins or ends with a piece.
    pub(super) fn peak(&self, until: Time) -> f64 {
        let long = Span::from_secs_f64(BUSIEST_S).min(until - Time::ZERO);
        let latest = Time::from_nanos(until.nanos() - long.nanos());
        let starts = self.pieces.iter().map(|(start, _)| *start).take_while(|start| *start <= latest);
        let before = self.pieces.iter().filter_map(|(end, _)| end.nanos().checked_sub(long.nanos()));
        let before = before.map(Time::from_nanos).take_while(|start| *start < latest).chain([latest]);
        self.most_in(starts, long).max(self.most_in(before, long)) / long.as_secs_f64() / self.divisor
    }

    /// The most that comes in a time so long that begins at one of these, which ascend.
    fn most_in(&self, starts: impl Iterator<Item = Time>, long: Span) -> f64 {
        let (mut first, mut last, mut most) = (0, 0, 0.0_f64);
        let advance = |piece: &mut usize, at: Time| {
            while self.pieces.get(*piece + 1).is_some_and(|(start, _)| *start <= at) {
                *piece += 1;
            }
        };
        for start in starts {
            let end = start + long;
            advance(&mut first, start);
            advance(&mut last, end);
            most = most.max(self.until(end, last) - self.until(start, first));
        }
        most
    }

    /// The same with all factors divided.
    pub(super) fn divided_by(&self, mean: f64) -> Self {
        Self { divisor: self.divisor * mean, ..self.clone() }
    }
}
