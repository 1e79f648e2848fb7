//! Exact money as text: rounded to cents, and never before.

use planner::{Exact, Metric};

use crate::{number, view};

/// US dollars and cents: `$14,600.00`.
pub fn cents(usd: Exact) -> String {
    dollars(usd, usd.fixed(2))
}

/// US dollars of something small, with as many digits as a price needs: `$0.000046`.
pub fn small(usd: Exact) -> String {
    match usd.is_redacted() || usd.to_f64().abs() >= 1.0 {
        true => cents(usd),
        false => number::usd(usd.to_f64()),
    }
}

/// Its digits, with separators of thousands.
pub fn digits(exact: Exact, behind_the_point: u32) -> String {
    match exact.is_redacted() {
        true => exact.to_string(),
        false => number::separated(&exact.rounded(behind_the_point).to_string()),
    }
}

/// A price with its unit: `$2.5/h`.
pub fn price(price: Exact, unit: &str) -> String {
    let per = unit.strip_prefix("USD").unwrap_or(unit);
    format!("{}{per}", dollars(price, price.rounded(9).to_string()))
}

fn dollars(usd: Exact, text: String) -> String {
    match (usd.is_redacted(), text.strip_prefix('-')) {
        (true, _) => text,
        (false, Some(rest)) => format!("−${}", number::separated(rest)),
        (false, None) => format!("${}", number::separated(&text)),
    }
}

/// Half of the interval of a figure; empty where it has none.
pub fn within(metric: &Metric) -> String {
    let half = |value| view::interval(metric).map(|(low, high)| number::half_width(value, low, high));
    metric.value.and_then(half).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_rounded_to_cents_and_prices_are_not() {
        assert_eq!(cents(Exact::of(14_600.0)), "$14,600.00");
        assert_eq!(cents(Exact::of(-1_234.565)), "−$1,234.57");
        assert_eq!(price(Exact::of(0.0225), "USD/h"), "$0.0225/h");
        assert_eq!(price(Exact::of(6_000.0), "USD"), "$6,000");
        assert_eq!(small(Exact::of(0.000_046)), "$0.000046");
        assert_eq!(small(Exact::of(4.5)), "$4.50");
        assert_eq!(digits(Exact::of(1_234.5), 3), "1,234.5");
        for text in [cents(Exact::REDACTED), small(Exact::REDACTED), digits(Exact::REDACTED, 2)] {
            assert_eq!(text, "redacted");
        }
    }
}
