//! What a row says: an instance, and its price.

use std::collections::BTreeMap;

use super::table::{Columns, Row, read};
use super::{ANY, DESIGN, ON_DEMAND, SPOT};
use crate::basis::Known;
use crate::reading::{Problem, Problems, Source};

/// What an instance costs on a market in a region.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// Who rents it out; `design` rows are the designs' own claims.
    pub provider: String,
    /// Region; `any` where it holds in all, empty where nobody says.
    pub region: String,
    /// Name of the instance.
    pub instance: String,
    /// `on-demand`, `spot`, or a commitment such as `3 years, all upfront`.
    pub market: String,
    /// USD per hour, with what is paid upfront spread over the term.
    pub usd_per_hour: f64,
    /// Time that is billed at least \[s\], where it is known.
    pub least_billed_s: Option<f64>,
    /// When the price held: a day, month, year or years.
    pub date: String,
    /// Where it was read; of a row of the user's: the file with its line.
    pub source: String,
    /// Whether the user gave it.
    pub given: bool,
}

impl Price {
    /// How it is known. Rows of the provider `design` are what the designs' authors say that a machine costs.
    pub(crate) fn known(&self) -> Known {
        match self.provider.as_str() {
            _ if self.given => Known::Given,
            DESIGN => Known::Claimed,
            _ => Known::Published,
        }
    }

    /// Where it was read, and when it held.
    pub(crate) fn dated(&self) -> String {
        if self.date.is_empty() { self.source.clone() } else { format!("{}, {}", self.source, self.date) }
    }

    pub(super) fn is_of(&self, provider: &str, instance: &str) -> bool {
        self.provider == provider && self.instance == instance
    }

    /// Whether it holds where a machine is asked for: in a region, or wherever.
    pub(super) fn holds_in(&self, region: Option<&str>) -> bool {
        region.is_none_or(|region| self.region == region || self.region == ANY)
    }

    /// What tells it from other rows of its shelf.
    pub(super) fn key(&self) -> [&str; 4] {
        [&self.provider, &self.instance, &self.market, &self.region]
    }

    /// The keys of rows that take its place from above: of its region, and of all.
    pub(super) fn keys_above(&self) -> [[&str; 4]; 2] {
        [self.key(), [&self.provider, &self.instance, &self.market, ANY]]
    }
}

/// What an instance is, as far as its provider says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Instance {
    /// Who rents it out.
    pub provider: String,
    /// Its name.
    pub name: String,
    /// Physical cores.
    pub cores: Option<f64>,
    /// Virtual CPUs.
    pub vcpu: Option<f64>,
    /// Memory \[GiB\].
    pub memory_gib: Option<f64>,
    /// Network that it may always use \[Gbit/s\].
    pub network_gbit_s: Option<f64>,
    /// Network for a short time \[Gbit/s\].
    pub burst_gbit_s: Option<f64>,
    /// Local disk \[GB\].
    pub disk_gb: Option<f64>,
    /// Model of the CPU.
    pub cpu: Option<String>,
    /// Kind of GPU; none where it has none.
    pub gpu: Option<String>,
    /// Number of GPUs.
    pub gpus: Option<f64>,
    /// Memory of each GPU \[GB\].
    pub gpu_memory_gb: Option<f64>,
    /// When this was so.
    pub date: String,
    /// Who says so.
    pub source: String,
}

impl Instance {
    /// An instance of which only the name is known.
    pub(super) fn unknown(provider: &str, name: &str) -> Self {
        Self { provider: provider.to_owned(), name: name.to_owned(), ..Self::default() }
    }

    pub(super) fn is_of(&self, provider: &str, name: &str) -> bool {
        self.provider == provider && self.name == name
    }

    /// What `above` says of the same instance, and this where that is silent.
    pub(super) fn over(self, above: Self) -> Self {
        Self {
            cores: above.cores.or(self.cores),
            vcpu: above.vcpu.or(self.vcpu),
            memory_gib: above.memory_gib.or(self.memory_gib),
            network_gbit_s: above.network_gbit_s.or(self.network_gbit_s),
            burst_gbit_s: above.burst_gbit_s.or(self.burst_gbit_s),
            disk_gb: above.disk_gb.or(self.disk_gb),
            cpu: above.cpu.or(self.cpu),
            gpu: above.gpu.or(self.gpu),
            gpus: above.gpus.or(self.gpus),
            gpu_memory_gb: above.gpu_memory_gb.or(self.gpu_memory_gb),
            ..above
        }
    }

