//! How figures are known, and what share of a sum rests on each kind.

use crate::costs::Cost;
use crate::machines::hosts::Host;

/// How a figure is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// Measured on a host whose calibration was used, inside the calibrated range.
    Measured,
    /// Published for the machine in question.
    Published,
    /// A figure of the design's authors.
    Claimed,
    /// What the library's scenario says of the design, after its authors or as a default: it says which, beside the value.
    Scenario,
    /// What the user says, in a scenario file or on the command line.
    Given,
    /// Used outside its range, or scaled to another machine by a ratio.
    Extrapolated,
}

impl Known {
    /// The word for it in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Published => "published",
            Self::Claimed => "claimed",
            Self::Scenario => "scenario",
            Self::Given => "given",
            Self::Extrapolated => "extrapolated",
        }
    }
}

/// Shares of a bill by how the work behind it is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Shares {
    /// Measured, inside the calibrated range.
    pub measured: f64,
    /// Published.
    pub published: f64,
    /// Claimed.
    pub claimed: f64,
    /// Given by the user.
    pub given: f64,
    /// Outside its range or scaled.
    pub extrapolated: f64,
}

/// Work that is done so often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkOf<'c> {
    /// What each costs.
    pub(crate) cost: &'c Cost,
    /// The size of each.
    pub(crate) size: f64,
    /// How many there are in a second.
    pub(crate) per_s: f64,
    /// The machine that does it.
    pub(crate) host: &'c Host,
}

impl Shares {
    /// By the time that work takes.
    pub(crate) fn of_work<'c>(all: impl Iterator<Item = WorkOf<'c>>) -> Self {
        let (mut sum, mut seconds) = (Self::default(), 0.0);
        for work in all {
            // Of a machine whose speed is assumed nobody measured or published anything.
            let is_assumed = work.host.is_assumed();
            for part in &work.cost.parts {
                let known = if is_assumed { Known::Extrapolated } else { part.known };
                let of_part = work.per_s * part.curve.seconds(work.size);
                sum.add(known, of_part);
                seconds += of_part;
            }
        }
        if seconds > 0.0 { sum.scaled(1.0) } else { Self::default() }
    }

    /// All of it known in one way.
    pub(crate) fn all(known: Known) -> Self {
        let mut shares = Self::default();
        shares.add(known, 1.0);
        shares
    }

    /// Adds an amount to the share of one kind.
    pub fn add(&mut self, known: Known, amount: f64) {
        match known {
            Known::Measured => self.measured += amount,
            Known::Published => self.published += amount,
            Known::Claimed | Known::Scenario => self.claimed += amount,
            Known::Given => self.given += amount,
            Known::Extrapolated => self.extrapolated += amount,
        }
    }

    /// The same in shares of `total`, scaled to an amount.
    pub fn scaled(&self, amount: f64) -> Self {
        let total = self.measured + self.published + self.claimed + self.given + self.extrapolated;
        let part = |share: f64| if total > 0.0 { share / total * amount } else { 0.0 };
        Self {
            measured: part(self.measured),
            published: part(self.published),
            claimed: part(self.claimed),
            given: part(self.given),
            extrapolated: part(self.extrapolated),
        }
    }

    /// The sum of both, kind by kind.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        Self {
            measured: self.measured + other.measured,
            published: self.published + other.published,
            claimed: self.claimed + other.claimed,
            given: self.given + other.given,
            extrapolated: self.extrapolated + other.extrapolated,
        }
    }
}
