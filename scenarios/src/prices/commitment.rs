//! Machines on commitment, which are paid for a whole term whether they are used or not; and what the name of a market says of one.

use super::{ANY, ON_DEMAND, PriceBook};
use crate::case::Rental;
use crate::scenario::Scenario;

/// Longest term that is looked at, in years.
const LONGEST_YEARS: u32 = 10;
/// What of a whole term is paid at its beginning where the list says `partial upfront` and not how much: half, as providers that
/// offer it say.
const PARTIAL_UPFRONT: f64 = 0.5;

/// Terms on which a machine that is rented on demand could be had on commitment.
#[derive(Debug, Clone, PartialEq)]
pub struct Commitment {
    /// The market, such as `3 years, all upfront`.
    pub market: String,
    /// How long it is paid for \[months\].
    pub months: u32,
    /// Share of the whole that is paid at the beginning; the rest is paid in equal parts by the month.
    pub upfront: f64,
    /// What is paid over the whole term, less the discount of the scenario \[USD per hour\].
    pub usd_per_hour: f64,
    /// Who says so, and when that held.
    pub source: String,
}

impl Rental {
    /// Whether it is paid only while it is needed, and stays.
    pub fn is_on_demand(&self) -> bool {
        self.market == ON_DEMAND
    }
}

impl Scenario {
    /// The commitments that the price list has for what is rented on demand, by their markets; none where it is rented otherwise or its
    /// price is not of the list.
    pub fn commitments(&self, rental: &Rental) -> Vec<Commitment> {
        let of_list = self.prices.commitments(rental);
        of_list.unwrap_or_default()
    }
}

impl PriceBook {
    fn commitments(&self, rental: &Rental) -> Option<Vec<Commitment>> {
        let Rental { provider, instance, region, .. } = rental;
        let region = Some(region.as_str()).filter(|region| !["", ANY].contains(region));
        let own = self.price(provider, instance, ON_DEMAND, region)?;
        if !rental.is_on_demand() || own.usd_per_hour != rental.list_usd_per_hour {
            return None;
        }
        let mut markets: Vec<&str> =
            self.prices().filter(|price| price.is_of(provider, instance)).map(|price| price.market.as_str()).collect();
        markets.sort_unstable();
        markets.dedup();
        let commitment = |market: &str| {
            let (months, upfront) = term(market)?;
            let price = self.price(provider, instance, market, region)?;
            Some(Commitment {
                market: market.to_owned(),
                months,
                upfront,
                usd_per_hour: price.usd_per_hour * (1.0 - rental.discount),
                source: price.dated(),
            })
        };
        Some(markets.into_iter().filter_map(commitment).collect())
    }
}

/// Months of a market, and the share of its price that is paid upfront; nothing where it is no commitment.
pub fn term(market: &str) -> Option<(u32, f64)> {
    let (term, paid) = market.split_once(", ")?;
    let years: u32 = term.split_once(' ')?.0.parse().ok()?;
    let upfront = match paid {
        "all upfront" => 1.0,
        "partial upfront" => PARTIAL_UPFRONT,
        _ => 0.0,
    };
    (1..=LONGEST_YEARS).contains(&years).then_some((years * 12, upfront))
}

#[cfg(test)]
mod tests {
    use super::term;

    #[test]
    fn a_market_has_a_term_and_a_part_that_is_paid_upfront() {
        assert_eq!(term("3 years, all upfront"), Some((36, 1.0)));
        assert_eq!(term("1 year, no upfront"), Some((12, 0.0)));
        assert_eq!(term("1 year, partial upfront"), Some((12, 0.5)));
        for none in ["on-demand", "spot", "0 years, no upfront", "4294967295 years, no upfront"] {
            assert_eq!(term(none), None, "{none}");
        }
    }
}
