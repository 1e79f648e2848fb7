//! Charges of a scenario: what is paid beside machines, with the tiers of its price.
//!
//! Model: quantity × price by the month of 730 hours, each tier at its own price; `per_request` is of the requests that are
//! offered. A GB is 10⁹ bytes and a GiB 2³⁰, as the unit of the price says. Source: arithmetic.
//! Leaves out: what is free together with other services of the provider.

use models::fleet::{Charge, HOURS_PER_MONTH};

use crate::basis::{Known, Shares};
use crate::case::Terms;
use crate::fault::Fault;
use crate::notes::Input;
use crate::origins::Key;
use crate::prices::{self, Service, tiered};
use crate::quantity::{Bytes, Data, Duration, Unit, split};
use crate::reading::meant;
use crate::spec::{Amount, ChargeSpec};
use crate::systems::contract::{Asked, Made};
use crate::world::InputKind;

/// A charge with its price found.
#[derive(Debug, Clone)]
pub(crate) struct Paid {
    name: String,
    spec: ChargeSpec,
    /// The rows of its price: one of the scenario's own, or the tiers of the price list.
    rows: Vec<Service>,
    /// Whether the scenario gives the price.
    own: bool,
    used: Used,
}

/// How much is used, in the unit of the price.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Used {
    PerRequest(f64),
    PerMonth(f64),
}

/// The charges that a scenario says, or everything that is wrong with them.
pub(crate) fn paid<'s>(all: impl Iterator<Item = (&'s String, &'s ChargeSpec)>) -> Result<Vec<Paid>, Vec<Fault>> {
    let (mut charges, mut faults) = (Vec::new(), Vec::new());
    for (name, spec) in all {
        match one(name, spec) {
            Ok(paid) => charges.push(paid),
            Err((key, message)) => faults.push((format!("charge.{name}.{key}"), message)),
        }
    }
    if faults.is_empty() { Ok(charges) } else { Err(faults) }
}

fn one(name: &str, spec: &ChargeSpec) -> Result<Paid, (&'static str, String)> {
    let own = spec.price.trim_start().starts_with('$') || spec.price.contains("USD");
    let rows = if own { own_price(&spec.price).map(|row| vec![row]) } else { listed(spec) };
    let rows = rows?;
    let used = used(spec, &rows[0].unit)?;
    Ok(Paid { name: name.to_owned(), spec: spec.clone(), rows, own, used })
}

/// A price of the scenario's own: `$0.09/GB`.
fn own_price(text: &str) -> Result<Service, (&'static str, String)> {
    let wrong = |why: &str| {
        let help =
            "write one like \"$0.09/GB\", \"$20/month\" or \"$0.02/h\", or name a row of `list prices --services`";
        ("price", format!("{why} in `{text}`; {help}"))
    };
    let (number, unit) = split(text.trim());
    let value = number.replace('_', "").parse::<f64>().map_err(|_| wrong("no number"))?;
    if !(value.is_finite() && (0.0..=1e9).contains(&value)) {
        return Err(wrong("a price is between $0 and a billion dollars"));
    }
    if !unit.starts_with("USD") {
        return Err(wrong("a price is in USD"));
    }
    let nobody = String::new;
    let (kind, provider, region, item, term) = (nobody(), nobody(), nobody(), nobody(), nobody());
    Ok(Service { kind, provider, region, item, term, value, unit, up_to: None, date: nobody(), source: nobody() })
}

