//! Prices of what is not a machine: traffic, load balancers, storage, and the least time that is billed. A scenario's `[charge]` is paid at
//! them.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::library::rows;

/// A price of something beside machines.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Service {
    /// What kind of service it is, such as `egress`.
    pub kind: String,
    /// Who sells it.
    pub provider: String,
    /// Region, or `any`.
    pub region: String,
    /// What is paid for.
    pub item: String,
    /// Which part of it, such as a tier; may be empty.
    pub term: String,
    /// Where the price is that of a tier: up to how much of a month it holds, in what the price is per; none for the last tier.
    pub up_to: Option<f64>,
    /// The price.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// When it held.
    pub date: String,
    /// Who says so.
    pub source: String,
}

/// All that ship with the program.
pub fn services() -> &'static [Service] {
    static ONCE: OnceLock<Vec<Service>> = OnceLock::new();
    ONCE.get_or_init(|| rows(include_str!("../../library/prices/services.csv")))
}

/// A tier of a price: what is beyond the tiers below is charged at the price of this one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tier {
    /// Up to how much of a month.
    up_to: f64,
    usd: f64,
}

impl Tier {
    /// The tiers of what is asked for, the lowest first; none where nobody sells it.
    pub(crate) fn of(asked: impl Fn(&Service) -> bool) -> Option<Vec<Self>> {
        let rows = services().iter().filter(|one| asked(one));
        let mut tiers: Vec<Self> =
            rows.map(|one| Self { up_to: one.up_to.unwrap_or(f64::INFINITY), usd: one.value }).collect();
        tiers.sort_by(|one, other| one.up_to.total_cmp(&other.up_to));
        (!tiers.is_empty()).then_some(tiers)
    }

    /// How much of a quantity is in each tier, with the price there.
    pub(crate) fn split(tiers: &[Self], quantity: f64) -> Vec<(f64, f64)> {
        let floors = std::iter::once(0.0).chain(tiers.iter().map(|tier| tier.up_to));
        let parts =
            tiers.iter().zip(floors).map(|(tier, floor)| ((quantity.min(tier.up_to) - floor).max(0.0), tier.usd));
        parts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PriceBook;

    #[test]
    fn what_is_beyond_a_tier_is_charged_at_the_next() {
        let tiers = PriceBook::library().traffic("aws").expect("it charges for traffic");
        let usd = |gigabytes| Tier::split(&tiers, gigabytes).iter().map(|(part, usd)| part * usd).sum::<f64>();
        // 100 GB are free, 10,140 cost $0.09, 40,960 $0.085, and the last 8,800 of 60,000 $0.07.
        assert_eq!(usd(80.0), 0.0);
        assert!((usd(60_000.0) - (10_140.0 * 0.09 + 40_960.0 * 0.085 + 8_800.0 * 0.07)).abs() < 1e-6);
        assert!((usd(1e6) - usd(2e5) - 8e5 * 0.05).abs() < 1e-3);
        assert!(PriceBook::library().traffic("nobody").is_none());
        assert_eq!(PriceBook::library().storage("aws"), Some(0.08));
    }
}
