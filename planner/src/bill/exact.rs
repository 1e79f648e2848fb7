//! Decimal numbers without rounding: money, and what it is the product of.
//!
//! A number of a file becomes the decimal that the file says: the shortest that reads as the same `f64`. Products of such numbers
//! are exact to 28 digits. Money is rounded when it is printed, half a cent away from zero, as invoices do.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A decimal number, or one that is kept from the reader; in JSON a text, such as `"14600.5"`, or `"redacted"`.
///
/// What is reckoned with a redacted number is redacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact(Option<Decimal>);

/// What stands for a number that is kept from the reader.
pub const REDACTED: &str = "redacted";

impl Default for Exact {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self(Some(Decimal::ZERO));
    /// One.
    pub const ONE: Self = Self(Some(Decimal::ONE));
    /// A number that is kept from the reader.
    pub const REDACTED: Self = Self(None);

    /// The decimal that reads as this number; the largest there is where it is larger.
    pub fn of(number: f64) -> Self {
        let largest = if number < 0.0 { Decimal::MIN } else { Decimal::MAX };
        Self(Some(Decimal::from_str(&number.to_string()).unwrap_or(largest)))
    }

    /// A whole number.
    pub fn whole(number: u64) -> Self {
        Self(Some(number.into()))
    }

    /// The nearest number of 64 bits; not a number where it is redacted.
    pub fn to_f64(self) -> f64 {
        // Through its text: the crate's own conversion errs in the last digit.
        self.0.and_then(|number| number.to_string().parse().ok()).unwrap_or(f64::NAN)
    }

    /// Whether it is known to be nothing.
    pub fn is_zero(self) -> bool {
        self.0.is_some_and(|number| number.is_zero())
    }

    /// Whether it is kept from the reader.
    pub fn is_redacted(self) -> bool {
        self.0.is_none()
    }

    /// The product, or the largest number there is.
    pub fn times(self, other: Self) -> Self {
        self.with(other, Decimal::saturating_mul)
    }

    /// The quotient to 28 digits; nothing where it has none.
    pub fn over(self, divisor: Self) -> Option<Self> {
        match self.0.zip(divisor.0) {
            Some((number, divisor)) => number.checked_div(divisor).map(|quotient| Self(Some(quotient))),
            None => Some(Self::REDACTED),
        }
    }

    /// The sum, or the largest number there is.
    pub fn plus(self, other: Self) -> Self {
        self.with(other, Decimal::saturating_add)
    }

    /// The difference.
    pub fn less(self, other: Self) -> Self {
        self.with(other, Decimal::saturating_sub)
    }

    fn with(self, other: Self, of: impl Fn(Decimal, Decimal) -> Decimal) -> Self {
        Self(self.0.zip(other.0).map(|(one, other)| of(one, other)))
    }

    /// With at most so many digits behind the point.
    pub fn rounded(self, digits: u32) -> Self {
        Self(self.0.map(|number| number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)))
    }

    /// With so many digits behind the point, all of them written: `12.50`.
    pub fn fixed(self, digits: u32) -> String {
        let text = |number| format!("{number:.*}", digits as usize);
        self.rounded(digits).0.map_or_else(|| REDACTED.to_owned(), text)
    }
}

/// All of its digits, and no zeros at the end.
impl fmt::Display for Exact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => write!(formatter, "{}", number.normalize()),
            None => formatter.write_str(REDACTED),
        }
    }
}

impl std::iter::Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, Self::plus)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == REDACTED {
            return Ok(Self::REDACTED);
        }
        let number = Decimal::from_str(&text).map(|number| Self(Some(number)));
        number.map_err(|_| de::Error::custom(format!("`{text}` is no decimal number, such as \"14600.5\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_is_what_is_reckoned_with() {
        // In binary 0.1 + 0.2 is not 0.3, and 1.005 lies below itself.
        assert_eq!(Exact::of(0.1).plus(Exact::of(0.2)), Exact::of(0.3));
        assert_eq!(Exact::of(1.005).fixed(2), "1.01");
        assert_eq!(Exact::of(4e-7).times(Exact::whole(3)).to_string(), "0.0000012");
        assert_eq!(Exact::of(5e-6).to_string(), "0.000005");
        assert_eq!(Exact::of(14_600.0).to_string(), "14600");
        assert_eq!(Exact::whole(2_000).over(Exact::whole(36)).map(|third| third.fixed(2)).as_deref(), Some("55.56"));
    }

    #[test]
    fn what_is_too_large_is_the_largest_and_nothing_panics() {
        assert_eq!(Exact::of(1e300), Exact::of(f64::INFINITY));
        assert_eq!(Exact::of(1e27).times(Exact::of(1e27)), Exact::of(1e300));
        assert_eq!(Exact::ONE.over(Exact::ZERO), None);
        assert_eq!(Exact::of(1e-300), Exact::ZERO);
    }

    #[test]
    fn what_is_reckoned_with_a_redacted_number_is_redacted() {
        let secret = Exact::REDACTED;
        let all = [secret.times(Exact::ONE), Exact::ONE.plus(secret), [Exact::ONE, secret].into_iter().sum()];
        assert!(all.iter().all(|one| one.is_redacted() && !one.is_zero()));
        assert_eq!((secret.fixed(2).as_str(), secret.over(Exact::ZERO)), (REDACTED, Some(secret)));
        assert_eq!(serde_json::from_str::<Exact>("\"redacted\"").ok(), Some(secret));
    }

    #[test]
    fn a_number_survives_its_text() {
        for number in [0.3, 1.0 / 3.0, 1e-9, 123_456.789, 0.0, 9.9e20] {
            let exact = Exact::of(number);
            let text = serde_json::to_string(&exact).expect("JSON");
            assert_eq!(serde_json::from_str::<Exact>(&text).expect("its text"), exact);
            assert_eq!(exact.to_f64(), number);
        }
        assert!(serde_json::from_str::<Exact>("\"many\"").is_err());
    }
}
