//! The price list: what an instance costs an hour, with date and source.

use serde::Deserialize;

/// One row of the price list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Price {
    /// Who rents it out; `design` rows are the designs' own claims.
    pub provider: String,
    /// Region, or `any`.
    pub region: String,
    /// Name of the instance.
    pub instance: String,
    /// Virtual CPUs, where the provider says.
    pub vcpu: Option<u64>,
    /// Memory in GiB, where the provider says.
    pub memory_gib: Option<f64>,
    /// Kind of GPU, empty for none.
    pub gpu: String,
    /// Number of GPUs.
    pub gpus: u64,
    /// `on-demand` or `spot`.
    pub market: String,
    /// USD per hour.
    pub usd_per_hour: f64,
    /// When the price was read.
    pub date: String,
    /// Where it was read.
    pub source: String,
}

/// All prices that ship with the program.
pub fn price_list() -> Vec<Price> {
    rows(include_str!("../library/prices/prices.csv"))
}

/// Reads a table that ships with the program; its form is asserted, because it is ours.
pub(crate) fn rows<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .map(|row| row.unwrap_or_else(|error| panic!("a table of the library does not read: {error}")))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_price_has_an_amount_a_date_and_a_source() {
        let prices = super::price_list();
        assert!(prices.len() > 40);
        for price in prices {
            assert!(price.usd_per_hour > 0.0 && !price.date.is_empty() && !price.source.is_empty(), "{price:?}");
        }
    }
}
