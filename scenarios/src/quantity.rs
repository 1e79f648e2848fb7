//! Quantities that are read with their unit: `"0.5 s"`, `"50k/s"`, `"100 Mbit/s"`, `"$200/month"`, `"80 %"`.
//!
//! A number without its unit is an error, because a wrong guess of the unit is a wrong answer by a factor of a thousand.
//! Every quantity is not negative and at most what a model can bear (a hundred years, a billion a second); [`Positive`] also
//! excludes zero, where zero is senseless.
//! Where one unit is meant wherever none is said, it may be left out: rates are by the second (`5000`, `"5k"`), and shares have
//! no dimension, so `0.8` and `"80 %"` are the same. Durations may be sums (`"1 h 30 min"`, `"1h30"`).
//!
//! Deliberately absent: thousands separators other than `_`, and months as a duration.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use kind::{Kind, QuantityError};
pub(crate) use kind::{shorten, split};

mod kind;
#[cfg(test)]
mod tests;

/// A kind of quantity as a type, so that a rate cannot be given where a duration is meant.
pub trait Unit: Copy + fmt::Debug + PartialEq + PartialOrd + 'static {
    /// The description of this kind.
    const KIND: &'static Kind;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $alias:ident = $marker:ident, $base:ident: $base_doc:literal, $kind:expr;)*) => {
        $(
            #[doc = concat!("The kind of [`", stringify!($alias), "`].")]
            #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
            pub struct $marker;

            impl Unit for $marker {
                const KIND: &'static Kind = &$kind;
            }

            $(#[$doc])*
            pub type $alias = Quantity<$marker>;

            impl Quantity<$marker> {
                #[doc = concat!("The value, ", $base_doc, ".")]
                pub const fn $base(self) -> f64 {
                    self.value
                }
            }
        )*

        const KINDS: &[&Kind] = &[$($marker::KIND),*];
    };
}

kinds! {
    /// A length of time \[s\].
    Duration = Time, seconds: "in seconds", Kind {
        article: "a",
        name: "duration",
        units: &[
            ("s", 1.0, 1.0), ("ms", 1.0, 1e3), ("us", 1.0, 1e6), ("ns", 1.0, 1e9),
            ("min", 60.0, 1.0), ("h", 3600.0, 1.0), ("d", 86_400.0, 1.0),
        ],
        aliases: &[("µs", 1.0, 1e6), ("μs", 1.0, 1e6)],
        examples: &["0.5 s", "500 ms", "10 min", "30d"],
        has_sums: true,
        max: 3.1536e9,
    };
    /// How often something happens \[1/s\]: transactions, requests, failures.
    Rate = Frequency, per_second: "per second", Kind {
        article: "a",
        name: "rate",
        units: &[
            ("/s", 1.0, 1.0), ("k/s", 1e3, 1.0), ("M/s", 1e6, 1.0),
            ("/min", 1.0, 60.0), ("/h", 1.0, 3600.0), ("/d", 1.0, 86_400.0),
        ],
        // A rate is by the second wherever nothing else is said.
        aliases: &[
            ("", 1.0, 1.0), ("k", 1e3, 1.0), ("M", 1e6, 1.0), ("tx/s", 1.0, 1.0), ("ktx/s", 1e3, 1.0),
            ("Mtx/s", 1e6, 1.0),
        ],
        examples: &["50000 /s", "50k", "3 /h"],
        has_sums: false,
        max: 1e9,
    };
    /// An amount of data \[B\]; `kB` is 1000 bytes, `KiB` is 1024.
    Bytes = Data, bytes: "in bytes", Kind {
        article: "an",
        name: "amount of data",
        units: &[
            ("B", 1.0, 1.0), ("kB", 1e3, 1.0), ("MB", 1e6, 1.0), ("GB", 1e9, 1.0), ("TB", 1e12, 1.0), ("PB", 1e15, 1.0),
            ("KiB", 1024.0, 1.0), ("MiB", 1_048_576.0, 1.0), ("GiB", 1_073_741_824.0, 1.0),
            ("TiB", 1_099_511_627_776.0, 1.0),
        ],
        aliases: &[],
        examples: &["3309 B", "5 kB", "1 TB", "64 GiB"],
        has_sums: false,
        max: 1e21,
    };
    /// Data over time \[bit/s\]; `kB/s` and so on are read as eight bits a byte.
    Bandwidth = DataRate, bits_per_second: "in bits per second", Kind {
        article: "a",
        name: "bandwidth",
        units: &[
            ("bit/s", 1.0, 1.0), ("kbit/s", 1e3, 1.0), ("Mbit/s", 1e6, 1.0), ("Gbit/s", 1e9, 1.0), ("Tbit/s", 1e12, 1.0),
        ],
        aliases: &[("B/s", 8.0, 1.0), ("kB/s", 8e3, 1.0), ("MB/s", 8e6, 1.0), ("GB/s", 8e9, 1.0)],
        examples: &["100 Mbit/s", "10 Gbit/s", "500 MB/s"],
        has_sums: false,
        max: 1e18,
    };
    /// An amount of money \[USD\].
    Usd = Money, usd: "in USD", Kind {
        article: "an",
        name: "amount of money",
        units: &[("USD", 1.0, 1.0), ("kUSD", 1e3, 1.0), ("MUSD", 1e6, 1.0)],
        aliases: &[],
        examples: &["$2000", "0.10 USD", "$3.4M"],
        has_sums: false,
        max: 1e15,
    };
    /// Money by the month of 730 hours \[USD/month\].
    UsdPerMonth = MonthlyCost, usd_per_month: "in USD per month of 730 hours", Kind {
        article: "a",
        name: "monthly cost",
        units: &[("USD/month", 1.0, 1.0), ("kUSD/month", 1e3, 1.0), ("MUSD/month", 1e6, 1.0)],
        aliases: &[("USD/h", 730.0, 1.0), ("USD/hour", 730.0, 1.0), ("USD/mo", 1.0, 1.0)],
        examples: &["$200/month", "57 kUSD/month", "$0.9/h"],
        has_sums: false,
        max: 1e15,
    };
    /// Money by the hour \[USD/h\]: what is rented.
    UsdPerHour = HourlyCost, usd_per_hour: "in USD per hour", Kind {
        article: "an",
        name: "hourly cost",
        units: &[("USD/h", 1.0, 1.0)],
        // A price of the price list is by the hour, so "$0.9" may go without.
        aliases: &[("USD", 1.0, 1.0), ("USD/hour", 1.0, 1.0), ("kUSD/h", 1e3, 1.0), ("USD/month", 1.0, 730.0)],
        examples: &["$0.9/h", "$657/month"],
        has_sums: false,
        max: 1e9,
    };
    /// A fee of an L1 \[gwei\], by its gas.
    Gwei = Fee, gwei: "in gwei", Kind {
        article: "a",
        name: "fee",
        units: &[("gwei", 1.0, 1.0), ("wei", 1.0, 1e9)],
        aliases: &[],
        examples: &["0.6 gwei", "1 wei"],
        has_sums: false,
        max: 1e9,
    };
    /// An amount of ether \[ETH\].
    Ether = EtherAmount, eth: "in ETH", Kind {
        article: "an",
        name: "amount of ether",
        units: &[("ETH", 1.0, 1.0)],
        aliases: &[],
        examples: &["0.08 ETH", "3600 ETH"],
        has_sums: false,
        max: 1e9,
    };
    /// A part of a whole, between 0 and 1 \[1\].
    Share = Fraction, value: "between 0 and 1", Kind {
        article: "a",
        name: "share",
        units: &[("%", 1.0, 100.0)],
        aliases: &[("", 1.0, 1.0)],
        examples: &["80 %", "0.8"],
        has_sums: false,
        max: 1.0,
    };
}

