//! The price book: what an instance is, and what it costs an hour, with date and source; the user's rows lie over the library's.
//!
//! What an instance is (cores, memory, network, disk, GPU) stands once, in `library/machines/PROVIDER.csv`; what it costs stands once
//! for each region and market, in `library/prices/PROVIDER.csv`. A file of the user's has the columns of both, and needs three of them.

mod commitment;
mod rows;
mod services;
mod table;
mod terms;
mod tiers;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::published::files;
use crate::reading::{Problems, Source, nearest};
pub use commitment::{Commitment, term};
pub use rows::{Instance, Price};
pub use services::{Service, services};
pub(crate) use terms::{Rates, faults, names};
pub use tiers::tiered;

/// The market of a machine that names none.
pub(crate) const ON_DEMAND: &str = "on-demand";
/// The market of machines that the provider may take back.
pub(crate) const SPOT: &str = "spot";
/// The provider of what the designs' authors say that machines cost: no offer, and no market moves it.
pub(crate) const DESIGN: &str = "design";
/// The region of a price that holds in all of them.
pub(crate) const ANY: &str = "any";

/// The unit of what disks cost.
const GIB_MONTH: &str = "USD/GiB-month";

/// Machines and prices of each provider of the library, in the order in which they are listed.
const LIBRARY: [(&str, &str, &str); 7] = [
    ("aws", include_str!("../library/machines/aws.csv"), include_str!("../library/prices/aws.csv")),
    ("vast", include_str!("../library/machines/vast.csv"), include_str!("../library/prices/vast.csv")),
    ("lambda", include_str!("../library/machines/lambda.csv"), include_str!("../library/prices/lambda.csv")),
    ("runpod", include_str!("../library/machines/runpod.csv"), include_str!("../library/prices/runpod.csv")),
    ("gcp", include_str!("../library/machines/gcp.csv"), include_str!("../library/prices/gcp.csv")),
    ("hetzner", include_str!("../library/machines/hetzner.csv"), include_str!("../library/prices/hetzner.csv")),
    ("design", include_str!("../library/machines/design.csv"), include_str!("../library/prices/design.csv")),
];

/// All rows of one origin: of the library, or of a file of the user's.
#[derive(Debug, Clone, PartialEq, Default)]
struct Shelf {
    prices: Vec<Price>,
    instances: Vec<Instance>,
    /// What a file of the user's says, word by word.
    text: String,
}

/// Prices of instances: those of the library, and files of the user's over them, the last on top.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceBook {
    shelves: Vec<Arc<Shelf>>,
    /// Every instance of which anything is known, in the order of provider and name, cell by cell what the last file says that says it.
    known: Arc<Vec<Instance>>,
}

impl Default for PriceBook {
    fn default() -> Self {
        Self::library()
    }
}

/// An instance at a price.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// What it is.
    pub instance: Instance,
    /// What it costs; none where nobody says in USD.
    pub price: Option<Price>,
}

impl PriceBook {
    /// What ships with the program.
    pub fn library() -> Self {
        static ONCE: OnceLock<PriceBook> = OnceLock::new();
        ONCE.get_or_init(|| Self::of(vec![Arc::new(shipped())])).clone()
    }

    fn of(shelves: Vec<Arc<Shelf>>) -> Self {
        let mut known: BTreeMap<(&str, &str), Instance> = BTreeMap::new();
        for one in shelves.iter().flat_map(|shelf| &shelf.instances) {
            let over = |below: Instance| below.over(one.clone());
            let key = (one.provider.as_str(), one.name.as_str());
            let whole = known.remove(&key).map_or_else(|| one.clone(), over);
            known.insert(key, whole);
        }
        let known = Arc::new(known.into_values().collect());
        Self { shelves, known }
    }

