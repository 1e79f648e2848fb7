//! Machines of the book: what they cost and how fast they are, as far as is known.

use super::{Lack, Resolved, listed};
use crate::notes::SCENARIO;
use crate::prices::{Price, price_list};
use crate::reading::meant;
use crate::spec::{Machine, Speed};
use crate::world::InputKind;

/// Bytes of a GiB.
const GIB: f64 = 1_073_741_824.0;

impl Resolved<'_> {
    /// The machine that proofs run on, at its speed.
    pub(super) fn machine(&mut self) -> Option<(Machine, Price)> {
        let (mut machine, price) = self.machine_named("proving.machine", &self.spec.proving.machine)?;
        if let Some(own) = self.calibrations.own(&machine.instance) {
            let why = format!("measured: the calibration of {} ({})", machine.instance, own.host.cpu);
            machine.speed = Speed { factor: 1.0, why, within: None };
        }
        let assumed = machine.speed.why.starts_with("assumed");
        let default = if assumed { self.book.uncertainty.assumed } else { 1.0 };
        let (what, within) = (format!("speed of {}", machine.instance), machine.speed.within.unwrap_or(default));
        machine.speed.factor *= self.world.factor(InputKind::Published, &what, within);
        Some((machine, price))
    }

    /// A machine of the book with its price.
    pub(super) fn machine_named(&mut self, key: &str, name: &str) -> Option<(Machine, Price)> {
        let Some(machine) = self.book.machines.get(name) else {
            let known = listed(self.book.machines.keys().map(String::as_str));
            let message = format!(
                "no machine `{name}` in the book; {}its machines: {known}",
                meant(name, self.book.machines.keys().map(String::as_str))
            );
            self.lacking.push(Lack { key: key.to_owned(), in_book: format!("machines.{name}"), message });
            return None;
        };
        let Some(price) = listed_price(machine) else {
            let message =
                format!("no price for `{}` of `{}`; see `proofcast list prices`", machine.instance, machine.provider);
            let in_book = format!("machines.{name}.instance");
            self.lacking.push(Lack { key: key.to_owned(), in_book, message });
            return None;
        };
        let mut price = match machine.price {
            Some(own) => {
                Price { usd_per_hour: own.usd_per_hour(), source: SCENARIO.into(), date: String::new(), ..price }
            }
            None => price,
        };
        let what = format!("{} of {}", price.instance, price.provider);
        price.usd_per_hour *= self.world.factor(InputKind::Price, &what, machine.price_within);
        Some((machine.clone(), price))
    }
}

/// Memory of one server of a machine in bytes, where it is known.
pub(super) fn memory_bytes(machine: &Machine) -> Option<f64> {
    let of_list = || Some(listed_price(machine)?.memory_gib? * GIB / machine.servers as f64);
    machine.memory.map(|memory| memory.bytes()).or_else(of_list)
}

/// What the price list says of a machine.
fn listed_price(machine: &Machine) -> Option<Price> {
    price_list().into_iter().find(|price| price.provider == machine.provider && price.instance == machine.instance)
}
