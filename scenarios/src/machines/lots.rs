//! A pool of machines by its lots: on which terms each is had, what its machines are, and who says what they cost.

use models::fleet::{HOURS_PER_MONTH, Lot, Pool, Rent};
use models::machines::{MachineKind, in_lots};

use super::{Rented, at_speed, is, named};
use crate::calibrations::Calibrations;
use crate::case::{Rental, Terms};
use crate::fault::Lack;
use crate::notes::Input;
use crate::origins::Key;
use crate::spec::{Book, LotSpec, OwnedSpec};
use crate::world::World;

/// Machines of a lot that are bought.
#[derive(Debug, Clone)]
struct Bought {
    owned: OwnedSpec,
    /// The key of the lot.
    key: String,
}

impl Bought {
    /// What one costs, as inputs of a case; `pool` is theirs.
    fn inputs(&self, pool: &str) -> Vec<Input> {
        let Self { owned, key } = self;
        let of = |what: &str, name: &str, value: f64, unit| {
            Input::stated(format!("{pool}: {name}"), Key::OfDesign(format!("{key}.owned.{what}")), value, unit)
        };
        let power = (owned.kilowatts > 0.0).then(|| of("kilowatts", "power", owned.power_usd_per_month(), "USD/month"));
        [
            of("purchase", "purchase", owned.purchase.usd(), "USD"),
            of("lifetime", "lifetime", owned.lifetime.seconds(), "s"),
            of("hosting", "hosting", owned.hosting.usd_per_month(), "USD/month"),
        ]
        .into_iter()
        .chain(power)
        .collect()
    }
}

/// One lot.
#[derive(Debug, Clone)]
struct OfLot {
    /// How many machines it has; none for what the others leave.
    machines: Option<u64>,
    /// As it is rented, or would be.
    rented: Rented,
    bought: Option<Bought>,
}

/// The lots of a pool, at least one.
#[derive(Debug, Clone)]
pub(crate) struct Lots {
    /// The machine of the pool.
    pub(crate) machine: Rented,
    lots: Vec<OfLot>,
    /// Whether they are of several machines.
    pub(crate) mixed: bool,
}

impl Lots {
    /// The lots of a pool of this machine, as the scenario says them at a key; all of it on the terms of the machine where it says none.
    pub(crate) fn of(
        on: (&Book, World<'_>),
        calibrations: &Calibrations,
        (key, said): (&str, &[LotSpec]),
        machine: &Rented,
    ) -> Result<Self, Lack> {
        let whole = || OfLot { machines: None, rented: machine.clone(), bought: None };
        let lots = said.iter().enumerate().map(|(at, lot)| {
            let key = format!("{key}.{at}");
            let own = lot.machine.as_ref().map(|name| named(on, &format!("{key}.machine"), name));
            let own = own.transpose()?.map(|own| at_speed(on, calibrations, own));
            let rented = own.as_ref().unwrap_or(machine).on_terms(on, &key, lot.market.as_deref(), lot.price)?;
            let bought = lot.owned.clone().map(|owned| Bought { owned, key });
            Ok(OfLot { machines: lot.machines, rented, bought })
        });
        let mut lots = lots.collect::<Result<Vec<_>, Lack>>()?;
        if lots.is_empty() {
            lots.push(whole());
        }
        let mixed = said.iter().any(|lot| lot.machine.is_some());
        Ok(Self { machine: machine.clone(), lots, mixed })
    }

    /// Every lot as it is rented, or would be.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Rented> {
        self.lots.iter().map(|lot| &lot.rented)
    }

    /// Lots that are rented, with their places.
    pub(crate) fn rented(&self) -> impl Iterator<Item = (usize, &Rented)> {
        let rented = self.lots.iter().enumerate().filter(|(_, lot)| lot.bought.is_none());
        rented.map(|(at, lot)| (at, &lot.rented))
    }

    /// What a machine of every lot costs.
    pub(crate) fn rents(&self) -> impl Iterator<Item = Rent> {
        let hourly = |lot: &OfLot| Rent::Hourly(lot.rented.price.usd_per_hour);
        self.lots.iter().map(move |lot| lot.bought.as_ref().map_or_else(|| hourly(lot), |bought| bought.owned.rent()))
    }

    /// The lots of a pool of so many machines.
    pub(crate) fn with(&self, machines: u64) -> Vec<Lot> {
        let lots = self.rents().zip(self.counts(machines));
        lots.map(|(rent, machines)| Lot { machines, rent, paid: 1.0 }).collect()
    }

    /// How many of so many machines are in each lot.
    pub(crate) fn counts(&self, machines: u64) -> Vec<u64> {
        in_lots(&self.lots.iter().map(|lot| lot.machines).collect::<Vec<_>>(), machines)
    }

    /// What so many machines cost more than at the rent of the pool's own, where lots have other terms \[USD per month\].
    pub(crate) fn beyond_rent(&self, machines: u64) -> f64 {
        let lots = self.rents().zip(self.counts(machines));
        let all: f64 = lots.map(|(rent, count)| count as f64 * rent.usd_per_month()).sum();
        all - machines as f64 * self.machine.price.usd_per_hour * HOURS_PER_MONTH
    }

    /// What the machines of each lot are, where they are not all alike.
    pub(crate) fn kinds(&self) -> Vec<MachineKind> {
        let kind = |lot: &Rented| MachineKind {
            servers: lot.machine.servers,
            speed: lot.machine.speed.factor / self.machine.machine.speed.factor,
        };
        if self.mixed { self.all().map(kind).collect() } else { Vec::new() }
    }

    /// What machines are and cost, as inputs of a case; `pool` is theirs.
    pub(crate) fn inputs(&self, pool: &str) -> Vec<Input> {
        let of_lots = self.all().filter(|_| self.mixed).flat_map(is);
        let prices = self.rented().flat_map(|(_, lot)| lot.price_inputs());
        let bought = self.lots.iter().filter_map(|lot| lot.bought.as_ref()).flat_map(|bought| bought.inputs(pool));
        is(&self.machine).into_iter().chain(of_lots).chain(prices).chain(bought).collect()
    }

    /// How what is rented of a pool is rented; `inputs` say who gave its prices.
    pub(crate) fn rentals(&self, pool: &Pool, inputs: &[Input]) -> Vec<Rental> {
        let lots = self.rented().filter_map(|(at, rented)| Some((at, rented, pool.lots.get(at)?)));
        let lots = lots.filter(|(.., lot)| lot.machines > 0);
        lots.map(|(at, rented, lot)| rented.rental((pool, at, lot), inputs)).collect()
    }

    /// Who says what machines cost that are bought; `traced` are the inputs of the case.
    pub(crate) fn terms(&self, pool: &str, traced: &[Input]) -> Vec<Terms> {
        let of = |line: &str, what: &str| {
            let input = traced.iter().find(|input| input.name == format!("{pool}: {what}"))?;
            Some(Terms::of_scenario(&format!("{pool}, {line}"), input))
        };
        let bought = self.lots.iter().any(|lot| lot.bought.is_some());
        [("write-off", "purchase"), ("hosting", "hosting")]
            .into_iter()
            .filter(|_| bought)
            .filter_map(|(line, what)| of(line, what))
            .collect()
    }
}
