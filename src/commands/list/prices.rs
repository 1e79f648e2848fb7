//! `list prices`: what machines are and cost, those that are asked for, in the order that is asked for.

use scenarios::{Instance, Offer, Price, matches};

use super::print_json;
use crate::args::{Common, PriceFilter, SortBy};
use crate::commands::{Answer, Failure, prices, print};
use crate::terminal;

/// What is in the document, in its order.
const KEYS: [&str; 22] = [
    "provider",
    "instance",
    "region",
    "market",
    "USD/h",
    "USD/h per core",
    "least billed s",
    "date",
    "age",
    "source",
    "cores",
    "vCPU",
    "GiB",
    "Gbit/s",
    "Gbit/s burst",
    "disk GB",
    "CPU",
    "GPU",
    "GPUs",
    "GPU GB",
    "instance date",
    "instance source",
];
/// The same for what is not a machine.
const SERVICE_KEYS: [&str; 10] =
    ["kind", "provider", "region", "item", "term", "price", "unit", "date", "age", "source"];

/// Prints the prices that are asked for.
pub fn run(filter: &PriceFilter, common: &Common) -> Result<Answer, Failure> {
    let now = prices::unix_s();
    if filter.services {
        return services(filter, now, common);
    }
    let mut offers: Vec<Offer> =
        prices::book(common)?.offers().into_iter().filter(|offer| fits(filter, offer)).collect();
    if let Some(by) = filter.sort {
        let key = |offer: &Offer| place(by, offer).unwrap_or(f64::INFINITY);
        offers.sort_by(|a, b| key(a).total_cmp(&key(b)));
    }
    if common.json {
        print_json(&KEYS, offers.iter().map(|offer| document(offer, now)).collect())?;
    } else if offers.is_empty() {
        print("no price fits; without filters `proofcast list prices` shows all\n")?;
    } else {
        let per_core = filter.sort == Some(SortBy::UsdPerCore);
        let numbers: &[&str] = if per_core { &["USD/h", "per core", "cores"] } else { &["USD/h", "cores", "GiB"] };
        let rows: Vec<Vec<String>> = offers.iter().map(|offer| row(offer, per_core, now)).collect();
        print(&reports::table::referenced(
            (&["provider", "instance"], numbers, &["GPU", "market"]),
            &rows,
            terminal::style(),
        ))?;
    }
    Ok(Answer::Done)
}

/// Whether an offer is one that is asked for; what is not known does not fit.
fn fits(filter: &PriceFilter, Offer { instance, price }: &Offer) -> bool {
    let lower = |text: &str| text.to_lowercase();
    let is = |pattern: &Option<String>, text: &str| {
        pattern.as_deref().is_none_or(|pattern| matches(&lower(pattern), &lower(text)))
    };
    let of_price = |pattern: &Option<String>, text: fn(&Price) -> &str| {
        pattern.is_none() || price.as_ref().is_some_and(|price| is(pattern, text(price)))
    };
    let anywhere = price.as_ref().is_some_and(|price| price.region == "any");
    let gpu = filter.gpu.is_none()
        || instance.gpu.as_deref().is_some_and(|gpu| {
            // `A100` means those of any memory.
            let model = gpu.split_once('-').map_or(gpu, |(model, _)| model);
            is(&filter.gpu, gpu) || is(&filter.gpu, model)
        });
    let at_least = |least: Option<f64>, has: Option<f64>| least.is_none_or(|least| has.is_some_and(|has| has >= least));
    is(&filter.provider, &instance.provider)
        && (anywhere || of_price(&filter.region, |price| &price.region))
        && of_price(&filter.market, |price| &price.market)
        && gpu
        && at_least(filter.min_cores, instance.cores)
        && at_least(filter.min_memory, instance.memory_gib)
}

/// Where an offer stands in an order.
fn place(by: SortBy, offer: &Offer) -> Option<f64> {
    match by {
        SortBy::Price => offer.price.as_ref().map(|price| price.usd_per_hour),
        SortBy::Cores => offer.instance.cores.map(|cores| -cores),
        SortBy::Memory => offer.instance.memory_gib.map(|gib| -gib),
        SortBy::UsdPerCore => usd_per_core(offer),
    }
}

fn usd_per_core(Offer { instance, price }: &Offer) -> Option<f64> {
    let cores = instance.cores.filter(|cores| *cores > 0.0)?;
    Some(price.as_ref()?.usd_per_hour / cores)
}

