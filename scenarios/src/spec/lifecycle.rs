//! What a file says of machines that come and go.

use models::fleet::{HOURS_PER_MONTH, Rent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::part::{Part, Within, part, unless_off};
use crate::quantity::{Duration, Positive, Share, Usd, UsdPerHour, UsdPerMonth};

/// How the machines of a pool come and go.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LifecycleSpec {
    /// From the order of a machine until it serves: boot, image, keys.
    #[serde(default = "at_once")]
    pub start_up: Duration,
    /// How machines fail; left out or `off`: never.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<FailuresSpec>>")]
    pub failures: Option<FailuresSpec>,
    /// Machines by their terms, in the order in which they are put to use; left out or `off`: all of them on the market of the machine.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<LotSpec>>")]
    pub lots: Vec<LotSpec>,
    /// Who says how many machines shall serve; left out or `off`: all of them, always.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<AutoscalerSpec>>")]
    pub autoscaler: Option<AutoscalerSpec>,
}

/// How machines fail and come back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailuresSpec {
    /// Mean time from the start of a machine to its failure, exponential.
    pub between: Positive<Duration>,
    /// Mean time from a failure until it starts again, exponential.
    pub repair: Duration,
}

/// Machines of a pool on the same terms.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LotSpec {
    /// How many; left out or `off`: what the other lots leave of the pool.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(0, 1_000_000))]
    pub machines: Option<u64>,
    /// Machine of the book that they are, in a pool that all instances share; left out or `off`: that of the pool. Each works at its own speed.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub machine: Option<String>,
    /// Market of the price list: `on-demand`, `spot`, or a commitment, which is paid whether it is used or not; left out or `off`: that of the
    /// machine.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub market: Option<String>,
    /// Price by the hour; left out or `off`: that of the price list on this market.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<UsdPerHour>>>")]
    pub price: Option<Positive<UsdPerHour>>,
    /// What they cost where they are bought; left out or `off`: they are rented.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<OwnedSpec>>")]
    pub owned: Option<OwnedSpec>,
    /// Zones that spot machines are spread over, in turn.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<ZoneSpec>>")]
    pub zones: Vec<ZoneSpec>,
    /// How long before a spot machine is taken back its provider says so.
    #[serde(default = "at_once")]
    pub notice: Duration,
}

/// What a machine costs that is bought.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnedSpec {
    /// Price of one.
    pub purchase: Usd,
    /// Time over which that is written off, in equal parts.
    pub lifetime: Positive<Duration>,
    /// Place and traffic of one.
    pub hosting: UsdPerMonth,
    /// What one draws in the mean, cooling included, in kilowatts.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub kilowatts: f64,
    /// Price of a kilowatt-hour in USD.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1_000.0))]
    pub usd_per_kwh: f64,
}

impl OwnedSpec {
    /// What one costs.
    pub(crate) fn rent(&self) -> Rent {
        Rent::Owned {
            purchase_usd: self.purchase.usd(),
            write_off_months: self.lifetime.seconds() / 3_600.0 / HOURS_PER_MONTH,
            hosting_usd_per_month: self.hosting.usd_per_month() + self.power_usd_per_month(),
            kilowatts: self.kilowatts,
        }
    }

    /// What the power of one costs \[USD per month\].
    pub(crate) fn power_usd_per_month(&self) -> f64 {
        self.kilowatts * self.usd_per_kwh * HOURS_PER_MONTH
    }
}

/// When a zone has spot machines. It has all of a lot's or none.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "law", rename_all = "lowercase", deny_unknown_fields)]
pub enum ZoneSpec {
    /// As a zone of `proofcast list spot` had them, from a random moment on; zones of one lot from the same.
    Replay {
        /// Its name.
        zone: String,
    },
    /// By the laws that fit a zone of `proofcast list spot`.
    Fitted {
        /// Its name.
        zone: String,
    },
    /// For times of exponential length, and not for others.
    Exponential {
        /// Mean time that it has them.
        up: Positive<Duration>,
        /// Mean time that it has none.
        down: Positive<Duration>,
    },
}

/// Who says how many machines of a pool shall serve: a target, as the Kubernetes Horizontal Pod Autoscaler.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AutoscalerSpec {
    /// Share of the time that machines shall be busy; left out: 70 %, where `in_hand` is left out as well.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Share>>>")]
    pub utilization: Option<Positive<Share>>,
    /// Requests in hand, waiting or served, that a machine shall have, in place of a utilization.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<f64>>")]
    pub in_hand: Option<f64>,
    /// The fewest machines.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 1_000_000))]
    pub least: u64,
    /// The most machines.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub most: u64,
    /// How often it looks.
    #[serde(default = "every")]
    pub every: Positive<Duration>,
    /// How old is what it sees.
    #[serde(default = "delay")]
    pub delay: Duration,
    /// It leaves things as they are where what is needed is off by no more than this share of what serves.
    #[serde(default = "tolerance")]
    pub tolerance: Share,
    /// How long fewer machines must have been enough before any are let go.
    #[serde(default = "cooldown")]
    pub cooldown: Duration,
}

impl Default for LifecycleSpec {
    /// Machines that are always there.
    fn default() -> Self {
        Self { start_up: at_once(), failures: None, lots: Vec::new(), autoscaler: None }
    }
}

fn at_once() -> Duration {
    Duration::new(0.0)
}

fn one() -> u64 {
    1
}

fn every() -> Positive<Duration> {
    Positive::new(Duration::new(15.0))
}

fn delay() -> Duration {
    Duration::new(30.0)
}

fn tolerance() -> Share {
    Share::new(0.1)
}

fn cooldown() -> Duration {
    Duration::new(300.0)
}
