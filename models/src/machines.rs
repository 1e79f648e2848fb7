//! Machines of a pool that come and go: they start, fail, are taken back by their provider, and follow the load.
//!
//! Model: a pool has lots of machines, on terms of their own each. A machine that is ordered serves after its start-up time. It runs for
//! an exponential time, fails, is repaired in an exponential time, and starts again. Spot machines are spread over zones in turn; a zone
//! has all of its machines or none ([`crate::spot`]), says so a notice before it takes them back, and they are ordered again
//! as soon as it has them. An autoscaler says how many machines shall serve ([`Autoscaler`]); the first ones that can be had are meant, so that
//! an on-demand lot behind a spot lot stands in for it.
//!
//! What is paid is counted as it runs ([`PoolOutcome::paid`]): committed machines always; others from the order to the end, their start-up,
//! repair and idle time included, and at least for the time that is billed at least.
//!
//! Assumptions: machines fail independently of each other and of their load; all machines of a zone are lost at once, which is the worst
//! case. Sources: R. E. Barlow, F. Proschan, *Mathematical Theory of Reliability* (1965), ch. 3, for alternating renewals; the
//! documentation of the Kubernetes Horizontal Pod Autoscaler (v2) for the rule, its tolerance and its stabilization window.
//! Leaves out: orders that wait for capacity on demand; machines that are slow but alive; spot prices that move, and the first hour
//! that some providers do not charge when they take a machine back.

mod autoscaler;
pub mod figures;
mod meter;
mod seats;
mod supply;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use sim::Span;

pub use autoscaler::{Autoscaler, Rule, Seen};
pub use seats::MachineKind;
pub(crate) use seats::{Busy, Seats};
pub use supply::{Change, Event, Machines};

use crate::spot::Source;

/// Most machines of a pool that come and go one by one.
pub const MOST_MACHINES: u64 = 1_000_000;

/// How the machines of a pool come and go.
#[derive(Debug, Clone, PartialEq)]
pub struct Lifecycle {
    /// From the order of a machine until it serves: boot, image, keys.
    pub start_up: Span,
    /// How machines fail; `None`: never.
    pub failures: Option<Failures>,
    /// Machines by their terms, in the order in which they are put to use; at least one lot.
    pub lots: Vec<Lot>,
    /// Who says how many shall serve; `None`: all.
    pub autoscaler: Option<Autoscaler>,
}

/// How machines fail and come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// Mean time from the start of a machine to its failure, exponential.
    pub between: Span,
    /// Mean time from a failure until the machine starts again, exponential.
    pub repair: Span,
}

/// Machines on the same terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Lot {
    /// How many; `None`: what the other lots leave of the pool.
    pub machines: Option<u64>,
    /// What becomes of them.
    pub terms: Terms,
    /// Time that is paid at least for each start.
    pub least_billed: Span,
}

/// When machines are there, and paid.
#[derive(Debug, Clone, PartialEq)]
pub enum Terms {
    /// They are owned or committed: always on, and paid whether they serve or not.
    Kept,
    /// They are there as long as they are wanted, and paid for as long.
    OnDemand,
    /// The provider takes them back when it wants to.
    Spot {
        /// The zones that the machines are spread over, in turn.
        zones: Vec<Source>,
        /// How long before that it says so.
        notice: Span,
    },
}

impl Default for Lifecycle {
    /// Machines that are always there.
    fn default() -> Self {
        let lot = Lot { machines: None, terms: Terms::OnDemand, least_billed: Span::ZERO };
        Self { start_up: Span::ZERO, failures: None, lots: vec![lot], autoscaler: None }
    }
}

impl Lifecycle {
    /// Whether all machines are there all the time.
    pub fn is_constant(&self) -> bool {
        self.failures.is_none() && !self.is_paid_in_part()
    }

    /// Whether there are times at which some machine is not paid for.
    pub fn is_paid_in_part(&self) -> bool {
        let spot = self.lots.iter().any(|lot| matches!(lot.terms, Terms::Spot { .. }));
        self.autoscaler.is_some() || spot
    }

    /// How many machines of a pool of so many are in each lot: those that say so have theirs first, and the lots that say nothing share
    /// what is left as evenly as can be.
    pub fn in_lots(&self, machines: u64) -> Vec<u64> {
        in_lots(&self.lots.iter().map(|lot| lot.machines).collect::<Vec<_>>(), machines)
    }

    /// Share of the machines of each lot that serve in the long run where all of them are wanted.
    pub fn serving(&self) -> Vec<f64> {
        let had = |lot: &Lot| match &lot.terms {
            Terms::Kept | Terms::OnDemand => 1.0,
            Terms::Spot { zones, .. } => {
                zones.iter().map(|zone| zone.serves(self.start_up.as_secs_f64())).sum::<f64>() / zones.len() as f64
            }
        };
        self.lots.iter().map(|lot| self.runs() * had(lot)).collect()
    }

    /// How often a machine of a pool of so many is lost with a service of so many seconds in hand, per second that it serves: to a failure,
    /// or because it is taken back and the notice is shorter.
    pub fn losses_per_s(&self, machines: u64, service_s: f64) -> f64 {
        let fails = self.failures.map_or(0.0, |failures| 1.0 / failures.between.as_secs_f64());
        let taken = |lot: &Lot| match &lot.terms {
            Terms::Spot { zones, notice } if notice.as_secs_f64() < service_s => {
                zones.iter().map(Source::taken_per_s).sum::<f64>() / zones.len() as f64
            }
            _ => 0.0,
        };
        let counts = self.in_lots(machines);
        let all: u64 = counts.iter().sum();
        let spot: f64 = self.lots.iter().zip(&counts).map(|(lot, count)| *count as f64 * taken(lot)).sum();
        fails + if all > 0 { spot / all as f64 } else { 0.0 }
    }

