//! The bill in lines: what is rented, owned or bought, at which price, for how much a month and in cash.
//!
//! Model: quantity × price, for 730 hours a month where something is rented by the hour. Money is exact in decimals, since a price is
//! what its text says; nothing is rounded before it is printed. What is owned is a line for its write-off and one for its hosting. What is
//! paid at the start of a commitment, or for what is bought, is cash at the start, and spread over the term or the write-off in the
//! month (amortised).
//! Assumptions: constant fleets that run all the time. Source: the distinction of cash and amortised costs in the FinOps FOCUS
//! specification 1.1. Leaves out: taxes, interest, what is left of a commitment at its end.

use models::fleet::{Charge, HOURS_PER_MONTH, Lot, Pool, Rent};
use rust_decimal::Decimal;
use scenarios::{Case, Rental};
use serde::{Deserialize, Serialize};

/// Hours of a year of commitment.
const HOURS_PER_YEAR: u32 = 8_760;

/// A line of the bill at the best estimates of all inputs. Money and quantities are decimals, written as text, so that no digit is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BillLine {
    /// What it is for: a pool of machines, traffic, storage.
    pub item: String,
    /// What of it this line is: `rent`, `write-off`, `hosting` or `purchase`.
    pub charge: String,
    /// Stages that the pool serves.
    pub stages: Vec<String>,
    /// Where it counts: `proving`, `validation` or `settlement`, as in `cost.<role>`.
    pub role: String,
    /// Who rents it out; empty where nobody does.
    pub provider: String,
    /// What is rented.
    pub instance: String,
    /// On which market.
    pub market: String,
    /// In which region, where that is known.
    pub region: String,
    /// How many pay so much.
    pub owners: u64,
    /// How much, of all of them together.
    pub quantity: Decimal,
    /// Its unit: `machine`, `GB`.
    pub unit: String,
    /// Hours of a month for which the price is paid, where it is by the hour.
    pub hours: Option<Decimal>,
    /// Price of one before a discount \[USD\].
    pub list_price: Decimal,
    /// What is taken off it, as a share.
    pub discount: Decimal,
    /// Price that is paid \[USD\]; of one machine by the hour, of one unit otherwise.
    pub price: Decimal,
    /// What it costs by the month, with what is paid at the start spread over its term \[USD\].
    pub usd_per_month: Decimal,
    /// What is paid at the start \[USD\].
    pub upfront_usd: Decimal,
    /// What is paid every month beside that \[USD\].
    pub monthly_usd: Decimal,
    /// Share of the pool that is idle at its busiest stage, where it serves any.
    pub idle: Option<f64>,
    /// How the price is known.
    pub known: String,
    /// Who says so.
    pub source: String,
    /// When the price held.
    pub price_date: String,
}

/// The lines of a case, those of its pools first; lines of nothing are left out.
pub(crate) fn bill(case: &Case) -> Vec<BillLine> {
    let pools = case.fleet.pools.iter().flat_map(|pool| {
        let lots = pool.lots.iter().enumerate().filter(|(_, lot)| lot.machines > 0);
        lots.flat_map(|(at, lot)| of_lot(case, pool, (at, lot))).collect::<Vec<_>>()
    });
    let lines = pools.chain(case.fleet.charges.iter().map(of_charge));
    lines.filter(|line| line.usd_per_month > Decimal::ZERO).collect()
}

/// The decimal that a number is written as; what no decimal can hold is the largest, or nothing.
fn exact(value: f64) -> Decimal {
    let beyond = if value.abs() < 1.0 { Decimal::ZERO } else { Decimal::MAX };
    Decimal::from_scientific(&format!("{value:e}")).unwrap_or(beyond)
}

fn over(value: Decimal, by: Decimal) -> Decimal {
    value.checked_div(by).unwrap_or_default()
}

/// The lines of machines on the same terms.
fn of_lot(case: &Case, pool: &Pool, (at, lot): (usize, &Lot)) -> Vec<BillLine> {
    let stages: Vec<_> = case.stages.iter().filter(|stage| stage.pool == pool.name).collect();
    let busiest = stages.iter().map(|stage| stage.utilization).max_by(f64::total_cmp);
    let quantity = Decimal::from(pool.owners.saturating_mul(lot.machines));
    let line = BillLine {
        item: pool.name.to_string(),
        charge: "rent".into(),
        stages: stages.iter().map(|stage| stage.name.to_string()).collect(),
        role: pool.role.name().into(),
        owners: pool.owners,
        quantity,
        unit: "machine".into(),
        idle: busiest.map(|busiest| (1.0 - busiest).max(0.0)),
        ..blank()
    };
    match lot.rent {
        Rent::Hourly(usd) => {
            let rental = case.rented.iter().find(|rental| rental.pool == pool.name && rental.lot == at);
            vec![rented(line, usd, rental)]
        }
        Rent::Owned { purchase_usd, write_off_months, hosting_usd_per_month } => {
            let (purchase, hosting) = (exact(purchase_usd), exact(hosting_usd_per_month));
            let bought = quantity.saturating_mul(purchase);
            let write_off = BillLine {
                charge: "write-off".into(),
                list_price: purchase,
                price: purchase,
                usd_per_month: over(bought, exact(write_off_months)),
                upfront_usd: bought,
                source: format!("over {write_off_months} months"),
                ..line.clone()
            };
            let paid = quantity.saturating_mul(hosting);
            let hosting = BillLine {
                charge: "hosting".into(),
                list_price: hosting,
                price: hosting,
                usd_per_month: paid,
                monthly_usd: paid,
                ..line
            };
            vec![write_off, hosting]
        }
    }
}

