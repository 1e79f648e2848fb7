//! What a file says of a cost book: machines, costs, and how well each is known.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::prices::{Instance, ON_DEMAND, Rates};
use crate::published::row::Published;
use crate::quantity::{Bytes, Duration, Positive, Share, UsdPerHour};
use crate::spec::{AnyMachine, Part, part, unless_off};

/// A cost book: what things take and what they cost, and how sure that is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// Utilization below which a sized stage stays.
    pub target_utilization: Positive<Share>,
    /// Coefficient of variation of the time of a single proof whose cost is claimed or published without one; what was measured has
    /// its own. Never taken below one in a million: proofs that would end at the same time end in an order that is drawn.
    #[serde(default = "usual_spread")]
    pub spread: Share,
    /// Files of published costs that are looked up before those of the library, as CSV with its columns; paths are relative to the
    /// scenario file.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<String>>")]
    pub published: Vec<String>,
    /// What these files hold, once they are read.
    #[serde(skip)]
    pub rows: Vec<Published>,
    /// The price list that its machines are looked up in.
    #[serde(skip)]
    pub(crate) rates: Rates,
    /// Machines by name.
    pub machines: BTreeMap<String, Machine>,
    /// What is taken of machines of the price list where a pool takes one by need.
    #[serde(default)]
    pub any: AnyMachine,
    /// Costs by name; a cost is the sum of its parts, none is nothing.
    pub costs: BTreeMap<String, Vec<CostPart>>,
    /// How far what was not measured here may be from the truth.
    #[serde(default)]
    pub uncertainty: UncertaintySpec,
    /// Factors on costs by name; left out or `off`: 1. For questions like "what if a proof took twice as long".
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<BTreeMap<String, Factor>>")]
    pub factors: BTreeMap<String, Factor>,
}

/// One proof in three is a tenth off its mean.
fn usual_spread() -> Share {
    Share::new(0.1)
}

/// Within which factor of a figure the truth lies, at 95 %, where the figure has no interval of its own.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UncertaintySpec {
    /// Of a figure that was published for the machine in question; left out: 1.25, since versions, flags and inputs differ from
    /// publication to use by about a quarter.
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub published: f64,
    /// Of a figure that was scaled to another machine by the ratio of another operation; left out: 2, since such ratios differ
    /// between operations by about a factor of two.
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub scaled: f64,
    /// Of a figure that was assumed, or of an operation that only stands in for another; left out: 2, since nobody looked.
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub assumed: f64,
}

impl Default for UncertaintySpec {
    fn default() -> Self {
        Self { published: 1.25, scaled: 2.0, assumed: 2.0 }
    }
}

/// A machine that proofs run on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Provider in the price list.
    pub provider: String,
    /// Instance in the price list.
    pub instance: String,
    /// Proofs that it makes at once: physical cores, or GPUs.
    #[schemars(range(min = 1, max = 65_536))]
    pub servers: u64,
    /// Speed of one of them against what the cost was measured on.
    pub speed: Speed,
    /// Memory that each of them has for itself; left out or `off`: its part of what the price list says, or no limit where that is silent.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<Bytes>>>")]
    pub memory: Option<Positive<Bytes>>,
    /// Market of the price list that it is rented on: `on-demand`, `spot`, or a commitment like `3 years, all upfront`; left out or `off`:
    /// `on-demand`.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    market: Option<String>,
    /// Region of the price list that it is rented in; left out or `off`: wherever the price list has it, at the lowest price there.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<String>>")]
    pub region: Option<String>,
    /// Price by the hour; left out or `off`: that of the price list.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Positive<UsdPerHour>>>")]
    pub price: Option<Positive<UsdPerHour>>,
    /// Within which factor of the price what is paid lies, at 95 %, where prices move; left out, or where the user gives the
    /// price alone: 1.
    #[serde(default = "one")]
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub price_within: f64,
}

impl Machine {
    /// A machine of the price list that a pool takes by need, with a server on each of its cores or GPUs.
    pub(crate) fn by_need(any: &AnyMachine, of: &Instance, servers: u64, speed: Speed) -> Self {
        Self {
            provider: of.provider.clone(),
            instance: of.name.clone(),
            servers,
            speed,
            memory: None,
            market: any.market.clone(),
            region: any.region.clone(),
            price: None,
            price_within: any.price_within,
        }
    }

