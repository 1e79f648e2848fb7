//! What a scenario says of the price list: discounts, limits, and whether spot machines may be used.

use std::collections::BTreeMap;

use super::{Price, PriceBook, SPOT};
use crate::fault::Fault;
use crate::pattern::matches;
use crate::reading::meant;
use crate::spec::{Book, Machine, Spec};
use crate::systems::SystemSpec;

/// The price list under the terms of a scenario.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rates {
    pub(crate) list: PriceBook,
    /// Whether the scenario forbids spot machines.
    no_spot: bool,
    /// Discounts on the list price, as shares, by pattern.
    discounts: BTreeMap<String, f64>,
    /// The most machines that there are of what a pattern names.
    pub(crate) limits: BTreeMap<String, u64>,
}

impl Rates {
    /// The terms of a scenario on a price list.
    pub(crate) fn of(spec: &Spec<SystemSpec>, list: &PriceBook) -> Self {
        let discounts = spec.discount.iter().map(|(pattern, share)| (pattern.clone(), share.value())).collect();
        let limits = spec.limit.iter().map(|(pattern, limit)| (pattern.clone(), limit.0)).collect();
        Self { list: list.clone(), no_spot: !spec.prices.spot, discounts, limits }
    }

    /// Whether there are so many of a machine; otherwise why not.
    pub(crate) fn within_limits(&self, machine: &Machine, machines: u64) -> Result<(), String> {
        let beyond = self
            .limits
            .iter()
            .find(|(pattern, limit)| machines > **limit && names(pattern, &machine.provider, &machine.instance));
        beyond.map_or(Ok(()), |(pattern, limit)| {
            Err(format!("{machines} are needed, and `limit` allows {limit} of `{pattern}`"))
        })
    }

    /// The discount on a machine with its pattern: that of the longest pattern which names it.
    pub(crate) fn discount(&self, machine: &Machine) -> Option<(&str, f64)> {
        let of = self.discounts.iter().filter(|(pattern, _)| names(pattern, &machine.provider, &machine.instance));
        of.max_by_key(|(pattern, _)| pattern.len()).map(|(pattern, share)| (pattern.as_str(), *share))
    }

    /// The price that the list has for a machine.
    pub(crate) fn price(&self, machine: &Machine) -> Option<&Price> {
        self.list.price(&machine.provider, &machine.instance, machine.market(), machine.region.as_deref())
    }

    /// Whether a machine is one that the scenario forbids.
    pub(crate) fn forbids(&self, machine: &Machine) -> bool {
        self.no_spot && machine.market() == SPOT
    }
}

/// Whether a pattern names an instance: with a slash by `provider/instance`, without by the instance alone.
pub(crate) fn names(pattern: &str, provider: &str, instance: &str) -> bool {
    match pattern.contains('/') {
        true => matches(pattern, &format!("{provider}/{instance}")),
        false => matches(pattern, instance),
    }
}

/// Patterns that name nothing, and discounts that cannot be.
pub(crate) fn faults(spec: &Spec<SystemSpec>, list: &PriceBook) -> Vec<Fault> {
    if spec.discount.is_empty() && spec.limit.is_empty() {
        return Vec::new();
    }
    let of_books = spec.books.values().flat_map(|book: &Book| book.machines.values());
    let of_books = of_books.map(|machine| (machine.provider.clone(), machine.instance.clone()));
    let listed = list.offers().into_iter().map(|offer| (offer.instance.provider, offer.instance.name));
    let known: Vec<(String, String)> = listed.chain(of_books).collect();
    let nothing = |section: &str, pattern: &String| {
        let named = known.iter().any(|(provider, instance)| names(pattern, provider, instance));
        (!named).then(|| {
            let of = |(provider, instance): &(String, String)| match pattern.contains('/') {
                true => format!("{provider}/{instance}"),
                false => instance.clone(),
            };
            let all: Vec<String> = known.iter().map(of).collect();
            let near = meant(pattern, all.iter().map(String::as_str));
            let message = format!(
                "no instance of the price list or of a book is `{pattern}`; {near}write an instance like \"p5.48xlarge\" or \
                 \"aws/p5*\", where `*` stands for anything"
            );
            (format!("{section}.{pattern}"), message)
        })
    };
    let free = spec.discount.iter().filter(|(_, share)| share.value() >= 1.0);
    let free = free.map(|(pattern, _)| (format!("discount.{pattern}"), "a discount is less than 100 %".to_owned()));
    let discounts = spec.discount.keys().filter_map(|pattern| nothing("discount", pattern));
    discounts.chain(free).chain(spec.limit.keys().filter_map(|pattern| nothing("limit", pattern))).collect()
}
