//! How much work an answer is, before it is begun: counted from the scenario, and timed on a short slice of the very design.
//!
//! Model: a unit is a block of a shard, or a transaction where they come one by one; other work counts as so many of them. One
//! replication of the largest case is run for a moment, and all units are taken to cost as much time as its own.
//! Leaves out: replications that a precision or an open claim may add, and requests for single proofs.

use std::time::{Duration, Instant};

use models::fees::study::FeeStudy;
use models::market::study::MarketStudy;
use scenarios::{Case, Economy};
use sim::{Streams, threads};

use crate::effort::{Effort, FIRST_ROUND};
use crate::systems::{ForKind, Kind, for_kind};

/// Units that a job of a prover market counts as, and a block of a fee market.
const UNITS_OF_JOB: f64 = 0.4;
const UNITS_OF_FEE_BLOCK: f64 = 2.5;
/// Memory that the outcome of a replication takes until all are over.
const BYTES_OF_OUTCOME: f64 = 0.7e6;

/// How much is to be done for some cases.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// Units of all replications in all worlds.
    pub units: f64,
    /// Replications of worlds, those in plausible worlds as well.
    pub replications: u32,
    /// Memory at the most, in bytes.
    pub bytes: f64,
    /// The case with the longest replication, and its units.
    largest: Option<(Box<Case>, f64)>,
}

impl Work {
    /// The work that these cases are; where one stands in several places it counts as often.
    pub fn of<'c>(cases: impl IntoIterator<Item = &'c Case>, effort: &Effort) -> Self {
        let mut work = Self::default();
        for case in cases {
            work.add(case, effort);
        }
        work
    }

    /// This work and other work after it.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let units = |work: &Self| work.largest.as_ref().map_or(0.0, |(_, units)| *units);
        Self {
            units: self.units + other.units,
            replications: self.replications.saturating_add(other.replications),
            bytes: self.bytes.max(other.bytes),
            largest: if units(&other) > units(&self) { other.largest } else { self.largest },
        }
    }

    fn add(&mut self, case: &Case, effort: &Effort) {
        let replications = effort.precision.map_or(effort.replications, |_| FIRST_ROUND);
        let one = units(case, effort);
        let of_money = units_of_money(&case.economy) * f64::from(replications);
        self.units += one * f64::from(replications) + of_money;
        self.replications += if one > 0.0 { replications } else { 0 };
        for world in &case.worlds {
            let world = &world.case;
            if replications > 1 && (world.system != case.system || world.horizon != case.horizon) {
                self.units += units(world, effort);
                self.replications += 1;
            }
            self.units += if world.economy == case.economy { 0.0 } else { of_money };
        }
        if self.largest.as_ref().is_none_or(|(_, most)| one > *most) {
            self.largest = Some((Box::new(Case { worlds: Vec::new(), ..case.clone() }), one));
        }
        let at_once = f64::from(replications.min(threads()));
        let bytes = for_kind(case, Bytes(case, effort));
        self.bytes = self.bytes.max(bytes * at_once + BYTES_OF_OUTCOME * f64::from(replications));
    }

    /// Seconds that all of it will take, about: from what a first slice takes, which is run for so long at most.
    pub fn seconds(&self, effort: &Effort, slice: Duration) -> f64 {
        let Some((case, units)) = self.largest.as_ref().filter(|(_, units)| *units > 0.0) else { return 0.0 };
        let (done, spent) = for_kind(case, Slice(case, effort, slice));
        // Where a slice tells of nothing that is done, it takes very long.
        let done = if spent >= slice { done.max(LEAST_DONE) } else { done };
        let of_unit = if done > 0.0 { spent.as_secs_f64() / (units * done) } else { 0.0 };
        let replications = effort.precision.map_or(effort.replications, |_| FIRST_ROUND);
        self.units * of_unit / f64::from(replications.clamp(1, threads()))
    }
}

/// Share of a run that is done in a slice at least.
const LEAST_DONE: f64 = 1e-6;

/// Units of one replication of a case; none where it cannot be simulated.
pub(crate) fn units(case: &Case, effort: &Effort) -> f64 {
    for_kind(case, Units(case, effort))
}

struct Units<'a>(&'a Case, &'a Effort<'a>);

impl ForKind for Units<'_> {
    type Output = f64;

    fn run<K: Kind>(self) -> f64 {
        let Self(case, effort) = self;
        K::extent(case).map_or(0.0, |extent| K::of(case).work_of(extent, effort.resolution))
    }
}

struct Bytes<'a>(&'a Case, &'a Effort<'a>);

impl ForKind for Bytes<'_> {
    type Output = f64;

    fn run<K: Kind>(self) -> f64 {
        let Self(case, effort) = self;
        K::extent(case).map_or(0.0, |extent| K::of(case).bytes_of(extent, effort.resolution))
    }
}

/// The first slice of a replication: which share of it was done in which time.
struct Slice<'a>(&'a Case, &'a Effort<'a>, Duration);

impl ForKind for Slice<'_> {
    type Output = (f64, Duration);

    fn run<K: Kind>(self) -> (f64, Duration) {
        let Self(case, effort, slice) = self;
        let (mut first, mut done, mut spent) = (None, 0.0, Duration::ZERO);
        let Some(extent) = K::extent(case) else { return (done, spent) };
        // What is done until the first report, such as making the world, is done once.
        let slice_goes_on = |share| {
            let (begun, from) = *first.get_or_insert_with(|| (Instant::now(), share));
            (done, spent) = (share - from, begun.elapsed());
            spent < slice
        };
        let _ = K::of(case).run_told(effort.resolution, extent, &Streams::new(effort.seed, 0), slice_goes_on);
        (done, spent)
    }
}

/// Units of one replication of what is studied beside the world.
fn units_of_money(economy: &Economy) -> f64 {
    let market = economy.market.as_ref().map_or(0.0, units_of_market);
    // A node that proves is a guest of the same market.
    let guests =
        economy.nodes.as_ref().map_or(0, |nodes| nodes.kinds.iter().filter(|kind| kind.proves.is_some()).count());
    market * (1.0 + guests as f64) + economy.fees.as_ref().map_or(0.0, units_of_fees)
}

/// Units of one replication of a prover market.
pub(crate) fn units_of_market(study: &MarketStudy) -> f64 {
    UNITS_OF_JOB * ((study.warm_up_months + study.months) * study.jobs_per_month) as f64
}

/// Units of one replication of a fee market.
pub(crate) fn units_of_fees(study: &FeeStudy) -> f64 {
    UNITS_OF_FEE_BLOCK * (study.warm_up + study.blocks) as f64
}
