//! Figures that rest on a lower bound: less was measured than the design needs, so the true work is at least that much.
//!
//! More work makes costs and delays larger, and what is carried or earned smaller; which figures these are, a kind of system
//! knows, and nothing says by how much. So such
//! a figure is known from one side: it can refute a claim or miss an objective, and never confirm or reach it.
//! Left out: what moves both ways, as fees that shape their own load; it counts as unmoved.

use scenarios::{Bound, Case, LowerBound, Work};

use crate::slower::{FigureName, Way};
use crate::summary::Summary;
use crate::systems::{ForKind, Kind, for_kind};

/// Why a figure that is only a bound leaves a claim undecided.
pub(crate) const BOUNDED: &str = "what is found is only a bound: it can refute a claim, never confirm it";

/// Sides on which the truth may lie far from a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Beyond {
    /// It may be far less.
    pub(crate) below: bool,
    /// It may be far more.
    pub(crate) above: bool,
}

impl Beyond {
    /// On which sides the truth may lie far from a metric of a case.
    pub(crate) fn of(metric: &str, case: &Case, summary: &Summary) -> Self {
        let bounded = case.inputs.iter().filter_map(|input| input.lower_bound.as_ref());
        let moves = |LowerBound { of, .. }: &LowerBound| moved(metric, *of, case, summary);
        bounded.filter_map(moves).fold(Self::default(), |sides, way| match way {
            Way::Up => Self { above: true, ..sides },
            Way::Down => Self { below: true, ..sides },
        })
    }

    /// The same with another.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { below: self.below || other.below, above: self.above || other.above }
    }

    /// An interval that holds the truth as well.
    pub(crate) fn widened(self, low: f64, high: f64) -> (f64, f64) {
        (if self.below { f64::NEG_INFINITY } else { low }, if self.above { f64::INFINITY } else { high })
    }

    /// What a figure is of the truth, where it is a bound of it.
    pub(crate) fn side(self) -> Option<Bound> {
        match (self.below, self.above) {
            (false, true) => Some(Bound::AtLeast),
            (true, false) => Some(Bound::AtMost),
            _ => None,
        }
    }
}

/// Where a metric goes when some work takes longer, if it depends on it.
fn moved(metric: &str, work: Work, case: &Case, summary: &Summary) -> Option<Way> {
    let per_million = &summary.headlines.per_million();
    for_kind(case, Moved { case, figure: FigureName { name: metric, per_million, tightest: &summary.tightest }, work })
}

struct Moved<'a> {
    case: &'a Case,
    figure: FigureName<'a>,
    work: Work,
}

impl ForKind for Moved<'_> {
    type Output = Option<Way>;

    fn run<K: Kind>(self) -> Option<Way> {
        K::of(self.case).moved(&self.figure, self.work)
    }
}
