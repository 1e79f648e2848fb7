//! Machines of a book and of the price list: what they cost and how fast they are, as far as is known.

pub(crate) mod candidates;
pub(crate) mod choice;
pub(crate) mod hosts;
pub(crate) mod lifecycle;
pub(crate) mod lots;

use std::collections::BTreeSet;

use models::fleet::{Lot, Pool};

use crate::basis::Known;
use crate::calibrations::Calibrations;
use crate::case::Rental;
use crate::fault::Lack;
use crate::notes::{Input, SCENARIO};
use crate::origins::Key;
use crate::prices::{ON_DEMAND, Price, Rates, SPOT};
use crate::quantity::{Positive, UsdPerHour};
use crate::reading::meant;
use crate::spec::{Book, Machine, Speed};
use crate::world::{InputKind, World};

/// Bytes of a GiB.
const GIB: f64 = 1_073_741_824.0;

/// A machine at its speed: measured where it has a calibration of its own, and otherwise as the book says.
pub(crate) fn at_speed((book, world): (&Book, World<'_>), calibrations: &Calibrations, rented: Rented) -> Rented {
    let Rented { mut machine, .. } = rented;
    if let Some(own) = calibrations.own(&machine.instance) {
        let why = format!("measured: the calibration of {} ({})", machine.instance, own.host.cpu);
        machine.speed = Speed { factor: 1.0, why, within: None };
    }
    let assumed = machine.speed.why.starts_with("assumed");
    let default = if assumed { book.uncertainty.assumed } else { 1.0 };
    let (what, within) = (format!("speed of {}", machine.instance), machine.speed.within.unwrap_or(default));
    machine.speed.factor *= world.factor(InputKind::Published, &what, within);
    Rented { machine, ..rented }
}

/// A machine of the book with its price.
pub(crate) fn named((book, world): (&Book, World<'_>), key: &str, name: &str) -> Result<Rented, Lack> {
    let names = || book.machines.keys().map(String::as_str);
    let machine = book.machines.get(name).ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        let near = meant(name, names());
        let message = format!(
            "no machine `{name}` in the book; {near}its machines: {known}; \"any\" and names like \"aws/c7*\" stand for machines \
             of the price list"
        );
        Lack { key: key.to_owned(), in_book: format!("machines.{name}"), message }
    })?;
    priced((book, world), Some(name), machine).map_err(|lack| Lack { key: key.to_owned(), ..lack })
}