    /// What multiplies the work of a service of so many seconds on a pool of so many machines, which are lost now and then: one of length d
    /// that starts anew at losses of rate b takes (e^(bd) − 1)/b, and one that is saved every c as much as its pieces.
    pub fn done_again(&self, machines: u64, service_s: f64, checkpoint: Option<Span>) -> f64 {
        let piece_s = checkpoint.map_or(service_s, |every| every.as_secs_f64().min(service_s));
        let exponent = self.losses_per_s(machines, service_s) * piece_s;
        if exponent > 0.0 { exponent.exp_m1() / exponent } else { 1.0 }
    }

    /// Whether the lots have so many machines: where all of them say how many they have, no more of them help.
    pub(crate) fn has(&self, machines: u64) -> bool {
        self.in_lots(machines).iter().sum::<u64>() == machines
    }

    /// The fewest machines that are enough, given a first guess that takes all of them to be as the first one; more than there may be
    /// where no number of them is, and one more than the lots have where these have fewer.
    pub(crate) fn fewest(&self, guess: u64, mut enough: impl FnMut(u64) -> bool) -> u64 {
        let mut count = guess;
        while count <= MOST_MACHINES && !enough(count) && self.has(count) {
            count += (count / 64).max(1);
        }
        // The first machine may be of a lot that serves less than others.
        if self.lots.len() > 1 && self.has(count) && count <= MOST_MACHINES {
            let (mut few, mut many) = (0, count);
            while many - few > 1 {
                let middle = few + (many - few) / 2;
                if enough(middle) { many = middle } else { few = middle }
            }
            count = many;
        }
        count
    }

    /// How often something happens to the machines of a pool of so many, per second, about.
    pub(crate) fn events_per_s(&self, machines: u64) -> f64 {
        let fail = self.failures.map_or(0.0, |failures| {
            2.0 / (failures.between + failures.repair + self.start_up).as_secs_f64().max(f64::MIN_POSITIVE)
        });
        let taken = |lot: &Lot| match &lot.terms {
            Terms::Spot { zones, .. } => 2.0 * zones.iter().map(Source::taken_per_s).sum::<f64>() / zones.len() as f64,
            Terms::Kept | Terms::OnDemand => 0.0,
        };
        let spot: f64 =
            self.lots.iter().zip(self.in_lots(machines)).map(|(lot, count)| count as f64 * taken(lot)).sum();
        let looks = self.autoscaler.map_or(0.0, |scaler| 1.0 / scaler.every.as_secs_f64());
        machines as f64 * fail + spot + looks
    }

    /// Share of all machines of a pool of so many that serve in the long run where all of them are wanted.
    pub fn availability(&self, machines: u64) -> f64 {
        let counts = self.in_lots(machines);
        let all: u64 = counts.iter().sum();
        let there: f64 = self.serving().iter().zip(&counts).map(|(share, count)| *count as f64 * share).sum();
        if all > 0 { there / all as f64 } else { 0.0 }
    }

    /// Share of the time that a machine which can be had is not failed, in the long run.
    fn runs(&self) -> f64 {
        self.failures.map_or(1.0, |failures| {
            let up_s = failures.between.as_secs_f64();
            up_s / (up_s + (failures.repair + self.start_up).as_secs_f64())
        })
    }

    /// Panics where it cannot be: no lot, no zone, no time between failures or looks, machines that none is left for.
    pub(crate) fn check(&self) {
        assert!(!self.lots.is_empty(), "a pool has a lot");
        let passes = self.failures.is_none_or(|failures| failures.between > Span::ZERO);
        assert!(passes, "time passes between failures");
        for lot in &self.lots {
            if let Terms::Spot { zones, .. } = &lot.terms {
                assert!(!zones.is_empty(), "spot machines are in a zone");
            }
        }
        self.autoscaler.iter().for_each(Autoscaler::check);
    }
}

/// How many machines of a pool of so many are in each lot, where lots say how many they have: those that do have theirs first, and the
/// others share what is left as evenly as can be.
pub fn in_lots(said: &[Option<u64>], machines: u64) -> Vec<u64> {
    let mut left = machines;
    let first = said.iter().map(|said| {
        let first = said.unwrap_or(0).min(left);
        left -= first;
        first
    });
    let mut counts: Vec<u64> = first.collect();
    let open = said.iter().filter(|said| said.is_none()).count() as u64;
    let rest = counts.iter_mut().zip(said).filter(|(_, said)| said.is_none());
    for (place, (count, _)) in (0..).zip(rest) {
        *count = left / open + u64::from(place < left % open);
    }
    counts
}

/// What a pool of machines did in the measured time of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PoolOutcome {
    /// Its name, as in the fleet.
    pub name: String,
    /// Mean number of machines that served.
    pub serving: f64,
    /// Mean number of machines that were to serve.
    pub wanted: f64,
    /// Mean number of machines that were paid, by lot.
    pub paid: Vec<f64>,
    /// How often a machine was lost, by failure or because it was taken back.
    pub lost: u64,
    /// How often the autoscaler changed its mind: more machines after fewer, or fewer after more.
    pub turns: u64,
    /// The measured time \[s\].
    pub measured_s: f64,
}
