//! What happened when in one replication of a case, for a reader who wants to look closer than at means.

use models::systems::layered::timeline::Timeline as Spans;
use scenarios::Case;
use sim::Time;

use crate::effort::Effort;
use crate::systems::{ForKind, Kind, for_kind};

/// The most spans of a timeline: as many as a viewer shows without waiting.
pub const MOST_SPANS: u64 = 200_000;

/// What happened when.
#[derive(Debug, Clone)]
pub enum Timeline {
    /// What took how long: blocks, proofs, epochs.
    Spans(Spans),
    /// What there was at given times, a counter for each figure.
    Counters(Vec<Counter>),
}

/// A figure over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter {
    /// Its name, with the unit.
    pub name: &'static str,
    /// Its value from each time on, in the order of time.
    pub values: Vec<(Time, f64)>,
}

impl Timeline {
    /// How much there is of it, in words.
    pub fn size(&self) -> String {
        match self {
            Self::Spans(spans) => format!("{} spans", spans.happenings.len()),
            Self::Counters(counters) => {
                let values = counters.first().map_or(0, |counter| counter.values.len());
                format!("{} figures at {values} times", counters.len())
            }
        }
    }
}

/// Simulates the first replication of a case and keeps what happens.
///
/// # Errors
/// The run would have too many spans, or the case cannot be simulated; the message says what to change.
pub fn timeline(case: &Case, effort: &Effort) -> Result<Timeline, String> {
    struct Watched<'a>(&'a Case, &'a Effort<'a>);
    impl ForKind for Watched<'_> {
        type Output = Result<Timeline, String>;

        fn run<K: Kind>(self) -> Self::Output {
            K::timeline(self.0, self.1)
        }
    }
    for_kind(case, Watched(case, effort))
}