/// A figure as it is known, or nothing.
fn text(figure: Option<f64>) -> String {
    figure.map_or(String::new(), |figure| figure.to_string())
}

/// A day and how long ago it was.
pub(super) fn dated(date: &str, now: u64) -> String {
    match reports::number::age(date, now) {
        Some(age) => format!("{date} ({age})"),
        None => date.to_owned(),
    }
}

/// A row of the table: names, numbers, texts, and where the price comes from.
fn row(offer: &Offer, per_core: bool, now: u64) -> Vec<String> {
    let Offer { instance, price } = offer;
    let Instance { provider, name, cores, memory_gib, gpu, gpus, .. } = instance;
    let usd = price.as_ref().map(|price| price.usd_per_hour);
    let gpu = gpu.as_ref().map_or(String::new(), |gpu| format!("{} {gpu}", text(*gpus)));
    let from = match price {
        Some(Price { region, date, source, .. }) => {
            let place = [region.clone(), dated(date, now)].into_iter().filter(|part| !part.is_empty());
            let place = place.collect::<Vec<_>>().join(", ");
            if place.is_empty() { source.clone() } else { format!("{place}: {source}") }
        }
        None => instance.source.clone(),
    };
    let market = price.as_ref().map_or(String::new(), |price| price.market.clone());
    let numbers = match per_core {
        true => [text(usd), usd_per_core(offer).map_or(String::new(), |usd| format!("{usd:.4}")), text(*cores)],
        false => [text(usd), text(*cores), text(*memory_gib)],
    };
    [provider.clone(), name.clone()].into_iter().chain(numbers).chain([gpu, market, from]).collect()
}

/// An entry of the document.
fn document(offer: &Offer, now: u64) -> Vec<String> {
    let Offer { instance, price } = offer;
    let of = |field: fn(&Price) -> &str| price.as_ref().map_or(String::new(), |price| field(price).to_owned());
    let age = price.as_ref().and_then(|price| reports::number::age(&price.date, now)).unwrap_or_default();
    let said = |field: &Option<String>| field.clone().unwrap_or_default();
    vec![
        instance.provider.clone(),
        instance.name.clone(),
        of(|price| &price.region),
        of(|price| &price.market),
        text(price.as_ref().map(|price| price.usd_per_hour)),
        text(usd_per_core(offer)),
        text(price.as_ref().and_then(|price| price.least_billed_s)),
        of(|price| &price.date),
        age,
        of(|price| &price.source),
        text(instance.cores),
        text(instance.vcpu),
        text(instance.memory_gib),
        text(instance.network_gbit_s),
        text(instance.burst_gbit_s),
        text(instance.disk_gb),
        said(&instance.cpu),
        said(&instance.gpu),
        text(instance.gpus),
        text(instance.gpu_memory_gb),
        instance.date.clone(),
        instance.source.clone(),
    ]
}

/// Prices of what is not a machine.
fn services(filter: &PriceFilter, now: u64, common: &Common) -> Result<Answer, Failure> {
    let is = |pattern: &Option<String>, text: &str| pattern.as_deref().is_none_or(|pattern| matches(pattern, text));
    let chosen = scenarios::services().iter().filter(|service| {
        is(&filter.provider, &service.provider) && (service.region == "any" || is(&filter.region, &service.region))
    });
    let chosen = chosen.cloned();
    let chosen: Vec<scenarios::Service> = chosen.collect();
    if common.json {
        let rows = chosen.into_iter().map(|one| {
            let age = reports::number::age(&one.date, now).unwrap_or_default();
            let price = one.value.to_string();
            vec![one.kind, one.provider, one.region, one.item, one.term, price, one.unit, one.date, age, one.source]
        });
        print_json(&SERVICE_KEYS, rows.collect())?;
        return Ok(Answer::Done);
    }
    let row = |one: scenarios::Service| {
        let from = format!("{}, {}: {}", one.region, dated(&one.date, now), one.source);
        vec![one.provider, one.kind, one.value.to_string(), one.unit, one.item, one.term, from]
    };
    let rows: Vec<Vec<String>> = chosen.into_iter().map(row).collect();
    let columns: (&[&str], &[&str], &[&str]) = (&["provider", "kind"], &["price"], &["unit", "of", "which"]);
    print(&reports::table::referenced(columns, &rows, terminal::style()))?;
    Ok(Answer::Done)
}