    /// Whether it says anything but its name.
    fn says_something(&self) -> bool {
        let numbers = [
            self.cores,
            self.vcpu,
            self.memory_gib,
            self.network_gbit_s,
            self.burst_gbit_s,
            self.disk_gb,
            self.gpus,
            self.gpu_memory_gb,
        ];
        numbers.iter().any(Option::is_some) || self.cpu.is_some() || self.gpu.is_some()
    }
}

/// What a price is of, and on which terms.
const OF_A_PRICE: &[&str] =
    &["provider", "region", "instance", "market", "usd_per_hour", "least_billed_s", "date", "source"];
/// What a machine is like.
const SHAPE: &[&str] = &[
    "cores",
    "vcpu",
    "memory_gib",
    "network_gbit_s",
    "burst_gbit_s",
    "disk_gb",
    "cpu",
    "gpu",
    "gpus",
    "gpu_memory_gb",
];

const PRICES: Columns = Columns {
    all: &[OF_A_PRICE],
    required: &["provider", "region", "instance", "market", "usd_per_hour", "date", "source"],
};
const INSTANCES: Columns = Columns {
    all: &[&["provider", "instance", "date", "source"], SHAPE],
    required: &["provider", "instance", "date", "source"],
};
const OF_USER: Columns = Columns { all: &[OF_A_PRICE, SHAPE], required: &["provider", "instance", "usd_per_hour"] };

/// What numbers may be, in words.
const USD: &str = "it is a number above 0 and at most 1e6, in USD per hour, without a unit: 38.53";
const FROM_ZERO: &str = "it is a number from 0 up, without a unit; what is not known is left empty";
const DATE: &str =
    "it is a day (2026-11-29), a month (2026-11), a year or years (2025-2026); what is not known is left empty";
const MARKET: &str = "markets: on-demand, spot, and commitments like `1 year, no upfront`, `3 years, partial upfront` or \
                      `3 years, all upfront`, in quotes; left empty: on-demand";

/// The prices of a table of the library.
pub(super) fn prices_of(source: &Source) -> Result<Vec<Price>, Problems> {
    let mut once = Once::default();
    read(source, &PRICES, |row| {
        let price = price(row)?;
        once.check(row, &price)?;
        Ok(price)
    })
}

/// The instances of a table of the library.
pub(super) fn instances_of(source: &Source) -> Result<Vec<Instance>, Problems> {
    read(source, &INSTANCES, instance)
}

/// Prices of a file of the user's, and what it says of their instances.
pub(super) fn of_user(source: &Source) -> Result<(Vec<Price>, Vec<Instance>), Problems> {
    let mut once = Once::default();
    let rows = read(source, &OF_USER, |row| {
        let (mut price, instance) = match (price(row), instance(row)) {
            (Ok(price), Ok(instance)) => (price, instance),
            (price, instance) => return Err(price.err().into_iter().chain(instance.err()).flatten().collect()),
        };
        if price.region.is_empty() {
            price.region = ANY.into();
        }
        once.check(row, &price)?;
        let place = format!("{}, line {}", source.name, row.line());
        price.source = if price.source.is_empty() { place } else { format!("{place}: {}", price.source) };
        price.given = true;
        Ok((price, instance))
    })?;
    let (prices, instances): (_, Vec<Instance>) = rows.into_iter().unzip();
    Ok((prices, instances.into_iter().filter(Instance::says_something).collect()))
}

/// Rows that were there, by what tells them apart.
#[derive(Default)]
struct Once(BTreeMap<[String; 4], usize>);

impl Once {
    fn check(&mut self, row: &Row<'_>, price: &Price) -> Result<(), Vec<Problem>> {
        match self.0.insert(price.key().map(str::to_owned), row.line()) {
            None => Ok(()),
            Some(first) => {
                let message =
                    format!("`{}` has its price on this market in this region in line {first} already", price.instance);
                Err(vec![
                    row.problem("instance", message)
                        .with_help("keep one of the rows, or give them different regions or markets"),
                ])
            }
        }
    }
}