/// A number, or a quantity of whatever kind its unit is of: the value in the base unit, and that unit.
pub(crate) fn measure(text: &str) -> Option<(f64, &'static str)> {
    let text = text.trim().trim_matches('"');
    match text.replace('_', "").parse::<f64>() {
        Ok(number) => number.is_finite().then_some((number, "")),
        Err(_) => {
            let read = |kind: &&Kind| Some((kind.parse(text).ok()?, kind.base()));
            let (shown, read_only): (Vec<&Kind>, Vec<&Kind>) = KINDS.iter().partition(|kind| kind.shows(text));
            // `$200/month` is a monthly cost, though an hourly one can be read from it.
            shown.iter().find_map(read).or_else(|| read_only.iter().find_map(read))
        }
    }
}

/// A finite number ≥ 0 with the unit `U`, held in the base unit.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Quantity<U: Unit> {
    value: f64,
    unit: PhantomData<U>,
}

impl<U: Unit> Quantity<U> {
    /// A quantity from its value in the base unit, for defaults and tests.
    ///
    /// # Panics
    /// If the value is negative, not finite or above the largest of its kind: that is a mistake in the program.
    pub const fn new(value: f64) -> Self {
        assert!(value >= 0.0 && value <= U::KIND.max, "a quantity is finite, not negative, and within its range");
        Self { value, unit: PhantomData }
    }
}

impl<U: Unit> FromStr for Quantity<U> {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        U::KIND.parse(text).map(Self::new)
    }
}

impl<U: Unit> fmt::Display for Quantity<U> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&U::KIND.show(self.value))
    }
}

impl<U: Unit> Serialize for Quantity<U> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, U: Unit> Deserialize<'de> for Quantity<U> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(U::KIND)).map(Self::new)
    }
}

impl<U: Unit> JsonSchema for Quantity<U> {
    fn schema_name() -> Cow<'static, str> {
        // "amount of data" → "AmountOfData"
        let word = |word: &str| word[..1].to_uppercase() + &word[1..];
        U::KIND.name.split(' ').map(word).collect::<String>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        U::KIND.schema()
    }
}

/// A quantity above zero, for what is divided by or waited for.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Positive<Q>(Q);

impl<U: Unit> Positive<Quantity<U>> {
    /// A quantity that is known to be above zero.
    ///
    /// # Panics
    /// If it is zero: that is a mistake in the program.
    pub fn new(quantity: Quantity<U>) -> Self {
        assert!(quantity.value > 0.0, "it is above zero");
        Self(quantity)
    }
}

impl<Q> Deref for Positive<Q> {
    type Target = Q;

    fn deref(&self) -> &Q {
        &self.0
    }
}

impl<Q: fmt::Display> fmt::Display for Positive<Q> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<Q: Serialize> Serialize for Positive<Q> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, U: Unit> Deserialize<'de> for Positive<Quantity<U>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let quantity = Quantity::<U>::deserialize(deserializer)?;
        U::KIND.positive(quantity.value).map_err(de::Error::custom)?;
        Ok(Self(quantity))
    }
}

impl<U: Unit> JsonSchema for Positive<Quantity<U>> {
    fn schema_name() -> Cow<'static, str> {
        format!("Positive{}", Quantity::<U>::schema_name()).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = U::KIND.schema();
        schema.insert("x-positive".into(), true.into());
        schema
    }
}

/// Reads a value of this kind from whatever serde meets.
struct Reader(&'static Kind);

impl de::Visitor<'_> for Reader {
    type Value = f64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.describe())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        self.0.parse(text).map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<f64, E> {
        self.0.number(value).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<f64, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<f64, E> {
        self.visit_f64(value as f64)
    }
}