    /// The same machine on another market, or at another price.
    pub(crate) fn on_terms(&self, market: Option<&str>, price: Option<Positive<UsdPerHour>>) -> Self {
        // The price of a machine is that of its own market.
        let price = price.or(self.price.filter(|_| market.is_none()));
        Self {
            market: market.map_or_else(|| self.market.clone(), |market| Some(market.to_owned())),
            price,
            ..self.clone()
        }
    }

    /// Market of the price list that it is rented on.
    pub(crate) fn market(&self) -> &str {
        self.market.as_deref().unwrap_or(ON_DEMAND)
    }
}

pub(crate) fn one() -> f64 {
    1.0
}

/// How fast a server is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Speed {
    /// Factor on the speed of the machine that a cost was measured on; 1 is as fast.
    #[schemars(range(min = 0.000_001, max = 1_000_000.0))]
    pub factor: f64,
    /// Why the factor is believed; it begins with `assumed` where nobody measured.
    pub why: String,
    /// Within which factor of it the truth lies, at 95 %; left out: that of the book for what is assumed, or 1.
    #[schemars(range(min = 1.0, max = 1_000.0))]
    pub within: Option<f64>,
}

/// How many transactions one proof is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Covers {
    /// So many, at a time in proportion.
    Number(#[schemars(range(min = 1))] u64),
    /// As many as there are, at the same time.
    Any(AnyNumber),
}

/// The word for any number of transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum AnyNumber {
    /// One proof covers as many transactions as there are.
    #[serde(rename = "any")]
    Any,
}

/// A part of a cost.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "lowercase", deny_unknown_fields)]
pub enum CostPart {
    /// A figure of the design's authors.
    Claimed {
        /// Time on one server.
        time: Duration,
        /// Transactions that the time is for, or `any` for one proof of any number; a leaf proof needs it.
        transactions: Option<Covers>,
        /// What it is the figure of: a kind of GPU, as the price list calls it, or `core`. Only machines of that kind stand in where a pool
        /// takes one by need. Left out: a core; and where the book has machines with GPUs that are as fast as its figures
        /// say, only if it says how fast any core is.
        machine: Option<String>,
        /// Where the figure stands.
        source: String,
    },
    /// A curve of the calibration.
    Measured {
        /// Operation of the calibration.
        operation: String,
        /// Size at which it is done; left out for leaf proofs, whose size varies up to the largest measured.
        size: Option<u64>,
        /// Transactions that one is for, where it was measured at one size: its time is taken in proportion to them; or `any` for one of
        /// any number.
        transactions: Option<Covers>,
        /// How often the operation is done.
        times: Option<u64>,
        /// Why the operation is not quite what the design needs, and only stands in for it: the figure counts as extrapolated.
        stands_in: Option<String>,
        /// Within which factor of the figure the truth lies where the operation only stands in; left out: that of the book for what
        /// is assumed.
        #[schemars(range(min = 1.0, max = 1_000.0))]
        within: Option<f64>,
    },
    /// A row of the published costs.
    Published {
        /// Operation of the row.
        operation: String,
        /// Machine of the row.
        machine: String,
        /// Size of the row; left out: the first row of that operation on that machine.
        size: Option<u64>,
        /// Transactions that one proof of the row is for, or `any`; a leaf proof needs it.
        transactions: Option<Covers>,
        /// Within which factor of the figure the truth lies; left out: the interval of the row, or that of the book for what was
        /// published.
        #[schemars(range(min = 1.0, max = 1_000.0))]
        within: Option<f64>,
    },
    /// A curve of the calibration, scaled to another machine by the ratio of two published rows.
    Scaled {
        /// Operation of the calibration.
        operation: String,
        /// Operation of both published rows.
        ratio_of: String,
        /// Size of both rows.
        ratio_size: u64,
        /// Machine of the slower row.
        slow: String,
        /// Physical cores of the slower machine, all of which the row used.
        slow_cores: u64,
        /// Machine of the faster row.
        fast: String,
        /// Within which factor of the ratio the truth lies; left out: that of the book for what is scaled.
        #[schemars(range(min = 1.0, max = 1_000.0))]
        within: Option<f64>,
    },
}

/// A factor on a cost.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Factor(#[schemars(range(min = 0.000_001, max = 1_000_000.0))] pub f64);
