//! Machines of a book: what they cost and how fast they are, as far as is known.

use crate::basis::Known;
use crate::calibrations::Calibrations;
use crate::fault::Lack;
use crate::notes::{Input, SCENARIO};
use crate::origins::Key;
use crate::prices::{Price, price_list};
use crate::reading::meant;
use crate::spec::{Book, Machine, Speed};
use crate::world::{InputKind, World};

/// Bytes of a GiB.
const GIB: f64 = 1_073_741_824.0;

/// A machine of the book at its speed, with its price; `key` asks for it.
pub(crate) fn at_speed(
    (book, world): (&Book, World),
    calibrations: &Calibrations,
    key: &str,
    name: &str,
) -> Result<(Machine, Price), Lack> {
    let (mut machine, price) = named((book, world), key, name)?;
    if let Some(own) = calibrations.own(&machine.instance) {
        let why = format!("measured: the calibration of {} ({})", machine.instance, own.host.cpu);
        machine.speed = Speed { factor: 1.0, why, within: None };
    }
    let assumed = machine.speed.why.starts_with("assumed");
    let default = if assumed { book.uncertainty.assumed } else { 1.0 };
    let (what, within) = (format!("speed of {}", machine.instance), machine.speed.within.unwrap_or(default));
    machine.speed.factor *= world.factor(InputKind::Published, &what, within);
    Ok((machine, price))
}

/// A machine of the book with its price.
pub(crate) fn named((book, world): (&Book, World), key: &str, name: &str) -> Result<(Machine, Price), Lack> {
    let lack = |in_book: String, message: String| Lack { key: key.to_owned(), in_book, message };
    let names = || book.machines.keys().map(String::as_str);
    let machine = book.machines.get(name).ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        let message = format!("no machine `{name}` in the book; {}its machines: {known}", meant(name, names()));
        lack(format!("machines.{name}"), message)
    })?;
    let listed = listed_price(machine).ok_or_else(|| {
        let message =
            format!("no price for `{}` of `{}`; see `proofcast list prices`", machine.instance, machine.provider);
        lack(format!("machines.{name}.instance"), message)
    })?;
    let mut price = match machine.price {
        Some(own) => Price { usd_per_hour: own.usd_per_hour(), source: SCENARIO.into(), date: String::new(), ..listed },
        None => listed,
    };
    let what = format!("{} of {}", price.instance, price.provider);
    price.usd_per_hour *= world.factor(InputKind::Price, &what, machine.price_within);
    Ok((machine.clone(), price))
}

/// Memory of one server of a machine in bytes, where it is known.
pub(crate) fn memory_bytes(machine: &Machine) -> Option<f64> {
    let of_list = || Some(listed_price(machine)?.memory_gib? * GIB / machine.servers as f64);
    machine.memory.map(|memory| memory.bytes()).or_else(of_list)
}

/// What the price list says of a machine.
fn listed_price(machine: &Machine) -> Option<Price> {
    price_list().into_iter().find(|price| price.provider == machine.provider && price.instance == machine.instance)
}

/// What a machine of the book is and costs, as inputs of a case.
pub(crate) fn inputs(name: &str, machine: &Machine, price: &Price) -> Vec<Input> {
    let servers = Key::OfBook(format!("machines.{name}.servers"));
    let date = if price.date.is_empty() { String::new() } else { format!(", {}", price.date) };
    vec![
        Input::stated(format!("proofs at once: {}", price.instance), servers, machine.servers as f64, "1"),
        Input {
            name: format!("speed: {}", price.instance),
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
            key: Some(Key::OfBook(format!("machines.{name}.speed.factor"))),
        },
        Input {
            name: format!("price: {} of {}", price.instance, price.provider),
            value: price.usd_per_hour,
            unit: "USD/h",
            // Rows of the provider `design` are what the designs' authors say that a machine costs.
            known: if price.provider == "design" { Known::Claimed } else { Known::Published },
            source: format!("{}{date}", price.source),
            lower_bound: None,
            key: Some(Key::OfBook(format!("machines.{name}.price"))),
        },
    ]
}

/// What is assumed of the speed of a machine of the book, and by which key.
pub(crate) fn assumed_speed(name: &str, machine: &Machine) -> Option<(Key, String)> {
    let Machine { instance, speed, .. } = machine;
    let stated = ["claimed", "published"].iter().any(|known| speed.why.starts_with(known));
    let key = Key::OfBook(format!("machines.{name}.speed.factor"));
    (!stated).then(|| (key, format!("{instance}: speed factor {} — {}", speed.factor, speed.why)))
}