/// Takes what was read, and keeps what is wrong.
fn taken<T: Default>(read: Result<T, Problem>, wrong: &mut Vec<Problem>) -> T {
    read.unwrap_or_else(|problem| {
        wrong.push(problem);
        T::default()
    })
}

fn price(row: &Row<'_>) -> Result<Price, Vec<Problem>> {
    let mut wrong = names(row);
    let usd = row
        .number("usd_per_hour", USD, |usd| usd > 0.0 && usd <= 1e6)
        .and_then(|usd| usd.ok_or_else(|| row.problem("usd_per_hour", "it is empty").with_help(USD)));
    let usd_per_hour = taken(usd, &mut wrong);
    let least_billed_s = taken(row.number("least_billed_s", FROM_ZERO, |seconds| seconds >= 0.0), &mut wrong);
    let market = match row.text("market") {
        "" => ON_DEMAND,
        market if is_market(market) => market,
        other => {
            wrong.push(row.problem("market", format!("found `{other}`")).with_help(MARKET));
            other
        }
    };
    let date = date(row, &mut wrong);
    let text = |column: &str| row.text(column).to_owned();
    let (provider, region, instance, source) = (text("provider"), text("region"), text("instance"), text("source"));
    let market = market.to_owned();
    let price = Price { provider, region, instance, market, usd_per_hour, least_billed_s, date, source, given: false };
    if wrong.is_empty() { Ok(price) } else { Err(wrong) }
}

fn instance(row: &Row<'_>) -> Result<Instance, Vec<Problem>> {
    let mut wrong = Vec::new();
    let mut number = |column: &str| taken(row.number(column, FROM_ZERO, |number| number >= 0.0), &mut wrong);
    let text = |column: &str| Some(row.text(column).to_owned()).filter(|text| !text.is_empty());
    let instance = Instance {
        provider: row.text("provider").to_owned(),
        name: row.text("instance").to_owned(),
        cores: number("cores"),
        vcpu: number("vcpu"),
        memory_gib: number("memory_gib"),
        network_gbit_s: number("network_gbit_s"),
        burst_gbit_s: number("burst_gbit_s"),
        disk_gb: number("disk_gb"),
        cpu: text("cpu"),
        gpu: text("gpu"),
        gpus: number("gpus"),
        gpu_memory_gb: number("gpu_memory_gb"),
        date: row.text("date").to_owned(),
        source: row.text("source").to_owned(),
    };
    if wrong.is_empty() { Ok(instance) } else { Err(wrong) }
}

/// What is wrong with the names of a row.
fn names(row: &Row<'_>) -> Vec<Problem> {
    let empty = ["provider", "instance"].into_iter().filter(|column| row.text(column).is_empty());
    empty
        .map(|column| row.problem(column, "it is empty").with_help("every row says whose instance it is, and which"))
        .collect()
}

/// The date of a row.
fn date(row: &Row<'_>, wrong: &mut Vec<Problem>) -> String {
    let date = row.text("date");
    if !date.is_empty() && !is_date(date) {
        wrong.push(row.problem("date", format!("found `{date}`")).with_help(DATE));
    }
    date.to_owned()
}

/// Whether a text is a day, a month, a year, or two years.
fn is_date(text: &str) -> bool {
    let number = |part: &str, digits: usize| {
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse::<u32>().ok()).flatten()
    };
    let year = |part: &str| number(part, 4).is_some();
    let within = |part: &str, most: u32| number(part, 2).is_some_and(|number| (1..=most).contains(&number));
    match text.split('-').collect::<Vec<_>>()[..] {
        [only] => year(only),
        [from, to] => year(from) && (year(to) || within(to, 12)),
        [of, month, day] => year(of) && within(month, 12) && within(day, 31),
        _ => false,
    }
}

/// Whether a text is the name of a market.
pub(super) fn is_market(text: &str) -> bool {
    let committed = |(term, paid): (&str, &str)| {
        let years = term.strip_suffix(" years").or(term.strip_suffix(" year"));
        let years = years.is_some_and(|years| !years.is_empty() && years.bytes().all(|byte| byte.is_ascii_digit()));
        years && ["no upfront", "partial upfront", "all upfront"].contains(&paid)
    };
    [ON_DEMAND, SPOT].contains(&text) || text.split_once(", ").is_some_and(committed)
}