/// A machine with its price; of the price list where it has no name in the book.
fn priced((book, world): (&Book, World<'_>), name: Option<&str>, machine: &Machine) -> Result<Rented, Lack> {
    let called = name.unwrap_or(&machine.instance);
    let lack = |key: &str, message: String| {
        let in_book = name.map_or(format!("any.{key}"), |name| format!("machines.{name}.{key}"));
        Lack { key: String::new(), in_book, message }
    };
    if book.rates.forbids(machine) {
        let message = format!(
            "the machine `{called}` is of the market `spot`, and `prices.spot = false` or `--no-spot` allows none: give it \
             `market = \"on-demand\"`, or allow spot machines"
        );
        return Err(lack("market", message));
    }
    let Machine { provider, instance, price, region, .. } = machine;
    let mut charged = match price {
        Some(own) => Charged { usd_per_hour: own.usd_per_hour(), listed: None, discount: None },
        None => Charged::of_list(&book.rates, machine).ok_or_else(|| {
            let of = (provider.as_str(), instance.as_str());
            let (key, message) = book.rates.list.lacks(of, machine.market(), region.as_deref(), name.is_some());
            lack(key, message)
        })?,
    };
    charged.move_by(world.factor(InputKind::Price, &format!("{instance} of {provider}"), machine.price_within));
    Ok(Rented { name: name.map(str::to_owned), price_key: None, machine: machine.clone(), price: charged })
}

/// What a machine is charged at.
#[derive(Debug, Clone)]
pub(crate) struct Charged {
    /// What is paid, in USD per hour.
    pub(crate) usd_per_hour: f64,
    /// The row of the price list; none where the scenario gives the price.
    listed: Option<Price>,
    /// The discount on it as a share, with its pattern.
    discount: Option<(String, f64)>,
}

impl Charged {
    /// What the price list says, less the discount of the scenario.
    fn of_list(rates: &Rates, machine: &Machine) -> Option<Self> {
        let listed = rates.price(machine)?.clone();
        let discount = rates.discount(machine).map(|(pattern, share)| (pattern.to_owned(), share));
        let paid = discount.as_ref().map_or(1.0, |(_, share)| 1.0 - share);
        Some(Self { usd_per_hour: listed.usd_per_hour * paid, listed: Some(listed), discount })
    }

    /// Moves the price, in a plausible world.
    fn move_by(&mut self, factor: f64) {
        self.usd_per_hour *= factor;
        self.listed.iter_mut().for_each(|listed| listed.usd_per_hour *= factor);
    }

    /// Time that is billed at least for each start \[s\], where it is known.
    pub(crate) fn least_billed_s(&self) -> Option<f64> {
        self.listed.as_ref()?.least_billed_s
    }

    /// When the price held; empty where the scenario gives it, or nobody says.
    pub(crate) fn date(&self) -> &str {
        self.listed.as_ref().map_or("", |listed| &listed.date)
    }

    /// The price as inputs of a case: where there is a discount, also the list price and the discount.
    fn inputs(&self, key: Option<Key>, machine: &Machine) -> Vec<Input> {
        let of = format!("{} of {}", machine.instance, machine.provider);
        let input = |name: String, value: f64, unit, known, source: String, key| Input {
            name,
            value,
            unit,
            known,
            source,
            lower_bound: None,
            key,
        };
        let price = |known, source| input(price_of(machine), self.usd_per_hour, "USD/h", known, source, key.clone());
        match (&self.listed, &self.discount) {
            (Some(listed), Some((pattern, share))) => vec![
                input(format!("list price: {of}"), listed.usd_per_hour, "USD/h", listed.known(), listed.dated(), None),
                Input::stated(format!("discount: {of}"), Key::OfDesign(format!("discount.{pattern}")), *share, "share"),
                price(Known::Given, format!("list price less the discount on `{pattern}`")),
            ],
            (Some(listed), None) => vec![price(listed.known(), listed.dated())],
            // Who gave it is found by its key.
            (None, _) => vec![price(Known::Published, SCENARIO.to_owned())],
        }
    }
}

/// A machine that a pool is made of.
#[derive(Debug, Clone)]
pub(crate) struct Rented {
    /// Its name in the book; none where it is of the price list alone.
    pub(crate) name: Option<String>,
    /// The key of its price, where a lot has terms of its own.
    price_key: Option<String>,
    pub(crate) machine: Machine,
    pub(crate) price: Charged,
}

impl Rented {
    /// What it is called in messages.
    pub(crate) fn called(&self) -> String {
        format!("{} of {}", self.machine.instance, self.machine.provider)
    }

    /// Its name as a key says it: that of the book, or `provider/instance`.
    pub(crate) fn key_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{}/{}", self.machine.provider, self.machine.instance))
    }

    /// The same machine on another market, or at a price of the lot's own; `key` is that of the lot.
    pub(crate) fn on_terms(
        &self,
        on: (&Book, World<'_>),
        key: &str,
        market: Option<&str>,
        price: Option<Positive<UsdPerHour>>,
    ) -> Result<Self, Lack> {
        if market.is_none() && price.is_none() {
            return Ok(self.clone());
        }
        let machine = self.machine.on_terms(market, price);
        let lack = |lack: Lack| Lack { key: format!("{key}.market"), in_book: String::new(), ..lack };
        let price_key = Some(format!("{key}.price"));
        Ok(Self { name: self.name.clone(), price_key, ..priced(on, self.name.as_deref(), &machine).map_err(lack)? })
    }

    /// Its price, as inputs of a case.
    pub(crate) fn price_inputs(&self) -> Vec<Input> {
        let of_book = || self.name.as_ref().map(|name| Key::OfBook(format!("machines.{name}.price")));
        let key = self.price_key.clone().map(Key::OfDesign).or_else(of_book);
        self.price.inputs(key, &self.machine)
    }

    /// The key of the book that says something of it.
    fn key(&self, what: &str) -> Key {
        Key::OfBook(self.name.as_ref().map_or(format!("any.{what}"), |name| format!("machines.{name}.{what}")))
    }

    /// The lots of a pool of such machines that there is any machine in, as they are rented; `inputs` say who gave a price of the
    /// scenario.
    pub(crate) fn rentals(&self, pool: &Pool, inputs: &[Input]) -> Vec<Rental> {
        let lots = pool.lots.iter().enumerate().filter(|(_, lot)| lot.machines > 0);
        lots.map(|(at, lot)| self.rental((pool, at, lot), inputs)).collect()
    }

    /// A lot of a pool that is rented as this.
    pub(crate) fn rental(&self, (pool, at, lot): (&Pool, usize, &Lot), inputs: &[Input]) -> Rental {
        let Machine { provider, instance, .. } = &self.machine;
        let input = inputs.iter().find(|input| input.name == price_of(&self.machine));
        let given =
            || input.map_or((Known::Published, SCENARIO.to_owned()), |input| (input.known, input.source.clone()));
        let listed = self.price.listed.as_ref();
        let (known, source) = listed.map_or_else(given, |listed| (listed.known(), listed.source.clone()));
        Rental {
            pool: pool.name.to_string(),
            lot: at,
            provider: provider.clone(),
            instance: instance.clone(),
            market: self.machine.market().to_owned(),
            region: listed.map_or(String::new(), |listed| listed.region.clone()),
            machines: pool.owners * lot.machines,
            list_usd_per_hour: listed.map_or(self.price.usd_per_hour, |listed| listed.usd_per_hour),
            discount: self.price.discount.as_ref().map_or(0.0, |(_, share)| *share),
            usd_per_hour: self.price.usd_per_hour,
            least_billed_s: self.price.least_billed_s(),
            known,
            source,
            price_date: self.price.date().to_owned(),
        }
    }
}

/// Name of the input that says what a machine costs.
fn price_of(machine: &Machine) -> String {
    let market = machine.market();
    let on = if market == ON_DEMAND { String::new() } else { format!(", {market}") };
    format!("price: {} of {}{on}", machine.instance, machine.provider)
}

/// Memory of one server of a machine in bytes, where it is known.
pub(crate) fn memory_bytes(book: &Book, machine: &Machine) -> Option<f64> {
    let listed = || book.rates.list.instance(&machine.provider, &machine.instance);
    let of_list = || Some(listed()?.memory_gib? * GIB / machine.servers as f64);
    machine.memory.map(|memory| memory.bytes()).or_else(of_list)
}

/// What a machine of the book is and costs, as inputs of a case.
pub(crate) fn inputs(rented: &Rented) -> Vec<Input> {
    is(rented).into_iter().chain(rented.price_inputs()).collect()
}

/// What a machine of the book is.
pub(crate) fn is(rented: &Rented) -> [Input; 2] {
    let machine = &rented.machine;
    [
        Input::stated(
            format!("proofs at once: {}", machine.instance),
            rented.key("servers"),
            machine.servers as f64,
            "1",
        ),
        Input {
            name: format!("speed: {}", machine.instance),
            value: machine.speed.factor,
            unit: "1",
            known: match machine.speed.why.split([':', ' ']).next() {
                Some("claimed") => Known::Claimed,
                Some("published") => Known::Published,
                Some("measured") => Known::Measured,
                _ => Known::Extrapolated,
            },
            source: machine.speed.why.clone(),
            lower_bound: None,
            key: Some(rented.key("speed.factor")),
        },
    ]
}

/// What is assumed of machines on the market `spot` that nobody takes back, each told once; `why` nobody does.
pub(crate) fn never_taken_back<'r>(machines: impl IntoIterator<Item = &'r Rented>, why: &str) -> Vec<String> {
    let spot = machines.into_iter().filter(|of| of.machine.market() == SPOT).map(Rented::called);
    let told: BTreeSet<String> = spot.collect();
    told.into_iter().map(|called| format!("{called} is a spot machine that nobody takes back: {why}")).collect()
}

/// What is assumed of the speed of a machine of the book, and by which key.
pub(crate) fn assumed_speed(rented: &Rented) -> Option<(Key, String)> {
    let Machine { instance, speed, .. } = &rented.machine;
    let stated = ["claimed", "published"].iter().any(|known| speed.why.starts_with(known));
    (!stated)
        .then(|| (rented.key("speed.factor"), format!("{instance}: speed factor {} — {}", speed.factor, speed.why)))
}