    /// The library's prices with files of the user's over them, in their order.
    ///
    /// # Errors
    /// Everything that is wrong with the files and their rows.
    pub fn read<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Self, Problems> {
        let (mut book, mut problems) = (Self::library(), Problems::new());
        for path in paths {
            let read = files::open(path.as_ref(), "CSV table of prices", "row").and_then(|source| book.put(&source));
            if let Err(found) = read {
                found.iter().for_each(|problem| problems.push(problem.clone()));
            }
        }
        if problems.is_empty() { Ok(book) } else { Err(problems) }
    }

    /// Lays the rows of a text over those that are there.
    fn put(&mut self, source: &Source) -> Result<(), Problems> {
        let (prices, instances) = rows::of_user(source)?;
        self.shelves.push(Arc::new(Shelf { prices, instances, text: source.text.clone() }));
        *self = Self::of(std::mem::take(&mut self.shelves));
        Ok(())
    }

    /// What an instance costs on a market: the row of the last file that has one, the cheapest where no region is named and there are
    /// several.
    pub(crate) fn price(&self, provider: &str, instance: &str, market: &str, region: Option<&str>) -> Option<&Price> {
        self.shelves.iter().rev().find_map(|shelf| {
            let fits =
                |price: &&Price| price.is_of(provider, instance) && price.market == market && price.holds_in(region);
            let of_region = |price: &&Price| region.is_some_and(|region| price.region == region);
            let fitting = || shelf.prices.iter().filter(fits);
            let own = fitting().find(of_region);
            own.or_else(|| fitting().min_by(|a, b| a.usd_per_hour.total_cmp(&b.usd_per_hour)))
        })
    }

    /// What an instance is, cell by cell what the last file says that says it.
    pub(crate) fn instance(&self, provider: &str, name: &str) -> Option<Instance> {
        let of_shelf = |shelf: &Arc<Shelf>| shelf.instances.iter().find(|one| one.is_of(provider, name)).cloned();
        self.shelves.iter().filter_map(of_shelf).reduce(Instance::over)
    }