/// The rows of the price list that a price names.
fn listed(spec: &ChargeSpec) -> Result<Vec<Service>, (&'static str, String)> {
    let named = |row: &Service| format!("{}/{}/{}", row.provider, row.kind, row.item);
    let sold = |row: &Service| row.unit.starts_with("USD");
    let all: Vec<Service> = prices::services().iter().filter(|row| sold(row)).cloned().collect();
    let whole = |row: &Service| format!("{}/{}", named(row), row.term);
    let is = |row: &&Service| named(row) == spec.price || whole(row) == spec.price;
    let mut rows: Vec<Service> = all.iter().filter(is).cloned().collect();
    if rows.is_empty() {
        let near = meant(&spec.price, all.iter().map(named).collect::<Vec<_>>().iter().map(String::as_str));
        let message = format!(
            "no price `{}` in the price list; {near}write \"provider/kind/item\" as `list prices --services` shows them, like \
             \"aws/egress/internet\", or a price of your own, like \"$0.09/GB\"",
            spec.price
        );
        return Err(("price", message));
    }
    let regions: std::collections::BTreeSet<String> = rows.iter().map(|row| row.region.clone()).collect();
    let region = spec.region.clone().or_else(|| regions.first().filter(|_| regions.len() == 1).cloned());
    let list = |names: &mut dyn Iterator<Item = &String>| names.cloned().collect::<Vec<_>>().join(", ");
    let Some(region) = region else {
        return Err(("price", format!("it has several regions; say `region`, one of: {}", list(&mut regions.iter()))));
    };
    rows.retain(|row| row.region == region || row.region == prices::ANY);
    if rows.is_empty() {
        let there = list(&mut regions.iter());
        return Err(("region", format!("no price `{}` in the region `{region}`; it has one in: {there}", spec.price)));
    }
    let tiers = |one: &Service, other: &Service| one.unit == other.unit && one.up_to != other.up_to;
    let differ = rows.iter().enumerate().all(|(at, one)| rows[..at].iter().all(|other| tiers(one, other)));
    if !differ {
        let names: Vec<String> = rows.iter().map(whole).collect();
        return Err(("price", format!("it has several prices; name one of: {}", list(&mut names.iter()))));
    }
    Ok(rows)
}

/// What a price is by, and the amount that is used of that.
fn used(spec: &ChargeSpec, unit: &str) -> Result<Used, (&'static str, String)> {
    let per = unit.trim_start_matches("USD").trim_start_matches('/');
    let said = match (&spec.per_request, &spec.per_month) {
        (Some(_), Some(_)) => return Err(("per_request", "say `per_request` or `per_month`, and not both".to_owned())),
        (Some(amount), None) => Some(("per_request", amount)),
        (None, amount) => amount.as_ref().map(|amount| ("per_month", amount)),
    };
    let Some((key, amount)) = said else {
        return match per {
            "month" => Ok(Used::PerMonth(1.0)),
            _ if per == "h" || per.ends_with("-h") => Ok(Used::PerMonth(HOURS_PER_MONTH)),
            _ => Err(("price", format!("it is by the {}: say how much, `per_request` or `per_month`", word(per)))),
        };
    };
    let wrong = |message: String| (key, message);
    let data = Data::KIND.size_of(per.trim_end_matches("-month"));
    let amount = match (data, amount) {
        (Some(size), Amount::Text(text)) => {
            text.parse::<Bytes>().map_err(|error| wrong(error.to_string()))?.bytes() / size
        }
        (Some(_), Amount::Number(_)) => {
            return Err(wrong(format!("the price is by the {per}: give an amount of data, like \"2 kB\"")));
        }
        (None, Amount::Text(text)) if per == "h" => {
            text.parse::<Duration>().map_err(|error| wrong(error.to_string()))?.seconds() / 3_600.0
        }
        (None, Amount::Text(text)) => {
            return Err(wrong(format!("the price is by the {}: give a number, not `{text}`", word(per))));
        }
        (None, Amount::Number(number)) => *number,
    };
    if !(amount.is_finite() && amount >= 0.0) {
        return Err(wrong(format!("`{amount}` is no amount")));
    }
    Ok(if key == "per_request" { Used::PerRequest(amount) } else { Used::PerMonth(amount) })
}

/// What a price is by, in words.
fn word(per: &str) -> &str {
    if per.is_empty() { "piece" } else { per }
}

