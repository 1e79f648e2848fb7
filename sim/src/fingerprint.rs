//! A fingerprint of a sequence of events, and where two sequences first differ.
//!
//! Every event is mixed into 64 bits by one multiplication. Now and then the state is kept, at a spacing that doubles when
//! there are too many, so a run of any length keeps a few hundred checkpoints. Two runs that differ are told apart to one
//! spacing by [`Fingerprint::divergence`]; running both once more with [`Fingerprint::watching`] that range shows the
//! first event that differs. It finds accidents, not adversaries.

use std::fmt;
use std::ops::Range;

use crate::time::Time;

const CHECKPOINTS: usize = 512;
/// Odd constants of xxHash64, chosen for their mixing of bits.
const TIME_FACTOR: u64 = 0x9E37_79B1_85EB_CA87;
const TAG_FACTOR: u64 = 0xC2B2_AE3D_27D4_EB4F;
const STATE_FACTOR: u64 = 0x1656_67B1_9E37_79F9;

/// The running fingerprint of one run.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    state: u64,
    events: u64,
    /// The number of events at which something other than mixing is due.
    next: u64,
    spacing: u64,
    /// State after `spacing`, 2 · `spacing`, … events.
    checkpoints: Vec<u64>,
    watched: Range<u64>,
    seen: Vec<(Time, u64)>,
}

impl Fingerprint {
    /// Of no events.
    pub fn new() -> Fingerprint {
        Fingerprint::watching(0..0)
    }

    /// As `new`, and keeps the events with these numbers (the first event is number 0) to be looked at.
    pub fn watching(events: Range<u64>) -> Fingerprint {
        Fingerprint {
            state: STATE_FACTOR,
            events: 0,
            next: if events.is_empty() { CHECKPOINTS as u64 } else { 1 },
            spacing: CHECKPOINTS as u64,
            checkpoints: Vec::new(),
            watched: events,
            seen: Vec::new(),
        }
    }

    /// Takes an event: when, and a tag of what (a number of the variant, mixed with what identifies the entity).
    #[inline]
    pub fn record(&mut self, time: Time, tag: u64) {
        let event = time.nanos().wrapping_mul(TIME_FACTOR).wrapping_add(tag.wrapping_mul(TAG_FACTOR));
        self.state = (self.state.rotate_left(29) ^ event).wrapping_mul(STATE_FACTOR);
        self.events += 1;
        if self.events == self.next {
            self.keep(time, tag);
        }
    }

    /// The fingerprint so far.
    pub fn value(&self) -> u64 {
        // The last multiplication leaves the low bits weak.
        let mixed = (self.state ^ (self.state >> 32) ^ self.events).wrapping_mul(TIME_FACTOR);
        mixed ^ (mixed >> 29)
    }

    /// How many events were taken.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The watched events, in order: when, and the tag.
    pub fn watched(&self) -> &[(Time, u64)] {
        &self.seen
    }

    /// The numbers of the events among which the first difference of two runs lies; `None` when they are the same.
    pub fn divergence(&self, other: &Fingerprint) -> Option<Range<u64>> {
        if self.value() == other.value() {
            return None;
        }
        // Spacings are the same constant doubled, so the wider is a multiple of the narrower.
        let spacing = self.spacing.max(other.spacing);
        let at = |run: &Fingerprint, index: u64| -> Option<u64> {
            run.checkpoints.get((index * (spacing / run.spacing)) as usize - 1).copied()
        };
        let mut index = 1;
        while let (Some(mine), Some(theirs)) = (at(self, index), at(other, index)) {
            if mine != theirs {
                return Some((index - 1) * spacing..index * spacing);
            }
            index += 1;
        }
        Some((index - 1) * spacing..self.events.max(other.events))
    }

    #[cold]
    fn keep(&mut self, time: Time, tag: u64) {
        if self.watched.contains(&(self.events - 1)) {
            self.seen.push((time, tag));
        }
        if self.events.is_multiple_of(self.spacing) {
            self.checkpoints.push(self.state);
            if self.checkpoints.len() == CHECKPOINTS {
                // Keep those after 2, 4, 6, … spacings.
                self.checkpoints = self.checkpoints.iter().skip(1).step_by(2).copied().collect();
                self.spacing *= 2;
            }
        }
        let checkpoint = (self.events / self.spacing + 1) * self.spacing;
        let watch = if self.watched.is_empty() { checkpoint } else { self.watched.start.max(self.events) + 1 };
        self.next = if self.events < self.watched.end { checkpoint.min(watch) } else { checkpoint };
    }
}

impl Default for Fingerprint {
    fn default() -> Self {
        Fingerprint::new()
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of `events`, in which event number `odd` is another one.
    fn run(mut fingerprint: Fingerprint, events: u64, odd: Option<u64>) -> Fingerprint {
        for event in 0..events {
            fingerprint.record(Time::from_nanos(event * 10), if odd == Some(event) { 99 } else { event % 7 });
        }
        fingerprint
    }

    #[test]
    fn the_first_divergence_is_found_in_two_passes() {
        for (events, odd) in [(100, 0), (100, 99), (1_000_000, 0), (1_000_000, 654_321), (1_000_000, 999_999)] {
            let plain = || Fingerprint::new();
            let range = run(plain(), events, None).divergence(&run(plain(), events, Some(odd))).unwrap();
            assert!(range.contains(&odd) && range.end - range.start <= 4_096, "{odd} in {range:?}");
            let (a, b) = (
                run(Fingerprint::watching(range.clone()), events, None),
                run(Fingerprint::watching(range.clone()), events, Some(odd)),
            );
            assert_eq!(a.watched().len() as u64, range.end.min(events) - range.start);
            let first = a.watched().iter().zip(b.watched()).position(|(a, b)| a != b).unwrap();
            assert_eq!(range.start + first as u64, odd);
            assert_eq!(a.value(), run(plain(), events, None).value(), "watching changes nothing");
        }
    }

    #[test]
    fn a_run_that_goes_on_longer_diverges_at_its_end() {
        let (short, long) = (run(Fingerprint::new(), 300_000, None), run(Fingerprint::new(), 3_000_000, None));
        let range = short.divergence(&long).unwrap();
        assert!(range.contains(&300_000) || range.end == 300_000, "{range:?}");
        assert!(range.start <= 300_000);
        assert_eq!(long.divergence(&long.clone()), None);
    }

    #[test]
    fn time_tag_and_order_all_matter() {
        let of = |events: &[(u64, u64)]| {
            let mut fingerprint = Fingerprint::new();
            events.iter().for_each(|&(time, tag)| fingerprint.record(Time::from_nanos(time), tag));
            fingerprint.to_string()
        };
        let base = of(&[(1, 2), (3, 4)]);
        assert_eq!(base.len(), 16);
        for other in
            [&[(1, 2), (3, 5)][..], &[(1, 2), (4, 4)], &[(3, 4), (1, 2)], &[(1, 2)], &[(1, 2), (3, 4), (0, 0)], &[]]
        {
            assert_ne!(of(other), base);
        }
    }
}