    /// What a provider charges for what is sent over the internet, by tiers of a month; nothing where nobody says.
    pub(crate) fn traffic(&self, provider: &str) -> Vec<&'static Service> {
        let rows = services().iter();
        rows.filter(|one| one.kind == "egress" && one.provider == provider && one.item == "internet").collect()
    }

    /// The cheapest disk of a provider that is bought apart from machines, by the GiB and month; none where it sells none.
    pub(crate) fn storage(&self, provider: &str) -> Option<&'static Service> {
        let sells = |one: &&Service| one.kind == "storage" && one.provider == provider && one.unit == GIB_MONTH;
        services().iter().filter(sells).min_by(|one, other| one.value.total_cmp(&other.value))
    }

    /// The kind of GPU of an instance of any provider; empty for none.
    pub(crate) fn gpu_of(&self, name: &str) -> String {
        let all = self.shelves.iter().rev().flat_map(|shelf| &shelf.instances);
        all.filter(|one| one.name == name).find_map(|one| one.gpu.clone()).unwrap_or_default()
    }

    /// Every instance of which anything is known, in the order of provider and name.
    pub(crate) fn instances(&self) -> &[Instance] {
        &self.known
    }

    /// Every price that no other overrides, with its instance, and the instances that have none.
    pub fn offers(&self) -> Vec<Offer> {
        let named = self.known.iter().map(|one| ((one.provider.as_str(), one.name.as_str()), one));
        let known: BTreeMap<(&str, &str), &Instance> = named.collect();
        let mut above: BTreeSet<[&str; 4]> = BTreeSet::new();
        let mut standing: Vec<Vec<&Price>> = Vec::new();
        for shelf in self.shelves.iter().rev() {
            let stands = |price: &&Price| price.keys_above().iter().all(|key| !above.contains(key));
            standing.push(shelf.prices.iter().filter(stands).collect());
            above.extend(shelf.prices.iter().map(Price::key));
        }
        let standing = standing.into_iter().rev().flatten();
        let priced = standing.map(|price| {
            let instance = known.get(&(price.provider.as_str(), price.instance.as_str()));
            let instance = instance
                .map(|one| (*one).clone())
                .unwrap_or_else(|| Instance::unknown(&price.provider, &price.instance));
            Offer { instance, price: Some(price.clone()) }
        });
        let with_price: BTreeSet<_> =
            self.prices().map(|price| (price.provider.as_str(), price.instance.as_str())).collect();
        let without = known.iter().filter(|(key, _)| !with_price.contains(*key));
        let without = without.map(|(_, instance)| Offer { instance: (*instance).clone(), price: None });
        priced.chain(without).collect()
    }

    /// Why there is no price for an instance on a market, and how to mend it, a machine `of_book` also by a price of its own; with the
    /// key of the machine that it is about.
    pub(crate) fn lacks(
        &self,
        (provider, instance): (&str, &str),
        market: &str,
        region: Option<&str>,
        of_book: bool,
    ) -> (&'static str, String) {
        let of_instance: Vec<&Price> = self.prices().filter(|price| price.is_of(provider, instance)).collect();
        let on_market = of_instance.iter().filter(|price| price.market == market);
        let regions: BTreeSet<&str> = on_market.map(|price| price.region.as_str()).collect();
        let markets: BTreeSet<&str> = of_instance.iter().map(|price| price.market.as_str()).collect();
        let (key, at, there) = match region.filter(|_| !regions.is_empty()) {
            Some(region) => {
                let regions =
                    regions.iter().map(|region| if region.is_empty() { "one that nobody says" } else { region });
                let regions = regions.collect::<Vec<_>>().join(", ");
                ("region", format!(" in the region `{region}`"), format!("; it has one in: {regions}"))
            }
            None if !markets.is_empty() => {
                let markets = markets.iter().map(|market| format!("`{market}`")).collect::<Vec<_>>().join(", ");
                ("market", format!(" on the market `{market}`"), format!("; it has one on: {markets}"))
            }
            None => ("instance", String::new(), self.near(provider, instance)),
        };
        let own = if of_book { " or as `price = \"$1/h\"` of the machine" } else { "" };
        let mend = format!("give one with `--prices FILE`{own}; `proofcast list prices` shows all");
        (key, format!("no price for `{instance}` of `{provider}`{at}{there}; {mend}"))
    }

    /// Who else has an instance of that name, or the nearest name.
    fn near(&self, provider: &str, instance: &str) -> String {
        if let Some(other) = self.prices().find(|price| price.instance == instance) {
            return format!("; `{}` has one of that name", other.provider);
        }
        let of_provider = self.prices().filter(|price| price.provider == provider).map(|price| price.instance.as_str());
        let near = nearest(instance, of_provider);
        let near = near.or_else(|| nearest(instance, self.prices().map(|price| price.instance.as_str())));
        near.map_or(String::new(), |near| format!("; the nearest name is `{near}`"))
    }

    fn prices(&self) -> impl Iterator<Item = &Price> {
        self.shelves.iter().flat_map(|shelf| &shelf.prices)
    }

    /// Everything that files of the user's say, for the fingerprint of a scenario.
    pub(crate) fn said(&self) -> Vec<u8> {
        self.shelves.iter().flat_map(|shelf| shelf.text.bytes()).collect()
    }
}

/// The tables that ship with the program; their form is asserted, because they are ours.
fn shipped() -> Shelf {
    let mut shelf = Shelf::default();
    let sound = |read: Result<(), Problems>| {
        read.unwrap_or_else(|problems| panic!("a price of the library does not read: {problems}"))
    };
    for (provider, instances, prices) in LIBRARY {
        let source = |what: &str, text: &str| Source::new(format!("{what}/{provider}.csv (library)"), text);
        sound(rows::instances_of(&source("machines", instances)).map(|read| shelf.instances.extend(read)));
        sound(rows::prices_of(&source("prices", prices)).map(|read| shelf.prices.extend(read)));
    }
    shelf
}

#[cfg(test)]
mod tests;
