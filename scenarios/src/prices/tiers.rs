//! Prices that change with the quantity of a month.
//!
//! Model: marginal tiers. What lies between the bound of a tier and that of the next has the price of that tier, whatever all of it
//! comes to. Source: price lists of traffic. Leaves out: tiers of which the last reached holds for all of it.

use super::Service;

/// What of a quantity of a month lies in which tier, at its price, with its row: those that anything lies in, from the lowest.
///
/// `tiers` are rows of one price, each up to a bound ([`Service::up_to`]) or without end; their order does not matter.
pub fn tiered<'t>(tiers: &[&'t Service], quantity: f64) -> Vec<(f64, f64, &'t Service)> {
    let end = |row: &Service| row.up_to.unwrap_or(f64::INFINITY);
    let mut rows = tiers.to_vec();
    rows.sort_by(|one, other| end(one).total_cmp(&end(other)));
    let starts = std::iter::once(0.0).chain(rows.iter().map(|row| end(row)));
    let part = |(row, start): (&&'t Service, f64)| (quantity.min(end(row)) - start, row.value, *row);
    rows.iter().zip(starts).map(part).filter(|(quantity, ..)| *quantity > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services;

    /// Parts of a month's traffic out of one region of AWS, in GB, with their prices.
    fn egress(gb: f64) -> Vec<(f64, f64)> {
        let services = services();
        let rows: Vec<&Service> = services.iter().filter(|row| row.kind == "egress" && row.provider == "aws").collect();
        tiered(&rows, gb).into_iter().map(|(quantity, price, _)| (quantity, price)).collect()
    }

    #[test]
    fn each_part_has_the_price_of_its_tier() {
        assert_eq!(egress(0.0), []);
        assert_eq!(egress(100.0), [(100.0, 0.0)]);
        assert_eq!(egress(101.0), [(100.0, 0.0), (1.0, 0.09)]);
        let parts = egress(200_000.0);
        let tiers = [(100.0, 0.0), (10_140.0, 0.09), (40_960.0, 0.085), (102_400.0, 0.07), (46_400.0, 0.05)];
        assert_eq!(parts, tiers);
        // 912.60 + 3,481.60 + 7,168.00 + 2,320.00 USD.
        let usd: f64 = parts.iter().map(|(quantity, price)| quantity * price).sum();
        assert!((usd - 13_882.2).abs() < 1e-9, "{usd}");
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter_and_one_row_is_one_tier() {
        let services = services();
        let mut rows: Vec<&Service> =
            services.iter().filter(|row| row.kind == "egress" && row.provider == "aws").collect();
        let sorted = tiered(&rows, 1e6);
        rows.reverse();
        assert_eq!(tiered(&rows, 1e6), sorted);
        assert_eq!(tiered(&rows[..1], 7.0).len(), 1);
        assert!(tiered(&[], 7.0).is_empty());
    }
}