/// Adds the charges to what a design is: lines of its fleet, who says their prices, and its inputs.
pub(crate) fn add(charges: &[Paid], asked: &Asked<'_>, made: &mut Made) {
    if charges.is_empty() {
        return;
    }
    let per_month = made.system.load_per_s(asked.horizon) * HOURS_PER_MONTH * 3_600.0;
    let before = made.fleet.total();
    let mut shares = Shares::default();
    for paid in charges {
        let quantity = match paid.used {
            Used::PerRequest(amount) => amount * per_month,
            Used::PerMonth(amount) => amount,
        };
        let factor = asked.world.factor(InputKind::Price, &format!("charge {}", paid.name), paid.spec.price_within);
        made.notes.inputs.extend(asked.traced(paid.amounts()));
        let rows: Vec<&Service> = paid.rows.iter().collect();
        for (part, price, row) in tiered(&rows, quantity) {
            let price = asked.traced(vec![paid.price(row, price * factor)]).remove(0);
            let name = paid.line(row);
            let charge = Charge {
                role: paid.spec.role.role(),
                name: name.clone().into(),
                owners: paid.spec.number,
                quantity: part,
                unit: paid.unit(row).into(),
                usd_per_unit: price.value,
            };
            shares.add(price.known, charge.usd_per_month());
            let given = Terms::of_scenario(&name, &price);
            let Service { provider, kind, item, region, date, source, .. } = row;
            made.terms.push(match paid.own {
                true => given,
                false => Terms {
                    provider: provider.clone(),
                    instance: format!("{kind}: {item}"),
                    region: region.clone(),
                    source: source.clone(),
                    price_date: date.clone(),
                    ..given
                },
            });
            if *date > made.notes.prices_date {
                made.notes.prices_date.clone_from(date);
            }
            made.notes.inputs.push(price);
            made.fleet.charges.push(charge);
        }
    }
    let total = made.fleet.total();
    if total > 0.0 {
        made.basis = made.basis.scaled(before / total).plus(&shares.scaled((total - before) / total));
    }
}

impl Paid {
    /// Its line of the bill; each tier has one of its own.
    fn line(&self, row: &Service) -> String {
        if self.rows.len() > 1 { format!("{}, {}", self.name, row.term) } else { self.name.clone() }
    }

    /// What a line is counted in.
    fn unit(&self, row: &Service) -> String {
        let per = row.unit.trim_start_matches("USD").trim_start_matches('/');
        match (per, self.used) {
            ("", Used::PerRequest(_)) => "request".to_owned(),
            ("", Used::PerMonth(_)) => "piece".to_owned(),
            (per, _) => per.to_owned(),
        }
    }

    /// How much is used, as the scenario says it.
    fn amounts(&self) -> Vec<Input> {
        let of = |key: &str, value: f64| {
            let unit = if key == "per_request" { "per request" } else { "per month" };
            let name = format!("charge: {}, in {}", self.name, self.unit(&self.rows[0]));
            Input::stated(name, Key::OfDesign(format!("charge.{}.{key}", self.name)), value, unit)
        };
        match self.used {
            Used::PerRequest(amount) => vec![of("per_request", amount)],
            Used::PerMonth(amount) if self.spec.per_month.is_some() => vec![of("per_month", amount)],
            Used::PerMonth(_) => Vec::new(),
        }
    }

    /// A price of it as an input.
    fn price(&self, row: &Service, value: f64) -> Input {
        let name = format!("charge: price of {}", self.line(row));
        let unit =
            ["USD/GB", "USD/GiB", "USD/TB", "USD/GiB-month", "USD/h", "USD/LCU-h", "USD/month", "USD/IOPS-month"];
        let unit = unit.into_iter().find(|unit| *unit == row.unit).unwrap_or("USD");
        if self.own {
            return Input::stated(name, Key::OfDesign(format!("charge.{}.price", self.name)), value, unit);
        }
        let source = format!("{}, {}", row.source, row.date);
        Input { name, value, unit, known: Known::Published, source, lower_bound: None, key: None }
    }
}

#[cfg(test)]
mod tests;