/// A line of what is rented by the hour.
fn rented(line: BillLine, usd: f64, rental: Option<&Rental>) -> BillLine {
    let (price, hours) = (exact(usd), exact(HOURS_PER_MONTH));
    let by_hour = line.quantity.saturating_mul(price);
    let usd_per_month = by_hour.saturating_mul(hours);
    let (years, share) = rental.map_or((0, Decimal::ZERO), |rental| commitment(&rental.market));
    let committed = by_hour.saturating_mul(Decimal::from(HOURS_PER_YEAR.saturating_mul(years)));
    let of = |text: fn(&Rental) -> &String| rental.map_or_else(String::new, |rental| text(rental).clone());
    BillLine {
        provider: of(|rental| &rental.provider),
        instance: of(|rental| &rental.instance),
        market: of(|rental| &rental.market),
        region: of(|rental| &rental.region),
        hours: Some(hours),
        list_price: rental.map_or(price, |rental| exact(rental.list_usd_per_hour)),
        discount: rental.map_or(Decimal::ZERO, |rental| exact(rental.discount)),
        price,
        usd_per_month,
        upfront_usd: committed.saturating_mul(share),
        monthly_usd: usd_per_month.saturating_mul(Decimal::ONE - share),
        known: rental.map_or_else(String::new, |rental| rental.known.name().into()),
        source: of(|rental| &rental.source),
        price_date: of(|rental| &rental.price_date),
        ..line
    }
}

/// The years of a commitment, and the share of it that is paid at the start; half of it where that is said to be partial, as AWS has it.
fn commitment(market: &str) -> (u32, Decimal) {
    let Some((term, paid)) = market.split_once(", ") else { return (0, Decimal::ZERO) };
    let years = term.split(' ').next().and_then(|years| years.parse().ok()).unwrap_or(0);
    match paid {
        "all upfront" => (years, Decimal::ONE),
        "partial upfront" => (years, Decimal::new(5, 1)),
        _ => (years, Decimal::ZERO),
    }
}

/// The line of what is bought beside machines.
fn of_charge(charge: &Charge) -> BillLine {
    let price = exact(charge.usd_per_unit);
    let quantity = Decimal::from(charge.owners).saturating_mul(exact(charge.quantity));
    let paid = quantity.saturating_mul(price);
    BillLine {
        item: charge.name.to_string(),
        charge: "purchase".into(),
        role: charge.role.name().into(),
        owners: charge.owners,
        quantity,
        unit: charge.unit.to_string(),
        list_price: price,
        price,
        usd_per_month: paid,
        monthly_usd: paid,
        ..blank()
    }
}

fn blank() -> BillLine {
    BillLine {
        item: String::new(),
        charge: String::new(),
        stages: Vec::new(),
        role: String::new(),
        provider: String::new(),
        instance: String::new(),
        market: String::new(),
        region: String::new(),
        owners: 1,
        quantity: Decimal::ZERO,
        unit: String::new(),
        hours: None,
        list_price: Decimal::ZERO,
        discount: Decimal::ZERO,
        price: Decimal::ZERO,
        usd_per_month: Decimal::ZERO,
        upfront_usd: Decimal::ZERO,
        monthly_usd: Decimal::ZERO,
        idle: None,
        known: String::new(),
        source: String::new(),
        price_date: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_the_decimal_that_is_written() {
        assert_eq!(exact(0.1).to_string(), "0.1");
        assert_eq!(exact(1.0411).saturating_mul(Decimal::from(3)).to_string(), "3.1233");
        assert_eq!((exact(1e300), exact(1e-300)), (Decimal::MAX, Decimal::ZERO));
    }

    #[test]
    fn commitments_are_paid_as_their_market_says() {
        let half = Decimal::new(5, 1);
        assert_eq!(commitment("3 years, all upfront"), (3, Decimal::ONE));
        assert_eq!(commitment("1 year, partial upfront"), (1, half));
        assert_eq!(commitment("1 year, no upfront"), (1, Decimal::ZERO));
        assert_eq!(commitment("on-demand"), (0, Decimal::ZERO));
    }
}
