//! What every kind of system answers, and the closed list of kinds.
//!
//! A kind has a folder in [`crate::systems`]: its world, its stages, and what a run of it yields. Nothing here knows what that is.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sim::Streams;

pub use crate::horizon::Horizon;
use crate::machines::{Lifecycle, PoolOutcome};
use crate::systems::layered::Layered;
use crate::systems::market::Market;
use crate::systems::rollup::Rollup;
use crate::systems::service::Service;

/// Whether requests are simulated one by one or in cohorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// Every request is an entity.
    Transaction,
    /// Requests that share a fate, such as the transactions of a slot, are one entity.
    Cohort,
}

/// What is known of a run whatever it simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ran {
    /// All simulated time in seconds, warm-up and settling included.
    pub simulated_s: f64,
    /// Fingerprint of the event sequence.
    pub fingerprint: u64,
}

/// What requests are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The unit: `tx`.
    pub unit: &'static str,
    /// In words, in the plural.
    pub words: &'static str,
    /// Those of them that a bill is divided by, in words.
    pub carried: &'static str,
}

/// A kind of system.
pub trait System: Clone + PartialEq + Send + Sync {
    /// What a run of it covers.
    type Extent: Copy + Send + Sync;
    /// What a run of it yields, which can be kept and read back.
    type Outcome: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync;

    /// What its requests are counted in.
    const REQUEST: Counted;

    /// Requests that are offered per second, in the mean of what a run covers.
    fn load_per_s(&self, horizon: Horizon) -> f64;

    /// Runs one replication for somebody who is told now and then which share of it is done, about, and ends it by saying no.
    fn run_told(
        &self,
        resolution: Resolution,
        extent: Self::Extent,
        streams: &Streams,
        go_on: impl FnMut(f64) -> bool,
    ) -> Option<Self::Outcome>;

    /// What is known of every run.
    fn ran(outcome: &Self::Outcome) -> Ran;

    /// What its pools of machines did in a run; nothing of pools whose machines are always there.
    fn pools(outcome: &Self::Outcome) -> &[PoolOutcome];

    /// How much a run used by the month of what is charged beside machines, by the name of the charge; nothing of what is the same in
    /// every run.
    fn used(_: &Self::Outcome) -> Vec<(&'static str, f64)> {
        Vec::new()
    }

    /// How the machines of a pool come and go; nothing of a pool whose machines are always there.
    fn lifecycle(&self, pool: &str) -> Option<&Lifecycle>;

    /// How much a run has to do, in a unit of the kind's own.
    fn work_of(&self, extent: Self::Extent, resolution: Resolution) -> f64;

    /// What a run keeps at once, in bytes.
    fn bytes_of(&self, extent: Self::Extent, resolution: Resolution) -> f64;
}

/// A system of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum AnySystem {
    /// The layered proof system.
    Layered(Layered),
    /// A proof service.
    Service(Service),
    /// A rollup.
    Rollup(Rollup),
    /// A market for proofs.
    Market(Market),
}

impl AnySystem {
    /// The system, for who knows that it is a layered one.
    ///
    /// # Panics
    /// It is of another kind: that is a mistake in the program.
    pub fn layered(&self) -> &Layered {
        match self {
            Self::Layered(system) => system,
            _ => unreachable!("only layered systems are asked for what they alone have"),
        }
    }

    /// The system, for who knows that it is a service.
    ///
    /// # Panics
    /// It is of another kind: that is a mistake in the program.
    pub fn service(&self) -> &Service {
        match self {
            Self::Service(system) => system,
            _ => unreachable!("only services are asked for what they alone have"),
        }
    }

    /// The system, for who knows that it is a rollup.
    ///
    /// # Panics
    /// It is of another kind: that is a mistake in the program.
    pub fn rollup(&self) -> &Rollup {
        match self {
            Self::Rollup(system) => system,
            _ => unreachable!("only rollups are asked for what they alone have"),
        }
    }

    /// The system, for who knows that it is a market.
    ///
    /// # Panics
    /// It is of another kind: that is a mistake in the program.
    pub fn market(&self) -> &Market {
        match self {
            Self::Market(system) => system,
            _ => unreachable!("only markets are asked for what they alone have"),
        }
    }

    /// What its requests are counted in.
    pub fn request(&self) -> Counted {
        match self {
            Self::Layered(_) => Layered::REQUEST,
            Self::Service(_) => Service::REQUEST,
            Self::Rollup(_) => Rollup::REQUEST,
            Self::Market(_) => Market::REQUEST,
        }
    }

    /// Proofs that are made per second where so many requests are carried: of epochs or batches, or one for each request. Nothing where
    /// each transaction is proven before it is included, or answers come from a cache.
    pub fn proofs_per_s(&self, carried_per_s: f64) -> Option<f64> {
        match self {
            Self::Layered(system) => {
                let plan = system.plan().filter(|_| system.proves)?;
                Some(plan.demand.proofs() / system.epoch().as_secs_f64())
            }
            Self::Service(system) => system.cache.is_none().then_some(carried_per_s),
            Self::Rollup(system) => {
                let level = system.proving.as_ref()?.level;
                Some(1.0 / system.batches_at(carried_per_s)[level].interval_s)
            }
            Self::Market(_) => Some(carried_per_s),
        }
    }

    /// Whether proofs are bought on a market.
    pub fn buys_proofs(&self) -> bool {
        match self {
            Self::Layered(_) => false,
            Self::Service(system) => system.purchase().is_some(),
            Self::Rollup(system) => system.proving.as_ref().is_some_and(|proving| proving.market.is_some()),
            Self::Market(system) => system.buys_proofs(),
        }
    }

    /// How the machines of a pool come and go; nothing of a pool whose machines are always there.
    pub fn lifecycle(&self, pool: &str) -> Option<&Lifecycle> {
        match self {
            Self::Layered(system) => System::lifecycle(system, pool),
            Self::Service(system) => System::lifecycle(system, pool),
            Self::Rollup(system) => System::lifecycle(system, pool),
            Self::Market(system) => System::lifecycle(system, pool),
        }
    }

    /// Requests that are offered per second, in the mean of what a run covers.
    pub fn load_per_s(&self, horizon: Horizon) -> f64 {
        match self {
            Self::Layered(system) => System::load_per_s(system, horizon),
            Self::Service(system) => System::load_per_s(system, horizon),
            Self::Rollup(system) => System::load_per_s(system, horizon),
            Self::Market(system) => System::load_per_s(system, horizon),
        }
    }
}
